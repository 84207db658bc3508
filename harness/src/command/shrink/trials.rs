//! The trials of one search: some at a time, each scenario once, with what was noticed on the way.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, OpenOptions};
use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use madoguchi_scenarios::Scenario;
use madoguchi_shrink::{Otherwise, Outcome, Seen, Trials, size};
use serde_json::json;

use super::super::input;
use super::super::trouble::Trouble;
use super::bench::{Bench, Control, Look};
use super::symptom::{Symptom, broken, longest};
use crate::cell::case::ClientSpec;
use crate::interrupt;

/// What was tried before, by the text of the scenario.
type Memory = BTreeMap<String, Outcome<Seen>>;

/// Trials of scenarios that are to show a symptom.
pub(in crate::command) struct Trying<'a> {
    bench: &'a Bench<'a>,
    symptom: &'a Symptom,
    /// What the first case breaks: none of it is news.
    known: BTreeSet<String>,
    width: usize,
    until: Option<Instant>,
    most: usize,
    /// How long one step may take: learnt from the smallest case so far.
    step: Option<Duration>,
    memory: Memory,
    kept: Option<File>,
    pub(in crate::command) tally: Tally,
    /// The smallest case that breaks something else, by requirement.
    pub(in crate::command) noticed: BTreeMap<String, Scenario>,
}

/// How much was played.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::command) struct Tally {
    /// Cases with the client.
    pub(in crate::command) trials: usize,
    /// Cases with the correct client.
    pub(in crate::command) controls: usize,
    /// Cases that had been tried before.
    pub(in crate::command) remembered: usize,
}

/// How long the search may take.
#[derive(Debug, Clone, Copy)]
pub(in crate::command) struct Limits {
    pub(in crate::command) until: Option<Instant>,
    /// How many trials.
    pub(in crate::command) most: usize,
    /// How many at a time.
    pub(in crate::command) width: usize,
}

impl<'a> Trying<'a> {
    pub(in crate::command) fn new(
        bench: &'a Bench<'a>,
        symptom: &'a Symptom,
        known: BTreeSet<String>,
        limits: Limits,
    ) -> Self {
        Self {
            bench,
            symptom,
            known,
            width: limits.width,
            until: limits.until,
            most: limits.most,
            step: bench.client.limit,
            memory: Memory::new(),
            kept: None,
            tally: Tally::default(),
            noticed: BTreeMap::new(),
        }
    }

    /// Remembers in this file, and takes what an earlier search with the same `mark` left there.
    pub(in crate::command) fn remember_in(
        &mut self,
        path: &Path,
        mark: &str,
    ) -> Result<(), Trouble> {
        let refused = |error| Trouble::Write {
            path: path.to_owned(),
            error,
        };
        let earlier = input::text(path, input::MADE).unwrap_or_default();
        let mut lines = earlier.lines();
        let is_same = lines.next() == Some(mark);
        if is_same {
            // A line that was cut off is tried again.
            let read = lines.filter_map(|line| serde_json::from_str(line).ok());
            self.memory = read
                .collect::<Vec<(String, Outcome<Seen>)>>()
                .into_iter()
                .collect();
        } else {
            fs::write(path, format!("{mark}\n")).map_err(refused)?;
        }
        let file = OpenOptions::new().append(true).open(path);
        self.kept = Some(file.map_err(refused)?);
        Ok(())
    }

    /// Plays one case with the client, and with the correct one where it fails alike.
    fn attempt(&self, scenario: &Scenario) -> Result<Attempt, Trouble> {
        let within = |client: &ClientSpec<'a>| ClientSpec {
            limit: self.step,
            ..*client
        };
        let (client, control) = (within(&self.bench.client), within(&self.bench.control));
        let Some(look) = self.bench.try_once(&client, scenario)? else {
            return Ok(Attempt::of(Otherwise::NotPlayed));
        };
        if !self.symptom.is_shown_by(&look) {
            let broken = broken(&look.verdicts);
            let otherwise = if broken.is_empty() {
                Otherwise::Passes
            } else {
                Otherwise::Fails(broken)
            };
            return Ok(Attempt::of(otherwise));
        }
        let words = self.symptom.words.as_deref();
        Ok(match self.bench.control(&control, scenario, words)? {
            Control::Passes(healthy) => Attempt {
                outcome: Outcome::Same(self.symptom.seen(&look.trace, &look.verdicts)),
                is_controlled: true,
                step: Some(step([&look, &healthy])),
            },
            Control::Fails(broken) => Attempt {
                is_controlled: true,
                ..Attempt::of(Otherwise::ProvesNothing(broken))
            },
        })
    }

    fn note(&mut self, scenario: &Scenario, outcome: &Outcome<Seen>) {
        let Outcome::Not(Otherwise::Fails(broken)) = outcome else {
            return;
        };
        for requirement in broken.difference(&self.known) {
            let smallest = self.noticed.get(requirement);
            if smallest.is_none_or(|smallest| size(scenario) < size(smallest)) {
                self.noticed.insert(requirement.clone(), scenario.clone());
            }
        }
    }
}

struct Attempt {
    outcome: Outcome<Seen>,
    /// Whether the correct client was asked, too.
    is_controlled: bool,
    /// How long a step may take after this.
    step: Option<Duration>,
}

impl Attempt {
    const fn of(otherwise: Otherwise) -> Self {
        Self {
            outcome: Outcome::Not(otherwise),
            is_controlled: false,
            step: None,
        }
    }
}

/// What a step may take at least, however quick both were.
const LEAST: Duration = Duration::from_millis(1500);

/// How long a step may take where these came to their end: three times as long as their longest.
pub(super) fn step(looks: [&Look; 2]) -> Duration {
    let longest = looks.map(|look| longest(&look.trace)).into_iter().max();
    (longest.unwrap_or_default() * 3).max(LEAST)
}

impl Trials<Scenario> for Trying<'_> {
    type Seen = Seen;
    type Error = Trouble;

    fn width(&self) -> usize {
        self.width
    }

    fn goes_on(&self) -> bool {
        let in_time = self.until.is_none_or(|until| Instant::now() < until);
        in_time && self.tally.trials < self.most && !interrupt::interrupted()
    }

    fn play(&mut self, cases: &[Scenario]) -> Result<Vec<Outcome<Seen>>, Trouble> {
        let texts: Vec<String> = cases.iter().map(Scenario::text).collect();
        let new = |(at, text): &(usize, &String)| {
            !self.memory.contains_key(*text) && !texts[..*at].contains(text)
        };
        let new: Vec<usize> = texts
            .iter()
            .enumerate()
            .filter(new)
            .map(|(at, _)| at)
            .collect();
        let this = &*self;
        let attempts: Vec<(usize, Result<Attempt, Trouble>)> = thread::scope(|scope| {
            let begun: Vec<_> = new
                .into_iter()
                .map(|at| (at, scope.spawn(move || this.attempt(&cases[at]))))
                .collect();
            let ended = begun.into_iter();
            ended
                .map(|(at, one)| (at, crate::aside::join(one)))
                .collect()
        });
        self.tally.remembered += cases.len() - attempts.len();
        for (at, attempt) in attempts {
            let Attempt {
                outcome,
                is_controlled,
                step,
            } = attempt?;
            if let (Some(step), Some(now)) = (step, &mut self.step) {
                *now = step.min(*now);
            }
            self.tally.trials += 1;
            self.tally.controls += usize::from(is_controlled);
            self.note(&cases[at], &outcome);
            if let Some(file) = &mut self.kept {
                // What cannot be kept is tried again the next time.
                let _ = writeln!(file, "{}", json!([texts[at], outcome]));
            }
            self.memory.insert(texts[at].clone(), outcome);
        }
        show(self.tally, cases.first().map_or(0, size));
        Ok(texts.iter().map(|text| self.memory[text].clone()).collect())
    }
}

/// A line on a terminal that says how far the search has come.
fn show(tally: Tally, size: usize) {
    if io::stderr().is_terminal() {
        let Tally {
            trials, controls, ..
        } = tally;
        eprint!("\r\x1b[2K  … {size} lines, {trials} trials, {controls} controls");
    }
}

/// Clears that line.
pub(in crate::command) fn clear() {
    if io::stderr().is_terminal() {
        eprint!("\r\x1b[2K");
    }
}
