//! What the registry knows beyond a process: its rows as a store keeps them. Sessions and nonces
//! are not among them, so a restart ends every session; neither is what was typed and was wrong.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use madoguchi_eligibility::FacilityCode;
use serde::{Deserialize, Serialize};

use crate::bulk::Submission;
use crate::certificate::Filed;
use crate::emergency::DisasterMeasure;
use crate::history::{HistoryRow, Replay};
use crate::institution::InstitutionConsent;
use crate::registry::Registry;
use crate::table::{Change, Kept, Name, Row, fingerprint};
use crate::{ActivationCode, Facility, Maintenance, Person, Terminal};

/// A row of a store that this registry cannot read.
#[derive(Debug)]
pub struct BadRow {
    /// Its kind.
    pub kind: String,
    /// What is wrong with it; `None` where the kind is unknown.
    pub why: Option<serde_json::Error>,
}

impl fmt::Display for BadRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.why {
            Some(why) => write!(f, "a row of kind {:?} cannot be read: {why}", self.kind),
            None => write!(f, "rows of kind {:?} are unknown", self.kind),
        }
    }
}

impl std::error::Error for BadRow {}

impl Registry {
    /// Begins to note what is touched; before that, nothing can be kept or undone.
    pub fn keep_track(&mut self) {
        self.tables_mut().into_iter().for_each(Kept::keep_track);
    }

    /// The rows that were touched since they were last kept.
    #[must_use]
    pub fn changes(&self) -> Vec<Change> {
        let mut changes = Vec::new();
        for table in self.tables() {
            table.changes(&mut changes);
        }
        changes
    }

    /// The changes have reached the store.
    pub fn keep(&mut self) {
        self.tables_mut().into_iter().for_each(Kept::keep);
    }

    /// The changes have not reached the store: they never happened.
    pub fn undo(&mut self) {
        self.tables_mut().into_iter().for_each(Kept::undo);
    }

    /// Puts a row back that was kept under `key`. Rows of one kind come in the order in which they
    /// were first kept, and before anybody [keeps track](Self::keep_track).
    ///
    /// # Errors
    /// The kind is unknown, or the row is none of its kind.
    pub fn restore(&mut self, kind: &str, key: &str, row: &str) -> Result<(), BadRow> {
        let bad = |why| BadRow {
            kind: kind.to_owned(),
            why,
        };
        let table = self
            .tables_mut()
            .into_iter()
            .find(|table| table.kind() == kind)
            .ok_or_else(|| bad(None))?;
        table.restore(key, row).map_err(|why| bad(Some(why)))
    }

    fn tables(&self) -> [&dyn Kept; 15] {
        [
            &self.facilities,
            &self.codes,
            &self.terminals,
            &self.persons,
            &self.certificates,
            &self.wrong_passwords,
            &self.registrations,
            &self.history,
            &self.replays.0,
            &self.bulk,
            &self.institution_consents,
            &self.disasters,
            &self.outage_mode,
            &self.entrances,
            &self.jpki_windows,
        ]
    }

    fn tables_mut(&mut self) -> [&mut dyn Kept; 15] {
        [
            &mut self.facilities,
            &mut self.codes,
            &mut self.terminals,
            &mut self.persons,
            &mut self.certificates,
            &mut self.wrong_passwords,
            &mut self.registrations,
            &mut self.history,
            &mut self.replays.0,
            &mut self.bulk,
            &mut self.institution_consents,
            &mut self.disasters,
            &mut self.outage_mode,
            &mut self.entrances,
            &mut self.jpki_windows,
        ]
    }
}

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

impl Row for Replay {
    const KIND: &'static str = "answered-request";

    fn key(&self) -> String {
        String::new()
    }

    fn names(&self) -> Vec<Name> {
        vec![
            Self::by_request(&self.terminal, &self.request_id),
            Self::by_terminal(&self.terminal),
        ]
    }

    fn counted(&self) -> Option<Name> {
        Some(Self::by_terminal(&self.terminal))
    }
}

impl Replay {
    /// What finds a terminal's request by its id.
    pub(crate) fn by_request(terminal: &str, request_id: &str) -> Name {
        Name::new("request", (terminal, request_id))
    }

    /// What finds all requests of a terminal.
    pub(crate) fn by_terminal(terminal: &str) -> Name {
        Name::new("terminal", terminal)
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

/// How what is no text by itself stands in a row. Test data of a service that is none: the one
/// place that writes a password or a code down is the store that the user named.
pub(crate) mod text {
    use madoguchi_terms::Secret;
    pub(crate) mod exposed {
        use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

        use super::Secret;

        pub(crate) fn serialize<S: Serializer>(
            secret: &Secret<String>,
            serializer: S,
        ) -> Result<S::Ok, S::Error> {
            secret.expose().serialize(serializer)
        }

        pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
            deserializer: D,
        ) -> Result<Secret<String>, D::Error> {
            String::deserialize(deserializer).map(Secret::new)
        }
    }

    /// A list that rows share: written out in each.
    pub(crate) mod shared {
        use std::sync::Arc;

        use serde::{Deserialize, Deserializer, Serialize, Serializer};

        pub(crate) fn serialize<T: Serialize, S: Serializer>(
            list: &Arc<[T]>,
            serializer: S,
        ) -> Result<S::Ok, S::Error> {
            list[..].serialize(serializer)
        }

        pub(crate) fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
            deserializer: D,
        ) -> Result<Arc<[T]>, D::Error> {
            Vec::deserialize(deserializer).map(Into::into)
        }
    }

    pub(crate) mod octets {
        use base64ct::{Base64, Encoding as _};
        use serde::de::Error as _;
        use serde::{Deserialize as _, Deserializer, Serializer};

        pub(crate) fn serialize<S: Serializer>(
            octets: impl AsRef<[u8]>,
            serializer: S,
        ) -> Result<S::Ok, S::Error> {
            serializer.serialize_str(&Base64::encode_string(octets.as_ref()))
        }

        pub(crate) fn deserialize<'de, T: From<Vec<u8>>, D: Deserializer<'de>>(
            deserializer: D,
        ) -> Result<T, D::Error> {
            let text = String::deserialize(deserializer)?;
            let octets = Base64::decode_vec(&text).map_err(D::Error::custom)?;
            Ok(octets.into())
        }
    }
}
