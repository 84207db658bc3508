//! All logs of one incident, redacted and on one timeline.

use madoguchi_trace::What;
use madoguchi_wire::Profile;

use crate::align::{Order, Shift, order, resolution, shift};
use crate::canary::Canaries;
use crate::read::{Log, Writer, read};
use crate::redact::{Redactor, Seen};
use crate::settings::Settings;

/// What one writer's part of a log came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Input {
    /// Which log, from 0.
    pub log: usize,
    /// Who wrote it.
    pub writer: Writer,
    /// Lines that this writer has written.
    pub known: usize,
    /// Lines that should tell something and are damaged, from 1.
    pub damaged: Vec<usize>,
    /// Exchanges with a card.
    pub exchanges: usize,
    /// Those whose answer could not be told from another program's.
    pub unpaired: usize,
    /// Exchanges whose data or answer were replaced.
    pub redacted: usize,
    /// Where it stands on the timeline.
    pub place: Place,
    /// How far the order of its events rests on that; nothing where no other input tells anything beside them.
    pub order: Option<Order>,
}

/// How an input was put on the timeline.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Place {
    /// The others are put beside it.
    First,
    /// By its own clock, which nothing confirms: so many microseconds after the first one begins.
    Clock(i64),
    /// Where a person said that it belongs: so many microseconds after the first one begins.
    Told(i64),
    /// It tells the same exchanges, so it adds nothing but its offset; so many of them, and how far
    /// they lie apart, microseconds.
    Same(Shift),
    /// Nothing says where it belongs: it follows the others.
    After,
}

/// Lines of a log that no reader knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// Which log, from 0.
    pub log: usize,
    /// Lines that are not empty.
    pub lines: usize,
    /// Those that are of no writer, from 1.
    pub unknown: Vec<usize>,
}

/// What the logs of one incident tell.
pub struct Incident {
    /// What was read.
    pub inputs: Vec<Input>,
    /// What was not.
    pub unknown: Vec<Unknown>,
    /// Everything that happened, in order.
    pub seen: Vec<Seen>,
    pub(crate) canaries: Canaries,
    /// How the counter was set up, and which input says so.
    pub(crate) settings: Option<(usize, Settings)>,
    /// The kinds of cards that are known, each with its answer to reset.
    pub(crate) kinds: Vec<Kind>,
}

/// A kind of card: the name of its profile, and its answer to reset.
pub type Kind = (&'static str, Vec<u8>);

impl std::fmt::Debug for Incident {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Incident")
            .field("inputs", &self.inputs)
            .field("unknown", &self.unknown)
            .field("seen", &self.seen)
            .finish_non_exhaustive()
    }
}

impl Incident {
    /// Reads, redacts and joins logs. Nothing of what they hold in clear is left afterwards, except in
    /// memory, to search what is written for it.
    #[must_use]
    pub fn read(logs: &[Log<'_>], wire: &Profile) -> Self {
        let mut canaries = Canaries::default();
        let mut lanes = Vec::new();
        let mut unknown = Vec::new();
        let mut settings = None;
        for (index, log) in logs.iter().enumerate() {
            let read = read(log, wire, &mut canaries);
            unknown.push(Unknown {
                log: index,
                lines: read.lines,
                unknown: read.unknown,
            });
            for part in read.parts {
                let mut redactor = Redactor::new(lanes.len());
                let epoch = part.found.epoch;
                let resolution = resolution(epoch, &part.found.told);
                settings = settings.or(part.found.settings.map(|settings| (lanes.len(), settings)));
                let told = part.found.told.into_iter();
                let seen: Vec<Seen> = told
                    .flat_map(|told| redactor.redact(told, &mut canaries))
                    .collect();
                let count = |is: &dyn Fn(&Seen) -> bool| seen.iter().filter(|one| is(one)).count();
                let input = Input {
                    log: index,
                    writer: part.writer,
                    known: part.found.known.len(),
                    damaged: part.found.damaged,
                    exchanges: count(&|one| matches!(one.what, Some(What::Card(_)))),
                    unpaired: count(&|one| one.is_unpaired()),
                    redacted: count(&|one| one.redacted),
                    place: Place::After,
                    order: None,
                };
                lanes.push(Lane {
                    input,
                    epoch,
                    clock: log.clock,
                    resolution,
                    seen,
                });
            }
        }
        let (inputs, seen) = joined(lanes);
        Self {
            inputs,
            unknown,
            seen,
            canaries,
            settings,
            kinds: Vec::new(),
        }
    }

    /// With the kinds of cards that can be told by their answer to reset, the usual one first.
    #[must_use]
    pub fn with_kinds(mut self, kinds: Vec<Kind>) -> Self {
        self.kinds = kinds;
        self
    }

    /// Whether nothing at all was told.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let is_told = |one: &Seen| one.what.is_some() || one.named().is_some();
        !self.seen.iter().any(is_told)
    }

    /// How many values of the logs a text holds that is about to be written: none, or there is a bug.
    #[must_use]
    pub fn leaks_in(&self, text: &str) -> usize {
        self.canaries.found_in(text)
    }
}

struct Lane {
    input: Input,
    epoch: Option<i64>,
    /// What a person said of its clock, microseconds.
    clock: Option<i64>,
    /// What its times are multiples of, microseconds.
    resolution: u64,
    seen: Vec<Seen>,
}

/// Puts lanes beside each other. The one with most exchanges stands; one that tells the same ones is
/// left out, another finds its place by its clock, or follows.
fn joined(mut lanes: Vec<Lane>) -> (Vec<Input>, Vec<Seen>) {
    let first = (0..lanes.len()).max_by_key(|at| {
        let events = lanes[*at].seen.len();
        (lanes[*at].input.exchanges, events, usize::MAX - *at)
    });
    let Some(first) = first else {
        return (Vec::new(), Vec::new());
    };
    lanes[first].input.place = Place::First;
    let epoch = lanes[first].epoch;
    let first_clock = lanes[first].clock.unwrap_or_default();
    let first_resolution = lanes[first].resolution;
    let mut seen = std::mem::take(&mut lanes[first].seen);
    let standing = seen.clone();
    move_by(&mut seen, BASE);
    for (at, lane) in lanes.iter_mut().enumerate() {
        if at == first {
            continue;
        }
        let mut own = std::mem::take(&mut lane.seen);
        let clock = epoch
            .zip(lane.epoch)
            .map(|(first, own)| own.saturating_sub(first));
        let shift = shift(&standing, &own);
        if shift.is_some() {
            own.retain(|one| !is_of_card(one));
        }
        let is_said = lane.clock.is_some() || first_clock != 0;
        let by = if is_said {
            let own = lane.clock.unwrap_or_default();
            let by = clock.unwrap_or_default();
            let by = by.saturating_add(own).saturating_sub(first_clock);
            lane.input.place = Place::Told(by);
            by.saturating_add(BASE)
        } else if let Some(shift) = shift {
            lane.input.place = Place::Same(shift);
            shift.by.saturating_add(BASE)
        } else if let Some(by) = clock {
            lane.input.place = Place::Clock(by);
            by.saturating_add(BASE)
        } else if own.iter().any(is_of_card) {
            let end = seen.iter().map(|one| one.us).max().unwrap_or_default();
            i64::try_from(end.saturating_add(1_000_000)).unwrap_or(i64::MAX)
        } else {
            BASE
        };
        move_by(&mut own, by);
        seen.extend(own);
    }
    let earliest = seen.iter().map(|one| one.us).min().unwrap_or_default();
    for one in &mut seen {
        one.us -= earliest;
    }
    seen.sort_by_key(|one| one.us);
    for at in (0..lanes.len()).filter(|at| *at != first) {
        let uncertain = match lanes[at].input.place {
            Place::Same(shift) => shift.spread,
            Place::Clock(_) | Place::Told(_) => lanes[at].resolution.max(first_resolution),
            Place::First | Place::After => continue,
        };
        lanes[at].input.order = order(&seen, at, uncertain);
    }
    (lanes.into_iter().map(|lane| lane.input).collect(), seen)
}

/// Where the first input begins while they are put beside each other: others may begin before it.
/// Some centuries, so that any two clocks fit.
const BASE: i64 = 1 << 54;

fn move_by(seen: &mut [Seen], by: i64) {
    for one in seen {
        let at = i64::try_from(one.us).unwrap_or(i64::MAX);
        one.us = u64::try_from(at.saturating_add(by)).unwrap_or_default();
    }
}

fn is_of_card(one: &Seen) -> bool {
    match one.what {
        Some(What::Card(_) | What::Reader(_) | What::Pcsc(_)) => true,
        Some(_) => false,
        None => one.named().is_none(),
    }
}
