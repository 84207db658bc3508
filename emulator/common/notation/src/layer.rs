//! Texts laid over one another: what the upper one says counts, the rest is the lower one's. The
//! result is a text again, and whatever is wrong in it is told at its place in the text that it
//! came from.

mod write;

use std::ops::Range;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use crate::diagnostic::{Place, Source};
use crate::{Diagnostic, Diagnostics, Located, Location, Tree, load, nearest};

pub use write::quoted;

/// A text of one file or of several.
#[derive(Debug, Clone)]
pub struct Layered {
    source: Arc<Source>,
    /// Where each part came from; empty for the text of one file.
    parts: Vec<Part>,
}

/// A part of a text that was put together: a key, a scalar or the beginning of a value.
#[derive(Debug, Clone)]
struct Part {
    bytes: Range<usize>,
    origin: Origin,
}

/// A place in one of several texts.
#[derive(Debug, Clone)]
struct Origin {
    source: Arc<Source>,
    location: Location,
}

/// A value of one of several texts, which another can be laid over.
#[derive(Debug, Clone)]
pub struct Node {
    value: Value,
    origin: Origin,
}

#[derive(Debug, Clone)]
enum Value {
    Scalar(Tree),
    List(Vec<Node>),
    Map(Vec<Entry>),
}

/// A key and its value.
#[derive(Debug, Clone)]
pub struct Entry {
    key: Node,
    /// What the key has.
    pub value: Node,
}

/// Whether the mapping or list at a path is open: an entry that is laid over it joins it or
/// replaces one of its entries. What is not open is replaced whole. In a path, a list's item is `-`.
pub type IsOpen = fn(&[String]) -> bool;

impl Layered {
    /// The text of one file.
    #[must_use]
    pub fn of(file: &str, text: &str) -> Self {
        Self {
            source: Source::new(file, text),
            parts: Vec::new(),
        }
    }

    /// The text: the file's own, or the one that was put together.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.source.text
    }

    /// Reads the text, as [`load`] does.
    ///
    /// # Errors
    /// The first thing that is wrong, with its place in the file that it came from.
    pub fn load<T: DeserializeOwned>(&self) -> Result<T, Diagnostics> {
        load(&self.source.file, self.text()).map_err(|wrong| self.to_origin(wrong))
    }

    /// The whole list, or nothing where nothing is wrong.
    ///
    /// # Errors
    /// The list, where it is not empty, with places in the files that they came from.
    pub fn check(&self, list: Vec<Diagnostic>) -> Result<(), Diagnostics> {
        Diagnostics::check(&self.source.file, self.text(), list)
            .map_err(|wrong| self.to_origin(wrong))
    }

    fn to_origin(&self, wrong: Diagnostics) -> Diagnostics {
        wrong.moved(|place| {
            let origin = self.origin(place)?;
            Some((Arc::clone(&origin.source), Place::of(origin.location)?))
        })
    }

    /// Where the part that stands at a place came from. A mapping begins where its first key does;
    /// it is meant where no bytes are.
    fn origin(&self, place: &Place) -> Option<&Origin> {
        let bytes = place
            .bytes
            .clone()
            .unwrap_or_else(|| self.source.line(place.line));
        let exact = |part: &&Part| {
            part.bytes.start == bytes.start && part.bytes.is_empty() == bytes.is_empty()
        };
        let before = |part: &&Part| part.bytes.start <= bytes.start;
        let exact = self.parts.iter().find(exact);
        let found = exact.or_else(|| self.parts.iter().rfind(before))?;
        Some(&found.origin)
    }
}

impl Node {
    /// Reads the text of a file.
    ///
    /// # Errors
    /// The first thing by which it is no YAML.
    pub fn read(file: &str, text: &str) -> Result<Self, Diagnostics> {
        let tree: Located<Tree> = load(file, text)?;
        Ok(Self::new(tree, &Source::new(file, text)))
    }

    fn new(tree: Located<Tree>, source: &Arc<Source>) -> Self {
        let origin = |location| Origin {
            source: Arc::clone(source),
            location,
        };
        let at = origin(tree.location());
        let value = match tree.into_inner() {
            Tree::List(items) => {
                let items = items.into_iter().map(|item| Self::new(item, source));
                Value::List(items.collect())
            }
            Tree::Map(entries) => {
                let entries = entries.into_iter().map(|(key, value)| Entry {
                    key: Self {
                        origin: origin(key.location()),
                        value: Value::Scalar(Tree::Text(key.into_inner())),
                    },
                    value: Self::new(value, source),
                });
                Value::Map(entries.collect())
            }
            scalar => Value::Scalar(scalar),
        };
        Self { value, origin: at }
    }

    /// The text of a scalar that is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(Tree::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// Whether it is `null`.
    #[must_use]
    pub const fn is_null(&self) -> bool {
        matches!(self.value, Value::Scalar(Tree::Null))
    }

    /// The entries of a mapping.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        match &self.value {
            Value::Map(entries) => entries.as_slice(),
            _ => &[],
        }
        .iter()
    }

    /// The entries of a mapping, to change them.
    pub fn entries_mut(&mut self) -> impl Iterator<Item = &mut Entry> {
        match &mut self.value {
            Value::Map(entries) => entries.as_mut_slice(),
            _ => &mut [],
        }
        .iter_mut()
    }

    /// The items of a list, to change them.
    pub fn items_mut(&mut self) -> impl Iterator<Item = &mut Self> {
        match &mut self.value {
            Value::List(items) => items.as_mut_slice(),
            _ => &mut [],
        }
        .iter_mut()
    }

    /// The value of a key, where this is a mapping that has it.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Self> {
        let mut entries = self.entries_mut();
        let found = entries.find(|entry| entry.key() == key)?;
        Some(&mut found.value)
    }

    /// Takes a key out of a mapping.
    pub fn take(&mut self, key: &str) -> Option<Self> {
        let Value::Map(entries) = &mut self.value else {
            return None;
        };
        let at = entries.iter().position(|entry| entry.key() == key)?;
        Some(entries.remove(at).value)
    }

    /// Says something else, which another value's text says so.
    pub fn say(&mut self, text: String, origin: &Self) {
        self.value = Value::Scalar(Tree::Text(text));
        self.told_by(origin);
    }

    /// What is wrong with this is told at another value's place.
    pub fn told_by(&mut self, origin: &Self) {
        self.origin = origin.origin.clone();
    }

    /// Something that is wrong here.
    #[must_use]
    pub fn wrong(&self, diagnostic: Diagnostic) -> Diagnostics {
        let Origin { source, location } = &self.origin;
        Diagnostics::new(&source.file, &source.text, diagnostic.at(*location))
    }

    /// Lays another over this one: its entries count, and `null` takes an entry away.
    ///
    /// # Errors
    /// The first entry that is taken away and was not there.
    pub fn lay(&mut self, upper: Self, is_open: IsOpen) -> Result<(), Diagnostics> {
        self.lay_at(upper, is_open, &mut Vec::new())
    }

    fn lay_at(
        &mut self,
        upper: Self,
        is_open: IsOpen,
        path: &mut Vec<String>,
    ) -> Result<(), Diagnostics> {
        let open = is_open(path);
        match (&mut self.value, upper.value) {
            (Value::Map(lower), Value::Map(entries)) if open => {
                self.origin = upper.origin;
                for entry in entries {
                    path.push(entry.key().to_owned());
                    lay_entry(lower, entry, is_open, path)?;
                    path.pop();
                }
            }
            (Value::List(lower), Value::List(mut items)) if open && lower.len() == items.len() => {
                self.origin = upper.origin;
                path.push("-".to_owned());
                for (lower, item) in lower.iter_mut().zip(items.drain(..)) {
                    lower.lay_at(item, is_open, path)?;
                }
                path.pop();
            }
            (_, value) => {
                *self = Self {
                    value,
                    origin: upper.origin,
                }
            }
        }
        Ok(())
    }

    /// The text that says all this.
    #[must_use]
    pub fn written(&self, file: &str, head: &str, is_open: IsOpen) -> Layered {
        write::written(self, file, head, is_open)
    }
}

fn lay_entry(
    lower: &mut Vec<Entry>,
    upper: Entry,
    is_open: IsOpen,
    path: &mut Vec<String>,
) -> Result<(), Diagnostics> {
    let at = lower.iter().position(|entry| entry.key() == upper.key());
    match at {
        Some(at) if upper.value.is_null() => {
            lower.remove(at);
            Ok(())
        }
        Some(at) => {
            let entry = &mut lower[at];
            entry.key = upper.key;
            entry.value.lay_at(upper.value, is_open, path)
        }
        None if upper.value.is_null() => {
            let key = upper.key();
            let known = lower.iter().map(Entry::key);
            let nothing = Diagnostic::new(
                "nothing-to-leave-out",
                format!("もとになるものに \"{key}\" はないので、除けません"),
                format!("there is no \"{key}\" below, so it cannot be left out"),
            );
            Err(upper.key.wrong(nothing.candidate(nearest(key, known))))
        }
        None => {
            lower.push(upper);
            Ok(())
        }
    }
}

impl Entry {
    /// The key.
    #[must_use]
    pub fn key(&self) -> &str {
        self.key.text().unwrap_or_default()
    }

    /// The key as a value, to change it.
    pub const fn key_mut(&mut self) -> &mut Node {
        &mut self.key
    }

    /// Something that is wrong with the key.
    #[must_use]
    pub fn wrong(&self, diagnostic: Diagnostic) -> Diagnostics {
        self.key.wrong(diagnostic)
    }
}

#[cfg(test)]
mod tests;
