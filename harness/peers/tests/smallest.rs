//! From a case that fails to the smallest one and to a ticket, with the reference client's defects.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::fs;
use std::path::Path;

use madoguchi_peers::{madoguchi, read, reference_client};
use serde_json::Value;

/// A day with five visits, of which one matters.
const DAY: &str = "\
purpose: { ja: 長い一日, en: a long day }
requirements: [result.lapsed-is-not-valid]
given:
  persona: shiken-hanako
  reader:
    model: SONY FeliCa RC-S300/P
    faults:
      - { at: { apdu: 2 }, placed: 2, what: { late: 100ms } }
  service:
    faults:
      - media-type-parameters: { operation: eligibility-by-certificate, nth: 3 }
when:
  - login
  - choose-method: visual
  - place-card
  - take-card
  - choose-method: pin
  - enter-pin: right
  - place-card: shiken-taro
  - take-card
  - stop-service
  - start-service
  - choose-method: visual
  - place-card: kakuu-jiro
  - take-card
  - wait: 3min
  - choose-method: visual
  - place-card: fujo-hanako
  - take-card
  - browse-history
  - press: 閉じる
  - close
";

fn json(path: &Path) -> Value {
    serde_json::from_str(&read(path)).unwrap()
}

#[test]
fn a_long_day_becomes_the_visit_that_fails_and_the_visit_a_ticket() {
    let folder = tempfile::tempdir().unwrap();
    let day = folder.path().join("day.yaml");
    fs::write(&day, DAY).unwrap();
    let out = folder.path().join("out");
    let client = reference_client(Some("shows-lapsed-as-valid"));
    let shrink = |more: &[&str]| {
        let args = ["shrink", &day.to_string_lossy(), "--client", &client];
        let out = ["--out", &out.to_string_lossy(), "--lang", "en"].map(str::to_owned);
        let args = args.into_iter().chain(more.iter().copied());
        madoguchi(args.map(str::to_owned).chain(out))
    };
    let told = shrink(&[]);
    told.expect_success();
    let found = json(&out.join("shrink.json"));
    assert_eq!(found["requirement"], "result.lapsed-is-not-valid");
    assert_eq!(found["verified"], 3, "{found:#}");
    assert_eq!(found["after"], 3, "{found:#}");
    assert!(found["before"].as_u64().unwrap() > 20, "{found:#}");
    assert!(found["trials"].as_u64().unwrap() <= 60, "{found:#}");
    assert!(told.stdout.contains("without this line"), "{}", told.stdout);
    let smallest = read(out.join("smallest.yaml"));
    assert!(smallest.contains("kakuu-jiro"), "{smallest}");

    // What was tried is not tried again.
    shrink(&[]).expect_success();
    let again = json(&out.join("shrink.json"));
    assert_eq!(again["trials"], 0, "{again:#}");
    assert_eq!(read(out.join("smallest.yaml")), smallest);

    let ticket = folder.path().join("ticket.md");
    let [case, file] = [&out, &ticket].map(|path| path.to_string_lossy().into_owned());
    madoguchi(["ticket", &case, "--out", &file]).expect_success();
    let text = read(&ticket);
    for part in [
        "result.lapsed-is-not-valid",
        "正しいアプリ (参照クライアント) は同じ場面に合格します",
        "The reference client",
        "place-card",
        "madoguchi run case.yaml",
    ] {
        let part = part.to_lowercase();
        assert!(text.to_lowercase().contains(&part), "{part}\n{text}");
    }
    // A place on a user's disk stays out of a report, and so does the original.
    for secret in [
        folder.path().to_string_lossy().as_ref(),
        "madoguchi-reference-client --defect",
        "shiken-hanako",
    ] {
        assert!(!text.contains(secret), "{secret}\n{text}");
    }
}

#[test]
fn what_a_correct_client_fails_too_is_no_evidence() {
    let folder = tempfile::tempdir().unwrap();
    // The next patient never comes.
    let case = folder.path().join("cut.yaml");
    let cut = "\
purpose: { ja: 途中で終わる, en: it ends too early }
requirements: [card.survives-removal]
given:
  persona: shiken-taro
  reader: { faults: [{ at: { apdu: 10 }, what: torn }] }
when: [login, { choose-method: visual }, place-card, close]
";
    fs::write(&case, cut).unwrap();
    let out = folder.path().join("out");
    let told = madoguchi([
        "shrink",
        &case.to_string_lossy(),
        "--client",
        &reference_client(None),
        "--out",
        &out.to_string_lossy(),
    ]);
    assert_eq!(told.code, Some(1), "{}", told.stdout);
    assert!(!out.join("smallest.yaml").exists());
}

#[test]
fn a_client_that_passes_leaves_nothing_to_make_smaller() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_string_lossy().into_owned();
    let client = reference_client(None);
    let args = ["shrink", "happy/visual", "--client", &client, "--out", &out];
    let told = madoguchi(args);
    assert_eq!(told.code, Some(1));
    assert!(
        told.stdout.contains("the client passes this case"),
        "{}",
        told.stdout
    );
}

#[test]
fn a_scenario_of_ones_own_is_told_what_it_catches() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("own.yaml");
    let text = "\
purpose: { ja: 資格喪失後, en: it has lapsed }
requirements: [result.lapsed-is-not-valid]
given: { persona: kakuu-jiro }
when: [login, { choose-method: visual }, place-card, take-card, close]
";
    fs::write(&own, text).unwrap();
    let out = folder.path().join("out").to_string_lossy().into_owned();
    let mutants = |scenario: &Path, defects: &[&str]| {
        let scenario = scenario.to_string_lossy().into_owned();
        let args = ["mutants", "--scenario", &scenario, "--out", &out].map(str::to_owned);
        madoguchi(
            args.into_iter()
                .chain(defects.iter().map(|&name| name.to_owned())),
        )
    };
    let told = mutants(&own, &["shows-lapsed-as-valid", "verifies-twice"]);
    told.expect_success();
    assert!(
        told.stdout.contains("catches 1 of 2 defects"),
        "{}",
        told.stdout
    );

    // What every client fails catches nothing.
    let unsound = folder.path().join("unsound.yaml");
    let never = "then: [{ for: result.needs-answer, screen: 存在しない画面 }]\n";
    fs::write(&unsound, format!("{text}{never}")).unwrap();
    let told = mutants(&unsound, &["shows-lapsed-as-valid"]);
    assert_eq!(told.code, Some(1), "{}", told.stdout);
}

#[test]
fn random_days_find_a_mistake_and_let_a_correct_client_through() {
    let folder = tempfile::tempdir().unwrap();
    let explore = |name: &str, defect: Option<&str>, more: &[&str]| {
        let [out, json] = ["out", "json"].map(|end| folder.path().join(format!("{name}.{end}")));
        let client = reference_client(defect);
        let [out, file] = [&out, &json].map(|path| path.to_string_lossy().into_owned());
        let args = [
            "explore", "--client", &client, "--out", &out, "--json", &file,
        ];
        let told = madoguchi(args.iter().chain(more));
        (told.code, self::json(&json))
    };
    let (code, found) = explore("wrong", Some("shows-lapsed-as-valid"), &["--first"]);
    assert_eq!(code, Some(1), "{found:#}");
    let requirements: Vec<&str> = found["found"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["requirement"].as_str().unwrap())
        .collect();
    assert!(
        requirements.contains(&"result.lapsed-is-not-valid"),
        "{found:#}"
    );
    let file = found["found"][0]["file"].as_str().unwrap();
    madoguchi(["scenario", "check", file]).expect_success();

    let (code, found) = explore("right", None, &["--days", "30", "--budget", "60s"]);
    assert_eq!(code, Some(0), "{found:#}");
    assert_eq!(found["days"], 30);
}
