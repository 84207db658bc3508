//! What the registry knows beyond a process: its rows as a store keeps them. Sessions and nonces
//! are not among them, so a restart ends every session; neither is what was typed and was wrong.

use std::collections::HashSet;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use madoguchi_eligibility::{
    CertificateState, Decision, FacilityCode, Fields, QualificationValidity,
};
use serde::{Deserialize, Serialize};

use crate::setup::{
    ActivationCode, Bearer, CertificateRecord, DisasterMeasure, Facility, InstitutionConsent,
    Maintenance, Person, Terminal,
};
use crate::table::{Name, Row, fingerprint};
use crate::text::{octets, shared};

/// Wrong passwords in a row.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct WrongPasswords {
    pub(crate) facility: FacilityCode,
    pub(crate) user_id: String,
    pub(crate) count: u32,
}

/// A 健康保険証利用登録 that this registry accepted.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Registration {
    pub(crate) person: String,
    /// When it takes effect.
    pub(crate) effective: Timestamp,
}

/// A facility for which the call centre switched システム障害時モード on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct OutageMode {
    pub(crate) facility: FacilityCode,
}

/// What lets patients in at an institution: マイナ在宅受付Web.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Entrance {
    pub(crate) token: String,
    pub(crate) institution: FacilityCode,
}

/// What is filed of one certificate. The DER itself is not kept, and certificates of one set-up with
/// the same public key share it: a fleet for load tests needs no key for each person.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Filed {
    /// SHA-256 of the certificate.
    pub(crate) fingerprint: Box<str>,
    /// RSA public key, PKCS#1 DER.
    #[serde(with = "octets")]
    pub(crate) public_key: Arc<[u8]>,
    /// [`Person::id`] of the holder.
    pub(crate) person: Box<str>,
    pub(crate) not_after: Timestamp,
    pub(crate) state: CertificateState,
    pub(crate) bearer: Bearer,
}

impl Filed {
    /// The certificates of a set-up.
    pub(crate) fn all(records: Vec<CertificateRecord>) -> impl Iterator<Item = Self> {
        let mut keys: HashSet<Arc<[u8]>> = HashSet::new();
        records.into_iter().map(move |record| {
            let mut filed = Self::from(record);
            match keys.get(&filed.public_key) {
                Some(known) => filed.public_key = known.clone(),
                None => drop(keys.insert(filed.public_key.clone())),
            }
            filed
        })
    }
}

impl From<CertificateRecord> for Filed {
    fn from(record: CertificateRecord) -> Self {
        Self {
            fingerprint: fingerprint(&record.der).into(),
            public_key: record.public_key.into(),
            person: record.person.into(),
            not_after: record.not_after,
            state: record.state,
            bearer: record.bearer,
        }
    }
}

/// One inquiry that delivered an eligibility.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryRow {
    /// When.
    pub at: Timestamp,
    /// Which facility asked.
    pub facility: FacilityCode,
    /// Which of its terminals.
    pub terminal: String,
    /// Which of its staff.
    pub user_id: String,
    /// Whose eligibility it is.
    pub person: String,
    /// What was answered.
    pub decision: Decision,
    /// 資格有効性 that was answered.
    pub validity: QualificationValidity,
    /// The eligibilities that were delivered. Who is asked about again and again has them once.
    #[serde(with = "shared")]
    pub results: Arc<[Fields]>,
}

/// A bulk inquiry that was received.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Submission {
    pub(crate) reception_number: String,
    pub(crate) facility: FacilityCode,
    pub(crate) subject: Subject,
    /// How often its result was asked for.
    pub(crate) asked: u32,
}

/// Whom a bulk inquiry is about.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Subject {
    /// The numbers of insurance cards, one unit each.
    Numbers(Vec<Fields>),
    /// Those who designated the institution; by kind of care and date of consent.
    Designations(Fields),
    /// Those with a ticket (医療券) for a month.
    Tickets(Date),
}

impl Row for Facility {
    const KIND: &'static str = "facility";

    fn key(&self) -> String {
        self.code.as_str().to_owned()
    }
}

impl Row for ActivationCode {
    const KIND: &'static str = "activation-code";

    fn key(&self) -> String {
        Self::key_of(&self.facility, self.code.expose())
    }

    fn names(&self) -> Vec<Name> {
        let digits = Self::by_digits(self.code.expose());
        vec![digits, Self::by_facility(&self.facility)]
    }
}

impl ActivationCode {
    /// What finds a code wherever it was issued.
    pub(crate) fn by_digits(code: &str) -> Name {
        Name::new("digits", code)
    }

    /// What finds the codes of a facility.
    pub(crate) fn by_facility(facility: &FacilityCode) -> Name {
        Name::new("facility", facility)
    }

    /// Two facilities may have the same digits.
    pub(crate) fn key_of(facility: &FacilityCode, code: &str) -> String {
        format!("{}/{code}", facility.as_str())
    }
}

impl Row for Terminal {
    const KIND: &'static str = "terminal";

    fn key(&self) -> String {
        fingerprint(&self.certificate)
    }

    fn names(&self) -> Vec<Name> {
        vec![Self::by_id(&self.id)]
    }
}

impl Terminal {
    /// What finds the terminal of that name.
    pub(crate) fn by_id(id: &str) -> Name {
        Name::new("id", id)
    }
}

impl Row for Person {
    const KIND: &'static str = "person";

    fn key(&self) -> String {
        self.id.clone()
    }

    fn names(&self) -> Vec<Name> {
        let numbers = self.insurance.iter().map(|record| {
            let insurer = record.insurer_number.as_str();
            Self::by_number(insurer, &record.number)
        });
        let insurance = self.insurance.iter().map(|record| &record.insured);
        let assistance = self.assistance.iter().map(|record| &record.insured);
        let insured = insurance.chain(assistance);
        let birthdates = insured.map(|insured| Self::by_birthdate(insured.birthdate));
        numbers.chain(birthdates).collect()
    }
}

impl Person {
    /// What finds the person who has an insurance card with these numbers. 保険者番号 counts in eight
    /// digits, padded in front: six-digit ones of 国保 are the same number.
    pub(crate) fn by_number(insurer: &str, number: &str) -> Name {
        Name::new("number", (format!("{insurer:0>8}"), number))
    }

    /// What finds the person who has a record with this birth date.
    pub(crate) fn by_birthdate(date: Date) -> Name {
        Name::new("birthdate", date)
    }
}

impl Row for Filed {
    const KIND: &'static str = "certificate";

    fn key(&self) -> String {
        self.fingerprint.to_string()
    }
}

impl Row for WrongPasswords {
    const KIND: &'static str = "wrong-passwords";

    fn key(&self) -> String {
        Self::key_of(&self.facility, &self.user_id)
    }
}

impl WrongPasswords {
    pub(crate) fn key_of(facility: &FacilityCode, user_id: &str) -> String {
        format!("{}/{user_id}", facility.as_str())
    }
}

impl Row for Registration {
    const KIND: &'static str = "registration";

    fn key(&self) -> String {
        self.person.clone()
    }
}

impl Row for HistoryRow {
    const KIND: &'static str = "history";

    fn key(&self) -> String {
        String::new()
    }

    fn names(&self) -> Vec<Name> {
        vec![
            Self::by_facility(&self.facility),
            Self::by_person(&self.person),
        ]
    }

    fn counted(&self) -> Option<Name> {
        Some(Self::by_facility(&self.facility))
    }
}

impl HistoryRow {
    /// What finds the inquiries of a facility.
    pub(crate) fn by_facility(facility: &FacilityCode) -> Name {
        Name::new("facility", facility)
    }

    /// What finds the inquiries about a person.
    pub(crate) fn by_person(person: &str) -> Name {
        Name::new("person", person)
    }
}

impl Row for Submission {
    const KIND: &'static str = "bulk";

    fn key(&self) -> String {
        String::new()
    }

    fn names(&self) -> Vec<Name> {
        vec![
            Self::by_number(&self.reception_number),
            Self::by_facility(&self.facility),
        ]
    }

    fn counted(&self) -> Option<Name> {
        Some(Self::by_facility(&self.facility))
    }
}

impl Submission {
    /// What finds a submission by 受付番号.
    pub(crate) fn by_number(reception_number: &str) -> Name {
        Name::new("reception", reception_number)
    }

    /// What finds the submissions of a facility.
    pub(crate) fn by_facility(facility: &FacilityCode) -> Name {
        Name::new("facility", facility)
    }
}

impl Row for InstitutionConsent {
    const KIND: &'static str = "institution-consent";

    fn key(&self) -> String {
        self.id.clone()
    }

    fn names(&self) -> Vec<Name> {
        vec![Self::by_institution(&self.institution)]
    }
}

impl InstitutionConsent {
    /// What finds the consents to one institution.
    pub(crate) fn by_institution(institution: &FacilityCode) -> Name {
        Name::new("institution", institution)
    }
}

impl Row for DisasterMeasure {
    const KIND: &'static str = "disaster-measure";

    fn key(&self) -> String {
        String::new()
    }
}

impl Row for OutageMode {
    const KIND: &'static str = "outage-mode";

    fn key(&self) -> String {
        self.facility.as_str().to_owned()
    }
}

impl Row for Entrance {
    const KIND: &'static str = "entrance";

    fn key(&self) -> String {
        self.token.clone()
    }
}

impl Row for Maintenance {
    const KIND: &'static str = "jpki-maintenance";

    fn key(&self) -> String {
        String::new()
    }
}
