//! Who may use the app: facilities, accounts, sessions and versions (AC-04 … AC-16).

use jiff::SignedDuration;
use madoguchi_eligibility::{Decision, Field, Method, Request};
use madoguchi_registry::{FacilityKind, Setup};

use crate::counter::*;

fn first_login_with(code: &str) -> Request {
    first_login().with(Field::ActivationCode, code)
}

#[test]
fn a_code_that_cannot_be_one_is_refused_without_a_look() {
    let mut counter = Counter::healthy();
    for typo in [
        "0123456789",
        "0123456789012",
        "01234567890A",
        "０１２３４５６７８９０１",
        "0123 4567 8901",
        " 012345678901",
        "",
    ] {
        let request = first_login_with(typo);
        counter.refuses(&request, Decision::CodeInvalid, "activation-code-misspelt");
    }
}

#[test]
fn a_code_without_its_leading_zero_is_another_code() {
    let mut counter = Counter::healthy();
    let request = first_login_with("12345678901");
    counter.refuses(&request, Decision::CodeInvalid, "activation-code-unknown");
    counter.accepts(&first_login(), "terminal-activated");
}

#[test]
fn a_code_may_have_an_end_too() {
    let mut counter =
        Counter::with(|setup| setup.rules.code_lives = Some(SignedDuration::from_hours(24)));
    counter.now += SignedDuration::from_hours(23);
    counter.accepts(&first_login(), "terminal-activated");
    let mut counter =
        Counter::with(|setup| setup.rules.code_lives = Some(SignedDuration::from_hours(24)));
    counter.now += SignedDuration::from_hours(24);
    counter.refuses(
        &first_login(),
        Decision::CodeInvalid,
        "activation-code-too-old",
    );
}

#[test]
fn the_function_switch_is_younger_than_some_services() {
    let mut counter = Counter::with(|setup| {
        setup.facilities[0].function_on = false;
        setup.rules.function_switch = false;
    });
    assert_eq!(counter.visual(CARD).decision, Decision::Ok);
}

#[test]
fn medical_institutions_use_the_app_since_it_stands_in_for_face_readers() {
    let clinic = |setup: &mut Setup| setup.facilities[0].kind = FacilityKind::MedicalInstitution;
    let mut counter = Counter::with(clinic);
    assert_eq!(counter.visual(CARD).decision, Decision::Ok);
    let mut counter = Counter::with(|setup| {
        clinic(setup);
        setup.rules.counter_use = false;
    });
    counter.refuses(&login(), Decision::FunctionOff, "counter-use-not-offered");
}

#[test]
fn an_old_app_is_told_so_at_login() {
    let mut counter =
        Counter::with(|setup| setup.rules.oldest_client = Some("2.10".parse().unwrap()));
    counter.refuses(&login(), Decision::NotPermitted, "client-version-missing");
    let with = |version: &str| login().with(Field::ClientVersion, version);
    counter.refuses(&with("2.9.9"), Decision::NotPermitted, "client-too-old");
    counter.refuses(
        &with("new"),
        Decision::Malformed,
        "client-version-malformed",
    );
    counter.accepts(&with("2.10.0"), "logged-in");
}

#[test]
fn a_session_ends_when_nobody_uses_it() {
    let idle = SignedDuration::from_hours(1);
    let mut counter = Counter::with(|setup| setup.rules.session_idle = idle);
    let request = visual(&counter.session(), CARD);
    counter.now += idle;
    counter.accepts(&request, "one-valid");
    counter.now += idle;
    counter.accepts(&request, "one-valid");
    counter.now += idle + SignedDuration::from_secs(1);
    counter.refuses(&request, Decision::SessionInvalid, "session-ended");
    counter.refuses(&request, Decision::SessionInvalid, "session-unknown");
    counter.accepts(&login(), "logged-in");
}

#[test]
fn a_clock_that_is_set_back_ends_no_session() {
    let mut counter = Counter::healthy();
    let request = visual(&counter.session(), CARD);
    counter.now -= SignedDuration::from_hours(24 * 30);
    counter.accepts(&request, "one-valid");
}

#[test]
fn the_methods_on_offer_are_a_rule() {
    let mut counter = Counter::with(|setup| setup.rules.methods = vec![Method::Pin]);
    let request = visual(&counter.session(), CARD);
    counter.refuses(&request, Decision::NotPermitted, "method-not-offered");
}

#[test]
fn a_facility_that_closed_is_refused_at_the_next_request() {
    let mut counter = Counter::with(|setup| setup.facilities[0].closed = true);
    counter.refuses(&login(), Decision::FunctionOff, "facility-closed");
}

#[test]
fn a_session_ends_however_busy_it_was() {
    let hour = SignedDuration::from_hours(1);
    let mut counter = Counter::with(|setup| setup.rules.session_lasts = hour * 2);
    let request = visual(&counter.session(), CARD);
    for _ in 0..2 {
        counter.now += hour;
        counter.accepts(&request, "one-valid");
    }
    counter.now += SignedDuration::from_secs(1);
    counter.refuses(&request, Decision::SessionInvalid, "session-too-old");
}
