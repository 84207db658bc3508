//! The wires that this client speaks: how operations, headers and fields are called on each, and
//! what a service of that time offers.
//!
//! No one outside the implementing bodies has the real interface document, so every name here is
//! assumed. All the rest of the client speaks in [`Operation`] and [`Field`]; teaching it another
//! wire means adding a column to these tables, or handing it an OpenAPI document (`--openapi FILE`).

mod told;

pub(crate) use told::{Carried, Told};

/// A wire profile, chosen with `MADOGUCHI_PROFILE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wire {
    /// `mock-2025.05`, and `mock-2025.04`, which says the same.
    Mock,
    /// `mock-2024.04`: the same names; 健康保険証利用登録 was not yet offered in the app.
    Mock2024,
    /// `renamed-2025.05`: the same conversation under other names.
    Renamed,
    /// Whatever an OpenAPI document says.
    Told(&'static Told),
}

impl Wire {
    /// The wire with this profile name, if the client has a table for it.
    pub(crate) fn named(profile: &str) -> Option<Self> {
        match profile {
            "mock-2025.05" | "mock-2025.04" => Some(Self::Mock),
            "mock-2024.04" => Some(Self::Mock2024),
            "renamed-2025.05" => Some(Self::Renamed),
            _ => None,
        }
    }

    /// Header that carries the session: its name and what stands before the token.
    pub(crate) fn session_header(self) -> (&'static str, &'static str) {
        self.pick(("Authorization", "Bearer "), ("X-Kaishi-Ken", ""))
    }

    /// Header that carries the request id: the same for a request and its retry.
    pub(crate) fn request_id_header(self) -> &'static str {
        self.pick("X-Request-Id", "X-Irai-Bangou")
    }

    /// Header that tells a login of which version the app is.
    pub(crate) fn client_version_header(self) -> &'static str {
        self.pick("X-Client-Version", "X-Apuri-Ban")
    }

    fn pick<T>(self, mock: T, renamed: T) -> T {
        match self {
            Self::Mock | Self::Mock2024 | Self::Told(_) => mock,
            Self::Renamed => renamed,
        }
    }

    /// What an OpenAPI document says of it, where one was handed over.
    pub(crate) const fn told(self) -> Option<&'static Told> {
        match self {
            Self::Told(told) => Some(told),
            Self::Mock | Self::Mock2024 | Self::Renamed => None,
        }
    }

    /// Whether the service offers 健康保険証利用登録 to patients who have not done it.
    pub(crate) fn offers_registration(self) -> bool {
        self.told()
            .map_or(self != Self::Mock2024, |told| told.offers_registration)
    }

    /// Whether a check by PIN is proved by the card's signature over a nonce, and not by its certificate
    /// alone.
    pub(crate) fn signs_with_pin(self) -> bool {
        self.told().is_none_or(|told| told.signs_with_pin)
    }
}

/// HTTP method of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    /// No body.
    Get,
    /// A JSON object as body.
    Post,
}

/// What can be asked of the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    /// Activation of this terminal; answers its certificate and key.
    FirstLogin,
    /// Opens a session of an activated terminal.
    Login,
    /// A nonce for the card to sign.
    Challenge,
    /// Eligibility after 目視確認.
    EligibilityByCertificate,
    /// Eligibility after the 4-digit PIN.
    EligibilityBySignature,
    /// The text that the patient has to agree to.
    RegistrationTerms,
    /// The patient's consent.
    RegistrationConsent,
    /// 健康保険証利用登録
    Register,
    /// Past results of this facility.
    History,
    /// Eligibility by the numbers of an insurance card; for the 資格確認端末 of an institution.
    EligibilityByNumber,
    /// Eligibility by name in an emergency; for the 資格確認端末 of an institution.
    EmergencySearch,
    /// 一括照会: the numbers of several insurance cards; answers 受付番号.
    BulkSubmission,
    /// What came of it, in a ZIP once it is there.
    BulkResult,
    /// 居宅同意取得型: the patient designates an institution and consents.
    InstitutionConsent,
    /// マイナ在宅受付Web: a patient comes in by an institution's link; opens a session.
    PatientEntrance,
    /// Eligibility of those who designated this institution, without their cards.
    EligibilityByConsent,
    /// 診療・薬剤情報, which is not for this kind of client.
    MedicalInformation,
}

impl Operation {
    /// Method and path below the base URL.
    pub(crate) fn endpoint(self, wire: Wire) -> (Method, &'static str) {
        use Method::{Get, Post};
        let (method, mock, renamed) = match self {
            Self::FirstLogin => (Post, "/limited/v1/terminals", "/kakunin/touroku"),
            Self::Login => (Post, "/limited/v1/sessions", "/kakunin/kaishi"),
            Self::Challenge => (Post, "/limited/v1/challenges", "/kakunin/ransuu"),
            Self::EligibilityByCertificate => (
                Post,
                "/limited/v1/eligibility/certificate",
                "/kakunin/shikaku/shoumeisho",
            ),
            Self::EligibilityBySignature => (
                Post,
                "/limited/v1/eligibility/signature",
                "/kakunin/shikaku/shomei",
            ),
            Self::RegistrationTerms => (
                Get,
                "/limited/v1/registration/terms",
                "/kakunin/riyou/kiyaku",
            ),
            Self::RegistrationConsent => (
                Post,
                "/limited/v1/registration/consents",
                "/kakunin/riyou/doui",
            ),
            Self::Register => (Post, "/limited/v1/registrations", "/kakunin/riyou/touroku"),
            Self::History => (Post, "/limited/v1/history", "/kakunin/rireki"),
            Self::EligibilityByNumber => (
                Post,
                "/limited/v1/eligibility/number",
                "/kakunin/shikaku/bangou",
            ),
            Self::EmergencySearch => (Post, "/limited/v1/emergency", "/kakunin/kinkyuu"),
            Self::BulkSubmission => (Post, "/limited/v1/bulk", "/kakunin/ikkatsu"),
            Self::BulkResult => (Post, "/limited/v1/bulk/result", "/kakunin/ikkatsu/kekka"),
            Self::InstitutionConsent => (
                Post,
                "/limited/v1/institution-consents",
                "/kakunin/kyotaku/doui",
            ),
            Self::PatientEntrance => (Post, "/limited/v1/entrances", "/kakunin/zaitaku"),
            Self::EligibilityByConsent => (
                Post,
                "/limited/v1/eligibility/consent",
                "/kakunin/kyotaku/shikaku",
            ),
            Self::MedicalInformation => (Post, "/limited/v1/medical-information", "/kakunin/iryou"),
        };
        wire.told()
            .and_then(|told| told.endpoint(self))
            .unwrap_or((method, wire.pick(mock, renamed)))
    }

    /// Whether the request carries an id, so that the service can recognise a retry.
    pub(crate) fn has_request_id(self) -> bool {
        matches!(
            self,
            Self::EligibilityByCertificate
                | Self::EligibilityBySignature
                | Self::EligibilityByNumber
                | Self::Register
        )
    }
}

/// One row per field: its name on `mock-2025.05` and on `renamed-2025.05`.
macro_rules! fields {
    ($($(#[$doc:meta])* $field:ident: $mock:literal, $renamed:literal;)*) => {
        /// A field of a request or an answer.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Field {
            $($(#[$doc])* $field,)*
        }

        impl Field {
            const ALL: &[Self] = &[$(Self::$field,)*];

            /// JSON name of the field.
            pub(crate) fn name(self, wire: Wire) -> &'static str {
                let (mock, renamed) = match self {
                    $(Self::$field => ($mock, $renamed),)*
                };
                wire.told()
                    .and_then(|told| told.name(mock))
                    .unwrap_or(wire.pick(mock, renamed))
            }
        }
    };
}

fields! {
    // requests
    FacilityCode: "facilityCode", "kikan";
    UserId: "userId", "riyousha";
    Password: "password", "himitsu";
    ActivationCode: "activationCode", "kaishi_code";
    /// `visual` or `pin`
    Method: "method", "houhou";
    /// base64 of DER
    Certificate: "certificate", "shoumeisho";
    ChallengeId: "challengeId", "ransuu_id";
    /// base64, PKCS#1 v1.5 with SHA-256 over the nonce
    Signature: "signature", "shomei";
    TermsId: "termsId", "kiyaku_id";
    /// `agree`
    Consent: "consent", "doui";
    ConsentId: "consentId", "doui_id";
    DateFrom: "dateFrom", "kara";
    DateTo: "dateTo", "made";
    /// `disaster` or `outage`
    EmergencyMode: "emergencyMode", "kinkyuu";
    /// 同意区分: `0`, `1`, or `3` where the patient cannot answer
    InformationConsent: "informationConsent", "etsuran_doui";
    /// 診療区分: `2` 訪問診療等, `3` オンライン診療等
    CareCategory: "careCategory", "shinryou_kubun";
    /// 医療機関等コード
    DesignatedInstitution: "designatedInstitution", "shitei_kikan";
    EntranceToken: "entranceToken", "iriguchi_ken";
    /// List of objects: the units of an 一括照会.
    Items: "items", "ichiran";
    // answers
    ResultCode: "resultCode", "kekka";
    ResultMessage: "resultMessage", "kekka_setsumei";
    TerminalId: "terminalId", "tanmatsu";
    /// PEM
    TerminalCertificate: "terminalCertificate", "tanmatsu_shoumeisho";
    /// PEM, PKCS#8
    TerminalKey: "terminalKey", "tanmatsu_kagi";
    SessionToken: "sessionToken", "kaishi_ken";
    /// base64, 32 bytes
    Nonce: "nonce", "ransuu";
    TermsText: "termsText", "kiyaku";
    QualificationConfirmationDate: "qualificationConfirmationDate", "kakunin_bi";
    /// 資格有効性, `1` … `6`
    QualificationValidity: "qualificationValidity", "yuukousei";
    /// List of objects with the fields below.
    Results: "resultList", "kekka_ichiran";
    /// 受付番号, also asked with
    ReceptionNumber: "receptionNumber", "uketsuke_bangou";
    /// 処理結果区分: `1` 正常終了, `2` 処理中, `9` 異常終了
    SegmentOfResult: "segmentOfResult", "shori_kubun";
    // one result
    /// 照会番号, also asked with
    ReferenceNumber: "referenceNumber", "shoukai_bangou";
    /// 処理結果状況 of a unit: `1` 正常終了, `2` エラー
    ProcessingResultStatus: "processingResultStatus", "shori_joukyou";
    /// 同意区分 of a designation: `0` なし, `1` あり, `2` 有効期限切れ
    ConsentClassification: "consentClassification", "doui_kubun";
    /// 同意有効期限切れ理由
    ConsentEndReason: "consentEndReason", "doui_shuuryou_riyuu";
    /// In the history: `YYYYMMDDhhmmss`, Japanese time.
    ConfirmedAt: "confirmedAt", "kakunin_jikoku";
    /// 被保険者証区分; `A1` is 医療扶助
    InsuredCardClassification: "insuredCardClassification", "shou_kubun";
    InsurerNumber: "insurerNumber", "hokensha_bangou";
    InsurerName: "insurerName", "hokensha_mei";
    InsuredCardSymbol: "insuredCardSymbol", "kigou";
    InsuredIdentificationNumber: "insuredIdentificationNumber", "bangou";
    InsuredBranchNumber: "insuredBranchNumber", "edaban";
    PersonalFamilyClassification: "personalFamilyClassification", "honnin_kazoku";
    Name: "name", "shimei";
    /// half-width
    NameKana: "nameKana", "shimei_kana";
    NameOfOther: "nameOfOther", "shimei_sonota";
    NameOfOtherKana: "nameOfOtherKana", "shimei_sonota_kana";
    Sex1: "sex1", "seibetsu1";
    Sex2: "sex2", "seibetsu2";
    Birthdate: "birthdate", "seinengappi";
    QualificationDate: "qualificationDate", "shutoku_bi";
    DisqualificationDate: "disqualificationDate", "soushitsu_bi";
    InsuredCardValidDate: "insuredCardValidDate", "yuukou_kaishi";
    InsuredCardExpirationDate: "insuredCardExpirationDate", "yuukou_shuuryou";
    /// Three digits, percent.
    InsuredPartialContributionRatio: "insuredPartialContributionRatio", "futan_wariai";
    ReasonOfLoss: "reasonOfLoss", "soushitsu_jiyuu";
    PreschoolClassification: "preschoolClassification", "mishuugaku";
    /// 委託・未委託, never to be shown
    ConsignmentState: "consignmentState", "itaku";
}

impl Field {
    /// The field with this JSON name; unknown names are not an error, services grow.
    pub(crate) fn from_name(name: &str, wire: Wire) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|field| field.name(wire) == name)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// One of each set of names.
    const WIRES: [Wire; 2] = [Wire::Mock, Wire::Renamed];

    #[test]
    fn every_field_has_a_name_of_its_own_on_both_wires() {
        for wire in WIRES {
            let names: BTreeSet<_> = Field::ALL.iter().map(|field| field.name(wire)).collect();
            assert_eq!(names.len(), Field::ALL.len(), "{wire:?}");
            assert!(names.iter().all(|name| !name.is_empty()));
        }
        assert_eq!(Field::ALL.len(), 59);
    }

    #[test]
    fn a_name_leads_back_to_its_field_on_its_own_wire() {
        for &field in Field::ALL {
            for wire in WIRES {
                assert_eq!(Field::from_name(field.name(wire), wire), Some(field));
            }
        }
        assert_eq!(Field::from_name("shimei", Wire::Mock), None);
    }

    #[test]
    fn every_operation_has_a_path_of_its_own_on_both_wires() {
        let operations = [
            Operation::FirstLogin,
            Operation::Login,
            Operation::Challenge,
            Operation::EligibilityByCertificate,
            Operation::EligibilityBySignature,
            Operation::RegistrationTerms,
            Operation::RegistrationConsent,
            Operation::Register,
            Operation::History,
            Operation::EligibilityByNumber,
            Operation::EmergencySearch,
            Operation::BulkSubmission,
            Operation::BulkResult,
            Operation::InstitutionConsent,
            Operation::PatientEntrance,
            Operation::EligibilityByConsent,
            Operation::MedicalInformation,
        ];
        let paths: BTreeSet<_> = operations
            .iter()
            .flat_map(|operation| WIRES.map(|wire| operation.endpoint(wire).1))
            .collect();
        assert_eq!(paths.len(), 2 * operations.len());
        assert!(paths.iter().all(|path| path.starts_with('/')));
    }

    #[test]
    fn only_profiles_with_a_table_have_a_name() {
        assert_eq!(Wire::named("mock-2025.05"), Some(Wire::Mock));
        assert_eq!(Wire::named("mock-2025.04"), Some(Wire::Mock));
        assert_eq!(Wire::named("mock-2024.04"), Some(Wire::Mock2024));
        assert_eq!(Wire::named("renamed-2025.05"), Some(Wire::Renamed));
        assert_eq!(Wire::named("oqs-xml-8.07"), None);
    }
}
