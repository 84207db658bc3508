//! What operators can do, as a trace names it: each deed with the rows of the documents (`R…`) and
//! the assumptions (`A-…`) that it rests on.

macro_rules! deeds {
    ($($(#[$doc:meta])* $name:ident = $rule:literal, [$($basis:literal),+];)+) => {
        /// Something that an operator did.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Deed {
            $($(#[$doc])* $name,)+
        }

        impl Deed {
            /// Every deed.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// Its name in a trace.
            #[must_use]
            pub const fn rule(self) -> &'static str {
                match self {
                    $(Self::$name => $rule,)+
                }
            }

            /// What it rests on.
            #[must_use]
            pub const fn basis(self) -> &'static [&'static str] {
                match self {
                    $(Self::$name => &[$($basis),+],)+
                }
            }
        }
    };
}

deeds! {
    /// 利用申請
    Applied = "applied-for-use", ["R0-03", "R0-45", "R4-03"];
    /// 導入届（保険者）, for which a code is numbered.
    InsurerIntroduced = "insurer-introduced", ["R4-14"];
    /// ユーザー設定情報
    SettingsGiven = "user-settings-given", ["R0-45", "A-04"];
    /// 廃止届
    Abolished = "facility-abolished", ["R4-16"];
    /// 外来診療等(通常とは異なる動線)機能
    FunctionSet = "function-set", ["R3-05", "R3-07"];
    /// 《発行》
    CodeIssued = "activation-code-issued", ["R3-08", "R3-09", "R3-11", "G-03"];
    /// 《無効化する》
    CodeWithdrawn = "activation-code-withdrawn", ["R3-10"];
    /// 検索結果
    CodesListed = "activation-codes-listed", ["R3-12"];
    /// アカウント管理(登録)
    AccountRegistered = "account-registered", ["R3-14", "R3-15"];
    /// アカウント管理
    AccountsListed = "accounts-listed", ["R3-15"];
    /// The first login at the 資格確認端末.
    LoggedInAtTerminal = "logged-in-at-terminal", ["R3-16"];
    /// The lock of wrong passwords is lifted.
    AccountUnlocked = "account-unlocked", ["A-06"];
    /// マイナ在宅受付Web
    EntranceNumbered = "entrance-numbered", ["R1-38"];
    /// A window in which JPKI is closed.
    JpkiWindowAnnounced = "jpki-window-announced", ["A-12"];
    /// マイナポータル fails, or works again.
    MynaportalSwitched = "mynaportal-switched", ["A-11"];
    /// The service fails, or works again.
    ServiceSwitched = "service-switched", ["A-10"];
    /// システム障害時モード
    OutageModeSwitched = "outage-mode-switched", ["A-10"];
    /// 災害時の特別措置
    DisasterDeclared = "disaster-declared", ["R1-13"];
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_deed_has_a_rule_of_its_own() {
        let rules: BTreeSet<&str> = Deed::ALL.iter().map(|deed| deed.rule()).collect();
        assert_eq!(rules.len(), Deed::ALL.len());
        for rule in rules {
            assert!(crate::basis(rule).is_empty(), "{rule} is a service's, too");
        }
    }
}
