//! Why a draft does not show what its case shows: what the case has and the draft has not.

use std::collections::BTreeMap;

use madoguchi_scenarios::Scenario;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The class of a miss, and what is behind it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Why {
    pub(crate) class: Class,
    /// What the case has and the draft has not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) without: Vec<String>,
}

/// From what is found out first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Class {
    /// No log of it says anything, or the draft is no scenario.
    NoDraft,
    /// The draft cannot be played.
    NotPlayed,
    /// It fails alike only some of the times.
    NotEachTime,
    /// A fault of card, reader or service is not in the draft.
    Fault,
    /// The case changes something at the counter that is not in the draft.
    Setting,
    /// Another person came.
    Person,
    /// Somebody did something that is not in the draft.
    Act,
    /// The draft has all of it, at another moment or in another order, or with other values.
    Otherwise,
}

/// How much of it is told.
const MOST: usize = 6;

impl Why {
    fn of(class: Class, without: Vec<String>) -> Self {
        Self { class, without }
    }

    pub(crate) fn no_draft(said: &str) -> Self {
        Self::of(Class::NoDraft, vec![said.to_owned()])
    }

    pub(crate) fn not_played(said: &str) -> Self {
        Self::of(Class::NotPlayed, vec![said.to_owned()])
    }

    pub(crate) fn not_each_time() -> Self {
        Self::of(Class::NotEachTime, Vec::new())
    }
}

/// What the case has and the draft has not; without a draft, all of it.
pub(crate) fn without(case: &Scenario, draft: Option<&Scenario>) -> Why {
    let [case, draft] = [Some(case), draft].map(|scenario| {
        let told = scenario.map(serde_json::to_value);
        told.and_then(Result::ok).unwrap_or_default()
    });
    let faults = |of: &Value| -> Vec<String> {
        let given = &of["given"];
        let reader = given["reader"]["faults"].as_array().into_iter().flatten();
        let reader = reader.map(|fault| &fault["what"]);
        let service = given["service"]["faults"].as_array().into_iter().flatten();
        reader.chain(service).map(named).collect()
    };
    let acts = |of: &Value| -> Vec<String> {
        let acts = of["when"].as_array().into_iter().flatten();
        acts.map(|act| act.as_str().map_or_else(|| act.to_string(), str::to_owned))
            .collect()
    };
    let person = |of: &Value| vec![of["given"]["persona"].to_string()];
    let of_class = [
        (Class::Fault, missing(faults(&case), faults(&draft))),
        (Class::Setting, missing(settings(&case), settings(&draft))),
        (Class::Person, missing(person(&case), person(&draft))),
        (Class::Act, missing(acts(&case), acts(&draft))),
    ];
    let class = of_class.iter().find(|(_, missing)| !missing.is_empty());
    let class = class.map_or(Class::Otherwise, |(class, _)| *class);
    let all = of_class.into_iter().flat_map(|(_, missing)| missing);
    Why::of(class, all.take(MOST).collect())
}

/// The word of a fault: `torn`, `answer-lost`.
fn named(fault: &Value) -> String {
    let key = fault.as_object().and_then(|fault| fault.keys().next());
    let text = fault.as_str().map(str::to_owned);
    text.or_else(|| key.cloned()).unwrap_or_default()
}

/// What is set up, without faults and persons: each value with the way to it.
fn settings(scenario: &Value) -> Vec<String> {
    fn walk(value: &Value, way: &str, found: &mut Vec<String>) {
        match value {
            Value::Object(parts) => {
                for (key, part) in parts {
                    if key != "faults" && key != "persona" {
                        walk(part, &format!("{way}.{key}"), found);
                    }
                }
            }
            value => found.push(format!("{}: {value}", way.trim_start_matches('.'))),
        }
    }
    let mut found = Vec::new();
    walk(&scenario["given"], "", &mut found);
    found
}

/// What stands in one list more often than in the other.
fn missing(wanted: Vec<String>, has: Vec<String>) -> Vec<String> {
    let mut left: BTreeMap<String, usize> = BTreeMap::new();
    for one in has {
        *left.entry(one).or_default() += 1;
    }
    let mut wanted = wanted;
    wanted.retain(|one| match left.get_mut(one) {
        Some(count @ 1..) => {
            *count -= 1;
            false
        }
        _ => true,
    });
    wanted
}
