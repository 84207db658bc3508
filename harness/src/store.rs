//! Where a run leaves its traces: one folder per run, one folder per case in it.

use std::fs::{self, File, TryLockError};
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
    /// Keeps other runs out until this one ends, however it ends.
    _lock: Option<File>,
}

/// Why there is nowhere to write to.
#[derive(Debug)]
pub(crate) enum NoFolder {
    /// It cannot be made.
    Refused {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// Another run writes there.
    Taken(PathBuf),
}

/// What a case leaves in its folder.
const OF_A_CASE: [&str; 4] = [
    "trace.jsonl",
    "canonical.jsonl",
    "verdict.json",
    "client.log",
];

impl Say for NoFolder {
    fn text(&self, lang: Lang) -> String {
        match self {
            Self::Refused { path, error } => {
                let path = path.display();
                lang.pick(
                    format!("フォルダ {path} を作れません: {error}\n  対処: --out で書き込めるフォルダを指定してください"),
                    format!("cannot make the folder {path}: {error}\n  help: name a writable folder with --out"),
                )
            }
            Self::Taken(path) => {
                let path = path.display();
                lang.pick(
                    format!("フォルダ {path} には、ほかの実行が書き込んでいます\n  対処: 終わるのを待つか、--out で別のフォルダを指定してください"),
                    format!("another run is writing to the folder {path}\n  help: wait for its end, or name another folder with --out"),
                )
            }
        }
    }
}

impl RunFolder {
    /// Makes the folder of a run that begins at `now`: `wanted`, or a dated folder below
    /// `target/madoguchi` of a Rust workspace or below `madoguchi-runs`; where neither can be
    /// written, below the system's temporary folder.
    ///
    /// # Errors
    /// [`NoFolder`] where `wanted` or the last resort cannot be made, or another run writes to it.
    pub(crate) fn create(wanted: Option<&Path>, now: Timestamp) -> Result<Self, NoFolder> {
        if let Some(wanted) = wanted {
            return Self::at(wanted.to_owned(), None);
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
        match Self::at(Path::new(usual).join(&name), None) {
            Err(NoFolder::Refused { path, .. }) => Self::at(
                std::env::temp_dir().join("madoguchi-runs").join(name),
                Some(path),
            ),
            made => made,
        }
    }

    fn at(path: PathBuf, instead_of: Option<PathBuf>) -> Result<Self, NoFolder> {
        match fs::create_dir_all(&path).and_then(|()| lock(&path)) {
            Ok(Some(lock)) => Ok(Self {
                path,
                instead_of,
                _lock: lock,
            }),
            Ok(None) => Err(NoFolder::Taken(path)),
            Err(error) => Err(NoFolder::Refused { path, error }),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// What to tell the user where the usual place could not be written.
    pub(crate) fn instead_of(&self) -> Option<&Path> {
        self.instead_of.as_deref()
    }

    /// Makes the folder of the case `id`: its slash becomes a folder. What an earlier run left of the case
    /// there is removed, so that it is not taken for this run's.
    ///
    /// # Errors
    /// [`NoFolder`] where it cannot be made.
    pub(crate) fn case(&self, id: &str) -> Result<PathBuf, NoFolder> {
        let path = self.path.join(id);
        if let Err(error) = fs::create_dir_all(&path) {
            return Err(NoFolder::Refused { path, error });
        }
        for name in OF_A_CASE {
            // what cannot be removed cannot be written anew either, and that is told with its name
            let _ = fs::remove_file(path.join(name));
        }
        Ok(path)
    }
}

/// The lock on a folder, which ends with the process; inside it, none where folders cannot be locked. Nothing where
/// another process has it.
fn lock(path: &Path) -> io::Result<Option<Option<File>>> {
    if cfg!(not(unix)) {
        return Ok(Some(None));
    }
    let folder = File::open(path)?;
    match folder.try_lock() {
        Ok(()) => Ok(Some(Some(folder))),
        Err(TryLockError::WouldBlock) => Ok(None),
        // a file system without locks
        Err(TryLockError::Error(_)) => Ok(Some(None)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_one_runs_at_a_time() {
        let out = tempfile::tempdir().unwrap();
        let first = RunFolder::create(Some(out.path()), Timestamp::UNIX_EPOCH).unwrap();
        let second = RunFolder::create(Some(out.path()), Timestamp::UNIX_EPOCH);
        assert!(matches!(second, Err(NoFolder::Taken(path)) if path == out.path()));
        drop(first);
        RunFolder::create(Some(out.path()), Timestamp::UNIX_EPOCH).unwrap();
    }

    #[test]
    fn what_an_earlier_run_left_of_a_case_goes_before_the_case_begins() {
        let out = tempfile::tempdir().unwrap();
        let case = out.path().join("happy/pin");
        fs::create_dir_all(&case).unwrap();
        for name in OF_A_CASE.iter().chain(&["notes.txt"]) {
            fs::write(case.join(name), "earlier").unwrap();
        }
        let run = RunFolder::create(Some(out.path()), Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(run.case("happy/pin").unwrap(), case);
        let left = fs::read_dir(&case)
            .unwrap()
            .map(|entry| entry.unwrap().file_name());
        assert_eq!(left.collect::<Vec<_>>(), ["notes.txt"]);
    }
}
