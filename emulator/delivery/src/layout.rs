//! The layouts of the app's clipboard text as data: `layouts.yaml`, one table in which every
//! heading and label has the days between which it was used.

use std::sync::LazyLock;

use jiff::civil::Date;
use madoguchi_eligibility::{CardClassification, Field, Fields};
use madoguchi_notation::{Wording, load};
use serde::Deserialize;

use crate::spelling::Spelling;

/// The layout of the text from one day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    on: Date,
}

/// A day on which the text changed.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// The first day of the layout, which is also its name.
    pub on: Date,
    /// 日本語
    ja: String,
    /// English
    en: String,
}

/// Which of the two schemes an eligibility belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// 医療保険
    Insurance,
    /// 医療扶助
    Assistance,
}

impl Change {
    /// What is new.
    #[must_use]
    pub fn what(&self) -> Wording {
        Wording::new(self.ja.as_str(), self.en.as_str())
    }
}

impl Kind {
    /// By 被保険者証区分.
    #[must_use]
    pub fn of(result: &Fields) -> Self {
        let assistance = CardClassification::MedicalAssistance.code();
        if result.text(Field::InsuredCardClassification) == Some(assistance) {
            Self::Assistance
        } else {
            Self::Insurance
        }
    }
}

impl Layout {
    /// Every layout, oldest first.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::changes().iter().map(|change| Self { on: change.on })
    }

    /// Every change, oldest first.
    #[must_use]
    pub fn changes() -> &'static [Change] {
        &table().changes
    }

    /// The newest.
    ///
    /// # Panics
    /// Never: a test reads the same table.
    #[must_use]
    pub fn newest() -> Self {
        Self::all().last().expect("the table has layouts")
    }

    /// The layout that began on the day of that name, `2025-04-08`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::all().find(|layout| layout.name() == name)
    }

    /// The day on which it began.
    #[must_use]
    pub fn name(self) -> String {
        self.on.to_string()
    }

    /// Whether the text has a place for the field of an eligibility of this kind.
    #[must_use]
    pub fn carries(self, kind: Kind, field: Field) -> bool {
        let has = |lines: &[Line]| {
            lines
                .iter()
                .any(|line| line.field == field && line.is_in(self))
        };
        let begun = self
            .sections(kind)
            .any(|(_, section)| section.begins.is_some());
        let front = has(&table().front);
        begun && (front || self.sections(kind).any(|(_, section)| has(&section.lines)))
    }

    /// The lines before the first heading.
    pub(crate) fn front(self) -> impl Iterator<Item = &'static Line> {
        table().front.iter().filter(move |line| line.is_in(self))
    }

    /// The sections of an eligibility, with their headings.
    pub(crate) fn sections(
        self,
        kind: Kind,
    ) -> impl Iterator<Item = (&'static str, &'static Section)> {
        let belongs = move |section: &&Section| section.belongs_to(kind);
        let sections = table().sections.iter().filter(belongs);
        sections.filter_map(move |section| Some((section.heading(self)?, section)))
    }
}

/// One part of the text.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Section {
    /// Set where the heading opens an eligibility.
    pub(crate) begins: Option<Owner>,
    /// Set where it belongs to the eligibility before it.
    of: Option<Owner>,
    headings: Vec<Heading>,
    pub(crate) lines: Vec<Line>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Owner {
    Insurance,
    Assistance,
    Either,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Heading {
    text: String,
    since: Option<Date>,
    until: Option<Date>,
}

/// One line of a section.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Line {
    pub(crate) label: String,
    pub(crate) field: Field,
    #[serde(default)]
    pub(crate) form: Spelling,
    since: Option<Date>,
    until: Option<Date>,
    /// From when on the line stands there without a value, too.
    empty_since: Option<Date>,
}

impl Section {
    fn belongs_to(&self, kind: Kind) -> bool {
        match self.begins.or(self.of) {
            Some(Owner::Either) => true,
            Some(Owner::Insurance) => kind == Kind::Insurance,
            Some(Owner::Assistance) => kind == Kind::Assistance,
            None => false,
        }
    }

    fn heading(&self, layout: Layout) -> Option<&str> {
        let mut headings = self.headings.iter();
        let found = headings.find(|heading| between(heading.since, heading.until, layout));
        found.map(|heading| heading.text.as_str())
    }
}

impl Line {
    pub(crate) fn is_in(&self, layout: Layout) -> bool {
        between(self.since, self.until, layout)
    }

    pub(crate) fn stands_empty(&self, layout: Layout) -> bool {
        self.empty_since.is_some_and(|since| since <= layout.on)
    }
}

fn between(since: Option<Date>, until: Option<Date>, layout: Layout) -> bool {
    since.is_none_or(|since| since <= layout.on) && until.is_none_or(|until| layout.on < until)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    changes: Vec<Change>,
    front: Vec<Line>,
    sections: Vec<Section>,
}

fn table() -> &'static Table {
    static TABLE: LazyLock<Table> = LazyLock::new(|| {
        let text = include_str!("../layouts.yaml");
        load("layouts.yaml", text).unwrap_or_else(|error| panic!("an embedded table: {error}"))
    });
    &TABLE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_layout_has_its_name_and_something_new() {
        let days: Vec<_> = Layout::changes().iter().map(|change| change.on).collect();
        assert!(days.is_sorted() && days.len() == 8, "{days:?}");
        for layout in Layout::all() {
            assert_eq!(Layout::named(&layout.name()), Some(layout));
        }
        assert_eq!(Layout::named("2025-04-09"), None);
    }

    #[test]
    fn days_in_the_table_are_days_of_layouts() {
        let known: Vec<_> = Layout::changes().iter().map(|change| change.on).collect();
        let lines = table().sections.iter().flat_map(|section| &section.lines);
        let of_lines = lines.chain(&table().front);
        let days = of_lines.flat_map(|line| [line.since, line.until, line.empty_since]);
        let headings = table()
            .sections
            .iter()
            .flat_map(|section| &section.headings);
        let days = days.chain(headings.flat_map(|heading| [heading.since, heading.until]));
        for day in days.flatten() {
            assert!(known.contains(&day), "{day}");
        }
    }

    #[test]
    fn assistance_has_no_place_before_it_was_shown_in_full() {
        let carries = |name, field| {
            let layout = Layout::named(name).unwrap();
            layout.carries(Kind::Assistance, field)
        };
        assert!(!carries("2025-05-12", Field::Name));
        assert!(carries("2025-08-02", Field::Name));
        assert!(!carries("2025-11-26", Field::InsuredCardSymbol));
    }
}
