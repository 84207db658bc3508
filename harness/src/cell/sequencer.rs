//! The one order of a cell: every event gets its number and its monotonic time here.
//!
//! A client says "the screen is shown" on its standard output and then talks to the card. Both
//! reach us on different channels, so before a card or web event is stamped, everything that the
//! client has already written is read and stamped first. Stamping happens before the answer
//! leaves, writing happens after: the [`Stamped`] events go through a channel to the store.

use std::fmt;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use madoguchi_iso7816::LinkFault;
use madoguchi_trace::{HttpRequest, What};
use parking_lot::{Mutex, MutexGuard};

use super::backlog::ToWriter;
use super::gate::{Sent, Untrusted};
use crate::client::contract::{self, FromClient};
use crate::client::lines::{Line, Lines};

/// An event as it was observed, before decoding and redaction.
#[derive(Debug)]
pub(crate) enum Observed {
    /// One exchange with the card of persona `card`.
    Exchange {
        card: Arc<str>,
        command: Vec<u8>,
        answer: Result<Vec<u8>, LinkFault>,
    },
    /// A card woke up: nothing is selected on it any more.
    Awake { card: Arc<str> },
    /// A request with all that came with it, for looking for secrets in it.
    Request {
        told: Untrusted<HttpRequest>,
        sent: Sent,
    },
    /// Everything that needs no decoding.
    Told(Untrusted<What>),
}

/// An observed event in its place: the channel to the store keeps the order of stamping.
#[derive(Debug)]
pub(crate) struct Stamped {
    pub(crate) us: u64,
    pub(crate) observed: Observed,
}

/// What goes to the store.
#[derive(Debug)]
pub(crate) enum ToStore {
    Event(Stamped),
    /// Nothing more comes, whatever thread still holds the sequencer.
    End,
}

/// What the client has said, for its driver.
#[derive(Debug, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "one at a time is on its way, and nearly all are messages"
)]
pub(crate) enum Heard {
    Message(FromClient),
    /// The service lets the client wait for an answer.
    KeptWaiting,
    /// The client closed its standard output.
    Closed,
}

impl Heard {
    /// What is heard next, or `None` after `limit`.
    pub(crate) fn next(heard: &Receiver<Self>, limit: Duration) -> Option<Self> {
        match heard.recv_timeout(limit) {
            Ok(heard) => Some(heard),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => Some(Self::Closed),
        }
    }
}

/// Rung where another thread than the driver found that the client has said something.
pub(crate) struct Bell(Box<dyn Fn() + Send>);

impl Bell {
    /// Rings by calling this, which must not wait.
    pub(crate) fn new(ring: impl Fn() + Send + 'static) -> Self {
        Self(Box::new(ring))
    }
}

impl fmt::Debug for Bell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bell")
    }
}

/// Stamps the events of one cell.
#[derive(Debug)]
pub(crate) struct Sequencer {
    state: Mutex<State>,
    /// The same as the state's, to wait at without its lock.
    store: ToWriter,
}

#[derive(Debug)]
struct State {
    start: Instant,
    client: Option<Lines>,
    heard: Option<Sender<Heard>>,
    bell: Option<Bell>,
    store: ToWriter,
}

impl Sequencer {
    pub(crate) fn new(store: ToWriter) -> Self {
        let state = State {
            start: Instant::now(),
            client: None,
            heard: None,
            bell: None,
            store: store.clone(),
        };
        Self {
            state: Mutex::new(state),
            store,
        }
    }

    /// From now on the client's standard output is part of the order.
    pub(crate) fn listen(&self, client: Lines, heard: Sender<Heard>) {
        let mut state = self.lock();
        state.client = Some(client);
        state.heard = Some(heard);
    }

    /// From now on a driver that waits for the client's output itself hears by this bell that
    /// another thread has read of it.
    #[cfg(unix)]
    pub(crate) fn ring(&self, bell: Bell) {
        self.lock().bell = Some(bell);
    }

    /// From now on what is said in the client's name is told to `heard`.
    pub(crate) fn answer_to(&self, heard: Sender<Heard>) {
        self.lock().heard = Some(heard);
    }

    /// Stamps what a stand-in says in the client's name.
    pub(crate) fn say(&self, message: FromClient) {
        self.lock().take(message);
    }

    /// No stand-in speaks in the client's name any more.
    pub(crate) fn fall_silent(&self) {
        let mut state = self.lock();
        state.tell_driver(Heard::Closed);
        state.heard = None;
    }

    /// The time since the start of the cell, microseconds.
    pub(crate) fn elapsed(&self) -> u64 {
        self.lock().elapsed()
    }

    /// Stamps what happened, after everything that the client has said before.
    pub(crate) fn stamp(&self, observed: Observed) {
        let mut state = self.lock();
        state.hear();
        state.push(observed);
        drop(state);
        self.store.wait_for_room();
    }

    /// The time at which something happens, after everything that the client has said before.
    pub(crate) fn now(&self) -> u64 {
        let mut state = self.lock();
        state.hear();
        state.elapsed()
    }

    /// Stamps an event that needs no decoding.
    pub(crate) fn tell(&self, what: What) {
        self.stamp(Observed::Told(Untrusted::new(what)));
    }

    /// Tells the client's driver that the service lets the client wait for an answer.
    pub(crate) fn keep_waiting(&self) {
        let state = self.lock();
        state.tell_driver(Heard::KeptWaiting);
        if let Some(Bell(ring)) = &state.bell {
            ring();
        }
    }

    /// Reads what the client has said. Returns whether there can be more.
    pub(crate) fn pump(&self) -> bool {
        let mut state = self.lock();
        state.drain();
        state.client.is_some()
    }

    /// Ends the order: what happens from now on is not recorded.
    pub(crate) fn close(&self) {
        self.lock().store.send(ToStore::End);
    }

    /// The client is gone: whatever else holds its output is not listened to.
    pub(crate) fn hang_up(&self) {
        let mut state = self.lock();
        state.drain();
        if state.client.take().is_some() {
            state.tell_driver(Heard::Closed);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }
}

impl State {
    /// Reads what the client has said, and lets a driver that waits for it know.
    fn hear(&mut self) {
        if self.drain()
            && let Some(Bell(ring)) = &self.bell
        {
            ring();
        }
    }

    /// Reads what the client has said. Returns whether it was anything.
    fn drain(&mut self) -> bool {
        let mut any = false;
        while let Some(client) = &mut self.client {
            match client.next_line() {
                Line::Text { number, bytes } => {
                    let message = contract::read(number, &bytes);
                    self.take(message);
                }
                Line::TooLong { number, len } => {
                    let why = format!("longer than {} bytes", contract::MAX_LINE);
                    self.take(contract::garbage(number, len, why, None));
                }
                Line::Pending => return any,
                Line::TooMuch { number } => {
                    let why = format!(
                        "more than {} lines or {} bytes in one case",
                        contract::MAX_LINES,
                        contract::MAX_OUTPUT
                    );
                    self.take(contract::garbage(number + 1, 0, why, None));
                    self.client = None;
                    self.tell_driver(Heard::Closed);
                }
                Line::End => {
                    self.client = None;
                    self.tell_driver(Heard::Closed);
                }
            }
            any = true;
        }
        any
    }

    fn take(&self, message: FromClient) {
        if let FromClient::Event(event) = &message {
            let said = What::Client(event.clone());
            self.push(Observed::Told(Untrusted::new(said)));
        }
        self.tell_driver(Heard::Message(message));
    }

    fn elapsed(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    fn tell_driver(&self, heard: Heard) {
        if let Some(driver) = &self.heard {
            // The driver may have given up on the client already.
            let _ = driver.send(heard);
        }
    }

    fn push(&self, observed: Observed) {
        let us = self.elapsed();
        self.store.send(ToStore::Event(Stamped { us, observed }));
    }
}
