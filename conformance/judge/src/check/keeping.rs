//! The terminal's certificate and its key on the client's disk: whether they are kept, and what is said where
//! they cannot be. Topic `terminal`. What a client keeps elsewhere than in its folder is kept: the next start
//! shows it.

use std::ops::Range;

use madoguchi_eligibility::Decision;
use madoguchi_notation::Wording;
use madoguchi_scenarios::{Action, Operation};
use madoguchi_trace::{ClientEvent, Depth, Step, Text, What};

use super::start::is_login;
use crate::case::{Case, Exchange};
use crate::finding::{Failure, Finding, Tally};

/// Words for what happens to the client's files, as a trace has them: what keeps it from writing, and what
/// ruins what it has written.
const REFUSES: &[&str] = &["refuses", "key-refused"];
const TAKES: &str = "takes";

fn happens_to_disk(step: &Step) -> Option<&str> {
    (step.action == Action::Disk)
        .then_some(step.value.as_deref())
        .flatten()
}

/// Where something happens to the client's files, in order.
pub(super) fn disk<'a>(case: &Case<'a>) -> impl Iterator<Item = (u64, &'a str)> {
    case.steps()
        .filter_map(|(at, step)| Some((at, happens_to_disk(step)?)))
}

/// Whether the client can write nothing, or no key, at `at`.
fn is_refused(case: &Case<'_>, at: u64) -> bool {
    let before = disk(case).take_while(|(happened, _)| *happened < at).last();
    before.is_some_and(|(_, what)| REFUSES.contains(&what))
}

/// The next start after `at`, and where it ends: at the next one.
fn next_start(case: &Case<'_>, at: u64) -> Option<Range<u64>> {
    let is_start = |(_, step): &(u64, &Step)| step.action == Action::RestartApp;
    let mut starts = case.steps_after(at).filter(is_start).map(|(at, _)| at);
    let start = starts.next()?;
    Some(start..starts.next().unwrap_or(u64::MAX))
}

/// The next act `login` in `range`, and where it ends.
fn login_in(case: &Case<'_>, range: &Range<u64>) -> Option<Range<u64>> {
    let mut steps = case
        .steps_after(range.start)
        .take_while(|(at, _)| *at < range.end);
    let (login, _) = steps.find(|(_, step)| step.action == Action::Login)?;
    Some(login..case.next_step(login))
}

/// Whether the client tells something in `range`: an error, or a field that does not stand there when all is
/// well.
fn tells(case: &Case<'_>, range: Range<u64>, usual: &[&(Text, Text)]) -> bool {
    case.events_between(range).any(|event| match &event.what {
        What::Client(ClientEvent::Error { .. }) => true,
        What::Client(ClientEvent::Screen(screen)) => screen
            .fields
            .iter()
            .any(|field| !field.1.trim().is_empty() && !usual.contains(&field)),
        _ => false,
    })
}

/// What stands on the screens before anybody logged in at all: news, or the name of the facility.
fn usual<'a>(case: &Case<'a>) -> Vec<&'a (Text, Text)> {
    let first = case.exchanges().find(is_login);
    let screens = case.screens_between(0, first.map_or(0, |first| first.asked));
    screens.flat_map(|(_, screen)| &screen.fields).collect()
}

fn tells_fields(case: &Case<'_>) -> bool {
    let client = case.trace().header.client.as_ref();
    client.map(|client| client.depth) >= Some(Depth::L3)
}

/// A certificate that cannot be written is kept otherwise, or the staff are told before they work with it.
pub(super) fn certificate_kept(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for Unwritable {
        login,
        activated,
        start,
    } in unwritable(case)
    {
        let Some(later) = login_in(case, &start) else {
            continue;
        };
        let Some((exchange, at)) = activated else {
            // who looks beforehand whether it can be kept uses no code up
            tally.judge(None);
            continue;
        };
        if !tells_fields(case) || is_kept(case, &later) {
            tally.judge(None);
            continue;
        }
        let told = tells(case, at..login.end, &usual(case));
        tally.judge((!told).then(|| {
            Failure::new(
                at,
                Wording::new(
                    "証明書を保存できないことを示す画面",
                    "a screen that says that the certificate could not be kept",
                ),
                Wording::new(
                    "何も示さずに進み、次の起動では証明書がなかった",
                    "nothing was said, and at the next start the certificate was not there",
                ),
            )
            .missing(login.end)
            .after(exchange.asked)
            .after(start.start)
        }));
    }
    tally.finding(occasion())
}

/// A login at which the client can write nothing, or no key.
struct Unwritable<'a> {
    /// The act.
    login: Range<u64>,
    /// The activation that was answered in it, and where.
    activated: Option<(Exchange<'a>, u64)>,
    /// The next start.
    start: Range<u64>,
}

/// All of them. A terminal that was activated before, and keeps that elsewhere, has nothing to write.
fn unwritable<'a>(case: &Case<'a>) -> Vec<Unwritable<'a>> {
    let logins = case
        .steps()
        .filter(|(at, step)| step.action == Action::Login && is_refused(case, *at));
    let all = logins.filter_map(|(at, _)| {
        let login = at..case.next_step(at);
        let mut asked = case.exchanges_between(login.clone());
        let activated = asked.find_map(|exchange| {
            let (answered, _) = exchange
                .received_as(Decision::Ok)
                .filter(|_| exchange.is(Operation::FirstLogin))?;
            Some((exchange, answered))
        });
        let start = next_start(case, at)?;
        Some(Unwritable {
            login,
            activated,
            start,
        })
    });
    all.collect()
}

/// Whether the terminal shows its certificate at a login without being activated anew.
fn is_kept(case: &Case<'_>, login: &Range<u64>) -> bool {
    let first = case.exchanges_between(login.clone()).find(is_login);
    first.is_some_and(|first| first.is(Operation::Login) && first.request.terminal.is_some())
}

fn occasion() -> Wording {
    Wording::new(
        "端末の証明書を保存できないログイン",
        "a first login whose certificate cannot be written",
    )
}

/// Once the disk takes everything again, a new code activates the terminal whose certificate could not be kept.
pub(super) fn activated_anew(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for Unwritable { login: at, .. } in unwritable(case) {
        let later = |(happened, what): &(u64, &str)| at.start < *happened && *what == TAKES;
        let Some((takes, _)) = disk(case).find(later) else {
            continue;
        };
        let Some(start) = next_start(case, takes) else {
            continue;
        };
        let login = login_in(case, &start);
        let until = login.as_ref().map_or(start.end, |login| login.end);
        let is_in = case
            .exchanges_between(start.start..until)
            .any(|later| later.is(Operation::Login) && later.received_as(Decision::Ok).is_some());
        let observed = match login {
            Some(_) => Wording::new("ログインできなかった", "no login came of it"),
            None => Wording::new("アプリが起動しなかった", "the client did not start"),
        };
        tally.judge((!is_in).then(|| {
            let place = login.as_ref().map_or(start.start, |login| login.start);
            let expected = Wording::new(
                "新しいコードでの登録とログイン",
                "an activation with the new code, and a login",
            );
            Failure::new(place, expected, observed)
                .missing(until)
                .after(at.start)
                .after(takes)
        }));
    }
    tally.finding(occasion())
}

/// With files that are ruined or lost the client starts, and logs in or says why not.
pub(super) fn damage_told(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for (damaged, what) in disk(case) {
        if what == TAKES || REFUSES.contains(&what) {
            continue;
        }
        let Some(start) = next_start(case, damaged) else {
            continue;
        };
        let login = login_in(case, &start);
        let until = login.as_ref().map_or(start.end, |login| login.end);
        let is_asked = case
            .exchanges_between(start.start..until)
            .any(|exchange| is_login(&exchange) && exchange.received().is_some());
        let works = login.is_some() && (is_asked || !tells_fields(case));
        let told = login.is_some() && tells(case, start.start..until, &usual(case));
        let observed = match login {
            Some(_) => Wording::new(
                "ログインもせず、理由も示さなかった",
                "neither a login nor a word of why not",
            ),
            None => Wording::new("アプリが起動しなかった", "the client did not start"),
        };
        tally.judge((!works && !told).then(|| {
            let expected = Wording::new(
                "ログイン、または、できない理由の画面",
                "a login, or a screen that says why there is none",
            );
            Failure::new(start.start, expected, observed)
                .missing(until)
                .after(damaged)
        }));
    }
    tally.finding(Wording::new(
        "壊れたか失われたファイルでの起動",
        "a start with files that are ruined or lost",
    ))
}
