//! What goes wrong, and when: one plan for every transport. Scheduled and seeded, never rolled
//! while it runs: equal plans against equal commands give equal runs.
//!
//! | transport | what lies on the line ([`Harm`]) | what happens around it ([`Event`]) |
//! |---|---|---|
//! | embedded server | all, with any return code | all |
//! | [`vpcd`](crate::vpcd) | all; what it cannot say becomes a broken connection | a reader that is unplugged is a card that is gone; the rest is pcscd's own affair |
//! | [`DirectReader`](crate::DirectReader) | all; return codes become link faults | a reset, and a reader that is unplugged |

mod harm;
mod schedule;

use std::time::Duration;

use madoguchi_iso7816::StatusWord;

use crate::ReturnCode;

pub(crate) use harm::carry_out;
pub(crate) use schedule::{Noise, Schedule};

/// What is going to go wrong with one reader.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// Decides every byte that a fault makes up.
    pub seed: u64,
    /// Each happens once. Where two are due at the same command, the second comes one later.
    pub mishaps: Vec<Mishap>,
}

/// One thing that goes wrong once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mishap {
    /// When.
    pub at: Moment,
    /// What.
    pub what: Fault,
}

/// When something goes wrong. Commands and time are counted from when the plan was made, or,
/// where no card was in the reader then, from the first insertion after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// At the command APDU with this number, counted from 1.
    Apdu(u32),
    /// At the command with this INS and number among its like, counted from 1.
    Instruction {
        /// The INS byte.
        ins: u8,
        /// Which of them.
        nth: u32,
    },
    /// When so much time has passed: by itself, or just before a command if one comes first.
    After(Duration),
}

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// With the exchange that is due.
    Exchange(Harm),
    /// Around the card, just before the exchange that is due.
    Around(Event),
}

/// What is done to one exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Harm {
    /// The card leaves the reader, and stays away until it is laid down again.
    Torn {
        /// Whether the card had carried the command out, and only its answer is lost.
        carried_out: bool,
        /// What SCardTransmit returns; `None` for what the reader says otherwise
        /// ([`SlotFaults::torn`](crate::SlotFaults::torn)). `SUCCESS` is a driver that takes the
        /// end of its line for an answer of no bytes (vsmartcard's vpcd, *observed*).
        rv: Option<ReturnCode>,
    },
    /// The card says nothing, and did nothing.
    Mute,
    /// The exchange failed; the card stays.
    Damaged {
        /// Whether the card had carried the command out.
        carried_out: bool,
        /// What SCardTransmit returns: any number at all. `None` for `80100016`.
        rv: Option<ReturnCode>,
    },
    /// The card does not carry the command out and answers this.
    Status(StatusWord),
    /// Of the answer only the first so many bytes arrive, perhaps none. No fault of the line for
    /// PC/SC: the call succeeds.
    Truncated(usize),
    /// So many made-up bytes follow the answer.
    Overlong(usize),
    /// The answer comes later by this much.
    Late(Duration),
    /// The card asks for more time before it answers: S(WTX) (ISO 14443-4 §7.3).
    WaitingTime {
        /// How many times it asks.
        requests: u8,
        /// WTXM: each grants so many frame waiting times (1 to 59).
        multiplier: u8,
    },
}

/// What happens around the card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// Another application resets the card (SCardDisconnect with "reset"): every handle is told,
    /// even in a transaction, which for some drivers is no obstacle.
    Reset,
    /// Another application takes hold of the card, where it can at that moment, and leaves after a
    /// while.
    Rival {
        /// What it holds.
        hold: Hold,
        /// For how long.
        stays: Duration,
    },
    /// The reader is pulled out, with the card in it.
    Unplugged,
    /// The reader stops working: state unavailable, every call says `80100017`.
    ReaderFails,
    /// The service ends; every client's connection breaks.
    ServiceStops {
        /// After how long it is started again; `None` for never.
        back_after: Option<Duration>,
    },
}

/// What another application has of a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Hold {
    /// A shared connection.
    Connection,
    /// A shared connection and a transaction: others wait.
    Transaction,
    /// An exclusive connection: others are refused with `8010000B`.
    Exclusive,
}

impl Harm {
    /// The card is taken away before the command reaches it.
    pub const REMOVAL: Self = Self::Torn {
        carried_out: false,
        rv: Some(ReturnCode::REMOVED_CARD),
    };
    /// The card is taken away before its answer is through.
    pub const TEAR: Self = Self::Torn {
        carried_out: true,
        rv: None,
    };

    /// What SCardTransmit is to return, where that is not left to the reader.
    pub(crate) const fn rv(self) -> Option<ReturnCode> {
        match self {
            Self::Torn { rv, .. } | Self::Damaged { rv, .. } => rv,
            _ => None,
        }
    }
}

impl Plan {
    /// One thing that goes wrong.
    #[must_use]
    pub fn once(at: Moment, what: impl Into<Fault>) -> Self {
        Self {
            seed: 0,
            mishaps: vec![Mishap {
                at,
                what: what.into(),
            }],
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
        let harm = match below(8) {
            0 => Harm::Torn {
                carried_out,
                rv: None,
            },
            1 => Harm::Mute,
            2 => Harm::Damaged {
                carried_out,
                rv: None,
            },
            3 => Harm::Status(StatusWord::NO_DIAGNOSIS),
            4 => Harm::Truncated(length),
            5 => Harm::Overlong(length),
            6 => Harm::Late(wait),
            _ => Harm::WaitingTime {
                requests: 3,
                multiplier: 2,
            },
        };
        Self {
            seed,
            ..Self::once(at, harm)
        }
    }
}

impl From<Harm> for Fault {
    fn from(harm: Harm) -> Self {
        Self::Exchange(harm)
    }
}

impl From<Event> for Fault {
    fn from(event: Event) -> Self {
        Self::Around(event)
    }
}
