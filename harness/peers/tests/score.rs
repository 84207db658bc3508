//! The score of the suite, as the reports tell it, against what there is to be scored.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use madoguchi_peers::{defects, earlier_score, program, read, run, source};
use madoguchi_requirements::failures;
use madoguchi_scenarios::Catalogue;
use serde_json::Value;

fn told() -> Value {
    serde_json::from_str(&read(source("../../conformance/report/src/tested.json"))).unwrap()
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
    let defects = defects().len();
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

#[test]
fn every_defect_is_in_the_earlier_score_with_what_it_breaks() {
    let score = earlier_score();
    let written = score["mutants"].as_array().unwrap().iter();
    let written: Vec<_> = written
        .map(|mutant| ["name", "requirement"].map(|key| mutant[key].as_str().unwrap().to_owned()))
        .map(|[name, requirement]| (name, requirement))
        .collect();
    assert_eq!(written, defects(), "{HOW}");
}

/// What a defect breaks beside its requirement in some case of the catalogue; every other breaks one
/// requirement alone, wherever it shows.
const BESIDES: &[(&str, &[&str])] = &[
    ("sends-stored-certificate", &["registration.recheck-after"]),
    (
        "holds-card-while-typing",
        &["card.released", "credential.attempts-shown"],
    ),
    ("omits-terminal-certificate", &["consent.no-card-later"]),
    ("asks-unasked", &["result.delivered-fields-shown"]),
    ("remembers-validity", &["result.delivered-fields-shown"]),
    (
        "never-awaits-again",
        &[
            "credential.one-verify-per-entry",
            "reader.survives-restart",
            "result.delivered-fields-shown",
            "result.lapsed-is-not-valid",
        ],
    ),
    (
        "ignores-card-in-silence",
        &[
            "credential.attempts-shown",
            "reader.survives-restart",
            "result.delivered-fields-shown",
            "result.lapsed-is-not-valid",
        ],
    ),
];

#[test]
fn a_defect_breaks_one_requirement_in_all_cases_or_is_known_to_break_more() {
    let score = earlier_score();
    let caught = score["mutants"].as_array().unwrap().iter();
    let besides: BTreeMap<&str, Vec<&str>> = caught
        .filter_map(|mutant| {
            let others = mutant["fate"]["caught"]["besides"].as_array()?;
            let others = others.iter().map(|other| other.as_str().unwrap());
            Some((mutant["name"].as_str().unwrap(), others.collect()))
        })
        .collect();
    let known = BESIDES
        .iter()
        .map(|(name, others)| (*name, others.to_vec()));
    assert_eq!(besides, known.collect(), "{HOW}");
}

/// How the score that was kept is made again.
const HOW: &str = "cargo run --release -p madoguchi -- mutants --every-case \
                   --json harness/reference-client/caught.json";

/// Each scenario is the only case of a requirement, or of a failure seen in the field, or the only
/// one in which anything fails where the reference client is wrong in one way.
#[test]
fn every_scenario_shows_something_that_no_other_does() {
    let mut cases: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut ids = BTreeSet::new();
    for entry in Catalogue::builtin().entries() {
        let scenario = entry.read().unwrap();
        for requirement in &scenario.requirements {
            let case = cases.entry(requirement.to_string()).or_default();
            case.insert(scenario.id.clone());
        }
        ids.insert(scenario.id);
    }
    for row in failures() {
        cases.insert(row.id.clone(), row.scenarios.iter().cloned().collect());
    }
    let only: BTreeSet<&String> = cases
        .values()
        .filter(|ids| ids.len() == 1)
        .flatten()
        .collect();
    let score = earlier_score();
    let fates = score["mutants"].as_array().unwrap().iter();
    let alone: BTreeSet<String> = fates
        .map(|mutant| &mutant["fate"]["caught"])
        .filter(|caught| caught["failed-in"] == 1)
        .map(|caught| caught["by"].as_str().unwrap().to_owned())
        .collect();
    let without: Vec<_> = ids
        .iter()
        .filter(|id| !only.contains(id) && !alone.contains(*id))
        .collect();
    assert!(without.is_empty(), "{without:#?}");
}
