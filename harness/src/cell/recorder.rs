//! Everything that the reader tells of a cell, handed to its sequencer: exchanges of the card, PC/SC
//! calls, what happens around the card.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use madoguchi_iso7816::LinkFault;
use madoguchi_reader::{Happening, PcscCall, ReaderId, Tap};
use madoguchi_trace::{PcscEvent, ReaderEvent, Removal, What};
use parking_lot::Mutex;

use super::sequencer::{Observed, Sequencer};

/// Listens to the reader. An exchange is recorded as the client sees it.
#[derive(Debug)]
pub(crate) struct Recorder {
    sequencer: Arc<Sequencer>,
    /// Whose card lies there.
    holder: Mutex<Arc<str>>,
    /// How often a client did something with reader or card.
    touched: AtomicU64,
}

impl Recorder {
    pub(crate) fn new(sequencer: Arc<Sequencer>) -> Self {
        Self {
            sequencer,
            holder: Mutex::new(Arc::from("")),
            touched: AtomicU64::new(0),
        }
    }

    /// The card of `holder` lies on the reader from now on.
    pub(crate) fn lies(&self, holder: Arc<str>) {
        *self.holder.lock() = holder;
    }

    /// How often a client did something with reader or card so far, waiting aside.
    pub(crate) fn touched(&self) -> u64 {
        self.touched.load(Ordering::Relaxed)
    }

    fn touch(&self) {
        self.touched.fetch_add(1, Ordering::Relaxed);
    }

    fn holder(&self) -> Arc<str> {
        let holder = self.holder.lock();
        Arc::clone(&holder)
    }

    fn tell(&self, event: ReaderEvent) {
        self.sequencer.tell(What::Reader(event));
    }
}

impl Tap for Recorder {
    fn pcsc(&self, call: PcscCall) {
        self.touch();
        self.sequencer.tell(What::Pcsc(PcscEvent {
            call: call.call.to_string().into(),
            context: call.context,
            detail: call.detail.map(|detail| detail.to_string().into()),
            rv: call.rv.to_string().into(),
            has_waited: call.has_waited,
        }));
    }

    fn removed_by_fault(&self, _: ReaderId) {
        self.tell(ReaderEvent::Removed {
            why: Removal::Torn.name().into(),
        });
    }

    fn powered_on(&self, _: ReaderId) {
        let card = self.holder();
        self.sequencer.stamp(Observed::Awake { card });
    }

    fn exchanged(&self, _: ReaderId, command: &[u8], answer: Result<&[u8], LinkFault>) {
        self.touch();
        self.sequencer.stamp(Observed::Exchange {
            card: self.holder(),
            command: command.to_vec(),
            answer: answer.map(<[u8]>::to_vec),
        });
    }

    fn happened(&self, what: Happening) {
        let event = match what {
            Happening::Unplugged { with_card, .. } => {
                if with_card {
                    self.tell(ReaderEvent::Removed {
                        why: Removal::Unplugged.name().into(),
                    });
                }
                ReaderEvent::Unplugged {}
            }
            Happening::Failed(_) => ReaderEvent::Failed {},
            Happening::Hung { call, context, .. } => ReaderEvent::Hung {
                call: call.to_string().into(),
                context,
            },
            Happening::BusyWait => ReaderEvent::BusyWait {},
            Happening::Reset(_) => ReaderEvent::Reset {},
            Happening::RivalCame(_, hold) => ReaderEvent::RivalCame {
                hold: hold.name().into(),
            },
            Happening::RivalLeft(_) => ReaderEvent::RivalLeft {},
            Happening::ServiceStopped => ReaderEvent::ServiceStopped {},
            Happening::ServiceStarted => ReaderEvent::ServiceStarted {},
            _ => return,
        };
        self.tell(event);
    }
}
