//! The desktop of this machine: focus, pointer and keyboard are there once, however many cases are
//! played at a time.

use parking_lot::{Mutex, MutexGuard};

static DESKTOP: Mutex<()> = Mutex::new(());

/// Waits until no other case of this process has the desktop, and has it until dropped.
pub(crate) fn take() -> MutexGuard<'static, ()> {
    DESKTOP.lock()
}
