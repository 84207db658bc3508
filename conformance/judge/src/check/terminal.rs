//! The terminal and who works with it: topic `terminal`.

use madoguchi_eligibility::Decision;
use madoguchi_notation::Wording;
use madoguchi_scenarios::{Action, Operate, Operation};
use madoguchi_trace::{HttpAnswer, SecretClass, Text, What};

use super::privacy::{FILE, leave_unsearched};
use super::start::{is_login, is_work};
use crate::case::{Case, Exchange};
use crate::finding::{Failure, Finding, Tally};

/// Place of the next act `login` after `seq`; behind the end where there is none.
fn next_login(case: &Case<'_>, seq: u64) -> u64 {
    case.steps_after(seq)
        .find(|(_, step)| step.action == Action::Login)
        .map_or(u64::MAX, |(at, _)| at)
}

/// Logins that the service refused, with the place of the answer; not those that another one
/// followed before anybody did anything else.
fn refused_logins<'a>(case: &Case<'a>) -> Vec<(Exchange<'a>, u64, &'a HttpAnswer)> {
    let refused = case.exchanges().filter(is_login).filter_map(|exchange| {
        let (at, answer) = exchange.received()?;
        (answer.decision != Decision::Ok).then_some((exchange, at, answer))
    });
    refused
        .filter(|(_, at, _)| {
            let until = case.next_step(*at);
            !case
                .exchanges_between(*at..until)
                .any(|later| later.is(Operation::Login))
        })
        .collect()
}

/// After a refused login, until the next one, no screen follows that only a login leads to, and
/// nothing else is asked.
pub(super) fn refused_login_ends(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for (exchange, at, answer) in refused_logins(case) {
        let until = next_login(case, at);
        let shown = case
            .screens_between(at, until)
            .find(|(_, screen)| is_work(screen))
            .map(|(shown, screen)| {
                let title = &screen.title;
                let observed = Wording::new(
                    format!("{} のあとに {title} を表示した", answer.decision),
                    format!("screen {title} after {}", answer.decision),
                );
                (shown, observed)
            });
        let asked = case
            .exchanges_between(at..until)
            .find(|later| !is_login(later))
            .map(|later| {
                let path = &later.request.path;
                let observed = Wording::new(
                    format!("{} のあとに {path} を送った", answer.decision),
                    format!("{path} was sent after {}", answer.decision),
                );
                (later.asked, observed)
            });
        let first = shown.into_iter().chain(asked).min_by_key(|(at, _)| *at);
        tally.judge(first.map(|(place, observed)| {
            let expected = Wording::new(
                "次のログインまで先へ進まない",
                "nothing that needs a login, until the next one",
            );
            Failure::new(place, expected, observed)
                .after(exchange.asked)
                .after(at)
        }));
    }
    tally.finding(refused_login())
}

/// After a refused login, a screen says something.
pub(super) fn refusal_told(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    let first = case
        .exchanges()
        .find(is_login)
        .map_or(0, |login| login.asked);
    let stood = case.screens_between(0, first).next_back();
    let stood = stood.map_or(&[][..], |(_, screen)| &screen.fields);
    for (exchange, at, answer) in refused_logins(case) {
        // what stood there before anybody logged in, such as news, says nothing of it
        let says = |(label, value): &(Text, Text)| {
            let mut before = stood.iter();
            !value.trim().is_empty() && !before.any(|(l, v)| (l, v) == (label, value))
        };
        let told = case
            .screens_between(at, case.next_step(at))
            .any(|(_, screen)| screen.fields.iter().any(says));
        tally.judge((!told).then(|| {
            Failure::new(
                at,
                Wording::new(
                    "拒否の理由を示す画面",
                    "a screen that says why it was refused",
                ),
                Wording::new(
                    format!("{} の理由がどの画面にもない", answer.decision),
                    format!("no screen says anything of {}", answer.decision),
                ),
            )
            .missing(case.next_step(at))
            .after(exchange.asked)
        }));
    }
    tally.finding(refused_login())
}

fn refused_login() -> Wording {
    Wording::new("拒否されたログイン", "a login that was refused")
}

/// After a code that was not usable yet, the next login sends it again.
pub(super) fn code_tried_again(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for exchange in case.exchanges() {
        let Some((at, _)) = exchange.received_as(Decision::CodeNotReady) else {
            continue;
        };
        let login = next_login(case, at);
        if login == u64::MAX {
            continue;
        }
        let again = case
            .exchanges_between(login..u64::MAX)
            .any(|later| later.is(Operation::FirstLogin));
        tally.judge((!again).then(|| {
            Failure::new(
                login,
                Wording::new(
                    "同じコードによる初回ログイン",
                    "a first login with the same code",
                ),
                Wording::new("初回ログインが送られなかった", "no first login was sent"),
            )
            .missing(u64::MAX)
            .after(exchange.asked)
            .after(at)
        }));
    }
    tally.finding(Wording::new(
        "まだ使えないコードのあとのログイン",
        "a login after a code that was not usable yet",
    ))
}

/// After the terminal was refused as invalidated, eligibility is not asked before the next login.
pub(super) fn revocation_ends_session(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for exchange in case.exchanges() {
        let Some((at, _)) = exchange.received_as(Decision::TerminalRevoked) else {
            continue;
        };
        let until = next_login(case, at);
        let again = case.eligibility_between(at..until).next();
        tally.judge(again.map(|later| {
            Failure::new(
                later.asked,
                Wording::new(
                    "ログインし直すまで照会しない",
                    "no inquiry before the next login",
                ),
                Wording::new(
                    "無効化された端末として照会を続けた",
                    "an inquiry by a terminal that was invalidated",
                ),
            )
            .after(exchange.asked)
            .after(at)
        }));
    }
    tally.finding(Wording::new(
        "端末の無効化による拒否",
        "a refusal because the terminal was invalidated",
    ))
}

/// Once the function is on again, the next card is asked about.
pub(super) fn works_again(case: &Case<'_>) -> Finding {
    const ON: Operate = Operate::Function { on: true };
    let mut tally = Tally::default();
    let switched = |(_, step): &(u64, &madoguchi_trace::Step)| {
        step.action == Action::Operate && step.value.as_deref() == Some(ON.name())
    };
    for (on, _) in case.steps().filter(switched) {
        let off = case
            .exchanges_between(0..on)
            .rev()
            .filter(|exchange| exchange.asks_eligibility() || exchange.is(Operation::Challenge))
            .find(|exchange| exchange.received_as(Decision::FunctionOff).is_some());
        let (Some(off), Some(chance)) = (off, case.chance_after(on)) else {
            continue;
        };
        let asked = case.eligibility_after(chance).is_some();
        tally.judge((!asked).then(|| {
            Failure::new(
                chance,
                Wording::new("このカードについての照会", "an inquiry about this card"),
                Wording::new("照会が送られなかった", "no inquiry was sent"),
            )
            .missing(u64::MAX)
            .after(off.asked)
            .after(on)
        }));
    }
    tally.finding(Wording::new(
        "利用するに戻したあとのカード",
        "a card after the function was switched on again",
    ))
}

/// Where a user logged in, no private key lies where other users can read it.
pub(super) fn key_protected(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    if case.exchanges().any(|exchange| is_login(&exchange)) {
        tally.judge(None);
        leave_unsearched(case, FILE, &mut tally);
    }
    for event in case.events() {
        if let What::Leak(leak) = &event.what
            && leak.class == SecretClass::OpenPrivateKey
        {
            let place = &leak.place;
            tally.judge(Some(Failure::new(
                event.seq,
                Wording::new(
                    "秘密鍵を読めるのは持ち主だけ",
                    "a private key that only its owner can read",
                ),
                Wording::new(
                    format!("ほかの利用者も読める秘密鍵が {place} にある"),
                    format!("a private key in {place} that other users can read"),
                ),
            )));
        }
    }
    tally.finding(Wording::new("ログイン", "a login"))
}
