//! What libpcscspy writes of a program's PC/SC calls (pcsc-lite 1.8 to 2.5, *observed*): for every call
//! a line as it begins, its parameters one a line, and a line as it ends. `THREAD@` stands before each.
//!
//! The lines of a call have no names: their order tells what they are. Output buffers are looked at
//! after a success only; before 2.2.3 those of a failed call hold what an earlier one left there.

mod printed;
mod reader;

use std::collections::BTreeMap;

use super::line::Line;
use super::return_code::return_code;
use crate::clear::Clear;
use crate::odd::Odd;
use crate::told::{Answer, Found, Says, Told};
use reader::Readers;

/// Parameter lines of one call: more than a call has that asks for 16 readers.
const MOST: usize = 256;

/// The thread and the rest of a line.
fn split(line: &str) -> Option<(&str, &str)> {
    let (thread, rest) = line.split_once('@')?;
    let is_thread = (8..=16).contains(&thread.len())
        && thread
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'A'..=b'F').contains(&b));
    is_thread.then_some((thread, rest))
}

pub(super) fn is_line(line: &str) -> bool {
    split(line).is_some() || printed::is_line(line)
}

pub(super) fn read(lines: &[Line<'_>]) -> Found {
    let mut reading = Reading::default();
    let is_raw = lines.iter().any(|line| split(line.text).is_some());
    if is_raw {
        for line in lines {
            reading.line(line.number, line.text);
        }
    } else {
        for (number, line) in printed::raw(lines) {
            reading.line(number, &line);
        }
        let printed = lines.iter().filter(|line| printed::is_line(line.text));
        reading.found.known = printed.map(|line| line.number).collect();
    }
    let mut found = reading.done();
    found.epoch = found.epoch.filter(|_| is_raw);
    found
}

/// A call that a program has made.
pub(super) struct Call {
    line: usize,
    began: i64,
    name: String,
    parameters: Vec<String>,
}

impl Call {
    fn number(&self, at: usize) -> Option<u64> {
        number(self.parameters.get(at)?)
    }

    /// What it sends to the card.
    fn command(&self) -> Option<Clear> {
        let (_, bytes) = self.buffers().next()?;
        let command = Clear::pairs(bytes).filter(|command| !command.is_empty());
        command.filter(|_| self.name == "SCardTransmit")
    }

    /// Whether these are the lines of one call: of two, whose end and beginning are lost, there are more.
    fn is_one_transmission(&self) -> bool {
        /// Handle, protocol of the request with its length, command with its length, protocol of the answer
        /// with its length, answer with its length.
        const LINES: usize = 9;
        self.parameters.len() == LINES
    }

    /// The buffers among the parameters, in order, each with the length that was said of it.
    fn buffers(&self) -> impl Iterator<Item = (u64, &str)> {
        let pairs = self.parameters.windows(2);
        pairs.filter_map(|pair| match pair {
            [length, bytes] if !bytes.starts_with("0x") => Some((number(length)?, bytes.as_str())),
            _ => None,
        })
    }
}

fn number(text: &str) -> Option<u64> {
    u64::from_str_radix(text.trim().strip_prefix("0x")?, 16).ok()
}

#[derive(Default)]
struct Reading {
    found: Found,
    calls: BTreeMap<String, Call>,
    readers: Readers,
    /// Whether the PC/SC service is not there, as far as was told.
    is_service_gone: bool,
    now: u64,
    /// The latest time that was told, microseconds since 1970.
    latest: Option<i64>,
}

/// `1795354027|840838|SCardTransmit…` in microseconds since 1970, and the rest.
fn time(call: &str) -> Option<(i64, &str)> {
    let (seconds, rest) = call.split_once('|')?;
    let (micro, rest) = rest.split_once('|')?;
    let (seconds, micro): (i64, i64) = (seconds.parse().ok()?, micro.parse().ok()?);
    let at = seconds.checked_mul(1_000_000)?.checked_add(micro)?;
    (0..1_000_000).contains(&micro).then_some((at, rest))
}

impl Reading {
    fn line(&mut self, number: usize, line: &str) {
        let Some((thread, rest)) = split(line) else {
            return;
        };
        self.found.known.push(number);
        if let Some(call) = rest.strip_prefix(">|") {
            self.enter(number, thread, call);
        } else if let Some(call) = rest.strip_prefix("<|") {
            self.leave(number, thread, call);
        } else if let Some(call) = self.calls.get_mut(thread)
            && call.parameters.len() < MOST
        {
            call.parameters.push(rest.to_owned());
        }
    }

    fn enter(&mut self, line: usize, thread: &str, call: &str) {
        // a call that was never left, and another one on its thread: its end is lost
        if let Some(lost) = self.calls.remove(thread) {
            self.lost(&lost);
        }
        let Some((began, name)) = time(call) else {
            self.found.damaged.push(line);
            return;
        };
        self.at(line, began);
        self.found.epoch.get_or_insert(began);
        let call = Call {
            line,
            began,
            name: name.trim().to_owned(),
            parameters: Vec::new(),
        };
        self.calls.insert(thread.to_owned(), call);
    }

    fn leave(&mut self, line: usize, thread: &str, call: &str) {
        let begun = self.calls.remove(thread);
        let Some(((ended, rest), begun)) = time(call).zip(begun) else {
            self.found.damaged.push(line);
            return;
        };
        let mut parts = rest.split('|');
        let name = parts.next().unwrap_or_default();
        let rv = parts.next_back().and_then(return_code);
        let Some(rv) = rv.filter(|_| name == begun.name || name.is_empty()) else {
            self.found.damaged.push(line);
            return;
        };
        self.at(begun.line, ended);
        let epoch = self.found.epoch.unwrap_or(ended);
        let us = u64::try_from(ended.saturating_sub(epoch)).unwrap_or_default();
        self.now = self.now.max(us);
        let took = u64::try_from(ended.saturating_sub(begun.began)).ok();
        self.service(&begun, rv);
        self.call(&begun, rv, took);
    }

    /// Notices where the clock goes back. Two threads write their lines a little out of order.
    fn at(&mut self, line: usize, us: i64) {
        const BESIDE: i64 = 10_000;
        if self.latest.is_some_and(|latest| us + BESIDE < latest) {
            self.tell(line, Says::Odd(Odd::BackInTime));
            self.latest = None;
        }
        self.latest = Some(self.latest.map_or(us, |latest| latest.max(us)));
    }

    /// Notices the PC/SC service coming and going.
    fn service(&mut self, call: &Call, rv: u32) {
        use madoguchi_trace::{ReaderEvent, What};
        let is_gone = matches!(rv, 0x8010_001D | 0x8010_001E);
        if is_gone && !self.is_service_gone {
            self.is_service_gone = true;
            let gone = Says::Plain(What::Reader(ReaderEvent::ServiceStopped {}));
            // the exchange that it ended tells so by itself
            if call.name != "SCardTransmit" {
                self.tell(call.line, gone);
            }
        } else if self.is_service_gone && rv == 0 && call.name == "SCardEstablishContext" {
            self.is_service_gone = false;
            let back = Says::Plain(What::Reader(ReaderEvent::ServiceStarted {}));
            self.tell(call.line, back);
        }
    }

    fn call(&mut self, call: &Call, rv: u32, took: Option<u64>) {
        let word = match call.name.as_str() {
            "SCardTransmit" => return self.transmit(call, rv, took),
            "SCardGetStatusChange" => {
                for says in self.readers.changed(call, rv) {
                    self.tell(call.line, says);
                }
                return;
            }
            "SCardListReaders" => {
                for says in self.readers.listed(rv) {
                    self.tell(call.line, says);
                }
                return;
            }
            "SCardConnect" => {
                let share = call.number(2);
                for says in self.readers.named(rv) {
                    self.tell(call.line, says);
                }
                if rv == 0 && share != Some(3) {
                    for says in self.readers.connected() {
                        self.tell(call.line, says);
                    }
                }
                ("connect", share.and_then(share_mode))
            }
            "SCardReconnect" => ("reconnect", call.number(3).and_then(disposition)),
            "SCardDisconnect" => ("disconnect", call.number(1).and_then(disposition)),
            "SCardBeginTransaction" => ("begin-transaction", None),
            "SCardEndTransaction" => ("end-transaction", call.number(1).and_then(disposition)),
            "SCardControl" => ("control", None),
            _ => return,
        };
        let (call_word, detail) = word;
        let says = Says::Call {
            call: call_word,
            detail,
            rv,
            took,
        };
        self.tell(call.line, says);
    }

    fn transmit(&mut self, call: &Call, rv: u32, took: Option<u64>) {
        let buffers: Vec<(u64, &str)> = call.buffers().collect();
        let fits = |(length, bytes): &(u64, &str)| {
            let clear = Clear::pairs(bytes)?;
            (u64::try_from(clear.len()) == Ok(*length)).then_some(clear)
        };
        let command = buffers.first().and_then(fits);
        let Some(command) = command.filter(|command| !command.is_empty()) else {
            self.found.damaged.push(call.line);
            return;
        };
        let answer = match (rv, buffers.get(1)) {
            // two programs that write into one file tear each other's lines
            (0, _) if buffers.len() != 2 || !call.is_one_transmission() => {
                self.found.damaged.push(call.line);
                Answer::Unknown
            }
            (0, Some((0, _)) | None) => Answer::Empty,
            (0, Some(buffer)) => match fits(buffer) {
                Some(answer) => Answer::Bytes(answer),
                None => {
                    self.found.damaged.push(call.line);
                    Answer::Unknown
                }
            },
            (code, _) => Answer::Failed(code),
        };
        let says = Says::Exchange {
            command,
            answer,
            took,
        };
        self.tell(call.line, says);
        for says in self.readers.failed(rv) {
            self.tell(call.line, says);
        }
    }

    /// A call whose end is not in the log.
    fn lost(&mut self, call: &Call) {
        if let Some(command) = call.command() {
            let says = Says::Exchange {
                command,
                answer: Answer::Unknown,
                took: None,
            };
            self.tell(call.line, says);
        }
    }

    /// A call that was under way when the log ended. Where the program went on for long on another thread, it hung:
    /// that belongs where it began.
    fn never_left(&mut self, call: &Call) {
        /// Longer than any command of a card that works, microseconds.
        const LONG: u64 = 1_000_000;
        let epoch = self.found.epoch.unwrap_or(call.began);
        let us = u64::try_from(call.began.saturating_sub(epoch)).unwrap_or_default();
        let Some(command) = call.command().filter(|_| self.now >= us + LONG) else {
            self.lost(call);
            return;
        };
        let told = &mut self.found.told;
        let later = told.iter().position(|one| one.line > call.line);
        let hung = Told {
            line: call.line,
            us,
            program: None,
            says: Says::Exchange {
                command,
                answer: Answer::Hung,
                took: None,
            },
        };
        told.insert(later.unwrap_or(told.len()), hung);
    }

    fn tell(&mut self, line: usize, says: Says) {
        self.found.told.push(Told {
            line,
            us: self.now,
            program: None,
            says,
        });
    }

    fn done(mut self) -> Found {
        for call in std::mem::take(&mut self.calls).into_values() {
            self.never_left(&call);
        }
        self.found
    }
}

const fn share_mode(mode: u64) -> Option<&'static str> {
    match mode {
        1 => Some("exclusive"),
        2 => Some("shared"),
        3 => Some("direct"),
        _ => None,
    }
}

const fn disposition(code: u64) -> Option<&'static str> {
    match code {
        0 => Some("leave"),
        1 => Some("reset"),
        2 => Some("unpower"),
        3 => Some("eject"),
        _ => None,
    }
}
