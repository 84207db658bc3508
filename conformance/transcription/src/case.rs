//! What was put before a program, and what it made of it.

use std::collections::{BTreeMap, BTreeSet};

use madoguchi_eligibility::{Field, Fields};
use madoguchi_notation::Wording;
use serde::{Deserialize, Serialize};

use crate::export::{Export, Sheet};

/// One case: deliveries in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// Id of the scenario.
    pub id: String,
    /// What it is for.
    pub purpose: Wording,
    /// The requirements that it is meant to decide.
    pub requirements: Vec<String>,
    /// What was delivered.
    pub puts: Vec<Put>,
}

/// One delivery.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Put {
    /// Name of the file, or where else it was put.
    pub name: String,
    /// The eligibilities in it, each with 資格確認日, and the fields for which the way of delivery has
    /// a place: no レセコン can take over what never arrived.
    pub records: Vec<(Fields, BTreeSet<Field>)>,
    /// Of each record the values that were delivered in another form than the interface's, as they
    /// were: the clipboard has kana in full width, dates of birth in 元号, ratios as 3割.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub written: Vec<BTreeMap<Field, String>>,
    /// What should become of it.
    pub fate: Fate,
    /// Whether it must be marked as something to check.
    pub doubtful: bool,
    /// Whether the insurer of the examinee's 受診券 or 利用券 is another one, where there was a ticket.
    pub ticket_of_another_insurer: Option<bool>,
    /// Where its records must be found.
    pub sheet: Sheet,
}

impl Put {
    /// How a value of a record was delivered, where that is not the interface's form.
    pub(crate) fn written(&self, record: usize, field: Field) -> Option<&str> {
        self.written.get(record)?.get(&field).map(String::as_str)
    }
}

/// What should become of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// Its records are in the export.
    #[default]
    Taken,
    /// A later delivery of the same person took its place; whether the export still tells of it is
    /// the vendor's choice.
    Superseded,
    /// No record, and a word about it.
    Refused,
    /// A marked record, or none and a word about it.
    Either,
}

/// What the program made of a case.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// Its export.
    pub export: Export,
    /// How it ended, where that was not as it should.
    pub fell: Option<Wording>,
    /// How it went about a bulk inquiry, where it was told to make one.
    pub inquiry: Option<Inquiry>,
}

/// A bulk inquiry as the 資格確認端末 saw it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Inquiry {
    /// How often the program asked for the result.
    pub asked: u32,
    /// How often it was to be told that the result is being made.
    pub processing: u32,
    /// Whether it got the result.
    pub fetched: bool,
}
