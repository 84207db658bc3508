//! A trace that our own time limit ended: what would have come later is no fault.

use std::collections::BTreeSet;

use madoguchi_counter::play;
use madoguchi_judge::finding::Failure;
use madoguchi_judge::judge;
use madoguchi_judge::verdict::Conduct;
use madoguchi_trace::{ClientEvent, Event, Exit, TIME_LIMIT_DONE, Trace, What};

use crate::judging::scenario_ids;

/// What a hang itself breaks: a client that waits for ever has not stopped waiting.
const BROKEN_BY_HANGING: &[&str] = &["service.bounded-wait", "reader.bounded-wait"];

/// What a client breaks that hangs at a trouble, and gives no sign of life after it.
const BROKEN_BY_TROUBLE: &[&str] = &[
    "card.survives-removal",
    "card.other-kind-survived",
    "reader.survives-unplugging",
    "reader.survives-restart",
    "reader.survives-rival",
    "reader.found-later",
];

/// Whether the client showed, read and asked nothing after the trouble that a failure names.
fn hangs_at(trace: &Trace, failure: &Failure) -> bool {
    let trouble = failure.before.last().copied().unwrap_or(u64::MAX);
    let mut after = trace.events.iter().filter(|event| event.seq > trouble);
    !after.any(|event| {
        matches!(
            event.what,
            What::Client(_) | What::Card(_) | What::Request(_)
        )
    })
}

/// The trace until `seq`, where the client hung and our limit ended it.
fn hung_after(whole: &Trace, seq: u64) -> Trace {
    let mut trace = whole.clone();
    trace.events.retain(|event| event.seq <= seq);
    let us = trace.events.last().map_or(0, |event| event.us);
    trace.events.push(Event {
        seq: seq + 1,
        us: us + 16_000_000,
        what: What::Exit(Exit {
            code: None,
            why: Some(format!("{TIME_LIMIT_DONE} {} in 16 s", under_way(&trace)).into()),
            last_words: None,
        }),
    });
    trace
}

/// The last `do` that was told.
fn under_way(trace: &Trace) -> u32 {
    let mut steps = trace.events.iter().filter_map(|event| match &event.what {
        What::Step(step) if step.id > 0 => Some(step.id),
        _ => None,
    });
    steps.next_back().unwrap_or(0)
}

/// Places where a `do` is under way: a client is ended for nothing else.
fn places(trace: &Trace) -> Vec<u64> {
    let mut places = Vec::new();
    let mut waits = false;
    for event in &trace.events {
        match &event.what {
            What::Step(step) if step.id > 0 => waits = true,
            What::Client(ClientEvent::Done { .. }) => waits = false,
            _ => {}
        }
        if waits {
            places.push(event.seq);
        }
    }
    places
}

#[test]
fn wherever_a_healthy_client_hangs_it_fails_nothing_that_would_have_come_later() {
    let mut blamed = BTreeSet::new();
    for id in scenario_ids() {
        let whole = play(&id, "");
        for seq in places(&whole) {
            let trace = hung_after(&whole, seq);
            let verdicts = judge(&trace);
            assert!(
                matches!(verdicts.conduct, Conduct::Ended { .. }),
                "{id} {seq}"
            );
            for (verdict, failure) in verdicts.failed() {
                let broken = verdict.requirement.as_str();
                let by_trouble = BROKEN_BY_TROUBLE.contains(&broken) && hangs_at(&trace, failure);
                if !BROKEN_BY_HANGING.contains(&broken) && !by_trouble {
                    blamed.insert(format!("{broken}: {id}, cut after {seq}"));
                }
            }
        }
    }
    assert_eq!(blamed, BTreeSet::new());
}
