//! A scenario while it is made smaller: each fault belongs to the act that places the card, or in
//! which the request is sent, that it strikes. Where acts before it go, it still strikes there.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::ops::Range;

use madoguchi_eligibility::Operation;
use madoguchi_notation::Located;
use madoguchi_scenarios::{
    Act, Fault, Moment, ReaderFault, Scenario, Struck, Variants, WebFault, unmet,
};
use serde::{Deserialize, Serialize};

use crate::{Outcome, Trials};

/// What was seen of a case: the requests that were sent within each act, and in which act the failure
/// shows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// For each act in order; acts that were not reached are left out.
    pub asked: Vec<BTreeMap<Operation, u32>>,
    /// The act, from 0.
    pub until: usize,
}

/// A scenario in this form.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Day {
    /// Everything but acts and faults.
    pub(crate) frame: Scenario,
    pub(crate) acts: Vec<Happening>,
    /// What strikes nothing that was seen.
    pub(crate) loose: Loose,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Loose {
    pub(crate) card: Vec<ReaderFault>,
    pub(crate) web: Vec<WebFault>,
}

/// An act with what goes wrong in it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Happening {
    pub(crate) act: Located<Act>,
    pub(crate) card: Vec<(Moment, Fault)>,
    /// Each with which of the act's own requests it strikes first, from 1.
    pub(crate) web: Vec<(u32, WebFault)>,
    /// The requests that were sent within it.
    asked: BTreeMap<Operation, u32>,
}

impl Happening {
    fn places_a_card(&self) -> bool {
        matches!(*self.act, Act::PlaceCard(_) | Act::InsertCard(_))
    }
}

/// How many acts, faults, expectations and other lines a scenario has.
#[must_use]
pub fn size(scenario: &Scenario) -> usize {
    let given = &scenario.given;
    scenario.when.len()
        + given.reader.faults.len()
        + given.service.faults.len()
        + given.consents.len()
        + scenario.then.len()
        + crate::given::keys(scenario).len()
}

impl Day {
    /// The scenario, played as `seen`. It decides one requirement.
    pub(crate) fn new(scenario: &Scenario, seen: &Seen) -> Self {
        let mut frame = scenario.clone();
        let acts = std::mem::take(&mut frame.when).into_iter();
        let mut asked = seen.asked.iter().cloned();
        let acts = acts.map(|act| Happening {
            act,
            card: Vec::new(),
            web: Vec::new(),
            asked: asked.next().unwrap_or_default(),
        });
        let mut day = Self {
            acts: acts.collect(),
            loose: Loose::default(),
            frame,
        };
        day.frame.variants = Variants::default();
        day.frame.variant.clear();
        for fault in std::mem::take(&mut day.frame.given.reader.faults) {
            day.hang_card(fault);
        }
        for fault in std::mem::take(&mut day.frame.given.service.faults) {
            day.hang_web(fault);
        }
        day
    }

    fn hang_card(&mut self, fault: ReaderFault) {
        let nth = fault.placed.get() as usize - 1;
        let mut placings = self.acts.iter_mut().filter(|act| act.places_a_card());
        match placings.nth(nth) {
            Some(act) => act.card.push((fault.at, fault.what)),
            None => self.loose.card.push(fault),
        }
    }

    fn hang_web(&mut self, fault: WebFault) {
        let Some(Struck { operation, nth, .. }) = fault.struck() else {
            self.loose.web.push(fault);
            return;
        };
        let mut before = 0;
        for act in &mut self.acts {
            let here = act.asked.get(&operation).copied().unwrap_or_default();
            if nth <= before + here {
                act.web.push((nth - before, fault));
                return;
            }
            before += here;
        }
        self.loose.web.push(fault);
    }

    /// As it is played.
    pub(crate) fn scenario(&self) -> Scenario {
        let mut scenario = self.frame.clone();
        let mut placed = 0;
        let mut asked: BTreeMap<Operation, u32> = BTreeMap::new();
        let reader = &mut scenario.given.reader.faults;
        let service = &mut scenario.given.service.faults;
        for act in &self.acts {
            if act.places_a_card() {
                placed += 1;
            }
            let placing = NonZeroU32::new(placed).unwrap_or(NonZeroU32::MIN);
            reader.extend(act.card.iter().map(|&(at, what)| ReaderFault {
                at,
                placed: placing,
                what,
            }));
            for (nth, fault) in &act.web {
                if let Some(Struck {
                    operation, times, ..
                }) = fault.struck()
                {
                    let before = asked.get(&operation).copied().unwrap_or_default();
                    service.push(fault.at(before + nth, times));
                }
            }
            for (operation, times) in &act.asked {
                *asked.entry(*operation).or_default() += times;
            }
        }
        reader.extend(&self.loose.card);
        service.extend(&self.loose.web);
        scenario.when = self.acts.iter().map(|act| act.act.clone()).collect();
        scenario
    }

    /// The same after it was played.
    pub(crate) fn played(&self, seen: &Seen) -> Self {
        Self::new(&self.scenario(), seen)
    }

    /// Nothing where it would have an act of which nothing can come, or no act.
    pub(crate) fn possible(self) -> Option<Self> {
        let scenario = self.scenario();
        let acts = scenario.when.iter().map(|act| &**act);
        let is_possible = !self.acts.is_empty() && unmet(&scenario.given, acts).is_empty();
        is_possible.then_some(self)
    }

    /// Without these acts.
    pub(crate) fn without_acts(&self, range: Range<usize>) -> Self {
        let mut day = self.clone();
        day.acts.drain(range);
        day
    }

    /// How many faults there are.
    pub(crate) fn faults(&self) -> usize {
        let hung = self.acts.iter().map(|act| act.card.len() + act.web.len());
        hung.sum::<usize>() + self.loose.card.len() + self.loose.web.len()
    }

    /// Without these faults, in the order of the acts and the loose ones last.
    pub(crate) fn without_faults(&self, range: Range<usize>) -> Self {
        let mut day = self.clone();
        let mut at = 0;
        let mut keeps = || {
            at += 1;
            !range.contains(&(at - 1))
        };
        for act in &mut day.acts {
            act.card.retain(|_| keeps());
            act.web.retain(|_| keeps());
        }
        day.loose.card.retain(|_| keeps());
        day.loose.web.retain(|_| keeps());
        day
    }
}

/// Days as trials of scenarios.
pub(crate) struct Days<'x, X>(pub(crate) &'x mut X);

impl<X: Trials<Scenario>> Trials<Day> for Days<'_, X> {
    type Seen = X::Seen;
    type Error = X::Error;

    fn width(&self) -> usize {
        self.0.width()
    }

    fn goes_on(&self) -> bool {
        self.0.goes_on()
    }

    fn play(&mut self, days: &[Day]) -> Result<Vec<Outcome<X::Seen>>, X::Error> {
        let scenarios: Vec<Scenario> = days.iter().map(Day::scenario).collect();
        self.0.play(&scenarios)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scenario() -> Scenario {
        serde_json::from_value(serde_json::json!({
            "purpose": { "ja": "a", "en": "a" },
            "requirements": [],
            "given": {
                "persona": "shiken-taro",
                "reader": { "faults": [
                    { "at": { "apdu": 3 }, "placed": 2, "what": "torn" },
                    { "at": { "apdu": 1 }, "placed": 9, "what": "mute" },
                ] },
                "service": { "faults": [
                    { "reset": { "operation": "eligibility-by-certificate", "nth": 2 } },
                    { "refused": { "nth": 4 } },
                ] },
            },
            "when": [
                "login",
                { "choose-method": "visual" }, "place-card", "take-card",
                { "choose-method": "visual" }, "place-card", "take-card",
                "close",
            ],
        }))
        .unwrap()
    }

    fn seen() -> Seen {
        let one = |operation| BTreeMap::from([(operation, 1)]);
        let none = BTreeMap::new;
        let asks = || one(Operation::EligibilityByCertificate);
        Seen {
            asked: vec![
                one(Operation::Login),
                none(),
                asks(),
                none(),
                none(),
                asks(),
                none(),
                none(),
            ],
            until: 5,
        }
    }

    #[test]
    fn what_is_taken_apart_is_put_together_again() {
        let day = Day::new(&scenario(), &seen());
        assert_eq!(day.scenario(), scenario());
        assert_eq!(day.played(&seen()), day);
        assert_eq!(day.faults(), 4);
    }

    #[test]
    fn faults_stay_where_they_strike_when_a_visit_before_them_goes() {
        let day = Day::new(&scenario(), &seen()).without_acts(1..4);
        let given = day.scenario().given;
        assert_eq!(given.reader.faults[0].placed.get(), 1);
        assert_eq!(given.service.faults[0].struck().unwrap().nth, 1);
        // what never struck stays as it was written
        assert_eq!(given.reader.faults[1].placed.get(), 9);
        let gone = day.without_acts(1..4);
        assert_eq!(gone.faults(), 2);
        assert!(gone.without_faults(0..2).faults() == 0);
    }
}
