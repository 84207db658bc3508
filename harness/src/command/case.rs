//! A case that a user names: a scenario by its id or in a file, a trace that was recorded, or a folder
//! with one of them.

use std::path::{Path, PathBuf};

use madoguchi_scenarios::Scenario;

use super::judge;
use super::selection::Selection;
use super::trouble::Trouble;

/// What was named.
pub(super) struct Case {
    pub(super) scenario: Scenario,
    /// Of the trace, where it is one.
    pub(super) seed: Option<u64>,
    /// The folder that was named, where it is one of a case.
    pub(super) folder: Option<PathBuf>,
}

/// A scenario in a folder: the smallest first.
pub(super) const SCENARIO: &str = "scenario.yaml";
pub(super) const TRACE: &str = "trace.jsonl";

impl Case {
    pub(super) fn read(named: &str) -> Result<Self, Trouble> {
        let path = Path::new(named);
        if path.is_dir() {
            let own = path.join(SCENARIO);
            let case = if own.is_file() {
                Self::read(&own.to_string_lossy())?
            } else if path.join(TRACE).is_file() {
                Self::of_trace(path.join(TRACE))?
            } else {
                return Err(Trouble::NoCase(path.to_owned()));
            };
            let folder = Some(path.to_owned());
            return Ok(Self { folder, ..case });
        }
        if path.extension().is_some_and(|kind| kind == "jsonl") {
            return Self::of_trace(path.to_owned());
        }
        let named = [named.to_owned()];
        let mut scenarios = Selection::by_id(&named).scenarios()?;
        if scenarios.len() > 1 {
            let [named] = named;
            let ids = scenarios.into_iter().map(|one| one.id).collect();
            return Err(Trouble::NotOneScenario { named, ids });
        }
        let scenario = scenarios.remove(0);
        Ok(Self {
            scenario,
            seed: None,
            folder: None,
        })
    }

    /// The scenario that a trace was recorded of.
    fn of_trace(path: PathBuf) -> Result<Self, Trouble> {
        let trace = judge::read(path.clone())?;
        let seed = Some(trace.header.seed);
        match serde_json::from_value(trace.header.resolved) {
            Ok(scenario) => Ok(Self {
                scenario,
                seed,
                folder: None,
            }),
            Err(_) => Err(Trouble::NoCase(path)),
        }
    }
}
