//! What an adapter says under the client contract: topic `contract`. Where it says something else than
//! messages, or awaits no card, nothing that follows can be blamed on the app.

use madoguchi_eligibility::Decision;
use madoguchi_iso7816::StatusWord;
use madoguchi_notation::Wording;
use madoguchi_scenarios::{Action, Operation, ReturnCode};
use madoguchi_trace::{
    ClientEvent, Depth, Exit, Handshake, Misfit, ReaderEvent, Removal, Step, What,
};

use super::acts::can_be_no_pin;
use super::reach::Reach;
use crate::case::{Case, chosen};
use crate::ending::{INTERRUPTED, TIME_LIMIT, early_exit, how_it_ended};
use crate::finding::{Failure, Finding, Tally};
use crate::screen::PIN_ENTRY;

/// The requirement on the messages, which explains what is not seen where one cannot be read.
pub(crate) const MESSAGES: &str = "contract.messages";

/// Every line is a message, and each `ready` and `done` is of the `do` that is under way.
pub(super) fn messages(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    let mut told: Option<u64> = None;
    // Of a button that is pressed before an act is over the `do` is under way beside that of the act.
    let mut due: Vec<u32> = Vec::new();
    for event in case.events() {
        let wrong = match &event.what {
            What::Step(step) if step.id > 0 => {
                told = Some(event.seq);
                if step.action != Action::PressMeanwhile {
                    due.clear();
                }
                due.push(step.id);
                continue;
            }
            What::Client(ClientEvent::Garbage {
                line, why, misfit, ..
            }) => Some(unread(*line, why, misfit.as_ref())),
            What::Client(ClientEvent::Ready { r#do }) => stray("ready", *r#do, &due),
            What::Client(ClientEvent::Done { r#do }) => {
                let wrong = stray("done", *r#do, &due);
                due.retain(|id| id != r#do);
                wrong
            }
            What::Client(_) => None,
            _ => continue,
        };
        tally.judge(wrong.map(|(expected, observed)| {
            let failure = Failure::new(event.seq, expected, observed);
            told.iter().fold(failure, |failure, at| failure.after(*at))
        }));
    }
    tally.finding(Wording::new("アプリの行", "a line of the client"))
}

/// Of the client's own events each has a greater number than the one before it; a program that is started again
/// begins anew.
pub(super) fn numbered(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    let mut last: Option<(u64, u64)> = None;
    for event in case.events() {
        let n = match &event.what {
            What::Client(ClientEvent::Screen(screen)) => screen.n,
            What::Client(ClientEvent::Output { n, .. } | ClientEvent::Error { n, .. }) => *n,
            What::Step(step) if step.action == Action::RestartApp => {
                last = None;
                continue;
            }
            _ => continue,
        };
        if let Some((at, before)) = last {
            tally.judge((n <= before).then(|| {
                let expected = Wording::new(
                    format!("{} 以上の n", before + 1),
                    format!("an n of {} or more", before + 1),
                );
                Failure::new(
                    event.seq,
                    expected,
                    Wording::new(format!("n {n}"), format!("n {n}")),
                )
                .after(at)
            }));
        }
        last = Some((event.seq, n));
    }
    tally.finding(Wording::new(
        "アプリの二つのイベント",
        "two events of the client",
    ))
}

/// Whether a message could not be read of which something would have been judged.
pub(crate) fn hides_messages(case: &Case<'_>) -> bool {
    case.events().any(|event| {
        matches!(
            &event.what,
            What::Client(ClientEvent::Garbage {
                misfit: Some(_),
                ..
            })
        )
    })
}

/// What is expected in the place of a line that is no message, and what stands there.
fn unread(line: u64, why: &str, misfit: Option<&Misfit>) -> (Wording, Wording) {
    let Some(misfit) = misfit else {
        let expected = Wording::new(
            "契約のメッセージ一つ、例 {\"done\":{\"do\":3}}。そのほかは標準エラー出力に",
            "one message of the contract, such as {\"done\":{\"do\":3}}; anything else belongs on standard error",
        );
        let observed = Wording::new(
            format!("標準出力の {line} 行目がメッセージではない ({why})"),
            format!("line {line} of standard output is no message ({why})"),
        );
        return (expected, observed);
    };
    let Misfit {
        place,
        wanted,
        found,
        column,
    } = misfit;
    let wanted = form(wanted);
    let found = kind(found);
    (
        Wording::new(
            format!("{place}: {}", wanted.ja),
            format!("{place}: {}", wanted.en),
        ),
        Wording::new(
            format!("標準出力の {line} 行目 {column} 桁目: {}", found.ja),
            format!(
                "line {line}, column {column} of standard output: {}",
                found.en
            ),
        ),
    )
}

/// The form that the contract has, by the trace's word.
fn form(wanted: &str) -> Wording {
    let (ja, en) = match wanted {
        "count" => ("0 以上の整数", "a whole number"),
        "text" => ("文字列", "a text"),
        "texts" => ("文字列の列 [\"…\"]", "a list of texts [\"…\"]"),
        "pairs" => (
            "項目と値の組の列 [[\"項目\",\"値\"]]、値も文字列",
            "a list of pairs [[\"label\",\"value\"]], both texts",
        ),
        "depth" => ("L1、L2、L3 のいずれか", "one of L1, L2, L3"),
        "object" => (
            "値をもつ { }、例 {\"done\":{\"do\":3}}",
            "an object, as in {\"done\":{\"do\":3}}",
        ),
        _ => (
            "hello、screen、output、ready、done、error のいずれか一つをキーとする { }",
            "an object with one key: hello, screen, output, ready, done or error",
        ),
    };
    Wording::new(ja, en)
}

/// What stands there instead, by the trace's word.
fn kind(found: &str) -> Wording {
    let (ja, en) = match found {
        "object" => ("{ } がある", "an object { }"),
        "array" => ("列 [ ] がある", "a list [ ]"),
        "string" => ("文字列がある", "a text"),
        "number" => ("数がある", "a number"),
        "boolean" => ("true か false がある", "true or false"),
        "null" => ("null がある", "null"),
        "missing" => ("ない", "nothing"),
        "unknown-key" => ("契約にないキー", "a key that the contract does not have"),
        _ => ("別のもの", "something else"),
    };
    Wording::new(ja, en)
}

/// What is wrong with a `ready` or `done` of this number while these are under way.
fn stray(word: &str, number: u32, due: &[u32]) -> Option<(Wording, Wording)> {
    if due.contains(&number) {
        return None;
    }
    let expected = match due.first() {
        Some(due) => Wording::new(
            format!("{word} は do {due} の"),
            format!("{word} of do {due}"),
        ),
        None => Wording::new(
            format!("do を待つ間は {word} を言わない。done は do ごとに 1 回"),
            format!("no {word} before the next do; done once for each"),
        ),
    };
    let observed = Wording::new(
        format!("do {number} の {word}"),
        format!("{word} of do {number}"),
    );
    Some((expected, observed))
}

/// What explains every failure beside it: a program that ends does nothing more.
pub(crate) const STAYS_OPEN: &str = "terminal.stays-open";

/// The program goes on until it is closed.
pub(super) fn stays_open(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    let ended_by_us = |exit: &Exit| {
        let why = exit.why.as_deref().unwrap_or_default();
        why.starts_with(TIME_LIMIT) || why == INTERRUPTED
    };
    let ended = early_exit(case, 0);
    // who has done nothing has not gone on
    let has_worked = ended.is_some() || case.exchanges().next().is_some();
    if has_worked && !ended.is_some_and(|(_, exit)| ended_by_us(exit)) {
        tally.judge(ended.map(|(at, exit)| {
            let expected = Wording::new("閉じるまで動き続ける", "it goes on until it is closed");
            Failure::new(at, expected, how_it_ended(exit)).after(case.last_step(at).unwrap_or(at))
        }));
    }
    tally.finding(Wording::new("手順", "an act"))
}

/// Each card that is asked for is awaited, and what came of it stands on a screen; unless a trouble
/// that was told keeps the client from it.
pub(super) fn card_awaited(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    let asked = case.steps().filter(|(_, step)| {
        step.id > 0 && step.action.is_in(&[Action::PlaceCard, Action::AwaitCard])
    });
    for (asked, step) in asked {
        let until = case.next_step(asked);
        let Some(done) = said(
            case,
            asked..until,
            |event| matches!(event, ClientEvent::Done { r#do } if *r#do == step.id),
        ) else {
            // Where it ended, or was ended, that is told of the case.
            continue;
        };
        let ready = said(
            case,
            asked..done,
            |event| matches!(event, ClientEvent::Ready { r#do } if *r#do == step.id),
        );
        let failure = match ready {
            None if is_kept_from_it(case, asked, done) => None,
            None => {
                let failure = never_ready(case, asked, done, step);
                Some(match stuck_at(case, asked) {
                    Some(stuck) => failure.after(stuck).missing(until),
                    None => failure,
                })
            }
            // What became of a consent to an institution is another requirement's.
            Some(_) if is_of_consent(case, asked) => None,
            Some(_) if asks_for_no_card(case, asked) => None,
            Some(ready) => ends_silently(case, ready, until)
                .then(|| silent_end(case, asked, ready, done, step)),
        };
        tally.judge(failure);
    }
    tally.finding(Wording::new(
        "カードを求める手順",
        "an act that asks for a card",
    ))
}

/// Place of the first event of the client in `range` that is meant.
pub(super) fn said(
    case: &Case<'_>,
    range: std::ops::Range<u64>,
    is_meant: impl Fn(&ClientEvent) -> bool,
) -> Option<u64> {
    case.events_between(range)
        .find(|event| matches!(&event.what, What::Client(said) if is_meant(said)))
        .map(|event| event.seq)
}

/// Whether the card that is asked for at `asked` is to sign a consent to an institution.
fn is_of_consent(case: &Case<'_>, asked: u64) -> bool {
    let begins = |step: &Step| step.action == Action::Designate || chosen(step).is_some();
    let begun = case.steps_before(asked).find(|(_, step)| begins(step));
    begun.is_some_and(|(_, step)| step.action == Action::Designate)
}

/// Whether nothing is shown after a card was awaited, where screens are told as they come.
fn ends_silently(case: &Case<'_>, ready: u64, until: u64) -> bool {
    let header = &case.trace().header;
    let tells = header.client.as_ref().map(|client| client.depth) >= Some(Depth::L2);
    tells && header.sight.is_none() && case.screens_between(ready, until).next().is_none()
}

/// Whether the client is where it asks for no card: the result of this patient stands there, or a PIN is due.
pub(super) fn asks_for_no_card(case: &Case<'_>, asked: u64) -> bool {
    let mut before = case.screens_between(0, asked);
    is_checked(case, asked)
        || before
            .next_back()
            .is_some_and(|(_, screen)| screen.title == PIN_ENTRY)
}

/// Whether a result was shown since the staff began with this patient.
pub(super) fn is_checked(case: &Case<'_>, asked: u64) -> bool {
    let begun = begins_turn(case, asked);
    let mut shown = case.result_screens_between(begun..asked);
    shown.next().is_some() && case.eligibility_between(begun..asked).next().is_some()
}

/// Where the staff began with the patient whose card is asked for at `asked`.
fn begins_turn(case: &Case<'_>, asked: u64) -> u64 {
    case.steps_before(asked)
        .find(|(_, step)| chosen(step).is_some() || step.action == Action::TakeCard)
        .map_or(0, |(at, _)| at)
}

/// Whether something keeps the client from awaiting a card at `asked`, and it says so: there is no
/// reader, no user is logged in, the card lay there before and its result is shown already, or something
/// went wrong since the staff began with this patient.
fn is_kept_from_it(case: &Case<'_>, asked: u64, done: u64) -> bool {
    let begun = begins_turn(case, asked);
    if is_without_reader(case, asked) || !is_logged_in(case, asked) {
        return true;
    }
    if is_checked(case, asked) {
        return true;
    }
    let trouble = case
        .events_between(begun..asked)
        .find(|event| is_trouble(&event.what));
    let Some(trouble) = trouble else {
        return false;
    };
    let tells = case
        .trace()
        .header
        .client
        .as_ref()
        .map(|client| client.depth)
        >= Some(Depth::L2);
    !tells || case.screens_between(trouble.seq, done).next().is_some()
}

/// The button that could not be pressed and before which the client still stands at `asked`: the press was of
/// this patient's turn, or the turn could not be begun after it.
fn stuck_at(case: &Case<'_>, asked: u64) -> Option<u64> {
    let begun = begins_turn(case, asked);
    let of_buttons = case
        .undone()
        .iter()
        .filter(|undone| undone.is_of_a_button());
    let is_begun = case.undone_at(begun).is_none();
    let mut before = of_buttons.map(|undone| undone.at).filter(|at| *at < asked);
    before.find(|at| *at >= begun || !is_begun)
}

/// Whether no program can use a reader at `asked`.
pub(super) fn is_without_reader(case: &Case<'_>, asked: u64) -> bool {
    let mut reach = Reach::default();
    case.events_between(0..asked)
        .for_each(|event| reach.see(&event.what));
    reach.is_lost()
}

/// Whether a session is open, as far as the client can know: the last answer about one said so.
pub(super) fn is_logged_in(case: &Case<'_>, asked: u64) -> bool {
    /// Answers after which the client has to log in anew, or cannot.
    const ENDS: [Decision; 3] = [
        Decision::SessionInvalid,
        Decision::TerminalRevoked,
        Decision::TerminalUnknown,
    ];
    let mut open = None;
    let started = case.started_before(asked);
    for exchange in case.exchanges_between(started..asked) {
        let Some((_, answer)) = exchange.received() else {
            continue;
        };
        let opens = [
            Operation::Login,
            Operation::FirstLogin,
            Operation::PatientEntrance,
        ];
        if opens.iter().any(|operation| exchange.is(*operation)) {
            open = Some(answer.decision == Decision::Ok);
        } else if answer.decision.is_in(&ENDS) {
            open = Some(false);
        }
    }
    // Where no login was tried, nothing but a trouble on the way can have kept the client from it. Of a
    // connection that a client gave up the service hears when it is closed, which may be much later.
    open.unwrap_or_else(|| {
        let connected = case
            .events_between(started..u64::MAX)
            .find(|event| matches!(event.what, What::Tls(_)));
        let was_given_up = connected.is_some_and(|event| is_trouble(&event.what));
        let mut before = case.events_between(started..asked);
        !was_given_up
            && !case.fails_to_connect_between(started..asked)
            && !before.any(|event| is_trouble(&event.what))
    })
}

/// What a client may have to tell before it can go on.
fn is_trouble(what: &What) -> bool {
    match what {
        What::Reader(ReaderEvent::Removed { why }) => *why != Removal::Taken,
        What::Reader(event) => !matches!(event, ReaderEvent::Inserted { .. }),
        What::Pcsc(call) => call.rv != ReturnCode::SUCCESS,
        What::Card(apdu) => apdu.status() != Some(StatusWord::OK),
        What::Tls(tls) => tls.outcome != Handshake::Completed,
        What::Request(request) => request.fault.is_some(),
        What::Answer(answer) => answer.decision != Decision::Ok || !answer.arrived(),
        What::Step(Step { value, .. }) => value.as_deref().is_some_and(can_be_no_pin),
        _ => false,
    }
}

fn never_ready(case: &Case<'_>, asked: u64, done: u64, step: &Step) -> Failure {
    let excuse = case
        .events_between(asked..done)
        .find_map(|event| match &event.what {
            What::Client(ClientEvent::Error { text, .. }) => Some((event.seq, text.as_str())),
            _ => None,
        });
    let id = step.id;
    let expected = Wording::new(
        format!("do {id} (place-card) への ready、または、できない理由の画面"),
        format!("ready of do {id} (place-card), or a screen that says why not"),
    );
    let (at, observed) = match excuse {
        Some((at, text)) => (
            at,
            Wording::new(
                format!("ready のないまま error「{text}」と done"),
                format!("error \"{text}\" and done, never ready"),
            ),
        ),
        None => (
            done,
            Wording::new("ready のないまま done", "done, never ready"),
        ),
    };
    Failure::new(at, expected, observed).after(asked)
}

fn silent_end(case: &Case<'_>, asked: u64, ready: u64, done: u64, step: &Step) -> Failure {
    let id = step.id;
    let was_read = case.apdus_between(ready..done).next().is_some();
    let (ja, en) = if was_read {
        (
            "カードを読んだが、何も示さずに done",
            "done without a screen after the card was read",
        )
    } else {
        (
            "カードに触れず、何も示さずに done",
            "done without a screen, and without touching the card",
        )
    };
    let expected = Wording::new(
        format!("do {id} (place-card) の後、結果か理由の画面"),
        format!("a screen after do {id} (place-card), with a result or the reason"),
    );
    Failure::new(done, expected, Wording::new(ja, en)).after(asked)
}
