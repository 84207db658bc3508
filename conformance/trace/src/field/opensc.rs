//! OpenSC's debug log (0.23, *observed*): a prefix with the time of day, then
//! `Outgoing APDU (15 bytes):` and lines of at most 16 bytes, each followed by the same bytes as
//! text. The byte count decides what is a byte.

use madoguchi_notation::Wording;

use super::{FieldError, LONGEST, Pairing, Placed, bytes};

/// Bytes on one line of a block.
const PER_LINE: usize = 16;

/// Whether a block begins on this line, whether it is the answer, and how long it is.
pub(super) fn block(line: &str) -> Option<(bool, usize)> {
    let (before, rest) = line.split_once(" APDU (")?;
    let is_answer = if before.ends_with("Incoming") {
        true
    } else if before.ends_with("Outgoing") {
        false
    } else {
        return None;
    };
    let (count, _) = rest.split_once(" byte")?;
    Some((is_answer, count.parse().ok()?))
}

pub(super) fn read(text: &str) -> Result<Vec<Placed>, FieldError> {
    let mut pairing = Pairing::default();
    let mut clock = Clock::default();
    let mut lines = text.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        let us = clock.read(line);
        let Some((is_answer, count)) = block(line) else {
            continue;
        };
        let number = index + 1;
        if count > LONGEST {
            let why = Wording::new("APDU が長すぎます", "the APDU is too long");
            return Err(FieldError::at(number, 0, why));
        }
        let mut found: Vec<u8> = Vec::with_capacity(count);
        while found.len() < count {
            let Some((index, line)) = lines.next() else {
                return Err(short(number, count, found.len()));
            };
            let due = (count - found.len()).min(PER_LINE);
            let indent = line.len() - line.trim_start().len();
            let pairs = line[indent..].get(..due * 3 - 1);
            let Some(pairs) = pairs else {
                return Err(short(index + 1, count, found.len()));
            };
            let read = bytes(pairs, index + 1, indent + 1)?;
            if read.len() != due {
                return Err(short(index + 1, count, found.len() + read.len()));
            }
            found.extend(read);
        }
        if is_answer {
            pairing.answer(found);
        } else {
            pairing.command(number, us, found);
        }
    }
    Ok(pairing.done())
}

fn short(line: usize, due: usize, found: usize) -> FieldError {
    FieldError::at(
        line,
        0,
        Wording::new(
            format!("{due} バイトのはずが {found} バイトしかありません"),
            format!("{due} bytes are announced and only {found} are there"),
        ),
    )
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
        let words = line.split_ascii_whitespace().take(4);
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

/// `12:03:07.114` in microseconds.
fn time_of_day(word: &str) -> Option<u64> {
    let (clock, milli) = word.split_once('.')?;
    let mut parts = clock.split(':').map(str::parse::<u64>);
    let (h, m, s) = (
        parts.next()?.ok()?,
        parts.next()?.ok()?,
        parts.next()?.ok()?,
    );
    let milli: u64 = milli.parse().ok()?;
    let valid = h < 24 && m < 60 && s < 61 && milli < 1_000 && parts.next().is_none();
    valid.then(|| (((h * 60 + m) * 60 + s) * 1_000 + milli) * 1_000)
}
