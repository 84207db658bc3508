use jiff::SignedDuration;
use madoguchi_eligibility::{Decision, Field, Operation, Request};
use madoguchi_registry::{CertificateRecord, Person, Setup};

use crate::counter::*;

const OTHER: &[u8] = b"certificate of another patient";

#[test]
fn registration_in_full_ends_in_eligibility() {
    let mut counter = Counter::with(unregistered);
    let session = counter.session();
    counter.refuses(
        &visual(&session, CARD),
        Decision::NotRegistered,
        "not-registered",
    );
    let consent = agree(&mut counter, &session);
    counter.accepts(&register(&session, CARD, &consent), "registered");
    counter.accepts(&visual(&session, CARD), "one-valid");
}

#[test]
fn an_inquiry_of_an_unregistered_person_leaves_no_history() {
    let mut counter = Counter::with(unregistered);
    counter.visual(CARD);
    assert!(counter.registry.history().len() == 0);
}

#[test]
fn consent_needs_a_refused_inquiry() {
    let mut counter = Counter::with(unregistered);
    let session = counter.session();
    let request = consent(&session, &terms_id(&mut counter, &session), "agree");
    counter.refuses(&request, Decision::NotPermitted, "nobody-to-register");
}

#[test]
fn consent_is_agreement_to_the_terms_that_were_given() {
    let mut counter = Counter::with(unregistered);
    let session = counter.session();
    counter.ask(&visual(&session, CARD));
    let request = consent(&session, "terms-of-old", "agree");
    counter.refuses(&request, Decision::Malformed, "terms-unknown");
    let request = consent(&session, &terms_id(&mut counter, &session), "disagree");
    counter.refuses(&request, Decision::ConsentMissing, "not-agreed");
}

#[test]
fn registering_without_consent_is_refused() {
    let mut counter = Counter::with(unregistered);
    let session = counter.session();
    counter.ask(&visual(&session, CARD));
    let bare = in_session(Operation::Register, &session).with(Field::Certificate, CARD);
    counter.refuses(&bare, Decision::ConsentMissing, "consent-missing");
    let request = register(&session, CARD, "made up");
    counter.refuses(&request, Decision::ConsentMissing, "consent-unknown");
    counter.refuses(
        &visual(&session, CARD),
        Decision::NotRegistered,
        "not-registered",
    );
}

#[test]
fn consent_of_one_session_is_none_in_another() {
    let mut counter = Counter::with(unregistered);
    let session = counter.session();
    counter.ask(&visual(&session, CARD));
    let consent = agree(&mut counter, &session);
    let other = counter.session();
    counter.ask(&visual(&other, CARD));
    let request = register(&other, CARD, &consent);
    counter.refuses(&request, Decision::ConsentMissing, "consent-unknown");
}

#[test]
fn another_card_at_the_reader_registers_nobody() {
    let mut counter = Counter::with(two_unregistered);
    let session = counter.session();
    counter.ask(&visual(&session, CARD));
    let consent = agree(&mut counter, &session);
    let request = register(&session, OTHER, &consent);
    counter.refuses(
        &request,
        Decision::NotPermitted,
        "registration-of-another-card",
    );
    let request = register(&session, b"somebody", &consent);
    counter.refuses(&request, Decision::CertUnknown, "certificate-unknown");
}

#[test]
fn one_patients_consent_does_not_register_the_next() {
    let mut counter = Counter::with(two_unregistered);
    let session = counter.session();
    counter.ask(&visual(&session, CARD));
    let consent = agree(&mut counter, &session);
    counter.ask(&visual(&session, OTHER));
    let request = register(&session, OTHER, &consent);
    counter.refuses(
        &request,
        Decision::ConsentMissing,
        "consent-of-another-person",
    );
}

#[test]
fn a_consent_serves_one_registration() {
    let mut counter = Counter::with(unregistered);
    let session = counter.session();
    counter.ask(&visual(&session, CARD));
    let consent = agree(&mut counter, &session);
    counter.accepts(&register(&session, CARD, &consent), "registered");
    let request = register(&session, CARD, &consent);
    counter.refuses(&request, Decision::ConsentMissing, "consent-unknown");
}

#[test]
fn registration_may_take_its_time() {
    let hour = SignedDuration::from_hours(1);
    let mut counter = Counter::with(|setup| {
        unregistered(setup);
        setup.rules.registration_takes = hour;
    });
    let session = counter.session();
    counter.ask(&visual(&session, CARD));
    let consent = agree(&mut counter, &session);
    counter.accepts(&register(&session, CARD, &consent), "registered");
    counter.refuses(
        &visual(&session, CARD),
        Decision::NotRegistered,
        "not-registered",
    );
    counter.now += hour;
    counter.accepts(&visual(&session, CARD), "one-valid");
}

#[test]
fn a_registration_that_is_pending_is_not_done_twice() {
    let mut counter = Counter::with(|setup| {
        unregistered(setup);
        setup.rules.registration_takes = SignedDuration::from_secs(60);
    });
    let session = counter.session();
    counter.ask(&visual(&session, CARD));
    let id = agree(&mut counter, &session);
    let request = register(&session, CARD, &id).with(Field::RequestId, "registration-1");
    counter.accepts(&request, "registered");
    counter.now += SignedDuration::from_secs(50);
    counter.accepts(&request, "replayed");
    counter.now += SignedDuration::from_secs(10);
    counter.accepts(&visual(&session, CARD), "one-valid");
}

#[test]
fn nobody_is_registered_while_mynaportal_is_out_of_order() {
    let mut counter = Counter::with(unregistered);
    let session = counter.session();
    counter.ask(&visual(&session, CARD));
    let id = agree(&mut counter, &session);
    counter.registry.set_mynaportal_outage(true);
    let rule = "mynaportal-out-of-order";
    let terms = in_session(Operation::RegistrationTerms, &session);
    counter.refuses(&terms, Decision::Outage, rule);
    let request = register(&session, CARD, &id);
    counter.refuses(&request, Decision::Outage, rule);
    counter.refuses(
        &visual(&session, CARD),
        Decision::NotRegistered,
        "not-registered",
    );
    counter.registry.set_mynaportal_outage(false);
    counter.accepts(&request, "registered");
}

#[test]
fn maintenance_of_jpki_stops_registration_for_a_while() {
    let mut counter = Counter::with(unregistered);
    let session = counter.session();
    counter.ask(&visual(&session, CARD));
    let id = agree(&mut counter, &session);
    counter.jpki_closes();
    let request = register(&session, CARD, &id);
    counter.refuses(
        &request,
        Decision::JpkiMaintenance,
        "registration-needs-jpki",
    );
    counter.jpki_opens_again();
    counter.accepts(&request, "registered");
}

#[test]
fn registration_needs_the_pin_only_where_the_service_says_so() {
    let mut counter = Counter::with(|setup| {
        unregistered(setup);
        setup.rules.registration_needs_pin = true;
    });
    let session = counter.session();
    counter.ask(&visual(&session, CARD));
    let id = agree(&mut counter, &session);
    let request = register(&session, CARD, &id);
    counter.refuses(&request, Decision::ChallengeUnknown, "challenge-missing");
    let request = with_proof(&mut counter, &session, request);
    counter.accepts(&request, "registered");
}

#[test]
fn registration_helps_nobody_who_is_not_insured() {
    let mut counter = Counter::with(|setup| {
        unregistered(setup);
        setup.persons[0].insurance.clear();
    });
    let session = counter.session();
    counter.ask(&visual(&session, CARD));
    let id = agree(&mut counter, &session);
    counter.accepts(&register(&session, CARD, &id), "registered");
    let answer = counter.ask(&visual(&session, CARD));
    assert_eq!(answer.decision, Decision::NoQualification);
}

#[test]
fn a_registration_that_the_person_cancelled_is_offered_again() {
    let mut counter = Counter::healthy();
    let cancelled = |person: &mut Person| person.registered = false;
    assert!(counter.registry.change_person("shiken-taro", cancelled));
    let session = counter.session();
    counter.refuses(
        &visual(&session, CARD),
        Decision::NotRegistered,
        "not-registered",
    );
    let id = agree(&mut counter, &session);
    counter.accepts(&register(&session, CARD, &id), "registered");
    counter.accepts(&visual(&session, CARD), "one-valid");
}

#[test]
fn an_older_service_offers_no_registration() {
    let mut counter = Counter::with(|setup| {
        unregistered(setup);
        setup.rules.registration_offered = false;
    });
    let session = counter.session();
    counter.refuses(
        &visual(&session, CARD),
        Decision::NotRegistered,
        "not-registered",
    );
    let request = in_session(Operation::RegistrationTerms, &session);
    counter.refuses(&request, Decision::NotPermitted, "registration-not-offered");
}

fn unregistered(setup: &mut Setup) {
    setup.persons[0].registered = false;
}

fn two_unregistered(setup: &mut Setup) {
    unregistered(setup);
    let other = "shiken-hanako".to_owned();
    setup.persons.push(Person {
        id: other.clone(),
        ..setup.persons[0].clone()
    });
    let certificate = setup.certificates[0].clone();
    setup.certificates.push(CertificateRecord {
        der: OTHER.to_vec(),
        person: other,
        ..certificate
    });
}

fn terms_id(counter: &mut Counter, session: &str) -> String {
    let answer = counter.accepts(&in_session(Operation::RegistrationTerms, session), "terms");
    assert!(
        answer
            .fields
            .text(Field::TermsText)
            .is_some_and(|text| text.contains("模擬"))
    );
    answer.fields.text(Field::TermsId).unwrap().to_owned()
}

fn consent(session: &str, terms: &str, word: &str) -> Request {
    in_session(Operation::RegistrationConsent, session)
        .with(Field::TermsId, terms)
        .with(Field::Consent, word)
}

fn agree(counter: &mut Counter, session: &str) -> String {
    let terms = terms_id(counter, session);
    let answer = counter.accepts(&consent(session, &terms, "agree"), "consent-recorded");
    answer.fields.text(Field::ConsentId).unwrap().to_owned()
}

fn register(session: &str, card: &[u8], consent: &str) -> Request {
    in_session(Operation::Register, session)
        .with(Field::Certificate, card)
        .with(Field::ConsentId, consent)
}
