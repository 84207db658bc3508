//! Where two texts differ, character by character.

use madoguchi_judge::beside::Piece;

/// Both texts in pieces: what the other one does not have in its place stands apart.
///
/// ```
/// # use madoguchi_judge::beside::marked;
/// # use madoguchi_transcription::pieces;
/// let (delivered, exported) = pieces("髙橋", "高橋");
/// assert_eq!(marked(&delivered), "[U+9AD9 髙]橋");
/// assert_eq!(marked(&exported), "[U+9AD8 高]橋");
/// ```
#[must_use]
pub fn pieces(delivered: &str, exported: &str) -> (Vec<Piece>, Vec<Piece>) {
    let a: Vec<char> = delivered.chars().take(LONGEST).collect();
    let b: Vec<char> = exported.chars().take(LONGEST).collect();
    let common = common(&a, &b);
    let first = runs(&a, &common.iter().map(|(i, _)| *i).collect::<Vec<_>>());
    let second = runs(&b, &common.iter().map(|(_, j)| *j).collect::<Vec<_>>());
    (first, second)
}

/// Characters of a text that are looked at: no value is as long.
const LONGEST: usize = 500;

/// The places of a longest common subsequence.
fn common(a: &[char], b: &[char]) -> Vec<(usize, usize)> {
    let mut longest = vec![vec![0_u16; b.len() + 1]; a.len() + 1];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            longest[i][j] = if a[i] == b[j] {
                longest[i + 1][j + 1] + 1
            } else {
                longest[i + 1][j].max(longest[i][j + 1])
            };
        }
    }
    let (mut i, mut j, mut places) = (0, 0, Vec::new());
    while i < a.len() && j < b.len() {
        if a[i] == b[j] {
            places.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if longest[i + 1][j] >= longest[i][j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    places
}

/// The text in runs that are kept and runs that are not.
fn runs(text: &[char], kept: &[usize]) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut kept = kept.iter().peekable();
    for (i, c) in text.iter().enumerate() {
        let differs = kept.next_if(|at| **at == i).is_none();
        match pieces.last_mut() {
            Some(last) if last.differs == differs => last.text.push(*c),
            _ => pieces.push(Piece {
                text: c.to_string(),
                differs,
            }),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use madoguchi_judge::beside::{marked, value};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_what_differs_is_marked() {
        let both = |a, b| {
            let (a, b) = pieces(a, b);
            (marked(&a), marked(&b))
        };
        assert_eq!(both("試験　太郎", "試験 太郎").0, "試験[U+3000]太郎");
        assert_eq!(both("𠮷田", "??田").0, "[U+20BB7 𠮷]田");
        assert_eq!(both("𠮷田", "??田").1, "[U+003F ?][U+003F ?]田");
        assert_eq!(both("00123", "123").0, "[U+0030 0][U+0030 0]123");
        assert_eq!(both("辻\u{E0100}", "辻").0, "辻[U+E0100]");
        assert!(
            both("あいうえおかきくけこ", "")
                .0
                .ends_with("[U+304B か][+4]")
        );
    }

    proptest! {
        #[test]
        fn equal_texts_have_no_marks(text in ".{0,60}") {
            let (a, b) = pieces(&text, &text);
            prop_assert!(a.iter().chain(&b).all(|piece| !piece.differs));
            prop_assert_eq!(value(&a), text);
        }

        #[test]
        fn the_pieces_together_are_the_text(a in "[ab]{0,20}", b in "[ab]{0,20}") {
            let (left, right) = pieces(&a, &b);
            prop_assert_eq!((value(&left), value(&right)), (a, b));
        }
    }
}
