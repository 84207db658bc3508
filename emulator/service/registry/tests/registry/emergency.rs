//! 災害時 and システム障害時モード (NW-08, NW-09).

use std::collections::HashSet;

use jiff::civil::date;
use madoguchi_eligibility::{Decision, Field, Operation, Request};
use madoguchi_registry::{Availability, DisasterMeasure, Person, TerminalKind};

use crate::counter::*;

fn search(session: &str, mode: &str) -> Request {
    in_session(Operation::EmergencySearch, session)
        .with(Field::EmergencyMode, mode)
        .with(Field::NameKana, "シケン　タロウ")
        .with(Field::Sex1, "1")
        .with(Field::Birthdate, "19520101")
}

fn disaster() -> DisasterMeasure {
    DisasterMeasure {
        facilities: HashSet::from([FACILITY.parse().unwrap()]),
        from: date(2025, 5, 20),
        until: date(2025, 5, 21),
    }
}

fn institution() -> Counter {
    Counter::at(TerminalKind::Institution, |_| {})
}

#[test]
fn neither_mode_works_in_normal_operation() {
    let mut counter = institution();
    let session = counter.session();
    counter.refuses(
        &search(&session, "outage"),
        Decision::NotPermitted,
        "outage-mode-is-off",
    );
    counter.refuses(
        &search(&session, "disaster"),
        Decision::NotPermitted,
        "no-disaster-measure-here",
    );
}

#[test]
fn the_call_centre_switches_the_outage_mode_on_while_the_service_is_down() {
    let mut counter = institution();
    let session = counter.session();
    counter.registry.set_availability(Availability::Outage);
    counter
        .registry
        .set_outage_mode(FACILITY.parse().unwrap(), true);
    let answer = counter.accepts(&search(&session, "outage"), "one-valid");
    assert_eq!(answer.fields.text(Field::EmergencyMode), Some("outage"));
    assert_eq!(answer.results.len(), 1);
    counter
        .registry
        .set_outage_mode(FACILITY.parse().unwrap(), false);
    counter.refuses(
        &search(&session, "outage"),
        Decision::NotPermitted,
        "outage-mode-is-off",
    );
}

#[test]
fn a_disaster_measure_has_an_area_and_a_period() {
    let mut counter = institution();
    counter.registry.declare_disaster(disaster());
    let request = search(&counter.session(), "disaster").with(Field::InformationConsent, "1");
    counter.accepts(&request, "one-valid");
    counter.now = "2025-05-21T15:00:00Z".parse().unwrap();
    let request = request.with(Field::SessionToken, counter.session());
    counter.refuses(
        &request,
        Decision::NotPermitted,
        "disaster-measure-not-in-force",
    );
}

#[test]
fn in_a_disaster_the_patient_is_asked_if_he_can_answer() {
    let mut counter = institution();
    counter.registry.declare_disaster(disaster());
    let session = counter.session();
    let request = search(&session, "disaster");
    counter.refuses(&request, Decision::Malformed, "consent-not-asked");
    for answered in ["0", "1", "3"] {
        let request = search(&session, "disaster").with(Field::InformationConsent, answered);
        counter.accepts(&request, "one-valid");
    }
    let expired = request.with(Field::InformationConsent, "2");
    counter.refuses(&expired, Decision::Malformed, "information-consent-unknown");
}

#[test]
fn a_search_delivers_one_person_or_nobody() {
    let mut counter = Counter::at(TerminalKind::Institution, |setup| {
        setup.persons.push(Person {
            id: "namesake".to_owned(),
            registered: true,
            insurance: vec![insurance()],
            assistance: vec![],
            withheld: false,
        });
    });
    counter.registry.declare_disaster(disaster());
    let session = counter.session();
    let request = search(&session, "disaster").with(Field::InformationConsent, "1");
    let other_day = request.clone().with(Field::Birthdate, "19520102");
    counter.refuses(&other_day, Decision::NoQualification, "nobody-of-that-name");
    counter.refuses(&request, Decision::Multiple, "several-of-that-name");
}

#[test]
fn the_limited_type_has_no_emergency_search() {
    let mut counter = Counter::healthy();
    counter.registry.declare_disaster(disaster());
    let request = search(&counter.session(), "disaster").with(Field::InformationConsent, "1");
    counter.refuses(
        &request,
        Decision::NotPermitted,
        "not-for-this-type-of-terminal",
    );
}
