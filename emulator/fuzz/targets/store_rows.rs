//! What a store keeps of a world, row by row: put back or refused, and what is put back can be kept again and
//! answers requests. How rows lie in the file is `SQLite`'s matter.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use madoguchi_fuzz::pieces;
use madoguchi_registry::{Registry, Setup};

static SETUP: LazyLock<Setup> = LazyLock::new(Setup::default);

/// The tables.
const KINDS: [&str; 15] = [
    "facility",
    "activation-code",
    "terminal",
    "person",
    "certificate",
    "wrong-passwords",
    "registration",
    "history",
    "answered-request",
    "bulk",
    "institution-consent",
    "disaster-measure",
    "outage-mode",
    "entrance",
    "jpki-maintenance",
];

fuzz_target!(|input: &[u8]| {
    let mut registry = Registry::unaware(&SETUP);
    let mut rows = pieces(input);
    while let (Some([kind, key @ ..]), Some(row)) = (rows.next(), rows.next()) {
        let kind = KINDS
            .get(usize::from(*kind))
            .copied()
            .unwrap_or("spaceship");
        let (Ok(key), Ok(row)) = (std::str::from_utf8(key), std::str::from_utf8(row)) else {
            continue;
        };
        if let Err(bad) = registry.restore(kind, key, row) {
            assert!(!bad.to_string().is_empty(), "said why");
            return;
        }
    }
    registry.keep_track();
    registry.supplement(SETUP.clone());
    assert!(registry.changes().is_empty(), "nothing new was told");
});
