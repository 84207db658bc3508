//! Scenarios as a person writes them: whatever stands in the file, everything that is wrong is told with its
//! place, and what is read can be explained, doubted and varied.
#![no_main]

use libfuzzer_sys::fuzz_target;
use madoguchi_fuzz::told;
use madoguchi_scenarios::{Breadth, Scenario};

#[path = "../../../harness/src/command/names.rs"]
mod names;

fuzz_target!(|text: &str| {
    match Scenario::parse("own/x", "x.yaml", text, names::known()) {
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
