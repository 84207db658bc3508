//! The screens on which work begins: ログイン画面 when the program starts, 認証選択 after the login and
//! again for the next patient. Topics `terminal` and `result`.

use madoguchi_notation::Wording;
use madoguchi_scenarios::{Operation, TerminalKind};
use madoguchi_trace::{ClientEvent, Screen, What};

use crate::case::{Case, Exchange};
use crate::finding::{Failure, Finding, Tally};
use crate::screen::{PIN, VISUAL, is_result};

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

/// Every screen has a title, where the client tells titles at all.
pub(super) fn screen_titled(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    let is_untitled = |screen: &Screen| screen.title.trim().is_empty();
    let tells = case.screens().any(|(_, screen)| !is_untitled(screen));
    for (at, screen) in case.screens().filter(|_| tells) {
        tally.judge(is_untitled(screen).then(|| {
            Failure::new(
                at,
                Wording::new("題名のある画面", "a screen with a title"),
                Wording::new("題名のない画面", "a screen without a title"),
            )
        }));
    }
    tally.finding(Wording::new("題名のある画面", "a screen with a title"))
}

/// What was pressed stands on the screen: a client that obeys shows buttons there, where it shows any
/// at all. How they are labelled does not matter. Whoever reads screens off knows only the buttons
/// that have a place, and judges nothing by them.
pub(super) fn button_offered(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    let tells = case.screens().any(|(_, screen)| !screen.buttons.is_empty());
    let is_read_off = case.trace().header.sight.is_some();
    let presses = case
        .steps()
        .filter(|(_, step)| tells && !is_read_off && step.action == "press");
    for (at, step) in presses {
        let until = case.next_step(at);
        let is_refused = case
            .events_between(at..until)
            .any(|event| matches!(event.what, What::Client(ClientEvent::Error { .. })));
        let Some((shown, screen)) = case.screens_between(0, at).next_back() else {
            continue;
        };
        let mut shown_then = case.screens_between(at, until);
        let mut asked_then = case.exchanges_between(at..until);
        let is_obeyed = shown_then.next().is_some() || asked_then.next().is_some();
        if is_refused || !is_obeyed {
            continue;
        }
        tally.judge(screen.buttons.is_empty().then(|| {
            let (title, label) = (&screen.title, step.value.as_deref().unwrap_or("—"));
            Failure::new(
                shown,
                Wording::new(
                    format!("「{label}」を押せる画面"),
                    format!("a screen on which {label} can be pressed"),
                ),
                Wording::new(
                    format!("画面 {title} にボタンがない"),
                    format!("screen {title} without any button"),
                ),
            )
        }));
    }
    tally.finding(Wording::new("押されたボタン", "a button that was pressed"))
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
