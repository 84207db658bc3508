//! The abstract fields of requests and answers. A wire profile says what each is called on the
//! wire; traces and rules use these names.

use crate::named::named;

named! {
    /// An abstract field. The names are the kebab-case form of the interface's element names where
    /// public evidence has one (`insurer-number` ↔ `InsurerNumber`), else *assumed*.
    pub enum Field in "field" {
        /// 医療機関等コード, ten digits.
        FacilityCode = "facility-code",
        /// ユーザーID, two to eight half-width letters or digits.
        UserId = "user-id",
        /// パスワード
        Password = "password",
        /// アクティベーションコード, twelve digits (eleven have been seen in print).
        ActivationCode = "activation-code",
        /// The app's version, such as `2.10.1`.
        ClientVersion = "client-version",
        /// Proof of login, sent with everything after it.
        SessionToken = "session-token",
        /// Made by the client, the same when the same request is tried again, at most 64 characters.
        RequestId = "request-id",
        /// How the identity was checked; see [`Method`](crate::Method).
        Method = "method",
        /// 利用者証明用電子証明書, X.509 DER.
        Certificate = "certificate",
        /// Which nonce was signed.
        ChallengeId = "challenge-id",
        /// PKCS#1 v1.5 signature with SHA-256 over the nonce's bytes.
        Signature = "signature",
        /// Which terms were shown.
        TermsId = "terms-id",
        /// `agree`, and nothing else.
        Consent = "consent",
        /// The recorded consent.
        ConsentId = "consent-id",

        /// Result code; see [`Decision`](crate::Decision).
        ResultCode = "result-code",
        /// Words for the staff.
        ResultMessage = "result-message",
        /// The service's name for the terminal.
        TerminalId = "terminal-id",
        /// Certificate for 端末認証, PEM.
        TerminalCertificate = "terminal-certificate",
        /// Its private key, PEM PKCS#8.
        TerminalKey = "terminal-key",
        /// 32 random bytes to be signed.
        Nonce = "nonce",
        /// The terms' text.
        TermsText = "terms-text",
        /// 資格確認日, `YYYYMMDD`, the service's day.
        QualificationConfirmationDate = "qualification-confirmation-date",
        /// 資格有効性, OQSCD006.
        QualificationValidity = "qualification-validity",

        /// 被保険者証区分, OQSCD010.
        InsuredCardClassification = "insured-card-classification",
        /// 保険者番号; 医療扶助: 公費負担者番号.
        InsurerNumber = "insurer-number",
        /// 保険者名称; 医療扶助: 福祉事務所名.
        InsurerName = "insurer-name",
        /// 被保険者証記号
        InsuredCardSymbol = "insured-card-symbol",
        /// 被保険者証番号; 医療扶助: 受給者番号.
        InsuredIdentificationNumber = "insured-identification-number",
        /// 被保険者証枝番, two digits.
        InsuredBranchNumber = "insured-branch-number",
        /// 本人・家族の別, OQSCD009.
        PersonalFamilyClassification = "personal-family-classification",
        /// 氏名
        Name = "name",
        /// 氏名カナ, half-width katakana.
        NameKana = "name-kana",
        /// 氏名（その他）: what stands on the back of the card (裏面記載).
        NameOfOther = "name-of-other",
        /// 氏名カナ（その他）, half-width katakana.
        NameOfOtherKana = "name-of-other-kana",
        /// 性別1, OQSCD007.
        Sex1 = "sex1",
        /// 性別2 (裏面記載), OQSCD007.
        Sex2 = "sex2",
        /// 生年月日, `YYYYMMDD`.
        Birthdate = "birthdate",
        /// 資格取得年月日, `YYYYMMDD`.
        QualificationDate = "qualification-date",
        /// 資格喪失年月日, `YYYYMMDD`.
        DisqualificationDate = "disqualification-date",
        /// 有効開始日, `YYYYMMDD`.
        InsuredCardValidDate = "insured-card-valid-date",
        /// 有効終了日, `YYYYMMDD`; often absent.
        InsuredCardExpirationDate = "insured-card-expiration-date",
        /// 一部負担金割合, percent in three digits.
        InsuredPartialContributionRatio = "insured-partial-contribution-ratio",
        /// 資格喪失事由, OQSCD008.
        ReasonOfLoss = "reason-of-loss",
        /// 未就学区分, OQSCD015.
        PreschoolClassification = "preschool-classification",
        /// 被保険者氏名（世帯主氏名）
        InsuredName = "insured-name",
        /// 住所 as filed with the insurer; may differ from the chart.
        Address = "address",
        /// 郵便番号
        PostNumber = "post-number",
        /// 高齢受給者証有効開始年月日, `YYYYMMDD`.
        ElderlyRecipientValidStartDate = "elderly-recipient-valid-start-date",
        /// 高齢受給者証有効終了年月日, `YYYYMMDD`.
        ElderlyRecipientValidEndDate = "elderly-recipient-valid-end-date",
        /// 高齢受給者証一部負担金割合, percent in three digits.
        ElderlyRecipientContributionRatio = "elderly-recipient-contribution-ratio",
        /// 限度額適用認定証有効開始年月日, `YYYYMMDD`.
        LimitCertificateValidStartDate = "limit-certificate-valid-start-date",
        /// 限度額適用認定証有効終了年月日, `YYYYMMDD`.
        LimitCertificateValidEndDate = "limit-certificate-valid-end-date",
        /// 委託・未委託 of 医療扶助: delivered so that a client can be seen not to show it.
        ConsignmentState = "consignment-state",

        /// What the inquiry is for; see [`Purpose`](crate::Purpose).
        Purpose = "purpose",
        /// First day of a history or of consents, `YYYYMMDD`.
        DateFrom = "date-from",
        /// Last day of a history or of consents, `YYYYMMDD`.
        DateTo = "date-to",
        /// Page of a history, from 1.
        Page = "page",
        /// How many pages there are.
        PageCount = "page-count",
        /// How many rows there are on all pages.
        TotalCount = "total-count",
        /// When an eligibility was confirmed, `YYYYMMDDHHmmss`.
        ConfirmedAt = "confirmed-at",
        /// 照会番号: the facility's own number for a patient.
        ReferenceNumber = "reference-number",
        /// 受付番号 of a bulk inquiry.
        ReceptionNumber = "reception-number",
        /// 処理結果区分, OQSCD003.
        SegmentOfResult = "segment-of-result",
        /// 処理結果状況 of one unit, OQSCD004.
        ProcessingResultStatus = "processing-result-status",
        /// How many units a bulk inquiry had.
        NumberOfProcessingResult = "number-of-processing-result",
        /// How many of them were answered.
        NumberOfNormalProcessing = "number-of-normal-processing",
        /// How many of them were not.
        NumberOfError = "number-of-error",
        /// 医療機関等コード of the institution that the patient designates.
        DesignatedInstitution = "designated-institution",
        /// 診療区分, OQSCD028.
        CareCategory = "care-category",
        /// Whether the patient lets medical information be seen; 同意区分, OQSCD016.
        InformationConsent = "information-consent",
        /// What has become of the consent; 同意区分, OQSCD016.
        ConsentClassification = "consent-classification",
        /// 同意有効期限切れ理由, OQSCD031.
        ConsentEndReason = "consent-end-reason",
        /// Whether the consent was given on the day of the answer, `1` or `0`: the institution takes
        /// the eligibility over on the day of the visit (slides of 2022-12).
        SameDay = "same-day",
        /// What the link or two-dimensional code of an institution's own entrance for patients
        /// (マイナ在宅受付Web) carries.
        EntranceToken = "entrance-token",
        /// See [`EmergencyMode`](crate::EmergencyMode).
        EmergencyMode = "emergency-mode",
        /// 閲覧同意情報種別, OQSCD036.
        InformationKind = "information-kind",
        /// Medical information, as the mock imagines it.
        InformationText = "information-text",

        /// When the client sent it, by its own clock in Japan, `YYYYMMDDHHmmss`.
        SentAt = "sent-at",
        /// When the service answered, `YYYYMMDDHHmmss`.
        ProcessExecutionTime = "process-execution-time",
        /// A name that the client gives its file; the answer repeats it.
        ArbitraryFileIdentifier = "arbitrary-file-identifier",
        /// A name that the client gives its inquiry; the answer repeats it.
        ArbitraryIdentifier = "arbitrary-identifier",
        /// 照会区分, OQSCD002.
        ReferenceClassification = "reference-classification",
        /// 文字コード識別, OQSCD005: in which encoding the answer is written.
        CharacterCodeIdentifier = "character-code-identifier",
        /// Why a file could not be processed at all.
        ErrorCode = "error-code",
        /// The same for the staff.
        ErrorMessage = "error-message",
        /// 処理結果コード of an inquiry (annex 6-1, which is not public).
        ProcessingResultCode = "processing-result-code",
        /// 処理結果メッセージ
        ProcessingResultMessage = "processing-result-message",
        /// 診療年月 of a ticket of 医療扶助, `YYYYMM`.
        MedicalTreatmentMonth = "medical-treatment-month",

        /// For a request that matched nothing: the operation that is most like it.
        NearestOperation = "nearest-operation",
        /// For a request that matched nothing: what to paste into the wire profile.
        ProfileFragment = "profile-fragment",
    }
}

/// What a value is made of, before any wire encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Characters.
    Text,
    /// Octets; a wire profile says how they are written down.
    Bytes,
}

/// Where we know a field from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provenance {
    /// A document of the ministry says that such a thing is told; its name and form are ours.
    Document,
    /// Public software that speaks the external interface has an element of this name.
    Observed,
    /// Nobody says so in public.
    Assumed,
}

impl Provenance {
    /// In one word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Observed => "observed",
            Self::Assumed => "assumed",
        }
    }
}

/// Whether a value may stand in a trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secrecy {
    /// The value itself: all persons are invented.
    Open,
    /// Only a label in place of the value.
    Label,
}

impl Field {
    /// The fields of one result: an eligibility on record.
    pub const RESULT: &[Self] = &[
        Self::InsuredCardClassification,
        Self::InsurerNumber,
        Self::InsurerName,
        Self::InsuredCardSymbol,
        Self::InsuredIdentificationNumber,
        Self::InsuredBranchNumber,
        Self::PersonalFamilyClassification,
        Self::Name,
        Self::NameKana,
        Self::NameOfOther,
        Self::NameOfOtherKana,
        Self::Sex1,
        Self::Sex2,
        Self::Birthdate,
        Self::QualificationDate,
        Self::DisqualificationDate,
        Self::InsuredCardValidDate,
        Self::InsuredCardExpirationDate,
        Self::InsuredPartialContributionRatio,
        Self::ReasonOfLoss,
        Self::PreschoolClassification,
        Self::ConsignmentState,
    ];

    /// Where we know the field from.
    #[must_use]
    pub const fn provenance(self) -> Provenance {
        match self {
            Self::FacilityCode
            | Self::UserId
            | Self::Password
            | Self::ActivationCode
            | Self::Certificate
            | Self::TermsText
            | Self::Consent
            | Self::DesignatedInstitution => Provenance::Document,
            Self::QualificationConfirmationDate
            | Self::QualificationValidity
            | Self::InsuredCardClassification
            | Self::InsurerNumber
            | Self::InsurerName
            | Self::InsuredCardSymbol
            | Self::InsuredIdentificationNumber
            | Self::InsuredBranchNumber
            | Self::PersonalFamilyClassification
            | Self::Name
            | Self::NameKana
            | Self::NameOfOther
            | Self::NameOfOtherKana
            | Self::Sex1
            | Self::Sex2
            | Self::Birthdate
            | Self::QualificationDate
            | Self::DisqualificationDate
            | Self::InsuredCardValidDate
            | Self::InsuredCardExpirationDate
            | Self::InsuredPartialContributionRatio
            | Self::ReasonOfLoss
            | Self::PreschoolClassification
            | Self::InsuredName
            | Self::Address
            | Self::PostNumber
            | Self::ElderlyRecipientValidStartDate
            | Self::ElderlyRecipientValidEndDate
            | Self::ElderlyRecipientContributionRatio
            | Self::LimitCertificateValidStartDate
            | Self::LimitCertificateValidEndDate
            | Self::ReferenceNumber
            | Self::ReceptionNumber
            | Self::SegmentOfResult
            | Self::ProcessingResultStatus
            | Self::NumberOfProcessingResult
            | Self::NumberOfNormalProcessing
            | Self::NumberOfError
            | Self::ProcessExecutionTime
            | Self::ArbitraryFileIdentifier
            | Self::ArbitraryIdentifier
            | Self::ReferenceClassification
            | Self::CharacterCodeIdentifier
            | Self::ErrorCode
            | Self::ErrorMessage
            | Self::ProcessingResultCode
            | Self::ProcessingResultMessage
            | Self::MedicalTreatmentMonth => Provenance::Observed,
            _ => Provenance::Assumed,
        }
    }

    /// What the field's values are made of.
    #[must_use]
    pub const fn form(self) -> Form {
        match self {
            Self::Certificate | Self::Signature | Self::Nonce => Form::Bytes,
            _ => Form::Text,
        }
    }

    /// Whether the field's values may stand in a trace.
    #[must_use]
    pub const fn secrecy(self) -> Secrecy {
        match self {
            Self::Password
            | Self::ActivationCode
            | Self::SessionToken
            | Self::EntranceToken
            | Self::Certificate
            | Self::Signature
            | Self::TerminalCertificate
            | Self::TerminalKey => Secrecy::Label,
            _ => Secrecy::Open,
        }
    }
}
