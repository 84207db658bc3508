//! The table of words as data: `words.yaml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::civil::Date;
use madoguchi_notation::{Wording, load};
use serde::Deserialize;

/// Every list of the table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    #[serde(rename = "words")]
    _version: u16,
    /// Where words come from.
    pub sources: BTreeMap<String, Source>,
    /// Titles of screens.
    pub screens: Vec<Row>,
    /// Labels of buttons.
    pub buttons: Vec<Row>,
    /// Sections of a screen.
    pub sections: Vec<Row>,
    /// Labels of fields; in a section `見出し/項目`.
    pub labels: Vec<Row>,
    /// Values that are words.
    pub values: Vec<Row>,
}

/// Where a word was read.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// How sure it is.
    pub mark: Mark,
    /// Which document or place.
    #[serde(flatten)]
    pub name: Wording,
}

/// How sure it is that a screen says it like this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    /// A document of the ministry prints it.
    Stated,
    /// It was seen in public.
    Observed,
    /// Nothing published shows it.
    Assumed,
}

/// One concept: its word, and the others that mean the same.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Row {
    /// The word of requirements and scenarios.
    pub word: String,
    /// Key of its source.
    pub from: String,
    /// How its values are compared.
    #[serde(default)]
    pub kind: Kind,
    /// Words that are understood in its place.
    #[serde(default)]
    pub also: Vec<Also>,
    /// The labels whose values stand together under this one.
    #[serde(default)]
    pub stands_for: Vec<String>,
}

/// Other words of one source.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Also {
    /// The words.
    pub words: Vec<String>,
    /// Key of their source.
    pub from: String,
    /// The first day on which the app wrote them.
    #[serde(default)]
    pub since: Option<Date>,
    /// The day on which it wrote them no more.
    #[serde(default)]
    pub until: Option<Date>,
}

/// How values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Letter by letter, without blanks.
    #[default]
    Text,
    /// As a reading: in either kana.
    Kana,
    /// A day.
    Date,
    /// The two days of a period.
    Dates,
    /// 資格有効性
    Validity,
    /// 性別
    Sex,
    /// 証区分
    Class,
    /// 本人・家族の別
    Family,
    /// A share, in tenths or per cent.
    Ratio,
    /// Attempts that are left.
    Attempts,
    /// Free text: no value is looked for there, and any may stand in it.
    Message,
}

impl Table {
    /// The built-in table.
    ///
    /// # Panics
    /// Never: a test reads the same text.
    #[must_use]
    pub fn builtin() -> &'static Self {
        static TABLE: LazyLock<Table> = LazyLock::new(|| {
            load("words.yaml", include_str!("../words.yaml")).expect("the table is sound")
        });
        &TABLE
    }

    /// Its lists, each with its name in a vendor's own words.
    #[must_use]
    pub fn lists(&self) -> [(&'static str, &[Row]); 5] {
        [
            ("screens", &self.screens),
            ("buttons", &self.buttons),
            ("sections", &self.sections),
            ("labels", &self.labels),
            ("values", &self.values),
        ]
    }
}

impl Row {
    /// All its words, the requirements' own first.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        let others = self.also.iter().flat_map(|also| &also.words);
        std::iter::once(&self.word)
            .chain(others)
            .map(String::as_str)
    }
}

impl Mark {
    /// The mark in a word.
    #[must_use]
    pub fn word(self) -> Wording {
        match self {
            Self::Stated => Wording::new("記載", "stated"),
            Self::Observed => Wording::new("観察", "observed"),
            Self::Assumed => Wording::new("想定", "assumed"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::words::fold::key;

    #[test]
    fn a_word_means_one_thing_in_its_list() {
        let mut twice = Vec::new();
        for (list, rows) in Table::builtin().lists() {
            let mut seen: BTreeMap<(String, String), &str> = BTreeMap::new();
            for row in rows {
                for word in row.words() {
                    // of values each kind is a list of its own
                    let kind = if list == "values" {
                        format!("{:?}", row.kind)
                    } else {
                        String::new()
                    };
                    let other = seen.insert((kind, key(word)), &row.word);
                    twice.extend(
                        other.map(|other| format!("{list}: {word} of {} and {other}", row.word)),
                    );
                }
            }
        }
        assert_eq!(twice, [""; 0]);
    }

    #[test]
    fn every_word_has_a_source_that_the_table_names() {
        let table = Table::builtin();
        for (_, rows) in table.lists() {
            for row in rows {
                let others = row.also.iter().map(|also| &also.from);
                for from in others.chain([&row.from]) {
                    assert!(table.sources.contains_key(from), "{}: {from}", row.word);
                }
            }
        }
    }

    #[test]
    fn the_wording_of_each_day_is_understood_with_its_days() {
        let table = Table::builtin();
        let dated: Vec<(&str, Option<Date>)> = table
            .lists()
            .into_iter()
            .flat_map(|(_, rows)| rows)
            .flat_map(|row| &row.also)
            .filter(|also| also.since.is_some())
            .flat_map(|also| also.words.iter().map(|word| (word.as_str(), also.since)))
            .collect();
        let since = |word| dated.iter().find(|(known, _)| *known == word)?.1;
        let day = |text: &str| text.parse().ok();
        assert_eq!(since("区分"), day("2025-08-02"));
        assert_eq!(since("要配慮情報(備考)"), day("2025-11-26"));
    }
}
