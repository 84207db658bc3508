//! The places at which the source can be broken, as cargo-mutants lists them.

use std::path::Path;
use std::process::Command;

use serde::Deserialize;

/// The table of the named defects: what is wrong there is wrong on purpose.
const DEFECTS: &str = "defect.rs";

/// One way of breaking the source.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Mutant {
    /// File, line, column, and what is changed.
    pub(crate) name: String,
    /// File from the top of the repository.
    pub(crate) file: String,
    /// The change as a patch.
    pub(crate) diff: String,
}

impl Mutant {
    /// All of the reference client's.
    pub(crate) fn listed(root: &Path) -> Result<Vec<Self>, String> {
        let mut list = Command::new("cargo");
        list.args(["mutants", "--list", "--json", "--diff", "--no-shuffle"])
            .args(["-p", "madoguchi-reference-client"])
            .current_dir(root);
        let listed = list.output().map_err(|error| format!("cargo: {error}"))?;
        if !listed.status.success() {
            let why = String::from_utf8_lossy(&listed.stderr).into_owned();
            return Err(format!("cargo install cargo-mutants first: {why}"));
        }
        let mut mutants: Vec<Self> = serde_json::from_slice(&listed.stdout)
            .map_err(|error| format!("cargo mutants --list --json: {error}"))?;
        mutants.retain(|mutant| mutant.file_name() != DEFECTS);
        Ok(mutants)
    }

    /// The file's own name.
    pub(crate) fn file_name(&self) -> &str {
        self.file.rsplit('/').next().unwrap_or(&self.file)
    }

    /// What is changed, without line and column: the same after an edit elsewhere in the file.
    pub(crate) fn change(&self) -> &str {
        let place = self.name.strip_prefix(&self.file).unwrap_or(&self.name);
        place.splitn(4, ':').last().unwrap_or(place).trim()
    }

    /// The patch with the file's name on both sides, as git wants it.
    pub(crate) fn patch(&self) -> String {
        let lines = self.diff.lines().map(|line| {
            if line.starts_with("+++ ") {
                format!("+++ {}\n", self.file)
            } else {
                format!("{line}\n")
            }
        });
        lines.collect()
    }
}
