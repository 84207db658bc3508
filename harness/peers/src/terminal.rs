//! A person at a terminal, for programs that ask for a PIN and take none by argument: a
//! pseudo-terminal as their controlling terminal, on which the test types.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::fd::OwnedFd;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use rustix::pty::{OpenptFlags, grantpt, ioctl_tiocgptpeer, openpt, unlockpt};
use rustix::termios::{LocalModes, tcgetattr};
use wait_timeout::ChildExt as _;

use crate::{LIMIT, Outcome, collect};

/// How long a program may take until it asks.
const PATIENCE: Duration = Duration::from_secs(30);

/// End of input, typed at the begin of a line.
const CONTROL_D: u8 = 0x04;

/// What a person types at a program.
#[derive(Debug, Clone, Copy, Default)]
pub struct Terminal<'a> {
    /// Typed at once, to the end of the input.
    pub document: Option<&'a str>,
    /// Typed when the terminal no longer shows what is typed, and not if that never happens.
    pub secret: Option<&'a str>,
}

impl Terminal<'_> {
    /// Runs a program to its end with this terminal as standard input and standard error; what
    /// stood on the terminal is the outcome's `stderr`.
    ///
    /// # Panics
    /// If it cannot be started, does not ask or does not end in time.
    #[must_use]
    pub fn run<S: AsRef<OsStr>>(
        self,
        program: &Command,
        arguments: impl IntoIterator<Item = S>,
    ) -> Outcome {
        let (screen, keyboard) = pair();
        let mut keys = File::from(screen.try_clone().expect("a descriptor"));
        if let Some(document) = self.document {
            let typed = keys.write_all(&[document.as_bytes(), &[CONTROL_D]].concat());
            typed.expect("a terminal takes keys");
        }
        // A session of its own, so that the terminal can be its controlling one: programs that
        // hide what is typed open /dev/tty.
        let mut command = Command::new("setsid");
        command
            .arg("--ctty")
            .arg(program.get_program())
            .args(program.get_args())
            .args(arguments)
            .stdin(keyboard.try_clone().expect("a descriptor"))
            .stderr(Stdio::from(keyboard))
            .stdout(Stdio::piped());
        for (name, value) in program.get_envs() {
            command.env(name, value.unwrap_or_default());
        }
        let mut child = command.spawn().expect("setsid is everywhere");
        // With it goes our end of the terminal's other side.
        drop(command);
        let stdout = collect(child.stdout.take().expect("a pipe"));
        let mut seen = Screen::watch(File::from(screen.try_clone().expect("a descriptor")));
        if let Some(secret) = self.secret
            && seen.hides(&screen)
        {
            let typed = keys.write_all(&[secret.as_bytes(), b"\n"].concat());
            typed.expect("a terminal takes keys");
        }
        let status = child.wait_timeout(LIMIT).expect("it can be waited for");
        if status.is_none() {
            let _ = child.kill();
            let _ = child.wait();
        }
        let outcome = Outcome {
            code: status.and_then(|status| status.code()),
            stdout: stdout.join().expect("reading does not panic"),
            stderr: seen.rest(),
        };
        assert!(status.is_some(), "it did not end: {outcome:#?}");
        outcome
    }
}

/// Both sides of a new pseudo-terminal.
fn pair() -> (OwnedFd, OwnedFd) {
    let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
    let screen = openpt(flags).expect("a pseudo-terminal");
    grantpt(&screen).expect("it is ours");
    unlockpt(&screen).expect("it is ours");
    let keyboard = ioctl_tiocgptpeer(&screen, flags).expect("its other side");
    (screen, keyboard)
}

/// What a program has written on its terminal.
struct Screen {
    pieces: Receiver<Vec<u8>>,
    text: Vec<u8>,
}

impl Screen {
    fn watch(mut screen: File) -> Self {
        let (said, pieces) = channel();
        thread::spawn(move || {
            let mut piece = [0; 4096];
            // The end is an error: no process holds the other side any more.
            while let Ok(len @ 1..) = screen.read(&mut piece) {
                if said.send(piece[..len].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self {
            pieces,
            text: Vec::new(),
        }
    }

    /// Waits until the terminal no longer shows what is typed; not so where the program ends
    /// before.
    fn hides(&mut self, screen: &OwnedFd) -> bool {
        let until = Instant::now() + PATIENCE;
        loop {
            let modes = tcgetattr(screen).expect("a terminal").local_modes;
            if !modes.contains(LocalModes::ECHO) {
                return true;
            }
            assert!(Instant::now() < until, "it asks for nothing: {self:?}");
            // Programs write what they ask for just before they hide the answer.
            match self.pieces.recv_timeout(Duration::from_millis(1)) {
                Ok(piece) => self.text.extend(piece),
                Err(std::sync::mpsc::RecvTimeoutError::Timeout) => {}
                Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => return false,
            }
        }
    }

    fn rest(mut self) -> String {
        self.text.extend(self.pieces.iter().flatten());
        String::from_utf8_lossy(&self.text).into_owned()
    }
}

impl std::fmt::Debug for Screen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", String::from_utf8_lossy(&self.text))
    }
}
