//! What a profile assumes, in words: in Japanese and English, or as one text for both, as in a
//! profile that a vendor writes for the own house.

use std::fmt;

use madoguchi_notation::Wording;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// The words of an assumption: `A-10: the vocabulary of result codes`, or
/// `A-10: { ja: 結果コードの語彙, en: the vocabulary of result codes }`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Statement(pub(crate) Wording);

impl<'de> Deserialize<'de> for Statement {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Words)
    }
}

struct Words;

impl<'de> Visitor<'de> for Words {
    type Value = Statement;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, or {ja: …, en: …}")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Statement, E> {
        Ok(Statement(Wording::new(text, text)))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Statement, A::Error> {
        Wording::deserialize(MapAccessDeserializer::new(map)).map(Statement)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use madoguchi_notation::load;

    use super::*;

    type Read = BTreeMap<String, Statement>;

    #[test]
    fn an_assumption_is_said_in_two_languages_or_in_one_text_for_both() {
        let text = "A-01: paths\nA-02: { ja: 方法, en: methods }\n";
        let read: Read = load("p.yaml", text).unwrap();
        assert_eq!(read["A-01"].0, Wording::new("paths", "paths"));
        assert_eq!(read["A-02"].0, Wording::new("方法", "methods"));
    }

    #[test]
    fn half_a_statement_is_refused_with_its_place() {
        for (text, said) in [
            ("A-01: { ja: 方法 }\n", "en"),
            ("A-01: [a]\n", "{ja: …, en: …}"),
        ] {
            let error = load::<Read>("p.yaml", text).unwrap_err().to_string();
            assert!(
                error.starts_with("p.yaml:1:") && error.contains(said),
                "{error}"
            );
        }
    }
}
