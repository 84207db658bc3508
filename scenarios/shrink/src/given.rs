//! What is given, towards what is usual.

use madoguchi_scenarios::{Given, Scenario};
use serde_json::{Map, Value};

use crate::day::Day;

/// What is said beside acts and faults, and is not usual: `persona`, `device`, `card.attempts-left`.
pub(crate) type Key = Vec<String>;

/// The person whom a scenario is about where it does not matter who it is.
pub(crate) const USUAL: &str = "shiken-taro";

/// The keys of a scenario's `given` that say something unusual, beside faults and consents.
pub(crate) fn keys(scenario: &Scenario) -> Vec<Key> {
    let Value::Object(given) = bare(&scenario.given) else {
        return Vec::new();
    };
    let mut keys = Vec::new();
    for (key, value) in &given {
        match value {
            Value::Object(inner) => {
                let inner = inner.keys().map(|inner| vec![key.clone(), inner.clone()]);
                keys.extend(inner);
            }
            _ => keys.push(vec![key.clone()]),
        }
    }
    keys.retain(|key| match &key[..] {
        [one] if one == "persona" => *scenario.given.persona != USUAL,
        _ => without(scenario, key).is_some_and(|usual| usual != scenario.given),
    });
    keys
}

/// `given` without this key, nothing where it cannot be left out.
pub(crate) fn without(scenario: &Scenario, key: &[String]) -> Option<Given> {
    let mut given = bare(&scenario.given);
    let (last, path) = key.split_last()?;
    let mut at: &mut Map<String, Value> = given.as_object_mut()?;
    for part in path {
        at = at.get_mut(part)?.as_object_mut()?;
    }
    at.shift_remove(last)?;
    let mut usual: Given = serde_json::from_value(given).ok()?;
    let own = &scenario.given;
    usual.consents.clone_from(&own.consents);
    usual.reader.faults.clone_from(&own.reader.faults);
    usual.service.faults.clone_from(&own.service.faults);
    Some(usual)
}

/// Without faults and consents, which are parts of their own.
fn bare(given: &Given) -> Value {
    let mut given = given.clone();
    given.consents.clear();
    given.reader.faults.clear();
    given.service.faults.clear();
    let mut value = serde_json::to_value(&given)
        .unwrap_or_else(|error| unreachable!("what is given is plain data: {error}"));
    for (part, key) in [("reader", "faults"), ("service", "faults")] {
        if let Some(Value::Object(part)) = value.get_mut(part) {
            part.shift_remove(key);
        }
    }
    value
}

/// The day with everything usual that is said beside persona, acts and faults.
pub(crate) fn all_usual(day: &Day) -> Option<Day> {
    let mut usual = day.clone();
    for key in keys(&day.frame) {
        if let Some(given) = without(&usual.frame, &key) {
            usual.frame.given = given;
        }
    }
    (usual != *day).then_some(usual)
}

/// The day without each unusual key, whole parts first.
pub(crate) fn each_usual(day: &Day) -> Vec<Day> {
    let keys = keys(&day.frame);
    let mut parts: Vec<Key> = keys.iter().map(|key| key[..1].to_vec()).collect();
    parts.dedup();
    let ways = parts
        .into_iter()
        .chain(keys.into_iter().filter(|key| key.len() > 1));
    let ways = ways.filter_map(|key| {
        let given = without(&day.frame, &key)?;
        let mut day = day.clone();
        (given != day.frame.given).then(|| {
            day.frame.given = given;
            day
        })
    });
    ways.collect()
}
