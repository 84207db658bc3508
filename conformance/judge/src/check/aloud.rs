//! What is read aloud (読み上げ): outputs of the kind `read-aloud`, beside the screen that they read.
//! Topic `result`.

use madoguchi_notation::Wording;
use madoguchi_scenarios::Action;
use madoguchi_trace::{ClientEvent, Screen, What};

use super::result::{delivered, values};
use crate::case::Case;
use crate::finding::{Failure, Finding, Tally};
use crate::screen::{contains, is_result, plain, readable};
use crate::words::{says_nothing, says_the_same};

/// A screen that was to be read aloud: where that was asked, the screen, and what was said.
struct Reading<'a> {
    asked: u64,
    screen: &'a Screen,
    said: Vec<(u64, &'a str)>,
}

/// What was said between two places.
fn said<'a>(case: &'a Case<'_>, from: u64, until: u64) -> impl Iterator<Item = (u64, &'a str)> {
    case.events_between(from..until)
        .filter_map(|event| match &event.what {
            What::Client(ClientEvent::Output { kind, text, .. }) if kind == "read-aloud" => {
                Some((event.seq, text.as_str()))
            }
            _ => None,
        })
}

fn readings<'a>(case: &'a Case<'_>) -> impl Iterator<Item = Reading<'a>> {
    let asked = case
        .steps()
        .filter(|(_, step)| step.action == Action::ReadAloud);
    asked.filter_map(|(asked, _)| {
        let (_, screen) = case.screens_between(0, asked).next_back()?;
        Some(Reading {
            asked,
            screen,
            said: said(case, asked, case.next_step(asked)).collect(),
        })
    })
}

fn readings_of_results<'a>(case: &'a Case<'_>) -> impl Iterator<Item = Reading<'a>> {
    readings(case).filter(|reading| is_result(reading.screen))
}

fn occasion() -> Wording {
    Wording::new(
        "結果の読み上げが求められる",
        "a result that is to be read aloud",
    )
}

/// Every value on the screen is said, in its words or in others that mean the same beside its label:
/// pictures, brackets and the signs between them need not be.
pub(super) fn whole(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for reading in readings_of_results(case) {
        let fields = reading.screen.fields.iter();
        let beside = |label: &str| {
            let mut said = reading.said.iter();
            said.find_map(|(_, text)| after_label(text, label))
        };
        let is_meant = |label: &str, value: &str| {
            beside(label).is_some_and(|said| says_the_same(case.words(), label, value, &said))
        };
        let mut unsaid = fields.filter(|(label, value)| {
            !says_nothing(value) && !is_said(&reading, value) && !is_meant(label, value)
        });
        let Some((label, value)) = unsaid.next() else {
            tally.judge(None);
            continue;
        };
        let place = reading.said.last().map_or(reading.asked, |(at, _)| *at);
        let beside = beside(label);
        if let Some(reading) = beside.as_deref().filter(|text| is_in_kana(text)) {
            tally.leave_open(Wording::new(
                format!("{label} の読み「{reading}」が {value} のことか分からない"),
                format!("whether 「{reading}」, said of {label}, is {value} cannot be told"),
            ));
            continue;
        }
        let observed = match beside {
            Some(said) => Wording::new(
                format!("{label} は「{said}」と読み上げられた"),
                format!("of {label} it says 「{said}」"),
            ),
            None => Wording::new(
                format!("{label} が読み上げられない"),
                format!("{label} is not said"),
            ),
        };
        let expected = Wording::new(
            format!("{label} {value} の読み上げ"),
            format!("{label} {value} read aloud"),
        );
        let failure = Failure::new(place, expected, observed).after(reading.asked);
        tally.judge(Some(failure.missing(case.next_step(reading.asked))));
    }
    tally.finding(occasion())
}

/// Whether all words of a value are said.
fn is_said(reading: &Reading<'_>, value: &str) -> bool {
    let value = plain(value);
    let mut parts = value
        .split(|c: char| !c.is_alphanumeric())
        .filter(|part| !part.is_empty());
    parts.all(|part| reading.said.iter().any(|(_, text)| contains(text, part)))
}

/// What is said behind a label, up to the next stop.
fn after_label(text: &str, label: &str) -> Option<String> {
    let (text, label) = (plain(text), plain(label));
    let (_, rest) = text.split_once(&label)?;
    let rest = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
    let said = rest.split(['、', '。', ',', '.', '\n']).next()?;
    (!said.is_empty()).then(|| said.to_owned())
}

/// Whether a text is a reading, without a letter that is not kana.
fn is_in_kana(text: &str) -> bool {
    text.chars().all(|c| matches!(c, 'ぁ'..='ゖ' | 'ァ'..='ー'))
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
        let latest = if is_result(reading.screen) {
            let before = delivered.partition_point(|result| result.answered < reading.asked);
            before
                .checked_sub(1)
                .map_or(0, |last| delivered[last].answered)
        } else {
            // a patient who has taken the card is not on it any more
            let mut before = case.steps_before(reading.asked);
            let left = before.find(|(_, step)| step.action == Action::TakeCard);
            match left {
                Some((left, _)) if !delivered.is_empty() => left,
                _ => continue,
            }
        };
        // what else is known of the person on the screen may stand on another
        let own = values(&delivered, latest..reading.asked);
        let others: Vec<&str> = values(&delivered, 0..latest)
            .into_iter()
            .filter(|value| !on_screen(value) && !own.contains(value))
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

/// What is said is not of a screen before while nothing is said of what is new on this one, as a cause that was added.
/// Results have rules of their own. A program that says nothing where there is none, or says it in words of its own, is right.
pub(super) fn shown(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for reading in readings(case).filter(|reading| !is_result(reading.screen)) {
        let Some((at, _)) = reading.said.first() else {
            continue;
        };
        let before = case.screens_between(0, reading.asked).rev().skip(1);
        let mut before = before
            .map(|(_, screen)| screen)
            .filter(|screen| !is_blank(screen))
            .peekable();
        let Some(last) = before.peek() else {
            continue;
        };
        let mut new = values_of(reading.screen)
            .filter(|value| !stands_on(last, value))
            .peekable();
        if new.peek().is_none() {
            continue;
        }
        let says_new = new.any(|value| is_said(&reading, value));
        let says_old = !says_new
            && before.any(|screen| {
                values_of(screen)
                    .any(|value| !stands_on(reading.screen, value) && is_said(&reading, value))
            });
        tally.judge(says_old.then(|| {
            Failure::new(
                *at,
                Wording::new(
                    "いまの画面の読み上げ",
                    "what the screen shows now, read aloud",
                ),
                Wording::new("前の画面を読み上げた", "a screen before it was read aloud"),
            )
            .after(reading.asked)
        }));
    }
    tally.finding(Wording::new(
        "結果ではない画面で新しく示したものの読み上げ",
        "something new on a screen without a result that is read aloud",
    ))
}

/// Whether a window was shown empty: many a program does before it draws what belongs there.
fn is_blank(screen: &Screen) -> bool {
    screen.buttons.is_empty() && readable(screen).all(says_nothing)
}

/// The values of a screen that say something.
fn values_of(screen: &Screen) -> impl Iterator<Item = &str> {
    let values = screen.fields.iter().map(|(_, value)| value.as_str());
    values.filter(|value| !says_nothing(value))
}

fn stands_on(screen: &Screen, text: &str) -> bool {
    contains(&screen.title, text) || values_of(screen).any(|shown| contains(shown, text))
}

/// Nothing is said that was not asked for.
pub(super) fn asked(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for _ in readings_of_results(case) {
        tally.judge(None);
    }
    for (at, _) in said(case, 0, u64::MAX) {
        let mut before = case.steps_before(at);
        let is_asked = before
            .next()
            .is_some_and(|(_, step)| step.action == Action::ReadAloud);
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
