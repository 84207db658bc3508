//! A trace as text: the header and one line per event.

use std::fmt;
use std::io::{self, BufRead, Read as _, Write};

use madoguchi_scenarios::Scenario;
use madoguchi_terms::{Lang, Say};
use serde::Deserialize;

use super::{Event, Header, MAJOR, Vocabulary};

/// A whole trace, or what there is of one.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    /// What did not happen: who, with what, according to which scenario.
    pub header: Header,
    /// What happened, in the order of `seq`.
    pub events: Vec<Event>,
}

/// Why a trace could not be read.
#[derive(Debug)]
pub enum ReadError {
    /// Where it comes from cannot be read.
    Source(io::Error),
    /// What stands there is no trace.
    Trace(TraceError),
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        Self::Source(error)
    }
}

/// Why a text is no trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceError {
    /// Line, from 1.
    pub line: usize,
    /// What is wrong there.
    pub kind: TraceErrorKind,
}

/// What can be wrong with a line of a trace.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TraceErrorKind {
    /// There is not even a header.
    Empty,
    /// A newer tool wrote it, in a format that this one does not know.
    Newer {
        /// The format's major version.
        major: u16,
        /// The tool and its version.
        tool: String,
    },
    /// The line is not the JSON that stands here in a trace.
    Malformed {
        /// Column in bytes, from 1; 0 where the line as a whole is meant.
        column: usize,
        /// Why, in the words of the JSON library.
        why: String,
    },
    /// The line, or the trace with it, is longer than any trace.
    TooLong {
        /// The most that is read, bytes.
        limit: u64,
    },
    /// An event does not follow its predecessor.
    OutOfOrder {
        /// The `seq` that was due.
        due: u64,
        /// The `seq` that stands there.
        seen: u64,
    },
}

/// The longest line of a trace that is read, bytes. The longest that are written have an answer with the
/// results of a bulk inquiry.
pub const LONGEST_LINE: u64 = 16 << 20;

/// The longest trace that is read, bytes.
pub const LONGEST: u64 = 256 << 20;

impl Trace {
    /// Reads a trace that is at hand as a text; see [`read`](Self::read).
    ///
    /// # Errors
    /// The first line that is no line of a trace.
    pub fn parse(text: &str) -> Result<Self, TraceError> {
        Self::read(text.as_bytes()).map_err(|error| match error {
            ReadError::Trace(error) => error,
            ReadError::Source(error) => unreachable!("bytes at hand can be read: {error}"),
        })
    }

    /// Reads a trace line by line, so that of a long one only the events are in memory. A last line
    /// without its line break is what a broken run leaves behind: it is read if it is whole, else
    /// left out. A line of more than 16 MiB and a trace of more than 256 MiB are not read to their end.
    ///
    /// # Errors
    /// Those of `from`, and the first line that is no line of a trace.
    pub fn read(from: impl BufRead) -> Result<Self, ReadError> {
        let mut lines = Lines::new(from);
        let fail = |line, kind| Err(no_line(line, kind));
        let header = match lines.next()? {
            None => return fail(1, TraceErrorKind::Empty),
            Some(line) => match read_header(line) {
                Ok(header) => header,
                Err(kind) => return fail(1, kind),
            },
        };
        let mut events: Vec<Event> = Vec::new();
        let mut vocabulary = Vocabulary::default();
        while let Some(line) = lines.next()? {
            if line.trim_ascii().is_empty() {
                continue;
            }
            let mut event: Event = match serde_json::from_slice(line) {
                Ok(event) => event,
                Err(_) if !line.ends_with(b"\n") => break,
                Err(error) => return fail(lines.number, malformed(&error)),
            };
            let due = events.last().map_or(1, |last| last.seq + 1);
            if event.seq != due {
                let seen = event.seq;
                return fail(lines.number, TraceErrorKind::OutOfOrder { due, seen });
            }
            vocabulary.share(&mut event.what);
            events.push(event);
        }
        Ok(Self { header, events })
    }

    /// Writes the trace as [`parse`](Self::parse) reads it.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer(&mut *out, &self.header)?;
        out.write_all(b"\n")?;
        for event in &self.events {
            serde_json::to_writer(&mut *out, event)?;
            out.write_all(b"\n")?;
        }
        Ok(())
    }

    /// The event at the place `seq`.
    #[must_use]
    pub fn event(&self, seq: u64) -> Option<&Event> {
        let at = usize::try_from(seq.checked_sub(1)?).ok()?;
        self.events.get(at).filter(|event| event.seq == seq)
    }

    /// The scenario that was carried out; none for a trace from the field.
    #[must_use]
    pub fn scenario(&self) -> Option<Scenario> {
        Scenario::deserialize(&self.header.resolved).ok()
    }
}

const fn no_line(line: usize, kind: TraceErrorKind) -> ReadError {
    ReadError::Trace(TraceError { line, kind })
}

/// The lines of a text, one after another in one buffer.
struct Lines<R> {
    from: R,
    line: Vec<u8>,
    /// How much more is read, bytes.
    left: u64,
    /// Of the line that was read last, from 1.
    number: usize,
}

impl<R: BufRead> Lines<R> {
    const fn new(from: R) -> Self {
        Self {
            from,
            line: Vec::new(),
            left: LONGEST,
            number: 0,
        }
    }

    /// The next line with its line break, where it has one.
    fn next(&mut self) -> Result<Option<&[u8]>, ReadError> {
        self.line.clear();
        self.number += 1;
        let limit = LONGEST_LINE.min(self.left);
        let mut line = self.from.by_ref().take(limit + 1);
        let length = line.read_until(b'\n', &mut self.line)? as u64;
        if length > limit {
            let limit = if limit < LONGEST_LINE { LONGEST } else { limit };
            return Err(no_line(self.number, TraceErrorKind::TooLong { limit }));
        }
        self.left -= length;
        Ok((length > 0).then_some(&*self.line))
    }
}

fn read_header(line: &[u8]) -> Result<Header, TraceErrorKind> {
    #[derive(Deserialize)]
    struct Origin {
        madoguchi_trace: u16,
        #[serde(default)]
        tool: String,
    }
    let origin: Origin = serde_json::from_slice(line).map_err(|error| malformed(&error))?;
    if origin.madoguchi_trace > MAJOR {
        return Err(TraceErrorKind::Newer {
            major: origin.madoguchi_trace,
            tool: origin.tool,
        });
    }
    serde_json::from_slice(line).map_err(|error| malformed(&error))
}

fn malformed(error: &serde_json::Error) -> TraceErrorKind {
    TraceErrorKind::Malformed {
        column: error.column(),
        why: error.to_string(),
    }
}

impl Say for TraceError {
    fn text(&self, lang: Lang) -> String {
        let line = self.line;
        match &self.kind {
            TraceErrorKind::Empty => lang.pick(
                "トレースが空です。madoguchi run の出力フォルダーの trace.jsonl を指定してください",
                "the trace is empty; name a trace.jsonl from the output folder of madoguchi run",
            )
            .to_owned(),
            TraceErrorKind::Newer { major, tool } => lang.pick(
                format!("{tool} の書いた形式 {major} のトレースです。{tool} 以降を入れてください"),
                format!("{tool} wrote this trace in format {major}; install {tool} or newer"),
            ),
            TraceErrorKind::Malformed { why, .. } => lang.pick(
                format!("{line} 行目はトレースの行ではありません: {why}"),
                format!("line {line} is no line of a trace: {why}"),
            ),
            TraceErrorKind::TooLong { limit } => {
                let mib = limit >> 20;
                lang.pick(
                    format!("{line} 行目で上限の {mib} MiB を超えます。トレースではありません"),
                    format!("line {line} goes beyond the limit of {mib} MiB: this is no trace"),
                )
            }
            TraceErrorKind::OutOfOrder { due, seen } => lang.pick(
                format!("{line} 行目の seq は {seen} ですが、{due} のはずです。行が失われています"),
                format!("line {line} has seq {seen} where {due} is due; lines are missing"),
            ),
        }
    }
}

impl fmt::Display for TraceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Lang::En))
    }
}

impl std::error::Error for TraceError {}
