//! Acts of a trace of ours: what people did stands there.

use madoguchi_trace::Step;

use crate::draft::{Draft, Origin, Written};
use crate::redact::Seen;

/// A step of a trace of ours.
pub(super) fn taken_over(seen: &Seen, step: &Step, draft: &mut Draft) {
    let from = Origin::of(seen);
    let word = step.action.as_str();
    let value = step.value.as_deref();
    let is_word = |value: &&str| {
        value
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    let text = match (word, value) {
        ("login", Some(value)) => {
            let slip = ["wrong-password", "wrong-code", "short-code"]
                .into_iter()
                .find(|slip| value.contains(slip));
            slip.map_or_else(|| "login".to_owned(), |slip| format!("login: {slip}"))
        }
        ("enter-pin", Some(value)) => {
            let value = value.strip_prefix("auth-pin:").unwrap_or(value);
            format!("enter-pin: {value}")
        }
        ("press" | "press-meanwhile", Some(label)) => {
            format!("{}: {}", step.action, quoted(label))
        }
        (
            "choose-method" | "set-method" | "wait" | "rival" | "hand-over" | "unlock"
            | "place-card" | "insert-card" | "restart-app",
            Some(value),
        ) if is_word(&value) => format!("{word}: {value}"),
        (
            "login" | "place-card" | "insert-card" | "take-card" | "unplug-reader" | "plug-reader"
            | "stop-service" | "start-service" | "rival-leaves" | "close" | "read-aloud" | "lock"
            | "enter-by-link" | "fetch-result" | "restart-app",
            None,
        ) => word.to_owned(),
        _ => {
            draft.leave(
                seen,
                format!("{word}: 記録にはこの操作の値がない"),
                format!("{word}: the trace does not hold the value of this act"),
            );
            return;
        }
    };
    draft.acts.push(Written::read(text, from));
}

/// A YAML text in quotes.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
