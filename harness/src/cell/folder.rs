//! The folder of a cell, which only this user can enter and which goes with the cell: sockets,
//! what a client is handed, and the folders that are the client's own.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use madoguchi_terms::{Lang, Say};
use tempfile::TempDir;

pub(crate) use crate::client::process::Env;

/// The folder and what the client is told of it.
#[derive(Debug)]
pub(crate) struct Folder {
    folder: TempDir,
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
        let mut builder = tempfile::Builder::new();
        builder.prefix("madoguchi-");
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
        let folder = builder.tempdir().map_err(|error| Unwritable {
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
        Ok(Self { folder, env })
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
