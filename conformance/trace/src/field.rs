//! Card traffic that other programs wrote down: pcscd `--apdu`, OpenSC's debug log, lines of
//! hexadecimal digits. Read into exchanges in memory, redacted by [`Dialogue`] before anything else
//! sees them. An error names a place and never repeats what stands there: it could be a PIN.

mod opensc;
mod pcscd;
mod plain;

use std::fmt;
use std::str::FromStr;

use madoguchi_iso7816::{CommandApdu, Instruction, LinkFault};
use madoguchi_notation::Wording;
use madoguchi_terms::{Lang, Say};

use crate::decode::Dialogue;
use crate::{
    CardEvent, Channel, ClientNote, Depth, Event, Header, MAJOR, OwnWords, ProfileNote,
    ReaderEvent, Text, Trace, What,
};

/// The longest APDU that pcsc-lite transports, bytes (`MAX_BUFFER_SIZE_EXTENDED`).
const LONGEST: usize = 65_548;

/// Who wrote a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writer {
    /// `pcscd --apdu`, with or without `--debug`, coloured, or through syslog.
    Pcscd,
    /// OpenSC with `debug = 3` or more.
    Opensc,
    /// One APDU per line, in hexadecimal digits.
    Plain,
}

impl Writer {
    /// The writer of `text`, by what only one of them writes.
    #[must_use]
    pub fn detect(text: &str) -> Self {
        let wrote = |line: &str| {
            if opensc::block(line).is_some() {
                Some(Self::Opensc)
            } else if pcscd::entry(line).is_some() || pcscd::is_message(line) {
                Some(Self::Pcscd)
            } else {
                None
            }
        };
        text.lines().find_map(wrote).unwrap_or(Self::Plain)
    }
}

impl FromStr for Writer {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        match name {
            "pcscd" => Ok(Self::Pcscd),
            "opensc" => Ok(Self::Opensc),
            "plain" => Ok(Self::Plain),
            _ => Err(()),
        }
    }
}

impl fmt::Display for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pcscd => "pcscd",
            Self::Opensc => "opensc",
            Self::Plain => "plain",
        })
    }
}

/// One thing that a log tells, with bytes in clear. Lives only inside this module's functions.
enum Entry {
    /// A command and its answer, where one came.
    Exchange {
        command: Vec<u8>,
        answer: Option<Vec<u8>>,
    },
    Inserted,
    Removed,
}

/// An [`Entry`] with its place.
struct Placed {
    /// Line of the log, from 1.
    line: usize,
    /// Microseconds since the log's beginning, where the log says so.
    us: u64,
    entry: Entry,
}

/// Why a text is no log of that writer. Does not hold what stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Line, from 1; 0 where the text as a whole is meant.
    pub line: usize,
    /// Column in characters, from 1; 0 where the line as a whole is meant.
    pub column: usize,
    /// What is wrong.
    pub why: Wording,
    /// What to do.
    pub hint: Wording,
}

impl FieldError {
    fn at(line: usize, column: usize, why: Wording) -> Self {
        Self {
            line,
            column,
            why,
            hint: Wording::new(
                "この行を直すか、消してください。行の内容は暗証番号を含み得るため表示しません",
                "mend or delete that line; its content is not shown because it could hold a PIN",
            ),
        }
    }
}

impl Say for FieldError {
    fn text(&self, lang: Lang) -> String {
        let (why, hint) = (self.why.get(lang), self.hint.get(lang));
        let place = match (self.line, self.column) {
            (0, _) => String::new(),
            (line, 0) => lang.pick(format!("{line} 行目: "), format!("line {line}: ")),
            (line, column) => lang.pick(
                format!("{line} 行 {column} 桁: "),
                format!("line {line}, column {column}: "),
            ),
        };
        format!("{place}{why}\n  {}: {hint}", lang.pick("対処", "help"))
    }
}

/// A redacted exchange of a log, with what stands out about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Explained {
    /// Line of the log, from 1.
    pub line: usize,
    /// Microseconds since the log's beginning.
    pub us: u64,
    /// What happened.
    pub what: What,
    /// What a reader should notice.
    pub note: Option<Wording>,
    /// Whether data or answer were replaced by a label or a length.
    pub redacted: bool,
}

/// Reads and redacts a log.
///
/// # Errors
/// The first place that cannot be read, or that there is no APDU at all.
pub fn read(text: &str, writer: Writer) -> Result<Vec<Explained>, FieldError> {
    let placed = match writer {
        Writer::Pcscd => pcscd::read(text)?,
        Writer::Opensc => opensc::read(text)?,
        Writer::Plain => plain::read(text)?,
    };
    let is_exchange = |placed: &Placed| matches!(placed.entry, Entry::Exchange { .. });
    if !placed.iter().any(is_exchange) {
        return Err(nothing(writer));
    }
    Ok(redacted(&placed))
}

fn nothing(writer: Writer) -> FieldError {
    let (ja, en) = match writer {
        Writer::Pcscd => (
            "pcscd --foreground --apdu の出力を渡してください",
            "give the output of pcscd --foreground --apdu",
        ),
        Writer::Opensc => (
            "OPENSC_DEBUG=9 を設定して得た記録を渡してください",
            "give a log made with OPENSC_DEBUG=9",
        ),
        Writer::Plain => (
            "1 行に 1 つの APDU を 16 進で書いてください。例: > 00A4040C0AD392F000260100000001 の次の行に < 9000",
            "write one APDU per line in hexadecimal, such as > 00A4040C0AD392F000260100000001 and then < 9000",
        ),
    };
    FieldError {
        line: 0,
        column: 0,
        why: Wording::new("APDU がありません", "there is no APDU in it"),
        hint: Wording::new(ja, en),
    }
}

fn redacted(placed: &[Placed]) -> Vec<Explained> {
    let mut dialogue = Dialogue::new();
    let mut explained = Vec::with_capacity(placed.len());
    let mut cards = 1_u32;
    let mut before: Option<&[u8]> = None;
    for Placed { line, us, entry } in placed {
        let card = format!("field#{cards}");
        let (what, note, redacted) = match entry {
            Entry::Inserted => (
                What::Reader(ReaderEvent::Inserted {
                    card: card.into(),
                    profile: None,
                }),
                None,
                false,
            ),
            Entry::Removed => {
                cards = cards.saturating_add(1);
                before = None;
                let why = "taken".into();
                (What::Reader(ReaderEvent::Removed { why }), None, false)
            }
            Entry::Exchange { command, answer } => {
                let seen = answer.as_deref().ok_or(LinkFault::Mute);
                let event = dialogue.observe(&card, command, seen);
                let note = before
                    .filter(|before| *before == command.as_slice())
                    .map(|_| repeated(&event));
                let redacted = is_redacted(&event, command);
                before = Some(command);
                (What::Card(event), note, redacted)
            }
        };
        explained.push(Explained {
            line: *line,
            us: *us,
            what,
            note,
            redacted,
        });
    }
    explained
}

/// What to say of a command that equals the one before it.
fn repeated(event: &CardEvent) -> Wording {
    if event.name == "VERIFY" && event.data.is_some() {
        Wording::new(
            "同じ値を続けて照合した。利用者の入力は 1 回か? 要件 credential.one-verify-per-entry",
            "the same value presented again; was there a second entry? requirement credential.one-verify-per-entry",
        )
    } else {
        Wording::new(
            "直前と同じコマンド",
            "the same command as the one before it",
        )
    }
}

fn is_redacted(event: &CardEvent, command: &[u8]) -> bool {
    let is_label = |text: &Option<Text>| {
        let text = text.as_deref().unwrap_or_default();
        text.contains([':', '='])
    };
    let has_data = CommandApdu::parse(command).is_ok_and(|command| {
        command.instruction != Instruction::SELECT && command.body.is_ok_and(|b| !b.data.is_empty())
    });
    has_data && is_label(&event.data) || is_label(&event.answer)
}

/// The log as a trace that can be judged: only the card was recorded, and no scenario was played.
/// Where a log does not say that a card was placed, it was before the first command to it.
#[must_use]
pub fn trace(explained: &[Explained], writer: Writer, tool: &str) -> Trace {
    Trace {
        header: Header {
            madoguchi_trace: MAJOR,
            tool: tool.to_owned(),
            profile: ProfileNote {
                name: format!("field:{writer}"),
                assumptions: Vec::new(),
            },
            scenario: String::new(),
            resolved: serde_json::Value::Null,
            seed: 0,
            at: String::new(),
            client: Some(ClientNote {
                name: format!("{writer} log"),
                version: "–".to_owned(),
                depth: Depth::L0,
            }),
            channels: vec![Channel::Card],
            sight: None,
            words: OwnWords::default(),
            rules: None,
        },
        events: placed(explained)
            .into_iter()
            .zip(1..)
            .map(|((one, what), seq)| Event {
                seq,
                us: one.us,
                what,
            })
            .collect(),
    }
}

/// Line of the log that an event of its [`trace`] comes from.
#[must_use]
pub fn line(explained: &[Explained], seq: u64) -> Option<usize> {
    let at = usize::try_from(seq.checked_sub(1)?).ok()?;
    placed(explained).get(at).map(|(one, _)| one.line)
}

fn placed(explained: &[Explained]) -> Vec<(&Explained, What)> {
    let mut events = Vec::with_capacity(explained.len() + 1);
    let mut lies_there = false;
    for one in explained {
        match &one.what {
            What::Reader(ReaderEvent::Inserted { .. }) => lies_there = true,
            What::Reader(ReaderEvent::Removed { .. }) => lies_there = false,
            What::Card(apdu) if !lies_there => {
                let inserted = ReaderEvent::Inserted {
                    card: apdu.card.clone(),
                    profile: None,
                };
                events.push((one, What::Reader(inserted)));
                lies_there = true;
            }
            _ => {}
        }
        events.push((one, one.what.clone()));
    }
    events
}

/// Hexadecimal pairs with blanks or colons between them, up to the end of `text`, which begins at
/// `column` of `line`.
fn bytes(text: &str, line: usize, column: usize) -> Result<Vec<u8>, FieldError> {
    let mut bytes = Vec::with_capacity(text.len() / 2);
    let mut high: Option<u32> = None;
    for (at, c) in text.chars().enumerate() {
        let fail = |ja: &str, en: &str| FieldError::at(line, column + at, Wording::new(ja, en));
        match (c.to_digit(16), high) {
            (Some(digit), None) => high = Some(digit),
            (Some(digit), Some(before)) => {
                bytes.push(u8::try_from(before * 16 + digit).unwrap_or_default());
                high = None;
            }
            (None, None) if c.is_ascii_whitespace() || c == ':' => {}
            (None, Some(_)) => {
                return Err(fail(
                    "16 進の組が途中で切れています",
                    "half a hexadecimal pair",
                ));
            }
            (None, None) => {
                return Err(fail("16 進の数字ではありません", "not a hexadecimal digit"));
            }
        }
        if bytes.len() > LONGEST {
            return Err(fail("APDU が長すぎます", "the APDU is too long"));
        }
    }
    if high.is_some() {
        let end = column + text.chars().count();
        let why = Wording::new("16 進の組が途中で切れています", "half a hexadecimal pair");
        return Err(FieldError::at(line, end, why));
    }
    Ok(bytes)
}

/// Puts commands and answers together as they come.
#[derive(Default)]
struct Pairing {
    placed: Vec<Placed>,
    waiting: Option<(usize, u64, Vec<u8>)>,
}

impl Pairing {
    fn command(&mut self, line: usize, us: u64, bytes: Vec<u8>) {
        self.flush();
        self.waiting = Some((line, us, bytes));
    }

    /// An answer without a command is what a log begins with that was cut; it is left out.
    fn answer(&mut self, bytes: Vec<u8>) {
        if let Some((line, us, command)) = self.waiting.take() {
            let answer = (!bytes.is_empty()).then_some(bytes);
            self.push(line, us, Entry::Exchange { command, answer });
        }
    }

    fn other(&mut self, line: usize, us: u64, entry: Entry) {
        self.flush();
        self.push(line, us, entry);
    }

    fn flush(&mut self) {
        if let Some((line, us, command)) = self.waiting.take() {
            let answer = None;
            self.push(line, us, Entry::Exchange { command, answer });
        }
    }

    fn push(&mut self, line: usize, us: u64, entry: Entry) {
        self.placed.push(Placed { line, us, entry });
    }

    fn done(mut self) -> Vec<Placed> {
        self.flush();
        self.placed
    }
}
