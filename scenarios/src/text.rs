//! A scenario as a text that [`Scenario::parse`] reads: what a program made can be shown, kept and changed.

use serde_json::Value;

use crate::Scenario;

impl Scenario {
    /// The YAML of a scenario.
    #[must_use]
    pub fn text(&self) -> String {
        let mut value = serde_json::to_value(self)
            .unwrap_or_else(|error| unreachable!("a scenario is plain data: {error}"));
        if let Value::Object(scenario) = &mut value {
            scenario.remove("id");
            scenario.retain(|key, part| key == "requirements" || !is_empty(part));
        }
        let mut text = String::new();
        write(&value, 0, &mut text);
        text
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
                        text.push_str(&item.to_string());
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
        // JSON's way to write a text is one of YAML's.
        _ => {
            text.push(' ');
            text.push_str(&value.to_string());
            text.push('\n');
        }
    }
}
