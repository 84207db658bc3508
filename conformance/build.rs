//! Digest of everything that a verdict follows from, for evidence bundles: requirements, checks and
//! the judges of apps and of レセコン. Reports are left out: how a verdict is told does not change it.
#![expect(
    clippy::disallowed_methods,
    reason = "a build script reads what it describes"
)]

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

fn main() {
    let mut files = Vec::new();
    for folder in ["requirements", "src", "transcription/src"] {
        println!("cargo::rerun-if-changed={folder}");
        collect(Path::new(folder), &mut files);
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
    let hex: String = digest
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    println!("cargo::rustc-env=MADOGUCHI_JUDGING_SOURCES={hex}");
}

/// The files below `folder`, without the reports.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let entries =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for entry in entries {
        let path = entry.unwrap_or_else(|error| panic!("{error}")).path();
        if path.ends_with("src/report") || path.ends_with("src/report.rs") {
            continue;
        }
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push(path);
        }
    }
}
