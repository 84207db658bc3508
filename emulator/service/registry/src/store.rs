//! What a store keeps of the registry: rows that were touched, undone, put back.

use std::fmt;

use crate::registry::Registry;
use crate::table::{Change, Kept};

/// A row of a store that this registry cannot read.
#[derive(Debug)]
pub struct BadRow {
    /// Its kind.
    pub kind: String,
    /// What is wrong with it; `None` where the kind is unknown.
    pub why: Option<serde_json::Error>,
}

impl fmt::Display for BadRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.why {
            Some(why) => write!(f, "a row of kind {:?} cannot be read: {why}", self.kind),
            None => write!(f, "rows of kind {:?} are unknown", self.kind),
        }
    }
}

impl std::error::Error for BadRow {}

impl Registry {
    /// Begins to note what is touched; before that, nothing can be kept or undone.
    pub fn keep_track(&mut self) {
        self.tables_mut().into_iter().for_each(Kept::keep_track);
    }

    /// The rows that were touched since they were last kept.
    #[must_use]
    pub fn changes(&self) -> Vec<Change> {
        let mut changes = Vec::new();
        for table in self.tables() {
            table.changes(&mut changes);
        }
        changes
    }

    /// The changes have reached the store.
    pub fn keep(&mut self) {
        self.tables_mut().into_iter().for_each(Kept::keep);
    }

    /// The changes have not reached the store: they never happened.
    pub fn undo(&mut self) {
        self.tables_mut().into_iter().for_each(Kept::undo);
    }

    /// Puts a row back that was kept under `key`. Rows of one kind come in the order in which they
    /// were first kept, and before anybody [keeps track](Self::keep_track).
    ///
    /// # Errors
    /// The kind is unknown, or the row is none of its kind.
    pub fn restore(&mut self, kind: &str, key: &str, row: &str) -> Result<(), BadRow> {
        let bad = |why| BadRow {
            kind: kind.to_owned(),
            why,
        };
        let table = self
            .tables_mut()
            .into_iter()
            .find(|table| table.kind() == kind)
            .ok_or_else(|| bad(None))?;
        table.restore(key, row).map_err(|why| bad(Some(why)))
    }

    fn tables(&self) -> [&dyn Kept; 15] {
        [
            &self.facilities,
            &self.codes,
            &self.terminals,
            &self.persons,
            &self.certificates,
            &self.wrong_passwords,
            &self.registrations,
            &self.history,
            &self.replays.0,
            &self.bulk,
            &self.institution_consents,
            &self.disasters,
            &self.outage_mode,
            &self.entrances,
            &self.jpki_windows,
        ]
    }

    fn tables_mut(&mut self) -> [&mut dyn Kept; 15] {
        [
            &mut self.facilities,
            &mut self.codes,
            &mut self.terminals,
            &mut self.persons,
            &mut self.certificates,
            &mut self.wrong_passwords,
            &mut self.registrations,
            &mut self.history,
            &mut self.replays.0,
            &mut self.bulk,
            &mut self.institution_consents,
            &mut self.disasters,
            &mut self.outage_mode,
            &mut self.entrances,
            &mut self.jpki_windows,
        ]
    }
}
