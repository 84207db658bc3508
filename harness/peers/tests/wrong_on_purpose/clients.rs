//! Clients that go wrong: before their hello, which ends in 4, or in the middle, which ends in 1.

use std::fs;
use std::process::Command;

use madoguchi_peers::{Outcome, Running, run};
use serde_json::{Value, json};

use crate::scene::Scene;

fn assert_told(outcome: &Outcome, code: i32, wanted: &[&str]) {
    assert_eq!(outcome.code, Some(code), "{outcome:#?}");
    for wanted in wanted {
        let told = outcome.stdout.contains(wanted) || outcome.stderr.contains(wanted);
        assert!(told, "no {wanted:?}: {outcome:#?}");
    }
}

/// How the client ended, as the trace has it.
fn exit(events: &[Value]) -> &Value {
    let exit = events.iter().rev().find_map(|event| event.get("exit"));
    exit.unwrap_or_else(|| panic!("no exit in {events:#?}"))
}

#[test]
fn a_client_that_does_not_exist_ends_in_4() {
    let scene = Scene::new();
    let junit = tempfile::NamedTempFile::new().unwrap();
    let mut command = scene.run_of("/no/such/client --at all");
    let outcome = run(command.arg("--junit").arg(junit.path()));
    assert_told(&outcome, 4, &["cannot start", "/no/such/client"]);
    let report = fs::read_to_string(junit.path()).unwrap();
    assert!(
        report.contains("<error") && report.contains("/no/such/client"),
        "{report}"
    );
}

#[test]
fn a_client_that_dies_before_its_hello_ends_in_4_with_its_last_words() {
    let scene = Scene::new();
    let outcome = scene.run("echo 'no reader driver' >&2; exit 7");
    assert_told(
        &outcome,
        4,
        &["before its hello", "exit status 7", "no reader driver"],
    );
}

#[test]
fn a_client_that_does_not_support_what_is_asked_ends_in_4() {
    let scene = Scene::new();
    let outcome = scene.run("exit 89");
    assert_told(&outcome, 4, &["not supported"]);
}

#[test]
fn a_client_that_hangs_before_its_hello_ends_in_4() {
    let scene = Scene::new();
    let outcome = scene.run("sleep 97531 & sleep 97531");
    assert_told(&outcome, 4, &["no hello", "time limit"]);
}

/// It said one: that it says none would send its maker to look for the wrong thing.
#[test]
fn a_client_whose_hello_does_not_fit_is_told_what_of_it() {
    let hello = r#"{"hello":{"contract":1,"name":"a","version":"1","depth":"L9"}}"#;
    for end in ["exit 0", "sleep 97531"] {
        let scene = Scene::new();
        let outcome = scene.run(&format!("echo '{hello}'; {end}"));
        assert_told(&outcome, 4, &["hello.depth", "help contract"]);
    }
}

#[test]
fn a_client_that_hangs_in_the_middle_ends_in_1() {
    let scene = Scene::new();
    let outcome = scene.run("begin; hear; sleep 97531");
    assert_told(&outcome, 1, &["happy/visual", "time limit"]);
    let events = scene.events();
    assert!(
        events
            .iter()
            .any(|event| event["step"]["action"] == "login"),
        "{events:#?}"
    );
    let why = exit(&events)["why"].as_str().unwrap();
    assert!(why.starts_with("time limit: no done of do 1 in "), "{why}");
}

#[test]
fn a_client_that_shows_no_first_screen_is_told_what_was_waited_for() {
    let scene = Scene::new();
    let outcome = scene.run("hello; sleep 97531");
    assert_told(
        &outcome,
        1,
        &["happy/visual", "for the first screen after begin"],
    );
}

#[test]
fn a_client_that_dies_in_the_middle_ends_in_1() {
    let scene = Scene::new();
    let outcome = scene.run("begin; hear; kill -KILL $$");
    assert_told(&outcome, 1, &["happy/visual", "signal 9"]);
    assert_eq!(exit(&scene.events())["why"], "signal 9");
}

#[test]
fn garbage_is_traced_by_its_place_and_never_by_its_content() {
    let scene = Scene::new();
    let outcome = scene.run(
        r#"echo 'debug: pin=97531'; begin; printf '\377\376 97531\n'
           echo '{"screen":{"n":"97531"}}'; echo '{"97531":{}}'; pretend"#,
    );
    assert_eq!(outcome.code, Some(1), "{outcome:#?}");
    let events = scene.events();
    let lines: Vec<&Value> = events
        .iter()
        .filter_map(|event| event["client"].get("garbage"))
        .map(|garbage| &garbage["line"])
        .collect();
    assert_eq!(json!(lines), json!([1, 4, 5, 6]), "{events:#?}");
    assert!(outcome.stdout.contains("contract.messages"), "{outcome:#?}");
    for text in [outcome.stdout, outcome.stderr, format!("{events:?}")] {
        assert!(!text.contains("97531"), "{text}");
    }
}

#[test]
fn an_endless_line_ends_in_1() {
    let scene = Scene::new();
    let outcome = scene.run("begin; hear; exec tr '\\0' x < /dev/zero");
    assert_told(&outcome, 1, &["happy/visual"]);
    let size = fs::metadata(scene.case().join("trace.jsonl")).map(|file| file.len());
    assert!(
        size.is_ok_and(|size| size < 1 << 20),
        "the line stands in the trace"
    );
}

#[test]
fn a_client_that_never_stops_talking_ends_in_1() {
    let scene = Scene::new();
    let outcome = scene.run("begin; hear; exec yes");
    assert_told(&outcome, 1, &["happy/visual"]);
    let size = fs::metadata(scene.case().join("trace.jsonl")).map(|file| file.len());
    assert!(
        size.is_ok_and(|size| size < 1 << 25),
        "the trace is as long as the client's breath"
    );
}

#[test]
fn a_client_whose_trace_cannot_be_written_ends_with_the_run_in_5() {
    let scene = Scene::new();
    fs::create_dir_all(scene.case().join("trace.jsonl")).unwrap();
    let outcome = scene.run("begin; sleep 97531");
    assert_told(&outcome, 5, &["trace.jsonl"]);
}

#[test]
fn a_client_that_never_reads_what_it_is_told_ends_in_1() {
    let scene = Scene::new();
    let outcome = scene.run("hello; screen ログイン画面; exec sleep 97531");
    assert_told(&outcome, 1, &["happy/visual", "time limit"]);
}

#[test]
fn a_client_that_says_done_and_never_reads_the_card_ends_in_1() {
    let scene = Scene::new();
    let outcome = scene.run("begin; pretend");
    assert_told(&outcome, 1, &["happy/visual"]);
    let events = scene.events();
    assert!(
        events
            .iter()
            .any(|event| event["step"]["action"] == "close"),
        "{events:#?}"
    );
    assert!(
        events.iter().all(|event| event.get("card").is_none()),
        "{events:#?}"
    );
}

#[test]
fn a_grandchild_does_not_outlive_the_run() {
    let scene = Scene::new();
    let outcome = scene.run("sleep 97531 & begin; pretend");
    assert_told(&outcome, 1, &["happy/visual"]);
    assert_eq!(exit(&scene.events())["code"], 0);
}

#[test]
fn a_grandchild_in_a_session_of_its_own_does_not_outlive_the_run() {
    let scene = Scene::new();
    let outcome = scene.run("setsid sleep 97531 & begin; pretend");
    assert_told(&outcome, 1, &["happy/visual"]);
}

#[test]
fn one_without_an_environment_does_not_outlive_the_run_either() {
    let scene = Scene::new();
    let outcome = scene.run(
        "env -i MADOGUCHI_PEERS_MARK=\"$MADOGUCHI_PEERS_MARK\" setsid sleep 97531 & begin; pretend",
    );
    assert_told(&outcome, 1, &["happy/visual"]);
}

#[test]
fn an_interrupt_leaves_no_process_and_a_trace_that_can_be_judged() {
    ends_and_blames_nobody(Running::interrupt);
}

#[test]
fn so_does_a_pipeline_that_cancels_the_run() {
    ends_and_blames_nobody(Running::terminate);
}

fn ends_and_blames_nobody(end: fn(&Running)) {
    let scene = Scene::new();
    let here = scene.path("here");
    assert_eq!(run(Command::new("mkfifo").arg(&here)).code, Some(0));
    let client = scene.client(&format!(
        "begin; hear; echo here > '{}'; sleep 97531",
        here.display()
    ));
    let madoguchi = Running::start(&mut scene.run_of(&client));
    Running::start(Command::new("cat").arg(&here)).line("here");
    end(&madoguchi);
    let outcome = madoguchi.outcome();
    assert_eq!(outcome.code, Some(130), "{outcome:#?}");
    scene.nothing_is_left();
    let events = scene.events();
    assert!(
        events
            .iter()
            .any(|event| event["step"]["action"] == "login"),
        "{events:#?}"
    );
    let judged = run(scene
        .madoguchi(["judge"])
        .arg(scene.case().join("trace.jsonl")));
    assert_eq!(judged.code, Some(1), "{judged:#?}");
    for told in [&outcome.stdout, &judged.stdout] {
        assert!(
            !told.contains("\n    MUST "),
            "blamed for our own end: {told}"
        );
        assert!(!told.contains("expected"), "blamed for our own end: {told}");
    }
}

#[test]
fn a_client_that_waits_as_long_as_it_is_told_to_is_not_ended() {
    let scene = Scene::new();
    let outcome =
        scene.run("begin; hear; sleep \"${MADOGUCHI_TIMEOUT_MS%???}\"; sleep 0.2; finish; pretend");
    assert_eq!(outcome.code, Some(1), "{outcome:#?}");
    assert_eq!(exit(&scene.events())["code"], 0);
}

#[test]
fn a_client_that_does_not_support_an_act_was_not_tried_with_it() {
    let scene = Scene::new();
    let outcome = scene.run("begin; hear; finish; hear; exit 89");
    assert_told(&outcome, 4, &["happy/visual", "not supported"]);
    assert!(!outcome.stdout.contains("MUST"), "{outcome:#?}");
}

#[test]
fn what_is_no_message_is_told_first_by_line_and_column_with_what_was_expected() {
    let scene = Scene::new();
    let outcome = scene
        .run(r#"begin; echo '{"screen":{"n":2,"title":"x","fields":{"a":"97531"}}}'; pretend"#);
    assert_told(
        &outcome,
        1,
        &[
            "contract.messages",
            "line 3, column ",
            "an object { }",
            "screen.fields: a list of pairs",
        ],
    );
    let first = outcome.stdout.find("contract.messages").unwrap();
    let others = ["MUST", "result."];
    for other in others {
        let at = outcome.stdout.find(other);
        assert!(
            at.is_none_or(|at| first < at),
            "{other} before it: {outcome:#?}"
        );
    }
    assert!(!outcome.stdout.contains("97531"), "{outcome:#?}");
}

#[test]
fn a_client_that_is_done_with_a_card_for_which_it_never_waited_ends_in_1() {
    let scene = Scene::new();
    let outcome = scene.run(
        r#"begin; while hear; do
             if [ "$action" = place-card ]; then echo '{"error":{"n":9,"text":"later"}}'; fi
             finish
           done"#,
    );
    assert_told(
        &outcome,
        1,
        &[
            "contract.card-awaited",
            "its error event",
            "| later",
            "never ready",
        ],
    );
}

#[test]
fn the_end_of_a_traceback_is_told_before_the_verdicts() {
    let scene = Scene::new();
    let outcome = scene.run(
        r#"begin; hear; echo 'Traceback (most recent call last):' >&2
           echo 'KeyError: 97531' >&2; printf '\033[31m::error::red\n' >&2; exit 1"#,
    );
    assert_told(
        &outcome,
        1,
        &[
            "status 1",
            "its standard error",
            "| KeyError: 97531",
            "| [31m::error::red",
        ],
    );
    assert!(!outcome.stdout.contains('\u{1b}'), "{outcome:#?}");
}

#[test]
fn the_doctor_tells_what_a_client_says_outside_the_contract_and_where_it_breaks() {
    let scene = Scene::new();
    let client = scene.client("begin; echo 'DEBUG 97531'; hear; echo 'panic: here' >&2; exit 2");
    let outcome = run(&mut scene.madoguchi(["doctor", "--client", &client]));
    for told in ["D-50", "line 3 of standard output", "D-51", "| panic: here"] {
        assert!(outcome.stdout.contains(told), "no {told}: {outcome:#?}");
    }
    assert!(!outcome.stdout.contains("97531"), "{outcome:#?}");
}

#[test]
fn the_doctor_tells_words_of_a_hello_that_stand_beside_no_known_word() {
    let scene = Scene::new();
    let client = scene.client(
        r#"echo '{"hello":{"contract":1,"name":"x","version":"1","words":{"labels":{"氏明":"なまえ"}}}}'
           while hear; do :; done"#,
    );
    let outcome = run(&mut scene.madoguchi(["doctor", "--client", &client]));
    assert_told(&outcome, 5, &["D-49", "labels 氏明 → 氏名?"]);
}

#[test]
fn the_doctor_tells_an_act_that_cannot_be_done() {
    let scene = Scene::new();
    let refuses = r#"begin; while hear; do
        if [ "$action" = choose-method ]; then echo '{"error":{"n":7,"text":"not today"}}'; fi
        if [ "$action" = place-card ]; then ready; fi
        finish
      done"#;
    let outcome = run(&mut scene.madoguchi(["doctor", "--client", &scene.client(refuses)]));
    assert_told(
        &outcome,
        5,
        &[
            "D-52",
            "in happy/visual an act cannot be done",
            "choose-method visual",
            "ログイン画面",
        ],
    );
    // who does it all the same is told of nothing
    let does = refuses.replace("finish\n", "screen \"読み取り $id\"; finish\n");
    let outcome = run(&mut scene.madoguchi(["doctor", "--client", &scene.client(&does)]));
    assert!(!outcome.stdout.contains("D-52"), "{outcome:#?}");
}

#[test]
fn the_doctor_notes_words_that_nobody_knows() {
    let scene = Scene::new();
    let shows = r#"hello; hear; hear
      echo '{"screen":{"n":1,"title":"ログイン画面","buttons":["ログイソ"],"fields":[["おかね","12"]]}}'
      pretend"#;
    let outcome = run(&mut scene.madoguchi(["doctor", "--client", &scene.client(shows)]));
    for told in ["D-53", "buttons:\n", "ログイン: ログイソ", "おかね"] {
        assert!(outcome.stdout.contains(told), "no {told}: {outcome:#?}");
    }
    // it spoils no run: nothing else is told of this client
    let known = shows
        .replace("ログイソ", "ログイン")
        .replace("おかね", "お知らせ");
    let quiet = run(&mut scene.madoguchi(["doctor", "--client", &scene.client(&known)]));
    assert!(!quiet.stdout.contains("D-53"), "{quiet:#?}");
    assert_eq!(outcome.code, quiet.code, "a note");
}

#[test]
fn a_client_is_started_where_the_user_is_with_a_home_of_its_own() {
    let scene = Scene::new();
    let seen = scene.path("seen");
    let script = format!(
        r#"{{ pwd; echo "$HOME"; echo "$MADOGUCHI_STATE_DIR"; }} > '{}'; begin; pretend"#,
        seen.display()
    );
    let client = scene.client(&script);
    let here = scene.path("here");
    fs::create_dir(&here).unwrap();
    run(scene.run_of(&client).current_dir(&here));
    let seen = fs::read_to_string(seen).unwrap();
    let seen: Vec<&str> = seen.lines().collect();
    assert_eq!(seen[0], here.canonicalize().unwrap().display().to_string());
    let own = [
        std::env::var("HOME").unwrap_or_default(),
        seen[0].to_owned(),
        String::new(),
    ];
    assert!(
        !own.iter()
            .any(|folder| folder == seen[1] || folder == seen[2]),
        "{seen:?}"
    );
}
