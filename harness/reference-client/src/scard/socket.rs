//! Contexts and cards without libpcsclite: its protocol 4.4 on the socket of the resource manager.
//!
//! As there, a context has a socket of its own, which a call that has not come back keeps.

use std::ffi::{CStr, CString};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::message::{Command, Line, answered, word, words};
use super::{
    Attribute, Connected, Disposition, Error, Established, Exchanges, Library, PNP_NOTIFICATION,
    Protocols, ReaderState, ShareMode, State, Transacting,
};

/// Version 4.4 of the protocol, which every resource manager since 2017 speaks.
const VERSION: [u32; 2] = [4, 4];
/// `SCARD_SCOPE_USER`.
const SCOPE_USER: u32 = 0;
/// Bytes of a reader's name.
const NAME: usize = 128;
/// Readers in an answer of this version, and the bytes of each.
const PLACES: usize = 16;
const PLACE: usize = 184;
/// Most bytes of an attribute.
const ATTRIBUTE: usize = 264;
/// The size of an `SCARD_IO_REQUEST`.
const PCI: u32 = 16;
/// How often a card that others hold is asked for again, as libpcsclite does.
const TURN: Duration = Duration::from_millis(100);

/// No library: this client speaks to the resource manager itself.
#[derive(Debug)]
pub struct Own;

impl Library for Own {
    fn establish(&self) -> Result<Box<dyn Established>, Error> {
        let mut line = Line::open()?;
        line.ask(Command::Version, &mut words(&[VERSION[0], VERSION[1], 0]))?;
        let mut body = words(&[SCOPE_USER, 0, 0]);
        line.ask(Command::Establish, &mut body)?;
        Ok(Box::new(Context(Arc::new(Shared {
            line: Mutex::new(line),
            handle: word(&body, 4),
        }))))
    }
}

/// A context, which its cards share and the last of them releases.
struct Context(Arc<Shared>);

struct Shared {
    line: Mutex<Line>,
    handle: u32,
}

impl Shared {
    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        let mut body = words(&[self.handle, 0]);
        // a service that is gone has released it
        let _ = self.line().ask(Command::Release, &mut body);
    }
}

impl Established for Context {
    fn is_valid(&self) -> Result<(), Error> {
        // libpcsclite does not ask, either
        Ok(())
    }

    fn readers(&self) -> Result<Vec<CString>, Error> {
        let places = Places::told(&mut self.0.line(), Command::ReadersState)?;
        let names: Vec<CString> = places.iter().map(|place| place.name().into()).collect();
        if names.is_empty() {
            return Err(Error::NoReadersAvailable);
        }
        Ok(names)
    }

    fn status_change(&self, timeout: Duration, states: &mut [ReaderState]) -> Result<(), Error> {
        let until = Instant::now() + timeout;
        let mut line = self.0.line();
        let places = Places::told(&mut line, Command::ReadersState)?;
        let is_unknown = |state: &ReaderState| {
            *state.name != *PNP_NOTIFICATION && places.find(&state.name).is_none()
        };
        if states.iter().any(is_unknown) {
            return Err(Error::UnknownReader);
        }
        if look(states, &places) {
            return Ok(());
        }
        while Instant::now() < until {
            // what changes from now on is told; these are the states of now
            let places = Places::told(&mut line, Command::Wait)?;
            let has_changed = look(states, &places);
            let mut over = [0; 8];
            if has_changed || !line.hear_until(&mut over, until)? {
                // the one word on it may be under way already, and comes once
                line.tell(Command::StopWaiting, &[], &[])?;
                line.hear(&mut over)?;
                if has_changed {
                    return Ok(());
                }
                break;
            }
            answered(word(&over, 4))?;
        }
        Err(Error::Timeout)
    }

    fn connect(
        &self,
        reader: &CStr,
        mode: ShareMode,
        protocols: Protocols,
    ) -> Result<Box<dyn Connected>, Error> {
        let mut name = [0; NAME];
        let bytes = reader.to_bytes();
        // the last byte ends the name
        if bytes.len() >= NAME {
            return Err(Error::InvalidValue);
        }
        name[..bytes.len()].copy_from_slice(bytes);
        let mut body = words(&[self.0.handle]);
        body.extend_from_slice(&name);
        body.extend(words(&[mode as u32, protocols as u32, 0, 0, 0]));
        self.0.line().ask(Command::Connect, &mut body)?;
        let (handle, protocol) = (word(&body, NAME + 12), word(&body, NAME + 16));
        Ok(Box::new(Card {
            context: Arc::clone(&self.0),
            handle,
            protocol,
            reader: reader.into(),
            is_connected: true,
        }))
    }
}

/// The readers, as the resource manager tells of them.
struct Places(Vec<u8>);

/// One of them.
struct Place<'a>(&'a [u8]);

impl Places {
    fn told(line: &mut Line, asked: Command) -> Result<Self, Error> {
        let mut places = vec![0; PLACES * PLACE];
        line.tell(asked, &[], &[])?;
        line.hear(&mut places)?;
        Ok(Self(places))
    }

    fn iter(&self) -> impl Iterator<Item = Place<'_>> {
        let places = self.0.chunks_exact(PLACE).map(Place);
        places.filter(|place| !place.name().is_empty())
    }

    fn find(&self, name: &CStr) -> Option<Place<'_>> {
        self.iter().find(|place| place.name() == name)
    }
}

impl<'a> Place<'a> {
    fn name(&self) -> &'a CStr {
        CStr::from_bytes_until_nul(&self.0[..NAME]).unwrap_or(c"")
    }

    fn count(&self) -> u32 {
        word(self.0, NAME) & 0xFFFF
    }

    /// The state in the flags of `SCardGetStatusChange`.
    fn state(&self) -> State {
        const ABSENT: u32 = 0x02;
        const PRESENT: u32 = 0x04;
        const SWALLOWED: u32 = 0x08;
        let (told, sharing) = (word(self.0, NAME + 4), word(self.0, NAME + 8));
        let card = match told {
            told if told & ABSENT != 0 => State::EMPTY,
            told if told & PRESENT != 0 && told & SWALLOWED != 0 => State::PRESENT.and(State::MUTE),
            told if told & PRESENT != 0 => State::PRESENT,
            _ => State::UNKNOWN.and(State::UNAVAILABLE),
        };
        match sharing.cast_signed() {
            0 => card,
            1.. => card.and(State::INUSE),
            _ => card.and(State::INUSE).and(State::EXCLUSIVE),
        }
    }
}

/// Notes what has become of each reader. Whether one of them is not as it was known.
fn look(states: &mut [ReaderState], places: &Places) -> bool {
    // who else uses a card is told, but not waited for
    let sharing = State::INUSE.and(State::EXCLUSIVE);
    let gone = State::UNKNOWN.and(State::UNAVAILABLE);
    let mut has_changed = false;
    for state in states {
        if *state.name == *PNP_NOTIFICATION {
            state.find(state.current.flags(), 0);
            continue;
        }
        let place = places.find(&state.name);
        let place = place.map(|place| (place.state(), place.count()));
        let (event, count) = place.unwrap_or((gone, state.known));
        let differs = event.without(sharing) != state.current.without(sharing)
            || state.current != State::UNAWARE && count != state.known;
        let told = if differs {
            event.and(State::CHANGED)
        } else {
            event
        };
        state.find(told.flags(), count);
        has_changed |= differs;
    }
    has_changed
}

/// A connection.
struct Card {
    context: Arc<Shared>,
    handle: u32,
    protocol: u32,
    reader: CString,
    is_connected: bool,
}

impl Card {
    /// A call that says which card, perhaps one more word, and what came of it.
    fn call(&self, command: Command, value: Option<u32>) -> Result<(), Error> {
        let mut body = vec![self.handle];
        body.extend(value);
        body.push(0);
        self.context.line().ask(command, &mut words(&body))
    }
}

impl Exchanges for Card {
    fn transmit<'a>(&self, command: &[u8], room: &'a mut [u8]) -> Result<&'a [u8], Error> {
        const ANY: u32 = 3;
        const ANSWER: usize = 24;
        let (length, most) = (size(command)?, size(room)?);
        let card = [self.handle, self.protocol, PCI, length];
        let mut body = words(&card);
        body.extend(words(&[ANY, PCI, most, 0]));
        let mut line = self.context.line();
        line.exchange(Command::Transmit, &mut body, command, ANSWER, room)
    }

    fn control<'a>(&self, code: u32, bytes: &[u8], room: &'a mut [u8]) -> Result<&'a [u8], Error> {
        const ANSWER: usize = 16;
        let mut body = words(&[self.handle, code, size(bytes)?, size(room)?, 0, 0]);
        let mut line = self.context.line();
        line.exchange(Command::Control, &mut body, bytes, ANSWER, room)
    }

    fn attribute(&self, attribute: Attribute) -> Result<Vec<u8>, Error> {
        let mut body = words(&[self.handle, attribute as u32]);
        let head = body.len();
        body.resize(head + ATTRIBUTE, 0);
        body.extend(words(&[size(&body[head..])?, 0]));
        self.context.line().ask(Command::Attribute, &mut body)?;
        let length = usize::try_from(word(&body, head + ATTRIBUTE)).unwrap_or(ATTRIBUTE);
        Ok(body[head..][..length.min(ATTRIBUTE)].to_vec())
    }

    fn status_names(&self) -> Result<Vec<CString>, Error> {
        self.call(Command::Status, None)?;
        Ok(vec![self.reader.clone()])
    }
}

impl Connected for Card {
    fn disconnect(mut self: Box<Self>, disposition: Disposition) -> Result<(), Error> {
        self.is_connected = false;
        self.call(Command::Disconnect, Some(disposition as u32))
    }

    /// Waits for its turn without an end, as libpcsclite does.
    fn begin(&mut self) -> Result<Box<dyn Transacting + '_>, Error> {
        loop {
            match self.call(Command::Begin, None) {
                Err(Error::SharingViolation) => thread::sleep(TURN),
                Err(error) => return Err(error),
                Ok(()) => {
                    return Ok(Box::new(Transaction {
                        card: self,
                        goes_on: true,
                    }));
                }
            }
        }
    }
}

impl Drop for Card {
    fn drop(&mut self) {
        if self.is_connected {
            let reset = Some(Disposition::ResetCard as u32);
            let _ = self.call(Command::Disconnect, reset);
        }
    }
}

/// A card that no other program talks to, until the end is told or the transaction is dropped.
struct Transaction<'a> {
    card: &'a Card,
    goes_on: bool,
}

impl Transacting for Transaction<'_> {
    fn card(&self) -> &dyn Exchanges {
        self.card
    }

    fn end(mut self: Box<Self>, disposition: Disposition) -> Result<(), Error> {
        self.goes_on = false;
        self.card.call(Command::End, Some(disposition as u32))
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        if self.goes_on {
            let left = Some(Disposition::LeaveCard as u32);
            let _ = self.card.call(Command::End, left);
        }
    }
}

fn size(bytes: &[u8]) -> Result<u32, Error> {
    u32::try_from(bytes.len()).map_err(|_| Error::InvalidValue)
}
