//! A client's own words, where they are other than those that requirements and scenarios use.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

/// What a client calls what: left the word of requirements, right its own. As the `words` of a hello and of
/// a screen map, and in a trace's header, so that a stored trace is judged by the same words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct OwnWords {
    /// Titles of screens.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub screens: BTreeMap<String, Said>,
    /// Labels of buttons.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub buttons: BTreeMap<String, Said>,
    /// Headings of sections.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub sections: BTreeMap<String, Said>,
    /// Labels of fields; in a section `見出し/項目`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, Said>,
    /// Values that are words, such as 有効.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, Said>,
    /// Labels of fields that mean nothing of this.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other: Vec<String>,
}

/// One word or several.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Said(#[schemars(schema_with = "one_or_several")] pub Vec<String>);

impl OwnWords {
    /// Its lists, each with its name.
    #[must_use]
    pub fn lists(&self) -> [(&'static str, &BTreeMap<String, Said>); 5] {
        [
            ("screens", &self.screens),
            ("buttons", &self.buttons),
            ("sections", &self.sections),
            ("labels", &self.labels),
            ("values", &self.values),
        ]
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// These and others.
    #[must_use]
    pub fn and(mut self, others: &Self) -> Self {
        let lists = [
            (&mut self.screens, &others.screens),
            (&mut self.buttons, &others.buttons),
            (&mut self.sections, &others.sections),
            (&mut self.labels, &others.labels),
            (&mut self.values, &others.values),
        ];
        for (own, more) in lists {
            for (word, said) in more {
                let known = &mut own.entry(word.clone()).or_default().0;
                let new = said.0.iter().filter(|word| !known.contains(word));
                let new: Vec<String> = new.cloned().collect();
                known.extend(new);
            }
        }
        self.other.extend(others.other.iter().cloned());
        self
    }
}

impl<'de> Deserialize<'de> for Said {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrSeveral;
        impl<'de> serde::de::Visitor<'de> for OneOrSeveral {
            type Value = Said;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a word or a list of words")
            }

            fn visit_str<E: serde::de::Error>(self, word: &str) -> Result<Said, E> {
                Ok(Said(vec![word.to_owned()]))
            }

            fn visit_seq<A: serde::de::SeqAccess<'de>>(
                self,
                mut list: A,
            ) -> Result<Said, A::Error> {
                let mut words = Vec::new();
                while let Some(word) = list.next_element()? {
                    words.push(word);
                }
                Ok(Said(words))
            }
        }
        deserializer.deserialize_any(OneOrSeveral)
    }
}

fn one_or_several(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({
        "oneOf": [
            { "type": "string" },
            { "type": "array", "items": { "type": "string" }, "minItems": 1 },
        ],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_word_needs_no_list() {
        let text = r#"{"labels":{"資格有効性":"状態","氏名":["名","なまえ"]}}"#;
        let words: OwnWords = serde_json::from_str(text).unwrap();
        assert_eq!(words.labels["資格有効性"], Said(vec!["状態".into()]));
        assert_eq!(words.labels["氏名"].0.len(), 2);
        let again: OwnWords =
            serde_json::from_str(&serde_json::to_string(&words).unwrap()).unwrap();
        assert_eq!(again, words);
    }

    #[test]
    fn words_of_two_places_are_joined() {
        let one: OwnWords = serde_json::from_str(r#"{"labels":{"氏名":"名"}}"#).unwrap();
        let two: OwnWords =
            serde_json::from_str(r#"{"labels":{"氏名":["名","なまえ"]},"other":["版"]}"#).unwrap();
        let both = one.and(&two);
        assert_eq!(both.labels["氏名"].0, ["名", "なまえ"]);
        assert_eq!(both.other, ["版"]);
    }
}
