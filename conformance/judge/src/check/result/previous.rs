//! What is left on the screens of the patient before.

use std::collections::BTreeSet;
use std::ops::Range;

use madoguchi_eligibility::Operation;
use madoguchi_notation::Wording;
use madoguchi_scenarios::{Action, Hands};
use madoguchi_trace::Step;

use super::{Delivered, delivered};
use crate::case::{Case, Exchange};
use crate::finding::{Failure, Finding, Tally};
use crate::screen::{is_result, plain};

/// Fields that tell one person from another.
const PERSONAL: &[&str] = &["name", "name-kana", "name-of-other", "name-of-other-kana"];

/// After a card was taken, no screen shows what had been delivered of its holder, until that card
/// comes back or the same values are delivered again, for another patient or in answer to another question (災害時の照会,
/// 資格確認書の番号). The result itself may stand, drawn
/// again or not, until the staff close it or go on.
pub(in crate::check) fn previous_patient_cleared(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    let delivered = delivered(case);
    let named = named(case);
    for (step, presence) in case
        .steps()
        .filter(|(_, step)| step.action == Action::TakeCard)
        .filter_map(|(at, _)| Some((at, case.presence_before(at)?)))
    {
        let known = values(&delivered, presence.from..step);
        let mut later = case.presences_after(step).iter();
        let until = later
            .find(|later| later.card == presence.card)
            .map_or(u64::MAX, |back| back.from);
        let since = named.partition_point(|(at, _)| *at < step);
        let again = named[since..].iter().take_while(|(at, _)| *at < until);
        let allowed: BTreeSet<&str> = again.map(|(_, value)| *value).collect();
        let secret = known.difference(&allowed).map(|value| plain(value));
        let secret: Vec<String> = secret.collect();
        if secret.is_empty() {
            continue;
        }
        let goes_on = goes_on_after(case, step);
        for (shown, screen) in case.screens_between(step, until) {
            if is_browsing(case, shown) || shown < goes_on && is_result(screen) {
                continue;
            }
            let is_theirs = |value: &str| {
                let value = plain(value);
                secret.iter().any(|secret| value.contains(secret))
            };
            let labelled = screen.fields.iter().find(|(_, value)| is_theirs(value));
            let somewhere = screen.text().filter(|text| is_theirs(text));
            let left = labelled
                .map(|(label, _)| label.as_str())
                .or(somewhere.map(|_| "文字"));
            tally.judge(left.map(|label| {
                Failure::new(
                    shown,
                    Wording::new(
                        "前の患者の情報がない画面",
                        "a screen without the previous patient's data",
                    ),
                    Wording::new(
                        format!(
                            "画面 {} の {label} に前の患者の情報が残っている",
                            screen.title
                        ),
                        format!(
                            "{label} on screen {} is the previous patient's",
                            screen.title
                        ),
                    ),
                )
                .after(step)
            }));
        }
    }
    tally.finding(Wording::new(
        "カードが取られた後の画面",
        "a screen after a checked patient took the card",
    ))
}

/// Every personal value in an answer to any question but that for past results, and where the client received it, in this order.
fn named<'a>(case: &Case<'a>) -> Vec<(u64, &'a str)> {
    let asked = case
        .exchanges()
        .filter(|exchange| !exchange.is(Operation::History));
    let answers = asked.filter_map(|exchange| exchange.received());
    let mut named: Vec<(u64, &str)> = answers
        .flat_map(|(at, answer)| {
            let personal = answer.fields.iter().filter(|(name, _)| {
                let name = name.rsplit('.').next().unwrap_or_default();
                PERSONAL.contains(&name)
            });
            personal.map(move |(_, value)| (at, value.as_str()))
        })
        .collect();
    // answers may overtake each other
    named.sort_by_key(|(at, _)| *at);
    named
}

/// Where a result that stood when its card was taken has had its time: the staff close it, log in or go
/// on, or the next card lies there. What is done with the device that shows it is none of that.
fn goes_on_after(case: &Case<'_>, taken: u64) -> u64 {
    let leaves = |step: &Step| match step.action.known() {
        Some(Action::Lock | Action::Unlock | Action::ReadAloud) => false,
        Some(Action::HandOver) => step.hands_over_to(Hands::Patient),
        _ => step.id > 0,
    };
    let acts = case.steps_after(taken).find(|(_, step)| leaves(step));
    let acts = acts.map(|(at, _)| at);
    let placed = case.placed_after(taken);
    acts.into_iter().chain(placed).min().unwrap_or(u64::MAX)
}

/// Whether what stands on a screen was asked for: the staff look at past results. Where they pressed
/// something meanwhile, such as 再試行, past results were asked for after it.
fn is_browsing(case: &Case<'_>, shown: u64) -> bool {
    let mut since = shown;
    for (at, step) in case.steps_before(shown) {
        let asks = |exchange: Exchange<'_>| exchange.is(Operation::History);
        match step.action.known() {
            Some(Action::BrowseHistory) => return true,
            Some(Action::Press) if case.exchanges_between(at..since).any(asks) => since = at,
            _ => return false,
        }
    }
    false
}

/// Personal values that were delivered between two places.
pub(in crate::check) fn values<'a>(
    delivered: &[Delivered<'a>],
    during: Range<u64>,
) -> BTreeSet<&'a str> {
    let from = delivered.partition_point(|result| result.answered < during.start);
    delivered[from..]
        .iter()
        .take_while(|result| result.answered < during.end)
        .flat_map(|result| PERSONAL.iter().filter_map(|name| result.field(name)))
        .filter(|value| !value.trim().is_empty())
        .collect()
}
