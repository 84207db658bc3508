//! The program under test: told on its standard input when there is something new, and ended with
//! everything that it started.
//!
//! One JSON object per line, each with one key: `{"look":{"id":1}}` (something may be new in the
//! folders), `{"paste":{"id":2}}` (take the clipboard over), `{"fetch":{"id":3}}` (the app has a
//! result for its API), `{"inquire":{"id":4,"kind":"bulk","patients":[…]}}` (ask the terminal),
//! `{"ticket":{"id":5,…}}` (this 受診券 or 利用券 belongs to the person who is checked next),
//! `{"claim":{"id":6,…}}` (make a 療養費支給申請書 for the patient of these numbers). It answers each with `{"done":{"id":1}}`. `{"page":{"url":"http://127.0.0.1:…"}}` says
//! where its page is, at any time before the last answer. The end of its input means:
//! write the export and leave with status 0.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use madoguchi_notation::Wording;
use parking_lot::Mutex;
use serde_json::{Value as Json, json};
use wait_timeout::ChildExt as _;

use crate::cell::gate::Untrusted;
use crate::client::process::{ClientTrouble, keep};
use crate::interrupt::Watched;
use crate::process_group::end_group_of;

/// The longest line that is listened to, bytes.
const LINE: u64 = 1 << 16;

/// Lines that are listened to.
const LINES: usize = 100_000;

/// A running program.
#[derive(Debug)]
pub(crate) struct Program {
    child: Child,
    stdin: Option<ChildStdin>,
    done: Receiver<u64>,
    /// The address of its page, where it tells one.
    page: Arc<Mutex<Option<String>>>,
    stderr: Receiver<Untrusted<Vec<u8>>>,
    asked: u64,
    limit: Duration,
    /// The first thing that went wrong.
    fell: Option<Wording>,
    _watched: Watched,
}

impl Program {
    /// Starts it.
    ///
    /// # Errors
    /// Where the program cannot be started.
    pub(crate) fn start(
        argv: &[String],
        env: &BTreeMap<&'static str, OsString>,
        limit: Duration,
    ) -> Result<Self, ClientTrouble> {
        let mut command = Command::new(&argv[0]);
        command
            .args(&argv[1..])
            .envs(env)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command.spawn().map_err(|error| ClientTrouble::Start {
            program: argv[0].clone(),
            error,
        })?;
        let watched = Watched::new(child.id());
        let stdin = child.stdin.take();
        let (heard, done) = channel();
        let page = Arc::<Mutex<Option<String>>>::default();
        let told = Arc::clone(&page);
        if let Some(stdout) = child.stdout.take() {
            thread::spawn(move || {
                let mut stdout = BufReader::new(stdout);
                for _ in 0..LINES {
                    let mut line = Vec::new();
                    let read = stdout.by_ref().take(LINE).read_until(b'\n', &mut line);
                    if !matches!(read, Ok(1..)) {
                        return;
                    }
                    match said(&line) {
                        Some(Said::Done(id)) if heard.send(id).is_err() => return,
                        Some(Said::Page(url)) => {
                            *told.lock() = Some(url);
                        }
                        Some(Said::Done(_)) | None => {}
                    }
                }
            });
        }
        let (kept, stderr) = channel();
        if let Some(source) = child.stderr.take() {
            thread::spawn(move || keep(source, &kept));
        }
        Ok(Self {
            child,
            stdin,
            done,
            page,
            stderr,
            asked: 0,
            limit,
            fell: None,
            _watched: watched,
        })
    }

    /// Tells it one thing and waits until it has answered, or for the limit.
    pub(crate) fn tell(&mut self, what: &str, mut value: Json) {
        self.asked += 1;
        let id = self.asked;
        value["id"] = json!(id);
        let line = format!("{}\n", json!({ what: value }));
        let told = self.stdin.as_mut().map(|stdin| {
            stdin
                .write_all(line.as_bytes())
                .and_then(|()| stdin.flush())
        });
        if self.fell.is_some() {
            return;
        }
        if !matches!(told, Some(Ok(()))) {
            self.fell = Some(Wording::new(
                format!("「{what}」を伝える前に終わっていた"),
                format!("it was gone before it could be told to {what}"),
            ));
            return;
        }
        let until = Instant::now() + self.limit;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            match self.done.recv_timeout(left) {
                Ok(answered) if answered == id => return,
                Ok(_) => {}
                Err(_) => {
                    let seconds = self.limit.as_secs();
                    let gone = matches!(self.child.try_wait(), Ok(Some(_)));
                    self.fell = Some(if gone {
                        Wording::new(
                            format!("「{what}」に答えずに終わった"),
                            format!("it ended instead of answering {what}"),
                        )
                    } else {
                        Wording::new(
                            format!("「{what}」に {seconds} 秒以内に答えなかった"),
                            format!("it did not answer {what} within {seconds} s"),
                        )
                    });
                    return;
                }
            }
        }
    }

    /// The address of the page that it told last.
    pub(crate) fn page(&self) -> Option<String> {
        self.page.lock().clone()
    }

    /// Closes its input, gives it the limit to leave, and ends it and what it started. Its standard
    /// error, and how it fell where it did.
    pub(crate) fn end(mut self, watches: bool) -> (Untrusted<Vec<u8>>, Option<Wording>) {
        drop(self.stdin.take());
        let limit = if watches { Duration::ZERO } else { self.limit };
        let status = self.child.wait_timeout(limit);
        self.end_all();
        let _ = self.child.wait();
        let stderr = self.stderr.recv_timeout(Duration::from_millis(500));
        let how = match status {
            Ok(Some(status)) if status.success() => None,
            Ok(Some(status)) => Some(match status.code() {
                Some(code) => {
                    Wording::new(format!("終了コード {code}"), format!("exit status {code}"))
                }
                None => Wording::new("異常終了", "it was ended by a signal"),
            }),
            Ok(None) if watches => None,
            Ok(None) | Err(_) => {
                let seconds = self.limit.as_secs();
                Some(Wording::new(
                    format!("入力が終わっても {seconds} 秒以内に終わらなかった"),
                    format!("it did not leave within {seconds} s after the end of its input"),
                ))
            }
        };
        let fell = match (self.fell.take(), how) {
            (Some(first), Some(how)) => Some(Wording::new(
                format!("{} ({})", first.ja, how.ja),
                format!("{} ({})", first.en, how.en),
            )),
            (first, how) => first.or(how),
        };
        let stderr = stderr.unwrap_or_else(|_| Untrusted::new(Vec::new()));
        (stderr, fell)
    }

    fn end_all(&mut self) {
        end_group_of(self.child.id());
        // Already gone is what we want.
        let _ = self.child.kill();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            self.end_all();
            let _ = self.child.wait();
        }
    }
}

/// What a line says.
enum Said {
    Done(u64),
    Page(String),
}

fn said(line: &[u8]) -> Option<Said> {
    let json: Json = serde_json::from_slice(line).ok()?;
    let page = json["page"]["url"].as_str();
    let page = page.map(|url| Said::Page(url.to_owned()));
    page.or_else(|| json["done"]["id"].as_u64().map(Said::Done))
}
