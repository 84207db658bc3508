//! The service: topic `service`.

use std::collections::BTreeMap;

use madoguchi_eligibility::Decision;
use madoguchi_notation::Wording;
use madoguchi_scenarios::{Action, Operation, TerminalState};
use madoguchi_trace::{HttpAnswer, NOT_ASKED, Step, What};

use super::keeping::disk;
use crate::case::{Case, Exchange};
use crate::finding::{Contrast, Failure, Finding, Tally};

/// Every request that is understood, except the first login, shows the terminal's certificate.
pub(super) fn terminal_authenticated(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    let mut entered = false;
    for exchange in case.exchanges() {
        let Some(operation) = exchange.request.operation.as_deref() else {
            continue;
        };
        if is_patients(&exchange, &mut entered) || exchange.is(Operation::FirstLogin) {
            continue;
        }
        tally.judge(exchange.request.terminal.is_none().then(|| {
            Failure::new(
                exchange.asked,
                Wording::new(
                    "端末の証明書を示した要求",
                    "a request that shows the terminal certificate",
                ),
                Wording::new(
                    format!("{operation} に端末の証明書がない"),
                    format!("{operation} without a terminal certificate"),
                ),
            )
        }));
    }
    tally.finding(Wording::new(
        "初回ログイン以外の要求",
        "a request other than the first login",
    ))
}

/// Whether the client is a patient's own device in this exchange: it came in by an institution's link,
/// and no user has logged in since.
fn is_patients(exchange: &Exchange<'_>, entered: &mut bool) -> bool {
    *entered = exchange.is(Operation::PatientEntrance)
        || *entered && !exchange.is(Operation::Login) && !exchange.is(Operation::FirstLogin);
    *entered
}

/// A fresh terminal is activated once, an activated one never.
pub(super) fn activation_code_once(case: &Case<'_>) -> Finding {
    let occasion = Wording::new("ログイン", "a login");
    let Some(scenario) = case.scenario() else {
        return Finding::Inconclusive(Wording::new(
            "端末が登録済みかどうかが分からない",
            "whether the terminal had been activated is not known",
        ));
    };
    // A terminal whose files were lost is activated once more, with another code.
    let lost = disk(case)
        .next()
        .and_then(|(happened, _)| {
            case.steps_after(happened)
                .find(|(_, step)| step.action == Action::RestartApp)
        })
        .map_or(u64::MAX, |(at, _)| at);
    let first: Vec<Exchange<'_>> = case
        .exchanges_between(0..lost)
        .filter(|exchange| exchange.is(Operation::FirstLogin))
        .collect();
    let attempts = first.len();
    // One whose answer did not arrive told the client nothing.
    let first: Vec<Exchange<'_>> = first
        .into_iter()
        .filter(|exchange| exchange.answer.is_none_or(|(_, answer)| answer.arrived()))
        .collect();
    let logged_in = case
        .exchanges()
        .any(|exchange| exchange.is(Operation::Login));
    if first.is_empty() && !logged_in {
        return Finding::NoOccasion(occasion);
    }
    let due = match scenario.given.terminal {
        TerminalState::Fresh => 1,
        TerminalState::Activated | TerminalState::Unknown => 0,
    };
    // What a fresh terminal was refused before a code was taken has used none up: it was too new.
    let taken = first
        .iter()
        .position(|exchange| exchange.received_as(Decision::Ok).is_some());
    let refused = taken.unwrap_or_else(|| first.len().saturating_sub(1));
    let first = &first[refused * due..];
    let mut tally = Tally::default();
    let had_no_chance = first.is_empty() && attempts > 0;
    tally.judge((first.len() != due && !had_no_chance).then(|| {
        let at = first
            .get(due)
            .map_or_else(|| case.end(), |exchange| exchange.asked);
        let times = first.len();
        let failure = Failure::new(
            at,
            Wording::new(
                format!("初回ログインが {due}回"),
                format!("{due} first logins"),
            ),
            Wording::new(
                format!("初回ログインが {times}回"),
                format!("{times} first logins"),
            ),
        )
        .contrast(Contrast::absent_if(times == 0));
        first
            .iter()
            .fold(failure, |failure, exchange| failure.after(exchange.asked))
    }));
    tally.finding(occasion)
}

/// About a card that lies there while no check has begun, nothing is asked.
pub(super) fn asked_on_demand(case: &Case<'_>) -> Finding {
    /// Acts by which a check begins or goes on.
    const CHECKS: &[Action] = &[
        Action::ChooseMethod,
        Action::PlaceCard,
        Action::EnterPin,
        Action::Press,
        Action::Designate,
    ];
    let mut tally = Tally::default();
    for presence in case.presences() {
        let until = presence.until.map_or(u64::MAX, |(at, _)| at);
        let mut before = case.steps_before(presence.from);
        let from = before.find(|(_, step)| step.action == Action::TakeCard);
        let from = from.map_or(0, |(at, _)| at);
        let mut steps = case.steps_after(from).take_while(|(at, _)| *at < until);
        if steps.any(|(_, step)| step.action.is_in(CHECKS)) {
            continue;
        }
        let asked = case.eligibility_between(presence.from..until).next();
        tally.judge(asked.map(|exchange| {
            Failure::new(
                exchange.asked,
                Wording::new("照会しない", "no inquiry"),
                Wording::new(
                    "誰も始めていない資格確認の照会を送った",
                    "an inquiry although nobody began a check",
                ),
            )
            .after(presence.from)
        }));
    }
    tally.finding(Wording::new(
        "資格確認が始まらないまま置かれたカード",
        "a card that lies there while nobody begins a check",
    ))
}

/// The `method` of each eligibility request is the one that was chosen.
pub(super) fn method_declared(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for exchange in case.eligibility() {
        let Some(method) = case.method_at(exchange.asked) else {
            continue;
        };
        let declared = exchange.field("method");
        tally.judge((declared != Some(method.name())).then(|| {
            let declared = declared.unwrap_or("—");
            Failure::new(
                exchange.asked,
                Wording::new(format!("method {method}"), format!("method {method}")),
                Wording::new(format!("method {declared}"), format!("method {declared}")),
            )
        }));
    }
    tally.finding(Wording::new(
        "方法を選んだ後の照会",
        "an eligibility request after a choice of the method",
    ))
}

/// With the PIN, or whichever way the wire profile wants signed, eligibility is asked by signature, and the
/// service accepts the signature.
pub(super) fn signed_challenge(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    let expected = || {
        Wording::new(
            "サービスの乱数への署名による照会",
            "a request with a signature over the service's nonce",
        )
    };
    for exchange in case.eligibility() {
        if exchange.is(Operation::EligibilityByCertificate) {
            if case
                .method_at(exchange.asked)
                .is_some_and(|method| case.is_signed(method))
            {
                let observed =
                    Wording::new("証明書だけで照会した", "a request by certificate alone");
                tally.judge(Some(Failure::new(exchange.asked, expected(), observed)));
            }
            continue;
        }
        let Some((answered, answer)) = exchange.answer else {
            continue;
        };
        match answer.decision.known() {
            Some(Decision::SignatureInvalid | Decision::ChallengeUnknown) => {
                let observed = Wording::new(
                    format!("署名が受け入れられなかった ({})", answer.decision),
                    format!("the signature was refused ({})", answer.decision),
                );
                let failure = Failure::new(answered, expected(), observed);
                tally.judge(Some(failure.after(exchange.asked)));
            }
            Some(
                Decision::TerminalUnknown
                | Decision::TerminalRevoked
                | Decision::SessionInvalid
                | Decision::Malformed,
            ) => {}
            _ => tally.judge(None),
        }
    }
    tally.finding(Wording::new(
        "暗証番号による照会への回答",
        "an answer to a request with the PIN",
    ))
}

/// Nothing but eligibility is asked for.
pub(super) fn eligibility_only(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for exchange in case.exchanges() {
        tally.judge(exchange.is(Operation::MedicalInformation).then(|| {
            Failure::new(
                exchange.asked,
                Wording::new(
                    "診療・薬剤・健診の情報を求めない",
                    "no request for medical information",
                ),
                Wording::new("診療情報等を求めた", "medical information was asked for"),
            )
        }));
    }
    tally.finding(Wording::new("サービスへの要求", "a request"))
}

/// Over a connection whose server no authority vouches for nothing is sent.
pub(super) fn server_verified(case: &Case<'_>) -> Finding {
    nothing_sent_to(case, "foreign-ca")
}

/// Over a connection on which the server showed a certificate of this kind nothing is sent.
pub(super) fn nothing_sent_to(case: &Case<'_>, kind: &str) -> Finding {
    let mut tally = Tally::default();
    let mut first: BTreeMap<u32, Exchange<'_>> = BTreeMap::new();
    for exchange in case.exchanges() {
        first.entry(exchange.request.connection).or_insert(exchange);
    }
    for event in case.events() {
        let What::Tls(tls) = &event.what else {
            continue;
        };
        if tls.server != kind {
            continue;
        }
        let sent = first.get(&tls.connection);
        tally.judge(sent.map(|exchange| {
            let path = &exchange.request.path;
            Failure::new(
                exchange.asked,
                Wording::new(
                    "接続を打ち切り、何も送らない",
                    "the connection given up, nothing sent",
                ),
                Wording::new(
                    format!("証明書が {kind} のサーバーに {path} を送った"),
                    format!("{path} was sent to a server with a certificate {kind}"),
                ),
            )
            .after(event.seq)
        }));
    }
    tally.finding(Wording::new(
        "信頼できない証明書を示すサーバーへの接続",
        "a connection to a server that cannot be trusted",
    ))
}

/// The same request at most so often per act of a user.
const MOST: usize = 3;

/// Equal requests (without their id) per act of a user stay within bounds.
pub(super) fn bounded_retries(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    let mut counts: BTreeMap<(u64, String), Vec<u64>> = BTreeMap::new();
    for exchange in case.exchanges() {
        let act = case.last_step(exchange.asked);
        let equal = counts
            .entry((act.unwrap_or(0), essence(&exchange)))
            .or_default();
        if equal.len() > MOST {
            // it has been told already
            continue;
        }
        equal.push(exchange.asked);
        tally.judge((equal.len() > MOST).then(|| {
            let operation = exchange.request.operation.as_deref().unwrap_or("?");
            let failure = Failure::new(
                exchange.asked,
                Wording::new(
                    format!("1回の操作につき同じ要求は {MOST}回まで"),
                    format!("at most {MOST} equal requests per action"),
                ),
                Wording::new(
                    format!("{operation} を続けて {}回以上送った", equal.len()),
                    format!("{operation} was sent {} times or more", equal.len()),
                ),
            );
            equal.iter().fold(failure, |failure, at| failure.after(*at))
        }));
    }
    tally.finding(Wording::new("サービスへの要求", "a request"))
}

/// What makes two requests the same: everything but their id.
fn essence(exchange: &Exchange<'_>) -> String {
    let request = exchange.request;
    let fields: Vec<String> = request
        .fields
        .iter()
        .filter(|(name, _)| name.as_str() != REQUEST_ID)
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    format!("{} {} {}", request.method, request.path, fields.join("&"))
}

/// No answer says that a request could not be read, or that its id names another one.
pub(super) fn request_well_formed(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for exchange in case.exchanges() {
        let Some((at, answer)) = exchange.answer else {
            continue;
        };
        if *answer.decision == *NOT_ASKED {
            continue;
        }
        // That a session ended cannot be known before; that one was opened can.
        let without_session = &*answer.rule == "session-token-missing"
            && super::contract::is_logged_in(case, exchange.asked);
        let is_refused = answer.decision == Decision::Malformed || without_session;
        tally.judge(is_refused.then(|| {
            Failure::new(
                at,
                Wording::new(
                    "サービスが読める要求",
                    "a request that the service can read",
                ),
                Wording::new(
                    format!("{} で断られた ({})", answer.decision, answer.rule),
                    format!("refused as {} ({})", answer.decision, answer.rule),
                ),
            )
            .after(exchange.asked)
        }));
    }
    tally.finding(Wording::new("要求への回答", "an answer to a request"))
}

/// After a lost answer, the next request of that kind is recognisable as the same one, unless a check was
/// begun anew before it: that is another question. So is an equal request where a button was pressed before
/// the answer came.
pub(super) fn same_request_on_retry(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    let carries_ids = case
        .exchanges()
        .any(|exchange| exchange.field(REQUEST_ID).is_some());
    for exchange in case.exchanges() {
        let id = match exchange.field(REQUEST_ID) {
            Some(id) => id,
            None if carries_ids && is_kept(&exchange) => "",
            None => continue,
        };
        let retry = retried_meanwhile(case, &exchange).or_else(|| retried_after(case, &exchange));
        let Some((lost, retry)) = retry else { continue };
        let begins = |step: &Step| {
            matches!(
                step.action.known(),
                Some(Action::TakeCard | Action::ChooseMethod)
            )
        };
        let mut between = case
            .steps_before(retry.asked)
            .take_while(|(at, _)| *at > lost);
        if between.any(|(_, step)| begins(step)) {
            continue;
        }
        let again = retry.field(REQUEST_ID).unwrap_or_default();
        tally.judge((again != id || id.is_empty()).then(|| {
            let expected = match id {
                "" => Wording::new("どちらにも同じ要求番号", "one request id in both"),
                id => numbered(id),
            };
            Failure::new(retry.asked, expected, numbered(again))
                .contrast(Contrast::absent_if(again.is_empty()))
                .after(exchange.asked)
                .after(lost)
        }));
    }
    tally.finding(Wording::new(
        "回答が失われた後の聞き直し",
        "a retry after a lost answer",
    ))
}

const REQUEST_ID: &str = "request-id";

/// Whether the registry keeps something of what was asked: a line of the history, a registration.
fn is_kept(exchange: &Exchange<'_>) -> bool {
    const KEPT: [Operation; 4] = [
        Operation::EligibilityByCertificate,
        Operation::EligibilityBySignature,
        Operation::EligibilityByNumber,
        Operation::Register,
    ];
    KEPT.iter().any(|operation| exchange.is(*operation))
}

/// What is said of a request id, which may be missing.
fn numbered(id: &str) -> Wording {
    match id {
        "" => Wording::new("要求番号なし", "no request id"),
        id => Wording::new(format!("要求番号 {id}"), format!("request id {id}")),
    }
}

/// Where the answer was lost, and the next request of this kind.
fn retried_after<'a>(case: &Case<'a>, exchange: &Exchange<'a>) -> Option<(u64, Exchange<'a>)> {
    let is_lost = |answer: &HttpAnswer| !answer.arrived() && *answer.decision != *NOT_ASKED;
    let (lost, _) = exchange.answer.filter(|(_, answer)| is_lost(answer))?;
    let mut later = case.exchanges_between(lost..u64::MAX);
    let retry = later.find(|later| later.request.operation == exchange.request.operation)?;
    Some((lost, retry))
}

/// Where a button was pressed before the answer came, and the next equal request.
fn retried_meanwhile<'a>(case: &Case<'a>, exchange: &Exchange<'a>) -> Option<(u64, Exchange<'a>)> {
    let until = exchange.answer.map_or(u64::MAX, |(answered, _)| answered);
    let until = until.min(case.next_step(exchange.asked));
    let (pressed, _) = case.pressed_meanwhile(exchange.asked..until).next()?;
    let mut later = case.exchanges_between(pressed..u64::MAX);
    let retry = later.find(|later| essence(later) == essence(exchange))?;
    // Of what was never decided nothing is recorded.
    let is_decided = exchange.request.fault.is_none();
    is_decided.then_some((pressed, retry))
}
