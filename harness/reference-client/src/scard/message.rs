//! One socket to the resource manager, and the messages on it: 32-bit words in the machine's own order
//! (pcsc-lite: `winscard_msg.h`). A reply is the request's body again, with what the manager filled in.

use std::env;
use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use super::Error;

/// Where the resource manager listens if nothing else is said.
const USUAL_SOCKET: &str = "/run/pcscd/pcscd.comm";
/// The longest payload of a reply: an extended APDU with room to spare.
const PAYLOAD_MAX: usize = 65_548;

/// The number of a request.
#[derive(Debug, Clone, Copy)]
pub(super) enum Command {
    Establish = 0x01,
    Release = 0x02,
    Connect = 0x04,
    Disconnect = 0x06,
    Begin = 0x07,
    End = 0x08,
    Transmit = 0x09,
    Control = 0x0A,
    Status = 0x0B,
    Attribute = 0x0F,
    Version = 0x11,
    ReadersState = 0x12,
    Wait = 0x13,
    StopWaiting = 0x14,
}

/// A socket to the resource manager.
pub(super) struct Line(UnixStream);

impl Line {
    pub(super) fn open() -> Result<Self, Error> {
        let socket = env::var_os("PCSCLITE_CSOCK_NAME").unwrap_or_else(|| USUAL_SOCKET.into());
        let stream = UnixStream::connect(socket).map_err(|_| Error::NoService)?;
        Ok(Self(stream))
    }

    /// A request and what stands in its place when it comes back. The last word but for payloads says
    /// what came of it.
    pub(super) fn ask(&mut self, command: Command, body: &mut [u8]) -> Result<(), Error> {
        self.tell(command, body, &[])?;
        self.hear(body)?;
        answered(word(body, body.len() - 4))
    }

    /// Like [`ask`](Self::ask), with bytes behind the request and behind its reply: those, and how many
    /// they are stands in the word at `length`.
    pub(super) fn exchange<'a>(
        &mut self,
        command: Command,
        body: &mut [u8],
        payload: &[u8],
        length: usize,
        room: &'a mut [u8],
    ) -> Result<&'a [u8], Error> {
        self.tell(command, body, payload)?;
        self.hear(body)?;
        answered(word(body, body.len() - 4))?;
        let length = usize::try_from(word(body, length)).unwrap_or(usize::MAX);
        if length > PAYLOAD_MAX {
            return Err(Error::CommError);
        }
        let mut answer = vec![0; length];
        self.hear(&mut answer)?;
        let room = room.get_mut(..length).ok_or(Error::InsufficientBuffer)?;
        room.copy_from_slice(&answer);
        Ok(room)
    }

    pub(super) fn tell(
        &mut self,
        command: Command,
        body: &[u8],
        payload: &[u8],
    ) -> Result<(), Error> {
        let size = u32::try_from(body.len()).map_err(|_| Error::InvalidValue)?;
        let mut message = words(&[size, command as u32]);
        message.extend_from_slice(body);
        message.extend_from_slice(payload);
        self.0.write_all(&message).map_err(|_| Error::NoService)
    }

    pub(super) fn hear(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        self.0.read_exact(bytes).map_err(|_| Error::CommError)
    }

    /// Whether these bytes came before `until`. What began to come is waited for.
    pub(super) fn hear_until(&mut self, bytes: &mut [u8], until: Instant) -> Result<bool, Error> {
        let left = until.saturating_duration_since(Instant::now());
        // zero would mean for ever
        let left = left.max(Duration::from_millis(1));
        self.0
            .set_read_timeout(Some(left))
            .map_err(|_| Error::CommError)?;
        let first = loop {
            match self.0.read(bytes) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        self.0
            .set_read_timeout(None)
            .map_err(|_| Error::CommError)?;
        match first {
            Ok(0) => Err(Error::CommError),
            Ok(read) => self.hear(&mut bytes[read..]).map(|()| true),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                Ok(false)
            }
            Err(_) => Err(Error::CommError),
        }
    }
}

/// What the resource manager says of a request.
pub(super) fn answered(code: u32) -> Result<(), Error> {
    match code {
        0 => Ok(()),
        code => Err(code.into()),
    }
}

/// These words, one behind the other.
pub(super) fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_ne_bytes()).collect()
}

/// The word that begins at this byte.
pub(super) fn word(bytes: &[u8], at: usize) -> u32 {
    let word = bytes[at..].first_chunk();
    u32::from_ne_bytes(*word.expect("the message is this long"))
}
