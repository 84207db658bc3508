//! Processes that a client has left behind outside its process group, such as a helper that made
//! itself a session of its own. Where the process that started one is over, it becomes a child of
//! this program; that it is this client's, the cell's private folder in its environment tells. One that
//! has cleared its environment cannot be told from those of other clients, and is ended with the run.
//!
//! Linux alone has both; elsewhere nothing is found, and what leaves the group stays.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::sync::OnceLock;

use rustix::process::{
    Pid, Signal, WaitOptions, getpid, kill_process, set_child_subreaper, waitpid,
};

/// How often is looked again for what a process that is being ended has started meanwhile.
const ROUNDS: usize = 10;

/// The children that this program had before what clients leave behind became its children: a shell that started
/// something and then replaced itself by this program has left them to it.
static BEFORE: OnceLock<Vec<Pid>> = OnceLock::new();

/// From now on what a client leaves behind becomes a child of this program.
pub(super) fn adopt() {
    BEFORE.get_or_init(|| children().unwrap_or_default());
    // Linux refuses it to no process.
    let _ = set_child_subreaper(Some(getpid()));
}

/// Ends every process that was left behind by a program that is over, and in whose environment
/// `name` has this value.
pub(super) fn end_all(name: &str, value: &OsStr) {
    let variable = [name.as_bytes(), b"=", value.as_encoded_bytes()].concat();
    end_each(|| {
        let mut found = children().unwrap_or_else(|_| everything());
        found.retain(|process| carries(*process, &variable));
        found
    });
}

/// Ends every process that any client has left behind; for the end of this program, when no client runs.
pub(crate) fn end_rest() {
    if let Some(before) = BEFORE.get() {
        end_each(|| {
            let mut found = children().unwrap_or_default();
            found.retain(|process| !before.contains(process));
            found
        });
    }
}

fn end_each(find: impl Fn() -> Vec<Pid>) {
    for _ in 0..ROUNDS {
        let found = find();
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
///
/// # Errors
/// Where the kernel keeps no such list.
fn children() -> io::Result<Vec<Pid>> {
    let list = fs::read_to_string(format!("/proc/self/task/{}/children", getpid()))?;
    Ok(list.split_whitespace().filter_map(numbered).collect())
}

/// Every process of this machine.
fn everything() -> Vec<Pid> {
    let all = fs::read_dir("/proc").into_iter().flatten().flatten();
    all.filter_map(|entry| numbered(entry.file_name().to_str()?))
        .collect()
}

fn numbered(name: &str) -> Option<Pid> {
    name.parse().ok().and_then(Pid::from_raw)
}

/// Whether a process that is not over yet has the variable; one that is over has none.
fn carries(process: Pid, variable: &[u8]) -> bool {
    let environment = fs::read(format!("/proc/{process}/environ")).unwrap_or_default();
    environment
        .split(|byte| *byte == 0)
        .any(|entry| entry == variable)
}
