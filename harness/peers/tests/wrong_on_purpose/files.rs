//! Files that have no end, are of one name, or may be read by others.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use madoguchi_peers::{read, reference_client, run, source};

use crate::scene::{Scene, assert_refused};

#[test]
fn what_has_no_end_is_refused_wherever_a_file_is_named() {
    let scene = Scene::new();
    let endless = "/dev/zero";
    for (args, limit) in [
        (&["judge", endless][..], "16 MiB"),
        (&["decode", endless], "256 MiB"),
        (&["compare", endless, endless], "256 MiB"),
        (&["merge", "--json", "/dev/null", endless], "256 MiB"),
        (&["run", "--client", "true", "--words", endless], "1 MiB"),
        (
            &["run", "--client", "true", "--known-failures", endless],
            "1 MiB",
        ),
        (
            &["run", "--client", "true", "--statement", endless],
            "1 MiB",
        ),
        (
            &["run", "--client", "true", "--screen-map", endless],
            "1 MiB",
        ),
        (&["scenario", "check", endless], "1 MiB"),
        (&["profile", "check", endless], "1 MiB"),
    ] {
        let outcome = run(&mut scene.madoguchi(args));
        assert_refused(&outcome, &[endless, limit]);
    }
}

/// Ten megabytes of the shortest commands once took more than a gigabyte.
#[test]
fn logs_of_too_many_lines_are_refused() {
    let scene = Scene::new();
    let log = &*scene.file("long.log", &">00\n".repeat(500_001));
    for args in [
        &["decode", log][..],
        &["judge", "--from", "plain", log],
        &["import", "--dry-run", log],
    ] {
        let outcome = run(&mut scene.madoguchi(args));
        assert_refused(&outcome, &["500000 lines"]);
    }
}

#[test]
fn scenarios_of_one_name_in_two_folders_leave_two_traces() {
    let scene = Scene::new();
    let text = read(source("../../scenarios/catalogue/happy/visual.yaml"));
    let mut own = Vec::new();
    for folder in ["osaka north", "tokyo"] {
        fs::create_dir(scene.path(folder)).unwrap();
        own.push(scene.file(&format!("{folder}/visit.yaml"), &text));
    }
    let client = reference_client(None);
    let mut command = scene.madoguchi(["run", "--client", &client]);
    let outcome = run(command.args(&own).arg("--out").arg(scene.path("out")));
    assert_eq!(outcome.code, Some(0), "{outcome:#?}");
    for id in ["own/osaka north/visit", "own/tokyo/visit"] {
        assert!(
            scene.path("out").join(id).join("trace.jsonl").is_file(),
            "{id}"
        );
        assert!(outcome.stdout.contains(id), "{outcome:#?}");
    }
}

#[test]
fn the_command_that_shows_a_case_again_quotes_its_file() {
    let scene = Scene::new();
    let text = read(source("../../scenarios/catalogue/eligibility/expired.yaml"));
    fs::create_dir(scene.path("osaka north")).unwrap();
    let own = scene.file("osaka north/expired.yaml", &text);
    let client = reference_client(Some("shows-lapsed-as-valid"));
    let outcome = run(scene
        .madoguchi(["run", &own, "--client", &client])
        .arg("--out")
        .arg(scene.path("out")));
    assert_eq!(outcome.code, Some(1), "{outcome:#?}");
    assert!(
        outcome.stdout.contains(&format!("run '{own}' --client")),
        "{outcome:#?}"
    );
}

#[test]
fn what_a_client_said_and_did_is_for_the_owner_alone() {
    let scene = Scene::new();
    let client = scene.client("echo a word of the log >&2; begin; pretend");
    run(&mut scene.run_of(&client));
    for name in [
        "trace.jsonl",
        "client.log",
        "canonical.jsonl",
        "verdict.json",
    ] {
        let mode = fs::metadata(scene.case().join(name))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}
