//! Long traces: judging and reporting takes time in proportion to their length. No clock is read
//! here; with a check that walks through the whole trace at every event, these tests do not end
//! within the limit of the test runner.

use madoguchi_scenarios::Action;
use std::collections::BTreeSet;
use std::ops::Range;

use madoguchi_counter::play;
use madoguchi_judge::judge;
use madoguchi_judge::verdict::Verdicts;
use madoguchi_report::cover::Cover;
use madoguchi_report::{CaseReport, html, junit, record};
use madoguchi_terms::Lang;
use madoguchi_trace::{CardEvent, ClientEvent, Event, HttpRequest, Trace, What};

/// Events of a long trace of small things: commands, acts, connections.
const LONG: usize = 150_000;
/// Events of a long trace in which results are compared with screens, which takes longer each time.
const SHORTER: usize = 30_000;

/// `trace` with the events in `range` again and again until there are `length`, and everything
/// numbered anew.
fn repeated(trace: &Trace, range: Range<usize>, length: usize) -> Trace {
    let mut events: Vec<Event> = trace.events[..range.end].to_vec();
    while events.len() < length {
        events.extend_from_slice(&trace.events[range.clone()]);
    }
    events.extend_from_slice(&trace.events[range.end..]);
    let (mut exchange, mut commands) = (0, 0);
    for (place, event) in (1_u64..).zip(&mut events) {
        (event.seq, event.us) = (place, place * 10);
        match &mut event.what {
            What::Request(request) => {
                exchange += 1;
                request.exchange = exchange;
            }
            What::Answer(answer) => answer.exchange = exchange,
            What::Card(apdu) => {
                commands += 1;
                apdu.n = commands;
            }
            _ => {}
        }
    }
    Trace {
        header: trace.header.clone(),
        events,
    }
}

fn judged(trace: &Trace) -> Verdicts {
    let verdicts = judge(trace);
    assert!(trace.events.len() >= SHORTER && !verdicts.verdicts.is_empty());
    verdicts
}

/// Where something is, from 0.
fn place(trace: &Trace, is: impl Fn(&What) -> bool) -> usize {
    let mut events = trace.events.iter();
    events
        .position(|event| is(&event.what))
        .expect("it is there")
}

fn step(action: Action) -> impl Fn(&What) -> bool {
    move |what| matches!(what, What::Step(step) if step.action == action)
}

#[test]
fn a_day_of_patients_is_judged() {
    for id in ["patients/second-card", "registration/full", "happy/pin"] {
        let trace = play(id, "");
        let (from, to) = (
            place(&trace, step(Action::ChooseMethod)),
            place(&trace, step(Action::Close)),
        );
        judged(&repeated(&trace, from..to, SHORTER));
    }
}

#[test]
fn every_kind_of_event_may_come_without_end() {
    let mut tried = BTreeSet::new();
    for id in [
        "happy/pin",
        "pin/lockout",
        "registration/refused",
        "web/answer-lost",
    ] {
        let trace = play(id, "");
        for at in 1..place(&trace, step(Action::Close)) {
            let (kind, length) = match &trace.events[at].what {
                // a request is nothing without its answer
                What::Request(_) => continue,
                What::Answer(answer) => (format!("answer {}", answer.decision), SHORTER),
                What::Step(step) if step.action == Action::TakeCard => {
                    (step.action.to_string(), SHORTER)
                }
                What::Step(step) => (step.action.to_string(), LONG),
                What::Card(apdu) => (format!("{} {:?}", apdu.name, apdu.sw), LONG),
                What::Client(ClientEvent::Screen(screen)) => (screen.title.to_string(), SHORTER),
                other => (format!("{other:?}").chars().take(24).collect(), LONG),
            };
            let from = at - usize::from(kind.starts_with("answer"));
            if tried.insert(kind) {
                judged(&repeated(&trace, from..at + 1, length));
            }
        }
    }
    assert!(tried.len() > 20, "{tried:?}");
}

#[test]
fn requests_without_answers_and_commands_without_sense_are_judged() {
    let trace = play("happy/pin", "");
    let asked = place(&trace, |what| {
        matches!(what, What::Request(HttpRequest { .. }))
    });
    judged(&repeated(&trace, asked..asked + 1, LONG));
    let mut refused = trace.clone();
    let command = place(&trace, |what| matches!(what, What::Card(CardEvent { .. })));
    if let What::Card(apdu) = &mut refused.events[command].what {
        apdu.sw = Some("6A82".into());
    }
    judged(&repeated(&refused, command..command + 1, LONG));
    let mut lost = play("web/answer-lost", "");
    let answered = place(&lost, |what| matches!(what, What::Answer(_)));
    lost.events.truncate(answered + 1);
    judged(&repeated(&lost, answered - 1..answered + 1, SHORTER));
}

#[test]
fn reports_of_a_long_trace_are_written_and_stay_readable() {
    let trace = play("eligibility/expired", "result.lapsed-is-not-valid");
    let (from, to) = (
        place(&trace, step(Action::ChooseMethod)),
        place(&trace, step(Action::Close)),
    );
    let trace = repeated(&trace, from..to, SHORTER);
    let verdicts = judged(&trace);
    let cases = [CaseReport::new(
        &verdicts,
        &trace,
        "madoguchi judge trace.jsonl",
    )];
    let mut page = Vec::new();
    html::write(&mut page, &cases, &Cover::default(), Lang::Ja).expect("a Vec takes everything");
    assert!(page.len() < 4 << 20, "{} bytes", page.len());
    record::write_html(&mut page, &cases, &Cover::default(), Lang::Ja).expect("the same");
    let junit = junit::files(&cases, &[], Lang::En, junit::LONGEST).expect("Unicode");
    assert!(junit.concat().len() < 1 << 20);
    let mut stored = Vec::new();
    trace.write(&mut stored).expect("a Vec takes everything");
    let text = String::from_utf8(stored).expect("traces are UTF-8");
    assert_eq!(
        Trace::parse(&text).expect("it reads back").events.len(),
        trace.events.len()
    );
}
