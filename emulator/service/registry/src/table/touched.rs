//! What was touched since rows were last kept, so that it can be stored or undone.

use std::hash::Hash;

use indexmap::IndexMap;

use super::{Change, Row, json};

/// Touched rows as they were before, in the order in which they were touched first.
#[derive(Debug)]
pub(super) struct Touched<K, R> {
    /// `None` for a row that is new; nothing at all where no caller keeps track.
    before: Option<IndexMap<K, Option<R>>>,
}

impl<K: Hash + Eq, R: Row> Touched<K, R> {
    pub(super) fn keep_track(&mut self) {
        self.before.get_or_insert_default();
    }

    /// Notes how a row was, unless it was touched before. Asks for neither where no caller keeps track.
    pub(super) fn note(&mut self, key: impl FnOnce() -> K, row: impl FnOnce() -> Option<R>) {
        if let Some(before) = &mut self.before {
            before.entry(key()).or_insert_with(row);
        }
    }

    /// Appends the rows that are other than they were.
    pub(super) fn changes<'a>(
        &self,
        changes: &mut Vec<Change>,
        named: impl Fn(&K) -> String,
        now: impl Fn(&K) -> Option<&'a R>,
    ) where
        R: 'a,
    {
        for (key, before) in self.before.iter().flatten() {
            let row = now(key).map(json);
            if before.as_ref().map(json) != row {
                changes.push(Change {
                    kind: R::KIND,
                    key: named(key),
                    row,
                });
            }
        }
    }

    /// What was touched counts from now on.
    pub(super) fn keep(&mut self) {
        if let Some(before) = &mut self.before {
            before.clear();
        }
    }

    /// Gives what was touched away, and goes on keeping track.
    pub(super) fn take(&mut self) -> impl DoubleEndedIterator<Item = (K, Option<R>)> + use<K, R> {
        let before = self.before.as_mut().map(std::mem::take);
        before.into_iter().flatten()
    }
}

impl<K, R> Default for Touched<K, R> {
    fn default() -> Self {
        Self { before: None }
    }
}
