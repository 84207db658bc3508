//! Scenarios of the user's own that are wrong: exit code 3, with file, line and column.

use madoguchi_peers::{Outcome, run};

use crate::scene::Scene;

fn refused(scene: &Scene, text: &str) -> Outcome {
    let file = scene.file("broken.yaml", text);
    run(&mut scene.madoguchi(["run", &file, "--client", "true"]))
}

fn assert_shown(outcome: &Outcome, wanted: &[&str]) {
    assert_eq!(outcome.code, Some(3), "{outcome:#?}");
    for wanted in wanted {
        assert!(
            outcome.stderr.contains(wanted),
            "no {wanted:?}: {outcome:#?}"
        );
    }
}

/// A whole scenario, to be broken at one place.
const WHOLE: &str = "\
purpose: { ja: 目視確認, en: by eye }
requirements: [result.needs-answer]
given:
  persona: shiken-taro
  terminal: fresh
when:
  - login
  - close
";

#[test]
fn a_whole_scenario_of_the_users_own_is_played() {
    let scene = Scene::new();
    let file = scene.file("mine.yaml", WHOLE);
    let mut own = scene.madoguchi(["run", &file, "--client", &scene.client("begin; pretend")]);
    let outcome = run(own.arg("--out").arg(scene.path("out")));
    assert!(matches!(outcome.code, Some(0 | 1)), "{outcome:#?}");
    assert!(
        scene.path("out/own/mine/trace.jsonl").is_file(),
        "{outcome:#?}"
    );
}

#[test]
fn malformed_yaml_is_shown_where_it_breaks() {
    let scene = Scene::new();
    let outcome = refused(&scene, &WHOLE.replace("shiken-taro", "shiken-taro: fresh"));
    assert_shown(
        &outcome,
        &["mapping values are not allowed", "broken.yaml:4:1"],
    );
    let outcome = refused(
        &scene,
        &WHOLE.replace("terminal: fresh", "terminal: [fresh"),
    );
    assert_shown(&outcome, &["broken.yaml:5:13"]);
}

#[test]
fn an_unknown_persona_is_answered_with_the_nearest_one() {
    let scene = Scene::new();
    let outcome = refused(&scene, &WHOLE.replace("shiken-taro", "shiken-tarou"));
    assert_shown(
        &outcome,
        &["broken.yaml:4:12", "shiken-tarou", "shiken-taro"],
    );
}

#[test]
fn an_unknown_step_is_shown_where_it_stands() {
    let scene = Scene::new();
    let outcome = refused(&scene, &WHOLE.replace("- login", "- logn"));
    assert_shown(&outcome, &["broken.yaml:7:5", "logn", "login"]);
}

#[test]
fn a_scenario_file_that_is_not_there_is_a_matter_of_usage() {
    let scene = Scene::new();
    let outcome = run(&mut scene.madoguchi(["run", "no/such.yaml", "--client", "true"]));
    assert_eq!(outcome.code, Some(2), "{outcome:#?}");
    assert!(outcome.stderr.contains("no/such.yaml"), "{outcome:#?}");
}
