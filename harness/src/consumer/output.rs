//! The 資格確認結果出力用API of the official app, as madoguchi plays it: plain HTTP on 127.0.0.1, by the
//! wire profile `result-output-2025.05`, with what goes wrong between two programs on one machine.

use std::io;
use std::mem;
use std::sync::Arc;
use std::time::Duration;

use madoguchi_delivery::Delivered;
use madoguchi_eligibility::{Answer, Decision, Field, Operation, Request};
use madoguchi_web::{
    AnswerNote, Backend, Mishap, Observer, RequestNote, TlsNote, WebConfig, WebFault, WebServer,
};
use madoguchi_wire::Profile;
use parking_lot::Mutex;
use serde_json::{Value as Json, json};
use tokio::runtime::{Builder, Runtime};

use super::port::Port;
use super::scenario::OutputFault;
use crate::cell::clock::CellTimer;

/// The wire of the API.
const WIRE: &str = "result-output-2025.05";

/// How long an answer that is late lets the program wait.
const LATE: Duration = Duration::from_millis(400);

/// How much of an answer arrives that is broken off, per cent.
const PART: u8 = 60;

/// How often an answer is wrong before it is right.
const TIMES: u32 = 2;

/// The API of one case. Its port stays the same; the app behind it can be gone for a while.
pub(super) struct OutputApi {
    profile: Arc<Profile>,
    shelf: Arc<Shelf>,
    journal: Arc<Journal>,
    token: String,
    server: Option<WebServer>,
    port: Port,
    /// Whether the server that runs has no faults.
    is_plain: bool,
    // Dropped last: the server runs on it.
    runtime: Runtime,
}

impl OutputApi {
    /// Listens on a free port. A client must say `token`.
    ///
    /// # Errors
    /// Where no port is to be had.
    pub(super) fn open(token: String) -> io::Result<Self> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()?;
        let mut api = Self {
            profile: Arc::new(wire()),
            shelf: Arc::new(Shelf {
                token: token.clone(),
                state: Mutex::default(),
            }),
            journal: Arc::default(),
            token,
            server: None,
            port: Port::hold()?,
            is_plain: false,
            runtime,
        };
        api.serve(&[])?;
        Ok(api)
    }

    /// Its base URL, without a slash at the end.
    pub(super) fn url(&self) -> String {
        format!("http://{}", self.port.address())
    }

    /// What stands behind `Bearer` in a request that is answered.
    pub(super) fn token(&self) -> &str {
        &self.token
    }

    /// Puts the result of a check out, as it will be fetched under this fault. What is to be told
    /// to the program, and when the fault is over, is said by [`needs_another_look`].
    pub(super) fn put(&mut self, result: Delivered, fault: Option<OutputFault>) -> io::Result<()> {
        self.shelf.put(result, fault == Some(OutputFault::Previous));
        match fault {
            Some(OutputFault::NotRunning) => {
                self.server = None;
                self.is_plain = false;
                Ok(())
            }
            Some(OutputFault::Previous) | None => self.serve(&[]),
            Some(fault) => self.serve(&faults(fault)),
        }
    }

    /// The app runs again, and nothing goes wrong any more.
    pub(super) fn mend(&mut self) -> io::Result<()> {
        self.serve(&[])
    }

    /// What was asked and answered since the last time.
    pub(super) fn notes(&self) -> Vec<Json> {
        mem::take(&mut self.journal.0.lock())
    }

    /// Serves on the same port with these faults, counted anew. A server without faults goes on where
    /// none are wanted.
    fn serve(&mut self, faults: &[WebFault]) -> io::Result<()> {
        if self.is_plain && faults.is_empty() {
            return Ok(());
        }
        // Two servers cannot listen on one port.
        self.server = None;
        let timer = Arc::new(CellTimer::new());
        let mut config = WebConfig::local(Arc::clone(&self.profile), timer);
        config.address = self.port.address();
        config.faults = faults.to_vec();
        let (shelf, journal) = (Arc::clone(&self.shelf), Arc::clone(&self.journal));
        let server = WebServer::start(self.runtime.handle(), config, shelf, journal)?;
        self.port.taken(server.address());
        self.server = Some(server);
        self.is_plain = faults.is_empty();
        Ok(())
    }
}

/// Whether the program has to be told a second time, when the fault is over.
pub(super) fn needs_another_look(fault: Option<OutputFault>) -> bool {
    fault == Some(OutputFault::NotRunning)
}

/// The profile of the API.
pub(super) fn wire() -> Profile {
    Profile::builtin(WIRE).unwrap_or_else(|| unreachable!("{WIRE} is built in"))
}

/// Method and path by which the program asks, as a list of refusals may name it.
pub(super) fn path(profile: &Profile) -> String {
    let route = profile.route(Operation::ResultOutput);
    route.map_or_else(String::new, |(_, path)| path.to_owned())
}

/// The answer that says this.
pub(super) fn answer(result: &Delivered) -> Answer {
    let mut answer = Answer::new(Decision::Ok, "result-output");
    answer.fields = result.head.clone();
    answer.results.clone_from(&result.results);
    answer
}

fn faults(fault: OutputFault) -> Vec<WebFault> {
    let from = |nth, times, mishap| WebFault::Request {
        operation: Operation::ResultOutput,
        nth,
        times,
        mishap,
    };
    match fault {
        OutputFault::Late => vec![from(1, 1, Mishap::Delay(LATE))],
        OutputFault::Busy => vec![from(1, TIMES, Mishap::ServerError { status: 503 })],
        OutputFault::Page => vec![from(1, TIMES, Mishap::PortalPage)],
        OutputFault::WrongType => vec![from(1, TIMES, Mishap::WrongContentType)],
        OutputFault::Truncated => vec![from(1, TIMES, Mishap::Truncated { percent: PART })],
        OutputFault::BrokenOff => vec![from(1, TIMES, Mishap::ResetInBody { percent: PART })],
        OutputFault::Never => vec![from(1, u32::MAX, Mishap::ServerError { status: 503 })],
        OutputFault::Previous | OutputFault::NotRunning => Vec::new(),
    }
}

/// The results that the app has shown.
struct Shelf {
    token: String,
    state: Mutex<Shelved>,
}

#[derive(Default)]
struct Shelved {
    before: Option<Delivered>,
    last: Option<Delivered>,
    /// How often the result before is handed out first.
    stale: u32,
}

impl Shelf {
    fn put(&self, result: Delivered, stale: bool) {
        let mut state = self.state.lock();
        state.before = state.last.replace(result);
        state.stale = if stale { TIMES } else { 0 };
    }
}

impl Backend for Shelf {
    fn decide(&self, request: Request, _terminal: Option<Vec<u8>>) -> Answer {
        if request.fields.text(Field::SessionToken) != Some(&self.token) {
            return Answer::new(Decision::SessionInvalid, "wrong-token");
        }
        let mut state = self.state.lock();
        let is_stale = state.stale > 0;
        state.stale = state.stale.saturating_sub(1);
        let result = if is_stale { &state.before } else { &state.last };
        match result {
            Some(result) => answer(result),
            None => Answer::new(Decision::Busy, "no-check-was-made"),
        }
    }
}

/// What was asked and answered; neither the token nor a record is kept.
#[derive(Default)]
struct Journal(Mutex<Vec<Json>>);

impl Journal {
    fn write(&self, note: Json) {
        self.0.lock().push(note);
    }
}

impl Observer for Journal {
    fn tls(&self, _note: TlsNote) {}

    fn request(&self, note: RequestNote<'_>) {
        let (method, path) = (&note.http.method, &note.http.path);
        self.write(json!({ "asked": note.exchange, "method": method, "path": path }));
    }

    fn answer(&self, note: AnswerNote<'_>) {
        self.write(
            json!({ "answered": note.exchange, "status": note.status, "fault": note.fault }),
        );
    }
}

#[cfg(test)]
mod tests {
    use std::net::{SocketAddr, TcpStream};
    use std::process::Command;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::thread;

    use tokio::net::TcpSocket;

    use super::*;

    #[test]
    fn the_port_stays_its_own_while_the_app_does_not_run() {
        let mut api = OutputApi::open("token".to_owned()).unwrap();
        let url = api.url();
        let address: SocketAddr = url["http://".len()..].parse().unwrap();
        for _ in 0..3 {
            assert!(TcpStream::connect(address).is_ok());
            api.put(Delivered::default(), Some(OutputFault::NotRunning))
                .unwrap();
            let refused = TcpStream::connect(address).unwrap_err();
            assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
            if cfg!(target_os = "linux") {
                let of_another = TcpSocket::new_v4().unwrap();
                let taken = of_another.bind(address).unwrap_err();
                assert_eq!(taken.kind(), io::ErrorKind::AddrInUse);
            }
            api.mend().unwrap();
            assert_eq!(api.url(), url);
        }
    }

    /// A process that is started has a copy of every socket until it runs its program.
    #[test]
    fn programs_that_start_meanwhile_do_not_keep_the_port() {
        let program = std::env::current_exe().unwrap();
        let is_over = AtomicBool::new(false);
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    while !is_over.load(Ordering::Relaxed) {
                        // The path leads through a file: the program is never run.
                        let _ = Command::new(program.join("none")).status();
                    }
                });
            }
            let mut api = OutputApi::open("token".to_owned()).unwrap();
            let rounds: io::Result<()> = (0..300).try_for_each(|_| {
                api.put(Delivered::default(), Some(OutputFault::NotRunning))?;
                api.mend()
            });
            is_over.store(true, Ordering::Relaxed);
            rounds.unwrap();
        });
    }
}
