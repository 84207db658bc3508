//! Text from outside, for the eyes of people and for logs that machines read on.

use std::borrow::Cow;

/// How pipelines begin a line that they obey, wherever in it (Azure Pipelines, the runner of GitHub before
/// version 2, TeamCity).
const ORDERS: [&str; 3] = ["##[", "##vso[", "##teamcity["];

/// The text as one line that neither a terminal nor a pipeline obeys, and that reads in the order in which it
/// is written: without control characters and those that turn the direction, line breaks as spaces, and
/// what begins a workflow command in full width.
#[must_use]
pub fn harmless(text: &str) -> Cow<'_, str> {
    let is_plain = |c: char| !is_obeyed(c) && !matches!(c, ':' | '#');
    if text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len());
    let breaks = |c: &char| {
        matches!(
            c,
            '\n' | '\r' | '\t' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}'
        )
    };
    let mut last_breaks = false;
    for c in text.chars() {
        if breaks(&c) {
            // CR LF is one
            if !(last_breaks && c == '\n') {
                safe.push(' ');
            }
        } else if !is_obeyed(c) {
            safe.push(c);
        }
        last_breaks = c == '\r';
    }
    for order in ORDERS {
        if safe.contains(order) {
            safe = safe.replace(order, &order.replace("##", "＃＃"));
        }
    }
    if safe.contains("::") {
        safe = without_commands(&safe);
    }
    if safe == text {
        return Cow::Borrowed(text);
    }
    Cow::Owned(safe)
}

/// A whole page that is no terminal's and no pipeline's, without what is hidden in it or turns its direction;
/// its lines stay.
#[must_use]
pub fn visible(page: &str) -> Cow<'_, str> {
    let stays = |c: char| !is_obeyed(c) || matches!(c, '\n' | '\t');
    if page.chars().all(stays) {
        return Cow::Borrowed(page);
    }
    Cow::Owned(page.chars().filter(|c| stays(*c)).collect())
}

/// Two colons command where a line begins with them, if only behind spaces. They stay in the middle of a
/// word, as in a path of Rust or an address.
fn without_commands(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("::") {
        let (before, after) = (&rest[..at], &rest[at + 2..]);
        safe.push_str(before);
        let is_word =
            |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '>' | '<' | '[' | ']');
        let stays = safe.ends_with(is_word) && after.starts_with(is_word);
        safe.push_str(if stays { "::" } else { "：：" });
        rest = after;
    }
    safe.push_str(rest);
    safe
}

/// Whether a terminal obeys it, or text after it reads in another direction.
fn is_obeyed(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_or_a_pipeline_obeys_is_gone() {
        for (text, safe) in [
            ("\u{1b}[31m赤\u{1b}]0;title\u{7}", "[31m赤]0;title"),
            ("資格\u{202e}効無", "資格効無"),
            ("a\r\nb\nc\td\u{2028}e", "a b c d e"),
            ("::add-mask::x", "：：add-mask::x"),
            ("a\n ::error title=x::y", "a  ：：error title=x::y"),
            ("x ##[error] y", "x ＃＃[error] y"),
            ("##vso[task.setvariable]", "＃＃vso[task.setvariable]"),
        ] {
            assert_eq!(harmless(text), safe, "{text:?}");
        }
    }

    #[test]
    fn a_page_keeps_its_lines() {
        assert_eq!(
            visible("<p>\n\ta\u{202e}b\u{1b}</p>\r\n"),
            "<p>\n\tab</p>\n"
        );
        assert_eq!(visible("<p>\n</p>"), "<p>\n</p>");
    }

    #[test]
    fn other_text_stays_as_it_is() {
        for text in [
            "core::panicking::panic",
            "http://[::1]:8080/",
            "氏名: 試験　太郎",
            "# 見出し ## x",
            "E-05-A",
            "👨‍👩‍👧",
        ] {
            assert_eq!(harmless(text), text);
        }
    }
}
