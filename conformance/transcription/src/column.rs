//! Where in a row of an export, on a page or on a screen a value stands, and in which form.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::form::Form;

/// Where a value stands in a row, and in which form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) at: At,
    pub(crate) form: Form,
    /// Our code → the vendor's word.
    pub(crate) words: BTreeMap<String, String>,
}

/// A place in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum At {
    /// A column's header, a key, an element, or `FROM-TO`.
    Name(String),
    /// A column by number, from 1.
    Number(usize),
}

/// The bytes that `FROM-TO` means, from 0 and without the last.
pub(crate) fn bytes_of(at: &At) -> Option<std::ops::Range<usize>> {
    let At::Name(name) = at else { return None };
    let (from, to) = name.split_once('-')?;
    let (from, to): (usize, usize) = (from.trim().parse().ok()?, to.trim().parse().ok()?);
    (1 <= from && from <= to).then(|| from - 1..to)
}

/// `at` alone, or with form and words.
impl<'de> Deserialize<'de> for Column {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ColumnVisitor)
    }
}

struct ColumnVisitor;

impl<'de> Visitor<'de> for ColumnVisitor {
    type Value = Column;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a place, or { at: PLACE, form: FORM, words: {…} }")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Column, E> {
        Ok(Column::plain(At::Name(name.to_owned())))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Column, E> {
        let number = usize::try_from(number).map_err(E::custom)?;
        Ok(Column::plain(At::Number(number)))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Column, E> {
        let number = usize::try_from(number).map_err(E::custom)?;
        Ok(Column::plain(At::Number(number)))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Column, A::Error> {
        let full = FullColumn::deserialize(MapAccessDeserializer::new(map))?;
        Ok(Column {
            form: full.form,
            words: full.words,
            ..full.at
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct FullColumn {
    at: Column,
    #[serde(default)]
    form: Form,
    #[serde(default)]
    words: BTreeMap<String, String>,
}

impl Column {
    const fn plain(at: At) -> Self {
        Self {
            at,
            form: Form::AsDelivered,
            words: BTreeMap::new(),
        }
    }

    /// The interface's value for what stands in the export.
    pub(crate) fn value(&self, seen: &str) -> String {
        let word = self.words.iter().find(|(_, word)| *word == seen);
        match word {
            Some((code, _)) => code.clone(),
            None => self.form.value(seen),
        }
    }
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Number(number) => write!(f, "{number}"),
        }
    }
}
