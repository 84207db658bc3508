//! The record of one check, and the file in which a 資格確認端末 leaves it.

use jiff::civil::Date;
use madoguchi_eligibility::{
    Answer, AssistanceRecord, CharacterCode, Decision, Field, Fields, InsuranceRecord, Operation,
    QualificationValidity, ReferenceClassification,
};
use madoguchi_wire::{Profile, Unreadable};
use serde::Deserialize;

/// What a check came to: when and where it was made, and the eligibilities that were found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delivered {
    /// 資格確認日, 資格有効性, 医療機関等コード, the time of the answer.
    pub head: Fields,
    /// The eligibilities; 医療扶助 follows 医療保険.
    pub results: Vec<Fields>,
}

/// In which encoding a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Charset {
    /// CP932. What it lacks is delivered as ●.
    #[default]
    ShiftJis,
    /// UTF-8.
    Utf8,
}

/// What the XML declaration says of the encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Label {
    /// The truth.
    #[default]
    Right,
    /// The other encoding.
    Wrong,
}

impl Delivered {
    /// A check by card on `day`: what holds on that day, else what was lost last.
    #[must_use]
    pub fn of(insurance: &[InsuranceRecord], assistance: &[AssistanceRecord], day: Date) -> Self {
        let holds = insurance.iter().any(|record| record.holds_on(day))
            || assistance.iter().any(|record| record.holds_on(day));
        let mut results: Vec<Fields> = insurance
            .iter()
            .filter(|record| record.holds_on(day) || !holds)
            .map(InsuranceRecord::result)
            .collect();
        results.extend(
            assistance
                .iter()
                .filter(|record| record.holds_on(day) || !holds)
                .map(AssistanceRecord::result),
        );
        let validity = match (holds, results.is_empty()) {
            (true, _) => QualificationValidity::Valid,
            (false, false) => QualificationValidity::Invalid,
            (false, true) => QualificationValidity::None,
        };
        let mut head = Fields::new();
        head.set(
            Field::QualificationConfirmationDate,
            day.strftime("%Y%m%d").to_string(),
        );
        head.set(Field::QualificationValidity, validity.code());
        Self { head, results }
    }

    /// The document of the check, as `face` has it.
    #[must_use]
    pub fn xml(&self, profile: &Profile, charset: Charset, label: Label) -> Vec<u8> {
        let mut answer = Answer::new(Decision::Ok, "delivered");
        answer.fields = self.head.clone();
        answer.results.clone_from(&self.results);
        let code = match charset {
            Charset::ShiftJis => CharacterCode::ShiftJis,
            Charset::Utf8 => CharacterCode::Utf8,
        };
        answer
            .fields
            .set(Field::CharacterCodeIdentifier, code.code());
        answer.fields.set(
            Field::ReferenceClassification,
            ReferenceClassification::Card.code(),
        );
        let bytes = profile.render(Some(SINGLE), &answer).body;
        match label {
            Label::Right => bytes,
            Label::Wrong => relabelled(bytes, charset),
        }
    }

    /// What a document of this kind says.
    ///
    /// # Errors
    /// Where it is none, and whether only its end is missing.
    pub fn from_xml(profile: &Profile, bytes: &[u8]) -> Result<Self, Unreadable> {
        let (head, results) = profile.read_reply(Some(SINGLE), bytes)?;
        Ok(Self { head, results })
    }
}

/// A file of `face` has the layout of a single inquiry's answer.
const SINGLE: Operation = Operation::EligibilityByNumber;

/// The document with the other encoding in its first line.
fn relabelled(bytes: Vec<u8>, charset: Charset) -> Vec<u8> {
    let (said, lie): (&[u8], &[u8]) = match charset {
        Charset::ShiftJis => (b"\"Shift_JIS\"", b"\"UTF-8\""),
        Charset::Utf8 => (b"\"UTF-8\"", b"\"Shift_JIS\""),
    };
    match bytes.windows(said.len()).position(|found| found == said) {
        Some(at) => [&bytes[..at], lie, &bytes[at + said.len()..]].concat(),
        None => bytes,
    }
}
