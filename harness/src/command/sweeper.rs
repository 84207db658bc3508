//! Clears away what is left of cells that were closed, beside the threads that judge and play on: none
//! waits for it but the end of the run.

use std::sync::mpsc::{Sender, channel};
use std::thread::{self, JoinHandle};

use crate::cell::world::Left;

/// A thread that clears away; dropped when all of it is gone.
#[derive(Debug)]
pub(super) struct Sweeper {
    to: Option<Sender<Left>>,
    thread: Option<JoinHandle<()>>,
}

impl Sweeper {
    pub(super) fn new() -> Self {
        let (to, left) = channel();
        Self {
            to: Some(to),
            thread: Some(thread::spawn(move || left.into_iter().for_each(drop))),
        }
    }

    /// Takes what is left.
    pub(super) fn take(&self, left: Left) {
        if let Some(to) = &self.to {
            // A sender that is not heard drops it itself.
            let _ = to.send(left);
        }
    }
}

impl Drop for Sweeper {
    fn drop(&mut self) {
        drop(self.to.take());
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has said so.
            let _ = thread.join();
        }
    }
}
