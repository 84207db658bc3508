//! Columns of a terminal: ideographs and kana take two.

/// Columns that a text takes. Everything outside Latin is taken for wide, which holds for what
/// reports contain.
pub(super) fn width(text: &str) -> usize {
    text.chars().map(|c| if is_wide(c) { 2 } else { 1 }).sum()
}

const fn is_wide(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{115F}' | '\u{2E80}'..='\u{A4CF}' | '\u{AC00}'..='\u{D7A3}'
        | '\u{F900}'..='\u{FAFF}' | '\u{FE30}'..='\u{FE6F}' | '\u{FF00}'..='\u{FF60}'
        | '\u{FFE0}'..='\u{FFE6}' | '\u{20000}'..='\u{3FFFD}')
}

/// The text with spaces up to `columns`.
pub(super) fn padded(text: &str, columns: usize) -> String {
    let missing = columns.saturating_sub(width(text));
    format!("{text}{}", " ".repeat(missing))
}

/// The text, shortened to `columns` where it is longer.
pub(super) fn fitted(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut short = String::new();
    for c in text.chars() {
        let next = if is_wide(c) { 2 } else { 1 };
        if width(&short) + next + 1 > columns {
            break;
        }
        short.push(c);
    }
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kana_take_two_columns() {
        assert_eq!(width("目視 ok"), 7);
        assert_eq!(padded("目視", 6), "目視  ");
        assert_eq!(fitted("目視確認", 5), "目視…");
        assert_eq!(fitted("visual", 6), "visual");
    }
}
