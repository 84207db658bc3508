//! What is read aloud (読み上げ): outputs of the kind `read-aloud`, beside the screen that they read.
//! Topic `result`.

use madoguchi_notation::Wording;
use madoguchi_trace::{ClientEvent, Screen, What};

use super::result::{delivered, values};
use crate::case::Case;
use crate::finding::{Failure, Finding, Tally};
use crate::screen::{contains, is_result};

/// Act and kind of output.
const READ_ALOUD: &str = "read-aloud";

/// A result that was to be read aloud: where that was asked, the screen, and what was said.
struct Reading<'a> {
    asked: u64,
    screen: &'a Screen,
    said: Vec<(u64, &'a str)>,
}

/// What was said between two places.
fn said<'a>(case: &'a Case<'_>, from: u64, until: u64) -> impl Iterator<Item = (u64, &'a str)> {
    case.events_between(from..until)
        .filter_map(|event| match &event.what {
            What::Client(ClientEvent::Output { kind, text, .. }) if kind == READ_ALOUD => {
                Some((event.seq, text.as_str()))
            }
            _ => None,
        })
}

fn readings<'a>(case: &'a Case<'_>) -> impl Iterator<Item = Reading<'a>> {
    let asked = case.steps().filter(|(_, step)| step.action == READ_ALOUD);
    asked.filter_map(|(asked, _)| {
        let (_, screen) = case.screens_between(0, asked).next_back()?;
        is_result(screen).then(|| Reading {
            asked,
            screen,
            said: said(case, asked, case.next_step(asked)).collect(),
        })
    })
}

fn occasion() -> Wording {
    Wording::new(
        "結果の読み上げが求められる",
        "a result that is to be read aloud",
    )
}

/// Every value on the screen is said.
pub(super) fn whole(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for reading in readings(case) {
        let mut fields = reading.screen.fields.iter();
        let unsaid = fields.find(|(_, value)| {
            let mut said = reading.said.iter();
            !value.trim().is_empty() && !said.any(|(_, text)| contains(text, value))
        });
        tally.judge(unsaid.map(|(label, value)| {
            let place = reading.said.last().map_or(reading.asked, |(at, _)| *at);
            Failure::new(
                place,
                Wording::new(
                    format!("{label} {value} の読み上げ"),
                    format!("{label} {value} read aloud"),
                ),
                Wording::new(
                    format!("{label} が読み上げられない"),
                    format!("{label} is not said"),
                ),
            )
            .after(reading.asked)
        }));
    }
    tally.finding(occasion())
}

/// Nothing is said of a person who is not on the screen.
pub(super) fn own(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    let delivered = delivered(case);
    for reading in readings(case) {
        let on_screen = |value: &str| {
            let mut fields = reading.screen.fields.iter();
            fields.any(|(_, shown)| contains(shown, value))
        };
        let others = values(&delivered, 0..reading.asked);
        let others: Vec<&str> = others
            .into_iter()
            .filter(|value| !on_screen(value))
            .collect();
        let mut said = reading.said.iter();
        let heard = said.find(|(_, text)| others.iter().any(|other| contains(text, other)));
        tally.judge(heard.map(|(at, _)| {
            Failure::new(
                *at,
                Wording::new(
                    "画面の人についてだけ読み上げる",
                    "nothing but what is said of the person on the screen",
                ),
                Wording::new(
                    "画面にいない人の情報を読み上げた",
                    "somebody is named who is not on the screen",
                ),
            )
            .after(reading.asked)
        }));
    }
    tally.finding(occasion())
}

/// Nothing is said that nobody asked for.
pub(super) fn asked(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for _ in readings(case) {
        tally.judge(None);
    }
    for (at, _) in said(case, 0, u64::MAX) {
        let mut before = case.steps_before(at);
        let is_asked = before
            .next()
            .is_some_and(|(_, step)| step.action == READ_ALOUD);
        tally.judge((!is_asked).then(|| {
            Failure::new(
                at,
                Wording::new("求められてから読み上げる", "silence until somebody asks"),
                Wording::new(
                    "求められていないのに読み上げた",
                    "something was read aloud that nobody asked for",
                ),
            )
        }));
    }
    tally.finding(occasion())
}
