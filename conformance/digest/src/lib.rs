//! The digest of a crate's own sources, for a build script to hand to its crate. What judges by a
//! trace says by these digests by what it judged, so that the same verdict can be drawn again.
//!
//! ```no_run
//! // build.rs
//! madoguchi_digest::tell(&["src"]);
//! ```
//! and in the crate `env!("MADOGUCHI_SOURCES")`.
#![forbid(unsafe_code)]
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a build script reads what it describes, and talks to cargo on its standard output"
)]

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

/// Tells the crate in whose build script this runs the digest of these folders and files of its own,
/// as `MADOGUCHI_SOURCES`, and asks cargo to run the build script again once one of them changes.
///
/// # Panics
/// Where one of them cannot be read as text.
pub fn tell(own: &[impl AsRef<Path>]) {
    for path in own {
        println!("cargo::rerun-if-changed={}", path.as_ref().display());
    }
    println!("cargo::rustc-env=MADOGUCHI_SOURCES={}", of(own));
}

/// The digest of these files and all files in these folders: their names and their texts, with either
/// kind of line break.
///
/// # Panics
/// Where one of them cannot be read as text.
#[must_use]
pub fn of(paths: &[impl AsRef<Path>]) -> String {
    let mut files = Vec::new();
    for path in paths {
        collect(path.as_ref(), &mut files);
    }
    files.sort();
    let mut digest = Sha256::new();
    for file in files {
        let name = file.to_string_lossy().replace('\\', "/");
        let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{name}: {error}"));
        digest.update(name);
        digest.update([0]);
        digest.update(text.replace("\r\n", "\n"));
        digest.update([0]);
    }
    let bytes = digest.finalize();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    if !path.is_dir() {
        files.push(path.to_owned());
        return;
    }
    let entries = fs::read_dir(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    for entry in entries {
        let entry = entry.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        collect(&entry.path(), files);
    }
}
