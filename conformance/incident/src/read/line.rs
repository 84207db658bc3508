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

/// The time of day of the last line that had one, as microseconds since the first such line.
#[derive(Default)]
pub(super) struct Clock {
    first: Option<u64>,
    now: u64,
    days: u64,
}

impl Clock {
    /// By the first word of a line that is a time of day.
    pub(super) fn read(&mut self, line: &str) -> u64 {
        let words = line.split_ascii_whitespace().take(5);
        match words.filter_map(time_of_day).next() {
            Some(time) => self.at(time),
            None => self.now,
        }
    }

    /// At a time of day, microseconds.
    pub(super) fn at(&mut self, time: u64) -> u64 {
        const DAY: u64 = 86_400_000_000;
        let first = *self.first.get_or_insert(time);
        let latest = first + self.now;
        // past midnight, or a log of several processes: never backwards
        if latest.saturating_sub(time + self.days * DAY) > DAY / 2 {
            self.days += 1;
        }
        self.now = latest.max(time + self.days * DAY) - first;
        self.now
    }
}

/// `12:03:07.114` in microseconds. The fraction that macOS wrote until 0.19 is more than a second has.
pub(super) fn time_of_day(word: &str) -> Option<u64> {
    let (clock, fraction) = word.split_once(['.', ','])?;
    let mut parts = clock.split(':').map(str::parse::<u64>);
    let (h, m, s) = (
        parts.next()?.ok()?,
        parts.next()?.ok()?,
        parts.next()?.ok()?,
    );
    let is_fraction = !fraction.is_empty() && fraction.bytes().all(|b| b.is_ascii_digit());
    let milli: u64 = fraction.get(..fraction.len().min(3))?.parse().ok()?;
    let valid = is_fraction && h < 24 && m < 60 && s < 61 && parts.next().is_none();
    valid.then(|| (((h * 60 + m) * 60 + s) * 1_000 + milli) * 1_000)
}
