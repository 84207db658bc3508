//! The kinds of error that readers of every notation share, in words.

use crate::{Diagnostic, nearest};

impl Diagnostic {
    /// A key that is unknown here.
    #[must_use]
    pub fn unknown_key(key: &str, known: &[&str]) -> Self {
        Self::new(
            "unknown-key",
            format!("不明な項目 \"{key}\""),
            format!("unknown key \"{key}\""),
        )
        .candidate(nearest(key, known.iter().copied()))
        .hint(
            format!("使える項目: {}", known.join(", ")),
            format!("known keys: {}", known.join(", ")),
        )
    }

    /// A word that is unknown here.
    #[must_use]
    pub fn unknown_word(word: &str, known: &[&str]) -> Self {
        Self::new(
            "unknown-word",
            format!("ここでは使えない語 \"{word}\""),
            format!("\"{word}\" is not known here"),
        )
        .candidate(nearest(word, known.iter().copied()))
        .hint(
            format!("使える語: {}", known.join(", ")),
            format!("known words: {}", known.join(", ")),
        )
    }

    /// A key that must be there.
    #[must_use]
    pub fn missing_key(key: &str) -> Self {
        Self::new(
            "missing-key",
            format!("項目 \"{key}\" がありません"),
            format!("the key \"{key}\" is missing"),
        )
    }

    /// A key that stands in one mapping twice.
    #[must_use]
    pub fn duplicate_key(key: &str) -> Self {
        Self::new(
            "duplicate-key",
            format!("項目 \"{key}\" が重複しています"),
            format!("the key \"{key}\" stands here twice"),
        )
    }

    /// A value of another kind than is wanted here.
    #[must_use]
    pub fn wrong_value(found: &str, wanted: &str) -> Self {
        Self::new(
            "wrong-value",
            format!("値が合いません: {found} (期待: {wanted})"),
            format!("found {found}, expected {wanted}"),
        )
    }

    /// A value that cannot be read, in the words of the reader that tried.
    #[must_use]
    pub fn unreadable(why: &str) -> Self {
        Self::new("wrong-value", format!("値が合いません: {why}"), why)
    }
}
