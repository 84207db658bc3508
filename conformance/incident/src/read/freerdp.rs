//! FreeRDP's log of its smart card channel (2.x and 3.x, *read in its source*): what a program on the other
//! machine asked of the reader here. At level WARN only failed calls are told, at DEBUG every call and
//! what it returned, each in braces, one after the other or several calls at once. Whose return is whose
//! is not said: of two commands under way neither gets an answer here.

use std::collections::VecDeque;

use super::line::{Clock, Line, without_colour};
use super::return_code::return_code;
use crate::clear::Clear;
use crate::odd::Odd;
use crate::told::{Answer, Found, Says, Told};

/// Commands under way that are kept.
const MOST: usize = 64;

/// What the smart card channel says on a line, and the time of day, microseconds.
fn message(line: &str) -> Option<(Option<u64>, &str)> {
    let (head, says) = line.split_once(" - ")?;
    let is_own = head.contains("com.freerdp.") && head.contains("smartcard");
    let says = match says
        .strip_prefix('[')
        .and_then(|rest| rest.split_once("]: "))
    {
        Some((_, says)) => says,
        None => says,
    };
    is_own.then(|| (time(head), says))
}

/// `[10:32:08:127]`
fn time(head: &str) -> Option<u64> {
    let clock = head.trim_start().strip_prefix('[')?.split(']').next()?;
    let mut parts = clock.split(':').map(str::parse::<u64>);
    let mut part = |below| parts.next()?.ok().filter(|part| *part < below);
    let (h, m, s, milli) = (part(24)?, part(60)?, part(61)?, part(1_000)?);
    Some((((h * 60 + m) * 60 + s) * 1_000 + milli) * 1_000)
}

pub(super) fn is_line(line: &str) -> bool {
    message(line).is_some()
}

pub(super) fn read(lines: &[Line<'_>]) -> Found {
    let mut reading = Reading {
        tells_calls: lines
            .iter()
            .any(|line| line.text.contains("Transmit_Call {") && is_line(line.text)),
        ..Reading::default()
    };
    for line in lines {
        let plain = without_colour(line.text);
        let Some((time, says)) = message(&plain) else {
            continue;
        };
        reading.found.known.push(line.number);
        if let Some(time) = time {
            reading.us = reading.clock.at(time);
        }
        reading.line(line.number, says.trim());
    }
    reading.done()
}

#[derive(Default)]
struct Reading {
    found: Found,
    clock: Clock,
    us: u64,
    /// Whether every call is told, or only those that failed.
    tells_calls: bool,
    block: Option<Block>,
    /// Commands that have not returned.
    open: VecDeque<(usize, u64, Clear)>,
    /// Whether a command came before: a log that begins in the middle may begin with a return.
    has_begun: bool,
    /// Whether two were under way at once; until none is, whose return is whose cannot be told.
    is_mixed: bool,
    /// Whether a card lies there, as far as was told.
    lies_there: Option<bool>,
}

/// What stands in braces.
struct Block {
    line: usize,
    name: String,
    code: Option<u32>,
    length: Option<usize>,
    /// Nothing where there is none; a buffer that cannot be read is no bytes.
    buffer: Option<Option<Clear>>,
    /// What became of the first reader.
    state: Option<u32>,
}

impl Reading {
    fn line(&mut self, number: usize, says: &str) {
        if let Some(name) = says.strip_suffix(" {") {
            let torn = self.block.replace(Block {
                line: number,
                name: name.to_owned(),
                code: None,
                length: None,
                buffer: None,
                state: None,
            });
            if torn.is_some_and(|torn| torn.name.starts_with("Transmit_")) {
                self.lost(number);
            }
        } else if says == "}" {
            if let Some(block) = self.block.take() {
                self.block(block);
            }
        } else if let Some(failed) = says.strip_prefix("IRP failure: ") {
            self.failure(number, failed);
        } else if let Some(block) = &mut self.block {
            block.field(says);
        } else if says.starts_with("pbRecvBuffer: ") || says.starts_with("pbSendBuffer: ") {
            self.lost(number);
        }
    }

    /// `SCARD_IOCTL_TRANSMIT (0x000900D0), status: SCARD_W_REMOVED_CARD (0x80100069)`
    fn failure(&mut self, line: usize, failed: &str) {
        let Some((call, status)) = failed
            .split_once(", status: ")
            .filter(|_| !self.tells_calls)
        else {
            return;
        };
        let call = call.to_ascii_uppercase();
        let call = match &call {
            call if call.contains("TRANSMIT ") => "transmit",
            call if call.contains("RECONNECT") => "reconnect",
            call if call.contains("DISCONNECT") => "disconnect",
            call if call.contains("CONNECT") => "connect",
            call if call.contains("BEGINTRANSACTION") => "begin-transaction",
            _ => return,
        };
        if let Some(rv) = in_brackets(status) {
            self.call(line, call, rv);
        }
    }

    fn block(&mut self, block: Block) {
        match block.name.as_str() {
            // two blocks between which lines are lost
            "Transmit_Call" if block.code.is_some() => self.lost(block.line),
            "Transmit_Call" => match block.buffer.flatten().filter(|bytes| !bytes.is_empty()) {
                Some(command) => {
                    if self.open.len() >= MOST {
                        self.next(Answer::Unpaired);
                    }
                    self.has_begun = true;
                    self.open.push_back((block.line, self.us, command));
                    self.is_mixed |= self.open.len() > 1;
                }
                None => self.lost(block.line),
            },
            "Transmit_Return" => {
                let answer = match (block.code, block.buffer) {
                    (Some(0), Some(Some(bytes))) if bytes.is_empty() => Answer::Empty,
                    // a long one is cut off by the program that writes it
                    (Some(0), Some(Some(bytes))) if block.length == Some(bytes.len()) => {
                        Answer::Bytes(bytes)
                    }
                    (Some(0), None) if block.length == Some(0) => Answer::Empty,
                    (Some(code), _) if code != 0 => Answer::Failed(code),
                    _ => {
                        self.found.damaged.push(block.line);
                        Answer::Unknown
                    }
                };
                if self.open.is_empty() && self.has_begun {
                    self.tell(block.line, Says::Odd(Odd::SecondAnswer));
                }
                self.next(answer);
            }
            name if name.starts_with("GetStatusChange") && name.ends_with("_Return") => {
                if let Some(state) = block.state {
                    self.state(block.line, state);
                }
            }
            name => {
                let call = match name {
                    "Connect_Return" => "connect",
                    "Reconnect_Return" => "reconnect",
                    "Disconnect_Return" => "disconnect",
                    "BeginTransaction_Return" => "begin-transaction",
                    "EndTransaction_Return" => "end-transaction",
                    _ => return,
                };
                if let Some(rv) = block.code {
                    self.call(block.line, call, rv);
                }
            }
        }
    }

    /// A command or what it came to is lost: of those under way nobody knows whose the next return is.
    fn lost(&mut self, line: usize) {
        self.found.damaged.push(line);
        self.is_mixed |= !self.open.is_empty();
    }

    /// The oldest command under way came to this.
    fn next(&mut self, answer: Answer) {
        let Some((line, began, command)) = self.open.pop_front() else {
            return;
        };
        let answer = if self.is_mixed {
            Answer::Unpaired
        } else {
            answer
        };
        if self.open.is_empty() {
            self.is_mixed = false;
        }
        let took = match answer {
            Answer::Unpaired | Answer::Unknown => None,
            _ => self.us.checked_sub(began),
        };
        let says = Says::Exchange {
            command,
            answer,
            took,
        };
        self.tell(line, says);
    }

    fn state(&mut self, line: usize, state: u32) {
        const EMPTY: u32 = 0x10;
        const PRESENT: u32 = 0x20;
        let is_there = match state & (EMPTY | PRESENT) {
            EMPTY => false,
            PRESENT => true,
            _ => return,
        };
        let before = self.lies_there.replace(is_there);
        match (before, is_there) {
            (Some(false) | None, true) => self.tell(line, Says::Placed(None)),
            (Some(true), false) => self.tell(line, Says::Removed),
            _ => {}
        }
    }

    fn call(&mut self, line: usize, call: &'static str, rv: u32) {
        let says = Says::Call {
            call,
            detail: None,
            rv,
            took: None,
        };
        self.tell(line, says);
    }

    fn tell(&mut self, line: usize, says: Says) {
        self.found.told.push(Told {
            line,
            us: self.us,
            program: None,
            says,
        });
    }

    /// What has not returned hung, or the log was cut.
    fn done(mut self) -> Found {
        while !self.open.is_empty() {
            self.next(Answer::Unknown);
        }
        self.found
    }
}

impl Block {
    fn field(&mut self, says: &str) {
        if let Some(code) = says.strip_prefix("ReturnCode: ") {
            self.code = in_brackets(code);
        } else if let Some(length) = says.strip_prefix("cbRecvLength: ") {
            let decimal = length.parse().ok();
            self.length =
                decimal.or_else(|| usize::from_str_radix(length.trim_start_matches("0x"), 16).ok());
        } else if let Some(buffer) = ["pbSendBuffer: ", "pbRecvBuffer: "]
            .iter()
            .find_map(|name| says.strip_prefix(name))
        {
            self.buffer = (buffer != "null").then(|| bytes(buffer));
        } else if let Some((index, state)) = says.split_once("dwEventState: ")
            && index.trim_start().starts_with("[0]")
        {
            self.state = in_brackets(state);
        }
    }
}

/// `{ 00A4040C }`, or `00 A4 04 0C` before 2.0.
fn bytes(buffer: &str) -> Option<Clear> {
    let buffer = buffer.trim();
    match buffer.strip_prefix('{') {
        Some(rest) => Clear::pairs(rest.strip_suffix('}')?),
        None => Clear::pairs(buffer),
    }
}

/// The number of `SCARD_W_REMOVED_CARD (0x80100069)`.
fn in_brackets(text: &str) -> Option<u32> {
    let (_, code) = text.rsplit_once('(')?;
    return_code(code)
}
