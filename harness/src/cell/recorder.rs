//! Whatever a cell can see, handed to its sequencer: exchanges of the card, PC/SC calls.

use std::sync::Arc;

use madoguchi_conformance::trace::{PcscEvent, ReaderEvent, What};
use madoguchi_iso7816::{Icc, LinkFault, Reply};
use madoguchi_reader::{PcscCall, ReaderId, Tap};

use super::sequencer::{Observed, Sequencer};

/// A card whose exchanges are recorded.
#[derive(Debug)]
pub(crate) struct Recorded<I> {
    card: I,
    holder: Arc<str>,
    sequencer: Arc<Sequencer>,
}

impl<I: Icc> Recorded<I> {
    pub(crate) const fn new(card: I, holder: Arc<str>, sequencer: Arc<Sequencer>) -> Self {
        Self {
            card,
            holder,
            sequencer,
        }
    }
}

impl<I: Icc> Icc for Recorded<I> {
    fn atr(&self) -> &[u8] {
        self.card.atr()
    }

    fn power_on(&mut self) -> Result<(), LinkFault> {
        let card = self.holder.clone();
        self.sequencer.stamp(Observed::Awake { card });
        self.card.power_on()
    }

    fn power_off(&mut self) {
        self.card.power_off();
    }

    fn reset(&mut self) -> Result<(), LinkFault> {
        self.card.reset()
    }

    fn transmit(&mut self, command: &[u8], reply: &mut Reply) -> Result<(), LinkFault> {
        let outcome = self.card.transmit(command, reply);
        self.sequencer.stamp(Observed::Exchange {
            card: self.holder.clone(),
            command: command.to_vec(),
            answer: outcome.map(|()| reply.bytes().to_vec()),
        });
        outcome
    }
}

/// Listens to the reader.
#[derive(Debug)]
pub(crate) struct PcscRecorder(pub(crate) Arc<Sequencer>);

impl Tap for PcscRecorder {
    fn pcsc(&self, call: PcscCall) {
        self.0.tell(What::Pcsc(PcscEvent {
            call: call.call.name().to_owned(),
            context: call.context,
            detail: call.detail.map(|detail| detail.to_string()),
            rv: call.rv.to_string(),
        }));
    }

    fn removed_by_fault(&self, _: ReaderId) {
        self.0
            .tell(What::Reader(ReaderEvent::Removed { why: "torn".into() }));
    }
}
