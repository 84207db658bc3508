//! A run in a network of its own: whom a client looks for beside the service.
#![cfg(target_os = "linux")]

use std::process::Command;

use madoguchi_peers::{Outcome, madoguchi, program, read, reference_client, run, skip};

/// Plays in a network of its own, or says why this machine does not permit one.
fn alone(test: &str, args: &[&str], defect: Option<&str>) -> Option<Outcome> {
    let client = reference_client(defect);
    let mut all = vec!["run", "--own-network", "--client", &client];
    all.extend(args);
    let outcome = madoguchi(all);
    let refused = outcome.stderr.contains("cannot make a network of its own");
    if outcome.code == Some(5) && refused {
        skip(test, outcome.stderr.lines().next().unwrap_or_default());
        return None;
    }
    Some(outcome)
}

#[test]
fn a_client_that_speaks_to_the_service_alone_is_seen_to() {
    let test = "a_client_that_speaks_to_the_service_alone_is_seen_to";
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().display().to_string();
    let args = ["happy/visual", "happy/pin", "web/proxy", "--out", &out];
    let Some(outcome) = alone(test, &args, None) else {
        return;
    };
    outcome.expect_success();
    for scenario in &args[..3] {
        let verdicts = read(folder.path().join(scenario).join("verdict.json"));
        let verdicts: serde_json::Value = serde_json::from_str(&verdicts).unwrap();
        let verdict = verdicts["verdicts"]
            .as_array()
            .unwrap()
            .iter()
            .find(|verdict| verdict["requirement"] == "privacy.no-other-host")
            .unwrap();
        assert_eq!(verdict["outcome"], "pass", "{scenario}: {verdict}");
    }
}

#[test]
fn a_name_that_is_asked_for_is_heard_and_the_trace_is_judged_alike_elsewhere() {
    let test = "a_name_that_is_asked_for_is_heard_and_the_trace_is_judged_alike_elsewhere";
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().display().to_string();
    // no document names a host, so that this is advice
    let args = ["happy/visual", "--strict", "--out", &out];
    let Some(outcome) = alone(test, &args, Some("calls-home")) else {
        return;
    };
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    for told in [
        "privacy.no-other-host",
        "looks for telemetry.invalid",
        "--own-network",
    ] {
        assert!(outcome.stdout.contains(told), "{told}: {}", outcome.stdout);
    }
    let case = folder.path().join("happy/visual");
    let trace = read(case.join("trace.jsonl"));
    assert_eq!(trace.matches("\"outside\"").count(), 1, "{trace}");
    let judged = madoguchi(["judge", "--strict", &case.display().to_string()]);
    assert_eq!(judged.code, Some(1), "{judged:?}");
}

#[test]
fn the_mark_of_such_a_network_alone_makes_none() {
    let mut command = Command::new(program("madoguchi"));
    command.args(["--lang", "en", "run", "happy/visual", "--own-network"]);
    let outcome = run(command.env("MADOGUCHI_NETWORK_LEFT", "net:[1]"));
    assert_eq!(outcome.code, Some(5), "{outcome:?}");
    assert!(
        outcome.stderr.contains("MADOGUCHI_NETWORK_LEFT"),
        "{outcome:?}"
    );
}
