//! What rests on which place of a document: when a source changes, the cases to review.
//!
//! `requirements/reviewed.json` keeps a digest of every place as it was when requirements, scenarios
//! and tests were last held against it. Where rows or the edition of a document were written anew
//! since then, the place is due; a test keeps that from being forgotten.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use madoguchi_scenarios::Catalogue as Scenarios;
use sha2::{Digest as _, Sha256};

use super::{Catalogue, rows};

/// A heading or page of a public document, and what rests on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Key of the document in `requirements/documents.yaml`.
    pub document: String,
    /// Page or heading, as rows and requirements cite it.
    pub place: String,
    /// Requirements on clients, those on a レセコン among them.
    pub requirements: BTreeSet<String>,
    /// Scenarios that decide them, or in which it can be seen.
    pub scenarios: BTreeSet<String>,
    /// Tests of ours, as `<folder>::<function>`.
    pub tests: BTreeSet<String>,
    /// Whether it is another than when it was last reviewed.
    pub is_due: bool,
    digest: String,
}

/// All places of all documents, in the order of their names.
#[must_use]
pub fn places(catalogue: &Catalogue) -> Vec<Place> {
    let reviewed = reviewed();
    let deciding = deciding();
    let mut said: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    let mut places: BTreeMap<(&str, &str), Place> = BTreeMap::new();
    let everything = catalogue.requirements().iter();
    for requirement in everything.chain(catalogue.of_consumers()) {
        for source in &requirement.sources {
            let key = (source.document.as_str(), source.place.as_str());
            place(&mut places, key).cite(&requirement.id, &deciding);
        }
    }
    for (document, rows) in rows() {
        for row in rows {
            let key = (*document, row.place.as_str());
            said.entry(key)
                .or_default()
                .extend([row.id.as_str(), &row.text.ja, &row.text.en]);
            let place = place(&mut places, key);
            for id in &row.requirements {
                place.cite(id, &deciding);
            }
            place.scenarios.extend(row.scenarios.iter().cloned());
            place.tests.extend(row.tests.iter().cloned());
        }
    }
    for (key, place) in &mut places {
        let said = said.get(key).map_or(&[][..], Vec::as_slice);
        place.digest = digest(catalogue, *key, said);
        let before = reviewed.get(key.0).and_then(|places| places.get(key.1));
        place.is_due = before != Some(&place.digest);
    }
    places.into_values().collect()
}

/// What `requirements/reviewed.json` must hold once all of these have been reviewed.
#[must_use]
pub fn as_reviewed(places: &[Place]) -> String {
    let mut digests: Digests = BTreeMap::new();
    for place in places {
        let document = digests.entry(place.document.clone()).or_default();
        document.insert(place.place.clone(), place.digest.clone());
    }
    let text = serde_json::to_string_pretty(&digests);
    text.unwrap_or_else(|error| unreachable!("digests are plain data: {error}")) + "\n"
}

/// By document and place.
type Digests = BTreeMap<String, BTreeMap<String, String>>;

fn reviewed() -> Digests {
    let text = include_str!("../reviewed.json");
    serde_json::from_str(text).unwrap_or_default()
}

/// The scenarios that decide each requirement.
fn deciding() -> BTreeMap<String, BTreeSet<String>> {
    let mut deciding: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let catalogue = Scenarios::builtin();
    for entry in catalogue.entries() {
        // A test reads all of them.
        let Ok(scenario) = entry.read() else {
            continue;
        };
        for id in scenario.decides() {
            let scenarios = deciding.entry(id.to_owned()).or_default();
            scenarios.insert(entry.id.clone());
        }
    }
    deciding
}

fn place<'p, 't>(
    places: &'p mut BTreeMap<(&'t str, &'t str), Place>,
    key: (&'t str, &'t str),
) -> &'p mut Place {
    places.entry(key).or_insert_with(|| Place {
        document: key.0.to_owned(),
        place: key.1.to_owned(),
        requirements: BTreeSet::new(),
        scenarios: BTreeSet::new(),
        tests: BTreeSet::new(),
        is_due: true,
        digest: String::new(),
    })
}

impl Place {
    fn cite(&mut self, requirement: &str, deciding: &BTreeMap<String, BTreeSet<String>>) {
        self.requirements.insert(requirement.to_owned());
        let scenarios = deciding.get(requirement).into_iter().flatten();
        self.scenarios.extend(scenarios.cloned());
    }
}

/// The first half of a SHA-256 over the edition, the place, and what our rows say that it states.
fn digest(catalogue: &Catalogue, (document, place): (&str, &str), said: &[&str]) -> String {
    let mut text = Sha256::new();
    if let Some(edition) = catalogue.document(document) {
        for part in [&edition.title, &edition.by, &edition.date] {
            text.update(part);
            text.update([0]);
        }
    }
    for part in [place].iter().chain(said) {
        text.update(part);
        text.update([0]);
    }
    let digest = text.finalize();
    digest[..16].iter().fold(String::new(), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin;

    #[test]
    fn a_new_edition_makes_all_of_its_document_due_and_nothing_else() {
        let now = places(builtin());
        let later = places(&builtin().with_edition("functions-2025-04", "令和8年4月1日"));
        for (before, after) in now.iter().zip(&later) {
            assert_eq!(
                after.is_due,
                before.document == "functions-2025-04",
                "{} {}",
                after.document,
                after.place
            );
        }
    }

    #[test]
    fn the_cases_of_a_place_are_those_that_decide_what_rests_on_it() {
        let places = places(builtin());
        let screen = |place: &&Place| {
            place.document == "overview-2023-11"
                && place.requirements.contains("card.choice-before-card")
        };
        let place = places.iter().find(screen).unwrap();
        assert!(place.scenarios.contains("card/early"), "{place:?}");
    }
}
