//! What lies between client and service: certificates, versions of TLS, portals, and answers that
//! do not arrive as they were sent.

use std::collections::BTreeSet;

use madoguchi_notation::Wording;
use madoguchi_scenarios::{Action, ServiceGiven};
use madoguchi_trace::{AnswerFault, Event, Handshake, HttpAnswer, What};

use super::service::nothing_sent_to;
use super::start::is_login;
use super::start::{is_of_patient, is_work};
use crate::case::{Case, Exchange};
use crate::finding::{Failure, Finding, Tally};
use crate::screen::{contains, readable};

/// Over a connection whose server's certificate has expired nothing is sent.
pub(super) fn certificate_period(case: &Case<'_>) -> Finding {
    nothing_sent_to(case, "expired")
}

/// Over a connection whose server shows another host's certificate nothing is sent.
pub(super) fn certificate_host(case: &Case<'_>) -> Finding {
    nothing_sent_to(case, "wrong-host")
}

/// After a ServerHello of TLS 1.0 the client goes no further than to say why.
pub(super) fn tls_version(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for event in case.events() {
        let What::Tls(tls) = &event.what else {
            continue;
        };
        if tls.server != "tls-1.0" {
            continue;
        }
        tally.judge((tls.outcome == Handshake::WentOn).then(|| {
            Failure::new(
                event.seq,
                Wording::new("接続を打ち切る", "the connection given up"),
                Wording::new("TLS 1.0 の接続を続けた", "the client went on with TLS 1.0"),
            )
        }));
    }
    tally.finding(Wording::new(
        "TLS 1.0 を返すサーバーへの接続",
        "a connection to a server that answers with TLS 1.0",
    ))
}

/// Exchanges whose answer met one of these faults, with its place.
fn struck<'c, 'a>(
    case: &'c Case<'a>,
    faults: &'c [AnswerFault],
) -> impl Iterator<Item = (Exchange<'a>, u64, &'a HttpAnswer)> + 'c {
    case.exchanges().filter_map(|exchange| {
        let (at, answer) = exchange.answer?;
        let fault = answer.fault.as_ref()?;
        fault.is_in(faults).then_some((exchange, at, answer))
    })
}

/// Where the answer to a struck request came after all: place of the first that arrived as it was sent.
fn answered_later(case: &Case<'_>, exchange: &Exchange<'_>, struck: u64) -> Option<u64> {
    case.exchanges_between(exchange.asked..u64::MAX)
        .filter(|later| {
            let both_ask = later.asks_eligibility() && exchange.asks_eligibility();
            both_ask || later.request.operation == exchange.request.operation
        })
        .filter_map(|later| later.received())
        .map(|(at, _)| at)
        .find(|at| *at > struck)
}

/// Place of the first login, and of the act after it, where the scenario's service is such a one.
fn login_where(case: &Case<'_>, is_such: impl Fn(&ServiceGiven) -> bool) -> Option<(u64, u64)> {
    let service = &case.scenario()?.given.service;
    let mut steps = case.steps();
    let (at, _) = steps.find(|(_, step)| step.action == Action::Login)?;
    is_such(service).then(|| (at, case.next_step(at)))
}

/// A service that is called by a name is reached, whichever of the name's addresses answers.
pub(super) fn every_address(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    if let Some((at, until)) = login_where(case, |service| service.by_name) {
        let reached = case
            .events()
            .any(|event| matches!(event.what, What::Tls(_)));
        tally.judge((!reached).then(|| {
            Failure::new(
                at,
                Wording::new(
                    "名前の二つ目の住所への接続",
                    "a connection to another address of the name",
                ),
                Wording::new(
                    "どの住所にも届かなかった",
                    "none of the addresses was reached",
                ),
            )
            .missing(until)
        }));
    }
    tally.finding(Wording::new(
        "名前で呼ばれるサービスへのログイン",
        "a login to a service that is called by a name",
    ))
}

/// Where the client was given a proxy, the login goes through it.
pub(super) fn set_proxy_used(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    if let Some((at, until)) = login_where(case, |service| service.proxy) {
        let led = |event: &Event| matches!(&event.what, What::Proxy(asked) if asked.allowed);
        let is_used = case.events().any(led);
        let is_reached = case.exchanges().next().is_some();
        tally.judge((!is_used).then(|| {
            let observed = if is_reached {
                Wording::new("プロキシを通さなかった", "it went past the proxy")
            } else {
                Wording::new(
                    "プロキシに何も尋ねなかった",
                    "the proxy was not asked for anything",
                )
            };
            let expected = Wording::new(
                "設定されたプロキシ経由の接続",
                "a way through the proxy that was set",
            );
            Failure::new(at, expected, observed).missing(until)
        }));
    }
    tally.finding(Wording::new(
        "設定されたプロキシ経由のログイン",
        "a login through a proxy that was set",
    ))
}

/// A proxy that is set for another program is not asked for anything.
pub(super) fn own_proxy_only(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    let given = case.scenario().map(|scenario| &scenario.given.service);
    if given.is_some_and(|service| service.other_proxy && !service.proxy) {
        if case.exchanges().next().is_some() {
            tally.judge(None);
        }
        let asks = case
            .events()
            .find(|event| matches!(event.what, What::Proxy(_)));
        tally.judge(asks.map(|event| {
            Failure::new(
                event.seq,
                Wording::new(
                    "設定されたとおりの経路",
                    "the way that was set for this client",
                ),
                Wording::new(
                    "ほかのプログラムのためのプロキシを通した",
                    "it went through a proxy that is set for another program",
                ),
            )
        }));
    }
    tally.finding(Wording::new(
        "環境変数にある、ほかのプログラムのためのプロキシ",
        "a proxy of another program in the environment",
    ))
}

/// The path to which a redirect elsewhere leads.
const ELSEWHERE: &str = "/elsewhere";

/// After a redirect to another host, or to http, nobody comes there before the next act.
pub(super) fn no_redirect_elsewhere(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for (exchange, at, _) in struck(case, &[AnswerFault::RedirectedElsewhere]) {
        let came = |event: &Event| match &event.what {
            What::Request(request) => request.operation.is_none() && *request.path == *ELSEWHERE,
            What::Tls(tls) => tls.outcome == Handshake::NoTls,
            _ => false,
        };
        let mut later = case.events_between(at..case.next_step(at));
        tally.judge(later.find(|event| came(event)).map(|event| {
            let observed = match &event.what {
                What::Request(request) if request.terminal.is_some() => Wording::new(
                    "そこへ要求を送り、端末の証明書を示した",
                    "a request went there, and the terminal's certificate with it",
                ),
                What::Request(_) => Wording::new("そこへ要求を送った", "a request went there"),
                _ => Wording::new(
                    "そこへ暗号化せずに要求を送った",
                    "a request went there without TLS",
                ),
            };
            let expected = Wording::new(
                "別のホストや http への転送に従わない",
                "nothing sent to where the redirect leads: another host, or http",
            );
            Failure::new(event.seq, expected, observed)
                .after(exchange.asked)
                .after(at)
        }));
    }
    tally.finding(Wording::new(
        "別のホストか http への転送",
        "a redirect to another host, or to http",
    ))
}

/// What stands in the place of an answer that somebody on the way has given.
pub(super) const STRANGERS: [AnswerFault; 4] = [
    AnswerFault::CaptivePortal,
    AnswerFault::ForeignJson,
    AnswerFault::Redirected,
    AnswerFault::RedirectedElsewhere,
];

/// After a portal's page no screen follows that only an answer leads to. 認証選択 is one only for a
/// login: after another request a program may go back to it and say there what happened.
pub(super) fn answer_recognised(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for (exchange, at, _) in struck(case, &STRANGERS) {
        let is_led_to = match is_login(&exchange) {
            true => is_work,
            false => is_of_patient,
        };
        let until = answered_later(case, &exchange, at).unwrap_or(u64::MAX);
        let passed = case
            .screens_between(at, case.next_step(at).min(until))
            .find(|(_, screen)| is_led_to(screen));
        tally.judge(passed.map(|(shown, screen)| {
            let title = &screen.title;
            Failure::new(
                shown,
                Wording::new(
                    "通信できないことを知らせる画面",
                    "a screen that says that the service was not reached",
                ),
                Wording::new(
                    format!("途中の機器の画面を受けて {title} を表示した"),
                    format!("screen {title} after the page of something on the way"),
                ),
            )
            .after(exchange.asked)
            .after(at)
        }));
    }
    tally.finding(Wording::new(
        "途中の機器が返した画面",
        "a page of something on the way",
    ))
}

/// What an answer would have delivered of a person.
fn delivered(answer: &HttpAnswer) -> BTreeSet<&str> {
    let personal = ["name", "name-kana", "insured-identification-number"];
    answer
        .fields
        .iter()
        .filter(|(name, value)| {
            let field = name.rsplit('.').next().unwrap_or(name);
            personal.contains(&field) && !value.trim().is_empty()
        })
        .map(|(_, value)| value.as_str())
        .collect()
}

/// Nothing is shown of answers that met one of these faults, until one has arrived whole.
fn nothing_shown_of(
    case: &Case<'_>,
    faults: &[AnswerFault],
    observed: &Wording,
    occasion: Wording,
) -> Finding {
    let mut tally = Tally::default();
    for (exchange, at, answer) in struck(case, faults) {
        let values = delivered(answer);
        if values.is_empty() {
            continue;
        }
        let whole = answered_later(case, &exchange, at);
        let until = whole.unwrap_or(u64::MAX);
        // the same person may have been asked for in another way
        let elsewhere = case
            .exchanges_between(at..until)
            .filter_map(|later| later.received())
            .find(|(_, answer)| !delivered(answer).is_disjoint(&values));
        let shown = case
            .screens_between(at, elsewhere.map_or(until, |(at, _)| at))
            .find(|(_, screen)| {
                readable(screen).any(|text| values.iter().any(|value| contains(text, value)))
            });
        tally.judge(shown.map(|(shown, _)| {
            Failure::new(
                shown,
                Wording::new(
                    "この回答の内容がない画面",
                    "a screen without anything of this answer",
                ),
                observed.clone(),
            )
            .after(exchange.asked)
            .after(at)
        }));
    }
    tally.finding(occasion)
}

/// Nothing is shown of an answer that says it is of another media type.
pub(super) fn media_type_checked(case: &Case<'_>) -> Finding {
    nothing_shown_of(
        case,
        &[AnswerFault::WrongContentType],
        &Wording::new(
            "HTML と称する応答の内容を表示した",
            "the content of a reply that says it is HTML is on the screen",
        ),
        Wording::new("形式の違う応答", "a reply of another media type"),
    )
}

/// Nothing is shown of an answer that broke off.
pub(super) fn no_partial_data(case: &Case<'_>) -> Finding {
    nothing_shown_of(
        case,
        &[
            AnswerFault::Truncated,
            AnswerFault::ResetInBody,
            AnswerFault::Stalled,
        ],
        &Wording::new(
            "途中で切れた回答の内容を表示した",
            "a part of an answer that broke off is on the screen",
        ),
        Wording::new("途中で切れた回答", "an answer that broke off"),
    )
}

/// Until `Retry-After` has passed, the client does not ask again unless the user acts.
pub(super) fn retry_after(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for (exchange, at, answer) in struck(case, &[AnswerFault::TooManyRequests]) {
        let Some(seconds) = answer.retry_after else {
            continue;
        };
        let time = |seq: u64| case.trace().event(seq).map(|event| event.us);
        let until = case.next_step(at);
        let early = case.exchanges_between(at..until).find(|later| {
            let waited = time(later.asked)
                .zip(time(at))
                .map(|(later, at)| later.saturating_sub(at));
            later.request.operation == exchange.request.operation
                && waited.is_some_and(|waited| waited < u64::from(seconds) * 1_000_000)
        });
        tally.judge(early.map(|early| {
            Failure::new(
                early.asked,
                Wording::new(
                    format!("{seconds}秒後まで聞き直さない"),
                    format!("no repetition for {seconds} s"),
                ),
                Wording::new(
                    "その前に自動で聞き直した",
                    "asked again by itself before that",
                ),
            )
            .after(at)
        }));
    }
    tally.finding(Wording::new("429 の応答", "a reply 429"))
}
