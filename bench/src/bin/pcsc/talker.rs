//! A client in C with the installed libpcsclite that is told line by line what to do.

use std::fmt;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use madoguchi_peers::Script;

/// The client, running.
pub(crate) struct Talker {
    child: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
}

/// What many exchanges took, nanoseconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Batch {
    pub(crate) median: u64,
    pub(crate) percentile_99: u64,
}

impl Talker {
    /// Starts it at this socket.
    pub(crate) fn start(client: &Script, socket: &Path) -> Self {
        let mut child = Command::new(&client.program)
            .env("PCSCLITE_CSOCK_NAME", socket)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it was compiled");
        Self {
            orders: child.stdin.take().expect("a pipe"),
            answers: BufReader::new(child.stdout.take().expect("a pipe")),
            child,
        }
    }

    /// Says what to do.
    pub(crate) fn order(&mut self, order: impl fmt::Display) {
        writeln!(self.orders, "{order}").expect("it listens");
    }

    /// What it answers.
    pub(crate) fn answer(&mut self) -> String {
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("it speaks ASCII");
        let line = line.trim_end().to_owned();
        assert!(!line.is_empty(), "the client ended");
        assert!(!line.starts_with("failed"), "{line}");
        line
    }

    pub(crate) fn ask(&mut self, order: impl fmt::Display) -> String {
        self.order(order);
        self.answer()
    }

    /// Connects to the card on this reader.
    pub(crate) fn connect(&mut self, reader: &str) {
        self.ask(format_args!("reader {reader}"));
        self.ask("connect");
    }

    /// Waits for a card on this reader and connects to it.
    pub(crate) fn meet(&mut self, reader: &str) {
        self.ask(format_args!("reader {reader}"));
        while self.ask("wait") != "present" {}
        self.ask("connect");
    }

    /// Transmits a command so many times.
    pub(crate) fn batch(&mut self, count: u32, command: &str) -> Batch {
        let told = self.ask(format_args!("batch {count} {command}"));
        let mut figures = told.split(' ').map(|figure| figure.parse().ok());
        let mut next = || figures.next().flatten();
        let (Some(median), Some(percentile_99)) = (next(), next()) else {
            panic!("no figures: {told}");
        };
        Batch {
            median,
            percentile_99,
        }
    }
}

impl Drop for Talker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
