//! A clone of the last commit, in which one place after another is broken.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

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

/// The clone, beside its build.
pub(crate) struct Tree {
    root: PathBuf,
    target: PathBuf,
    commit: String,
    /// Other commits, and whether their suite was this one.
    suites: RefCell<BTreeMap<String, bool>>,
}

impl Tree {
    /// A clone below `out` of what was committed last. Nothing is written to the repository itself.
    pub(crate) fn of_last_commit(out: &Path) -> Result<Self, String> {
        fs::create_dir_all(out).map_err(|error| format!("{}: {error}", out.display()))?;
        let out = out.canonicalize().map_err(|error| error.to_string())?;
        let own = madoguchi_peers::source("../..");
        let commit = git(&own, &["rev-parse", "HEAD"])?.trim().to_owned();
        let root = out.join("tree");
        if !root.join(".git").exists() {
            let (from, to) = (own.display().to_string(), root.display().to_string());
            let clone = ["clone", "-q", "--shared", "--no-checkout", &from, &to];
            git(&out, &clone)?;
        }
        git(&root, &["checkout", "-q", "--force", "--detach", &commit])?;
        Ok(Self {
            root,
            target: out.join("target"),
            commit,
            suites: RefCell::default(),
        })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn commit(&self) -> &str {
        &self.commit
    }

    /// Whether the suite was the same at another commit, whatever the client was.
    pub(crate) fn has_suite_of(&self, commit: &str) -> bool {
        let mut same = self.suites.borrow_mut();
        let known = same.entry(commit.to_owned());
        *known.or_insert_with(|| {
            let range = [commit, self.commit.as_str()];
            let diff = [&["diff", "--quiet"], &range[..], &["--"], SUITE].concat();
            git(&self.root, &diff).is_ok()
        })
    }

    /// The day of the commit, `YYYY-MM-DD`.
    pub(crate) fn day(&self) -> Result<String, String> {
        let day = git(&self.root, &["log", "-1", "--format=%cs"])?;
        Ok(day.trim().to_owned())
    }

    /// A file as it was committed.
    pub(crate) fn file(&self, file: &str) -> Result<String, String> {
        git(&self.root, &["show", &format!("HEAD:{file}")])
    }

    /// The source as it was committed.
    pub(crate) fn restore(&self) -> Result<(), String> {
        git(&self.root, &["checkout", "-q", "--force", "."]).map(drop)
    }

    /// Breaks it in one place.
    pub(crate) fn apply(&self, mutant: &Mutant) -> Result<(), String> {
        let mut apply = Command::new("git");
        apply.args(["apply", "-p0", "-"]).current_dir(&self.root);
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
        said(&output).map_err(|why| format!("{}: {why}", mutant.name))?;
        Ok(())
    }

    /// Builds the client; whether it could be built.
    pub(crate) fn builds(&self) -> Result<bool, String> {
        let mut build = Command::new("cargo");
        build
            .args([
                "build",
                "-q",
                "--locked",
                "-p",
                "madoguchi-reference-client",
            ])
            .current_dir(&self.root)
            .env("CARGO_TARGET_DIR", &self.target)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let built = build.status().map_err(|error| format!("cargo: {error}"))?;
        Ok(built.success())
    }

    /// The client that was built last.
    pub(crate) fn client(&self) -> PathBuf {
        self.target.join("debug/madoguchi-reference-client")
    }
}

fn git(folder: &Path, arguments: &[&str]) -> Result<String, String> {
    let mut git = Command::new("git");
    let output = git.args(arguments).current_dir(folder).output();
    let output = output.map_err(|error| format!("git: {error}"))?;
    said(&output).map_err(|why| format!("git {}: {why}", arguments.join(" ")))
}

fn said(output: &Output) -> Result<String, String> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() {
        Ok(text(&output.stdout))
    } else {
        Err(text(&output.stderr))
    }
}
