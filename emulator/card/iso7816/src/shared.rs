//! A card in two hands: the reader it lies on, and an owner who wants to look at it or lay
//! it on a reader again.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::{Atr, Icc, LinkFault, Reply};

/// A handle to a card; clones are the same card. Laying a torn card on the reader again is then
/// another clone without the [`Faulty`](crate::Faulty) around it.
#[derive(Debug)]
pub struct Shared<I> {
    card: Arc<Mutex<I>>,
    /// The last ATR that this handle saw, since [`Icc::atr`] lends it without the lock.
    atr: Vec<u8>,
}

impl<I: Icc> Shared<I> {
    /// Makes a card shareable.
    pub fn new(card: I) -> Self {
        let mut atr = Vec::with_capacity(Atr::MAX);
        atr.extend_from_slice(card.atr());
        Self {
            card: Arc::new(Mutex::new(card)),
            atr,
        }
    }

    /// The card itself. No reader can talk to it while the guard lives.
    pub fn lock(&self) -> MutexGuard<'_, I> {
        // A card that panicked is still a card: what it answers next is its own affair.
        self.card.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remember_atr(&mut self) {
        self.atr.clear();
        let card = self.card.lock().unwrap_or_else(PoisonError::into_inner);
        self.atr.extend_from_slice(card.atr());
    }
}

impl<I> Clone for Shared<I> {
    fn clone(&self) -> Self {
        Self {
            card: Arc::clone(&self.card),
            atr: self.atr.clone(),
        }
    }
}

impl<I: Icc> Icc for Shared<I> {
    fn atr(&self) -> &[u8] {
        &self.atr
    }

    fn power_on(&mut self) -> Result<(), LinkFault> {
        self.lock().power_on()?;
        self.remember_atr();
        Ok(())
    }

    fn power_off(&mut self) {
        self.lock().power_off();
    }

    fn reset(&mut self) -> Result<(), LinkFault> {
        self.lock().reset()?;
        self.remember_atr();
        Ok(())
    }

    fn transmit(&mut self, command: &[u8], reply: &mut Reply) -> Result<(), LinkFault> {
        self.lock().transmit(command, reply)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Fault, FaultPlan, Faulty, StatusWord};

    /// Answers with the number of commands it has seen.
    struct Numbering(u8);

    impl Icc for Numbering {
        fn atr(&self) -> &[u8] {
            if self.0 == 0 {
                &[0x3B, 0x00]
            } else {
                &[0x3B, 0x01, 0xAA]
            }
        }

        fn power_on(&mut self) -> Result<(), LinkFault> {
            Ok(())
        }

        fn power_off(&mut self) {}

        fn reset(&mut self) -> Result<(), LinkFault> {
            Ok(())
        }

        fn transmit(&mut self, _command: &[u8], reply: &mut Reply) -> Result<(), LinkFault> {
            self.0 += 1;
            reply.clear();
            reply.push(&[self.0]);
            reply.finish(StatusWord::OK);
            Ok(())
        }
    }

    #[test]
    fn a_torn_card_is_put_back_as_the_card_it_was() {
        let owner = Shared::new(Numbering(0));
        let plan = FaultPlan {
            at_apdu: 2,
            fault: Fault::Link(LinkFault::Torn),
        };
        let mut reader = Faulty::new(owner.clone(), plan);
        let mut reply = Reply::new();
        reader.transmit(&[], &mut reply).unwrap();
        assert_eq!(reader.transmit(&[], &mut reply), Err(LinkFault::Torn));

        let mut reader = owner.clone();
        reader.power_on().unwrap();
        reader.transmit(&[], &mut reply).unwrap();
        assert_eq!(reply.data(), [2]);
        assert_eq!(owner.lock().0, 2);
    }

    #[test]
    fn the_answer_to_reset_is_the_one_of_the_last_activation() {
        let mut card = Shared::new(Numbering(0));
        assert_eq!(card.atr(), [0x3B, 0x00]);
        card.transmit(&[], &mut Reply::new()).unwrap();
        assert_eq!(card.atr(), [0x3B, 0x00]);
        card.reset().unwrap();
        assert_eq!(card.atr(), [0x3B, 0x01, 0xAA]);
    }
}
