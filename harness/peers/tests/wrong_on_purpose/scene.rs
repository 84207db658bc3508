//! A folder for one wrong run, and a mark on every process of it, by which those that were left
//! behind are found.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use madoguchi_peers::{Outcome, program, read, run, source};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, kill_process, pidfd_open};
use serde_json::Value;

/// Handed down from process to process.
const MARK: &str = "MADOGUCHI_PEERS_MARK";

/// How long a process that was ended may take to be gone.
const GONE: Timespec = Timespec {
    tv_sec: 5,
    tv_nsec: 0,
};

/// One wrong run.
pub(crate) struct Scene {
    folder: tempfile::TempDir,
}

impl Scene {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// A path in the scene's folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file and gives back its path, as an argument.
    pub(crate) fn file(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// The command line of a client: `polite.sh`, then this.
    pub(crate) fn client(&self, script: &str) -> String {
        let polite = read(source("tests/wrong_on_purpose/polite.sh"));
        let client = self.file("client.sh", &format!("{polite}\n{script}\n"));
        format!("sh '{client}'")
    }

    /// `madoguchi` with these arguments, in English, marked, for a test to change.
    pub(crate) fn madoguchi<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(program("madoguchi"));
        command
            .args(args)
            .env("LC_ALL", "C.UTF-8")
            .env(MARK, self.folder.path());
        command
    }

    /// `madoguchi run happy/visual` against a client, for a test to change.
    pub(crate) fn run_of(&self, client: &str) -> Command {
        let mut run = self.madoguchi(["run", "happy/visual", "--client", client]);
        run.arg("--out").arg(self.path("out"));
        run
    }

    /// Runs `happy/visual` against a client whose every step may take a second.
    pub(crate) fn run(&self, script: &str) -> Outcome {
        let outcome = run(self.run_of(&self.client(script)).args(["--timeout", "1"]));
        self.nothing_is_left();
        outcome
    }

    /// The folder of the case.
    pub(crate) fn case(&self) -> PathBuf {
        self.path("out/happy/visual")
    }

    /// What the stored trace says that happened.
    ///
    /// # Panics
    /// If there is none, or one of its lines is not whole.
    pub(crate) fn events(&self) -> Vec<Value> {
        let text = read(self.case().join("trace.jsonl"));
        assert!(text.ends_with('\n'), "the last line is not whole");
        let mut lines = text
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap());
        let header = lines.next().unwrap();
        assert_eq!(header["scenario"], "happy/visual");
        lines.map(|mut event| event["is"].take()).collect()
    }

    /// # Panics
    /// If a process of this scene still runs; it is ended then.
    pub(crate) fn nothing_is_left(&self) {
        let mark = [
            MARK.as_bytes(),
            b"=",
            self.folder.path().as_os_str().as_encoded_bytes(),
        ]
        .concat();
        let left: Vec<String> = fs::read_dir("/proc")
            .unwrap()
            .flatten()
            .filter(|entry| carries(&entry.path(), &mark))
            .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
            .filter(|id| !ends(*id))
            .map(|id| fs::read_to_string(format!("/proc/{id}/cmdline")).unwrap_or_default())
            .collect();
        assert!(left.is_empty(), "these outlived the run: {left:?}");
    }
}

/// It ended in 2, said these things on standard error, and nothing elsewhere.
pub(crate) fn assert_refused(outcome: &Outcome, wanted: &[&str]) {
    assert_eq!(outcome.code, Some(2), "{outcome:#?}");
    for wanted in wanted {
        let told = outcome.stderr.contains(wanted);
        assert!(told, "no {wanted:?}: {outcome:#?}");
    }
    assert_eq!(outcome.stdout, "");
}

fn carries(process: &Path, mark: &[u8]) -> bool {
    // Who has ended meanwhile, or belongs to another user, is none of ours.
    let environment = fs::read(process.join("environ")).unwrap_or_default();
    environment
        .split(|byte| *byte == 0)
        .any(|variable| variable == mark)
}

/// Whether a process ends by itself; ends it where it does not.
fn ends(id: i32) -> bool {
    let pid = Pid::from_raw(id).unwrap();
    let Ok(process) = pidfd_open(pid, PidfdFlags::empty()) else {
        return true;
    };
    let gone = poll(&mut [PollFd::new(&process, PollFlags::IN)], Some(&GONE)) == Ok(1);
    if !gone {
        let _ = kill_process(pid, Signal::KILL);
    }
    gone
}
