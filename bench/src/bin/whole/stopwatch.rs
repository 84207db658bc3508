//! Processes with a stopwatch in hand.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use madoguchi_peers::program;

/// How often the memory of a process is looked at.
const GLANCE: Duration = Duration::from_millis(2);

/// `madoguchi` with these arguments, silent.
pub(crate) fn madoguchi(args: &[&str], out: &Path) -> Command {
    let mut command = silent(Command::new(program("madoguchi")));
    command.args(args);
    if args.first() == Some(&"run") {
        command.arg("--out").arg(out);
    }
    command
}

/// A command whose output is not read.
pub(crate) fn silent(mut command: Command) -> Command {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

/// How long it takes from start to end.
pub(crate) fn time(command: &mut Command) -> (Duration, ExitStatus) {
    let before = Instant::now();
    let status = command.status().expect("it was built");
    (before.elapsed(), status)
}

/// The same, and the most memory that it was seen to have, KiB.
pub(crate) fn time_and_memory(command: &mut Command) -> (Duration, u64) {
    let before = Instant::now();
    let mut child = command.spawn().expect("it was built");
    let mut most = 0;
    while child.try_wait().expect("it can be waited for").is_none() {
        most = most.max(high_water(&child));
        std::thread::sleep(GLANCE);
    }
    (before.elapsed(), most)
}

fn high_water(child: &Child) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let figure = line.and_then(|line| line.split_whitespace().next());
    figure.and_then(|kib| kib.parse().ok()).unwrap_or(0)
}

/// The median and the longest.
pub(crate) fn summary(mut taken: Vec<Duration>) -> (Duration, Duration) {
    taken.sort_unstable();
    (taken[taken.len() / 2], taken[taken.len() - 1])
}
