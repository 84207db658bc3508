//! From a log to a scenario that is played: `madoguchi import`, as its users call it.

use std::fs;
use std::path::Path;

use madoguchi_peers::{madoguchi, reference_client, source};

fn log(name: &str) -> String {
    let folder = source("../../conformance/incident/tests/data");
    folder.join(name).display().to_string()
}

fn import(args: &[&str], out: &Path) -> (Option<i32>, String) {
    let out = out.display().to_string();
    let mut all = vec!["import", "--lang", "en", "--out", &out];
    all.extend(args);
    let outcome = madoguchi(all);
    (outcome.code, outcome.stdout + &outcome.stderr)
}

fn files(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let names = entries.flatten().map(|entry| entry.file_name());
    let mut files: Vec<String> = names
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    files.sort();
    files
}

#[test]
fn a_log_becomes_a_scenario_that_a_right_client_passes() {
    for (name, code) in [
        ("spy-torn.log", 0),
        ("spy-pin.log", 0),
        ("spy-rival.log", 0),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let case = folder.path().join("case");
        let (ended, said) = import(&[&log(name)], &case);
        assert_eq!(ended, Some(code), "{name}: {said}");
        assert_eq!(
            files(&case),
            ["incident.json", "scenario.yaml", "trace.jsonl"]
        );
        let scenario = case.join("scenario.yaml").display().to_string();
        assert_eq!(madoguchi(["scenario", "check", &scenario]).code, Some(0));
        let client = reference_client(None);
        let out = folder.path().join("out").display().to_string();
        let played = madoguchi(["run", &scenario, "--client", &client, "--out", &out]);
        assert_eq!(played.code, Some(0), "{name}: {played:#?}");
        let judged = madoguchi(["judge", &case.display().to_string()]);
        assert_eq!(judged.code, Some(0), "{name}: {judged:#?}");
        let (again, said) = import(&[&log(name)], &case);
        assert_eq!(again, Some(2), "a file is written over: {said}");
    }
}

#[test]
fn what_is_not_explained_is_told_by_the_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    let (code, said) = import(&[&log("pcscd-torn.log")], &folder.path().join("case"));
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("succeeded without a byte"), "{said}");
}

#[test]
fn what_may_be_sent_is_told_before_anything_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let case = folder.path().join("case");
    let (code, said) = import(&["--dry-run", &log("spy-pin.log")], &case);
    assert_eq!((code, files(&case)), (Some(0), Vec::new()), "{said}");
    assert!(
        said.contains("PINs and passwords that were presented"),
        "{said}"
    );
    let (code, said) = import(&["--redact-only", &log("spy-pin.log")], &case);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(files(&case), ["incident.json", "trace.jsonl"]);
    for file in files(&case) {
        let text = fs::read_to_string(case.join(file)).unwrap();
        // the PIN of the log, 9999, and what its certificates begin with
        for secret in ["39393939", "39 39 39 39", "3082"] {
            assert!(!text.contains(secret), "{secret}");
        }
    }
}

/// The card of these logs of pcscd is a script that answers READ BINARY whatever is selected: that is no
/// My Number card, and so it is told. Those of libpcscspy are of our own card.
#[test]
fn what_our_card_answers_otherwise_than_the_fields_is_told() {
    let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("{error}"));
    let ask = |name: &str, log: &str| -> serde_json::Value {
        let case = folder.path().join(name);
        let (_, said) = import(&[log], &case);
        let text = fs::read_to_string(case.join("incident.json"));
        let told = text.ok().and_then(|text| serde_json::from_str(&text).ok());
        let told: serde_json::Value = told.unwrap_or_else(|| panic!("{said}"));
        told["card"].clone()
    };
    for (name, alike) in [("spy-pin", 42), ("spy-torn", 19), ("spy-rival", 10)] {
        let card = ask(name, &log(&format!("{name}.log")));
        assert_eq!(card["alike"], alike, "{name}: {card:#}");
        assert_eq!(card["different"], serde_json::json!([]), "{name}: {card:#}");
    }
    let card = ask("script", &log("pcscd-none.log"));
    assert_eq!(card["different"][0]["at"], "pcscd 118", "{card:#}");
    assert_eq!(card["different"][0]["ours"]["sw"], "6981", "{card:#}");

    // a card in the field that has no 公的個人認証AP
    let text = fs::read_to_string(log("spy-pin.log")).unwrap_or_default();
    let changed = folder.path().join("changed.log");
    let other = text.replacen("@90 00 \n", "@6A 82 \n", 1);
    assert_ne!(other, text);
    fs::write(&changed, other).unwrap_or_else(|error| panic!("{error}"));
    let card = ask("changed", &changed.display().to_string());
    assert_eq!(card["different"][0]["field"]["sw"], "6A82", "{card:#}");
    assert_eq!(card["different"][0]["ours"]["sw"], "9000", "{card:#}");
}

#[test]
fn what_is_no_log_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("letter.txt");
    fs::write(&file, "Dear Sir,\nit does not work.\n").unwrap();
    let (code, said) = import(&[&file.display().to_string()], &folder.path().join("case"));
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("help: ") && !said.contains("Dear"), "{said}");
}
