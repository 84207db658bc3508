//! The service's answer in one word. *Assumed*: the real result codes (annex 6-1 of the
//! interface specification) are not public.

use crate::named::named;

named! {
    /// Result code of an answer.
    pub enum Decision in "decision" {
        /// Done; an eligibility inquiry delivers its results.
        Ok = "OK",
        /// 健康保険証利用登録 has not been done for this certificate's person.
        NotRegistered = "NOT_REGISTERED",
        /// The certificate expired and the three months after it are over.
        CertExpired = "CERT_EXPIRED",
        /// The certificate expired less than three months ago: eligibility is delivered.
        CertExpiredGrace = "CERT_EXPIRED_GRACE",
        /// The certificate was revoked.
        CertRevoked = "CERT_REVOKED",
        /// Nobody knows this certificate.
        CertUnknown = "CERT_UNKNOWN",
        /// The person has no eligibility on record (該当資格なし).
        NoQualification = "NO_QUALIFICATION",
        /// More than one eligibility is valid (複数該当).
        Multiple = "MULTIPLE",
        /// The person's records are kept from view while a mismatch is looked into: not the same
        /// as having no eligibility.
        Withheld = "WITHHELD",
        /// The request came without a terminal certificate, or with an unknown one.
        TerminalUnknown = "TERMINAL_UNKNOWN",
        /// The terminal's activation was withdrawn (無効化).
        TerminalRevoked = "TERMINAL_REVOKED",
        /// The activation code was issued too short a time ago.
        CodeNotReady = "CODE_NOT_READY",
        /// The activation code does not exist, is another facility's or was invalidated.
        CodeInvalid = "CODE_INVALID",
        /// The activation code belongs to a terminal already.
        CodeUsed = "CODE_USED",
        /// The account has never logged in to the eligibility system itself.
        AccountNeverLoggedIn = "ACCOUNT_NEVER_LOGGED_IN",
        /// Too many wrong passwords.
        AccountLocked = "ACCOUNT_LOCKED",
        /// The facility switched the function off, or may not use it (yet).
        FunctionOff = "FUNCTION_OFF",
        /// The service is out of order.
        Outage = "OUTAGE",
        /// The service is busy; try later.
        Busy = "BUSY",
        /// The certificate has to be asked for at JPKI, which is closed for maintenance.
        JpkiMaintenance = "JPKI_MAINTENANCE",
        /// The signature does not belong to the nonce and the certificate, or is missing.
        SignatureInvalid = "SIGNATURE_INVALID",
        /// The challenge was never issued to this session, or was used before.
        ChallengeUnknown = "CHALLENGE_UNKNOWN",
        /// Registration without the patient's recorded consent.
        ConsentMissing = "CONSENT_MISSING",
        /// This client may not do that.
        NotPermitted = "NOT_PERMITTED",
        /// The session token is missing, unknown or another terminal's.
        SessionInvalid = "SESSION_INVALID",
        /// Facility, user or password is wrong; which of them is not said.
        PasswordWrong = "PASSWORD_WRONG",
        /// The request cannot be understood.
        Malformed = "MALFORMED",
        /// The request is no operation of the wire profile.
        Unmatched = "UNMATCHED",
    }
}

impl Decision {
    /// Whether the answer carries an eligibility (or says that there is none).
    #[must_use]
    pub const fn delivers(self) -> bool {
        matches!(
            self,
            Self::Ok | Self::CertExpiredGrace | Self::NoQualification | Self::Multiple
        )
    }

    /// Whether the same request may have another answer a little later.
    #[must_use]
    pub const fn is_passing(self) -> bool {
        matches!(self, Self::Outage | Self::Busy | Self::JpkiMaintenance)
    }

    /// What the service says to the staff beside the code.
    #[must_use]
    pub const fn message_ja(self) -> &'static str {
        match self {
            Self::Ok => "正常終了しました",
            Self::NotRegistered => "健康保険証利用登録がされていません",
            Self::CertExpired => "電子証明書の有効期限が切れています",
            Self::CertExpiredGrace => "電子証明書の有効期限が切れています。更新してください",
            Self::CertRevoked => "電子証明書が失効しています",
            Self::CertUnknown => "電子証明書を確認できません",
            Self::NoQualification => "該当する資格がありません",
            Self::Multiple => "複数の資格が該当します",
            Self::Withheld => "資格情報を確認中のため提供できません",
            Self::TerminalUnknown => "認証されていない端末です",
            Self::TerminalRevoked => "無効化された端末です",
            Self::CodeNotReady => "アクティベーションコードはまだ使えません",
            Self::CodeInvalid => "アクティベーションコードが正しくありません",
            Self::CodeUsed => "アクティベーションコードは使用済みです",
            Self::AccountNeverLoggedIn => "先にオンライン資格確認等システムへログインしてください",
            Self::AccountLocked => "アカウントがロックされています",
            Self::FunctionOff => "この機能は利用できません",
            Self::Outage => "システム障害が発生しています",
            Self::Busy => "混み合っています。しばらくしてからやり直してください",
            Self::JpkiMaintenance => "公的個人認証サービスはメンテナンス中です",
            Self::SignatureInvalid => "署名を検証できません",
            Self::ChallengeUnknown => "乱数が無効です",
            Self::ConsentMissing => "同意が記録されていません",
            Self::NotPermitted => "この操作は許可されていません",
            Self::SessionInvalid => "ログインし直してください",
            Self::PasswordWrong => "機関コード、ユーザーID又はパスワードが違います",
            Self::Malformed => "要求の形式が正しくありません",
            Self::Unmatched => "この要求に対応する操作がありません",
        }
    }
}
