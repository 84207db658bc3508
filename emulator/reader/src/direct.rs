//! A reader without a service: a card, its power and its answers, in this process. For tests and
//! measurements of what lies under PC/SC.

use std::fmt;

use madoguchi_iso7816::{Icc, LinkFault, Reply};
use madoguchi_terms::Timer;

use crate::plan::{Noise, Schedule, carry_out};
use crate::{Fault, Plan};

/// A reader that one program has for itself.
pub struct DirectReader<I> {
    card: I,
    timer: Box<dyn Timer>,
    reply: Reply,
    torn: bool,
    schedule: Option<Schedule>,
}

impl<I: Icc> DirectReader<I> {
    /// A card on a reader, without power. `timer` is asked to wait for a slow card.
    pub fn new(card: I, timer: Box<dyn Timer>) -> Self {
        Self {
            card,
            timer,
            reply: Reply::new(),
            torn: false,
            schedule: None,
        }
    }

    /// Plans what will go wrong, instead of what was planned before. Of what can happen around a
    /// card, only a reset and a reader that is unplugged can happen here.
    pub fn plan(&mut self, plan: Plan) {
        self.schedule = Some(Schedule::new(plan, Some(self.timer.now())));
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
        let outcome = match self.due(command)? {
            None => self.card.transmit(command, &mut self.reply),
            Some((fault, mut noise)) => {
                carry_out(&mut self.card, command, &mut self.reply, fault, &mut noise)
            }
        };
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

    /// What goes wrong with the exchange itself; what goes wrong around it has happened then.
    fn due(&mut self, command: &[u8]) -> Result<Option<(Fault, Noise)>, LinkFault> {
        let now = self.timer.now();
        let Some(schedule) = &mut self.schedule else {
            return Ok(None);
        };
        match schedule.at_command(command, now) {
            Some(fault) if fault.strikes_exchange() => {
                return Ok(Some((fault, schedule.noise.fork())));
            }
            Some(Fault::Unplugged {}) => {
                self.torn = true;
                self.card.power_off();
                return Err(LinkFault::Torn);
            }
            Some(Fault::Reset {}) => self.card.reset()?,
            _ => {}
        }
        Ok(None)
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
