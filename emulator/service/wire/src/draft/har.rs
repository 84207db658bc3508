//! A recording of HTTP traffic (HAR 1.2) as far as a draft needs it: methods, paths, names. Values are
//! dropped while they are read, so that no password, token or person of a recording is ever kept.

use std::fmt;

use base64ct::{Base64, Encoding as _};
use madoguchi_terms::production_host;
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::NoDraft;

/// Entries that are looked at; a day of work at a counter has fewer.
const MAX_ENTRIES: usize = 10_000;

/// What was recorded, without its values.
#[derive(Debug, Clone)]
pub struct Recording {
    pub(super) calls: Vec<Recorded>,
}

/// One exchange.
#[derive(Debug, Clone)]
pub(super) struct Recorded {
    pub(super) method: String,
    /// Path without query.
    pub(super) path: String,
    /// Names of headers, and the word before the value where it is `Bearer`.
    pub(super) headers: Vec<(String, bool)>,
    pub(super) request: Option<Shape>,
    pub(super) response: Option<Shape>,
}

/// JSON without its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shape {
    /// A string, a number, true, false or null.
    Leaf,
    Object(Vec<(String, Self)>),
    /// What its first element is like.
    Array(Option<Box<Self>>),
}

impl Recording {
    /// Reads a recording.
    ///
    /// # Errors
    /// Where it is no HAR, or one of a real service.
    pub fn parse(text: &str) -> Result<Self, NoDraft> {
        let har: Har = serde_json::from_str(text.trim_start_matches('\u{feff}'))
            .map_err(|error| NoDraft::NotHar(without_values(&error)))?;
        let mut calls = Vec::new();
        for (i, entry) in har.log.entries.into_iter().take(MAX_ENTRIES).enumerate() {
            let Some((host, path)) = split(&entry.request.url) else {
                continue;
            };
            if production_host(&host).is_some() {
                return Err(NoDraft::Production { host, entry: i + 1 });
            }
            let headers = entry.request.headers.into_iter();
            calls.push(Recorded {
                method: entry.request.method.to_ascii_uppercase(),
                path,
                headers: headers
                    .map(|header| (header.name, header.value.0))
                    .collect(),
                request: entry.request.post_data.and_then(|data| data.text.0),
                response: entry.response.content.shape(),
            });
        }
        Ok(Self { calls })
    }
}

/// The library's words may quote a value; its place may be said.
fn without_values(error: &serde_json::Error) -> String {
    let (line, column) = (error.line(), error.column());
    let what = match error.classify() {
        serde_json::error::Category::Eof => "it ends in the middle",
        serde_json::error::Category::Syntax => "it is no JSON",
        _ => "it is not what HAR 1.2 has there",
    };
    format!("{what}, line {line} column {column}")
}

/// Host and path of an absolute URL.
fn split(url: &str) -> Option<(String, String)> {
    let (scheme, rest) = url.split_once("://")?;
    if !matches!(scheme, "http" | "https") {
        return None;
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at(end);
    let host = authority.rsplit('@').next()?;
    let host = host.split(':').next()?.to_owned();
    let path = rest.split(['?', '#']).next().unwrap_or_default();
    let path = if path.is_empty() { "/" } else { path };
    Some((host, path.to_owned()))
}

#[derive(Deserialize)]
struct Har {
    log: Log,
}

#[derive(Deserialize)]
struct Log {
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    request: Request,
    response: Response,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    method: String,
    url: String,
    #[serde(default)]
    headers: Vec<Header>,
    post_data: Option<PostData>,
}

#[derive(Deserialize)]
struct Header {
    name: String,
    value: IsBearer,
}

/// Whether a value begins with `Bearer `; the value itself is not kept.
struct IsBearer(bool);

impl<'de> Deserialize<'de> for IsBearer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = String::deserialize(deserializer)?;
        Ok(Self(value.starts_with("Bearer ")))
    }
}

#[derive(Deserialize)]
struct PostData {
    #[serde(default)]
    text: ShapeOfText,
}

/// A string that holds JSON, as its shape.
#[derive(Default)]
struct ShapeOfText(Option<Shape>);

impl<'de> Deserialize<'de> for ShapeOfText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        Ok(Self(text.and_then(|text| serde_json::from_str(&text).ok())))
    }
}

#[derive(Deserialize)]
struct Response {
    #[serde(default)]
    content: Content,
}

#[derive(Default, Deserialize)]
struct Content {
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    encoding: Option<String>,
}

impl Content {
    fn shape(self) -> Option<Shape> {
        let text = self.text?;
        if self.encoding.as_deref() == Some("base64") {
            let bytes = Base64::decode_vec(&text).ok()?;
            return serde_json::from_slice(&bytes).ok();
        }
        serde_json::from_str(&text).ok()
    }
}

impl<'de> Deserialize<'de> for Shape {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ShapeVisitor)
    }
}

struct ShapeVisitor;

impl<'de> Visitor<'de> for ShapeVisitor {
    type Value = Shape;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Shape, E> {
        Ok(Shape::Leaf)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Shape, E> {
        Ok(Shape::Leaf)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Shape, E> {
        Ok(Shape::Leaf)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Shape, E> {
        Ok(Shape::Leaf)
    }

    fn visit_str<E>(self, _: &str) -> Result<Shape, E> {
        Ok(Shape::Leaf)
    }

    fn visit_unit<E>(self) -> Result<Shape, E> {
        Ok(Shape::Leaf)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Shape, A::Error> {
        let first = seq.next_element()?.map(Box::new);
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Shape::Array(first))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Shape, A::Error> {
        let mut entries: Vec<(String, Shape)> = Vec::new();
        while let Some((key, value)) = map.next_entry()? {
            if entries.iter().all(|(known, _)| *known != key) {
                entries.push((key, value));
            }
        }
        Ok(Shape::Object(entries))
    }
}
