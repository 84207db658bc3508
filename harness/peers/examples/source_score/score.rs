//! The score, and the file by which the reports know it.

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::process::Command;

use serde::Serialize;

use crate::history::Tried;
use crate::mutant::Mutant;
use crate::tree::Tree;
use crate::trial::{Fate, Trial};

/// The file, from the top of the repository.
const FILE: &str = "conformance/src/report/tested.json";

/// How the suite was itself tested.
#[derive(Debug, Serialize)]
pub(crate) struct Score {
    day: String,
    commits: BTreeSet<String>,
    tool: String,
    scenarios: usize,
    named: Named,
    source: Source,
}

#[derive(Debug, Serialize)]
struct Named {
    defects: usize,
    caught: usize,
}

#[derive(Debug, Default, Serialize)]
struct Source {
    mutants: usize,
    unviable: usize,
    caught: usize,
    noticed: usize,
    explained: usize,
    untried: usize,
}

impl Score {
    pub(crate) fn of(all: &[(&Mutant, Tried)], trial: &Trial, tree: &Tree) -> Result<Self, String> {
        let (defects, caught) = trial.named()?;
        let mut source = Source {
            mutants: all.len(),
            ..Source::default()
        };
        for (_, tried) in all {
            *match tried.fate {
                Fate::Unviable => &mut source.unviable,
                Fate::Caught { .. } => &mut source.caught,
                Fate::Noticed { .. } => &mut source.noticed,
                Fate::Survived => &mut source.explained,
            } += 1;
        }
        let commits = all.iter().map(|(_, tried)| short(&tried.commit));
        let tool = Command::new("cargo")
            .args(["mutants", "--version"])
            .output();
        let tool = tool.map_err(|error| format!("cargo: {error}"))?;
        Ok(Self {
            day: tree.day()?,
            commits: commits.collect(),
            tool: String::from_utf8_lossy(&tool.stdout).trim().to_owned(),
            scenarios: trial.scenarios()?,
            named: Named { defects, caught },
            source,
        })
    }

    pub(crate) fn write(&self) -> Result<(), String> {
        let file = madoguchi_peers::source("../..").join(FILE);
        let text = serde_json::to_string_pretty(self).map_err(|error| error.to_string())?;
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
        } = self.source;
        let Named {
            defects,
            caught: of_them,
        } = self.named;
        write!(
            f,
            "{mutants} mutants: {caught} caught, {noticed} noticed by named defects, {explained} survive, \
             {unviable} do not compile; {of_them} of {defects} named defects caught"
        )
    }
}
