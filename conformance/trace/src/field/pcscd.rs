//! pcscd `--apdu` (pcsc-lite 1.9.9 to 2.5, *observed*): `00043164 SW: 90 00`. The number is the
//! time since the line before it, microseconds, at most 99999999; syslog leaves it out and puts
//! something else there. "SW:" is the whole response. With `--debug` other lines stand between.

use super::{Entry, FieldError, Pairing, Placed, bytes};

/// What a line of the log is about.
pub(super) enum Kind {
    Apdu,
    Sw,
    Inserted,
    Removed,
}

/// The kind of a line and where its bytes begin; none for lines about something else.
pub(super) fn entry(line: &str) -> Option<(Kind, usize)> {
    for (word, kind) in [("APDU: ", Kind::Apdu), ("SW: ", Kind::Sw)] {
        if let Some(at) = line.find(word) {
            let before = &line[..at];
            let alone = before.is_empty() || before.ends_with([' ', '\t']);
            return alone.then_some((kind, at + word.len()));
        }
    }
    // libpcsclite writes a command without data, and a response that never came, without the blank
    for (word, kind) in [("APDU:", Kind::Apdu), ("SW:", Kind::Sw)] {
        if let Some(before) = line.trim_end().strip_suffix(word) {
            let alone = before.is_empty() || before.ends_with([' ', '\t']);
            return alone.then_some((kind, line.len()));
        }
    }
    if line.contains("Card inserted into ") {
        Some((Kind::Inserted, 0))
    } else if line.contains("Card Removed From ") {
        Some((Kind::Removed, 0))
    } else {
        None
    }
}

/// Whether pcscd says something else on this line: `00000026 winscard.c:12:SCardConnect() …`.
pub(super) fn is_message(line: &str) -> bool {
    let line = without_colour(line);
    let mut words = line.split_ascii_whitespace();
    let is_time = words
        .next()
        .is_some_and(|word| word.len() == 8 && word.bytes().all(|b| b.is_ascii_digit()));
    let is_place = |word: &str| {
        let (file, rest) = word.split_once(':').unwrap_or_default();
        (file.ends_with(".c") || file.ends_with(".l")) && rest.contains("()")
    };
    is_time && words.next().is_some_and(is_place)
}

pub(super) fn read(text: &str) -> Result<Vec<Placed>, FieldError> {
    let mut pairing = Pairing::default();
    let mut us = 0_u64;
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        let line = without_colour(line);
        us = us.saturating_add(since_last(&line));
        let Some((kind, start)) = entry(&line) else {
            continue;
        };
        let rest = &line[start..];
        let column = line[..start].chars().count() + 1;
        match kind {
            Kind::Apdu => pairing.command(number, us, bytes(rest, number, column)?),
            Kind::Sw => pairing.answer(bytes(rest, number, column)?),
            Kind::Inserted => pairing.other(number, us, Entry::Inserted),
            Kind::Removed => pairing.other(number, us, Entry::Removed),
        }
    }
    Ok(pairing.done())
}

/// The eight digits near the beginning of a line, microseconds; 0 where there are none.
fn since_last(line: &str) -> u64 {
    const FIRST_WORDS: usize = 7;
    let is_time = |word: &&str| word.len() == 8 && word.bytes().all(|b| b.is_ascii_digit());
    let mut words = line.split_ascii_whitespace().take(FIRST_WORDS);
    let time = words.find(is_time);
    time.and_then(|word| word.parse().ok()).unwrap_or(0)
}

/// The line without the escape sequences of `--color`.
fn without_colour(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        let end = after.find(|c: char| c.is_ascii_alphabetic());
        rest = end.map_or("", |end| &after[end + 1..]);
    }
    plain.push_str(rest);
    plain
}
