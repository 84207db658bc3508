//! The places at which the source can be broken, as cargo-mutants lists them.

use std::path::Path;
use std::process::Command;

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

/// Where the named defects are: what is wrong there is wrong on purpose.
const DEFECTS: &str = "/src/defect";

/// One way of breaking the source.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Mutant {
    /// File, line, column, and what is changed.
    pub(crate) name: String,
    /// File from the top of the repository.
    pub(crate) file: String,
    /// The change as a patch.
    pub(crate) diff: String,
    /// Where it is changed.
    span: Span,
    /// The function that is changed, where it is one.
    function: Option<Function>,
}

#[derive(Debug, Clone, Deserialize)]
struct Function {
    span: Span,
}

#[derive(Debug, Clone, Deserialize)]
struct Span {
    start: Place,
    end: Place,
}

/// Line and column, from 1.
#[derive(Debug, Clone, Deserialize)]
struct Place {
    line: usize,
    column: usize,
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
        mutants.retain(|mutant| !mutant.file.contains(DEFECTS));
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

    /// What tells whether this is the mutant of another commit: a digest of the function that is changed,
    /// or of the whole file outside of functions, and the place in it.
    pub(crate) fn code(&self, source: &str) -> String {
        let whole = self.function.as_ref().map(|function| &function.span);
        let (first, last) = whole.map_or((1, usize::MAX), |span| (span.start.line, span.end.line));
        let lines = source.lines().skip(first - 1).take(last - first + 1);
        let text: Vec<&str> = lines.collect();
        let digest = Sha256::digest(text.join("\n"));
        let digest: String = digest[..8]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let Place { line, column } = self.span.start;
        format!("{digest}+{}:{column}", line - first)
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
