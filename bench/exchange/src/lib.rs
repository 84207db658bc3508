//! What the measurements of the hot path exchange with a card, apart from them so that the guard
//! (`benches/instructions.rs`) is built without servers and clients.
#![forbid(unsafe_code)]

use madoguchi_card::{Card, Profile};
use madoguchi_fixtures::healthy;
use madoguchi_iso7816::Icc as _;

/// One exchange of the hot path.
#[derive(Debug, Clone, Copy)]
pub struct Exchange {
    /// What it is called in tables.
    pub name: &'static str,
    /// What is said before, once.
    pub before: &'static [&'static [u8]],
    /// The command that is measured.
    pub command: &'static [u8],
    /// Bytes of its answer without the status word.
    pub data_len: usize,
}

const SELECT_JPKI: &[u8] = &[
    0x00, 0xA4, 0x04, 0x0C, 0x0A, 0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01,
];
const SELECT_CERTIFICATE: &[u8] = &[0x00, 0xA4, 0x02, 0x0C, 0x02, 0x00, 0x0A];

/// The exchanges of which a dialogue mostly consists.
pub const EXCHANGES: &[Exchange] = &[
    Exchange {
        name: "SELECT by DF name",
        before: &[],
        command: SELECT_JPKI,
        data_len: 0,
    },
    Exchange {
        name: "READ BINARY 256",
        before: &[SELECT_JPKI, SELECT_CERTIFICATE],
        command: &[0x00, 0xB0, 0x00, 0x00, 0x00],
        data_len: 256,
    },
    Exchange {
        name: "VERIFY query",
        before: &[SELECT_JPKI],
        command: &[0x00, 0x20, 0x00, 0x98],
        data_len: 0,
    },
    Exchange {
        name: "INS unknown",
        before: &[SELECT_JPKI],
        command: &[0x00, 0x01, 0x00, 0x00],
        data_len: 0,
    },
];

/// A healthy person's card, with power. Its random numbers are none.
///
/// # Panics
/// Where a healthy person has no card.
#[must_use]
pub fn card() -> Card {
    let no_entropy = Box::new(|bytes: &mut [u8]| bytes.fill(0));
    let card = Card::new(&healthy(), Profile::contactless(), no_entropy);
    let mut card = card.expect("a healthy person has a card");
    card.power_on().expect("it answers");
    card
}
