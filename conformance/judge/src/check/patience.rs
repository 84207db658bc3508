//! That a client stops waiting by itself, before it is ended.

use madoguchi_iso7816::Instruction;
use madoguchi_scenarios::{Call, Fault, Hold};
use std::ops::Range;
use std::time::Duration;

use madoguchi_notation::Wording;
use madoguchi_trace::{AnswerFault, ClientEvent, ReaderEvent, TIME_LIMIT_DONE, Unanswered, What};

use crate::case::Case;
use crate::finding::{Failure, Finding, Tally};

/// After a request that gets no answer, the client says something.
pub(super) fn with_service(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    let silent = case.exchanges().filter(|exchange| {
        let request = exchange.request.fault.as_ref();
        let answer = exchange
            .answer
            .and_then(|(_, answer)| answer.fault.as_ref());
        request.is_some_and(|fault| *fault == Unanswered::Silent)
            || answer.is_some_and(|fault| *fault == AnswerFault::Stalled)
    });
    for exchange in silent {
        tally.judge(silence(
            case,
            exchange.asked..u64::MAX,
            Wording::new(
                "時間切れを知らせる画面",
                "a screen that says that no answer came",
            ),
        ));
    }
    tally.finding(Wording::new(
        "回答が来ない要求",
        "a request that gets no answer",
    ))
}

/// While another program keeps the card in a transaction, the client says something.
pub(super) fn with_card(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for (came, event) in case.happenings() {
        if !matches!(event, ReaderEvent::RivalCame { hold } if *hold == Hold::Transaction) {
            continue;
        }
        let mut later = case.happenings().filter(|(at, _)| *at > came);
        let freed = later.find(|(_, event)| {
            matches!(
                event,
                ReaderEvent::RivalLeft {} | ReaderEvent::Removed { .. }
            )
        });
        if let Some((left, ReaderEvent::RivalLeft {})) = freed
            && time_between(case, came, left) < patience(case)
        {
            // It left before anybody had to give up.
            continue;
        }
        let kept = came..freed.map_or(u64::MAX, |(at, _)| at);
        let expected = Wording::new(
            "カードを使えないことを知らせる画面",
            "a screen that says that the card cannot be used",
        );
        let silence = silence(case, kept.clone(), expected);
        tally.judge(silence.or_else(|| endless(case, kept)));
    }
    tally.finding(Wording::new(
        "他のプログラムが離さないカード",
        "a card that another program keeps",
    ))
}

/// What is wrong where the client had to be ended in the middle of an act, and its last word came before the time
/// was over for which it is told to wait: it says that it waits, and waits for ever.
fn endless(case: &Case<'_>, time: Range<u64>) -> Option<Failure> {
    let came = time.start;
    let is_ended = case.events_between(time.clone()).any(|event| {
        let why = match &event.what {
            What::Exit(exit) => exit.why.as_deref(),
            _ => None,
        };
        why.is_some_and(|why| why.starts_with(TIME_LIMIT_DONE))
    });
    let last = case
        .events_between(time)
        .filter(|event| matches!(event.what, What::Client(_)))
        .last()?;
    (is_ended && time_between(case, came, last.seq) < patience(case)).then(|| {
        Failure::new(
            last.seq,
            Wording::new(
                "限られた時間で待つのをやめる",
                "stop waiting in bounded time",
            ),
            Wording::new(
                "待ち続け、madoguchi が終わらせるまで何も変わらない",
                "the client waits, and nothing changes until madoguchi ends it",
            ),
        )
        .after(came)
    })
}

/// A card that answers each command within the time for which the client is told to wait is read to the end,
/// also where all of them together take longer.
pub(super) fn with_slow_card(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    let limit = patience(case);
    for (placed, presence) in (1..).zip(case.presences()) {
        let of_this: Vec<Duration> = late_answers(case, placed).collect();
        let in_time = of_this.iter().all(|by| *by < limit);
        if !in_time || of_this.iter().sum::<Duration>() < limit {
            continue;
        }
        let until = case.placed_after(presence.from).unwrap_or(u64::MAX);
        // a command that the client gave up fails once the card is gone
        let lies = presence.from..presence.until.map_or(until, |(gone, _)| gone);
        let is_whole = !case
            .events_between(lies)
            .any(|event| super::credential::is_obstacle(&event.what));
        if !is_whole || !super::chance::is_open(case, presence.from) {
            continue;
        }
        let asked = case.eligibility_between(presence.from..until).next();
        tally.judge(asked.is_none().then(|| {
            let last = case.apdus_during(presence).last();
            Failure::new(
                last.map_or(presence.from, |(at, _)| at),
                Wording::new(
                    "コマンドごとに待ち、最後まで読む",
                    "wait for each command, and read to the end",
                ),
                Wording::new(
                    "どの応答も時間内に届いたのに、途中で読むのをやめた",
                    "it stopped reading although each answer came in time",
                ),
            )
            .missing(until)
            .after(presence.from)
        }));
    }
    tally.finding(Wording::new(
        "応答が続けて遅れるカード",
        "a card whose answers are late one after the other",
    ))
}

/// Once an act with the card is over whose command was not answered in time, the card gets nothing more of that
/// conversation: what comes to it begins anew.
pub(super) fn once_given_up(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    let limit = patience(case);
    for (placed, presence) in (1..).zip(case.presences()) {
        if !late_answers(case, placed).any(|by| by >= limit) {
            continue;
        }
        let given_up = case
            .events_between(presence.from..u64::MAX)
            .find(|event| matches!(event.what, What::Client(ClientEvent::Done { .. })));
        let Some(given_up) = given_up else {
            continue;
        };
        let left = presence.until.map_or(u64::MAX, |(gone, _)| gone);
        let mut next = case.events_between(given_up.seq..left);
        let next = next.find(|event| match &event.what {
            What::Card(_) => true,
            What::Pcsc(call) => matches!(
                call.call.known(),
                Some(Call::Connect | Call::Reconnect | Call::BeginTransaction)
            ),
            _ => false,
        });
        let goes_on = next.and_then(|event| match &event.what {
            What::Card(apdu) if apdu.name != Instruction::SELECT => Some((event.seq, apdu)),
            _ => None,
        });
        tally.judge(goes_on.map(|(at, apdu)| {
            let (name, header) = (&apdu.name, &apdu.header);
            Failure::new(
                at,
                Wording::new(
                    "諦めたやりとりは続けない",
                    "nothing more of a conversation that was given up",
                ),
                Wording::new(
                    format!("{name} ({header}) を送った"),
                    format!("{name} ({header}) was sent"),
                ),
            )
            .after(given_up.seq)
        }));
    }
    tally.finding(Wording::new("諦められたカード", "a card that was given up"))
}

/// By how much the answers of the card are late that is placed as this one.
fn late_answers(case: &Case<'_>, placed: u32) -> impl Iterator<Item = Duration> {
    let faults = case
        .scenario()
        .map_or(&[][..], |scenario| &scenario.given.reader.faults);
    faults.iter().filter_map(move |fault| match fault.what {
        Fault::Late(by) if fault.placed.get() == placed => Some(by),
        _ => None,
    })
}

/// How long a client is told to wait, where the scenario does not say.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long the client was told to wait.
fn patience(case: &Case<'_>) -> Duration {
    let own = case
        .scenario()
        .and_then(|scenario| scenario.given.patience_ms);
    own.map_or(PATIENCE, |ms| Duration::from_millis(ms.get().into()))
}

fn time_between(case: &Case<'_>, from: u64, to: u64) -> Duration {
    let us = |seq| case.trace().event(seq).map_or(0, |event| event.us);
    Duration::from_micros(us(to).saturating_sub(us(from)))
}

/// What is wrong where the client says nothing of its own in this time.
fn silence(case: &Case<'_>, time: Range<u64>, expected: Wording) -> Option<Failure> {
    let from = time.start;
    let begun = case.trace().event(from).map(|event| event.us);
    let spoke = case.events_between(time).any(|event| match &event.what {
        // What may have been shown before says nothing of what came since.
        What::Client(ClientEvent::Screen(screen)) => screen
            .since()
            .is_none_or(|since| begun.is_some_and(|begun| begun <= since)),
        What::Client(event) => !matches!(event, ClientEvent::Ready { .. }),
        _ => false,
    });
    (!spoke).then(|| {
        Failure::new(
            from,
            expected,
            Wording::new(
                "待ち続けて何も示さない",
                "the client waits and says nothing",
            ),
        )
    })
}
