//! What a search leaves: the smallest scenario, what each of its lines is there for, and other
//! failures that were met on the way.

use std::path::Path;
use std::time::Duration;

use madoguchi_scenarios::Scenario;
use madoguchi_shrink::{Line, size};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::super::judge;
use super::super::trouble::Trouble;
use super::symptom::Symptom;

/// The smallest case, and how it was found.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::command) struct Found {
    /// The case that was named.
    pub(in crate::command) case: String,
    pub(in crate::command) requirement: Option<String>,
    pub(in crate::command) symptom: Symptom,
    /// Lines of both.
    pub(in crate::command) before: usize,
    pub(in crate::command) after: usize,
    pub(in crate::command) trials: usize,
    pub(in crate::command) controls: usize,
    /// Trials of an earlier search, or of equal scenarios.
    pub(in crate::command) remembered: usize,
    pub(in crate::command) took: Duration,
    /// Whether everything was tried.
    pub(in crate::command) is_done: bool,
    /// How often of three times the smallest case failed alike with all the time of a run; none where
    /// a correct client does not pass it.
    pub(in crate::command) verified: usize,
    pub(in crate::command) scenario: Scenario,
    pub(in crate::command) lines: Vec<Line>,
    pub(in crate::command) also_seen: Vec<AlsoSeen>,
}

/// Another failure, which was not followed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::command) struct AlsoSeen {
    pub(in crate::command) requirement: String,
    pub(in crate::command) lines: usize,
    #[serde(skip)]
    scenario: String,
}

impl AlsoSeen {
    pub(super) fn new(requirement: String, scenario: Scenario) -> Self {
        Self {
            requirement,
            lines: size(&scenario),
            scenario: scenario.text(),
        }
    }
}

impl Found {
    pub(super) fn took(mut self: Box<Self>, took: Duration) -> Box<Self> {
        self.took = took;
        self
    }

    /// The smallest scenario as a file of one's own.
    pub(in crate::command) fn text(&self) -> String {
        self.scenario.text()
    }

    /// Everything but the scenario itself.
    pub(in crate::command) fn json(&self) -> String {
        let value = json!({
            "case": self.case,
            "requirement": self.requirement,
            "ended": self.symptom.ended,
            "words": self.symptom.words,
            "before": self.before,
            "after": self.after,
            "trials": self.trials,
            "controls": self.controls,
            "remembered": self.remembered,
            "seconds": (self.took.as_secs_f64() * 10.0).round() / 10.0,
            "complete": self.is_done,
            "verified": self.verified,
            "lines": self.lines,
            "also-seen": self.also_seen,
        });
        let text = serde_json::to_string_pretty(&value);
        text.unwrap_or_else(|error| unreachable!("what was found is plain data: {error}")) + "\n"
    }

    /// Writes `smallest.yaml`, `shrink.json` and a scenario for each other failure.
    pub(super) fn write(&self, folder: &Path) -> Result<(), Trouble> {
        judge::write(&folder.join("smallest.yaml"), &self.text())?;
        judge::write(&folder.join("shrink.json"), &self.json())?;
        for also in &self.also_seen {
            let name = format!("also-{}.yaml", also.requirement.replace('.', "-"));
            judge::write(&folder.join(name), &also.scenario)?;
        }
        Ok(())
    }
}
