//! What a scenario itself expects (`then`), each expectation on behalf of a requirement.

use madoguchi_notation::Wording;
use madoguchi_scenarios::{Expectation, ScreenMark};
use madoguchi_trace::{Channel, Depth, Screen};

use super::credential::{self, Told};
use super::sight::{self, mark};
use crate::case::Case;
use crate::finding::{Failure, Finding};
use crate::screen::ATTEMPTS_LEFT;
use crate::words::{Due, Look, look_at, same_label, stranger_between};

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
        .filter(|expectation| expectation.attempts_left.is_empty() || recorded(Channel::Card))
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
    let failure = match screen(case, expectation) {
        Seen::Shown => None,
        Seen::Open(why) => return Finding::Inconclusive(why),
        Seen::Otherwise(failure) => Some(*failure),
    };
    let failure = failure
        .or_else(|| attempts(case, expectation))
        .or_else(|| request(case, expectation));
    failure.map_or(Finding::Pass, |failure| Finding::Fail(Box::new(failure)))
}

/// What came of a screen that is expected.
enum Seen {
    Shown,
    Open(Wording),
    Otherwise(Box<Failure>),
}

/// One and the same screen has the title or number and shows the fields, or the pages of it that come before
/// anybody does anything.
fn screen(case: &Case<'_>, expectation: &Expectation) -> Seen {
    if expectation.screen.is_none() && expectation.shows.is_empty() {
        return Seen::Shown;
    }
    let mark = mark(case, expectation);
    let is_meant = |screen: &Screen| {
        let mark = mark.as_ref();
        mark.is_none_or(|mark| mark.matches(screen.number.as_deref(), &screen.title))
    };
    let dues: Vec<Due<'_>> = expectation
        .shows
        .iter()
        .map(|(label, value)| Due { label, value })
        .collect();
    let looked = |at: u64, screen| {
        let looks = dues
            .iter()
            .map(|due| look_at(case, (at, screen), *due, &[]));
        looks.collect::<Vec<Look<'_>>>()
    };
    let meant = || case.screens().filter(|(_, screen)| is_meant(screen));
    let mut turn = None;
    let mut said = vec![false; dues.len()];
    for (at, screen) in meant() {
        let until = case.next_step(at);
        if turn.replace(until) != Some(until) {
            said.fill(false);
        }
        for (said, look) in said.iter_mut().zip(looked(at, screen)) {
            *said |= look == Look::Said;
        }
        if said.iter().all(|said| *said) {
            return Seen::Shown;
        }
    }
    // open, where a screen says nothing else than what is expected
    let open = meant().find_map(|(at, screen)| {
        let mut why = None;
        for look in looked(at, screen) {
            match look {
                Look::Said => {}
                Look::Open(open) => {
                    why.get_or_insert(open);
                }
                Look::Otherwise { .. } | Look::Missing => return None,
            }
        }
        why
    });
    if let Some(why) = open {
        return Seen::Open(why);
    }
    let name = expectation.screen.as_ref().map_or("—", ScreenMark::as_str);
    let nearest = meant().next_back();
    if nearest.is_none()
        && let Some(why) = stranger_between(case, 0, u64::MAX, name)
    {
        return Seen::Open(why);
    }
    let mut looks = meant().flat_map(|(at, screen)| looked(at, screen));
    let is_said = looks.any(|look| matches!(look, Look::Otherwise { .. }));
    let failure = not_shown(case, name, &dues, nearest);
    Seen::Otherwise(Box::new(failure.said(is_said)))
}

fn not_shown(
    case: &Case<'_>,
    name: &str,
    dues: &[Due<'_>],
    nearest: Option<(u64, &Screen)>,
) -> Failure {
    let fields: Vec<String> = dues
        .iter()
        .map(|due| format!("{} {}", due.label, due.value))
        .collect();
    let fields = fields.join(", ");
    let (at, observed) = match nearest {
        None => (
            case.end(),
            Wording::new(
                format!("画面 {name} は表示されなかった"),
                format!("no screen {name}"),
            ),
        ),
        Some((at, screen)) => {
            let words = case.words();
            let is_due = |label: &str| {
                let mut dues = dues.iter();
                dues.any(|due| same_label(words, label, due.label))
            };
            let shown: Vec<String> = screen
                .fields
                .iter()
                .filter(|(label, _)| is_due(label))
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
        format!("画面 {name} に {fields}"),
        format!("screen {name} with {fields}"),
    );
    Failure::new(at, expected, observed).missing(u64::MAX)
}

/// What the screens say of the attempts that are left after each PIN that the card refused, in order.
fn attempts(case: &Case<'_>, expectation: &Expectation) -> Option<Failure> {
    if expectation.attempts_left.is_empty() {
        return None;
    }
    let told: Vec<Told<'_>> = credential::refusals(case)
        .filter_map(|refusal| refusal.told(case))
        .collect();
    let shown: Vec<Option<u8>> = told.iter().map(|told| told.left).collect();
    let due = expectation.attempts_left.iter();
    if due.clone().map(|left| Some(*left)).eq(shown) {
        return None;
    }
    let due: Vec<String> = due.map(u8::to_string).collect();
    let seen: Vec<&str> = told.iter().map(|told| told.text).collect();
    let at = told.last().map_or_else(|| case.end(), |told| told.at);
    let so_far = told.iter().zip(&expectation.attempts_left);
    let is_right_so_far = so_far.clone().count() == told.len()
        && so_far.clone().all(|(told, left)| told.left == Some(*left));
    let (due, seen) = (due.join(" → "), seen.join(" → "));
    let seen = if seen.is_empty() {
        "—".to_owned()
    } else {
        seen
    };
    Some(
        Failure::new(
            at,
            Wording::new(
                format!("{ATTEMPTS_LEFT} {due}"),
                format!("{ATTEMPTS_LEFT} {due}"),
            ),
            Wording::new(
                format!("{ATTEMPTS_LEFT} {seen}"),
                format!("{ATTEMPTS_LEFT} {seen}"),
            ),
        )
        .missing(if is_right_so_far { u64::MAX } else { 0 }),
    )
}

/// The operation was not asked for.
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
