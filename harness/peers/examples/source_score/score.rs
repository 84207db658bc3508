//! The score, and the file by which the reports know it.

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::process::Command;

use madoguchi_report::tested::{Named, Source, Tested};

use crate::history::Tried;
use crate::mutant::Mutant;
use crate::tree::Tree;
use crate::trial::{Fate, Trial};

/// The file, from the top of the repository.
const FILE: &str = "conformance/report/src/tested.json";

/// How the suite was itself tested.
#[derive(Debug)]
pub(crate) struct Score(Tested);

impl Score {
    pub(crate) fn of(all: &[(&Mutant, Tried)], trial: &Trial, tree: &Tree) -> Result<Self, String> {
        let (defects, caught) = trial.named()?;
        let mut source = Source {
            mutants: all.len(),
            unviable: 0,
            caught: 0,
            noticed: 0,
            explained: 0,
            untried: 0,
        };
        for (_, tried) in all {
            *match tried.fate {
                Fate::Unviable => &mut source.unviable,
                Fate::Caught { .. } => &mut source.caught,
                Fate::Noticed { .. } => &mut source.noticed,
                Fate::Survived => &mut source.explained,
            } += 1;
        }
        let commits: BTreeSet<String> = all.iter().map(|(_, tried)| short(&tried.commit)).collect();
        let tool = Command::new("cargo")
            .args(["mutants", "--version"])
            .output();
        let tool = tool.map_err(|error| format!("cargo: {error}"))?;
        Ok(Self(Tested {
            day: tree.day()?,
            commits: commits.into_iter().collect(),
            tool: String::from_utf8_lossy(&tool.stdout).trim().to_owned(),
            scenarios: trial.scenarios()?,
            strangers: Tested::builtin().strangers.clone(),
            named: Named { defects, caught },
            source,
        }))
    }

    pub(crate) fn write(&self) -> Result<(), String> {
        let file = madoguchi_peers::source("../..").join(FILE);
        let text = serde_json::to_string_pretty(&self.0).map_err(|error| error.to_string())?;
        fs::write(file, text + "\n").map_err(|error| format!("{FILE}: {error}"))
    }
}

fn short(commit: &str) -> String {
    commit.chars().take(10).collect()
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Source {
            mutants,
            unviable,
            caught,
            noticed,
            explained,
            ..
        } = self.0.source;
        let Named {
            defects,
            caught: of_them,
        } = self.0.named;
        write!(
            f,
            "{mutants} mutants: {caught} caught, {noticed} noticed by named defects, {explained} survive, \
             {unviable} do not compile; {of_them} of {defects} named defects caught"
        )
    }
}
