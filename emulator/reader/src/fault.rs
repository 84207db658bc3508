//! Faults of a reader and of the service behind it. Faults of a card are other cards
//! (`iso7816::Faulty`).

use crate::{Call, ReturnCode};

/// What is wrong with one reader. The default is nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlotFaults {
    /// What SCardTransmit returns when the card leaves during the exchange.
    ///
    /// `80100069` by default. A CCID reader under pcsc-lite says `80100016` or `8010000C`
    /// (*specified* by its source), Windows `80100069` or `80100066` (*assumed*).
    pub torn: ReturnCode,
    /// A card gets no power: present, mute, SCardConnect says `80100067`.
    pub mute: bool,
    /// Another program holds the reader exclusively: SCardConnect says `8010000B`. Handles that
    /// exist already are not touched.
    pub held_exclusively: bool,
    /// The reader does not work: state unavailable, every call says `80100017`.
    pub broken: bool,
}

impl Default for SlotFaults {
    fn default() -> Self {
        Self {
            torn: ReturnCode::REMOVED_CARD,
            mute: false,
            held_exclusively: false,
            broken: false,
        }
    }
}

/// What is wrong with the service. The default is nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ServiceFaults {
    /// The service speaks another version: SCardEstablishContext says `8010001E`.
    pub refuse_version: bool,
    /// The service does not let this user in: SCardEstablishContext says `8010006A`, as where
    /// polkit refuses pcscd's client (*specified* by its source).
    pub refuse_access: bool,
    /// The service dies in the middle of a call: the client gets `80100013`, later `8010001D`.
    pub hang_up: Option<HangUp>,
}

/// At which call the service closes the connection instead of answering.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HangUp {
    /// Which call.
    pub call: Call,
    /// Which of them, counted from 1 over all clients since the fault was planned.
    pub nth: u32,
}
