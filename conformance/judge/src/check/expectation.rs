//! What a scenario itself expects (`then`), each expectation on behalf of a requirement.

use madoguchi_notation::Wording;
use madoguchi_scenarios::Expectation;
use madoguchi_trace::{Channel, Depth, Screen};

use super::sight;
use crate::case::Case;
use crate::finding::{Failure, Finding};
use crate::screen::{ATTEMPTS_LEFT, same};

/// The findings of the scenario's expectations for one requirement. One that needs a deeper
/// client, or a channel that was not recorded, is left out.
#[must_use]
pub fn expectations(case: &Case<'_>, requirement: &str, depth: Depth) -> Vec<Finding> {
    let Some(scenario) = case.scenario() else {
        return Vec::new();
    };
    let recorded = |channel| case.trace().header.channels.contains(&channel);
    scenario
        .then
        .iter()
        .filter(|expectation| expectation.requirement.as_str() == requirement)
        .filter(|expectation| depth >= least_depth(expectation))
        .filter(|expectation| expectation.no_request_to.is_none() || recorded(Channel::Web))
        .filter(|expectation| least_depth(expectation) == Depth::L0 || recorded(Channel::Client))
        .map(|expectation| check(case, expectation))
        .collect()
}

fn least_depth(expectation: &Expectation) -> Depth {
    if !expectation.shows.is_empty() || !expectation.attempts_left.is_empty() {
        Depth::L3
    } else if expectation.screen.is_some() {
        Depth::L2
    } else {
        Depth::L0
    }
}

fn check(case: &Case<'_>, expectation: &Expectation) -> Finding {
    if let Some(missing) = sight::unexpectable(case, expectation) {
        return Finding::Inconclusive(missing);
    }
    let failure = screen(case, expectation)
        .or_else(|| attempts(case, expectation))
        .or_else(|| request(case, expectation));
    failure.map_or(Finding::Pass, |failure| Finding::Fail(Box::new(failure)))
}

/// One and the same screen has the title or number and shows the fields.
fn screen(case: &Case<'_>, expectation: &Expectation) -> Option<Failure> {
    if expectation.screen.is_none() && expectation.shows.is_empty() {
        return None;
    }
    let is_meant = |screen: &Screen| {
        let mark = expectation.screen.as_ref();
        mark.is_none_or(|mark| mark.matches(screen.number.as_deref(), &screen.title))
    };
    let shows = |screen: &Screen, (label, due): (&String, &String)| {
        screen
            .fields
            .iter()
            .any(|(other, value)| other == label && same(value, due))
    };
    let shows_all = |screen: &Screen| expectation.shows.iter().all(|field| shows(screen, field));
    if case
        .screens()
        .any(|(_, screen)| is_meant(screen) && shows_all(screen))
    {
        return None;
    }
    let mark = expectation
        .screen
        .as_ref()
        .map_or("—", |mark| mark.as_str());
    let fields: Vec<String> = expectation
        .shows
        .iter()
        .map(|(label, due)| format!("{label} {due}"))
        .collect();
    let fields = fields.join(", ");
    let nearest = case.screens().rev().find(|(_, screen)| is_meant(screen));
    let (at, observed) = match nearest {
        None => (
            case.end(),
            Wording::new(
                format!("画面 {mark} は表示されなかった"),
                format!("no screen {mark}"),
            ),
        ),
        Some((at, screen)) => {
            let shown: Vec<String> = screen
                .fields
                .iter()
                .filter(|(label, _)| expectation.shows.contains_key(label.as_str()))
                .map(|(label, value)| format!("{label} {value}"))
                .collect();
            let shown = if shown.is_empty() {
                "—".to_owned()
            } else {
                shown.join(", ")
            };
            let ja = format!("画面 {} に {shown}", screen.title);
            (
                at,
                Wording::new(ja, format!("screen {} with {shown}", screen.title)),
            )
        }
    };
    let expected = Wording::new(
        format!("画面 {mark} に {fields}"),
        format!("screen {mark} with {fields}"),
    );
    Some(Failure::new(at, expected, observed))
}

/// The values of 残り回数, as far as they changed, in order.
fn attempts(case: &Case<'_>, expectation: &Expectation) -> Option<Failure> {
    if expectation.attempts_left.is_empty() {
        return None;
    }
    let mut shown: Vec<(u64, &str)> = Vec::new();
    for (at, screen) in case.screens() {
        for (_, value) in screen
            .fields
            .iter()
            .filter(|(label, _)| label == ATTEMPTS_LEFT)
        {
            if shown.last().is_none_or(|(_, last)| last != value) {
                shown.push((at, value));
            }
        }
    }
    let due: Vec<String> = expectation
        .attempts_left
        .iter()
        .map(u8::to_string)
        .collect();
    let values: Vec<&str> = shown.iter().map(|(_, value)| *value).collect();
    if values == due {
        return None;
    }
    let at = shown.last().map_or_else(|| case.end(), |(at, _)| *at);
    let (due, seen) = (due.join(" → "), values.join(" → "));
    let seen = if seen.is_empty() {
        "—".to_owned()
    } else {
        seen
    };
    Some(Failure::new(
        at,
        Wording::new(
            format!("{ATTEMPTS_LEFT} {due}"),
            format!("{ATTEMPTS_LEFT} {due}"),
        ),
        Wording::new(
            format!("{ATTEMPTS_LEFT} {seen}"),
            format!("{ATTEMPTS_LEFT} {seen}"),
        ),
    ))
}

/// Nobody asked for the operation.
fn request(case: &Case<'_>, expectation: &Expectation) -> Option<Failure> {
    let operation = expectation.no_request_to?;
    let sent = case.exchanges().find(|exchange| exchange.is(operation))?;
    Some(Failure::new(
        sent.asked,
        Wording::new(
            format!("{operation} を送らない"),
            format!("no request to {operation}"),
        ),
        Wording::new(
            format!("{operation} を送った"),
            format!("{operation} was sent"),
        ),
    ))
}
