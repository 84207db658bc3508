//! How a client's driver listens: it waits for the client's output itself, so that no other thread has to wake
//! it for what the client says.
//!
//! A thread that stamps another event reads what the client has said before it; the driver then finds
//! nothing to read, and is told by a bell.

use std::io::{self, Read as _, Write as _};
use std::os::fd::{AsFd as _, OwnedFd};
use std::os::unix::net::UnixStream;
use std::process::ChildStdout;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_setfl};

use super::lines::Lines;
use crate::cell::sequencer::{Bell, Heard, Sequencer};

/// How often the thread that listens on looks whether it was told to stop.
const LOOK: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 100_000_000,
};

/// The driver's ear at a client's standard output, which is part of the cell's order.
pub(super) struct Ear {
    sequencer: Arc<Sequencer>,
    heard: Receiver<Heard>,
    readable: OwnedFd,
    bell: UnixStream,
}

impl Ear {
    /// Makes the client's output part of the order.
    pub(super) fn new(stdout: ChildStdout, sequencer: &Arc<Sequencer>) -> io::Result<Self> {
        fcntl_setfl(&stdout, OFlags::NONBLOCK)?;
        let readable = stdout.as_fd().try_clone_to_owned()?;
        let (ringer, bell) = UnixStream::pair()?;
        ringer.set_nonblocking(true)?;
        bell.set_nonblocking(true)?;
        let (heard_by, heard) = channel();
        sequencer.listen(Lines::new(stdout), heard_by);
        // A bell that has no room for more rings already.
        sequencer.ring(Bell::new(move || drop((&ringer).write(&[1]))));
        Ok(Self {
            sequencer: sequencer.clone(),
            heard,
            readable,
            bell,
        })
    }

    /// What the client says next, or `None` after `limit`.
    pub(super) fn hear(&self, limit: Duration) -> Option<Heard> {
        let until = Instant::now() + limit;
        loop {
            match self.heard.try_recv() {
                Ok(heard) => return Some(heard),
                Err(TryRecvError::Disconnected) => return Some(Heard::Closed),
                Err(TryRecvError::Empty) => {}
            }
            let speaks = self.sequencer.pump();
            let left = until.saturating_duration_since(Instant::now());
            if !speaks {
                return Heard::next(&self.heard, left);
            }
            match self.heard.try_recv() {
                Ok(heard) => return Some(heard),
                Err(_) if left.is_zero() => return None,
                Err(_) => self.wait(left),
            }
        }
    }

    /// Waits until there is something to read, or another thread has read something.
    fn wait(&self, left: Duration) {
        let mut sources = [
            PollFd::new(&self.readable, PollFlags::IN),
            PollFd::new(&self.bell, PollFlags::IN),
        ];
        // A limit beyond what the system can count is none; an error means that there is nothing to
        // wait for, and the next look will find the end.
        let left = Timespec::try_from(left).ok();
        let _ = poll(&mut sources, left.as_ref());
        if sources[1].revents().contains(PollFlags::IN) {
            // What is not read now rings once more.
            let _ = (&self.bell).read(&mut [0; 64]);
        }
    }

    /// Goes on listening while the driver has other things to do, until the sequencer hangs up.
    pub(super) fn listen_on(self) -> JoinHandle<()> {
        thread::spawn(move || {
            while self.sequencer.pump() {
                let _ = poll(
                    &mut [PollFd::new(&self.readable, PollFlags::IN)],
                    Some(&LOOK),
                );
            }
        })
    }
}
