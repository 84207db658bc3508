//! What is true when the service starts.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use madoguchi_eligibility::{AssistanceRecord, FacilityCode, InsuranceRecord};
use madoguchi_terms::Secret;

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
    /// Numbers that no document states.
    pub rules: Rules,
    /// Whether the service works.
    pub availability: Availability,
    /// Whether JPKI cannot be asked about certificates that are not in the table.
    pub jpki_maintenance: bool,
}

/// A facility that may use the limited type.
#[derive(Debug, Clone)]
pub struct Facility {
    /// 医療機関等コード
    pub code: FacilityCode,
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
            function_on: true,
            closed: false,
            accounts: Vec::new(),
        }
    }
}

/// An account of one member of staff.
#[derive(Debug, Clone)]
pub struct Account {
    /// ユーザーID
    pub user_id: String,
    /// パスワード
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
        }
    }
}

/// 権限区分
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountRole {
    /// 管理: sets things up at the 資格確認端末; may not use the app (*assumed*).
    Admin,
    /// 一般利用者
    General,
    /// 医療情報閲覧; in the limited type no more than 一般利用者.
    MedicalInformation,
}

/// アクティベーションコード (事務連絡 2025-05-21): one per terminal, usable about ten minutes after
/// it was issued, to be invalidated when the terminal is lost.
#[derive(Debug, Clone)]
pub struct ActivationCode {
    /// The code as a string: leading zeros count.
    pub code: Secret<String>,
    /// Whose code it is.
    pub facility: FacilityCode,
    /// 発行日時
    pub issued_at: Timestamp,
    /// Whether 無効化する was pressed.
    pub invalidated: bool,
    /// Id of the terminal that used it.
    pub used_by: Option<String>,
}

impl ActivationCode {
    /// A code that nobody has used.
    #[must_use]
    pub fn new(code: impl Into<String>, facility: FacilityCode, issued_at: Timestamp) -> Self {
        let code = Secret::new(code.into());
        Self {
            code,
            facility,
            issued_at,
            invalidated: false,
            used_by: None,
        }
    }
}

/// An authenticated terminal (端末認証), known by its client certificate.
#[derive(Debug, Clone)]
pub struct Terminal {
    /// The service's name for it.
    pub id: String,
    /// Whose terminal it is.
    pub facility: FacilityCode,
    /// Client certificate, DER.
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
            certificate,
            revoked: false,
        }
    }
}

/// A person and what is on record for him or her.
#[derive(Debug, Clone)]
pub struct Person {
    /// Our name for the person, such as a persona's id.
    pub id: String,
    /// Whether 健康保険証利用登録 is done.
    pub registered: bool,
    /// Eligibilities of 医療保険, past and present.
    pub insurance: Vec<InsuranceRecord>,
    /// 医療扶助, past and present.
    pub assistance: Vec<AssistanceRecord>,
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
}

/// What is known of a certificate beside its dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CertificateState {
    /// In the table of the eligibility system.
    Active,
    /// Renewed: JPKI has to be asked at its first use, then it is in the table (public notice of
    /// the maintenance of 2024-12-15).
    Renewed,
    /// Revoked.
    Revoked,
}

/// Whether the service works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Availability {
    /// It does.
    #[default]
    Running,
    /// Too many requests.
    Busy,
    /// システム障害
    Outage,
}

/// Numbers of the service that no document states, all *assumed*.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// How long after its issue an activation code becomes usable ("about ten minutes"; A-05).
    pub code_ready_after: SignedDuration,
    /// How many wrong passwords lock an account.
    pub passwords_until_lock: u32,
    /// How long after it was accepted 健康保険証利用登録 takes effect.
    pub registration_takes: SignedDuration,
    /// For how many calendar months an expired certificate still gives eligibility.
    pub grace_months: i32,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            code_ready_after: SignedDuration::from_secs(600),
            passwords_until_lock: 5,
            registration_takes: SignedDuration::ZERO,
            grace_months: 3,
        }
    }
}
