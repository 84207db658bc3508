//! The interface device (IFD, ISO 7816-3): gives the card its power and is the one place that talks
//! to it.
//!
//! Two locks. `turn` belongs to the exchange that is running, with the time that the card takes
//! for it, so that clients of one reader come one after the other. `card` is held only while the
//! card computes, so that the operator can take it away while a client waits for its answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use madoguchi_iso7816::{Icc, LinkFault, Reply};
use madoguchi_terms::Timer;
use parking_lot::Mutex;

use crate::plan::{Noise, carry_out};
use crate::{Fault, ReaderId, Tap};

/// An answer that is so much later is told of as none: no driver waits for it (*assumed*).
const SILENCE: Duration = Duration::from_secs(60);

/// How long the wait for a slow card goes on before the next look whether the card is still there
/// and the client still listens.
pub(crate) const POLL: Duration = Duration::from_millis(20);

/// An interface device, with a card in it or without.
pub(crate) struct Ifd {
    reader: ReaderId,
    turn: Mutex<()>,
    inside: Mutex<Inside>,
    /// Counts cards that came and went; an exchange that began under another number is void.
    epoch: AtomicU32,
}

/// What only one thread at a time has to do with.
struct Inside {
    card: Option<Box<dyn Icc>>,
    /// Told of every exchange while it is the card's turn: in the order in which the card sees them.
    tap: Arc<dyn Tap>,
}

/// What became of an exchange that brought no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lost {
    /// The card was taken away before or during the exchange.
    Taken,
    /// The card or the link failed.
    Link(LinkFault),
}

/// What is done to a card's supply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Power {
    /// Off.
    Off,
    /// Off and on again.
    Cycle,
    /// Warm reset.
    Reset,
}

/// An answer to reset as it came, well-formed or not.
#[derive(Clone, Copy)]
pub(crate) struct RawAtr {
    bytes: [u8; Self::MAX],
    len: u8,
}

impl Ifd {
    /// Without a card. What passes between a card and the clients of `reader` is told to `tap`.
    pub(crate) fn new(reader: ReaderId, tap: Arc<dyn Tap>) -> Self {
        Self {
            reader,
            turn: Mutex::default(),
            inside: Mutex::new(Inside { card: None, tap }),
            epoch: AtomicU32::default(),
        }
    }

    /// Tells another listener from now on.
    pub(crate) fn tell(&self, tap: Arc<dyn Tap>) {
        self.inside.lock().tap = tap;
    }

    /// The listener.
    pub(crate) fn tap(&self) -> Arc<dyn Tap> {
        Arc::clone(&self.inside.lock().tap)
    }

    /// The number of the card that lies here now, or of the gap after it.
    pub(crate) fn epoch(&self) -> u32 {
        self.epoch.load(Ordering::Acquire)
    }

    /// Makes every exchange void that has not ended.
    pub(crate) fn next_epoch(&self) {
        self.epoch.fetch_add(1, Ordering::AcqRel);
    }

    /// Lays a card down; one that a fault had torn away is forgotten.
    pub(crate) fn place(&self, card: Box<dyn Icc>) {
        self.inside.lock().card = Some(card);
    }

    /// Picks the card up. Waits for a computation that is running, not for a card that is slow.
    pub(crate) fn take(&self) -> Option<Box<dyn Icc>> {
        self.inside.lock().card.take()
    }

    /// Whether a command waits for its answer.
    pub(crate) fn is_answering(&self) -> bool {
        self.turn.try_lock().is_none()
    }

    /// One command and its answer, with the time that the card takes for it. `fault` says what goes
    /// wrong with it, `listens` whether the client still wants the answer. The one place where an
    /// exchange is told of: as the client sees it.
    pub(crate) fn exchange(
        &self,
        epoch: u32,
        command: &[u8],
        reply: &mut Reply,
        fault: Option<(Fault, Noise)>,
        timer: &dyn Timer,
        listens: &dyn Fn() -> bool,
    ) -> Result<(), Lost> {
        let _turn = self.turn.lock();
        reply.clear();
        {
            let mut inside = self.inside.lock();
            let Inside { card, tap } = &mut *inside;
            let Some(card) = card.as_mut().filter(|_| self.epoch() == epoch) else {
                return Err(Lost::Taken);
            };
            let outcome = match fault {
                None => card.transmit(command, reply),
                Some((fault, mut noise)) => {
                    carry_out(card.as_mut(), command, reply, fault, &mut noise)
                }
            };
            let told = match outcome {
                Ok(()) if reply.after() >= SILENCE => Err(LinkFault::Mute),
                outcome => outcome.map(|()| reply.bytes()),
            };
            tap.exchanged(self.reader, command, told);
            outcome.map_err(Lost::Link)?;
        }
        let mut left = reply.after();
        while !left.is_zero() && self.epoch() == epoch && listens() {
            let step = left.min(POLL);
            let before = timer.now();
            timer.pause(step);
            // time may have been turned on meanwhile
            let passed = timer.now().saturating_sub(before).max(step);
            left = left.saturating_sub(passed);
        }
        if self.epoch() == epoch {
            Ok(())
        } else {
            Err(Lost::Taken)
        }
    }

    /// Changes the supply; answers the new ATR, which is empty after [`Power::Off`].
    pub(crate) fn power(&self, epoch: u32, power: Power) -> Result<RawAtr, Lost> {
        let _turn = self.turn.lock();
        let mut inside = self.inside.lock();
        let Inside { card, tap } = &mut *inside;
        let Some(card) = card.as_mut().filter(|_| self.epoch() == epoch) else {
            return Err(Lost::Taken);
        };
        let outcome = match power {
            Power::Off => {
                card.power_off();
                return Ok(RawAtr::NONE);
            }
            Power::Cycle => self.activate(card.as_mut(), tap.as_ref()),
            Power::Reset => card.reset().and_then(|()| atr_of(card.as_ref())),
        };
        outcome.map_err(Lost::Link)
    }

    /// Cold reset of a card that is about to be laid down; its ATR.
    pub(crate) fn power_up(&self, card: &mut dyn Icc) -> Result<RawAtr, LinkFault> {
        let tap = self.tap();
        self.activate(card, tap.as_ref())
    }

    fn activate(&self, card: &mut dyn Icc, tap: &dyn Tap) -> Result<RawAtr, LinkFault> {
        card.power_off();
        tap.powered_on(self.reader);
        card.power_on()?;
        atr_of(card)
    }
}

fn atr_of(card: &dyn Icc) -> Result<RawAtr, LinkFault> {
    RawAtr::new(card.atr()).ok_or(LinkFault::Mute)
}

impl RawAtr {
    /// The most that a client can be told, in bytes.
    pub(crate) const MAX: usize = 33;
    /// No ATR.
    pub(crate) const NONE: Self = Self {
        bytes: [0; Self::MAX],
        len: 0,
    };

    /// `None` where the card sent nothing or more than a reader takes.
    fn new(atr: &[u8]) -> Option<Self> {
        let len = u8::try_from(atr.len()).ok()?;
        let mut bytes = [0; Self::MAX];
        bytes.get_mut(..atr.len())?.copy_from_slice(atr);
        (len > 0).then_some(Self { bytes, len })
    }

    /// The bytes that came.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }
}
