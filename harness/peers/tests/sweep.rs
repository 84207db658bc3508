//! One fault at every exchange, with the reference client and its defects.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::collections::BTreeSet;
use std::fs;

use madoguchi_peers::{Outcome, madoguchi, read, reference_client};
use serde_json::Value;

/// What is told, and the JSON.
fn sweep(defect: Option<&str>, more: &[&str]) -> (Outcome, Value, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let [out, json] = ["out", "swept.json"].map(|name| folder.path().join(name));
    let [out, json] = [&out, &json].map(|path| path.to_string_lossy().into_owned());
    let client = reference_client(defect);
    let args = [
        "sweep", "--client", &client, "--out", &out, "--json", &json, "--lang", "en",
    ];
    let told = madoguchi(args.iter().chain(more));
    let swept = serde_json::from_str(&read(&json)).unwrap();
    (told, swept, folder)
}

fn names(found: &Value) -> BTreeSet<&str> {
    let broken = found["broken"].as_array().unwrap().iter();
    broken.map(|one| one["what"].as_str().unwrap()).collect()
}

#[test]
fn a_correct_client_comes_through_cells_of_every_flow() {
    let (told, swept, _folder) = sweep(None, &["--cells", "150"]);
    assert_eq!(told.code, Some(0), "{}\n{swept:#}", told.stdout);
    assert_eq!(swept["played"], 150, "{swept:#}");
    assert_eq!(swept["whole"], false);
    assert_eq!(swept["flows"].as_array().unwrap().len(), 8, "{swept:#}");
    assert!(swept["cells"].as_u64().unwrap() > 5_000, "{swept:#}");
    assert!(
        told.stdout.contains("In the 150 cells that were played"),
        "{}",
        told.stdout
    );
}

#[test]
fn everything_that_was_to_be_explored_is_a_proof() {
    let (told, swept, _folder) = sweep(None, &["institution/by-number"]);
    assert_eq!(told.code, Some(0), "{}\n{swept:#}", told.stdout);
    assert_eq!(swept["whole"], true, "{swept:#}");
    assert_eq!(swept["played"], swept["cells"]);
    assert!(
        told.stdout.contains("No single fault among 19 kinds"),
        "{}",
        told.stdout
    );
}

#[test]
fn pairs_follow_the_single_faults_and_need_a_bound() {
    let (told, swept, _folder) = sweep(
        None,
        &["institution/by-number", "--depth", "2", "--cells", "110"],
    );
    assert_eq!(told.code, Some(0), "{}\n{swept:#}", told.stdout);
    let singles = swept["played"].as_u64().unwrap();
    assert_eq!(swept["pairs"].as_u64().unwrap(), 110 - singles, "{swept:#}");
    let unbound = madoguchi(["sweep", "--client", "true", "--depth", "2"]);
    assert_eq!(unbound.code, Some(2), "{}", unbound.stderr);
}

/// What a defect makes of a flow, in cells that `madoguchi run` plays with the same end.
fn caught(defect: &str, flow: &str, what: &str) {
    let (told, swept, folder) = sweep(Some(defect), &[flow, "--first"]);
    assert_eq!(told.code, Some(1), "{defect}\n{}\n{swept:#}", told.stdout);
    let found = &swept["found"][0];
    assert!(names(found).contains(what), "{defect}\n{swept:#}");
    let file = found["file"].as_str().unwrap();
    madoguchi(["scenario", "check", file]).expect_success();
    let out = folder.path().join("again").to_string_lossy().into_owned();
    let play = |defect: Option<&str>| {
        let client = reference_client(defect);
        let told = madoguchi(["run", file, "--client", &client, "--out", &out]);
        let _ = fs::remove_dir_all(&out);
        told
    };
    assert_eq!(play(Some(defect)).code, Some(1), "{defect}: {file}");
    play(None).expect_success();
}

#[test]
fn a_pin_that_is_presented_without_an_entry_is_found() {
    caught("presents-lost-pin", "happy/pin", "attempt");
}

#[test]
fn a_client_that_ends_when_its_reader_is_unplugged_is_found() {
    caught("ends-on-unplugging", "happy/visual", "ends");
}

#[test]
fn a_client_that_never_finds_the_service_again_is_found() {
    caught("keeps-context", "happy/visual", "afterwards");
}

#[test]
fn what_is_wrong_without_a_fault_is_told_once() {
    let (told, swept, _folder) = sweep(Some("verifies-twice"), &["happy/pin", "--cells", "4"]);
    assert_eq!(told.code, Some(1), "{}\n{swept:#}", told.stdout);
    let without = swept["flows"][0]["without-fault"].as_array().unwrap();
    assert_eq!(without[0]["what"], "attempt", "{swept:#}");
    assert_eq!(swept["found"].as_array().unwrap().len(), 0, "{swept:#}");
}
