//! What a client can ask of the Webサービス, in abstract terms; a wire profile says how each one
//! looks on the wire.

mod answers;

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
        /// Past inquiries of this facility, by conditions and page (施術所 slides of 2023-11; A-14).
        History = "history",
        /// 照会区分 2: eligibility by the numbers of an insurance card, without a My Number card.
        EligibilityByNumber = "eligibility-by-number",
        /// 一括照会, first half: many numbers at once; answers a reception number.
        BulkSubmission = "bulk-submission",
        /// 一括照会, second half: the result for a reception number, once it is there.
        BulkResult = "bulk-result",
        /// 一括照会（訪問診療等, オンライン診療等）: everybody who designated this institution, by date
        /// of consent or visit; answers a reception number.
        BulkByConsent = "bulk-by-consent",
        /// 一括照会（医療扶助の医療券）: everybody with a ticket for a month; answers a reception
        /// number.
        BulkByTicket = "bulk-by-ticket",
        /// 居宅同意取得型: card and PIN or face, the institution that the patient designates, and what he
        /// or she consents to; for 訪問診療等 and オンライン診療等 (slides of 2022-12).
        InstitutionConsent = "institution-consent",
        /// マイナ在宅受付Web: the patient opens the entrance of an institution on a device of his or
        /// her own, which is no terminal, and may then give [`Self::InstitutionConsent`] to that
        /// institution (slides of 2022-12: direct access by the patient). Answers a session token.
        PatientEntrance = "patient-entrance",
        /// Eligibility of those who designated this institution, without their cards
        /// (再照会; asked by 医療機関等コード).
        EligibilityByConsent = "eligibility-by-consent",
        /// 緊急時医療情報・資格確認機能: eligibility by name, sex and birth date, in 災害時モード and
        /// システム障害時モード.
        EmergencySearch = "emergency-search",
        /// 資格確認結果出力用API (slides of 2023-11): what the last check on this machine came to, for the
        /// レセコン beside the app. No request to the service.
        ResultOutput = "result-output",
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

named! {
    /// What an inquiry is for. *Assumed*: no document says that a client tells it.
    pub enum Purpose in "purpose" {
        /// 診療, 調剤 or 施術.
        Treatment = "treatment",
        /// 特定健診・特定保健指導.
        Checkup = "checkup",
        /// 人間ドック under a contract with the insurer that asks for eligibility.
        ContractedCheckup = "contracted-checkup",
        /// 人間ドック, to see who a person is: the system must not be used for that (周知, R6).
        IdentityOnly = "identity-only",
    }
}

named! {
    /// Which of the two modes of 緊急時医療情報・資格確認機能.
    pub enum EmergencyMode in "emergency mode" {
        /// 災害時モード: by area and period, set by the ministry.
        Disaster = "disaster",
        /// システム障害時モード: switched on for a facility by the call centre.
        Outage = "outage",
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
            Self::Challenge
            | Self::RegistrationTerms
            | Self::MedicalInformation
            | Self::History
            | Self::EligibilityByConsent
            | Self::BulkByConsent
            | Self::BulkSubmission
            | Self::ResultOutput => &[Field::SessionToken],
            Self::BulkByTicket => &[Field::SessionToken, Field::MedicalTreatmentMonth],
            Self::EligibilityByNumber => &[
                Field::SessionToken,
                Field::InsurerNumber,
                Field::InsuredIdentificationNumber,
                Field::Birthdate,
            ],
            Self::BulkResult => &[Field::SessionToken, Field::ReceptionNumber],
            Self::PatientEntrance => &[Field::EntranceToken],
            Self::InstitutionConsent => &[
                Field::SessionToken,
                Field::Method,
                Field::Certificate,
                Field::DesignatedInstitution,
                Field::CareCategory,
                Field::InformationConsent,
            ],
            Self::EmergencySearch => &[
                Field::SessionToken,
                Field::EmergencyMode,
                Field::NameKana,
                Field::Sex1,
                Field::Birthdate,
            ],
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
            Self::PatientEntrance => &[Field::SessionToken, Field::DesignatedInstitution],
            Self::Challenge => &[Field::ChallengeId, Field::Nonce],
            Self::EligibilityByCertificate
            | Self::EligibilityBySignature
            | Self::EligibilityByNumber => &[
                Field::QualificationConfirmationDate,
                Field::QualificationValidity,
            ],
            Self::EligibilityByConsent => &[
                Field::QualificationConfirmationDate,
                Field::QualificationValidity,
                Field::ConsentClassification,
                Field::ConsentEndReason,
                Field::SameDay,
            ],
            Self::ResultOutput => &[
                Field::ProcessExecutionTime,
                Field::QualificationConfirmationDate,
                Field::QualificationValidity,
            ],
            Self::EmergencySearch => &[
                Field::QualificationConfirmationDate,
                Field::QualificationValidity,
                Field::EmergencyMode,
            ],
            Self::History => &[
                Field::TotalCount,
                Field::Page,
                Field::PageCount,
                Field::ConfirmedAt,
                Field::QualificationValidity,
            ],
            Self::BulkSubmission | Self::BulkByConsent | Self::BulkByTicket => {
                &[Field::ReceptionNumber]
            }
            Self::BulkResult => &[
                Field::SegmentOfResult,
                Field::NumberOfProcessingResult,
                Field::NumberOfNormalProcessing,
                Field::NumberOfError,
                Field::ReferenceNumber,
                Field::ProcessingResultStatus,
                Field::QualificationValidity,
            ],
            Self::RegistrationTerms => &[Field::TermsId, Field::TermsText],
            Self::RegistrationConsent => &[Field::ConsentId],
            Self::InstitutionConsent => &[Field::ConsentId],
            Self::MedicalInformation => &[Field::InformationText],
            Self::Register => &[],
        }
    }

    /// Whether its answer brings eligibilities, one result each.
    #[must_use]
    pub const fn brings_eligibilities(self) -> bool {
        matches!(
            self,
            Self::EligibilityByCertificate
                | Self::EligibilityBySignature
                | Self::EligibilityByNumber
                | Self::EligibilityByConsent
                | Self::EmergencySearch
                | Self::History
                | Self::BulkResult
        )
    }
}
