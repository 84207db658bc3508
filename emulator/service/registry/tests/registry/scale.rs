//! A registry of the country's size answers as one of a counter's size does: 100,000 terminals and
//! a million insured persons have no key of their own and are found without a search.

use madoguchi_eligibility::{Decision, Field, InsuranceRecord, Operation};
use madoguchi_registry::{Bearer, CertificateRecord, CertificateState, Person, Terminal};

use crate::counter::*;

/// So many that a search through all of them for each request would be noticed: three thousand
/// inquiries among a hundred thousand persons would compare three hundred million records.
const PERSONS: u32 = 100_000;
const TERMINALS: u32 = 100_000;

fn country() -> Counter {
    Counter::with(|setup| {
        let template = setup.persons[0].clone();
        let not_after = setup.certificates[0].not_after;
        let public_key = setup.certificates[0].public_key.clone();
        setup.persons.extend((0..PERSONS).map(|n| Person {
            id: format!("person-{n}"),
            insurance: vec![InsuranceRecord {
                number: format!("{n:08}"),
                ..insurance()
            }],
            ..template.clone()
        }));
        setup
            .certificates
            .extend((0..PERSONS).map(|n| CertificateRecord {
                der: certificate(n),
                public_key: public_key.clone(),
                person: format!("person-{n}"),
                not_after,
                state: CertificateState::Active,
                bearer: Bearer::Card,
            }));
        setup.terminals[0].kind = madoguchi_registry::TerminalKind::Institution;
        setup.terminals.extend((0..TERMINALS).map(|n| {
            let certificate = format!("certificate of terminal {n}").into_bytes();
            Terminal::new(
                format!("terminal-{n}"),
                FACILITY.parse().unwrap(),
                certificate,
            )
        }));
    })
}

fn certificate(n: u32) -> Vec<u8> {
    format!("certificate of person {n}").into_bytes()
}

#[test]
fn everybody_is_found_in_a_registry_of_the_countrys_size() {
    let mut counter = country();
    let session = counter.session();
    for n in (0..PERSONS).step_by(100) {
        let answer = counter.ask(&visual(&session, &certificate(n)));
        assert_eq!(answer.decision, Decision::Ok);
        let number = answer.results[0].text(Field::InsuredIdentificationNumber);
        assert_eq!(number, Some(format!("{n:08}").as_str()));

        let by_number = in_session(Operation::EligibilityByNumber, &session)
            .with(Field::InsurerNumber, "6990000")
            .with(Field::InsuredIdentificationNumber, format!("{n:08}"))
            .with(Field::Birthdate, "19520101");
        assert_eq!(counter.ask(&by_number).results, answer.results);
    }
}

#[test]
fn a_person_whose_numbers_changed_is_found_by_the_new_ones_only() {
    let mut counter = Counter::at(madoguchi_registry::TerminalKind::Institution, |_| {});
    let changed = |person: &mut Person| person.insurance[0].number = "2".to_owned();
    assert!(counter.registry.change_person("shiken-taro", changed));
    let session = counter.session();
    for (number, decision) in [("1", Decision::NoQualification), ("2", Decision::Ok)] {
        let request = in_session(Operation::EligibilityByNumber, &session)
            .with(Field::InsurerNumber, "06990000")
            .with(Field::InsuredIdentificationNumber, number)
            .with(Field::Birthdate, "19520101");
        assert_eq!(counter.ask(&request).decision, decision, "{number}");
    }
}
