//! The card on the reader: topic `card`.

use madoguchi_iso7816::{Instruction, StatusWord};
use madoguchi_scenarios::{Action, Call, ReturnCode};
use std::collections::{BTreeMap, BTreeSet};

use madoguchi_eligibility::Operation;
use madoguchi_notation::Wording;
use madoguchi_trace::{
    CardEvent, ClientEvent, Event, PcscEvent, ReaderEvent, Removal, Screen, What,
};

use super::chance::{fair_chance_after, is_open};
use super::contract::said;
use super::reach::Reach;
use crate::case::{Case, Exchange, chosen};
use crate::ending::{early_exit, how_it_ended};
use crate::finding::{Failure, Finding, Tally};
use crate::screen::readable;

/// Every eligibility request carries the certificate of the card that lies there (or lay there
/// last), and that card was read since it was placed.
pub(super) fn certificate_from_card(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for exchange in case.eligibility() {
        tally.judge(foreign_certificate(case, &exchange));
    }
    tally.finding(Wording::new("資格確認の照会", "an eligibility request"))
}

fn foreign_certificate(case: &Case<'_>, exchange: &Exchange<'_>) -> Option<Failure> {
    let fail = |ja: String, en: String| {
        let expected = Wording::new(
            "いま置かれているカードから読んだ証明書を送る",
            "the certificate read from the card that lies there",
        );
        Some(Failure::new(exchange.asked, expected, Wording::new(ja, en)))
    };
    let Some(presence) = case.presence_before(exchange.asked) else {
        return fail(
            "カードが置かれる前に照会した".into(),
            "a request before any card was placed".into(),
        );
    };
    let card = presence.card;
    match exchange
        .field("certificate")
        .map(|label| label.strip_prefix("auth-certificate:"))
    {
        None => {
            return fail(
                "照会に証明書がない".into(),
                "a request without a certificate".into(),
            );
        }
        Some(None | Some("unknown")) => {
            return fail(
                "どのカードのものでもない証明書を送った".into(),
                "a certificate that is on none of the cards".into(),
            );
        }
        Some(Some(holder)) if holder != card => {
            let failure = fail(
                format!("{card} のカードが置かれているのに、{holder} の証明書を送った"),
                format!("the certificate of {holder} while the card of {card} lay there"),
            );
            return failure.map(|failure| failure.after(presence.from));
        }
        Some(Some(_)) => {}
    }
    match case.certificate_read(Some(card), presence.from, exchange.asked) {
        Some(_) => None,
        None => fail(
            "このカードから証明書を読まずに照会した".into(),
            "a request without reading the certificate of this card".into(),
        )
        .map(|failure| failure.after(presence.from)),
    }
}

/// Nothing is read, presented or signed before the first choice of the method. To select something, as
/// some programs do to see which card lies there, is not to read.
pub(super) fn choice_before_card(case: &Case<'_>) -> Finding {
    let occasion = Wording::new("本人確認の方法の選択とカードの操作", "a choice and a card");
    let choice = case.steps().find(|(_, step)| chosen(step).is_some());
    if case.steps().next().is_none() {
        return Finding::Inconclusive(Wording::new(
            "誰がいつ方法を選んだかが記録されていない",
            "who chose the method, and when, was not recorded",
        ));
    }
    if case.apdus().next().is_none() {
        return Finding::NoOccasion(occasion);
    }
    let mut tally = Tally::default();
    let chosen_at = choice.map(|(at, _)| at);
    let before = case.apdus_between(0..chosen_at.unwrap_or(u64::MAX));
    let mut before = before.filter(|(_, apdu)| takes_from_card(apdu));
    tally.judge(before.next().map(|(first, apdu)| {
        let failure = Failure::new(
            first,
            Wording::new(
                "本人確認の方法を選んだ後に、カードを読み取る",
                "the card read after the method was chosen",
            ),
            Wording::new(
                format!("選ぶ前に {} を送った", apdu.name),
                format!("{} before the choice", apdu.name),
            ),
        );
        chosen_at
            .iter()
            .fold(failure, |failure, at| failure.after(*at))
    }));
    tally.finding(occasion)
}

/// Whether a command takes something from the card, or gives it a PIN.
fn takes_from_card(apdu: &CardEvent) -> bool {
    match apdu.name.known() {
        Some(Instruction::SELECT) => false,
        Some(Instruction::VERIFY) => apdu.data.is_some(),
        _ => true,
    }
}

/// After the card was lifted: the client lives, takes the card again and asks for eligibility. A
/// patient who walks away with the card leaves nothing to finish.
pub(super) fn survives_removal(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for presence in case.presences() {
        let Some(removed) = presence.gone(Removal::Torn) else {
            continue;
        };
        let chance = fair_chance_after(case, removed);
        if chance.is_none() && early_exit(case, removed).is_none() {
            continue;
        }
        tally.judge(unfinished(case, removed, chance, || {
            Wording::new(
                "カードを置き直してもらい、資格を確認する",
                "ask for the card again and finish the check",
            )
        }));
    }
    tally.finding(Wording::new(
        "読み取り中に離れたカード",
        "a card lifted while it is read",
    ))
}

/// After a card that could not be read, and about which nothing was asked for that, a screen says
/// something else than the one that asked for
/// it.
pub(super) fn unreadable_told(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for presence in case.presences() {
        let mut apdus = case.apdus_during(presence);
        let Some((trouble, failed)) = apdus.find(|(_, apdu)| is_failed_reading(apdu)) else {
            continue;
        };
        let until = case.next_step(trouble);
        let went_on = |exchange: Exchange<'_>| exchange.field("certificate").is_some();
        if case.exchanges_between(trouble..until).any(went_on) {
            // Who reads on by itself after a fault has nothing to tell.
            if failed.fault.is_some() || failed.sw.is_none() {
                tally.judge(None);
            }
            continue;
        }
        let before = case
            .screens_between(0, asked_for(case, trouble))
            .next_back();
        let says = |screen: &Screen| {
            screen.fields.iter().any(|(_, value)| {
                let stood_there = before
                    .is_some_and(|(_, before)| before.fields.iter().any(|(_, old)| old == value));
                !value.trim().is_empty() && !stood_there
            })
        };
        let mut after = case.screens_between(trouble, until);
        let told = after.any(|(_, screen)| says(screen));
        tally.judge((!told).then(|| {
            Failure::new(
                trouble,
                Wording::new(
                    "読み取れなかったことを知らせる画面",
                    "a screen that says that the card could not be read",
                ),
                Wording::new("何も知らせていない", "no screen says anything of it"),
            )
            .missing(until)
            .after(presence.from)
        }));
    }
    tally.finding(Wording::new(
        "読み取れないカード",
        "a card that cannot be read",
    ))
}

/// Why a card failed, as PC/SC told the client, and the words that say as a fact that it was another cause.
struct Told {
    codes: &'static [ReturnCode],
    never: &'static [&'static [&'static str]],
}

impl Told {
    /// Whether it is the reader that is gone.
    fn is_of_reader(&self) -> bool {
        self.codes.contains(&ReturnCode::READER_UNAVAILABLE)
    }
}

/// `SCARD_W_RESET_CARD`, as staff read it.
const WAS_RESET: &[&str] = &[
    "リセットしました",
    "リセットされました",
    "been reset",
    "was reset",
];
/// `SCARD_W_REMOVED_CARD` and `SCARD_E_NO_SMARTCARD`.
const WAS_REMOVED: &[&str] = &[
    "カードが離れました",
    "カードが外れました",
    "カードが外されました",
    "カードが抜かれました",
    "カードが抜けました",
    "カードが取り外されました",
    "カードが取り除かれました",
    "card was removed",
    "card was lifted",
    "card has been removed",
];
/// `SCARD_E_SHARING_VIOLATION`.
const IS_HELD: &[&str] = &[
    "他のプログラムがカードを使用",
    "他のアプリがカードを使用",
    "used by another",
];

/// `SCARD_E_READER_UNAVAILABLE`, `SCARD_E_NO_READERS_AVAILABLE`.
const READER_IS_OUT: &[&str] = &[
    "リーダーが使え",
    "リーダが使え",
    "リーダーを使え",
    "リーダが接続されて",
    "リーダーが接続されて",
    "リーダーが見つか",
    "リーダーに異常",
    "reader cannot be used",
    "reader is not available",
    "No reader",
];

/// `SCARD_E_NO_READERS_AVAILABLE`, and not `SCARD_E_NO_SERVICE`: whoever reads it looks for a cable.
const READER_IS_ABSENT: &[&str] = &[
    "リーダが接続されて",
    "リーダーが接続されて",
    "リーダーが見つか",
    "リーダーがつなが",
    "No reader",
    "no reader",
    "reader is not connected",
];

/// What only a card can show that was read.
const HAS_NO_CERTIFICATE: &[&str] = &[
    "証明書が見つかりません",
    "証明書がありません",
    "証明書が入っていません",
    "no certificate",
];

const TOLD: &[Told] = &[
    // what resets a card is another program that uses it
    Told {
        codes: &[ReturnCode::RESET_CARD],
        never: &[WAS_REMOVED, HAS_NO_CERTIFICATE],
    },
    Told {
        codes: &[ReturnCode::REMOVED_CARD, ReturnCode::NO_SMARTCARD],
        never: &[WAS_RESET, IS_HELD, READER_IS_OUT, HAS_NO_CERTIFICATE],
    },
    // a handle whose reader was pulled out, with the card in it: pcsc-lite says the former, Windows the latter
    Told {
        codes: &[ReturnCode::INVALID_VALUE, ReturnCode::READER_UNAVAILABLE],
        never: &[WAS_REMOVED, WAS_RESET, HAS_NO_CERTIFICATE],
    },
    Told {
        codes: &[ReturnCode::SHARING_VIOLATION],
        never: &[WAS_REMOVED, WAS_RESET, HAS_NO_CERTIFICATE],
    },
];

/// Words of a text that names several causes, or none for sure.
const UNSURE: &[&str] = &[
    "または",
    "又は",
    "か、",
    "可能性",
    "おそれ",
    "かもしれ",
    "?",
    "？",
    " or ",
    " may ",
];

/// A screen that says why a card failed names no other cause than PC/SC did. Where several things happened to a
/// card, any may be told.
pub(super) fn cause_as_told(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for stopped in stopped_beside_reader(case) {
        let told = case
            .screens_between(stopped, case.next_step(stopped))
            .find_map(|(at, screen)| {
                let wrong = |text: &&str| says(text, READER_IS_ABSENT);
                Some((at, readable(screen).find(wrong)?))
            });
        tally.judge(told.map(|(at, text)| {
            let code = ReturnCode::NO_SERVICE;
            Failure::new(
                at,
                Wording::new(
                    format!("{code} のとおりの原因"),
                    format!("the cause that PC/SC told ({code})"),
                ),
                Wording::new(format!("「{text}」"), format!("「{text}」")),
            )
            .after(stopped)
        }));
    }
    for presence in case.presences() {
        let until = case.placed_after(presence.from).unwrap_or(u64::MAX);
        let failures = || {
            let during = case.events_between(presence.from..until);
            during.filter_map(|event| match &event.what {
                What::Pcsc(call) => {
                    let told = TOLD
                        .iter()
                        .position(|told| told.codes.iter().any(|code| call.rv == *code))?;
                    Some((event.seq, told))
                }
                _ => None,
            })
        };
        let Some((trouble, which)) = failures().next() else {
            continue;
        };
        if failures().any(|(_, other)| other != which) {
            continue;
        }
        let is_another = |what: &What| match what {
            What::Reader(ReaderEvent::Inserted { .. } | ReaderEvent::BusyWait {}) => false,
            What::Reader(ReaderEvent::Unplugged {}) => !TOLD[which].is_of_reader(),
            What::Reader(ReaderEvent::Removed { why }) if TOLD[which].is_of_reader() => {
                *why != Removal::Unplugged
            }
            What::Reader(ReaderEvent::Removed { .. }) => TOLD[which].never.contains(&WAS_REMOVED),
            What::Reader(ReaderEvent::Reset {} | ReaderEvent::RivalCame { .. }) => {
                TOLD[which].never.contains(&IS_HELD)
            }
            What::Reader(_) => true,
            _ => false,
        };
        let next = case.next_step(trouble);
        let mut during = case.events_between(presence.from..next);
        if during.any(|event| is_another(&event.what)) {
            continue;
        }
        // a handle may be wrong for other reasons, too
        if TOLD[which].is_of_reader() && presence.gone(Removal::Unplugged).is_none() {
            continue;
        }
        let wrong = |text: &str| {
            let mut never = TOLD[which].never.iter().copied().flatten();
            never.any(|word| says(text, &[word]))
        };
        let told = case
            .screens_between(trouble, next)
            .find_map(|(at, screen)| Some((at, readable(screen).find(|text| wrong(text))?)));
        tally.judge(told.map(|(at, text)| {
            let code = TOLD[which].codes[0];
            Failure::new(
                at,
                Wording::new(
                    format!("{code} のとおりの原因"),
                    format!("the cause that PC/SC told ({code})"),
                ),
                Wording::new(format!("「{text}」"), format!("「{text}」")),
            )
            .after(trouble)
        }));
    }
    tally.finding(Wording::new(
        "失敗の理由を PC/SC が伝えたカード",
        "a card of which PC/SC said why it failed",
    ))
}

/// Whether a text says this as a fact.
fn says(text: &str, words: &[&str]) -> bool {
    let holds = |words: &[&str]| words.iter().any(|word| text.contains(word));
    holds(words) && !holds(UNSURE)
}

/// Where the PC/SC service ended, or a card is asked for while it does not run, and the reader is there.
fn stopped_beside_reader(case: &Case<'_>) -> Vec<u64> {
    let mut reach = Reach::default();
    let mut is_awaited = false;
    let mut stopped = Vec::new();
    for event in case.events() {
        reach.see(&event.what);
        let begins = match &event.what {
            What::Step(step) => {
                is_awaited = step.action.is_in(&[Action::PlaceCard, Action::AwaitCard]);
                is_awaited
            }
            What::Reader(ReaderEvent::ServiceStopped {}) => is_awaited,
            _ => false,
        };
        if begins && reach.is_stopped() && reach.has_reader() {
            stopped.push(event.seq);
        }
    }
    stopped
}

/// A card that lies there when it is asked for is read, unless the screen asks for it to be lifted first:
/// SCardGetStatusChange with `SCARD_STATE_UNAWARE` returns at once with what is there (PC/SC part 5).
pub(super) fn lying_there_read(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    let asked = case
        .steps()
        .filter(|(_, step)| step.action == Action::PlaceCard && step.id > 0);
    for (asked, step) in asked {
        let until = case.next_step(asked);
        let is_ready =
            |event: &ClientEvent| matches!(event, ClientEvent::Ready { r#do } if *r#do == step.id);
        let Some(ready) = said(case, asked..until, is_ready) else {
            continue;
        };
        let lies_there = case
            .presence_before(ready)
            .filter(|presence| presence.until.is_none_or(|(gone, _)| gone > ready));
        if lies_there.is_none() || !is_open(case, asked) {
            continue;
        }
        let is_touched = |event: &&Event| match &event.what {
            What::Card(_) => true,
            What::Pcsc(call) => call.call == Call::Connect || call.call == Call::Reconnect,
            _ => false,
        };
        let lifted = lies_there.and_then(|presence| presence.until);
        let lifted = lifted.map_or(until, |(gone, _)| gone.min(until));
        let is_read = case
            .events_between(ready..lifted)
            .any(|event| is_touched(&event));
        let screen = case.screens_between(0, ready).next_back();
        let asks_to_lift = screen.is_some_and(|(_, screen)| {
            readable(screen).any(|text| LIFT.iter().any(|word| text.contains(word)))
        });
        tally.judge((!is_read && !asks_to_lift).then(|| {
            Failure::new(
                ready,
                Wording::new(
                    "すでに置かれているカードの読み取り",
                    "the card that lies there already is read",
                ),
                Wording::new(
                    "置き直されるまで何もしない",
                    "nothing happens until it is laid down anew",
                ),
            )
            .missing(lifted)
            .after(asked)
        }));
    }
    tally.finding(Wording::new(
        "すでに置かれているカードの求め",
        "a card that is asked for while it lies there",
    ))
}

/// Words by which a screen asks for a card to be lifted and laid down again.
const LIFT: &[&str] = &[
    "もう一度",
    "再度",
    "一度",
    "置き直",
    "置きなお",
    "取って",
    "離して",
    "外して",
    "again",
    "lift",
    "remove",
];

/// Where the card of the patient whose turn it was at `trouble` was laid down first; his or her first
/// screen lies before it.
fn asked_for(case: &Case<'_>, trouble: u64) -> u64 {
    let placed = |choice| case.placed_after(choice).filter(|placed| *placed < trouble);
    case.choice_before(trouble)
        .and_then(placed)
        .unwrap_or(trouble)
}

/// Whether a selection or a reading came to nothing.
fn is_failed_reading(apdu: &CardEvent) -> bool {
    let reads = matches!(
        apdu.name.known(),
        Some(Instruction::SELECT | Instruction::READ_BINARY)
    );
    let status = apdu.status();
    let goes_on = status.is_some_and(|status| status.is_ok() || status.tells_length());
    apdu.fault.is_some() || reads && !goes_on
}

/// What is wrong where a client does not go on after something happened at `trouble`: it ends before
/// it is closed, or never asks for eligibility after `chance`, when it could have. One that hangs there
/// without a sign of life does not; one that went on, and hangs elsewhere, might have.
pub(super) fn unfinished(
    case: &Case<'_>,
    trouble: u64,
    chance: Option<u64>,
    expected: impl Fn() -> Wording,
) -> Option<Failure> {
    let registered = |exchange: Exchange<'_>| exchange.is(Operation::Register);
    let is_finished = |chance| {
        case.eligibility_after(chance).is_some()
            || case.exchanges_between(chance..u64::MAX).any(registered)
    };
    if chance.is_some_and(is_finished) {
        return None;
    }
    let (at, observed) = match early_exit(case, trouble) {
        Some((at, exit)) => (at, how_it_ended(exit)),
        None => (
            case.end(),
            Wording::new(
                "その後、資格を確認しなかった",
                "no check was finished after it",
            ),
        ),
    };
    let went_on = case.events_between(trouble + 1..u64::MAX).any(|event| {
        matches!(
            event.what,
            What::Client(_) | What::Card(_) | What::Request(_)
        )
    });
    let until = if went_on { u64::MAX } else { 0 };
    let failure = Failure::new(at, expected(), observed).after(trouble);
    Some(failure.missing(until))
}

/// After a card that has no certificate for us: the client lives, and the next card is checked.
pub(super) fn other_kind_survived(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for presence in case.presences() {
        let Some((refused, _)) = case.refused_selection(presence) else {
            continue;
        };
        let next = fair_chance_after(case, refused);
        if next.is_none() && early_exit(case, refused).is_none() {
            continue;
        }
        tally.judge(unfinished(case, refused, next, || {
            Wording::new(
                "使えないカードであることを伝え、次のカードで資格を確認する",
                "say that this card is of no use here, and check the next one",
            )
        }));
    }
    tally.finding(Wording::new(
        "別の種類のカード",
        "a card of another kind, and one after it",
    ))
}

/// How often a client may send a command that the card refuses in the same words.
const REPEATS: usize = 3;

/// No command is sent over and over to a card that refuses it. Where the client is not driven, several
/// programs may have come one after the other: then each connection counts for itself.
pub(super) fn bounded_reading(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    let is_driven = case.trace().header.client.is_some();
    for presence in case.presences() {
        let mut refusals: BTreeMap<_, Vec<u64>> = BTreeMap::new();
        for (at, apdu) in case.apdus_during(presence) {
            let is_in_vain = |sw: &StatusWord| is_refusal(*sw) || gives_nothing(apdu);
            let Some(sw) = apdu.status().filter(is_in_vain) else {
                continue;
            };
            let connection = if is_driven {
                0
            } else {
                case.connected_before(at)
            };
            let command = (apdu.header.as_str(), apdu.data.as_deref(), sw, connection);
            refusals.entry(command).or_default().push(at);
        }
        for ((header, _, sw, _), times) in refusals {
            tally.judge((times.len() > REPEATS).then(|| {
                let failure = Failure::new(
                    times[REPEATS],
                    Wording::new(
                        format!("断られたコマンドは {REPEATS} 回まで"),
                        format!("a refused command at most {REPEATS} times"),
                    ),
                    Wording::new(
                        format!("{header} を {} 回送った ({sw})", times.len()),
                        format!("{header} was sent {} times ({sw})", times.len()),
                    ),
                );
                failure.after(times[0])
            }));
        }
    }
    tally.finding(Wording::new(
        "カードが断ったコマンド",
        "a command that the card refused",
    ))
}

/// Whether the card says by this that it will not do it: 69xx and 6Axx, without VERIFY's.
fn is_refusal(sw: StatusWord) -> bool {
    matches!(sw.to_bytes()[0], 0x69 | 0x6A) && !sw.is_blocked()
}

/// Whether the card answers a READ BINARY with 9000 and no byte of the file.
fn gives_nothing(apdu: &CardEvent) -> bool {
    apdu.name == Instruction::READ_BINARY
        && apdu.status() == Some(StatusWord::OK)
        && apdu.answer.is_none()
}

/// No SELECT and no READ BINARY that the card has carried out just before. The first block of a file may be
/// read twice: once to learn how long the file is.
pub(super) fn command_once(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for presence in case.presences() {
        let mut before: Option<(u64, &CardEvent)> = None;
        for (at, apdu) in case.apdus_during(presence) {
            let repeated = before.filter(|(first, last)| {
                was_carried_out(last)
                    && apdu.header != FIRST_BLOCK
                    // A trace has no Le: four bytes and then all of them are two readings.
                    && (&last.header, &last.data, &last.answer)
                        == (&apdu.header, &apdu.data, &apdu.answer)
                    && !case
                        .events_between(*first..at)
                        .any(|event| begins_anew(&event.what))
            });
            if was_carried_out(apdu) {
                tally.judge(repeated.map(|(first, _)| {
                    let (name, header) = (&apdu.name, &apdu.header);
                    let failure = Failure::new(
                        at,
                        Wording::new("続けて同じコマンドを送らない", "each command once"),
                        Wording::new(
                            format!("{name} ({header}) を続けて 2 回送った"),
                            format!("{name} ({header}) twice in a row"),
                        ),
                    );
                    failure.after(first)
                }));
            }
            before = Some((at, apdu));
        }
    }
    tally.finding(Wording::new(
        "カードが応じた選択・読み取り",
        "a selection or reading that the card carried out",
    ))
}

/// READ BINARY from the beginning of a file.
const FIRST_BLOCK: &str = "00B00000";

/// Whether the card selected or gave something, which it would only do once more.
fn was_carried_out(apdu: &CardEvent) -> bool {
    matches!(
        apdu.name.known(),
        Some(Instruction::SELECT | Instruction::READ_BINARY)
    ) && apdu.status() == Some(StatusWord::OK)
}

/// Whether a client has reason to begin again after this. An exchange that failed is none: the trace
/// shows that the card had answered.
fn begins_anew(what: &What) -> bool {
    match what {
        What::Reader(_) => true,
        What::Pcsc(call) => call.call != Call::Transmit,
        _ => false,
    }
}

/// When a card has been taken, no context holds a connection to it any longer than until the next card
/// comes or the program is closed: one that waits for the card to go disconnects only then, and one in
/// which a call hangs cannot until the call fails.
pub(super) fn released(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    let failed: BTreeMap<u32, u64> = case
        .events()
        .filter_map(|event| match &event.what {
            What::Pcsc(call) if call.call == Call::Transmit => Some((call.context, event.seq)),
            _ => None,
        })
        .collect();
    let hung: BTreeSet<u32> = case
        .happenings()
        .filter_map(|(_, event)| match event {
            ReaderEvent::Hung { context, .. } => Some(*context),
            _ => None,
        })
        .collect();
    let mut open: BTreeMap<u32, Vec<u64>> = BTreeMap::new();
    let mut taken = None;
    for event in case.events() {
        let is_over = match &event.what {
            What::Pcsc(call) => {
                follow(&mut open, event.seq, call);
                false
            }
            What::Reader(ReaderEvent::Removed { why }) => {
                if *why == Removal::Taken {
                    taken = Some(event.seq);
                } else {
                    open.clear();
                }
                false
            }
            // that broke every line, whenever its end is noticed
            What::Reader(ReaderEvent::ServiceStopped {}) => {
                open.clear();
                false
            }
            What::Reader(ReaderEvent::Inserted { .. }) => true,
            What::Step(step) if step.action == Action::RestartApp => {
                // The process is gone, and its connections with it.
                open.clear();
                taken = None;
                false
            }
            What::Step(step) => step.action == Action::Close,
            _ => false,
        };
        if let Some(taken) = taken.take_if(|_| is_over) {
            let hangs = |context: &u32| {
                hung.contains(context) || failed.get(context).is_some_and(|at| *at > taken)
            };
            let mut left_open: Vec<u64> = Vec::new();
            for (context, connections) in &open {
                left_open.extend(connections.iter().filter(|_| !hangs(context)));
            }
            let left_open = left_open.into_iter().min();
            tally.judge(left_open.map(|connected| still_connected(event.seq, connected, taken)));
            open.clear();
        }
    }
    tally.finding(Wording::new("取られたカード", "a card that was taken"))
}

fn still_connected(next: u64, connected: u64, taken: u64) -> Failure {
    let expected = Wording::new(
        "次のカードが置かれる前、終える前に切断",
        "a disconnect before the next card is laid down, and before the end",
    );
    let observed = Wording::new(
        "取られたカードへの接続が残っている",
        "a connection to the card that was taken is still open",
    );
    Failure::new(next, expected, observed)
        .after(connected)
        .after(taken)
}

fn follow(open: &mut BTreeMap<u32, Vec<u64>>, seq: u64, call: &PcscEvent) {
    let succeeded = call.rv == ReturnCode::SUCCESS;
    match call.call.known() {
        Some(Call::Connect) if succeeded => open.entry(call.context).or_default().push(seq),
        Some(Call::Disconnect) => {
            if let Some(connections) = open.get_mut(&call.context) {
                connections.pop();
            }
        }
        Some(Call::HangUp | Call::ReleaseContext) => {
            open.remove(&call.context);
        }
        _ => {}
    }
}
