//! OpenSC's debug log, level 3 to 9 (0.12 to 0.25, *observed*): a prefix with the time of day, then a
//! block: `Outgoing APDU (15 bytes):`, or `Outgoing APDU data [   15 bytes] =====` until 0.16, and
//! lines of at most 16 bytes, each followed by the same bytes as text. The count decides what is a
//! byte. Below level 9 VERIFY is left out since 0.21.

use super::line::Line;
use super::return_code;
use crate::clear::{Clear, LONGEST};
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
    let is_old = words.next().is_some_and(|word| word.starts_with("0x"))
        && words.next().and_then(time_of_day).is_some();
    is_new || is_old || line.contains(":sc_") && line.contains("returning with:")
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
            (Some(bytes), true) => reading.answer(bytes),
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
        self.waiting = Some((line, self.us, command));
    }

    fn answer(&mut self, answer: Clear) {
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

/// The time of day of the last line that had one, as microseconds since the first such line.
#[derive(Default)]
struct Clock {
    first: Option<u64>,
    now: u64,
    days: u64,
}

impl Clock {
    fn read(&mut self, line: &str) -> u64 {
        const DAY: u64 = 86_400_000_000;
        let words = line.split_ascii_whitespace().take(5);
        if let Some(time) = words.filter_map(time_of_day).next() {
            let first = *self.first.get_or_insert(time);
            let latest = first + self.now;
            // past midnight, or a log of several processes: never backwards
            if latest.saturating_sub(time + self.days * DAY) > DAY / 2 {
                self.days += 1;
            }
            self.now = latest.max(time + self.days * DAY) - first;
        }
        self.now
    }
}

/// `12:03:07.114` in microseconds. The fraction that macOS wrote until 0.19 is more than a second has.
fn time_of_day(word: &str) -> Option<u64> {
    let (clock, fraction) = word.split_once('.')?;
    let mut parts = clock.split(':').map(str::parse::<u64>);
    let (h, m, s) = (
        parts.next()?.ok()?,
        parts.next()?.ok()?,
        parts.next()?.ok()?,
    );
    let is_fraction = !fraction.is_empty() && fraction.bytes().all(|b| b.is_ascii_digit());
    let milli: u64 = fraction.get(..fraction.len().min(3))?.parse().ok()?;
    let valid = is_fraction && h < 24 && m < 60 && s < 61 && parts.next().is_none();
    valid.then(|| (((h * 60 + m) * 60 + s) * 1_000 + milli) * 1_000)
}
