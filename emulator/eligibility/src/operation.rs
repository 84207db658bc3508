//! What a client can ask of the Webサービス, in abstract terms; a wire profile says how each one
//! looks on the wire.

use crate::Field;
use crate::named::named;

named! {
    /// An abstract operation of the limited type (資格確認限定型). *Assumed*: which calls the real
    /// service has is not public; what each is for comes from the ministry's documents.
    pub enum Operation in "operation" {
        /// First use of a terminal: 機関コード, ユーザーID, パスワード, アクティベーションコード
        /// (事務連絡 2025-05-21: first app use; ). Answers a terminal certificate and key.
        FirstLogin = "first-login",
        /// Later logins, as an authenticated terminal (端末認証). Answers a session token.
        Login = "login",
        /// Asks for a nonce that the card signs.
        Challenge = "challenge",
        /// Eligibility for the person of a certificate; the identity was checked by eye (目視確認).
        EligibilityByCertificate = "eligibility-by-certificate",
        /// Eligibility with a signature over a nonce: the four-digit PIN was given.
        EligibilityBySignature = "eligibility-by-signature",
        /// The terms that the patient agrees to before 健康保険証利用登録.
        RegistrationTerms = "registration-terms",
        /// The patient's consent to the terms (screen F-01-A, 同意する).
        RegistrationConsent = "registration-consent",
        /// 健康保険証利用登録 itself.
        Register = "register",
        /// 薬剤, 診療 or 特定健診 information. Exists so that asking for it can be seen: a client of
        /// the limited type obtains eligibility only.
        MedicalInformation = "medical-information",
    }
}

named! {
    /// How the identity of the patient was checked.
    pub enum Method in "method" {
        /// 目視確認: staff compared face and photograph; no PIN.
        Visual = "visual",
        /// 4桁の暗証番号: the patient entered the PIN of the authentication key.
        Pin = "pin",
    }
}

impl Operation {
    /// The fields that a request of this kind cannot do without.
    #[must_use]
    pub const fn needs(self) -> &'static [Field] {
        match self {
            Self::FirstLogin => &[
                Field::FacilityCode,
                Field::UserId,
                Field::Password,
                Field::ActivationCode,
            ],
            Self::Login => &[Field::FacilityCode, Field::UserId, Field::Password],
            Self::Challenge | Self::RegistrationTerms | Self::MedicalInformation => {
                &[Field::SessionToken]
            }
            Self::EligibilityByCertificate => {
                &[Field::SessionToken, Field::Method, Field::Certificate]
            }
            Self::EligibilityBySignature => &[
                Field::SessionToken,
                Field::Method,
                Field::Certificate,
                Field::ChallengeId,
                Field::Signature,
            ],
            Self::RegistrationConsent => &[Field::SessionToken, Field::TermsId, Field::Consent],
            Self::Register => &[Field::SessionToken, Field::Certificate, Field::ConsentId],
        }
    }

    /// The fields that its answer brings where all went well, beside [`Field::ResultCode`].
    #[must_use]
    pub const fn brings(self) -> &'static [Field] {
        match self {
            Self::FirstLogin => &[
                Field::TerminalId,
                Field::TerminalCertificate,
                Field::TerminalKey,
            ],
            Self::Login => &[Field::SessionToken],
            Self::Challenge => &[Field::ChallengeId, Field::Nonce],
            Self::EligibilityByCertificate | Self::EligibilityBySignature => &[
                Field::QualificationConfirmationDate,
                Field::QualificationValidity,
            ],
            Self::RegistrationTerms => &[Field::TermsId, Field::TermsText],
            Self::RegistrationConsent => &[Field::ConsentId],
            Self::Register | Self::MedicalInformation => &[],
        }
    }

    /// Whether its answer brings eligibilities, one result each.
    #[must_use]
    pub const fn brings_eligibilities(self) -> bool {
        matches!(
            self,
            Self::EligibilityByCertificate | Self::EligibilityBySignature
        )
    }
}
