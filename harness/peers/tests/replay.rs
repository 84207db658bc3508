//! From the draft of a field failure to the scenario that reproduces it: `madoguchi replay`.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::fs;
use std::path::{Path, PathBuf};

use madoguchi_peers::{Outcome, madoguchi, read, reference_client, source};
use serde_json::Value;

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn replay(case: &str, client: &str, out: &Path, more: &[&str]) -> (Outcome, Value) {
    let out = text(out);
    let args = ["replay", case, "--client", client, "--out", &out];
    let args = args.into_iter().chain(["--lang", "en"]);
    let told = madoguchi(args.chain(more.iter().copied()));
    let found = read(Path::new(&out).join("replay.json"));
    (told, serde_json::from_str(&found).unwrap())
}

/// What the field had: a run of a client with a mistake, of which only the redacted timeline is left.
fn imported(folder: &Path, scenario: &str, defect: &str) -> PathBuf {
    let [run, case] = ["run", "case"].map(|name| folder.join(name));
    let client = reference_client(Some(defect));
    let args = ["run", scenario, "--client", &client, "--out", &text(&run)];
    madoguchi(args);
    let trace = run.join(scenario).join("trace.jsonl");
    madoguchi(["import", &text(&trace), "--out", &text(&case)]).expect_success();
    case
}

/// The log shows a connection that broke; whether the service had carried the request out, it does not.
/// Only where it had does asking with a new request do harm.
#[test]
fn of_two_candidates_the_one_with_the_same_symptom_is_chosen() {
    let folder = tempfile::tempdir().unwrap();
    let case = imported(folder.path(), "web/answer-lost", "renews-after-end");
    let draft = read(case.join("scenario.yaml"));
    assert!(draft.contains("- reset: {"), "{draft}");
    let out = folder.path().join("out");
    let client = reference_client(Some("renews-after-end"));
    let (told, found) = replay(&text(&case), &client, &out, &[]);
    told.expect_success();
    let id = "service.same-request-on-retry";
    assert_eq!(found["wanted"]["requirement"], id, "{found:#}");
    assert_eq!(found["wanted"]["of-log"], true, "{found:#}");
    assert_eq!(found["alternatives"][0]["same-symptom"], false, "{found:#}");
    assert_eq!(found["alternatives"][1]["same-symptom"], true, "{found:#}");
    assert_eq!(
        (&found["chosen"], &found["verified"]),
        (&1.into(), &3.into())
    );
    let chosen = out.join("reproduced.yaml");
    assert!(read(&chosen).contains("- answer-lost: {"));
    let same = folder.path().join("same");
    let (told, found) = replay(&text(&chosen), &client, &same, &[]);
    told.expect_success();
    assert_eq!(
        found["chosen"], 0,
        "what was chosen is tried first: {found:#}"
    );

    let small = text(&folder.path().join("small"));
    let args = ["shrink", &text(&chosen), "--client", &client];
    madoguchi(
        args.into_iter()
            .chain(["--requirement", id, "--out", &small]),
    )
    .expect_success();

    // a correct client has no such symptom, whatever the draft could be
    let (told, found) = replay(&text(&case), &reference_client(None), &same, &[]);
    assert_eq!(told.code, Some(1), "{}", told.stdout);
    assert!(found["chosen"].is_null(), "{found:#}");
}

/// Nothing in a card log says what was typed or who came: the symptom is that of no draft.
#[test]
fn a_log_of_a_card_alone_is_played_with_what_was_filled_in_otherwise() {
    let folder = tempfile::tempdir().unwrap();
    let log = source("../../conformance/incident/tests/data/spy-torn.log");
    let case = folder.path().join("case");
    madoguchi(["import", &text(&log), "--out", &text(&case)]).expect_success();
    let out = folder.path().join("out");
    let client = reference_client(Some("shows-lapsed-as-valid"));
    let (told, found) = replay(&text(&case), &client, &out, &[]);
    told.expect_success();
    let id = "result.lapsed-is-not-valid";
    assert_eq!(found["symptom"]["requirement"], id, "{found:#}");
    assert!(read(out.join("reproduced.yaml")).contains("persona: kakuu-jiro # filled in"));
    let draft = &found["alternatives"][0];
    assert_eq!(draft["same-symptom"], false, "{found:#}");
    // the same client as in the log, so it lies near
    let (apart, of) = (&draft["differing-events"], &draft["events-of-log"]);
    assert!(
        apart.as_u64() <= Some(2) && of.as_u64() >= Some(20),
        "{found:#}"
    );
}

#[test]
fn a_symptom_in_words_is_looked_for_on_the_screens_and_in_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let out = |name: &str| folder.path().join(name);
    let lapsed = "eligibility/expired";
    let client = reference_client(Some("shows-lapsed-as-valid"));
    let words = ["--symptom", "資格有効性 有効"];
    let (told, found) = replay(lapsed, &client, &out("words"), &words);
    told.expect_success();
    assert_eq!(found["chosen"], 0, "{found:#}");
    let small = text(&out("small"));
    let chosen = text(&out("words").join("reproduced.yaml"));
    let args = ["shrink", &chosen, "--client", &client, "--out", &small];
    madoguchi(args.into_iter().chain(words)).expect_success();
    let small: Value = serde_json::from_str(&read(out("small").join("shrink.json"))).unwrap();
    assert_eq!(
        (&small["verified"], &small["words"]),
        (&3.into(), &words[1].into())
    );
    assert!(small["requirement"].is_null(), "{small:#}");
    let (told, found) = replay(lapsed, &reference_client(None), &out("right"), &words);
    assert_eq!(told.code, Some(1), "{}", told.stdout);
    assert!(found["chosen"].is_null(), "{found:#}");

    // what every client shows is no client's mistake
    let words = ["--symptom", "資格有効性"];
    let (told, found) = replay(lapsed, &client, &out("everybody"), &words);
    assert_eq!(told.code, Some(1), "{}", told.stdout);
    assert!(
        found["alternatives"][0]["of-control"].is_array(),
        "{found:#}"
    );
    assert!(
        told.stdout.contains("a correct client does the same"),
        "{}",
        told.stdout
    );

    let client = reference_client(Some("waits-for-ever"));
    let words = ["--symptom", "固まる", "--timeout", "1"];
    let (told, found) = replay("web/silent", &client, &out("hangs"), &words);
    told.expect_success();
    assert_eq!(found["symptom"]["ended"], "hung", "{found:#}");
    let (told, _) = replay("web/silent", &reference_client(None), &out("waits"), &words);
    assert_eq!(told.code, Some(1), "{}", told.stdout);
}

/// It expects a screen that no client shows.
#[test]
fn a_scenario_that_a_correct_client_fails_proves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let case = folder.path().join("never.yaml");
    let never = "\
purpose: { ja: 誰も通らない, en: nobody passes it }
requirements: [result.needs-answer]
given: { persona: shiken-taro }
when: [login, { choose-method: visual }, place-card, take-card, close]
then: [{ for: result.needs-answer, screen: 存在しない画面 }]
";
    fs::write(&case, never).unwrap();
    let out = folder.path().join("out");
    let client = reference_client(None);
    let (told, found) = replay(&text(&case), &client, &out, &[]);
    assert_eq!(told.code, Some(1), "{}", told.stdout);
    assert_eq!(
        found["alternatives"][0]["of-control"],
        serde_json::json!(["result.needs-answer"]),
        "{found:#}"
    );
    assert!(!out.join("reproduced.yaml").exists());
    assert!(told.stdout.contains("no evidence"), "{}", told.stdout);
}
