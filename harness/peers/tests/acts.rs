//! Acts that change the world in the middle of a case, each with a correct client.

use std::fs;
use std::path::Path;

use madoguchi_peers::{Outcome, madoguchi, read, reference_client};

/// Plays a scenario of one's own with a correct client.
fn play(text: &str) -> Outcome {
    let folder = tempfile::tempdir().expect("a folder");
    play_in(folder.path(), text)
}

fn play_in(folder: &Path, text: &str) -> Outcome {
    let own = folder.join("own.yaml");
    fs::write(&own, text).expect("a file");
    let [own, out] = [&own, &folder.join("out")].map(|path| path.display().to_string());
    let client = reference_client(None);
    madoguchi(["run", &own, "--client", &client, "--out", &out])
}

#[test]
fn what_is_filed_in_the_middle_is_what_the_next_check_shows() {
    let cases = [
        // an insurance begins, of a person for whom none was filed
        (
            "{ insurance: [] }",
            "{ insurance: [{ from: 0d }] }",
            "{ 資格有効性: 有効, 資格取得年月日: 2026-05-07 }",
        ),
        (
            "{}",
            "{ insurance: [{ insurer-name: 架空転職健康保険組合 }] }",
            "{ 資格有効性: 有効, 保険者名: 架空転職健康保険組合 }",
        ),
        // only what is said changes
        (
            "{ insurance: [{ insurer-name: 架空前職健康保険組合 }] }",
            "{ insurance: [{ name: 試験　花代 }] }",
            "{ 氏名: 試験　花代, 保険者名: 架空前職健康保険組合 }",
        ),
        (
            "{}",
            "{ insurance: [{ lost: -1d }], assistance: [{ from: 0d }] }",
            "{ 医療扶助/福祉事務所名: 架空県試験市福祉事務所 }",
        ),
    ];
    for (before, to, shows) in cases {
        let told = play(&format!(
            "\
purpose: {{ ja: 異動, en: a change }}
requirements: [result.delivered-fields-shown]
given: {{ persona: shiken-taro, at: 2026-05-07T10:00:00+09:00, record: {before} }}
when:
  - login
  - choose-method: visual
  - place-card
  - take-card
  - record-changes: {{ to: {to} }}
  - choose-method: visual
  - place-card
  - take-card
  - close
then: [{{ for: result.delivered-fields-shown, shows: {shows} }}]
"
        ));
        assert_eq!(told.code, Some(0), "{to}:\n{}", told.stdout);
    }
}

/// The same person with other certificates: over their date and still accepted, over it for long, and not
/// begun.
#[test]
fn the_certificates_of_a_persona_end_when_a_scenario_says() {
    for (dates, decision) in [
        ("until: 0d", "OK"),
        ("until: -14d", "CERT_EXPIRED_GRACE"),
        ("from: -6y, until: -1y", "CERT_EXPIRED"),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let told = play_in(
            folder.path(),
            &format!(
                "\
purpose: {{ ja: 有効期間, en: dates of a certificate }}
requirements: [contract.messages]
given: {{ persona: shiken-taro, card: {{ certificate: {{ {dates} }} }} }}
when: [login, {{ choose-method: visual }}, place-card, take-card, close]
"
            ),
        );
        assert_eq!(told.code, Some(0), "{dates}:\n{}", told.stdout);
        let trace = read(folder.path().join("out/own/own/trace.jsonl"));
        let decided = format!("\"decision\":\"{decision}\"");
        assert!(trace.contains(&decided), "{dates}: no {decided}");
    }
}

#[test]
fn another_persons_record_may_change_and_the_one_at_the_counter_stays() {
    let told = play(
        "\
purpose: { ja: 別の人の異動, en: a change of another person's }
requirements: [result.delivered-fields-shown]
given: { persona: shiken-taro }
when:
  - login
  - record-changes: { persona: shiken-hanako, to: { withheld: true } }
  - choose-method: visual
  - place-card
  - take-card
  - choose-method: visual
  - place-card: shiken-hanako
  - take-card
  - close
then:
  - { for: result.delivered-fields-shown, shows: { 氏名: 試験　太郎, 資格有効性: 有効 } }
",
    );
    assert_eq!(told.code, Some(0), "{}", told.stdout);
    assert!(told.stdout.contains("passed"), "{}", told.stdout);
}

/// Closed or killed, on a PC and on a mobile device: the terminal stays activated.
#[test]
fn a_client_that_is_started_again_goes_on() {
    for device in ["pc", "mobile"] {
        for restart in ["restart-app", "restart-app: killed"] {
            let folder = tempfile::tempdir().expect("a folder");
            let told = play_in(
                folder.path(),
                &format!(
                    "\
purpose: {{ ja: 起動し直す, en: started again }}
requirements: [service.activation-code-once, result.previous-patient-cleared]
given: {{ persona: shiken-taro, device: {device}, terminal: fresh }}
when:
  - login
  - choose-method: visual
  - place-card
  - take-card
  - {restart}
  - login
  - choose-method: visual
  - place-card: shiken-hanako
  - take-card
  - close
"
                ),
            );
            assert_eq!(told.code, Some(0), "{device}, {restart}:\n{}", told.stdout);
            let trace = read(folder.path().join("out/own/own/trace.jsonl"));
            let (before, after) = trace
                .split_once("\"action\":\"restart-app\"")
                .expect("the act");
            let first_logins = |part: &str| part.matches("\"operation\":\"first-login\"").count();
            assert_eq!((first_logins(before), first_logins(after)), (1, 0));
            let first = after.lines().find(|line| line.contains("\"title\""));
            assert!(
                first.is_some_and(|line| line.contains("ログイン")),
                "{first:?}"
            );
        }
    }
}

/// What each of the processes wrote on standard error is kept.
#[test]
fn what_a_client_said_before_it_was_started_again_is_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let own = folder.path().join("own.yaml");
    let text = "\
purpose: { ja: 起動し直す, en: started again }
requirements: [terminal.login-first]
given: { persona: shiken-taro }
when: [login, restart-app, login, close]
";
    fs::write(&own, text).expect("a file");
    let [own, out] = [&own, &folder.path().join("out")].map(|path| path.display().to_string());
    let client = reference_client(Some("prints-login"));
    madoguchi(["run", &own, "--client", &client, "--out", &out]);
    let log = read(folder.path().join("out/own/own/client.log"));
    assert_eq!(log.matches("login as").count(), 2, "{log}");
}

/// Pressed before the answer is there: the client that reads a line at a time does it afterwards.
#[test]
fn a_button_is_pressed_while_the_service_still_answers() {
    let folder = tempfile::tempdir().expect("a folder");
    let told = play_in(
        folder.path(),
        "\
purpose: { ja: 待つ間に押す, en: pressed meanwhile }
requirements: [contract.messages]
given:
  persona: shiken-taro
  service: { faults: [{ delay: { operation: eligibility-by-certificate, ms: 600 } }] }
when:
  - login
  - choose-method: visual
  - place-card
  - press-meanwhile: 閉じる
  - press-meanwhile: 閉じる
  - take-card
  - close
",
    );
    assert_eq!(told.code, Some(0), "{}", told.stdout);
    let trace = read(folder.path().join("out/own/own/trace.jsonl"));
    let places = [
        "\"operation\":\"eligibility-by-certificate\"",
        "\"action\":\"press-meanwhile\"",
        "\"fault\":\"delayed\"",
        "\"title\":\"資格確認結果\"",
        "\"done\":{\"do\":3}",
        "\"done\":{\"do\":4}",
        "\"done\":{\"do\":5}",
        "\"action\":\"take-card\"",
    ];
    let places = places.map(|what| {
        trace
            .find(what)
            .unwrap_or_else(|| panic!("{what}: {trace}"))
    });
    assert!(places.is_sorted(), "{places:?}\n{trace}");
}
