//! 一括照会 (NW-10, NW-11; A-15).

use madoguchi_eligibility::{Answer, Decision, Field, Fields, Operation, Request};
use madoguchi_registry::{Facility, Terminal, TerminalKind};

use crate::counter::*;
use crate::numbers::by_number;

const ELSEWHERE: &[u8] = b"certificate of a terminal elsewhere";

fn unit(reference: &str, number: &str) -> Fields {
    let mut unit = by_number("").fields;
    unit.set(Field::ReferenceNumber, reference);
    unit.set(Field::InsuredIdentificationNumber, number);
    unit
}

fn submission(session: &str, items: Vec<Fields>) -> Request {
    let mut request = in_session(Operation::BulkSubmission, session);
    request.items = items;
    request
}

fn submit(counter: &mut Counter, session: &str, items: Vec<Fields>) -> Request {
    let answer = counter.accepts(&submission(session, items), "bulk-received");
    let number = answer.fields.text(Field::ReceptionNumber).unwrap();
    in_session(Operation::BulkResult, session).with(Field::ReceptionNumber, number)
}

fn counts(answer: &Answer) -> [&str; 3] {
    [
        Field::NumberOfProcessingResult,
        Field::NumberOfNormalProcessing,
        Field::NumberOfError,
    ]
    .map(|field| answer.fields.text(field).unwrap())
}

#[test]
fn a_result_is_processed_twice_and_then_there() {
    let mut counter = Counter::at(TerminalKind::Institution, |_| {});
    let session = counter.session();
    let request = submit(&mut counter, &session, vec![unit("TEST-1", "1")]);
    for _ in 0..2 {
        let answer = counter.accepts(&request, "bulk-being-processed");
        assert_eq!(answer.fields.text(Field::SegmentOfResult), Some("2"));
        assert!(answer.results.is_empty());
    }
    for _ in 0..2 {
        let answer = counter.accepts(&request, "bulk-done");
        assert_eq!(answer.fields.text(Field::SegmentOfResult), Some("1"));
        assert_eq!(answer.results.len(), 1);
    }
}

#[test]
fn a_wrong_unit_does_not_spoil_the_others() {
    let mut counter = Counter::at(TerminalKind::Institution, |setup| {
        setup.rules.bulk_processing_answers = 0;
    });
    let session = counter.session();
    let mut without_number = unit("TEST-3", "1");
    without_number.set(Field::Birthdate, "unknown");
    let items = vec![unit("TEST-1", "1"), unit("TEST-2", "2"), without_number];
    let request = submit(&mut counter, &session, items);
    let answer = counter.accepts(&request, "bulk-done");
    assert_eq!(counts(&answer), ["3", "2", "1"]);
    let rows: Vec<_> = answer
        .results
        .iter()
        .map(|row| {
            [
                Field::ReferenceNumber,
                Field::ProcessingResultStatus,
                Field::QualificationValidity,
            ]
            .map(|field| row.text(field).unwrap_or("-"))
        })
        .collect();
    assert_eq!(
        rows,
        [
            ["TEST-1", "1", "1"],
            ["TEST-2", "1", "4"],
            ["TEST-3", "2", "-"]
        ]
    );
}

#[test]
fn a_reception_number_is_the_facilitys_own() {
    let mut counter = Counter::at(TerminalKind::Institution, |setup| {
        let code = "9910000001";
        setup.facilities.push(Facility {
            accounts: setup.facilities[0].accounts.clone(),
            ..Facility::new(code.parse().unwrap())
        });
        setup.terminals.push(Terminal {
            kind: TerminalKind::Institution,
            ..Terminal::new("elsewhere", code.parse().unwrap(), ELSEWHERE.to_vec())
        });
    });
    let session = counter.session();
    let request = submit(&mut counter, &session, vec![unit("TEST-1", "1")]);
    counter.terminal = Some(ELSEWHERE);
    let login = login().with(Field::FacilityCode, "9910000001");
    let answer = counter.accepts(&login, "logged-in");
    let session = answer.fields.text(Field::SessionToken).unwrap();
    let request = request.with(Field::SessionToken, session);
    counter.refuses(&request, Decision::NotPermitted, "reception-number-unknown");
}

#[test]
fn an_empty_and_an_over_long_submission_are_refused() {
    let mut counter = Counter::at(TerminalKind::Institution, |setup| {
        setup.rules.bulk_items = 1
    });
    let session = counter.session();
    counter.refuses(
        &submission(&session, vec![]),
        Decision::Malformed,
        "bulk-empty",
    );
    let two = vec![unit("TEST-1", "1"), unit("TEST-2", "1")];
    counter.refuses(
        &submission(&session, two),
        Decision::Malformed,
        "bulk-too-long",
    );
}

#[test]
fn the_limited_type_has_no_bulk_inquiry() {
    let mut counter = Counter::healthy();
    let request = submission(&counter.session(), vec![unit("TEST-1", "1")]);
    counter.refuses(
        &request,
        Decision::NotPermitted,
        "not-for-this-type-of-terminal",
    );
}
