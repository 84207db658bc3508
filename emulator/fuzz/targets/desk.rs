//! What the targets share: a healthy card that is issued once and forked for every input, a timer
//! that waits for nobody, the length-prefixed pieces of which an input is made, edits to a text that is
//! sound, and what an import does.
#![forbid(unsafe_code)]

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;

use madoguchi_card::{Card, Profile};
use madoguchi_incident::{Draft, Incident, Log};
use madoguchi_iso7816::Icc as _;
use madoguchi_notation::Diagnostics;
use madoguchi_terms::{Lang, Timer};
use madoguchi_wire::Profile as Wire;

/// One card of every profile, with power.
static ISSUED: LazyLock<Mutex<Vec<Card>>> = LazyLock::new(|| {
    let healthy = madoguchi_fixtures::healthy();
    let issued = Profile::all()
        .into_iter()
        .map(|profile| {
            let mut card = Card::new(&healthy, profile, entropy()).expect("a healthy card issues");
            card.power_on().expect("a healthy card says its ATR");
            card
        })
        .collect();
    Mutex::new(issued)
});

/// A card whose profile the first byte of an input chooses, the same for equal bytes.
#[must_use]
pub fn card(choice: u8) -> Card {
    let issued = ISSUED.lock().unwrap_or_else(PoisonError::into_inner);
    issued[usize::from(choice) % issued.len()].fork(entropy())
}

/// Bytes that are no secret and the same in every run.
#[must_use]
pub fn entropy() -> madoguchi_card::Entropy {
    let mut last = 0_u8;
    Box::new(move |out: &mut [u8]| {
        for byte in out {
            last = last.wrapping_add(7);
            *byte = last;
        }
    })
}

/// The pieces of an input: each is preceded by its length in two bytes; the last may be cut short.
pub fn pieces(mut input: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let (head, rest) = input.split_first_chunk::<2>()?;
        let len = usize::from(u16::from_be_bytes(*head)).min(rest.len());
        let (piece, rest) = rest.split_at(len);
        input = rest;
        Some(piece)
    })
}

/// A sound text after the edits of an input: each piece says where (four bytes) and how many bytes are left
/// out there (one byte); what follows is put there.
#[must_use]
pub fn edited(sound: &[u8], input: &[u8]) -> Vec<u8> {
    let mut text = sound.to_vec();
    for edit in pieces(input) {
        let Some((place, [out, put @ ..])) = edit.split_first_chunk::<4>() else {
            continue;
        };
        let from = u32::from_be_bytes(*place) as usize % (text.len() + 1);
        let until = (from + usize::from(*out)).min(text.len());
        text.splice(from..until, put.iter().copied());
    }
    text
}

/// What is wrong with a text is told in both languages, and ends with a line break.
pub fn told(wrong: &Diagnostics) {
    for lang in Lang::ALL {
        for colour in [false, true] {
            assert!(
                wrong.render(lang, colour).ends_with('\n'),
                "not a whole line"
            );
        }
    }
}

/// Time that passes only when somebody lets it pass, and then at once.
#[derive(Debug, Default)]
pub struct Instantly(AtomicU64);

impl Timer for Instantly {
    fn now(&self) -> Duration {
        Duration::from_nanos(self.0.load(Ordering::Relaxed))
    }

    fn pause(&self, duration: Duration) {
        let nanos = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        // At least a step, so that whoever waits for a moment comes there.
        self.0.fetch_add(nanos.max(1), Ordering::Relaxed);
    }
}

static WIRE: LazyLock<Wire> =
    LazyLock::new(|| Wire::builtin("mock-2025.05").expect("it is built in"));

/// Reads a log, makes all that an import writes of it, and looks for the log's values in that.
pub fn read_and_write(log: &Log<'_>) {
    let incident = Incident::read(std::slice::from_ref(log), &WIRE);
    let draft = Draft::of(&incident);
    let mut trace = Vec::new();
    incident
        .trace("fuzz")
        .write(&mut trace)
        .expect("memory can be written");
    let yaml = draft.yaml(&incident.inputs, Lang::Ja);
    assert_eq!(incident.leaks_in(&yaml), 0, "in the scenario");
    assert_eq!(
        incident.leaks_in(&String::from_utf8_lossy(&trace)),
        0,
        "in the trace"
    );
}
