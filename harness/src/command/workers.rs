//! Several cases at a time, told in their own order.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal as _};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::thread;

use super::trouble::Trouble;
use crate::interrupt;

/// Plays the cases of these ids, `jobs` at a time and begun in `order`, and hands each to `take` as
/// soon as those before it were taken. Where one breaks off there is no sense in more: what was begun is still ended and
/// taken.
///
/// # Errors
/// Those of `take`.
pub(super) fn in_order<T: Send>(
    jobs: usize,
    ids: &[&str],
    order: &[usize],
    play: &(dyn Fn(usize) -> ControlFlow<T, T> + Sync),
    take: &mut dyn FnMut(T) -> Result<(), Trouble>,
) -> Result<(), Trouble> {
    let next = AtomicUsize::new(0);
    let stop = AtomicBool::new(false);
    let progress = Progress::new(ids);
    thread::scope(|scope| {
        let (done, ended) = channel();
        for _ in 0..jobs.min(order.len()) {
            let done = done.clone();
            scope.spawn(|| {
                let done = done;
                while !stop.load(Ordering::Relaxed) && !interrupt::interrupted() {
                    let Some(&at) = order.get(next.fetch_add(1, Ordering::Relaxed)) else {
                        return;
                    };
                    let case = match play(at) {
                        ControlFlow::Continue(case) => case,
                        ControlFlow::Break(case) => {
                            stop.store(true, Ordering::Relaxed);
                            case
                        }
                    };
                    if done.send((at, case)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(done);
        let mut early = BTreeMap::new();
        let mut next = 0;
        progress.show(next);
        for (at, case) in ended {
            early.insert(at, case);
            while let Some(case) = early.remove(&next) {
                progress.clear();
                take(case)?;
                next += 1;
                progress.show(next);
            }
        }
        progress.clear();
        // Cases behind one that was never begun.
        early.into_values().try_for_each(take)
    })
}

/// A line on a terminal that says what is being waited for.
struct Progress<'a> {
    ids: &'a [&'a str],
    shown: bool,
}

impl<'a> Progress<'a> {
    fn new(ids: &'a [&'a str]) -> Self {
        Self {
            ids,
            shown: io::stderr().is_terminal() && io::stdout().is_terminal(),
        }
    }

    fn show(&self, at: usize) {
        if let Some(id) = self.ids.get(at).filter(|_| self.shown) {
            eprint!("  … {id} ({}/{})", at + 1, self.ids.len());
        }
    }

    fn clear(&self) {
        if self.shown {
            eprint!("\r\x1b[2K");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Condvar, Mutex};

    use super::*;

    #[test]
    fn cases_are_taken_in_order_whichever_ends_first() {
        // The first waits until the last has ended.
        let ended = (Mutex::new(false), Condvar::new());
        let play = |at: usize| {
            let mut last = ended.0.lock().unwrap();
            if at == 2 {
                *last = true;
                ended.1.notify_all();
            }
            while at == 0 && !*last {
                last = ended.1.wait(last).unwrap();
            }
            ControlFlow::Continue(at)
        };
        let mut taken = Vec::new();
        let mut take = |at| {
            taken.push(at);
            Ok(())
        };
        in_order(3, &["a", "b", "c"], &[2, 0, 1], &play, &mut take).unwrap();
        assert_eq!(taken, [0, 1, 2]);
    }

    #[test]
    fn after_one_that_breaks_off_none_is_begun() {
        let play = |at: usize| match at {
            2 => ControlFlow::Break(at),
            _ => ControlFlow::Continue(at),
        };
        let mut taken = Vec::new();
        let mut take = |at| {
            taken.push(at);
            Ok(())
        };
        in_order(1, &["a", "b", "c"], &[0, 2, 1], &play, &mut take).unwrap();
        assert_eq!(taken, [0, 2]);
    }
}
