//! Lines of hexadecimal digits, one APDU each: `>` before a command, `<` before a response, `#`
//! before a remark; apdu4j's `A>> T=1 (4+0000) 00A40400` and `A<< (0000+2) (12ms) 9000`; what
//! `APDUPlay` and other loggers write before the digits. Where there is no arrow, a line that is a
//! command of a known kind is one, and what follows a command and ends in a status word is its
//! response.

use madoguchi_iso7816::CommandApdu;

use super::line::{Clock, Line, time_of_day};
use crate::clear::Clear;
use crate::odd::Odd;
use crate::told::{Answer, Found, Says, Told};

const COMMAND: &[&str] = &[
    "A>>",
    ">>",
    "=>",
    "->",
    ">",
    "C:",
    "C-APDU:",
    "APDU:",
    "transmitted:",
    "Transmit:",
    "Sending:",
];
const ANSWER: &[&str] = &[
    "A<<",
    "<<",
    "<=",
    "<-",
    "<",
    "R:",
    "R-APDU:",
    "SW:",
    "received:",
    "Received:",
];

pub(super) enum Kind {
    Command(Clear, Option<u64>),
    Answer(Clear, Option<u64>),
    Bare(Clear),
    Damaged,
    Remark,
}

/// Whether a line holds an APDU, as far as its shape tells.
pub(super) fn is_apdu(line: &str) -> bool {
    matches!(
        kind(line),
        Some(Kind::Command(..) | Kind::Answer(..) | Kind::Bare(_))
    )
}

/// The lines among those of other programs that only apdu4j writes so.
pub(super) fn among_others(lines: &[Line<'_>]) -> Found {
    let is_own = |line: &&Line<'_>| {
        let text = line.text.trim_start();
        text.starts_with("A>>") || text.starts_with("A<<")
    };
    let own: Vec<Line<'_>> = lines.iter().filter(is_own).copied().collect();
    read(&own)
}

/// What a line of this kind holds; nothing where it is none.
pub(super) fn kind(line: &str) -> Option<Kind> {
    let line = without_time(line.trim()).1;
    if line.is_empty() || line.starts_with('#') || is_call(line) {
        return (!line.is_empty()).then_some(Kind::Remark);
    }
    let after = |arrows: &[&str]| arrows.iter().find_map(|arrow| line.strip_prefix(arrow));
    let read = |rest: &str| {
        let (took, rest) = without_notes(rest);
        Clear::pairs(rest)
            .filter(|bytes| !bytes.is_empty())
            .map(|bytes| (bytes, took))
    };
    if let Some(rest) = after(COMMAND) {
        return Some(read(rest).map_or(Kind::Damaged, |(bytes, took)| Kind::Command(bytes, took)));
    }
    if let Some(rest) = after(ANSWER) {
        return Some(read(rest).map_or(Kind::Damaged, |(bytes, took)| Kind::Answer(bytes, took)));
    }
    let bytes = Clear::pairs(line).filter(|bytes| bytes.len() >= 2)?;
    Some(Kind::Bare(bytes))
}

/// What apdu4j tells of calls, with the name of a reader and what the card is.
fn is_call(line: &str) -> bool {
    let name = line
        .strip_prefix("SCard")
        .and_then(|rest| rest.split_once('('));
    name.is_some_and(|(name, _)| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphabetic()))
}

/// A date and a time of day before the rest, in brackets or not.
fn without_time(line: &str) -> (Option<u64>, &str) {
    let mut rest = line;
    for _ in 0..2 {
        let Some((word, after)) = rest.split_once([' ', '\t', ']']) else {
            break;
        };
        let bare = word.trim_start_matches('[').trim_end_matches(':');
        let bare = bare.split_once('T').map_or(bare, |(_, time)| time);
        if let Some(time) = time_of_day(bare.trim_end_matches('Z')) {
            return (Some(time), after.trim_start_matches([']', ':', ' ', '\t']));
        }
        let is_date = bare.len() == 10
            && bare
                .bytes()
                .all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'/'));
        if !is_date {
            break;
        }
        rest = after.trim_start();
    }
    (None, line)
}

/// apdu4j's `T=1 (4+0000)` and `(0000+2) (12ms)`, which stand before the digits.
fn without_notes(mut rest: &str) -> (Option<u64>, &str) {
    let mut took = None;
    loop {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix("T=") {
            rest = after.trim_start_matches(|c: char| c.is_ascii_alphanumeric());
        } else if let Some((note, after)) = rest.strip_prefix('(').and_then(|r| r.split_once(')')) {
            took = time_taken(note).or(took);
            rest = after;
        } else {
            return (took, rest);
        }
    }
}

/// `12ms` and `8s378ms` in microseconds.
fn time_taken(note: &str) -> Option<u64> {
    let milli = note.strip_suffix("ms")?;
    let (seconds, milli) = milli.split_once('s').unwrap_or(("0", milli));
    let (seconds, milli): (u64, u64) = (seconds.parse().ok()?, milli.parse().ok()?);
    seconds
        .checked_mul(1_000)?
        .checked_add(milli)?
        .checked_mul(1_000)
}

pub(super) fn read(lines: &[Line<'_>]) -> Found {
    let mut found = Found::default();
    let mut waiting: Option<(usize, u64, Clear)> = None;
    let is_timed = lines
        .iter()
        .any(|line| without_time(line.text.trim()).0.is_some());
    let mut is_mixed = false;
    let mut us = 0_u64;
    let mut clock = Clock::default();
    for line in lines {
        if let Some(time) = without_time(line.text.trim()).0 {
            us = us.max(clock.at(time));
        }
        let Some(kind) = kind(line.text) else {
            continue;
        };
        let (is_command, bytes, took) = match kind {
            Kind::Command(bytes, took) => (true, bytes, took),
            Kind::Answer(bytes, took) => (false, bytes, took),
            Kind::Bare(bytes) if is_command(bytes.as_bytes()) => (true, bytes, None),
            Kind::Bare(bytes) if waiting.is_some() && ends_in_status(bytes.as_bytes()) => {
                (false, bytes, None)
            }
            Kind::Bare(_) => continue,
            Kind::Remark => {
                found.known.push(line.number);
                continue;
            }
            Kind::Damaged => {
                found.known.push(line.number);
                found.damaged.push(line.number);
                waiting = None;
                continue;
            }
        };
        found.known.push(line.number);
        if is_command {
            is_mixed = waiting.is_some();
            if let Some((line, began, command)) = waiting.replace((line.number, us, bytes)) {
                found
                    .told
                    .push(exchange(line, began, command, Answer::Unknown, None));
            }
        } else if let Some((line, began, command)) = waiting.take() {
            us = us.saturating_add(took.unwrap_or_default());
            let us = us.max(began);
            let took = took.or_else(|| us.checked_sub(began).filter(|_| is_timed));
            // whose answer it is, two lines that changed places or one that is lost do not say
            let (answer, took) = if std::mem::take(&mut is_mixed) {
                (Answer::Unpaired, None)
            } else {
                (Answer::Bytes(bytes), took)
            };
            found.told.push(exchange(line, us, command, answer, took));
        } else if !found.told.is_empty() {
            found.told.push(Told {
                line: line.number,
                us,
                program: None,
                says: Says::Odd(Odd::SecondAnswer),
            });
        }
    }
    if let Some((line, began, command)) = waiting {
        found
            .told
            .push(exchange(line, began, command, Answer::Unknown, None));
    }
    found
}

fn exchange(line: usize, us: u64, command: Clear, answer: Answer, took: Option<u64>) -> Told {
    Told {
        line,
        us,
        program: None,
        says: Says::Exchange {
            command,
            answer,
            took,
        },
    }
}

/// A class `001x xxxx` is reserved (ISO 7816-4 §5.4.1), and the ASCII digits of a PIN are there.
fn is_command(bytes: &[u8]) -> bool {
    let parsed = CommandApdu::parse(bytes);
    let is_reserved = bytes.first().is_some_and(|class| class >> 5 == 1);
    !is_reserved && parsed.is_ok_and(|command| command.instruction.name().is_some())
}

/// `61xx` … `6Fxx` and `90xx` … `9Fxx`.
fn ends_in_status(bytes: &[u8]) -> bool {
    let status = bytes.split_last_chunk::<2>();
    status.is_some_and(|(_, [sw1, _])| matches!(sw1, 0x61..=0x6F | 0x90..=0x9F))
}
