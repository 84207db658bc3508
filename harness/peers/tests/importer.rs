//! The sample importer, in Python, as the レセコン under test: every scenario passes with it as it
//! stands, and each of its defects breaks exactly the scenarios that name it.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use madoguchi_notation::load;
use madoguchi_peers::{Outcome, failed, have, madoguchi, read, requirements, run, source, verdict};
use serde_json::Value as Json;

const IMPORTER: &str = "../clients/importer/importer.py";
const MAPPING: &str = "../clients/importer/mapping.yaml";

/// Debian's Python, where it is: a shim before another one takes longer than the importer.
fn python() -> &'static str {
    let debian = "/usr/bin/python3";
    if Path::new(debian).is_file() {
        debian
    } else {
        "python3"
    }
}

fn play(defect: Option<&str>, out: &Path, args: &[&str]) -> Outcome {
    let mut client = format!("{} '{}'", python(), source(IMPORTER).display());
    if let Some(defect) = defect {
        client += &format!(" --defect {defect}");
    }
    let mapping = source(MAPPING).display().to_string();
    let out = out.display().to_string();
    let mut all = vec!["run", "--role", "consumer", "--client", &client];
    all.extend(["--mapping", &mapping, "--out", &out]);
    all.extend(args);
    madoguchi(all)
}

/// Scenarios by id, as data.
fn scenarios() -> BTreeMap<String, Json> {
    let folder = source("../../scenarios/consumer");
    let mut scenarios = BTreeMap::new();
    for topic in fs::read_dir(folder).unwrap() {
        let topic = topic.unwrap().path();
        for file in fs::read_dir(&topic).unwrap() {
            let file = file.unwrap().path();
            let name = |path: &Path| path.file_stem().unwrap().to_string_lossy().into_owned();
            let id = format!("{}/{}", name(&topic), name(&file));
            scenarios.insert(id.clone(), load(&id, &read(&file)).unwrap());
        }
    }
    scenarios
}

fn words(scenario: &Json, key: &str) -> BTreeSet<String> {
    let list = scenario[key].as_array().into_iter().flatten();
    list.map(|word| word.as_str().unwrap().to_owned()).collect()
}

/// The failed requirements of each case that failed.
fn all_failed(out: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let of_case = |id: String| {
        let broken = failed(&verdict(out, &id))
            .into_iter()
            .map(str::to_owned)
            .collect();
        (id, broken)
    };
    let cases = scenarios().into_keys().map(of_case);
    cases
        .filter(|(_, broken): &(_, BTreeSet<String>)| !broken.is_empty())
        .collect()
}

#[test]
fn every_scenario_passes_with_the_importer_as_it_stands() {
    if !have(
        "python3",
        "every_scenario_passes_with_the_importer_as_it_stands",
    ) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let outcome = play(None, folder.path(), &[]);
    outcome.expect_success();
    assert_eq!(all_failed(folder.path()), BTreeMap::new());
    for id in scenarios().into_keys() {
        assert!(
            outcome.stdout.contains(&id),
            "{id} is not built in:\n{}",
            outcome.stdout
        );
        let records = read(folder.path().join(&id).join("records.txt"));
        assert!(
            !records.is_empty() && !records.contains('≠'),
            "{id}: {records}"
        );
    }
}

#[test]
fn a_bundle_of_records_is_judged_again_and_a_changed_record_is_noticed() {
    let test = "a_bundle_of_records_is_judged_again_and_a_changed_record_is_noticed";
    if !have("python3", test) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let bundle = folder.path().join("evidence.zip");
    let name = bundle.display().to_string();
    let out = folder.path().join("out");
    let args = ["characters/", "claims/", "bulk/mixed", "--persons", "5"];
    let args = [&args[..], &["--evidence", &name, "--nonce", "mine"]].concat();
    play(Some("question-marks"), &out, &args);
    fs::remove_dir_all(&out).unwrap();
    let verified = madoguchi(["verify", &name, "--nonce", "mine"]);
    assert_eq!(verified.code, Some(0), "{verified:#?}");
    assert!(verified.stdout.contains("judged again"), "{verified:#?}");
    assert_eq!(
        madoguchi(["verify", &name, "--nonce", "yours"]).code,
        Some(1)
    );
    let mut bytes = fs::read(&bundle).unwrap();
    // well within the first case, behind the entry's header
    bytes[400] ^= 1;
    fs::write(&bundle, bytes).unwrap();
    assert_eq!(madoguchi(["verify", &name]).code, Some(1));
}

/// Together they break every requirement on a レセコン: what no defect breaks may be what no レセコン can
/// fail.
#[test]
fn each_defect_breaks_exactly_the_scenarios_that_name_it() {
    if !have(
        "python3",
        "each_defect_breaks_exactly_the_scenarios_that_name_it",
    ) {
        return;
    }
    let scenarios = scenarios();
    let listed = run(std::process::Command::new(python())
        .arg(source(IMPORTER))
        .args(["--defect", "list"]));
    let defects: Vec<String> = listed
        .stdout
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .collect();
    assert!(defects.len() >= 10, "{listed:?}");
    let named: BTreeSet<String> = scenarios
        .values()
        .flat_map(|s| words(s, "broken-by"))
        .collect();
    assert_eq!(
        named,
        defects.iter().cloned().collect(),
        "a defect that nothing was written for"
    );

    let (next, broken) = (AtomicUsize::new(0), Mutex::new(BTreeSet::new()));
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(defect) = defects.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let by_it = breaks_what_names_it(defect, &scenarios);
                    broken.lock().unwrap().extend(by_it);
                }
            });
        }
    });
    let mut all = requirements();
    all.retain(|id| id.starts_with("transcription."));
    let broken = broken.into_inner().unwrap();
    let without: Vec<_> = all.difference(&broken).collect();
    assert!(without.is_empty(), "without a defect: {without:?}");
}

/// The requirements that it breaks in scenarios that were written for it and are meant to decide
/// them.
fn breaks_what_names_it(defect: &str, scenarios: &BTreeMap<String, Json>) -> BTreeSet<String> {
    let folder = tempfile::tempdir().unwrap();
    let outcome = play(Some(defect), folder.path(), &["--strict"]);
    assert_eq!(
        outcome.code,
        Some(1),
        "{defect}: {}\n{}",
        outcome.stdout,
        outcome.stderr
    );
    let failed = all_failed(folder.path());
    let names_it = |(_, scenario): &(&String, &Json)| {
        let mut all = words(scenario, "broken-by");
        all.extend(words(scenario, "also-broken-by"));
        all.contains(defect)
    };
    let expected: BTreeSet<&String> = scenarios
        .iter()
        .filter(names_it)
        .map(|(id, _)| id)
        .collect();
    assert_eq!(failed.keys().collect::<BTreeSet<_>>(), expected, "{defect}");
    // It was written for this defect: what fails is what it is meant to decide.
    let mut broken = BTreeSet::new();
    for (id, scenario) in scenarios {
        if words(scenario, "broken-by").contains(defect) {
            let meant = words(scenario, "requirements");
            let by_it: BTreeSet<String> = meant.intersection(&failed[id]).cloned().collect();
            assert!(!by_it.is_empty(), "{defect} in {id}: {:?}", failed[id]);
            broken.extend(by_it);
        }
    }
    broken
}

#[test]
fn the_report_lays_both_records_side_by_side_and_names_code_points() {
    if !have("python3", "the_report_lays_both_records_side_by_side") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let outcome = play(
        Some("question-marks"),
        folder.path(),
        &["characters/level-3", "--lang", "ja"],
    );
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    for part in [
        "届いた記録",
        "書き出された記録",
        "[U+9AD9 髙]橋",
        "[U+003F ?]橋",
        "文字の置き換え",
    ] {
        assert!(outcome.stdout.contains(part), "{part}:\n{}", outcome.stdout);
    }
}

#[test]
fn a_divided_run_finds_what_the_whole_one_does_and_what_failed_can_be_run_alone() {
    let name = "a_divided_run_finds_what_the_whole_one_does";
    if !have("python3", name) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let part = |shard: &str, report: &str| {
        let report = folder.path().join(report).display().to_string();
        let args = ["--shard", shard, "--jobs", "3", "--json", &report];
        let out = folder.path().join(shard.replace('/', "-"));
        let outcome = play(Some("question-marks"), &out, &args);
        assert!(outcome.code < Some(2), "{outcome:?}");
        report
    };
    let parts = [part("1/2", "a.json"), part("2/2", "b.json")];
    let whole = folder.path().join("whole.json").display().to_string();
    let merged = madoguchi(["merge", &parts[0], &parts[1], "--json", &whole]);
    assert_eq!(merged.code, Some(1), "{merged:?}");
    let report: Json = serde_json::from_str(&read(&whole)).unwrap();
    assert_eq!(report["cases"].as_array().unwrap().len(), scenarios().len());
    let out = folder.path().join("again");
    let again = play(Some("question-marks"), &out, &["--failed", &whole]);
    assert_eq!(again.code, Some(1), "{again:?}");
    assert!(again.stdout.contains("0 passed · 2 failed"), "{again:?}");
    let mended = play(None, &folder.path().join("mended"), &["--failed", &whole]);
    mended.expect_success();
    assert!(mended.stdout.contains("2 passed"), "{mended:?}");
}

#[test]
fn a_hundred_invented_persons_pass() {
    if !have("python3", "a_hundred_invented_persons_pass") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let outcome = play(
        None,
        folder.path(),
        &["characters/zeros", "--persons", "100"],
    );
    outcome.expect_success();
    assert!(outcome.stdout.contains("property/persons"), "{outcome:?}");
}

/// The file that is left shows the failure again, with a person from whom nothing more can be left
/// out.
#[test]
fn a_failure_among_many_persons_ends_with_the_smallest_one() {
    if !have(
        "python3",
        "a_failure_among_many_persons_ends_with_the_smallest_one",
    ) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let args = ["characters/kana", "--persons", "30", "--seed", "3"];
    let outcome = play(Some("splits-surrogates"), folder.path(), &args);
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    let smallest = folder.path().join("property/persons/smallest.yaml");
    let scenario: Json = load("smallest.yaml", &read(&smallest)).unwrap();
    let acts = scenario["when"].as_array().unwrap();
    assert_eq!(acts.len(), 1, "{scenario}");
    let with = &acts[0]["deliver"]["with"];
    let left: Vec<&str> = with
        .as_object()
        .unwrap()
        .values()
        .map(|value| value.as_str().unwrap())
        .filter(|value| value.chars().any(|c| u32::from(c) > 0xFFFF))
        .collect();
    assert!(matches!(left.as_slice(), ["𠮷" | "𩸽"]), "{with}");
    for blank in ["insured-card-symbol", "name-kana", "address", "post-number"] {
        assert_eq!(with[blank], "", "{with}");
    }
    let smallest = smallest.display().to_string();
    let again = play(
        Some("splits-surrogates"),
        &folder.path().join("again"),
        &[&smallest],
    );
    assert_eq!(again.code, Some(1), "{again:?}");
    let mended = play(None, &folder.path().join("mended"), &[&smallest]);
    assert_eq!(mended.code, Some(0), "{mended:?}");
}

#[test]
fn what_cannot_be_run_is_told_by_its_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out").display().to_string();
    let mapping = source(MAPPING).display().to_string();
    let common = [
        "run",
        "characters/zeros",
        "--role",
        "consumer",
        "--out",
        &out,
    ];
    let with = |args: &[&str]| madoguchi(common.iter().chain(args));
    let none = with(&["--client", "true"]);
    assert_eq!(none.code, Some(2), "{none:?}");
    assert!(none.stderr.contains("--mapping"), "{none:?}");
    let missing = with(&["--client", "no-such-program", "--mapping", &mapping]);
    assert_eq!(missing.code, Some(4), "{missing:?}");
    let wrong = folder.path().join("m.yaml");
    fs::write(
        &wrong,
        "mapping: 1\nrecords: { file: r, format: csv }\nfields: { nmae: a }\n",
    )
    .unwrap();
    let wrong = wrong.display().to_string();
    let unread = with(&["--client", "true", "--mapping", &wrong]);
    assert_eq!(unread.code, Some(3), "{unread:?}");
    // A program that ends at once has taken nothing over: that is a verdict.
    let idle = with(&["--client", "true", "--mapping", &mapping]);
    assert_eq!(idle.code, Some(1), "{idle:?}");
    assert!(
        idle.stdout.contains("transcription.record-arrives"),
        "{idle:?}"
    );
}
