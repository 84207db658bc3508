//! The screens on which work begins: ログイン画面 when the program starts, 認証選択 after the login and
//! again for the next patient. Topics `terminal` and `result`.

use madoguchi_notation::Wording;
use madoguchi_scenarios::{Operation, TerminalKind};

use crate::case::{Case, Exchange};
use crate::finding::{Failure, Finding, Tally};
use crate::screen::{PIN, VISUAL, is_result};
use crate::trace::Screen;

/// Words by which a screen of a login is known.
const LOGIN: &[&str] = &["ログイン", "生体認証", "パスコード"];

/// Whether somebody logs in on a screen.
pub(super) fn is_login_screen(screen: &Screen) -> bool {
    let words = screen.buttons.iter().chain([&screen.title]);
    let mut words = words.chain(screen.fields.iter().map(|(label, _)| label));
    words.any(|text| LOGIN.iter().any(|word| text.contains(word)))
}

/// Whether the way of checking a patient is chosen on a screen.
pub(super) fn is_choice(screen: &Screen) -> bool {
    let offers = |label: &str| screen.buttons.iter().any(|button| button.contains(label));
    offers(VISUAL) && offers(PIN)
}

/// The first screen is one on which somebody logs in. A patient who opens a link does not.
pub(super) fn login_first(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    let told = case.steps().find(|(_, step)| step.id > 0);
    let is_patients = told.is_some_and(|(_, step)| step.action == "enter-by-link");
    let until = told.map_or(u64::MAX, |(at, _)| at);
    let first = case.screens_between(0, until).next();
    if let Some((at, screen)) = first.filter(|_| !is_patients) {
        tally.judge((!is_login_screen(screen)).then(|| {
            Failure::new(
                at,
                Wording::new(
                    "ログインの画面から始まる",
                    "a screen to log in at the beginning",
                ),
                Wording::new(
                    format!("画面 {} から始まった", screen.title),
                    format!("screen {} at the beginning", screen.title),
                ),
            )
        }));
    }
    tally.finding(Wording::new(
        "ログインの前の画面",
        "a screen before the login",
    ))
}

/// After a login that the service accepted, both ways of checking are offered. The terminal of an
/// institution has other work to begin with.
pub(super) fn choice_offered(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    let kind = case
        .scenario()
        .map(|scenario| scenario.given.facility.terminal);
    let logins = case
        .exchanges()
        .filter(|_| kind == Some(TerminalKind::Limited))
        .filter(|exchange| exchange.is(Operation::Login));
    for exchange in logins {
        let Some((at, _)) = exchange.received_as("OK") else {
            continue;
        };
        let until = case.next_step(at);
        let mut shown = case.screens_between(at, until);
        let offered = shown.any(|(_, screen)| is_choice(screen));
        tally.judge((!offered).then(|| not_offered(case, &exchange, at, until)));
    }
    tally.finding(Wording::new(
        "受け付けられたログイン",
        "a login that was accepted",
    ))
}

fn not_offered(case: &Case<'_>, exchange: &Exchange<'_>, at: u64, until: u64) -> Failure {
    let expected = Wording::new(
        format!("「{VISUAL}」と「{PIN}」を選ぶ画面"),
        format!("a screen with the buttons {VISUAL} and {PIN}"),
    );
    let instead = case.screens_between(at, until).next();
    let observed = match instead {
        Some((_, screen)) => Wording::new(
            format!("画面 {} を表示した", screen.title),
            format!("screen {} instead", screen.title),
        ),
        None => Wording::new("画面が変わらない", "no screen followed"),
    };
    let place = instead.map_or(at, |(shown, _)| shown);
    Failure::new(place, expected, observed).after(exchange.asked)
}

/// When the card is taken from under a result, another screen than a result follows.
pub(super) fn start_after_card(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for (taken, _) in case.steps().filter(|(_, step)| step.action == "take-card") {
        let last = case.screens_between(0, taken).next_back();
        let Some((result, screen)) = last.filter(|(_, screen)| is_result(screen)) else {
            continue;
        };
        let left = case
            .screens_between(taken, case.next_step(taken))
            .any(|(_, screen)| !is_result(screen));
        tally.judge((!left).then(|| {
            Failure::new(
                taken,
                Wording::new(
                    "次の確認を始める画面",
                    "the screen on which the next check begins",
                ),
                Wording::new(
                    format!("画面 {} のまま残っている", screen.title),
                    format!("screen {} stays", screen.title),
                ),
            )
            .after(result)
        }));
    }
    tally.finding(Wording::new(
        "結果の画面でカードが取られる",
        "a card that is taken from under a result",
    ))
}
