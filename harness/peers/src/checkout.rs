//! A clone of the last commit, in which an example changes the reference client and builds it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The clone, beside its build. Nothing is written to the repository itself.
#[derive(Debug)]
pub struct Checkout {
    root: PathBuf,
    target: PathBuf,
    commit: String,
}

impl Checkout {
    /// A clone below `out` of what was committed last.
    ///
    /// # Errors
    /// What git or the file system says.
    pub fn of_last_commit(out: &Path) -> Result<Self, String> {
        fs::create_dir_all(out).map_err(|error| format!("{}: {error}", out.display()))?;
        let out = out.canonicalize().map_err(|error| error.to_string())?;
        let own = crate::source("../..");
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
        })
    }

    /// Its folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The commit that it is of.
    #[must_use]
    pub fn commit(&self) -> &str {
        &self.commit
    }

    /// What git says in it.
    ///
    /// # Errors
    /// What git says of a failure.
    pub fn git(&self, arguments: &[&str]) -> Result<String, String> {
        git(&self.root, arguments)
    }

    /// The source as it was committed, without files that were added to the client.
    ///
    /// # Errors
    /// What git says.
    pub fn restore(&self) -> Result<(), String> {
        self.git(&["checkout", "-q", "--force", "."])?;
        let added = ["clean", "-q", "-d", "--force", "harness/reference-client"];
        self.git(&added).map(drop)
    }

    /// The client, built; none where it does not compile.
    ///
    /// # Errors
    /// Where cargo cannot be started.
    pub fn client(&self) -> Result<Option<PathBuf>, String> {
        let package = "madoguchi-reference-client";
        let mut build = Command::new("cargo");
        build
            .args(["build", "-q", "--locked", "-p", package])
            .current_dir(&self.root)
            .env("CARGO_TARGET_DIR", &self.target)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let built = build.status().map_err(|error| format!("cargo: {error}"))?;
        let client = self.target.join("debug").join(package);
        Ok(built.success().then_some(client))
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
