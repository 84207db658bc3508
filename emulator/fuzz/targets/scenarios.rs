//! Scenarios as a person writes them: whatever stands in the file, everything that is wrong is told with its
//! place, and what is read can be explained, doubted and varied.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use madoguchi_card::Profile as CardProfile;
use madoguchi_fuzz::told;
use madoguchi_reader::MODELS;
use madoguchi_scenarios::{Breadth, Known, Scenario};
use madoguchi_wire::BUILTIN;

static KNOWN: LazyLock<Known<'static>> = LazyLock::new(|| Known {
    personas: madoguchi_fixtures::persona_ids().collect::<Vec<_>>().leak(),
    requirements: madoguchi_judge::check::ids().collect::<Vec<_>>().leak(),
    profiles: CardProfile::all()
        .map(|profile| profile.name)
        .to_vec()
        .leak(),
    readers: MODELS
        .iter()
        .map(|model| model.name)
        .collect::<Vec<_>>()
        .leak(),
    wires: BUILTIN
        .iter()
        .map(|(name, _)| *name)
        .collect::<Vec<_>>()
        .leak(),
});

fuzz_target!(|text: &str| {
    match Scenario::parse("own/x", "x.yaml", text, &KNOWN) {
        Ok(scenario) => {
            if let Some(doubts) = scenario.doubts("x.yaml", text) {
                told(&doubts);
            }
            assert!(
                !scenario.variants(Breadth::Pairwise).is_empty(),
                "it is one itself"
            );
        }
        Err(wrong) => told(&wrong),
    }
});
