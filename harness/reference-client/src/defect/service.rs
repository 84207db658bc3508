//! What the service is asked, and by whom.

use std::fs;

use super::*;

defects! {
    "forgets-activation" breaks "service.activation-code-once",
        "keeps certificate and key of its terminal in memory alone",
        "端末の証明書と鍵をメモリにしか持たない" => {
        let registered = kept::<bool>();
        [
            saw::answer(move |_, operation, answer| {
                if operation == Operation::FirstLogin {
                    registered.set(answer.code() == "OK");
                }
            }),
            saw::act(move |app, _| {
                if registered.set(false) {
                    // Where it is not there, nothing is kept.
                    let _ = fs::remove_file(&app.terminal.certificate);
                }
            }),
        ]
    };
    "omits-terminal-certificate" breaks "service.terminal-authenticated",
        "shows the terminal's certificate at login only",
        "端末の証明書をログインでしか提示しない" => on::request(|_, request| {
        Ok(if logs_in(&request) { request } else { request.without_terminal() })
    });
    "knows-medical-codes" breaks "service.terminal-authenticated",
        "shows the terminal's certificate only where the facility's code is a medical one",
        "医療機関等コードが医科などのときだけ端末の証明書を提示する" =>
        saw::request(|app, request| {
            let code = request.text(Field::FacilityCode);
            if logs_in(request) && !code.is_some_and(is_medical) {
                app.service.terminal = None;
            }
        });
    "activates-again" breaks "service.activation-code-once",
        "activates the terminal at every login",
        "ログインのたびに端末を登録する" => on::activates(|_| true);
    "remembers-being-fresh" breaks "service.activation-code-once",
        "activates the terminal at each login until it is started anew",
        "起動し直すまで、ログインのたびに端末を登録する" => {
        let fresh = kept::<bool>();
        on::activates(move |is_fresh| {
            fresh.with(|fresh| {
                *fresh |= is_fresh;
                *fresh
            })
        })
    };
    "activates-on-retry" breaks "service.activation-code-once",
        "activates the terminal when a login that was not answered is tried again",
        "応答のなかったログインの再試行で端末を登録する" => saw::act(|app, action| {
        if presses(action, button::RETRY)
            && let Stage::NoAnswer(Again::Login(account)) = &mut app.stage
        {
            app.service.terminal = None;
            account.activation_code.get_or_insert_with(|| "000000000000".to_owned());
        }
    });
    "declares-wrong-method" breaks "service.method-declared",
        "always says that the check was visual",
        "いつも目視確認と伝える" => on::request(|_, request| {
        let by_pin = request.operation == Operation::EligibilityBySignature;
        Ok(if by_pin { request.with(Field::Method, "visual") } else { request })
    });
    "keeps-declaring-pin" breaks "service.method-declared",
        "goes on declaring a PIN after the settings went back to 目視確認",
        "設定を目視確認に戻しても暗証番号と伝え続ける" => {
        let went_back = kept::<bool>();
        [
            saw::act(move |_, action| {
                if let Action::SetMethod(check) = action {
                    went_back.set(*check == IdentityCheck::Visual);
                }
            }),
            on::request(move |_, request| {
                let by_sight = request.operation == Operation::EligibilityByCertificate;
                let keeps = by_sight && went_back.get();
                Ok(if keeps { request.with(Field::Method, "pin") } else { request })
            }),
        ]
    };
    "declares-first-method" breaks "service.method-declared",
        "declares for a patient who comes again how the first check was made",
        "もう一度来た患者について、最初の確認方法を伝える" => {
        let (last, seen) = last_read();
        let declares = on::request(move |_, request| {
            let by_pin = request.operation == Operation::EligibilityBySignature;
            let again = by_pin && is_of(&request, &last.get());
            Ok(if again { request.with(Field::Method, "visual") } else { request })
        });
        [seen, declares]
    };
    "signs-stale-challenge" breaks "service.signed-challenge",
        "signs the nonce of the challenge before",
        "一つ前のチャレンジの乱数に署名する" => {
        let last = kept::<Vec<u8>>();
        on::nonce(move |nonce| last.set(nonce))
    };
    "asks-for-medicine" breaks "service.eligibility-only",
        "asks for medical information after the eligibility",
        "資格の後に診療・薬剤情報を求める" => saw::answer(|app, operation, answer| {
        if has_results(operation, answer) {
            let medicine = app.service.request(Operation::MedicalInformation);
            let _ = app.service.send(&medicine);
        }
    });
    "asks-unasked" breaks "service.asked-on-demand",
        "asks about a card that lies on the reader at login",
        "ログイン時に置かれているカードについて照会する" => on::answer(|app, operation, answer| {
        if is_login(operation, &answer)
            && card_lies_there(app)
            && let Ok(certificate) = app.read_certificate()
        {
            let inquiry = app.inquiry_by_sight(&certificate);
            let _ = app.service.send(&inquiry);
        }
        Ok(answer)
    });
}

/// Whether 点数表番号, the third digit of a code, is that of 医科, 歯科, 調剤 or 訪問看護.
fn is_medical(facility_code: &str) -> bool {
    matches!(
        facility_code.as_bytes().get(2),
        Some(b'1' | b'3' | b'4' | b'6')
    )
}
