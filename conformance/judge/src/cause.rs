//! Why a client fails, as far as its trace shows it: a request that the service could not read, a signature
//! that is over something else, a certificate that is not whole, a command before its SELECT. Where it shows
//! nothing of that kind, the requirement's own guess is told if the trace bears it out, and else none.

mod evidence;
mod signature;

use madoguchi_eligibility::Decision;
use madoguchi_iso7816::{Instruction, StatusWord};
use madoguchi_notation::Wording;
use madoguchi_requirements::Requirement;
use madoguchi_trace::{CardEvent, HttpAnswer, Posted};

pub use self::signature::of_rule as signature_fault;
use crate::case::{Case, Exchange};
use crate::finding::Failure;

/// The cause of a failure that a check found.
pub(crate) fn of(case: &Case<'_>, requirement: &Requirement, failure: &Failure) -> Option<Wording> {
    let id = requirement.id.as_str();
    let own = || requirement.likely.clone();
    // a button that is not there is the cause itself
    let is_guess = case.undone_at(failure.at).is_none();
    failure
        .likely
        .clone()
        .or_else(|| before(case, id, failure))
        .or_else(|| own().filter(|_| is_guess && evidence::bears_out(case, id, failure)))
}

/// The cause of a failure that the trace shows, whatever is judged: of a check, or of a scenario's own
/// expectation, which knows nothing of the requirement's guess.
pub(crate) fn before(case: &Case<'_>, id: &str, failure: &Failure) -> Option<Wording> {
    if !is_consequence(id) {
        return None;
    }
    let mut places: Vec<u64> = failure.before.clone();
    places.push(failure.at);
    places.iter().rev().find_map(|at| {
        let from = case.last_step(at + 1).unwrap_or(0);
        let until = case.next_step(*at);
        refused(case, from..until).or_else(|| unselected(case, from..until))
    })
}

/// Whether a requirement may be broken because something before it went wrong: not one on how that is
/// told, or on what else stands on a screen.
fn is_consequence(id: &str) -> bool {
    const TOPICS: [&str; 10] = [
        "assistance",
        "bulk",
        "card",
        "consent",
        "contract",
        "credential",
        "history",
        "institution",
        "registration",
        "result",
    ];
    const OWN: [&str; 16] = [
        "result.cause-told",
        "result.cause-in-words",
        "result.ceiling-not-asked",
        "result.no-end-made-up",
        "result.previous-patient-cleared",
        "result.start-after-card",
        "result.read-aloud-whole",
        "result.read-aloud-own",
        "result.read-aloud-shown",
        "result.read-aloud-asked",
        "card.unreadable-told",
        "card.choice-before-card",
        "card.released",
        "contract.messages",
        "credential.pin-stays-on-card",
        "credential.auth-reference-only",
    ];
    const OTHERS: [&str; 2] = ["service.signed-challenge", "service.request-well-formed"];
    let topic = id.split('.').next().unwrap_or_default();
    OTHERS.contains(&id) || TOPICS.contains(&topic) && !OWN.contains(&id)
}

/// Why the service refused the last request of a time, if it was the request's own fault.
fn refused(case: &Case<'_>, time: std::ops::Range<u64>) -> Option<Wording> {
    let mut answered = case.exchanges_between(time).filter_map(|exchange| {
        let (_, answer) = exchange.answer?;
        Some((exchange, answer))
    });
    let (exchange, answer) = answered.next_back()?;
    let name = exchange.request.operation.as_deref().unwrap_or("?");
    let decision = answer.decision.parse::<Decision>().ok()?;
    match decision {
        Decision::Malformed => Some(malformed(name, answer)),
        Decision::Unmatched => {
            let (method, path) = (&exchange.request.method, &exchange.request.path);
            Some(Wording::new(
                format!("{method} {path} という操作はない"),
                format!("there is no operation {method} {path}"),
            ))
        }
        Decision::SignatureInvalid => signature::of_rule(&answer.rule),
        Decision::ChallengeUnknown => challenge(&answer.rule),
        Decision::CertUnknown => certificate(case, &exchange),
        _ => None,
    }
}

/// A request that could not be read: by which rule, and what of it was wrong.
fn malformed(operation: &str, answer: &HttpAnswer) -> Wording {
    let rule = &answer.rule;
    let message = answer.fields.get("result-message");
    let detail = message.map_or_else(|| rule.to_string(), |message| format!("{rule}: {message}"));
    Wording::new(
        format!("要求 {operation} の形が誤りで、サービスに断られた ({detail})"),
        format!("the service refused {operation} for its form ({detail})"),
    )
}

fn challenge(rule: &str) -> Option<Wording> {
    let (ja, en) = match rule {
        "challenge-missing" => (
            "要求に乱数の番号 (challenge-id) がない",
            "the request has no challenge id",
        ),
        "challenge-not-usable" => (
            "使い終えた乱数、または別のセッションの乱数の番号を送っている",
            "the challenge is used up already, or of another session",
        ),
        "challenge-too-old" => (
            "期限の過ぎた乱数に署名している",
            "the nonce was too old when its signature came",
        ),
        _ => return None,
    };
    Some(Wording::new(ja, en))
}

/// What is wrong with a certificate that is on none of the cards, and where its reading stopped.
pub(crate) fn certificate(case: &Case<'_>, exchange: &Exchange<'_>) -> Option<Wording> {
    let posted = exchange.request.posted.as_deref()?;
    let Posted { len, of, at, .. } = posted;
    let len = thousands(*len);
    let of = of.map_or_else(|| "?".to_owned(), thousands);
    let (ja, en) = match posted.form.as_str() {
        "empty" => (
            "証明書が空".to_owned(),
            "the certificate is empty".to_owned(),
        ),
        "beginning" => {
            let Wording { ja, en } = reading(case, exchange.asked);
            (
                format!("証明書が途中まで: {of} バイトのうち {len} バイト。{ja}"),
                format!("the certificate is cut off: {len} of {of} bytes; {en}"),
            )
        }
        "longer" => (
            format!("証明書 ({of} バイト) の後に余分なバイトがある (計 {len} バイト)"),
            format!("there are bytes behind the certificate: {len} instead of {of}"),
        ),
        "gap" => {
            let at = at.map_or_else(|| "?".to_owned(), thousands);
            (
                format!(
                    "証明書の途中が抜けている: {at} バイト目から ({of} バイトのうち {len} バイト)"
                ),
                format!(
                    "part of the certificate is missing from byte {at} on ({len} of {of} bytes)"
                ),
            )
        }
        "otherwise" => {
            let at = at.map_or_else(|| "?".to_owned(), thousands);
            (
                format!(
                    "証明書が {at} バイト目から違う ({len} バイト、カードのものは {of} バイト)"
                ),
                format!(
                    "the certificate differs from byte {at} on ({len} bytes, the card's has {of})"
                ),
            )
        }
        "base64" => (
            "証明書を二重に base64 にしている".to_owned(),
            "the certificate was encoded in base64 twice".to_owned(),
        ),
        "hexadecimal" => (
            "証明書を16進の文字列にしてから送っている".to_owned(),
            "the certificate was written in hexadecimal before it was encoded".to_owned(),
        ),
        "pem" => (
            "証明書を PEM にしてから送っている。DER のまま送る".to_owned(),
            "the certificate was made PEM before it was encoded; DER is wanted".to_owned(),
        ),
        "no-certificate" => (
            format!("証明書 (DER) ではないもの ({len} バイト) を送っている"),
            format!("what was sent ({len} bytes) is no certificate in DER"),
        ),
        _ => return None,
    };
    Some(Wording::new(ja, en))
}

/// How far the certificate was read from the card before it was sent at `asked`.
fn reading(case: &Case<'_>, asked: u64) -> Wording {
    let from = case
        .presence_before(asked)
        .map_or(0, |presence| presence.from);
    let read: Vec<&CardEvent> = case.certificate_reads_between(from..asked).collect();
    let length = |apdu: &CardEvent| -> Option<usize> {
        let answer = apdu.answer.as_deref()?;
        match answer.strip_prefix("len=") {
            Some(length) => length.parse().ok(),
            None => Some(answer.len() / 2),
        }
    };
    let last = read.last().and_then(|apdu| length(apdu));
    match (read.len(), last) {
        (0, _) => Wording::new(
            "この前にカードから読んでいない",
            "it was not read from the card before",
        ),
        (1, Some(last)) => Wording::new(
            format!("最初の READ BINARY ({last} バイト) で読み終えている"),
            format!("reading stopped after the first READ BINARY, of {last}"),
        ),
        (times, Some(last)) => Wording::new(
            format!("カードからは READ BINARY {times}回で読み、最後は {last} バイト"),
            format!("it was read by {times} READ BINARY, the last one of {last}"),
        ),
        (times, None) => Wording::new(
            format!("カードからは READ BINARY {times}回で読んだ"),
            format!("it was read by {times} READ BINARY"),
        ),
    }
}

/// A command that the card refused because nothing was selected that it could be about.
fn unselected(case: &Case<'_>, time: std::ops::Range<u64>) -> Option<Wording> {
    const NEEDS: [Instruction; 3] = [
        Instruction::READ_BINARY,
        Instruction::VERIFY,
        Instruction::COMPUTE_DIGITAL_SIGNATURE,
    ];
    let is_refusal = |sw: StatusWord| !sw.is_ok() && sw.to_bytes()[0] != 0x63 && !sw.is_blocked();
    let refused = |apdu: &CardEvent| apdu.status().is_some_and(is_refusal);
    let needs = |apdu: &CardEvent| apdu.name.is_in(&NEEDS);
    let mut apdus = case.apdus_between(time).map(|(_, apdu)| apdu);
    let first = apdus.find(|apdu| needs(apdu) && refused(apdu))?;
    let (name, sw) = (&first.name, first.sw.as_deref().unwrap_or_default());
    match (&first.application, &first.file) {
        (None, _) => Some(Wording::new(
            format!("{name} の前に、アプリケーションの SELECT がない ({sw})"),
            format!("{name} was sent before an application was selected ({sw})"),
        )),
        (Some(_), None) => Some(Wording::new(
            format!("{name} の前に、ファイルの SELECT がない ({sw})"),
            format!("{name} was sent before a file was selected ({sw})"),
        )),
        _ => None,
    }
}

/// A number with commas.
fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let groups = digits.as_bytes().rchunks(3).rev();
    let groups: Vec<&str> = groups
        .filter_map(|group| std::str::from_utf8(group).ok())
        .collect();
    groups.join(",")
}
