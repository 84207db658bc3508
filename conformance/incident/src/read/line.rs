//! The lines of a text, as every reader of logs takes them.

use std::borrow::Cow;

/// One line and its number, from 1.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    pub(super) number: usize,
    pub(super) text: &'a str,
    /// Whether the text ends within it, as far as one can see.
    pub(super) is_cut: bool,
}

pub(super) fn lines(text: &str) -> Vec<Line<'_>> {
    let numbered = text.lines().zip(1..);
    let mut lines: Vec<Line<'_>> = numbered
        .map(|(text, number)| Line {
            number,
            text,
            is_cut: false,
        })
        .collect();
    if let Some(last) = lines.last_mut() {
        last.is_cut = !text.ends_with(['\n', ' ']);
    }
    lines
}

/// The line without the escape sequences of a terminal.
pub(super) fn without_colour(line: &str) -> Cow<'_, str> {
    if !line.contains('\u{1b}') {
        return line.into();
    }
    let mut plain = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        let end = after.find(|c: char| c.is_ascii_alphabetic());
        rest = end.map_or("", |end| &after[end + 1..]);
    }
    plain.push_str(rest);
    plain.into()
}
