//! A client's own words beside those of the table.

use madoguchi_notation::nearest;
use madoguchi_trace::OwnWords;

use super::fold::key;
use super::{Row, Table, Words};

/// An unknown word on the left of a client's own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownWord {
    /// The list in which it stands: `labels`, …
    pub list: &'static str,
    /// The word.
    pub word: String,
    /// What was probably meant.
    pub nearest: Option<&'static str>,
}

impl Words {
    /// The words on the left that no table knows: they have no effect.
    #[must_use]
    pub fn unknown(own: &OwnWords) -> Vec<UnknownWord> {
        let lists = own.lists().into_iter().zip(Table::builtin().lists());
        let unknown = lists.flat_map(|((list, words), (_, rows))| {
            let strange = words.keys().filter(|word| row(rows, word).is_none());
            strange.map(move |word| UnknownWord {
                list,
                word: word.clone(),
                nearest: nearest(word, rows.iter().map(|row| row.word.as_str())),
            })
        });
        unknown.collect()
    }

    /// A client's own words come before those of the table.
    pub(super) fn add(&mut self, own: &OwnWords) {
        let table = Table::builtin();
        let said = |list: usize| {
            let (_, rows) = table.lists()[list];
            own.lists()[list]
                .1
                .iter()
                .filter_map(move |(word, said)| Some((row(rows, word)?, said)))
        };
        for (index, list) in [
            (&mut self.screens, 0),
            (&mut self.buttons, 1),
            (&mut self.sections, 2),
        ] {
            for (row, said) in said(list) {
                index.extend(said.0.iter().map(|word| (key(word), row.word.as_str())));
            }
        }
        for (row, said) in said(3) {
            self.labels
                .extend(said.0.iter().map(|word| (key(word), row)));
        }
        for (row, said) in said(4) {
            let kind = row.kind.word();
            let words = said
                .0
                .iter()
                .map(|word| ((kind, key(word)), row.word.as_str()));
            self.values.extend(words);
        }
        self.other.extend(own.other.iter().map(|label| key(label)));
    }
}

/// Whether a word is one of this known word's but for a slip: of words of fewer letters, another letter makes
/// another word.
pub(crate) fn is_slip_of(list: &str, word: &str, known: &str) -> bool {
    const LONG: usize = 4;
    let lists = Table::builtin().lists();
    let rows = lists.iter().filter(|(name, _)| *name == list);
    let mut rows = rows.flat_map(|(_, rows)| rows.iter());
    let own = key(word);
    let long = |word: &&str| word.chars().count() >= LONG;
    let row = rows.find(|row| row.word == known);
    long(&own.as_str()) && row.is_some_and(|row| nearest(&own, row.words().filter(long)).is_some())
}

/// The known words that a word is most like, of `screens`, `buttons` or `labels`: at most three.
pub(crate) fn nearest_known(list: &str, word: &str) -> Vec<&'static str> {
    const AT_MOST: usize = 3;
    let lists = Table::builtin().lists();
    let rows = lists.iter().find(|(name, _)| *name == list);
    let rows = rows.map_or(&[][..], |(_, rows)| rows);
    let own = key(word);
    let letters: Vec<char> = own.chars().collect();
    // of ten letters, how many the two have in common
    let likeness = |known: &str| {
        let known = key(known);
        let common = letters.iter().filter(|c| known.contains(**c)).count();
        let longer = letters.len().max(known.chars().count()).max(1);
        common * 10 / longer
    };
    let likeness = |row: &Row| {
        let is_slip = is_slip_of(list, word, &row.word);
        let most = row.words().map(likeness).max().unwrap_or(0);
        if is_slip { 10 } else { most }
    };
    let mut near: Vec<(usize, &'static str)> = rows
        .iter()
        .map(|row| (likeness(row), row.word.as_str()))
        .filter(|(likeness, _)| *likeness >= 5)
        .collect();
    near.sort_by_key(|(likeness, _)| std::cmp::Reverse(*likeness));
    near.truncate(AT_MOST);
    near.into_iter().map(|(_, word)| word).collect()
}

/// The row that has a word, as its own or as another.
fn row(rows: &'static [Row], word: &str) -> Option<&'static Row> {
    let word = key(word);
    let mut own = rows.iter().filter(|row| key(&row.word) == word);
    own.next().or_else(|| {
        rows.iter()
            .find(|row| row.words().any(|known| key(known) == word))
    })
}
