//! One client's socket, which several threads write to: the one that answers, and those that tell
//! a waiting client of a change.

use std::io::{self, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use parking_lot::{Mutex, MutexGuard};
use rustix::net::{RecvFlags, recv};

use super::layout::{Message, Wait};
use crate::{Client, ReturnCode};

/// How long a client may leave its answers unread while its buffer is full. One that reads before
/// it asks again, as libpcsclite does, never has a full buffer.
const UNREAD_LIMIT: Duration = Duration::from_secs(2);

/// A client's socket.
pub(super) struct Link {
    stream: UnixStream,
    writing: Mutex<()>,
    /// The server is going away.
    closing: Arc<AtomicBool>,
}

/// The right to write.
pub(super) struct Writing<'a> {
    stream: &'a UnixStream,
    _turn: MutexGuard<'a, ()>,
}

impl Link {
    pub(super) fn new(stream: UnixStream, closing: Arc<AtomicBool>) -> io::Result<Self> {
        stream.set_nonblocking(false)?;
        stream.set_write_timeout(Some(UNREAD_LIMIT))?;
        Ok(Self {
            stream,
            writing: Mutex::new(()),
            closing,
        })
    }

    /// For reading.
    pub(super) fn stream(&self) -> &UnixStream {
        &self.stream
    }

    /// Waits for the turn to write. The thread that holds it may look at the world, but not the other way
    /// round.
    pub(super) fn writing(&self) -> Writing<'_> {
        Writing {
            stream: &self.stream,
            _turn: self.writing.lock(),
        }
    }

    /// Ends the conversation: both sides see the end at once, blocked reads and writes too.
    pub(super) fn close(&self) {
        // Fails only where the other side has closed already.
        let _ = self.stream.shutdown(Shutdown::Both);
    }
}

impl Writing<'_> {
    /// Sends a whole reply.
    pub(super) fn send(&self, bytes: &[u8]) -> io::Result<()> {
        let mut stream = self.stream;
        stream.write_all(bytes)
    }
}

impl Client for Link {
    fn notify(&self, rv: ReturnCode) {
        let mut event = Vec::with_capacity(Wait::SIZE);
        Wait::over(rv).write(&mut event);
        if self.writing().send(&event).is_err() {
            self.close();
        }
    }

    fn is_there(&self) -> bool {
        if self.closing.load(Ordering::Acquire) {
            return false;
        }
        let peek = recv(
            &self.stream,
            &mut [0_u8; 1],
            RecvFlags::PEEK | RecvFlags::DONTWAIT,
        );
        match peek {
            Ok((_, 0)) => false,
            Ok(_) => true,
            Err(error) => error == rustix::io::Errno::AGAIN || error == rustix::io::Errno::INTR,
        }
    }
}
