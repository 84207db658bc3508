//! PC/SC in the few words that this client needs, whichever library speaks it.
//!
//! The words are those of the crate `pcsc`. A [`Library`] reaches the resource manager: the program of this
//! package goes through the installed libpcsclite; [`Own`] speaks to the resource manager itself, as
//! libpcsclite would, so that a program which is linked statically can have a client inside.

mod code;
mod message;
mod socket;
mod state;

use std::ffi::{CStr, CString};
use std::sync::Arc;
use std::time::Duration;

pub use self::code::Error;
pub use self::socket::Own;
pub use self::state::{ReaderState, State};

/// The longest response in short form, with room to spare.
pub(crate) const MAX_BUFFER_SIZE: usize = 264;

/// The reader that stands for new readers.
pub(crate) const PNP_NOTIFICATION: &CStr = c"\\\\?PnP?\\Notification";

/// How a card is shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShareMode {
    /// With no other program.
    Exclusive = 1,
    /// With other programs.
    Shared = 2,
}

/// What becomes of the card when a connection or a transaction ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disposition {
    /// Nothing.
    LeaveCard = 0,
    /// It is reset.
    ResetCard = 1,
    /// Its power is taken away.
    UnpowerCard = 2,
}

/// Which protocols suit a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocols {
    /// T=0 alone.
    T0 = 1,
    /// T=1 alone.
    T1 = 2,
    /// Either.
    Any = 3,
}

/// What a reader can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attribute {
    /// Who made it.
    VendorName = 0x0001_0100,
    /// The card's ATR.
    AtrString = 0x0009_0303,
}

/// A way to the resource manager.
pub trait Library: Send + Sync {
    /// `SCardEstablishContext`.
    ///
    /// # Errors
    /// The call's return code; so does every other method here.
    fn establish(&self) -> Result<Box<dyn Established>, Error>;
}

/// A context, which is released when it is dropped.
#[expect(
    clippy::missing_errors_doc,
    reason = "all of them answer a return code"
)]
pub trait Established: Send + Sync {
    /// `SCardIsValidContext`.
    fn is_valid(&self) -> Result<(), Error>;
    /// `SCardListReaders`.
    fn readers(&self) -> Result<Vec<CString>, Error>;
    /// `SCardGetStatusChange`.
    fn status_change(&self, timeout: Duration, states: &mut [ReaderState]) -> Result<(), Error>;
    /// `SCardConnect`. The connection keeps the context.
    fn connect(
        &self,
        reader: &CStr,
        mode: ShareMode,
        protocols: Protocols,
    ) -> Result<Box<dyn Connected>, Error>;
}

/// What is said to a card, and to its reader.
#[expect(
    clippy::missing_errors_doc,
    reason = "all of them answer a return code"
)]
pub trait Exchanges {
    /// `SCardTransmit`: the answer, in `room`.
    fn transmit<'a>(&self, command: &[u8], room: &'a mut [u8]) -> Result<&'a [u8], Error>;
    /// `SCardControl`: the answer, in `room`.
    fn control<'a>(&self, code: u32, bytes: &[u8], room: &'a mut [u8]) -> Result<&'a [u8], Error>;
    /// `SCardGetAttrib`.
    fn attribute(&self, attribute: Attribute) -> Result<Vec<u8>, Error>;
    /// The names of the reader in `SCardStatus`.
    fn status_names(&self) -> Result<Vec<CString>, Error>;
}

/// A connection to a card. One that is dropped resets the card.
#[expect(
    clippy::missing_errors_doc,
    reason = "all of them answer a return code"
)]
pub trait Connected: Exchanges + Send {
    /// `SCardDisconnect`.
    fn disconnect(self: Box<Self>, disposition: Disposition) -> Result<(), Error>;
    /// `SCardBeginTransaction`.
    fn begin(&mut self) -> Result<Box<dyn Transacting + '_>, Error>;
}

/// A transaction: a card that no other program talks to. One that is dropped ends, and leaves the card.
pub trait Transacting {
    /// The card.
    fn card(&self) -> &dyn Exchanges;
    /// `SCardEndTransaction`.
    ///
    /// # Errors
    /// The call's return code.
    fn end(self: Box<Self>, disposition: Disposition) -> Result<(), Error>;
}

/// A context. Clones share it.
#[derive(Clone)]
pub(crate) struct Context(Arc<dyn Established>);

impl Context {
    pub(crate) fn establish(library: &dyn Library) -> Result<Self, Error> {
        Ok(Self(library.establish()?.into()))
    }

    pub(crate) fn is_valid(&self) -> Result<(), Error> {
        self.0.is_valid()
    }

    /// The names of all readers.
    pub(crate) fn list_readers_owned(&self) -> Result<Vec<CString>, Error> {
        self.0.readers()
    }

    /// Waits for as long as this until one of the states differs from the one that is known of it.
    pub(crate) fn get_status_change(
        &self,
        timeout: Duration,
        states: &mut [ReaderState],
    ) -> Result<(), Error> {
        self.0.status_change(timeout, states)
    }

    pub(crate) fn connect(
        &self,
        reader: &CStr,
        mode: ShareMode,
        protocols: Protocols,
    ) -> Result<Card, Error> {
        self.0.connect(reader, mode, protocols)
    }
}

/// A connection to a card.
pub(crate) type Card = Box<dyn Connected>;
