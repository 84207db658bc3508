//! What went wrong between client and service, by what the client saw of it.

use std::collections::BTreeMap;

use madoguchi_eligibility::{Decision, Operation};
use madoguchi_scenarios::RedirectTo;
use madoguchi_trace::{AnswerFault, HttpAnswer, HttpRequest, Unanswered, What, Word};
use serde::Serialize;

use crate::draft::{Draft, Origin, Written};
use crate::redact::{Aside, Seen};
use crate::web::{Content, Entitled, Exchanged, Trouble};

/// Answers that come later than this were held up, microseconds.
const DELAYED: u64 = 1_000_000;

/// Those that come later than this, and so many times later than usual, too.
const NOTICED: u64 = 250_000;
const SLOWER: u64 = 50;

/// One thing that was asked of the service.
pub(super) struct Asked<'a> {
    pub(super) seen: &'a Seen,
    pub(super) operation: Option<Operation>,
    /// Which of its kind, from 1.
    pub(super) nth: u32,
    exchanged: Exchanged,
}

impl Asked<'_> {
    /// Whether it was asked whether a person is insured.
    pub(super) const fn is_eligibility(&self) -> bool {
        matches!(
            self.operation,
            Some(Operation::EligibilityByCertificate | Operation::EligibilityBySignature)
        )
    }

    /// Whether it came to nothing. Of an answer whose body was not recorded that is not known.
    pub(super) fn has_failed(&self) -> bool {
        let web = &self.exchanged;
        let is_unknown = (200..300).contains(&web.status)
            && web.content == Content::None
            && web.trouble.is_none();
        web.decision.is_none() && !is_unknown
    }

    /// What kind of insurance was told.
    pub(super) const fn entitled(&self) -> Option<Entitled> {
        self.exchanged.entitled
    }

    /// A fault of the way to the service that strikes this request: by its word and what else is said of it.
    fn struck(&self, operation: Operation) -> impl Fn(&str, &str) -> String {
        let nth = match self.nth {
            1 => String::new(),
            nth => format!(", nth: {nth}"),
        };
        move |word, more| format!("{word}: {{ operation: {operation}{nth}{more} }}")
    }

    pub(super) fn decision(&self) -> Option<Decision> {
        self.exchanged.decision
    }
}

pub(super) fn asked<'a>(app: &[&'a Seen]) -> Vec<Asked<'a>> {
    let mut counts: BTreeMap<Option<Operation>, u32> = BTreeMap::new();
    let mut asked = Vec::new();
    let mut open: Option<(&Seen, &HttpRequest)> = None;
    for &seen in app {
        let exchanged = match (&seen.aside, &seen.what) {
            (Aside::Web(web), _) => Some((**web).clone()),
            // of a recording the request says nothing that its answer does not
            (_, Some(What::Request(request))) if request.path != "/" => {
                let lost = open.replace((seen, request));
                lost.map(|(_, request)| stored(request, None))
            }
            (_, Some(What::Answer(answer))) => open
                .take()
                .map(|(_, request)| stored(request, Some(answer))),
            _ => None,
        };
        if let Some(exchanged) = exchanged {
            let operation = exchanged.operation;
            let count = counts.entry(operation).or_default();
            *count += 1;
            asked.push(Asked {
                seen,
                operation,
                nth: *count,
                exchanged,
            });
        }
    }
    if let Some((seen, request)) = open {
        let exchanged = stored(request, None);
        let count = counts.entry(exchanged.operation).or_default();
        asked.push(Asked {
            seen,
            operation: exchanged.operation,
            nth: *count + 1,
            exchanged,
        });
    }
    asked
}

/// An exchange of a stored trace, as a recording would show it.
fn stored(request: &HttpRequest, answer: Option<&HttpAnswer>) -> Exchanged {
    let fault = answer.and_then(|answer| answer.fault.as_ref()?.known());
    let trouble = match (fault, request.fault.as_ref().and_then(Word::known)) {
        (Some(AnswerFault::Lost), _) | (None, Some(Unanswered::Reset)) => Some(Trouble::Reset),
        (Some(AnswerFault::GivenUp | AnswerFault::Stalled), _)
        | (None, Some(Unanswered::Silent)) => Some(Trouble::TimedOut),
        (Some(AnswerFault::ResetInBody), _) => Some(Trouble::Cut),
        _ => None,
    };
    let content = match fault {
        Some(AnswerFault::WrongContentType) => Content::Mislabelled,
        Some(AnswerFault::Truncated) => Content::Broken,
        Some(AnswerFault::CaptivePortal | AnswerFault::ServerError) => Content::Html,
        _ => Content::Json,
    };
    let decision = answer.and_then(|answer| answer.decision.parse().ok());
    Exchanged {
        operation: request
            .operation
            .as_deref()
            .and_then(|name| name.parse().ok()),
        method: "POST",
        // nothing of these reached the client
        status: answer
            .filter(|_| !matches!(fault, Some(AnswerFault::Lost | AnswerFault::GivenUp)))
            .map_or(0, |answer| answer.status),
        content,
        decision,
        retry_after: answer.and_then(|answer| answer.retry_after),
        trouble,
        waited: (fault == Some(AnswerFault::Delayed)).then_some(DELAYED),
        received: (fault == Some(AnswerFault::Slow)).then_some(DELAYED),
        redirect: None,
        entitled: None,
    }
}

/// Whether eligibility was told in the end.
pub(super) fn is_checked(asked: &[Asked<'_>]) -> bool {
    let last = asked.iter().rev().find(|one| one.is_eligibility());
    last.is_some_and(|last| last.decision().is_some() && last.exchanged.trouble.is_none())
}

/// Who pressed something while the service still answered had to wait for it: the answer that took longest came late,
/// however long others take.
pub(super) fn held_up(asked: &[Asked<'_>], draft: &mut Draft) {
    let has = |lines: &[Written], word: &str| lines.iter().any(|line| line.text.contains(word));
    if !has(&draft.acts, "press-meanwhile") || has(&draft.web_faults, "delay:") {
        return;
    }
    let waited = |one: &&Asked<'_>| one.exchanged.waited.unwrap_or_default();
    let longest = asked.iter().filter(|one| one.operation.is_some());
    if let Some(one) = longest.max_by_key(waited)
        && let Some(operation) = one.operation
    {
        let ms = waited(&one) / 1_000;
        let text = one.struck(operation)("delay", &format!(", ms: {ms}"));
        let from = Origin::of(one.seen);
        draft.web_faults.push(Written::implied(text, from));
    }
}

/// What the service's record of the person is like, where every answer tells the same of it.
pub(super) fn record(asked: &[Asked<'_>], draft: &mut Draft) {
    let told = asked.iter().filter(|one| one.decision().is_some());
    let told: Vec<&Asked<'_>> = told.filter(|one| one.is_eligibility()).collect();
    let Some(first) = told.first() else { return };
    let is_same =
        |one: &&Asked<'_>| one.decision() == first.decision() && one.entitled() == first.entitled();
    if !told.iter().all(is_same) {
        return;
    }
    let from = Origin::of(first.seen);
    if first.decision() == Some(Decision::Withheld) {
        let line = "record: { withheld: true }";
        draft.given.push(Written::implied(line, from));
    }
    let Some(Entitled {
        class: Some(class),
        ends,
        ..
    }) = first.entitled()
    else {
        return;
    };
    // 01 is an ordinary one; those of A are of 医療扶助
    if class != "01" && !class.starts_with('A') {
        let until = if ends { ", until: +30d" } else { "" };
        let line =
            format!("record: {{ insurance: [{{ card-classification: \"{class}\"{until} }}] }}");
        draft.given.push(Written::implied(line, from));
    }
}

pub(super) fn infer(asked: &[Asked<'_>], draft: &mut Draft) {
    let usual = Usual::of(asked);
    for one in asked {
        let from = Origin::of(one.seen);
        let web = &one.exchanged;
        let Some(operation) = one.operation else {
            if web.trouble.is_some() || web.status >= 400 {
                draft.leave(
                    one.seen,
                    "電文プロファイルにない要求が失敗した",
                    "a request failed that the wire profile does not have",
                );
            }
            continue;
        };
        let line = one.struck(operation);
        let written = match (web.trouble, web.status, web.content) {
            // the answer had begun
            (Some(Trouble::Reset | Trouble::Cut), 200..300, _) => {
                Written::implied(line("reset-in-body", ""), from)
            }
            (Some(Trouble::TimedOut), 200..300, _) => Written::implied(line("stalled", ""), from),
            (Some(trouble), _, _) => match troubled(trouble, &line, from, draft, one.seen) {
                Some(written) => written,
                None => continue,
            },
            (None, 429, _) => {
                let after = web.retry_after.unwrap_or(1);
                let text = line("too-many-requests", &format!(", retry-after: {after}"));
                Written::implied(text, from)
            }
            (None, status @ 300..400, _) => match web.redirect {
                Some(to @ (RedirectTo::OtherHost | RedirectTo::Plain)) => {
                    let to = worded(&to);
                    let text = line("redirect", &format!(", status: {status}, to: {to}"));
                    Written::implied(text, from)
                }
                _ if status != 302 => {
                    let text = line("redirect", &format!(", status: {status}, to: own-host"));
                    Written::implied(text, from)
                }
                _ => Written::implied(line("captive-portal", ", redirect: true"), from),
            },
            (None, 502, Content::Json) if web.decision.is_none() => {
                Written::implied(line("foreign-json", ""), from)
            }
            (None, status @ 500..600, _) if web.decision.is_none() => {
                let text = line("server-error", &format!(", status: {status}"));
                Written::implied(text, from)
            }
            (None, 200, Content::Html) => Written::implied(line("captive-portal", ""), from),
            (None, 200, Content::Mislabelled) => {
                Written::implied(line("wrong-content-type", ""), from)
            }
            (None, 200, Content::Broken) => Written::implied(line("truncated", ""), from),
            (None, 200..300, _) if web.entitled.is_some_and(|one| one.partial.is_some()) => {
                let Some((of, is)) = web.entitled.and_then(|one| one.partial) else {
                    continue;
                };
                let text = line(
                    "partial-date",
                    &format!(", of: {}, is: {}", worded(&of), worded(&is)),
                );
                Written::implied(text, from)
            }
            _ if !is_of_profile(web, one.operation) => {
                let status = web.status;
                draft.leave(
                    one.seen,
                    format!("電文プロファイルにない応答 (HTTP {status})。結果コードがないか、知られていない"),
                    format!("an answer that the wire profile does not have (HTTP {status}): no result code, or an unknown one"),
                );
                continue;
            }
            _ => match slow(web, usual, &line, from) {
                Some(written) => written,
                None => continue,
            },
        };
        draft.web_faults.push(written);
    }
}

/// Whether a service answers so, as far as its answer was recorded.
const fn is_of_profile(web: &Exchanged, operation: Option<Operation>) -> bool {
    match (web.status, web.content, operation) {
        // nothing is known of it, or of its body
        (0, ..) | (200..300, Content::None, _) => true,
        // a result that is ready is a ZIP
        (200, Content::Other, Some(Operation::BulkResult)) => true,
        _ => web.decision.is_some(),
    }
}

/// The word of a scenario for a value of its own.
fn worded(value: &impl Serialize) -> String {
    let word = serde_json::to_value(value).unwrap_or_default();
    word.as_str().unwrap_or_default().to_owned()
}

/// How long answers usually take to begin and to come, microseconds.
#[derive(Clone, Copy)]
struct Usual {
    waited: u64,
    received: u64,
}

impl Usual {
    fn of(asked: &[Asked<'_>]) -> Self {
        let median = |of: fn(&Exchanged) -> Option<u64>| {
            let mut took: Vec<u64> = asked.iter().filter_map(|one| of(&one.exchanged)).collect();
            took.sort_unstable();
            took.get((took.len().max(1) - 1) / 2)
                .copied()
                .unwrap_or_default()
        };
        Self {
            waited: median(|web| web.waited),
            received: median(|web| web.received),
        }
    }
}

/// Whether something took so long that it was held up: longer than anybody likes to wait, or much longer than others.
fn is_held_up(took: u64, usual: u64) -> bool {
    took >= DELAYED || took >= NOTICED && took >= usual.saturating_mul(SLOWER)
}

fn slow(
    web: &Exchanged,
    usual: Usual,
    line: &dyn Fn(&str, &str) -> String,
    from: Origin,
) -> Option<Written> {
    let waited = web.waited.unwrap_or_default();
    if is_held_up(waited, usual.waited) {
        let ms = waited / 1_000;
        let of = ["delay", "slow service"];
        return Some(Written::one_of(
            line("delay", &format!(", ms: {ms}")),
            &of,
            from,
        ));
    }
    if is_held_up(web.received.unwrap_or_default(), usual.received) {
        let of = ["slow-link", "delay"];
        let text = line("slow-link", ", bytes-per-second: 1000");
        return Some(Written::one_of(text, &of, from));
    }
    None
}

fn troubled(
    trouble: Trouble,
    line: &dyn Fn(&str, &str) -> String,
    from: Origin,
    draft: &mut Draft,
    seen: &Seen,
) -> Option<Written> {
    Some(match trouble {
        Trouble::Reset | Trouble::Empty => {
            draft.ask(
                "切断された要求は、サービス側で処理されていましたか? (処理済みなら reset ではなく answer-lost)",
                "was the request that was cut off carried out by the service? (then it is answer-lost, not reset)",
            );
            Written::one_of(line("reset", ""), &["reset", "answer-lost"], from)
        }
        Trouble::Cut => Written::implied(line("reset-in-body", ""), from),
        Trouble::TimedOut => {
            let of = ["silent", "stalled", "delay"];
            Written::one_of(line("silent", ""), &of, from)
        }
        Trouble::Aborted => Written::one_of(line("silent", ""), &["silent", "delay"], from),
        Trouble::Refused => {
            draft.leave(
                seen,
                "接続が拒否された。何番目の接続かは記録から分からない",
                "a connection was refused; which one of the day, the log does not say",
            );
            return None;
        }
        Trouble::Certificate => {
            let of = ["foreign-ca", "expired", "wrong-host"];
            let certificate = Written::one_of("certificate: foreign-ca", &of, from);
            draft.certificate.get_or_insert(certificate);
            return None;
        }
        Trouble::Tls | Trouble::Network | Trouble::Other => {
            draft.leave(
                seen,
                "応答がない。ブラウザの示す理由はサービスのふるまいでは説明できない",
                "no answer came; nothing that a service does explains what the browser says of it",
            );
            return None;
        }
    })
}
