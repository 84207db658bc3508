//! OpenSC's debug log, level 3 to 9 (0.12 to 0.25, *observed*): a prefix with the time of day, then a
//! block: `Outgoing APDU (15 bytes):`, or `Outgoing APDU data [   15 bytes] =====` until 0.16, and
//! lines of at most 16 bytes, each followed by the same bytes as text. The count decides what is a
//! byte. Below level 9 VERIFY is left out since 0.21.

use super::line::{Clock, Line, time_of_day};
use super::return_code::return_code;
use crate::clear::{Clear, LONGEST};
use crate::odd::Odd;
use crate::told::{Answer, Found, Says, Told};

/// Bytes on one line of a block.
const PER_LINE: usize = 16;

/// Whether a block begins on this line, whether it is the answer, and how long it is.
pub(super) fn block(line: &str) -> Option<(bool, usize)> {
    let (before, rest) = line.split_once(" APDU ")?;
    let is_answer = before.ends_with("Incoming");
    if !is_answer && !before.ends_with("Outgoing") {
        return None;
    }
    let rest = rest
        .strip_prefix('(')
        .or_else(|| rest.strip_prefix("data ["))?;
    let (count, _) = rest.trim_start().split_once(" byte")?;
    Some((is_answer, count.parse().ok()?))
}

/// Whether OpenSC says something else on this line.
pub(super) fn is_message(line: &str) -> bool {
    let mut words = line.split_ascii_whitespace();
    let is_new = line.starts_with("P:") && line.contains("; T:");
    let first = words.next().unwrap_or_default();
    let is_timed = words.next().and_then(time_of_day).is_some();
    let is_old = first.starts_with("0x") && is_timed;
    // Windows until 0.16: a date, a time, and nothing or the place that no other program names so
    let is_placed = line
        .split_once("] ")
        .is_some_and(|(_, rest)| is_place(rest));
    let is_dated = is_date(first) && is_timed && (is_placed || words.next().is_none());
    is_new || is_old || is_dated || line.contains(":sc_") && line.contains("returning with:")
}

/// `2015-09-29`
fn is_date(word: &str) -> bool {
    let mut parts = word.split('-');
    let is_number = |part: Option<&str>| part.is_some_and(|part| part.parse::<u32>().is_ok());
    is_number(parts.next()) && is_number(parts.next()) && is_number(parts.next())
}

/// `apdu.c:563:sc_transmit_apdu: called`
fn is_place(text: &str) -> bool {
    let mut parts = text.split(':');
    let file = parts.next().unwrap_or_default();
    let line = parts.next().unwrap_or_default();
    file.ends_with(".c") && !file.contains(' ') && line.parse::<u32>().is_ok()
}

pub(super) fn read(lines: &[Line<'_>]) -> Found {
    let mut reading = Reading::default();
    let mut rest = lines.iter();
    while let Some(line) = rest.next() {
        reading.us = reading.clock.read(line.text);
        let Some((is_answer, count)) = block(line.text) else {
            reading.message(line);
            continue;
        };
        reading.found.known.push(line.number);
        let bytes = reading.bytes(count, &mut rest);
        match (bytes, is_answer) {
            (Some(bytes), false) => reading.command(line.number, bytes),
            (Some(bytes), true) => reading.answer(line.number, bytes),
            (None, _) => {
                reading.found.damaged.push(line.number);
                reading.waiting = None;
            }
        }
    }
    reading.flush(Answer::Unknown);
    reading.found
}

#[derive(Default)]
struct Reading {
    found: Found,
    clock: Clock,
    us: u64,
    waiting: Option<(usize, u64, Clear)>,
    /// Whether a command came before: a log that begins in the middle may begin with an answer.
    has_begun: bool,
    /// Whether a PIN was asked for since the last exchange, in a place that is left out.
    is_verifying: bool,
}

impl Reading {
    /// The bytes of a block, as many as are announced.
    fn bytes<'a>(
        &mut self,
        count: usize,
        rest: &mut (impl Iterator<Item = &'a Line<'a>> + Clone),
    ) -> Option<Clear> {
        if count > LONGEST {
            return None;
        }
        let mut pairs = String::with_capacity(count * 3);
        let mut found = 0;
        while found < count {
            let line = rest.clone().next()?;
            let due = (count - found).min(PER_LINE);
            let text = line.text.trim_start().get(..due * 3 - 1)?;
            let row = Clear::pairs(text).filter(|row| row.len() == due)?;
            rest.next();
            self.found.known.push(line.number);
            pairs.push_str(text);
            pairs.push(' ');
            found += row.len();
        }
        Clear::pairs(&pairs)
    }

    fn command(&mut self, line: usize, command: Clear) {
        self.flush(Answer::Unknown);
        self.is_verifying = false;
        self.has_begun = true;
        self.waiting = Some((line, self.us, command));
    }

    fn answer(&mut self, line: usize, answer: Clear) {
        if self.waiting.is_none() && self.has_begun {
            self.tell(line, Says::Odd(Odd::SecondAnswer));
        }
        let empty = answer.is_empty();
        self.flush(if empty {
            Answer::Empty
        } else {
            Answer::Bytes(answer)
        });
    }

    fn flush(&mut self, answer: Answer) {
        if let Some((line, began, command)) = self.waiting.take() {
            let took = match answer {
                Answer::Unknown => None,
                _ => self.us.checked_sub(began),
            };
            let says = Says::Exchange {
                command,
                answer,
                took,
            };
            self.tell(line, says);
        }
    }

    fn message(&mut self, line: &Line<'_>) {
        let text = line.text;
        let failed = ["SCardTransmit/Control failed: ", "SCardTransmit failed: "]
            .iter()
            .find_map(|call| text.split_once(call));
        if let Some((_, code)) = failed {
            self.found.known.push(line.number);
            if let Some(code) = return_code(code) {
                self.flush(Answer::Failed(code));
            }
            return;
        }
        let refused = [
            ("SCardConnect failed: ", "connect"),
            ("SCardReconnect failed: ", "reconnect"),
            ("SCardBeginTransaction failed: ", "begin-transaction"),
        ];
        for (said, call) in refused {
            if let Some(rv) = text.split_once(said).and_then(|(_, rv)| return_code(rv)) {
                self.found.known.push(line.number);
                let says = Says::Call {
                    call,
                    detail: None,
                    rv,
                    took: None,
                };
                self.tell(line.number, says);
                return;
            }
        }
        if is_message(text) {
            self.found.known.push(line.number);
            if text.contains(":sc_pin_cmd: called") {
                self.is_verifying = true;
            } else if text.contains(":sc_pin_cmd: returning with:") && self.is_verifying {
                self.is_verifying = false;
                self.tell(line.number, Says::Unlogged);
            }
        }
    }

    fn tell(&mut self, line: usize, says: Says) {
        self.found.told.push(Told {
            line,
            us: self.us,
            program: None,
            says,
        });
    }
}
