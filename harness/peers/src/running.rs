//! A program that a test listens to while it runs: its lines as events, each waited for with a
//! bound.

use std::io::{BufRead as _, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use wait_timeout::ChildExt as _;

use crate::{LIMIT, Outcome, ending};

/// How long a line may be waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// A program that was started and is read line by line; ended when dropped.
#[derive(Debug)]
pub struct Running {
    child: Child,
    lines: Receiver<(Stream, String)>,
    stdout: String,
    stderr: String,
}

#[derive(Debug, Clone, Copy)]
enum Stream {
    Stdout,
    Stderr,
}

impl Running {
    /// Starts it without standard input.
    ///
    /// # Panics
    /// If it cannot be started.
    pub fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{:?}: {error}", command.get_program()));
        let (said, lines) = channel();
        let listen = |pipe: Option<Box<dyn Read + Send>>, stream| {
            let (pipe, said) = (BufReader::new(pipe.expect("a pipe")), said.clone());
            thread::spawn(move || {
                let lines = pipe.split(b'\n').map_while(Result::ok);
                // Who no longer listens has seen enough.
                lines
                    .take_while(|line| said.send((stream, text(line))).is_ok())
                    .for_each(drop);
            });
        };
        listen(
            child.stdout.take().map(|pipe| Box::new(pipe) as _),
            Stream::Stdout,
        );
        listen(
            child.stderr.take().map(|pipe| Box::new(pipe) as _),
            Stream::Stderr,
        );
        Self {
            child,
            lines,
            stdout: String::new(),
            stderr: String::new(),
        }
    }

    /// Interrupts it as Ctrl-C does.
    ///
    /// # Panics
    /// If it cannot be reached.
    pub fn interrupt(&self) {
        self.signal(Signal::INT);
    }

    /// Asks it to end, as a pipeline does that was cancelled (SIGTERM).
    ///
    /// # Panics
    /// If it cannot be reached.
    pub fn terminate(&self) {
        self.signal(Signal::TERM);
    }

    /// Stops it where it is, until it is dropped.
    ///
    /// # Panics
    /// If it cannot be reached.
    pub fn freeze(&self) {
        self.signal(Signal::STOP);
    }

    fn signal(&self, signal: Signal) {
        let id = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        let sent = id.map(|id| kill_process(id, signal));
        assert_eq!(sent, Some(Ok(())), "{self:#?}");
    }

    /// Ends it with SIGKILL: what it leaves behind is part of the test.
    pub fn kill(mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Waits for the next line, of either stream, that contains `wanted`.
    ///
    /// # Panics
    /// If the program ends before it says that, or says nothing for too long.
    pub fn line(&mut self, wanted: &str) -> String {
        let until = Instant::now() + PATIENCE;
        loop {
            match self
                .lines
                .recv_timeout(until.saturating_duration_since(Instant::now()))
            {
                Ok((stream, line)) => {
                    self.keep(stream, &line);
                    if line.contains(wanted) {
                        return line;
                    }
                }
                Err(RecvTimeoutError::Timeout) => panic!("no {wanted:?} in time: {self:#?}"),
                Err(RecvTimeoutError::Disconnected) => {
                    panic!("it ended without {wanted:?}: {self:#?}")
                }
            }
        }
    }

    /// Waits until it has ended.
    ///
    /// # Panics
    /// If it does not end within [`LIMIT`].
    #[must_use]
    pub fn outcome(mut self) -> Outcome {
        let status = self
            .child
            .wait_timeout(LIMIT)
            .expect("a child can be waited for");
        assert!(
            status.is_some(),
            "it did not end within {LIMIT:?}: {self:#?}"
        );
        // A process that inherited its streams may hold them open for ever.
        while let Ok((stream, line)) = self.lines.recv_timeout(Duration::from_secs(1)) {
            self.keep(stream, &line);
        }
        Outcome {
            code: status.and_then(|status| status.code()),
            stdout: std::mem::take(&mut self.stdout),
            stderr: std::mem::take(&mut self.stderr),
        }
    }

    fn keep(&mut self, stream: Stream, line: &str) {
        let kept = match stream {
            Stream::Stdout => &mut self.stdout,
            Stream::Stderr => &mut self.stderr,
        };
        kept.push_str(line);
        kept.push('\n');
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        ending::end(&mut self.child);
    }
}

fn text(line: &[u8]) -> String {
    String::from_utf8_lossy(line).into_owned()
}
