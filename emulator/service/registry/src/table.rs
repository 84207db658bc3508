//! Tables that know what was touched: rows by key in the order in which they came, and, where
//! a caller keeps track, each touched row as it was before. What is touched is noted by the table
//! itself, so that no rule can forget it. Every way in which rows are looked up has an index, so
//! that the hundred-thousandth terminal costs what the first does.

mod log;
mod touched;

use std::collections::BTreeSet;
use std::collections::hash_map::DefaultHasher;
use std::fmt;
use std::hash::{Hash, Hasher as _};

use aws_lc_rs::digest::{SHA256, digest};
use base16ct::lower::encode_string;
use indexmap::IndexMap;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub(crate) use log::Log;
use touched::Touched;

/// Something that is kept under a key.
pub(crate) trait Row: Clone + fmt::Debug + Serialize + DeserializeOwned {
    /// What the store calls rows of this kind; never changes its meaning.
    const KIND: &'static str;

    /// What tells the row from others of its kind.
    fn key(&self) -> String;

    /// Under what else it is looked up. A row that is in its table keeps these: one whose other
    /// names change is inserted anew.
    fn names(&self) -> Vec<Name> {
        Vec::new()
    }

    /// The one of its names whose rows are counted, where only so many of them are kept.
    fn counted(&self) -> Option<Name> {
        None
    }
}

/// A name that rows of one kind may share: a hash, because a million persons have two each. Equal
/// hashes are no proof; who searches compares the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Name(u64);

impl Name {
    /// `what` tells apart the ways in which rows of one kind are looked up.
    pub(crate) fn new(what: &str, name: impl Hash) -> Self {
        // Without a random seed: equal set-ups give equal tables.
        let mut hasher = DefaultHasher::new();
        what.hash(&mut hasher);
        name.hash(&mut hasher);
        Self(hasher.finish())
    }
}

/// Positions of rows by the names that they share.
#[derive(Debug, Default)]
struct Names(BTreeSet<(Name, usize)>);

impl Names {
    fn add(&mut self, row: &impl Row, position: usize) {
        self.0
            .extend(row.names().into_iter().map(|name| (name, position)));
    }

    fn remove(&mut self, row: &impl Row, position: usize) {
        for name in row.names() {
            self.0.remove(&(name, position));
        }
    }

    fn of(&self, name: Name) -> impl DoubleEndedIterator<Item = usize> {
        let range = (name, usize::MIN)..=(name, usize::MAX);
        self.0.range(range).map(|(_, position)| *position)
    }
}

/// SHA-256 of a certificate in lower-case hexadecimal: what tables know it by.
pub(crate) fn fingerprint(der: &[u8]) -> String {
    encode_string(digest(&SHA256, der).as_ref())
}

/// A row that was touched, as a store keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Which kind of row: `terminal`, `history` …
    pub kind: &'static str,
    /// Its key among those of its kind.
    pub key: String,
    /// The row in JSON; `None` where it is gone.
    pub row: Option<String>,
}

/// Rows by key.
#[derive(Debug)]
pub(crate) struct Table<R: Row> {
    rows: IndexMap<String, R>,
    names: Names,
    touched: Touched<String, R>,
}

impl<R: Row> Table<R> {
    pub(crate) fn find(&self, key: &str) -> Option<&R> {
        self.rows.get(key)
    }

    /// The row, which counts as touched.
    pub(crate) fn find_mut(&mut self, key: &str) -> Option<&mut R> {
        let row = self.rows.get_mut(key)?;
        self.touched.note(|| key.to_owned(), || Some(row.clone()));
        Some(row)
    }

    pub(crate) fn contains(&self, key: &str) -> bool {
        self.rows.contains_key(key)
    }

    /// Puts a row in, in place of one with the same key.
    pub(crate) fn insert(&mut self, row: R) {
        let key = row.key();
        let old = self.put(key.clone(), row);
        self.touched.note(|| key, || old);
    }

    /// Puts rows in; where two have one key, the first stays, as it is found in a list.
    pub(crate) fn supplement(&mut self, rows: impl IntoIterator<Item = R>) {
        for row in rows {
            if !self.contains(&row.key()) {
                self.insert(row);
            }
        }
    }

    pub(crate) fn remove(&mut self, key: &str) {
        if let Some(old) = self.take(key) {
            self.touched.note(|| key.to_owned(), || Some(old));
        }
    }

    /// The rows that share a name, oldest first.
    pub(crate) fn of(&self, name: Name) -> impl DoubleEndedIterator<Item = &R> {
        self.names.of(name).map(|position| &self.rows[position])
    }

    /// The keys of those among them that `are` meant.
    pub(crate) fn keys_of(&self, name: Name, are: impl Fn(&R) -> bool) -> Vec<String> {
        let rows = self.of(name).filter(|row| are(row));
        rows.map(Row::key).collect()
    }

    /// All rows, oldest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &R> {
        self.rows.values()
    }

    fn put(&mut self, key: String, row: R) -> Option<R> {
        let names = row.names();
        let (position, old) = self.rows.insert_full(key, row);
        if let Some(old) = &old {
            self.names.remove(old, position);
        }
        self.names
            .0
            .extend(names.into_iter().map(|name| (name, position)));
        old
    }

    fn take(&mut self, key: &str) -> Option<R> {
        let (position, _, old) = self.rows.shift_remove_full(key)?;
        self.names.remove(&old, position);
        // Those behind it moved up. Rows that have names are taken only from the end.
        if position < self.rows.len() && !self.names.0.is_empty() {
            self.names = Names::default();
            for (position, row) in self.rows.values().enumerate() {
                self.names.add(row, position);
            }
        }
        Some(old)
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }
}

impl<R: Row> Default for Table<R> {
    fn default() -> Self {
        Self {
            rows: IndexMap::new(),
            names: Names::default(),
            touched: Touched::default(),
        }
    }
}

/// What a store asks of a table, whatever its rows are.
pub(crate) trait Kept {
    /// Begins to note what is touched.
    fn keep_track(&mut self);

    /// Appends the rows that are other than they were when they were last kept.
    fn changes(&self, changes: &mut Vec<Change>);

    /// What was touched counts from now on.
    fn keep(&mut self);

    /// What was touched never happened.
    fn undo(&mut self);

    /// [`Row::KIND`]
    fn kind(&self) -> &'static str;

    /// Puts a row back that was kept under that key; those of one kind in the order in which they
    /// came. No caller keeps track yet.
    fn restore(&mut self, key: &str, row: &str) -> Result<(), serde_json::Error>;
}

impl<R: Row> Kept for Table<R> {
    fn keep_track(&mut self) {
        self.touched.keep_track();
    }

    fn changes(&self, changes: &mut Vec<Change>) {
        self.touched
            .changes(changes, String::clone, |key| self.rows.get(key));
    }

    fn keep(&mut self) {
        self.touched.keep();
    }

    fn undo(&mut self) {
        // The newest first, so that rows leave from the end.
        for (key, before) in self.touched.take().rev() {
            match before {
                Some(row) => self.put(key, row),
                None => self.take(&key),
            };
        }
    }

    fn kind(&self) -> &'static str {
        R::KIND
    }

    fn restore(&mut self, _: &str, row: &str) -> Result<(), serde_json::Error> {
        let row: R = serde_json::from_str(row)?;
        self.put(row.key(), row);
        Ok(())
    }
}

fn json<R: Row>(row: &R) -> String {
    serde_json::to_string(row).expect("rows have text for keys and no maps with others")
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    struct Count {
        name: String,
        count: u32,
    }

    impl Row for Count {
        const KIND: &'static str = "count";

        fn key(&self) -> String {
            self.name.clone()
        }

        fn names(&self) -> Vec<Name> {
            vec![Name::new("count", self.count)]
        }
    }

    fn count(name: &str, count: u32) -> Count {
        let name = name.to_owned();
        Count { name, count }
    }

    fn table<const N: usize>(rows: [Count; N]) -> Table<Count> {
        let mut table = Table::default();
        table.supplement(rows);
        table
    }

    fn changes(table: &impl Kept) -> Vec<(String, Option<String>)> {
        let mut changes = Vec::new();
        table.changes(&mut changes);
        changes.into_iter().map(|c| (c.key, c.row)).collect()
    }

    #[test]
    fn a_touched_row_that_stayed_as_it_was_is_no_change() {
        let mut table = table([count("a", 1), count("b", 1)]);
        table.keep_track();
        table.find_mut("a").unwrap().count = 2;
        table.find_mut("b").unwrap().count = 1;
        let row = r#"{"name":"a","count":2}"#.to_owned();
        assert_eq!(changes(&table), [("a".to_owned(), Some(row))]);
        table.keep();
        assert_eq!(changes(&table), []);
    }

    #[test]
    fn what_is_undone_never_happened() {
        let mut table = table([count("a", 1), count("b", 1)]);
        table.keep_track();
        table.insert(count("a", 2));
        table.insert(count("a", 3));
        table.insert(count("c", 1));
        table.remove("b");
        table.undo();
        assert_eq!(table.find("a"), Some(&count("a", 1)));
        assert_eq!(table.find("b"), Some(&count("b", 1)));
        assert_eq!(table.find("c"), None);
        assert_eq!(changes(&table), []);
    }

    #[test]
    fn rows_are_found_by_the_names_that_they_have_now() {
        let mut table = table([count("a", 1), count("b", 2), count("c", 2)]);
        let found = |table: &Table<Count>, n: u32| table.keys_of(Name::new("count", n), |_| true);
        assert_eq!(found(&table, 2), ["b", "c"]);
        table.keep_track();
        table.insert(count("b", 1));
        table.insert(count("d", 2));
        assert_eq!(found(&table, 1), ["a", "b"]);
        table.remove("a");
        assert_eq!(
            (found(&table, 1), found(&table, 2)),
            (vec!["b".to_owned()], vec!["c".to_owned(), "d".to_owned()])
        );
        table.undo();
        assert_eq!(found(&table, 2).len(), 2);
        assert_eq!(found(&table, 1), ["a"]);
    }

    #[test]
    fn what_is_known_already_stays_as_it_is() {
        let mut table = table([count("a", 1)]);
        table.keep_track();
        table.supplement([count("a", 2), count("b", 2), count("b", 3)]);
        let row = r#"{"name":"b","count":2}"#.to_owned();
        assert_eq!(changes(&table), [("b".to_owned(), Some(row))]);
    }

    #[test]
    fn a_row_that_is_gone_is_a_change() {
        let mut table = table([count("a", 1)]);
        table.keep_track();
        table.remove("a");
        assert_eq!(changes(&table), [("a".to_owned(), None)]);
    }

    #[test]
    fn what_was_kept_can_be_put_back() {
        let mut table = table([count("a", 1)]);
        table.restore("a", r#"{"name":"a","count":9}"#).unwrap();
        assert_eq!(table.find("a"), Some(&count("a", 9)));
        table.restore("a", r#"{"name":"a"}"#).unwrap_err();
    }
}
