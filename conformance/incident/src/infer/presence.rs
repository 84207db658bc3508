//! When cards lay on the reader, and what happened in between.

use madoguchi_iso7816::{Instruction, StatusWord};
use madoguchi_layout::jpki;
use madoguchi_scenarios::Action;
use madoguchi_trace::{CardEvent, PcscEvent, ReaderEvent, What};

use crate::redact::{Aside, Outcome, Seen};

/// A day at one reader.
#[derive(Default)]
pub(super) struct Day<'a> {
    pub(super) presences: Vec<Presence<'a>>,
    /// What happened while no card lay there, and before which presence.
    pub(super) between: Vec<(usize, &'a Seen)>,
    /// Commands that were answered though, by the log, no card lay there.
    pub(super) without_card: Vec<&'a Seen>,
    /// Where the program ended, if it did in the log.
    pub(super) left: Option<&'a Seen>,
    /// Whether the staff let another program come: then it is no fault.
    pub(super) is_rival_an_act: bool,
}

/// A card on the reader.
pub(super) struct Presence<'a> {
    /// What tells of it first.
    pub(super) first: &'a Seen,
    /// Whether the log says that it was laid down.
    pub(super) is_read: bool,
    pub(super) from_us: u64,
    pub(super) until: Option<u64>,
    pub(super) exchanges: Vec<Exchange<'a>>,
    pub(super) calls: Vec<(&'a Seen, &'a PcscEvent)>,
    /// What others did to it, and before which exchange.
    pub(super) events: Vec<(usize, &'a Seen, &'a ReaderEvent)>,
    pub(super) end: End<'a>,
}

/// How it ended.
#[derive(Clone, Copy)]
pub(super) enum End<'a> {
    /// The log does not say.
    Open,
    Taken(&'a Seen),
    Unplugged(&'a Seen),
    Failed(&'a Seen),
    ServiceStopped(&'a Seen),
}

/// One command of it.
#[derive(Clone, Copy)]
pub(super) struct Exchange<'a> {
    pub(super) seen: &'a Seen,
    pub(super) apdu: &'a CardEvent,
    pub(super) outcome: Outcome,
    pub(super) took: Option<u64>,
    pub(super) length: usize,
    pub(super) asked: Option<usize>,
    pub(super) is_whole: bool,
    /// Whose certificate this is the beginning of.
    pub(super) holder: Option<u32>,
}

impl<'a> Exchange<'a> {
    fn of(seen: &'a Seen, apdu: &'a CardEvent) -> Self {
        let stored = match (apdu.sw.is_some(), apdu.fault.as_deref()) {
            (_, Some("torn")) => Outcome::Removed,
            (_, Some(_)) => Outcome::Failed(0x8010_0016),
            (true, None) => Outcome::Answered,
            (false, None) if apdu.answer.is_some() => Outcome::Answered,
            (false, None) => Outcome::Empty,
        };
        let exchange = Self {
            seen,
            apdu,
            outcome: stored,
            took: None,
            length: length(apdu),
            asked: None,
            is_whole: true,
            holder: None,
        };
        match &seen.aside {
            Aside::Exchange {
                took,
                outcome,
                length,
                asked,
                is_whole,
                holder,
            } => Self {
                took: *took,
                outcome: *outcome,
                length: *length,
                asked: *asked,
                is_whole: *is_whole,
                holder: *holder,
                ..exchange
            },
            _ => exchange,
        }
    }

    /// Whether it is a PIN that was presented.
    pub(super) fn presents(&self) -> bool {
        self.apdu.name == Instruction::VERIFY && self.apdu.data.is_some()
    }

    pub(super) fn sw(&self) -> Option<StatusWord> {
        self.apdu.status()
    }

    pub(super) fn is(&self, instruction: Instruction) -> bool {
        self.apdu.instruction() == Some(instruction)
    }

    /// Whether it is a piece of 利用者証明用電子証明書.
    pub(super) fn reads_certificate(&self) -> bool {
        self.is(Instruction::READ_BINARY)
            && self.apdu.file_id() == Some(jpki::AUTHENTICATION_CERTIFICATE)
            && self.sw() == Some(StatusWord::OK)
    }

    /// Whether the card answered as cards do.
    pub(super) fn is_answered(&self) -> bool {
        self.outcome == Outcome::Answered && self.sw().is_some_and(is_status)
    }
}

/// `61xx` … `6Fxx` and `90xx` … `9Fxx`.
pub(super) const fn is_status(sw: StatusWord) -> bool {
    matches!(sw.to_bytes()[0], 0x61..=0x6F | 0x90..=0x9F)
}

/// Bytes of an answer as a stored trace tells them.
fn length(apdu: &CardEvent) -> usize {
    let data = apdu.answer.as_deref().map_or(0, |answer| {
        let length = answer
            .strip_prefix("len=")
            .and_then(|length| length.parse().ok());
        length.unwrap_or(answer.len() / 2)
    });
    data + if apdu.sw.is_some() { 2 } else { 0 }
}

/// The presences of what one program saw.
pub(super) fn of<'a>(app: &[&'a Seen]) -> Day<'a> {
    let mut day = Day::default();
    let mut lies_there = false;
    for &seen in app {
        match &seen.what {
            Some(What::Step(step)) => day.is_rival_an_act |= step.action == Action::Rival,
            Some(What::Reader(ReaderEvent::Inserted { .. })) => {
                day.begin(seen, true);
                lies_there = true;
            }
            Some(What::Card(apdu)) => {
                let exchange = Exchange::of(seen, apdu);
                if !lies_there {
                    if !day.presences.is_empty() && exchange.outcome != Outcome::Answered {
                        continue; // asked of a card that is gone
                    }
                    if day.presences.iter().any(|presence| presence.is_read) {
                        day.without_card.push(seen);
                    }
                    day.begin(seen, false);
                    lies_there = true;
                }
                if let Some(presence) = day.presences.last_mut() {
                    presence.exchanges.push(exchange);
                    presence.until = Some(seen.us);
                }
            }
            Some(What::Pcsc(call)) => match day.presences.last_mut().filter(|_| lies_there) {
                Some(presence) => presence.calls.push((seen, call)),
                None => day.between.push((day.presences.len(), seen)),
            },
            Some(What::Reader(event)) => {
                let end = match event {
                    ReaderEvent::Removed { .. } => End::Taken(seen),
                    ReaderEvent::Unplugged {} => End::Unplugged(seen),
                    ReaderEvent::Failed {} => End::Failed(seen),
                    ReaderEvent::ServiceStopped {} => End::ServiceStopped(seen),
                    _ => {
                        match day.presences.last_mut().filter(|_| lies_there) {
                            Some(presence) => {
                                let before = presence.exchanges.len();
                                presence.events.push((before, seen, event));
                            }
                            None => day.between.push((day.presences.len(), seen)),
                        }
                        continue;
                    }
                };
                match day.presences.last_mut().filter(|_| lies_there) {
                    Some(presence) => {
                        presence.end = end;
                        presence.until = Some(seen.us);
                        lies_there = false;
                    }
                    None if !matches!(end, End::Taken(_)) => {
                        day.between.push((day.presences.len(), seen));
                    }
                    None => {}
                }
            }
            _ if seen.aside == Aside::Left => day.left = Some(seen),
            _ => {}
        }
    }
    day
}

impl<'a> Day<'a> {
    fn begin(&mut self, first: &'a Seen, is_read: bool) {
        self.presences.push(Presence {
            first,
            is_read,
            from_us: first.us,
            until: None,
            exchanges: Vec::new(),
            calls: Vec::new(),
            events: Vec::new(),
            end: End::Open,
        });
    }
}

impl Presence<'_> {
    /// Whether card, reader or service were gone before it ended: its last commands failed because of it.
    pub(super) fn is_broken_off(&self) -> bool {
        let failed = self.exchanges.iter().rev();
        let mut failed = failed.take_while(|one| one.outcome != Outcome::Answered);
        failed.any(|one| {
            matches!(
                one.outcome,
                Outcome::Removed
                    | Outcome::Gone
                    | Outcome::Failed(
                        0x8010_0069
                            | 0x8010_000C
                            | 0x8010_0017
                            | 0x8010_0011
                            | 0x8010_001D
                            | 0x8010_001E
                    )
            )
        }) || self
            .exchanges
            .last()
            .is_some_and(|last| last.outcome == Outcome::Empty)
    }

    /// Whether the reader was gone with it.
    pub(super) fn lost_reader(&self) -> bool {
        let failed = self.exchanges.iter().rev();
        let mut failed = failed.take_while(|one| one.outcome != Outcome::Answered);
        failed.any(|one| {
            let gone = matches!(one.outcome, Outcome::Failed(0x8010_0011 | 0x8010_0017));
            gone || one.outcome == Outcome::Gone
        })
    }

    /// The exchanges of each time that the client began anew: it selected 公的個人認証AP once more.
    pub(super) fn attempts(&self) -> impl Iterator<Item = &[Exchange<'_>]> {
        let begins = |one: &Exchange<'_>| one.apdu.header.starts_with("00A404");
        self.exchanges.chunk_by(move |_, next| !begins(next))
    }

    /// Whose certificate was read first.
    pub(super) fn holder(&self) -> Option<u32> {
        self.exchanges.iter().find_map(|one| one.holder)
    }

    /// Whether the certificate for the check was read to its end.
    pub(super) fn has_read(&self) -> bool {
        self.is_finished() && self.exchanges.iter().any(Exchange::reads_certificate)
    }

    /// Whether its last command never returned, and somebody took the card.
    pub(super) fn has_hung(&self) -> bool {
        let last = self.exchanges.last();
        last.is_some_and(|last| last.outcome == Outcome::Hung) && matches!(self.end, End::Taken(_))
    }

    /// Whether nothing was left undone: the last command was answered.
    pub(super) fn is_finished(&self) -> bool {
        let last = self.exchanges.last();
        last.is_some_and(|last| last.is_answered() && last.sw() != Some(StatusWord::NO_DIAGNOSIS))
            && !matches!(
                self.end,
                End::Unplugged(_) | End::Failed(_) | End::ServiceStopped(_)
            )
    }
}
