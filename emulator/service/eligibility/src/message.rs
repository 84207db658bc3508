//! A request and its answer in abstract terms: what stands between a wire profile and the registry.

use std::collections::BTreeMap;
use std::fmt;

use base16ct::lower::encode_string;
use base16ct::mixed;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Decision, Field, Form, Operation, Secrecy};

/// A request as a wire profile understood it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// What is asked.
    pub operation: Operation,
    /// The fields that the request carried.
    pub fields: Fields,
    /// The units of a request that asks for many at once.
    pub items: Vec<Fields>,
}

impl Request {
    /// A request without fields.
    #[must_use]
    pub const fn new(operation: Operation) -> Self {
        Self {
            operation,
            fields: Fields::new(),
            items: Vec::new(),
        }
    }

    /// The same request with one more field.
    #[must_use]
    pub fn with(mut self, field: Field, value: impl Into<Value>) -> Self {
        self.fields.set(field, value);
        self
    }
}

/// What the service decided, why, and what it delivers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Result code.
    pub decision: Decision,
    /// Name of the rule that decided, kebab-case, such as `certificate-revoked`.
    pub rule: &'static str,
    /// Fields of the answer; [`Field::ResultCode`] and [`Field::ResultMessage`] follow from
    /// `decision` and need not be here.
    pub fields: Fields,
    /// Results of an eligibility inquiry, one per record.
    pub results: Vec<Fields>,
}

impl Answer {
    /// An answer without fields.
    #[must_use]
    pub const fn new(decision: Decision, rule: &'static str) -> Self {
        Self {
            decision,
            rule,
            fields: Fields::new(),
            results: Vec::new(),
        }
    }

    /// The same answer with one more field.
    #[must_use]
    pub fn with(mut self, field: Field, value: impl Into<Value>) -> Self {
        self.fields.set(field, value);
        self
    }

    /// All fields as a trace may store them; those of the i-th result as `results.i.name`.
    #[must_use]
    pub fn traced(&self) -> BTreeMap<String, String> {
        let mut traced = self.fields.traced();
        for (i, result) in self.results.iter().enumerate() {
            traced.extend(
                result
                    .traced()
                    .into_iter()
                    .map(|(name, v)| (format!("results.{i}.{name}"), v)),
            );
        }
        traced
    }
}

/// A value as it is meant, before any wire encoding.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// Characters.
    Text(String),
    /// Octets.
    Bytes(Vec<u8>),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Self {
        Self::Bytes(bytes.to_owned())
    }
}

impl Value {
    /// Length in bytes (of the UTF-8 form, for text).
    #[must_use]
    pub const fn len(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Bytes(bytes) => bytes.len(),
        }
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Shows the length only: which field a value belongs to, and so whether it is secret, is not
/// known here.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Value(len={})", self.len())
    }
}

/// Fields by name. Prints as it is traced: without secrets.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Fields(BTreeMap<Field, Value>);

impl Fields {
    /// No fields.
    #[must_use]
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Sets one field.
    pub fn set(&mut self, field: Field, value: impl Into<Value>) {
        self.0.insert(field, value.into());
    }

    /// Takes over what is not there yet.
    pub fn complete(&mut self, others: &Self) {
        for (field, value) in &others.0 {
            self.0.entry(*field).or_insert_with(|| value.clone());
        }
    }

    /// Sets one field if there is a value.
    pub fn set_some(&mut self, field: Field, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.set(field, value);
        }
    }

    /// Takes one field away.
    pub fn remove(&mut self, field: Field) {
        self.0.remove(&field);
    }

    /// The field's value, if it was given.
    #[must_use]
    pub fn get(&self, field: Field) -> Option<&Value> {
        self.0.get(&field)
    }

    /// The field's characters, if it was given and is text.
    #[must_use]
    pub fn text(&self, field: Field) -> Option<&str> {
        match self.0.get(&field) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The field's octets, if it was given and is octets.
    #[must_use]
    pub fn bytes(&self, field: Field) -> Option<&[u8]> {
        match self.0.get(&field) {
            Some(Value::Bytes(bytes)) => Some(bytes),
            _ => None,
        }
    }

    /// All fields that were given, in the order of the table.
    pub fn iter(&self) -> impl Iterator<Item = (Field, &Value)> {
        self.0.iter().map(|(field, value)| (*field, value))
    }

    /// Whether no field was given.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The fields as a trace may store them: open text as it is, open octets in lower-case
    /// hexadecimal, and `len=…` in place of everything that [`Field::secrecy`] keeps out.
    #[must_use]
    pub fn traced(&self) -> BTreeMap<String, String> {
        self.iter()
            .map(|(field, value)| (field.name().to_owned(), traced(field, value)))
            .collect()
    }
}

/// Every value as it is, so for a store and not for a trace: text as text, octets in hexadecimal.
impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter().map(|(field, value)| {
            let text = match value {
                Value::Text(text) => text.clone(),
                Value::Bytes(bytes) => encode_string(bytes),
            };
            (field, text)
        }))
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut fields = Self::new();
        for (field, text) in BTreeMap::<Field, String>::deserialize(deserializer)? {
            match field.form() {
                Form::Text => fields.set(field, text),
                Form::Bytes => {
                    let octets = mixed::decode_vec(&text)
                        .map_err(|_| D::Error::custom(format_args!("{field} is octets")))?;
                    fields.set(field, octets);
                }
            }
        }
        Ok(fields)
    }
}

impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.traced()).finish()
    }
}

fn traced(field: Field, value: &Value) -> String {
    match (field.secrecy(), value) {
        (Secrecy::Label, _) => format!("len={}", value.len()),
        (Secrecy::Open, Value::Text(text)) => text.clone(),
        (Secrecy::Open, Value::Bytes(bytes)) => encode_string(bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_do_not_print() {
        let request = Request::new(Operation::FirstLogin)
            .with(Field::UserId, "shiken01")
            .with(Field::Password, "TEST-only-1")
            .with(Field::ActivationCode, "012345678901");
        let shown = format!("{request:?}");
        assert!(shown.contains("shiken01"), "{shown}");
        assert!(
            !shown.contains("TEST-only-1") && !shown.contains("012345678901"),
            "{shown}"
        );
    }

    #[test]
    fn fields_that_were_stored_read_back() {
        let request = Request::new(Operation::Login)
            .with(Field::Password, "TEST-only-1")
            .with(Field::Certificate, vec![0x30, 0x82, 0xFF]);
        let stored = serde_json::to_string(&request.fields).unwrap();
        let read: Fields = serde_json::from_str(&stored).unwrap();
        assert_eq!(read, request.fields);
        serde_json::from_str::<Fields>(r#"{"certificate":"3"}"#).unwrap_err();
    }

    #[test]
    fn results_are_traced_with_their_position() {
        let mut answer = Answer::new(Decision::Ok, "one-valid-eligibility")
            .with(Field::QualificationValidity, "1")
            .with(Field::Nonce, vec![0xAB, 0x01]);
        let mut result = Fields::new();
        result.set(Field::Name, "試験　太郎");
        answer.results.push(result);
        let traced = answer.traced();
        assert_eq!(traced["results.0.name"], "試験　太郎");
        assert_eq!(traced["nonce"], "ab01");
        assert_eq!(traced["qualification-validity"], "1");
    }

    #[test]
    fn text_is_not_octets() {
        let request = Request::new(Operation::Login).with(Field::Certificate, "text");
        assert_eq!(request.fields.bytes(Field::Certificate), None);
        assert_eq!(request.fields.text(Field::Certificate), Some("text"));
    }
}
