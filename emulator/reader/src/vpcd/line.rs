//! The line: who calls whom, and how often.

use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use super::dialogue::{End, converse};
use super::{Shared, hang_up};

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
            // Nobody there, or nobody who wants to talk.
            Ok(End::Silent) | Err(_) => {
                shared.pause(epoch, pause);
                pause = (pause * 2).min(LAST_PAUSE);
            }
        }
    }
}

/// vpcd's port is one of those that the system gives to callers. Whoever calls it often enough
/// while nobody listens gets it himself one day, and is then connected to his own end.
fn not_oneself(stream: TcpStream) -> io::Result<TcpStream> {
    if stream.local_addr()? == stream.peer_addr()? {
        return Err(io::ErrorKind::ConnectionRefused.into());
    }
    Ok(stream)
}

/// Answers callers while it is not over, one after the other; without a card, by ending the call.
pub(super) fn answer(listener: &TcpListener, shared: &Shared) {
    loop {
        let caller = listener.accept();
        let epoch = {
            let state = shared.state();
            if state.closing {
                return;
            }
            state.card.is_some().then(|| shared.ifd.epoch())
        };
        match (caller, epoch) {
            // Whatever goes wrong with one caller, there may be others.
            (Ok((stream, _)), Some(epoch)) => drop(attend(stream, shared, epoch)),
            (Ok(_), None) => {}
            (Err(_), _) => shared.timer.pause(RESPITE),
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
