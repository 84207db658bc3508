//! The draft as text. Names of the recording are quoted wherever YAML could take them for something
//! else; nothing else of it comes here.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use madoguchi_eligibility::{Field, Form};
use madoguchi_notation::quoted;

use super::guess::{Call, field};
use super::har::Shape;

/// A profile whose rules and result codes are those of the built-in profile `like`.
pub(super) fn profile(name: &str, like: &str, builtin: &str, calls: &[Call]) -> String {
    let middle = builtin
        .split_once("\nassumptions:\n")
        .and_then(|(_, rest)| rest.split_once("\nreplies:\n"))
        .map_or("", |(middle, _)| middle);
    let middle = middle
        .lines()
        .map(|line| match line.trim_start().strip_prefix("A-01:") {
            Some(_) => "  A-01: { ja: \"メソッド、パス、項目の場所は記録からの推測\", en: \"method, path and places guessed from a recording\" }",
            None => line,
        })
        .fold(String::new(), |text, line| text + line + "\n");
    let mut text = format!(
        "# Wire profile {name}, drafted from a recording. Methods, paths and names are the recording's;\n\
         # what they mean is guessed: look at every line that says \"assumed\". Rules and result codes are\n\
         # those of {like}. Then: madoguchi profile check FILE\n\
         profile: {name}\n\
         about:\n  ja: 記録から起こした下書き\n  en: a draft from a recording\n\
         transport: http-json\n\
         marker: X-Madoguchi-Mock\n\
         terminal: client-certificate # assumed: a recording does not show how a terminal proves itself\n\
         \nassumptions:\n{middle}\nreplies:\n"
    );
    for call in calls {
        if let Some(operation) = call.operation {
            let _ = writeln!(text, "  {operation}:");
            reply(call.recorded.response.as_ref(), &mut text);
        }
    }
    text.push_str(
        "  help:\n    resultCode: $result-code\n    resultMessage: $result-message\n    \
         nearestOperation: $nearest-operation\n    profileFragment: $profile-fragment\n\
         \nunmatched: help\n\noperations:",
    );
    let mut any = false;
    for call in calls {
        any |= operation(call, &mut text);
    }
    text.push_str(if any { "" } else { " {}\n" });
    for call in calls.iter().filter(|call| call.operation.is_none()) {
        let (method, path) = (&call.recorded.method, &call.recorded.path);
        let _ = writeln!(text, "# not understood: {method:?} {path:?}");
    }
    text
}

/// The structure of a reply; a result code has to be in it.
fn reply(shape: Option<&Shape>, text: &mut String) {
    let entries: &[(String, Shape)] = match shape {
        Some(Shape::Object(entries)) => entries,
        _ => &[],
    };
    let mut said = false;
    structure(entries, "    ", text, &mut said);
    if !said {
        let taken: BTreeSet<&str> = entries.iter().map(|(key, _)| key.as_str()).collect();
        let key = ["resultCode", "madoguchiResultCode"]
            .into_iter()
            .find(|key| !taken.contains(key))
            .unwrap_or("madoguchi-result-code");
        let _ = writeln!(
            text,
            "    {key}: $result-code # assumed: nothing in the recording looks like a result code"
        );
    }
}

fn structure(entries: &[(String, Shape)], indent: &str, text: &mut String, said: &mut bool) {
    for (name, shape) in entries {
        let key = spelled(name);
        match shape {
            Shape::Leaf => match field(name) {
                Some(known) => {
                    *said |= known == Field::ResultCode;
                    let leaf = match known.form() {
                        Form::Text => format!("${known}"),
                        Form::Bytes => format!("${known}|base64"),
                    };
                    let _ = writeln!(text, "{indent}{key}: {leaf} # assumed");
                }
                None => {
                    let _ = writeln!(text, "{indent}# not understood: {name:?}");
                }
            },
            Shape::Object(inner) if has_known(inner) => {
                let _ = writeln!(text, "{indent}{key}:");
                structure(inner, &format!("{indent}  "), text, said);
            }
            Shape::Array(Some(item)) => match &**item {
                Shape::Object(inner) if has_known(inner) => {
                    let _ = writeln!(
                        text,
                        "{indent}{key}: # assumed: one for each result\n{indent}  -"
                    );
                    // A code of one result is none of the reply.
                    structure(inner, &format!("{indent}    "), text, &mut false);
                }
                _ => {
                    let _ = writeln!(text, "{indent}# not understood: {name:?}");
                }
            },
            _ => {
                let _ = writeln!(text, "{indent}# not understood: {name:?}");
            }
        }
    }
}

/// Whether something in it would be written.
fn has_known(entries: &[(String, Shape)]) -> bool {
    entries.iter().any(|(name, shape)| match shape {
        Shape::Leaf => field(name).is_some(),
        Shape::Object(inner) => has_known(inner),
        Shape::Array(Some(item)) => matches!(&**item, Shape::Object(inner) if has_known(inner)),
        Shape::Array(None) => false,
    })
}

/// Whether the call is an operation, which is written then.
fn operation(call: &Call, text: &mut String) -> bool {
    let Some(operation) = call.operation else {
        return false;
    };
    let recorded = &call.recorded;
    let (method, path) = (&recorded.method, quoted(&recorded.path));
    let _ = write!(
        text,
        "\n  {operation}: # assumed\n    method: {}\n    path: {path}\n",
        spelled(method)
    );
    let mut taken = BTreeSet::new();
    let mut takes = String::new();
    for (name, is_bearer) in &recorded.headers {
        let (field, prefix) = match field(name) {
            _ if name.eq_ignore_ascii_case("authorization") && *is_bearer => {
                (Field::SessionToken, ", prefix: \"Bearer \"")
            }
            Some(field) if field.form() == Form::Text => (field, ""),
            _ => continue,
        };
        if taken.insert(field) {
            let name = quoted(name);
            let _ = writeln!(
                takes,
                "      {field}: {{ header: {name}{prefix} }} # assumed"
            );
        }
    }
    let mut each = String::new();
    if let Some(shape) = &recorded.request {
        places(shape, "", &mut taken, &mut takes, &mut each);
    }
    if takes
        .lines()
        .any(|line| !line.trim_start().starts_with('#'))
    {
        text.push_str("    take:\n");
    }
    text.push_str(&takes);
    text.push_str(&each);
    let _ = writeln!(text, "    reply: {operation}");
    true
}

/// Where the fields of a request stand; a list of objects is one of units.
fn places(
    shape: &Shape,
    pointer: &str,
    taken: &mut BTreeSet<Field>,
    takes: &mut String,
    each: &mut String,
) {
    let Shape::Object(entries) = shape else {
        return;
    };
    for (name, value) in entries {
        let below = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
        match value {
            Shape::Leaf => match field(name).filter(|field| taken.insert(*field)) {
                Some(field) => take(field, &below, 6, takes),
                None => {
                    let _ = writeln!(takes, "      # not understood: {below:?}");
                }
            },
            Shape::Object(_) => places(value, &below, taken, takes, each),
            Shape::Array(Some(item)) if each.is_empty() => {
                let mut units = String::new();
                let mut of_unit = BTreeSet::new();
                if let Shape::Object(entries) = &**item {
                    for (name, _) in entries {
                        let place = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
                        if let Some(field) = field(name).filter(|field| of_unit.insert(*field)) {
                            take(field, &place, 8, &mut units);
                        }
                    }
                }
                if !units.is_empty() {
                    let list = quoted(&below);
                    let _ = write!(
                        each,
                        "    each:\n      json: {list} # assumed\n      take:\n{units}"
                    );
                }
            }
            Shape::Array(_) => {
                let _ = writeln!(takes, "      # not understood: {below:?}");
            }
        }
    }
}

fn take(field: Field, pointer: &str, indent: usize, takes: &mut String) {
    let encoding = match field.form() {
        Form::Text => "",
        Form::Bytes => ", as: base64",
    };
    let pointer = quoted(pointer);
    let _ = writeln!(
        takes,
        "{:indent$}{field}: {{ json: {pointer}{encoding} }} # assumed",
        ""
    );
}

/// A key as YAML reads it back: bare where it is a plain word of more than a letter or two.
fn spelled(name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let reserved = ["null", "true", "false", "yes", "no", "on", "off"];
    if name.len() > 2
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(plain)
        && !reserved.contains(&name.to_ascii_lowercase().as_str())
    {
        return name.to_owned();
    }
    quoted(name)
}
