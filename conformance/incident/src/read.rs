//! Which program wrote a text, and what it tells. Decided by how many lines of the whole fit, never by
//! one of them; a text may be of several writers at once. A line that no reader knows is counted, and its
//! content goes nowhere.

mod har;
mod hexadecimal;
mod line;
mod opensc;
mod pairing;
mod pcscd;
mod spy;
mod stored;

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use madoguchi_pcsc::ReturnCode;
use madoguchi_wire::Profile;

use crate::canary::Canaries;
use crate::told::Found;
use line::{Line, lines};

/// Who wrote a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Writer {
    /// `pcscd --apdu`, with or without `--debug`, coloured, or through syslog or the journal.
    Pcscd,
    /// libpcscspy: the PC/SC calls of one program.
    Spy,
    /// OpenSC with `debug = 3` or more.
    Opensc,
    /// One APDU per line, in hexadecimal digits, with or without an arrow before it; apdu4j.
    Plain,
    /// HTTP traffic of a browser or a proxy: HAR 1.2.
    Har,
    /// A trace of ours.
    Trace,
}

impl Writer {
    /// All of them, in the order in which a text is tried.
    pub const ALL: [Self; 6] = [
        Self::Pcscd,
        Self::Spy,
        Self::Opensc,
        Self::Plain,
        Self::Har,
        Self::Trace,
    ];

    /// The writer of most of `text`; nothing where no line is of any.
    #[must_use]
    pub fn detect(text: &str) -> Option<Self> {
        if stored::is_trace(text) {
            return Some(Self::Trace);
        }
        if har::is_har(text) {
            return Some(Self::Har);
        }
        let lines = lines(text);
        let score = |writer: Self| lines.iter().filter(|line| writer.is_of(line)).count();
        let scored = [Self::Pcscd, Self::Spy, Self::Opensc].map(|writer| (score(writer), writer));
        let best = scored.into_iter().max_by_key(|(score, _)| *score);
        let best = best.filter(|(score, _)| *score > 0);
        let plain = || lines.iter().any(|line| Self::Plain.is_of(line));
        best.map(|(_, writer)| writer)
            .or_else(|| plain().then_some(Self::Plain))
    }

    fn is_of(self, line: &Line<'_>) -> bool {
        match self {
            Self::Pcscd => pcscd::message(&line::without_colour(line.text)).is_some(),
            Self::Spy => spy::is_line(line.text),
            Self::Opensc => opensc::block(line.text).is_some() || opensc::is_message(line.text),
            Self::Plain => hexadecimal::kind(line.text).is_some(),
            Self::Har | Self::Trace => false,
        }
    }
}

impl FromStr for Writer {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        let mut all = Self::ALL.into_iter();
        all.find(|writer| writer.to_string() == name).ok_or(())
    }
}

impl fmt::Display for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pcscd => "pcscd",
            Self::Spy => "pcsc-spy",
            Self::Opensc => "opensc",
            Self::Plain => "plain",
            Self::Har => "har",
            Self::Trace => "trace",
        })
    }
}

/// What one writer's part of a text tells.
pub(crate) struct Part {
    pub(crate) writer: Writer,
    pub(crate) found: Found,
}

/// A text, read.
pub(crate) struct Read {
    pub(crate) parts: Vec<Part>,
    /// Lines of the text that are not empty.
    pub(crate) lines: usize,
    /// Those that no reader knows.
    pub(crate) unknown: Vec<usize>,
}

/// Reads a text as `writer`'s, or as everybody's whose lines are in it.
pub(crate) fn read(
    text: &str,
    writer: Option<Writer>,
    wire: &Profile,
    canaries: &mut Canaries,
) -> Read {
    let writer = writer.or_else(|| match Writer::detect(text) {
        Some(writer @ (Writer::Har | Writer::Trace | Writer::Plain)) => Some(writer),
        _ => None,
    });
    match writer {
        Some(Writer::Har) => {
            let found = har::read(text, wire, canaries).unwrap_or_default();
            return whole(Writer::Har, found);
        }
        Some(Writer::Trace) => return whole(Writer::Trace, stored::read(text)),
        _ => {}
    }
    let lines = lines(text);
    let writers = match writer {
        Some(writer) => vec![writer],
        None => vec![Writer::Pcscd, Writer::Spy, Writer::Opensc],
    };
    let mut parts = Vec::new();
    let mut known = BTreeSet::new();
    for writer in writers {
        let found = match writer {
            Writer::Pcscd => pcscd::read(&lines),
            Writer::Spy => spy::read(&lines),
            Writer::Opensc => opensc::read(&lines),
            _ => hexadecimal::read(&lines),
        };
        if !found.known.is_empty() {
            known.extend(found.known.iter().copied());
            parts.push(Part { writer, found });
        }
    }
    let filled = lines.iter().filter(|line| !line.text.trim().is_empty());
    let filled: Vec<usize> = filled.map(|line| line.number).collect();
    let unknown = filled.iter().filter(|line| !known.contains(line));
    Read {
        unknown: unknown.copied().collect(),
        lines: filled.len(),
        parts,
    }
}

fn whole(writer: Writer, found: Found) -> Read {
    let unknown = found.damaged.clone();
    Read {
        lines: found.known.len() + unknown.len(),
        unknown,
        parts: vec![Part { writer, found }],
    }
}

/// A return value by its name or as hexadecimal digits. OpenSC prints more than its 32 bits where it
/// was built for 64; of Windows's own codes (22, 31, 1167) none is one of these.
fn return_code(text: &str) -> Option<u32> {
    let word = text.trim().split([' ', ',', '(', ')', '[', ']']).next()?;
    if let Some(code) = ReturnCode::named(word) {
        return Some(code.value());
    }
    let digits = word
        .strip_prefix("0x")
        .or_else(|| word.strip_prefix("0X"))
        .filter(|digits| digits.len() >= 8)?;
    let value = u64::from_str_radix(digits, 16).ok()?;
    u32::try_from(value & 0xFFFF_FFFF).ok()
}
