//! Results that no answer gave.

use std::borrow::Cow;

use super::*;
use crate::result;
use crate::wire::Wire;

defects! {
    "shows-result-without-answer" breaks "result.needs-answer",
        "opens the result screen although no answer came",
        "応答がないのに結果の画面を開く" => on::sent(|app, request, sent| {
        if sent.is_err() && !logs_in(request) {
            app.link.screen(&bare_result("有効"))?;
        }
        Ok(sent)
    });
    "takes-server-error-for-none" breaks "result.needs-answer",
        "shows a patient without eligibility where the server said 500",
        "サーバーが 500 と答えると、資格のない患者として示す" =>
        makes_up(|_, instead| (*instead == Instead::Page(500)).then_some(NONE));
    "takes-short-answer-for-none" breaks "result.needs-answer",
        "shows a patient without eligibility where an answer broke off before the results",
        "結果の前で切れた応答を、資格のない患者として示す" => makes_up(|wire, instead| {
        let results = Field::Results.name(wire);
        let is_short = scrap(instead).is_some_and(|scrap| !scrap.contains(results));
        is_short.then_some(NONE)
    });
    "takes-reset-for-end" breaks "result.needs-answer",
        "takes a reset connection for the end of an answer, and shows what it says",
        "接続のリセットを応答の終わりとみなし、その内容を示す" =>
        makes_up(|_, instead| (*instead == Instead::Reset).then_some(""));
    "takes-portal-for-result" breaks "result.needs-answer",
        "takes a captive portal's page for an answer without results",
        "認証ページを結果のない応答とみなす" => on::response(|service, _, response| {
        let mut reply = response?;
        if reply.status() == 200 && !is_answer(&reply) {
            let page = reply.body_mut().read_to_string().unwrap_or_default();
            if page.starts_with('<') {
                let empty = format!(r#"{{"{}":"OK"}}"#, Field::ResultCode.name(service.wire()));
                return Ok(reply.map(|_| Body::builder().mime_type("application/json").data(empty)));
            }
        }
        Ok(reply)
    });
    "shows-lasting-result-again" breaks "result.needs-answer",
        "shows a valid result without a date of loss again when its patient comes back",
        "喪失日のない有効な結果を、その患者がまた来たときにそのまま示す" => {
        let (last, seen) = last_read();
        let (shown, shows) = last_shown();
        let lasting = kept::<Option<Vec<u8>>>();
        [
            seen,
            shows,
            saw::result(move |_, answer, _, _| {
                if lasts(answer) {
                    lasting.set(Some(last.get()));
                }
            }),
            on::request(move |app, request| match lasting.get() {
                Some(lasting)
                    if request.operation == Operation::EligibilityByCertificate
                        && is_of(&request, &lasting) =>
                {
                    let again = Screen { fields: shown.get(), ..bare_result("有効") };
                    instead(app.show(Stage::Result, again))
                }
                _ => Ok(request),
            }),
        ]
    };
    "shows-refusal-as-result" breaks "result.refusal-is-no-result",
        "opens the result screen although the facility may not ask",
        "照会できない施設なのに結果の画面を開く" => on::refusal(|operation, answer, screen| {
        let checks = [Operation::EligibilityByCertificate, Operation::EligibilityBySignature];
        let is_off = checks.contains(&operation) && answer.code() == "FUNCTION_OFF";
        if is_off { bare_result("有効") } else { screen }
    });
    "shows-refused-search" breaks "result.refusal-is-no-result",
        "shows the result of a search in an emergency that was not permitted",
        "許されない緊急時の検索の結果を示す" => on::refusal(|operation, answer, screen| {
        if operation == Operation::EmergencySearch { first_result(answer) } else { screen }
    });
    "shows-missing-consent" breaks "result.refusal-is-no-result",
        "shows a patient who has not consented today as one without eligibility",
        "その日の同意がない患者を、資格のない患者として示す" => on::refusal(|_, answer, screen| {
        if answer.code() == "CONSENT_MISSING" { first_result(answer) } else { screen }
    });
    "trusts-right-pin" breaks "result.refusal-is-no-result",
        "opens the result screen after a right PIN although the certificate is refused",
        "暗証番号が正しければ、証明書が拒まれても結果の画面を開く" =>
        on::refusal(|operation, answer, screen| {
            let is_signed = operation == Operation::EligibilityBySignature;
            if is_signed && answer.code() == "CERT_REVOKED" { bare_result("有効") } else { screen }
        });
    "shows-revoked-as-none" breaks "result.refusal-is-no-result",
        "shows a revoked certificate as the result that there is no eligibility",
        "失効した証明書を、資格がないという結果として示す" =>
        on::refusal(|operation, answer, screen| {
            let by_sight = operation == Operation::EligibilityByCertificate;
            if by_sight && answer.code() == "CERT_REVOKED" { bare_result(NONE) } else { screen }
        });
    "shows-partial-answer" breaks "result.no-partial-data",
        "shows what it can read of an answer that broke off",
        "途中で切れた応答から読めるものを示す" => on::sent(|app, request, sent| {
        if let Err(error) = &sent
            && !logs_in(request)
            && let Some(name) = salvaged(&error.instead, Field::Name.name(app.service.wire()))
        {
            let mut screen = screens::no_answer(error.to_string());
            screen.fields.push(("氏名", name));
            return instead(app.show(Stage::NoAnswer(Again::Ask(request.clone())), screen));
        }
        Ok(sent)
    });
}

/// 資格有効性 of a patient who has none.
pub(super) const NONE: &str = "該当資格なし";

/// Shows a result with the validity that something else than an answer is taken for.
fn makes_up(validity: fn(Wire, &Instead) -> Option<&'static str>) -> Layer {
    on::sent(move |app, request, sent| {
        let wire = app.service.wire();
        let made_up = sent
            .as_ref()
            .err()
            .and_then(|error| validity(wire, &error.instead));
        match made_up {
            Some(validity) if !logs_in(request) => {
                instead(app.show(Stage::Result, bare_result(validity)))
            }
            _ => Ok(sent),
        }
    })
}

/// What arrived and was no answer, as text.
fn scrap(instead: &Instead) -> Option<Cow<'_, str>> {
    match instead {
        Instead::Scrap(body) => Some(String::from_utf8_lossy(body)),
        _ => None,
    }
}

/// The text of the field with this name in what arrived.
fn salvaged(instead: &Instead, name: &str) -> Option<String> {
    let text = scrap(instead)?;
    let (_, value) = text.split_once(&format!("\"{name}\":\""))?;
    Some(value.split_once('"')?.0.to_owned())
}

/// Whether it seems that nothing of a result is going to change.
fn lasts(answer: &Answer) -> bool {
    let ends = |result: &Record| result.contains_key(&Field::DisqualificationDate);
    let is_valid = answer.text(Field::QualificationValidity) == Some("1");
    answer.code() == "OK" && is_valid && !answer.results.iter().any(ends)
}

/// What the result screen would be if the answer had results.
fn first_result(answer: &Answer) -> Screen {
    let mut screens = result::screens(answer).into_iter();
    screens.next().unwrap_or_default()
}
