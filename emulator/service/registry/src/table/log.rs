//! Rows in the order in which they came, of which the oldest may leave. A row is known by its
//! ordinal, which no other row ever has, so that a store keeps what stays where it is.

use std::collections::{BTreeMap, HashMap};

use serde::de::Error as _;

use super::touched::Touched;
use super::{Change, Kept, Name, Names, Row};

/// Rows by ordinal.
#[derive(Debug)]
pub(crate) struct Log<R> {
    rows: BTreeMap<usize, R>,
    names: Names,
    /// How many rows there are of each [counted](Row::counted) name.
    counts: HashMap<Name, usize>,
    /// The ordinal of the next row.
    next: usize,
    touched: Touched<usize, R>,
}

impl<R: Row> Log<R> {
    /// Adds a row, the newest.
    pub(crate) fn push(&mut self, row: R) {
        let ordinal = self.next;
        self.put(ordinal, row);
        self.touched.note(|| ordinal, || None);
    }

    /// Lets the oldest of the rows that are counted under `name` leave, as long as they are to `go`
    /// when there are so many.
    pub(crate) fn let_go(&mut self, name: Name, go: impl Fn(&R, usize) -> bool) {
        loop {
            let count = self.counts.get(&name).copied().unwrap_or_default();
            let oldest = self.names.of(name).next();
            let Some(oldest) = oldest.filter(|oldest| go(&self.rows[oldest], count)) else {
                return;
            };
            let Some(row) = self.take(oldest) else {
                return;
            };
            self.touched.note(|| oldest, || Some(row));
        }
    }

    /// The rows that share a name, oldest first.
    pub(crate) fn of(&self, name: Name) -> impl DoubleEndedIterator<Item = &R> {
        self.names.of(name).map(|ordinal| &self.rows[&ordinal])
    }

    /// The newest row of that name that `is` meant, which counts as touched.
    pub(crate) fn find_mut(&mut self, name: Name, is: impl Fn(&R) -> bool) -> Option<&mut R> {
        let ordinal = self
            .names
            .of(name)
            .rev()
            .find(|ordinal| is(&self.rows[ordinal]))?;
        let row = self.rows.get_mut(&ordinal)?;
        self.touched.note(|| ordinal, || Some(row.clone()));
        Some(row)
    }

    /// All rows, oldest first.
    pub(crate) fn rows(&self) -> impl ExactSizeIterator<Item = &R> + DoubleEndedIterator {
        self.rows.values()
    }

    /// How many rows there have ever been.
    pub(crate) const fn ever(&self) -> usize {
        self.next
    }

    fn put(&mut self, ordinal: usize, row: R) {
        self.names.add(&row, ordinal);
        if let Some(name) = row.counted() {
            *self.counts.entry(name).or_default() += 1;
        }
        self.next = self.next.max(ordinal + 1);
        self.rows.insert(ordinal, row);
    }

    fn take(&mut self, ordinal: usize) -> Option<R> {
        let row = self.rows.remove(&ordinal)?;
        self.names.remove(&row, ordinal);
        if let Some(name) = row.counted()
            && let Some(count) = self.counts.get_mut(&name)
        {
            *count -= 1;
            if *count == 0 {
                self.counts.remove(&name);
            }
        }
        Some(row)
    }
}

impl<R: Row + PartialEq> Log<R> {
    /// Adds the rows that it does not have.
    pub(crate) fn supplement(&mut self, rows: Vec<R>) {
        for row in rows {
            if !self.rows.values().any(|known| *known == row) {
                self.push(row);
            }
        }
    }
}

impl<R: Row> Default for Log<R> {
    fn default() -> Self {
        Self {
            rows: BTreeMap::new(),
            names: Names::default(),
            counts: HashMap::new(),
            next: 0,
            touched: Touched::default(),
        }
    }
}

impl<R: Row> Kept for Log<R> {
    fn keep_track(&mut self) {
        self.touched.keep_track();
    }

    fn changes(&self, changes: &mut Vec<Change>) {
        // Twelve digits, so that keys in order are rows in order.
        let named = |ordinal: &usize| format!("{ordinal:012}");
        self.touched
            .changes(changes, named, |ordinal| self.rows.get(ordinal));
    }

    fn keep(&mut self) {
        self.touched.keep();
    }

    fn undo(&mut self) {
        for (ordinal, before) in self.touched.take() {
            self.take(ordinal);
            if let Some(row) = before {
                self.put(ordinal, row);
            }
        }
    }

    fn kind(&self) -> &'static str {
        R::KIND
    }

    fn restore(&mut self, key: &str, row: &str) -> Result<(), serde_json::Error> {
        let ordinal = key
            .parse()
            .ok()
            .filter(|ordinal| !self.rows.contains_key(ordinal) && *ordinal < usize::MAX)
            .ok_or_else(|| serde_json::Error::custom(format!("{key:?} is no ordinal of a row")))?;
        self.put(ordinal, serde_json::from_str(row)?);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    use super::*;

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    struct Visit {
        place: String,
        n: u32,
    }

    impl Row for Visit {
        const KIND: &'static str = "visit";

        fn key(&self) -> String {
            String::new()
        }

        fn names(&self) -> Vec<Name> {
            vec![by_place(&self.place)]
        }

        fn counted(&self) -> Option<Name> {
            Some(by_place(&self.place))
        }
    }

    fn by_place(place: &str) -> Name {
        Name::new("place", place)
    }

    fn visit(place: &str, n: u32) -> Visit {
        let place = place.to_owned();
        Visit { place, n }
    }

    /// Keys of rows that are there, and of those that are gone.
    fn changes(log: &Log<Visit>) -> (Vec<String>, Vec<String>) {
        let mut changes = Vec::new();
        log.changes(&mut changes);
        let (there, gone): (Vec<_>, Vec<_>) = changes.into_iter().partition(|c| c.row.is_some());
        let keys = |of: Vec<Change>| of.into_iter().map(|c| c.key).collect();
        (keys(there), keys(gone))
    }

    fn numbers(log: &Log<Visit>) -> Vec<u32> {
        log.rows().map(|visit| visit.n).collect()
    }

    #[test]
    fn a_log_keeps_what_was_added() {
        let mut log = Log::default();
        log.push(visit("here", 0));
        log.keep_track();
        log.push(visit("here", 1));
        assert_eq!(changes(&log).0, ["000000000001"]);
        log.keep();
        log.push(visit("here", 2));
        log.undo();
        assert_eq!(numbers(&log), [0, 1]);
        log.supplement(vec![visit("here", 1), visit("here", 3)]);
        assert_eq!(numbers(&log), [0, 1, 3]);
    }

    #[test]
    fn the_oldest_of_a_place_leaves_and_those_of_others_stay() {
        let mut log = Log::default();
        for n in 0..6 {
            log.push(visit(if n % 2 == 0 { "here" } else { "there" }, n));
        }
        log.keep_track();
        log.let_go(by_place("here"), |_, count| 1 < count);
        assert_eq!(numbers(&log), [1, 3, 4, 5]);
        assert_eq!(changes(&log).1, ["000000000000", "000000000002"]);
        log.undo();
        assert_eq!(numbers(&log), [0, 1, 2, 3, 4, 5]);
        assert_eq!(log.of(by_place("here")).count(), 3);
    }

    #[test]
    fn what_came_and_left_at_once_is_no_change() {
        let mut log = Log::default();
        log.keep_track();
        log.push(visit("here", 0));
        log.let_go(by_place("here"), |_, _| true);
        assert_eq!(changes(&log), (vec![], vec![]));
        assert!(log.counts.is_empty() && log.names.0.is_empty());
    }

    #[test]
    fn rows_come_back_where_they_were_and_new_ones_behind_them() {
        let mut log = Log::<Visit>::default();
        log.restore("000000000007", r#"{"place":"here","n":7}"#)
            .unwrap();
        log.keep_track();
        log.push(visit("here", 8));
        assert_eq!(changes(&log).0, ["000000000008"]);
        for (key, row) in [("seven", r#"{"place":"here","n":7}"#), ("9", "{}")] {
            log.restore(key, row).unwrap_err();
        }
        log.restore("7", r#"{"place":"here","n":7}"#).unwrap_err();
    }

    #[test]
    fn a_row_that_was_changed_is_a_change_and_can_be_undone() {
        let mut log = Log::default();
        log.push(visit("here", 0));
        log.keep_track();
        let found = log.find_mut(by_place("here"), |visit| visit.n == 0);
        found.unwrap().n = 9;
        assert_eq!(changes(&log).0, ["000000000000"]);
        log.undo();
        assert_eq!(numbers(&log), [0]);
        assert!(log.find_mut(by_place("there"), |_| true).is_none());
    }
}
