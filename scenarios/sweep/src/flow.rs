//! The flows: scenarios of the catalogue that come to a good end, each with a person who comes after it.

use std::collections::BTreeMap;

use madoguchi_notation::Located;
use madoguchi_scenarios::{Act, Expectation, Method, Operation, Pin, Scenario, Variants};

use crate::exchange::Place;

/// Scenarios of the catalogue that are played with every fault: each way to check or to register
/// somebody, and an entry of the PIN that costs an attempt.
pub const FLOWS: &[&str] = &[
    "happy/visual",
    "happy/pin",
    "pin/one-wrong",
    "registration/full",
    "happy/mobile",
    "happy/hand-over",
    "home/first-visit",
    "institution/by-number",
];

/// What says that the person who comes afterwards was served: the name that was delivered is on a screen.
pub const AFTERWARDS: &str = "result.delivered-fields-shown";

/// A person who may come afterwards.
#[derive(Debug, Clone, Copy)]
pub struct Person<'a> {
    /// The persona.
    pub id: &'a str,
    /// 氏名 as it is delivered.
    pub name: &'a str,
}

/// A flow.
#[derive(Debug, Clone)]
pub struct Flow {
    scenario: Scenario,
    /// The next patient's visit.
    next: Vec<Act>,
    expected: Expectation,
}

impl Flow {
    /// The flow of a scenario; the first of `people` who is not in it comes afterwards.
    ///
    /// # Panics
    /// Where all of them are.
    #[must_use]
    pub fn new(scenario: &Scenario, people: &[Person<'_>]) -> Self {
        let known = scenario.personas();
        let next = people.iter().find(|person| !known.contains(&person.id));
        let next = next.expect("a person who is not in the flow");
        let who = Located::new(next.id.to_owned());
        let has_cards = acts(scenario).any(|act| matches!(act, Act::PlaceCard(_)));
        let visit = if has_cards {
            let placed = Act::PlaceCard(Some(who));
            vec![Act::ChooseMethod(Method::Visual), placed, Act::TakeCard]
        } else {
            vec![Act::AskByNumber(who), Act::Press("閉じる".to_owned())]
        };
        let mut bare = scenario.clone();
        bare.requirements.clear();
        bare.tags.clear();
        bare.then.clear();
        bare.variants = Variants::default();
        bare.variant.clear();
        bare.when.retain(|act| **act != Act::Close);
        Self {
            scenario: bare,
            next: visit,
            expected: Expectation {
                requirement: Located::new(AFTERWARDS.to_owned()),
                screen: None,
                shows: BTreeMap::from([("氏名".to_owned(), next.name.to_owned())]),
                attempts_left: Vec::new(),
                no_request_to: None,
            },
        }
    }

    /// The scenario in the catalogue.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.scenario.id
    }

    /// How many acts there are before the next patient comes.
    #[must_use]
    pub fn acts(&self) -> usize {
        self.scenario.when.len()
    }

    /// The scenario as it is played: nothing expected, and no patient goes home.
    pub(crate) const fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// The flow without a fault, and the next patient.
    #[must_use]
    pub fn whole(&self) -> Scenario {
        self.played(acts(&self.scenario).cloned().collect(), true)
    }

    /// The flow with these acts, to its end; the next patient comes where `goes_on`.
    pub(crate) fn played(&self, mut when: Vec<Act>, goes_on: bool) -> Scenario {
        let mut scenario = self.scenario.clone();
        if goes_on {
            when.extend(self.next.iter().cloned());
            scenario.then.push(self.expected.clone());
        }
        when.push(Act::Close);
        scenario.when = when.into_iter().map(Located::new).collect();
        scenario
    }

    /// What people do again when nothing came of an exchange during this act: they log in where that is what
    /// failed; otherwise they type the PIN, and lay the card down once more where the exchange was with it. A
    /// client that has no use for it says so.
    pub(crate) fn again(&self, act: usize, place: Place) -> Vec<Act> {
        let visit = self.visit(act);
        if let Some(login @ Act::Login(_)) = visit.last() {
            return vec![(*login).clone()];
        }
        let (is_of_card, takes_pin) = match place {
            Place::Command { .. } => (true, true),
            Place::Request { operation, .. } => (false, operation == Operation::Challenge),
            Place::Connection(_) => (false, true),
        };
        let mut done = Vec::new();
        if takes_pin && visit.iter().any(|act| matches!(act, Act::EnterPin(_))) {
            done.push(Act::EnterPin(Pin::Right));
        }
        if is_of_card {
            done.extend(self.laid_again(act));
        }
        done
    }

    /// The card is laid down once more, and no PIN is typed for it.
    pub(crate) fn laid_again(&self, act: usize) -> Option<Act> {
        let mut visit = self.visit(act).into_iter();
        let card = visit.rfind(|act| matches!(act, Act::PlaceCard(_)));
        card.cloned()
    }

    /// What was done since a patient's check began, until this act and with it.
    fn visit(&self, act: usize) -> Vec<&Act> {
        let mut so_far: Vec<&Act> = acts(&self.scenario).take(act + 1).collect();
        let begins = |act: &&Act| {
            matches!(
                act,
                Act::ChooseMethod(_) | Act::Designate(_) | Act::TakeCard
            )
        };
        let from = so_far.iter().rposition(begins).unwrap_or_default();
        so_far.split_off(from)
    }
}

/// What is done in a scenario, in order.
fn acts(scenario: &Scenario) -> impl Iterator<Item = &Act> {
    scenario.when.iter().map(|act| &**act)
}
