//! From a filled template to bytes: a key is an element, a list repeats its key's element, and
//! every element without elements stands on a line of its own.

use std::borrow::Cow;

use madoguchi_eligibility::{REPLACEMENT, deliver_in_cp932};
use serde_json::Value as Json;

use super::Charset;

/// The document; `marker` stands in a comment before it.
pub(crate) fn write(body: &Json, charset: Charset, marker: (&str, &str)) -> Vec<u8> {
    let (name, value) = marker;
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"{}\" standalone=\"no\"?>\n<!-- {name}: {value} -->\n",
        charset.label()
    );
    elements(body, 0, &mut text);
    match charset {
        Charset::Utf8 => text.into_bytes(),
        Charset::ShiftJis => deliver_in_cp932(&text),
    }
}

fn elements(body: &Json, depth: usize, text: &mut String) {
    let Json::Object(entries) = body else { return };
    for (name, value) in entries {
        match value {
            Json::Array(items) => items
                .iter()
                .for_each(|item| element(name, item, depth, text)),
            one => element(name, one, depth, text),
        }
    }
}

fn element(name: &str, value: &Json, depth: usize, text: &mut String) {
    let indent = "  ".repeat(depth);
    match value {
        Json::Object(entries) if entries.is_empty() => {
            text.push_str(&format!("{indent}<{name}/>\n"));
        }
        Json::Object(_) => {
            text.push_str(&format!("{indent}<{name}>\n"));
            elements(value, depth + 1, text);
            text.push_str(&format!("{indent}</{name}>\n"));
        }
        Json::String(value) => {
            text.push_str(&format!("{indent}<{name}>{}</{name}>\n", escape(value)));
        }
        other => text.push_str(&format!("{indent}<{name}>{other}</{name}>\n")),
    }
}

/// The text as it may stand in a document. Characters that XML does not have (most control
/// characters) are delivered as ●.
fn escape(text: &str) -> Cow<'_, str> {
    let plain = |c: char| !matches!(c, '&' | '<' | '>') && is_character(c);
    if text.chars().all(plain) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            // A bare carriage return would be read as a line feed.
            '\r' => escaped.push_str("&#13;"),
            c if is_character(c) => escaped.push(c),
            _ => escaped.push(REPLACEMENT),
        }
    }
    Cow::Owned(escaped)
}

/// XML 1.0 production 2, without the carriage return.
const fn is_character(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::read;
    use super::*;

    const MARKER: (&str, &str) = ("X-Mock", "unofficial");

    #[test]
    fn elements_keep_their_order_and_lists_repeat() {
        let body =
            json!({ "B": { "Z": "1", "A": "2", "E": {}, "L": [{ "N": "3" }, { "N": "4" }] } });
        let text = String::from_utf8(write(&body, Charset::Utf8, MARKER)).unwrap();
        let expected = r#"<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<!-- X-Mock: unofficial -->
<B>
  <Z>1</Z>
  <A>2</A>
  <E/>
  <L>
    <N>3</N>
  </L>
  <L>
    <N>4</N>
  </L>
</B>
"#;
        assert_eq!(text, expected);
    }

    #[test]
    fn what_was_written_is_read_back() {
        let text = "<試験> & \"ｼｹﾝ ﾊﾞﾛｳ\"　●\r\n髙";
        for charset in [Charset::Utf8, Charset::ShiftJis] {
            let bytes = write(&json!({ "A": { "B": text } }), charset, MARKER);
            assert_eq!(read(&bytes).unwrap().find("A/B")[0].text, text);
        }
    }

    #[test]
    fn what_the_encoding_lacks_is_a_circle_and_never_a_reference() {
        let bytes = write(&json!({ "A": "𠮷田〜\u{1}" }), Charset::ShiftJis, MARKER);
        assert_eq!(read(&bytes).unwrap().find("A")[0].text, "●田～●");
        assert!(!bytes.windows(2).any(|two| two == b"&#"));
    }
}
