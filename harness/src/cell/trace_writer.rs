//! Writes a cell's trace while it happens: decodes, looks for leaks, redacts, numbers, writes.
//!
//! Runs on a thread of its own, after the answers are on their way. What it has written is on
//! disk before it waits for more, so that a trace survives whatever comes next.
//!
//! Waking a thread costs the one that wakes it as much as an exchange with the card does. So after its
//! work it rests for a moment in which it is not woken, and waits to be woken only where nothing
//! has happened meanwhile.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::mpsc::TryRecvError;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use madoguchi_trace::decode::Dialogue;
use madoguchi_trace::{Event, Header, Trace, Vocabulary, What};
use serde::Serialize;

use super::backlog::FromOrder;
use super::gate::{Gate, Redacted, Untrusted};
use super::sequencer::{Observed, Stamped, ToStore};
use crate::private;

/// How long it rests: what happened in so short a time can be lost with a tool that is killed.
const REST: Duration = Duration::from_millis(10);

/// Is told of each event.
pub(crate) type Listener = Box<dyn FnMut(&Redacted<Event>) + Send>;

/// What becomes of events beside the file.
pub(crate) enum Held {
    /// All of them stay in memory, for a caller that judges them at once.
    Whole,
    /// Each is told and forgotten: what runs for days would grow with it. The file is read again where
    /// it is wanted.
    Told(Listener),
}

/// A trace being written.
#[derive(Debug)]
pub(crate) struct TraceWriter {
    thread: JoinHandle<Written>,
}

/// A trace as it was written, without its events where they were [told](Held::Told), and what kept the
/// rest of it from the disk.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) trace: Redacted<Trace>,
    pub(crate) failure: Option<io::Error>,
}

impl TraceWriter {
    /// Starts the trace at `path` with its header.
    ///
    /// # Errors
    /// Where the file cannot be made.
    pub(crate) fn start(
        path: &Path,
        header: Header,
        gate: Gate,
        stamped: FromOrder,
        held: Held,
    ) -> io::Result<Self> {
        let file = private::create(path)?;
        let header = gate.header(header);
        let mut output = Output {
            out: BufWriter::new(file),
            gate,
            dialogue: Dialogue::new(),
            vocabulary: Vocabulary::default(),
            trace: header.clone().begin(),
            held,
            seq: 0,
            failure: None,
        };
        let thread = thread::Builder::new()
            .name("trace-writer".into())
            .spawn(move || {
                output.write_line(&header);
                output.serve(&stamped);
                Written {
                    trace: output.trace,
                    failure: output.failure,
                }
            })?;
        Ok(Self { thread })
    }

    /// Lets it go on with what was stamped while it rested, beside a thread that waits for something else.
    pub(crate) fn wake(&self) {
        self.thread.thread().unpark();
    }

    /// Waits until everything that was stamped is written.
    ///
    /// # Panics
    /// Where the writer itself panicked, which is a bug.
    pub(crate) fn finish(self) -> Written {
        self.wake();
        self.thread
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

struct Output {
    out: BufWriter<File>,
    gate: Gate,
    dialogue: Dialogue,
    vocabulary: Vocabulary,
    trace: Redacted<Trace>,
    held: Held,
    /// That of the last event.
    seq: u64,
    failure: Option<io::Error>,
}

impl Output {
    fn serve(&mut self, stamped: &FromOrder) {
        loop {
            let next = match stamped.try_recv() {
                Err(TryRecvError::Empty) => {
                    self.keep(Write::flush);
                    thread::park_timeout(REST);
                    match stamped.try_recv() {
                        Err(TryRecvError::Empty) => stamped.recv(),
                        next => next.ok(),
                    }
                }
                next => next.ok(),
            };
            match next {
                Some(ToStore::Event(event)) => self.take(event),
                Some(ToStore::End) | None => break,
            }
        }
        self.keep(Write::flush);
    }

    fn take(&mut self, Stamped { us, observed }: Stamped) {
        let (what, leaks) = match observed {
            Observed::Exchange {
                card,
                command,
                answer,
            } => {
                let answer = answer.as_deref().map_err(|fault| *fault);
                let apdu = self.dialogue.observe(&card, &command, answer);
                self.gate.pass(Untrusted::new(What::Card(apdu)))
            }
            Observed::Awake { card } => return self.dialogue.awake(&card),
            Observed::Request { told, sent } => self.gate.pass_request(told, &sent),
            Observed::Told(what) => self.gate.pass(what),
        };
        self.write(us, what);
        for leak in leaks {
            let (leak, _) = self.gate.pass(Untrusted::new(What::Leak(leak)));
            self.write(us, leak);
        }
    }

    fn write(&mut self, us: u64, what: Redacted<What>) {
        self.seq += 1;
        let event = what.at(self.seq, us);
        self.write_line(&event);
        match &mut self.held {
            Held::Whole => self.trace.push(event, &mut self.vocabulary),
            Held::Told(tell) => tell(&event),
        }
    }

    /// What is written has passed the gate.
    fn write_line(&mut self, line: &Redacted<impl Serialize>) {
        match serde_json::to_vec(line) {
            Ok(mut line) => {
                line.push(b'\n');
                self.keep(|out| out.write_all(&line));
            }
            Err(error) => self.failure = self.failure.take().or(Some(error.into())),
        }
    }

    /// Writes unless the disk has failed before; the first failure is the one to tell.
    fn keep(&mut self, write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>) {
        if self.failure.is_none() {
            self.failure = write(&mut self.out).err();
        }
    }
}
