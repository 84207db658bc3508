//! One mutant on trial: the catalogue up to its first failure, and the named defects.

use std::fmt;
use std::fs;
use std::io::{BufRead as _, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde::{Deserialize, Serialize};
use wait_timeout::ChildExt as _;

/// How long a client may do nothing in a case, seconds: ours says something within one.
const PATIENCE: &str = "8";
/// How long the catalogue may take altogether. A mutant that hangs in every case is caught before.
const LIMIT: Duration = Duration::from_secs(600);
/// How long it may take to end after it was interrupted.
const ENDING: Duration = Duration::from_secs(30);

/// Exit code: no case is selected.
const NO_SUCH_CASE: i32 = 2;
/// Exit code: the client could not be run.
const COULD_NOT_BE_RUN: i32 = 4;

/// What became of a mutant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Fate {
    /// It does not compile.
    Unviable,
    /// A case failed.
    Caught {
        /// Its id and the requirement.
        by: String,
    },
    /// Every case passes, but a named defect that needs the code is noticed no more.
    Noticed {
        /// The defect.
        by: String,
    },
    /// Nothing noticed it.
    Survived,
}

impl fmt::Display for Fate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unviable => f.pad("unviable"),
            Self::Caught { by } => write!(f, "caught ({by})"),
            Self::Noticed { by } => write!(f, "noticed ({by})"),
            Self::Survived => f.pad("SURVIVED"),
        }
    }
}

/// The suite that tries mutants.
pub(crate) struct Trial {
    /// A copy, which no build replaces in the meantime.
    madoguchi: PathBuf,
    out: PathBuf,
}

impl Trial {
    /// The suite as it was built last.
    pub(crate) fn new(out: &Path) -> Result<Self, String> {
        let madoguchi = out.join("madoguchi");
        fs::copy(madoguchi_peers::program("madoguchi"), &madoguchi)
            .map_err(|error| format!("{}: {error}", madoguchi.display()))?;
        Ok(Self {
            madoguchi,
            out: out.join("traces"),
        })
    }

    /// The first case and requirement that fails, of all cases or of one.
    pub(crate) fn catalogue(
        &self,
        client: &Path,
        only: Option<&str>,
    ) -> Result<Option<String>, String> {
        let mut run = self.command("run", client);
        run.args(["--jobs", "2", "--timeout", PATIENCE]).args(only);
        let mut played = Played::start(run)?;
        let mut failed = None;
        let until = Instant::now() + LIMIT;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            match played.lines.recv_timeout(left) {
                Ok(line) => {
                    let words: Vec<&str> = line.split_whitespace().collect();
                    match (words[..].first(), &failed) {
                        // what the client as it is supports
                        (Some(&"–"), None) => {
                            played.interrupt();
                            let id = words.get(1).unwrap_or(&"").trim_end_matches(':');
                            return Ok(Some(format!("{id} not-supported")));
                        }
                        (Some(&"✘"), None) => failed = words.get(1).map(|id| (*id).to_owned()),
                        (Some(&"✘" | &"✔") | None, _) | (_, None) => {}
                        (Some(level), Some(id)) => {
                            let requirement = words.get(1).unwrap_or(level);
                            let by = format!("{id} {requirement}");
                            played.interrupt();
                            return Ok(Some(by));
                        }
                    }
                }
                Err(RecvTimeoutError::Timeout) => {
                    played.interrupt();
                    return Ok(Some("no end".to_owned()));
                }
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        let code = played.ended();
        match (failed, code) {
            (Some(id), _) => Ok(Some(id)),
            (None, Some(0)) => Ok(None),
            // a case that was there when the mutant was tried before
            (None, Some(NO_SUCH_CASE)) if only.is_some() => Ok(None),
            (None, Some(COULD_NOT_BE_RUN)) => Ok(Some("the client could not be run".to_owned())),
            (None, code) => Err(format!("madoguchi ended with {code:?}")),
        }
    }

    /// The first of these defects that is caught no more.
    pub(crate) fn defects(
        &self,
        client: &Path,
        names: &[String],
    ) -> Result<Option<String>, String> {
        let mut run = self.command("mutants", client);
        let output = run.args(names).output();
        let output = output.map_err(|error| format!("madoguchi: {error}"))?;
        if output.status.success() {
            return Ok(None);
        }
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let missed = said.lines().find_map(|line| {
            let mut words = line.split_whitespace();
            (words.next() == Some("✘")).then(|| words.next()).flatten()
        });
        Ok(Some(missed.unwrap_or("--list-defects").to_owned()))
    }

    /// How many defects have a name, and how many of them the client as it is is caught with.
    pub(crate) fn named(&self) -> Result<(usize, usize), String> {
        #[derive(Deserialize)]
        struct Named {
            caught: usize,
            defects: usize,
        }
        let file = self.out.with_file_name("named.json");
        let client = madoguchi_peers::program("madoguchi-reference-client");
        let mut run = self.command("mutants", &client);
        let output = run.arg("--json").arg(&file).output();
        output.map_err(|error| format!("madoguchi: {error}"))?;
        let text = fs::read_to_string(&file).map_err(|error| error.to_string())?;
        let named: Named = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        Ok((named.defects, named.caught))
    }

    /// How many scenarios there are.
    pub(crate) fn scenarios(&self) -> Result<usize, String> {
        let mut list = Command::new(&self.madoguchi);
        let output = list.args(["--lang", "en", "list", "scenarios"]).output();
        let output = output.map_err(|error| format!("madoguchi: {error}"))?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let ids = said
            .lines()
            .filter_map(|line| line.split_whitespace().next());
        Ok(ids.filter(|id| id.contains('/')).count())
    }

    fn command(&self, verb: &str, client: &Path) -> Command {
        let mut command = Command::new(&self.madoguchi);
        command
            .args(["--lang", "en", verb, "--client"])
            .arg(format!("'{}'", client.display()))
            .arg("--out")
            .arg(&self.out);
        command
    }
}

/// Sends every line, until nobody listens any more.
fn listen(pipe: Box<dyn Read + Send>, said: Sender<String>) {
    thread::spawn(move || {
        let lines = BufReader::new(pipe).lines().map_while(Result::ok);
        lines
            .take_while(|line| said.send(line.clone()).is_ok())
            .for_each(drop);
    });
}

/// A run that is listened to.
struct Played {
    child: Child,
    lines: Receiver<String>,
}

impl Played {
    fn start(mut command: Command) -> Result<Self, String> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| format!("madoguchi: {error}"))?;
        let (said, lines) = channel();
        let stdout = child.stdout.take().map(|pipe| Box::new(pipe) as _);
        let stderr = child.stderr.take().map(|pipe| Box::new(pipe) as _);
        for pipe in stdout.into_iter().chain(stderr) {
            listen(pipe, said.clone());
        }
        Ok(Self { child, lines })
    }

    /// Ends it as Ctrl-C does: the clients that it started end with it.
    fn interrupt(&mut self) {
        let id = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        let _ = id.map(|id| kill_process(id, Signal::INT));
        self.ended();
    }

    fn ended(&mut self) -> Option<i32> {
        let status = self.child.wait_timeout(ENDING).ok().flatten();
        if status.is_none() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
        status.and_then(|status| status.code())
    }
}
