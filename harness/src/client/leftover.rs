//! Processes that a client has left behind outside its process group, such as a helper that made
//! itself a session of its own. They are known by the cell's private folder, which every process
//! of the client has in its environment.
//!
//! Linux alone shows the environment of a process as a file; elsewhere nothing is found, and what
//! leaves the group stays.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::DirEntryExt as _;
use std::path::{Path, PathBuf};

use rustix::process::{Pid, Signal, kill_process};

/// How often is looked again for what a process that is being ended has started meanwhile.
const ROUNDS: usize = 10;

/// The processes that there were before a client. None of them is looked into: on a machine with
/// many that takes longer than all else at the end of a case.
#[derive(Debug)]
pub(super) struct Before(HashSet<(Pid, u64)>);

impl Before {
    /// Those that there are now.
    pub(super) fn now() -> Self {
        Self(processes().map(|process| process.known_by()).collect())
    }

    /// Ends every other process in whose environment `name` has this value.
    pub(super) fn end_others(&self, name: &str, value: &OsStr) {
        let variable = [name.as_bytes(), b"=", value.as_encoded_bytes()].concat();
        for _ in 0..ROUNDS {
            let new = processes().filter(|process| !self.0.contains(&process.known_by()));
            let found: Vec<Pid> = new
                .filter(|process| carries(&process.path, &variable))
                .map(|process| process.id)
                .collect();
            if found.is_empty() {
                return;
            }
            for process in found {
                // Already gone is what we want.
                let _ = kill_process(process, Signal::KILL);
            }
        }
    }
}

struct Process {
    id: Pid,
    /// Of its folder: another for each process, also where the id comes again.
    inode: u64,
    path: PathBuf,
}

impl Process {
    const fn known_by(&self) -> (Pid, u64) {
        (self.id, self.inode)
    }
}

fn processes() -> impl Iterator<Item = Process> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| {
        let id = entry.file_name().to_str()?.parse().ok()?;
        Some(Process {
            id: Pid::from_raw(id)?,
            inode: entry.ino(),
            path: entry.path(),
        })
    })
}

/// Whether a process that is not over yet has the variable; one that is over has none.
fn carries(process: &Path, variable: &[u8]) -> bool {
    let environment = fs::read(process.join("environ")).unwrap_or_default();
    environment
        .split(|byte| *byte == 0)
        .any(|entry| entry == variable)
}
