//! Why somebody does not get what was asked for: what the screens say of a request that was refused, or that
//! something on the way answered. Topic `result`.

use std::collections::{HashMap, HashSet};

use madoguchi_eligibility::Decision;
use madoguchi_notation::Wording;
use madoguchi_scenarios::Operation;
use madoguchi_trace::{AnswerFault, Screen};

use super::notice::screens_after;
use super::way::STRANGERS;
use crate::case::{Case, Exchange};
use crate::finding::{Failure, Finding, Tally};

/// A request for a patient that was not served, and what the screens then say.
struct Unserved<'a> {
    exchange: Exchange<'a>,
    /// Where the client learned of it.
    at: u64,
    screens: Vec<(u64, &'a Screen)>,
    /// Labels and values that are new: what stood there before anything was asked (a version, the name of the terminal) is no
    /// reason, and neither is what asks for a card.
    told: Vec<(&'a str, &'a str)>,
    /// Whether a title says it: of all but an inquiry that the service answered 通信エラー, and ログイン画面 of a session
    /// that is over.
    says_so: bool,
    /// A title that nobody knows, which may say it.
    may_say: Option<&'a str>,
}

/// All of them; a client that asks again by itself is judged by the last of its questions.
fn unserved<'a>(case: &'a Case<'_>) -> Vec<Unserved<'a>> {
    let first = case.exchanges().next().map_or(0, |exchange| exchange.asked);
    let (mut titles, mut fields) = (HashSet::new(), HashSet::new());
    for (_, screen) in case.screens_between(0, first) {
        titles.insert(screen.title.as_str());
        fields.extend(&screen.fields);
    }
    let asked = case.exchanges().filter(is_for_a_patient);
    let refused = asked.filter_map(|exchange| Some((exchange, unserved_at(&exchange)?)));
    let refused: Vec<(Exchange<'_>, u64)> = refused.collect();
    let first = refused.first().map_or(0, |(_, at)| *at);
    for (_, screen) in case.screens_between(0, first) {
        if case
            .words()
            .screen(&screen.title)
            .is_some_and(|title| ASKING_FOR_A_CARD.contains(&title))
        {
            fields.extend(&screen.fields);
        }
    }
    let mut all_asked: HashMap<Option<&str>, Vec<u64>> = HashMap::new();
    for exchange in case.exchanges().filter(is_for_a_patient) {
        let operation = exchange.request.operation.as_deref();
        all_asked.entry(operation).or_default().push(exchange.asked);
    }
    let is_asked_again = |exchange: &Exchange<'_>, at: u64| {
        let asked = all_asked.get(&exchange.request.operation.as_deref());
        let next = asked.and_then(|asked| asked.get(asked.partition_point(|asked| *asked < at)));
        next.is_some_and(|next| *next < case.next_step(at))
    };
    let last = refused
        .into_iter()
        .filter(|(exchange, at)| !is_asked_again(exchange, *at));
    last.map(|(exchange, at)| {
        let screens = screens_after(case, at);
        let new = screens
            .iter()
            .flat_map(|(_, screen)| &screen.fields)
            .filter(|field| !field.1.trim().is_empty() && !fields.contains(field));
        let told = new.map(|(label, value)| (label.as_str(), value.as_str()));
        let told = told.collect();
        let is_answered_inquiry = exchange.asks_eligibility() && exchange.received().is_some();
        let ends_session = exchange.received_as(Decision::SessionInvalid).is_some();
        let mut shown = screens.iter().map(|(_, screen)| screen.title.as_str());
        let says_so = shown.any(|title| match case.words().screen(title) {
            Some("通信エラー") => !is_answered_inquiry,
            Some("ログイン画面") => !is_answered_inquiry && ends_session,
            _ => false,
        });
        let may_tell = |title: &&str| {
            !title.trim().is_empty()
                && !titles.contains(title)
                && case.words().screen(title).is_none()
        };
        let mut shown = screens.iter().map(|(_, screen)| screen.title.as_str());
        let may_say = shown.find(may_tell);
        Unserved {
            exchange,
            at,
            screens,
            told,
            says_so,
            may_say,
        }
    })
    .collect()
}

/// A user who is refused, or answered by something on the way, learns why.
pub(super) fn cause_told(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for unserved in unserved(case) {
        let is_told = unserved.says_so || !unserved.told.is_empty();
        if let Some(title) = unserved.may_say.filter(|_| !is_told) {
            tally.leave_open(Wording::new(
                format!("理由の欄がない。知らない題名の「{title}」がそれかもしれない"),
                format!("no field says why; the title 「{title}」, which nobody knows, may"),
            ));
            continue;
        }
        let expected = match unserved.exchange.received() {
            Some((_, answer)) => Wording::new(
                format!("{} の理由の表示", answer.decision),
                format!("why it was refused ({})", answer.decision),
            ),
            None => Wording::new("回答が得られなかった理由の表示", "why there is no answer"),
        };
        let observed = Wording::new("理由がない", "a screen without a reason");
        tally.judge((!is_told).then(|| unserved.failure(case, expected, observed)));
    }
    tally.finding(Wording::new("拒否された要求", "a request that was refused"))
}

/// The reason is told in words where the service sent some, and not by a code alone.
pub(super) fn cause_in_words(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for unserved in unserved(case) {
        let is_told_in_fields =
            !unserved.says_so && unserved.may_say.is_none() && !unserved.told.is_empty();
        let Some((_, answer)) = unserved.exchange.received() else {
            continue;
        };
        let had_none = answer.fault.as_ref();
        let had_none = had_none.is_some_and(|fault| *fault == AnswerFault::WithoutMessage);
        if !is_told_in_fields || had_none {
            continue;
        }
        let expected = Wording::new("理由の言葉での表示", "why, in words");
        let observed = Wording::new("コードしか示していない", "nothing but a code");
        let mut told = unserved.told.iter();
        let only_codes = told.all(|(label, value)| is_bare(label) && is_code(value));
        tally.judge(only_codes.then(|| unserved.failure(case, expected, observed)));
    }
    tally.finding(Wording::new(
        "メッセージを伴う拒否",
        "a refusal that came with a message",
    ))
}

/// Whether a label says only that a reason follows: others may be the reason in words (有効期限切れ: `CERT_EXPIRED`).
fn is_bare(label: &str) -> bool {
    const NAMES: [&str; 8] = [
        "処理結果",
        "結果",
        "原因",
        "理由",
        "エラー",
        "コード",
        "番号",
        "メッセージ",
    ];
    let rest = NAMES
        .iter()
        .fold(label.to_owned(), |rest, name| rest.replace(name, ""));
    !rest.contains(char::is_alphanumeric)
}

/// Whether a value is one code, such as `CERT_REVOKED`, `E-1234` or `0012`: neither words of Japanese nor several of another
/// language.
fn is_code(value: &str) -> bool {
    let value = value.trim();
    let joint =
        |c: char| c.is_ascii_alphanumeric() || ['-', '_', '.', '(', ')', '[', ']'].contains(&c);
    value.chars().all(joint) && !value.chars().any(|c| c.is_ascii_lowercase())
}

impl Unserved<'_> {
    fn failure(&self, case: &Case<'_>, expected: Wording, observed: Wording) -> Failure {
        let place = self.screens.last().map_or(self.at, |(shown, _)| *shown);
        Failure::new(place, expected, observed)
            .missing(case.next_step(self.at))
            .after(self.at)
    }
}

/// Screens on which a card is asked for.
const ASKING_FOR_A_CARD: [&str; 2] = ["読み取り", "マイナンバーカードの読み取り"];

/// Where the client learned that it does not get what it asked for: it was refused, or something on the way answered.
fn unserved_at(exchange: &Exchange<'_>) -> Option<u64> {
    let (at, answer) = exchange.answer?;
    if !answer.arrived() {
        let fault = answer.fault.as_ref()?;
        return fault.is_in(&STRANGERS).then_some(at);
    }
    let is_done = exchange.delivered().is_some()
        || (answer.decision == Decision::Ok && !exchange.asks_eligibility());
    (!is_done && answer.decision != Decision::NotRegistered).then_some(at)
}

/// Whether it asks something for a patient that is answered at once; a 一括照会 has a rule of its own.
fn is_for_a_patient(exchange: &Exchange<'_>) -> bool {
    const OTHERS: [Operation; 10] = [
        Operation::Challenge,
        Operation::EligibilityByNumber,
        Operation::EligibilityByConsent,
        Operation::EmergencySearch,
        Operation::PatientEntrance,
        Operation::InstitutionConsent,
        Operation::History,
        Operation::RegistrationTerms,
        Operation::RegistrationConsent,
        Operation::Register,
    ];
    exchange.asks_eligibility() || OTHERS.iter().any(|other| exchange.is(*other))
}

#[cfg(test)]
mod tests {
    use super::{is_bare, is_code};

    #[test]
    fn a_code_alone_is_no_reason_in_words() {
        for code in ["CERT_REVOKED", "E-1234", "0012", "[BUSY]"] {
            assert!(is_code(code), "{code}");
        }
        for words in [
            "電子証明書が失効しています",
            "the card was revoked",
            "CARD REVOKED",
            "E-1234 失効",
        ] {
            assert!(!is_code(words), "{words}");
        }
    }

    #[test]
    fn words_may_stand_in_the_label() {
        for label in ["原因", "処理結果", "エラーコード", "理由:"] {
            assert!(is_bare(label), "{label}");
        }
        for label in ["有効期限切れ", "確認できない理由は証明書の失効"] {
            assert!(!is_bare(label), "{label}");
        }
    }
}
