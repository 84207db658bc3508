//! The events between the order and the trace's writer. A client that floods card or service is slowed to
//! what the writer takes, so that what waits for it stays within bounds.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender, TryRecvError};
use std::time::Duration;

use parking_lot::{Condvar, Mutex};

use super::sequencer::{Observed, ToStore};

/// What may wait for the writer, bytes: more than any case of a client at work has.
pub(crate) const MOST: usize = 32 << 20;

/// How long one event is held up at most: there may be no writer yet.
const HELD_UP: Duration = Duration::from_millis(50);

/// What an event takes beside its bytes.
const FRAME: usize = 2 << 10;

#[derive(Debug, Default)]
struct Backlog {
    bytes: AtomicUsize,
    is_waited_for: Mutex<()>,
    shrunk: Condvar,
}

/// Where events go in.
#[derive(Debug, Clone)]
pub(crate) struct ToWriter {
    sender: Sender<ToStore>,
    backlog: Arc<Backlog>,
}

/// Where events come out, in the order in which they went in.
#[derive(Debug)]
pub(crate) struct FromOrder {
    receiver: Receiver<ToStore>,
    backlog: Arc<Backlog>,
}

/// A way from the order to the writer.
pub(crate) fn channel() -> (ToWriter, FromOrder) {
    let (sender, receiver) = mpsc::channel();
    let backlog = Arc::<Backlog>::default();
    let to_writer = ToWriter {
        sender,
        backlog: backlog.clone(),
    };
    (to_writer, FromOrder { receiver, backlog })
}

impl ToWriter {
    /// Puts an event in; never waits.
    pub(super) fn send(&self, next: ToStore) {
        self.backlog.bytes.fetch_add(size(&next), Ordering::Relaxed);
        // The writer outlives the cell, except after its own failure, which it reports itself.
        let _ = self.sender.send(next);
    }

    /// Waits, after much was put in, until the writer has taken of it, or for a moment. To be called where
    /// no lock is held.
    pub(super) fn wait_for_room(&self) {
        if self.backlog.is_full() {
            let mut waits = self.backlog.is_waited_for.lock();
            if self.backlog.is_full() {
                self.backlog.shrunk.wait_for(&mut waits, HELD_UP);
            }
        }
    }
}

impl Backlog {
    fn is_full(&self) -> bool {
        self.bytes.load(Ordering::Relaxed) > MOST
    }

    fn taken(&self, next: &ToStore) {
        let was_full = self.is_full();
        self.bytes.fetch_sub(size(next), Ordering::Relaxed);
        if was_full && !self.is_full() {
            drop(self.is_waited_for.lock());
            self.shrunk.notify_all();
        }
    }
}

impl FromOrder {
    /// What is there.
    ///
    /// # Errors
    /// [`TryRecvError`], as of a channel.
    pub(super) fn try_recv(&self) -> Result<ToStore, TryRecvError> {
        self.receiver
            .try_recv()
            .inspect(|next| self.backlog.taken(next))
    }

    /// What comes next; `None` where nothing can come.
    pub(super) fn recv(&self) -> Option<ToStore> {
        let next = self.receiver.recv().ok()?;
        self.backlog.taken(&next);
        Some(next)
    }
}

/// What an event keeps in memory, roughly, bytes.
fn size(next: &ToStore) -> usize {
    let ToStore::Event(stamped) = next else {
        return 0;
    };
    let own = match &stamped.observed {
        Observed::Exchange {
            command, answer, ..
        } => command.len() + answer.as_ref().map_or(0, Vec::len),
        Observed::Request { sent, .. } => sent.body.len(),
        Observed::Awake { .. } | Observed::Told(_) => 0,
    };
    FRAME + own
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;
    use crate::cell::sequencer::Stamped;

    fn exchange(bytes: usize) -> ToStore {
        let observed = Observed::Exchange {
            card: "shiken-taro".into(),
            command: vec![0; bytes],
            answer: Ok(Vec::new()),
        };
        ToStore::Event(Stamped { us: 0, observed })
    }

    #[test]
    fn a_flood_waits_until_the_writer_has_taken_of_it() {
        let (to_writer, from_order) = channel();
        to_writer.send(exchange(MOST));
        assert!(to_writer.backlog.is_full());
        let writer = thread::spawn(move || from_order.recv().is_some());
        while to_writer.backlog.is_full() {
            to_writer.wait_for_room();
        }
        assert!(writer.join().unwrap());
        assert_eq!(to_writer.backlog.bytes.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn without_a_writer_it_goes_on_all_the_same() {
        let (to_writer, _from_order) = channel();
        for _ in 0..3 {
            to_writer.send(exchange(MOST));
            to_writer.wait_for_room();
        }
        assert!(to_writer.backlog.is_full());
    }
}
