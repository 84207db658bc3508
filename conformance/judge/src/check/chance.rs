//! When a client has its chance: a card is laid down with which a correct one finishes a check.

use std::ops::Range;

use madoguchi_eligibility::{Decision, Operation};
use madoguchi_iso7816::{Instruction, StatusWord};
use madoguchi_scenarios::Action;
use madoguchi_trace::{CardEvent, ReaderEvent, Removal, Step, What};

use super::contract::{asks_for_no_card, is_logged_in, is_without_reader};
use super::credential::is_obstacle;
use crate::case::{Case, Exchange, Presence, chosen};

/// Where the client next had a chance to finish something after `trouble`; where it took one, the first card
/// that came.
pub(super) fn fair_chance_after(case: &Case<'_>, trouble: u64) -> Option<u64> {
    let first = case.chance_after(trouble)?;
    if case.eligibility_after(first).is_some() {
        return Some(first);
    }
    let mut from = trouble;
    loop {
        let chance = case.chance_after(from)?;
        let mut later = case.steps_after(chance);
        let next = later.find(|(_, step)| step.action == Action::PlaceCard);
        let next = next.map_or(u64::MAX, |(at, _)| at);
        let presence = case.presences_after(from).first();
        let presence = presence.filter(|presence| presence.from < next);
        // Where none is laid down, the one that lies there is the patient's.
        let lies_there = case
            .presence_before(chance)
            .filter(|before| before.until.is_none_or(|(gone, _)| gone > chance));
        let presence = presence.copied().or(lies_there);
        if is_open(case, chance)
            && !is_disturbed(case, chance..next)
            && presence.is_none_or(|presence| is_usable(case, &presence))
        {
            return Some(chance);
        }
        from = presence.map_or(chance, |presence| presence.from.max(chance));
    }
}

/// Whether reader or PC/SC service fail in this turn.
fn is_disturbed(case: &Case<'_>, turn: Range<u64>) -> bool {
    case.events_between(turn).any(|event| {
        matches!(
            event.what,
            What::Reader(ReaderEvent::Failed {} | ReaderEvent::ServiceStopped {})
        )
    })
}

/// Whether anybody does more with the client after `seq` than to let the patient go.
pub(super) fn is_gone_on_with(case: &Case<'_>, seq: u64) -> bool {
    const LEAVES: [Action; 3] = [Action::TakeCard, Action::Close, Action::Lock];
    let mut later = case.steps_after(seq);
    later.any(|(_, step)| step.id > 0 && !step.action.is_in(&LEAVES))
}

/// Whether a correct client awaits a card at `asked`: a user is logged in, there is a reader, nothing else
/// is due, and the card was not laid down before a method was chosen.
pub(super) fn is_open(case: &Case<'_>, asked: u64) -> bool {
    is_logged_in(case, asked)
        && !is_without_reader(case, asked)
        && !asks_for_no_card(case, asked)
        && !comes_unasked(case, asked)
}

/// Whether a card is laid down at `asked` though no method was chosen for this patient.
fn comes_unasked(case: &Case<'_>, asked: u64) -> bool {
    let is_inserted = |(_, step): &(u64, &Step)| step.action == Action::InsertCard;
    case.steps_before(asked)
        .next()
        .is_some_and(|last| is_inserted(&last))
        && !case
            .steps_before(asked)
            .take_while(|(_, step)| step.action != Action::TakeCard)
            .any(|(_, step)| chosen(step).is_some())
}

/// Whether a check can be finished with the card: it is lifted in its turn, is of the right kind, works, gets
/// a right PIN where one is typed, signs no consent to an institution, no call to it hangs, and nothing fails
/// on the way to the service.
pub(super) fn is_usable(case: &Case<'_>, presence: &Presence<'_>) -> bool {
    let during = presence.from..case.placed_after(presence.from).unwrap_or(u64::MAX);
    let fails = |what: &What| matches!(what, What::Card(_) | What::Reader(_)) && is_obstacle(what);
    let keeps_away = |exchange: Exchange<'_>| {
        exchange.is(Operation::InstitutionConsent) || exchange.received_as(Decision::Ok).is_none()
    };
    (presence.until.is_none() || presence.gone(Removal::Taken).is_some())
        && case.refused_selection(presence).is_none()
        && !is_locked_out(case, presence)
        && !wants_pin(case, presence)
        && !case
            .events_between(during.clone())
            .any(|event| fails(&event.what))
        && !case.exchanges_between(during).any(keeps_away)
}

/// Whether the card does not give its certificate before a PIN, and none was presented: so does an Android
/// telephone (*assumed*), which nobody can check by eye.
fn wants_pin(case: &Case<'_>, presence: &Presence<'_>) -> bool {
    let until = case.placed_after(presence.from).unwrap_or(u64::MAX);
    let mut presented = case.pin_presentations_between(presence.from..until);
    let is_refused = |(_, apdu): (u64, &CardEvent)| {
        apdu.name == Instruction::READ_BINARY
            && apdu.status() == Some(StatusWord::SECURITY_STATUS_NOT_SATISFIED)
    };
    presented.next().is_none() && case.apdus_during(presence).any(is_refused)
}

/// Whether the card that lay there refused every PIN that it was given.
fn is_locked_out(case: &Case<'_>, presence: &Presence<'_>) -> bool {
    let until = case.placed_after(presence.from).unwrap_or(u64::MAX);
    let mut presented = case
        .pin_presentations_between(presence.from..until)
        .peekable();
    presented.peek().is_some() && presented.all(|(_, apdu)| apdu.status() != Some(StatusWord::OK))
}
