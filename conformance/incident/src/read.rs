//! Which program wrote a text, and what it tells. Decided by how many lines of the whole fit, never by
//! one of them; a text may be of several writers at once. A line that no reader knows is counted, and its
//! content goes nowhere.

mod capture;
mod ccid;
mod freerdp;
mod har;
mod hexadecimal;
mod line;
mod opensc;
mod pairing;
mod patterned;
mod pcscd;
mod return_code;
mod spy;
mod stored;
mod text;
mod usb;

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use madoguchi_wire::Profile;

use crate::canary::Canaries;
use crate::patterns::Patterns;
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
    /// FreeRDP's log of the smart card channel: what a program on the other machine asked for.
    Freerdp,
    /// A capture of the line to the reader: pcap or pcapng of usbmon or USBPcap.
    Usb,
    /// One APDU per line, in hexadecimal digits, with or without an arrow before it; apdu4j.
    Plain,
    /// HTTP traffic of a browser or a proxy: HAR 1.2.
    Har,
    /// A trace of ours.
    Trace,
    /// An app's own log, by patterns that somebody wrote down.
    App,
}

impl Writer {
    /// All of them, in the order in which a text is tried.
    pub const ALL: [Self; 9] = [
        Self::Pcscd,
        Self::Spy,
        Self::Opensc,
        Self::Freerdp,
        Self::Usb,
        Self::Plain,
        Self::Har,
        Self::Trace,
        Self::App,
    ];

    /// Those whose lines may stand in one text together.
    const MIXED: [Self; 4] = [Self::Pcscd, Self::Spy, Self::Opensc, Self::Freerdp];

    /// The writer of most of a log; nothing where no line is of any. An app's own log is told by nobody's
    /// patterns here.
    #[must_use]
    pub fn detect(bytes: &[u8]) -> Option<Self> {
        if usb::is_capture(bytes) {
            return Some(Self::Usb);
        }
        Self::of_text(&text::decoded(bytes))
    }

    fn of_text(text: &str) -> Option<Self> {
        if stored::is_trace(text) {
            return Some(Self::Trace);
        }
        if har::is_har(text) {
            return Some(Self::Har);
        }
        let lines = lines(text);
        let score = |writer: Self| lines.iter().filter(|line| writer.is_of(line)).count();
        let best = Self::MIXED.map(|writer| (score(writer), writer));
        let best = best.into_iter().rev().max_by_key(|(score, _)| *score);
        let plain = lines.iter().filter(|line| hexadecimal::is_apdu(line.text));
        let plain = Some((plain.count(), Self::Plain));
        let best = best.into_iter().chain(plain).rev();
        let best = best.max_by_key(|(score, _)| *score)?;
        (best.0 > 0).then_some(best.1)
    }

    fn is_of(self, line: &Line<'_>) -> bool {
        match self {
            Self::Pcscd => pcscd::message(&line::without_colour(line.text)).is_some(),
            Self::Spy => spy::is_line(line.text),
            Self::Opensc => opensc::block(line.text).is_some() || opensc::is_message(line.text),
            Self::Freerdp => freerdp::is_line(line.text),
            Self::Plain => hexadecimal::is_apdu(line.text),
            Self::Usb | Self::Har | Self::Trace | Self::App => false,
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
            Self::Freerdp => "freerdp",
            Self::Usb => "usb",
            Self::Plain => "plain",
            Self::Har => "har",
            Self::Trace => "trace",
            Self::App => "app",
        })
    }
}

/// A log, as a person hands it in.
#[derive(Clone, Copy)]
pub struct Log<'a> {
    /// The file. Text may be UTF-8, UTF-16 with a mark, or Shift_JIS.
    pub bytes: &'a [u8],
    /// Who wrote it, where that is not left to its content.
    pub writer: Option<Writer>,
    /// How to read the lines of an app's own log.
    pub patterns: Option<&'a Patterns>,
    /// What to add to its times, microseconds, where a person says how far its clock is off: of a log without a
    /// clock, how long after the others it begins.
    pub clock: Option<i64>,
}

impl<'a> Log<'a> {
    /// A log of which only its content says what it is.
    #[must_use]
    pub const fn of(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            writer: None,
            patterns: None,
            clock: None,
        }
    }

    /// How many lines it has; a capture has none.
    #[must_use]
    pub fn lines(&self) -> usize {
        count_lines(self.bytes)
    }
}

impl fmt::Debug for Log<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a log of {} bytes", self.bytes.len())
    }
}

/// What one writer's part of a text tells.
pub(crate) struct Part {
    pub(crate) writer: Writer,
    pub(crate) found: Found,
}

/// A log, read.
pub(crate) struct Read {
    pub(crate) parts: Vec<Part>,
    /// Its lines that are not empty; of a capture its packets, of a recording its entries.
    pub(crate) lines: usize,
    /// Those that no reader knows.
    pub(crate) unknown: Vec<usize>,
}

/// How many lines a log has; a capture has none.
pub(crate) fn count_lines(bytes: &[u8]) -> usize {
    if usb::is_capture(bytes) {
        return 0;
    }
    bytes.iter().filter(|byte| **byte == b'\n').count() + 1
}

/// Reads a log as its writer's, or as everybody's whose lines are in it.
pub(crate) fn read(log: &Log<'_>, wire: &Profile, canaries: &mut Canaries) -> Read {
    if log.writer == Some(Writer::Usb) || log.writer.is_none() && usb::is_capture(log.bytes) {
        let (found, packets) = usb::read(log.bytes);
        return among(packets, Writer::Usb, found);
    }
    let text = text::decoded(log.bytes);
    let writer = log.writer.or_else(|| match Writer::of_text(&text) {
        Some(writer @ (Writer::Har | Writer::Trace | Writer::Plain)) => Some(writer),
        _ => None,
    });
    match writer {
        Some(Writer::Har) => {
            let found = har::read(&text, wire, canaries).unwrap_or_default();
            return whole(Writer::Har, found);
        }
        Some(Writer::Trace) => return whole(Writer::Trace, stored::read(&text)),
        _ => {}
    }
    let lines = lines(&text);
    let mut parts = Vec::new();
    let mut known = BTreeSet::new();
    let mut take = |writer: Writer, found: Found| {
        if !found.known.is_empty() {
            known.extend(found.known.iter().copied());
            parts.push(Part { writer, found });
        }
    };
    match (writer, log.patterns) {
        // patterns are of the app that wrote the log, and say more of its lines than their shape does
        (None | Some(Writer::Plain | Writer::App), Some(patterns)) => {
            let found = patterned::read(&lines, patterns, wire, canaries);
            let left = rest(&lines, &found.known);
            take(Writer::App, found);
            match writer {
                None => {
                    for writer in Writer::MIXED {
                        take(writer, of_lines(writer, &left));
                    }
                    take(Writer::Plain, hexadecimal::among_others(&left));
                }
                Some(Writer::Plain) => take(Writer::Plain, hexadecimal::read(&left)),
                _ => {}
            }
        }
        (None, None) => {
            for writer in Writer::MIXED {
                take(writer, of_lines(writer, &lines));
            }
            take(Writer::Plain, hexadecimal::among_others(&lines));
        }
        (Some(writer), _) => take(writer, of_lines(writer, &lines)),
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

fn of_lines(writer: Writer, lines: &[Line<'_>]) -> Found {
    match writer {
        Writer::Pcscd => pcscd::read(lines),
        Writer::Spy => spy::read(lines),
        Writer::Opensc => opensc::read(lines),
        Writer::Freerdp => freerdp::read(lines),
        Writer::Plain => hexadecimal::read(lines),
        // they are no lines, or nothing says what they are
        Writer::Usb | Writer::Har | Writer::Trace | Writer::App => Found::default(),
    }
}

/// The lines that are not among some.
fn rest<'a>(lines: &[Line<'a>], known: &[usize]) -> Vec<Line<'a>> {
    let known: BTreeSet<usize> = known.iter().copied().collect();
    let is_left = |line: &&Line<'_>| !known.contains(&line.number);
    lines.iter().filter(is_left).copied().collect()
}

fn whole(writer: Writer, found: Found) -> Read {
    let unknown = found.damaged.clone();
    Read {
        lines: found.known.len() + unknown.len(),
        unknown,
        parts: vec![Part { writer, found }],
    }
}

/// What was found among numbered packets.
fn among(packets: usize, writer: Writer, found: Found) -> Read {
    let known: BTreeSet<usize> = found.known.iter().copied().collect();
    let unknown = (1..=packets).filter(|number| !known.contains(number));
    Read {
        lines: packets,
        unknown: unknown.collect(),
        parts: if found.known.is_empty() {
            Vec::new()
        } else {
            vec![Part { writer, found }]
        },
    }
}
