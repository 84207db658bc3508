//! A case of the catalogue within a long day: other patients before and after, a reader that is pulled
//! out, a service that ends. What goes wrong in the case still strikes where it did.

use madoguchi_scenarios::Scenario;
use serde_json::{Value, json};

/// Whom a patient of no account may be.
const PERSONS: [&str; 4] = ["shiken-taro", "shiken-hanako", "kouki-umeko", "fujo-hanako"];

/// Numbers that are equal for equal seeds.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: &str) -> Self {
        let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        Self(seed.bytes().fold(0xcbf2_9ce4_8422_2325, mix) | 1)
    }

    fn below(&mut self, count: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % count
    }
}

/// Something that has no part in what fails: its acts, and what it asks.
fn idle(dice: &mut Dice) -> (Vec<Value>, Vec<&'static str>) {
    let person = PERSONS[usize::try_from(dice.below(4)).unwrap_or_default()];
    let place = json!({ "place-card": person });
    match dice.below(10) {
        0..=3 => (
            vec![
                json!({ "choose-method": "visual" }),
                place,
                json!("take-card"),
            ],
            vec!["eligibility-by-certificate"],
        ),
        4..=6 => (
            vec![
                json!({ "choose-method": "pin" }),
                json!({ "enter-pin": "right" }),
                place,
                json!("take-card"),
            ],
            vec!["challenge", "eligibility-by-signature"],
        ),
        7 => (vec![json!({ "wait": "2min" })], vec![]),
        8 => (vec![json!("unplug-reader"), json!("plug-reader")], vec![]),
        _ => (vec![json!("stop-service"), json!("start-service")], vec![]),
    }
}

/// The case with about ten idle things around it; nothing where no user logs in at a counter.
pub(crate) fn blown(scenario: &Scenario, dice: &mut Dice) -> Option<Scenario> {
    let mut case = serde_json::to_value(scenario).ok()?;
    let when = case["when"].as_array()?.clone();
    let login = when.iter().position(|act| act == "login")?;
    let end = when.len() - usize::from(when.last().is_some_and(|act| act == "close"));
    let (mut before, mut after) = (Vec::new(), Vec::new());
    let (mut placed, mut asked) = (0, Vec::new());
    for n in 0..10 {
        let (acts, asks) = idle(dice);
        if n % 2 == 0 {
            placed += acts
                .iter()
                .filter(|act| act.get("place-card").is_some())
                .count();
            before.extend(acts);
            asked.extend(asks);
        } else {
            after.extend(acts);
        }
    }
    let head = &when[..=login];
    let (case_acts, tail) = (&when[login + 1..end], &when[end..]);
    let all = [head, &before, case_acts, &after, tail].concat();
    case["when"] = all.into();
    for fault in faults(&mut case, "reader") {
        let first = fault["placed"].as_u64().unwrap_or(1);
        fault["placed"] = (first + placed as u64).into();
    }
    for fault in faults(&mut case, "service") {
        for (_, struck) in fault.as_object_mut()? {
            let Some(operation) = struck["operation"].as_str() else {
                continue;
            };
            let earlier = asked.iter().filter(|asked| **asked == operation).count();
            let first = struck["nth"].as_u64().unwrap_or(1);
            struck["nth"] = (first + earlier as u64).into();
        }
    }
    serde_json::from_value(case).ok()
}

fn faults<'c>(case: &'c mut Value, part: &str) -> &'c mut [Value] {
    let faults = case.pointer_mut(&format!("/given/{part}/faults"));
    let faults = faults.and_then(Value::as_array_mut);
    faults.map_or(&mut [][..], |faults| faults)
}
