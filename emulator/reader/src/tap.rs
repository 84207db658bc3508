//! Where a listener is told what PC/SC calls did that a card cannot see.

use std::fmt;

use madoguchi_iso7816::LinkFault;

use crate::{Call, Disposition, Hold, ReaderId, ReturnCode, ShareMode};

/// Listens to a [`ResourceManager`](crate::ResourceManager). Every method has an empty default.
///
/// Called by the thread that serves the client, before the client learns the outcome, and with no
/// lock of the manager held. A listener must not call the manager.
pub trait Tap: Send + Sync {
    /// A client called something that changes a card's state or others' access to it.
    ///
    /// Waiting is not reported: neither status changes, nor an attempt that libpcsclite repeats
    /// by itself every 100 ms because another handle is in a transaction.
    fn pcsc(&self, call: PcscCall) {
        let _ = call;
    }

    /// The card left this reader by a fault, not by the operator.
    fn removed_by_fault(&self, reader: ReaderId) {
        let _ = reader;
    }

    /// A card gets power now: nothing is selected on it any more.
    fn powered_on(&self, reader: ReaderId) {
        let _ = reader;
    }

    /// A command reached this reader's card. `answer` is what the client sees of it: where the
    /// exchange goes wrong by plan, not what the card said. Pseudo-APDUs, which the reader answers
    /// by itself, are no exchanges.
    fn exchanged(&self, reader: ReaderId, command: &[u8], answer: Result<&[u8], LinkFault>) {
        let _ = (reader, command, answer);
    }

    /// Something happened around the cards, by plan or by the operator. Told before a client
    /// can notice, except for a rival, who may be refused.
    fn happened(&self, what: Happening) {
        let _ = what;
    }
}

/// A tap that listens to nothing.
impl Tap for () {}

/// What happened around the cards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Happening {
    /// A reader was pulled out.
    Unplugged {
        /// Which.
        reader: ReaderId,
        /// Whether a card was in it.
        with_card: bool,
    },
    /// A reader stopped working.
    Failed(ReaderId),
    /// A call of a client's does not return.
    Hung {
        /// At which reader.
        reader: ReaderId,
        /// Which call.
        call: Call,
        /// Ordinal of the client's context, as in [`PcscCall`].
        context: u32,
    },
    /// The states of the readers are read again and again, and nothing has changed: see
    /// [`BUSY_LOOKS`](crate::BUSY_LOOKS).
    BusyWait,
    /// Another application reset the card.
    Reset(ReaderId),
    /// Another application took hold of the card.
    RivalCame(ReaderId, Hold),
    /// It left.
    RivalLeft(ReaderId),
    /// The service ended.
    ServiceStopped,
    /// The service was started again.
    ServiceStarted,
}

/// A PC/SC call and its outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PcscCall {
    /// Which call.
    pub call: Call,
    /// Ordinal of the client's context, from 1 in the order in which they were established.
    pub context: u32,
    /// The reader; absent where the client named one that does not exist (any more).
    pub reader: Option<ReaderId>,
    /// What the client asked for.
    pub detail: Option<Detail>,
    /// What it got.
    pub rv: ReturnCode,
    /// Whether an SCardConnect had to wait for another handle's transaction.
    pub has_waited: bool,
}

/// What a client asked for, in PC/SC's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Detail {
    /// Connect: `shared`.
    Share(ShareMode),
    /// Disconnect and end of a transaction: `reset`; hang-up: what became of the card.
    Disposition(Disposition),
    /// Reconnect: `shared reset`.
    Reconnect(ShareMode, Disposition),
    /// Control: `42000D48`.
    ControlCode(u32),
}

impl fmt::Display for Detail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Share(share) => share.fmt(f),
            Self::Disposition(disposition) => disposition.fmt(f),
            Self::Reconnect(share, disposition) => write!(f, "{share} {disposition}"),
            Self::ControlCode(code) => write!(f, "{code:08X}"),
        }
    }
}
