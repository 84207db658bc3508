//! Where the value of one abstract field stands in a request.

use base64ct::{Base64, Base64Unpadded, Base64Url, Base64UrlUnpadded, Encoding as _};
use madoguchi_eligibility::{Field, Form, Value};
use madoguchi_notation::Diagnostic;
use serde::Deserialize;

use crate::HttpRequest;
use crate::body::Node;
use crate::encoding::Encoding;
use crate::transport::Transport;
use crate::xml::is_path;

/// The place of a field as a profile writes it: `{ json: /facilityCode }`,
/// `{ json: /certificate, as: base64 }`, `{ xml: XmlMsg/MessageBody/Birthdate }` or
/// `{ header: Authorization, prefix: "Bearer " }`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Source {
    /// JSON pointer (RFC 6901) into the body.
    json: Option<String>,
    /// Names of elements from the document's one (or the unit's first) on, with `/` between them.
    xml: Option<String>,
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
    pub(crate) fn check(&self, field: Field, transport: Transport) -> Option<Diagnostic> {
        let wrong = |ja: String, en: String| Some(Diagnostic::new("wrong-source", ja, en));
        match (transport, &self.json, &self.xml, &self.header) {
            (Transport::HttpJson, Some(pointer), None, None) if pointer.starts_with('/') => {}
            (Transport::HttpJson, Some(pointer), None, None) => {
                return wrong(
                    format!("JSON ポインター \"{pointer}\" は / で始めてください"),
                    format!("the JSON pointer \"{pointer}\" does not begin with /"),
                );
            }
            (Transport::HttpXml | Transport::Folder, None, Some(path), None) if is_path(path) => {}
            (Transport::HttpXml | Transport::Folder, None, Some(path), None) => {
                return wrong(
                    format!("\"{path}\" は要素名を / でつないだものではありません"),
                    format!("\"{path}\" is no path: names of elements with / between them"),
                );
            }
            (Transport::HttpJson | Transport::HttpXml, None, None, Some(name))
                if is_token(name) => {}
            (Transport::HttpJson | Transport::HttpXml, None, None, Some(name)) => {
                return wrong(
                    format!("\"{name}\" はヘッダー名ではありません"),
                    format!("\"{name}\" is no name of a header"),
                );
            }
            (Transport::Folder, ..) => {
                return wrong(
                    format!("folder では {field} の場所を xml で書きます"),
                    format!("in a folder {field} is taken from xml"),
                );
            }
            (Transport::HttpJson | Transport::HttpXml, ..) => {
                let body = if transport.is_xml() { "xml" } else { "json" };
                return wrong(
                    format!("{field} の場所は {body} か header のどちらか一つです"),
                    format!("{field} is taken from either {body} or header"),
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

    /// The JSON pointer, where the value stands in the body; a path of elements as the same.
    pub(crate) fn pointer(&self) -> Option<String> {
        let path = self.xml.as_ref().map(|path| format!("/{path}"));
        path.or_else(|| self.json.clone())
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
        self.json.is_some() || self.xml.is_some()
    }

    /// The value, if there is one. JSON null and an empty element count as none.
    pub(crate) fn take(
        &self,
        request: &HttpRequest,
        body: Node<'_>,
    ) -> Result<Option<Value>, Untakeable> {
        let found = match (&self.json, &self.xml) {
            (Some(pointer), _) => Some(body.json_text(pointer)),
            (None, Some(path)) => Some(body.xml_text(path)),
            (None, None) => None,
        };
        let text = if let Some(found) = found {
            match found.map_err(|wanted| self.untakeable(wanted))? {
                None => return Ok(None),
                Some(text) => text,
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
                    Encoding::Base64 => not_base64(text),
                    Encoding::Hex => "an even number of hexadecimal digits",
                })),
            },
        }
    }

    /// The source as a profile writes it.
    pub(crate) fn yaml(&self) -> String {
        let parts = [
            self.json.as_ref().map(|pointer| format!("json: {pointer}")),
            self.xml.as_ref().map(|path| format!("xml: {path}")),
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

/// What a text is not that should be base64, and what it is instead, where that can be seen.
fn not_base64(text: &str) -> &'static str {
    let joined: String = text.split_whitespace().collect();
    if text.contains("-----BEGIN") {
        "base64 alone: it is PEM, with its first and last line"
    } else if joined != text && Base64::decode_vec(&joined).is_ok() {
        "base64 without line breaks and blanks: it has some"
    } else if Base64Unpadded::decode_vec(text).is_ok() {
        "base64 with padding: it has none"
    } else if Base64Url::decode_vec(text).is_ok() || Base64UrlUnpadded::decode_vec(text).is_ok() {
        "base64 (RFC 4648 §4): it is base64url (§5)"
    } else {
        "base64 with padding and without line breaks"
    }
}

/// Whether `name` may stand as the name of a header (RFC 9110 §5.6.2, token).
pub(crate) fn is_token(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_where_base64_should_is_named() {
        for (text, said) in [
            ("-_8=", "base64url"),
            ("-_8", "base64url"),
            ("+/8", "it has none"),
            ("+/\n8=", "line breaks and blanks"),
            ("-----BEGIN CERTIFICATE-----\n+/8=", "it is PEM"),
            ("+/8=!", "base64 with padding and without line breaks"),
        ] {
            assert!(not_base64(text).contains(said), "{text}");
        }
    }
}
