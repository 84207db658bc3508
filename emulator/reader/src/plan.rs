//! What goes wrong ([`Fault`]), and when: one plan for every transport. Scheduled and seeded, never
//! rolled while it runs: equal plans against equal commands give equal runs.
//!
//! | transport | what is done to the exchange | what happens around it |
//! |---|---|---|
//! | embedded server | all, with any return code | all |
//! | [`vpcd`](crate::vpcd) | all; what it cannot say becomes a broken connection | a reader that is unplugged is a card that is gone; the rest is pcscd's own affair |
//! | [`DirectReader`](crate::DirectReader) | all; return codes become link faults | a reset, and a reader that is unplugged |

mod exchange;
mod schedule;

use std::time::Duration;

use madoguchi_iso7816::StatusWord;

use crate::{Fault, Moment};

pub(crate) use exchange::carry_out;
pub(crate) use schedule::{Noise, Schedule};

/// What is going to go wrong with one reader.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// Decides every byte that a fault makes up.
    pub seed: u64,
    /// Each happens once. Where two are due at the same command, the second comes one later.
    pub faults: Vec<PlannedFault>,
}

/// One thing that goes wrong once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlannedFault {
    /// When. Commands and time are counted from when the plan was made, or, where no card was in the
    /// reader then, from the first insertion after it.
    pub at: Moment,
    /// What.
    pub what: Fault,
}

impl Plan {
    /// One thing that goes wrong.
    #[must_use]
    pub fn once(at: Moment, what: Fault) -> Self {
        Self {
            seed: 0,
            faults: vec![PlannedFault { at, what }],
        }
    }

    /// A plan that a number decides: something goes wrong with one of the first `apdus` commands.
    /// Equal numbers give equal plans.
    #[must_use]
    pub fn seeded(seed: u64, apdus: u32) -> Self {
        let mut numbers = Noise::new(seed);
        let mut below = |n: u32| numbers.below(n);
        let at = Moment::Apdu(1 + below(apdus.max(1)));
        let length = usize::try_from(below(300)).unwrap_or_default();
        let wait = Duration::from_millis(below(2_000).into());
        let carried_out = below(2) == 1;
        let fault = match below(8) {
            0 => Fault::Torn {
                carried_out,
                code: None,
            },
            1 => Fault::Mute {},
            2 => Fault::Damaged {
                carried_out,
                code: None,
            },
            3 => Fault::Status(StatusWord::NO_DIAGNOSIS),
            4 => Fault::Truncated(length),
            5 => Fault::Overlong(length),
            6 => Fault::Late(wait),
            _ => Fault::WaitingTime {
                requests: 3,
                multiplier: 2,
            },
        };
        Self {
            seed,
            ..Self::once(at, fault)
        }
    }
}
