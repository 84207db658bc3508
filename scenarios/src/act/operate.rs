//! What operators do beside the counter: at the 総合ポータルサイト, at the facility's 資格確認端末, and
//! at the eligibility system itself. The same verbs serve a scenario's timeline and the command line.
//!
//! Sources: 事務連絡 2025-05-21 (console), 施術所 slides of 2023-11 and 周知 on 特定健診 (portal); what
//! the system's own operators do is *assumed*.

use madoguchi_eligibility::{AccountRole, Availability, FacilityCode, FacilityKind, TerminalKind};
use madoguchi_notation::{Offset, Wording};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::schema;

/// One act of an operator. Where it concerns a facility it is the one of the counter, or the one
/// that applied last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    rename_all = "kebab-case",
    rename_all_fields = "kebab-case"
)]
pub enum Operate {
    /// Portal: 利用申請. From now on the staff are those of the facility that applied.
    Apply {
        /// What the facility is.
        kind: FacilityKind,
        /// 医療機関等コード; an insurer that examines directly has none and is given one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "Option<String>")]
        facility: Option<FacilityCode>,
    },
    /// Portal: ユーザー設定情報 of a 施術所, an account with an activation code, which the staff use
    /// from now on.
    UserSettings {},
    /// Portal: 廃止届.
    Abolish {},
    /// Console: 外来診療等(通常とは異なる動線)機能.
    Function {
        /// 利用する or 利用しない.
        on: bool,
    },
    /// Console: アクティベーションコード管理, 《発行》. The staff use this code from now on.
    IssueCode {
        /// 端末識別メモ情報
        memo: String,
        /// What the code activates.
        #[serde(default)]
        terminal: TerminalKind,
    },
    /// Console: アクティベーションコード管理, 《無効化する》.
    RevokeCode {
        /// The code; the one that the staff were given last where none is named.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<String>,
    },
    /// Console: the list of アクティベーションコード管理.
    Codes {
        /// Which page, from 1.
        #[serde(default = "first")]
        page: usize,
    },
    /// Console: アカウント管理(登録). The staff use this account from now on.
    RegisterAccount {
        /// ユーザID
        user_id: String,
        /// 権限区分
        #[serde(default)]
        role: AccountRole,
        /// ユーザ名
        #[serde(default, skip_serializing_if = "String::is_empty")]
        name: String,
        /// ユーザ名(カナ)
        #[serde(default, skip_serializing_if = "String::is_empty")]
        name_kana: String,
        /// 利用開始年月日
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(schema_with = "schema::maybe_offset")]
        use_from: Option<Offset>,
    },
    /// 資格確認端末: the staff log in there, which the app asks of every account once.
    LogInAtTerminal {},
    /// Console: lifts the lock of wrong passwords.
    UnlockAccount {
        /// ユーザID; the staff's where none is named.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        user_id: Option<String>,
    },
    /// Console: the accounts of the facility.
    Accounts {},
    /// Console: the link for patients (マイナ在宅受付Web).
    Entrance {},
    /// System: JPKI is closed within a window.
    JpkiMaintenance {
        /// Its first instant.
        #[schemars(schema_with = "schema::offset")]
        from: Offset,
        /// The first instant after it.
        #[schemars(schema_with = "schema::offset")]
        until: Offset,
    },
    /// System: whether マイナポータル fails.
    MynaportalOutage {
        /// Whether it does.
        on: bool,
    },
    /// System: whether the service works.
    Service {
        /// How it is.
        state: Availability,
    },
    /// Call centre: システム障害時モード of the facility.
    OutageMode {
        /// Whether it is on.
        on: bool,
    },
    /// Ministry: a special measure of 災害時 for the facility.
    Disaster {
        /// First day.
        #[schemars(schema_with = "schema::offset")]
        from: Offset,
        /// Last day.
        #[schemars(schema_with = "schema::offset")]
        until: Offset,
    },
}

const fn first() -> usize {
    1
}

impl Operate {
    /// The verb's name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Apply { .. } => "apply",
            Self::UserSettings {} => "user-settings",
            Self::Abolish {} => "abolish",
            Self::Function { on: true } => "function on",
            Self::Function { on: false } => "function off",
            Self::IssueCode { .. } => "issue-code",
            Self::RevokeCode { .. } => "revoke-code",
            Self::Codes { .. } => "codes",
            Self::RegisterAccount { .. } => "register-account",
            Self::LogInAtTerminal {} => "log-in-at-terminal",
            Self::UnlockAccount { .. } => "unlock-account",
            Self::Accounts {} => "accounts",
            Self::Entrance {} => "entrance",
            Self::JpkiMaintenance { .. } => "jpki-maintenance",
            Self::MynaportalOutage { on: true } => "mynaportal-outage on",
            Self::MynaportalOutage { on: false } => "mynaportal-outage off",
            Self::Service { .. } => "service",
            Self::OutageMode { on: true } => "outage-mode on",
            Self::OutageMode { on: false } => "outage-mode off",
            Self::Disaster { .. } => "disaster",
        }
    }

    /// Whether it is done at the facility's 資格確認端末.
    #[must_use]
    pub const fn is_at_institution_terminal(&self) -> bool {
        matches!(
            self,
            Self::Function { .. }
                | Self::IssueCode { .. }
                | Self::RevokeCode { .. }
                | Self::Codes { .. }
                | Self::RegisterAccount { .. }
                | Self::LogInAtTerminal {}
                | Self::UnlockAccount { .. }
                | Self::Accounts {}
                | Self::Entrance {}
        )
    }

    /// What is done, in a sentence without a full stop.
    pub(super) fn wording(&self) -> Wording {
        let (ja, en) = match self {
            Self::Apply { .. } => ("施設が利用申請をする", "the facility applies"),
            Self::UserSettings {} => (
                "ユーザー設定情報が発行される",
                "ユーザー設定情報 are issued",
            ),
            Self::Abolish {} => ("施設が廃止届を出す", "the facility files its abolition"),
            Self::Function { on: true } => (
                "管理者が「通常とは異なる動線」機能を利用するにする",
                "the administrator switches the function on",
            ),
            Self::Function { on: false } => (
                "管理者が「通常とは異なる動線」機能を利用しないにする",
                "the administrator switches the function off",
            ),
            Self::IssueCode { .. } => (
                "管理者がアクティベーションコードを発行する",
                "the administrator issues an activation code",
            ),
            Self::RevokeCode { .. } => (
                "管理者がアクティベーションコードを無効化する",
                "the administrator invalidates the activation code",
            ),
            Self::Codes { .. } => (
                "管理者がコードの一覧を見る",
                "the administrator looks at the codes",
            ),
            Self::RegisterAccount { .. } => (
                "管理者がアカウントを登録する",
                "the administrator registers an account",
            ),
            Self::LogInAtTerminal {} => (
                "職員が資格確認端末で一度ログインする",
                "the staff log in at the 資格確認端末 once",
            ),
            Self::UnlockAccount { .. } => (
                "管理者がアカウントのロックを解除する",
                "the administrator unlocks the account",
            ),
            Self::Accounts {} => (
                "管理者がアカウントの一覧を見る",
                "the administrator looks at the accounts",
            ),
            Self::Entrance {} => ("患者用のリンクを出す", "the link for patients is shown"),
            Self::JpkiMaintenance { .. } => (
                "公的個人認証サービスが停止する時間が決まる",
                "JPKI is closed within a window",
            ),
            Self::MynaportalOutage { on: true } => {
                ("マイナポータルが障害になる", "マイナポータル fails")
            }
            Self::MynaportalOutage { on: false } => {
                ("マイナポータルが復旧する", "マイナポータル works again")
            }
            Self::Service { state } => match state {
                Availability::Running => ("サービスが復旧する", "the service works"),
                Availability::Busy => ("サービスが混雑する", "the service is crowded"),
                Availability::Outage => ("サービスが障害になる", "the service is out of order"),
            },
            Self::OutageMode { on: true } => (
                "施設がシステム障害時モードになる",
                "システム障害時モード begins",
            ),
            Self::OutageMode { on: false } => {
                ("システム障害時モードが終わる", "システム障害時モード ends")
            }
            Self::Disaster { .. } => (
                "施設に災害時の特別措置が適用される",
                "the special measure of a disaster applies to the facility",
            ),
        };
        Wording::new(ja, en)
    }
}
