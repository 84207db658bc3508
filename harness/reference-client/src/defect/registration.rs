//! 健康保険証利用登録

use std::time::Instant;

use super::*;
use crate::inquiry::is_passing;

defects! {
    "never-offers-registration" breaks "registration.offered",
        "only says that 健康保険証利用登録 is missing" => on::answer(|app, operation, answer| {
        if answer.code() == "NOT_REGISTERED" {
            return instead(app.show_refusal(operation, &answer));
        }
        Ok(answer)
    });
    "hides-terms" breaks "registration.terms-shown", "asks for consent without showing 利用規約" =>
        on::answer(|_, _, mut answer| {
            answer.fields.remove(&Field::TermsText);
            Ok(answer)
        });
    "omits-registration-numbers" breaks "registration.screens-numbered",
        "shows the registration screens without 画面番号" => on::screen(|app, mut screen| {
        if matches!(app.stage, Stage::Terms(_) | Stage::RegistrationReading(_) | Stage::Registered) {
            screen.number = None;
        }
        screen
    });
    "registers-without-consent" breaks "registration.consent-first",
        "registers without sending the consent" =>
        on::act(|app, action| match (&action, &app.stage) {
            (Action::Press(label), Stage::Terms(_)) if label == button::AGREE => {
                instead(app.show_registration_reading(None))
            }
            _ => Ok(action),
        });
    "registers-without-reading" breaks "registration.card-read-again",
        "registers with the certificate read before the consent" => {
        let (last, seen) = last_read();
        let knows = on::known(move |app, known| match app.stage {
            Stage::Reading(Purpose::Register(_)) => Some(last.get()),
            _ => known,
        });
        [seen, knows]
    };
    "skips-recheck" breaks "registration.recheck-after",
        "does not check again after the registration" => on::act(|app, action| {
        if checks_again(app, &action) {
            return instead(app.show_choice());
        }
        Ok(action)
    });
    "leaves-slow-registration" breaks "registration.recheck-after",
        "takes the time of a slow registration for idleness and ends the patient's turn" => {
        let (begun, is_over) = (kept::<Option<Instant>>(), kept::<bool>());
        [
            on::request(move |_, request| {
                begun.set(Some(Instant::now()));
                Ok(request)
            }),
            on::sent(move |_, _, sent| {
                is_over.set(begun.get().is_some_and(|begun| begun.elapsed() > IDLE));
                Ok(sent)
            }),
            on::act(move |app, action| {
                if checks_again(app, &action) && is_over.get() {
                    return instead(app.show_choice());
                }
                Ok(action)
            }),
        ]
    };
    "registers-after-refusal" breaks "registration.refusal-ends",
        "registers although the patient does not agree" => on::act(|app, action| {
        if let (Action::Press(label), Stage::Terms(terms)) = (&action, &app.stage)
            && label == button::DISAGREE
        {
            let terms = terms.clone();
            register_quietly(app, terms);
        }
        Ok(action)
    });
    "repeats-registration" breaks "registration.not-repeated-blindly",
        "registers again by itself when the answer was lost" => on::sent(|app, request, sent| {
        if sent.is_err() && request.operation == Operation::Register {
            return Ok(app.service.send(request).or(sent));
        }
        Ok(sent)
    });
    "takes-any-answer-for-done" breaks "registration.failure-is-not-done",
        "says that the registration is done although it was refused" =>
        on::answer(|app, operation, answer| {
            if operation == Operation::Register && is_passing(&answer) {
                return instead(app.show(Stage::Registered, screens::registration_done()));
            }
            Ok(answer)
        });
}

/// How long nobody may do anything before the patient's turn seems to be over.
const IDLE: Duration = Duration::from_millis(500);

/// Whether the eligibility is going to be checked after the registration.
fn checks_again(app: &App, action: &Action) -> bool {
    let wanted = [button::CHECK, button::READ_CARD];
    matches!(action, Action::Press(label) if wanted.contains(&&**label))
        && matches!(app.stage, Stage::Registered)
}

/// Registers the patient who did not agree.
fn register_quietly(app: &mut App, terms: String) {
    let consent = app.consent_to(terms);
    let Ok(answer) = app.service.send(&consent) else {
        return;
    };
    let consent = answer.text(Field::ConsentId).map(str::to_owned);
    if let Ok(certificate) = app.read_certificate() {
        let registration = app.registration(consent, &certificate);
        let _ = app.service.send(&registration);
    }
}
