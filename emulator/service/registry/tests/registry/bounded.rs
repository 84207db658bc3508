//! However long a service runs and whatever it is asked, it keeps as much as its rules say: in
//! memory and in a store.

use std::collections::BTreeMap;

use madoguchi_eligibility::{Decision, Field, Fields, Operation};
use madoguchi_registry::{Account, Facility, Setup, Terminal, TerminalKind};

use crate::counter::*;

const OTHER_FACILITY: &str = "9910000001";
const OTHER_TERMINAL: &[u8] = b"certificate of another terminal";

/// Rows by kind and key, as a store has them.
type Store = BTreeMap<(&'static str, String), String>;

/// A counter whose service keeps little.
fn small(change: impl FnOnce(&mut Setup)) -> Counter {
    let mut counter = Counter::with(|setup| {
        setup.rules.history_kept = 20;
        setup.rules.requests_kept = 10;
        change(setup);
    });
    counter.registry.keep_track();
    counter
}

/// Checks with an id each, and what a store has after them.
fn check(counter: &mut Counter, session: &str, ids: std::ops::Range<u32>, store: &mut Store) {
    for id in ids {
        let request = visual(session, CARD).with(Field::RequestId, format!("request-{id}"));
        counter.accepts(&request, "one-valid");
        keep(counter, store);
    }
}

fn keep(counter: &mut Counter, store: &mut Store) {
    for change in counter.registry.changes() {
        let key = (change.kind, change.key);
        match change.row {
            Some(row) => store.insert(key, row),
            None => store.remove(&key),
        };
    }
    counter.registry.keep();
}

fn kept(store: &Store, kind: &str) -> usize {
    store.keys().filter(|(of, _)| *of == kind).count()
}

#[test]
fn after_four_times_as_many_checks_there_is_as_much() {
    let mut counter = small(|_| {});
    let session = counter.session();
    let mut store = Store::new();
    check(&mut counter, &session, 0..100, &mut store);
    let after_100 = store.len();
    assert_eq!((kept(&store, "history"), after_100), (20, 30));
    check(&mut counter, &session, 100..400, &mut store);
    assert_eq!(store.len(), after_100);
    assert_eq!(kept(&store, "answered-request"), 10);
    assert_eq!(counter.registry.history().len(), 20);

    let listed = counter.ask(&in_session(Operation::History, &session));
    assert_eq!(listed.fields.text(Field::TotalCount), Some("20"));
}

#[test]
fn a_restart_changes_nothing_about_it() {
    let mut counter = small(|_| {});
    let session = counter.session();
    let mut store = Store::new();
    check(&mut counter, &session, 0..50, &mut store);
    let before = store.len();

    let mut counter = Counter::with(|setup| {
        setup.rules.history_kept = 20;
        setup.rules.requests_kept = 10;
    });
    for ((kind, key), row) in &store {
        counter.registry.restore(kind, key, row).unwrap();
    }
    counter.registry.keep_track();
    let session = counter.session();
    let repeated = visual(&session, CARD).with(Field::RequestId, "request-49");
    counter.accepts(&repeated, "replayed");
    check(&mut counter, &session, 50..80, &mut store);
    assert_eq!(store.len(), before);
    assert_eq!(counter.registry.history().len(), 20);
}

#[test]
fn the_last_requests_can_be_repeated_and_older_ones_are_asked_anew() {
    let mut counter = small(|_| {});
    let session = counter.session();
    check(&mut counter, &session, 0..11, &mut Store::new());
    for (id, rule) in [("request-1", "replayed"), ("request-0", "one-valid")] {
        counter.accepts(&visual(&session, CARD).with(Field::RequestId, id), rule);
    }
}

#[test]
fn what_nobody_can_read_any_more_leaves() {
    let mut counter = small(|_| {});
    let session = counter.session();
    let mut store = Store::new();
    check(&mut counter, &session, 0..5, &mut store);
    counter.now += jiff::SignedDuration::from_hours(24 * 101);
    let session = counter.session();
    check(&mut counter, &session, 5..6, &mut store);
    assert_eq!(kept(&store, "history"), 1);
}

#[test]
fn a_busy_facility_pushes_nobody_elses_history_out() {
    let mut counter = small(|setup| {
        let code: madoguchi_eligibility::FacilityCode = OTHER_FACILITY.parse().unwrap();
        setup.facilities.push(Facility {
            accounts: vec![Account::new(USER, PASSWORD)],
            ..Facility::new(code.clone())
        });
        let terminal = Terminal::new("another", code, OTHER_TERMINAL.to_vec());
        setup.terminals.push(terminal);
    });
    let mut store = Store::new();
    counter.terminal = Some(OTHER_TERMINAL);
    let there = counter.accepts(
        &login().with(Field::FacilityCode, OTHER_FACILITY),
        "logged-in",
    );
    let there = there.fields.text(Field::SessionToken).unwrap();
    check(&mut counter, there, 0..1, &mut store);
    counter.terminal = Some(TERMINAL);
    let session = counter.session();
    check(&mut counter, &session, 0..100, &mut store);
    assert_eq!(kept(&store, "history"), 21);

    counter.terminal = Some(OTHER_TERMINAL);
    let listed = counter.ask(&in_session(Operation::History, there));
    assert_eq!(listed.fields.text(Field::TotalCount), Some("1"));
}

#[test]
fn the_oldest_session_of_a_terminal_ends_with_one_too_many() {
    let mut counter = small(|setup| setup.rules.sessions_kept = 2);
    let sessions: Vec<String> = (0..3).map(|_| counter.session()).collect();
    counter.refuses(
        &visual(&sessions[0], CARD),
        Decision::SessionInvalid,
        "session-unknown",
    );
    for session in &sessions[1..] {
        counter.accepts(&visual(session, CARD), "one-valid");
    }
}

#[test]
fn a_session_has_sixty_four_nonces_and_forgets_the_oldest() {
    let mut counter = small(|_| {});
    let session = counter.session();
    let nonces: Vec<(String, Vec<u8>)> = (0..65)
        .map(|_| {
            let issued = counter.ask(&in_session(Operation::Challenge, &session));
            let id = issued.fields.text(Field::ChallengeId).unwrap();
            let nonce = issued.fields.bytes(Field::Nonce).unwrap();
            (id.to_owned(), nonce.to_vec())
        })
        .collect();
    counter.refuses(
        &signed(&session, &nonces[0].0, &nonces[0].1),
        Decision::ChallengeUnknown,
        "challenge-not-usable",
    );
    for (id, nonce) in &nonces[1..] {
        counter.accepts(&signed(&session, id, nonce), "one-valid");
    }
}

#[test]
fn the_oldest_bulk_inquiry_of_a_facility_leaves() {
    let mut counter = Counter::at(TerminalKind::Institution, |setup| {
        setup.rules.bulk_kept = 2;
        setup.rules.bulk_processing_answers = 0;
    });
    let session = counter.session();
    let submit = |counter: &mut Counter| {
        let mut request = in_session(Operation::BulkSubmission, &session);
        request.items.push(Fields::new());
        let received = counter.accepts(&request, "bulk-received");
        let number = received.fields.text(Field::ReceptionNumber).unwrap();
        number.to_owned()
    };
    let numbers: Vec<String> = (0..3).map(|_| submit(&mut counter)).collect();
    assert_eq!(numbers, ["000000000001", "000000000002", "000000000003"]);
    let result = |number: &str| {
        in_session(Operation::BulkResult, &session).with(Field::ReceptionNumber, number)
    };
    counter.refuses(
        &result(&numbers[0]),
        Decision::NotPermitted,
        "reception-number-unknown",
    );
    counter.accepts(&result(&numbers[1]), "bulk-done");
    counter.accepts(&result(&numbers[2]), "bulk-done");
}
