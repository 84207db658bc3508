//! Writes a cell's trace while it happens: decodes, looks for leaks, redacts, numbers, writes.
//!
//! Runs on a thread of its own, after the answers are on their way. What it has written is on
//! disk before it waits for more, so that a trace survives whatever comes next.
//!
//! Waking somebody costs whoever wakes him as much as an exchange with the card does. So after its
//! work it rests for a moment in which nobody wakes it, and waits to be woken only where nothing
//! has happened meanwhile.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::mpsc::TryRecvError;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use madoguchi_trace::decode::Dialogue;
use madoguchi_trace::{Event, Header, Trace, Vocabulary, What};

use super::backlog::FromOrder;
use super::canary::Canaries;
use super::gate::Gate;
use super::sequencer::{Observed, Stamped, ToStore};
use crate::private;

/// How long it rests: what happened in so short a time can be lost with a tool that is killed.
const REST: Duration = Duration::from_millis(10);

/// What becomes of events beside the file.
pub(crate) enum Held {
    /// All of them stay in memory, for whoever judges them at once.
    Whole,
    /// Each is told and forgotten: what runs for days would grow with it. The file is read again where
    /// it is wanted.
    Told(Box<dyn FnMut(&Event) + Send>),
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
    pub(crate) trace: Trace,
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
        canaries: Canaries,
        stamped: FromOrder,
        held: Held,
    ) -> io::Result<Self> {
        let file = private::create(path)?;
        let gate = Gate(canaries);
        let header = gate.header(header);
        let mut output = Output {
            out: BufWriter::new(file),
            gate,
            dialogue: Dialogue::new(),
            vocabulary: Vocabulary::default(),
            trace: Trace {
                header,
                events: Vec::new(),
            },
            held,
            seq: 0,
            failure: None,
        };
        let thread = thread::Builder::new()
            .name("trace-writer".into())
            .spawn(move || {
                output.write_header();
                output.serve(&stamped);
                Written {
                    trace: output.trace,
                    failure: output.failure,
                }
            })?;
        Ok(Self { thread })
    }

    /// Lets it go on with what was stamped while it rested, beside whoever waits for something else.
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
    trace: Trace,
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
        let mut leaks = Vec::new();
        let mut what = match observed {
            Observed::Exchange {
                card,
                command,
                answer,
            } => {
                let answer = answer.as_deref().map_err(|fault| *fault);
                What::Card(self.dialogue.observe(&card, &command, answer))
            }
            Observed::Awake { card } => return self.dialogue.awake(&card),
            Observed::Request { told, sent } => {
                leaks = self.gate.noticed_in(&told, &sent);
                What::Request(told)
            }
            Observed::Told(what) => what,
        };
        leaks.extend(self.gate.pass(&mut what));
        self.write(us, what);
        for leak in leaks {
            let mut leak = What::Leak(leak);
            self.gate.pass(&mut leak);
            self.write(us, leak);
        }
    }

    fn write_header(&mut self) {
        let header = serde_json::to_vec(&self.trace.header);
        self.write_line(header);
    }

    fn write(&mut self, us: u64, what: What) {
        self.seq += 1;
        let seq = self.seq;
        let mut event = Event { seq, us, what };
        self.write_line(serde_json::to_vec(&event));
        match &mut self.held {
            Held::Whole => {
                self.vocabulary.share(&mut event.what);
                self.trace.events.push(event);
            }
            Held::Told(tell) => tell(&event),
        }
    }

    fn write_line(&mut self, line: serde_json::Result<Vec<u8>>) {
        match line {
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
