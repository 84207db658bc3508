//! pcscd with `--apdu` and `--debug` (pcsc-lite 1.8 to 2.5, *observed*): `00043164 SW: 90 00`, by
//! itself, coloured, through syslog or the journal. The number is the time since the line before it,
//! microseconds, at most 99999999.

use madoguchi_pcsc::ReturnCode;
use madoguchi_trace::{ReaderEvent, What};

use std::collections::BTreeMap;

use super::ccid::{self, At, Message as CcidMessage, Slot, Tally};
use super::line::{Line, without_colour};
use super::pairing::Pairing;
use super::return_code::return_code;
use crate::clear::Clear;
use crate::odd::Odd;
use crate::told::{Answer, Found, Says, Told};

/// A line as pcscd writes it.
pub(super) struct Message<'a> {
    since_last: Option<u64>,
    thread: Option<&'a str>,
    says: &'a str,
}

/// What a line of pcscd says; nothing where it is none.
pub(super) fn message(line: &str) -> Option<Message<'_>> {
    let is_delta =
        |word: &str| matches!(word.len(), 7 | 8) && word.bytes().all(|b| b.is_ascii_digit());
    let by_service = line.find("pcscd[").or_else(|| line.find("pcscd:"));
    let delta = words(line).take(9).find(|(_, word)| is_delta(word));
    let (since_last, mut rest) = match (delta, by_service) {
        (Some((at, word)), _) => (word.parse().ok(), &line[at + word.len()..]),
        (None, Some(at)) => (None, line[at..].split_once(": ")?.1),
        (None, None) => (None, line),
    };
    rest = rest.trim_start();
    let thread = rest.strip_prefix('[').and_then(|rest| {
        let (thread, after) = rest.split_once(']')?;
        let is_id = !thread.is_empty() && thread.bytes().all(|b| b.is_ascii_hexdigit());
        is_id.then_some((thread, after))
    });
    if let Some((_, after)) = thread {
        rest = after.trim_start();
    }
    let place = rest.split_once("() ").filter(|(place, _)| is_place(place));
    let says = place.map_or(rest, |(_, says)| says);
    let is_known = place.is_some()
        || is_alone(rest)
        || (since_last.is_some() || by_service.is_some()) && is_without_place(rest);
    is_known.then_some(Message {
        since_last,
        thread: thread.map(|(thread, _)| thread),
        says: says.trim_end(),
    })
}

/// Words with their places.
fn words(line: &str) -> impl Iterator<Item = (usize, &str)> {
    line.split_ascii_whitespace()
        .map(|word| (word.as_ptr() as usize - line.as_ptr() as usize, word))
}

/// `winscard.c:1596:SCardTransmit`, with whatever folder the build had before it.
fn is_place(place: &str) -> bool {
    let mut parts = place.rsplit(':');
    let (_, line, file) = (parts.next(), parts.next(), parts.next());
    let is_number = line.is_some_and(|line| line.parse::<u32>().is_ok());
    let is_source = file.is_some_and(|file| file.ends_with(".c") || file.ends_with(".l"));
    is_number && is_source && !place.contains(' ')
}

/// Lines that no other program writes, even where time and place are cut off.
fn is_alone(says: &str) -> bool {
    ["APDU:", "SW:", "Card ATR:"]
        .iter()
        .any(|word| says.starts_with(word))
        || says.starts_with("Card inserted into ")
        || says.starts_with("Card Removed From ")
}

/// Lines that libccid and the daemon write without a place.
fn is_without_place(says: &str) -> bool {
    [
        "-> ",
        "<- ",
        "sending: ",
        "received: ",
        "TxBuffer",
        "RxBuffer",
        "NAD=",
        "Card ",
    ]
    .iter()
    .any(|word| says.starts_with(word))
}

pub(super) fn read(lines: &[Line<'_>]) -> Found {
    let says_returns = lines
        .iter()
        .any(|line| line.text.contains("TRANSMIT for client "));
    let mut reading = Reading {
        pairing: Pairing::new(says_returns),
        driver: driver(lines),
        ..Reading::default()
    };
    for line in lines {
        let plain = without_colour(line.text);
        if let Some(message) = message(&plain) {
            reading.found.known.push(line.number);
            reading.us = reading
                .us
                .saturating_add(message.since_last.unwrap_or_default());
            reading.line(line.number, line.is_cut, &message);
        }
    }
    let Reading {
        mut found,
        pairing,
        driver,
        ..
    } = reading;
    found.told.extend(pairing.done());
    if let Some((_, slot)) = driver {
        let (told, damaged) = slot.done();
        found.told.extend(told);
        found.damaged.extend(damaged);
    }
    because_of_removal(&mut found.told);
    found
}

/// The driver's dialogue with the busiest slot, for a log without APDU lines (`--debug` without `--apdu`).
fn driver(lines: &[Line<'_>]) -> Option<(u32, Slot)> {
    let mut tallies: BTreeMap<u32, Tally> = BTreeMap::new();
    for line in lines {
        let plain = without_colour(line.text);
        let Some(message) = message(&plain) else {
            continue;
        };
        if message.says.starts_with("APDU:") {
            return None;
        }
        if let Some((lun, bytes)) = of_driver(message.says)
            && let Some(message) = CcidMessage::parse(bytes.as_bytes())
        {
            tallies.entry(lun).or_default().count(&message);
        }
    }
    let (lun, tally) = ccid::busiest(&tallies)?;
    (tally.transfers > 0).then(|| (lun, Slot::new(tally, false)))
}

/// `-> 000000 6F 05 00 …` and `<- 000000 80 …` of libccid, since 2026 `-> lun: 0, 6F …`: the reader and slot,
/// and a whole message.
fn of_driver(says: &str) -> Option<(u32, Clear)> {
    let rest = says
        .strip_prefix("-> ")
        .or_else(|| says.strip_prefix("<- "))?;
    let (lun, bytes) = match rest.strip_prefix("lun: ") {
        Some(rest) => rest.split_once(", ")?,
        None => rest.split_once(' ').filter(|(lun, _)| lun.len() == 6)?,
    };
    let lun = u32::from_str_radix(lun, 16).ok()?;
    Some((lun, Clear::pairs(bytes)?))
}

#[derive(Default)]
struct Reading {
    found: Found,
    pairing: Pairing,
    driver: Option<(u32, Slot)>,
    us: u64,
    /// Whether a card lies there, as far as was said.
    lies_there: bool,
    /// The place of the last "Card inserted", which an ATR follows.
    inserted: Option<usize>,
}

impl Reading {
    fn line(&mut self, number: usize, is_cut: bool, message: &Message<'_>) {
        let says = message.says;
        let us = self.us;
        if let Some(rest) = says.strip_prefix("APDU:") {
            match Clear::pairs(rest).filter(|command| !command.is_empty()) {
                Some(command) => self.pairing.command(number, us, message.thread, command),
                None => {
                    self.found.damaged.push(number);
                    self.pairing.broken(message.thread);
                }
            }
        } else if let Some(rest) = says.strip_prefix("SW:") {
            // the rest of an answer may be what is missing
            let is_whole = |answer: &Clear| !is_cut || answer.as_bytes().ends_with(&[0x90, 0x00]);
            match Clear::pairs(rest).filter(is_whole) {
                Some(answer) => self.pairing.answer(number, us, message.thread, answer),
                None => {
                    self.found.damaged.push(number);
                    self.pairing.broken_answer(number, us, message.thread);
                }
            }
        } else if let Some(client) = between(says, "Received command: ", " from client ") {
            self.received(number, client);
        } else if let Some((call, rest)) = says.split_once(" for client ") {
            self.done(number, call, rest, message.thread);
        } else if says.starts_with("-> ") || says.starts_with("<- ") {
            self.driver(number, says);
        } else {
            self.other(number, says);
        }
        self.found.told.extend(self.pairing.ready());
    }

    fn driver(&mut self, number: usize, says: &str) {
        let Some((of, slot)) = &mut self.driver else {
            return;
        };
        let message = of_driver(says).filter(|(lun, _)| lun == of);
        let Some((_, bytes)) = message else { return };
        let at = At {
            line: number,
            us: self.us,
        };
        match CcidMessage::parse(bytes.as_bytes()).filter(|_| !bytes.is_masked()) {
            Some(message) => slot.message(at, &message),
            None => self.found.damaged.push(number),
        }
        self.found.told.extend(slot.ready());
    }

    fn received(&mut self, number: usize, (call, client): (&str, &str)) {
        if let Ok(client) = client.trim().parse() {
            match call {
                "TRANSMIT" => self.pairing.announced(client),
                "ESTABLISH_CONTEXT" => self.tell(number, Some(client), Says::Came),
                _ => {}
            }
            self.pairing.began(client, self.us);
        }
    }

    /// `TRANSMIT for client 11, rv=SCARD_S_SUCCESS`
    fn done(&mut self, number: usize, call: &str, rest: &str, thread: Option<&str>) {
        let Some((client, rv)) = rest.split_once(", rv=") else {
            return;
        };
        let (Ok(client), Some(rv)) = (client.parse(), return_code(rv)) else {
            return;
        };
        if call == "TRANSMIT" {
            self.pairing.returned(number, self.us, client, thread, rv);
            return;
        }
        let call = match call {
            "CONNECT" => "connect",
            "RECONNECT" => "reconnect",
            "DISCONNECT" => "disconnect",
            "BEGIN_TRANSACTION" => "begin-transaction",
            "END_TRANSACTION" => "end-transaction",
            _ => return,
        };
        let took = self.pairing.took(client, self.us);
        let says = Says::Call {
            call,
            detail: None,
            rv,
            took,
        };
        self.tell(number, Some(client), says);
    }

    fn other(&mut self, number: usize, says: &str) {
        let reader = |event| Says::Plain(What::Reader(event));
        if let Some(code) = says.strip_prefix("Card not transacted: ") {
            let code = not_transacted(code);
            if !self.pairing.failed(code)
                && let (Some(code), Some(told)) = (code, self.found.told.last_mut())
                && let Says::Exchange {
                    answer: answer @ Answer::Empty,
                    ..
                } = &mut told.says
            {
                *answer = Answer::Failed(code);
            }
        } else if says.starts_with("Card inserted into ") {
            self.pairing.begin();
            self.changed_at_once(number);
            self.tell(number, None, Says::Placed(None));
            self.inserted = Some(self.found.told.len() - 1);
            self.lies_there = true;
        } else if let Some(atr) = says.strip_prefix("Card ATR:") {
            let at = self.inserted.take();
            let placed = at.and_then(|at| self.found.told.get_mut(at));
            if let Some(Told {
                says: Says::Placed(known),
                ..
            }) = placed
            {
                *known = Clear::pairs(atr);
            }
        } else if says.starts_with("Card Removed From ") {
            self.lies_there = false;
            self.tell(number, None, Says::Removed);
        } else if says.starts_with("Removing USB device") || says.ends_with(" disappeared") {
            if !std::mem::take(&mut self.lies_there) && says.ends_with(" disappeared") {
                return; // it is said twice
            }
            self.tell(number, None, reader(ReaderEvent::Unplugged {}));
        } else if says.starts_with("Error communicating to: ") {
            self.tell(number, None, reader(ReaderEvent::Failed {}));
        } else if says.contains(" daemon ready") {
            self.tell(number, None, reader(ReaderEvent::ServiceStarted {}));
        } else if says.starts_with("Preparing for exit")
            || says.starts_with("Preparing for suicide")
        {
            self.tell(number, None, reader(ReaderEvent::ServiceStopped {}));
        } else if let Some(client) = says.strip_prefix("Client die: ")
            && let Ok(client) = client.trim().parse()
        {
            self.pairing.left(self.us, client);
            self.tell(number, Some(client), Says::Left);
        }
    }

    /// Whether the card that lay there was taken a moment ago, and nobody asked for anything in between.
    fn changed_at_once(&mut self, number: usize) {
        /// Faster than hands are, and than most programs look, microseconds.
        const MOMENT: u64 = 400_000;
        let taken = self.found.told.last().filter(|last| {
            matches!(last.says, Says::Removed) && self.us.saturating_sub(last.us) < MOMENT
        });
        if taken.is_some() {
            self.tell(number, None, Says::Odd(Odd::QuickChange));
        }
    }

    fn tell(&mut self, line: usize, program: Option<u64>, says: Says) {
        // what a call of before came to stands before this
        self.found.told.extend(self.pairing.ready());
        self.found.told.push(Told {
            line,
            us: self.us,
            program,
            says,
        });
    }
}

fn between<'a>(text: &'a str, before: &str, middle: &str) -> Option<(&'a str, &'a str)> {
    text.strip_prefix(before)?.split_once(middle)
}

/// What an interface device reports, as the code that a program gets: 612 IFD_COMMUNICATION_ERROR, 613
/// IFD_RESPONSE_TIMEOUT, 616 IFD_ICC_NOT_PRESENT, 617 IFD_NO_SUCH_DEVICE.
fn not_transacted(code: &str) -> Option<u32> {
    let code = code.trim();
    let known = match code {
        "612" | "613" => ReturnCode::NOT_TRANSACTED,
        "616" => ReturnCode::NO_SMARTCARD,
        "617" => ReturnCode::READER_UNAVAILABLE,
        _ => return return_code(code.strip_prefix("rv=").unwrap_or(code)),
    };
    Some(known.value())
}

/// What was answered with nothing around the moment in which the card or the reader was gone, was so
/// because of it: before, with nothing but failures in between, or in a call that had begun before.
fn because_of_removal(told: &mut Vec<Told>) {
    for at in 0..told.len() {
        let why = match &told[at].says {
            Says::Removed => Answer::Removed,
            Says::Plain(What::Reader(ReaderEvent::Unplugged {} | ReaderEvent::Failed {})) => {
                Answer::Gone
            }
            _ => continue,
        };
        let gone = told[at].us;
        let mut first = None;
        for (before, one) in told[..at].iter().enumerate().rev() {
            match &one.says {
                Says::Exchange {
                    answer: Answer::Empty,
                    ..
                } => first = Some(before),
                Says::Exchange {
                    answer: Answer::Failed(_),
                    ..
                } => {}
                Says::Exchange { .. } | Says::Placed(_) | Says::Removed => break,
                _ => {}
            }
        }
        let next = told[at + 1..]
            .iter()
            .position(|one| matches!(one.says, Says::Exchange { .. }));
        let next = next.map(|next| at + 1 + next).filter(|next| {
            let one = &told[*next];
            matches!(&one.says, Says::Exchange { answer: Answer::Empty, took: Some(took), .. }
                if one.us.saturating_sub(*took) <= gone)
        });
        for which in first.into_iter().chain(next) {
            if let Says::Exchange { answer, .. } = &mut told[which].says {
                *answer = why.clone();
            }
        }
        if let Some(next) = next {
            // it ended with the card, though the log tells of it later
            let mut late = told.remove(next);
            late.us = gone;
            told.insert(at, late);
        }
    }
}
