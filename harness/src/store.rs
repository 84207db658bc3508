//! Where a run leaves its traces: one folder per run, one folder per case in it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use madoguchi_terms::{Lang, Say};

/// The folder of one run.
#[derive(Debug)]
pub(crate) struct RunFolder {
    path: PathBuf,
    /// The folder that was wanted first, where it could not be made.
    instead_of: Option<PathBuf>,
}

/// Why there is nowhere to write to.
#[derive(Debug)]
pub(crate) struct NoFolder {
    path: PathBuf,
    error: io::Error,
}

impl Say for NoFolder {
    fn text(&self, lang: Lang) -> String {
        let (path, error) = (self.path.display(), &self.error);
        lang.pick(
            format!("フォルダ {path} を作れません: {error}\n  対処: --out で書き込めるフォルダを指定してください"),
            format!("cannot make the folder {path}: {error}\n  help: name a writable folder with --out"),
        )
    }
}

impl RunFolder {
    /// Makes the folder of a run that begins at `now`: `wanted`, or a dated folder below
    /// `target/madoguchi` of a Rust workspace or below `madoguchi-runs`; where neither can be
    /// written, below the system's temporary folder.
    ///
    /// # Errors
    /// [`NoFolder`] where `wanted` or the last resort cannot be made.
    pub(crate) fn create(wanted: Option<&Path>, now: Timestamp) -> Result<Self, NoFolder> {
        let make = |path: PathBuf| match fs::create_dir_all(&path) {
            Ok(()) => Ok(path),
            Err(error) => Err(NoFolder { path, error }),
        };
        if let Some(wanted) = wanted {
            return Ok(Self {
                path: make(wanted.to_owned())?,
                instead_of: None,
            });
        }
        let name = format!(
            "{}-{}",
            now.strftime("%Y-%m-%dT%H%M%SZ"),
            std::process::id()
        );
        let usual = if Path::new("target").is_dir() {
            "target/madoguchi"
        } else {
            "madoguchi-runs"
        };
        match make(Path::new(usual).join(&name)) {
            Ok(path) => Ok(Self {
                path,
                instead_of: None,
            }),
            Err(refused) => {
                let path = make(std::env::temp_dir().join("madoguchi-runs").join(name))?;
                Ok(Self {
                    path,
                    instead_of: Some(refused.path),
                })
            }
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// What to tell the user where the usual place could not be written.
    pub(crate) fn instead_of(&self) -> Option<&Path> {
        self.instead_of.as_deref()
    }

    /// Makes the folder of the case `id`: its slash becomes a folder.
    ///
    /// # Errors
    /// [`NoFolder`] where it cannot be made.
    pub(crate) fn case(&self, id: &str) -> Result<PathBuf, NoFolder> {
        let path = self.path.join(id);
        match fs::create_dir_all(&path) {
            Ok(()) => Ok(path),
            Err(error) => Err(NoFolder { path, error }),
        }
    }
}
