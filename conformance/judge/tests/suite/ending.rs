//! A scenario that is over: the client that ends then was told to.

use madoguchi_counter::play;
use madoguchi_judge::judge;
use madoguchi_judge::verdict::Outcome;
use madoguchi_trace::{Event, Exit, ReaderEvent, Step, Trace, What};
use serde_json::json;

/// The service is stopped and started again, nothing more; how the client ended then, and how many acts
/// were to come.
fn restarted(code: i32, further: usize) -> Trace {
    let mut trace = play("reader/restart", "");
    let step = |action: &str| {
        What::Step(Step {
            id: 0,
            action: action.into(),
            value: None,
            line: None,
        })
    };
    let exit = Exit {
        code: Some(code),
        why: None,
        last_words: None,
    };
    let events = [
        step("stop-service"),
        What::Reader(ReaderEvent::ServiceStopped {}),
        step("start-service"),
        What::Reader(ReaderEvent::ServiceStarted {}),
        What::Exit(exit),
    ];
    let mut when = vec![json!("stop-service"), json!("start-service")];
    when.extend(std::iter::repeat_n(json!("login"), further));
    trace.header.resolved["when"] = when.into();
    trace.events = events
        .into_iter()
        .zip(1..)
        .map(|(what, seq)| Event {
            seq,
            us: seq * 1_000,
            what,
        })
        .collect();
    trace
}

fn survives_restart(trace: &Trace) -> Outcome {
    let verdicts = judge(trace).verdicts;
    let mut verdicts = verdicts.into_iter();
    let found = verdicts.find(|verdict| verdict.requirement == "reader.survives-restart");
    found.expect("a known requirement").outcome
}

#[test]
fn a_client_that_ends_with_its_scenario_has_not_ended_early() {
    let outcome = survives_restart(&restarted(0, 0));
    assert!(
        matches!(outcome, Outcome::Inconclusive { .. }),
        "{outcome:?}"
    );
}

#[test]
fn a_client_that_breaks_or_leaves_before_its_time_has() {
    for (code, further) in [(101, 0), (0, 1)] {
        let outcome = survives_restart(&restarted(code, further));
        assert!(
            matches!(outcome, Outcome::Fail { .. }),
            "{code} {further}: {outcome:?}"
        );
    }
}
