//! The connection to the service: whom it trusts, how long it waits, and what it sends again.

use ureq::tls::TlsConfig;

use super::*;
use crate::answer::Distrust;
use crate::line;

defects! {
    "accepts-foreign-ca" breaks "service.server-verified",
        "goes on without verification where nobody vouches for the server",
        "サーバーの証明書の発行者を知らないと、検証せずに続ける" => forgives(Distrust::OtherCa);
    "accepts-expired-certificate" breaks "service.certificate-period",
        "goes on without verification where the server's certificate has expired",
        "サーバーの証明書の期限が切れていると、検証せずに続ける" => forgives(Distrust::Expired);
    "accepts-wrong-host" breaks "service.certificate-host",
        "goes on without verification where the certificate is another host's",
        "証明書が別のホストのものだと、検証せずに続ける" => forgives(Distrust::OtherHost);
    "speaks-old-tls" breaks "service.tls-version",
        "falls back to TLS 1.0",
        "TLS 1.0 に下げる" => saw::response(|service, _, response| {
        if response.is_err() {
            old_tls::fall_back(&service.address);
        }
    });
    "takes-page-for-answer" breaks "service.answer-recognised",
        "takes any answer to a login for success, also a captive portal's page",
        "ログインへの応答なら、認証ページでも何でも成功とみなす" =>
        on::sent(|app, request, sent| match sent {
            Err(_) if logs_in(request) => instead(app.show_choice()),
            sent => Ok(sent),
        });
    "ignores-media-type" breaks "service.media-type-checked",
        "reads an answer that says it is HTML",
        "HTML だという応答を読む" => on::response(|_, _, response| {
        response.map(|reply| {
            if is_answer(&reply) {
                return reply;
            }
            reply.map(|body| Body::builder().mime_type("application/json").reader(body.into_reader()))
        })
    });
    "wants-an-address" breaks "service.every-address",
        "reaches no service that is called by a name: the first of its addresses does not answer",
        "名前で呼ばれるサービスに届かない。初めの住所が応じないため" => acts(|app, action| {
        let url = &app.service.address.url;
        let is_address = url.contains("//127.") || url.contains("//[");
        let fails = matches!(action, Action::Login(_)) && !is_address;
        fails.then(|| app.show_login(Some("サービスに接続できません".to_owned())))
    });
    "passes-proxy-by" breaks "service.set-proxy-used",
        "takes no notice of the proxy that it is given",
        "設定されたプロキシを使わない" => acts(|app, action| {
        let fails = matches!(action, Action::Login(_)) && app.service.address.proxy.is_some();
        fails.then(|| app.show_login(Some("サービスに接続できません".to_owned())))
    });
    "takes-environments-proxy" breaks "service.own-proxy-only",
        "goes through the proxy that HTTPS_PROXY names where it was given none",
        "プロキシを設定されていないと、HTTPS_PROXY のプロキシを通る" => on::response(|service, request, response| {
        let named = std::env::var("HTTPS_PROXY").ok();
        let Some(proxy) = named.filter(|_| service.address.proxy.is_none()) else {
            return response;
        };
        let address = line::Address { proxy: Some(proxy), ..service.address.clone() };
        let limit = Some(address.patience);
        let tls = service.agent_of(request).config().tls_config().clone();
        // whatever it asks there, the proxy learns of it
        let asked = format!("{}/openapi.json", address.url);
        let _ = line::agent(&address, tls, limit, 0)?.get(asked).call();
        response
    });
    "follows-redirects" breaks "service.no-redirect-elsewhere",
        "follows a redirect, wherever it leads, and takes what it finds there for the reply",
        "転送にはどこへでも従い、そこにあるものを応答とみなす" => on::response(|service, request, response| {
        let reply = response?;
        let leads = reply.headers().get("location").and_then(|to| to.to_str().ok());
        let Some(to) = leads.filter(|_| reply.status().is_redirection()) else {
            return Ok(reply);
        };
        let to = match to.starts_with('/') {
            true => format!("{}{to}", service.address.url),
            false => to.to_owned(),
        };
        let followed = service.agent_of(request).get(to).call();
        followed.map_err(|error| line::failure(&error))
    });
    "waits-for-ever" breaks "service.bounded-wait",
        "waits for an answer without a time limit",
        "応答を時間の制限なく待つ" =>
        on::patience(|wait, limit| if wait == Wait::Service { None } else { limit });
    "ignores-retry-after" breaks "service.retry-after",
        "asks again at once when it is told to come later",
        "後でと言われても、すぐに照会し直す" => on::response(|service, request, mut response| {
        while response.as_ref().is_ok_and(|reply| reply.status() == 429 && !is_answer(reply)) {
            response = service.transmit(service.agent_of(request), request);
        }
        response
    });
    "hammers-after-failure" breaks "service.bounded-retries",
        "repeats a failed request over and over by itself",
        "失敗した要求をひとりでに何度も繰り返す" => saw::sent(|app, request, sent| {
        if sent.is_err() && !logs_in(request) {
            for _ in 0..5 {
                let _ = app.service.send(request);
            }
        }
    });
    "repeats-until-served" breaks "service.bounded-retries",
        "repeats by itself what a gateway answered with 503 until it is through",
        "ゲートウェイが 503 で断った要求を、通るまでひとりでに繰り返す" =>
        on::sent(|app, request, sent| {
            let turned_away = |error: &NoAnswer| error.instead == Instead::Page(503) && !logs_in(request);
            let mut tries = if sent.as_ref().is_err_and(turned_away) { 0..5 } else { 0..0 };
            Ok(tries.find_map(|_| app.service.send(request).ok()).map_or(sent, Ok))
        });
    "repeats-late-inquiry" breaks "service.bounded-retries",
        "waits an eighth of a second for an answer, and asks again, four times",
        "応答を 8 分の 1 秒だけ待ち、四回照会し直す" => [
        on::patience(|wait, limit| match wait {
            Wait::Answer(Operation::EligibilityByCertificate) => Some(Duration::from_millis(120)),
            _ => limit,
        }),
        on::response(|service, request, mut response| {
            for _ in 0..4 {
                if response.as_ref().is_err_and(|error| error.instead == Instead::Silence) {
                    response = service.transmit(service.agent_of(request), request);
                }
            }
            response
        }),
    ];
    "restarts-request-ids" breaks "service.request-well-formed",
        "numbers its requests from 1 again after each login",
        "ログインのたびに要求の番号を 1 から始める" => on::session_mark(|_| "e3b0c442".to_owned());
    "new-request-on-retry" breaks "service.same-request-on-retry",
        "gives a retry another request id",
        "再試行に別の要求番号を付ける" => renews_retry(|_| true);
    "repeats-on-second-press" breaks "service.same-request-on-retry",
        "sends the inquiry once more, as another one, where its button is pressed again before the answer",
        "回答の前にボタンがもう一度押されると、別の照会としてもう一度送る" => {
        let last = kept::<Option<Request>>();
        [
            saw::request(move |_, request| last.set(Some(request.clone()))),
            acts(move |app, action| {
                let is_again = presses(action, button::RETRY) && matches!(app.stage, Stage::Result);
                let mut again = last.get().filter(|last| is_again && last.id.is_some())?;
                again.id = app.service.request(again.operation).id;
                Some(app.ask(again))
            }),
        ]
    };
    "renews-after-end" breaks "service.same-request-on-retry",
        "asks as if anew where the connection ended without an answer",
        "応答なしに接続が終わると、新しい要求として照会する" => renews_after(|request, instead| {
        *instead == Instead::End && request.operation == Operation::EligibilityByCertificate
    });
    "renews-after-half" breaks "service.same-request-on-retry",
        "asks as if anew where a part of the answer had arrived",
        "応答の一部が届いていると、新しい要求として照会する" =>
        renews_after(|_, instead| *instead == Instead::Half);
    "renews-signed-inquiry" breaks "service.same-request-on-retry",
        "gives the retry of a signed inquiry another request id",
        "署名した照会の再試行に別の要求番号を付ける" =>
        renews_retry(|request| request.operation == Operation::EligibilityBySignature);
}

/// Goes on without verification where a certificate cannot be trusted for this reason.
fn forgives(distrust: Distrust) -> Layer {
    on::response(move |service, request, response| match response {
        Err(error) if error.instead == Instead::Stranger(distrust) => {
            let shown = service
                .agent_of(request)
                .config()
                .tls_config()
                .client_cert();
            let tls = TlsConfig::builder()
                .client_cert(shown.cloned())
                .disable_verification(true)
                .build();
            let limit = Some(service.address.patience);
            service.transmit(&line::agent(&service.address, tls, limit, 0)?, request)
        }
        response => response,
    })
}

/// Sends another request where a retry is wanted of one of this kind.
fn renews_retry(kind: fn(&Request) -> bool) -> Layer {
    saw::act(move |app, action| {
        if let Stage::NoAnswer(Again::Ask(request)) = &mut app.stage
            && presses(action, button::RETRY)
            && kind(request)
        {
            request.id = app.service.request(request.operation).id;
        }
    })
}

/// Keeps another request for the retry where something of this kind came.
fn renews_after(kind: fn(&Request, &Instead) -> bool) -> Layer {
    on::sent(move |app, request, sent| match &sent {
        Err(error) if kind(request, &error.instead) && !logs_in(request) => {
            let mut renewed = request.clone();
            renewed.id = app.service.request(request.operation).id;
            instead(app.show_no_answer(error, Again::Ask(renewed)))
        }
        _ => Ok(sent),
    })
}
