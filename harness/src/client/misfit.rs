//! What of a message does not fit the contract: its place and kind, never its content.

use madoguchi_trace::Misfit;
use serde_json::Value;

/// What the contract has in one place.
#[derive(Clone, Copy)]
enum Form {
    Count,
    Text,
    Texts,
    Pairs,
    Depth,
}

impl Form {
    const fn name(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Text => "text",
            Self::Texts => "texts",
            Self::Pairs => "pairs",
            Self::Depth => "depth",
        }
    }

    fn fits(self, value: &Value) -> bool {
        let list = |fits: &dyn Fn(&Value) -> bool| {
            value.as_array().is_some_and(|items| items.iter().all(fits))
        };
        let is_pair = |item: &Value| {
            let pair = item.as_array();
            pair.is_some_and(|pair| pair.len() == 2 && pair.iter().all(Value::is_string))
        };
        match self {
            Self::Count => value.is_u64(),
            Self::Text => value.is_string(),
            Self::Texts => list(&Value::is_string),
            Self::Pairs => list(&is_pair),
            Self::Depth => matches!(value.as_str(), Some("L1" | "L2" | "L3")),
        }
    }
}

/// A key of a message, what it has, and whether it must be there.
type Key = (&'static str, Form, bool);

/// The messages of a client, with what is looked at in each.
const MESSAGES: &[(&str, &[Key])] = &[
    (
        "hello",
        &[
            ("contract", Form::Count, true),
            ("name", Form::Text, true),
            ("version", Form::Text, true),
            ("depth", Form::Depth, false),
            ("supports", Form::Texts, false),
            ("exclusive", Form::Text, false),
        ],
    ),
    (
        "screen",
        &[
            ("n", Form::Count, true),
            ("title", Form::Text, true),
            ("number", Form::Text, false),
            ("buttons", Form::Texts, false),
            ("fields", Form::Pairs, false),
        ],
    ),
    (
        "output",
        &[
            ("n", Form::Count, true),
            ("kind", Form::Text, true),
            ("text", Form::Text, true),
        ],
    ),
    ("ready", &[("do", Form::Count, true)]),
    ("done", &[("do", Form::Count, true)]),
    (
        "error",
        &[("n", Form::Count, true), ("text", Form::Text, true)],
    ),
];

/// What does not fit in a line of JSON that is no message; nothing where it is no JSON.
pub(super) fn of(line: &[u8], error: &serde_json::Error) -> Option<Misfit> {
    let value: Value = serde_json::from_slice(line).ok()?;
    let misfit = |place: String, wanted: &str, found: &str| Misfit {
        place: place.into(),
        wanted: wanted.into(),
        found: found.into(),
        column: error.column(),
    };
    let message = |found| Some(misfit("message".to_owned(), "message", found));
    let Some(entries) = value.as_object() else {
        return message(kind(&value));
    };
    let mut entries = entries.iter();
    let (Some((name, inner)), None) = (entries.next(), entries.next()) else {
        return message("object");
    };
    let Some((name, keys)) = MESSAGES.iter().find(|(known, _)| known == name) else {
        return message("unknown-key");
    };
    if !inner.is_object() {
        return Some(misfit((*name).to_owned(), "object", kind(inner)));
    }
    let wrong = keys.iter().find_map(|(key, form, must)| {
        let found = match inner.get(key) {
            None if *must => "missing",
            None => return None,
            // What may be left out may be null, too.
            Some(Value::Null) if *key == "number" => return None,
            Some(value) if form.fits(value) => return None,
            Some(value) => kind(value),
        };
        Some(misfit(format!("{name}.{key}"), form.name(), found))
    });
    wrong.or_else(|| message("object"))
}

/// In English and in short, for a timeline.
pub(super) fn in_short(misfit: &Misfit) -> String {
    let Misfit {
        place,
        wanted,
        found,
        column,
    } = misfit;
    format!("column {column}: {place} has {found} in the place of {wanted}")
}

const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

#[cfg(test)]
mod tests {
    use madoguchi_trace::ClientEvent;

    use super::super::contract::{FromClient, read};

    #[test]
    fn what_does_not_fit_is_told_by_its_place_and_kind() {
        for (line, place, wanted, found) in [
            (
                r#"{"screen":{"n":1,"title":"結果","fields":{"氏名":"試験　太郎"}}}"#,
                "screen.fields",
                "pairs",
                "object",
            ),
            (
                r#"{"screen":{"n":1,"title":"結果","fields":[["氏名",1]]}}"#,
                "screen.fields",
                "pairs",
                "array",
            ),
            (r#"{"screen":{"n":1}}"#, "screen.title", "text", "missing"),
            (r#"{"done":3}"#, "done", "object", "number"),
            (r#"{"done":{"do":"3"}}"#, "done.do", "count", "string"),
            (r#"{"finished":{}}"#, "message", "message", "unknown-key"),
            (r#"["done",3]"#, "message", "message", "array"),
            (
                r#"{"hello":{"contract":1,"name":"a","version":"1","depth":"L9"}}"#,
                "hello.depth",
                "depth",
                "string",
            ),
        ] {
            let FromClient::Event(ClientEvent::Garbage {
                misfit: Some(misfit),
                ..
            }) = read(1, line.as_bytes())
            else {
                panic!("{line}")
            };
            let told = [&misfit.place, &misfit.wanted, &misfit.found];
            assert_eq!(told.map(|text| text.as_str()), [place, wanted, found]);
            assert!(misfit.column > 0, "{line}");
        }
    }

    #[test]
    fn what_is_no_json_has_no_place() {
        let FromClient::Event(ClientEvent::Garbage { misfit, why, .. }) = read(1, b"DEBUG: here")
        else {
            panic!("it was read")
        };
        assert_eq!((misfit, why.as_str()), (None, "column 1: no JSON"));
    }
}
