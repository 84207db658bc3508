//! The scenarios as a whole: each is read, decides what there is to decide, and invents whom it
//! delivers.

use std::collections::BTreeSet;

use madoguchi_eligibility::{Field, InsurerNumber};
use madoguchi_terms::Lang;
use madoguchi_wire::Profile;

use super::*;
use crate::consumer::scenario::Act;
use crate::consumer::{inquiry, situation};

fn all() -> Vec<Scenario> {
    let none = |file: &str| Err(file.to_owned());
    select(&[], &none).unwrap_or_else(|not| panic!("{not:?}"))
}

#[test]
fn every_scenario_is_read_and_says_in_both_languages_what_it_is_for() {
    let scenarios = all();
    assert_eq!(scenarios.len(), consumer::BUILTIN.len());
    for scenario in scenarios {
        for lang in Lang::ALL {
            assert!(!scenario.purpose.get(lang).is_empty(), "{}", scenario.id);
        }
        assert!(!scenario.broken_by.is_empty(), "{}", scenario.id);
    }
}

#[test]
fn scenarios_name_requirements_that_there_are_and_each_is_named() {
    let known: BTreeSet<String> = madoguchi_requirements::builtin()
        .of_consumers()
        .iter()
        .map(|requirement| requirement.id.to_string())
        .collect();
    let named: BTreeSet<String> = all()
        .into_iter()
        .flat_map(|scenario| scenario.requirements)
        .map(madoguchi_notation::Located::into_inner)
        .collect();
    assert_eq!(named, known);
}

#[test]
fn whoever_is_delivered_is_invented() {
    let wire = Profile::builtin("oqs-xml-8.07").unwrap();
    for scenario in all() {
        for (n, act) in (1..).zip(&scenario.when) {
            let put = match act {
                Act::Deliver(deliver) => situation::parcel(&scenario, deliver, n, &wire).put,
                Act::Inquire(inquire) => inquiry::list(&scenario, inquire).put,
                // Of a person who was delivered.
                Act::Claim(_) => continue,
            };
            assert!(!put.records.is_empty(), "{}", scenario.id);
            for (record, _) in &put.records {
                let number = record.text(Field::InsurerNumber);
                let number = number.map(|number| number.parse::<InsurerNumber>().unwrap());
                assert!(number.is_none_or(|n| n.is_invented()), "{}", scenario.id);
            }
        }
    }
}

#[test]
fn what_is_said_to_stand_on_the_clipboard_stands_there() {
    let wire = Profile::builtin("oqs-xml-8.07").unwrap();
    let mut told = BTreeSet::new();
    for scenario in all() {
        for (n, act) in (1..).zip(&scenario.when) {
            let Act::Deliver(deliver) = act else { continue };
            let parcel = situation::parcel(&scenario, deliver, n, &wire);
            let situation::Content::Text(text) = &parcel.content else {
                assert!(parcel.put.written.is_empty(), "{}", scenario.id);
                continue;
            };
            assert_eq!(parcel.put.written.len(), parcel.put.records.len());
            for (field, value) in parcel.put.written.iter().flatten() {
                let line = format!("\t{value}");
                assert!(
                    text.contains(&line),
                    "{}: {field:?} {value}\n{text}",
                    scenario.id
                );
                told.insert(*field);
            }
        }
    }
    assert!(
        told.contains(&Field::NameKana) && told.contains(&Field::Birthdate),
        "{told:?}"
    );
}

#[test]
fn mistakes_of_ones_own_scenario_are_told_by_line_and_column() {
    let error = |when: &str| {
        let text = format!(
            "purpose: {{ ja: あ, en: a }}\nrequirements: []\nwhen:\n  - deliver: {{ {when} }}\n"
        );
        Scenario::parse("own/a", "a.yaml", &text)
            .unwrap_err()
            .to_string()
    };
    assert!(error("persona: shiken-tarou").contains("a.yaml:4:25"));
    assert!(error("persona: shiken-taro, by: clipboard, layout: 2025-04-09").contains("no layout"));
    assert!(error("persona: shiken-taro, by: clipboard, manner: slow").contains("has a manner"));
    assert!(error("persona: shiken-taro, by: xml, fault: busy").contains("has a fault"));
    assert!(error("persona: shiken-taro, wiht: {}").contains("\"wiht\""));
}
