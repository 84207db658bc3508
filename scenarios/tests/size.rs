//! How large the catalogue is, counted so that no reader is impressed for nothing.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::collections::{BTreeMap, BTreeSet};

use madoguchi_scenarios::{Breadth, Catalogue, Scenario};
use serde_json::{Value, json};

fn catalogue() -> Vec<Scenario> {
    let catalogue = Catalogue::builtin();
    let entries = catalogue.entries().iter();
    entries.map(|entry| entry.read().unwrap()).collect()
}

/// What happens, whichever patients come, and on whatever day.
fn plot(scenario: &Scenario) -> String {
    let mut plot = serde_json::to_value(scenario).unwrap();
    let told = [
        "id",
        "purpose",
        "requirements",
        "tags",
        "then",
        "variant",
        "variants",
    ];
    let plot = plot.as_object_mut().unwrap();
    plot.retain(|key, _| !told.contains(&key.as_str()));
    let given = plot["given"].as_object_mut().unwrap();
    given.remove("at");
    given.remove("persona");
    for step in plot["when"].as_array_mut().unwrap() {
        for placed in ["place-card", "insert-card"] {
            if step.get(placed).is_some_and(Value::is_string) {
                *step = json!(placed);
            }
        }
    }
    Value::Object(plot.clone()).to_string()
}

#[test]
fn a_hundred_and_fifty_scenarios_differ_in_more_than_persona_and_date() {
    let mut plots: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for scenario in catalogue() {
        plots.entry(plot(&scenario)).or_default().push(scenario.id);
    }
    let alike: Vec<_> = plots.values().filter(|ids| ids.len() > 1).collect();
    assert!(
        plots.len() >= 150,
        "{} of them; alike: {alike:#?}",
        plots.len()
    );
}

#[test]
fn five_hundred_variants_decide_a_thousand_times_what_they_name() {
    let mut variants = 0;
    let mut expected = 0;
    for scenario in catalogue() {
        let decides: BTreeSet<&str> = scenario.decides().collect();
        let count = scenario.variants(Breadth::Pairwise).len();
        variants += count;
        expected += count * decides.len();
    }
    assert!(variants >= 500, "{variants}");
    assert!(expected >= 1000, "{expected}");
}
