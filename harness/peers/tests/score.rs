//! The score of the suite, as the reports tell it, against what there is to be scored.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::process::Command;

use madoguchi_peers::{program, read, run, source};
use serde_json::Value;

fn told() -> Value {
    serde_json::from_str(&read(source("../../conformance/src/report/tested.json"))).unwrap()
}

/// Lines of `survivors.yaml` below this heading that name a mutant.
fn mutants_of(heading: &str) -> usize {
    let text = read(source("../reference-client/survivors.yaml"));
    let (_, part) = text.split_once(&format!("\n{heading}:\n")).unwrap();
    let lines = part.lines().take_while(|line| !is_heading(line));
    lines.filter(|line| line.starts_with("      - ")).count()
}

fn is_heading(line: &str) -> bool {
    line.ends_with(':') && line.starts_with(|c: char| c.is_ascii_lowercase())
}

#[test]
fn every_defect_with_a_name_is_in_the_score_and_caught() {
    let listed = run(Command::new(program("madoguchi-reference-client")).arg("--list-defects"));
    listed.expect_success();
    let defects = listed.stdout.lines().count();
    assert_eq!(told()["named"]["defects"], defects);
    assert_eq!(told()["named"]["caught"], defects);
}

#[test]
fn every_survivor_in_the_score_is_explained_and_no_other() {
    let source = &told()["source"];
    let told = ["explained", "noticed", "untried"].map(|name| source[name].as_u64().unwrap());
    let written = ["explained", "only-with-defects"].map(|name| mutants_of(name) as u64);
    let [explained, noticed, untried] = told;
    assert!(explained <= written[0] && noticed <= written[1]);
    // what was not tried is all that may be missing
    assert!(written[0] + written[1] <= explained + noticed + untried);
}

#[test]
fn the_score_is_of_the_scenarios_that_there_are() {
    let listed =
        run(Command::new(program("madoguchi")).args(["--lang", "en", "list", "scenarios"]));
    let ids = listed
        .stdout
        .lines()
        .filter_map(|line| line.split_whitespace().next());
    let scenarios = ids.filter(|id| id.contains('/')).count();
    assert_eq!(told()["scenarios"], scenarios);
}
