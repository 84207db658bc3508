//! The structure of a reply: JSON whose leaves name abstract fields.

use std::fmt;

use madoguchi_eligibility::{Answer, Field, Fields, Form, Value};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value as Json};

use crate::encoding::Encoding;

/// A template as a profile writes it: `$name` stands for a field's value, `$name|base64` for
/// octets, a list holds one template that is repeated for each result of the answer, everything
/// else stands for itself. Absent values are left out with their key, and so are a list without
/// results and an object of a result in which nothing is left.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Template {
    /// A field's value.
    Leaf(Field, Option<Encoding>),
    /// Stands for itself.
    Literal(Json),
    /// Keys in order.
    Object(Vec<(String, Self)>),
    /// Once for each result.
    EachResult(Box<Self>),
}

impl Template {
    /// The template with the values of an answer.
    pub(crate) fn fill(&self, fields: &Fields, answer: &Answer) -> Option<Json> {
        match self {
            Self::Leaf(field, encoding) => match (fields.get(*field)?, encoding) {
                (Value::Text(text), _) => Some(Json::String(text.clone())),
                (Value::Bytes(octets), Some(encoding)) => {
                    Some(Json::String(encoding.encode(octets)))
                }
                // Excluded when the profile was read.
                (Value::Bytes(_), None) => None,
            },
            Self::Literal(json) => Some(json.clone()),
            Self::Object(entries) => {
                let filled = entries
                    .iter()
                    .filter_map(|(key, value)| Some((key.clone(), value.fill(fields, answer)?)));
                Some(Json::Object(filled.collect::<Map<_, _>>()))
            }
            Self::EachResult(item) => {
                let items: Vec<Json> = answer
                    .results
                    .iter()
                    .filter_map(|result| Some(without_hollows(item.fill(result, answer)?)))
                    .collect();
                (!items.is_empty()).then_some(Json::Array(items))
            }
        }
    }

    /// The values of a filled template, the reverse of [`fill`](Self::fill). What the template does
    /// not name, and octets that are none, are passed over.
    pub(crate) fn take(&self, filled: &Json, fields: &mut Fields, results: &mut Vec<Fields>) {
        match (self, filled) {
            (Self::Leaf(field, None), Json::String(text)) => fields.set(*field, text.as_str()),
            (Self::Leaf(field, Some(encoding)), Json::String(text)) => {
                fields.set_some(*field, encoding.decode(text));
            }
            (Self::Object(entries), Json::Object(filled)) => {
                for (key, value) in entries {
                    if let Some(filled) = filled.get(key) {
                        value.take(filled, fields, results);
                    }
                }
            }
            (Self::EachResult(item), Json::Array(filled)) => {
                for filled in filled {
                    let mut result = Fields::new();
                    item.take(filled, &mut result, &mut Vec::new());
                    results.push(result);
                }
            }
            _ => {}
        }
    }

    /// Whether what stands at a path of keys is repeated for each result.
    pub(crate) fn repeats(&self, path: &[&str]) -> bool {
        match (self, path) {
            (Self::EachResult(_), []) => true,
            (Self::EachResult(item), _) => item.repeats(path),
            (Self::Object(entries), [key, rest @ ..]) => entries
                .iter()
                .any(|(name, value)| name == key && value.repeats(rest)),
            _ => false,
        }
    }

    /// The keys of all objects, with the path to the first wrong one: XML wants names.
    pub(crate) fn keys(&self) -> Vec<&str> {
        match self {
            Self::Object(entries) => entries
                .iter()
                .flat_map(|(key, value)| std::iter::once(key.as_str()).chain(value.keys()))
                .collect(),
            Self::EachResult(item) => item.keys(),
            Self::Leaf(..) | Self::Literal(_) => Vec::new(),
        }
    }

    /// Whether it is an object of one key that holds an object: an XML document.
    pub(crate) fn is_document(&self) -> bool {
        matches!(self, Self::Object(entries)
            if matches!(entries.as_slice(), [(_, Self::Object(_))]))
    }

    /// Whether the field's value stands somewhere in the reply.
    pub(crate) fn names(&self, field: Field) -> bool {
        match self {
            Self::Leaf(leaf, _) => *leaf == field,
            Self::Literal(_) => false,
            Self::Object(entries) => entries.iter().any(|(_, value)| value.names(field)),
            Self::EachResult(item) => item.names(field),
        }
    }
}

/// A filled result without the objects in it that hold nothing.
fn without_hollows(filled: Json) -> Json {
    let Json::Object(entries) = filled else {
        return filled;
    };
    let full = entries
        .into_iter()
        .map(|(key, value)| (key, without_hollows(value)))
        .filter(|(_, value)| value.as_object().is_none_or(|object| !object.is_empty()));
    Json::Object(full.collect())
}

impl<'de> Deserialize<'de> for Template {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TemplateVisitor)
    }
}

struct TemplateVisitor;

impl<'de> Visitor<'de> for TemplateVisitor {
    type Value = Template;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map, a list of one template, `$field` or a literal")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Template, E> {
        let Some(leaf) = text.strip_prefix('$') else {
            return Ok(Template::Literal(Json::from(text)));
        };
        let (name, encoding) = match leaf.split_once('|') {
            None => (leaf, None),
            Some((name, word)) => {
                let encoding = Encoding::from_name(word)
                    .ok_or_else(|| E::unknown_variant(word, &["base64", "hex"]))?;
                (name, Some(encoding))
            }
        };
        let field: Field = name
            .parse()
            .map_err(|_| E::unknown_variant(name, Field::NAMES))?;
        match (field.form(), encoding) {
            (Form::Bytes, None) => Err(E::custom(format_args!(
                "{field} is octets; write ${field}|base64 or ${field}|hex"
            ))),
            (Form::Text, Some(_)) => {
                Err(E::custom(format_args!("{field} is text; write ${field}")))
            }
            _ => Ok(Template::Leaf(field, encoding)),
        }
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Template, E> {
        Ok(Template::Literal(Json::from(value)))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Template, E> {
        Ok(Template::Literal(Json::from(value)))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Template, E> {
        Ok(Template::Literal(Json::from(value)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Template, A::Error> {
        let item = seq
            .next_element()?
            .ok_or_else(|| A::Error::invalid_length(0, &self))?;
        match seq.next_element::<Template>()? {
            None => Ok(Template::EachResult(Box::new(item))),
            Some(_) => Err(A::Error::invalid_length(2, &self)),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Template, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Template::Object(entries))
    }
}
