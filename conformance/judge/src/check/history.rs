//! Past results: topic `history`.

use madoguchi_eligibility::Decision;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use jiff::civil::Date;
use madoguchi_notation::Wording;
use madoguchi_scenarios::{Action, Operation};
use madoguchi_trace::{HttpAnswer, Screen, Text};

use crate::case::{Case, Exchange};
use crate::finding::{Failure, Finding, Tally};
use crate::screen::{CLOSE, contains, plain, readable, same};
use crate::words::{Words, dates};

/// Each act of browsing, with its conditions and what was asked before the next act.
fn browsed<'a>(
    case: &Case<'a>,
) -> impl Iterator<Item = (u64, BTreeMap<String, String>, Option<Exchange<'a>>)> {
    case.steps()
        .filter(|(_, step)| step.action == Action::BrowseHistory)
        .map(|(at, step)| {
            let value = step.value.as_deref().unwrap_or("{}");
            let conditions = serde_json::from_str(value).unwrap_or_default();
            let until = case.next_step(at);
            let asked = case
                .exchanges_between(at..until)
                .find(|exchange| exchange.is(Operation::History));
            (at, conditions, asked)
        })
}

/// What was typed is what is asked.
pub(super) fn conditions_asked(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for (at, conditions, asked) in browsed(case) {
        let Some(exchange) = asked else { continue };
        let wrong = conditions.iter().find(|(name, typed)| {
            let sent = exchange.field(name).unwrap_or_default();
            !same(sent, typed)
        });
        tally.judge(wrong.map(|(name, typed)| {
            Failure::in_field(exchange.asked, name, typed, exchange.field(name)).after(at)
        }));
    }
    tally.finding(asked_for())
}

/// A list with nothing in it is no fault.
pub(super) fn empty_told(case: &Case<'_>) -> Finding {
    const FAULT: &[&str] = &["エラー", "失敗", "できませんでした", "rror", "ailed"];
    let mut tally = Tally::default();
    for (at, _, asked) in browsed(case) {
        let answered = asked.and_then(|exchange| exchange.received_as(Decision::Ok));
        let Some((answered, answer)) = answered else {
            continue;
        };
        if answer
            .fields
            .iter()
            .any(|(field, _)| field.starts_with("results."))
        {
            continue;
        }
        let fault = case
            .screens_between(answered, case.next_step(at))
            .find(|(_, screen)| {
                let mut texts = readable(screen).chain([screen.title.as_str()]);
                texts.any(|text| FAULT.iter().any(|word| text.contains(word)))
            });
        tally.judge(fault.map(|(shown, screen)| {
            let title = &screen.title;
            Failure::new(
                shown,
                Wording::new("該当のない一覧", "a list with nothing in it"),
                Wording::new(format!("画面「{title}」"), format!("screen {title}")),
            )
            .after(answered)
        }));
    }
    tally.finding(Wording::new(
        "該当のない履歴",
        "past results of which there are none",
    ))
}

/// Each row's name stands on a screen before the next act, with each of its days where days are shown beside
/// names. Of a list in pages the rest is behind a button that is not pressed.
pub(super) fn rows_shown(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for (at, _, asked) in browsed(case) {
        let Some((answered, answer)) =
            asked.and_then(|exchange| exchange.received_as(Decision::Ok))
        else {
            continue;
        };
        let until = case.next_step(at);
        let delivered = answer.fields.iter();
        let names: Vec<_> = delivered
            .filter(|(field, _)| field.starts_with("results.") && field.ends_with(".name"))
            .map(|(_, name)| name)
            .collect();
        let missing = |expected: Wording, observed: Wording| {
            Failure::new(answered, expected, observed)
                .missing(until)
                .after(at)
        };
        let left_out = days_left_out(case, answer, answered..until).map(|(name, day)| {
            missing(
                Wording::new(
                    format!("一覧に {day} の {name} の行"),
                    format!("a row of {name} on {day} in the list"),
                ),
                Wording::new(
                    format!("{name} の行に {day} のものがない"),
                    format!("no row of {name} says {day}"),
                ),
            )
        });
        let rows = names.iter().map(|name| {
            let shown = case
                .screens_between(answered, until)
                .any(|(_, screen)| says(screen, name));
            (!shown).then(|| {
                missing(
                    Wording::new(
                        format!("一覧に {name} の行"),
                        format!("a row of {name} in the list"),
                    ),
                    Wording::new(
                        format!("{name} がどの画面にもない"),
                        format!("no screen says {name}"),
                    ),
                )
            })
        });
        let goes_on = case
            .screens_between(answered, until)
            .rfind(|(_, screen)| names.iter().any(|name| says(screen, name)))
            .and_then(|(seen, _)| case.own_screen(seen))
            .is_some_and(|screen| goes_on(case.words(), screen));
        for failure in left_out.map(Some).into_iter().chain(rows) {
            match failure {
                Some(_) if goes_on => tally.leave_open(Wording::new(
                    "一覧に続きの画面がある",
                    "the list goes on behind a button",
                )),
                failure => tally.judge(failure),
            }
        }
    }
    tally.finding(asked_for())
}

fn says(screen: &Screen, name: &str) -> bool {
    readable(screen).any(|text| contains(text, name))
}

/// Whether a button leads to more of what stands there, and not to the next patient.
fn goes_on(words: &Words, screen: &Screen) -> bool {
    const MORE: [&str; 6] = ["次", "続き", "もっと", "さらに", "next", "more"];
    let stays = |button: &&Text| words.button(button) != Some(CLOSE);
    let mut buttons = screen.buttons.iter().filter(stays);
    buttons.any(|button| {
        let button = plain(button).to_lowercase();
        MORE.iter().any(|word| button.contains(word))
    })
}

/// The days on which each person was checked, as the service delivered them.
fn days_delivered(answer: &HttpAnswer) -> BTreeMap<&str, BTreeSet<Date>> {
    let delivered = |field: &str| answer.fields.get(field).map(Text::as_str);
    let rows = (0..).map_while(|n| {
        let name = delivered(&format!("results.{n}.name"))?;
        Some((name, delivered(&format!("results.{n}.confirmed-at"))))
    });
    let mut days: BTreeMap<&str, BTreeSet<Date>> = BTreeMap::new();
    for (name, confirmed) in rows {
        let day: Option<Date> = confirmed.and_then(|text| text.get(..8)?.parse().ok());
        days.entry(name).or_default().extend(day);
    }
    days
}

/// The days that stand beside a name.
fn days_shown(case: &Case<'_>, name: &str, during: Range<u64>) -> BTreeSet<Date> {
    case.screens_between(during.start, during.end)
        .flat_map(|(_, screen)| readable(screen))
        .filter(|text| contains(text, name))
        .flat_map(dates)
        .map(|said| said.date)
        .collect()
}

/// The first day of a person that is missing beside others of the same person.
fn days_left_out<'a>(
    case: &Case<'_>,
    answer: &'a HttpAnswer,
    during: Range<u64>,
) -> Option<(&'a str, Date)> {
    days_delivered(answer).into_iter().find_map(|(name, days)| {
        let shown = days_shown(case, name, during.clone());
        let is_dated = days.len() > 1 && !shown.is_disjoint(&days);
        let missing = days.into_iter().find(|day| !shown.contains(day));
        missing.filter(|_| is_dated).map(|day| (name, day))
    })
}

/// The first screen with a moment of 14 digits (yyyyMMddHHmmss) as the service delivered it, and without its
/// day.
fn moment_in_digits<'a>(
    case: &Case<'_>,
    answer: &'a HttpAnswer,
    during: Range<u64>,
) -> Option<(u64, &'a str)> {
    let delivered = answer.fields.iter();
    let moments: BTreeMap<&str, Date> = delivered
        .filter(|(field, _)| field.starts_with("results.") && field.ends_with(".confirmed-at"))
        .filter(|(_, moment)| {
            moment.len() == 14 && moment.bytes().all(|byte| byte.is_ascii_digit())
        })
        .filter_map(|(_, moment)| Some((moment.as_str(), moment[..8].parse().ok()?)))
        .collect();
    case.screens_between(during.start, during.end)
        .find_map(|(at, screen)| {
            let said: Vec<Date> = readable(screen)
                .flat_map(dates)
                .map(|said| said.date)
                .collect();
            let digits = readable(screen).find_map(|text| {
                let text = plain(text);
                let mut runs = text.split(|c: char| !c.is_ascii_digit());
                runs.find_map(|run| {
                    let (moment, day) = moments.get_key_value(run)?;
                    (!said.contains(day)).then_some(*moment)
                })
            })?;
            Some((at, digits))
        })
}

/// Where the days of past results are shown, none is the day before or after the one that was delivered in
/// its place, as where the hour of a check is taken for one of another time zone; and none stands there only as
/// the digits of the answer.
pub(super) fn day_kept(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for (at, _, asked) in browsed(case) {
        let Some((answered, answer)) =
            asked.and_then(|exchange| exchange.received_as(Decision::Ok))
        else {
            continue;
        };
        let until = case.next_step(at);
        if let Some((shown, digits)) = moment_in_digits(case, answer, answered..until) {
            tally.judge(Some(
                Failure::new(
                    shown,
                    Wording::new("確認した日", "the day of the check"),
                    Wording::new(
                        format!("{digits} とそのまま表示した"),
                        format!("{digits} as it was delivered"),
                    ),
                )
                .after(answered),
            ));
        }
        for (name, days) in days_delivered(answer) {
            let shown = days_shown(case, name, answered..until);
            let Some(day) = days.iter().find(|day| !shown.contains(day)) else {
                if !shown.is_disjoint(&days) {
                    tally.judge(None);
                }
                continue;
            };
            let neighbours = [day.yesterday(), day.tomorrow()];
            let moved = neighbours
                .into_iter()
                .flatten()
                .find(|other| shown.contains(other) && !days.contains(other));
            if let Some(moved) = moved {
                tally.judge(Some(
                    Failure::new(
                        answered,
                        Wording::new(
                            format!("{day} に確認した {name}"),
                            format!("{name}, checked on {day}"),
                        ),
                        Wording::new(
                            format!("{moved} と表示した"),
                            format!("{moved} on the screen"),
                        ),
                    )
                    .after(at),
                ));
            }
        }
    }
    tally.finding(asked_for())
}

fn asked_for() -> Wording {
    Wording::new("履歴の一覧", "a list of past results")
}
