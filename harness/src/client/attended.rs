//! A person in place of an adapter: asked in the terminal what the client's screen shows, and waited
//! for with a limit. What was typed is as good as that person's eyes, and the verdict says so.

use std::io::{self, BufRead as _, Write as _};
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use madoguchi_terms::{Lang, Say};
use parking_lot::Mutex;

/// How long a person is given for one answer where the user does not say: long enough to walk over to
/// the other screen.
pub(crate) const PATIENCE: Duration = Duration::from_secs(15 * 60);

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

impl Say for NobodyAnswers {
    fn text(&self, lang: Lang) -> String {
        match self {
            Self::Ended => lang.pick(
                "標準入力が終わっていて、画面に何があるか尋ねられません。端末で実行してください",
                "the standard input has ended, so that nobody can be asked what the screen shows; run it in a terminal",
            ),
            Self::TimedOut => lang.pick(
                "画面に何があるか、だれも答えませんでした。--attended-limit で待つ時間を延ばせます",
                "nobody answered what the screen shows; --attended-limit gives more time",
            ),
        }
        .to_owned()
    }
}

/// Asks on standard error, so that standard output stays the report, and reads one line.
///
/// # Errors
/// Where no answer comes within the limit.
pub(crate) fn ask(question: &str, limit: Duration) -> Result<String, NobodyAnswers> {
    let mut out = anstream::stderr().lock();
    // A question that cannot be written is not answered, either.
    let _ = write!(out, "{question} ").and_then(|()| out.flush());
    drop(out);
    let answers = answers().lock();
    match answers.recv_timeout(limit) {
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
