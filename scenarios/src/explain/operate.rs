//! What is set up at the portal, at the 資格確認端末 and in the system.

use madoguchi_terms::Lang;

use crate::{Operate, ServiceState};

impl Operate {
    pub(super) fn in_words(&self, lang: Lang) -> String {
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
                ServiceState::Running => ("サービスが復旧する", "the service works"),
                ServiceState::Busy => ("サービスが混雑する", "the service is crowded"),
                ServiceState::Outage => ("サービスが障害になる", "the service is out of order"),
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
        lang.pick(ja, en).to_owned()
    }
}
