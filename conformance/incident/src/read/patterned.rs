//! An app's own log, by the patterns that its user wrote down. A pattern says which piece of a line is
//! what; pieces are read and never kept.

use jiff::civil::DateTime;
use jiff::{Timestamp, tz::Offset};
use madoguchi_trace::{ReaderEvent, What};
use madoguchi_wire::Profile;
use regex::Captures;

use super::har;
use super::line::{Clock, Line, time_of_day, without_colour};
use super::return_code::return_code;
use crate::canary::Canaries;
use crate::clear::Clear;
use crate::odd::Odd;
use crate::patterns::{Pattern, Patterns, ReaderWord};
use crate::told::{Answer, Found, Says, Told};
use crate::web::{Content, Exchanged, Trouble};

/// The longest line that is looked at, bytes: an APDU of any length in hexadecimal digits fits.
const LONGEST: usize = 256 << 10;

/// Digits of the milliseconds since 1970.
const IN_MILLISECONDS: usize = 13;

/// Bytes of a URL that are remembered, so that none is found in what is written.
const URL: usize = 12;

pub(super) fn read(
    lines: &[Line<'_>],
    patterns: &Patterns,
    wire: &Profile,
    canaries: &mut Canaries,
) -> Found {
    let mut reading = Reading {
        patterns,
        wire,
        canaries,
        found: Found::default(),
        clock: Clock::default(),
        us: 0,
        is_fine: false,
        waiting: None,
        is_mixed: false,
    };
    for line in lines.iter().filter(|line| line.text.len() <= LONGEST) {
        let plain = without_colour(line.text);
        reading.time(&plain);
        let mut fitting = patterns.lines.iter();
        let fitting = fitting.find_map(|pattern| Some((pattern, pattern.finds.captures(&plain)?)));
        if let Some((pattern, pieces)) = fitting {
            reading.found.known.push(line.number);
            reading.line(line, pattern, &pieces);
        }
    }
    reading.flush(Answer::Unknown);
    reading.found
}

struct Reading<'a> {
    patterns: &'a Patterns,
    wire: &'a Profile,
    canaries: &'a mut Canaries,
    found: Found,
    clock: Clock,
    us: u64,
    /// Whether times are told in parts of a second: then the time between two lines says something.
    is_fine: bool,
    waiting: Option<(usize, u64, Clear)>,
    /// Whether another command waited for its answer when this one was sent.
    is_mixed: bool,
}

impl Reading<'_> {
    fn time(&mut self, line: &str) {
        let Some(expression) = &self.patterns.time else {
            return;
        };
        let time = expression
            .captures(line)
            .and_then(|pieces| pieces.name("time"));
        let Some(time) = time.map(|time| time.as_str()) else {
            return;
        };
        self.is_fine = time.contains(['.', ',']) || time.len() == IN_MILLISECONDS;
        if let Some(at) = instant(time, self.patterns.zone) {
            let epoch = *self.found.epoch.get_or_insert(at);
            // a log is in order; what a clock was set back by stays in it as no time at all
            let us = u64::try_from(at.saturating_sub(epoch)).unwrap_or_default();
            self.us = self.us.max(us);
        } else if self.found.epoch.is_none()
            && let Some(time) = time_of_day(time).or_else(|| time_of_day(&format!("{time}.0")))
        {
            self.us = self.clock.at(time);
        }
    }

    fn line(&mut self, line: &Line<'_>, pattern: &Pattern, pieces: &Captures<'_>) {
        let piece = |name| pieces.name(name).map(|piece| piece.as_str().trim());
        let took = piece("took").and_then(|took| took.parse::<u64>().ok());
        let took = took.map(|ms| ms.saturating_mul(1_000));
        if let Some(command) = piece("command") {
            self.is_mixed = self.waiting.is_some();
            self.flush(Answer::Unknown);
            match Clear::pairs(command).filter(|command| !command.is_empty()) {
                Some(command) => self.waiting = Some((line.number, self.us, command)),
                None => self.found.damaged.push(line.number),
            }
        }
        if let Some(answer) = piece("answer") {
            // a line that ends within an answer does not say how it ends
            match Clear::pairs(answer).filter(|_| !line.is_cut) {
                Some(answer) if answer.is_empty() => {
                    self.answered(line.number, Answer::Empty, took);
                }
                Some(answer) => self.answered(line.number, Answer::Bytes(answer), took),
                None => {
                    self.found.damaged.push(line.number);
                    self.flush(Answer::Unknown);
                }
            }
        } else if let Some(rv) = piece("rv") {
            match return_code(rv) {
                Some(0) | None => {}
                Some(rv) => self.answered(line.number, Answer::Failed(rv), took),
            }
        }
        if piece("url").is_some() || piece("status").is_some() {
            self.web(line.number, pieces, took);
        }
        self.named(line.number, pattern);
    }

    /// What a pattern says of its lines.
    fn named(&mut self, line: usize, pattern: &Pattern) {
        match pattern.reader {
            Some(ReaderWord::Inserted) => self.tell(line, Says::Placed(None)),
            Some(ReaderWord::Removed) => self.tell(line, Says::Removed),
            Some(ReaderWord::Unplugged) => {
                let event = What::Reader(ReaderEvent::Unplugged {});
                self.tell(line, Says::Plain(event));
            }
            None => {}
        }
        if let Some(act) = &pattern.act {
            self.tell(line, Says::Act(act.clone()));
        }
        if let Some(screen) = &pattern.screen {
            self.tell(line, Says::Screen(screen.clone()));
        }
        if let Some(error) = &pattern.error {
            self.tell(line, Says::Error(error.clone()));
        }
    }

    /// A request and its answer, of which the bodies are not there: no pattern says what they were.
    fn web(&mut self, line: usize, pieces: &Captures<'_>, took: Option<u64>) {
        let piece = |name| pieces.name(name).map(|piece| piece.as_str().trim());
        let url = piece("url").unwrap_or("/");
        if url.len() >= URL {
            self.canaries.add(url.as_bytes());
        }
        let method = har::method(piece("method").unwrap_or("POST")).unwrap_or("POST");
        let status = piece("status").and_then(|status| status.parse().ok());
        let status: u16 = status.unwrap_or_default();
        let operation = har::path(url).and_then(|path| har::operation(method, path, self.wire));
        let decision = piece("result").and_then(har::decision_named);
        let exchanged = Exchanged {
            operation,
            method,
            status,
            content: Content::None,
            decision,
            retry_after: None,
            trouble: (status == 0).then_some(Trouble::Other),
            waited: took,
            received: None,
            redirect: None,
            entitled: None,
        };
        // the line is written when the answer is there
        let began = self.us.saturating_sub(took.unwrap_or_default());
        self.found.told.push(Told {
            line,
            us: began,
            program: None,
            says: Says::Web(Box::new(exchanged)),
        });
    }

    fn answered(&mut self, at: usize, answer: Answer, took: Option<u64>) {
        let has_begun = |told: &Told| matches!(told.says, Says::Exchange { .. });
        if self.waiting.is_none()
            && matches!(answer, Answer::Bytes(_))
            && self.found.told.iter().any(has_begun)
        {
            self.tell(at, Says::Odd(Odd::SecondAnswer));
        }
        if let Some((line, began, command)) = self.waiting.take() {
            let between = self.us.checked_sub(began).filter(|_| self.is_fine);
            let took = took.or(between);
            // whose answer it is, two lines that changed places or one that is lost do not say
            let (answer, took) = if std::mem::take(&mut self.is_mixed) {
                (Answer::Unpaired, None)
            } else {
                (answer, took)
            };
            let says = Says::Exchange {
                command,
                answer,
                took,
            };
            self.tell(line, says);
        }
    }

    fn flush(&mut self, answer: Answer) {
        if let Some((line, us, command)) = self.waiting.take() {
            let says = Says::Exchange {
                command,
                answer,
                took: None,
            };
            self.found.told.push(Told {
                line,
                us,
                program: None,
                says,
            });
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

/// Microseconds since 1970: ISO 8601 with or without an offset, with `/` and `,`, or seconds or milliseconds
/// since then.
fn instant(text: &str, zone: Offset) -> Option<i64> {
    if text.len() >= 10
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
    {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let whole_number: i64 = whole.parse().ok()?;
        if whole.len() == IN_MILLISECONDS {
            return whole_number.checked_mul(1_000);
        }
        let mut micro: String = fraction.chars().take(6).collect();
        while micro.len() < 6 {
            micro.push('0');
        }
        let micro: i64 = micro.parse().ok()?;
        return whole_number.checked_mul(1_000_000)?.checked_add(micro);
    }
    let text = text.replace('/', "-").replace(',', ".");
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at.as_microsecond());
    }
    let civil: DateTime = text.parse().ok()?;
    // a time alone would be one of today
    let has_date = text.len() > 10 && text.as_bytes().get(4) == Some(&b'-');
    let at = has_date.then(|| zone.to_timestamp(civil).ok())??;
    Some(at.as_microsecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_programs_write_them() {
        let japan = Offset::constant(9);
        let second = 1_795_354_027_000_000;
        for (text, expected) in [
            ("1795354027.5", Some(second + 500_000)),
            ("1795354027500", Some(second + 500_000)),
            ("2026-11-22T13:27:07.500Z", Some(second + 500_000)),
            ("2026-11-22 22:27:07,500", Some(second + 500_000)),
            ("2026/11/22 22:27:07", Some(second)),
            ("2026-11-22T22:27:07+09:00", Some(second)),
            ("22:27:07.500", None),
            ("yesterday", None),
        ] {
            assert_eq!(instant(text, japan), expected, "{text}");
        }
    }
}
