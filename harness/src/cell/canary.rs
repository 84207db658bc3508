//! Secrets that a cell knows, looked for wherever a client may have left them, before anything is
//! redacted. What is found is told by class, place and offset, never by value.

use std::sync::Arc;

use madoguchi_terms::Secret;
use madoguchi_trace::Leak;
use parking_lot::{Mutex, MutexGuard};

/// One secret of the cell.
#[derive(Debug, Clone)]
pub(crate) struct Canary {
    /// `auth-pin`, `password`, `activation-code`, …
    pub(crate) class: &'static str,
    pub(crate) value: Secret<String>,
}

impl Canary {
    pub(crate) fn new(class: &'static str, value: impl Into<String>) -> Self {
        Self {
            class,
            value: Secret::new(value.into()),
        }
    }

    /// Four digits are everywhere: a short secret counts only as a whole field or word.
    fn is_short(&self) -> bool {
        self.value.expose().len() < 6
    }
}

/// All secrets of a cell.
#[derive(Debug, Clone, Default)]
pub(crate) struct Canaries(Arc<Mutex<Vec<Canary>>>);

impl Canaries {
    pub(crate) fn new(canaries: Vec<Canary>) -> Self {
        let known = Self::default();
        known.add(canaries);
        known
    }

    /// Looks for these too from now on: what operators give out while a case is played.
    pub(crate) fn add(&self, canaries: impl IntoIterator<Item = Canary>) {
        let new = canaries
            .into_iter()
            .filter(|canary| !canary.value.expose().is_empty());
        let mut known = self.known();
        for canary in new {
            if !known.iter().any(|other| other.value == canary.value) {
                known.push(canary);
            }
        }
    }

    fn known(&self) -> MutexGuard<'_, Vec<Canary>> {
        self.0.lock()
    }

    /// Secrets in a JSON body, except those whose class is in `expected`; in a body that is not
    /// JSON, as in any text.
    pub(crate) fn in_body(&self, place: &str, body: &[u8], expected: &[&str]) -> Vec<Leak> {
        let text = String::from_utf8_lossy(body);
        let Ok(json) = serde_json::from_slice::<serde_json::Value>(body) else {
            return self.in_text(place, &text);
        };
        let mut fields = Vec::new();
        leaves(&json, &mut fields);
        self.known()
            .iter()
            .filter(|canary| !expected.contains(&canary.class))
            .filter(|canary| fields.iter().any(|field| canary.is_in_field(field)))
            .map(|canary| canary.leak(place, text.find(canary.value.expose()).unwrap_or(0)))
            .collect()
    }

    /// Secrets in running text: short ones only as words.
    pub(crate) fn in_text(&self, place: &str, text: &str) -> Vec<Leak> {
        self.known()
            .iter()
            .filter_map(|canary| Some(canary.leak(place, canary.find(text)?)))
            .collect()
    }

    /// Secrets in what a program writes for its maintainers, also as the bytes of a command. Such a text is
    /// full of numbers: a short secret counts as a word only where it is said what it is.
    pub(crate) fn in_log(&self, place: &str, log: &str) -> Vec<Leak> {
        let mut found: Vec<Leak> = Vec::new();
        for canary in self.known().iter() {
            let is_told = found.iter().any(|leak| leak.class == canary.class);
            if !is_told && let Some(at) = canary.find_in_log(log) {
                found.push(canary.leak(place, at));
            }
        }
        found
    }

    /// The text with every secret replaced by its class.
    pub(crate) fn redact(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for canary in self.known().iter() {
            while let Some(at) = canary.find(&text) {
                let end = at + canary.value.expose().len();
                text.replace_range(at..end, &format!("<{}>", canary.class));
            }
        }
        text
    }

    /// A log with every secret replaced by its class, also as the bytes of a command.
    pub(crate) fn redact_log(&self, log: &str) -> String {
        let mut log = self.redact(log);
        for canary in self.known().iter() {
            while let Some((at, length)) = canary.find_bytes(&log) {
                log.replace_range(at..at + length, &format!("<{}>", canary.class));
            }
        }
        log
    }
}

/// How a program writes bytes in hexadecimal or as numbers: what stands before each, and between two.
const NOTATIONS: [(&str, &str); 8] = [
    ("", ""),
    ("", " "),
    ("", ":"),
    ("", "-"),
    ("0x", " "),
    ("0x", ","),
    ("0x", ", "),
    ("\\x", ""),
];
/// What stands before a short secret that is shown.
const NAMES_OF_SECRETS: [&str; 5] = ["pin", "password", "secret", "暗証番号", "パスワード"];

impl Canary {
    fn is_in_field(&self, field: &str) -> bool {
        let value = self.value.expose();
        if self.is_short() {
            field == value
        } else {
            field.contains(value.as_str())
        }
    }

    fn find(&self, text: &str) -> Option<usize> {
        let value = self.value.expose().as_str();
        if !self.is_short() {
            return text.find(value);
        }
        text.match_indices(value).map(|(at, _)| at).find(|at| {
            let before = text[..*at].chars().rev();
            let after = text[at + value.len()..].chars();
            !goes_on(before) && !goes_on(after)
        })
    }

    fn find_in_log(&self, log: &str) -> Option<usize> {
        let value = self.value.expose().as_str();
        let as_word = if self.is_short() {
            let mut places = log.match_indices(value).map(|(at, _)| at);
            places.find(|at| {
                let after = log[at + value.len()..].chars();
                !goes_on(after) && is_named(&log[..*at])
            })
        } else {
            log.find(value)
        };
        as_word.or_else(|| self.find_bytes(log).map(|(at, _)| at))
    }

    /// Where its bytes stand, and how long they are there.
    fn find_bytes(&self, text: &str) -> Option<(usize, usize)> {
        let value = self.value.expose().as_bytes();
        let hexadecimal = |upper: bool| {
            NOTATIONS.iter().map(move |(before, between)| {
                let bytes: Vec<String> = value
                    .iter()
                    .map(|byte| match upper {
                        true => format!("{before}{byte:02X}"),
                        false => format!("{before}{byte:02x}"),
                    })
                    .collect();
                (bytes.join(between), *between)
            })
        };
        let decimal = [",", ", "].map(|between| {
            let bytes: Vec<String> = value.iter().map(u8::to_string).collect();
            (bytes.join(between), between)
        });
        let written = hexadecimal(true).chain(hexadecimal(false)).chain(decimal);
        written
            .filter_map(|(bytes, between)| {
                let mut places = text.match_indices(&bytes).map(|(at, _)| at);
                let at = places.find(|at| {
                    let (before, after) = (&text[..*at], &text[at + bytes.len()..]);
                    !self.is_short() || !digits_go_on(before, after, between)
                })?;
                Some((at, bytes.len()))
            })
            .min()
    }

    fn leak(&self, place: &str, offset: usize) -> Leak {
        Leak {
            class: self.class.into(),
            place: place.into(),
            offset,
        }
    }
}

/// Whether the name of a secret ends a text, if only before signs and a verb.
fn is_named(before: &str) -> bool {
    let line = before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .to_lowercase();
    let bare = |text: &str| -> String {
        let text = text.trim_end_matches(|c: char| !c.is_alphanumeric());
        text.to_owned()
    };
    let line = bare(&line);
    let subject = line.strip_suffix(" is").or_else(|| line.strip_suffix('は'));
    let subject = subject.map_or_else(|| line.clone(), bare);
    NAMES_OF_SECRETS.iter().any(|name| subject.ends_with(name))
}

/// Whether the bytes before or after these are digits, too: then it is a longer number.
fn digits_go_on(before: &str, after: &str, between: &str) -> bool {
    let is_digit = |byte: &str| matches!(byte.as_bytes(), [b'3', b'0'..=b'9']);
    let before = before.strip_suffix(between).unwrap_or_default();
    let after = after.strip_prefix(between).unwrap_or_default();
    let last = before.len().checked_sub(2).and_then(|at| before.get(at..));
    last.is_some_and(is_digit) || after.get(..2).is_some_and(is_digit)
}

/// Whether a word or a number goes on in this direction, if only behind a hyphen or a point: `E-1234` and
/// `0120-1234-567` are numbers of their own.
fn goes_on(mut rest: impl Iterator<Item = char>) -> bool {
    const JOINTS: &[char] = &['-', '‐', '–', '－', '.', '_'];
    match rest.next() {
        Some(joint) if JOINTS.contains(&joint) => rest.next().is_some_and(char::is_alphanumeric),
        next => next.is_some_and(char::is_alphanumeric),
    }
}

fn leaves(value: &serde_json::Value, into: &mut Vec<String>) {
    use serde_json::Value;
    match value {
        Value::String(text) => into.push(text.clone()),
        Value::Number(number) => into.push(number.to_string()),
        Value::Array(items) => items.iter().for_each(|item| leaves(item, into)),
        Value::Object(fields) => fields.values().for_each(|field| leaves(field, into)),
        Value::Null | Value::Bool(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canaries() -> Canaries {
        Canaries::new(vec![
            Canary::new("auth-pin", "1234"),
            Canary::new("password", "TEST-only-1"),
        ])
    }

    #[test]
    fn a_pin_counts_only_as_a_whole_field() {
        let body = br#"{"a":"12345","b":{"c":["1234"]}}"#;
        let found = canaries().in_body("request:/x", body, &[]);
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].class.as_str(), found[0].place.as_str()),
            ("auth-pin", "request:/x")
        );
        assert!(
            canaries()
                .in_body("request:/x", br#"{"a":"012345"}"#, &[])
                .is_empty()
        );
    }

    #[test]
    fn a_password_is_expected_where_one_logs_in() {
        let body = br#"{"password":"TEST-only-1"}"#;
        assert!(
            canaries()
                .in_body("request:/x", body, &["password"])
                .is_empty()
        );
        assert_eq!(canaries().in_body("request:/x", body, &[]).len(), 1);
    }

    #[test]
    fn numbers_that_contain_the_digits_of_a_pin_are_none() {
        for text in [
            "E-1234",
            "0120-1234-567",
            "ver. 1.1234",
            "A1234",
            "err_1234",
        ] {
            assert!(
                canaries().in_text("client:screen", text).is_empty(),
                "{text}"
            );
        }
        for text in ["1234", "pin=1234", "「1234」", "1234.", "1-2: 1234 -"] {
            assert_eq!(canaries().in_text("client:screen", text).len(), 1, "{text}");
        }
    }

    #[test]
    fn a_pin_is_found_in_a_log_of_commands_and_where_a_line_names_it() {
        for log in [
            "> 00 20 00 80 04 31 32 33 34\n< 63 C2",
            "apdu 002000800431323334",
            "[0x00, 0x20, 0x00, 0x80, 0x04, 0x31, 0x32, 0x33, 0x34]",
            "data: [49, 50, 51, 52]",
            "begin\nPIN is 1234",
            "暗証番号は「1234」",
            "{\"enter-pin\":\"1234\"}",
            "暗証番号: 1234",
        ] {
            let found = canaries().in_log("client:stderr", log);
            assert_eq!(found.len(), 1, "{log}");
            assert_eq!(found[0].class, "auth-pin", "{log}");
            assert!(
                canaries()
                    .in_log("", &canaries().redact_log(log))
                    .is_empty()
            );
        }
    }

    #[test]
    fn numbers_of_a_log_are_no_pin() {
        for log in [
            "started as process 1234",
            "waited 1234 ms\nconnected to port 1234",
            "PIN verified in 1234 ms",
            "no PIN\n1234 bytes",
            "serial 30 31 32 33 34 35",
            "serial 303132333435",
        ] {
            assert!(canaries().in_log("client:stderr", log).is_empty(), "{log}");
        }
        let password = canaries().in_log("client:stderr", "x TEST-only-1 y");
        assert_eq!(password[0].class, "password");
    }

    #[test]
    fn text_is_redacted_by_class() {
        let text = "login TEST-only-1 pin=1234 at 12345";
        assert_eq!(
            canaries().redact(text),
            "login <password> pin=<auth-pin> at 12345"
        );
        assert_eq!(canaries().in_text("stderr", text).len(), 2);
    }
}
