//! Where the value of one abstract field stands in a request.

use madoguchi_eligibility::{Field, Form, Value};
use madoguchi_notation::Diagnostic;
use serde::Deserialize;
use serde_json::Value as Json;

use crate::HttpRequest;
use crate::encoding::Encoding;

/// The place of a field as a profile writes it: `{ json: /facilityCode }`,
/// `{ json: /certificate, as: base64 }` or `{ header: Authorization, prefix: "Bearer " }`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Source {
    /// JSON pointer (RFC 6901) into the body.
    json: Option<String>,
    /// Name of a header.
    header: Option<String>,
    /// What stands before the value in the header.
    prefix: Option<String>,
    /// Text form of a field of octets.
    r#as: Option<Encoding>,
}

/// Why no value could be taken although something stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Untakeable {
    /// The place, as the profile writes it.
    pub(crate) place: String,
    /// What should have stood there.
    pub(crate) wanted: &'static str,
}

impl Source {
    /// What is wrong with the source for this field, if anything.
    pub(crate) fn check(&self, field: Field) -> Option<Diagnostic> {
        let wrong = |ja: String, en: String| Some(Diagnostic::new("wrong-source", ja, en));
        match (&self.json, &self.header) {
            (Some(pointer), None) if pointer.starts_with('/') => {}
            (Some(pointer), None) => {
                return wrong(
                    format!("JSON ポインター \"{pointer}\" は / で始めてください"),
                    format!("the JSON pointer \"{pointer}\" does not begin with /"),
                );
            }
            (None, Some(name)) if is_token(name) => {}
            (None, Some(name)) => {
                return wrong(
                    format!("\"{name}\" はヘッダー名ではありません"),
                    format!("\"{name}\" is no name of a header"),
                );
            }
            _ => {
                return wrong(
                    format!("{field} の場所は json か header のどちらか一つです"),
                    format!("{field} is taken from either json or header"),
                );
            }
        }
        match (field.form(), self.r#as) {
            (Form::Bytes, None) => wrong(
                format!("{field} はバイト列です。as: base64 か as: hex が必要です"),
                format!("{field} is octets and needs as: base64 or as: hex"),
            ),
            (Form::Text, Some(_)) => wrong(
                format!("{field} は文字列なので as は使えません"),
                format!("{field} is text and takes no as"),
            ),
            _ => None,
        }
    }

    /// The JSON pointer, where the value stands in the body.
    pub(crate) fn pointer(&self) -> Option<&str> {
        self.json.as_deref()
    }

    /// The header, where the value stands in one, and what stands before it there.
    pub(crate) fn header(&self) -> Option<(&str, &str)> {
        let name = self.header.as_deref()?;
        Some((name, self.prefix.as_deref().unwrap_or_default()))
    }

    /// The text form of octets.
    pub(crate) const fn encoding(&self) -> Option<Encoding> {
        self.r#as
    }

    /// Whether the value stands in the body.
    pub(crate) const fn is_in_body(&self) -> bool {
        self.json.is_some()
    }

    /// The value, if there is one. JSON null counts as none.
    pub(crate) fn take(
        &self,
        request: &HttpRequest,
        body: &Json,
    ) -> Result<Option<Value>, Untakeable> {
        let text = if let Some(pointer) = &self.json {
            match body.pointer(pointer) {
                None | Some(Json::Null) => return Ok(None),
                Some(Json::String(text)) => text.as_str(),
                Some(_) => return Err(self.untakeable("a JSON string")),
            }
        } else {
            let header = self.header.as_deref().and_then(|name| request.header(name));
            let Some(header) = header else {
                return Ok(None);
            };
            match header.strip_prefix(self.prefix.as_deref().unwrap_or_default()) {
                Some(text) => text,
                None => return Err(self.untakeable("the prefix that the profile names")),
            }
        };
        match self.r#as {
            None => Ok(Some(Value::from(text))),
            Some(encoding) => match encoding.decode(text) {
                Some(octets) => Ok(Some(Value::from(octets))),
                None => Err(self.untakeable(match encoding {
                    Encoding::Base64 => "base64 with padding and without line breaks",
                    Encoding::Hex => "an even number of hexadecimal digits",
                })),
            },
        }
    }

    /// The source as a profile writes it.
    pub(crate) fn yaml(&self) -> String {
        let parts = [
            self.json.as_ref().map(|pointer| format!("json: {pointer}")),
            self.header.as_ref().map(|name| format!("header: {name}")),
            self.prefix
                .as_ref()
                .map(|prefix| format!("prefix: {prefix:?}")),
            self.r#as.map(|encoding| format!("as: {}", encoding.name())),
        ];
        format!(
            "{{ {} }}",
            parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
        )
    }

    fn untakeable(&self, wanted: &'static str) -> Untakeable {
        Untakeable {
            place: self.yaml(),
            wanted,
        }
    }
}

/// Whether `name` may stand as the name of a header (RFC 9110 §5.6.2, token).
pub(crate) fn is_token(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}
