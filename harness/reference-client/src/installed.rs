//! The installed libpcsclite, through the crate `pcsc`.

use std::ffi::{CStr, CString};
use std::time::Duration;

use madoguchi_reference_client::scard::{
    Attribute, Connected, Disposition, Error, Established, Exchanges, Library, Protocols,
    ReaderState, ShareMode, Transacting,
};

/// The libpcsclite of this machine.
pub(crate) struct Installed;

impl Library for Installed {
    fn establish(&self) -> Result<Box<dyn Established>, Error> {
        let context = pcsc::Context::establish(pcsc::Scope::User).map_err(code)?;
        Ok(Box::new(Context(context)))
    }
}

struct Context(pcsc::Context);

impl Established for Context {
    fn is_valid(&self) -> Result<(), Error> {
        self.0.is_valid().map_err(code)
    }

    fn readers(&self) -> Result<Vec<CString>, Error> {
        self.0.list_readers_owned().map_err(code)
    }

    fn status_change(&self, timeout: Duration, states: &mut [ReaderState]) -> Result<(), Error> {
        let theirs = states.iter().map(|state| {
            let known = pcsc::State::from_bits_retain(state.known().into());
            pcsc::ReaderState::new(state.name(), known)
        });
        let mut theirs: Vec<_> = theirs.collect();
        let changed = self.0.get_status_change(timeout, &mut theirs);
        for (state, found) in states.iter_mut().zip(&theirs) {
            // all flags are in the lower half, whatever the width of a DWORD
            let flags = u32::try_from(found.event_state().bits() & 0xFFFF).unwrap_or(0);
            state.find(flags, found.event_count());
        }
        changed.map_err(code)
    }

    fn connect(
        &self,
        reader: &CStr,
        mode: ShareMode,
        protocols: Protocols,
    ) -> Result<Box<dyn Connected>, Error> {
        let mode = match mode {
            ShareMode::Exclusive => pcsc::ShareMode::Exclusive,
            ShareMode::Shared => pcsc::ShareMode::Shared,
        };
        let protocols = match protocols {
            Protocols::T0 => pcsc::Protocols::T0,
            Protocols::T1 => pcsc::Protocols::T1,
            Protocols::Any => pcsc::Protocols::ANY,
        };
        let card = self.0.connect(reader, mode, protocols).map_err(code)?;
        Ok(Box::new(Card(card)))
    }
}

struct Card(pcsc::Card);

/// A card is talked to in the same words with a transaction and without.
macro_rules! exchanges {
    ($card:ty) => {
        impl Exchanges for $card {
            fn transmit<'a>(&self, command: &[u8], room: &'a mut [u8]) -> Result<&'a [u8], Error> {
                self.0.transmit(command, room).map_err(code)
            }

            fn control<'a>(
                &self,
                function: u32,
                bytes: &[u8],
                room: &'a mut [u8],
            ) -> Result<&'a [u8], Error> {
                self.0.control(function.into(), bytes, room).map_err(code)
            }

            fn attribute(&self, attribute: Attribute) -> Result<Vec<u8>, Error> {
                let attribute = match attribute {
                    Attribute::VendorName => pcsc::Attribute::VendorName,
                    Attribute::AtrString => pcsc::Attribute::AtrString,
                };
                self.0.get_attribute_owned(attribute).map_err(code)
            }

            fn status_names(&self) -> Result<Vec<CString>, Error> {
                let status = self.0.status2_owned().map_err(code)?;
                Ok(status.reader_names().to_vec())
            }
        }
    };
}

exchanges!(Card);
exchanges!(Transaction<'_>);

impl Connected for Card {
    fn disconnect(self: Box<Self>, disposition: Disposition) -> Result<(), Error> {
        let ended = self.0.disconnect(theirs(disposition));
        ended.map_err(|(_, error)| code(error))
    }

    fn begin(&mut self) -> Result<Box<dyn Transacting + '_>, Error> {
        Ok(Box::new(Transaction(self.0.transaction().map_err(code)?)))
    }
}

struct Transaction<'a>(pcsc::Transaction<'a>);

impl Transacting for Transaction<'_> {
    fn card(&self) -> &dyn Exchanges {
        self
    }

    fn end(self: Box<Self>, disposition: Disposition) -> Result<(), Error> {
        let ended = self.0.end(theirs(disposition));
        ended.map_err(|(_, error)| code(error))
    }
}

fn theirs(disposition: Disposition) -> pcsc::Disposition {
    match disposition {
        Disposition::LeaveCard => pcsc::Disposition::LeaveCard,
        Disposition::ResetCard => pcsc::Disposition::ResetCard,
        Disposition::UnpowerCard => pcsc::Disposition::UnpowerCard,
    }
}

fn code(error: pcsc::Error) -> Error {
    (error as u32).into()
}
