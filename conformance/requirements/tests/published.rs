//! What every crate needs before it can be published by itself: it includes nothing from outside its
//! folder, and what it depends on has a version beside its path.

use std::path::{Component, Path, PathBuf};

#[test]
fn no_crate_includes_a_file_from_outside_its_folder() {
    let mut crates = Vec::new();
    let mut sources = Vec::new();
    walk(&root(), &mut crates, &mut sources);
    let mut outside = Vec::new();
    for source in &sources {
        let owner = crates.iter().filter(|folder| source.starts_with(folder));
        let owner = owner.max_by_key(|folder| folder.components().count());
        for included in included(&read(source)) {
            let file = plain(
                &source
                    .parent()
                    .expect("a file lies in a folder")
                    .join(&included),
            );
            if !owner.is_some_and(|owner| file.starts_with(owner)) {
                outside.push(format!("{}: {included}", source.display()));
            }
        }
    }
    assert!(sources.len() > 100, "only {} sources", sources.len());
    assert!(outside.is_empty(), "{}", outside.join("\n"));
}

#[test]
fn every_crate_of_ours_is_depended_on_by_version_and_path() {
    let manifest = read(&root().join("Cargo.toml"));
    let ours = manifest.lines().filter(|line| line.contains("path = \""));
    let without: Vec<&str> = ours.filter(|line| !line.contains("version = ")).collect();
    assert!(without.is_empty(), "{}", without.join("\n"));
}

/// The paths that a source includes, as far as they are written out.
fn included(text: &str) -> Vec<String> {
    let macros = ["include_str!(", "include_bytes!(", "include!("];
    let mut found = Vec::new();
    for name in macros {
        for (_, rest) in text.match_indices(name).map(|(at, _)| text.split_at(at)) {
            let rest = rest[name.len()..].trim_start();
            let rest = rest.strip_prefix("concat!(").unwrap_or(rest).trim_start();
            if let Some((path, _)) = rest.strip_prefix('"').and_then(|rest| rest.split_once('"')) {
                found.push(path.to_owned());
            }
        }
    }
    found
}

/// A path without `..`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    plain
}

/// Every crate's folder and every source below `folder`.
fn walk(folder: &Path, crates: &mut Vec<PathBuf>, sources: &mut Vec<PathBuf>) {
    for entry in entries(folder) {
        let name = entry
            .file_name()
            .expect("it has a name")
            .to_string_lossy()
            .into_owned();
        if entry.is_dir() {
            if !name.starts_with('.') && name != "target" && name != "node_modules" {
                walk(&entry, crates, sources);
            }
        } else if name == "Cargo.toml" {
            crates.push(folder.to_owned());
        } else if name.ends_with(".rs") {
            sources.push(entry);
        }
    }
}

fn root() -> PathBuf {
    plain(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
}

#[expect(
    clippy::disallowed_methods,
    reason = "looks at the sources of the workspace"
)]
fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the folder is there");
    entries
        .map(|entry| entry.expect("it can be read").path())
        .collect()
}

#[expect(
    clippy::disallowed_methods,
    reason = "looks at the sources of the workspace"
)]
fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
