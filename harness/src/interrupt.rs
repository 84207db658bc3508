//! Ctrl-C, SIGTERM, SIGHUP: every client that this run has started ends with it, and the traces
//! so far are on disk.

use std::collections::BTreeSet;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::exit::Exit;
use crate::process_group::end_group_of;
use parking_lot::{Mutex, MutexGuard};

static INTERRUPTED: AtomicBool = AtomicBool::new(false);
static CLIENTS: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());
static CAUGHT: OnceLock<bool> = OnceLock::new();

/// Catches the signals from now on. A second one ends the program at once.
pub(crate) fn catch() {
    CAUGHT.get_or_init(|| {
        ctrlc::set_handler(|| {
            if INTERRUPTED.swap(true, Ordering::SeqCst) {
                std::process::exit(130);
            }
            for client in clients().iter() {
                end_group_of(*client);
            }
        })
        .is_ok()
    });
}

/// Whether the user wants the run to end.
pub(crate) fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}

/// How a search or a trial ends that can be interrupted.
pub(crate) fn exit(all_is_well: bool) -> Exit {
    if interrupted() {
        Exit::INTERRUPTED
    } else if all_is_well {
        Exit::PASS
    } else {
        Exit::FAIL
    }
}

/// A client that must not outlive the program, until dropped.
#[derive(Debug)]
pub(crate) struct Watched(u32);

impl Watched {
    pub(crate) fn new(process: u32) -> Self {
        clients().insert(process);
        Self(process)
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        clients().remove(&self.0);
    }
}

fn clients() -> MutexGuard<'static, BTreeSet<u32>> {
    CLIENTS.lock()
}
