//! A text of a trace that is a word of a known set: an act, a command, a result code.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Text;

/// A word of `K`, such as [`Action`](madoguchi_scenarios::Action), compared by its meaning. What a
/// newer version wrote, or a log of the field has, stays as it was read: no member of `K` equals it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent, bound = "")]
pub struct Word<K>(Text, PhantomData<K>);

impl<K: FromStr> Word<K> {
    /// What it means; nothing where this version does not know the word.
    #[must_use]
    pub fn known(&self) -> Option<K> {
        self.0.parse().ok()
    }
}

impl<K: FromStr + PartialEq> Word<K> {
    /// Whether it is one of these.
    #[must_use]
    pub fn is_in(&self, words: &[K]) -> bool {
        self.known().is_some_and(|known| words.contains(&known))
    }
}

impl<K> Word<K> {
    /// Its spelling in the trace.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same for what shares or redacts texts.
    pub(super) const fn text_mut(&mut self) -> &mut Text {
        &mut self.0
    }
}

impl<K: FromStr + PartialEq> PartialEq<K> for Word<K> {
    fn eq(&self, other: &K) -> bool {
        self.known().as_ref() == Some(other)
    }
}

impl<K, T: Into<Text>> From<T> for Word<K> {
    fn from(text: T) -> Self {
        Self(text.into(), PhantomData)
    }
}

impl<K> Deref for Word<K> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<K> fmt::Display for Word<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use madoguchi_scenarios::Action;

    use super::*;

    #[test]
    fn a_word_of_a_newer_version_is_kept_and_equals_none() {
        for (text, known) in [
            (r#""enter-pin""#, Some(Action::EnterPin)),
            (r#""sing""#, None),
        ] {
            let word: Word<Action> = serde_json::from_str(text).unwrap();
            assert_eq!(word.known(), known);
            assert_eq!(word == Action::EnterPin, known.is_some());
            assert_eq!(serde_json::to_string(&word).unwrap(), text);
        }
    }
}
