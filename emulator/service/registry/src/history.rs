//! Past inquiries.

use std::sync::Arc;

use jiff::ToSpan as _;
use jiff::civil::Date;
use madoguchi_eligibility::Fields;

use crate::decision::day;
use crate::facts::HistoryRow;
use crate::registry::Registry;

impl Registry {
    /// Inquiries that delivered an eligibility, oldest first.
    pub fn history(&self) -> impl ExactSizeIterator<Item = &HistoryRow> {
        self.history.rows()
    }

    /// Adds a row. Of its facility, those that no terminal can read any more leave, and the oldest of
    /// more than are kept: however many checks there are, the history stays as long.
    pub(crate) fn note(&mut self, row: HistoryRow) {
        let facility = HistoryRow::by_facility(&row.facility);
        let oldest = self.oldest_to_read(day(row.at));
        let most = self.rules.history_kept;
        self.history.push(row);
        self.history
            .let_go(facility, |row, count| most < count || day(row.at) < oldest);
    }

    /// The first day of the history that can be read `today`.
    pub(crate) fn oldest_to_read(&self, today: Date) -> Date {
        today
            .checked_sub(self.rules.history_days.days())
            .unwrap_or(Date::MIN)
    }

    /// What is delivered about a person, shared with the last row of the history that says the same.
    pub(crate) fn as_delivered(&self, person: &str, results: &[Fields]) -> Arc<[Fields]> {
        let last = self.history.of(HistoryRow::by_person(person)).next_back();
        last.filter(|row| row.person == person && *row.results == *results)
            .map_or_else(|| results.into(), |row| row.results.clone())
    }
}
