//! The catalogue against the reference client: real libpcsclite, real TLS, real processes.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use madoguchi_peers::{
    Outcome, defects, earlier_score, failed, madoguchi, read, reference_client, requirements,
    verdict,
};

fn catalogue(out: &Path, args: &[&str], defect: Option<&str>) -> Outcome {
    let client = reference_client(defect);
    let out = out.display().to_string();
    let mut all = vec!["run", "--client", &client, "--out", &out, "--jobs", "2"];
    all.extend(args);
    madoguchi(all)
}

fn scenarios() -> BTreeSet<String> {
    let listed = madoguchi(["list", "scenarios"]);
    assert_eq!(listed.code, Some(0), "{listed:?}");
    let ids = listed
        .stdout
        .lines()
        .filter_map(|line| line.split_whitespace().next());
    ids.filter(|id| id.contains('/'))
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_scenario_passes() {
    let folder = tempfile::tempdir().unwrap();
    let outcome = catalogue(folder.path(), &[], None);
    outcome.expect_success();
    for id in scenarios() {
        assert!(
            outcome.stdout.contains(&id),
            "{id} is not told:\n{}",
            outcome.stdout
        );
        assert!(
            folder.path().join(&id).join("verdict.json").is_file(),
            "{id}"
        );
        judged_again_gives_the_same_bytes(&folder.path().join(id));
    }
}

#[test]
fn every_scenario_passes_on_a_wire_with_other_names() {
    let folder = tempfile::tempdir().unwrap();
    let outcome = catalogue(folder.path(), &["--profile", "renamed-2025.05"], None);
    outcome.expect_success();
    let request = read(folder.path().join("happy/visual/trace.jsonl"));
    assert!(
        !request.contains("/limited/v1/"),
        "the other wire was spoken"
    );
}

#[test]
fn every_scenario_passes_on_a_service_of_another_year() {
    for (profile, not_offered) in [
        (
            "mock-2025.04",
            &[
                "assistance/notice",
                "terminal/admin",
                "terminal/function-off",
                "terminal/future",
                "terminal/locked",
                "terminal/new-account",
                "terminal/new-code",
                "terminal/off-pin",
                "terminal/revoked",
                "terminal/short-id",
                "terminal/used-code",
                "terminal/unwritable",
                "terminal/key-unwritable",
            ][..],
        ),
        (
            "mock-2024.04",
            &[
                "assistance/display",
                "assistance/unknown-birthday",
                "assistance/pin",
                "assistance/stopped",
                "assistance/begins",
                "assistance/beside",
                "assistance/no-ticket",
                "assistance/moved",
                "assistance/notice",
                "assistance/read-aloud",
                "registration/decline",
                "registration/full",
                "registration/jpki",
                "registration/lapsed",
                "registration/lost",
                "registration/no-pin",
                "registration/nobody",
                "registration/other-card",
                "registration/outage",
                "registration/refused",
                "registration/slow",
                "registration/torn",
                "history/browse",
                "history/by-day",
                "history/by-insurer",
                "history/morning",
                "history/nobody",
                "terminal/admin",
                "terminal/function-off",
                "terminal/future",
                "terminal/locked",
                "terminal/new-account",
                "terminal/new-code",
                "terminal/off-pin",
                "terminal/revoked",
                "terminal/short-id",
                "terminal/used-code",
                "terminal/unwritable",
                "terminal/key-unwritable",
            ],
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let outcome = catalogue(folder.path(), &["--profile", profile], None);
        outcome.expect_success();
        for id in scenarios() {
            let played = folder.path().join(&id).join("verdict.json").is_file();
            assert_ne!(played, not_offered.contains(&id.as_str()), "{profile} {id}");
            assert!(outcome.stdout.contains(&id), "{profile} {id} is not told");
        }
    }
}

#[test]
fn the_values_that_make_variants_fail_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let junit = folder.path().join("junit.xml").display().to_string();
    let pairwise = ["happy/visual", "--variants", "pairwise", "--strict"];
    let variants = [&pairwise[..], &["--junit", &junit]].concat();
    let outcome = catalogue(folder.path(), &variants, Some("expects-contactless"));
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    let told = "every variant with method=visual and reader=contact fails, no other";
    assert!(outcome.stdout.contains(told), "{}", outcome.stdout);
    let report = read(junit);
    let names: Vec<&str> = report
        .split("<testsuite name=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    let distinct: BTreeSet<_> = names.iter().collect();
    assert!(
        names.len() > 15 && distinct.len() == names.len(),
        "{names:?}"
    );
}

#[test]
fn one_variant_can_be_named_and_played_again() {
    let folder = tempfile::tempdir().unwrap();
    let named = "happy/visual@persona=shiken-hanako,reader=windows";
    let outcome = catalogue(folder.path(), &[named], None);
    outcome.expect_success();
    let trace = read(folder.path().join(named).join("canonical.jsonl"));
    assert!(trace.contains("shiken-hanako"), "{trace}");
    let unknown = catalogue(folder.path(), &["happy/visual@reader=linux"], None);
    assert_eq!(unknown.code, Some(2), "{unknown:?}");
    assert!(
        unknown.stderr.contains("happy/visual@reader="),
        "{unknown:?}"
    );
}

#[test]
fn what_does_not_fit_into_the_budget_is_told_as_untested() {
    let folder = tempfile::tempdir().unwrap();
    let record = folder.path().join("record.csv").display().to_string();
    let budget = [
        "--budget",
        "1",
        "--variants",
        "pairwise",
        "--test-record",
        &record,
    ];
    let outcome = catalogue(folder.path(), &budget, None);
    outcome.expect_success();
    assert!(
        outcome.stdout.contains("they did not fit into --budget 1"),
        "{}",
        outcome.stdout
    );
    assert!(read(record).contains("the 1 s of --budget had passed"));
}

#[test]
fn a_statement_selects_and_what_it_leaves_out_is_looked_at() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (statement, record, bundle) = (path("s.yaml"), path("record.html"), path("e.zip"));
    let claims = "statement: 1\nproduct: { name: 試験, version: '1' }\nplatform: windows\nmethods: [visual]\n";
    std::fs::write(&statement, claims).unwrap();
    let options = [
        "happy/visual",
        "happy/pin",
        "pin/lockout",
        "pin/slow",
        "reader/contact",
        "--statement",
        &statement,
        "--test-record",
        &record,
        "--evidence",
        &bundle,
    ];
    let outcome = catalogue(&folder.path().join("out"), &options, None);
    outcome.expect_success();
    let told = &outcome.stdout;
    assert!(
        told.contains("✔ happy/visual") && !told.contains("✔ happy/pin"),
        "{told}"
    );
    assert!(
        told.contains("probe method pin: not claimed, but it works"),
        "{told}"
    );
    assert!(
        told.contains("untested 3: the vendor's statement"),
        "{told}"
    );
    let record = read(record);
    let why = "statement does not claim method pin";
    assert!(
        record.contains(why) && record.contains("not claimed, but it works"),
        "{record}"
    );
    madoguchi(["verify", &bundle]).expect_success();
    let sealed = std::fs::read(&bundle).unwrap();
    let name = b"statement.yaml";
    assert!(sealed.windows(name.len()).any(|bytes| bytes == name));
}

#[test]
fn a_case_that_the_service_has_no_function_for_is_not_run() {
    let folder = tempfile::tempdir().unwrap();
    let only = ["registration/full", "--profile", "mock-2024.04"];
    let outcome = catalogue(folder.path(), &only, None);
    assert_eq!(outcome.code, Some(2), "{outcome:?}");
    assert!(outcome.stderr.contains("--profile"), "{outcome:?}");
}

#[test]
fn equal_seeds_give_equal_canonical_traces() {
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for folder in [&first, &second] {
        let outcome = catalogue(folder.path(), &["--seed", "7"], None);
        outcome.expect_success();
    }
    for id in scenarios() {
        let canonical = |folder: &Path| read(folder.join(&id).join("canonical.jsonl"));
        assert_eq!(canonical(first.path()), canonical(second.path()), "{id}");
    }
}

/// A requirement that no defect breaks may be one that no client can fail; a defect of no requirement
/// would be caught by nothing.
#[test]
fn every_requirement_on_an_app_has_a_defect_that_breaks_it() {
    let broken: BTreeSet<String> = defects().into_iter().map(|(_, broken)| broken).collect();
    let of_consumers = |id: &String| id.starts_with("transcription.");
    let (_, of_apps): (BTreeSet<_>, BTreeSet<_>) =
        requirements().into_iter().partition(of_consumers);
    let without: Vec<_> = of_apps.difference(&broken).collect();
    let unknown: Vec<_> = broken.difference(&of_apps).collect();
    assert!(without.is_empty(), "without a defect: {without:?}");
    assert!(unknown.is_empty(), "no requirements on an app: {unknown:?}");
}

/// Every defect ends in 1 in the case that is known to catch it, and the only failed requirement is
/// the one that it breaks.
#[test]
fn every_defect_is_caught_for_its_reason() {
    let score = earlier_score();
    let defects = score["mutants"].as_array().unwrap();
    // What is waited for on purpose, others wait for at the same time.
    let (next, wrong) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(mutant) = defects.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let [defect, requirement, by] = [
                        &mutant["name"],
                        &mutant["requirement"],
                        &mutant["fate"]["caught"]["by"],
                    ]
                    .map(|said| said.as_str().unwrap());
                    let mistake = not_caught(defect, requirement, by);
                    wrong.lock().unwrap().extend(mistake);
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is said of a defect that the case which caught it earlier does not catch, or that fails
/// something else than its requirement there or in a check in which nothing goes wrong. What it does in
/// the other cases stands in the earlier score.
fn not_caught(defect: &str, requirement: &str, by: &str) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let outcome = catalogue(folder.path(), &[by, "happy/", "--strict"], Some(defect));
    let mut failed = BTreeSet::new();
    for (case, requirements) in failures(folder.path()) {
        failed.extend(requirements);
        judged_again_gives_the_same_bytes(&case);
    }
    let is_caught = outcome.code == Some(1) && failed == BTreeSet::from([requirement.to_owned()]);
    (!is_caught).then(|| {
        let code = outcome.code;
        format!("{defect}: exit {code:?}, failed {failed:?}, not {requirement}")
    })
}

#[test]
fn mutants_tells_by_which_case_a_defect_is_caught() {
    let folder = tempfile::tempdir().unwrap();
    let json = folder.path().join("score.json");
    let tried = |names: &[&str]| {
        let mut arguments = vec!["--lang", "en", "mutants", "--json", json.to_str().unwrap()];
        arguments.extend(["--out", folder.path().to_str().unwrap()]);
        arguments.extend(names);
        madoguchi(arguments)
    };
    let caught = tried(&["verifies-twice", "drops-leading-zeros"]);
    caught.expect_success();
    assert!(
        caught.stdout.contains("2 of 2 defects caught"),
        "{caught:?}"
    );
    let score: serde_json::Value = serde_json::from_str(&read(&json)).unwrap();
    assert_eq!(score["mutants"][0]["fate"]["caught"]["by"], "happy/pin");
    assert_eq!(
        score["mutants"][0]["fate"]["caught"]["failed-in"],
        serde_json::Value::Null
    );
    let earlier = folder.path().join("earlier.json");
    let another = read(&json).replace("happy/pin", "pin/one-wrong");
    std::fs::write(&earlier, another).unwrap();
    let earlier = earlier.display().to_string();
    tried(&["verifies-twice", "--earlier", &earlier]).expect_success();
    let score: serde_json::Value = serde_json::from_str(&read(&json)).unwrap();
    assert_eq!(score["mutants"][0]["fate"]["caught"]["by"], "pin/one-wrong");
    let broken = tried(&["verifies-twice", "--earlier", "/dev/null"]);
    assert_eq!(broken.code, Some(2), "{broken:?}");
    assert!(broken.stderr.contains("line 1"), "{broken:?}");
    let unknown = tried(&["drops-leading-zero"]);
    assert_eq!(unknown.code, Some(2), "{unknown:?}");
    assert!(
        unknown.stderr.contains("drops-leading-zeros"),
        "{unknown:?}"
    );
}

#[test]
fn what_one_case_alone_finds_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let json = folder.path().join("score.json").display().to_string();
    let out = folder.path().display().to_string();
    let every = ["--lang", "en", "mutants", "--every-case", "--out", &out];
    let named = ["ignores-media-type", "--json", &json];
    let told = madoguchi(every.into_iter().chain(named));
    told.expect_success();
    assert!(told.stdout.contains("web/media-type alone"), "{told:?}");
    assert!(told.stdout.contains("1 of "), "{told:?}");
    let score: serde_json::Value = serde_json::from_str(&read(&json)).unwrap();
    assert_eq!(score["mutants"][0]["fate"]["caught"]["failed-in"], 1);
}

/// The folders of the cases in which something failed, and what did.
fn failures(out: &Path) -> Vec<(PathBuf, BTreeSet<String>)> {
    let mut failures = Vec::new();
    for id in scenarios() {
        let case = out.join(&id);
        if !case.join("verdict.json").is_file() {
            continue;
        }
        let verdict = verdict(out, &id);
        let broken: BTreeSet<String> = failed(&verdict).into_iter().map(str::to_owned).collect();
        if !broken.is_empty() {
            failures.push((case, broken));
        }
    }
    failures
}

fn judged_again_gives_the_same_bytes(case: &Path) {
    let again = case.join("again.json");
    let trace = case.join("trace.jsonl");
    let judged = madoguchi([
        "judge".as_ref(),
        trace.as_os_str(),
        "--out".as_ref(),
        again.as_os_str(),
    ]);
    assert!(matches!(judged.code, Some(0 | 1)), "{case:?}: {judged:?}");
    assert_eq!(read(&again), read(case.join("verdict.json")), "{case:?}");
}
