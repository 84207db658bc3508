//! `run --repeat`: a client whose conduct changes from one start to the next is told, and one whose does not is not.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use madoguchi_peers::{madoguchi, program, reference_client};

/// Case, runs.
const RUNS: [&str; 3] = ["eligibility/expired", "--repeat", "3"];

#[test]
fn a_client_that_is_wrong_in_one_run_of_three_is_told_with_the_requirement() {
    let folder = tempfile::tempdir().unwrap();
    let (client, marks) = (folder.path().join("client"), folder.path().join("marks"));
    fs::create_dir(&marks).unwrap();
    // The second start leaves the second mark, and is wrong.
    let script = format!(
        "#!/bin/sh\nmarks='{}'\nn=1\nuntil mkdir \"$marks/$n\" 2>/dev/null; do n=$((n + 1)); done\n\
         case $n in 2) set -- --defect shows-lapsed-as-valid;; esac\nexec '{}' \"$@\"\n",
        marks.display(),
        program("madoguchi-reference-client").display(),
    );
    fs::write(&client, script).unwrap();
    fs::set_permissions(&client, fs::Permissions::from_mode(0o755)).unwrap();
    let (client, out) = (client.display().to_string(), folder.path().join("out"));
    let out = out.display().to_string();
    let arguments = ["--lang", "en", "run", "--client", &client, "--out", &out];
    let outcome = madoguchi(arguments.into_iter().chain(RUNS));
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    assert!(
        outcome.stderr.contains(
            "run 2 of 3 came out otherwise than the first: result.lapsed-is-not-valid: pass → fail"
        ),
        "{}",
        outcome.stderr
    );
    assert!(
        outcome
            .stdout
            .contains("the same verdicts in each of 3 runs: 0 of 1")
    );
    let trace = |run: &str| {
        folder.path().join(format!(
            "out/repeated/{run}/eligibility/expired/trace.jsonl"
        ))
    };
    assert!(trace("2").is_file());
    assert!(
        !trace("3").exists(),
        "what came out the same leaves nothing"
    );
}

#[test]
fn a_client_that_is_the_same_each_time_passes() {
    let folder = tempfile::tempdir().unwrap();
    let (client, out) = (reference_client(None), folder.path().display().to_string());
    let arguments = ["--lang", "en", "run", "--client", &client, "--out", &out];
    let outcome = madoguchi(arguments.into_iter().chain(RUNS));
    outcome.expect_success();
    assert!(outcome.stdout.contains(
        "the same verdicts in each of 3 runs: 1 of 1\n  and the same canonical trace: 1 of 1"
    ));
    assert!(!outcome.stderr.contains("otherwise"), "{}", outcome.stderr);
}
