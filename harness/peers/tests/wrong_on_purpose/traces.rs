//! Traces that `madoguchi judge` cannot read: exit code 2, and why.

use madoguchi_peers::{Outcome, run};

use crate::scene::{Scene, assert_refused};

fn judged(scene: &Scene, text: &str) -> Outcome {
    let file = scene.file("trace.jsonl", text);
    run(&mut scene.madoguchi(["judge", &file]))
}

#[test]
fn a_trace_that_is_not_there_is_named() {
    let scene = Scene::new();
    let outcome = run(&mut scene.madoguchi(["judge", "no/such/trace.jsonl"]));
    assert_refused(&outcome, &["no/such/trace.jsonl"]);
}

#[test]
fn an_empty_trace_is_said_to_be_empty() {
    assert_refused(&judged(&Scene::new(), ""), &["empty"]);
}

#[test]
fn a_text_that_is_no_trace_is_shown_by_its_line() {
    assert_refused(
        &judged(&Scene::new(), "not a trace\n"),
        &["trace.jsonl", "line 1"],
    );
}

#[test]
fn a_trace_of_a_newer_format_names_the_version_to_install() {
    let newer = "{\"madoguchi_trace\":99,\"tool\":\"madoguchi 7.1.0\",\"unheard\":{\"of\":[]}}\n";
    assert_refused(
        &judged(&Scene::new(), newer),
        &["99", "install madoguchi 7.1.0 or newer"],
    );
}
