//! The body of a request before its fields are taken: a tree in which values have places.

use serde_json::Value as Json;

use crate::xml::{self, Element, Unreadable};

/// A body that was read.
#[derive(Debug)]
pub(crate) enum Body {
    /// There is none.
    Nothing,
    Json(Json),
    /// The document's element inside one without a name.
    Xml(Element),
}

/// The body or one of its units: where the places of a profile begin.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Node<'a> {
    Nothing,
    Json(&'a Json),
    Xml(&'a Element),
}

impl Body {
    /// Reads bytes.
    pub(crate) fn read(bytes: &[u8], is_xml: bool) -> Result<Self, Unreadable> {
        if is_xml {
            return xml::read(bytes).map(Self::Xml);
        }
        serde_json::from_slice(bytes)
            .map(Self::Json)
            .map_err(|error| Unreadable {
                rule: "not-json",
                detail: format!("the body is no JSON: {error}"),
            })
    }

    pub(crate) const fn node(&self) -> Node<'_> {
        match self {
            Self::Nothing => Node::Nothing,
            Self::Json(json) => Node::Json(json),
            Self::Xml(element) => Node::Xml(element),
        }
    }
}

impl<'a> Node<'a> {
    /// The text at a JSON pointer; null is no value.
    pub(crate) fn json_text(self, pointer: &str) -> Result<Option<&'a str>, &'static str> {
        let Self::Json(json) = self else {
            return Ok(None);
        };
        match json.pointer(pointer) {
            None | Some(Json::Null) => Ok(None),
            Some(Json::String(text)) => Ok(Some(text)),
            Some(_) => Err("a JSON string"),
        }
    }

    /// The text of the element at a path; an empty element is no value.
    pub(crate) fn xml_text(self, path: &str) -> Result<Option<&'a str>, &'static str> {
        let Self::Xml(element) = self else {
            return Ok(None);
        };
        match element.find(path).as_slice() {
            [] => Ok(None),
            [one] if !one.children.is_empty() => Err("an element with text in it"),
            [one] if one.text.is_empty() => Ok(None),
            [one] => Ok(Some(&one.text)),
            _ => Err("one element; there are several"),
        }
    }
}
