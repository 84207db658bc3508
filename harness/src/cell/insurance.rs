//! What stands on the persons' insurance cards, for what the staff type where there is no My Number
//! card.

use std::collections::BTreeMap;

use jiff::civil::Date;
use madoguchi_eligibility::InsuranceRecord;
use madoguchi_fixtures::Issued;
use serde_json::{Value, json};

/// The latest insurance of each person.
#[derive(Debug)]
pub(crate) struct InsuranceCards(BTreeMap<String, InsuranceRecord>);

impl InsuranceCards {
    pub(super) fn of(issued: &[Issued]) -> Self {
        let latest = issued.iter().filter_map(|person| {
            let latest = person.insurance.last()?;
            Some((person.persona.to_owned(), latest.clone()))
        });
        Self(latest.collect())
    }

    /// The numbers of a person's card; nothing where he or she has none.
    pub(super) fn numbers(&self, persona: &str) -> Value {
        let Some(record) = self.0.get(persona) else {
            return json!({});
        };
        let typed = [
            ("insurer-number", Some(record.insurer_number.to_string())),
            ("insured-card-symbol", record.symbol.clone()),
            ("insured-identification-number", Some(record.number.clone())),
            ("insured-branch-number", record.branch.clone()),
            ("birthdate", Some(digits(record.insured.birthdate))),
        ];
        typed
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), json!(value?))))
            .collect::<serde_json::Map<_, _>>()
            .into()
    }

    /// The same of several persons as the units of an 一括照会, each with a 照会番号 of its own.
    pub(super) fn units(&self, personas: &[impl std::ops::Deref<Target = String>]) -> Value {
        let unit = |(n, persona): (usize, &_)| {
            let persona: &String = std::ops::Deref::deref(persona);
            let mut unit = self.numbers(persona);
            unit["reference-number"] = json!(format!("{}", 990_001 + n));
            unit
        };
        personas.iter().enumerate().map(unit).collect()
    }

    /// What a person who has nothing along says of himself or herself.
    pub(super) fn particulars(&self, persona: &str) -> Value {
        let Some(record) = self.0.get(persona) else {
            return json!({});
        };
        let insured = &record.insured;
        json!({
            "name-kana": insured.name_kana,
            "sex": insured.sex1.code(),
            "birthdate": digits(insured.birthdate),
        })
    }
}

/// `YYYYMMDD`
fn digits(date: Date) -> String {
    date.strftime("%Y%m%d").to_string()
}
