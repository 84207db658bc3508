//! 健康保険証利用登録

use std::time::Instant;

use super::*;
use crate::inquiry::is_passing;

defects! {
    "never-offers-registration" breaks "registration.offered",
        "only says that 健康保険証利用登録 is missing",
        "利用登録がないことだけを伝える" => answers(|app, operation, answer| {
        (answer.code() == "NOT_REGISTERED").then(|| app.show_refusal(operation, answer))
    });
    "hides-terms" breaks "registration.terms-shown",
        "asks for consent without showing 利用規約",
        "利用規約を示さずに同意を求める" => on::answer(|_, _, mut answer| {
        answer.fields.remove(&Field::TermsText);
        Ok(answer)
    });
    "omits-registration-numbers" breaks "registration.screens-numbered",
        "shows the registration screens without 画面番号",
        "利用登録の画面に画面番号を出さない" => on::screen(|app, mut screen| {
        if matches!(app.stage, Stage::Terms(_) | Stage::RegistrationReading(_) | Stage::Registered) {
            screen.number = None;
        }
        screen
    });
    "registers-without-consent" breaks "registration.consent-first",
        "registers without sending the consent",
        "同意を送らずに登録する" => acts(|app, action| {
        let agrees = presses(action, button::AGREE) && matches!(app.stage, Stage::Terms(_));
        agrees.then(|| app.show_registration_reading(None))
    });
    "leaves-agreeing-out" breaks "registration.consent-first",
        "shows the terms without 同意する",
        "規約の画面に 同意する がない" => [
        on::screen(|app, mut screen| {
            if matches!(app.stage, Stage::Terms(_)) {
                screen.buttons.retain(|label| *label != button::AGREE);
            }
            screen
        }),
        acts(|app, action| {
            let agrees = presses(action, button::AGREE) && matches!(app.stage, Stage::Terms(_));
            agrees.then(|| app.refuse("there is no such button"))
        }),
    ];
    "leaves-disagreeing-out" breaks "registration.refusal-offered",
        "shows the terms without 同意しない",
        "規約の画面に 同意しない がない" => on::screen(|app, mut screen| {
        if matches!(app.stage, Stage::Terms(_)) {
            screen.buttons.retain(|label| *label != button::DISAGREE);
        }
        screen
    });
    "registers-without-reading" breaks "registration.card-read-again",
        "registers with the certificate read before the consent",
        "同意の前に読んだ証明書で登録する" => {
        let (last, seen) = last_read();
        let knows = on::known(move |app, known| match app.stage {
            Stage::Reading(Purpose::Register(_)) => Some(last.get()),
            _ => known,
        });
        [seen, knows]
    };
    "forgets-registration" breaks "registration.survives-removal",
        "checks the card that is laid down again after it was lifted in the course of a registration",
        "登録の途中で離れて置き直されたカードを、登録せずに確認する" =>
        on::trouble(|app, _, screen| {
            if matches!(app.stage, Stage::Reading(Purpose::Register(_))) {
                app.stage = Stage::Reading(Purpose::Check);
            }
            Ok(screen)
        });
    "skips-recheck" breaks "registration.recheck-after",
        "takes the registration for the check, and does not check again",
        "利用登録を資格の確認とみなし、確認し直さない" =>
        acts(|app, action| checks_again(app, action).then(|| dead_end(app, "受付を終えました")));
    "leaves-slow-registration" breaks "registration.recheck-after",
        "takes the time of a slow registration for idleness and ends the patient's turn",
        "遅い登録の時間を無操作とみなし、患者の番を終える" => {
        let (begun, is_over) = (kept::<Option<Instant>>(), kept::<bool>());
        [
            saw::request(move |_, _| begun.set(Some(Instant::now()))),
            saw::sent(move |_, _, _| {
                is_over.set(begun.get().is_some_and(|begun| begun.elapsed() > IDLE));
            }),
            acts(move |app, action| {
                let gives_up = checks_again(app, action) && is_over.get();
                gives_up.then(|| dead_end(app, "操作がなかったため受付を終えました"))
            }),
        ]
    };
    "registers-after-refusal" breaks "registration.refusal-ends",
        "registers although the patient does not agree",
        "患者が同意しなくても登録する" => saw::act(|app, action| {
        if let (Action::Press(label), Stage::Terms(terms)) = (action, &app.stage)
            && label == button::DISAGREE
        {
            let terms = terms.clone();
            register_quietly(app, terms);
        }
    });
    "repeats-registration" breaks "registration.not-repeated-blindly",
        "registers again by itself when the answer was lost",
        "応答が失われると、ひとりでにもう一度登録する" => on::sent(|app, request, sent| {
        if sent.is_err() && request.operation == Operation::Register {
            return Ok(app.service.send(request).or(sent));
        }
        Ok(sent)
    });
    "takes-any-answer-for-done" breaks "registration.failure-is-not-done",
        "says that the registration is done although it was refused",
        "断られた登録を完了と伝える" => answers(|app, operation, answer| {
        let is_done = operation == Operation::Register && is_passing(answer);
        is_done.then(|| app.show(Stage::Registered, screens::registration_done()))
    });
}

/// How long the patient may do nothing before the patient's turn seems to be over.
const IDLE: Duration = Duration::from_millis(500);

/// Whether the eligibility is going to be checked after the registration.
fn checks_again(app: &App, action: &Action) -> bool {
    matches!(app.stage, Stage::Registered)
        && (presses(action, button::CHECK) || presses(action, button::READ_CARD))
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
