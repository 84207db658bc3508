//! The interface device (IFD, ISO 7816-3): gives the card its power and is the one place that talks
//! to it.
//!
//! Two locks. `turn` belongs to the exchange that is running, with the time that the card takes
//! for it, so that clients of one reader come one after the other. `card` is held only while the
//! card computes, so that the operator can take it away while a client waits for its answer.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use madoguchi_iso7816::{Icc, LinkFault, Reply};
use madoguchi_terms::Timer;

use crate::plan::{Harm, Noise, carry_out};
use crate::{ReaderId, Tap};

/// How long the wait for a slow card goes on before the next look whether the card is still there
/// and the client still listens.
pub(crate) const POLL: Duration = Duration::from_millis(20);

/// An interface device, with a card in it or without.
#[derive(Default)]
pub(crate) struct Ifd {
    turn: Mutex<()>,
    card: Mutex<Option<Box<dyn Icc>>>,
    /// Counts cards that came and went; an exchange that began under another number is void.
    epoch: AtomicU32,
}

/// What became of an exchange that brought no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lost {
    /// The card was taken away before or during the exchange.
    Taken,
    /// The card or the link failed.
    Link(LinkFault),
}

/// An exchange that is to go wrong.
pub(crate) struct Harmed<'a> {
    pub(crate) harm: Harm,
    /// Decides the bytes that are made up.
    pub(crate) noise: Noise,
    /// Where it goes wrong, and who is told.
    pub(crate) reader: ReaderId,
    pub(crate) tap: &'a dyn Tap,
}

impl Harmed<'_> {
    fn carry_out(
        mut self,
        card: &mut dyn Icc,
        command: &[u8],
        reply: &mut Reply,
    ) -> Result<(), LinkFault> {
        self.tap.harming(self.reader);
        let outcome = carry_out(card, command, reply, self.harm, &mut self.noise);
        let seen = outcome.map(|()| reply.bytes());
        self.tap.harmed(self.reader, command, seen);
        outcome
    }
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
        *lock(&self.card) = Some(card);
    }

    /// Picks the card up. Waits for a computation that is running, not for a card that is slow.
    pub(crate) fn take(&self) -> Option<Box<dyn Icc>> {
        lock(&self.card).take()
    }

    /// One command and its answer, with the time that the card takes for it. `listens` says
    /// whether anybody still wants the answer, `harmed` what goes wrong.
    pub(crate) fn exchange(
        &self,
        epoch: u32,
        command: &[u8],
        reply: &mut Reply,
        harmed: Option<Harmed<'_>>,
        timer: &dyn Timer,
        listens: &dyn Fn() -> bool,
    ) -> Result<(), Lost> {
        let _turn = lock(&self.turn);
        reply.clear();
        {
            let mut card = lock(&self.card);
            let Some(card) = card.as_mut().filter(|_| self.epoch() == epoch) else {
                return Err(Lost::Taken);
            };
            let outcome = match harmed {
                None => card.transmit(command, reply),
                Some(harmed) => harmed.carry_out(card.as_mut(), command, reply),
            };
            outcome.map_err(Lost::Link)?;
        }
        let mut left = reply.after();
        while !left.is_zero() && self.epoch() == epoch && listens() {
            let step = left.min(POLL);
            timer.pause(step);
            left -= step;
        }
        if self.epoch() == epoch {
            Ok(())
        } else {
            Err(Lost::Taken)
        }
    }

    /// Changes the supply; answers the new ATR, which is empty after [`Power::Off`].
    pub(crate) fn power(&self, epoch: u32, power: Power) -> Result<RawAtr, Lost> {
        let _turn = lock(&self.turn);
        let mut card = lock(&self.card);
        let Some(card) = card.as_mut().filter(|_| self.epoch() == epoch) else {
            return Err(Lost::Taken);
        };
        switch(card.as_mut(), power).map_err(Lost::Link)
    }
}

/// Changes the supply of a card that nobody else can reach.
pub(crate) fn switch(card: &mut dyn Icc, power: Power) -> Result<RawAtr, LinkFault> {
    match power {
        Power::Off => {
            card.power_off();
            return Ok(RawAtr::NONE);
        }
        Power::Cycle => {
            card.power_off();
            card.power_on()?;
        }
        Power::Reset => card.reset()?,
    }
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

/// Locks, whatever happened to the last holder: a card that panicked leaves a device that works.
pub(crate) fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
