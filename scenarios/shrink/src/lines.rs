//! What each line of the smallest case is there for: what happens without it.

use madoguchi_scenarios::Scenario;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::day::Day;
use crate::day::Days;
use crate::{Otherwise, Outcome, Trials, given};

/// A line that can be left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Line {
    /// As the scenario writes it, without indentation.
    pub text: String,
    /// What happens without it.
    pub without: Without,
}

/// What happens without a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Without {
    /// It fails all the same: with more time it would have gone.
    Same,
    /// It does not.
    Not(Otherwise),
}

/// A line, and the day without it where there can be one.
type Cut = (String, Option<Day>);

pub(crate) fn lines<X: Trials<Scenario>>(
    best: &Day,
    trials: &mut X,
) -> Result<Vec<Line>, X::Error> {
    let (texts, days): (Vec<String>, Vec<Option<Day>>) = cuts(best)
        .into_iter()
        .map(|(text, day)| (text, day.and_then(Day::possible)))
        .unzip();
    let possible: Vec<Day> = days.iter().flatten().cloned().collect();
    let mut outcomes = Vec::new();
    for some in possible.chunks(trials.width().max(1)) {
        if trials.goes_on() {
            outcomes.extend(Days(&mut *trials).play(some)?);
        } else {
            outcomes.extend(some.iter().map(|_| Outcome::Not(Otherwise::NoTime)));
        }
    }
    let mut outcomes = outcomes.into_iter();
    let lines = texts.into_iter().zip(days).map(|(text, day)| {
        let outcome = day.and_then(|_| outcomes.next());
        let without = match outcome {
            Some(Outcome::Same(_)) => Without::Same,
            Some(Outcome::Not(otherwise)) => Without::Not(otherwise),
            None => Without::Not(Otherwise::NotPlayed),
        };
        Line { text, without }
    });
    Ok(lines.collect())
}

/// Every line that can be left out, in the order of a scenario.
fn cuts(day: &Day) -> Vec<Cut> {
    let mut cuts = Vec::new();
    for key in given::keys(&day.frame) {
        let text = written(&day.frame.given, &key);
        let without = if key == ["persona"] {
            let mut usual = day.clone();
            usual.frame.given.persona = madoguchi_notation::Located::new(given::USUAL.to_owned());
            Some(usual)
        } else {
            given::without(&day.frame, &key).map(|given| {
                let mut usual = day.clone();
                usual.frame.given = given;
                usual
            })
        };
        cuts.push((text, without));
    }
    let consents = &day.frame.given.consents;
    cuts.extend(consents.iter().enumerate().map(|(at, consent)| {
        let mut without = day.clone();
        without.frame.given.consents.remove(at);
        (format!("consents: {}", json(consent)), Some(without))
    }));
    let mut fault = 0;
    let mut cut_fault = |text: String| {
        fault += 1;
        (text, Some(day.without_faults(fault - 1..fault)))
    };
    for act in &day.acts {
        for (at, what) in &act.card {
            cuts.push(cut_fault(format!(
                "reader.faults: {{ at: {}, what: {} }}",
                json(at),
                json(what)
            )));
        }
        for (_, what) in &act.web {
            cuts.push(cut_fault(format!("service.faults: {}", entry(what))));
        }
    }
    for loose in &day.loose.card {
        cuts.push(cut_fault(format!("reader.faults: {}", json(loose))));
    }
    for loose in &day.loose.web {
        cuts.push(cut_fault(format!("service.faults: {}", entry(loose))));
    }
    cuts.extend(day.acts.iter().enumerate().map(|(at, act)| {
        let text = format!("- {}", entry(&*act.act));
        (text, Some(day.without_acts(at..at + 1)))
    }));
    cuts.extend(day.frame.then.iter().enumerate().map(|(at, expected)| {
        let mut without = day.clone();
        without.frame.then.remove(at);
        (format!("then: {}", json(expected)), Some(without))
    }));
    cuts
}

fn written(given: &impl Serialize, key: &[String]) -> String {
    let value = serde_json::to_value(given).unwrap_or_default();
    let value = key.iter().fold(&value, |value, key| &value[key.as_str()]);
    format!("{}: {}", key.join("."), inner(value))
}

fn json(value: &impl Serialize) -> String {
    inner(&serde_json::to_value(value).unwrap_or_default())
}

/// An entry of a list: a word, or a word with its value.
fn entry(value: &impl Serialize) -> String {
    let written = json(value);
    let bare = written
        .strip_prefix("{ ")
        .and_then(|text| text.strip_suffix(" }"));
    bare.map(str::to_owned).unwrap_or(written)
}

/// In one line, as people write YAML.
fn inner(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(entries) => {
            let mut parts = entries.iter();
            // A word that has nothing with it stands alone.
            if let (Some((word, Value::Object(nothing))), None) = (parts.next(), parts.next())
                && nothing.is_empty()
            {
                return word.clone();
            }
            let parts = entries
                .iter()
                .map(|(key, value)| format!("{key}: {}", inner(value)));
            format!("{{ {} }}", parts.collect::<Vec<_>>().join(", "))
        }
        Value::Array(items) => {
            let parts: Vec<String> = items.iter().map(inner).collect();
            format!("[{}]", parts.join(", "))
        }
        other => other.to_string(),
    }
}
