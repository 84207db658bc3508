//! What outlives the process: rows that were touched, put back into a registry that begins anew.

use madoguchi_eligibility::{Decision, Field, Operation};
use madoguchi_registry::{CertificateState, Change, TerminalKind};

use crate::counter::*;

/// A counter that keeps track.
fn tracked(mut counter: Counter) -> Counter {
    counter.registry.keep_track();
    counter
}

/// The same world after a restart, from what was kept.
fn restarted(mut counter: Counter, changes: &[Change]) -> Counter {
    for change in changes {
        let row = change.row.as_deref().unwrap();
        counter
            .registry
            .restore(change.kind, &change.key, row)
            .unwrap();
    }
    counter
}

fn kinds(changes: &[Change]) -> Vec<&str> {
    changes.iter().map(|change| change.kind).collect()
}

#[test]
fn a_terminal_that_was_activated_is_known_after_a_restart() {
    let mut counter = tracked(Counter::healthy());
    counter.terminal = None;
    let activated = counter.accepts(&first_login(), "terminal-activated");
    let changes = counter.registry.changes();
    assert_eq!(kinds(&changes), ["activation-code", "terminal"]);

    let mut counter = restarted(Counter::healthy(), &changes);
    counter.terminal = None;
    counter.refuses(&first_login(), Decision::CodeUsed, "activation-code-used");
    let id = activated.fields.text(Field::TerminalId).unwrap();
    let certificate = format!("certificate of {id}").into_bytes();
    assert_eq!(counter.registry.terminal_id(&certificate), Some(id));
}

#[test]
fn a_request_that_was_answered_before_the_restart_is_repeated_after_it() {
    let mut counter = tracked(Counter::healthy());
    let request = |session: &str| visual(session, CARD).with(Field::RequestId, "request-1");
    let session = counter.session();
    let first = counter.accepts(&request(&session), "one-valid");
    let changes = counter.registry.changes();
    assert_eq!(kinds(&changes), ["history", "answered-request"]);

    let mut counter = restarted(Counter::healthy(), &changes);
    let session = counter.session();
    let second = counter.accepts(&request(&session), "replayed");
    assert_eq!(
        (first.fields, first.results),
        (second.fields, second.results)
    );
    assert_eq!(counter.registry.history().len(), 1);
}

#[test]
fn what_only_reads_changes_nothing() {
    let mut counter = tracked(Counter::healthy());
    let session = counter.session();
    counter.ask(&in_session(Operation::Challenge, &session));
    counter.ask(&in_session(Operation::History, &session));
    assert_eq!(counter.registry.changes(), []);
}

#[test]
fn what_was_not_kept_is_undone() {
    let mut counter = tracked(Counter::healthy());
    counter.terminal = None;
    counter.accepts(&first_login(), "terminal-activated");
    counter.registry.undo();
    assert_eq!(counter.registry.changes(), []);
    counter.accepts(&first_login(), "terminal-activated");
    counter.registry.keep();
    counter.registry.undo();
    counter.refuses(&first_login(), Decision::CodeUsed, "activation-code-used");
}

#[test]
fn neither_session_nor_wrong_password_is_kept() {
    let mut counter = tracked(Counter::healthy());
    let session = counter.session();
    counter.accepts(&visual(&session, CARD), "one-valid");
    let wrong = login().with(Field::Password, "typed-by-mistake");
    counter.refuses(&wrong, Decision::PasswordWrong, "password-wrong");
    let changes = format!("{:?}", counter.registry.changes());
    assert!(changes.contains("wrong-passwords"), "{changes}");
    assert!(!changes.contains("typed-by-mistake"), "{changes}");
    assert!(!changes.contains(&session), "{changes}");
}

#[test]
fn a_lock_survives_and_so_does_what_jpki_said() {
    let mut counter = tracked(Counter::with(|setup| {
        setup.certificates[0].state = CertificateState::Renewed;
    }));
    let session = counter.session();
    counter.accepts(&visual(&session, CARD), "one-valid");
    let wrong = login().with(Field::Password, "wrong");
    while counter.ask(&wrong).decision == Decision::PasswordWrong {}
    let changes = counter.registry.changes();

    let mut counter = restarted(
        Counter::with(|setup| {
            setup.certificates[0].state = CertificateState::Renewed;
            setup.jpki_maintenance = true;
        }),
        &changes,
    );
    counter.refuses(&login(), Decision::AccountLocked, "account-locked");
}

#[test]
fn a_bulk_inquiry_and_how_often_it_was_asked_for_survive() {
    let institution = || {
        Counter::at(TerminalKind::Institution, |setup| {
            setup.rules.bulk_processing_answers = 1;
        })
    };
    let mut counter = tracked(institution());
    let session = counter.session();
    let mut submission = in_session(Operation::BulkSubmission, &session);
    let mut unit = madoguchi_eligibility::Fields::new();
    unit.set(Field::ReferenceNumber, "1");
    submission.items.push(unit);
    let received = counter.accepts(&submission, "bulk-received");
    let number = received.fields.text(Field::ReceptionNumber).unwrap();
    let ask = |session: &str| {
        in_session(Operation::BulkResult, session).with(Field::ReceptionNumber, number)
    };
    counter.accepts(&ask(&session), "bulk-being-processed");
    let changes = counter.registry.changes();

    let mut counter = restarted(institution(), &changes);
    let session = counter.session();
    counter.accepts(&ask(&session), "bulk-done");
}

#[test]
fn a_row_of_an_unknown_kind_and_one_that_is_none_are_refused() {
    let mut registry = Counter::healthy().registry;
    let unknown = registry.restore("prescription", "1", "{}").unwrap_err();
    assert_eq!(
        unknown.to_string(),
        r#"rows of kind "prescription" are unknown"#
    );
    let bad = registry.restore("terminal", "1", "{}").unwrap_err();
    assert!(bad.to_string().contains("missing field"), "{bad}");
}
