//! Processes that a client has left behind outside its process group, such as a helper that made
//! itself a session of its own. Where the process that started one is over, it becomes a child of
//! this program; that it is this client's, the cell's private folder in its environment tells.
//!
//! Linux alone has both; elsewhere nothing is found, and what leaves the group stays.

use std::ffi::OsStr;
use std::fs;

use rustix::process::{
    Pid, Signal, WaitOptions, getpid, kill_process, set_child_subreaper, waitpid,
};

/// How often is looked again for what a process that is being ended has started meanwhile.
const ROUNDS: usize = 10;

/// From now on what a client leaves behind becomes a child of this program.
pub(super) fn adopt() {
    // Linux refuses it to no process.
    let _ = set_child_subreaper(Some(getpid()));
}

/// Ends every process that was left behind by a program that is over, and in whose environment
/// `name` has this value.
pub(super) fn end_all(name: &str, value: &OsStr) {
    let variable = [name.as_bytes(), b"=", value.as_encoded_bytes()].concat();
    for _ in 0..ROUNDS {
        let mut found = adopted();
        found.retain(|process| carries(*process, &variable));
        if found.is_empty() {
            return;
        }
        for process in found {
            // Already gone is what we want.
            let _ = kill_process(process, Signal::KILL);
            // Only then are those that it started children of this program.
            let _ = waitpid(Some(process), WaitOptions::empty());
        }
    }
}

/// The children that this program's first thread has: those that it started itself, and all orphans.
/// Where the kernel keeps no such list, every process.
fn adopted() -> Vec<Pid> {
    let first = getpid();
    let list = fs::read_to_string(format!("/proc/self/task/{first}/children"));
    let ids: Vec<String> = match list {
        Ok(list) => list.split_whitespace().map(str::to_owned).collect(),
        Err(_) => {
            let all = fs::read_dir("/proc").into_iter().flatten().flatten();
            all.filter_map(|entry| entry.file_name().into_string().ok())
                .collect()
        }
    };
    let ids = ids.iter().filter_map(|id| id.parse().ok());
    ids.filter_map(Pid::from_raw).collect()
}

/// Whether a process that is not over yet has the variable; one that is over has none.
fn carries(process: Pid, variable: &[u8]) -> bool {
    let environment = fs::read(format!("/proc/{process}/environ")).unwrap_or_default();
    environment
        .split(|byte| *byte == 0)
        .any(|entry| entry == variable)
}
