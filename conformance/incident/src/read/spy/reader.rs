//! Cards and readers as a program sees them come and go.

use std::collections::BTreeMap;

use madoguchi_trace::{ReaderEvent, What};

use super::{Call, number};
use crate::clear::Clear;
use crate::told::Says;

const PRESENT: u64 = 0x20;
const EMPTY: u64 = 0x10;
/// SCARD_STATE_UNKNOWN and SCARD_STATE_UNAVAILABLE.
const GONE: u64 = 0x4 | 0x8;

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Present,
    Empty,
    Gone,
}

/// What is known of the readers. A card lies on one of them at a time; the halves of a dual reader
/// are two.
#[derive(Default)]
pub(super) struct Readers {
    states: BTreeMap<String, (State, u64)>,
    /// Whether a card lies there, as far as was told.
    lies_there: bool,
    is_gone: bool,
}

impl Readers {
    /// SCardGetStatusChange: context, timeout, count, and for every reader name, current state, event
    /// state, ATR; before the call and once more after it.
    pub(super) fn changed(&mut self, call: &Call, rv: u32) -> Vec<Says> {
        const EACH: usize = 5;
        let mut told = Vec::new();
        if is_absent(rv) {
            self.gone(&mut told);
            return told;
        }
        let count = call.number(2).and_then(|count| usize::try_from(count).ok());
        let Some(count) = count.filter(|count| rv == 0 && (1..=16).contains(count)) else {
            return told;
        };
        let after = call.parameters.get(3 + EACH * count..).unwrap_or_default();
        if after.len() != EACH * count {
            return told;
        }
        for state in after.chunks(EACH) {
            let [name, _, event, _, atr] = state else {
                continue;
            };
            let Some(event) = number(event).filter(|_| !name.starts_with("\\\\?PnP")) else {
                continue;
            };
            let now = if event & PRESENT != 0 {
                State::Present
            } else if event & EMPTY != 0 {
                State::Empty
            } else if event & GONE != 0 {
                State::Gone
            } else {
                continue;
            };
            let counter = event >> 16;
            let before = self.states.insert(name.clone(), (now, counter));
            self.is(now, before, counter, Clear::pairs(atr), &mut told);
        }
        told
    }

    fn is(
        &mut self,
        now: State,
        before: Option<(State, u64)>,
        counter: u64,
        atr: Option<Clear>,
        told: &mut Vec<Says>,
    ) {
        match now {
            State::Present => {
                self.is_gone = false;
                // the counter is that of cards coming and going: the one that lay there was taken
                let is_another = matches!(before, Some((State::Present, last))
                    if counter.saturating_sub(last) >= 2);
                if is_another && std::mem::take(&mut self.lies_there) {
                    told.push(Says::Removed);
                }
                if !std::mem::replace(&mut self.lies_there, true) {
                    told.push(Says::Placed(atr.filter(|atr| !atr.is_empty())));
                }
            }
            State::Empty => {
                self.is_gone = false;
                let was_here = matches!(before, Some((State::Present, _)));
                if was_here && std::mem::take(&mut self.lies_there) {
                    told.push(Says::Removed);
                }
            }
            State::Gone => self.gone(told),
        }
    }

    fn gone(&mut self, told: &mut Vec<Says>) {
        if !std::mem::replace(&mut self.is_gone, true) {
            self.lies_there = false;
            told.push(Says::Plain(What::Reader(ReaderEvent::Unplugged {})));
        }
    }

    /// A call that names a reader came to this.
    pub(super) fn named(&mut self, rv: u32) -> Vec<Says> {
        let mut told = Vec::new();
        if is_absent(rv) {
            self.gone(&mut told);
        }
        told
    }

    /// SCardListReaders.
    pub(super) fn listed(&mut self, rv: u32) -> Vec<Says> {
        let mut told = Vec::new();
        match rv {
            rv if is_absent(rv) => self.gone(&mut told),
            0 => self.is_gone = false,
            _ => {}
        }
        told
    }

    /// A connection to a card: there is one.
    pub(super) fn connected(&mut self) -> Vec<Says> {
        self.is_gone = false;
        if std::mem::replace(&mut self.lies_there, true) {
            Vec::new()
        } else {
            vec![Says::Placed(None)]
        }
    }

    /// An exchange failed: with these codes the card is gone.
    pub(super) fn failed(&mut self, rv: u32) -> Vec<Says> {
        if matches!(rv, 0x8010_0011 | 0x8010_0017) {
            // with the reader; whether it was pulled out or failed, nothing says
            self.lies_there = false;
            self.states.clear();
        }
        let is_removed = matches!(rv, 0x8010_0069 | 0x8010_000C);
        if is_removed && std::mem::take(&mut self.lies_there) {
            return vec![Says::Removed];
        }
        Vec::new()
    }
}

/// SCARD_E_UNKNOWN_READER and SCARD_E_NO_READERS_AVAILABLE: of a reader that a program knows by its name, that it is
/// not there.
const fn is_absent(rv: u32) -> bool {
    matches!(rv, 0x8010_0009 | 0x8010_002E)
}
