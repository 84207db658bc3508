//! A card in two hands: the reader it lies on, and whoever owns it and wants to look at it or lay
//! it on a reader again.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::{Atr, Icc, LinkFault, Reply};

/// A handle to a card; clones are the same card.
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

    /// The card itself. Nobody can talk to it while the guard lives.
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
