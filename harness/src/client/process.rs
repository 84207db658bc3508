//! The client's process: started with a HOME and a process group of its own, in the user's working
//! directory so that the command means there what it means in the user's shell; spoken to
//! through its standard streams, and ended together with everything that it started.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::io::{self, Read};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
#[cfg(not(unix))]
use std::thread::JoinHandle;
use std::time::Duration;

use madoguchi_terms::{Lang, Say};
use madoguchi_trace as trace;
use wait_timeout::ChildExt as _;

use super::contract::ToClient;
#[cfg(unix)]
use super::ear::Ear;
use super::input::{Input, UNREAD};
#[cfg(target_os = "linux")]
use super::leftover;
#[cfg(not(unix))]
use super::lines::Lines;
use crate::cell::gate::Untrusted;
use crate::cell::sequencer::{Heard, Sequencer};
use crate::interrupt::Watched;
#[cfg(unix)]
use crate::process_group::end_group_of;

/// How much of a client's standard error is kept, bytes.
pub(crate) const STDERR_LIMIT: u64 = 1 << 20;

/// Why a standard error is not known to its end, where it is not.
fn lost(stderr: Option<&Untrusted<Vec<u8>>>) -> Option<&'static str> {
    match stderr {
        None => Some("unreadable"),
        Some(kept) if kept.len() as u64 >= STDERR_LIMIT => Some("too-much"),
        Some(_) => None,
    }
}

/// How long a dead client's standard error is waited for. It ends with the last process that holds it; what has
/// not come by then, on a busy machine too, is told as not searched.
const LAST_WORDS: Duration = Duration::from_secs(3);

/// What a program finds in its environment.
pub(crate) type Env = BTreeMap<&'static str, OsString>;

/// How a client is started.
#[derive(Debug, Clone)]
pub(crate) struct Launch {
    /// Program and arguments.
    pub(crate) argv: Vec<String>,
    /// Variables set beside those that every process needs.
    pub(crate) env: Env,
}

/// Why a client could not be started or spoken to.
#[derive(Debug)]
pub(crate) enum ClientTrouble {
    Start { program: String, error: io::Error },
    Deaf { error: io::Error },
}

impl Say for ClientTrouble {
    fn text(&self, lang: Lang) -> String {
        match self {
            Self::Start { program, error } => lang.pick(
                format!("クライアント {program} を起動できません: {error}"),
                format!("cannot start the client {program}: {error}"),
            ),
            Self::Deaf { error } => lang.pick(
                format!("クライアントの標準入力に書けません: {error}"),
                format!("cannot write to the client's standard input: {error}"),
            ),
        }
    }
}

/// A running program, with everything that it started.
pub(crate) struct Running {
    child: Child,
    stdin: Option<Input>,
    stderr: Receiver<Untrusted<Vec<u8>>>,
    /// The cell's folder for the client, by which its processes are known.
    #[cfg(target_os = "linux")]
    state: Option<OsString>,
}

/// Set for every client, and different in every cell.
#[cfg(target_os = "linux")]
const STATE: &str = "MADOGUCHI_STATE_DIR";

impl Running {
    /// Starts it; the caller listens to its standard output.
    ///
    /// # Errors
    /// [`ClientTrouble::Start`] where the program cannot be started.
    pub(crate) fn start(launch: &Launch) -> Result<(Self, Option<ChildStdout>), ClientTrouble> {
        let mut command = Command::new(&launch.argv[0]);
        command
            .args(&launch.argv[1..])
            .envs(&launch.env)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        #[cfg(target_os = "linux")]
        leftover::adopt();
        let mut child = command
            .spawn()
            .map_err(|error| not_started(launch, error))?;
        let (kept, stderr) = channel();
        if let Some(source) = child.stderr.take() {
            thread::spawn(move || keep(source, &kept));
        }
        let stdout = child.stdout.take();
        let stdin = child.stdin.take().map(Input::new).transpose();
        let running = Self {
            stdin: stdin.map_err(|error| not_started(launch, error))?,
            child,
            stderr,
            #[cfg(target_os = "linux")]
            state: launch.env.get(STATE).cloned(),
        };
        Ok((running, stdout))
    }

    /// The process id, for ending it from a signal handler.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether it has ended by itself.
    pub(crate) fn is_gone(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// Closes its input: nothing more will come.
    pub(crate) fn close_input(&mut self) {
        drop(self.stdin.take());
    }

    /// Ends it and all that it started, without a word before.
    fn kill(&mut self) -> Ended {
        self.end_all();
        self.end(Duration::ZERO)
    }

    /// Closes its input, gives it `grace` to leave, then ends it and all that it started.
    pub(crate) fn end(&mut self, grace: Duration) -> Ended {
        self.close_input();
        let in_time = self.child.wait_timeout(grace);
        self.end_all();
        let status = self.child.wait();
        // A process that left the group may hold the stream open for ever: it is not waited for.
        let stderr = self.stderr.recv_timeout(LAST_WORDS).ok();
        let lost = lost(stderr.as_ref());
        let exit = match (in_time, status) {
            (Ok(Some(status)), _) => exit_of(status),
            (_, Ok(_)) => trace::Exit {
                code: None,
                why: Some("time limit".into()),
                last_words: None,
            },
            (_, Err(error)) => trace::Exit {
                code: None,
                why: Some(error.to_string().into()),
                last_words: None,
            },
        };
        Ended {
            exit,
            stderr: stderr.unwrap_or_else(|| Untrusted::new(Vec::new())),
            lost,
        }
    }

    /// Ends it and everything that it started; nothing outlives the case.
    fn end_all(&mut self) {
        #[cfg(unix)]
        end_group_of(self.child.id());
        // Already gone is what we want.
        let _ = self.child.kill();
        #[cfg(target_os = "linux")]
        if let Some(state) = &self.state {
            // What it started is left behind only once it is over.
            let _ = self.child.wait();
            leftover::end_all(STATE, state);
        }
    }
}

impl Drop for Running {
    /// Where a case ends early, its client ends with it.
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            self.end_all();
            let _ = self.child.wait();
        }
    }
}

/// A running client that speaks the contract.
pub(crate) struct ClientProcess {
    running: Running,
    launch: Launch,
    /// What those before it wrote on standard error, which were started in its place.
    before: Option<Untrusted<Vec<u8>>>,
    /// Why that is not all of it, where it is not.
    lost: Option<&'static str>,
    #[cfg(unix)]
    ear: Option<Ear>,
    #[cfg(not(unix))]
    heard: Receiver<Heard>,
    #[cfg(not(unix))]
    pump: Option<JoinHandle<()>>,
    sequencer: Arc<Sequencer>,
    _watched: Watched,
}

impl ClientProcess {
    /// Starts the client; its standard output becomes part of the cell's order.
    ///
    /// # Errors
    /// [`ClientTrouble::Start`] where the program cannot be started.
    pub(crate) fn start(
        launch: &Launch,
        sequencer: &Arc<Sequencer>,
    ) -> Result<Self, ClientTrouble> {
        let (running, stdout) = Running::start(launch)?;
        #[cfg(unix)]
        let ear = stdout
            .map(|stdout| Ear::new(stdout, sequencer))
            .transpose()
            .map_err(|error| not_started(launch, error))?;
        #[cfg(not(unix))]
        let (heard_by, heard) = channel();
        Ok(Self {
            _watched: Watched::new(running.id()),
            running,
            launch: launch.clone(),
            before: None,
            lost: None,
            #[cfg(unix)]
            ear,
            #[cfg(not(unix))]
            heard,
            #[cfg(not(unix))]
            pump: stdout.map(|stdout| pump(stdout, sequencer, heard_by)),
            sequencer: sequencer.clone(),
        })
    }

    /// The process id, for ending it from a signal handler.
    pub(crate) fn id(&self) -> u32 {
        self.running.id()
    }

    /// Writes one message.
    ///
    /// # Errors
    /// [`ClientTrouble::Deaf`] where the client has closed its standard input, or does not read it.
    pub(crate) fn tell(&mut self, message: &ToClient) -> Result<(), ClientTrouble> {
        let Some(stdin) = &mut self.running.stdin else {
            return Ok(());
        };
        let mut line =
            serde_json::to_vec(message).map_err(|e| ClientTrouble::Deaf { error: e.into() })?;
        line.push(b'\n');
        stdin
            .write(&line, UNREAD)
            .map_err(|error| ClientTrouble::Deaf { error })
    }

    /// What the client says next, or `None` after `limit`.
    #[cfg(unix)]
    pub(crate) fn hear(&self, limit: Duration) -> Option<Heard> {
        match &self.ear {
            Some(ear) => ear.hear(limit),
            None => Some(Heard::Closed),
        }
    }

    /// What the client says next, or `None` after `limit`.
    #[cfg(not(unix))]
    pub(crate) fn hear(&self, limit: Duration) -> Option<Heard> {
        Heard::next(&self.heard, limit)
    }

    /// Closes the client's input: nothing more will come.
    pub(crate) fn close_input(&mut self) {
        self.running.close_input();
    }

    /// Gives it `grace` to leave, or kills it, and starts it again as it was started.
    ///
    /// # Errors
    /// [`ClientTrouble::Start`] where it cannot be started any more.
    pub(crate) fn restart(&mut self, grace: Option<Duration>) -> Result<(), ClientTrouble> {
        let ended = self.leave(grace);
        self.lost = ended.lost;
        let mut again = Self::start(&self.launch, &self.sequencer)?;
        again.before = Some(ended.stderr);
        again.lost = self.lost;
        *self = again;
        Ok(())
    }

    /// Closes the client's input, gives it `grace` to leave, then ends it and all that it started.
    pub(crate) fn end(mut self, grace: Duration) -> Ended {
        self.leave(Some(grace))
    }

    fn leave(&mut self, grace: Option<Duration>) -> Ended {
        #[cfg(unix)]
        let pump = self.ear.take().map(Ear::listen_on);
        #[cfg(not(unix))]
        let pump = self.pump.take();
        let mut ended = match grace {
            Some(grace) => self.running.end(grace),
            None => self.running.kill(),
        };
        if let Some(before) = self.before.take() {
            ended.stderr = ended.stderr.after(before);
        }
        ended.lost = self.lost.or(ended.lost);
        self.sequencer.hang_up();
        if let Some(pump) = pump {
            // It cannot panic; and if it did, the order is whole all the same.
            let _ = pump.join();
        }
        ended
    }
}

impl fmt::Debug for ClientProcess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientProcess")
            .field("id", &self.id())
            .finish_non_exhaustive()
    }
}

fn not_started(launch: &Launch, error: io::Error) -> ClientTrouble {
    ClientTrouble::Start {
        program: launch.argv[0].clone(),
        error,
    }
}

/// How a client ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) exit: trace::Exit,
    /// The beginning of its standard error.
    pub(crate) stderr: Untrusted<Vec<u8>>,
    /// Why that is not all of it, where it is not, in the words of a trace.
    pub(crate) lost: Option<&'static str>,
}

impl Ended {
    /// Of a program that a user started and ended.
    pub(crate) const fn unseen() -> Self {
        Self {
            exit: trace::Exit {
                code: None,
                why: None,
                last_words: None,
            },
            stderr: Untrusted::new(Vec::new()),
            lost: None,
        }
    }
}

fn exit_of(status: std::process::ExitStatus) -> trace::Exit {
    #[cfg(unix)]
    let why = std::os::unix::process::ExitStatusExt::signal(&status)
        .map(|n| format!("signal {n}").into());
    #[cfg(not(unix))]
    let why = None;
    trace::Exit {
        code: status.code(),
        why,
        last_words: None,
    }
}

/// Keeps the beginning of the client's standard error and reads the rest away.
pub(crate) fn keep(mut stderr: impl Read, kept: &Sender<Untrusted<Vec<u8>>>) {
    let mut beginning = Vec::new();
    // What cannot be read is not kept; who no longer listens has ended the case.
    let _ = stderr
        .by_ref()
        .take(STDERR_LIMIT)
        .read_to_end(&mut beginning);
    let _ = io::copy(&mut stderr, &mut io::sink());
    let _ = kept.send(Untrusted::new(beginning));
}

/// Without non-blocking pipes a thread reads ahead; the order between what the client says and
/// what it does is then as the system delivers it.
#[cfg(not(unix))]
fn pump(
    mut stdout: ChildStdout,
    sequencer: &Arc<Sequencer>,
    heard: Sender<Heard>,
) -> JoinHandle<()> {
    let (chunks, source) = channel::<Vec<u8>>();
    sequencer.listen(
        Lines::new(ReadAhead {
            source,
            rest: Vec::new(),
        }),
        heard,
    );
    let sequencer = sequencer.clone();
    thread::spawn(move || {
        let mut chunk = [0; 8192];
        while let Ok(n @ 1..) = stdout.read(&mut chunk) {
            if chunks.send(chunk[..n].to_vec()).is_err() || !sequencer.pump() {
                return;
            }
        }
        drop(chunks);
        sequencer.pump();
    })
}

/// Chunks from another thread as a source that never blocks.
#[cfg(not(unix))]
struct ReadAhead {
    source: Receiver<Vec<u8>>,
    rest: Vec<u8>,
}

#[cfg(not(unix))]
impl Read for ReadAhead {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        use std::sync::mpsc::TryRecvError;
        if self.rest.is_empty() {
            match self.source.try_recv() {
                Ok(chunk) => self.rest = chunk,
                Err(TryRecvError::Empty) => return Err(io::ErrorKind::WouldBlock.into()),
                Err(TryRecvError::Disconnected) => return Ok(0),
            }
        }
        let n = self.rest.len().min(buf.len());
        buf[..n].copy_from_slice(&self.rest[..n]);
        self.rest.drain(..n);
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cell::backlog;

    #[test]
    fn what_is_cut_or_never_comes_is_not_known_to_its_end() {
        let limit = usize::try_from(STDERR_LIMIT).unwrap();
        let wrote = |len| Untrusted::new(vec![b'x'; len]);
        assert_eq!(lost(Some(&wrote(5))), None);
        assert_eq!(lost(Some(&wrote(limit))), Some("too-much"));
        assert_eq!(lost(None), Some("unreadable"));
    }

    #[cfg(unix)]
    #[test]
    fn a_program_that_is_started_again_is_no_less_cut_for_it() {
        let script = "if [ -e \"$0\" ]; then echo again >&2; else : >\"$0\"; \
                      head -c 1100000 /dev/zero >&2; fi";
        let folder = tempfile::tempdir().unwrap();
        let marker = folder.path().join("was-here").display().to_string();
        let launch = Launch {
            argv: ["sh", "-c", script, &marker].map(str::to_owned).to_vec(),
            env: Env::new(),
        };
        let (to_store, _stamped) = backlog::channel();
        let sequencer = Arc::new(Sequencer::new(to_store));
        let mut client = ClientProcess::start(&launch, &sequencer).unwrap();
        client.restart(Some(Duration::from_secs(60))).unwrap();
        let ended = client.end(Duration::from_secs(60));
        assert!(ended.stderr.in_a_test().ends_with(b"again\n"));
        assert_eq!(ended.lost, Some("too-much"));
    }
}
