//! One reader as the resource manager sees it: state of the card, event counter, and who is connected
//! to it. Decides and remembers; touches neither card nor clock nor socket.
//!
//! The rules and the order in which they are checked are those of pcscd 1.9.9 (`winscard.c`,
//! `readerfactory.c`), *observed* side by side with it.

mod access;

use std::sync::Arc;
use std::time::Duration;

pub(crate) use access::Mark;
use access::{Access, Sharing};

use crate::client::SessionKey;
use crate::ifd::{Ifd, Lost, RawAtr};
use crate::plan::Schedule;
use crate::{
    Dialect, Handle, Personality, Protocols, ReaderId, ReturnCode, ShareMode, SlotFaults, Tap,
};

/// How long a card keeps its power after the last client left (pcscd: grace period, 5 s).
const GRACE: Duration = Duration::from_secs(5);

/// One reader.
pub(crate) struct Slot {
    pub(crate) id: ReaderId,
    pub(crate) personality: Personality,
    pub(crate) faults: SlotFaults,
    pub(crate) ifd: Arc<Ifd>,
    card: CardState,
    atr: RawAtr,
    /// The protocol that was chosen since the last reset.
    protocol: Protocols,
    /// Insertions and removals, modulo 2¹⁶.
    events: u16,
    /// Who is connected, and who holds the card.
    pub(crate) access: Access,
    /// What was planned for the moment in which the card was laid down has not happened yet.
    pub(crate) is_settling: bool,
    /// Who gives the card power at this moment, to connect to it.
    pub(crate) powering: Option<SessionKey>,
    /// What will go wrong.
    pub(crate) schedule: Option<Schedule>,
    /// How many plans there were.
    pub(crate) plans: u32,
}

/// What is in the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CardState {
    Absent,
    /// Present, and no ATR came.
    Mute,
    Unpowered,
    /// Unpowered, but taken into use by a reconnection that left it as it was: pcscd gives it no
    /// power before the next reset or until everybody has left it (observed).
    Stranded,
    Ready,
}

/// Whether a connection can be made now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Admission {
    /// What was planned for this moment must happen first.
    Settling,
    /// Another program's transaction must end first, or its connecting.
    Locked,
    /// The card must get power first.
    Unpowered,
    /// Yes.
    Open,
}

/// What clients are told about a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReaderState<'a> {
    /// The name, without NUL.
    pub name: &'a str,
    /// Insertions and removals, modulo 2¹⁶.
    pub events: u16,
    /// pcsc-lite's bits: unknown 1, absent 2, present 4, swallowed 8, powered 10, negotiable 20.
    pub state: u32,
    /// Number of connections; −1 = exclusive.
    pub sharing: i32,
    /// The ATR; empty without a card and for a mute one.
    pub atr: &'a [u8],
    /// The protocol in use.
    pub protocol: Protocols,
}

impl Slot {
    pub(crate) fn new(id: ReaderId, personality: Personality, tap: Arc<dyn Tap>) -> Self {
        Self {
            id,
            personality,
            faults: SlotFaults::default(),
            ifd: Arc::new(Ifd::new(id, tap)),
            card: CardState::Absent,
            atr: RawAtr::NONE,
            protocol: Protocols::UNDEFINED,
            events: 0,
            access: Access::default(),
            is_settling: false,
            powering: None,
            schedule: None,
            plans: 0,
        }
    }

    // ---- the card comes and goes ----

    pub(crate) fn is_present(&self) -> bool {
        self.card != CardState::Absent
    }

    /// A card was laid down; `atr` is what it said when it got power.
    pub(crate) fn inserted(&mut self, atr: Option<RawAtr>, now: Duration) {
        self.settle(atr);
        self.events = self.events.wrapping_add(1);
        self.access.card_laid(now);
        if let Some(schedule) = &mut self.schedule {
            schedule.begin(now);
        }
    }

    /// The card is gone: every handle learns it, every transaction ends.
    pub(crate) fn removed(&mut self) {
        self.access.card_gone();
        self.card = CardState::Absent;
        self.atr = RawAtr::NONE;
        self.protocol = Protocols::UNDEFINED;
        self.events = self.events.wrapping_add(1);
    }

    /// The reader was pulled out: no program has a handle on it any more.
    pub(crate) fn unplugged(&mut self) {
        self.access.reader_gone();
    }

    /// The card got power or a reset; `Ok` with an empty ATR means that its power is off.
    pub(crate) fn repowered(&mut self, outcome: Result<RawAtr, Lost>) -> Result<(), ReturnCode> {
        self.protocol = Protocols::UNDEFINED;
        match outcome {
            Ok(atr) if atr.as_bytes().is_empty() => {
                self.card = CardState::Unpowered;
                Ok(())
            }
            Ok(atr) => {
                self.settle(Some(atr));
                Ok(())
            }
            Err(Lost::Taken) => Err(ReturnCode::NO_SMARTCARD),
            Err(Lost::Link(_)) => {
                self.settle(None);
                Err(ReturnCode::UNRESPONSIVE_CARD)
            }
        }
    }

    /// The reader works again, and with it the card that lay there all the time.
    pub(crate) fn found_again(&mut self, outcome: Result<RawAtr, Lost>) {
        // Who has a handle learns it from the protocol that is gone.
        let _ = self.repowered(outcome);
        self.events = self.events.wrapping_add(1);
    }

    fn settle(&mut self, atr: Option<RawAtr>) {
        self.card = if atr.is_some() {
            CardState::Ready
        } else {
            CardState::Mute
        };
        self.atr = atr.unwrap_or(RawAtr::NONE);
        self.protocol = Protocols::UNDEFINED;
    }

    // ---- checks, one sentence each ----

    pub(crate) fn check_working(&self) -> Result<(), ReturnCode> {
        if self.faults.broken {
            Err(ReturnCode::READER_UNAVAILABLE)
        } else {
            Ok(())
        }
    }

    // ---- connections ----

    /// Whether a new connection can be made now, at `now`, by a client or by what is planned.
    pub(crate) fn admit(
        &self,
        is_client: bool,
        share: ShareMode,
        now: Duration,
    ) -> Result<Admission, ReturnCode> {
        if is_client && self.is_settling {
            return Ok(Admission::Settling);
        }
        self.check_working()?;
        if self.access.is_exclusive() || self.faults.held_exclusively {
            return Err(ReturnCode::SHARING_VIOLATION);
        }
        if self.access.is_locked() || self.powering.is_some() {
            return Ok(Admission::Locked);
        }
        if share == ShareMode::DIRECT {
            return Ok(Admission::Open);
        }
        let forgotten = self
            .access
            .rests_since()
            .is_some_and(|since| now.saturating_sub(since) >= GRACE);
        match self.card {
            CardState::Absent => Err(ReturnCode::NO_SMARTCARD),
            CardState::Ready if !forgotten => Ok(Admission::Open),
            CardState::Stranded if !forgotten => Err(ReturnCode::UNPOWERED_CARD),
            _ => Ok(Admission::Unpowered),
        }
    }

    /// Whether the card has power; the last check before a protocol is chosen.
    pub(crate) fn check_power(&self, dialect: Dialect) -> Result<(), ReturnCode> {
        match self.card {
            CardState::Absent => Err(ReturnCode::NO_SMARTCARD),
            CardState::Ready => Ok(()),
            _ => Err(dialect.mute()),
        }
    }

    /// Chooses the protocol that a connection speaks; T=1 is preferred.
    pub(crate) fn choose(
        &mut self,
        share: ShareMode,
        preferred: Protocols,
    ) -> Result<Protocols, ReturnCode> {
        if preferred.meets(Protocols::RAW) {
            self.protocol = Protocols::RAW;
        } else if share != ShareMode::DIRECT {
            if self.protocol == Protocols::UNDEFINED {
                let preferred = if preferred.meets(Protocols::ANY_OLD) {
                    Protocols::ANY
                } else {
                    preferred
                };
                let possible = Protocols(preferred.0 & Protocols::of_atr(self.atr.as_bytes()).0);
                self.protocol = if possible.meets(Protocols::T1) {
                    Protocols::T1
                } else if possible.meets(Protocols::T0) {
                    Protocols::T0
                } else {
                    return Err(ReturnCode::PROTO_MISMATCH);
                };
            } else if !preferred.meets(self.protocol) {
                return Err(ReturnCode::PROTO_MISMATCH);
            }
            if self.card == CardState::Unpowered {
                self.card = CardState::Stranded;
            }
        }
        Ok(self.protocol)
    }

    /// What a reconnection that leaves the card alone needs.
    pub(crate) fn check_responsive(&self) -> Result<(), ReturnCode> {
        match self.card {
            CardState::Absent => Err(ReturnCode::NO_SMARTCARD),
            CardState::Mute => Err(ReturnCode::UNRESPONSIVE_CARD),
            _ => Ok(()),
        }
    }

    // ---- what clients ask ----

    /// Whether `handle` may send a command with this protocol now.
    pub(crate) fn check_transmit(&self, handle: Handle, send: Protocols) -> Result<(), ReturnCode> {
        self.access.check_lock(handle)?;
        self.check_working()?;
        self.access.check_mark(handle)?;
        if send != Protocols::RAW {
            if self.card == CardState::Absent {
                return Err(ReturnCode::NO_SMARTCARD);
            }
            if send != Protocols::ANY_OLD && send != self.protocol {
                return Err(ReturnCode::PROTO_MISMATCH);
            }
        }
        // A CCID reader does not pass on a command to a card without power (specified).
        if self.card == CardState::Ready {
            Ok(())
        } else {
            Err(ReturnCode::NOT_TRANSACTED)
        }
    }

    /// What everybody is told about this reader.
    pub(crate) fn state(&self) -> ReaderState<'_> {
        const NONE: &[u8] = &[];
        let (state, atr) = match self.card {
            _ if self.faults.broken => (0x01, NONE),
            CardState::Absent => (0x02, NONE),
            CardState::Mute => (0x0C, NONE),
            CardState::Unpowered | CardState::Stranded => (0x04, self.atr.as_bytes()),
            CardState::Ready => (0x34, self.atr.as_bytes()),
        };
        let sharing = match self.access.sharing() {
            Sharing::Shared(0) if self.faults.held_exclusively => -1,
            Sharing::Shared(count) => i32::from(count),
            Sharing::Exclusive => -1,
        };
        ReaderState {
            name: &self.personality.name,
            events: self.events,
            state,
            sharing,
            atr,
            protocol: self.protocol,
        }
    }
}
