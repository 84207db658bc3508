//! From a scenario to what is delivered: the persona's records with what the scenario changes.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use madoguchi_delivery::{Delivered, Kind, Layout, Unit};
use madoguchi_eligibility::{Field, Fields, QualificationValidity};
use madoguchi_fixtures::{Issued, persona};
use madoguchi_transcription::Put;
use madoguchi_wire::Profile;

use super::scenario::{Deliver, Inquire, Patient, Scenario, Way};
use crate::cell::staff;

/// A delivery that is ready to be put somewhere.
pub(super) struct Parcel {
    pub(super) content: Content,
    /// What the judge is told of it.
    pub(super) put: Put,
}

pub(super) enum Content {
    /// A file of `face`.
    File { name: String, bytes: Vec<u8> },
    /// A text for the clipboard.
    Text(String),
}

/// The delivery of the `n`-th act, from 1.
pub(super) fn parcel(scenario: &Scenario, deliver: &Deliver, n: usize, wire: &Profile) -> Parcel {
    let day = deliver.day.date(scenario.at);
    let delivered = delivered(deliver, scenario.at, day, n);
    let layout = deliver.layout.as_ref().and_then(|name| Layout::named(name));
    let layout = layout.unwrap_or_else(Layout::newest);
    let (name, content) = match deliver.by {
        Way::Xml => {
            let facility = staff::facility_code();
            let time = delivered
                .head
                .text(Field::ProcessExecutionTime)
                .unwrap_or_default();
            let name = format!("OQSsiquc01res_face_{}_{time}.xml", facility.as_str());
            let bytes = delivered.xml(wire, deliver.charset, deliver.label);
            (name.clone(), Content::File { name, bytes })
        }
        Way::Clipboard => {
            let text = delivered.clipboard(&layout, deliver.line_end);
            (
                format!("clipboard {n}"),
                Content::Text(inserted(deliver, text)),
            )
        }
    };
    // What the encoding of the file lacks was replaced by the terminal, not by the program.
    let arrived = match deliver.by {
        Way::Xml => {
            let bytes = delivered.xml(wire, deliver.charset, madoguchi_delivery::Label::Right);
            Delivered::from_xml(wire, &bytes).unwrap_or_else(|_| delivered.clone())
        }
        Way::Clipboard => delivered.clone(),
    };
    let date = Field::QualificationConfirmationDate;
    let records = arrived.results.iter().map(|result| {
        let mut record = result.clone();
        record.set_some(date, delivered.head.get(date).cloned());
        if deliver.by == Way::Xml {
            let validity = Field::QualificationValidity;
            record.set_some(validity, delivered.head.get(validity).cloned());
        }
        let carries = |field: &Field| match deliver.by {
            Way::Xml => true,
            Way::Clipboard => layout.carries(Kind::of(result), *field),
        };
        (record, Field::ALL.iter().copied().filter(carries).collect())
    });
    let has_place = |(record, _): &(Fields, BTreeSet<Field>)| {
        deliver.by == Way::Xml || layout.carries(Kind::of(record), Field::Name)
    };
    let put = Put {
        name,
        records: records.filter(has_place).collect(),
        fate: deliver.fate(),
        doubtful: deliver.doubtful,
    };
    Parcel { content, put }
}

fn delivered(deliver: &Deliver, at: Timestamp, day: Date, n: usize) -> Delivered {
    let issued = issued(&deliver.persona, at);
    let mut delivered = Delivered::of(&issued.insurance, &issued.assistance, day);
    head(&mut delivered.head, day, n);
    if let Some(first) = delivered.results.first_mut() {
        *first = changed(first, &deliver.with);
        if !deliver.beside.is_empty() {
            let mut second = Fields::new();
            for field in [Field::Name, Field::NameKana, Field::Birthdate, Field::Sex1] {
                second.set_some(field, first.get(field).cloned());
            }
            let second = changed(&second, &deliver.beside);
            delivered.results.push(second);
        }
    }
    delivered
}

/// What every answer of the terminal says of itself; the `n`-th of a case comes `n` seconds after
/// nine o'clock.
pub(super) fn head(head: &mut Fields, day: Date, n: usize) {
    let day = day.strftime("%Y%m%d").to_string();
    head.set(Field::FacilityCode, staff::facility_code().as_str());
    head.set(
        Field::ProcessExecutionTime,
        format!("{day}09{:02}{:02}", n / 60 % 60, n % 60),
    );
    head.set(Field::QualificationConfirmationDate, day);
}

fn issued(name: &str, at: Timestamp) -> Issued {
    // Excluded when the scenario was read, and a test issues everybody.
    let persona = persona(name).unwrap_or_else(|unknown| unreachable!("{unknown}"));
    persona
        .issue(at)
        .unwrap_or_else(|error| unreachable!("{name}: {error}"))
}

fn changed(record: &Fields, changes: &BTreeMap<Field, String>) -> Fields {
    let mut changed = Fields::new();
    for (field, value) in record
        .iter()
        .filter(|(field, _)| !changes.contains_key(field))
    {
        changed.set(field, value.clone());
    }
    for (field, value) in changes.iter().filter(|(_, value)| !value.is_empty()) {
        changed.set(*field, value.as_str());
    }
    changed
}

fn inserted(deliver: &Deliver, text: String) -> String {
    let Some(insert) = &deliver.insert else {
        return text;
    };
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let lines: String = insert
        .lines
        .iter()
        .map(|line| format!("{line}{end}"))
        .collect();
    let before = insert.before.as_deref();
    let mut at = text.len();
    if let Some(before) = before {
        let mut from = 0;
        for line in text.split_inclusive('\n') {
            if line.starts_with(before) {
                at = from;
                break;
            }
            from += line.len();
        }
    }
    format!("{}{lines}{}", &text[..at], &text[at..])
}

/// The patients of a bulk inquiry as the terminal knows them, as the program is told of them, and
/// as the judge expects them back.
pub(super) struct List {
    pub(super) units: Vec<Unit>,
    pub(super) asked: Vec<BTreeMap<&'static str, String>>,
    pub(super) put: Put,
}

pub(super) fn list(scenario: &Scenario, inquire: &Inquire) -> List {
    let mut list = List {
        units: Vec::new(),
        asked: Vec::new(),
        put: Put {
            name: "OQSmuquc02res".to_owned(),
            ..Put::default()
        },
    };
    let day = scenario
        .at
        .to_zoned(jiff::tz::Offset::constant(9).to_time_zone())
        .date();
    for patient in &inquire.patients {
        let issued = issued(&patient.persona, scenario.at);
        let delivered = Delivered::of(&issued.insurance, &issued.assistance, day);
        let Some(on_file) = delivered.results.first() else {
            continue;
        };
        list.asked.push(asked(patient, on_file));
        let result = match &patient.error {
            Some(code) => {
                let mut result = Fields::new();
                result.set(Field::ProcessingResultCode, code.as_str());
                result
            }
            None => {
                let mut result = on_file.clone();
                let valid = QualificationValidity::Valid.code();
                let validity = delivered.head.text(Field::QualificationValidity);
                result.set(Field::QualificationValidity, validity.unwrap_or(valid));
                changed(&result, &patient.with)
            }
        };
        let mut record = result.clone();
        record.set(Field::ReferenceNumber, patient.reference.as_str());
        let status = if patient.error.is_some() { "2" } else { "1" };
        record.set(Field::ProcessingResultStatus, status);
        record.set(
            Field::QualificationConfirmationDate,
            day.strftime("%Y%m%d").to_string(),
        );
        list.put
            .records
            .push((record, Field::ALL.iter().copied().collect()));
        list.units.push(Unit {
            reference: patient.reference.clone(),
            result,
        });
    }
    list
}

/// What the staff type for a patient: the numbers of the card.
fn asked(patient: &Patient, on_file: &Fields) -> BTreeMap<&'static str, String> {
    let fields = [
        Field::InsurerNumber,
        Field::InsuredCardSymbol,
        Field::InsuredIdentificationNumber,
        Field::InsuredBranchNumber,
        Field::Birthdate,
    ];
    let value = |field: &Field| Some((field.name(), on_file.text(*field)?.to_owned()));
    let mut asked: BTreeMap<_, _> = fields.iter().filter_map(value).collect();
    asked.insert(Field::ReferenceNumber.name(), patient.reference.clone());
    asked
}
