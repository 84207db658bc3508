//! Lines of hexadecimal digits, one APDU each: `>` before a command, `<` before a response, `#`
//! before a remark; apdu4j's `A>> T=1 (4+0000) 00A40400` and `A<< (0000+2) (12ms) 9000`; what
//! `APDUPlay` and other loggers write before the digits. Where there is no arrow, a line that is a
//! command of a known kind is one, and what follows a command and ends in a status word is its
//! response.

use madoguchi_iso7816::CommandApdu;

use super::line::Line;
use crate::clear::Clear;
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

/// What a line of this kind holds; nothing where it is none.
pub(super) fn kind(line: &str) -> Option<Kind> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
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

/// apdu4j's `T=1 (4+0000)` and `(0000+2) (12ms)`, which stand before the digits.
fn without_notes(mut rest: &str) -> (Option<u64>, &str) {
    let mut took = None;
    loop {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix("T=") {
            rest = after.trim_start_matches(|c: char| c.is_ascii_alphanumeric());
        } else if let Some((note, after)) = rest.strip_prefix('(').and_then(|r| r.split_once(')')) {
            let milli = note
                .strip_suffix("ms")
                .and_then(|ms| ms.parse::<u64>().ok());
            took = milli.map(|ms| ms.saturating_mul(1_000)).or(took);
            rest = after;
        } else {
            return (took, rest);
        }
    }
}

pub(super) fn read(lines: &[Line<'_>]) -> Found {
    let mut found = Found::default();
    let mut waiting: Option<(usize, Clear)> = None;
    let mut us = 0_u64;
    for line in lines {
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
            if let Some((line, command)) = waiting.replace((line.number, bytes)) {
                found
                    .told
                    .push(exchange(line, us, command, Answer::Unknown, None));
            }
        } else if let Some((line, command)) = waiting.take() {
            us = us.saturating_add(took.unwrap_or_default());
            found
                .told
                .push(exchange(line, us, command, Answer::Bytes(bytes), took));
        }
    }
    if let Some((line, command)) = waiting {
        found
            .told
            .push(exchange(line, us, command, Answer::Unknown, None));
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
