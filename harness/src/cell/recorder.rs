//! Whatever a cell can see, handed to its sequencer: exchanges of the card, PC/SC calls, what
//! happens around the card.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use madoguchi_iso7816::{Icc, LinkFault, Reply};
use madoguchi_reader::{Happening, Hold, PcscCall, ReaderId, Tap};
use madoguchi_trace::{PcscEvent, ReaderEvent, What};

use super::sequencer::{Observed, Sequencer};

/// Listens to the card on the reader and to the reader. An exchange is recorded once, as the client
/// sees it: by the card, or by the reader where the exchange goes wrong on purpose.
#[derive(Debug)]
pub(crate) struct Recorder {
    sequencer: Arc<Sequencer>,
    /// Whose card lies there.
    holder: Mutex<Arc<str>>,
    /// Whether the exchange that is going on goes wrong on purpose.
    harming: AtomicBool,
}

impl Recorder {
    pub(crate) fn new(sequencer: Arc<Sequencer>) -> Self {
        Self {
            sequencer,
            holder: Mutex::new(Arc::from("")),
            harming: AtomicBool::new(false),
        }
    }

    fn exchange(&self, card: Arc<str>, command: &[u8], answer: Result<&[u8], LinkFault>) {
        self.sequencer.stamp(Observed::Exchange {
            card,
            command: command.to_vec(),
            answer: answer.map(<[u8]>::to_vec),
        });
    }

    fn tell(&self, event: ReaderEvent) {
        self.sequencer.tell(What::Reader(event));
    }
}

/// A card whose exchanges are recorded.
#[derive(Debug)]
pub(crate) struct Recorded<I> {
    card: I,
    holder: Arc<str>,
    recorder: Arc<Recorder>,
}

impl<I: Icc> Recorded<I> {
    /// The card of `holder` as it lies on the reader from now on.
    pub(crate) fn new(card: I, holder: Arc<str>, recorder: Arc<Recorder>) -> Self {
        let mut lies = recorder
            .holder
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *lies = holder.clone();
        drop(lies);
        Self {
            card,
            holder,
            recorder,
        }
    }
}

impl<I: Icc> Icc for Recorded<I> {
    fn atr(&self) -> &[u8] {
        self.card.atr()
    }

    fn power_on(&mut self) -> Result<(), LinkFault> {
        let card = self.holder.clone();
        self.recorder.sequencer.stamp(Observed::Awake { card });
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
        if !self.recorder.harming.load(Ordering::Acquire) {
            let answer = outcome.map(|()| reply.bytes());
            self.recorder.exchange(self.holder.clone(), command, answer);
        }
        outcome
    }
}

impl Tap for Recorder {
    fn pcsc(&self, call: PcscCall) {
        self.sequencer.tell(What::Pcsc(PcscEvent {
            call: call.call.name().into(),
            context: call.context,
            detail: call.detail.map(|detail| detail.to_string().into()),
            rv: call.rv.to_string().into(),
            has_waited: call.has_waited,
        }));
    }

    fn removed_by_fault(&self, _: ReaderId) {
        self.tell(ReaderEvent::Removed { why: "torn".into() });
    }

    fn harming(&self, _: ReaderId) {
        self.harming.store(true, Ordering::Release);
    }

    fn harmed(&self, _: ReaderId, command: &[u8], seen: Result<&[u8], LinkFault>) {
        self.harming.store(false, Ordering::Release);
        let lies = self.holder.lock().unwrap_or_else(PoisonError::into_inner);
        let holder = lies.clone();
        drop(lies);
        self.exchange(holder, command, seen);
    }

    fn happened(&self, what: Happening) {
        let event = match what {
            Happening::Unplugged { with_card, .. } => {
                if with_card {
                    self.tell(ReaderEvent::Removed {
                        why: "unplugged".into(),
                    });
                }
                ReaderEvent::Unplugged {}
            }
            Happening::Failed(_) => ReaderEvent::Failed {},
            Happening::Reset(_) => ReaderEvent::Reset {},
            Happening::RivalCame(_, hold) => ReaderEvent::RivalCame {
                hold: match hold {
                    Hold::Connection => "connection",
                    Hold::Transaction => "transaction",
                    Hold::Exclusive => "exclusive",
                }
                .into(),
            },
            Happening::RivalLeft(_) => ReaderEvent::RivalLeft {},
            Happening::ServiceStopped => ReaderEvent::ServiceStopped {},
            Happening::ServiceStarted => ReaderEvent::ServiceStarted {},
            _ => return,
        };
        self.tell(event);
    }
}
