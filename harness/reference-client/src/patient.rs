//! What the client knows of the patient at the counter.

use crate::contract::{Designation, IdentityCheck, Pin};

/// What belongs to the patient whose turn it is. Dropped when the card is taken.
pub(crate) struct Patient {
    pub(crate) check: IdentityCheck,
    /// The PIN between its entry and its one presentation to the card.
    pub(crate) pin: Option<Pin>,
    /// The card that was laid on the reader and has not been lost since: how often one had come or gone
    /// there by then.
    pub(crate) card: Option<u32>,
    /// Whether a PIN of this patient reached the card.
    pub(crate) pin_presented: bool,
    /// What the PIN is to prove, where that is no check.
    pub(crate) designation: Option<Designation>,
}

impl Patient {
    pub(crate) fn new(check: IdentityCheck) -> Self {
        Self {
            check,
            pin: None,
            card: None,
            pin_presented: false,
            designation: None,
        }
    }
}
