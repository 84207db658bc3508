//! The phantom client: the commands of a log, asked of a card of ours. It needs no app and shows by
//! itself how well our card is like the one in the field: what differs is a finding about ours.
//!
//! Nothing that was redacted is needed. A PIN is presented by its role and by what the card said of it,
//! and what is signed is so many zeros: status word and length of an answer depend on neither.

use madoguchi_scenarios::ReturnCode;
use std::collections::BTreeSet;
use std::fmt;

use madoguchi_iso7816::{Icc, Instruction, Reply, StatusWord};
use madoguchi_trace::{ReaderEvent, Text};

use super::presence::{self, Exchange, Presence};
use super::program::of_app;
use crate::draft::{Draft, Origin};
use crate::incident::Incident;
use crate::redact::{Aside, Outcome, Seen};

/// How the answers of our card compare with those in the field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fidelity {
    /// Answers with the same status word and length.
    pub alike: usize,
    /// The others.
    pub different: Vec<Difference>,
    /// Commands and answers that cannot be compared: data that only the field knows, a fault that the
    /// draft has, lengths that are a person's, an unknown state of the card.
    pub unknown: usize,
}

/// One command that our card answers otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Where in the logs.
    pub at: Origin,
    /// Name of the command, and the file that it is about.
    pub command: String,
    /// What the field saw.
    pub field: Answered,
    /// What our card says.
    pub ours: Answered,
}

/// An answer, without a byte of its data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// Status word; absent where our card said nothing.
    pub sw: Option<StatusWord>,
    /// Bytes of data.
    pub length: usize,
}

/// From a role to the value that its holder knows.
type Knows = dyn Fn(&str) -> Option<Vec<u8>>;

/// A card of ours, and what its holder knows.
pub struct Lent {
    /// The card, outside the field.
    pub card: Box<dyn Icc>,
    /// The value behind a role such as `auth-pin`.
    pub knows: Box<Knows>,
}

impl fmt::Debug for Lent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lent").finish_non_exhaustive()
    }
}

impl Incident {
    /// Asks cards of ours what the log's program asked. `lend` gives a new card of a persona each time
    /// that one was laid down in the field: whether it was the same one there is unknown.
    pub fn phantom(&self, draft: &Draft, mut lend: impl FnMut(&str) -> Option<Lent>) -> Fidelity {
        let app = of_app(&self.seen);
        let mut fidelity = Fidelity::default();
        for presence in presence::of(&app).presences {
            let alone = self.is_alone(&presence);
            let lent = alone.then(|| lend(persona(draft, &presence))).flatten();
            let Some(lent) = lent else {
                fidelity.unknown += presence.exchanges.len();
                continue;
            };
            let sitting = Sitting {
                draft,
                lent,
                reply: Reply::new(),
                counted: BTreeSet::new(),
                fidelity: &mut fidelity,
            };
            sitting.play(&presence);
        }
        fidelity
    }

    /// Whether no other program spoke to the card: then its state is what the commands made of it.
    fn is_alone(&self, presence: &Presence<'_>) -> bool {
        let until = presence.until.unwrap_or(u64::MAX);
        let of_card = self
            .seen
            .iter()
            .filter(|one| matches!(one.aside, Aside::Exchange { .. }))
            .filter(|one| (presence.from_us..=until).contains(&one.us));
        of_card.count() == presence.exchanges.len()
    }
}

/// Whose card it is, by the draft.
fn persona<'d>(draft: &'d Draft, presence: &Presence<'_>) -> &'d str {
    let from = Some(Origin::of(presence.first));
    let placed = draft.acts.iter().filter(|act| act.from == from);
    let mut named = placed.filter_map(|act| {
        let (word, persona) = act.text.split_once(": ")?;
        matches!(word, "place-card" | "insert-card").then_some(persona)
    });
    named.next().unwrap_or(&draft.persona.text)
}

struct Sitting<'a> {
    draft: &'a Draft,
    lent: Lent,
    reply: Reply,
    /// The references of which it is known how many attempts are left.
    counted: BTreeSet<Text>,
    fidelity: &'a mut Fidelity,
}

impl Sitting<'_> {
    fn play(mut self, presence: &Presence<'_>) {
        if self.lent.card.power_on().is_err() {
            self.fidelity.unknown += presence.exchanges.len();
            return;
        }
        // a log that begins in the middle does not say what was selected before
        let mut is_known = presence.is_read;
        let mut losses = losses(presence).into_iter().peekable();
        for (at, exchange) in presence.exchanges.iter().enumerate() {
            while let Some(loss) = losses.next_if(|loss| loss.is_before(at, exchange)) {
                is_known &= match loss.what {
                    Lost::Selection => self.lent.card.reset().is_ok(),
                    Lost::Power => {
                        self.lent.card.power_off();
                        self.lent.card.power_on().is_ok()
                    }
                    Lost::Unknown => false,
                };
            }
            is_known |= exchange.apdu.header.starts_with("00A404");
            is_known &= self.exchange(exchange, is_known);
        }
        self.lent.card.power_off();
    }

    /// Whether the state of the card is still known after it.
    fn exchange(&mut self, exchange: &Exchange<'_>, is_known: bool) -> bool {
        let from = Origin::of(exchange.seen);
        let mut faults = self.draft.reader_faults.iter();
        let fault = faults.find(|fault| fault.from == Some(from));
        let is_late = fault.is_some_and(|fault| fault.text.contains("late: "));
        let is_spoilt = fault.is_some() && !is_late;
        let is_answered = exchange.outcome == Outcome::Answered;
        let Some(command) = self.command(exchange).filter(|_| is_known && is_answered) else {
            self.fidelity.unknown += 1;
            if exchange.is(Instruction::VERIFY) {
                self.counted.clear();
            }
            // what only read has changed nothing, and neither has what the card did not carry out
            return is_known
                && (exchange.is(Instruction::READ_BINARY) || is_answered && !has_done(exchange));
        };
        if is_spoilt && fault.is_some_and(|fault| fault.text.contains("status: ")) {
            self.fidelity.unknown += 1;
            return true;
        }
        self.reply.clear();
        let came = self.lent.card.transmit(&command, &mut self.reply).is_ok();
        let answer = self.reply.bytes();
        let (data, sw) = match answer.split_last_chunk::<2>() {
            Some((data, sw)) if came => (data.len(), Some(StatusWord::from_bytes(*sw))),
            _ => (0, None),
        };
        let ours = Answered { sw, length: data };
        let field = Answered {
            sw: exchange.sw(),
            length: exchange.length.saturating_sub(2),
        };
        let is_count = |answered: &Answered| answered.sw.and_then(StatusWord::attempts).is_some();
        let is_counted = self.is_counted(exchange);
        let is_same = field.sw == ours.sw;
        if is_spoilt || field.sw.is_none() {
            self.fidelity.unknown += 1;
        } else if ours == field {
            self.fidelity.alike += 1;
            if is_count(&field) || exchange.presents() {
                self.counted.extend(exchange.apdu.file.clone());
            }
        } else if is_of_length(exchange, &field, &ours)
            || !is_counted
                && (is_count(&field) || is_count(&ours))
                && exchange.is(Instruction::VERIFY)
        {
            self.fidelity.unknown += 1;
        } else {
            self.fidelity.different.push(Difference {
                at: from,
                command: command_name(exchange),
                field,
                ours,
            });
            // from here on the two may be in different states
            return is_same;
        }
        true
    }

    /// Whether it is known how many attempts the reference of a VERIFY has left.
    fn is_counted(&self, exchange: &Exchange<'_>) -> bool {
        let file = exchange.apdu.file.as_ref();
        file.is_some_and(|file| self.counted.contains(file))
    }

    /// The command, as far as it is known; nothing where its data would decide the answer.
    fn command(&self, exchange: &Exchange<'_>) -> Option<Vec<u8>> {
        // ISO 7816-4 §5.3.2
        const SHORT: usize = 255;
        let Aside::Exchange { .. } = exchange.seen.aside else {
            return None; // a trace of ours does not say how much was asked for
        };
        if !exchange.is_whole {
            return None;
        }
        let mut command = bytes(&exchange.apdu.header).filter(|header| header.len() == 4)?;
        let data = match exchange.apdu.data.as_deref() {
            None => Vec::new(),
            Some(label) => self.data(exchange.apdu.instruction()?, label)?,
        };
        let asked = exchange.asked;
        let is_short = data.len() <= SHORT && asked.is_none_or(|asked| asked <= SHORT + 1);
        let length = u16::try_from(data.len()).ok()?.to_be_bytes();
        let expected = asked.map(|asked| u16::try_from(asked % 0x1_0000).unwrap_or_default());
        match (is_short, data.is_empty()) {
            (true, true) => {}
            (true, false) => command.push(length[1]),
            (false, true) => command.push(0),
            (false, false) => command.extend([0, length[0], length[1]]),
        }
        command.extend(data);
        if let Some([high, low]) = expected.map(u16::to_be_bytes) {
            command.extend((!is_short).then_some(high));
            command.push(low);
        }
        Some(command)
    }

    fn data(&self, instruction: Instruction, label: &str) -> Option<Vec<u8>> {
        match instruction {
            Instruction::SELECT => bytes(label),
            Instruction::VERIFY => {
                let (role, came) = label.split_once(':')?;
                let mut value = (self.lent.knows)(role)?;
                match came.split('#').next()? {
                    "right" => {}
                    "wrong-length" => value.truncate(value.len().saturating_sub(1)),
                    "wrong" | "blocked" => *value.last_mut()? ^= 1,
                    _ => return None,
                }
                Some(value)
            }
            Instruction::COMPUTE_DIGITAL_SIGNATURE | Instruction::INTERNAL_AUTHENTICATE => {
                let length = label.strip_prefix("len=")?.parse().ok()?;
                Some(vec![0; length])
            }
            _ => None,
        }
    }
}

/// What the card lost between two commands.
enum Lost {
    /// A warm reset.
    Selection,
    Power,
    /// The log does not say.
    Unknown,
}

struct Loss<'a> {
    what: Lost,
    seen: &'a Seen,
    /// Before which exchange, where that is known without a clock.
    before: Option<usize>,
}

impl Loss<'_> {
    fn is_before(&self, at: usize, exchange: &Exchange<'_>) -> bool {
        match self.before {
            Some(before) => before <= at,
            None => (self.seen.us, self.seen.line) <= (exchange.seen.us, exchange.seen.line),
        }
    }
}

fn losses<'p>(presence: &'p Presence<'_>) -> Vec<Loss<'p>> {
    let events = presence.events.iter().filter_map(|(before, seen, event)| {
        matches!(event, ReaderEvent::Reset {}).then_some(Loss {
            what: Lost::Selection,
            seen,
            before: Some(*before),
        })
    });
    let calls = presence.calls.iter().filter_map(|(seen, call)| {
        let what = match (&*call.call, call.detail.as_deref()) {
            (_, Some("reset")) => Lost::Selection,
            (_, Some("unpower" | "eject")) => Lost::Power,
            ("disconnect" | "reconnect", None) => Lost::Unknown,
            _ => return None,
        };
        (call.rv == ReturnCode::SUCCESS).then_some(Loss {
            what,
            seen,
            before: None,
        })
    });
    let mut losses: Vec<_> = events.chain(calls).collect();
    losses.sort_by_key(|loss| (loss.seen.us, loss.seen.line));
    losses
}

/// Whether the card carried out what cannot be repeated.
fn has_done(exchange: &Exchange<'_>) -> bool {
    exchange
        .sw()
        .is_none_or(|sw| matches!(sw.to_bytes(), [0x90, 0x00] | [0x61 | 0x63, _]))
}

/// Whether two answers to READ BINARY differ by how long a file is, which is a person's.
fn is_of_length(exchange: &Exchange<'_>, field: &Answered, ours: &Answered) -> bool {
    let at_end = |answered: &Answered| match answered.sw {
        Some(StatusWord::OK) => exchange.asked.is_none_or(|asked| answered.length < asked),
        Some(StatusWord::END_OF_FILE | StatusWord::OFFSET_OUTSIDE_EF) => true,
        Some(sw) => sw.to_bytes()[0] == 0x6C,
        None => false,
    };
    let is_read = |answered: &Answered| answered.sw == Some(StatusWord::OK);
    exchange.is(Instruction::READ_BINARY)
        && (at_end(field) && (at_end(ours) || is_read(ours)) || at_end(ours) && is_read(field))
}

fn command_name(exchange: &Exchange<'_>) -> String {
    let apdu = exchange.apdu;
    let place = [apdu.application.as_deref(), apdu.file.as_deref()];
    let place: Vec<&str> = place.into_iter().flatten().collect();
    format!("{} {}", apdu.name, place.join("/"))
        .trim_end()
        .to_owned()
}

/// Hexadecimal digits; nothing where it is a label.
fn bytes(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks(2);
    let digits = pairs.map(|pair| {
        let pair = std::str::from_utf8(pair).ok()?;
        (pair.len() == 2).then(|| u8::from_str_radix(pair, 16).ok())?
    });
    digits.collect()
}
