//! How a program that a test has started is ended when the test is through with it.

use std::process::Child;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use wait_timeout::ChildExt as _;

/// How long it may take to put its things away, folders of its own among them.
const PATIENCE: Duration = Duration::from_secs(10);

/// Asks the program to end (SIGTERM), and ends it where it does not.
pub(crate) fn end(child: &mut Child) {
    if let Ok(Some(_)) = child.try_wait() {
        return;
    }
    // It was not waited for: the number is still its own.
    if let Some(id) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        let _ = kill_process(id, Signal::TERM);
    }
    if let Ok(Some(_)) = child.wait_timeout(PATIENCE) {
        return;
    }
    let _ = child.kill();
    let _ = child.wait();
}
