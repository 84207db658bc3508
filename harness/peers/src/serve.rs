//! `madoguchi serve` held open for a test: a counter that strangers can walk up to.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use wait_timeout::ChildExt as _;

use crate::{LIMIT, Outcome, collect, ending, program};

/// A running `madoguchi serve`; ended when dropped.
#[derive(Debug)]
pub struct Counter {
    child: Child,
    env: BTreeMap<String, String>,
    data: PathBuf,
    rest: Option<std::thread::JoinHandle<String>>,
    folder: Option<tempfile::TempDir>,
}

impl Counter {
    /// Opens the counter and waits until it has printed what to set.
    ///
    /// # Panics
    /// If it does not come up.
    #[must_use]
    pub fn open(args: &[&str]) -> Self {
        Self::launch(&[], None, args)
    }

    /// Opens the counter of a user whose data folder is `data`, and who may open it again. The
    /// words of `launcher` come before the program, such as those of `nsenter`.
    ///
    /// # Panics
    /// If it does not come up.
    #[must_use]
    pub fn open_for(data: &Path, launcher: &[&str], args: &[&str]) -> Self {
        Self::launch(launcher, Some(data), args)
    }

    fn launch(launcher: &[&str], data: Option<&Path>, args: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let data = data.map_or_else(|| folder.path().join("data"), Path::to_owned);
        // Below ours, so that what is left of one that was killed goes too.
        let cells = folder.path().join("cells");
        fs::create_dir(&cells).expect("a new folder");
        let tool = program("madoguchi");
        let mut command = match launcher {
            [] => Command::new(tool),
            [first, rest @ ..] => {
                let mut command = Command::new(first);
                command.args(rest).arg(tool);
                command
            }
        };
        let mut child = command
            .arg("serve")
            .args(args)
            .arg("--out")
            .arg(folder.path())
            .env("LC_ALL", "C.UTF-8")
            .env("XDG_DATA_HOME", &data)
            .env("TMPDIR", &cells)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("madoguchi starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut env = BTreeMap::new();
        let mut line = String::new();
        while !env.contains_key("MADOGUCHI_CONTROL") {
            line.clear();
            let n = stdout.read_line(&mut line).expect("serve speaks UTF-8");
            assert_ne!(
                n, 0,
                "serve ended before it printed the environment: {env:?}"
            );
            if let Some((name, value)) = line
                .trim_end()
                .trim_start()
                .strip_prefix("export ")
                .and_then(|e| e.split_once('='))
            {
                env.insert(name.to_owned(), value.trim_matches('\'').to_owned());
            }
        }
        Self {
            child,
            env,
            data,
            rest: Some(collect(stdout)),
            folder: Some(folder),
        }
    }

    /// One of the printed variables.
    ///
    /// # Panics
    /// If it was not printed.
    #[must_use]
    pub fn var(&self, name: &str) -> &str {
        self.env
            .get(name)
            .unwrap_or_else(|| panic!("serve printed no {name}: {:?}", self.env))
    }

    /// Where the traces go.
    ///
    /// # Panics
    /// Never: the folder goes with the counter.
    #[must_use]
    pub fn folder(&self) -> &Path {
        let folder = self.folder.as_ref();
        folder.expect("it is given away at the end only").path()
    }

    /// Where the tool keeps what belongs to the user, such as its TLS root: `XDG_DATA_HOME`.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.data.clone()
    }

    /// A command that runs with what serve printed.
    #[must_use]
    pub fn client(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.envs(&self.env).env("LC_ALL", "C.UTF-8");
        command
    }

    /// Says one JSON line on the control socket and gives back the answer's line.
    ///
    /// # Panics
    /// If the socket does not answer within ten seconds.
    #[must_use]
    pub fn control(&self, line: &str) -> serde_json::Value {
        let mut socket = UnixStream::connect(self.var("MADOGUCHI_CONTROL")).expect("it listens");
        socket
            .set_read_timeout(Some(Duration::from_secs(10)))
            .expect("a bound");
        socket
            .write_all(format!("{line}\n").as_bytes())
            .expect("it reads");
        let mut answer = String::new();
        BufReader::new(socket)
            .read_line(&mut answer)
            .expect("it answers");
        serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{answer:?}: {error}"))
    }

    /// Ends it with SIGKILL: what it leaves behind is part of the test.
    pub fn kill(mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Closes the counter as a user does, and gives back what it said at the end.
    ///
    /// # Panics
    /// If it does not end within [`LIMIT`].
    #[must_use]
    pub fn close(self) -> Outcome {
        self.closed().0
    }

    /// Closes the counter as a user does, and gives back the traces beside what it said at the end.
    ///
    /// # Panics
    /// If it does not end within [`LIMIT`].
    #[must_use]
    pub fn closed(mut self) -> (Outcome, tempfile::TempDir) {
        let _ = self.control(r#"{"end":{}}"#);
        let status = self
            .child
            .wait_timeout(LIMIT)
            .expect("it can be waited for");
        let stdout = self
            .rest
            .take()
            .and_then(|rest| rest.join().ok())
            .unwrap_or_default();
        assert!(status.is_some(), "serve did not end: {stdout}");
        let outcome = Outcome {
            code: status.and_then(|s| s.code()),
            stdout,
            stderr: String::new(),
        };
        let traces = self.folder.take().expect("it is given away here only");
        (outcome, traces)
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        ending::end(&mut self.child);
    }
}
