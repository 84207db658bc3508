//! What went wrong with card and reader. One cause for each failing exchange, named by what the client
//! did then, so that a client with another order of commands meets it, too.

use madoguchi_iso7816::{Instruction, StatusWord};
use madoguchi_layout::{ApplicationId, jpki};
use madoguchi_trace::ReaderEvent;

use super::presence::{Day, End, Exchange, Presence, is_status};
use super::program::placed;
use crate::draft::{Draft, Origin, Written};
use crate::redact::{Aside, Outcome};

/// How much slower than usual an answer is that came late, and how slow at least, microseconds.
const SLOWER: u64 = 10;
const LATE: u64 = 200_000;

/// A private key takes its time.
const LATE_SIGNATURE: u64 = 2_000_000;

/// A call that returns at once took so long only because it waited, microseconds.
const WAITED: u64 = 1_000_000;

pub(super) fn infer(day: &Day<'_>, draft: &mut Draft) {
    let usual = usual(day);
    for (presence, ordinal) in day.presences.iter().zip(1_u32..) {
        let mut told = Told {
            presence,
            placed: placed(ordinal),
            draft,
        };
        told.events(day.is_rival_an_act);
        told.calls();
        for at in 0..presence.exchanges.len() {
            told.exchange(at, usual);
        }
        if ordinal == 1 {
            told.attempts();
        }
    }
}

/// How long an exchange usually takes.
fn usual(day: &Day<'_>) -> u64 {
    let exchanges = day
        .presences
        .iter()
        .flat_map(|presence| &presence.exchanges);
    let mut took: Vec<u64> = exchanges.filter_map(|exchange| exchange.took).collect();
    took.sort_unstable();
    took.get(took.len() / 2).copied().unwrap_or_default()
}

struct Told<'a, 'd> {
    presence: &'a Presence<'a>,
    placed: String,
    draft: &'d mut Draft,
}

impl Told<'_, '_> {
    fn fault(&self, at: &str, what: &str) -> String {
        format!("{{ at: {at}, {}what: {what} }}", self.placed)
    }

    /// What the log says outright.
    fn events(&mut self, is_rival_an_act: bool) {
        for (before, seen, event) in &self.presence.events {
            let moment = self.moment(*before);
            let line = match event {
                ReaderEvent::Reset {} => self.fault(&moment, "reset"),
                ReaderEvent::RivalCame { hold } if is_hold(hold) && !is_rival_an_act => {
                    let what = format!("{{ rival: {{ hold: {hold}, stays: 1min }} }}");
                    self.fault("{ after: 0s }", &what)
                }
                _ => continue,
            };
            self.draft
                .reader_faults
                .push(Written::read(line, Origin::of(seen)));
        }
    }

    /// Calls that were refused, or waited.
    fn calls(&mut self) {
        const SHARING_VIOLATION: u32 = 0x8010_000B;
        let mut is_told = false;
        for (seen, call) in &self.presence.calls {
            let Aside::Call { rv, took } = seen.aside else {
                continue;
            };
            let takes_hold = matches!(call.call.as_str(), "connect" | "begin-transaction");
            let from = Origin::of(seen);
            if rv == SHARING_VIOLATION && takes_hold && !is_told {
                is_told = true;
                let what = "{ rival: { hold: exclusive, stays: 1min } }";
                let line = self.fault("{ after: 0s }", what);
                // who wants a card for itself alone is refused where others are merely connected
                let is_alone = call.detail.as_deref() == Some("exclusive");
                self.draft.reader_faults.push(if is_alone {
                    Written::one_of(line, &["exclusive", "connection"], from)
                } else {
                    Written::implied(line, from)
                });
            } else if takes_hold && took.is_some_and(|took| took >= WAITED) && !is_told {
                is_told = true;
                let what = "{ rival: { hold: transaction, stays: 1min } }";
                let line = self.fault("{ after: 0s }", what);
                let of = ["rival: transaction", "slow driver"];
                self.draft
                    .reader_faults
                    .push(Written::one_of(line, &of, from));
            } else if rv == 0x8010_0066 || rv == 0x8010_0067 {
                self.draft.leave(
                    seen,
                    "カードが電源投入に応答しなかった。このような故障はシナリオに書けない",
                    "the card did not answer when it got power; a scenario has no such fault",
                );
            }
        }
    }

    fn exchange(&mut self, at: usize, usual: u64) {
        let exchange = self.presence.exchanges[at];
        let from = Origin::of(exchange.seen);
        let moment = self.moment(at);
        // a line that was cut says nothing of an answer, and of a card that is gone there is none
        if !exchange.is_whole || self.is_after_end(at) {
            return;
        }
        let written = match exchange.outcome {
            Outcome::Answered => self.answered(at, usual),
            Outcome::Removed if matches!(exchange.seen.aside, Aside::Exchange { .. }) => {
                Some(self.torn_with_success(&exchange, &moment))
            }
            Outcome::Removed | Outcome::Failed(0x8010_0069 | 0x8010_000C) => {
                Some(self.torn(&exchange, &moment))
            }
            Outcome::Empty if self.ends_after(at) && matches!(self.presence.end, End::Taken(_)) => {
                Some(self.torn_with_success(&exchange, &moment))
            }
            Outcome::Empty => {
                let line = self.fault(&moment, "{ truncated: 0 }");
                Some(Written::implied(line, from))
            }
            Outcome::Failed(0x8010_0068) => {
                let is_told = self.presence.events.iter().any(|(before, _, event)| {
                    *before == at && matches!(event, ReaderEvent::Reset {})
                });
                (!is_told).then(|| Written::implied(self.fault(&moment, "reset"), from))
            }
            Outcome::Gone
            | Outcome::Failed(0x8010_0017 | 0x8010_0011 | 0x8010_0009 | 0x8010_002E) => {
                Some(self.gone(&exchange, &moment))
            }
            Outcome::Failed(0x8010_001D | 0x8010_001E) => {
                Some(Written::implied(self.fault(&moment, "service-stops"), from))
            }
            // a trace of ours says transmission, and then that the reader was gone
            Outcome::Failed(0x8010_0016)
                if self.ends_after(at)
                    && matches!(self.presence.end, End::Unplugged(_) | End::Failed(_)) =>
            {
                Some(self.gone(&exchange, &moment))
            }
            Outcome::Mute => Some(self.at_the_reader(at, &moment, "mute")),
            Outcome::Garbled => Some(self.at_the_reader(at, &moment, "damaged")),
            Outcome::Failed(code @ (0x8010_0016 | 0x8010_002F)) => {
                Some(self.not_transacted(at, &moment, code))
            }
            Outcome::Failed(code) => {
                self.draft.leave(
                    exchange.seen,
                    format!("SCardTransmit が {code:08X} を返した。原因は記録から分からない"),
                    format!("SCardTransmit returned {code:08X}; the log does not say why"),
                );
                None
            }
            Outcome::Hung => {
                // a log with a gap looks alike
                let of = ["hangs", "lines are lost"];
                Some(Written::one_of(self.fault(&moment, "hangs"), &of, from))
            }
            Outcome::Unknown => {
                if at + 1 == self.presence.exchanges.len() {
                    self.draft.leave(
                        exchange.seen,
                        "応答が記録にない。ここで止まったか、記録が途中で切れている",
                        "its answer is not in the log: it hung here, or the log was cut",
                    );
                }
                None
            }
            Outcome::Unpaired => None,
        };
        self.draft.reader_faults.extend(written);
    }

    /// Whether the card or the reader was gone before: then every command fails.
    fn is_after_end(&self, at: usize) -> bool {
        let mut before = self.presence.exchanges[..at].iter().rev();
        let mut before = before
            .by_ref()
            .take_while(|exchange| exchange.outcome != Outcome::Answered);
        before.any(|exchange| {
            matches!(
                exchange.outcome,
                Outcome::Removed | Outcome::Gone | Outcome::Failed(0x8010_0069 | 0x8010_000C)
            )
        })
    }

    /// The card was gone, and the driver called that a success.
    fn torn_with_success(&mut self, exchange: &Exchange<'_>, moment: &str) -> Written {
        self.draft.leave(
            exchange.seen,
            "呼び出しは成功し、応答は 1 バイトもない。このツールの torn は必ずエラーを返す",
            "the call succeeded without a byte; torn of this tool always returns an error",
        );
        let of = ["torn", "truncated: 0"];
        Written::one_of(self.fault(moment, "torn"), &of, Origin::of(exchange.seen))
    }

    /// Whether only failures follow.
    fn ends_after(&self, at: usize) -> bool {
        let mut rest = self.presence.exchanges[at + 1..].iter();
        rest.all(|exchange| exchange.outcome != Outcome::Answered)
    }

    fn torn(&self, exchange: &Exchange<'_>, moment: &str) -> Written {
        let from = Origin::of(exchange.seen);
        let what = match exchange.outcome {
            Outcome::Failed(code @ 0x8010_000C) => {
                format!("{{ torn: {{ code: \"{code:08X}\" }} }}")
            }
            _ => "torn".to_owned(),
        };
        let line = self.fault(moment, &what);
        if exchange.presents() {
            let of = ["torn", "torn: { carried-out: true }"];
            return Written::one_of(line, &of, from);
        }
        Written::implied(line, from)
    }

    fn gone(&self, exchange: &Exchange<'_>, moment: &str) -> Written {
        let from = Origin::of(exchange.seen);
        match self.presence.end {
            End::Failed(_) => Written::implied(self.fault(moment, "reader-fails"), from),
            End::Unplugged(_) => Written::implied(self.fault(moment, "unplugged"), from),
            _ => {
                let of = ["unplugged", "reader-fails"];
                Written::one_of(self.fault(moment, "unplugged"), &of, from)
            }
        }
    }

    fn not_transacted(&self, at: usize, moment: &str, code: u32) -> Written {
        let exchange = &self.presence.exchanges[at];
        let from = Origin::of(exchange.seen);
        let damaged = match code {
            0x8010_0016 => "damaged".to_owned(),
            code => format!("{{ damaged: {{ code: \"{code:08X}\" }} }}"),
        };
        let torn = format!("{{ torn: {{ code: \"{code:08X}\" }} }}");
        let is_taken = matches!(self.presence.end, End::Taken(_)) && self.ends_after(at);
        let is_slow = exchange.took.is_some_and(|took| took >= WAITED);
        let of = match (is_taken, is_slow) {
            (true, _) => ["torn", "damaged", "mute"],
            (false, true) => ["mute", "damaged", "torn"],
            (false, false) => ["damaged", "mute", "torn"],
        };
        let what = match of[0] {
            "torn" => torn,
            "mute" => "mute".to_owned(),
            _ => damaged,
        };
        let of = if is_taken { &of[..] } else { &of[..2] };
        Written::one_of(self.fault(moment, &what), of, from)
    }

    /// What the reader itself said of it, which tells apart what a program cannot.
    fn at_the_reader(&self, at: usize, moment: &str, what: &str) -> Written {
        let from = Origin::of(self.presence.exchanges[at].seen);
        let is_taken = matches!(self.presence.end, End::Taken(_)) && self.ends_after(at);
        if is_taken {
            return Written::one_of(self.fault(moment, "torn"), &["torn", what], from);
        }
        Written::implied(self.fault(moment, what), from)
    }

    fn answered(&self, at: usize, usual: u64) -> Option<Written> {
        let exchange = self.presence.exchanges[at];
        let from = Origin::of(exchange.seen);
        let moment = self.moment(at);
        let length = exchange.length;
        let is_read = exchange.is(Instruction::READ_BINARY);
        let most = match exchange.asked {
            Some(asked) => Some(asked + 2),
            None if exchange.is(Instruction::VERIFY) || is_silent_select(&exchange) => Some(2),
            None => None,
        };
        let is_measured = matches!(exchange.seen.aside, Aside::Exchange { .. });
        let implied = |line: String| Some(Written::implied(line, from));
        if is_measured && most.is_some_and(|most| length > most) {
            let more = length - most.unwrap_or_default();
            return implied(self.fault(&moment, &format!("{{ overlong: {more} }}")));
        }
        let sw = exchange.sw();
        let is_cut =
            !sw.is_some_and(is_status) || is_read && length > 2 && !sw.is_some_and(is_with_data);
        if is_cut {
            return implied(self.fault(&moment, &format!("{{ truncated: {length} }}")));
        }
        if let Some(sw) = sw.filter(|sw| is_fault_of_card(*sw)) {
            return implied(self.fault(&moment, &format!("{{ status: \"{sw}\" }}")));
        }
        if self.goes_on_behind(at) {
            let data = length - 2;
            return implied(self.fault(&moment, &format!("{{ short: {data} }}")));
        }
        let due = match exchange.apdu.instruction() {
            Some(Instruction::COMPUTE_DIGITAL_SIGNATURE | Instruction::INTERNAL_AUTHENTICATE) => {
                LATE_SIGNATURE
            }
            _ => LATE,
        };
        let took = exchange.took.unwrap_or_default();
        if took > due.max(usual.saturating_mul(SLOWER)) {
            let millis = took / 50_000 * 50;
            let of = ["late", "waiting-time", "slow reader"];
            let line = self.fault(&moment, &format!("{{ late: {millis}ms }}"));
            return Some(Written::one_of(line, &of, from));
        }
        None
    }

    /// Whether fewer bytes came than were asked for, though the file goes on.
    fn goes_on_behind(&self, at: usize) -> bool {
        let exchange = &self.presence.exchanges[at];
        let data = exchange.length.saturating_sub(2);
        let is_short = exchange.is(Instruction::READ_BINARY)
            && exchange.sw() == Some(StatusWord::OK)
            && exchange.asked.is_some_and(|asked| data < asked);
        let next = self.presence.exchanges.get(at + 1);
        // a client that took it for whole goes on behind what it asked for
        let behind = [Some(data), exchange.asked];
        let is_next = |next: &&Exchange<'_>| {
            next.is(Instruction::READ_BINARY)
                && next.apdu.file == exchange.apdu.file
                && next.sw() == Some(StatusWord::OK)
                && next.length > 2
                && behind
                    .into_iter()
                    .flatten()
                    .any(|more| offset(next) == offset(exchange).map(|offset| offset + more))
        };
        is_short && data > 0 && next.as_ref().is_some_and(is_next)
    }

    /// When: by what the client did, counted from the placing.
    fn moment(&self, at: usize) -> String {
        let exchanges = &self.presence.exchanges;
        let Some(exchange) = exchanges.get(at) else {
            return format!("{{ apdu: {} }}", at + 1);
        };
        let before = |is: &dyn Fn(&Exchange<'_>) -> bool| {
            exchanges[..=at].iter().filter(|other| is(other)).count()
        };
        if exchange.presents() {
            let nth = before(&|other| other.presents());
            return format!("{{ presented: {nth} }}");
        }
        let Some(instruction) = exchange.apdu.instruction() else {
            return format!("{{ apdu: {} }}", at + 1);
        };
        let nth = before(&|other| other.is(instruction));
        let ins = match instruction {
            Instruction::SELECT => "select".to_owned(),
            Instruction::READ_BINARY => "read-binary".to_owned(),
            Instruction::VERIFY => "verify".to_owned(),
            other => format!("\"{:02X}\"", other.value()),
        };
        format!("{{ instruction: {{ ins: {ins}, nth: {nth} }} }}")
    }

    /// How many attempts the card came with, where it says so and they are not all.
    fn attempts(&mut self) {
        const ALL: u8 = 3;
        let verify = self.presence.exchanges.iter().find(|exchange| {
            exchange.apdu.name == Instruction::VERIFY
                && exchange
                    .apdu
                    .addresses(ApplicationId::Jpki, jpki::AUTHENTICATION_PIN)
        });
        let Some((verify, sw)) = verify.and_then(|verify| Some((verify, verify.sw()?))) else {
            return;
        };
        let from = Origin::of(verify.seen);
        let left = match sw.attempts() {
            Some(left) if verify.presents() => left + 1,
            Some(left) => left,
            None if sw.is_blocked() => 0,
            None => return,
        };
        if left < ALL {
            let line = format!("attempts-left: {left}");
            self.draft.card.push(Written::implied(line, from));
        }
    }
}

fn is_hold(hold: &str) -> bool {
    ["connection", "transaction", "exclusive"].contains(&hold)
}

/// A SELECT that asks for no answer data (P2 = 0C).
fn is_silent_select(exchange: &Exchange<'_>) -> bool {
    exchange.is(Instruction::SELECT) && exchange.apdu.header.ends_with("0C")
}

/// Status words that come with data.
const fn is_with_data(sw: StatusWord) -> bool {
    matches!(
        sw.to_bytes(),
        [0x90, 0x00] | [0x62, 0x82] | [0x61 | 0x63, _]
    )
}

/// Status words that say that the card is broken: no order of commands brings them about.
const fn is_fault_of_card(sw: StatusWord) -> bool {
    matches!(sw.to_bytes()[0], 0x64 | 0x65 | 0x6F)
}

/// From which byte of the file a READ BINARY reads.
fn offset(exchange: &Exchange<'_>) -> Option<usize> {
    let parameters = exchange.apdu.header.get(4..8)?;
    let value = usize::from_str_radix(parameters, 16).ok()?;
    Some(if value & 0x8000 == 0 {
        value
    } else {
        value & 0xFF
    })
}
