//! Whether a trace bears out what a requirement guesses of a client that breaks it. A guess that says no more
//! than the failure itself needs nothing; the others need what stands here.

use madoguchi_layout::ApplicationId;
use madoguchi_scenarios::{Operation, ReturnCode};
use madoguchi_trace::{CardEvent, ClientEvent, Screen, What};

use crate::case::{Case, attempts_left};
use crate::finding::{Contrast, Failure};

type Bears = fn(&Case<'_>, &Failure) -> bool;

/// What must be seen for the guess of a requirement.
const EVIDENCE: &[(&str, Bears)] = &[
    ("assistance.six-items-shown", |case, failure| {
        labelled(case, failure, &["保険者番号", "保険者名", "枝番"])
    }),
    ("assistance.era-birthdate", |_, failure| {
        instead(failure).is_some_and(|(_, seen)| has_eight_digits(seen))
    }),
    ("assistance.screen-number", |case, failure| {
        screen(case, failure).is_some_and(|screen| screen.number.is_none())
    }),
    ("assistance.ticket-to-be-checked", |case, failure| {
        screen(case, failure).is_some() && !labelled(case, failure, &["資格有効性"])
    }),
    ("bulk.reception-number", is_number_of_another_form),
    ("card.certificate-from-card", has_earlier_card),
    ("card.command-once", |case, _| {
        returned(case, 0, ReturnCode::INSUFFICIENT_BUFFER)
    }),
    ("card.unreadable-told", |case, failure| {
        let until = case.next_step(failure.at);
        case.screens_between(failure.at, until).next().is_none()
    }),
    ("consent.every-online-visit", |case, failure| {
        let mut earlier = case.exchanges_between(0..failure.at);
        earlier.any(|exchange| exchange.is(Operation::InstitutionConsent))
    }),
    ("consent.proved-by-pin", |case, failure| {
        let mut asked = case.exchanges_between(failure.at..failure.at + 1);
        asked.any(|exchange| exchange.field("signature").is_none())
    }),
    ("contract.card-awaited", |case, failure| {
        let awaited = |event: &&madoguchi_trace::Event| {
            matches!(event.what, What::Client(ClientEvent::Ready { .. }))
        };
        case.events_between(0..failure.at).find(awaited).is_some()
    }),
    ("credential.attempts-shown", is_absent),
    ("credential.auth-reference-only", is_of_profile),
    ("credential.one-verify-per-entry", is_there),
    ("credential.stops-at-lock", |case, failure| {
        let mut earlier = case.apdus_between(0..failure.at);
        earlier.any(|(_, apdu)| attempts_left(apdu) == Some(0))
    }),
    ("credential.survives-slow-entry", |case, failure| {
        // SCARD_W_RESET_CARD
        let since = failure.before.first().copied().unwrap_or(0);
        returned(case, since, ReturnCode::RESET_CARD)
    }),
    ("history.conditions-asked", is_absent),
    ("institution.numbers-as-typed", lost_zeros),
    ("mobile.result-to-staff", |case, failure| {
        screen(case, failure).is_some()
    }),
    ("privacy.personal-number-untouched", is_of_profile),
    ("reader.any-interface", |case, failure| {
        let placed = failure.before.last().copied().unwrap_or(0);
        case.apdus_between(placed..u64::MAX).next().is_none()
    }),
    ("reader.survives-restart", |case, failure| {
        let restarted = failure.before.last().copied().unwrap_or(0);
        !has_new_context(case, restarted)
    }),
    ("reader.survives-rival", |case, _| {
        returned(case, 0, ReturnCode::SHARING_VIOLATION)
    }),
    ("registration.offered", |case, failure| {
        screen(case, failure).is_some_and(|screen| screen.number.is_none())
    }),
    ("result.class-shown", is_absent),
    ("result.delivered-fields-shown", is_absent),
    ("result.loss-date-shown", is_absent),
    ("result.needs-answer", |_, failure| {
        !failure.before.is_empty()
    }),
    ("result.ratio-shown", is_absent),
    ("service.activation-code-once", is_there),
    ("service.request-well-formed", |case, failure| {
        let mut answers = case.events_between(failure.at..failure.at + 1);
        answers.any(|event| matches!(&event.what, What::Answer(answer) if answer.rule == OTHER_ID))
    }),
    ("service.same-request-on-retry", is_there),
    ("service.signed-challenge", |_, _| false),
    ("terminal.code-as-typed", |_, failure| {
        // twelve digits, the first of which are zeros
        instead(failure).is_some_and(|(due, sent)| sent.starts_with("len=1") && sent != due)
    }),
];

/// Whether what a requirement guesses of a failure is borne out.
pub(super) fn bears_out(case: &Case<'_>, id: &str, failure: &Failure) -> bool {
    let known = EVIDENCE.iter().find(|(known, _)| *known == id);
    known.is_none_or(|(_, bears)| bears(case, failure))
}

/// The screen that shows a failure.
fn screen<'a>(case: &Case<'a>, failure: &Failure) -> Option<&'a Screen> {
    match &case.trace().event(failure.at)?.what {
        What::Client(ClientEvent::Screen(screen)) => Some(screen),
        _ => None,
    }
}

/// The command that shows a failure.
fn command<'a>(case: &Case<'a>, failure: &Failure) -> Option<&'a CardEvent> {
    match &case.trace().event(failure.at)?.what {
        What::Card(apdu) => Some(apdu),
        _ => None,
    }
}

/// Whether it is one of 券面入力補助AP.
fn is_of_profile(case: &Case<'_>, failure: &Failure) -> bool {
    let application = command(case, failure).and_then(CardEvent::application);
    application.is_some_and(|of| of.id == ApplicationId::Profile)
}

/// Whether the screen has one of these labels.
fn labelled(case: &Case<'_>, failure: &Failure, labels: &[&str]) -> bool {
    screen(case, failure).is_some_and(|screen| {
        let mut fields = screen.fields.iter();
        fields.any(|(label, _)| labels.iter().any(|known| label.contains(known)))
    })
}

/// The rule of the service that refuses the id of an earlier request for another one.
const OTHER_ID: &str = "request-id-of-another-request";

/// Whether nothing was seen of what is due.
fn is_absent(_: &Case<'_>, failure: &Failure) -> bool {
    failure.contrast == Contrast::Absent
}

/// Whether something was seen of it.
fn is_there(_: &Case<'_>, failure: &Failure) -> bool {
    failure.contrast != Contrast::Absent
}

/// What is due and what stands in its place.
fn instead(failure: &Failure) -> Option<(&str, &str)> {
    match &failure.contrast {
        Contrast::Instead { due, seen } => Some((due, seen)),
        Contrast::InWords | Contrast::Absent => None,
    }
}

fn has_eight_digits(text: &str) -> bool {
    let mut runs = text.split(|c: char| !c.is_ascii_digit());
    runs.any(|run| run.len() == 8)
}

/// Whether a call of PC/SC returned this after `since`.
fn returned(case: &Case<'_>, since: u64, value: ReturnCode) -> bool {
    case.events_between(since..u64::MAX)
        .any(|event| matches!(&event.what, What::Pcsc(call) if call.rv == value))
}

/// Whether a card that lay there before is the one whose certificate was sent.
fn has_earlier_card(case: &Case<'_>, failure: &Failure) -> bool {
    let mut asked = case.exchanges_between(failure.at..failure.at + 1);
    let label = asked.find_map(|exchange| exchange.field("certificate"));
    let holder = label.and_then(|label| label.strip_prefix("auth-certificate:"));
    let mut before = case
        .presences()
        .iter()
        .filter(|presence| presence.from < failure.at);
    holder.is_some_and(|holder| before.any(|presence| presence.card == holder))
        && case.presence_before(failure.at).is_some()
}

/// Whether a context that was not there at `restarted` was used after it.
fn has_new_context(case: &Case<'_>, restarted: u64) -> bool {
    let contexts = |from, to| {
        case.events_between(from..to)
            .filter_map(|event| match &event.what {
                What::Pcsc(call) => Some(call.context),
                _ => None,
            })
    };
    let last = contexts(0, restarted).max().unwrap_or(0);
    contexts(restarted, u64::MAX).any(|context| last < context)
}

/// Whether a number was sent without its leading zeros.
fn lost_zeros(_: &Case<'_>, failure: &Failure) -> bool {
    instead(failure).is_some_and(|(due, sent)| due != sent && due.trim_start_matches('0') == sent)
}

/// Whether it lost its zeros, or was given before.
fn is_number_of_another_form(case: &Case<'_>, failure: &Failure) -> bool {
    let given = |sent: &str| {
        case.exchanges_between(0..failure.at).any(|exchange| {
            let given = exchange
                .answer
                .and_then(|(_, answer)| answer.fields.get("reception-number"));
            given.is_some_and(|given| given == sent)
        })
    };
    lost_zeros(case, failure) || instead(failure).is_some_and(|(_, sent)| given(sent))
}
