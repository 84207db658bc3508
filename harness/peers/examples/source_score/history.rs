//! What was tried before, line by line: so a run goes on where the last one was interrupted.

use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::mutant::Mutant;
use crate::trial::Fate;

/// A mutant that was tried.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Tried {
    pub(crate) mutant: String,
    pub(crate) change: String,
    file: String,
    /// What is changed, whatever the lines around it ([`Mutant::code`]).
    code: String,
    /// The commit whose suite tried it.
    pub(crate) commit: String,
    pub(crate) fate: Fate,
}

impl Tried {
    pub(crate) fn new(mutant: &Mutant, code: &str, commit: &str, fate: Fate) -> Self {
        Self {
            mutant: mutant.name.clone(),
            change: mutant.change().to_owned(),
            file: mutant.file.clone(),
            code: code.to_owned(),
            commit: commit.to_owned(),
            fate,
        }
    }
}

/// All that were tried, in a file that only grows.
pub(crate) struct History {
    tried: Vec<Tried>,
    file: File,
}

impl History {
    pub(crate) fn open(file: &Path) -> Result<Self, String> {
        let wrong = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true);
        let opened = options.open(file).map_err(|error| wrong(&error))?;
        // the last line may be a part of one
        let lines = BufReader::new(&opened).lines().map_while(Result::ok);
        let tried = lines
            .filter_map(|line| serde_json::from_str(&line).ok())
            .collect();
        Ok(Self {
            tried,
            file: opened,
        })
    }

    /// What was found of this mutant and need not be tried again: its function is the same, and it was
    /// caught, or the suite is the same as at that commit.
    pub(crate) fn still_true(
        &self,
        mutant: &Mutant,
        code: &str,
        has_same_suite: impl Fn(&str) -> bool,
    ) -> Option<Tried> {
        let same = |tried: &&Tried| tried.change == mutant.change() && tried.code == code;
        let last = self.tried.iter().rev().find(same)?;
        let holds = match last.fate {
            Fate::Unviable | Fate::Caught { .. } => true,
            Fate::Noticed { .. } | Fate::Survived => has_same_suite(&last.commit),
        };
        holds.then(|| last.clone())
    }

    /// The case that caught the same change before.
    pub(crate) fn caught_by(&self, mutant: &Mutant) -> Option<String> {
        let same = |tried: &&Tried| tried.file == mutant.file && tried.change == mutant.change();
        let mut before = self.tried.iter().rev().filter(same);
        before.find_map(|tried| match &tried.fate {
            Fate::Caught { by } => {
                let case = by.split(' ').next().filter(|case| case.contains('/'));
                case.map(str::to_owned)
            }
            _ => None,
        })
    }

    pub(crate) fn add(&mut self, tried: Tried) -> Result<Tried, String> {
        let line = serde_json::to_string(&tried).map_err(|error| error.to_string())?;
        writeln!(self.file, "{line}").map_err(|error| error.to_string())?;
        self.tried.push(tried.clone());
        Ok(tried)
    }
}
