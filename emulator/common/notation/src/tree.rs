//! A YAML text as it stands, before anybody says what it means: every value with its place. For
//! checks that go on after the first error, which a typed reader cannot.

use std::fmt;

use serde::de::{self, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::{Diagnostic, Diagnostics, Located, load};

/// A value of a YAML text.
#[derive(Debug, Clone)]
pub enum Tree {
    /// `null`, or nothing at all.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i128),
    /// Another number.
    Float(f64),
    /// Any other scalar.
    Text(String),
    /// A sequence.
    List(Vec<Located<Self>>),
    /// A mapping whose keys are scalars, in the order of the text.
    Map(Vec<(Located<String>, Located<Self>)>),
}

/// How many keys that stand twice are reported, at most, before the rest of the text is left.
const MOST_DUPLICATES: usize = 20;

impl Tree {
    /// Reads a text under the limits of [`load`]. A key that stands twice does not end the reading:
    /// it is told in the list, and its second value is left out.
    ///
    /// # Errors
    /// The first thing by which the text is no YAML.
    pub fn read(file: &str, text: &str) -> Result<(Located<Self>, Vec<Diagnostic>), Diagnostics> {
        let mut text = text.to_owned();
        let mut twice = Vec::new();
        loop {
            let wrong = match load::<Located<Self>>(file, &text) {
                Ok(tree) => return Ok((without(tree, &twice), twice)),
                Err(wrong) => wrong,
            };
            let known = twice.len();
            for found in wrong.iter().filter(|found| found.code == "duplicate-key") {
                let Some(bytes) = found.place.as_ref().and_then(|place| place.bytes.clone()) else {
                    continue;
                };
                let stand_in = format!("{known:_<width$}", width = bytes.len());
                if stand_in.len() == bytes.len() && text.get(bytes.clone()).is_some() {
                    text.replace_range(bytes, &stand_in);
                    twice.push(found.clone());
                }
            }
            if twice.len() == known || known == MOST_DUPLICATES {
                return Err(wrong);
            }
        }
    }
}

/// The tree without the values whose keys are told in `twice`.
fn without(tree: Located<Tree>, twice: &[Diagnostic]) -> Located<Tree> {
    let is_told = |key: &Located<String>| {
        let place = Diagnostic::new("", "", "").at(key.location()).place;
        twice.iter().any(|told| told.place == place)
    };
    tree.map(|tree| match tree {
        Tree::List(items) => {
            Tree::List(items.into_iter().map(|item| without(item, twice)).collect())
        }
        Tree::Map(entries) => Tree::Map(
            entries
                .into_iter()
                .filter(|(key, _)| !is_told(key))
                .map(|(key, value)| (key, without(value, twice)))
                .collect(),
        ),
        scalar => scalar,
    })
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TreeVisitor)
    }
}

struct TreeVisitor;

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Tree, E> {
        Ok(Tree::Null)
    }

    fn visit_none<E: de::Error>(self) -> Result<Tree, E> {
        Ok(Tree::Null)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Tree, E> {
        Ok(Tree::Bool(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Tree, E> {
        Ok(Tree::Integer(value.into()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Tree, E> {
        Ok(Tree::Integer(value.into()))
    }

    fn visit_i128<E: de::Error>(self, value: i128) -> Result<Tree, E> {
        Ok(Tree::Integer(value))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Tree, E> {
        Ok(Tree::Float(value))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Tree, E> {
        Ok(Tree::Text(value.to_owned()))
    }

    fn visit_string<E: de::Error>(self, value: String) -> Result<Tree, E> {
        Ok(Tree::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Tree, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Tree::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tree, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Tree::Map(entries))
    }
}

impl Located<Tree> {
    /// The value of a key, where this is a mapping that has it.
    #[must_use]
    pub fn value(&self, key: &str) -> Option<&Self> {
        let Tree::Map(entries) = &**self else {
            return None;
        };
        let found = entries.iter().find(|(name, _)| name.as_str() == key);
        found.map(|(_, value)| value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_knows_its_place() {
        let (tree, twice) = Tree::read("a.yaml", "a: 1\nb:\n  - {c: x}\n").unwrap();
        assert!(twice.is_empty());
        let Tree::List(items) = &**tree.value("b").unwrap() else {
            panic!("{tree:?}")
        };
        let place = items[0].value("c").unwrap().location();
        assert_eq!((place.line(), place.column()), (3, 9));
    }

    #[test]
    fn every_key_that_stands_twice_is_told() {
        let text = "a: 1\na: 2\nb: {c: 1, c: 2}\nb: 3\n";
        let (tree, twice) = Tree::read("a.yaml", text).unwrap();
        let lines: Vec<u64> = twice
            .iter()
            .flat_map(|d| &d.place)
            .map(|p| p.line)
            .collect();
        assert_eq!(lines, [2, 3, 4]);
        let Tree::Map(entries) = &*tree else {
            panic!("{tree:?}")
        };
        assert_eq!(entries.len(), 2);
    }

    #[test]
    fn two_documents_are_not_taken_for_too_many_aliases() {
        let wrong = Tree::read("two.yaml", "a: 1\n---\na: 2\n").unwrap_err();
        assert_eq!(wrong.iter().next().unwrap().code, "two-documents");
    }

    #[test]
    fn a_bomb_of_aliases_is_refused() {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
        for n in 1..12 {
            let inner = format!("*a{}, ", n - 1).repeat(9);
            text += &format!("a{n}: &a{n} [{inner}]\n");
        }
        let wrong = Tree::read("bomb.yaml", &text).unwrap_err();
        assert_eq!(wrong.iter().next().unwrap().code, "too-much");
    }
}
