//! A clone of the last commit, in which one place after another is broken.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use madoguchi_peers::Checkout;

use crate::mutant::Mutant;

/// What decides of a client, from the top of the repository: not the tables of what was tried.
const SUITE: &[&str] = &[
    "Cargo.lock",
    "scenarios",
    "conformance",
    "emulator",
    "fixtures",
    "harness/src",
    ":!*.md",
    ":!conformance/report/src/tested.json",
];

/// The clone.
pub(crate) struct Tree {
    checkout: Checkout,
    /// Other commits, and whether their suite was this one.
    suites: RefCell<BTreeMap<String, bool>>,
}

impl Tree {
    /// A clone below `out` of what was committed last. Nothing is written to the repository itself.
    pub(crate) fn of_last_commit(out: &Path) -> Result<Self, String> {
        Ok(Self {
            checkout: Checkout::of_last_commit(out)?,
            suites: RefCell::default(),
        })
    }

    pub(crate) fn root(&self) -> &Path {
        self.checkout.root()
    }

    pub(crate) fn commit(&self) -> &str {
        self.checkout.commit()
    }

    /// Whether the suite was the same at another commit, whatever the client was.
    pub(crate) fn has_suite_of(&self, commit: &str) -> bool {
        let mut same = self.suites.borrow_mut();
        let known = same.entry(commit.to_owned());
        *known.or_insert_with(|| {
            let range = [commit, self.commit()];
            let diff = [&["diff", "--quiet"], &range[..], &["--"], SUITE].concat();
            self.checkout.git(&diff).is_ok()
        })
    }

    /// The day of the commit, `YYYY-MM-DD`.
    pub(crate) fn day(&self) -> Result<String, String> {
        let day = self.checkout.git(&["log", "-1", "--format=%cs"])?;
        Ok(day.trim().to_owned())
    }

    /// A file as it was committed.
    pub(crate) fn file(&self, file: &str) -> Result<String, String> {
        self.checkout.git(&["show", &format!("HEAD:{file}")])
    }

    /// The source as it was committed.
    pub(crate) fn restore(&self) -> Result<(), String> {
        self.checkout.restore()
    }

    /// Breaks it in one place.
    pub(crate) fn apply(&self, mutant: &Mutant) -> Result<(), String> {
        let mut apply = Command::new("git");
        apply.args(["apply", "-p0", "-"]).current_dir(self.root());
        let mut apply = apply
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| format!("git: {error}"))?;
        if let Some(mut stdin) = apply.stdin.take() {
            let written = stdin.write_all(mutant.patch().as_bytes());
            written.map_err(|error| format!("git apply: {error}"))?;
        }
        let output = apply.wait_with_output();
        let output = output.map_err(|error| format!("git apply: {error}"))?;
        said(&output).map_err(|why| format!("{}: {why}", mutant.name))
    }

    /// Builds the client; none where it does not compile.
    pub(crate) fn client(&self) -> Result<Option<PathBuf>, String> {
        self.checkout.client()
    }
}

fn said(output: &Output) -> Result<(), String> {
    if output.status.success() {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}
