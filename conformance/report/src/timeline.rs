//! One case as a timeline with four lanes: 画面 (acts and screens), カード, 通信, 時計. Events are
//! decoded; their bytes and fields stand behind each. A long trace is shown around what failed.

use madoguchi_scenarios::Action;
use std::collections::{BTreeMap, BTreeSet};

use madoguchi_judge::verdict::Verdicts;
use madoguchi_notation::Wording;
use madoguchi_terms::Lang;
use madoguchi_trace::{ClientEvent, Event, Trace, What};
use serde::Serialize;

use crate::describe::describe;

/// Events of one case that a report shows at most, beyond which it keeps to what matters.
const MOST: usize = 1_000;
/// Events shown on either side of a moment that matters, in a long trace.
const AROUND: u64 = 60;
/// Dots in one lane of the strip.
const DOTS: u64 = 240;

/// Who takes part in an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lane {
    /// 画面: people, and what the client shows.
    Screen,
    /// カード: reader, PC/SC, APDU.
    Card,
    /// 通信: TLS and HTTP.
    Web,
    /// 時計: time that is set forward, and the end of the process.
    Clock,
}

/// The timeline of one case.
#[derive(Debug, Serialize)]
pub struct Timeline {
    /// Events in order.
    pub rows: Vec<Row>,
    /// Events that are not shown.
    pub left_out: usize,
    /// Where each lane has events, for the strip.
    pub dots: Vec<Dot>,
    /// When the first event was, milliseconds after the start of the case: before it, the program
    /// started.
    pub begins: u64,
    /// When the last was.
    pub ends: u64,
}

/// One event.
#[derive(Debug, Serialize)]
pub struct Row {
    /// Place in the trace.
    pub seq: u64,
    /// Seconds since the start of the case, `0.171`.
    pub time: String,
    /// Milliseconds since the event before it, where that is long enough to matter.
    pub gap: Option<u64>,
    /// Whose event it is.
    pub lane: Lane,
    /// What happened.
    pub text: Wording,
    /// Fields and bytes, each with its name.
    pub more: Vec<(String, String)>,
    /// Requirements that this event shows to be broken.
    pub broken: Vec<String>,
    /// Whether it led to one of them.
    pub leads: bool,
    /// Events left out before this one.
    pub skipped: u64,
}

/// A place on the strip, which goes from the first event to the last: `x` in 0 … 1000.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Dot {
    /// Whose event it is.
    pub lane: Lane,
    /// When, in thousandths of the time between.
    pub x: u64,
    /// Whether it shows a failure.
    pub broken: bool,
}

impl Timeline {
    /// The timeline of a judged trace.
    #[must_use]
    pub fn new(trace: &Trace, verdicts: &Verdicts) -> Self {
        let mut broken: BTreeMap<u64, Vec<String>> = BTreeMap::new();
        let mut leads: BTreeSet<u64> = BTreeSet::new();
        for (verdict, failure) in verdicts.failed() {
            let id = verdict.requirement.clone();
            broken.entry(failure.at).or_default().push(id);
            leads.extend(&failure.before);
        }
        let shown = shown(&trace.events, &broken, &leads);
        let mut rows: Vec<Row> = Vec::new();
        let mut before: Option<&Event> = None;
        for event in &shown {
            let seq = event.seq;
            rows.push(Row {
                seq,
                time: format!("{}.{:03}", event.us / 1_000_000, event.us / 1_000 % 1_000),
                gap: before
                    .map(|before| event.us.saturating_sub(before.us) / 1_000)
                    .filter(|gap| *gap >= 10),
                lane: lane(&event.what),
                text: Wording::new(
                    describe(&event.what, Lang::Ja),
                    describe(&event.what, Lang::En),
                ),
                more: more(&event.what),
                broken: broken.get(&seq).cloned().unwrap_or_default(),
                leads: leads.contains(&seq),
                skipped: seq.saturating_sub(before.map_or(0, |before| before.seq) + 1),
            });
            before = Some(*event);
        }
        Self {
            left_out: trace.events.len() - rows.len(),
            rows,
            dots: dots(&trace.events, &broken),
            begins: trace.events.first().map_or(0, |event| event.us) / 1_000,
            ends: trace.events.last().map_or(0, |event| event.us) / 1_000,
        }
    }
}

/// The events worth showing: all, or in a long trace its beginning, its end, and what surrounds
/// the failures.
fn shown<'t>(
    events: &'t [Event],
    broken: &BTreeMap<u64, Vec<String>>,
    leads: &BTreeSet<u64>,
) -> Vec<&'t Event> {
    if events.len() <= MOST {
        return events.iter().collect();
    }
    let last = events.last().map_or(0, |event| event.seq);
    let moments = broken.keys().chain(leads).copied().chain([1, last]);
    let mut wanted: BTreeSet<u64> = BTreeSet::new();
    for moment in moments {
        if wanted.len() > MOST {
            break;
        }
        wanted.extend(moment.saturating_sub(AROUND)..=moment.saturating_add(AROUND));
    }
    let kept = events.iter().filter(|event| wanted.contains(&event.seq));
    kept.collect()
}

fn dots(events: &[Event], broken: &BTreeMap<u64, Vec<String>>) -> Vec<Dot> {
    let step = 1_000 / DOTS;
    let first = events.first().map_or(0, |event| event.us);
    let span = events
        .last()
        .map_or(0, |event| event.us.saturating_sub(first));
    let dots: BTreeSet<Dot> = events
        .iter()
        .map(|event| {
            let since = event.us.saturating_sub(first).saturating_mul(1_000);
            let x = since.checked_div(span).unwrap_or(0).min(1_000);
            let broken = broken.contains_key(&event.seq);
            Dot {
                lane: lane(&event.what),
                x: if broken { x } else { x / step * step },
                broken,
            }
        })
        .collect();
    dots.into_iter().collect()
}

fn lane(what: &What) -> Lane {
    match what {
        What::Step(step) if step.action == Action::Wait || step.action.contains("clock") => {
            Lane::Clock
        }
        What::Step(_) | What::Client(_) | What::Operator(_) => Lane::Screen,
        What::Reader(_) | What::Pcsc(_) | What::Card(_) => Lane::Card,
        What::Tls(_) | What::Proxy(_) | What::Outside(_) | What::Request(_) | What::Answer(_) => {
            Lane::Web
        }
        What::Leak(leak) if leak.place.starts_with("request") => Lane::Web,
        What::Leak(_) | What::Unsearched(_) => Lane::Screen,
        What::Exit(_) => Lane::Clock,
    }
}

/// What stands behind an event: bytes of an APDU, fields of a message, content of a screen. All
/// of it is in the trace, so all of it is redacted.
fn more(what: &What) -> Vec<(String, String)> {
    let mut more = Vec::new();
    let mut add = |name: &str, value: &str| more.push((name.to_owned(), value.to_owned()));
    match what {
        What::Card(apdu) => {
            add("CLA INS P1 P2", &spaced(&apdu.header));
            for (name, value) in [
                ("data", apdu.data.as_deref()),
                ("answer", apdu.answer.as_deref()),
                ("SW", apdu.sw.as_deref()),
                ("fault", apdu.fault.as_deref()),
            ] {
                if let Some(value) = value {
                    add(name, &spaced(value));
                }
            }
            add("APDU", &apdu.n.to_string());
        }
        What::Request(request) => {
            add(&request.method, &request.path);
            if let Some(terminal) = &request.terminal {
                add("TLS", terminal);
            }
            request
                .fields
                .iter()
                .for_each(|(name, value)| add(name, value));
        }
        What::Answer(answer) => {
            add("rule", &answer.rule);
            if !answer.basis.is_empty() {
                add("basis", &answer.basis.join(" "));
            }
            answer
                .fields
                .iter()
                .for_each(|(name, value)| add(name, value));
        }
        What::Client(ClientEvent::Screen(screen)) => {
            screen
                .fields
                .iter()
                .for_each(|(label, value)| add(label, value));
            if !screen.buttons.is_empty() {
                add("ボタン", &screen.buttons.join(" · "));
            }
        }
        What::Client(ClientEvent::Output { kind, text, .. }) => add(kind, text),
        _ => {}
    }
    more
}

/// Hexadecimal digits in pairs; a label stays as it is.
fn spaced(value: &str) -> String {
    if !value.len().is_multiple_of(2) || !value.bytes().all(|b| b.is_ascii_hexdigit()) {
        return value.to_owned();
    }
    let pairs: Vec<&str> = (0..value.len())
        .step_by(2)
        .map(|at| &value[at..at + 2])
        .collect();
    pairs.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_stand_in_pairs_and_labels_as_they_are() {
        assert_eq!(spaced("00A4040C"), "00 A4 04 0C");
        assert_eq!(spaced("auth-pin:wrong#2"), "auth-pin:wrong#2");
        assert_eq!(spaced("len=256"), "len=256");
    }
}
