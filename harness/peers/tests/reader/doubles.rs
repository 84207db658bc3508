//! What the tests of the reader lay on it: a card that does what the command says, and real time.

use std::time::{Duration, Instant};

use madoguchi_iso7816::{Icc, LinkFault, Reply, StatusWord};
use madoguchi_terms::Timer;

/// The ATR of a contactless My Number card.
pub(crate) const CONTACTLESS: &[u8] = &[
    0x3B, 0x88, 0x80, 0x01, 0x00, 0x00, 0x05, 0xE0, 0xB3, 0x81, 0xA1, 0x00, 0x7F,
];

/// Answers `00 B0 hh ll` by as many bytes and everything by 9000. Without an ATR it is mute.
pub(crate) struct Card {
    atr: Vec<u8>,
    first: Option<Box<dyn FnMut() + Send>>,
}

impl Card {
    /// A card with this ATR.
    pub(crate) fn boxed(atr: &[u8]) -> Box<dyn Icc> {
        Box::new(Self {
            atr: atr.to_vec(),
            first: None,
        })
    }

    /// A contactless card that does something before it carries a command out.
    pub(crate) fn doing(what: impl FnMut() + Send + 'static) -> Box<dyn Icc> {
        Box::new(Self {
            atr: CONTACTLESS.to_vec(),
            first: Some(Box::new(what)),
        })
    }

    fn answer_to_reset(&self) -> Result<(), LinkFault> {
        if self.atr.is_empty() {
            Err(LinkFault::Mute)
        } else {
            Ok(())
        }
    }
}

impl Icc for Card {
    fn atr(&self) -> &[u8] {
        &self.atr
    }

    fn power_on(&mut self) -> Result<(), LinkFault> {
        self.answer_to_reset()
    }

    fn power_off(&mut self) {}

    fn reset(&mut self) -> Result<(), LinkFault> {
        self.answer_to_reset()
    }

    fn transmit(&mut self, command: &[u8], reply: &mut Reply) -> Result<(), LinkFault> {
        if let Some(first) = &mut self.first {
            first();
        }
        if let [0x00, 0xB0, high, low] = command {
            let len = u16::from_be_bytes([*high, *low]);
            reply.buffer().resize(len.into(), 0xA5);
        }
        reply.finish(StatusWord::OK);
        Ok(())
    }
}

/// Time as it passes.
#[derive(Debug)]
pub(crate) struct RealTime(Instant);

impl RealTime {
    /// From now on.
    pub(crate) fn new() -> Self {
        Self(Instant::now())
    }
}

impl Timer for RealTime {
    fn now(&self) -> Duration {
        self.0.elapsed()
    }

    fn pause(&self, duration: Duration) {
        std::thread::sleep(duration);
    }
}
