//! From a scenario to what is delivered: the persona's records with what the scenario changes.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use madoguchi_delivery::{Delivered, Kind, Layout};
use madoguchi_eligibility::{Field, Fields, Operation, Relation};
use madoguchi_fixtures::{Issued, persona};
use madoguchi_transcription::{Put, Sheet};
use madoguchi_wire::Profile;
use serde_json::{Value as Json, json};

use super::output;
use super::scenario::{Deliver, Scenario, Ticket, Way};
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
    /// A result to be fetched from the API.
    Output(Delivered),
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
        Way::Api => (
            output::path(&output::wire()),
            Content::Output(delivered.clone()),
        ),
    };
    // What the encoding of the file lacks was replaced by the terminal, not by the program.
    let arrived = match deliver.by {
        Way::Xml => {
            let bytes = delivered.xml(wire, deliver.charset, madoguchi_delivery::Label::Right);
            Delivered::from_xml(wire, &bytes).unwrap_or_else(|_| delivered.clone())
        }
        Way::Api => {
            let profile = output::wire();
            let operation = Some(Operation::ResultOutput);
            let body = profile.render(operation, &output::answer(&delivered)).body;
            let read = profile.read_reply(operation, &body);
            read.map_or_else(
                |_| delivered.clone(),
                |(head, results)| Delivered { head, results },
            )
        }
        Way::Clipboard => delivered.clone(),
    };
    let date = Field::QualificationConfirmationDate;
    let records = arrived.results.iter().map(|result| {
        let mut record = result.clone();
        record.set_some(date, delivered.head.get(date).cloned());
        if deliver.by != Way::Clipboard {
            let validity = Field::QualificationValidity;
            record.set_some(validity, delivered.head.get(validity).cloned());
        }
        let carries = |field: &Field| match deliver.by {
            Way::Xml | Way::Api => true,
            Way::Clipboard => layout.carries(Kind::of(result), *field),
        };
        (record, Field::ALL.iter().copied().filter(carries).collect())
    });
    let has_place = |(record, _): &(Fields, BTreeSet<Field>)| {
        deliver.by != Way::Clipboard || layout.carries(Kind::of(record), Field::Name)
    };
    let records: Vec<_> = records.filter(has_place).collect();
    let on_clipboard = records.iter().filter(|_| deliver.by == Way::Clipboard);
    let written = on_clipboard.map(|record| written(record, layout)).collect();
    let ticket = deliver.ticket.as_ref();
    let put = Put {
        name,
        records,
        written,
        fate: deliver.fate(),
        doubtful: deliver.doubtful,
        ticket_of_another_insurer: ticket.map(|ticket| is_of_another(ticket, &delivered)),
        sheet: Sheet::Records,
    };
    Parcel { content, put }
}

/// What the text has of a record in another form than the interface.
fn written(
    (record, carried): &(Fields, BTreeSet<Field>),
    layout: Layout,
) -> BTreeMap<Field, String> {
    let of = |field: &Field| {
        let value = record.text(*field)?;
        let text = layout.written(Kind::of(record), *field, value);
        (text != value).then_some((*field, text))
    };
    carried.iter().filter_map(of).collect()
}

/// Whether the ticket is of another insurer than every eligibility; 国民健康保険 has six digits,
/// which are written with two zeros in front where there is room for eight.
fn is_of_another(ticket: &Ticket, delivered: &Delivered) -> bool {
    let eight = |number: &str| format!("{number:0>8}");
    let insurers = delivered.results.iter();
    let mut insurers = insurers.filter_map(|result| result.text(Field::InsurerNumber));
    !insurers.any(|insurer| eight(insurer) == eight(&ticket.insurer_number))
}

/// What the program is told of a ticket.
pub(super) fn shown(ticket: &Ticket) -> Json {
    json!({
        "kind": ticket.kind,
        "number": ticket.number,
        "insurer-number": ticket.insurer_number,
    })
}

/// A claim for the person whom the put is about: what the program is told, and what must stand on it.
/// 被保険者氏名 is the patient's own, where the patient is the insured person.
pub(super) fn claim(n: usize, checked: &Put) -> Option<(Json, Put)> {
    let (record, carried) = checked.records.first()?;
    let (mut record, mut carried) = (record.clone(), carried.clone());
    let insured = Field::InsuredName;
    let own = Relation::Personal.code();
    if record.text(Field::PersonalFamilyClassification) == Some(own) {
        let named = record.get(insured).or(record.get(Field::Name)).cloned();
        record.set_some(insured, named);
        carried.insert(insured);
    }
    let put = Put {
        name: format!("療養費支給申請書 {n}"),
        records: vec![(record.clone(), carried)],
        written: checked.written.first().cloned().into_iter().collect(),
        sheet: Sheet::Claims,
        ..Put::default()
    };
    Some((json!(numbers(&record)), put))
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
    let day = digits(day);
    head.set(Field::FacilityCode, staff::facility_code().as_str());
    head.set(
        Field::ProcessExecutionTime,
        format!("{day}09{:02}{:02}", n / 60 % 60, n % 60),
    );
    head.set(Field::QualificationConfirmationDate, day);
}

pub(super) fn issued(name: &str, at: Timestamp) -> Issued {
    // Excluded when the scenario was read, and a test issues everybody.
    let persona = persona(name).unwrap_or_else(|unknown| unreachable!("{unknown}"));
    persona
        .issue(at)
        .unwrap_or_else(|error| unreachable!("{name}: {error}"))
}

pub(super) fn changed(record: &Fields, changes: &BTreeMap<Field, String>) -> Fields {
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

pub(super) fn digits(day: Date) -> String {
    day.strftime("%Y%m%d").to_string()
}

/// The numbers by which a patient is known.
pub(super) fn numbers(record: &Fields) -> BTreeMap<&'static str, String> {
    let fields = [
        Field::InsurerNumber,
        Field::InsuredCardSymbol,
        Field::InsuredIdentificationNumber,
        Field::InsuredBranchNumber,
        Field::Birthdate,
    ];
    let value = |field: &Field| Some((field.name(), record.text(*field)?.to_owned()));
    fields.iter().filter_map(value).collect()
}
