//! 健康保険証利用登録: topic `registration`.

use madoguchi_eligibility::Decision;
use madoguchi_notation::Wording;
use madoguchi_scenarios::{Action, Operation};
use madoguchi_trace::{Removal, Screen, Step, Text};

use super::start::is_choice;
use crate::case::{Case, Exchange, Presence};
use crate::finding::{Failure, Finding, Tally};
use crate::screen::{
    AGREE, CANCEL, CHECK_AGAIN, CLOSE, DISAGREE, DO_NOT_REGISTER, OFFER, REGISTER, REGISTERED,
    REGISTRATION, contains, readable,
};
use crate::undone::Undone;
use crate::words::strange_button;

/// Places at which the client learned that the patient has not registered.
fn unregistered<'c>(case: &'c Case<'_>) -> impl DoubleEndedIterator<Item = u64> + 'c {
    case.eligibility()
        .filter_map(|exchange| Some(exchange.received_as(Decision::NotRegistered)?.0))
}

fn asked<'c, 'a>(
    case: &'c Case<'a>,
    operation: Operation,
) -> impl DoubleEndedIterator<Item = Exchange<'a>> + 'c {
    case.exchanges()
        .filter(move |exchange| exchange.is(operation))
}

/// Place of the last OK answer to `operation` between two places.
fn granted(case: &Case<'_>, operation: Operation, after: u64, before: u64) -> Option<u64> {
    case.exchanges_between(after..before)
        .rev()
        .filter(|exchange| exchange.is(operation))
        .filter_map(|exchange| exchange.received_as(Decision::Ok))
        .map(|(at, _)| at)
        .find(|at| *at < before)
}

/// Place of the offer that a request follows.
fn offer_before(case: &Case<'_>, seq: u64) -> u64 {
    case.eligibility_between(0..seq)
        .rev()
        .filter_map(|exchange| exchange.received_as(Decision::NotRegistered))
        .map(|(at, _)| at)
        .find(|at| *at < seq)
        .unwrap_or(0)
}

/// C-04-01-A with both choices follows the answer.
pub(super) fn offered(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for answered in unregistered(case) {
        let until = case.next_step(answered);
        let numbered = case
            .screens_between(answered, until)
            .find(|(_, screen)| screen.number.as_deref() == Some(OFFER));
        let expected = Wording::new(
            format!("画面 {OFFER} ({REGISTER} / {DO_NOT_REGISTER})"),
            format!("screen {OFFER} ({REGISTER} / {DO_NOT_REGISTER})"),
        );
        let observed = match numbered {
            None => {
                let last = case.screens_between(answered, until).last();
                let title = last.map_or("—", |(_, screen)| screen.title.as_str());
                let at = last.map_or(answered, |(at, _)| at);
                Some((
                    at,
                    Wording::new(format!("画面 {title}"), format!("screen {title}")),
                ))
            }
            Some((at, screen)) => [REGISTER, DO_NOT_REGISTER]
                .into_iter()
                .find(|label| {
                    !screen.buttons.is_empty() && !screen.buttons.iter().any(|b| b == label)
                })
                .map(|label| {
                    let what = Wording::new(
                        format!("ボタン {label} がない"),
                        format!("the button {label} is missing"),
                    );
                    (at, what)
                }),
        };
        let strange = strange_button(case, answered, until, REGISTER);
        match (numbered.and(observed.as_ref()), strange) {
            (Some(_), Some(why)) => tally.leave_open(why),
            _ => tally.judge(observed.map(|(at, what)| {
                let due = if numbered.is_some() { 0 } else { until };
                Failure::new(at, expected, what)
                    .missing(due)
                    .after(answered)
            })),
        }
    }
    tally.finding(Wording::new(
        "利用登録が未実施の患者",
        "a patient who has not registered",
    ))
}

/// Where the patient can agree to the terms, the patient can also refuse them.
pub(super) fn refusal_offered(case: &Case<'_>) -> Finding {
    const WAYS_OUT: [&str; 4] = [DISAGREE, DO_NOT_REGISTER, CLOSE, CANCEL];
    let mut tally = Tally::default();
    let begun = case
        .steps()
        .filter(|(_, step)| step.action == Action::Press && step.value.as_deref() == Some(REGISTER))
        .map(|(at, _)| (at, case.next_step(at)));
    for (at, until) in begun {
        let offers = |screen: &Screen, wanted: &str| screen.buttons.iter().any(|b| b == wanted);
        let terms: Vec<_> = case
            .screens_between(at, until)
            .filter(|(_, screen)| offers(screen, AGREE))
            .collect();
        let Some((seen, _)) = terms.first() else {
            continue;
        };
        // a screen may be drawn before all of its buttons are there
        let may_refuse = |screen: &Screen| WAYS_OUT.iter().any(|way| offers(screen, way));
        if terms.iter().any(|(_, screen)| may_refuse(screen)) {
            tally.judge(None);
        } else if let Some(why) = strange_button(case, at, until, DISAGREE) {
            tally.leave_open(why);
        } else if case.trace().header.sight.is_some() {
            tally.leave_open(Wording::new(
                "画面を読み取る場所に、断るボタンがない",
                "no place on the screen is read for a button that refuses",
            ));
        } else {
            tally.judge(Some(Failure::new(
                *seen,
                Wording::new(
                    format!("{AGREE} と並ぶ {DISAGREE}"),
                    format!("{DISAGREE} beside {AGREE}"),
                ),
                Wording::new(
                    format!("ボタン {DISAGREE} がない"),
                    format!("the button {DISAGREE} is missing"),
                ),
            )));
        }
    }
    tally.finding(Wording::new(
        "利用規約への同意を求める画面",
        "a screen that asks for consent to the terms",
    ))
}

/// Before each consent, a screen showed the terms that the service had delivered.
pub(super) fn terms_shown(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for consent in asked(case, Operation::RegistrationConsent) {
        let since = offer_before(case, consent.asked);
        let terms = case
            .exchanges_between(since..consent.asked)
            .rev()
            .filter(|exchange| exchange.is(Operation::RegistrationTerms))
            .filter_map(|exchange| exchange.received_as(Decision::Ok))
            .find(|(at, _)| *at < consent.asked);
        let expected = Wording::new(
            "同意の前に利用規約の全文を表示",
            "the whole of the terms on a screen before the consent",
        );
        let failure = |observed| Some(Failure::new(consent.asked, expected, observed));
        tally.judge(match terms {
            None => failure(Wording::new(
                "規約を取得していない",
                "the terms were not asked for",
            )),
            Some((delivered, answer)) => {
                let text = answer.fields.get("terms-text").map_or("", Text::as_str);
                let shown = case
                    .screens_between(delivered, consent.asked)
                    .any(|(_, screen)| {
                        screen.fields.iter().any(|(_, value)| contains(value, text))
                    });
                if shown {
                    None
                } else {
                    failure(Wording::new(
                        "規約を表示した画面がない",
                        "no screen shows the terms",
                    ))
                    .map(|failure| failure.after(delivered))
                }
            }
        });
    }
    tally.finding(Wording::new("利用登録への同意", "a consent"))
}

/// F-01-A stands on the screens for terms, reading and completion.
pub(super) fn screens_numbered(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    let mut numbered = |ja: &str, en: &str, after: u64, before: u64| {
        let found = case
            .screens_between(after, before)
            .any(|(_, screen)| screen.number.as_deref() == Some(REGISTRATION));
        tally.judge((!found).then(|| {
            let last = case.screens_between(after, before).last();
            let title = last.map_or("—", |(_, screen)| screen.title.as_str());
            Failure::new(
                last.map_or(after, |(at, _)| at),
                Wording::new(
                    format!("{ja}画面 {REGISTRATION}"),
                    format!("screen {REGISTRATION} for {en}"),
                ),
                Wording::new(
                    format!("画面番号のない {title}"),
                    format!("screen {title} without that number"),
                ),
            )
            .missing(if last.is_some() { 0 } else { before })
            .after(after)
        }));
    };
    for exchange in asked(case, Operation::RegistrationConsent) {
        numbered(
            "規約",
            "the terms",
            offer_before(case, exchange.asked),
            exchange.asked,
        );
    }
    for register in asked(case, Operation::Register) {
        let offer = offer_before(case, register.asked);
        if let Some(consented) =
            granted(case, Operation::RegistrationConsent, offer, register.asked)
        {
            numbered("読み取り", "reading the card", consented, register.asked);
        }
        if let Some((done, _)) = register.received_as(Decision::Ok) {
            let next = case.eligibility_after(done);
            numbered("完了", "completion", done, next.unwrap_or(u64::MAX));
        }
    }
    tally.finding(Wording::new("利用登録の画面", "a registration"))
}

/// Each registration follows a consent that the service recorded; the screen with the terms lets the patient
/// give it.
pub(super) fn consent_first(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    let cannot_agree = |undone: &&Undone| {
        let mut before = case.screens_between(0, undone.at);
        let shown = before.next_back();
        undone.is_asked_for_by("registration.consent-first")
            && shown.is_some_and(|(_, screen)| has_terms(case, screen))
    };
    for undone in case.undone().iter().filter(cannot_agree) {
        let expected = Wording::new(
            format!("規約の画面に {AGREE}"),
            format!("{AGREE} on the screen with the terms"),
        );
        tally.judge(Some(Failure::new(undone.at, expected, undone.in_words())));
    }
    for register in asked(case, Operation::Register) {
        let offer = offer_before(case, register.asked);
        let consented = granted(case, Operation::RegistrationConsent, offer, register.asked);
        tally.judge(consented.is_none().then(|| {
            Failure::new(
                register.asked,
                Wording::new(
                    "記録された同意の後に登録",
                    "a recorded consent before the registration",
                ),
                Wording::new(
                    "同意を送らずに登録した",
                    "a registration without a recorded consent",
                ),
            )
            .after(offer)
        }));
    }
    tally.finding(Wording::new("利用登録の申込み", "a registration"))
}

/// Whether the terms that the service delivered stand on a screen.
fn has_terms(case: &Case<'_>, screen: &Screen) -> bool {
    let delivered = asked(case, Operation::RegistrationTerms)
        .filter_map(|exchange| exchange.received_as(Decision::Ok))
        .filter_map(|(_, answer)| answer.fields.get("terms-text"));
    let mut shown = screen.fields.iter();
    delivered
        .into_iter()
        .any(|terms| shown.any(|(_, value)| contains(value, terms)))
}

/// Where a client refuses a registration by itself: after the consent another card was read than before, and
/// nothing was sent for it. That is the safest conduct there is.
fn refused_by_client(case: &Case<'_>) -> Option<u64> {
    asked(case, Operation::RegistrationConsent).find_map(|consent| {
        let (granted, _) = consent.received_as(Decision::Ok)?;
        let read = case.other_card_read(case.card_read_before(granted)?, granted)?;
        let mut sent = asked(case, Operation::Register);
        let is_sent = sent.any(|register| register.asked > granted);
        (!is_sent).then_some(read)
    })
}

/// Between consent and registration the certificate is read from the card.
pub(super) fn card_read_again(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    if refused_by_client(case).is_some() {
        tally.judge(None);
    }
    for register in asked(case, Operation::Register) {
        let offer = offer_before(case, register.asked);
        let since = granted(case, Operation::RegistrationConsent, offer, register.asked);
        let since = since.unwrap_or(offer);
        let read = case.certificate_read(None, since, register.asked);
        tally.judge(read.is_none().then(|| {
            Failure::new(
                register.asked,
                Wording::new(
                    "同意の後に読んだ証明書で登録",
                    "a certificate read after the consent",
                ),
                Wording::new(
                    "カードを読み直さずに登録した",
                    "a registration without reading the card again",
                ),
            )
            .after(since)
        }));
    }
    tally.finding(Wording::new("利用登録の申込み", "a registration"))
}

/// A card that was lifted while it was read for the registration, and that is laid down again with nobody
/// asking for anything else, is not taken for one to be checked: the registration goes on, or waits for
/// somebody to begin it anew.
pub(super) fn survives_removal(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    let agreed = asked(case, Operation::RegistrationConsent)
        .filter_map(|exchange| Some(exchange.received_as(Decision::Ok)?.0));
    for agreed in agreed {
        let torn = |presence: Presence<'_>| {
            let removed = presence.gone(Removal::Torn);
            let removed = removed.filter(|removed| *removed > agreed)?;
            Some((presence.card.to_owned(), removed))
        };
        let next = || case.presences_after(agreed).first().copied();
        let lifted = case.presence_before(agreed).and_then(torn);
        let Some((card, removed)) = lifted.or_else(|| next().and_then(torn)) else {
            continue;
        };
        // it was lifted before anything could be asked
        let is_for_it = case.exchanges_between(agreed + 1..removed).next().is_none();
        let back = case.presences_after(removed).first();
        let Some(back) = back.filter(|again| is_for_it && again.card == card) else {
            continue;
        };
        let is_placing = |step: &Step| {
            matches!(
                step.action.known(),
                Some(Action::PlaceCard | Action::InsertCard)
            )
        };
        let mut acts = case.steps_after(removed);
        let first = acts.next();
        let until = match first.filter(|(_, step)| is_placing(step)) {
            Some(_) => acts.next(),
            None => first,
        };
        let until = until.map_or(u64::MAX, |(at, _)| at);
        let checked = case.eligibility_between(back.from..until).next();
        tally.judge(checked.map(|exchange| {
            Failure::new(
                exchange.asked,
                Wording::new(
                    "置き直されたカードで登録を続ける",
                    "the registration goes on with the card that is back",
                ),
                Wording::new(
                    "登録ではなく資格確認をした",
                    "eligibility was asked for instead of the registration",
                ),
            )
            .after(removed)
        }));
    }
    tally.finding(Wording::new(
        "登録のための読み取り中に離れ、置き直されたカード",
        "a card that was lifted while it was read for a registration, and laid down again",
    ))
}

/// After a registration, be it told or not, the card is read and eligibility is asked for again, or the staff are brought to
/// where a check begins: the completion screen says 再度、資格確認を行ってください, and leaves open whether
/// its buttons read the card that lies there, ask for it, or lead back to 認証選択.
pub(super) fn recheck_after(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for register in asked(case, Operation::Register) {
        let Some((done, answer)) = register
            .answer
            .filter(|(_, answer)| answer.decision == Decision::Ok)
        else {
            continue;
        };
        let expected = Wording::new(
            "登録の後、カードを読んで資格を確認",
            "the card read and eligibility asked for after the registration",
        );
        let until = ends_turn(case, done);
        let again = case.eligibility_between(done..until).next();
        let failure = match again.map(|exchange| exchange.asked) {
            // it does not know that it registered
            None if !answer.arrived() => continue,
            // the patient left with the card before anybody could do anything, or the scenario ends
            // there
            None if case
                .steps_after(done)
                .next()
                .is_none_or(|(at, _)| at == until) =>
            {
                continue;
            }
            None if leads_to_check(case, done, until) || finds_no_line(case, done, until) => None,
            None => Some((
                until.min(case.end()),
                Wording::new(
                    "再度の資格確認がない",
                    "eligibility was not asked for again",
                ),
            )),
            Some(at) if case.certificate_read(None, done, at).is_none() => Some((
                at,
                Wording::new(
                    "カードを読み直さずに照会した",
                    "the card was not read again",
                ),
            )),
            Some(_) => None,
        };
        tally.judge(failure.map(|(at, observed)| {
            let due = if again.is_some() { 0 } else { until };
            Failure::new(at, expected, observed)
                .missing(due)
                .after(done)
        }));
    }
    tally.finding(Wording::new("完了した利用登録", "a completed registration"))
}

/// Where the turn of the patient ends whose registration was done: the card is taken, or the program
/// closed.
fn ends_turn(case: &Case<'_>, done: u64) -> u64 {
    case.steps_after(done)
        .find(|(_, step)| {
            matches!(
                step.action.known(),
                Some(Action::TakeCard | Action::Close | Action::Lock)
            )
        })
        .map_or(u64::MAX, |(at, _)| at)
}

/// Whether a screen that followed the completion lets the staff begin a check: it offers a way of
/// checking, or asks for card or PIN.
fn leads_to_check(case: &Case<'_>, done: u64, until: u64) -> bool {
    const WANTED: [&str; 2] = ["カード", "暗証番号"];
    /// Words for a card that is to go; 読み取り is none.
    const AWAY: [&str; 5] = ["お取り", "取り外", "抜い", "離し", "お返し"];
    let has = |text: &str, words: &[&str]| words.iter().any(|word| text.contains(word));
    let asks = |text: &str| has(text, &WANTED) && !has(text, &AWAY);
    let from = case.next_step(done);
    case.screens_between(from, until)
        .any(|(_, screen)| is_choice(screen) || asks(&screen.title) || readable(screen).any(asks))
}

/// Whether the card was read for a check that found no line to the service.
fn finds_no_line(case: &Case<'_>, done: u64, until: u64) -> bool {
    let read = case.certificate_read(None, done, until);
    read.is_some_and(|read| case.fails_to_connect_between(read..until))
}

/// After a registration whose answer did not arrive, none follows before the user acts.
pub(super) fn not_repeated_blindly(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for register in asked(case, Operation::Register) {
        let Some((lost, _)) = register.answer.filter(|(_, answer)| !answer.arrived()) else {
            continue;
        };
        let until = case.next_step(lost);
        let again = case
            .exchanges_between(lost..until)
            .find(|exchange| exchange.is(Operation::Register))
            .map(|exchange| exchange.asked);
        tally.judge(again.map(|at| {
            Failure::new(
                at,
                Wording::new(
                    "職員の操作があるまで登録し直さない",
                    "no registration before somebody acts",
                ),
                Wording::new(
                    "回答が失われた登録を、自動で送り直した",
                    "the registration whose answer was lost was sent again",
                ),
            )
            .after(register.asked)
            .after(lost)
        }));
    }
    tally.finding(Wording::new(
        "回答が失われた利用登録",
        "a registration whose answer was lost",
    ))
}

/// After a registration that was refused, no completion is shown until one was made.
pub(super) fn failure_is_not_done(case: &Case<'_>) -> Finding {
    let done = |screen: &Screen| {
        screen.title == REGISTERED || screen.buttons.iter().any(|button| button == CHECK_AGAIN)
    };
    let mut tally = Tally::default();
    if let Some(read) = refused_by_client(case) {
        let shown = case
            .screens_between(read, u64::MAX)
            .find(|(_, screen)| done(screen));
        tally.judge(shown.map(|(shown, screen)| {
            not_registered(shown, "別のカード", "another card", &screen.title).after(read)
        }));
    }
    for register in asked(case, Operation::Register) {
        let Some((at, answer)) = register.received() else {
            continue;
        };
        if answer.decision == Decision::Ok {
            continue;
        }
        let made = asked(case, Operation::Register)
            .filter_map(|later| later.received_as(Decision::Ok))
            .map(|(made, _)| made)
            .find(|made| *made > at);
        let shown = case
            .screens_between(at, made.unwrap_or(u64::MAX))
            .find(|(_, screen)| done(screen));
        tally.judge(shown.map(|(shown, screen)| {
            let decision = &answer.decision;
            not_registered(shown, decision, decision, &screen.title)
                .after(register.asked)
                .after(at)
        }));
    }
    tally.finding(Wording::new(
        "拒否された利用登録",
        "a registration that was refused",
    ))
}

/// A completion is shown at `shown`, although this came before.
fn not_registered(shown: u64, ja: &str, en: &str, title: &str) -> Failure {
    let expected = Wording::new(
        "登録できなかったことを知らせる画面",
        "a screen that says that nothing was registered",
    );
    let observed = Wording::new(
        format!("{ja} のあとに {title} を表示した"),
        format!("screen {title} after {en}"),
    );
    Failure::new(shown, expected, observed)
}

/// After 健康保険証利用登録しない or 同意しない: neither consent nor registration, until the patient
/// asks for the registration anew.
pub(super) fn refusal_ends(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    // what was pressed last decides
    let presses = case
        .steps()
        .filter(|(_, step)| step.action == Action::Press);
    let decisions: Vec<(u64, bool)> = presses
        .filter_map(|(at, step)| match step.value.as_deref() {
            Some(DISAGREE | DO_NOT_REGISTER) => Some((at, true)),
            Some(REGISTER) => Some((at, false)),
            _ => None,
        })
        .collect();
    let refusals = decisions.iter().filter(|(_, refused)| *refused);
    for (at, _) in refusals {
        // no patient refused by a button that was not there
        match case.undone_at(*at) {
            Some(undone) => tally.leave_open(undone.in_words()),
            None => tally.judge(None),
        }
    }
    for exchange in case.exchanges() {
        if !exchange.is(Operation::RegistrationConsent) && !exchange.is(Operation::Register) {
            continue;
        }
        let before = decisions.partition_point(|(at, _)| *at < exchange.asked);
        let Some((refused, true)) = decisions[..before].last().copied() else {
            continue;
        };
        let operation = exchange.request.operation.as_deref().unwrap_or("?");
        let failure = Failure::new(
            exchange.asked,
            Wording::new(
                "断られた後は何も登録しない",
                "nothing registered after the refusal",
            ),
            Wording::new(
                format!("{operation} を送った"),
                format!("{operation} was sent"),
            ),
        );
        tally.judge(Some(failure.after(refused)));
    }
    tally.finding(Wording::new("利用登録を断る操作", "a refusal"))
}
