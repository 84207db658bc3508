//! Bytes on their way in: a buffer that reads as much as the socket has and lends what a message
//! needs, without copying.

use std::io::{self, Read};

/// A buffer in front of a socket.
#[derive(Debug)]
pub(crate) struct Inbox {
    buffer: Vec<u8>,
    start: usize,
    end: usize,
}

impl Inbox {
    /// Room for everything that is short; a long APDU makes it grow once.
    const FIRST_ROOM: usize = 4096;

    pub(crate) fn new() -> Self {
        Self {
            buffer: vec![0; Self::FIRST_ROOM],
            start: 0,
            end: 0,
        }
    }

    /// Waits until `len` bytes are there and lends them; they stay until [`drop_front`](Self::drop_front).
    ///
    /// # Errors
    /// What the socket says; `UnexpectedEof` where the client left.
    pub(crate) fn front(&mut self, source: &mut impl Read, len: usize) -> io::Result<&[u8]> {
        if self.start + len > self.buffer.len() {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
            if len > self.buffer.len() {
                self.buffer.resize(len, 0);
            }
        }
        while self.end - self.start < len {
            match source.read(&mut self.buffer[self.end..]) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(more) => self.end += more,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(&self.buffer[self.start..self.start + len])
    }

    /// Forgets the first `len` bytes.
    pub(crate) fn drop_front(&mut self, len: usize) {
        self.start = (self.start + len).min(self.end);
        if self.start == self.end {
            self.start = 0;
            self.end = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives `step` bytes at a time.
    struct Drip<'a>(&'a [u8], usize);

    impl Read for Drip<'_> {
        fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
            let len = self.1.min(self.0.len()).min(room.len());
            room[..len].copy_from_slice(&self.0[..len]);
            self.0 = &self.0[len..];
            Ok(len)
        }
    }

    #[test]
    fn messages_come_out_whole_however_they_came_in() {
        let sent: Vec<u8> = (0..=255).cycle().take(20_000).collect();
        for step in [1, 7, 4096, 20_000] {
            let mut source = Drip(&sent, step);
            let mut inbox = Inbox::new();
            let mut got = Vec::new();
            for len in [8, 40, 0, 5000, 9952, 5000] {
                got.extend_from_slice(inbox.front(&mut source, len).unwrap());
                inbox.drop_front(len);
            }
            assert_eq!(got, sent, "{step} bytes at a time");
            let end = inbox.front(&mut source, 1).unwrap_err();
            assert_eq!(end.kind(), io::ErrorKind::UnexpectedEof);
        }
    }
}
