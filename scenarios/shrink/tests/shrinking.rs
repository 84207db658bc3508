//! The search alone, with clients that are a rule on paper: which scenarios they fail is known.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

use madoguchi_eligibility::Operation;
use madoguchi_scenarios::{Act, Method, Scenario, WebFault, unmet};
use madoguchi_shrink::{Otherwise, Outcome, Seen, Trials, Without, first, shrink, size};

/// A client that is a rule: whether it fails a scenario, and whether a correct client passes it.
struct Paper<F, C> {
    fails: F,
    control: C,
    width: usize,
    left: usize,
    played: Vec<Scenario>,
}

impl<F: Fn(&Scenario) -> Option<usize>, C: Fn(&Scenario) -> bool> Trials<Scenario> for Paper<F, C> {
    type Seen = Seen;
    type Error = Infallible;

    fn width(&self) -> usize {
        self.width
    }

    fn goes_on(&self) -> bool {
        self.played.len() < self.left
    }

    fn play(&mut self, cases: &[Scenario]) -> Result<Vec<Outcome<Seen>>, Infallible> {
        self.played.extend_from_slice(cases);
        let outcome = |scenario: &Scenario| match (self.fails)(scenario) {
            None => Outcome::Not(Otherwise::Passes),
            Some(_) if !(self.control)(scenario) => {
                Outcome::Not(Otherwise::ProvesNothing(BTreeSet::new()))
            }
            Some(until) => Outcome::Same(seen(scenario, until)),
        };
        Ok(cases.iter().map(outcome).collect())
    }
}

/// A card is asked about once, and a login too.
fn seen(scenario: &Scenario, until: usize) -> Seen {
    let asks = |act: &Act| match act {
        Act::Login(_) => BTreeMap::from([(Operation::Login, 1)]),
        Act::PlaceCard(_) => BTreeMap::from([(Operation::EligibilityByCertificate, 1)]),
        _ => BTreeMap::new(),
    };
    Seen {
        asked: scenario.when.iter().map(|act| asks(act)).collect(),
        until,
    }
}

fn paper<F: Fn(&Scenario) -> Option<usize>>(fails: F) -> Paper<F, impl Fn(&Scenario) -> bool> {
    Paper {
        fails,
        control: |_: &Scenario| true,
        width: 1,
        left: usize::MAX,
        played: Vec::new(),
    }
}

/// A long day: ten visits, a reader that is pulled out, a service that ends, faults.
fn day() -> Scenario {
    let mut when = vec![serde_json::json!("login")];
    for visit in 0..10 {
        let (method, person) = (
            ["visual", "pin"][visit % 2],
            ["kouki-umeko", "shiken-hanako"][visit % 2],
        );
        when.push(serde_json::json!({ "choose-method": method }));
        if visit % 2 == 1 {
            when.push(serde_json::json!({ "enter-pin": "right" }));
        }
        when.push(serde_json::json!({ "place-card": person }));
        when.push(serde_json::json!("take-card"));
        if visit == 4 {
            when.push(serde_json::json!("unplug-reader"));
            when.push(serde_json::json!({ "wait": "3min" }));
            when.push(serde_json::json!("plug-reader"));
        }
    }
    when.push(serde_json::json!("close"));
    serde_json::from_value(serde_json::json!({
        "purpose": { "ja": "a", "en": "a" },
        "requirements": [],
        "given": {
            "persona": "shiken-hanako",
            "card": { "attempts-left": 2 },
            "patience-ms": 3000,
            "reader": { "model": "SONY FeliCa RC-S300/P", "faults": [
                { "at": { "apdu": 3 }, "placed": 7, "what": { "torn": { "carried-out": true } } },
                { "at": { "apdu": 2 }, "placed": 2, "what": { "late": "4s" } },
            ] },
            "service": { "faults": [
                { "delay": { "operation": "eligibility-by-certificate", "nth": 7, "ms": 4321 } },
            ] },
        },
        "when": when,
    }))
    .unwrap()
}

fn position(scenario: &Scenario, is: impl Fn(&Act) -> bool) -> Option<usize> {
    scenario.when.iter().position(|act| is(act))
}

fn words(scenario: &Scenario) -> Vec<&'static str> {
    scenario.when.iter().map(|act| act.word()).collect()
}

/// The reader was pulled out and plugged in, and a card is placed after it.
fn after_plugging(scenario: &Scenario) -> Option<usize> {
    let plugged = position(scenario, |act| *act == Act::PlugReader)?;
    let placed = &scenario.when[plugged..];
    let placed = placed
        .iter()
        .position(|act| matches!(&**act, Act::PlaceCard(_)))?;
    Some(plugged + placed)
}

#[test]
fn what_has_no_part_in_the_failure_goes() {
    let day = day();
    let mut paper = paper(after_plugging);
    let until = after_plugging(&day).unwrap();
    let smallest = shrink(&day, &seen(&day, until), &mut paper).unwrap();
    assert_eq!(
        words(&smallest.scenario),
        [
            "login",
            "unplug-reader",
            "plug-reader",
            "choose-method",
            "place-card"
        ]
    );
    assert_eq!(*smallest.scenario.given.persona, "shiken-taro");
    assert_eq!(size(&smallest.scenario), 5);
    assert!(smallest.is_done && size(&day) > 40);
    assert!(paper.played.len() < 60, "{}", paper.played.len());
}

#[test]
fn no_line_of_the_smallest_case_can_be_left_out() {
    let day = day();
    let mut paper = paper(after_plugging);
    let until = after_plugging(&day).unwrap();
    let smallest = shrink(&day, &seen(&day, until), &mut paper).unwrap();
    assert_eq!(smallest.lines.len(), 5);
    for line in &smallest.lines {
        let can_go = matches!(line.without, Without::Same);
        assert!(!can_go, "{}", line.text);
    }
    // pulling the reader out alone cannot go: nothing could be plugged in
    let plug = smallest
        .lines
        .iter()
        .find(|line| line.text == "- unplug-reader");
    let not_played = Without::Not(Otherwise::NotPlayed);
    assert_eq!(plug.map(|line| &line.without), Some(&not_played));
}

#[test]
fn nothing_is_played_of_which_nothing_can_come() {
    let day = day();
    let mut paper = paper(after_plugging);
    let until = after_plugging(&day).unwrap();
    shrink(&day, &seen(&day, until), &mut paper).unwrap();
    for scenario in &paper.played {
        let acts = scenario.when.iter().map(|act| &**act);
        assert_eq!(unmet(&scenario.given, acts), []);
    }
}

/// Fails where the answer to the request of a check by PIN waits for 700 ms and more.
fn after_delay(scenario: &Scenario) -> Option<usize> {
    let [WebFault::Delay(delay)] = scenario.given.service.faults[..] else {
        return None;
    };
    let placings = scenario.when.iter().enumerate();
    let mut placings = placings.filter(|(_, act)| matches!(&***act, Act::PlaceCard(_)));
    let (at, _) = placings.nth(delay.nth as usize - 1)?;
    let before = scenario.when[..at].iter().rev();
    let mut methods = before.filter(|act| matches!(&***act, Act::ChooseMethod(_)));
    let by_eye = **methods.next()? == Act::ChooseMethod(Method::Visual);
    (by_eye && delay.ms >= 700).then_some(at)
}

#[test]
fn a_fault_goes_with_the_act_that_it_strikes_and_its_number_becomes_round() {
    let day = day();
    let mut paper = paper(after_delay);
    let until = after_delay(&day).unwrap();
    let smallest = shrink(&day, &seen(&day, until), &mut paper).unwrap();
    assert_eq!(
        words(&smallest.scenario),
        ["login", "choose-method", "place-card"]
    );
    let [WebFault::Delay(delay)] = smallest.scenario.given.service.faults[..] else {
        panic!("no delay")
    };
    assert_eq!((delay.nth, delay.ms), (1, 1000));
}

#[test]
fn what_a_correct_client_fails_too_is_never_taken() {
    let day = day();
    // a client that does not ask for a second card fails for want of it
    let control = |scenario: &Scenario| {
        let placings = scenario.when.iter();
        let placings = placings.filter(|act| matches!(&***act, Act::PlaceCard(_)));
        placings.count() >= 2
    };
    let mut paper = Paper {
        fails: after_plugging,
        control,
        width: 1,
        left: usize::MAX,
        played: Vec::new(),
    };
    let until = after_plugging(&day).unwrap();
    let smallest = shrink(&day, &seen(&day, until), &mut paper).unwrap();
    assert!(control(&smallest.scenario));
    assert!(after_plugging(&smallest.scenario).is_some());
    let without_one = smallest
        .lines
        .iter()
        .filter(|line| matches!(&line.without, Without::Not(Otherwise::ProvesNothing(_))));
    assert!(without_one.count() >= 1);
}

#[test]
fn how_many_are_played_at_a_time_changes_nothing() {
    let day = day();
    let until = after_plugging(&day).unwrap();
    let of = |width| {
        let mut paper = Paper {
            width,
            ..paper(after_plugging)
        };
        shrink(&day, &seen(&day, until), &mut paper)
            .unwrap()
            .scenario
    };
    assert_eq!(of(1), of(4));
}

#[test]
fn when_time_is_up_the_best_so_far_still_fails() {
    let day = day();
    let until = after_plugging(&day).unwrap();
    for left in [0, 3, 9] {
        let mut paper = Paper {
            left,
            ..paper(after_plugging)
        };
        let smallest = shrink(&day, &seen(&day, until), &mut paper).unwrap();
        assert!(!smallest.is_done);
        assert!(after_plugging(&smallest.scenario).is_some());
    }
}

#[test]
fn of_several_at_a_time_the_first_that_fails_is_taken() {
    struct Even;
    impl Trials<u32> for Even {
        type Seen = ();
        type Error = Infallible;
        fn width(&self) -> usize {
            3
        }
        fn goes_on(&self) -> bool {
            true
        }
        fn play(&mut self, cases: &[u32]) -> Result<Vec<Outcome<()>>, Infallible> {
            let outcome = |case: &u32| match case % 2 {
                0 => Outcome::Same(()),
                _ => Outcome::Not(Otherwise::Passes),
            };
            Ok(cases.iter().map(outcome).collect())
        }
    }
    let found = first(&mut Even, [1, 3, 5, 7, 8, 10]).unwrap();
    assert_eq!(found, Some((4, 8, ())));
}
