//! One conversation: a frame comes in, the card does it, a frame goes out.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::Ordering;

use madoguchi_iso7816::{LinkFault, Reply, StatusWord};

use super::frame::{Message, write_frame};
use super::{Answer, Shared};
use crate::Fault;
use crate::ifd::{Lost, Power};
use crate::inbox::Inbox;
use crate::plan::Noise;

/// How a conversation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// The other side said something.
    Talked,
    /// It did not.
    Silent,
}

/// An ATR that is longer than a reader takes: the driver then reports a card that is present and
/// mute (*observed* with 34 bytes).
const MUTE: &[u8] = &[0; 34];

/// Bytes of a frame's length.
const LENGTH: usize = 2;

/// Talks until the line ends, or until it must: a torn card is gone, and an answer that cannot be
/// framed is as near to "no answer" as the line can come.
pub(super) fn converse(stream: &TcpStream, shared: &Shared, epoch: u32) -> End {
    acknowledge_quickly(stream);
    let mut dialogue = Dialogue {
        shared,
        epoch,
        reply: Reply::new(),
        out: Vec::with_capacity(LENGTH + Reply::MAX),
    };
    let mut inbox = Inbox::new();
    let mut end = End::Silent;
    // Any error is the line's end.
    while let Ok(true) = dialogue.turn(&mut inbox, stream) {
        end = End::Talked;
    }
    end
}

struct Dialogue<'a> {
    shared: &'a Shared,
    epoch: u32,
    reply: Reply,
    out: Vec<u8>,
}

impl Dialogue<'_> {
    /// One frame and its answer; `false` where the conversation is over.
    fn turn(&mut self, inbox: &mut Inbox, stream: &TcpStream) -> io::Result<bool> {
        let mut source = Quick(stream);
        let head = inbox.front(&mut source, LENGTH)?;
        let whole = LENGTH + usize::from(u16::from_be_bytes([head[0], head[1]]));
        let frame = inbox.front(&mut source, whole)?;
        let Some(message) = Message::read(&frame[LENGTH..]) else {
            return Ok(false);
        };
        self.shared.heard.fetch_add(1, Ordering::Relaxed);
        self.out.clear();
        let said = self.hear(message);
        inbox.drop_front(whole);
        if said.is_none() {
            return Ok(false);
        }
        // Length and bytes in one piece: in two, the second waits for the first to be
        // acknowledged.
        let mut line = stream;
        line.write_all(&self.out)?;
        Ok(true)
    }

    /// What is to be sent goes to `out`; `None` ends the conversation.
    fn hear(&mut self, message: Message<'_>) -> Option<()> {
        match message {
            Message::PowerOff => self.power(Power::Off),
            Message::PowerOn => self.power(Power::Cycle),
            Message::Reset => self.power(Power::Reset),
            Message::Atr => {
                let answer = self.shared.state().card?;
                match &answer {
                    Answer::Atr(atr) => write_frame(atr.as_bytes(), &mut self.out),
                    Answer::Mute => write_frame(MUTE, &mut self.out),
                }
            }
            // Only an application that tries what happens sends an APDU of one byte.
            Message::Command([_]) => {
                self.reply.refuse(StatusWord::WRONG_LENGTH);
                self.answer()
            }
            Message::Command(command) => self.exchange(command),
        }
    }

    /// Changes the supply. The ATR stays what it was while the power is off.
    fn power(&self, power: Power) -> Option<()> {
        let outcome = self.shared.ifd.power(self.epoch, power);
        let mut state = self.shared.state();
        let card = state.card.as_mut()?;
        match outcome {
            Ok(atr) if atr.as_bytes().is_empty() => {}
            Ok(atr) => *card = Answer::Atr(atr),
            Err(Lost::Link(LinkFault::Mute)) => *card = Answer::Mute,
            Err(_) => {
                drop(state);
                self.shared.torn_away();
                return None;
            }
        }
        Some(())
    }

    fn exchange(&mut self, command: &[u8]) -> Option<()> {
        let fault = self.due(command);
        let timer = self.shared.timer.as_ref();
        let listens = || self.shared.goes_on(self.epoch);
        let outcome =
            self.shared
                .ifd
                .exchange(self.epoch, command, &mut self.reply, fault, timer, &listens);
        match outcome {
            Ok(()) => self.answer(),
            Err(Lost::Link(LinkFault::Torn)) => {
                self.shared.torn_away();
                None
            }
            Err(_) => None,
        }
    }

    /// What goes wrong with this command, and the numbers for it.
    fn due(&self, command: &[u8]) -> Option<(Fault, Noise)> {
        let now = self.shared.timer.now();
        let mut state = self.shared.state();
        let schedule = state.schedule.as_mut()?;
        let fault = match schedule.at_command(command, now)? {
            fault if fault.strikes_exchange() => fault,
            Fault::Unplugged {} => Fault::REMOVAL,
            // What other applications and the service do is for the driver's pcscd to say.
            _ => return None,
        };
        Some((fault, schedule.noise.fork()))
    }

    /// Frames the reply. The card has carried the command out, so a reply that is too long for a
    /// frame is refused like a wrong Le: `6700` (*assumed*; no card says 64 KiB over this line).
    fn answer(&mut self) -> Option<()> {
        if self.reply.bytes().len() > u16::MAX.into() {
            self.reply.refuse(StatusWord::WRONG_LENGTH);
        }
        write_frame(self.reply.bytes(), &mut self.out)
    }
}

/// A stream whose every read is acknowledged at once. Debian's driver sends length and bytes in
/// two pieces; without this the second piece waits 40 ms for the first one's acknowledgement.
struct Quick<'a>(&'a TcpStream);

impl Read for Quick<'_> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let len = self.0.read(room)?;
        acknowledge_quickly(self.0);
        Ok(len)
    }
}

/// Linux forgets the wish with every read. Other systems do not have it: there the first piece is
/// acknowledged when they like.
fn acknowledge_quickly(stream: &TcpStream) {
    #[cfg(target_os = "linux")]
    // Slower is all that can happen.
    let _ = rustix::net::sockopt::set_tcp_quickack(stream, true);
    #[cfg(not(target_os = "linux"))]
    let _ = stream;
}
