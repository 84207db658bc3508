//! Calls that may block in the PC/SC library: made on a thread of their own, and waited for no
//! longer than patience lasts.
//!
//! Each call has the whole patience, also where several are made one after the other without their
//! answers being looked at in between. That they are handed over together spares this thread from
//! being woken after each of them.

use std::cell::RefCell;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use crate::reader::CardError;

/// The calls of one piece of work.
pub(crate) struct Calls {
    /// When the last of them began; `None` once nobody waits for it any more.
    begun: Mutex<Option<Instant>>,
}

impl Calls {
    fn new() -> Self {
        Self {
            begun: Mutex::new(Some(Instant::now())),
        }
    }

    /// Makes a call, unless patience ended with the one before.
    pub(crate) fn make<T>(&self, call: impl FnOnce() -> T) -> Result<T, CardError> {
        match &mut *self.begun.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(begun) => *begun = Instant::now(),
            None => return Err(CardError::TimedOut),
        }
        Ok(call())
    }

    /// What is left of this patience for the present call; where nothing is, no other is made.
    fn left_of(&self, patience: Duration) -> Option<Duration> {
        let mut last = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        let left = last.and_then(|begun| patience.checked_sub(begun.elapsed()));
        if left.is_none() {
            *last = None;
        }
        left
    }
}

/// Does work that consists of calls which may block, and stops waiting when patience ends with one
/// of them.
pub(crate) fn bounded<T: Send + 'static>(
    patience: Duration,
    work: impl FnOnce(&Calls) -> Result<T, CardError> + Send + 'static,
) -> Result<T, CardError> {
    let calls = Arc::new(Calls::new());
    let (answer, wait) = mpsc::channel();
    let made = calls.clone();
    give(Box::new(move || {
        // nobody listens any more where patience ended first
        let _ = answer.send(work(&made));
    }));
    let mut limit = patience;
    loop {
        if let Ok(answered) = wait.recv_timeout(limit) {
            return answered;
        }
        let Some(left) = calls.left_of(patience) else {
            // whoever makes the call may never come back from it
            CALLER.set(None);
            return Err(CardError::TimedOut);
        };
        limit = left;
    }
}

type Work = Box<dyn FnOnce() + Send>;

thread_local! {
    /// Who makes the calls, until one of them does not return.
    static CALLER: RefCell<Option<mpsc::Sender<Work>>> = const { RefCell::new(None) };
}

fn give(work: Work) {
    CALLER.with_borrow_mut(|caller| {
        let refused = match caller {
            Some(caller) => caller.send(work).err().map(|mpsc::SendError(work)| work),
            None => Some(work),
        };
        if let Some(work) = refused {
            *caller = Some(caller_with(work));
        }
    });
}

/// A thread that does this work and then other, as long as somebody has some.
fn caller_with(first: Work) -> mpsc::Sender<Work> {
    let (caller, works) = mpsc::channel::<Work>();
    thread::spawn(move || {
        first();
        works.into_iter().for_each(|work| work());
    });
    caller
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: Duration = Duration::from_millis(1);
    const LONG: Duration = Duration::from_secs(30);

    #[test]
    fn patience_ends() {
        let (_keep, never) = mpsc::channel::<()>();
        let outcome = bounded(SHORT, move |calls| calls.make(|| never.recv()));
        assert!(matches!(outcome, Err(CardError::TimedOut)));
    }

    #[test]
    fn a_call_that_never_returns_keeps_no_other_from_being_made() {
        let (_keep, never) = mpsc::channel::<()>();
        assert!(bounded(SHORT, move |calls| calls.make(|| never.recv())).is_err());
        let who = || bounded(LONG, |calls| calls.make(|| thread::current().id()));
        assert_eq!(who().unwrap(), who().unwrap());
    }

    #[test]
    fn after_a_call_that_took_too_long_the_next_one_is_not_made() {
        let (end_it, late) = mpsc::channel::<()>();
        let (tell, told) = mpsc::channel();
        let outcome = bounded(SHORT, move |calls| {
            // ends when the sender is dropped
            let _ = calls.make(|| late.recv())?;
            let next = calls.make(|| ());
            let _ = tell.send(next.is_ok());
            next
        });
        assert!(matches!(outcome, Err(CardError::TimedOut)));
        drop(end_it);
        assert_eq!(told.recv_timeout(LONG), Ok(false));
    }

    #[test]
    fn each_call_has_the_whole_patience() {
        let calls = Calls::new();
        *calls.begun.lock().unwrap() = Instant::now().checked_sub(LONG);
        calls.make(|| ()).unwrap();
        assert!(calls.left_of(LONG).is_some());
    }
}
