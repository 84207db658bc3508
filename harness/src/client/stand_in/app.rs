//! The app's own process. It is told nothing but its environment; of its standard output one line is
//! listened to, `{"page":{"url":"http://127.0.0.1:…"}}`.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::ChildStdout;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value as Json;

use super::StandInTrouble;
use crate::cell::gate::Gate;
use crate::client::process::{Ended, Launch, Running};
use crate::interrupt::Watched;

/// The longest line that is listened to, bytes.
const LINE: u64 = 1 << 16;

/// Between two looks whether it is still there.
const LOOK: Duration = Duration::from_millis(50);

/// How long the last words of an app that is gone are waited for.
const GRACE: Duration = Duration::from_millis(200);

/// A running app.
pub(super) struct App {
    running: Running,
    told: Receiver<String>,
    _watched: Watched,
}

impl App {
    pub(super) fn start(launch: &Launch) -> Result<Self, StandInTrouble> {
        let (running, stdout) = Running::start(launch).map_err(StandInTrouble::Start)?;
        let watched = Watched::new(running.id());
        let (heard, told) = channel();
        if let Some(stdout) = stdout {
            thread::spawn(move || listen(stdout, &heard));
        }
        Ok(Self {
            running,
            told,
            _watched: watched,
        })
    }

    /// Where its page is.
    ///
    /// # Errors
    /// Where it ends without saying so, or says nothing within the limit.
    pub(super) fn page(&mut self, limit: Duration) -> Result<String, StandInTrouble> {
        let until = Instant::now() + limit;
        loop {
            match self.told.recv_timeout(LOOK) {
                Ok(url) => return Ok(url),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected)
                    if self.is_gone() =>
                {
                    let ended = self.running.end(GRACE);
                    let words = Gate::strangers_log(&ended.stderr);
                    let code = ended.exit.code;
                    return Err(StandInTrouble::Gone { code, words });
                }
                Err(_) if until <= Instant::now() => return Err(StandInTrouble::NoPage { limit }),
                Err(RecvTimeoutError::Timeout) => {}
                // It has closed its output and goes on.
                Err(RecvTimeoutError::Disconnected) => thread::sleep(LOOK),
            }
        }
    }

    pub(super) fn is_gone(&mut self) -> bool {
        self.running.is_gone()
    }

    /// Gives it `grace` to leave by itself. An app with a window is not told to: that it had to be ended
    /// says nothing against it.
    pub(super) fn end(mut self, grace: Duration) -> Ended {
        let by_itself = self.is_gone();
        let mut ended = self.running.end(grace);
        if !by_itself && ended.exit.code.is_none() && grace > Duration::ZERO {
            ended.exit.why = None;
        }
        ended
    }
}

fn listen(stdout: ChildStdout, heard: &Sender<String>) {
    let mut stdout = BufReader::new(stdout);
    loop {
        let mut line = Vec::new();
        let read = stdout.by_ref().take(LINE).read_until(b'\n', &mut line);
        if !matches!(read, Ok(1..)) {
            return;
        }
        let told = serde_json::from_slice::<Json>(&line).unwrap_or_default();
        if let Some(url) = told["page"]["url"].as_str() {
            // Who no longer listens has found the page already.
            let _ = heard.send(url.to_owned());
        }
    }
}
