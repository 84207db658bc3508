//! What the service said, or why nothing came that could be understood.

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Map, Value};

use crate::wire::{Field, Wire};

/// No answer came, or nothing that could be understood: the words say why.
#[derive(Debug)]
pub(crate) struct NoAnswer {
    why: String,
    pub(crate) instead: Instead,
}

/// What there was instead of an answer. Whatever it was, this client says that no answer came; not every
/// program does.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Instead {
    /// Nothing that could be told from nothing.
    Nothing,
    /// Nothing, for as long as the client waits.
    Silence,
    /// A server whose certificate cannot be trusted.
    Stranger(Distrust),
    /// The connection ended without a word.
    End,
    /// The connection was reset without a word.
    Reset,
    /// A part of the body, then the end of the connection.
    Half,
    /// A reply of another media type, with this HTTP status.
    Page(u16),
    /// A body that is none of an answer.
    Scrap(Vec<u8>),
}

/// Why a server's certificate cannot be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Distrust {
    /// Its time is over.
    Expired,
    /// It is of another host.
    OtherHost,
    /// It comes from another CA.
    OtherCa,
}

impl NoAnswer {
    /// For this reason.
    pub(crate) fn new(why: impl Into<String>) -> Self {
        Self {
            why: why.into(),
            instead: Instead::Nothing,
        }
    }

    /// The same where this came instead.
    pub(crate) fn with(self, instead: Instead) -> Self {
        Self { instead, ..self }
    }
}

impl fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)
    }
}

/// One result of an eligibility check, or the outer fields of an answer.
pub(crate) type Record = BTreeMap<Field, String>;

/// What the service said.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) fields: Record,
    /// Results of an eligibility check, in order.
    pub(crate) results: Vec<Record>,
}

impl Answer {
    /// Reads a body; unknown fields are passed over.
    pub(crate) fn parse(body: &[u8], wire: Wire) -> Result<Self, NoAnswer> {
        let mut body: Map<String, Value> = serde_json::from_slice(body).map_err(|error| {
            NoAnswer::new(format!("応答を解釈できません（{error}）"))
                .with(Instead::Scrap(body.to_vec()))
        })?;
        if let Some(told) = wire.told() {
            body = told.flat(body, Field::Results.name(wire));
        }
        let results = match body.get(Field::Results.name(wire)) {
            Some(Value::Array(list)) => list
                .iter()
                .filter_map(Value::as_object)
                .map(|result| record(result, wire))
                .collect(),
            _ => Vec::new(),
        };
        let mut fields = record(&body, wire);
        if let (Some(told), Some(code)) = (wire.told(), fields.get_mut(&Field::ResultCode)) {
            told.spell_out(code);
        }
        let answer = Self { fields, results };
        if answer.text(Field::ResultCode).is_none() {
            return Err(NoAnswer::new("応答に処理結果がありません"));
        }
        Ok(answer)
    }

    /// The field's value, if it was delivered.
    pub(crate) fn text(&self, field: Field) -> Option<&str> {
        self.fields.get(&field).map(String::as_str)
    }

    /// The field's bytes, if it was delivered in base64.
    pub(crate) fn bytes(&self, field: Field) -> Option<Vec<u8>> {
        BASE64.decode(self.text(field)?).ok()
    }

    /// The result code.
    pub(crate) fn code(&self) -> &str {
        self.text(Field::ResultCode).unwrap_or_default()
    }

    /// Words for the staff: the message, else the code.
    pub(crate) fn message(&self) -> String {
        self.text(Field::ResultMessage)
            .unwrap_or(self.code())
            .to_owned()
    }
}

fn record(object: &Map<String, Value>, wire: Wire) -> Record {
    object
        .iter()
        .filter_map(|(name, value)| {
            let field = Field::from_name(name, wire)?;
            Some((field, value.as_str()?.to_owned()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_under_the_names_of_its_wire() {
        let body = r#"{"kekka":"OK","yuukousei":"1","atarashii":"?","kekka_ichiran":[{"shimei":"試験　太郎"}]}"#;
        let answer = Answer::parse(body.as_bytes(), Wire::Renamed).unwrap();
        assert_eq!(answer.code(), "OK");
        assert_eq!(answer.text(Field::QualificationValidity), Some("1"));
        assert_eq!(answer.results[0][&Field::Name], "試験　太郎");
    }

    #[test]
    fn a_page_of_html_is_no_answer() {
        assert!(Answer::parse(b"<html>busy</html>", Wire::Mock).is_err());
        assert!(Answer::parse(br#"{"status":"fine"}"#, Wire::Mock).is_err());
    }

    #[test]
    fn without_words_the_code_is_the_message() {
        let answer = Answer::parse(br#"{"resultCode":"BUSY"}"#, Wire::Mock).unwrap();
        assert_eq!(answer.message(), "BUSY");
    }
}
