//! Numbers: the least of a row of round ones that still fails alike.

use madoguchi_notation::Located;
use madoguchi_scenarios::{Act, Fault, WebFault};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::Trials;
use crate::day::{Day, Seen};
use crate::list::first;
use madoguchi_scenarios::Scenario;

/// Keys below which a number stands that may be less.
const KEYS: &[&str] = &[
    "times",
    "ms",
    "retry-after",
    "requests",
    "multiplier",
    "stays",
    "late",
    "back-after",
    "wait",
];

/// Where a number stands: which act, and which of its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Act(usize),
    Card(usize, usize),
    Web(usize, usize),
    Loose(usize),
}

/// Makes each number of the day as small as it can be.
pub(crate) fn smaller<X: Trials<Scenario, Seen = Seen>>(
    trials: &mut X,
    best: &mut Day,
) -> Result<bool, X::Error> {
    let mut is_changed = false;
    for place in places(best) {
        for key in KEYS {
            let Some(now) = read(best, place, key) else {
                continue;
            };
            let rounds: Vec<u64> = round_below(now);
            // The first of the row that fails alike, by halves: where a smaller one does not, a
            // larger one may.
            let (mut low, mut high) = (0, rounds.len());
            while low < high {
                let middle = if low == 0 && high == rounds.len() {
                    0
                } else {
                    usize::midpoint(low, high)
                };
                let case = with(best, place, key, rounds[middle]);
                let tried = match case {
                    Some(day) => first(trials, [day.scenario()])?.map(|(_, _, seen)| (day, seen)),
                    None => None,
                };
                if let Some((day, seen)) = tried {
                    *best = day.played(&seen);
                    is_changed = true;
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
        }
    }
    Ok(is_changed)
}

/// 1, 2, 5, 10 … below `now`, in milliseconds where it is a time.
fn round_below(now: u64) -> Vec<u64> {
    let decades = std::iter::successors(Some(1_u64), |ten| ten.checked_mul(10));
    let rounds = decades.flat_map(|ten| [1, 2, 5].map(|n| ten.saturating_mul(n)));
    rounds.take_while(|round| *round < now).collect()
}

fn places(day: &Day) -> Vec<Place> {
    let mut places = Vec::new();
    for (at, act) in day.acts.iter().enumerate() {
        places.push(Place::Act(at));
        places.extend((0..act.card.len()).map(|n| Place::Card(at, n)));
        places.extend((0..act.web.len()).map(|n| Place::Web(at, n)));
    }
    places.extend((0..day.loose.web.len()).map(Place::Loose));
    places
}

fn value(of: &impl Serialize) -> Value {
    serde_json::to_value(of).unwrap_or_default()
}

/// What stands at the place, as JSON.
fn at(day: &Day, place: Place) -> Option<Value> {
    Some(match place {
        Place::Act(at) => value(&*day.acts.get(at)?.act),
        Place::Card(at, n) => value(&day.acts.get(at)?.card.get(n)?.1),
        Place::Web(at, n) => value(&day.acts.get(at)?.web.get(n)?.1),
        Place::Loose(n) => value(day.loose.web.get(n)?),
    })
}

/// The number below this key, times in milliseconds.
fn read(day: &Day, place: Place, key: &str) -> Option<u64> {
    match find(&mut at(day, place)?, key)? {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => milliseconds(text),
        _ => None,
    }
}

fn find<'v>(value: &'v mut Value, key: &str) -> Option<&'v mut Value> {
    let Value::Object(entries) = value else {
        return None;
    };
    let entries: Vec<_> = entries.iter_mut().collect();
    for (name, inner) in entries {
        if name == key {
            return Some(inner);
        }
        if let Some(found) = find(inner, key) {
            return Some(found);
        }
    }
    None
}

/// Of a length of time as a scenario writes it.
fn milliseconds(text: &str) -> Option<u64> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let number: u64 = text[..digits].parse().ok()?;
    let unit = match &text[digits..] {
        "ms" => 1,
        "s" => 1_000,
        "min" => 60_000,
        "h" => 3_600_000,
        _ => return None,
    };
    number.checked_mul(unit)
}

/// The day with another number there.
fn with(day: &Day, place: Place, key: &str, number: u64) -> Option<Day> {
    let mut written = at(day, place)?;
    let found = find(&mut written, key)?;
    *found = match found {
        Value::String(_) => format!("{number}ms").into(),
        _ => number.into(),
    };
    let mut day = day.clone();
    match place {
        Place::Act(at) => day.acts[at].act = Located::new(parsed::<Act>(written)?),
        Place::Card(at, n) => day.acts[at].card[n].1 = parsed::<Fault>(written)?,
        Place::Web(at, n) => day.acts[at].web[n].1 = parsed::<WebFault>(written)?,
        Place::Loose(n) => day.loose.web[n] = parsed::<WebFault>(written)?,
    }
    Some(day)
}

fn parsed<T: DeserializeOwned>(value: Value) -> Option<T> {
    serde_json::from_value(value).ok()
}
