//! Whose certificate counts, and until when (A-12; CD-08 … CD-13).

use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use madoguchi_eligibility::{Decision, Field, GraceStart};
use madoguchi_registry::{
    Bearer, CertificateRecord, CertificateState, Maintenance, RevocationReason, Setup,
};

use crate::counter::*;

fn state_is(state: CertificateState) -> impl FnOnce(&mut Setup) {
    move |setup| setup.certificates[0].state = state
}

fn ends(at: &str) -> impl FnOnce(&mut Setup) {
    let at: Timestamp = at.parse().unwrap();
    move |setup| setup.certificates[0].not_after = at
}

#[track_caller]
fn at(counter: &mut Counter, now: &str) -> (Decision, &'static str) {
    counter.now = now.parse().unwrap();
    let answer = counter.visual(CARD);
    (answer.decision, answer.rule)
}

#[test]
fn a_suspended_certificate_is_refused_until_it_comes_back() {
    let mut counter = Counter::with(state_is(CertificateState::Suspended));
    let request = visual(&counter.session(), CARD);
    counter.refuses(&request, Decision::CertRevoked, "certificate-suspended");
    let mut counter = Counter::with(state_is(CertificateState::Active));
    let request = visual(&counter.session(), CARD);
    counter.accepts(&request, "one-valid");
}

#[test]
fn the_trace_is_told_why_a_certificate_was_revoked_and_the_client_is_not() {
    for (reason, rule) in [
        (
            RevocationReason::KeyCompromise,
            "certificate-revoked-key-compromise",
        ),
        (
            RevocationReason::CessationOfOperation,
            "certificate-revoked-cessation-of-operation",
        ),
        (
            RevocationReason::Superseded,
            "certificate-revoked-superseded",
        ),
        (RevocationReason::Unspecified, "certificate-revoked"),
    ] {
        let mut counter = Counter::with(state_is(CertificateState::Revoked(reason)));
        let request = visual(&counter.session(), CARD);
        counter.refuses(&request, Decision::CertRevoked, rule);
    }
}

#[test]
fn a_renewed_certificate_is_linked_at_its_first_use_and_needs_no_jpki_after() {
    let mut counter = Counter::with(state_is(CertificateState::Renewed));
    assert_eq!(counter.visual(CARD).decision, Decision::Ok);
    counter.jpki_closes();
    assert_eq!(counter.visual(CARD).decision, Decision::Ok);
}

#[test]
fn a_renewed_certificate_waits_for_the_end_of_maintenance() {
    let mut counter = Counter::with(state_is(CertificateState::Renewed));
    counter.jpki_closes();
    assert_eq!(counter.visual(CARD).decision, Decision::JpkiMaintenance);
    counter.jpki_opens_again();
    assert_eq!(counter.visual(CARD).decision, Decision::Ok);
}

#[test]
fn a_renewed_certificate_stands_beside_the_old_one() {
    let new = b"certificate after renewal";
    let mut counter = Counter::with(|setup| {
        state_is(CertificateState::Revoked(RevocationReason::Superseded))(setup);
        setup.certificates.push(CertificateRecord {
            der: new.to_vec(),
            public_key: Vec::new(),
            person: "shiken-taro".to_owned(),
            not_after: "2030-05-21T23:59:59+09:00".parse().unwrap(),
            state: CertificateState::Renewed,
            bearer: Bearer::Card,
        });
    });
    assert_eq!(counter.visual(new).decision, Decision::Ok);
    assert_eq!(counter.visual(CARD).decision, Decision::CertRevoked);
}

#[test]
fn grace_counts_calendar_months_from_the_end_of_the_month() {
    let mut counter = Counter::with(ends("2025-11-20T23:59:59+09:00"));
    let grace = (Decision::CertExpiredGrace, "certificate-in-grace");
    assert_eq!(at(&mut counter, "2025-11-21T00:00:00+09:00"), grace);
    assert_eq!(at(&mut counter, "2026-02-28T23:59:59+09:00"), grace);
    counter.now = "2026-03-01T00:00:00+09:00".parse().unwrap();
    let request = visual(&counter.session(), CARD);
    counter.refuses(&request, Decision::CertExpired, "certificate-expired");
}

#[test]
fn grace_may_count_from_the_last_day_and_ends_with_the_month_where_it_is_shorter() {
    let mut counter = Counter::with(|setup| {
        ends("2025-11-30T23:59:59+09:00")(setup);
        setup.rules.grace_counts_from = GraceStart::Expiry;
    });
    let grace = (Decision::CertExpiredGrace, "certificate-in-grace");
    assert_eq!(at(&mut counter, "2025-12-01T00:00:00+09:00"), grace);
    assert_eq!(at(&mut counter, "2026-02-28T23:59:59+09:00"), grace);
    counter.now = "2026-03-01T00:00:00+09:00".parse().unwrap();
    let request = visual(&counter.session(), CARD);
    counter.refuses(&request, Decision::CertExpired, "certificate-expired");
}

#[test]
fn the_length_of_the_grace_is_a_rule() {
    let mut counter = Counter::with(|setup| {
        ends("2025-05-20T23:59:59+09:00")(setup);
        setup.rules.grace_months = 0;
    });
    let request = visual(&counter.session(), CARD);
    counter.refuses(&request, Decision::CertExpired, "certificate-expired");
}

#[test]
fn the_end_of_a_certificate_is_announced_from_three_months_before() {
    let mut counter = Counter::with(ends("2025-08-21T23:59:59+09:00"));
    assert_eq!(
        at(&mut counter, "2025-05-20T23:59:59+09:00"),
        (Decision::Ok, "one-valid")
    );
    assert_eq!(
        at(&mut counter, "2025-05-21T00:00:00+09:00"),
        (Decision::Ok, "certificate-expires-soon")
    );
    let answer = counter.visual(CARD);
    let message = answer.fields.text(Field::ResultMessage).unwrap();
    assert!(message.contains("2025年8月21日"), "{message}");
    assert_eq!(answer.results.len(), 1);
}

#[test]
fn a_notice_does_not_hide_that_several_eligibilities_are_valid() {
    let mut counter = Counter::with(|setup| {
        ends("2025-06-01T00:00:00+09:00")(setup);
        setup.persons[0].insurance = vec![insurance(), insurance()];
    });
    let answer = counter.visual(CARD);
    assert_eq!(
        (answer.decision, answer.rule),
        (Decision::Multiple, "several-valid")
    );
    assert!(answer.fields.text(Field::ResultMessage).is_some());
}

#[test]
fn the_day_is_japans() {
    let mut counter = Counter::with(|setup| {
        setup.persons[0].insurance[0].disqualification_date = Some(date(2025, 5, 22));
    });
    // 14:59:59 UTC is the last second of the day in Japan.
    assert_eq!(
        at(&mut counter, "2025-05-21T14:59:59Z"),
        (Decision::Ok, "one-valid")
    );
    assert_eq!(
        at(&mut counter, "2025-05-21T15:00:00Z"),
        (Decision::Ok, "eligibility-lapsed")
    );
    let answer = counter.visual(CARD);
    let day = answer.fields.text(Field::QualificationConfirmationDate);
    assert_eq!(day, Some("20250522"));
}

#[test]
fn jpki_is_closed_within_its_window_and_only_then() {
    let mut counter = Counter::with(|setup| {
        setup.certificates[0].state = CertificateState::Renewed;
        setup.jpki_windows = vec![Maintenance {
            from: now(),
            until: now() + SignedDuration::from_hours(1),
        }];
    });
    let answer = counter.visual(CARD);
    assert_eq!(
        (answer.decision, answer.rule),
        (Decision::JpkiMaintenance, "renewed-certificate-needs-jpki")
    );
    counter.now = now() + SignedDuration::from_hours(1);
    assert_eq!(counter.visual(CARD).decision, Decision::Ok);
    // known now: the next window does not concern it
    counter.registry.announce_jpki_maintenance(Maintenance {
        from: counter.now,
        until: counter.now + SignedDuration::from_hours(1),
    });
    assert_eq!(counter.visual(CARD).decision, Decision::Ok);
}

#[test]
fn a_certificate_on_a_telephone_has_no_grace() {
    for (bearer, decision) in [
        (Bearer::Card, Decision::CertExpiredGrace),
        (Bearer::Phone, Decision::CertExpired),
    ] {
        let mut counter = Counter::with(|setup| {
            setup.certificates[0].not_after = now() - SignedDuration::from_hours(1);
            setup.certificates[0].bearer = bearer;
        });
        assert_eq!(counter.visual(CARD).decision, decision, "{bearer:?}");
    }
}

#[test]
fn records_under_verification_are_not_obtainable_and_not_nothing() {
    let mut counter = Counter::with(|setup| setup.persons[0].withheld = true);
    let answer = counter.visual(CARD);
    assert_eq!(
        (answer.decision, answer.rule),
        (Decision::Withheld, "eligibility-under-verification")
    );
    assert!(answer.results.is_empty() && counter.registry.history().len() == 0);
}
