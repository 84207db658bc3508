//! schemathesis draws requests from the contract that the service publishes: no reply is a failure
//! that no scenario ordered, and every reply is one that the contract has.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use madoguchi_peers::{Counter, Outcome, have, made_once, run_within, skip, source};

const VERSION: &str = "4.32.5";

/// How long a package registry may take.
const INSTALLATION: Duration = Duration::from_secs(300);

/// How long a run may take; one takes half a minute on a busy machine.
const RUN: Duration = Duration::from_secs(240);

/// A Python that has schemathesis, in an environment of its own that is kept between runs.
fn python() -> Result<PathBuf, String> {
    let name = format!("schemathesis-{VERSION}");
    let folder = made_once(&name, |folder| {
        let environment = folder.join("venv");
        step(
            Command::new("python3")
                .args(["-m", "venv"])
                .arg(&environment),
        )?;
        step(
            Command::new(environment.join("bin/python"))
                .args(["-m", "pip", "install", "--quiet"])
                .arg(format!("schemathesis=={VERSION}")),
        )
    })?;
    Ok(folder.join("venv/bin/python"))
}

fn step(command: &mut Command) -> Result<(), String> {
    let outcome = run_within(INSTALLATION, command);
    match outcome.code {
        Some(0) => Ok(()),
        _ => Err(format!(
            "{command:?}: {}",
            outcome.stderr.lines().last().unwrap_or("it failed")
        )),
    }
}

/// A run with so many examples for each operation of a profile, in a world with these faults;
/// nothing where there is no schemathesis.
fn fuzzed(test: &str, profile: &str, examples: u32, faults: &str) -> Option<Outcome> {
    if !have("python3", test) {
        return None;
    }
    let python = match python() {
        Ok(python) => python,
        Err(why) => {
            skip(test, &why);
            return None;
        }
    };
    let folder = tempfile::tempdir().unwrap();
    let scenario = scenario(folder.path(), faults);
    let counter = Counter::open(&["--scenario", &scenario, "--profile", profile]);
    let mut command = counter.client(python.to_str().unwrap());
    command
        .arg(source("tests/scripts/fuzz.py"))
        .arg(examples.to_string());
    Some(run_within(RUN, &mut command))
}

fn scenario(folder: &Path, faults: &str) -> String {
    let path = folder.join("fuzzing.yaml");
    let scenario = format!(
        "purpose: {{ ja: 試験, en: Test }}\nrequirements: [result.needs-answer]\n\
         given: {{ persona: shiken-taro, terminal: activated, service: {{ faults: [{faults}] }} }}\n\
         when: [login, close]\n"
    );
    fs::write(&path, scenario).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn the_service_keeps_to_its_contract_whatever_it_is_asked() {
    let test = "the_service_keeps_to_its_contract_whatever_it_is_asked";
    let Some(outcome) = fuzzed(test, "mock-2025.05", 40, "") else {
        return;
    };
    assert_sound(&outcome);
    assert!(
        outcome.stdout.contains("19 selected / 19 total"),
        "{}",
        outcome.stdout
    );
}

#[test]
fn so_does_the_service_of_an_earlier_year() {
    let test = "so_does_the_service_of_an_earlier_year";
    if let Some(outcome) = fuzzed(test, "mock-2024.04", 5, "") {
        assert_sound(&outcome);
    }
}

#[track_caller]
fn assert_sound(outcome: &Outcome) {
    let said = &outcome.stdout;
    assert_eq!(outcome.code, Some(0), "{said}");
    assert!(said.contains("No issues found"), "{said}");
    assert!(said.contains("afterwards: logged in"), "{said}");
}

#[test]
fn a_failure_that_was_ordered_is_found() {
    let test = "a_failure_that_was_ordered_is_found";
    let ordered = "{ server-error: { operation: challenge, status: 500, times: 1000 } }";
    let Some(outcome) = fuzzed(test, "mock-2025.05", 1, ordered) else {
        return;
    };
    assert_eq!(outcome.code, Some(1), "{}", outcome.stdout);
    assert!(
        outcome.stdout.contains("Server error"),
        "{}",
        outcome.stdout
    );
}
