//! The calls of PC/SC that a card cannot see.

use strum::{Display, EnumString};

/// A call that is reported; its word has hyphens and lower case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Display, EnumString)]
#[strum(serialize_all = "kebab-case")]
#[non_exhaustive]
pub enum Call {
    /// SCardConnect.
    Connect,
    /// SCardReconnect.
    Reconnect,
    /// SCardDisconnect.
    Disconnect,
    /// SCardBeginTransaction.
    BeginTransaction,
    /// SCardEndTransaction.
    EndTransaction,
    /// SCardTransmit, where it failed; where it succeeded the card itself can tell.
    Transmit,
    /// SCardControl.
    Control,
    /// SCardReleaseContext, once for each handle that was still connected.
    ReleaseContext,
    /// The client left without a word, once for each handle that was still connected.
    HangUp,
}
