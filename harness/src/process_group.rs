//! The process group of a program that was started.

/// Ends the process group that the client with process id `id` leads.
#[cfg(unix)]
pub(crate) fn end_group_of(id: u32) {
    use rustix::process::{Pid, Signal, kill_process_group};
    if let Some(group) = i32::try_from(id).ok().and_then(Pid::from_raw) {
        let _ = kill_process_group(group, Signal::KILL);
    }
}

#[cfg(not(unix))]
pub(crate) fn end_group_of(_id: u32) {}
