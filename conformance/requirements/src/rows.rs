//! The public documents, row by row: what each states that bears on a client, a facility or the
//! service, how it could be observed, and by what it is covered here — operations of the service,
//! requirements on clients, scenarios, tests — or why by nothing. A row is never renumbered.
//!
//! One YAML file per document under `requirements/rows`; [`markdown`] makes the table for readers.

use std::fmt::Write as _;
use std::sync::LazyLock;

use madoguchi_eligibility::Operation;
use madoguchi_notation::{Diagnostics, Wording, load};
use serde::{Deserialize, Serialize};

use super::{Catalogue, Document};

/// One row of a public document.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Row {
    /// `R<document>-<number>`.
    pub id: String,
    /// Page or heading.
    pub place: String,
    /// How it could be observed.
    pub codes: Vec<Code>,
    /// What it states, in our words.
    pub text: Wording,
    /// Operations of the service that carry it out.
    #[serde(default)]
    pub operations: Vec<Operation>,
    /// Requirements on clients, those on a レセコン among them, by id.
    #[serde(default)]
    pub requirements: Vec<String>,
    /// Scenarios in which it can be seen, by id.
    #[serde(default)]
    pub scenarios: Vec<String>,
    /// Tests of ours, as `<folder>::<function>`.
    #[serde(default)]
    pub tests: Vec<String>,
    /// Why nothing covers it, or what the cover leaves open.
    #[serde(default)]
    pub reason: Option<Wording>,
}

/// Where a row could be observed without looking into a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Code {
    /// Card traffic.
    K,
    /// Web traffic.
    W,
    /// Screens of the client.
    S,
    /// What the client hands to the facility's system (レセコン).
    R,
    /// What operators set up: portal, 資格確認端末.
    O,
    /// What the client leaves on the disk.
    F,
    /// Nowhere: organisation, policy.
    N,
    /// Out of scope: money, statistics.
    X,
}

impl Row {
    /// Whether anything of it can be observed.
    #[must_use]
    pub fn is_observable(&self) -> bool {
        self.codes
            .iter()
            .any(|code| !matches!(code, Code::N | Code::X))
    }
}

macro_rules! embedded {
    ($($document:literal),+ $(,)?) => {
        &[$((
            $document,
            include_str!(concat!("../rows/", $document, ".yaml")),
        )),+]
    };
}

/// The documents in the order of their rows' numbers, and how many rows each has.
const DOCUMENTS: &[(&str, &str)] = embedded![
    "overview-2023-11",
    "overview-2022-12",
    "functions-2025-04",
    "fallback-2025-05",
    "health-checks-2024",
];

/// The rows of each document, by the document's key.
///
/// # Panics
/// Never: a test reads the same texts.
#[must_use]
pub fn rows() -> &'static [(&'static str, Vec<Row>)] {
    static ROWS: LazyLock<Vec<(&'static str, Vec<Row>)>> =
        LazyLock::new(|| read().expect("the built-in rows are read by a test"));
    &ROWS
}

fn read() -> Result<Vec<(&'static str, Vec<Row>)>, Diagnostics> {
    DOCUMENTS
        .iter()
        .map(|(document, text)| {
            let file = format!("conformance/requirements/rows/{document}.yaml");
            Ok((*document, load(&file, text)?))
        })
        .collect()
}

/// The table for readers: every row that can be observed, and by what it is covered.
#[must_use]
pub fn markdown(catalogue: &Catalogue) -> String {
    let mut page = String::from(
        "<!-- Generated: cargo run -p madoguchi-requirements --example rows > conformance/requirements/rows.md -->\n\
         # What the public documents state, and what covers it\n\n\
         資料の各行と、それを扱う操作・要件・シナリオ・試験。K カード · W 通信 · S 画面 · R レセコンへの出力 · O 運用側 · F 残存物。\n\n\
         Each row of the documents with its operation, requirements, scenarios and tests. K card · W web · S \
         screen · R output to the facility's system · O operators · F residue.\n",
    );
    for (key, rows) in rows() {
        let Some(Document {
            title, by, date, ..
        }) = catalogue.document(key)
        else {
            continue;
        };
        // Writing to a String cannot fail.
        let _ = write!(
            page,
            "\n## {title}\n\n{by}, {date}\n\n\
             | row | | place | ja | en | operations | covered by |\n|---|---|---|---|---|---|---|\n"
        );
        for row in rows.iter().filter(|row| row.is_observable()) {
            let _ = writeln!(
                page,
                "| {} | {} | {} | {} | {} | {} | {} |",
                row.id,
                listed(row.codes.iter().map(|code| format!("{code:?}"))),
                row.place,
                row.text.ja,
                row.text.en,
                listed(
                    row.operations
                        .iter()
                        .map(|operation| format!("`{operation}`"))
                ),
                cover(row),
            );
        }
        let unseen = rows.iter().filter(|row| !row.is_observable());
        let _ = writeln!(
            page,
            "\nNot observable (N) or out of scope (X): {}",
            listed(unseen.map(|row| row.id.clone()))
        );
    }
    page
}

fn cover(row: &Row) -> String {
    let requirements = row.requirements.iter().map(|id| format!("**{id}**"));
    let scenarios = row.scenarios.iter().map(|id| format!("*{id}*"));
    let tests = row.tests.iter().map(|test| format!("`{test}`"));
    let reason = row
        .reason
        .iter()
        .map(|reason| format!("{} / {}", reason.ja, reason.en));
    requirements
        .chain(scenarios)
        .chain(tests)
        .chain(reason)
        .collect::<Vec<_>>()
        .join("<br>")
}

fn listed(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many rows each document has: the numbers are the committed list, so that no row can go
    /// missing unnoticed.
    const COUNTS: &[usize] = &[51, 46, 15, 18, 24];

    #[test]
    fn no_row_is_missing_and_none_stands_twice() {
        let all = read().map_err(|error| error.to_string()).unwrap();
        for (number, ((document, rows), count)) in all.iter().zip(COUNTS).enumerate() {
            let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
            let expected: Vec<String> = (1..=*count).map(|n| format!("R{number}-{n:02}")).collect();
            assert_eq!(ids, expected, "{document}");
        }
        assert_eq!(all.len(), COUNTS.len());
    }

    #[test]
    fn every_observable_row_is_covered_or_says_why_not() {
        for row in rows().iter().flat_map(|(_, rows)| rows) {
            if row.is_observable() {
                let is_shown = !(row.requirements.is_empty()
                    && row.scenarios.is_empty()
                    && row.tests.is_empty());
                assert!(is_shown || row.reason.is_some(), "{}", row.id);
            }
            assert!(
                !row.codes.is_empty() && !row.text.ja.is_empty(),
                "{}",
                row.id
            );
            assert!(!row.text.en.is_empty(), "{}", row.id);
        }
    }

    #[test]
    fn what_a_row_names_exists() {
        let requirements = crate::builtin();
        let catalogue = madoguchi_scenarios::Catalogue::builtin();
        let scenarios: Vec<&str> = catalogue.entries().iter().map(|e| e.id.as_str()).collect();
        for row in rows().iter().flat_map(|(_, rows)| rows) {
            for id in &row.requirements {
                assert!(requirements.get(id).is_some(), "{}: {id}", row.id);
            }
            for id in &row.scenarios {
                assert!(scenarios.contains(&id.as_str()), "{}: {id}", row.id);
            }
        }
    }

    #[test]
    fn every_document_of_the_rows_is_in_the_list_of_documents() {
        for (document, _) in rows() {
            assert!(crate::builtin().document(document).is_some(), "{document}");
        }
    }
}
