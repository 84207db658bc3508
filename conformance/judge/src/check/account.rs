//! What is typed at a login, and how long it lasts: account, activation code, session. Topic
//! `terminal`.

use madoguchi_eligibility::Decision;
use madoguchi_notation::Wording;
use madoguchi_scenarios::{Action, Operation};

use super::start::is_login;
use super::start::is_login_screen;
use crate::case::Case;
use crate::finding::{Contrast, Failure, Finding, Tally};

/// Acts `login` with a right account, each with where the next act begins.
fn right_logins<'c>(case: &'c Case<'_>) -> impl Iterator<Item = (u64, &'c str, u64)> + 'c {
    case.steps()
        .filter(|(_, step)| step.action == Action::Login)
        .filter_map(|(at, step)| Some((at, step.value.as_deref()?, case.next_step(at))))
        .filter(|(_, typed, _)| typed.starts_with("account:right"))
}

/// A right code is not refused as one that does not exist.
pub(super) fn code_as_typed(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for (at, _, until) in
        right_logins(case).filter(|(_, typed, _)| typed.contains("activation-code:right"))
    {
        let mut exchanges = case.exchanges_between(at..until);
        let Some(first) = exchanges.find(|exchange| exchange.is(Operation::FirstLogin)) else {
            continue;
        };
        let Some((answered, answer)) = first.received() else {
            continue;
        };
        let is_altered =
            ["activation-code-unknown", "activation-code-misspelt"].contains(&answer.rule.as_str());
        tally.judge(is_altered.then(|| {
            let field = first.field("activation-code");
            let sent = field.unwrap_or("—");
            Failure::new(
                first.asked,
                Wording::new("打たれたとおりのコード", "the code as it was typed"),
                Wording::new(
                    format!("別のコードが送られた ({sent})"),
                    format!("another code was sent ({sent})"),
                ),
            )
            .contrast(Contrast::of("len=12", field))
            .after(at)
            .after(answered)
        }));
    }
    tally.finding(Wording::new(
        "正しく打たれたコード",
        "a code that was typed right",
    ))
}

/// An account that the facility has just registered is sent, however short its name is.
pub(super) fn user_id_limits(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    let registered = case.steps().find(|(_, step)| {
        step.action == Action::Operate && step.value.as_deref() == Some("register-account")
    });
    let from = registered.map_or(u64::MAX, |(at, _)| at);
    for (at, _, until) in right_logins(case).filter(|(at, ..)| from < *at) {
        let sent = case.exchanges_between(at..until).any(|it| is_login(&it));
        tally.judge((!sent).then(|| {
            Failure::new(
                at,
                Wording::new("このユーザIDでのログイン", "a login with this user ID"),
                Wording::new("ログインが送られなかった", "no login was sent"),
            )
            .after(from)
        }));
    }
    tally.finding(Wording::new(
        "登録されたアカウントでのログイン",
        "a login with an account that was registered",
    ))
}

/// After a refusal, the same is not sent again before the user acts.
pub(super) fn password_not_repeated(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for exchange in case.exchanges().filter(is_login) {
        let Some((at, answer)) = exchange.received() else {
            continue;
        };
        if answer.decision == Decision::Ok {
            continue;
        }
        let again = case
            .exchanges_between(at..case.next_step(at))
            .find(|later| later.request.operation == exchange.request.operation);
        tally.judge(again.map(|later| {
            Failure::new(
                later.asked,
                Wording::new("職員の操作を待つ", "nothing more before somebody acts"),
                Wording::new(
                    format!("{} のあとにログインを繰り返した", answer.decision),
                    format!("the login was repeated after {}", answer.decision),
                ),
            )
            .after(exchange.asked)
            .after(at)
        }));
    }
    tally.finding(Wording::new(
        "拒否されたログイン",
        "a login that was refused",
    ))
}

/// After the end of a session, a screen to log in follows.
pub(super) fn session_renewed(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for exchange in case.exchanges() {
        let Some((at, _)) = exchange.received_as(Decision::SessionInvalid) else {
            continue;
        };
        let mut shown = case.screens_between(at, case.next_step(at));
        let asked = shown.any(|(_, screen)| is_login_screen(screen));
        tally.judge((!asked).then(|| {
            Failure::new(
                at,
                Wording::new("ログインの画面", "a screen to log in"),
                Wording::new(
                    "ログインの画面に戻らなかった",
                    "no screen to log in followed",
                ),
            )
            .after(exchange.asked)
        }));
    }
    tally.finding(Wording::new(
        "終わったセッションでの要求",
        "a request in a session that has ended",
    ))
}

/// A session of which the service said that it is over is used for nothing more until somebody logs in: what is
/// asked after the next act is not refused for the same reason again.
pub(super) fn ended_session_unused(case: &Case<'_>) -> Finding {
    const OPENS: [Operation; 3] = [
        Operation::FirstLogin,
        Operation::Login,
        Operation::PatientEntrance,
    ];
    let mut tally = Tally::default();
    for exchange in case.exchanges() {
        let Some((at, _)) = exchange.received_as(Decision::SessionInvalid) else {
            continue;
        };
        let again = case
            .exchanges_between(case.next_step(at)..u64::MAX)
            .take_while(|later| !OPENS.iter().any(|opens| later.is(*opens)))
            .find(|later| later.received_as(Decision::SessionInvalid).is_some());
        tally.judge(again.map(|later| {
            let operation = later.request.operation.as_deref().unwrap_or("?");
            Failure::new(
                later.asked,
                Wording::new(
                    "ログインし直すまで何も要求しない",
                    "no request before the next login",
                ),
                Wording::new(
                    format!("{operation} を送った"),
                    format!("{operation} was sent"),
                ),
            )
            .after(exchange.asked)
            .after(at)
        }));
    }
    tally.finding(Wording::new(
        "終わったセッションでの要求",
        "a request in a session that has ended",
    ))
}
