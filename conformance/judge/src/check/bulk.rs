//! 一括照会: topic `bulk`.

use std::collections::BTreeMap;

use madoguchi_eligibility::{Decision, ProcessingResultStatus, SegmentOfResult};
use madoguchi_notation::Wording;
use madoguchi_scenarios::{Action, Operation};
use madoguchi_trace::{HttpAnswer, Screen};

use super::mobile::is_in_patients_hands;
use crate::case::{Case, Exchange};
use crate::finding::{Contrast, Failure, Finding, Tally};
use crate::screen::{contains, plain, readable};

/// Every patient who was named is a unit of the inquiry, or of one of several, with the numbers as they were
/// typed.
pub(super) fn units_as_typed(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for (at, step) in case.steps() {
        if step.action != Action::InquireInBulk {
            continue;
        }
        let typed = step.value.as_deref().unwrap_or("[]");
        let typed: Vec<BTreeMap<String, String>> = serde_json::from_str(typed).unwrap_or_default();
        let mut submitted = case
            .exchanges_between(at..case.next_step(at))
            .filter(|exchange| exchange.is(Operation::BulkSubmission))
            .peekable();
        let Some(asked) = submitted.peek().map(|first| first.asked) else {
            continue;
        };
        let units: Vec<_> = submitted.flat_map(|exchange| units(&exchange)).collect();
        for unit in typed {
            let reference = unit.get(REFERENCE).map_or("", String::as_str);
            let sent = units
                .iter()
                .find(|sent| sent.get(REFERENCE) == Some(&reference));
            let wrong = unit.iter().find(|(name, due)| {
                sent.and_then(|sent| sent.get(name.as_str())) != Some(&due.as_str())
            });
            tally.judge(wrong.map(|(name, due)| {
                let seen = sent
                    .and_then(|sent| sent.get(name.as_str()))
                    .unwrap_or(&"—");
                Failure::new(
                    asked,
                    Wording::new(
                        format!("照会番号 {reference}: {name} {due}"),
                        format!("unit {reference}: {name} {due}"),
                    ),
                    Wording::new(format!("{name} {seen}"), format!("{name} {seen}")),
                )
                .after(at)
            }));
        }
    }
    tally.finding(Wording::new("一括照会", "a bulk inquiry"))
}

/// 照会番号, in a trace's spelling.
const REFERENCE: &str = "reference-number";

/// The units of a request: the fields of each by name.
fn units<'a>(exchange: &Exchange<'a>) -> Vec<BTreeMap<&'a str, &'a str>> {
    let mut units: BTreeMap<&str, BTreeMap<&str, &str>> = BTreeMap::new();
    for (field, value) in &exchange.request.fields {
        let Some((n, name)) = field
            .strip_prefix("items.")
            .and_then(|rest| rest.split_once('.'))
        else {
            continue;
        };
        units.entry(n).or_default().insert(name, value);
    }
    units.into_values().collect()
}

/// A result is asked for with the number that was given.
pub(super) fn reception_number(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    let mut given: Option<(u64, &str)> = None;
    for exchange in case.exchanges() {
        if exchange.is(Operation::BulkSubmission) {
            given = exchange.received_as(Decision::Ok).and_then(|(at, answer)| {
                Some((at, answer.fields.get("reception-number")?.as_str()))
            });
        }
        let Some((at, due)) = given.filter(|_| exchange.is(Operation::BulkResult)) else {
            continue;
        };
        let sent = exchange.field("reception-number");
        tally.judge((sent != Some(due)).then(|| {
            let shown = sent.unwrap_or("—");
            Failure::new(
                exchange.asked,
                Wording::new(format!("受付番号 {due}"), format!("reception number {due}")),
                Wording::new(
                    format!("受付番号 {shown}"),
                    format!("reception number {shown}"),
                ),
            )
            .contrast(Contrast::of(due, sent))
            .after(at)
        }));
    }
    for (at, wanted) in forgotten(case) {
        tally.judge(Some(
            Failure::new(
                wanted,
                Wording::new(
                    "受付番号で結果を照会する",
                    "the result is asked for with the reception number",
                ),
                Wording::new(
                    "照会するものがないと断られた",
                    "the client refused, as if nothing had been asked for",
                ),
            )
            .after(at),
        ));
    }
    tally.finding(fetched())
}

fn is_submission(exchange: &Exchange<'_>) -> bool {
    exchange.is(Operation::BulkSubmission)
}

/// The first request for the result that the client refused, though it has been given the number and the
/// result has not come yet. A client that asks by itself has not forgotten it, and may leave out the button.
fn forgotten<'c>(case: &'c Case<'_>) -> impl Iterator<Item = (u64, u64)> + 'c {
    let given = case.exchanges().filter(is_submission);
    let given = given.filter_map(|exchange| Some(exchange.received_as(Decision::Ok)?.0));
    given.filter_map(|at| {
        let again = case.exchanges_between(at..u64::MAX).filter(is_submission);
        let until = again
            .map(|exchange| exchange.asked)
            .find(|asked| *asked > at);
        let asked = || {
            case.exchanges_between(at..until.unwrap_or(u64::MAX))
                .filter(|exchange| exchange.is(Operation::BulkResult))
        };
        if asked().any(|exchange| is_by_itself(case, &exchange)) {
            return None;
        }
        let done = asked()
            .filter_map(|exchange| exchange.received())
            .find(|(_, answer)| !is_processing(answer))
            .map(|(done, _)| done);
        let until = done.or(until).unwrap_or(u64::MAX);
        let mut wanted = case
            .steps_after(at)
            .take_while(|(wanted, _)| *wanted < until);
        let (wanted, _) = wanted.find(|(wanted, step)| {
            step.action == Action::FetchResult
                && case.undone_at(*wanted).is_some()
                && !is_in_patients_hands(case, *wanted)
        })?;
        Some((at, wanted))
    })
}

/// Whether the client asked without having been told to.
fn is_by_itself(case: &Case<'_>, exchange: &Exchange<'_>) -> bool {
    let told = case.steps_before(exchange.asked).next();
    told.is_none_or(|(at, step)| step.action != Action::FetchResult || case.undone_at(at).is_some())
}

/// While it is being processed, a screen says so; a client that asks again by itself is judged by the
/// last of its questions.
pub(super) fn processing_told(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for (at, until, answer) in results(case) {
        if !is_processing(answer) || asks_again(case, at, until) {
            continue;
        }
        let told = case
            .screens_between(at, until)
            .any(|(_, screen)| says(screen, "処理中"));
        tally.judge((!told).then(|| {
            let shown = case.screens_between(at, until).next();
            let title = shown.map_or("—", |(_, screen)| screen.title.as_str());
            Failure::new(
                shown.map_or(at, |(shown, _)| shown),
                Wording::new("処理中であると知らせる画面", "a screen that says 処理中"),
                Wording::new(format!("画面 {title}"), format!("screen {title}")),
            )
            .missing(until)
            .after(at)
        }));
    }
    tally.finding(Wording::new(
        "処理中の一括照会",
        "a bulk inquiry that is being processed",
    ))
}

/// Every unit of a result stands on a screen before the next act: by the name, or by 照会番号 where it
/// is in error.
pub(super) fn units_shown(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for (at, until, answer) in results(case).filter(|(_, _, answer)| !is_processing(answer)) {
        for due in due(answer) {
            let shown = case
                .screens_between(at, until)
                .any(|(_, screen)| says(screen, due));
            tally.judge((!shown).then(|| {
                Failure::new(
                    at,
                    Wording::new(
                        format!("一覧に {due} の行"),
                        format!("a row of {due} in the list"),
                    ),
                    Wording::new(
                        format!("{due} がどの画面にもない"),
                        format!("no screen says {due}"),
                    ),
                )
                .missing(until)
            }));
        }
        let units: Vec<(&str, &str)> = numbered(answer).collect();
        let names: Vec<&str> = units.iter().map(|(name, _)| *name).collect();
        for (shown, screen) in case.screens_between(at, until) {
            // of several lines nobody knows which belong together
            let mut rows = rows(screen, &names).filter(|row| row.lines().count() == 1);
            let swapped = rows.find_map(|row| of_another(&units, &row));
            tally.judge(swapped.map(|((name, number), other)| {
                Failure::new(
                    shown,
                    Wording::new(
                        format!("{name} の照会番号 {number}"),
                        format!("{number} beside {name}"),
                    ),
                    Wording::new(
                        format!("{name} の行に照会番号 {other}"),
                        format!("{other} beside {name}"),
                    ),
                )
                .after(at)
            }));
        }
    }
    tally.finding(fetched())
}

/// Name and 照会番号 of each unit that has both.
fn numbered(answer: &HttpAnswer) -> impl Iterator<Item = (&str, &str)> {
    answer.fields.iter().filter_map(|(field, name)| {
        let row = field.strip_suffix(".name")?;
        let number = answer.fields.get(format!("{row}.{REFERENCE}").as_str())?;
        Some((name.as_str(), number.as_str()))
    })
}

/// The unit of which a row tells by its name alone, beside the 照会番号 of another.
fn of_another<'u>(
    units: &[(&'u str, &'u str)],
    row: &str,
) -> Option<((&'u str, &'u str), &'u str)> {
    let says = |number: &str| {
        let mut words = row.split(|c: char| !c.is_alphanumeric());
        words.any(|word| plain(word) == plain(number))
    };
    let mut named = units.iter().filter(|(name, _)| contains(row, name));
    let (unit, None) = (named.next()?, named.next()) else {
        return None;
    };
    let mut others = units.iter().filter(|(_, number)| says(number));
    let (other, None) = (others.next()?, others.next()) else {
        return None;
    };
    (other.1 != unit.1).then_some((*unit, other.1))
}

/// A unit in error stands there with more than its number. In which words does not matter.
pub(super) fn error_told(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for (at, until, answer) in results(case).filter(|(_, _, answer)| !is_processing(answer)) {
        let known_by: Vec<&str> = due(answer).collect();
        let screens = case.screens_between(at, until);
        let rows: Vec<(u64, String)> = screens
            .flat_map(|(shown, screen)| rows(screen, &known_by).map(move |row| (shown, row)))
            .collect();
        for number in in_error(answer) {
            let mut of_it = rows.iter().filter(|(_, row)| contains(row, number));
            // that it is there at all is another requirement
            let Some((shown, first)) = of_it.next() else {
                continue;
            };
            let tells = |row: &String| plain(row) != plain(number);
            let told = tells(first) || of_it.any(|(_, row)| tells(row));
            tally.judge((!told).then(|| {
                Failure::new(
                    *shown,
                    Wording::new(
                        format!("照会番号 {number} がエラーである旨"),
                        format!("a word that unit {number} is in error"),
                    ),
                    Wording::new(
                        format!("{number} だけの行"),
                        format!("a row of {number} and nothing else"),
                    ),
                )
                .after(at)
            }));
        }
    }
    tally.finding(Wording::new(
        "エラーになった照会",
        "a unit that is in error",
    ))
}

/// What stands together on a screen: a value, with its label where the label has a number in it. Of a list that is
/// one value each row begins with a line that says what a row is known by.
fn rows(screen: &Screen, known_by: &[&str]) -> impl Iterator<Item = String> {
    let fields = screen.fields.iter().flat_map(|(label, value)| {
        let mut rows: Vec<String> = Vec::new();
        for line in value.lines() {
            match rows.last_mut() {
                Some(row) if !known_by.iter().any(|known| contains(line, known)) => {
                    row.push('\n');
                    row.push_str(line);
                }
                _ => rows.push(line.to_owned()),
            }
        }
        let is_numbered = label.contains(|c: char| c.is_ascii_digit());
        rows.into_iter().map(move |row| match is_numbered {
            true => format!("{label} {row}"),
            false => row,
        })
    });
    fields.chain(screen.text().map(str::to_owned))
}

/// 照会番号 of the units in error.
fn in_error(answer: &HttpAnswer) -> impl Iterator<Item = &str> {
    let error = ProcessingResultStatus::Error.code();
    answer.fields.iter().filter_map(move |(field, value)| {
        let row = field.strip_suffix(".processing-result-status")?;
        let number = answer.fields.get(format!("{row}.{REFERENCE}").as_str())?;
        (value == error).then_some(number.as_str())
    })
}

/// What each row of a result is known by.
fn due(answer: &HttpAnswer) -> impl Iterator<Item = &str> {
    let error = ProcessingResultStatus::Error.code();
    answer.fields.iter().filter_map(move |(field, value)| {
        let row = field.strip_suffix(".processing-result-status")?;
        let name = if value == error { REFERENCE } else { "name" };
        Some(
            answer
                .fields
                .get(format!("{row}.{name}").as_str())?
                .as_str(),
        )
    })
}

/// Each answer to a question for a result, with its place and that of the next act.
fn results<'a>(case: &'a Case<'a>) -> impl Iterator<Item = (u64, u64, &'a HttpAnswer)> {
    case.exchanges()
        .filter(|exchange| exchange.is(Operation::BulkResult))
        .filter_map(|exchange| {
            let (at, answer) = exchange.received_as(Decision::Ok)?;
            Some((at, case.next_step(at), answer))
        })
}

fn is_processing(answer: &HttpAnswer) -> bool {
    let segment = answer.fields.get("segment-of-result");
    segment.is_some_and(|segment| segment == SegmentOfResult::Processing.code())
}

fn asks_again(case: &Case<'_>, at: u64, until: u64) -> bool {
    case.exchanges_between(at..until)
        .any(|exchange| exchange.is(Operation::BulkResult))
}

fn says(screen: &Screen, words: &str) -> bool {
    let mut labels = screen.fields.iter().map(|(label, _)| label);
    contains(&screen.title, words)
        || labels.any(|label| contains(label, words))
        || readable(screen).any(|text| contains(text, words))
}

fn fetched() -> Wording {
    Wording::new(
        "一括照会の結果の取得",
        "a result of a bulk inquiry that is fetched",
    )
}
