//! A client that writes and reads the protocol by hand, and the service that it talks to.

use std::io::{ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;

use madoguchi_reader::pcsclite::Server;

use super::command;
use crate::double::{LIMIT, Stage};

/// Bytes of a reader's state.
pub(crate) const READER_STATE: usize = 184;

/// A stage behind a socket.
pub(crate) struct Served {
    pub(crate) stage: Stage,
    pub(crate) server: Server,
    folder: tempfile::TempDir,
}

impl Served {
    pub(crate) fn new(stage: Stage) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let server = Server::bind(folder.path().join("comm"), stage.manager.clone()).unwrap();
        Self {
            stage,
            server,
            folder,
        }
    }

    /// Ends the service; the folder stays until the test ends.
    pub(crate) fn end(self) -> (Stage, tempfile::TempDir) {
        drop(self.server);
        (self.stage, self.folder)
    }
}

/// One connection to the service.
pub(crate) struct Client(UnixStream);

impl Client {
    /// A connection on which nothing was said yet.
    pub(crate) fn raw(served: &Served) -> Self {
        let stream = UnixStream::connect(served.server.path()).unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        stream.set_write_timeout(Some(LIMIT)).unwrap();
        Self(stream)
    }

    /// A client of protocol 4.`minor` with a context and a shared connection.
    pub(crate) fn connected(served: &Served, minor: u32) -> (Self, u32) {
        let mut client = Self::raw(served);
        client.version(4, minor);
        let context = client.establish();
        let (card, _, rv) = client.connect(context, Stage::READER, 2, 3);
        assert_eq!(rv, 0);
        (client, card)
    }

    // ---- bytes ----

    pub(crate) fn send(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).unwrap();
    }

    pub(crate) fn receive(&mut self, len: usize) -> Vec<u8> {
        let mut bytes = vec![0; len];
        self.0.read_exact(&mut bytes).unwrap();
        bytes
    }

    pub(crate) fn receive_words(&mut self, count: usize) -> Vec<u32> {
        let bytes = self.receive(4 * count);
        let words = bytes.chunks_exact(4);
        words
            .map(|word| u32::from_ne_bytes(word.try_into().unwrap()))
            .collect()
    }

    pub(crate) fn body(words: &[u32]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_ne_bytes()).collect()
    }

    /// A whole request.
    pub(crate) fn request(command: u32, body: &[u8]) -> Vec<u8> {
        let size = u32::try_from(body.len()).unwrap();
        [&Self::body(&[size, command]), body].concat()
    }

    /// Sends a request and reads `len` bytes.
    pub(crate) fn call(&mut self, command: u32, body: &[u8], len: usize) -> Vec<u8> {
        self.send(&Self::request(command, body));
        self.receive(len)
    }

    /// Sends a request of 32-bit fields and reads as many back.
    pub(crate) fn words(&mut self, command: u32, words: &[u32]) -> Vec<u32> {
        self.send(&Self::request(command, &Self::body(words)));
        self.receive_words(words.len())
    }

    /// Whether the service has nothing (more) to say: what it says next is the answer to a
    /// question that always has one.
    pub(crate) fn is_silent(&mut self) -> bool {
        // A context that does not exist cannot be cancelled.
        self.words(command::CANCEL, &[0, 0]) == [0, 0x8010_0003]
    }

    /// Waits for the service to close the connection.
    pub(crate) fn is_closed(&mut self) -> bool {
        let mut rest = Vec::new();
        match self.0.read_to_end(&mut rest) {
            Ok(_) => rest.is_empty(),
            Err(error) => error.kind() == ErrorKind::ConnectionReset,
        }
    }

    /// Whether the service let this client in.
    pub(crate) fn is_served(&mut self) -> bool {
        let request = Self::request(command::VERSION, &Self::body(&[4, 4, 0]));
        self.0.write_all(&request).is_ok() && self.0.read_exact(&mut [0; 12]).is_ok()
    }

    /// Reads to the end, or to what stands in its place.
    pub(crate) fn end(&mut self) -> std::io::Result<usize> {
        self.0.read_to_end(&mut Vec::new())
    }

    // ---- calls ----

    pub(crate) fn version(&mut self, major: u32, minor: u32) -> Vec<u32> {
        self.words(command::VERSION, &[major, minor, 0])
    }

    pub(crate) fn establish(&mut self) -> u32 {
        let reply = self.words(command::ESTABLISH, &[2, 0, 0]);
        assert_eq!((reply[0], reply[2]), (2, 0));
        reply[1]
    }

    /// Card handle, protocol and return value.
    pub(crate) fn connect(
        &mut self,
        context: u32,
        reader: &str,
        share: u32,
        protocols: u32,
    ) -> (u32, u32, u32) {
        let mut name = [0; 128];
        name[..reader.len()].copy_from_slice(reader.as_bytes());
        let tail = Self::body(&[share, protocols, 0, 0, 0]);
        let body = [&Self::body(&[context])[..], &name, &tail].concat();
        let reply = self.call(command::CONNECT, &body, 152);
        let field = |at: usize| u32::from_ne_bytes(reply[at..at + 4].try_into().unwrap());
        assert_eq!(field(0), context);
        (field(140), field(144), field(148))
    }

    /// Return value, length and answer.
    pub(crate) fn transmit(
        &mut self,
        card: u32,
        protocol: u32,
        apdu: &[u8],
        room: u32,
    ) -> (u32, u32, Vec<u8>) {
        let len = u32::try_from(apdu.len()).unwrap();
        let body = Self::body(&[card, protocol, 16, len, 3, 16, room, 0]);
        self.send(&Self::request(command::TRANSMIT, &body));
        self.send(apdu);
        let reply = self.receive_words(8);
        assert_eq!(reply[..6], [card, protocol, 16, len, 3, 16]);
        let (len, rv) = (reply[6], reply[7]);
        let answer = if rv == 0 { len } else { 0 };
        (rv, len, self.receive(usize::try_from(answer).unwrap()))
    }

    /// Return value and answer.
    pub(crate) fn control(&mut self, card: u32, code: u32, room: u32) -> (u32, Vec<u8>) {
        let body = Self::body(&[card, code, 3, room, 0, 0]);
        self.send(&Self::request(command::CONTROL, &body));
        self.send(&[1, 2, 3]);
        let reply = self.receive_words(6);
        let answer = if reply[5] == 0 { reply[4] } else { 0 };
        (reply[5], self.receive(usize::try_from(answer).unwrap()))
    }

    /// Return value and value.
    pub(crate) fn attribute(&mut self, card: u32, id: u32, room: u32) -> (u32, Vec<u8>) {
        let body = [
            Self::body(&[card, id]),
            vec![0; 264],
            Self::body(&[room, 0]),
        ]
        .concat();
        let reply = self.call(command::GET_ATTRIB, &body, 280);
        let field = |at: usize| u32::from_ne_bytes(reply[at..at + 4].try_into().unwrap());
        let len = usize::try_from(field(272)).unwrap();
        (field(276), reply[8..8 + len.min(264)].to_vec())
    }

    /// The state bits of the first reader in an array.
    pub(crate) fn first_state(states: &[u8]) -> u32 {
        u32::from_ne_bytes(states[132..136].try_into().unwrap())
    }
}
