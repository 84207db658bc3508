//! What the tests in this package share: the built programs, a bounded run of them, and the way
//! to say that a test was skipped.
//!
//! The package lies outside the default members: its tests need libpcsclite and programs that not
//! every machine has. `cargo suite` builds the programs, runs the tests and prints what was skipped.
#![forbid(unsafe_code)]

mod checkout;
mod ending;
mod pcscd;
mod real_time;
mod running;
mod script;
mod serve;
mod terminal;
mod verdict;
mod workshop;

use std::collections::BTreeSet;
use std::env;
use std::ffi::OsStr;
use std::fs::{self, OpenOptions};
use std::io::{Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use serde_json::Value;
use wait_timeout::ChildExt as _;

pub use checkout::Checkout;
pub use pcscd::Pcscd;
pub use real_time::RealTime;
pub use running::Running;
pub use script::Script;
pub use serve::Counter;
pub use terminal::Terminal;
pub use verdict::{failed, verdict};
pub use workshop::{cargo_install, made_once, npm_install, unreachable_registry, workshop};

/// No program of a test may take longer; a run that does is ended and the test fails.
pub const LIMIT: Duration = Duration::from_secs(120);

/// A program of this workspace, built by `cargo suite` (or `cargo build --workspace`).
///
/// # Panics
/// If it was not built.
#[must_use]
pub fn program(name: &str) -> PathBuf {
    let program = built().join(format!("{name}{}", env::consts::EXE_SUFFIX));
    assert!(
        program.is_file(),
        "{} is missing: run cargo build --workspace first, or cargo suite",
        program.display()
    );
    program
}

/// Where cargo puts programs: `target/PROFILE`.
pub(crate) fn built() -> PathBuf {
    let this = env::current_exe().expect("a program knows where it lies");
    let folder = this.parent().expect("a program lies in a folder");
    // Tests and examples lie one deeper, in …/target/PROFILE/deps and …/examples.
    match folder.parent() {
        Some(above) if folder.ends_with("deps") || folder.ends_with("examples") => above.to_owned(),
        _ => folder.to_owned(),
    }
}

/// The reference client's command line, with a defect or none.
#[must_use]
pub fn reference_client(defect: Option<&str>) -> String {
    let program = program("madoguchi-reference-client").display().to_string();
    match defect {
        Some(defect) => format!("'{program}' --defect {defect}"),
        None => format!("'{program}'"),
    }
}

/// How a program ended, and what it said.
#[derive(Debug)]
pub struct Outcome {
    /// Exit status; `None` where a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Outcome {
    /// Shows what was said where it did not end in 0.
    ///
    /// # Panics
    /// Then.
    #[track_caller]
    pub fn expect_success(&self) {
        assert_eq!(self.code, Some(0), "{}\n{}", self.stdout, self.stderr);
    }
}

/// Runs `madoguchi` with these arguments, in English.
///
/// # Panics
/// If it cannot be started or does not end within [`LIMIT`].
pub fn madoguchi<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Outcome {
    run(Command::new(program("madoguchi"))
        .args(args)
        .env("LC_ALL", "C.UTF-8"))
}

/// The ids of all requirements, on apps and on consumers of what they deliver.
///
/// # Panics
/// If they are not listed.
#[must_use]
pub fn requirements() -> BTreeSet<String> {
    let listed = madoguchi(["list", "requirements"]);
    listed.expect_success();
    let ids = listed
        .stdout
        .lines()
        .filter_map(|line| line.split_whitespace().next());
    let ids: BTreeSet<String> = ids.map(str::to_owned).collect();
    assert!(ids.iter().all(|id| id.contains('.')), "{ids:?}");
    ids
}

/// The reference client's defects, each with the requirement that it breaks, as the client lists them.
///
/// # Panics
/// If they are not listed.
#[must_use]
pub fn defects() -> Vec<(String, String)> {
    listed("--list-defects")
}

/// The reference client's manners, each with why it is right, as the client lists them.
///
/// # Panics
/// If they are not listed.
#[must_use]
pub fn manners() -> Vec<(String, String)> {
    listed("--list-manners")
}

fn listed(option: &str) -> Vec<(String, String)> {
    let listed = run(Command::new(program("madoguchi-reference-client")).arg(option));
    listed.expect_success();
    let pairs = listed
        .stdout
        .lines()
        .filter_map(|line| line.split_once('\t'));
    pairs
        .map(|(name, of)| (name.to_owned(), of.to_owned()))
        .collect()
}

/// What `madoguchi mutants --every-case` told of the reference client when it was kept last.
///
/// # Panics
/// If the file is not there, or is none.
#[must_use]
pub fn earlier_score() -> Value {
    let file = source("../reference-client/caught.json");
    serde_json::from_str(&read(file)).expect("a score")
}

/// Runs a command to its end.
///
/// # Panics
/// If it cannot be started or does not end within [`LIMIT`].
pub fn run(command: &mut Command) -> Outcome {
    run_within(LIMIT, command)
}

/// Runs a command to its end, within a limit of its own.
///
/// # Panics
/// If it cannot be started or does not end within `limit`.
pub fn run_within(limit: Duration, command: &mut Command) -> Outcome {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{:?}: {error}", command.get_program()));
    let stdout = child.stdout.take().map(collect);
    let stderr = child.stderr.take().map(collect);
    let status = child
        .wait_timeout(limit)
        .expect("a child can be waited for");
    if status.is_none() {
        let _ = child.kill();
        let _ = child.wait();
    }
    let text = |thread: Option<thread::JoinHandle<String>>| {
        thread
            .map(|thread| thread.join().expect("reading does not panic"))
            .unwrap_or_default()
    };
    let outcome = Outcome {
        code: status.and_then(|s| s.code()),
        stdout: text(stdout),
        stderr: text(stderr),
    };
    assert!(
        status.is_some(),
        "{:?} took longer than {limit:?}: {outcome:#?}",
        command.get_program()
    );
    outcome
}

fn collect(mut pipe: impl Read + Send + 'static) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // What was read until an error is what the test may look at.
        let _ = pipe.read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// Whether a program is installed; says so in the list of skipped tests where it is not.
#[must_use]
pub fn have(program: &str, test: &str) -> bool {
    let found = env::var_os("PATH")
        .is_some_and(|path| env::split_paths(&path).any(|folder| folder.join(program).is_file()));
    if !found {
        skip(test, &format!("{program} is not installed"));
    }
    found
}

/// A Python that has pyscard; says so in the list of skipped tests where there is none.
#[must_use]
pub fn python_with_pyscard(test: &str) -> Option<&'static str> {
    // Debian's python3-pyscard belongs to Debian's Python, which need not be the first.
    let pythons = ["/usr/bin/python3", "python3"];
    let found = pythons.into_iter().find(|python| {
        let mut probe = Command::new(python);
        probe
            .args(["-c", "import smartcard"])
            .stdin(Stdio::null())
            .stderr(Stdio::null());
        probe.status().is_ok_and(|status| status.success())
    });
    if found.is_none() {
        skip(test, "no python3 has pyscard (python3-pyscard)");
    }
    found
}

/// A file of this package or beside it, such as `tests/scripts/watch.py`.
#[must_use]
pub fn source(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Says that a test was skipped, and why: on standard error, and in the file that `cargo suite`
/// reads at its end.
pub fn skip(test: &str, why: &str) {
    let line = format!("{test}: {why}\n");
    eprint!("skipped {line}");
    if let Some(log) = env::var_os("MADOGUCHI_SKIPPED") {
        let opened = OpenOptions::new().create(true).append(true).open(log);
        // The line above was said in any case.
        let _ = opened.and_then(|mut log| log.write_all(line.as_bytes()));
    }
}

/// The text of a file.
///
/// # Panics
/// If it cannot be read.
pub fn read(path: impl Into<PathBuf>) -> String {
    let path = path.into();
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
