//! Requests that are tried again because their answer was lost.

use madoguchi_eligibility::{Decision, Field, Operation};
use madoguchi_registry::Availability;

use crate::counter::*;

#[test]
fn a_repeated_inquiry_gets_the_same_answer_and_leaves_one_row() {
    let mut counter = Counter::healthy();
    let session = counter.session();
    let request = visual(&session, CARD).with(Field::RequestId, "request-1");
    let first = counter.accepts(&request, "one-valid");
    let second = counter.accepts(&request, "replayed");
    assert_eq!(
        (first.fields, first.results),
        (second.fields, second.results)
    );
    assert_eq!(counter.registry.history().len(), 1);
}

#[test]
fn a_new_request_id_is_a_new_inquiry() {
    let mut counter = Counter::healthy();
    let session = counter.session();
    for id in ["request-1", "request-2"] {
        counter.accepts(
            &visual(&session, CARD).with(Field::RequestId, id),
            "one-valid",
        );
    }
    assert_eq!(counter.registry.history().len(), 2);
}

#[test]
fn requests_without_an_id_stand_alone() {
    let mut counter = Counter::healthy();
    let session = counter.session();
    counter.accepts(&visual(&session, CARD), "one-valid");
    counter.accepts(&visual(&session, CARD), "one-valid");
    assert_eq!(counter.registry.history().len(), 2);
}

#[test]
fn a_signed_inquiry_may_be_signed_again_before_it_is_repeated() {
    let mut counter = Counter::healthy();
    let session = counter.session();
    let mut ask = || {
        let challenge = counter.ask(&in_session(Operation::Challenge, &session));
        let id = challenge.fields.text(Field::ChallengeId).unwrap();
        let nonce = challenge.fields.bytes(Field::Nonce).unwrap();
        counter
            .ask(&signed(&session, id, nonce).with(Field::RequestId, "request-1"))
            .rule
    };
    assert_eq!((ask(), ask()), ("one-valid", "replayed"));
}

#[test]
fn an_id_that_named_another_request_is_refused() {
    let mut counter = Counter::healthy();
    let session = counter.session();
    counter.ask(&visual(&session, CARD).with(Field::RequestId, "request-1"));
    let request = visual(&session, b"somebody").with(Field::RequestId, "request-1");
    counter.refuses(
        &request,
        Decision::Malformed,
        "request-id-of-another-request",
    );
}

#[test]
fn an_id_of_65_characters_is_refused() {
    let mut counter = Counter::healthy();
    let session = counter.session();
    let request = |id: &str| visual(&session, CARD).with(Field::RequestId, id);
    counter.accepts(&request(&"試".repeat(64)), "one-valid");
    counter.refuses(
        &request(&"1".repeat(65)),
        Decision::Malformed,
        "request-id-too-long",
    );
}

#[test]
fn a_failure_of_the_service_is_not_repeated() {
    let mut counter = Counter::healthy();
    let session = counter.session();
    let request = visual(&session, CARD).with(Field::RequestId, "request-1");
    counter.registry.set_availability(Availability::Busy);
    counter.refuses(&request, Decision::Busy, "service-busy");
    counter.registry.set_availability(Availability::Running);
    counter.accepts(&request, "one-valid");
}
