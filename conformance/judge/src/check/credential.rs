//! The four digits: topic `credential`.

use madoguchi_eligibility::Decision;
use madoguchi_iso7816::{Instruction, StatusWord};
use std::ops::Range;

use madoguchi_notation::Wording;
use madoguchi_scenarios::{Action, Call, Method, Operation};
use madoguchi_trace::{CardEvent, ClientEvent, ReaderEvent, Screen, SecretClass, Step, Text, What};

use super::acts::can_be_no_pin;
use super::contract::{is_checked, is_logged_in, is_without_reader};
use super::privacy::{FILE, LOG, leave_unsearched};
use crate::case::{Case, attempts_left, chosen, is_authentication_pin, is_refused_selection};
use crate::finding::{Contrast, Failure, Finding, Tally};
use crate::screen::{ATTEMPTS_LEFT, PIN, PIN_ENTRY, VISUAL, readable};
use crate::words::{Due, Look, attempts, attempts_in_text, look, means};

/// Words for a PIN that takes no more attempts.
const LOCKED: &[&str] = &[
    "ロック",
    "閉塞",
    "再設定",
    "初期化",
    "使えなく",
    "使えません",
    "使用できません",
    "照合できません",
    "lock",
    "Lock",
    "blocked",
];

/// Whether a text says that something is not possible with the PIN.
fn denies_pin(text: &str) -> bool {
    ["暗証番号", "PIN"].iter().any(|pin| text.contains(pin))
        && ["ません", "不可", "cannot"]
            .iter()
            .any(|no| text.contains(no))
}

/// A PIN that the card says is locked is told as one, and what the screen then offers is not that PIN alone.
pub(super) fn lock_told(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for presence in case.presences() {
        let mut asked = case
            .apdus_during(presence)
            .filter(|(_, apdu)| apdu.name == Instruction::VERIFY && is_authentication_pin(apdu));
        let Some((said, _)) = asked.find(|(_, apdu)| attempts_left(apdu) == Some(0)) else {
            continue;
        };
        let until = case.next_step(said);
        if case.exchanges_between(said..until).next().is_some() {
            continue;
        }
        let screens: Vec<_> = case.screens_between(said, until).collect();
        let tells = |screen: &Screen| {
            let is_none_left = |(label, value): &(Text, Text)| {
                means(case.words(), label, ATTEMPTS_LEFT)
                    && attempts(case.words(), value) == Some(0)
            };
            screen.fields.iter().any(is_none_left)
                || readable(screen)
                    .chain([screen.title.as_str()])
                    .any(|text| LOCKED.iter().any(|word| text.contains(word)) || denies_pin(text))
        };
        let Some((at, screen)) = screens.iter().find(|(_, screen)| tells(screen)) else {
            let expected = Wording::new("ロックされたことの表示", "that the PIN is locked");
            let observed = Wording::new("どの画面も言わない", "no screen says so");
            let failure = Failure::new(said, expected, observed).missing(until);
            tally.judge(Some(failure.after(presence.from)));
            continue;
        };
        let offers = |button: &str| {
            let mut shown = screen.buttons.iter();
            shown.any(|own| case.words().button(own) == Some(button))
        };
        // a button in a word that nobody knows may be the way on
        let is_known = |own: &Text| case.words().button(own).is_some();
        let offers_pin_alone =
            offers(PIN) && !offers(VISUAL) && screen.buttons.iter().all(is_known);
        tally.judge(offers_pin_alone.then(|| {
            let expected = Wording::new(
                "ロックされた後に使えるボタン",
                "buttons that lead on after the lock",
            );
            let observed = Wording::new(format!("「{PIN}」だけ"), format!("{PIN} alone"));
            Failure::new(*at, expected, observed).after(said)
        }));
    }
    tally.finding(Wording::new(
        "カードがロックされたと答えた暗証番号",
        "a PIN of which the card said that it is locked",
    ))
}

/// No presentation of any reference while 目視確認 is the chosen method.
pub(super) fn no_pin_in_visual(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for (at, apdu) in case.apdus() {
        if case.method_at(at) != Some(Method::Visual) {
            continue;
        }
        let presents = apdu.name == Instruction::VERIFY && apdu.data.is_some();
        tally.judge(presents.then(|| {
            Failure::new(
                at,
                Wording::new(
                    "目視確認では VERIFY がない",
                    "no VERIFY with a visual check",
                ),
                Wording::new("VERIFY で照合した", "a VERIFY with data"),
            )
        }));
    }
    tally.finding(Wording::new(
        "目視確認での読み取り",
        "a card read with a visual check",
    ))
}

/// Once 目視確認 is chosen, the screen that follows is not the one on which a PIN is typed.
pub(super) fn not_asked_in_visual(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for (at, step) in case.steps() {
        if chosen(step) != Some(Method::Visual) {
            continue;
        }
        let until = case.next_step(at);
        let Some((shown, screen)) = case.screens_between(at, until).next_back() else {
            continue;
        };
        tally.judge((screen.title == PIN_ENTRY).then(|| {
            let title = &screen.title;
            Failure::new(
                shown,
                Wording::new(
                    "目視確認では暗証番号を求めない画面",
                    "a screen that asks for no PIN, with a visual check",
                ),
                Wording::new(
                    format!("画面 {title} を表示した"),
                    format!("screen {title}"),
                ),
            )
            .after(at)
        }));
    }
    tally.finding(Wording::new(
        "目視確認の選択",
        "a choice of the visual check",
    ))
}

/// One presentation of the authentication PIN between an entry and the next act that could bring
/// another. A PIN that the card has accepted may be presented to it once more when it comes back after
/// it was lifted: that costs no attempt. What follows the lock belongs to `stops-at-lock`.
pub(super) fn one_verify_per_entry(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    let lock = locked(case).unwrap_or(u64::MAX);
    let is_entry = |step: &Step| step.action == Action::EnterPin && !is_no_pin(step);
    for (entered, _) in case.steps().filter(|(_, step)| is_entry(step)) {
        let until = case
            .steps_after(entered)
            .find(|(_, step)| ends_entry(step))
            .map_or(u64::MAX, |(at, _)| at);
        let during = entered..until.min(lock.saturating_add(1));
        let presented: Vec<(u64, &CardEvent)> =
            case.pin_presentations_between(during.clone()).collect();
        let resumed = |pair: &[(u64, &CardEvent)]| {
            let (first, accepted) = pair[0];
            resumes(case, first..pair[1].0, accepted, pair[1].1)
        };
        // of those that the card had accepted before it was lifted only the last one counts
        let resumptions = presented.windows(2).filter(|pair| resumed(pair)).count();
        let seen: Vec<u64> = presented[resumptions..].iter().map(|(at, _)| *at).collect();
        let kept_away = case
            .events_between(during.clone())
            .any(|event| is_obstacle(&event.what))
            || lacks_challenge(case, during.clone());
        let had_occasion =
            case.apdus_between(during.clone()).next().is_some() || was_ignored(case, during);
        let is_due = || is_logged_in(case, entered) && !is_checked(case, entered);
        let had_chance = || !kept_away && had_occasion && is_due();
        if entered > lock || (seen.is_empty() && !had_chance()) {
            continue;
        }
        tally.judge((seen.len() != 1).then(|| {
            let times = seen.len();
            let failure = Failure::new(
                seen.get(1).copied().unwrap_or(entered),
                Wording::new("入力1回につき VERIFY 1回", "one VERIFY for one entry"),
                Wording::new(
                    format!("入力1回に VERIFY {times}回"),
                    format!("{times} VERIFY for one entry"),
                ),
            )
            .missing(if times == 0 { until } else { 0 });
            let failure = failure.contrast(Contrast::absent_if(times == 0));
            seen.iter()
                .fold(failure.after(entered), |failure, at| failure.after(*at))
        }));
    }
    tally.finding(Wording::new("暗証番号の入力", "an entry of the PIN"))
}

/// Whether a PIN is presented again that the same card had accepted before it was lifted or reset.
fn resumes(case: &Case<'_>, between: Range<u64>, accepted: &CardEvent, again: &CardEvent) -> bool {
    let was_accepted = accepted.status() == Some(StatusWord::OK) && accepted.fault.is_none();
    let was_lifted = case
        .happenings()
        .any(|(at, event)| between.contains(&at) && !matches!(event, ReaderEvent::Inserted { .. }));
    was_accepted && was_lifted && (&accepted.card, &accepted.data) == (&again.card, &again.data)
}

/// Whether the patient came with the card after an entry, and the client neither asked for it, nor
/// looked for a card or asked the service: it never took the entry for one.
fn was_ignored(case: &Case<'_>, during: Range<u64>) -> bool {
    let mut comes = false;
    for event in case.events_between(during) {
        match &event.what {
            What::Step(step) if step.action == Action::PlaceCard => {
                comes |= !is_without_reader(case, event.seq);
            }
            What::Client(ClientEvent::Ready { .. })
            | What::Pcsc(_)
            | What::Card(_)
            | What::Request(_) => return false,
            _ => {}
        }
    }
    comes
}

/// No presentation of what has not four digits, whenever the card comes.
pub(super) fn four_digits_only(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    let is_short = |apdu: &CardEvent| {
        let label = apdu.data.as_deref();
        label.is_some_and(|label| label.starts_with("auth-pin:wrong-length"))
    };
    let typed = case.steps().filter(|(_, step)| is_no_pin(step));
    typed.for_each(|_| tally.judge(None));
    // An input field may take the first four digits, or read those of another width: that is the PIN.
    let is_made_up = |at: u64, apdu: &CardEvent| {
        let before = case.pin_presentations_between(0..at).next_back();
        let since = before.map_or(0, |(at, _)| at);
        let steps = case.steps_before(at).take_while(|(at, _)| *at > since);
        let steps = steps.take_while(|(_, step)| step.action != Action::ChooseMethod);
        let typed: Vec<&Step> = steps
            .map(|(_, step)| step)
            .filter(|step| step.action == Action::EnterPin)
            .collect();
        let label = apdu.data.as_deref();
        typed.iter().any(|step| is_no_pin(step))
            && !typed
                .iter()
                .any(|step| step.value.as_deref() == Some("auth-pin:wrong"))
            && label.is_some_and(|label| label.starts_with("auth-pin:wrong"))
    };
    let presented = case.pin_presentations();
    for (at, _) in presented.filter(|(at, apdu)| is_short(apdu) || is_made_up(*at, apdu)) {
        tally.judge(Some(Failure::new(
            at,
            Wording::new("4桁の入力だけを照合する", "a VERIFY with four digits only"),
            Wording::new(
                "4桁でない値を照合した",
                "a VERIFY with fewer digits, or more",
            ),
        )));
    }
    tally.finding(Wording::new(
        "4桁の数字でない入力",
        "an entry that is not four digits",
    ))
}

/// Whether the patient typed what cannot be a PIN.
pub(super) fn is_no_pin(step: &Step) -> bool {
    step.action == Action::EnterPin && step.value.as_deref().is_some_and(can_be_no_pin)
}

/// What keeps a PIN from a card that was to have it: a card of another kind, one that fails, one that is
/// lost, or a call that does not return.
pub(super) fn is_obstacle(what: &What) -> bool {
    match what {
        What::Card(apdu) => {
            is_refused_selection(apdu)
                || apdu.fault.is_some()
                || says_blocked(apdu)
                || fails_of_itself(apdu)
        }
        What::Pcsc(call) => call.call == Call::Transmit,
        What::Reader(ReaderEvent::Hung { .. }) => true,
        _ => false,
    }
}

/// Whether the card failed to carry a command out that there was nothing wrong with: its answer has no
/// status, none that a card can give, or one of an error in the card (ISO 7816-4 §5.6, SW1 64, 65 and 6F).
/// An answer to a wrong command is none of these.
fn fails_of_itself(apdu: &CardEvent) -> bool {
    let sw1 = apdu.status().map(|status| status.to_bytes()[0]);
    !sw1.is_some_and(|sw1| matches!(sw1, 0x60..=0x6F | 0x90..=0x9F))
        || matches!(sw1, Some(0x60 | 0x64 | 0x65 | 0x6F))
}

/// Whether a challenge was asked for that did not come: without one there is nothing to sign, and some
/// programs present no PIN before they have it.
pub(super) fn lacks_challenge(case: &Case<'_>, during: Range<u64>) -> bool {
    let mut asked = case.exchanges_between(during);
    asked.any(|exchange| {
        exchange.is(Operation::Challenge) && exchange.received_as(Decision::Ok).is_none()
    })
}

/// Whether the card says, asked without a PIN, that no attempt is left.
fn says_blocked(apdu: &CardEvent) -> bool {
    apdu.name == Instruction::VERIFY
        && apdu.data.is_none()
        && is_authentication_pin(apdu)
        && attempts_left(apdu) == Some(0)
}

/// Nothing is presented to a PIN of which the card has said that it is blocked, to whatever it was asked
/// with: a presentation to a blocked PIN costs no attempt, and is one way to learn of it.
pub(super) fn blocked_not_presented(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for presence in case.presences() {
        let during = || {
            let apdus = case.apdus_during(presence);
            apdus
                .filter(|(_, apdu)| apdu.name == Instruction::VERIFY && is_authentication_pin(apdu))
        };
        let locks = |apdu: &CardEvent| {
            let label = apdu.data.as_deref();
            label.is_some_and(|label| label.contains("wrong"))
        };
        let Some((said, _)) = during().find(|(_, apdu)| attempts_left(apdu) == Some(0)) else {
            continue;
        };
        // a card that was locked here is another requirement's
        if during().any(|(at, apdu)| at <= said && locks(apdu)) {
            continue;
        }
        let tried = during().find(|(at, apdu)| *at > said && apdu.data.is_some());
        tally.judge(tried.map(|(at, _)| {
            let failure = Failure::new(
                at,
                Wording::new(
                    "ロック済みと分かった暗証番号は照合しない",
                    "nothing presented to a PIN that is known to be blocked",
                ),
                Wording::new(
                    "カードがロック済みと答えた後に照合した",
                    "a VERIFY with data after the card had said that it is blocked",
                ),
            );
            failure.after(said)
        }));
    }
    tally.finding(Wording::new(
        "すでにロックされたカード",
        "a card whose PIN came blocked",
    ))
}

fn ends_entry(step: &Step) -> bool {
    matches!(
        step.action.known(),
        Some(Action::EnterPin | Action::TakeCard | Action::Close)
    ) || chosen(step).is_some()
}

/// Where the card locked the authentication PIN.
fn locked(case: &Case<'_>) -> Option<u64> {
    case.pin_presentations()
        .find(|(_, apdu)| attempts_left(apdu) == Some(0))
        .map(|(at, _)| at)
}

/// No presentation of any other reference than the authentication PIN.
pub(super) fn auth_reference_only(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for (at, apdu) in case.presentations() {
        tally.judge((!is_authentication_pin(apdu)).then(|| {
            let application = apdu.application.as_deref().unwrap_or("?");
            let file = apdu.file.as_deref().unwrap_or("?");
            Failure::new(
                at,
                Wording::new(
                    "公的個人認証AP 0018 だけに照合",
                    "presented to 0018 of the JPKI application only",
                ),
                Wording::new(
                    format!("{application} の {file} に照合した"),
                    format!("presented to {file} of {application}"),
                ),
            )
        }));
    }
    tally.finding(Wording::new("暗証番号の照合", "a presented PIN"))
}

/// No PIN for a card that has just said that it does not know what was to be selected.
pub(super) fn no_verify_on_other_card(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for presence in case.presences() {
        if case.refused_selection(presence).is_none() {
            continue;
        }
        let mut refused = None;
        let mut failure = None;
        for (at, apdu) in case.apdus_during(presence) {
            match (apdu.name.as_str(), refused) {
                ("SELECT", _) if is_refused_selection(apdu) => refused = Some(at),
                ("SELECT", _) => refused = None,
                ("VERIFY", Some(selection)) if apdu.data.is_some() && failure.is_none() => {
                    let expected = Wording::new(
                        "選択できないカードに暗証番号を照合しない",
                        "no VERIFY after a refused SELECT",
                    );
                    let observed = Wording::new(
                        "別の種類のカードに暗証番号を照合した",
                        "the PIN was presented to a card of another kind",
                    );
                    failure = Some(Failure::new(at, expected, observed).after(selection));
                }
                _ => {}
            }
        }
        tally.judge(failure);
    }
    tally.finding(Wording::new("別の種類のカード", "a card of another kind"))
}

/// Where the patient took long to type the right PIN, the card that lies there is checked all the
/// same.
pub(super) fn survives_slow_entry(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for (waited, step) in case.steps() {
        if step.action != Action::Wait {
            continue;
        }
        let Some((entered, entry)) = case.steps_after(waited).next() else {
            continue;
        };
        let lies_there = case
            .presence_before(waited)
            .is_some_and(|presence| presence.until.is_none_or(|(until, _)| until > entered));
        if entry.value.as_deref() != Some("auth-pin:right") || !lies_there {
            continue;
        }
        let until = case
            .steps_after(entered)
            .find(|(_, step)| ends_entry(step))
            .map_or(u64::MAX, |(at, _)| at);
        let asked = case
            .eligibility_between(entered..until)
            .any(|exchange| case.is_by_pin(&exchange));
        tally.judge((!asked).then(|| {
            let expected = Wording::new(
                "入力に時間がかかっても、資格を確認する",
                "the check is finished however long the entry took",
            );
            let observed =
                Wording::new("入力の後、資格を確認しなかった", "no check after the entry");
            let failure = case.events_between(entered..until).find(
                |event| matches!(&event.what, What::Pcsc(call) if call.call == Call::Transmit),
            );
            let at = failure.map_or(entered, |event| event.seq);
            let until = if failure.is_some() { 0 } else { until };
            let failure = Failure::new(at, expected, observed).missing(until);
            failure.after(waited)
        }));
    }
    tally.finding(Wording::new(
        "時間をかけた暗証番号の入力",
        "a PIN that took long to type",
    ))
}

/// After the lock: no presentation to the locked PIN, no eligibility by signature for that card.
pub(super) fn stops_at_lock(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    let locks = case
        .pin_presentations()
        .filter(|(_, apdu)| attempts_left(apdu) == Some(0));
    for (lock, locking) in locks.take(1) {
        let expected = Wording::new(
            "ロックの後は照合も署名による照会もしない",
            "neither VERIFY nor a request by signature after the lock",
        );
        let again = case
            .pin_presentations()
            .find(|(at, apdu)| *at > lock && apdu.card == locking.card)
            .map(|(at, _)| {
                (
                    at,
                    Wording::new("ロックの後に照合した", "a VERIFY after the lock"),
                )
            });
        let next_card = case
            .presences()
            .iter()
            .find(|presence| presence.from > lock && presence.card != locking.card)
            .map_or(u64::MAX, |presence| presence.from);
        let signed = case
            .exchanges()
            .find(|exchange| {
                case.is_by_pin(exchange) && (lock..next_card).contains(&exchange.asked)
            })
            .map(|exchange| {
                let what = Wording::new(
                    "ロックの後に署名で照会した",
                    "a request by signature after the lock",
                );
                (exchange.asked, what)
            });
        tally.judge(
            again
                .or(signed)
                .map(|(at, observed)| Failure::new(at, expected, observed).after(lock)),
        );
    }
    tally.finding(Wording::new("暗証番号のロック", "a locked PIN"))
}

/// After a wrong entry a screen says how many attempts the card left, and none says so of a card that has
/// told nothing.
pub(super) fn attempts_shown(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    if let Some(made_up) = attempts_made_up(case) {
        tally.judge(Some(made_up));
    }
    for refusal in refusals(case) {
        let Refusal { at, left, .. } = refusal;
        let told = refusal.told(case);
        if told.as_ref().is_some_and(|told| told.left == Some(left)) {
            tally.judge(None);
            continue;
        }
        let last = case.screens_between(at, refusal.until).last();
        if told.is_none()
            && let Some((_, screen)) = last
        {
            let due = left.to_string();
            let due = Due {
                label: ATTEMPTS_LEFT,
                value: &due,
            };
            if let Look::Open(why) = look(case.words(), screen, due, &[]) {
                tally.leave_open(why);
                continue;
            }
        }
        let observed = match &told {
            Some(told) => Wording::new(
                format!("{ATTEMPTS_LEFT} {}", told.text),
                format!("{ATTEMPTS_LEFT} says {}", told.text),
            ),
            None => Wording::new("残り回数の表示がない", "no screen says how many are left"),
        };
        let expected = Wording::new(
            format!("{ATTEMPTS_LEFT} {left} の表示"),
            format!("{ATTEMPTS_LEFT} {left} on a screen"),
        );
        let screen = last.map_or(at, |(screen, _)| screen);
        let until = if told.is_some() { 0 } else { refusal.until };
        let failure = Failure::new(screen, expected, observed)
            .missing(until)
            .contrast(Contrast::absent_if(told.is_none()));
        tally.judge(Some(failure.after(at)));
    }
    tally.finding(Wording::new("誤った暗証番号", "a wrong entry"))
}

/// What is wrong where attempts stand on a screen before the card of this patient has answered a VERIFY.
fn attempts_made_up(case: &Case<'_>) -> Option<Failure> {
    let words = case.words();
    let says = |screen: &Screen| {
        let mut fields = screen.fields.iter();
        let (_, text) = fields.find(|(label, _)| means(words, label, ATTEMPTS_LEFT))?;
        attempts(words, text)
    };
    let is_told = |at: u64| {
        let begun = case
            .steps_before(at)
            .find(|(_, step)| chosen(step).is_some() || step.action == Action::TakeCard);
        let placed = case.presence_before(at).map(|presence| presence.from);
        let since = begun
            .map(|(begun, _)| begun)
            .into_iter()
            .chain(placed)
            .min();
        case.apdus_between(since.unwrap_or_default()..at)
            .any(|(_, apdu)| is_authentication_pin(apdu))
    };
    let (at, left) = case
        .screens_between(0, u64::MAX)
        .filter_map(|(at, screen)| Some((at, says(screen)?)))
        .find(|(at, _)| !is_told(*at))?;
    Some(Failure::new(
        at,
        Wording::new(
            format!("カードが答える前に{ATTEMPTS_LEFT}はない"),
            format!("no {ATTEMPTS_LEFT} before the card has said it"),
        ),
        Wording::new(
            format!("{ATTEMPTS_LEFT} {left}"),
            format!("{ATTEMPTS_LEFT} {left}"),
        ),
    ))
}

/// A PIN that the card refused, before the next act.
pub(super) struct Refusal {
    /// Place of the presentation.
    pub(super) at: u64,
    /// How many attempts the card left.
    left: u8,
    /// Place of the next act.
    until: u64,
}

/// What a screen says of the attempts that are left.
pub(super) struct Told<'s> {
    /// Place of the screen.
    pub(super) at: u64,
    /// As a number, where it can be read as one.
    pub(super) left: Option<u8>,
    /// In its words.
    pub(super) text: &'s str,
}

/// Presentations that the card refused, in order; not those that another one followed before anybody did
/// anything else.
pub(super) fn refusals<'c>(case: &'c Case<'_>) -> impl Iterator<Item = Refusal> + 'c {
    case.pin_presentations().filter_map(|(at, apdu)| {
        let left = attempts_left(apdu)?;
        let until = case.next_step(at);
        let superseded = case.pin_presentations_between(at + 1..until).next();
        superseded.is_none().then_some(Refusal { at, left, until })
    })
}

impl Refusal {
    /// What was said of it last: beside 残り回数, else in the words of a message, or by a screen that calls
    /// the PIN locked.
    pub(super) fn told<'a>(&self, case: &Case<'a>) -> Option<Told<'a>> {
        let words = case.words();
        let labelled = |(at, screen): (u64, &'a Screen)| {
            let mut fields = screen.fields.iter();
            let (_, text) = fields.find(|(label, _)| means(words, label, ATTEMPTS_LEFT))?;
            let left = attempts(words, text);
            Some(Told { at, left, text })
        };
        let said = |(at, screen): (u64, &'a Screen)| {
            let title = case.own_title(at).unwrap_or_default();
            let mut texts = readable(screen).chain([title]);
            texts.find_map(|text| {
                let left = Some(attempts_in_text(words, text)?);
                Some(Told { at, left, text })
            })
        };
        let screens = || case.screens_between(self.at, self.until).rev();
        screens()
            .find_map(labelled)
            .or_else(|| screens().find_map(said))
    }
}

/// The PIN was found nowhere but in a VERIFY. Before it was typed, or presented where nobody recorded
/// what was typed, no client knows it: the same four digits mean something else.
pub(super) fn pin_stays_on_card(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    let mut is_known = false;
    for event in case.events() {
        match &event.what {
            What::Step(step) if step.action == Action::EnterPin => {
                is_known = true;
                tally.judge(None);
            }
            What::Card(apdu) if apdu.name == Instruction::VERIFY && apdu.data.is_some() => {
                is_known = true
            }
            What::Leak(leak) if leak.class == SecretClass::AuthPin && is_known => {
                tally.judge(Some(Failure::new(
                    event.seq,
                    Wording::new(
                        "暗証番号はカードだけに渡る",
                        "the PIN goes to the card only",
                    ),
                    Wording::new(
                        format!("{} に暗証番号がある", leak.place),
                        format!("the PIN stands in {}", leak.place),
                    ),
                )));
            }
            _ => {}
        }
    }
    if is_known {
        for place in [LOG, FILE] {
            leave_unsearched(case, place, &mut tally);
        }
    }
    tally.finding(Wording::new("暗証番号の入力", "an entry of the PIN"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screen::VISUAL;

    #[test]
    fn a_visual_choice_by_button_ends_an_entry() {
        let press = Step {
            id: 1,
            action: "press".into(),
            value: Some(VISUAL.into()),
            line: None,
        };
        assert!(ends_entry(&press));
        let press = Step {
            id: 1,
            action: "press".into(),
            value: Some("再試行".into()),
            line: None,
        };
        assert!(!ends_entry(&press));
    }
}
