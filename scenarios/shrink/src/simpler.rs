//! What may stand for something else that is harder to read: a check by eye for one by PIN, the usual
//! person for another, a fault for a stronger one.

use madoguchi_eligibility::Method;
use madoguchi_notation::Located;
use madoguchi_scenarios::{Act, Fault, Pin};
use serde_json::Value;

use crate::day::{Day, Happening};
use crate::given::USUAL;

/// Days that differ from this one by one replacement.
pub(crate) fn replaced(day: &Day) -> Vec<Day> {
    let mut days = Vec::new();
    days.extend(by_eye(day));
    days.extend(
        persons(day)
            .into_iter()
            .filter_map(|one| renamed(day, &one)),
    );
    for at in 0..day.acts.len() {
        let acts = simpler_act(&day.acts[at].act);
        days.extend(acts.into_iter().map(|act| with_act(day, at, act)));
        for fault in 0..day.acts[at].card.len() {
            if let Some(weaker) = weaker(day.acts[at].card[fault].1) {
                let mut day = day.clone();
                day.acts[at].card[fault].1 = weaker;
                days.push(day);
            }
        }
    }
    days
}

fn with_act(day: &Day, at: usize, act: Act) -> Day {
    let mut day = day.clone();
    day.acts[at].act = Located::new(act);
    day
}

/// Each check by PIN by eye, without the PIN that is entered for it; all of them first.
fn by_eye(day: &Day) -> Vec<Day> {
    let checks = |day: &Day| -> Vec<usize> {
        let by_pin = |act: &Happening| *act.act == Act::ChooseMethod(Method::Pin);
        (0..day.acts.len())
            .filter(|at| by_pin(&day.acts[*at]))
            .collect()
    };
    let turn = |day: &mut Day, at: usize| {
        day.acts[at].act = Located::new(Act::ChooseMethod(Method::Visual));
        let is_entered = |act: &Happening| matches!(*act.act, Act::EnterPin(_));
        if day.acts.get(at + 1).is_some_and(is_entered) {
            day.acts.remove(at + 1);
        }
    };
    let all = checks(day);
    let mut days = Vec::new();
    if all.len() > 1 {
        let mut every = day.clone();
        for at in all.iter().rev() {
            turn(&mut every, *at);
        }
        days.push(every);
    }
    for at in all {
        let mut one = day.clone();
        turn(&mut one, at);
        days.push(one);
    }
    days
}

/// Those of the day who are not the usual person, each once.
fn persons(day: &Day) -> Vec<String> {
    let mut persons: Vec<String> = Vec::new();
    let given = std::iter::once(&*day.frame.given.persona);
    let consents = day.frame.given.consents.iter();
    let acts = day.acts.iter().flat_map(|act| act.act.personas());
    let named = given
        .chain(consents.map(|consent| &*consent.persona))
        .chain(acts.map(|persona| &**persona));
    for one in named {
        if one != USUAL && !persons.contains(one) {
            persons.push(one.clone());
        }
    }
    persons
}

/// The usual person in place of this one.
fn renamed(day: &Day, from: &str) -> Option<Day> {
    let mut day = day.clone();
    let given = &mut day.frame.given;
    let usual = || Located::new(USUAL.to_owned());
    if *given.persona == from {
        given.persona = usual();
    }
    for consent in &mut given.consents {
        if *consent.persona == from {
            consent.persona = usual();
        }
    }
    for act in &mut day.acts {
        let mut value = serde_json::to_value(&*act.act).ok()?;
        if rename(&mut value, from) {
            act.act = Located::new(serde_json::from_value(value).ok()?);
        }
    }
    Some(day)
}

fn rename(value: &mut Value, from: &str) -> bool {
    match value {
        Value::String(text) if text == from => {
            USUAL.clone_into(text);
            true
        }
        Value::Array(items) => items
            .iter_mut()
            .fold(false, |any, one| rename(one, from) | any),
        Value::Object(entries) => entries
            .iter_mut()
            .fold(false, |any, (_, one)| rename(one, from) | any),
        _ => false,
    }
}

/// What may stand for an act.
fn simpler_act(act: &Act) -> Vec<Act> {
    match act {
        Act::PlaceCard(Some(_)) => vec![Act::PlaceCard(None)],
        Act::InsertCard(Some(_)) => vec![Act::InsertCard(None)],
        Act::InsertCard(None) => vec![Act::PlaceCard(None)],
        Act::Login(Some(_)) => vec![Act::Login(None)],
        Act::RestartApp(Some(_)) => vec![Act::RestartApp(None)],
        Act::PressMeanwhile(label) => vec![Act::Press(label.clone())],
        Act::EnterPin(pin) if *pin != Pin::Right => vec![Act::EnterPin(Pin::Right)],
        _ => Vec::new(),
    }
}

/// What is weaker than a fault, of the same kind.
fn weaker(fault: Fault) -> Option<Fault> {
    let weaker = match fault {
        Fault::Torn { .. } => Fault::Torn {
            carried_out: false,
            code: None,
        },
        Fault::Damaged { .. } => Fault::Damaged {
            carried_out: false,
            code: None,
        },
        _ => return None,
    };
    (weaker != fault).then_some(weaker)
}
