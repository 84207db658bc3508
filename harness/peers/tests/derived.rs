//! The scenarios that are made from tables, against the reference client: a sample of them, and those that
//! changed what a check or the client does.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use madoguchi_peers::{failed, madoguchi, reference_client, verdict};
use madoguchi_scenarios::derived;

/// Each of them once failed a client that was right, or was lost by the reference client.
const TOLD_APART: &[&str] = &[
    "derived/flows/torn-away--pin-wrong",
    "derived/flows/foreign--pin-wrong",
    "derived/flows/consent-torn--consent",
    "derived/flows/registered-left--visual",
    "derived/flows/mobile-taken-first--mobile-pin",
    "derived/fields/class-02.visual",
    "derived/fields/order-valid-last-day.visual",
    "derived/answers/history.reset-again",
    "derived/answers/eligibility-by-certificate.answer-lost-left",
    "derived/answers/emergency-search.truncated-again",
    "derived/answers/eligibility-by-number.media-type-again",
    "derived/words/pin-letters.pc",
    "derived/visits/lapsed-valid",
];

/// How many are taken beside them.
const SAMPLE: usize = 36;

/// A wire that the client is only told of by a document, and says so (89) where it has none.
const OF_A_DOCUMENT: &str = "result-output-2025.05";

/// Some of all tables, the same in every run.
fn sample() -> Vec<String> {
    let mut cells = derived();
    cells.retain(|cell| !cell.id.contains(OF_A_DOCUMENT));
    let step = cells.len() / SAMPLE;
    let taken = cells.iter().skip(step / 2).step_by(step);
    let taken = taken.map(|cell| cell.id.clone());
    taken
        .chain(TOLD_APART.iter().map(|id| (*id).to_owned()))
        .collect()
}

fn played(conduct: &str, ids: &[String]) {
    let folder = tempfile::tempdir().unwrap();
    let client = format!("{} {conduct}", reference_client(None));
    let out = folder.path().display().to_string();
    let mut all = vec![
        "run",
        "--client",
        client.trim_end(),
        "--out",
        &out,
        "--jobs",
        "2",
    ];
    all.extend(ids.iter().map(String::as_str));
    let outcome = madoguchi(all);
    outcome.expect_success();
    for id in ids {
        assert!(
            folder.path().join(id).join("verdict.json").is_file(),
            "{id}"
        );
    }
}

#[test]
fn a_sample_passes() {
    played("", &sample());
}

#[test]
fn a_sample_passes_with_other_manners() {
    played(
        "--manner result-until-closed --manner several-on-one",
        &sample(),
    );
}

#[test]
fn patients_of_a_later_visit_pass_on_one_screen() {
    let cells = derived().into_iter().map(|cell| cell.id);
    let visits: Vec<_> = cells
        .filter(|id| id.starts_with("derived/visits/"))
        .collect();
    assert!(!visits.is_empty());
    played("--manner several-on-one", &visits);
}

#[test]
fn what_is_made_of_an_entry_that_is_no_pin_is_not_presented() {
    let folder = tempfile::tempdir().unwrap();
    let client = reference_client(Some("presents-short-pin"));
    let out = folder.path().display().to_string();
    let typed = ["long", "full-width", "letters"].map(|pin| format!("derived/words/pin-{pin}.pc"));
    let mut all = vec!["run", "--client", &client, "--out", &out];
    all.extend(typed.iter().map(String::as_str));
    let outcome = madoguchi(all);
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    for id in &typed {
        let verdict = verdict(folder.path(), id);
        let failed = failed(&verdict);
        assert!(
            failed.contains(&"credential.four-digits-only"),
            "{id}: {failed:?}"
        );
    }
}
