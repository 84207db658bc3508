//! Command lines that ask for what there is not: exit code 2, and what there is instead.

use madoguchi_peers::madoguchi;

use crate::scene::{Scene, assert_refused};

#[test]
fn an_unknown_scenario_is_answered_with_the_nearest_one() {
    let outcome = madoguchi(["run", "happy/visul", "--client", "true"]);
    assert_refused(&outcome, &["happy/visul", "did you mean happy/visual?"]);
}

#[test]
fn an_unknown_profile_is_answered_with_the_list_of_profiles() {
    let outcome = madoguchi(["run", "--client", "true", "--profile", "mock-1999"]);
    assert_refused(&outcome, &["mock-1999", "madoguchi list profiles"]);
}

#[test]
fn an_unknown_option_is_answered_with_the_usage() {
    assert_refused(
        &madoguchi(["run", "--clinet", "true"]),
        &["--clinet", "--client"],
    );
    assert_refused(&madoguchi(["rum"]), &["rum", "run", "Usage"]);
}

#[test]
fn a_command_that_cannot_be_read_is_refused() {
    let outcome = madoguchi(["run", "happy/visual", "--client", "sh -c 'no end"]);
    assert_refused(&outcome, &["no end", "--client"]);
    assert_refused(
        &madoguchi(["run", "happy/visual", "--client", ""]),
        &["--client"],
    );
}

#[test]
fn nothing_is_written_before_the_command_line_is_known_to_be_right() {
    let scene = Scene::new();
    let out = scene.path("out").display().to_string();
    let outcome = madoguchi(["run", "happy/visul", "--client", "true", "--out", &out]);
    assert_eq!(outcome.code, Some(2), "{outcome:#?}");
    assert!(!scene.path("out").exists());
}
