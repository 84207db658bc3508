//! Columns of a terminal: ideographs and kana take two.

/// Columns that a text takes. Everything outside Latin is taken for wide, which holds for what
/// reports contain.
#[must_use]
pub fn width(text: &str) -> usize {
    text.chars().map(|c| if is_wide(c) { 2 } else { 1 }).sum()
}

const fn is_wide(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{115F}' | '\u{2E80}'..='\u{A4CF}' | '\u{AC00}'..='\u{D7A3}'
        | '\u{F900}'..='\u{FAFF}' | '\u{FE30}'..='\u{FE6F}' | '\u{FF00}'..='\u{FF60}'
        | '\u{FFE0}'..='\u{FFE6}' | '\u{20000}'..='\u{3FFFD}')
}

/// The text with spaces up to `columns`.
#[must_use]
pub fn padded(text: &str, columns: usize) -> String {
    let missing = columns.saturating_sub(width(text));
    format!("{text}{}", " ".repeat(missing))
}

/// The text, shortened to `columns` where it is longer.
#[must_use]
pub fn fitted(text: &str, columns: usize) -> String {
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

/// The text in lines of at most `columns`, broken at spaces or between ideographs.
#[must_use]
pub fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for c in text.chars() {
        if width(&line) + width(c.encode_utf8(&mut [0; 4])) > columns {
            let end = match line.rfind(' ') {
                // the word that does not fit goes on in the next line
                Some(space) if c.is_ascii() && c != ' ' => space + 1,
                // no line begins with colons, by which pipelines know what they are to obey
                _ if c == ':' => {
                    let mut before = line.char_indices().rev();
                    let last = before.find(|(_, c)| *c != ':');
                    last.map_or(line.len(), |(at, _)| at)
                }
                _ => line.len(),
            };
            let rest = line.split_off(end);
            lines.push(line.trim_end().to_owned());
            line = rest;
            if c == ' ' && line.is_empty() {
                continue;
            }
        }
        line.push(c);
    }
    lines.push(line);
    lines
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

    #[test]
    fn words_stay_whole_and_ideographs_do_not() {
        assert_eq!(
            wrapped("ask for the card again", 12),
            ["ask for the", "card again"]
        );
        assert_eq!(wrapped("目視確認で読む", 6), ["目視確", "認で読", "む"]);
        assert_eq!(wrapped("", 6), [""]);
        assert_eq!(wrapped("0123456789", 4), ["0123", "4567", "89"]);
        assert_eq!(wrapped("abcd::ef::g", 4), ["abc", "d::e", "f::g"]);
    }
}
