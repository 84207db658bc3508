//! The line: who calls whom, and how often.

use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::dialogue::{End, converse};
use super::{Shared, State, Vpicc, hang_up};

/// How long a call may stay unanswered. On this machine it is answered or refused at once.
pub(super) const CALL_LIMIT: Duration = Duration::from_secs(1);

/// The time between two calls doubles from the first to the last.
const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LAST_PAUSE: Duration = Duration::from_millis(500);

/// How long the card waits before it looks for callers again, where it cannot accept any.
const RESPITE: Duration = Duration::from_millis(100);

/// Calls on the driver while there is a card.
pub(super) fn call(driver: SocketAddr, shared: &Shared) {
    let mut pause = FIRST_PAUSE;
    while let Some(epoch) = shared.wait_for_card() {
        let line = TcpStream::connect_timeout(&driver, CALL_LIMIT).and_then(not_oneself);
        match line.and_then(|stream| attend(stream, shared, epoch)) {
            Ok(End::Talked) => pause = FIRST_PAUSE,
            // No driver there, or none that wants to talk.
            Ok(End::Silent) | Err(_) => {
                shared.pause(epoch, pause);
                pause = (pause * 2).min(LAST_PAUSE);
            }
        }
    }
}

/// vpcd's port is one of those that the system gives to callers. A card that calls it often enough
/// while no driver listens gets it itself one day, and is then connected to its own end.
fn not_oneself(stream: TcpStream) -> io::Result<TcpStream> {
    if stream.local_addr()? == stream.peer_addr()? {
        return Err(io::ErrorKind::ConnectionRefused.into());
    }
    Ok(stream)
}

/// Answers callers while it is not over, one after the other; without a card, by ending the call.
pub(super) fn answer(listener: &TcpListener, shared: &Arc<Shared>) {
    let mut talk: Option<Talk> = None;
    loop {
        let caller = listener.accept();
        if shared.state().closing {
            return;
        }
        let Ok((stream, _)) = caller else {
            shared.timer.pause(RESPITE);
            continue;
        };
        if shared.state().talks && !gives_way(&stream, shared) {
            continue;
        }
        // ends the one before
        drop(talk.take());
        let epoch = {
            let state = shared.state();
            state.card.is_some().then(|| shared.ifd.epoch())
        };
        // Whatever goes wrong with one caller, there may be others.
        talk = epoch.and_then(|epoch| Talk::begin(stream, shared, epoch).ok());
    }
}

/// Whether the caller who has the card leaves, or says nothing while another waits who does.
fn gives_way(other: &TcpStream, shared: &Shared) -> bool {
    let says_something = other
        .set_read_timeout(Some(Vpicc::PATIENCE))
        .and_then(|()| other.peek(&mut [0]))
        .is_ok_and(|bytes| bytes > 0);
    if !says_something || other.set_read_timeout(None).is_err() {
        return false;
    }
    let heard = shared.heard.load(Ordering::Relaxed);
    let mut state = shared.state();
    let is_there = |state: &mut State| state.talks && !state.closing;
    shared
        .changed
        .wait_while_for(&mut state, is_there, Vpicc::PATIENCE);
    !state.talks || heard == shared.heard.load(Ordering::Relaxed)
}

/// A caller who has the card. Dropping it ends the call.
struct Talk {
    stream: TcpStream,
    thread: Option<JoinHandle<()>>,
}

impl Talk {
    fn begin(stream: TcpStream, shared: &Arc<Shared>, epoch: u32) -> io::Result<Self> {
        let own = stream.try_clone()?;
        shared.state().talks = true;
        let run = {
            let shared = Arc::clone(shared);
            move || {
                // Its end is all that there is to know of a call.
                drop(attend(stream, &shared, epoch));
                shared.state().talks = false;
                shared.changed.notify_all();
            }
        };
        let thread = thread::Builder::new().name("vpcd-call".into()).spawn(run);
        let thread = thread.inspect_err(|_| shared.state().talks = false)?;
        Ok(Self {
            stream: own,
            thread: Some(thread),
        })
    }
}

impl Drop for Talk {
    fn drop(&mut self) {
        hang_up(&self.stream);
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has said so.
            let _ = thread.join();
        }
    }
}

/// One conversation, which the operator can end by taking the card away.
fn attend(stream: TcpStream, shared: &Shared, epoch: u32) -> io::Result<End> {
    stream.set_nodelay(true)?;
    {
        let mut state = shared.state();
        state.stream = Some(stream.try_clone()?);
    }
    let mut end = End::Silent;
    if shared.goes_on(epoch) {
        // A card that panics has said so; it ends the conversation and leaves, and nothing else.
        let talk = AssertUnwindSafe(|| converse(&stream, shared, epoch));
        match catch_unwind(talk) {
            Ok(talked) => end = talked,
            Err(_) => shared.leave(),
        }
    }
    shared.state().stream = None;
    hang_up(&stream);
    Ok(end)
}
