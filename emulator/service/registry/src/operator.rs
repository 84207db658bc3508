//! What people set up before a client can work: applications at the 総合ポータルサイト and the
//! 資格確認端末's console. Each verb is one thing that an operator does there; [`Label`] has the
//! documents' own words for it. Files, screens and commands are the caller's.
//!
//! Sources: 事務連絡 2025-05-21 (console), 施術所 slides of 2023-11 and 周知 on 特定健診 (portal).
//! What a page does beyond its printed labels is *assumed*.

mod console;
mod deed;
mod label;
mod portal;

use std::fmt;

use madoguchi_terms::{Lang, Say};

pub use console::{CodePage, CodeRow, CodeStatus, Console, NewAccount};
pub use deed::Deed;
pub use label::Label;
pub use portal::{Application, UserSettings};

/// Why the portal or the console did not do what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The facility is not known.
    FacilityUnknown,
    /// The facility applied before.
    FacilityKnown,
    /// A facility without a 医療機関等コード of its own: only 保険者 are given one.
    CodeMissing,
    /// The facility filed its abolition (廃止).
    FacilityClosed,
    /// Facility, user or password is wrong, or the account is locked.
    LoginRefused,
    /// Only a 管理アカウント may.
    NotAdministrator,
    /// ユーザID is not two to eight half-width letters or digits.
    UserIdMalformed,
    /// The facility has an account of that ユーザID.
    UserIdTaken,
    /// The facility has no account of that ユーザID.
    UserUnknown,
    /// The facility has no such activation code.
    CodeUnknown,
    /// 端末識別メモ情報 is empty: the staff could not tell the terminals apart.
    MemoMissing,
}

impl Refused {
    /// The rule that refused, as a trace names it; [`basis`](crate::basis) tells what it rests on.
    #[must_use]
    pub const fn rule(self) -> &'static str {
        match self {
            Self::FacilityUnknown => "facility-unknown",
            Self::FacilityKnown => "facility-known",
            Self::CodeMissing => "no-facility-code-but-for-insurers",
            Self::FacilityClosed => "facility-closed",
            Self::LoginRefused => "login-at-terminal-refused",
            Self::NotAdministrator => "administrators-only",
            Self::UserIdMalformed => "user-id-malformed",
            Self::UserIdTaken => "user-id-taken",
            Self::UserUnknown => "user-id-unknown",
            Self::CodeUnknown => "no-such-activation-code",
            Self::MemoMissing => "terminal-memo-missing",
        }
    }
}

impl Say for Refused {
    fn text(&self, lang: Lang) -> String {
        let (ja, en) = match self {
            Self::FacilityUnknown => (
                "この医療機関等コードの施設はありません",
                "no facility has this code",
            ),
            Self::FacilityKnown => (
                "この施設は利用申請済みです",
                "this facility has applied before",
            ),
            Self::CodeMissing => (
                "医療機関等コードが必要です（コードが付番されるのは保険者だけです）",
                "a facility code is needed; only insurers are given one",
            ),
            Self::FacilityClosed => ("廃止した施設です", "this facility filed its abolition"),
            Self::LoginRefused => (
                "ユーザIDまたはパスワードが違うか、アカウントがロックされています",
                "user ID or password is wrong, or the account is locked",
            ),
            Self::NotAdministrator => (
                "管理アカウントでログインしてください",
                "log in with an administrator's account",
            ),
            Self::UserIdMalformed => (
                "ユーザIDは半角英数字2〜8文字です",
                "a user ID has two to eight half-width letters or digits",
            ),
            Self::UserIdTaken => (
                "このユーザIDは登録済みです",
                "an account of this user ID exists",
            ),
            Self::UserUnknown => (
                "このユーザIDのアカウントはありません",
                "no account has this user ID",
            ),
            Self::CodeUnknown => (
                "このアクティベーションコードはありません",
                "the facility has no such activation code",
            ),
            Self::MemoMissing => (
                "端末識別メモ情報を入力してください",
                "enter a memo that tells which terminal the code is for",
            ),
        };
        lang.pick(ja, en).to_owned()
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Lang::En))
    }
}

impl std::error::Error for Refused {}

/// ユーザID: two to eight half-width letters or digits (事務連絡 2025-05-21).
fn is_user_id(user_id: &str) -> bool {
    (2..=8).contains(&user_id.len()) && user_id.bytes().all(|b| b.is_ascii_alphanumeric())
}
