//! The exchanges of a flow, as a play without a fault had them.

use std::num::NonZeroU32;

use madoguchi_scenarios::Operation;

/// One exchange of a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exchange {
    /// During which act of the flow, from 0.
    pub act: usize,
    /// With whom, and the how-manieth.
    pub place: Place,
}

/// Where something can go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A command to the card.
    Command {
        /// Which placing of a card, from 1.
        placed: NonZeroU32,
        /// The how-manieth command since then, from 1.
        apdu: u32,
        /// Whether it reads a file.
        reads: bool,
    },
    /// A request to the service.
    Request {
        /// Which operation.
        operation: Operation,
        /// The how-manieth of this operation, from 1.
        nth: u32,
    },
    /// The beginning of a connection to the service, by its number from 1.
    Connection(u32),
}

impl Place {
    /// The letter of such places in the ids of cells: card, request, or line.
    pub(crate) const fn letter(self) -> char {
        match self {
            Self::Command { .. } => 'c',
            Self::Request { .. } => 'r',
            Self::Connection(_) => 'l',
        }
    }
}
