//! Portal and console: what people do before a client can work (R3-03 … R3-17, R4-14, R4-16).

use std::collections::BTreeSet;

use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use madoguchi_eligibility::{Decision, FacilityCode, Field, Request};
use madoguchi_registry::operator::{Application, CodeStatus, Console, Label, NewAccount, Refused};
use madoguchi_registry::{Account, AccountRole, FacilityKind, Registry, TerminalKind};
use madoguchi_terms::{Lang, Say, Secret};

use crate::counter::*;

const ADMIN: &str = "kanri01";

fn facility() -> FacilityCode {
    FACILITY.parse().unwrap()
}

/// A counter whose facility has a 管理アカウント and nothing else.
fn unprepared() -> Counter {
    Counter::with(|setup| {
        setup.codes.clear();
        setup.terminals.clear();
        setup.facilities[0].function_on = false;
        setup.facilities[0].kind = FacilityKind::MedicalInstitution;
        setup.facilities[0].accounts = vec![Account {
            role: AccountRole::Admin,
            ..Account::new(ADMIN, PASSWORD)
        }];
    })
}

#[track_caller]
fn console(registry: &mut Registry, now: Timestamp) -> Console<'_> {
    registry.console(&facility(), ADMIN, PASSWORD, now).unwrap()
}

fn account(user_id: &str) -> NewAccount {
    NewAccount {
        role: AccountRole::General,
        user_id: user_id.to_owned(),
        password: Secret::new(PASSWORD.to_owned()),
        name: "試験　職員".to_owned(),
        name_kana: "シケン　ショクイン".to_owned(),
        use_from: None,
    }
}

/// Bytes that differ from call to call.
fn entropy() -> impl FnMut(&mut [u8]) {
    let mut next = 0_u8;
    move |slice: &mut [u8]| {
        next += 1;
        slice.fill(next);
    }
}

fn issue(counter: &mut Counter, memo: &str, random: &mut dyn FnMut(&mut [u8])) -> String {
    let now = counter.now;
    let mut console = console(&mut counter.registry, now);
    let code = console
        .issue_code(memo, TerminalKind::Limited, now, random)
        .unwrap();
    code.expose().clone()
}

fn first_login_with(code: &str) -> Request {
    first_login().with(Field::ActivationCode, code)
}

#[test]
fn the_three_tasks_of_the_document_lead_to_a_first_login() {
    let mut counter = unprepared();
    counter.terminal = None;
    let now = counter.now;
    let code = {
        let mut console = console(&mut counter.registry, now);
        console.set_function(true).unwrap();
        console.register_account(account(USER)).unwrap();
        let memo = "受付のタブレット";
        let issued = console.issue_code(memo, TerminalKind::Limited, now, &mut entropy());
        issued.unwrap().expose().clone()
    };
    let request = first_login_with(&code);
    counter.refuses(
        &request,
        Decision::AccountNeverLoggedIn,
        "account-never-logged-in",
    );
    let role = counter
        .registry
        .log_in_at_terminal(&facility(), USER, PASSWORD, now)
        .unwrap();
    assert_eq!(role, AccountRole::General);
    counter.refuses(&request, Decision::CodeNotReady, "activation-code-too-new");
    counter.now += SignedDuration::from_mins(10);
    counter.accepts(&request, "terminal-activated");
}

#[test]
fn the_console_is_for_administrators() {
    let mut counter = Counter::healthy();
    let now = counter.now;
    let refused = |registry: &mut Registry, user: &str, password: &str| {
        let console = registry.console(&facility(), user, password, now);
        console.err().unwrap()
    };
    let registry = &mut counter.registry;
    assert_eq!(refused(registry, USER, PASSWORD), Refused::NotAdministrator);
    assert_eq!(refused(registry, USER, "wrong"), Refused::LoginRefused);
    assert_eq!(refused(registry, "nobody", "x"), Refused::LoginRefused);
}

#[test]
fn switching_the_function_off_stops_the_app_at_the_next_request() {
    let mut counter = Counter::with(|setup| {
        setup.facilities[0].accounts.push(Account {
            role: AccountRole::Admin,
            ..Account::new(ADMIN, PASSWORD)
        });
    });
    let request = visual(&counter.session(), CARD);
    let now = counter.now;
    console(&mut counter.registry, now)
        .set_function(false)
        .unwrap();
    counter.refuses(&request, Decision::FunctionOff, "function-off");
    console(&mut counter.registry, now)
        .set_function(true)
        .unwrap();
    counter.accepts(&request, "one-valid");
}

#[test]
fn codes_are_numbered_automatically_one_for_each_terminal() {
    let mut counter = unprepared();
    let mut same = |slice: &mut [u8]| slice.fill(0);
    let codes: Vec<String> = (1..=3)
        .map(|n| issue(&mut counter, &format!("Aのスマホ{n}"), &mut same))
        .collect();
    let distinct: BTreeSet<&String> = codes.iter().collect();
    assert_eq!(distinct.len(), 3);
    for code in &codes {
        assert_eq!(code.len(), 12);
        assert!(code.bytes().all(|b| b.is_ascii_digit()), "{code}");
    }
    assert_eq!(codes[0], "000000000000");
}

#[test]
fn a_code_needs_a_memo_that_tells_its_terminal() {
    let mut counter = unprepared();
    let now = counter.now;
    let mut console = console(&mut counter.registry, now);
    let issued = console.issue_code("　", TerminalKind::Limited, now, &mut entropy());
    assert_eq!(issued.unwrap_err(), Refused::MemoMissing);
}

#[test]
fn the_list_shows_the_newest_first_in_pages() {
    let mut counter = unprepared();
    let mut random = entropy();
    for n in 0..11 {
        issue(&mut counter, &format!("端末{n}"), &mut random);
        counter.now += SignedDuration::from_mins(1);
    }
    let now = counter.now;
    let console = console(&mut counter.registry, now);
    let first = console.codes(1);
    assert_eq!((first.total, first.pages, first.rows.len()), (11, 2, 10));
    assert_eq!(first.rows[0].memo, "端末10");
    assert_eq!(first.rows[0].status, CodeStatus::Unregistered);
    assert_eq!(first.rows[0].status.label().text(Lang::Ja), "未登録");
    let second = console.codes(2);
    assert_eq!(second.rows[0].memo, "端末0");
    assert!(console.codes(3).rows.is_empty());
}

#[test]
fn an_invalidated_code_takes_its_terminal_with_it() {
    let mut counter = Counter::with(|setup| {
        setup.facilities[0].accounts.push(Account {
            role: AccountRole::Admin,
            ..Account::new(ADMIN, PASSWORD)
        });
        setup.codes[0].used_by = Some("terminal-of-before".to_owned());
    });
    let request = visual(&counter.session(), CARD);
    let now = counter.now;
    let mut console = console(&mut counter.registry, now);
    assert_eq!(console.codes(1).rows[0].status, CodeStatus::Registered);
    console.invalidate_code(CODE).unwrap();
    assert_eq!(console.codes(1).rows[0].status, CodeStatus::Invalidated);
    assert_eq!(
        console.invalidate_code("000000000000"),
        Err(Refused::CodeUnknown)
    );
    counter.refuses(&request, Decision::TerminalRevoked, "terminal-revoked");
}

#[test]
fn a_user_id_has_two_to_eight_half_width_letters_or_digits() {
    let mut counter = unprepared();
    let now = counter.now;
    let mut console = console(&mut counter.registry, now);
    for wrong in ["a", "abcdefghi", "ab-1", "ｱｲ", "ａｂ", "試験", "a b", ""] {
        let refused = console.register_account(account(wrong));
        assert_eq!(refused, Err(Refused::UserIdMalformed), "{wrong}");
    }
    for right in ["a1", "ABCdef12"] {
        console.register_account(account(right)).unwrap();
    }
    let again = console.register_account(account("a1"));
    assert_eq!(again, Err(Refused::UserIdTaken));
}

#[test]
fn an_account_begins_on_its_first_day() {
    let mut counter = unprepared();
    let now = counter.now;
    let mut console = console(&mut counter.registry, now);
    console
        .register_account(NewAccount {
            use_from: Some(date(2025, 5, 22)),
            ..account(USER)
        })
        .unwrap();
    let mut log_in = |now: &str| {
        let now = now.parse().unwrap();
        let registry = &mut counter.registry;
        registry.log_in_at_terminal(&facility(), USER, PASSWORD, now)
    };
    let evening = log_in("2025-05-21T23:59:59+09:00");
    assert_eq!(evening, Err(Refused::LoginRefused));
    assert!(log_in("2025-05-22T00:00:00+09:00").is_ok());
}

#[test]
fn an_administrator_unlocks_an_account() {
    let mut counter = Counter::with(|setup| {
        setup.facilities[0].accounts.push(Account {
            role: AccountRole::Admin,
            ..Account::new(ADMIN, PASSWORD)
        });
    });
    for _ in 0..5 {
        counter.ask(&login().with(Field::Password, "wrong"));
    }
    counter.refuses(&login(), Decision::AccountLocked, "account-locked");
    let now = counter.now;
    let mut console = console(&mut counter.registry, now);
    console.unlock_account(USER).unwrap();
    assert_eq!(console.unlock_account("nobody"), Err(Refused::UserUnknown));
    counter.accepts(&login(), "logged-in");
}

#[test]
fn a_practice_gets_everything_from_the_portal() {
    let mut counter = unprepared();
    counter.terminal = None;
    let code: FacilityCode = "9920000001".parse().unwrap();
    let application = Application {
        kind: FacilityKind::Treatment,
        code: Some(code.clone()),
    };
    let registry = &mut counter.registry;
    assert_eq!(
        registry.apply_for_use(application.clone()),
        Ok(code.clone())
    );
    let again = registry.apply_for_use(application);
    assert_eq!(again, Err(Refused::FacilityKnown));
    let settings = registry
        .request_user_settings(&code, now(), &mut entropy())
        .unwrap();
    assert_eq!(settings.id, "W0000001");
    counter.now += SignedDuration::from_mins(10);
    let request = first_login()
        .with(Field::FacilityCode, code.as_str())
        .with(Field::UserId, settings.user_id.as_str())
        .with(Field::Password, settings.password.expose().as_str())
        .with(
            Field::ActivationCode,
            settings.activation_code.expose().as_str(),
        );
    counter.accepts(&request, "terminal-activated");
}

#[test]
fn an_insurer_that_examines_is_given_a_code_and_gives_it_back() {
    let mut counter = Counter::healthy();
    let application = |kind| Application { kind, code: None };
    let registry = &mut counter.registry;
    let code = registry
        .apply_for_use(application(FacilityKind::Insurer))
        .unwrap();
    assert!(code.is_invented());
    let second = registry.apply_for_use(application(FacilityKind::Insurer));
    assert_ne!(second.unwrap(), code);
    let nameless = registry.apply_for_use(application(FacilityKind::Examination));
    assert_eq!(nameless, Err(Refused::CodeMissing));
    registry.abolish(&code).unwrap();
    assert_eq!(registry.abolish(&code), Err(Refused::FacilityClosed));
}

#[test]
fn an_abolished_facility_is_refused_at_the_next_request() {
    let mut counter = Counter::healthy();
    let request = visual(&counter.session(), CARD);
    counter.registry.abolish(&facility()).unwrap();
    counter.refuses(&request, Decision::FunctionOff, "facility-closed");
}

#[test]
fn every_label_and_refusal_has_both_languages() {
    for label in Label::ALL {
        assert!(!label.text(Lang::Ja).is_empty());
        assert!(label.text(Lang::En).is_ascii(), "{label:?}");
    }
    for refused in [
        Refused::FacilityUnknown,
        Refused::FacilityKnown,
        Refused::CodeMissing,
        Refused::FacilityClosed,
        Refused::LoginRefused,
        Refused::NotAdministrator,
        Refused::UserIdMalformed,
        Refused::UserIdTaken,
        Refused::UserUnknown,
        Refused::CodeUnknown,
        Refused::MemoMissing,
    ] {
        assert!(!refused.text(Lang::Ja).is_ascii());
        assert!(refused.text(Lang::En).is_ascii());
    }
}
