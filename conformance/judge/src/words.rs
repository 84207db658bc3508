//! What the words on a screen mean. A client's screens are compared by meaning, not by spelling: every word that
//! is known for a concept is as good as the one that requirements and scenarios use.
//!
//! The words stand in one table, `words.yaml`, each with its source; a vendor adds a client's own.

mod date;
mod fold;
mod look;
mod meaning;
mod own;
mod read;
mod strange;
mod table;
mod value;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use madoguchi_trace::OwnWords;

pub(crate) use self::date::{Partial, dates};
pub(crate) use self::fold::folded;
pub(crate) use self::look::{
    Due, Look, alike, look, look_at, says_the_same, strange_button, stranger_between,
};
pub use self::own::UnknownWord;
pub(crate) use self::own::nearest_known;
pub(crate) use self::read::read;
pub use self::strange::{StrangeWord, strange};
pub use self::table::{Also, Kind, Mark, Row, Source, Table};
pub(crate) use self::value::{attempts, attempts_in_text, says_nothing};

use self::fold::key;

/// Every word that is understood: the table's, and a client's own.
#[derive(Debug, Clone, Default)]
pub struct Words {
    screens: BTreeMap<String, &'static str>,
    buttons: BTreeMap<String, &'static str>,
    sections: BTreeMap<String, &'static str>,
    labels: BTreeMap<String, &'static Row>,
    /// By what they are values of, as `Kind` in a word.
    values: BTreeMap<(&'static str, String), &'static str>,
    /// Labels that a vendor says mean none of this.
    other: Vec<String>,
}

impl Words {
    /// Those of the table.
    #[must_use]
    pub fn builtin() -> &'static Self {
        static WORDS: LazyLock<Words> = LazyLock::new(|| {
            let table = Table::builtin();
            let list = |rows: &'static [Row]| {
                let pairs = rows
                    .iter()
                    .flat_map(|row| row.words().map(|word| (key(word), row.word.as_str())));
                pairs.collect()
            };
            let labels = table.labels.iter();
            let values = table.values.iter();
            Words {
                screens: list(&table.screens),
                buttons: list(&table.buttons),
                sections: list(&table.sections),
                labels: labels
                    .flat_map(|row| row.words().map(move |word| (key(word), row)))
                    .collect(),
                values: values
                    .flat_map(|row| {
                        let of = row.kind.word();
                        row.words()
                            .map(move |word| ((of, key(word)), row.word.as_str()))
                    })
                    .collect(),
                other: Vec::new(),
            }
        });
        &WORDS
    }

    /// These, and a client's own words.
    #[must_use]
    pub fn with(&self, own: &OwnWords) -> Self {
        let mut all = self.clone();
        all.add(own);
        all
    }

    /// The title that requirements use for a screen that is called so.
    #[must_use]
    pub fn screen(&self, title: &str) -> Option<&'static str> {
        meaning::screen(self, title)
    }

    /// The label that requirements use for a button that is called so.
    #[must_use]
    pub fn button(&self, label: &str) -> Option<&'static str> {
        meaning::button(self, label)
    }

    /// The one of `shown` that means the button of that name: the client's own word for it. Where several do,
    /// the one that is spelt like it.
    #[must_use]
    pub fn own_button<'s>(&self, button: &str, shown: &'s [impl AsRef<str>]) -> Option<&'s str> {
        let means = self.button(button).unwrap_or(button);
        let mut all = shown.iter().map(AsRef::as_ref);
        let same = all.clone().find(|own| *own == button);
        same.or_else(|| all.clone().find(|own| key(own) == key(button)))
            .or_else(|| all.find(|own| self.button(own) == Some(means)))
    }
}

/// What a text says of 資格有効性, if it says anything of it.
pub(crate) fn tells_validity(words: &Words, text: &str) -> Option<&'static str> {
    meaning::value(words, Kind::Validity, text)
}

/// Whether two labels mean the same, or are spelt the same.
pub(crate) fn same_label(words: &Words, one: &str, other: &str) -> bool {
    let meant = |label| match meaning::of_label(words, label) {
        meaning::Meaning::Of { rows, .. } => rows,
        _ => Vec::new(),
    };
    let other_rows = meant(other);
    key(one) == key(other)
        || meant(one)
            .iter()
            .any(|row| other_rows.iter().any(|known| known.word == row.word))
}

/// Whether the label of a field means this one.
pub(crate) fn means(words: &Words, label: &str, wanted: &str) -> bool {
    match meaning::of_label(words, label) {
        meaning::Meaning::Of { rows, .. } => rows.iter().any(|row| row.word == wanted),
        _ => false,
    }
}

impl Kind {
    /// Its name in the table.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Kana => "kana",
            Self::Date => "date",
            Self::Dates => "dates",
            Self::Validity => "validity",
            Self::Sex => "sex",
            Self::Class => "class",
            Self::Family => "family",
            Self::Ratio => "ratio",
            Self::Attempts => "attempts",
            Self::Message => "message",
        }
    }
}
