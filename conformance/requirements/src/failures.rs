//! Failures that were seen in the field, and what must never happen: for each the scenarios that play
//! it, or why none does. [`failures_markdown`] makes the table for readers.

use std::fmt::Write as _;
use std::sync::LazyLock;

use madoguchi_notation::{Diagnostics, Wording, load};
use serde::Deserialize;

/// One failure.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldFailure {
    /// `<group>-<number>`, such as `EL-01`.
    pub id: String,
    /// What happens, in our words.
    pub text: Wording,
    /// Scenarios that play it against an app, by id.
    #[serde(default)]
    pub scenarios: Vec<String>,
    /// Scenarios that play it against a レセコン, by id.
    #[serde(default)]
    pub consumer: Vec<String>,
    /// Tests of ours, as `<folder>::<function>`.
    #[serde(default)]
    pub tests: Vec<String>,
    /// Why no scenario plays it, or what is left open.
    #[serde(default)]
    pub reason: Option<Wording>,
}

const FILE: &str = "conformance/requirements/failures.yaml";

fn read() -> Result<Vec<FieldFailure>, Diagnostics> {
    load(FILE, include_str!("../failures.yaml"))
}

/// All of them, by group.
///
/// # Panics
/// Never: a test reads the same text.
#[must_use]
pub fn failures() -> &'static [FieldFailure] {
    static FAILURES: LazyLock<Vec<FieldFailure>> =
        LazyLock::new(|| read().expect("the built-in list is read by a test"));
    &FAILURES
}

/// The groups, in the order of the list, and how many rows each has: the numbers are the committed
/// list, so that no row can go missing unnoticed.
const GROUPS: &[(&str, usize, &str, &str)] = &[
    ("HP", 12, "通常の流れ", "what usually happens"),
    ("EL", 17, "資格の状態", "states of an eligibility"),
    ("CH", 11, "氏名と文字", "names and characters"),
    ("CD", 22, "カードとリーダー", "card and reader"),
    ("AC", 18, "端末とアカウント", "terminal and account"),
    (
        "RG",
        12,
        "健康保険証利用登録",
        "registration for use as an insurance card",
    ),
    ("MA", 10, "医療扶助", "medical assistance"),
    ("NW", 15, "通信・障害・一括照会", "network, outage, bulk"),
    (
        "HC",
        7,
        "居宅同意・オンライン診療",
        "home consent, online care",
    ),
    ("SN", 8, "あってはならないこと", "what must never happen"),
];

/// The table for readers.
#[must_use]
pub fn failures_markdown() -> String {
    let mut page = String::from(
        "<!-- Generated: cargo run -p madoguchi-requirements --example rows failures > conformance/requirements/failures.md -->\n\
         # Failures seen in the field, and what plays them\n\n\
         現場で起きた不具合の各行と、それを扱うシナリオ・試験、または扱わない理由。\n\n\
         Each failure with its scenarios and tests, or the reason why there is none.\n",
    );
    for (group, _, ja, en) in GROUPS {
        // Writing to a String cannot fail.
        let _ = write!(
            page,
            "\n## {ja} / {en}\n\n| row | ja | en | covered by |\n|---|---|---|---|\n"
        );
        for row in failures().iter().filter(|row| row.id.starts_with(group)) {
            let scenarios = row.scenarios.iter().map(|id| format!("*{id}*"));
            let consumer = row.consumer.iter().map(|id| format!("*{id}* (レセコン)"));
            let tests = row.tests.iter().map(|test| format!("`{test}`"));
            let reason = row
                .reason
                .iter()
                .map(|why| format!("{} / {}", why.ja, why.en));
            let cover: Vec<String> = scenarios
                .chain(consumer)
                .chain(tests)
                .chain(reason)
                .collect();
            let (id, text, cover) = (&row.id, &row.text, cover.join("<br>"));
            let _ = writeln!(page, "| {id} | {} | {} | {cover} |", text.ja, text.en);
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use madoguchi_scenarios::Catalogue;

    use super::*;

    #[test]
    fn no_row_is_missing_and_none_stands_twice() {
        let rows = read().map_err(|error| error.to_string()).unwrap();
        let ids: Vec<String> = rows.into_iter().map(|row| row.id).collect();
        let expected: Vec<String> = GROUPS
            .iter()
            .flat_map(|(group, count, ..)| (1..=*count).map(move |n| format!("{group}-{n:02}")))
            .collect();
        assert_eq!(ids, expected);
    }

    #[test]
    fn every_row_has_a_scenario_a_test_or_a_reason() {
        for row in failures() {
            let is_shown =
                !(row.scenarios.is_empty() && row.consumer.is_empty() && row.tests.is_empty());
            assert!(is_shown || row.reason.is_some(), "{}", row.id);
        }
    }

    /// 受診券 of 特定健診 shows nothing of 医療扶助.
    #[test]
    fn a_failure_of_assistance_is_played_with_assistance() {
        let of_assistance = failures().iter().filter(|row| row.id.starts_with("MA-"));
        for row in of_assistance {
            let is_ticket = |id: &&String| id.starts_with("tickets/");
            assert_eq!(row.consumer.iter().find(is_ticket), None, "{}", row.id);
        }
    }

    #[test]
    fn every_scenario_of_a_row_exists_and_every_scenario_of_the_field_has_a_row() {
        let catalogue = Catalogue::builtin();
        let ids: BTreeSet<&str> = catalogue
            .entries()
            .iter()
            .map(|entry| entry.id.as_str())
            .collect();
        let named: BTreeSet<&str> = failures()
            .iter()
            .flat_map(|row| row.scenarios.iter().map(String::as_str))
            .collect();
        let unknown: Vec<_> = named.difference(&ids).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
        let idle: Vec<_> = catalogue
            .entries()
            .iter()
            .filter(|entry| {
                entry.text.contains("tags: [field]") && !named.contains(entry.id.as_str())
            })
            .map(|entry| entry.id.as_str())
            .collect();
        assert!(idle.is_empty(), "{idle:?}");
    }
}
