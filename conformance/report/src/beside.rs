//! Records side by side as the templates show them: what differs character by character, with the
//! number of each character.

use madoguchi_judge::beside::{Beside, Line, Piece};
use madoguchi_notation::Wording;
use serde::Serialize;

/// A delivered record beside the program's.
#[derive(Debug, Serialize)]
pub(crate) struct PairView<'a> {
    name: &'a str,
    delivered: Wording,
    exported: Wording,
    pub(crate) differs: bool,
    /// How many fields differ, or what is alone.
    found: Wording,
    lines: Vec<LineView<'a>>,
}

#[derive(Debug, Serialize)]
struct LineView<'a> {
    label: &'a Wording,
    field: &'a str,
    differs: bool,
    /// What became of the value, or why it was not compared.
    remark: Option<Wording>,
    delivered: Vec<PieceView<'a>>,
    exported: Vec<PieceView<'a>>,
}

#[derive(Debug, Serialize)]
struct PieceView<'a> {
    /// What is the same on both sides; empty where it is not.
    same: &'a str,
    characters: Vec<Character>,
    /// How many more characters differ.
    more: usize,
}

#[derive(Debug, Serialize)]
struct Character {
    /// Itself, where it can be seen.
    glyph: Option<String>,
    /// `U+9AD9`
    number: String,
}

/// The pairs for a template.
pub(crate) fn pair_views(records: &[Beside]) -> Vec<PairView<'_>> {
    records.iter().map(pair).collect()
}

fn pair(beside: &Beside) -> PairView<'_> {
    let none = || Wording::new("(ない)", "(none)");
    let differing = beside.fields.iter().filter(|line| line.became.is_some());
    let found = match (&beside.delivered, &beside.exported, differing.count()) {
        (_, None, _) => Wording::new("記録がない", "there is no record"),
        (None, _, _) => Wording::new("届いていない記録", "nobody delivered it"),
        (_, _, 0) => Wording::new("届いたとおり", "as delivered"),
        (_, _, 1) => Wording::new("1 項目が違う", "1 field differs"),
        (_, _, n) => Wording::new(format!("{n} 項目が違う"), format!("{n} fields differ")),
    };
    let is_alone = beside.delivered.is_none() || beside.exported.is_none();
    PairView {
        name: &beside.name,
        delivered: beside.delivered.clone().unwrap_or_else(none),
        exported: beside.exported.clone().unwrap_or_else(none),
        differs: beside.differs(),
        found,
        lines: beside
            .fields
            .iter()
            .map(|one| line(one, is_alone))
            .collect(),
    }
}

fn line(line: &Line, is_alone: bool) -> LineView<'_> {
    let remark = match &line.became {
        Some(became) => Some(became.words.clone()),
        None if line.compared || is_alone => None,
        None if line.delivered.is_empty() => Some(Wording::new(
            "照合しない: この届け方に欄がない",
            "not compared: this way of delivery has no place for it",
        )),
        None => Some(Wording::new(
            "照合しない: 対応表にない",
            "not compared: the mapping does not name it",
        )),
    };
    LineView {
        label: &line.label,
        field: &line.field,
        differs: line.became.is_some(),
        remark,
        delivered: line.delivered.iter().map(piece).collect(),
        exported: line.exported.iter().map(piece).collect(),
    }
}

fn piece(piece: &Piece) -> PieceView<'_> {
    if !piece.differs {
        return PieceView {
            same: &piece.text,
            characters: Vec::new(),
            more: 0,
        };
    }
    let (told, more) = piece.told();
    let character = |c| {
        let (number, glyph) = Piece::code_point(c);
        Character {
            glyph: glyph.map(String::from),
            number,
        }
    };
    PieceView {
        same: "",
        characters: told.into_iter().map(character).collect(),
        more,
    }
}
