//! What went wrong between client and service, by what the client saw of it.

use std::collections::BTreeMap;

use madoguchi_eligibility::Operation;
use madoguchi_trace::{HttpAnswer, HttpRequest, What};

use crate::draft::{Draft, Origin, Written};
use crate::redact::{Aside, Seen};
use crate::web::{Content, Exchanged, Trouble};

/// Answers that come later than this were held up, microseconds.
const DELAYED: u64 = 1_000_000;

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

    pub(super) fn decision(&self) -> Option<&'static str> {
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
    let fault = answer.and_then(|answer| answer.fault.as_deref());
    let fault = fault.or(request.fault.as_deref());
    let trouble = match fault {
        Some("reset" | "lost") => Some(Trouble::Reset),
        Some("silent" | "given-up" | "stalled") => Some(Trouble::TimedOut),
        Some("reset-in-body") => Some(Trouble::Cut),
        _ => None,
    };
    let content = match fault {
        Some("wrong-content-type") => Content::Mislabelled,
        Some("truncated") => Content::Broken,
        Some("captive-portal" | "server-error") => Content::Html,
        _ => Content::Json,
    };
    let decision = answer.and_then(|answer| {
        let decision: madoguchi_eligibility::Decision = answer.decision.parse().ok()?;
        Some(decision.name())
    });
    Exchanged {
        operation: request
            .operation
            .as_deref()
            .and_then(|name| name.parse().ok()),
        method: "POST",
        status: answer.map_or(0, |answer| answer.status),
        content,
        decision,
        retry_after: answer.and_then(|answer| answer.retry_after),
        trouble,
        waited: (fault == Some("delayed")).then_some(DELAYED),
        received: (fault == Some("slow")).then_some(DELAYED),
    }
}

/// Whether eligibility was told in the end.
pub(super) fn is_checked(asked: &[Asked<'_>]) -> bool {
    let last = asked.iter().rev().find(|one| one.is_eligibility());
    last.is_some_and(|last| last.decision().is_some() && last.exchanged.trouble.is_none())
}

pub(super) fn infer(asked: &[Asked<'_>], draft: &mut Draft) {
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
        let at = |more: &str| {
            let nth = if one.nth == 1 {
                String::new()
            } else {
                format!(", nth: {}", one.nth)
            };
            format!("operation: {operation}{nth}{more}")
        };
        let line = |word: &str, more: &str| format!("{word}: {{ {} }}", at(more));
        let written = match (web.trouble, web.status, web.content) {
            (Some(trouble), _, _) => match troubled(trouble, &line, from, draft, one.seen) {
                Some(written) => written,
                None => continue,
            },
            (None, 429, _) => {
                let after = web.retry_after.unwrap_or(1);
                let text = line("too-many-requests", &format!(", retry-after: {after}"));
                Written::implied(text, from)
            }
            (None, 300..400, _) => {
                Written::implied(line("captive-portal", ", redirect: true"), from)
            }
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
            _ => match slow(web, &line, from) {
                Some(written) => written,
                None => continue,
            },
        };
        draft.web_faults.push(written);
    }
}

fn slow(web: &Exchanged, line: &dyn Fn(&str, &str) -> String, from: Origin) -> Option<Written> {
    let waited = web.waited.unwrap_or_default();
    if waited >= DELAYED {
        let ms = waited / 1_000;
        let of = ["delay", "slow service"];
        return Some(Written::one_of(
            line("delay", &format!(", ms: {ms}")),
            &of,
            from,
        ));
    }
    if web.received.unwrap_or_default() >= DELAYED {
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
        Trouble::TimedOut => Written::one_of(line("silent", ""), &["silent", "stalled"], from),
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
