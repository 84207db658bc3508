//! What is true when the service starts.

use std::collections::HashSet;

use jiff::Timestamp;
use jiff::civil::Date;
use madoguchi_eligibility::{
    AccountRole, AssistanceRecord, Availability, CareCategory, CertificateState, ConsentEndReason,
    FacilityCode, FacilityKind, InsuranceRecord, Rules, TerminalKind,
};
use madoguchi_terms::Secret;
use serde::{Deserialize, Serialize};

use crate::decision::day;
use crate::text::{exposed, octets};

/// Everything the registry knows at the start.
#[derive(Debug, Clone, Default)]
pub struct Setup {
    /// Facilities with their accounts.
    pub facilities: Vec<Facility>,
    /// Activation codes that were issued.
    pub codes: Vec<ActivationCode>,
    /// Terminals that were activated before.
    pub terminals: Vec<Terminal>,
    /// Persons with their records.
    pub persons: Vec<Person>,
    /// Certificates and whose they are.
    pub certificates: Vec<CertificateRecord>,
    /// Numbers and switches of this service; a wire profile brings them.
    pub rules: Rules,
    /// Whether the service works.
    pub availability: Availability,
    /// Whether JPKI cannot be asked about certificates that are not in the table.
    pub jpki_maintenance: bool,
    /// Windows in which it cannot, as announced.
    pub jpki_windows: Vec<Maintenance>,
    /// Whether マイナポータル, which 健康保険証利用登録 goes through, is out of order.
    pub mynaportal_outage: bool,
    /// 居宅同意 and オンライン診療 consents that were given before.
    pub institution_consents: Vec<InstitutionConsent>,
    /// Special measures of 災害時.
    pub disasters: Vec<DisasterMeasure>,
}

/// A facility that may use the limited type.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Facility {
    /// 医療機関等コード
    pub code: FacilityCode,
    /// What it is, as far as the service treats it differently.
    pub kind: FacilityKind,
    /// Whether 外来診療等(通常とは異なる動線) is set to 利用する (事務連絡 2025-05-21).
    pub function_on: bool,
    /// Whether a 廃止届 was filed.
    pub closed: bool,
    /// Accounts of its staff.
    pub accounts: Vec<Account>,
}

impl Facility {
    /// An open facility with the function switched on and no accounts.
    #[must_use]
    pub const fn new(code: FacilityCode) -> Self {
        Self {
            code,
            kind: FacilityKind::Treatment,
            function_on: true,
            closed: false,
            accounts: Vec::new(),
        }
    }
}

/// An account of one member of staff.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Account {
    /// ユーザーID
    pub user_id: String,
    /// パスワード
    #[serde(with = "exposed")]
    pub password: Secret<String>,
    /// 権限区分
    pub role: AccountRole,
    /// Whether the account has logged in to the eligibility system itself; before that the app
    /// refuses it (事務連絡 2025-05-21).
    pub has_logged_in: bool,
    /// Whether the account is locked.
    pub locked: bool,
    /// 利用開始年月日
    pub use_from: Option<Date>,
    /// ユーザ名
    pub name: String,
    /// ユーザ名(カナ)
    pub name_kana: String,
}

impl Account {
    /// A 一般利用者 that has logged in before.
    #[must_use]
    pub fn new(user_id: impl Into<String>, password: impl Into<String>) -> Self {
        Self {
            user_id: user_id.into(),
            password: Secret::new(password.into()),
            role: AccountRole::General,
            has_logged_in: true,
            locked: false,
            use_from: None,
            name: String::new(),
            name_kana: String::new(),
        }
    }
}

/// アクティベーションコード (事務連絡 2025-05-21): one per terminal, usable about ten minutes after
/// it was issued, to be invalidated when the terminal is lost.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ActivationCode {
    /// The code as a string: leading zeros count.
    #[serde(with = "exposed")]
    pub code: Secret<String>,
    /// Whose code it is.
    pub facility: FacilityCode,
    /// What kind of terminal it activates.
    pub kind: TerminalKind,
    /// 端末識別メモ情報: which terminal it is for.
    pub memo: String,
    /// 発行日時
    pub issued_at: Timestamp,
    /// Whether 無効化する was pressed.
    pub invalidated: bool,
    /// Id of the terminal that used it.
    pub used_by: Option<String>,
}

impl ActivationCode {
    /// An unused code.
    #[must_use]
    pub fn new(code: impl Into<String>, facility: FacilityCode, issued_at: Timestamp) -> Self {
        let code = Secret::new(code.into());
        Self {
            code,
            facility,
            kind: TerminalKind::Limited,
            memo: String::new(),
            issued_at,
            invalidated: false,
            used_by: None,
        }
    }
}

/// An authenticated terminal (端末認証), known by its client certificate.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Terminal {
    /// The service's name for it.
    pub id: String,
    /// Whose terminal it is.
    pub facility: FacilityCode,
    /// What speaks from it.
    pub kind: TerminalKind,
    /// Client certificate, DER.
    #[serde(with = "octets")]
    pub certificate: Vec<u8>,
    /// Whether its activation was withdrawn.
    pub revoked: bool,
}

impl Terminal {
    /// A terminal in good standing.
    #[must_use]
    pub fn new(id: impl Into<String>, facility: FacilityCode, certificate: Vec<u8>) -> Self {
        Self {
            id: id.into(),
            facility,
            kind: TerminalKind::Limited,
            certificate,
            revoked: false,
        }
    }
}

/// A person and what is on record for him or her.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Person {
    /// Our name for the person, such as a persona's id.
    pub id: String,
    /// Whether 健康保険証利用登録 is done.
    pub registered: bool,
    /// Eligibilities of 医療保険, past and present.
    pub insurance: Vec<InsuranceRecord>,
    /// 医療扶助, past and present.
    pub assistance: Vec<AssistanceRecord>,
    /// Whether the records are kept from view while the insurer looks into a mismatch with the
    /// resident register (public notices, since May 2024).
    pub withheld: bool,
}

/// 利用者証明用電子証明書 and whose it is.
#[derive(Debug, Clone)]
pub struct CertificateRecord {
    /// The certificate, DER.
    pub der: Vec<u8>,
    /// Its RSA public key, PKCS#1 DER.
    pub public_key: Vec<u8>,
    /// [`Person::id`] of the holder.
    pub person: String,
    /// End of its validity.
    pub not_after: Timestamp,
    /// What else is known of it.
    pub state: CertificateState,
    /// What carries its key.
    pub bearer: Bearer,
}

/// What carries the key of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bearer {
    /// マイナンバーカード
    #[default]
    Card,
    /// A telephone (スマートフォン用電子証明書): stops with its last day, without grace (public
    /// notices).
    Phone,
}

/// A maintenance window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Maintenance {
    /// Its first instant.
    pub from: Timestamp,
    /// The first instant after it.
    pub until: Timestamp,
}

impl Maintenance {
    /// Whether the instant lies within the window.
    #[must_use]
    pub fn covers(self, instant: Timestamp) -> bool {
        self.from <= instant && instant < self.until
    }
}

/// A patient's consent that an institution may ask about him or her without the card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstitutionConsent {
    /// Its name.
    pub id: String,
    /// Who consented.
    pub person: String,
    /// The institution that was designated.
    pub institution: FacilityCode,
    /// 訪問診療等 or オンライン診療等.
    pub care: CareCategory,
    /// When.
    pub given_at: Timestamp,
    /// Whether medical information may be seen too.
    pub information: bool,
    /// Why it is over, if it is.
    pub ended: Option<ConsentEndReason>,
}

impl InstitutionConsent {
    /// Why the consent does not count on the day of `now`, if it does not: it was ended, or it is
    /// one for オンライン診療等 of another day (slides of 2022-12: consent every time).
    pub(crate) fn end(&self, now: Timestamp) -> Option<ConsentEndReason> {
        let lapsed = self.care == CareCategory::Online && day(self.given_at) != day(now);
        self.ended
            .or_else(|| lapsed.then_some(ConsentEndReason::Lapsed))
    }
}

/// A special measure of 災害時: where and how long it counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisasterMeasure {
    /// Facilities in the area.
    pub facilities: HashSet<FacilityCode>,
    /// First day.
    pub from: Date,
    /// Last day.
    pub until: Date,
}
