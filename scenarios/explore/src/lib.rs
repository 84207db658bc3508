//! Random days at a counter that could be: who comes, what is done, what goes wrong, drawn from the
//! acts, persons and faults of the scenario language. Equal seeds give equal days.
//!
//! Of a few days that are drawn, the one is taken that brings together most of what no day before
//! brought together: a person and a method, an act and a fault. No day expects anything of its own;
//! what is judged everywhere compares what was delivered with what was shown.
#![forbid(unsafe_code)]

mod counter;
mod mishap;
mod visit;

use std::collections::BTreeSet;

use madoguchi_scenarios::{Scenario, unmet};
use proptest::strategy::{BoxedStrategy, Strategy as _, ValueTree as _};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

pub use counter::USUAL;

/// How many days are drawn for one that is taken.
const DRAWN: usize = 6;

/// Days, one after the other, without end.
pub struct Days {
    runner: TestRunner,
    drawn: BoxedStrategy<Day>,
    /// What stood in one day together.
    together: BTreeSet<(String, String)>,
    taken: u64,
}

/// A day, and what it is made of.
#[derive(Debug, Clone)]
pub(crate) struct Day {
    pub(crate) scenario: Scenario,
    pub(crate) marks: BTreeSet<String>,
}

impl std::fmt::Debug for Days {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Days")
            .field("taken", &self.taken)
            .finish_non_exhaustive()
    }
}

impl Days {
    /// The days of this seed, with these persons.
    #[must_use]
    pub fn new(seed: u64, personas: &[&str]) -> Self {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        Self {
            runner: TestRunner::new_with_rng(Config::default(), rng),
            drawn: counter::day(personas),
            together: BTreeSet::new(),
            taken: 0,
        }
    }

    fn draw(&mut self) -> Option<Day> {
        let day = self.drawn.new_tree(&mut self.runner).ok()?.current();
        let acts = day.scenario.when.iter().map(|act| &**act);
        unmet(&day.scenario.given, acts).is_empty().then_some(day)
    }

    fn news(&self, day: &Day) -> Vec<(String, String)> {
        let pairs = day.marks.iter().flat_map(|one| {
            let others = day.marks.range(one.clone()..).skip(1);
            others.map(move |other| (one.clone(), other.clone()))
        });
        pairs.filter(|pair| !self.together.contains(pair)).collect()
    }
}

impl Iterator for Days {
    type Item = Scenario;

    fn next(&mut self) -> Option<Scenario> {
        let mut best: Option<(Day, Vec<(String, String)>)> = None;
        let mut tries = 0;
        // A day of which nothing can come is drawn anew.
        while tries < DRAWN || best.is_none() && tries < 100 * DRAWN {
            tries += 1;
            let Some(day) = self.draw() else { continue };
            let news = self.news(&day);
            // A long day is not better for its length.
            let worth = |day: &Day, news: usize| news * 1_000 / (day.scenario.when.len() + 10);
            let is_better = best.as_ref().is_none_or(|(other, of_other)| {
                worth(&day, news.len()) > worth(other, of_other.len())
            });
            if is_better {
                best = Some((day, news));
            }
        }
        let (day, news) = best?;
        self.together.extend(news);
        self.taken += 1;
        let mut scenario = day.scenario;
        scenario.id = format!("explored/{}", self.taken);
        Some(scenario)
    }
}

#[cfg(test)]
mod tests {
    use madoguchi_scenarios::{Act, Catalogue};

    use super::*;

    const PERSONAS: &[&str] = &[
        "shiken-taro",
        "shiken-hanako",
        "kakuu-jiro",
        "mitouroku-saburo",
    ];

    #[test]
    fn equal_seeds_give_equal_days_and_others_other_days() {
        let days = |seed| -> Vec<String> {
            let days = Days::new(seed, PERSONAS).take(20);
            days.map(|day| day.text()).collect()
        };
        assert_eq!(days(1), days(1));
        assert_ne!(days(1), days(2));
    }

    #[test]
    fn every_day_can_be_played_and_read_back() {
        for day in Days::new(3, PERSONAS).take(300) {
            let acts = day.when.iter().map(|act| &**act);
            assert_eq!(unmet(&day.given, acts), [], "{}", day.text());
            let read = madoguchi_notation::load::<Scenario>("day.yaml", &day.text());
            let mut read = read.unwrap_or_else(|wrong| panic!("{wrong}\n{}", day.text()));
            read.id.clone_from(&day.id);
            assert_eq!(read, day);
        }
    }

    #[test]
    fn every_act_that_the_catalogue_has_occurs() {
        let words = |scenario: &Scenario| -> Vec<&'static str> {
            scenario.when.iter().map(|act| act.word()).collect()
        };
        let written = Catalogue::builtin();
        let written = written.entries().iter().map(|entry| entry.read().unwrap());
        let written: BTreeSet<&str> = written.flat_map(|one| words(&one)).collect();
        let drawn: BTreeSet<&str> = Days::new(1, PERSONAS)
            .take(600)
            .flat_map(|day| words(&day))
            .collect();
        let never: Vec<&str> = written.difference(&drawn).copied().collect();
        assert_eq!(never, [""; 0]);
    }

    #[test]
    fn a_day_ends_when_the_staff_go_home() {
        for day in Days::new(5, PERSONAS).take(50) {
            assert_eq!(**day.when.last().unwrap(), Act::Close);
        }
    }
}
