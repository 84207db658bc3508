//! The one file: the reference client that `madoguchi` carries, alone on a machine; and its runs divided.

use std::fs;
use std::path::Path;
use std::process::Command;

use madoguchi_peers::{Outcome, madoguchi, program, read, run};

/// A command whose program lies alone in a folder, in an environment that names nothing.
fn alone(folder: &Path) -> Command {
    let file = folder.join("madoguchi");
    if !file.exists() && fs::hard_link(program("madoguchi"), &file).is_err() {
        fs::copy(program("madoguchi"), &file).expect("it can be copied");
    }
    let mut command = Command::new(file);
    command.env_clear().current_dir(folder);
    command
}

#[test]
fn the_whole_catalogue_passes_without_libpcsclite_and_without_anything_beside_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let outcome = run(alone(folder.path()).args(["demo", "--jobs", "2"]));
    outcome.expect_success();
    assert!(!outcome.stdout.contains('✘'), "{outcome:#?}");
    assert!(outcome.stdout.contains("madoguchi demo --defect"));
    // where no client is named it is this one
    let outcome = run(alone(folder.path()).args(["run", "happy/visual"]));
    outcome.expect_success();
}

/// Defects that are wrong in what they ask of PC/SC, of every call that this client makes.
const WRONG_WITH_PCSC: &[(&str, &str)] = &[
    ("keeps-context", "reader.survives-restart"),
    ("connects-exclusively", "reader.survives-rival"),
    ("keeps-card-connected", "card.released"),
    ("looks-for-reader-once", "reader.found-later"),
    ("wakes-sony-reader", "card.command-once"),
    ("never-lets-go-under-windows", "card.released"),
    ("expects-contactless", "reader.any-interface"),
];

#[test]
fn what_is_wrong_with_pcsc_is_caught_without_libpcsclite_too() {
    let folder = tempfile::tempdir().unwrap();
    for (defect, broken) in WRONG_WITH_PCSC {
        let outcome = run(alone(folder.path()).args([
            "demo", "reader/", "--strict", "card/", "--jobs", "2", "--defect", defect,
        ]));
        assert_eq!(outcome.code, Some(1), "{defect}: {outcome:#?}");
        assert!(outcome.stdout.contains(broken), "{defect}: {outcome:#?}");
    }
}

#[test]
fn other_manners_with_pcsc_pass_without_libpcsclite_too() {
    let folder = tempfile::tempdir().unwrap();
    for manner in [
        "polls-reader",
        "watches-for-readers",
        "checks-context",
        "exclusive-where-free",
        "wants-t1",
        "transaction-each",
        "resets-at-end",
        "asks-status",
        "asks-attributes",
        "asks-features",
    ] {
        let outcome = run(alone(folder.path()).args([
            "demo", "reader/", "happy/", "--jobs", "2", "--manner", manner,
        ]));
        assert_eq!(outcome.code, Some(0), "{manner}: {outcome:#?}");
    }
}

#[test]
fn what_a_shell_wants_is_printed_and_written() {
    let folder = tempfile::tempdir().unwrap();
    let completions = madoguchi(["completions", "bash"]);
    completions.expect_success();
    assert!(completions.stdout.contains("--verdicts-elsewhere"));
    let pages = folder.path().join("man");
    run(alone(folder.path()).args(["--lang", "ja", "man", "man"])).expect_success();
    assert!(read(pages.join("madoguchi.1")).contains("madoguchi"));
    assert!(read(pages.join("madoguchi-run.1")).contains("シナリオ"));
}

const CASES: [&str; 2] = ["happy/", "eligibility/"];
const PARTS: usize = 3;

/// A run of these cases with a client that is wrong, and its JSON report.
fn divided(folder: &Path, name: &str, part: Option<usize>) -> Outcome {
    let mut command = Command::new(program("madoguchi"));
    command.env("LC_ALL", "C.UTF-8").current_dir(folder);
    command.args(["demo", "--defect", "shows-lapsed-as-valid", "--json", name]);
    command.args(CASES);
    if let Some(part) = part {
        command.args(["--shard", "auto", "--verdicts-elsewhere"]);
        command.env("CI_NODE_INDEX", part.to_string());
        command.env("CI_NODE_TOTAL", PARTS.to_string());
    }
    run(&mut command)
}

#[test]
fn parts_that_an_engine_numbers_make_the_report_of_one_machine_byte_for_byte() {
    let folder = tempfile::tempdir().unwrap();
    let whole = divided(folder.path(), "whole.json", None);
    assert_eq!(whole.code, Some(1), "{whole:#?}");
    fs::create_dir(folder.path().join("parts")).unwrap();
    for part in (1..=PARTS).rev() {
        let outcome = divided(folder.path(), &format!("parts/{part}.json"), Some(part));
        outcome.expect_success();
        assert!(outcome.stdout.contains("GitLab"), "{outcome:#?}");
    }
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (parts, merged) = (path("parts"), path("merged.json"));
    let outcome = madoguchi(["merge", &parts, "--json", &merged]);
    assert_eq!(outcome.code, Some(1), "{outcome:#?}");
    assert_eq!(read(&merged), read(path("whole.json")));
    // with what is known the whole is as it should be
    let known = path("known.yaml");
    let entry =
        "- requirement: result.lapsed-is-not-valid\n  because: later\n  until: 2999-12-31\n";
    fs::write(&known, entry).unwrap();
    let junit = path("junit.xml");
    let outcome = madoguchi([
        "merge",
        &parts,
        "--junit",
        &junit,
        "--known-failures",
        &known,
    ]);
    outcome.expect_success();
    assert!(read(&junit).contains("2999-12-31") && read(&junit).contains("failures=\"0\""));
}

#[test]
fn a_part_without_cases_is_a_report_and_parts_of_another_run_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let part = |case: &str, shard: &str, name: &str| {
        let mut command = Command::new(program("madoguchi"));
        command.env("LC_ALL", "C.UTF-8").current_dir(folder.path());
        run(command.args(["demo", case, "--shard", shard, "--json", name]))
    };
    part("happy/visual", "1/2", "1.json").expect_success();
    part("happy/visual", "2/2", "2.json").expect_success();
    part("eligibility/expired", "2/2", "other.json").expect_success();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let merge = |second: &str| {
        madoguchi([
            "merge",
            &path("1.json"),
            &path(second),
            "--json",
            &path("all.json"),
        ])
    };
    merge("2.json").expect_success();
    assert!(read(path("all.json")).contains("happy/visual"));
    let refused = merge("other.json");
    assert_eq!(refused.code, Some(2), "{refused:#?}");
    assert!(
        refused.stderr.contains("selected scenarios"),
        "{refused:#?}"
    );
}
