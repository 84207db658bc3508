//! What could not be searched for secrets is not clean.

use madoguchi_counter::play;
use madoguchi_judge::judge;
use madoguchi_judge::verdict::{Outcome, Verdicts};
use madoguchi_trace::{Event, Leak, Trace, Unsearched, What};

/// A right client of which more is told at its end.
fn with(more: impl IntoIterator<Item = What>) -> Verdicts {
    of("happy/visual", more)
}

/// The same in another case.
fn of(id: &str, more: impl IntoIterator<Item = What>) -> Verdicts {
    let mut trace: Trace = play(id, "");
    let last = trace.events.last().map_or(0, |event| event.seq);
    for (seq, what) in (last + 1..).zip(more) {
        trace.events.push(Event { seq, us: 0, what });
    }
    judge(&trace)
}

fn unsearched(place: &str) -> What {
    What::Unsearched(Unsearched {
        place: place.into(),
        why: "too-much".into(),
    })
}

fn leak(class: &str, place: &str) -> What {
    What::Leak(Leak {
        class: class.into(),
        place: place.into(),
        offset: 0,
    })
}

fn outcome<'v>(verdicts: &'v Verdicts, requirement: &str) -> &'v Outcome {
    let mut all = verdicts.verdicts.iter();
    let verdict = all.find(|verdict| verdict.requirement == requirement);
    &verdict.expect("a requirement of the case").outcome
}

#[test]
fn nothing_is_decided_of_what_was_not_searched() {
    let verdicts = with([]);
    for requirement in ["privacy.nothing-kept", "privacy.secrets-untold"] {
        assert_eq!(outcome(&verdicts, requirement), &Outcome::Pass);
    }
    let verdicts = with([unsearched("file:state/large")]);
    for requirement in ["privacy.nothing-kept", "privacy.secrets-untold"] {
        let outcome = outcome(&verdicts, requirement);
        let Outcome::Inconclusive { missing, .. } = outcome else {
            panic!("{requirement}: {outcome:?}")
        };
        assert!(missing.en.contains("file:state/large"), "{}", missing.en);
    }
    let of_log = "privacy.log-without-patients";
    assert_eq!(outcome(&verdicts, of_log), &Outcome::Pass);
    let verdicts = with([unsearched("client:stderr")]);
    assert!(matches!(
        outcome(&verdicts, of_log),
        Outcome::Inconclusive { .. }
    ));
}

#[test]
fn what_was_found_counts_whatever_was_not_searched() {
    let verdicts = with([
        unsearched("file:state/large"),
        leak("patient-name", "file:state/small"),
        leak("password", "client:stderr"),
    ]);
    for requirement in ["privacy.nothing-kept", "privacy.secrets-untold"] {
        let outcome = outcome(&verdicts, requirement);
        assert!(matches!(outcome, Outcome::Fail(_)), "{outcome:?}");
    }
}

#[test]
fn whatever_a_patient_is_known_by_fails_and_a_symbol_is_nobodys() {
    let both = |class| {
        let verdicts = with([leak(class, "file:state/last"), leak(class, "client:stderr")]);
        let both = ["privacy.nothing-kept", "privacy.log-without-patients"];
        both.map(|requirement| matches!(outcome(&verdicts, requirement), Outcome::Fail(_)))
    };
    for class in [
        "patient-name",
        "insured-number",
        "birth-date",
        "patient-address",
        "card-certificate",
    ] {
        assert_eq!(both(class), [true; 2], "{class}");
    }
    assert_eq!(both("insured-symbol"), [false; 2]);
}

#[test]
fn nothing_that_a_patient_or_a_terminal_keeps_is_safe_where_it_was_not_looked_for() {
    for (case, requirement, class, places) in [
        (
            "happy/pin",
            "credential.pin-stays-on-card",
            "auth-pin",
            ["file:state/large", "client:stderr"].as_slice(),
        ),
        (
            "happy/pin",
            "privacy.personal-number-untouched",
            "personal-number",
            &["file:state/large", "client:stderr"],
        ),
        (
            "happy/visual",
            "terminal.key-protected",
            "open-private-key",
            &["file:state/large"],
        ),
        (
            "happy/mobile",
            "mobile.passcode-kept",
            "passcode",
            &["client:stderr"],
        ),
    ] {
        assert_eq!(outcome(&of(case, []), requirement), &Outcome::Pass);
        for place in places {
            let verdicts = of(case, [unsearched(place)]);
            let found = outcome(&verdicts, requirement);
            assert!(
                matches!(found, Outcome::Inconclusive { .. }),
                "{requirement}, {place}: {found:?}"
            );
            let verdicts = of(case, [unsearched(place), leak(class, place)]);
            let found = outcome(&verdicts, requirement);
            assert!(matches!(found, Outcome::Fail(_)), "{requirement}, {place}");
        }
    }
}
