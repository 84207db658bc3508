//! Two texts with the characters in which they differ told by their code points.

/// Both texts; what the other one does not have in its place stands as `[U+9AD9 髙]`.
///
/// ```
/// # use madoguchi_transcription::marked;
/// let (delivered, exported) = marked("髙橋", "高橋");
/// assert_eq!(delivered, "[U+9AD9 髙]橋");
/// assert_eq!(exported, "[U+9AD8 高]橋");
/// ```
#[must_use]
pub fn marked(delivered: &str, exported: &str) -> (String, String) {
    let a: Vec<char> = delivered.chars().take(LONGEST).collect();
    let b: Vec<char> = exported.chars().take(LONGEST).collect();
    let common = common(&a, &b);
    let first = told(&a, &common.iter().map(|(i, _)| *i).collect::<Vec<_>>());
    let second = told(&b, &common.iter().map(|(_, j)| *j).collect::<Vec<_>>());
    (first, second)
}

/// Characters of a text that are looked at: no value is as long.
const LONGEST: usize = 500;

/// Characters of one run that are told by their code points; of the rest only how many.
const RUN: usize = 6;

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

fn told(text: &[char], kept: &[usize]) -> String {
    let mut told = String::new();
    let mut run = 0;
    let mut kept = kept.iter().peekable();
    for (i, c) in text.iter().enumerate() {
        if kept.next_if(|at| **at == i).is_some() {
            end_of_run(&mut told, &mut run);
            told.push(*c);
        } else {
            run += 1;
            if run <= RUN {
                told.push_str(&code_point(*c));
            }
        }
    }
    end_of_run(&mut told, &mut run);
    told
}

fn end_of_run(told: &mut String, run: &mut usize) {
    if *run > RUN {
        told.push_str(&format!("[+{}]", *run - RUN));
    }
    *run = 0;
}

fn code_point(c: char) -> String {
    let number = u32::from(c);
    if c.is_control() || c.is_whitespace() {
        format!("[U+{number:04X}]")
    } else {
        format!("[U+{number:04X} {c}]")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_what_differs_is_marked() {
        let both = |a, b| marked(a, b);
        assert_eq!(both("試験　太郎", "試験 太郎").0, "試験[U+3000]太郎");
        assert_eq!(both("𠮷田", "??田").0, "[U+20BB7 𠮷]田");
        assert_eq!(both("𠮷田", "??田").1, "[U+003F ?][U+003F ?]田");
        assert_eq!(both("00123", "123").0, "[U+0030 0][U+0030 0]123");
        assert!(
            both("あいうえおかきくけこ", "")
                .0
                .ends_with("[U+304B か][+4]")
        );
    }

    proptest! {
        #[test]
        fn equal_texts_have_no_marks(text in "[^\\[]{0,60}") {
            let (a, b) = marked(&text, &text);
            prop_assert_eq!(&a, &text);
            prop_assert_eq!(&b, &text);
        }
    }
}
