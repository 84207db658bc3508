//! What was found, as the judge keeps it: `conformance/judge/src/proven.json`.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;

use madoguchi_judge::proven::{Found, Proven, Verdicts};
use madoguchi_peers::source;

use super::Outcomes;
use super::trial::Assumption;

const FILE: &str = "../../conformance/judge/src/proven.json";

/// What earlier trials found, and this one.
pub(crate) struct Kept {
    proven: Proven,
    /// How many verdicts on each requirement were decided as it is.
    decided: BTreeMap<String, usize>,
}

impl Kept {
    /// What is kept so far, with a place for each pair that is declared now and for no other.
    pub(crate) fn read(plain: &Outcomes) -> Result<Self, String> {
        let mut decided: BTreeMap<String, usize> = BTreeMap::new();
        for (requirement, outcome) in plain.values().flatten() {
            let is_decided = ["pass", "fail"].contains(&outcome.as_str());
            *decided.entry(requirement.clone()).or_default() += usize::from(is_decided);
        }
        let text = fs::read_to_string(source(FILE)).map_err(|error| format!("{FILE}: {error}"))?;
        let before: Proven =
            serde_json::from_str(&text).map_err(|error| format!("{FILE}: {error}"))?;
        let mut requirements: BTreeMap<String, BTreeMap<String, Found>> = BTreeMap::new();
        for known in madoguchi_requirements::builtin().requirements() {
            let id = known.id.as_str();
            for assumption in &known.assumptions {
                let found = before.requirements.get(id);
                let found = found.and_then(|found| found.get(assumption)).cloned();
                let found = found.unwrap_or_else(|| Found::NotTried("no trial yet".to_owned()));
                let of = requirements.entry(id.to_owned()).or_default();
                of.insert(assumption.clone(), found);
            }
        }
        let proven = Proven {
            day: jiff::Zoned::now().date().to_string(),
            scenarios: plain.len(),
            requirements,
            ..before
        };
        let mut kept = Self { proven, decided };
        kept.count();
        Ok(kept)
    }

    /// Keeps what became of an assumption.
    pub(crate) fn keep(
        &mut self,
        assumption: &Assumption,
        mut changes: BTreeMap<String, Vec<String>>,
        defects: &BTreeMap<String, String>,
    ) {
        let names = assumption.alternatives.iter();
        let names: Vec<String> = names.map(|one| one.name().to_owned()).collect();
        let id = &assumption.id;
        for (requirement, found) in &mut self.proven.requirements {
            let Some(found) = found.get_mut(id) else {
                continue;
            };
            *found = match (changes.remove(requirement), defects.get(requirement)) {
                _ if names.is_empty() => Found::NotTried(
                    (assumption.none.as_ref()).map_or_else(String::new, |why| why.en.clone()),
                ),
                (Some(changes), _) => Found::Changes(changes),
                (None, Some(defect)) => Found::Robust {
                    defect: defect.clone(),
                },
                (None, None) => Found::NotTried("no defect breaks it".to_owned()),
            };
        }
        if !names.is_empty() {
            self.proven.alternatives.insert(id.clone(), names);
        }
        self.count();
    }

    /// Counts the verdicts that rest on no assumption.
    fn count(&mut self) {
        self.proven.verdicts = self.counted();
    }

    fn counted(&self) -> Verdicts {
        let mut verdicts = Verdicts::default();
        let resting = self.proven.resting();
        for known in madoguchi_requirements::builtin().requirements() {
            let decided = self.decided.get(known.id.as_str()).copied().unwrap_or(0);
            verdicts.decided += decided;
            if known.is_assumed() {
                continue;
            }
            if known.assumptions.is_empty() {
                verdicts.declared_free += decided;
            }
            if resting(known).is_empty() {
                verdicts.proven_free += decided;
            }
        }
        verdicts
    }

    pub(crate) fn write(&self) -> Result<(), String> {
        let text = serde_json::to_string_pretty(&self.proven).map_err(|error| error.to_string())?;
        fs::write(source(FILE), text + "\n").map_err(|error| format!("{FILE}: {error}"))
    }
}

impl fmt::Display for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (requirement, found) in &self.proven.requirements {
            for (assumption, found) in found {
                let what = match found {
                    Found::Robust { .. } => "robust".to_owned(),
                    Found::Changes(what) => what.first().cloned().unwrap_or_default(),
                    Found::NotTried(why) => format!("not tried: {why}"),
                };
                writeln!(f, "{assumption}  {requirement:<36} {what}")?;
            }
        }
        let (all, robust) = self.proven.counts();
        write!(f, "{robust} of {all} declared pairs are robust")
    }
}
