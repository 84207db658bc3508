//! Digest of everything that a verdict follows from, for evidence bundles: requirements, checks and
//! the judges of apps and of レセコン. Reports are left out: how a verdict is told does not change it.
//!
//! The requirements are also written anew as JSON, which a process reads in a tenth of the time.
#![expect(
    clippy::disallowed_methods,
    reason = "a build script reads what it describes"
)]

use std::path::{Path, PathBuf};
use std::{env, fs};

use serde_json::Value;
use sha2::{Digest as _, Sha256};

fn main() {
    let mut files = Vec::new();
    for folder in ["requirements", "src", "transcription/src"] {
        println!("cargo::rerun-if-changed={folder}");
        collect(Path::new(folder), &mut files);
    }
    files.sort();
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo names a folder"));
    for file in files.iter().filter(|file| is_catalogue(file)) {
        let stem = file.file_stem().expect("a file has a name");
        fs::write(out.join(stem).with_extension("json"), json(file))
            .unwrap_or_else(|error| panic!("{}: {error}", out.display()));
    }
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

/// Whether this is a text of requirements; what was seen in the field is a table for readers.
fn is_catalogue(file: &Path) -> bool {
    file.parent() == Some(Path::new("requirements"))
        && !file.ends_with("failures.yaml")
        && file
            .extension()
            .is_some_and(|extension| extension == "yaml")
}

/// The same text as JSON. What must stand in it is said by the types that are read from it, and by the
/// tests that read the YAML.
fn json(file: &Path) -> String {
    let name = file.display();
    let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{name}: {error}"));
    let read: Value =
        serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
    if let Some(other) = no_text(&read) {
        panic!("{name}: `{other}` is no text for YAML; put it into quotation marks");
    }
    read.to_string()
}

/// The first scalar that YAML takes for something else than text.
fn no_text(value: &Value) -> Option<&Value> {
    match value {
        Value::String(_) => None,
        Value::Array(items) => items.iter().find_map(no_text),
        Value::Object(fields) => fields.values().find_map(no_text),
        other => Some(other),
    }
}
