//! Values that a client chose, and what is written into them.

use std::borrow::Cow;

use base64ct::{Base64Unpadded, Base64UrlUnpadded, Encoding as _};

use super::reading::Reading;

/// How deep something is written into something else.
const DEEPEST: usize = 3;

/// A path, a query or a host.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Address<'a> {
    Path(&'a str),
    Query(&'a str),
    Cookie(&'a str),
    Host(&'a str),
}

impl<'a> Address<'a> {
    pub(super) const fn text(&self) -> &'a str {
        match self {
            Self::Path(text) | Self::Query(text) | Self::Cookie(text) | Self::Host(text) => text,
        }
    }

    /// Its parts, each with its place.
    pub(super) fn parts(&self) -> impl Iterator<Item = (usize, &'a str)> {
        let text = self.text();
        let parts: Vec<&str> = match self {
            Self::Path(_) => text.split(['/', ';', '=']).collect(),
            Self::Query(_) => text.split(['&', ';', '=']).collect(),
            // a semicolon without a space ends a character reference in a value
            Self::Cookie(_) => {
                let cookies = text.split("; ");
                cookies.flat_map(|cookie| cookie.splitn(2, '=')).collect()
            }
            Self::Host(_) => text.split('.').collect(),
        };
        // what names a value stands before it
        let whole = (!matches!(self, Self::Host(_))).then_some((0, text));
        let place = move |part: &'a str| (part.as_ptr().addr() - text.as_ptr().addr(), part);
        let parts = parts.into_iter().map(place).chain(whole);
        parts.filter(|(_, part)| !part.is_empty())
    }
}

/// Names and values of a JSON value.
pub(super) fn leaves(value: &serde_json::Value, into: &mut Vec<String>) {
    use serde_json::Value;
    match value {
        Value::String(text) => into.push(text.clone()),
        Value::Number(number) => into.push(number.to_string()),
        Value::Array(items) => items.iter().for_each(|item| leaves(item, into)),
        Value::Object(fields) => {
            for (name, field) in fields {
                into.push(name.clone());
                let from = into.len();
                leaves(field, into);
                // a value is what its name says
                if !matches!(field, Value::Array(_) | Value::Object(_)) {
                    let named: Vec<String> = into[from..]
                        .iter()
                        .map(|value| format!("{name}={value}"))
                        .collect();
                    into.extend(named);
                }
            }
        }
        Value::Null | Value::Bool(_) => {}
    }
}

/// What is written into a value as JSON or in base64, to some depth.
pub(super) fn innermost(field: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut last = vec![field.to_owned()];
    for _ in 0..DEEPEST {
        last = last.iter().flat_map(|field| inner(field)).collect();
        all.extend(last.iter().cloned());
    }
    all
}

fn inner(field: &str) -> Vec<String> {
    if let Some(fields) = in_json(field) {
        return fields;
    }
    let reading = Reading::of(field.as_bytes());
    let read = reading.as_ref().map_or_else(
        || Cow::Borrowed(field),
        |reading| Cow::Owned(String::from_utf8_lossy(reading.bytes()).into_owned()),
    );
    if let Some(fields) = in_json(&read) {
        return fields;
    }
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || "+/-_=".contains(c);
    let words = read.split(|c: char| !is_base64(c));
    let mut all = Vec::new();
    for word in words.filter(|word| word.len() >= 6) {
        if let Some(text) = decoded(word) {
            // a name and a password (RFC 7617)
            all.extend(text.split_once(':').map(|(_, behind)| behind.to_owned()));
            all.push(text);
        }
    }
    all
}

fn in_json(text: &str) -> Option<Vec<String>> {
    let text = text.trim();
    let json = text
        .starts_with(['{', '[', '"'])
        .then(|| serde_json::from_str(text));
    let mut fields = Vec::new();
    leaves(&json?.ok()?, &mut fields);
    Some(fields)
}

/// The text that is written in base64; nothing where it is no text.
fn decoded(word: &str) -> Option<String> {
    let word = word.trim_matches('=');
    let octets = Base64Unpadded::decode_vec(word)
        .or_else(|_| Base64UrlUnpadded::decode_vec(word))
        .ok()?;
    let text = String::from_utf8(octets).ok()?;
    let is_text = |c: char| !c.is_control() || c.is_whitespace();
    text.chars().all(is_text).then_some(text)
}

#[cfg(test)]
mod tests {
    use base64ct::Base64;

    use super::*;

    #[test]
    fn what_is_written_into_a_value_is_seen() {
        let in_json = Base64::encode_string(br#"{"a":["1234"]}"#);
        for field in [
            r#"{"a":"1234"}"#,
            "MTIzNA==",
            "Basic dGVzdDoxMjM0",
            &in_json,
            &in_json.replace('=', "%3D"),
        ] {
            let inner = innermost(field);
            assert!(inner.iter().any(|inner| inner == "1234"), "{field}");
        }
        assert!(innermost("MIIGAzCCBOugAwIBAgI").is_empty());
    }

    #[test]
    fn an_address_has_parts() {
        let parts = |address: Address<'_>| -> Vec<String> {
            let parts = address.parts();
            parts.map(|(at, part)| format!("{at}:{part}")).collect()
        };
        assert_eq!(
            parts(Address::Path("/pin/1234")),
            ["1:pin", "5:1234", "0:/pin/1234"]
        );
        assert_eq!(
            parts(Address::Cookie("a=b; c=1 2=")),
            ["0:a", "2:b", "5:c", "7:1 2=", "0:a=b; c=1 2="]
        );
        assert_eq!(parts(Address::Host("1234.test")), ["0:1234", "5:test"]);
    }
}
