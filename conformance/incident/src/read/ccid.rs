//! Messages between a machine and a smart card reader (USB CCID 1.1 §6), and the exchanges with a card
//! that are in them. A reader takes APDUs, short or in pieces, or blocks of T=1 (ISO/IEC 7816-3 §11),
//! of which the command is put together here. What a message says of errors is told as far as it
//! decides between causes: a card that says nothing, a card that is gone, a line that garbles.

mod block;

use std::collections::BTreeMap;

use madoguchi_pcsc::ReturnCode;

use crate::clear::{Clear, LONGEST};
use crate::told::{Answer, Says, Told};
use block::{Block, Line};

/// Bytes of a message before its data.
pub(super) const HEADER: usize = 10;

/// The longest message, bytes.
pub(super) const LONGEST_MESSAGE: usize = HEADER + LONGEST;

const POWER_ON: u8 = 0x62;
const POWER_OFF: u8 = 0x63;
const SECURE: u8 = 0x69;
const TRANSFER: u8 = 0x6F;
const DATA: u8 = 0x80;
const STATUS: u8 = 0x81;
const NOTIFIED: u8 = 0x50;

/// A message with the length that it says.
#[derive(Clone, Copy)]
pub(super) struct Message<'a> {
    kind: u8,
    pub(super) slot: u8,
    sequence: u8,
    /// To the reader: a parameter and the level; from it: status, error, chain.
    specific: [u8; 3],
    data: &'a [u8],
}

impl<'a> Message<'a> {
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let (header, data) = bytes.split_first_chunk::<HEADER>()?;
        let whole = announced(bytes).filter(|whole| *whole == bytes.len());
        whole.map(|_| Self {
            kind: header[0],
            slot: header[5],
            sequence: header[6],
            specific: [header[7], header[8], header[9]],
            data,
        })
    }

    /// Whether it carries something to or from a card.
    pub(super) fn is_transfer(&self) -> bool {
        self.kind == TRANSFER || self.kind == DATA && !self.data.is_empty()
    }
}

/// How long a message is that begins so; nothing where none does.
pub(super) fn announced(bytes: &[u8]) -> Option<usize> {
    let header = bytes.first_chunk::<HEADER>()?;
    let is_kind = matches!(header[0], 0x61..=0x63 | 0x65 | 0x69..=0x6F | 0x71..=0x73 | 0x80..=0x84);
    let length = u32::from_le_bytes([header[1], header[2], header[3], header[4]]);
    let whole = usize::try_from(length).ok()?.checked_add(HEADER)?;
    (is_kind && whole <= LONGEST_MESSAGE).then_some(whole)
}

/// Whether a message of this kind goes to the reader.
pub(super) fn is_for_reader(bytes: &[u8]) -> bool {
    bytes.first().is_some_and(|kind| *kind < 0x80)
}

/// What one slot's messages are, counted before they are read.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tally {
    /// Commands or pieces of them.
    pub(super) transfers: usize,
    blocks: usize,
    others: usize,
}

impl Tally {
    pub(super) fn count(&mut self, message: &Message<'_>) {
        if message.kind == TRANSFER {
            self.transfers += 1;
        }
        if message.is_transfer() && !block::is_parameters(message.data) {
            // the answer to reset comes as data, too, and is no block
            match Block::parse(message.data) {
                Some(_) => self.blocks += 1,
                None if message.kind == TRANSFER => self.others += 1,
                None => {}
            }
        }
    }

    /// Whether the reader takes blocks: nearly all that was sent to it are some. A block that was
    /// garbled is none.
    fn is_in_blocks(self) -> bool {
        self.blocks > 0 && self.others * 10 <= self.blocks
    }
}

/// Where a message stands.
#[derive(Clone, Copy)]
pub(super) struct At {
    pub(super) line: usize,
    pub(super) us: u64,
}

/// One slot's dialogue.
pub(super) struct Slot {
    is_in_blocks: bool,
    /// Whether cards that come and go are told of here.
    tells_presence: bool,
    /// Whether a card lies there, as far as was told.
    lies_there: bool,
    is_gone: bool,
    /// A command, or its answer, in pieces.
    command: Vec<u8>,
    answer: Vec<u8>,
    /// Whether a piece of the command is lost.
    is_torn: bool,
    sent: Line,
    received: Line,
    /// The message with which the command was complete.
    waiting: Option<Waiting>,
    /// Numbers of messages that the reader has not answered.
    powering: Option<(At, u8)>,
    securing: Option<u8>,
    /// The number of the last message to the reader, and whether some are missing before this one.
    last: Option<u8>,
    is_after_gap: bool,
    /// Where a card got power and said nothing.
    unpowered: Option<At>,
    /// What came of the command, if the machine does not ask once more.
    failure: Option<(At, Answer)>,
    /// How often the command failed.
    failures: u8,
    damaged: Vec<usize>,
    told: Vec<Told>,
}

struct Waiting {
    at: At,
    sequence: u8,
    /// Nothing where a piece of it is lost.
    command: Option<Clear>,
}

impl Slot {
    pub(super) fn new(tally: Tally, tells_presence: bool) -> Self {
        Self {
            is_in_blocks: tally.is_in_blocks(),
            tells_presence,
            lies_there: false,
            is_gone: false,
            command: Vec::new(),
            answer: Vec::new(),
            is_torn: false,
            sent: Line::default(),
            received: Line::default(),
            waiting: None,
            powering: None,
            securing: None,
            last: None,
            is_after_gap: false,
            unpowered: None,
            failure: None,
            failures: 0,
            damaged: Vec::new(),
            told: Vec::new(),
        }
    }

    /// A message on its way to the reader, or from it.
    pub(super) fn message(&mut self, at: At, message: &Message<'_>) {
        if message.kind < DATA {
            // machines count their messages; one that does not has the same number in all
            let last = self.last.replace(message.sequence);
            self.is_after_gap = last.is_some_and(|last| message.sequence.wrapping_sub(last) > 1);
        }
        match message.kind {
            POWER_ON => {
                self.end();
                self.sent = Line::default();
                self.received = Line::default();
                self.powering = Some((at, message.sequence));
            }
            POWER_OFF => self.end(),
            SECURE => {
                self.end();
                let is_pin = matches!(message.data.first(), Some(0 | 1));
                self.securing = is_pin.then_some(message.sequence);
            }
            TRANSFER => self.transfer(at, message),
            DATA | STATUS => self.answered(at, message),
            _ => {}
        }
        if message.kind >= DATA && message.specific[0] & 3 == 2 {
            self.present(at, false);
        }
    }

    /// What a reader says by itself: two bits for each slot, whether a card is there and whether that
    /// is new.
    pub(super) fn notified(&mut self, at: At, bytes: &[u8], slot: u8) {
        let Some((&NOTIFIED, states)) = bytes.split_first() else {
            return;
        };
        if let Some(states) = states.get(usize::from(slot / 4)) {
            let state = states >> (slot % 4 * 2);
            self.present(at, state & 1 == 1);
        }
    }

    /// The reader is gone.
    pub(super) fn unplugged(&mut self, at: At) {
        use madoguchi_trace::{ReaderEvent, What};
        // every request that is under way says so
        if std::mem::replace(&mut self.is_gone, true) {
            return;
        }
        if self.waiting.is_some() {
            self.fail(at, Answer::Gone);
        }
        self.end();
        self.lies_there = false;
        self.tell(at, Says::Plain(What::Reader(ReaderEvent::Unplugged {})));
    }

    fn present(&mut self, at: At, is_there: bool) {
        if is_there == self.lies_there {
            return;
        }
        self.lies_there = is_there;
        self.powerless();
        if !is_there {
            self.end();
        }
        if self.tells_presence {
            let says = if is_there {
                Says::Placed(None)
            } else {
                Says::Removed
            };
            self.tell(at, says);
        }
    }

    fn transfer(&mut self, at: At, message: &Message<'_>) {
        if block::is_parameters(message.data) {
            return;
        }
        let level = u16::from_le_bytes([message.specific[1], message.specific[2]]);
        if self.is_in_blocks {
            self.send_block(at, message);
            return;
        }
        match level {
            0 | 1 => {
                self.end();
                self.command.clear();
                self.is_torn = false;
                self.append(message.data, at);
            }
            2 | 3 => {
                if self.is_after_gap || self.command.is_empty() {
                    self.is_torn = true;
                }
                self.append(message.data, at);
            }
            // it asks for the rest of an answer
            _ => {
                self.asks_on(at, message.sequence);
                return;
            }
        }
        if matches!(level, 0 | 2) {
            self.complete(at, message.sequence);
        } else {
            // the reader answers each piece
            self.waiting = None;
        }
    }

    fn append(&mut self, data: &[u8], at: At) {
        if self.command.len() + data.len() > LONGEST {
            self.damaged.push(at.line);
            self.command.clear();
        }
        self.command.extend(data.iter().take(LONGEST));
    }

    /// The machine asks for more of the same answer, or for the same once more.
    fn asks_on(&mut self, at: At, sequence: u8) {
        let is_lost = self.is_after_gap || self.answer.is_empty() && self.failure.is_none();
        self.failure = None;
        match &mut self.waiting {
            Some(_) if is_lost => {
                self.damaged.push(at.line);
                self.give_up();
            }
            Some(waiting) => waiting.sequence = sequence,
            None => {}
        }
    }

    /// The command has all its bytes.
    fn complete(&mut self, at: At, sequence: u8) {
        let command = std::mem::take(&mut self.command);
        let is_torn = std::mem::take(&mut self.is_torn);
        let command = Clear::of(command).filter(|command| !command.is_empty() && !is_torn);
        if command.is_none() {
            self.damaged.push(at.line);
        }
        self.answer.clear();
        self.failures = 0;
        self.waiting = Some(Waiting {
            at,
            sequence,
            command,
        });
    }

    fn send_block(&mut self, at: At, message: &Message<'_>) {
        let Some(block) = Block::parse(message.data) else {
            self.damaged.push(at.line);
            return;
        };
        let is_new = match block {
            Block::Information {
                number,
                information,
                ..
            } => self.sent.is_new(number, information),
            _ => false,
        };
        if is_new {
            if self.sent.is_between() {
                self.end();
                self.command.clear();
                self.is_torn = false;
            }
            if let Block::Information {
                number,
                more,
                information,
            } = block
            {
                self.is_torn |= self.is_after_gap && !self.command.is_empty();
                self.append(information, at);
                let is_whole = self.sent.take(number, more, information);
                if more {
                    self.waiting = None;
                    return;
                }
                if !is_whole {
                    self.damaged.push(at.line);
                    self.command.clear();
                }
                self.complete(at, message.sequence);
            }
        } else {
            match block {
                Block::Resynchronise => {
                    self.sent = Line::default();
                    self.received = Line::default();
                    self.give_up();
                }
                // it grants what the card asked for: its answer is still to come
                Block::Supervisory if !self.is_after_gap => {
                    if let Some(waiting) = &mut self.waiting {
                        waiting.sequence = message.sequence;
                    }
                }
                _ => self.asks_on(at, message.sequence),
            }
        }
    }

    fn answered(&mut self, at: At, message: &Message<'_>) {
        const FAILED: u8 = 1;
        const MORE_TIME: u8 = 2;
        let [status, error, chain] = message.specific;
        let outcome = status >> 6;
        if outcome == MORE_TIME {
            return;
        }
        if let Some((asked, sequence)) = self.powering
            && sequence == message.sequence
        {
            self.powering = None;
            if outcome == FAILED {
                // with another voltage it may answer
                self.unpowered = (status & 3 != 2).then_some(asked);
            } else {
                self.unpowered = None;
                self.present(at, true);
            }
            return;
        }
        if self.securing == Some(message.sequence) {
            self.securing = None;
            if outcome != FAILED {
                self.tell(at, Says::Unlogged);
            }
            return;
        }
        let is_its = |waiting: &Waiting| waiting.sequence == message.sequence;
        match &self.waiting {
            Some(waiting) if is_its(waiting) => {}
            // what the reader answers here was asked after this command: its own answer is lost
            Some(_) if message.kind == DATA => {
                self.damaged.push(at.line);
                self.give_up();
                return;
            }
            _ => return,
        }
        if outcome == FAILED {
            self.fail(at, failure(status, error));
            return;
        }
        if message.kind == DATA {
            self.unpowered = None;
            self.received(at, chain, message.data);
        }
    }

    fn received(&mut self, at: At, chain: u8, data: &[u8]) {
        if !self.is_in_blocks {
            let is_first = matches!(chain, 0 | 1);
            if is_first != self.answer.is_empty() && chain != 0x10 {
                self.damaged.push(at.line);
                self.give_up();
                return;
            }
            self.collect(data);
            if matches!(chain, 0 | 2) {
                self.succeed(at);
            }
            return;
        }
        let Some(block) = Block::parse(data) else {
            // the machine asks for it once more, or gives up
            self.fail(at, Answer::Garbled);
            return;
        };
        if let Block::Information {
            number,
            more,
            information,
        } = block
            && self.received.is_new(number, information)
        {
            if self.received.is_between() {
                self.answer.clear();
            }
            self.collect(information);
            let is_whole = self.received.take(number, more, information);
            if !more {
                if is_whole {
                    self.succeed(at);
                } else {
                    self.damaged.push(at.line);
                    self.give_up();
                }
            }
        }
    }

    fn collect(&mut self, data: &[u8]) {
        let room = LONGEST.saturating_sub(self.answer.len());
        self.answer.extend(data.iter().take(room));
    }

    fn succeed(&mut self, at: At) {
        let answer = std::mem::take(&mut self.answer);
        let answer = match Clear::of(answer) {
            Some(answer) if answer.is_empty() => Answer::Empty,
            Some(answer) => Answer::Bytes(answer),
            None => Answer::Unknown,
        };
        self.failure = None;
        self.exchanged(at, answer);
    }

    /// It failed; between blocks that need not be its end.
    fn fail(&mut self, at: At, answer: Answer) {
        self.failure = Some((at, answer));
        self.failures = self.failures.saturating_add(1);
        if !self.is_in_blocks {
            self.end();
        }
    }

    /// No more comes of what is waited for.
    fn end(&mut self) {
        self.powering = None;
        self.securing = None;
        match self.failure.take() {
            Some((at, answer)) => self.exchanged(at, answer),
            None => self.give_up(),
        }
    }

    fn give_up(&mut self) {
        if let Some(at) = self.waiting.as_ref().map(|waiting| waiting.at) {
            self.exchanged(at, Answer::Unknown);
        }
    }

    fn exchanged(&mut self, at: At, answer: Answer) {
        self.answer.clear();
        let Some(Waiting {
            at: began, command, ..
        }) = self.waiting.take()
        else {
            return;
        };
        let Some(command) = command else { return };
        if matches!(answer, Answer::Bytes(_)) {
            // a capture that begins in the middle
            self.lies_there = true;
        }
        let took = match answer {
            Answer::Unknown => None,
            _ => at.us.checked_sub(began.us),
        };
        let says = Says::Exchange {
            command,
            answer,
            took,
        };
        self.told.push(Told {
            line: began.line,
            us: at.us,
            program: None,
            says,
        });
    }

    /// A card that got power and never answered is told of once it is gone.
    fn powerless(&mut self) {
        if let Some(at) = self.unpowered.take() {
            let says = Says::Call {
                call: "connect",
                detail: None,
                rv: ReturnCode::UNRESPONSIVE_CARD.value(),
                took: None,
            };
            self.tell(at, says);
        }
    }

    fn tell(&mut self, at: At, says: Says) {
        self.told.push(Told {
            line: at.line,
            us: at.us,
            program: None,
            says,
        });
    }

    /// What can be told by now.
    pub(super) fn ready(&mut self) -> Vec<Told> {
        std::mem::take(&mut self.told)
    }

    /// The rest, and the lines that are damaged.
    pub(super) fn done(mut self) -> (Vec<Told>, Vec<usize>) {
        // ISO/IEC 7816-3 §11.6.3.2: a block is asked for three times
        const TIMES: u8 = 3;
        if self.is_in_blocks && self.failures < TIMES {
            self.failure = None;
        }
        self.end();
        self.powerless();
        (self.told, self.damaged)
    }
}

/// Why a reader did not carry a command out (CCID 1.1 §6.2.6).
fn failure(status: u8, error: u8) -> Answer {
    const ABSENT: u8 = 2;
    match (status & 3, error) {
        (ABSENT, _) => Answer::Failed(ReturnCode::REMOVED_CARD.value()),
        // ICC_MUTE
        (_, 0xFE) => Answer::Mute,
        // parity, overrun, procedure byte, protocol
        (_, 0xFD | 0xFC | 0xF4 | 0xF6) => Answer::Garbled,
        _ => Answer::Failed(ReturnCode::NOT_TRANSACTED.value()),
    }
}

/// The slot in which most happened, and how much that was.
pub(super) fn busiest<K: Copy + Ord>(tallies: &BTreeMap<K, Tally>) -> Option<(K, Tally)> {
    let all = tallies.iter().map(|(key, tally)| (*key, *tally));
    all.max_by_key(|(_, tally)| tally.transfers)
}
