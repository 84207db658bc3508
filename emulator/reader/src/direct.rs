//! A reader without a service: a card, its power and its answers, in this process. For tests and
//! measurements of what lies under PC/SC.

use std::fmt;

use madoguchi_iso7816::{Icc, LinkFault, Reply};
use madoguchi_terms::Timer;

/// A reader that one program has for itself.
pub struct DirectReader<I> {
    card: I,
    timer: Box<dyn Timer>,
    reply: Reply,
    torn: bool,
}

impl<I: Icc> DirectReader<I> {
    /// A card on a reader, without power. `timer` is asked to wait for a slow card.
    pub fn new(card: I, timer: Box<dyn Timer>) -> Self {
        Self {
            card,
            timer,
            reply: Reply::new(),
            torn: false,
        }
    }

    /// Cold activation; the answer to reset.
    ///
    /// # Errors
    /// [`LinkFault::Mute`], or [`LinkFault::Torn`] where the card is gone.
    pub fn power_on(&mut self) -> Result<&[u8], LinkFault> {
        self.check_present()?;
        self.card.power_on()?;
        Ok(self.card.atr())
    }

    /// Warm reset; the answer to reset.
    ///
    /// # Errors
    /// [`LinkFault::Mute`], or [`LinkFault::Torn`] where the card is gone.
    pub fn reset(&mut self) -> Result<&[u8], LinkFault> {
        self.check_present()?;
        self.card.reset()?;
        Ok(self.card.atr())
    }

    /// Deactivation.
    pub fn power_off(&mut self) {
        self.card.power_off();
    }

    /// One command and its answer, after the time that the card takes for it.
    ///
    /// # Errors
    /// What the reader saw instead of an answer. A card that was torn away stays away.
    pub fn transmit(&mut self, command: &[u8]) -> Result<&Reply, LinkFault> {
        self.check_present()?;
        self.reply.clear();
        let outcome = self.card.transmit(command, &mut self.reply);
        self.torn = outcome == Err(LinkFault::Torn);
        outcome?;
        if !self.reply.after().is_zero() {
            self.timer.pause(self.reply.after());
        }
        Ok(&self.reply)
    }

    /// Takes the card off the reader.
    pub fn into_card(self) -> I {
        self.card
    }

    fn check_present(&self) -> Result<(), LinkFault> {
        if self.torn {
            Err(LinkFault::Torn)
        } else {
            Ok(())
        }
    }
}

impl<I> fmt::Debug for DirectReader<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DirectReader")
            .field("torn", &self.torn)
            .finish_non_exhaustive()
    }
}
