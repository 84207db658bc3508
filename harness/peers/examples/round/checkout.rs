//! A clone of the last commit, in which the reference client gets one mistake after another.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The clone, beside its build.
pub(crate) struct Checkout {
    root: PathBuf,
    target: PathBuf,
}

/// The same with a mistake in it, until it is dropped.
pub(crate) struct Changed<'a>(&'a Checkout);

impl Checkout {
    /// A clone below `out` of what was committed last. Nothing is written to the repository itself.
    pub(crate) fn of_last_commit(out: &Path) -> Result<Self, String> {
        fs::create_dir_all(out).map_err(|error| format!("{}: {error}", out.display()))?;
        let out = out.canonicalize().map_err(|error| error.to_string())?;
        let own = madoguchi_peers::source("../..");
        let commit = git(&own, &["rev-parse", "HEAD"])?;
        let root = out.join("tree");
        if !root.join(".git").exists() {
            let (from, to) = (own.display().to_string(), root.display().to_string());
            git(
                &out,
                &["clone", "-q", "--shared", "--no-checkout", &from, &to],
            )?;
        }
        git(
            &root,
            &["checkout", "-q", "--force", "--detach", commit.trim()],
        )?;
        Ok(Self {
            root,
            target: out.join("target"),
        })
    }

    /// With the mistake of a patch; none where it does not fit.
    pub(crate) fn with(&self, patch: &Path) -> Result<Option<Changed<'_>>, String> {
        let patch = patch.canonicalize().map_err(|error| error.to_string())?;
        let changed = Changed(self);
        self.restore()?;
        let patch = patch.display().to_string();
        let apply = [
            "apply",
            "--recount",
            "--directory=harness/reference-client",
            &patch,
        ];
        Ok(git(&self.root, &apply).is_ok().then_some(changed))
    }

    fn restore(&self) -> Result<(), String> {
        git(&self.root, &["checkout", "-q", "--force", "."])?;
        git(
            &self.root,
            &["clean", "-q", "-d", "--force", "harness/reference-client"],
        )
        .map(drop)
    }
}

impl Changed<'_> {
    /// Its client; none where it does not compile.
    pub(crate) fn client(&self) -> Result<Option<PathBuf>, String> {
        let Checkout { root, target } = self.0;
        let mut build = Command::new("cargo");
        build
            .args([
                "build",
                "-q",
                "--locked",
                "-p",
                "madoguchi-reference-client",
            ])
            .current_dir(root)
            .env("CARGO_TARGET_DIR", target)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let built = build.status().map_err(|error| format!("cargo: {error}"))?;
        let client = target.join("debug/madoguchi-reference-client");
        Ok(built.success().then_some(client))
    }
}

impl Drop for Changed<'_> {
    fn drop(&mut self) {
        if let Err(why) = self.0.restore() {
            eprintln!("round: {why}");
        }
    }
}

fn git(folder: &Path, arguments: &[&str]) -> Result<String, String> {
    let mut git = Command::new("git");
    let output = git.args(arguments).current_dir(folder).output();
    let Output {
        status,
        stdout,
        stderr,
    } = output.map_err(|error| format!("git: {error}"))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if status.success() {
        Ok(text(&stdout))
    } else {
        Err(format!("git {}: {}", arguments.join(" "), text(&stderr)))
    }
}
