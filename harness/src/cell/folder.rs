//! The folder of a cell, which only this user can enter and which goes with the cell: sockets,
//! what a client is handed, and the folders that are the client's own.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Once;

use madoguchi_terms::{Lang, Say};
use tempfile::TempDir;

pub(crate) use crate::client::process::Env;

/// The folder and what the client is told of it.
#[derive(Debug)]
pub(crate) struct Folder {
    folder: TempDir,
    /// Locked as long as this lives: a folder in which it is not may be taken away.
    _held: Option<File>,
    pub(crate) env: Env,
}

/// Where something could not be written.
#[derive(Debug)]
pub(crate) struct Unwritable {
    path: PathBuf,
    error: io::Error,
}

impl Say for Unwritable {
    fn text(&self, lang: Lang) -> String {
        let (path, error) = (self.path.display(), &self.error);
        lang.pick(
            format!("一時フォルダ {path} に書けません: {error}\n  対処: TMPDIR に書き込めるフォルダを指定してください"),
            format!("cannot write to the temporary folder {path}: {error}\n  help: set TMPDIR to a writable folder"),
        )
    }
}

impl Folder {
    /// A new folder with the client's own folders in it.
    pub(crate) fn create() -> Result<Self, Unwritable> {
        static CLEARED: Once = Once::new();
        CLEARED.call_once(|| clear(&std::env::temp_dir()));
        let (folder, held) = held().map_err(|error| Unwritable {
            path: std::env::temp_dir(),
            error,
        })?;
        let mut env = Env::new();
        for (name, variable) in [
            ("state", "MADOGUCHI_STATE_DIR"),
            ("home", "HOME"),
            ("tmp", "TMPDIR"),
        ] {
            let path = folder.path().join(name);
            fs::create_dir(&path).map_err(|error| Unwritable {
                path: path.clone(),
                error,
            })?;
            env.insert(variable, path.into());
        }
        Ok(Self {
            folder,
            _held: held,
            env,
        })
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file that the client finds through `variable`.
    pub(crate) fn hand_over(
        &mut self,
        variable: &'static str,
        name: &str,
        content: &str,
    ) -> Result<(), Unwritable> {
        let path = self.folder.path().join(name);
        fs::write(&path, content).map_err(|error| Unwritable {
            path: path.clone(),
            error,
        })?;
        self.env.insert(variable, path.into());
        Ok(())
    }
}

/// How the name of a cell's folder begins.
const PREFIX: &str = "madoguchi-";
/// The file that says that a folder is a cell's. What else is called so is a user's own.
#[cfg(unix)]
const HELD: &str = "held";

/// A new folder that is locked.
#[cfg(unix)]
fn held() -> io::Result<(TempDir, Option<File>)> {
    loop {
        let mut builder = tempfile::Builder::new();
        builder.prefix(PREFIX);
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
        let folder = builder.tempdir()?;
        let path = folder.path().join(HELD);
        let held = File::create_new(&path)?;
        // another tool that clears up may have come in between
        if held.try_lock().is_ok() && path.exists() {
            return Ok((folder, Some(held)));
        }
    }
}

#[cfg(not(unix))]
fn held() -> io::Result<(TempDir, Option<File>)> {
    let folder = tempfile::Builder::new().prefix(PREFIX).tempdir()?;
    Ok((folder, None))
}

/// Takes away the folders of cells whose tool was killed: no process has them locked.
#[cfg(unix)]
fn clear(temporary: &Path) {
    use std::os::unix::fs::MetadataExt as _;
    let own = rustix::process::getuid().as_raw();
    let entries = fs::read_dir(temporary).into_iter().flatten().flatten();
    let ours = entries.filter(|entry| {
        let is_named = entry.file_name().to_string_lossy().starts_with(PREFIX);
        let is_own = |there: fs::Metadata| there.is_dir() && there.uid() == own;
        is_named && fs::symlink_metadata(entry.path()).is_ok_and(is_own)
    });
    for entry in ours {
        let Ok(held) = File::open(entry.path().join(HELD)) else {
            continue;
        };
        if held.try_lock().is_ok() {
            // What cannot be removed is there for the next one to remove.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(not(unix))]
const fn clear(_: &Path) {}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_tool_left_goes_and_what_is_in_use_stays() {
        let temporary = tempfile::tempdir().unwrap();
        let path = |name: &str| temporary.path().join(name);
        for name in [
            "madoguchi-dead",
            "madoguchi-used",
            "madoguchi-report",
            "another",
        ] {
            fs::create_dir(path(name)).unwrap();
            fs::write(path(name).join("key.pem"), "TEST ONLY").unwrap();
        }
        let hold = |name: &str| File::create(path(name).join(HELD)).unwrap();
        drop(hold("madoguchi-dead"));
        drop(hold("another"));
        let used = hold("madoguchi-used");
        used.try_lock().unwrap();
        std::os::unix::fs::symlink(path("another"), path("madoguchi-link")).unwrap();
        clear(temporary.path());
        assert!(!path("madoguchi-dead").exists());
        // a person's own folder, whatever it is called
        assert!(path("madoguchi-report").join("key.pem").exists());
        assert!(path("madoguchi-used").join("key.pem").exists());
        assert!(path("another").join("key.pem").exists());
        drop(used);
        clear(temporary.path());
        assert!(!path("madoguchi-used").exists());
    }
}
