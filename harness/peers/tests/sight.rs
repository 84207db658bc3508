//! The sample importer judged by its page, through a real browser, and by a person who types what the
//! screen shows; and as a program that watches by itself.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use madoguchi_peers::{Outcome, failed, have, madoguchi, program, read, source, verdict};
use serde_json::Value as Json;

const FOLDER: &str = "../clients/importer";

fn importer(options: &str) -> String {
    let importer = source(FOLDER).join("importer.py");
    format!("python3 '{}' {options}", importer.display())
}

fn args<'a>(out: &'a str, client: &'a str, mapping: &'a str, ids: &[&'a str]) -> Vec<&'a str> {
    let mut args = vec!["run", "--role", "consumer", "--lang", "en", "--out", out];
    args.extend(["--client", client, "--mapping", mapping]);
    args.extend(ids);
    args
}

fn play(out: &Path, options: &str, mapping: &Path, ids: &[&str]) -> Outcome {
    let (out, mapping) = (out.display().to_string(), mapping.display().to_string());
    madoguchi(args(&out, &importer(options), &mapping, ids))
}

#[test]
fn a_page_is_read_in_a_browser_and_its_defects_are_found() {
    let name = "a_page_is_read_in_a_browser_and_its_defects_are_found";
    if !["python3", "chromium", "chromedriver"]
        .iter()
        .all(|needed| have(needed, name))
    {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mapping = source(FOLDER).join("page.yaml");
    // Five records are three pages of two; a file that never ends is named on the first.
    let ids = ["files/half-written", "handover/next-patient"];
    let right = play(folder.path(), "--page", &mapping, &ids);
    right.expect_success();
    for id in ids {
        assert_eq!(verdict(folder.path(), id)["binding"], "page");
    }
    let wrong = folder.path().join("wrong");
    let options = "--page --defect question-marks";
    let outcome = play(&wrong, options, &mapping, &["characters/level-3"]);
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    let verdict = verdict(&wrong, "characters/level-3");
    assert_eq!(failed(&verdict), ["transcription.characters-kept"]);
}

#[test]
fn a_page_that_cannot_be_read_is_told_and_nothing_is_judged() {
    if !have("python3", "a_page_that_cannot_be_read_is_told") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let text = read(source(FOLDER).join("page.yaml"));
    let mapping = folder.path().join("page.yaml");
    let with = |change: &str, options: &str| {
        fs::write(&mapping, text.replace("chromedriver --port={port}", change)).unwrap();
        play(folder.path(), options, &mapping, &["characters/zeros"])
    };
    let missing = with("no-such-driver --port={port}", "--page");
    assert_eq!(missing.code, Some(5), "{missing:?}");
    assert!(missing.stderr.contains("no-such-driver"), "{missing:?}");
    let untold = with("no-such-driver --port={port}", "");
    assert_eq!(untold.code, Some(2), "{untold:?}");
    assert!(untold.stderr.contains("write url below page"), "{untold:?}");
}

/// What a person types who sees this.
fn typed(answers: &str, out: &Path) -> (Outcome, Json) {
    let mapping = source(FOLDER).join("attended.yaml").display().to_string();
    let (place, client) = (out.display().to_string(), importer(""));
    let mut child = Command::new(program("madoguchi"))
        .args(args(&place, &client, &mapping, &["characters/zeros"]))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(answers.as_bytes())
        .unwrap();
    let ended = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let outcome = Outcome {
        code: ended.status.code(),
        stdout: text(ended.stdout),
        stderr: text(ended.stderr),
    };
    let verdict = fs::read_to_string(out.join("characters/zeros/verdict.json"));
    let verdict = verdict.map_or(Json::Null, |text| serde_json::from_str(&text).unwrap());
    (outcome, verdict)
}

#[test]
fn a_person_says_what_the_screen_shows_and_the_verdict_says_so() {
    if !have("python3", "a_person_says_what_the_screen_shows") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    // Two records: insurer, number, name, ratio, note each; then nothing that was refused.
    let answers = |number: &str| {
        format!(
            "many\n2\n00990012\n{number}\n試験　花子\n3割\n\n06990010\n000\n試験　太郎\n3割\n\n\n"
        )
    };
    let (outcome, verdict) = typed(&answers("00123"), &folder.path().join("right"));
    outcome.expect_success();
    assert_eq!(verdict["binding"], "attended");
    assert!(
        outcome.stderr.contains("record 2, 氏名"),
        "{}",
        outcome.stderr
    );
    assert!(!outcome.stderr.contains("00123"), "{}", outcome.stderr);
    let (outcome, verdict) = typed(&answers("123"), &folder.path().join("wrong"));
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    assert_eq!(failed(&verdict), ["transcription.zeros-kept"]);
    let (outcome, verdict) = typed("2\n0699", &folder.path().join("gone"));
    assert_eq!(outcome.code, Some(5), "{outcome:?}");
    assert!(
        outcome.stderr.contains("run it in a terminal"),
        "{outcome:?}"
    );
    assert_eq!(verdict, Json::Null);
}

#[test]
fn a_program_that_watches_by_itself_is_told_nothing() {
    if !have(
        "python3",
        "a_program_that_watches_by_itself_is_told_nothing",
    ) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let text = read(source(FOLDER).join("mapping.yaml"));
    let mapping = folder.path().join("watches.yaml");
    fs::write(&mapping, text + "pace: watches\n").unwrap();
    let ids = ["files/slow", "characters/level-3"];
    play(folder.path(), "--watch", &mapping, &ids).expect_success();
    let wrong = folder.path().join("wrong");
    let options = "--watch --defect question-marks";
    let outcome = play(&wrong, options, &mapping, &["characters/level-3"]);
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    let verdict = verdict(&wrong, "characters/level-3");
    assert_eq!(failed(&verdict), ["transcription.characters-kept"]);
}
