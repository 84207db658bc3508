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

use crate::conduct::Layers;
use crate::reader::CardError;

/// The calls of one piece of work.
pub(crate) struct Calls {
    /// When the last of them began; `None` once no caller waits for it any more.
    begun: Mutex<Option<Instant>>,
    /// Whether patience begins anew with each.
    each_anew: bool,
}

impl Calls {
    fn new(each_anew: bool) -> Self {
        Self {
            begun: Mutex::new(Some(Instant::now())),
            each_anew,
        }
    }

    /// Makes a call, unless patience ended with the one before.
    pub(crate) fn make<T>(&self, call: impl FnOnce() -> T) -> Result<T, CardError> {
        match &mut *self.begun.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(begun) if self.each_anew => *begun = Instant::now(),
            Some(_) => {}
            None => return Err(CardError::TimedOut),
        }
        Ok(call())
    }

    /// What is left of this patience for the present call; where nothing is, and it is called off, no other is made.
    fn left_of(&self, patience: Duration, is_called_off: bool) -> Option<Duration> {
        let mut last = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        let left = last.and_then(|begun| patience.checked_sub(begun.elapsed()));
        if left.is_none() && is_called_off {
            *last = None;
        }
        left
    }
}

/// Does work that consists of calls which may block, and stops waiting when patience ends with one
/// of them.
pub(crate) fn bounded<T: Send + 'static>(
    conduct: &Layers,
    patience: Duration,
    work: impl FnOnce(&Calls) -> Result<T, CardError> + Send + 'static,
) -> Result<T, CardError> {
    let calls = Arc::new(Calls::new(conduct.patience_anew(true)));
    let (answer, wait) = mpsc::channel();
    let made = calls.clone();
    let work = Box::new(move || {
        // the listener is gone where patience ended first
        let _ = answer.send(work(&made));
    });
    CREW.with_borrow_mut(|crew| crew.give(work));
    let mut limit = patience;
    loop {
        if let Ok(answered) = wait.recv_timeout(limit) {
            return answered;
        }
        let Some(left) = calls.left_of(patience, conduct.calls_off(true)) else {
            // the thread that makes the call may never come back from it
            if conduct.caller_replaced(true) {
                CREW.with_borrow_mut(|crew| crew.caller = None);
            }
            return Err(CardError::TimedOut);
        };
        limit = left;
    }
}

/// Waits for calls that no caller waits for any more to return, but no longer than this. It is for the end of
/// the program: libpcsclite 1.9.9 frees its list of contexts then, also under a thread that
/// is about to release one (*observed*: a double free).
pub(crate) fn dismiss(limit: Duration) {
    let Crew {
        caller,
        alive,
        gone,
    } = CREW.replace(Crew::default());
    drop((caller, alive));
    // nothing is said: it ends with the last thread
    let _ = gone.recv_timeout(limit);
}

type Work = Box<dyn FnOnce() + Send>;

thread_local! {
    static CREW: RefCell<Crew> = RefCell::default();
}

/// The threads that make the calls.
struct Crew {
    /// Who makes the next one, until one of them does not return.
    caller: Option<mpsc::Sender<Work>>,
    /// Each thread has a copy for as long as it lives.
    alive: mpsc::Sender<()>,
    gone: mpsc::Receiver<()>,
}

impl Default for Crew {
    fn default() -> Self {
        let (alive, gone) = mpsc::channel();
        Self {
            caller: None,
            alive,
            gone,
        }
    }
}

impl Crew {
    fn give(&mut self, work: Work) {
        let refused = match &self.caller {
            Some(caller) => caller.send(work).err().map(|mpsc::SendError(work)| work),
            None => Some(work),
        };
        if let Some(work) = refused {
            self.caller = Some(self.caller_with(work));
        }
    }

    /// A thread that does this work and then other, as long as there is some.
    fn caller_with(&self, first: Work) -> mpsc::Sender<Work> {
        let (caller, works) = mpsc::channel::<Work>();
        let alive = self.alive.clone();
        thread::spawn(move || {
            let _alive = alive;
            first();
            works.into_iter().for_each(|work| work());
        });
        caller
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: Duration = Duration::from_millis(200);
    const LONG: Duration = Duration::from_secs(30);

    fn plain() -> Layers {
        std::iter::empty::<Layers>().collect()
    }

    #[test]
    fn patience_ends() {
        let (_keep, never) = mpsc::channel::<()>();
        let outcome = bounded(&plain(), SHORT, move |calls| calls.make(|| never.recv()));
        assert!(matches!(outcome, Err(CardError::TimedOut)));
    }

    #[test]
    fn what_a_late_call_brings_is_gone_before_the_program_ends() {
        struct Brought(mpsc::Sender<()>);
        impl Drop for Brought {
            fn drop(&mut self) {
                self.0.send(()).unwrap();
            }
        }
        let (gone, is_gone) = mpsc::channel();
        let (end_it, late) = mpsc::channel::<()>();
        let outcome = bounded(&plain(), SHORT, move |calls| {
            calls.make(|| late.recv().map(|()| Brought(gone)).unwrap())
        });
        assert!(matches!(outcome, Err(CardError::TimedOut)));
        end_it.send(()).unwrap();
        dismiss(LONG);
        assert!(is_gone.try_recv().is_ok());
    }

    #[test]
    fn a_call_that_never_returns_keeps_no_other_from_being_made() {
        let (_keep, never) = mpsc::channel::<()>();
        assert!(bounded(&plain(), SHORT, move |calls| calls.make(|| never.recv())).is_err());
        let who = || {
            bounded(&plain(), LONG, |calls| {
                calls.make(|| thread::current().id())
            })
        };
        assert_eq!(who().unwrap(), who().unwrap());
    }

    #[test]
    fn after_a_call_that_took_too_long_the_next_one_is_not_made() {
        let (end_it, late) = mpsc::channel::<()>();
        let (tell, told) = mpsc::channel();
        let outcome = bounded(&plain(), SHORT, move |calls| {
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
        let calls = Calls::new(true);
        *calls.begun.lock().unwrap() = Instant::now().checked_sub(LONG);
        calls.make(|| ()).unwrap();
        assert!(calls.left_of(LONG, true).is_some());
    }
}
