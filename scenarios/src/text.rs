//! A scenario as a text that [`Scenario::parse`] reads: what a program made can be shown, kept and changed.

use serde_json::{Map, Value};

use crate::{Given, Scenario};

impl Scenario {
    /// The YAML of a scenario.
    #[must_use]
    pub fn text(&self) -> String {
        let mut value = serde_json::to_value(self)
            .unwrap_or_else(|error| unreachable!("a scenario is plain data: {error}"));
        if let Value::Object(scenario) = &mut value {
            scenario.remove("id");
            scenario.retain(|key, part| key == "requirements" || !is_empty(part));
            if let Some(Value::Object(given)) = scenario.get_mut("given") {
                self.given.retain_unusual(given);
            }
        }
        let mut text = String::new();
        write(&value, 0, &mut text);
        text
    }
}

impl Given {
    /// Leaves out of `written` what is so without being said.
    fn retain_unusual(&self, written: &mut Map<String, Value>) {
        let says = |written: &Map<String, Value>| {
            let read: Option<Self> = serde_json::from_value(written.clone().into()).ok();
            read.as_ref() == Some(self)
        };
        for key in written.keys().cloned().collect::<Vec<_>>() {
            let mut without = written.clone();
            without.shift_remove(&key);
            if says(&without) {
                *written = without;
                continue;
            }
            let inner = written[&key].as_object();
            for part in inner
                .into_iter()
                .flat_map(Map::keys)
                .cloned()
                .collect::<Vec<_>>()
            {
                let mut without = written.clone();
                without[&key]
                    .as_object_mut()
                    .map(|inner| inner.shift_remove(&part));
                if says(&without) {
                    *written = without;
                }
            }
        }
    }
}

/// A text as YAML has it without marks where it is one word, and a text in any case.
fn word(text: &str) -> Option<&str> {
    const OTHERS: [&str; 8] = ["true", "false", "yes", "no", "on", "off", "null", "y"];
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic());
    let goes_on = |c: char| c.is_ascii_alphanumeric() || "-._/".contains(c);
    let is_word = begins && text.chars().all(goes_on);
    let is_other = OTHERS.contains(&text.to_lowercase().as_str()) || text.eq_ignore_ascii_case("n");
    (is_word && !is_other).then_some(text)
}

/// What stands for a value that is neither list nor mapping. JSON's way to write a text is one of YAML's.
fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => word(text).map_or_else(|| value.to_string(), str::to_owned),
        other => other.to_string(),
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(list) => list.is_empty(),
        _ => false,
    }
}

/// Lists and mappings in lines of their own; a line has begun where a dash or nothing stands before it.
fn write(value: &Value, depth: usize, text: &mut String) {
    let indent = "  ".repeat(depth);
    match value {
        Value::Object(entries) if !entries.is_empty() => {
            for (n, (key, value)) in entries.iter().enumerate() {
                if n > 0 || !text.ends_with("- ") {
                    text.push_str(&indent);
                }
                text.push_str(key);
                text.push(':');
                below(value, depth, text);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for item in items {
                text.push_str(&indent);
                text.push_str("- ");
                match item {
                    Value::Object(entries) if !entries.is_empty() => write(item, depth + 1, text),
                    _ => {
                        text.push_str(&scalar(item));
                        text.push('\n');
                    }
                }
            }
        }
        _ => {}
    }
}

/// What stands behind a colon, or below it.
fn below(value: &Value, depth: usize, text: &mut String) {
    match value {
        Value::Object(entries) if !entries.is_empty() => {
            text.push('\n');
            write(value, depth + 1, text);
        }
        Value::Array(items) if !items.is_empty() => {
            text.push('\n');
            write(value, depth + 1, text);
        }
        _ => {
            text.push(' ');
            text.push_str(&scalar(value));
            text.push('\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_needs_no_marks_and_what_yaml_takes_for_something_else_has_them() {
        let written = |text: &str| scalar(&text.into());
        assert_eq!(written("place-card"), "place-card");
        for marked in ["on", "No", "-21d", "12", "", "a: b", "再試行", "a #b"] {
            assert_eq!(written(marked), Value::from(marked).to_string());
        }
    }

    #[test]
    fn what_is_so_without_being_said_is_not_said() {
        let scenario: Scenario = serde_json::from_value(serde_json::json!({
            "purpose": { "ja": "a", "en": "a" },
            "requirements": [],
            "given": {
                "persona": "shiken-taro",
                "terminal": "activated",
                "facility": { "kind": "treatment", "terminal": "institution" },
                "reader": { "dialect": "pcsclite", "model": "Virtual PCD" },
            },
            "when": ["login"],
        }))
        .unwrap();
        let text = scenario.text();
        let (_, given) = text.split_once("given:\n").unwrap();
        let (given, _) = given.split_once("when:").unwrap();
        let said: Vec<&str> = given.lines().map(str::trim).collect();
        assert_eq!(
            said,
            [
                "persona: shiken-taro",
                "facility:",
                "terminal: institution",
                "reader:",
                "model: \"Virtual PCD\"",
            ]
        );
        assert_eq!(Scenario::read("", "a.yaml", &text).unwrap(), scenario);
    }
}
