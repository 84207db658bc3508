//! From an inquiry of a scenario to what the terminal knows, what the program is told, and what the
//! judge expects back.

use std::collections::BTreeMap;

use jiff::civil::Date;
use madoguchi_delivery::{Consent, Delivered, Kind, Unit};
use madoguchi_eligibility::{Field, Fields, QualificationValidity};
use madoguchi_notation::Offset;
use madoguchi_transcription::Put;
use serde_json::{Value as Json, json};

use super::scenario::{Inquire, InquiryKind, Patient, Scenario};
use super::situation::{changed, digits, issued, numbers};

/// An inquiry as the terminal can answer it, as the program is told of it, and as the judge expects
/// it back.
pub(super) struct List {
    pub(super) units: Vec<Unit>,
    pub(super) told: Json,
    /// How many results there are to fetch.
    pub(super) answers: usize,
    pub(super) put: Put,
}

pub(super) fn list(scenario: &Scenario, inquire: &Inquire) -> List {
    let day = Offset::AT.date(scenario.at);
    let mut asked = Vec::new();
    let mut list = List {
        units: Vec::new(),
        told: told(scenario, inquire),
        answers: 1,
        put: Put {
            name: match inquire.kind {
                InquiryKind::Single => "OQSsiquc01res",
                InquiryKind::Bulk => "OQSmuquc02res",
                InquiryKind::Visits => "OQSmuhvq02res",
                InquiryKind::Online => "OQSmuonq02res",
                InquiryKind::Tickets => "OQSmutic02res",
            }
            .to_owned(),
            ..Put::default()
        },
    };
    for patient in &inquire.patients {
        let unit = unit(scenario, inquire, patient, day);
        asked.push(typed(patient, &unit.numbers));
        if is_asked_for(scenario, inquire, patient) {
            let mut record = unit.result.clone();
            record.set(Field::ReferenceNumber, patient.reference.as_str());
            let status = if patient.error.is_some() { "2" } else { "1" };
            record.set(Field::ProcessingResultStatus, status);
            record.set(Field::QualificationConfirmationDate, digits(day));
            let all = Field::ALL.iter().copied().collect();
            list.put.records.push((record, all));
        }
        list.units.push(unit);
    }
    match inquire.kind {
        InquiryKind::Single => {
            list.answers = asked.len();
            list.told["patients"] = json!(asked);
        }
        InquiryKind::Bulk => list.told["patients"] = json!(asked),
        InquiryKind::Visits | InquiryKind::Online | InquiryKind::Tickets => {}
    }
    list
}

/// What the terminal knows of a patient.
fn unit(scenario: &Scenario, inquire: &Inquire, patient: &Patient, day: Date) -> Unit {
    let issued = issued(&patient.persona, scenario.at);
    let delivered = Delivered::of(&issued.insurance, &issued.assistance, day);
    let mut on_file = delivered.results.iter();
    let on_file = match inquire.kind {
        InquiryKind::Tickets => on_file.find(|result| Kind::of(result) == Kind::Assistance),
        _ => on_file.next(),
    };
    let on_file = on_file.cloned().unwrap_or_default();
    let month = patient.ticket.map(|day| month(scenario, day));
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
            result.set_some(Field::MedicalTreatmentMonth, month.clone());
            changed(&result, &patient.with)
        }
    };
    let care = patient.care.unwrap_or(inquire.kind).care_category();
    Unit {
        reference: patient.reference.clone(),
        numbers: changed(&on_file, &patient.with),
        consent: patient.consented.zip(care).map(|(day, care)| Consent {
            care_category: care.code().to_owned(),
            day: digits(day.date(scenario.at)),
        }),
        ticket_month: month,
        result,
    }
}

/// Whether the inquiry that the program is told to make finds this patient.
fn is_asked_for(scenario: &Scenario, inquire: &Inquire, patient: &Patient) -> bool {
    let date = |day: Offset| day.date(scenario.at);
    match inquire.kind {
        InquiryKind::Single | InquiryKind::Bulk => true,
        InquiryKind::Visits | InquiryKind::Online => {
            patient.care.is_none_or(|care| care == inquire.kind)
                && patient
                    .consented
                    .is_some_and(|day| (date(inquire.from)..=date(inquire.to)).contains(&date(day)))
        }
        InquiryKind::Tickets => {
            let ticket = patient.ticket.map(|day| month(scenario, day));
            ticket == Some(month(scenario, inquire.month))
        }
    }
}

/// What the program is told, but for the patients.
fn told(scenario: &Scenario, inquire: &Inquire) -> Json {
    let mut told = json!({ "kind": inquire.kind });
    match inquire.kind {
        InquiryKind::Single | InquiryKind::Bulk => {}
        InquiryKind::Visits | InquiryKind::Online => {
            told["from"] = json!(digits(inquire.from.date(scenario.at)));
            told["to"] = json!(digits(inquire.to.date(scenario.at)));
        }
        InquiryKind::Tickets => told["month"] = json!(month(scenario, inquire.month)),
    }
    told
}

/// `YYYYMM`
fn month(scenario: &Scenario, day: Offset) -> String {
    day.date(scenario.at).strftime("%Y%m").to_string()
}

/// What the staff type for a patient: the numbers of the card.
fn typed(patient: &Patient, on_file: &Fields) -> BTreeMap<&'static str, String> {
    let mut typed = numbers(on_file);
    typed.insert(Field::ReferenceNumber.name(), patient.reference.clone());
    typed
}
