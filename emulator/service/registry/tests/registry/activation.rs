use jiff::SignedDuration;
use jiff::civil::date;
use madoguchi_eligibility::{Decision, Field, Operation, Request};
use madoguchi_registry::{Account, AccountRole, Availability, Facility, Terminal};

use crate::counter::*;

#[test]
fn a_fresh_terminal_gets_a_certificate_and_logs_in_with_it() {
    let mut counter = Counter::with(|setup| setup.terminals.clear());
    counter.terminal = None;
    let answer = counter.accepts(&first_login(), "terminal-activated");
    let id = answer.fields.text(Field::TerminalId).unwrap();
    assert_eq!(
        answer.fields.text(Field::TerminalCertificate),
        Some(format!("PEM of {id}").as_str())
    );
    assert_eq!(
        answer.fields.text(Field::TerminalKey),
        Some(format!("key of {id}").as_str())
    );
    let certificate = format!("certificate of {id}").into_bytes();
    assert_eq!(counter.registry.terminal_id(&certificate), Some(id));

    counter.terminal = Some(certificate.leak());
    counter.accepts(&login(), "logged-in");
}

#[test]
fn a_code_is_usable_ten_minutes_after_it_was_issued() {
    let mut counter = Counter::with(|setup| setup.codes[0].issued_at = now());
    counter.now = now() + SignedDuration::from_secs(599);
    counter.refuses(
        &first_login(),
        Decision::CodeNotReady,
        "activation-code-too-new",
    );
    counter.now = now() + SignedDuration::from_secs(600);
    counter.accepts(&first_login(), "terminal-activated");
}

#[test]
fn a_code_serves_one_terminal() {
    let mut counter = Counter::healthy();
    counter.accepts(&first_login(), "terminal-activated");
    counter.refuses(&first_login(), Decision::CodeUsed, "activation-code-used");
}

#[test]
fn leading_zeros_of_a_code_count() {
    let request = first_login().with(Field::ActivationCode, "12345678901");
    Counter::healthy().refuses(&request, Decision::CodeInvalid, "activation-code-unknown");
}

#[test]
fn the_code_of_another_facility_is_unknown() {
    let mut counter =
        Counter::with(|setup| setup.codes[0].facility = "9920000000".parse().unwrap());
    counter.refuses(
        &first_login(),
        Decision::CodeInvalid,
        "activation-code-unknown",
    );
}

#[test]
fn invalidating_a_code_ends_its_terminal() {
    let mut counter = Counter::with(|setup| {
        setup.codes[0].used_by = Some("terminal-of-before".to_owned());
    });
    let session = counter.session();
    counter.registry.invalidate_code(CODE);
    counter.refuses(
        &visual(&session, CARD),
        Decision::TerminalRevoked,
        "terminal-revoked",
    );
    counter.refuses(
        &first_login(),
        Decision::CodeInvalid,
        "activation-code-invalidated",
    );
}

#[test]
fn without_its_certificate_a_terminal_is_unknown() {
    let mut counter = Counter::healthy();
    let session = counter.session();
    counter.terminal = None;
    counter.refuses(
        &login(),
        Decision::TerminalUnknown,
        "terminal-certificate-missing",
    );
    let request = visual(&session, CARD);
    counter.refuses(
        &request,
        Decision::TerminalUnknown,
        "terminal-certificate-missing",
    );
}

#[test]
fn a_certificate_that_was_not_issued_here_is_unknown() {
    let mut counter = Counter::healthy();
    counter.terminal = Some(b"certificate of somebody");
    counter.refuses(
        &login(),
        Decision::TerminalUnknown,
        "terminal-certificate-unknown",
    );
}

#[test]
fn what_was_wrong_about_a_login_is_not_said() {
    let mut counter = Counter::healthy();
    for (field, wrong, rule) in [
        (Field::FacilityCode, "9930000000", "facility-unknown"),
        (Field::UserId, "nobody", "user-unknown"),
        (Field::Password, "wrong", "password-wrong"),
    ] {
        counter.refuses(&login().with(field, wrong), Decision::PasswordWrong, rule);
    }
}

#[test]
fn the_fifth_wrong_password_in_a_row_locks_the_account() {
    let mut counter = Counter::healthy();
    let wrong = login().with(Field::Password, "wrong");
    for _ in 0..4 {
        counter.refuses(&wrong, Decision::PasswordWrong, "password-wrong");
    }
    counter.accepts(&login(), "logged-in");
    for _ in 0..5 {
        counter.refuses(&wrong, Decision::PasswordWrong, "password-wrong");
    }
    counter.refuses(&login(), Decision::AccountLocked, "account-locked");
}

#[test]
fn an_account_must_have_logged_in_to_the_eligibility_system_once() {
    let mut counter = Counter::with(|setup| setup.facilities[0].accounts[0].has_logged_in = false);
    counter.refuses(
        &first_login(),
        Decision::AccountNeverLoggedIn,
        "account-never-logged-in",
    );
}

#[test]
fn an_account_begins_on_its_day() {
    let begins = |day| {
        move |setup: &mut madoguchi_registry::Setup| {
            setup.facilities[0].accounts[0].use_from = Some(day);
        }
    };
    let mut counter = Counter::with(begins(date(2025, 5, 22)));
    counter.refuses(&login(), Decision::NotPermitted, "account-not-yet-in-use");
    Counter::with(begins(TODAY)).accepts(&login(), "logged-in");
}

#[test]
fn the_administrators_account_is_not_for_the_app() {
    let mut counter =
        Counter::with(|setup| setup.facilities[0].accounts[0].role = AccountRole::Admin);
    counter.refuses(&login(), Decision::NotPermitted, "account-of-administrator");
}

#[test]
fn a_facility_that_switched_the_function_off_is_refused() {
    let mut counter = Counter::with(|setup| setup.facilities[0].function_on = false);
    counter.refuses(&first_login(), Decision::FunctionOff, "function-off");
    counter.refuses(&login(), Decision::FunctionOff, "function-off");
}

#[test]
fn a_closed_facility_is_refused() {
    let mut counter = Counter::with(|setup| setup.facilities[0].closed = true);
    counter.refuses(&login(), Decision::FunctionOff, "facility-closed");
}

#[test]
fn a_terminal_serves_its_own_facility() {
    let mut counter = Counter::with(|setup| {
        setup.facilities.push(Facility {
            accounts: vec![Account::new("other01", "TEST-only-2")],
            ..Facility::new("9920000000".parse().unwrap())
        });
    });
    let request = Request::new(Operation::Login)
        .with(Field::FacilityCode, "9920000000")
        .with(Field::UserId, "other01")
        .with(Field::Password, "TEST-only-2");
    counter.refuses(
        &request,
        Decision::TerminalUnknown,
        "terminal-of-another-facility",
    );
}

#[test]
fn a_session_belongs_to_its_terminal() {
    let mut counter = Counter::with(|setup| {
        let facility = FACILITY.parse().unwrap();
        setup
            .terminals
            .push(Terminal::new("other", facility, b"other".to_vec()));
    });
    let session = counter.session();
    counter.terminal = Some(b"other");
    let request = visual(&session, CARD);
    counter.refuses(
        &request,
        Decision::SessionInvalid,
        "session-of-another-terminal",
    );
}

#[test]
fn requests_need_a_session() {
    let mut counter = Counter::healthy();
    let request = Request::new(Operation::Challenge);
    counter.refuses(&request, Decision::SessionInvalid, "session-token-missing");
    let request = in_session(Operation::Challenge, "guessed");
    counter.refuses(&request, Decision::SessionInvalid, "session-unknown");
}

#[test]
fn missing_fields_are_named() {
    let request = Request::new(Operation::Login).with(Field::FacilityCode, FACILITY);
    Counter::healthy().refuses(&request, Decision::Malformed, "user-id-missing");
}

#[test]
fn a_service_out_of_order_refuses_everything_and_comes_back() {
    let mut counter = Counter::with(|setup| setup.availability = Availability::Outage);
    counter.refuses(&login(), Decision::Outage, "service-out-of-order");
    counter.registry.set_availability(Availability::Busy);
    counter.refuses(&login(), Decision::Busy, "service-busy");
    counter.registry.set_availability(Availability::Running);
    counter.accepts(&login(), "logged-in");
}
