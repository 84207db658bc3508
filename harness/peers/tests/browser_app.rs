//! An app that speaks no contract, judged by its page through a real browser, and by a person who types
//! what its screen shows; and clients that need the desktop for themselves.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use madoguchi_peers::{
    Outcome, failed, have, madoguchi, program, python_with_pyscard, read, source, verdict,
};
use serde_json::Value as Json;

const FOLDER: &str = "../clients/browser";

/// The Python to run the app with, where a browser is there, too.
fn python_and_browser(test: &str) -> Option<&'static str> {
    python_and(&["chromium", "chromedriver"], test)
}

/// The Python to run the app with, where all these programs are there, too.
fn python_and(programs: &[&str], test: &str) -> Option<&'static str> {
    let all_there = programs.iter().all(|needed| have(needed, test));
    all_there.then(|| python_with_pyscard(test))?
}

fn map(name: &str) -> PathBuf {
    source(FOLDER).join(name)
}

fn play(python: &str, out: &Path, map: &Path, defect: Option<&str>, ids: &[&str]) -> Outcome {
    let app = source(FOLDER).join("app.py");
    let defect = defect.map_or_else(String::new, |defect| format!(" --defect {defect}"));
    let client = format!("{python} '{}'{defect}", app.display());
    let (out, map) = (out.display().to_string(), map.display().to_string());
    let mut args = vec!["run", "--lang", "en", "--out", &out, "--timeout", "30"];
    args.extend(["--client", &client, "--screen-map", &map, "--jobs", "2"]);
    args.extend(ids);
    madoguchi(args)
}

/// What came out for a requirement: `pass`, `fail`, `inconclusive`, …
fn outcome(verdict: &Json, requirement: &str) -> String {
    let mut all = verdict["verdicts"].as_array().unwrap().iter();
    let one = all.find(|one| one["requirement"] == requirement).unwrap();
    let outcome = &one["outcome"];
    let name = outcome.as_str().map(str::to_owned);
    name.unwrap_or_else(|| outcome.as_object().unwrap().keys().next().unwrap().clone())
}

#[test]
fn an_app_is_judged_by_its_page_alone() {
    let name = "an_app_is_judged_by_its_page_alone";
    let Some(python) = python_and_browser(name) else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let ids = [
        "happy/visual",
        "happy/pin",
        "pin/one-wrong",
        "pin/lockout",
        "eligibility/expired",
        "eligibility/multiple",
        "assistance/display",
        "patients/lapsed-next",
        "card/torn",
        "card/revoked",
        "web/answer-lost",
    ];
    play(python, folder.path(), &map("screens.yaml"), None, &ids).expect_success();
    for id in ids {
        assert_eq!(verdict(folder.path(), id)["binding"], "page", "{id}");
        let trace = folder.path().join(id).join("trace.jsonl");
        let again = folder.path().join("again.json");
        let judged = madoguchi([
            "judge".as_ref(),
            trace.as_os_str(),
            "--out".as_ref(),
            again.as_os_str(),
        ]);
        assert_eq!(judged.code, Some(0), "{id}: {judged:?}");
        assert_eq!(
            read(&again),
            read(folder.path().join(id).join("verdict.json")),
            "{id}"
        );
    }
}

/// A display that is not looked at, for browsers that need one.
struct Display {
    server: Child,
    name: String,
}

impl Display {
    fn open() -> Self {
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-nolisten", "tcp"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut number = String::new();
        let told = server.stdout.take().unwrap();
        BufReader::new(told).read_line(&mut number).unwrap();
        let name = format!(":{}", number.trim());
        Self { server, name }
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// The sample app passes where it is right and fails for its reason where it is wrong, through the
/// WebDriver server and the capabilities that these lines of its screen map name.
fn operated_by_the_same_map(python: &str, server: &str) {
    let folder = tempfile::tempdir().unwrap();
    let whole = read(map("screens.yaml"));
    let (head, rest) = whole.split_once("  driver:").unwrap();
    let (_, tail) = rest.split_once("  busy:").unwrap();
    let another = folder.path().join("screens.yaml");
    fs::write(&another, format!("{head}{server}  busy:{tail}")).unwrap();
    let out = folder.path().join("right");
    play(python, &out, &another, None, &["happy/pin"]).expect_success();
    assert_eq!(verdict(&out, "happy/pin")["binding"], "page");
    let out = folder.path().join("wrong");
    let (defect, id) = ("shows-lapsed-as-valid", "eligibility/expired");
    let wrong = play(python, &out, &another, Some(defect), &[id]);
    assert_eq!(wrong.code, Some(1), "{wrong:?}");
    assert_eq!(
        failed(&verdict(&out, id)),
        ["result.lapsed-is-not-valid"],
        "{wrong:?}"
    );
}

#[test]
fn webkit_is_operated_by_the_same_map() {
    let name = "webkit_is_operated_by_the_same_map";
    let Some(python) = python_and(&["WebKitWebDriver", "Xvfb"], name) else {
        return;
    };
    let display = Display::open();
    let server = format!(
        "  driver: env DISPLAY={} WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS=1 WebKitWebDriver --port={{port}}\n  \
         capabilities: {{ browserName: MiniBrowser }}\n",
        display.name
    );
    operated_by_the_same_map(python, &server);
}

#[test]
fn firefox_is_operated_by_the_same_map() {
    let name = "firefox_is_operated_by_the_same_map";
    let Some(python) = python_and(&["geckodriver", "firefox-esr"], name) else {
        return;
    };
    let server = r#"  driver: geckodriver --binary firefox-esr --port={port}
  capabilities: { browserName: firefox, "moz:firefoxOptions": { args: [-headless] } }
"#;
    operated_by_the_same_map(python, server);
}

/// Appium with its driver for Chromium on this machine, as `appium driver install chromium` makes it.
#[test]
fn appium_is_spoken_to_by_the_same_map() {
    let name = "appium_is_spoken_to_by_the_same_map";
    let Some(python) = python_and(&["appium", "chromium", "chromedriver"], name) else {
        return;
    };
    let server = r#"  driver: appium --address 127.0.0.1 --port {port}
  capabilities:
    platformName: linux
    browserName: chrome
    "appium:automationName": Chromium
    "appium:executable": /usr/bin/chromedriver
    "goog:chromeOptions":
      args: [--headless=new, --no-sandbox, --disable-gpu]
"#;
    operated_by_the_same_map(python, server);
}

#[test]
fn what_is_wrong_on_a_page_is_caught_for_its_reason() {
    let name = "what_is_wrong_on_a_page_is_caught_for_its_reason";
    let Some(python) = python_and_browser(name) else {
        return;
    };
    for (defect, id, requirement) in [
        (
            "keeps-previous-patient",
            "patients/lapsed-next",
            "result.previous-patient-cleared",
        ),
        (
            "hides-attempts-left",
            "pin/one-wrong",
            "credential.attempts-shown",
        ),
        (
            "shows-lapsed-as-valid",
            "eligibility/expired",
            "result.lapsed-is-not-valid",
        ),
        (
            "drops-insurer-name",
            "happy/visual",
            "result.delivered-fields-shown",
        ),
        (
            "omits-number",
            "assistance/display",
            "assistance.screen-number",
        ),
        ("hides-cause", "card/revoked", "result.cause-told"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let outcome = play(
            python,
            folder.path(),
            &map("screens.yaml"),
            Some(defect),
            &[id, "--strict"],
        );
        assert_eq!(outcome.code, Some(1), "{defect}: {outcome:?}");
        assert_eq!(
            failed(&verdict(folder.path(), id)),
            [requirement],
            "{defect}"
        );
    }
}

#[test]
fn the_defects_of_an_app_are_looked_for_as_those_of_a_client() {
    let name = "the_defects_of_an_app_are_looked_for_as_those_of_a_client";
    let Some(python) = python_and_browser(name) else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().display().to_string();
    let app = format!("{python} '{}'", source(FOLDER).join("app.py").display());
    let screens = map("screens.yaml").display().to_string();
    let mut args = vec!["--lang", "en", "mutants", "omits-number", "--out", &out];
    args.extend(["--client", &app, "--screen-map", &screens]);
    let outcome = madoguchi(args);
    outcome.expect_success();
    assert!(
        outcome.stdout.contains("1 of 1 defects caught"),
        "{outcome:?}"
    );
}

#[test]
fn what_has_no_place_in_the_map_is_neither_passed_nor_failed() {
    let name = "what_has_no_place_in_the_map_is_neither_passed_nor_failed";
    let Some(python) = python_and_browser(name) else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let whole = read(map("screens.yaml"));
    let part = whole.replace("残り回数: \"[data-field=残り回数]\", ", "");
    assert_ne!(part, whole);
    let blind = folder.path().join("blind.yaml");
    fs::write(&blind, part).unwrap();
    for defect in [None, Some("hides-attempts-left")] {
        let out = folder.path().join(defect.unwrap_or("right"));
        let played = play(python, &out, &blind, defect, &["pin/one-wrong"]);
        assert_eq!(played.code, Some(1), "{played:?}");
        let verdict = verdict(&out, "pin/one-wrong");
        assert_eq!(
            outcome(&verdict, "credential.attempts-shown"),
            "inconclusive"
        );
        assert!(failed(&verdict).is_empty(), "{verdict}");
        assert_eq!(outcome(&verdict, "result.delivered-fields-shown"), "pass");
    }
    // What the map cannot put the app through is left out, and none of it is a verdict.
    let out = folder.path().join("unsupported");
    let unsupported = play(
        python,
        &out,
        &map("screens.yaml"),
        None,
        &["history/browse"],
    );
    assert_eq!(unsupported.code, Some(4), "{unsupported:?}");
}

#[test]
fn doctor_says_why_an_apps_screens_cannot_be_operated() {
    let name = "doctor_says_why_an_apps_screens_cannot_be_operated";
    let Some(python) = python_and_browser(name) else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let whole = read(map("screens.yaml"));
    let file = folder.path().join("screens.yaml");
    let app = format!("{python} '{}'", source(FOLDER).join("app.py").display());
    let looked = |map: &str, client: &str| {
        fs::write(&file, map).unwrap();
        let file = file.display().to_string();
        madoguchi([
            "--lang",
            "en",
            "doctor",
            "--client",
            client,
            "--screen-map",
            &file,
        ])
    };
    looked(&whole, &app).expect_success();
    for (from, to, code) in [
        ("screen-map: 1", "screen-map: 9", "D-45"),
        (
            "chromedriver --port={port}",
            "no-such-driver --port={port}",
            "D-46",
        ),
        ("at: \"#login\"", "at: \"#entrance\"", "D-47"),
        ("at: \"#login\"", "at: \"[[\"", "D-47"),
    ] {
        assert!(whole.contains(from));
        let outcome = looked(&whole.replace(from, to), &app);
        assert_eq!(outcome.code, Some(5), "{code}: {outcome:?}");
        assert!(outcome.stdout.contains(code), "{code}: {outcome:?}");
    }
    let gone = looked(&whole, &format!("{python} -c 0"));
    assert!(gone.stdout.contains("D-48"), "{gone:?}");
}

/// A scenario that a person decides with two answers.
const LAPSED: &str = "\
purpose: { ja: 資格を失った人, en: somebody who is insured no more }
requirements: [result.lapsed-is-not-valid]
given: { persona: kakuu-jiro }
when: [login, { choose-method: visual }, place-card, take-card, close]
";

/// Answers each question as it comes: a part of it, and what is typed. Waits until the app has logged in
/// before saying so, and until it has checked before the screen after the card is looked at.
fn attended(out: &Path, limit: &str, questions: &[(&str, &str)]) -> Outcome {
    let python = python_with_pyscard("attended").unwrap();
    fs::create_dir_all(out).unwrap();
    let (scenario, logged_in, checked) = (
        out.join("lapsed.yaml"),
        out.join("logged-in"),
        out.join("checked"),
    );
    fs::write(&scenario, LAPSED).unwrap();
    let app = source("tests/scripts/unattended.py");
    let client = format!(
        "{python} '{}' '{}' '{}'",
        app.display(),
        logged_in.display(),
        checked.display()
    );
    let mut child = Command::new(program("madoguchi"))
        .args([
            "run",
            "--lang",
            "en",
            "--client",
            &client,
            "--attended-limit",
            limit,
            "--out",
        ])
        .arg(out.join("out"))
        .arg("--screen-map")
        .arg(map("attended.yaml"))
        .arg(&scenario)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stderr = child.stderr.take().unwrap();
    let mut asked = Vec::new();
    for (question, answer) in questions {
        let mut byte = [0];
        let from = asked.len();
        while !String::from_utf8_lossy(&asked[from..]).contains(question) {
            assert_eq!(
                stderr.read(&mut byte).unwrap(),
                1,
                "{question}: {}",
                String::from_utf8_lossy(&asked)
            );
            asked.push(byte[0]);
        }
        let reached = match *question {
            "log in with" => Some(&logged_in),
            "lies there now" => Some(&checked),
            _ => None,
        };
        let until = Instant::now() + Duration::from_secs(30);
        while reached.is_some_and(|file| !file.exists()) {
            assert!(Instant::now() < until, "the app never got to {question}");
            std::thread::yield_now();
        }
        stdin.write_all(format!("{answer}\n").as_bytes()).unwrap();
    }
    let mut rest = Vec::new();
    stderr.read_to_end(&mut rest).unwrap();
    let ended = child.wait_with_output().unwrap();
    // No person types any more, and none has hung up.
    drop(stdin);
    asked.extend(rest);
    Outcome {
        code: ended.status.code(),
        stdout: String::from_utf8(ended.stdout).unwrap(),
        stderr: String::from_utf8(asked).unwrap(),
    }
}

fn questions(validity: &str) -> Vec<(&'static str, &str)> {
    let (which, else_) = ("which screen is shown", "anything else");
    let mut asked = vec![
        ("first screen", ""),
        (which, "1"),
        ("お知らせ", ""),
        (else_, ""),
    ];
    asked.extend([("log in with", ""), (which, "2"), (else_, "")]);
    asked.extend([
        ("choose by eye", ""),
        (which, "5"),
        ("原因 (Enter", ""),
        (else_, ""),
    ]);
    asked.extend([
        ("asks for the card", ""),
        ("lies there now", ""),
        (which, "7"),
    ]);
    asked.extend([("資格有効性 (Enter", validity), (else_, "")]);
    asked.extend([
        ("the card was taken", ""),
        (which, "2"),
        (else_, ""),
        ("close the app", ""),
    ]);
    asked
}

#[test]
fn a_person_operates_the_app_and_the_verdict_says_so() {
    if python_with_pyscard("a_person_operates_the_app_and_the_verdict_says_so").is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let right = folder.path().join("right");
    attended(&right, "60", &questions("無効")).expect_success();
    let seen = verdict(&right.join("out"), "own/lapsed");
    assert_eq!(seen["binding"], "attended");
    assert_eq!(outcome(&seen, "result.lapsed-is-not-valid"), "pass");
    assert_eq!(
        outcome(&seen, "result.delivered-fields-shown"),
        "inconclusive"
    );
    let wrong = folder.path().join("wrong");
    let played = attended(&wrong, "60", &questions("有効"));
    assert_eq!(played.code, Some(1), "{played:?}");
    let seen = verdict(&wrong.join("out"), "own/lapsed");
    assert_eq!(outcome(&seen, "result.lapsed-is-not-valid"), "fail");
}

#[test]
fn a_person_who_does_not_answer_is_waited_for_as_long_as_was_said() {
    if python_with_pyscard("a_person_who_does_not_answer_is_waited_for").is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let played = attended(folder.path(), "1", &[("first screen", "")]);
    assert_eq!(played.code, Some(5), "{played:?}");
    assert!(played.stderr.contains("--attended-limit"), "{played:?}");
}

#[test]
fn clients_that_need_the_desktop_are_never_there_at_the_same_time() {
    let test = "clients_that_need_the_desktop_are_never_there_at_the_same_time";
    let Some(python) = python_with_pyscard(test) else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let desktop = folder.path().join("desktop");
    let correct = read(source("../clients/visual.py"));
    let changed = correct
        .replace(
            "supports=[\"visual\"]",
            "supports=[\"visual\"], exclusive=\"desktop\"",
        )
        .replace(
            "            screen(\"ログイン画面\", \"ログイン\")",
            &format!(
                "            os.mkdir(r'{}')\n            screen(\"ログイン画面\", \"ログイン\")",
                desktop.display()
            ),
        )
        .replace(
            "        elif kind == \"end\":\n",
            &format!(
                "        elif kind == \"end\":\n            os.rmdir(r'{}')\n",
                desktop.display()
            ),
        );
    assert_eq!(
        changed.matches("desktop").count() - changed.matches("/desktop'").count(),
        1
    );
    let client = folder.path().join("visual.py");
    fs::write(&client, changed).unwrap();
    let client = format!("{python} '{}'", client.display());
    let out = folder.path().join("out").display().to_string();
    let ids = [
        "happy/visual",
        "eligibility/family",
        "eligibility/last-day",
        "eligibility/long",
    ];
    let mut args = vec!["run", "--jobs", "4", "--client", &client, "--out", &out];
    args.extend(ids);
    let outcome = madoguchi(args);
    // Two at a time would have ended the second: the folder was there.
    for id in ids {
        let verdict = verdict(Path::new(&out), id);
        assert_eq!(verdict["conduct"], "complete", "{id}: {outcome:?}");
    }
}
