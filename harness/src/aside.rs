//! Work that another thread does while this one does something else.

use std::panic::resume_unwind;
use std::thread::ScopedJoinHandle;

/// What came of it, once it is done. A panic over there is one here.
pub(crate) fn join<T>(work: ScopedJoinHandle<'_, T>) -> T {
    work.join().unwrap_or_else(|panic| resume_unwind(panic))
}
