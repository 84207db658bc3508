//! The requirements written anew as JSON, which a process reads in a tenth of the time, and the digest
//! of what is required.
#![expect(
    clippy::disallowed_methods,
    reason = "a build script reads what it describes"
)]

use std::path::{Path, PathBuf};
use std::{env, fs};

use serde_json::Value;

fn main() {
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo names a folder"));
    let mut own = vec![PathBuf::from("src")];
    let entries = fs::read_dir(".").unwrap_or_else(|error| panic!("{error}"));
    for entry in entries {
        let file = entry.unwrap_or_else(|error| panic!("{error}")).file_name();
        let file = PathBuf::from(file);
        if is_catalogue(&file) {
            fs::write(out.join(&file).with_extension("json"), json(&file))
                .unwrap_or_else(|error| panic!("{}: {error}", out.display()));
            own.push(file);
        }
    }
    madoguchi_digest::tell(&own);
}

/// Whether this is a text of requirements; what was seen in the field is a table for readers.
fn is_catalogue(file: &Path) -> bool {
    let is_yaml = file
        .extension()
        .is_some_and(|extension| extension == "yaml");
    is_yaml && !file.ends_with("failures.yaml")
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
