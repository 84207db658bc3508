//! A person in place of an adapter: asked in the terminal what the client's screen shows, and waited
//! for with a limit. What was typed is as good as that person's eyes, and the verdict says so.

use std::io::{self, BufRead as _, Write as _};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

/// How long somebody is given for one answer: long enough to walk over to the other screen.
const PATIENCE: Duration = Duration::from_secs(15 * 60);

/// The most that is read of one answer, bytes.
const LONGEST: usize = 4096;

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NobodyAnswers {
    /// The standard input has ended.
    Ended,
    /// Nothing was typed within the time.
    TimedOut,
}

/// Asks on standard error, so that standard output stays the report, and reads one line.
///
/// # Errors
/// Where nobody answers.
pub(crate) fn ask(question: &str) -> Result<String, NobodyAnswers> {
    let mut out = anstream::stderr().lock();
    // A question that cannot be written is not answered, either.
    let _ = write!(out, "{question} ").and_then(|()| out.flush());
    drop(out);
    let answers = answers().lock().unwrap_or_else(PoisonError::into_inner);
    match answers.recv_timeout(PATIENCE) {
        Ok(answer) => Ok(answer),
        Err(RecvTimeoutError::Timeout) => Err(NobodyAnswers::TimedOut),
        Err(RecvTimeoutError::Disconnected) => Err(NobodyAnswers::Ended),
    }
}

/// The lines of the standard input. One thread reads them for the whole run: a read that waits
/// cannot be called back.
fn answers() -> &'static Mutex<Receiver<String>> {
    static ANSWERS: OnceLock<Mutex<Receiver<String>>> = OnceLock::new();
    ANSWERS.get_or_init(|| {
        let (typed, answers) = channel();
        thread::spawn(move || {
            for line in io::stdin().lock().split(b'\n') {
                let Ok(mut line) = line else { return };
                line.truncate(LONGEST);
                let line = String::from_utf8_lossy(&line);
                if typed.send(line.trim_end_matches('\r').to_owned()).is_err() {
                    return;
                }
            }
        });
        Mutex::new(answers)
    })
}
