//! Processes that a client has left behind outside its process group, such as a helper that made
//! itself a session of its own. They are known by the cell's private folder, which every process
//! of the client has in its environment.
//!
//! Linux alone shows the environment of a process as a file; elsewhere nothing is found, and what
//! leaves the group stays.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use rustix::process::{Pid, Signal, kill_process};

/// How often is looked again for what a process that is being ended has started meanwhile.
const ROUNDS: usize = 10;

/// Ends every process in whose environment `name` has this value.
pub(super) fn end_all(name: &str, value: &OsStr) {
    let variable = [name.as_bytes(), b"=", value.as_encoded_bytes()].concat();
    for _ in 0..ROUNDS {
        let found = processes_with(&variable);
        if found.is_empty() {
            return;
        }
        for process in found {
            // Already gone is what we want.
            let _ = kill_process(process, Signal::KILL);
        }
    }
}

fn processes_with(variable: &[u8]) -> Vec<Pid> {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let ids = processes.filter_map(|entry| {
        let id = entry.file_name().to_str()?.parse().ok()?;
        carries(&entry.path(), variable).then(|| Pid::from_raw(id))?
    });
    ids.collect()
}

/// Whether a process that is not over yet has the variable; one that is over has none.
fn carries(process: &Path, variable: &[u8]) -> bool {
    let environment = fs::read(process.join("environ")).unwrap_or_default();
    environment
        .split(|byte| *byte == 0)
        .any(|entry| entry == variable)
}
