//! The rows of the public documents against the sources: the tests that they name exist, and the
//! table for readers is the one that they make.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test of the sources themselves may read them, and fail loudly"
)]

use std::collections::BTreeMap;
use std::path::Path;

use madoguchi_requirements::{as_reviewed, builtin, failures, failures_markdown, places, rows};

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// All sources below a folder, in one text.
fn sources(folder: &Path) -> String {
    let mut text = String::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() && entry.file_name() != "target" {
            text += &sources(&path);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text += &std::fs::read_to_string(&path).unwrap();
        }
    }
    text
}

#[test]
fn every_test_that_a_row_names_exists() {
    let mut read: BTreeMap<&str, String> = BTreeMap::new();
    let mut missing = Vec::new();
    let of_rows = rows()
        .iter()
        .flat_map(|(_, rows)| rows)
        .map(|row| (&row.id, &row.tests));
    let of_failures = failures().iter().map(|row| (&row.id, &row.tests));
    for (id, tests) in of_rows.chain(of_failures) {
        for test in tests {
            let (folder, name) = test.split_once("::").unwrap();
            let text = read
                .entry(folder)
                .or_insert_with(|| sources(&root().join(folder)));
            if !text.contains(&format!("#[test]\nfn {name}()"))
                && !text.contains(&format!("#[test]\n    fn {name}()"))
            {
                missing.push(format!("{id}: {test}"));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn the_published_table_is_current() {
    let published =
        std::fs::read_to_string(root().join("conformance/requirements/rows.md")).unwrap();
    assert!(
        published == madoguchi_requirements::markdown(builtin()),
        "conformance/requirements/rows.md is old; write it anew: \
         cargo run -p madoguchi-requirements --example rows > conformance/requirements/rows.md"
    );
}

#[test]
fn the_published_table_of_failures_is_current() {
    let published =
        std::fs::read_to_string(root().join("conformance/requirements/failures.md")).unwrap();
    assert!(
        published == failures_markdown(),
        "conformance/requirements/failures.md is old; write it anew: \
         cargo run -p madoguchi-requirements --example rows failures > conformance/requirements/failures.md"
    );
}

#[test]
fn whatever_rests_on_a_changed_source_was_reviewed() {
    let file = root().join("conformance/requirements/reviewed.json");
    let places = places(builtin());
    let reviewed = as_reviewed(&places);
    if std::env::var_os("MADOGUCHI_REVIEWED").is_some() {
        std::fs::write(&file, &reviewed).unwrap();
        return;
    }
    let due: Vec<String> = places
        .iter()
        .filter(|place| place.is_due)
        .map(|place| format!("{place:#?}"))
        .collect();
    assert!(
        due.is_empty(),
        "these places changed: review what rests on them, then MADOGUCHI_REVIEWED=1 \
         cargo nextest run --workspace -E 'test(whatever_rests_on)'\n{}",
        due.join("\n")
    );
    let kept = std::fs::read_to_string(&file).unwrap();
    assert!(
        kept == reviewed,
        "{} names places that are gone",
        file.display()
    );
}

#[test]
fn every_scenario_for_a_consumer_that_a_failure_names_exists() {
    let missing: Vec<String> = failures()
        .iter()
        .flat_map(|row| &row.consumer)
        .map(|id| format!("scenarios/consumer/{id}.yaml"))
        .filter(|file| !root().join(file).is_file())
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}
