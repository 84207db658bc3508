use jiff::{SignedDuration, ToSpan as _};
use madoguchi_eligibility::{Decision, Field, Operation};
use madoguchi_registry::{CertificateState, RevocationReason, Setup};

use crate::counter::*;

#[test]
fn a_certificate_alone_is_enough_after_a_look() {
    let mut counter = Counter::healthy();
    let answer = counter.visual(CARD);
    assert_eq!((answer.decision, answer.rule), (Decision::Ok, "one-valid"));
    assert_eq!(
        answer.fields.text(Field::QualificationConfirmationDate),
        Some("20250521")
    );
    assert_eq!(answer.fields.text(Field::QualificationValidity), Some("1"));
    assert_eq!(
        answer.results[0].text(Field::InsurerNumber),
        Some("06990000")
    );
    assert_eq!(counter.registry.history().len(), 1);
    let row = counter.registry.history().next().unwrap();
    assert_eq!(row.person, "shiken-taro");
}

#[test]
fn the_day_is_japans() {
    let mut counter = Counter::healthy();
    counter.now = "2025-05-21T15:00:00Z".parse().unwrap();
    let answer = counter.visual(CARD);
    assert_eq!(
        answer.fields.text(Field::QualificationConfirmationDate),
        Some("20250522")
    );
}

#[test]
fn a_signature_over_the_nonce_proves_the_pin() {
    let mut counter = Counter::healthy();
    let (session, id, nonce) = challenged(&mut counter);
    counter.accepts(&signed(&session, &id, &nonce), "one-valid");
}

#[test]
fn a_nonce_serves_once() {
    let mut counter = Counter::healthy();
    let (session, id, nonce) = challenged(&mut counter);
    counter.accepts(&signed(&session, &id, &nonce), "one-valid");
    let request = signed(&session, &id, &nonce);
    counter.refuses(&request, Decision::ChallengeUnknown, "challenge-not-usable");
}

#[test]
fn a_nonce_is_used_up_by_a_wrong_signature() {
    let mut counter = Counter::healthy();
    let (session, id, nonce) = challenged(&mut counter);
    let wrong = signed(&session, &id, b"something else");
    let rule = "signature-over-other-data";
    counter.refuses(&wrong, Decision::SignatureInvalid, rule);
    let request = signed(&session, &id, &nonce);
    counter.refuses(&request, Decision::ChallengeUnknown, "challenge-not-usable");
}

#[test]
fn a_nonce_serves_the_session_that_asked_for_it() {
    let mut counter = Counter::healthy();
    let (_, id, nonce) = challenged(&mut counter);
    let other = counter.session();
    let request = signed(&other, &id, &nonce);
    counter.refuses(&request, Decision::ChallengeUnknown, "challenge-not-usable");
}

#[test]
fn the_pin_without_its_signature_gives_no_eligibility() {
    let mut counter = Counter::healthy();
    let session = counter.session();
    let request = visual(&session, CARD).with(Field::Method, "pin");
    counter.refuses(&request, Decision::SignatureInvalid, "pin-needs-signature");
    assert!(counter.registry.history().len() == 0);
}

#[test]
fn the_method_must_be_declared() {
    let mut counter = Counter::healthy();
    let session = counter.session();
    let request =
        in_session(Operation::EligibilityByCertificate, &session).with(Field::Certificate, CARD);
    counter.refuses(&request, Decision::Malformed, "method-missing");
    let request = request.with(Field::Method, "face");
    counter.refuses(&request, Decision::Malformed, "method-unknown");
}

#[test]
fn a_certificate_that_nobody_knows_is_refused() {
    let mut counter = Counter::healthy();
    let session = counter.session();
    let request = visual(&session, b"somebody");
    counter.refuses(&request, Decision::CertUnknown, "certificate-unknown");
}

#[test]
fn a_revoked_certificate_is_refused() {
    let mut counter = Counter::with(certificate_is(CertificateState::Revoked(
        RevocationReason::Unspecified,
    )));
    let request = visual(&counter.session(), CARD);
    counter.refuses(&request, Decision::CertRevoked, "certificate-revoked");
}

#[test]
fn an_expired_certificate_serves_three_more_months() {
    let mut counter = Counter::with(|setup| {
        setup.certificates[0].not_after = now() - SignedDuration::from_secs(1);
    });
    let answer = counter.visual(CARD);
    assert_eq!(
        (answer.decision, answer.rule),
        (Decision::CertExpiredGrace, "certificate-in-grace")
    );
    assert_eq!(answer.results.len(), 1);

    let last_day = TODAY.checked_add(3.months()).unwrap().last_of_month();
    counter.now = format!("{last_day}T23:59:59+09:00").parse().unwrap();
    assert_eq!(counter.visual(CARD).decision, Decision::CertExpiredGrace);
    counter.now += SignedDuration::from_secs(1);
    let request = visual(&counter.session(), CARD);
    counter.refuses(&request, Decision::CertExpired, "certificate-expired");
}

#[test]
fn maintenance_of_jpki_stops_only_what_needs_jpki() {
    let mut counter = Counter::with(|setup| setup.jpki_maintenance = true);
    assert_eq!(counter.visual(CARD).decision, Decision::Ok);
    let request = visual(&counter.session(), b"somebody");
    counter.refuses(
        &request,
        Decision::JpkiMaintenance,
        "unknown-certificate-needs-jpki",
    );

    let mut counter = Counter::with(|setup| {
        setup.jpki_maintenance = true;
        setup.certificates[0].state = CertificateState::Renewed;
    });
    let request = visual(&counter.session(), CARD);
    counter.refuses(
        &request,
        Decision::JpkiMaintenance,
        "renewed-certificate-needs-jpki",
    );

    let mut counter = Counter::with(|setup| {
        setup.jpki_maintenance = true;
        setup.persons[0].registered = false;
    });
    let request = visual(&counter.session(), CARD);
    counter.refuses(
        &request,
        Decision::JpkiMaintenance,
        "unregistered-person-needs-jpki",
    );
}

#[test]
fn a_renewed_certificate_is_accepted() {
    let mut counter = Counter::with(certificate_is(CertificateState::Renewed));
    assert_eq!(counter.visual(CARD).decision, Decision::Ok);
}

#[test]
fn medical_information_is_never_permitted() {
    let mut counter = Counter::healthy();
    let request = in_session(Operation::MedicalInformation, &counter.session());
    counter.refuses(&request, Decision::NotPermitted, "eligibility-only");
}

fn certificate_is(state: CertificateState) -> impl FnOnce(&mut Setup) {
    move |setup| setup.certificates[0].state = state
}

/// A session, and a challenge of it: id and nonce.
fn challenged(counter: &mut Counter) -> (String, String, Vec<u8>) {
    let session = counter.session();
    let answer = counter.accepts(
        &in_session(Operation::Challenge, &session),
        "challenge-issued",
    );
    let id = answer.fields.text(Field::ChallengeId).unwrap().to_owned();
    let nonce = answer.fields.bytes(Field::Nonce).unwrap().to_vec();
    assert_eq!(nonce.len(), 32);
    (session, id, nonce)
}

#[test]
fn a_nonce_serves_for_five_minutes() {
    for (later, decision) in [
        (SignedDuration::from_mins(5), Decision::Ok),
        (SignedDuration::from_secs(301), Decision::ChallengeUnknown),
    ] {
        let mut counter = Counter::healthy();
        let session = counter.session();
        let request = in_session(Operation::EligibilityBySignature, &session);
        let request = with_proof(&mut counter, &session, request);
        counter.now += later;
        assert_eq!(counter.ask(&request).decision, decision, "{later}");
    }
}
