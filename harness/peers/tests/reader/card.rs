//! What the tests of the reader lay on it: a card that does what the command says.

use madoguchi_iso7816::{Icc, LinkFault, Reply, StatusWord};

/// The ATR of a contactless My Number card.
pub(crate) const CONTACTLESS: &[u8] = &[
    0x3B, 0x88, 0x80, 0x01, 0x00, 0x00, 0x05, 0xE0, 0xB3, 0x81, 0xA1, 0x00, 0x7F,
];

/// Answers `00 B0 hh ll` by as many bytes and everything by 9000. Without an ATR it is mute.
pub(crate) struct Card(Vec<u8>);

impl Card {
    /// A card with this ATR.
    pub(crate) fn boxed(atr: &[u8]) -> Box<dyn Icc> {
        Box::new(Self(atr.to_vec()))
    }

    fn answer_to_reset(&self) -> Result<(), LinkFault> {
        if self.0.is_empty() {
            Err(LinkFault::Mute)
        } else {
            Ok(())
        }
    }
}

impl Icc for Card {
    fn atr(&self) -> &[u8] {
        &self.0
    }

    fn power_on(&mut self) -> Result<(), LinkFault> {
        self.answer_to_reset()
    }

    fn power_off(&mut self) {}

    fn reset(&mut self) -> Result<(), LinkFault> {
        self.answer_to_reset()
    }

    fn transmit(&mut self, command: &[u8], reply: &mut Reply) -> Result<(), LinkFault> {
        if let [0x00, 0xB0, high, low] = command {
            let len = u16::from_be_bytes([*high, *low]);
            reply.buffer().resize(len.into(), 0xA5);
        }
        reply.finish(StatusWord::OK);
        Ok(())
    }
}
