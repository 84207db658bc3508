//! What was delivered beside what a レセコン made of it, field by field: the one model that the
//! terminal, the HTML report and the JSON report show. It names the characters in which two values
//! differ, since a letter that looks like another one is what such a program gets wrong.

use madoguchi_notation::Wording;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A delivered record beside the one that the program under test made of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Beside {
    /// Name of the delivered file, or where else it was put; empty where nothing delivered belongs
    /// to the record of the program.
    pub name: String,
    /// Which delivery it is; absent where nothing delivered belongs to the record of the program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "madoguchi_scenarios::maybe_wording_schema")]
    pub delivered: Option<Wording>,
    /// Where the program's record stands; absent where the program has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "madoguchi_scenarios::maybe_wording_schema")]
    pub exported: Option<Wording>,
    /// The fields that have a value on either side.
    pub fields: Vec<Line>,
}

/// One field of both records.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Line {
    /// The field.
    pub field: String,
    /// What it is called at the counter.
    #[schemars(schema_with = "madoguchi_scenarios::wording_schema")]
    pub label: Wording,
    /// Whether the two values were compared: the mapping names the field, and the way of delivery
    /// has a place for it.
    pub compared: bool,
    /// The delivered value; empty where it was delivered blank.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub delivered: Vec<Piece>,
    /// The program's value in the form of the interface; empty where it is blank.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exported: Vec<Piece>,
    /// What became of the value, where the two differ.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub became: Option<Became>,
}

/// A part of a value.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Piece {
    /// Its characters.
    pub text: String,
    /// Whether the other value lacks them in this place.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub differs: bool,
}

/// What became of a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Became {
    /// The class of the cause.
    pub cause: Class,
    /// The same in a few words, with the other field or delivery where one is meant.
    #[schemars(schema_with = "madoguchi_scenarios::wording_schema")]
    pub words: Wording,
}

/// Classes of causes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// It is not there.
    Dropped,
    /// Its end is missing.
    Truncated,
    /// Another field's value stands in its place.
    Shifted,
    /// Characters were lost or replaced on the way through an encoding.
    ReEncoded,
    /// It was read as a number and written as one.
    Coerced,
    /// It is another patient's.
    Merged,
    /// It is what an earlier delivery of the same person brought.
    Stale,
    /// Such a field can have it, and nobody delivered it.
    Computed,
    /// None of these.
    Altered,
}

impl Beside {
    /// Whether the two are not the same record in all that was compared, or one of them is not there.
    #[must_use]
    pub fn differs(&self) -> bool {
        let is_alone = self.delivered.is_none() || self.exported.is_none();
        is_alone || self.fields.iter().any(|line| line.became.is_some())
    }
}

impl Piece {
    /// How a character in which two values differ is told: by its number, and itself where it can
    /// be seen.
    ///
    /// ```
    /// # use madoguchi_judge::beside::Piece;
    /// assert_eq!(Piece::code_point('髙'), ("U+9AD9".to_owned(), Some('髙')));
    /// assert_eq!(Piece::code_point('\u{3000}'), ("U+3000".to_owned(), None));
    /// ```
    #[must_use]
    pub fn code_point(c: char) -> (String, Option<char>) {
        let number = format!("U+{:04X}", u32::from(c));
        let is_seen = !c.is_control() && !c.is_whitespace() && !is_unseen(c);
        (number, is_seen.then_some(c))
    }

    /// The characters that are told one by one, and how many more there are.
    #[must_use]
    pub fn told(&self) -> (Vec<char>, usize) {
        let told: Vec<char> = self.text.chars().take(RUN).collect();
        let more = self.text.chars().count() - told.len();
        (told, more)
    }
}

/// Characters of one piece that are told by their code points; of the rest only how many.
const RUN: usize = 6;

/// Joiners, marks of direction, selectors of a variant: they change how others look.
const fn is_unseen(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{E0100}'..='\u{E01EF}')
}

/// The whole value.
#[must_use]
pub fn value(pieces: &[Piece]) -> String {
    pieces.iter().map(|piece| piece.text.as_str()).collect()
}

/// The value with what differs told by code point: `[U+9AD9 髙]橋`.
#[must_use]
pub fn marked(pieces: &[Piece]) -> String {
    let mut marked = String::new();
    for piece in pieces {
        if !piece.differs {
            marked.push_str(&piece.text);
            continue;
        }
        let (told, more) = piece.told();
        for c in told {
            marked.push_str(&match Piece::code_point(c) {
                (number, Some(c)) => format!("[{number} {c}]"),
                (number, None) => format!("[{number}]"),
            });
        }
        if more > 0 {
            marked.push_str(&format!("[+{more}]"));
        }
    }
    marked
}
