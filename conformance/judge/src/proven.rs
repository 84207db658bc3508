//! What was proven of the assumptions: a requirement that comes out the same under every alternative
//! that public material leaves open does not rest on the assumption, though it declares it.
//!
//! The trial plays the whole catalogue under each alternative with a correct client that follows it, and
//! a client with a defect that breaks the requirement: the passes must stay, and the defect must be
//! caught. `proven.json` is what came of the last one:
//!
//! ```text
//! cargo run -p madoguchi-peers --example assumptions -- --write
//! ```

use std::collections::BTreeMap;
use std::sync::LazyLock;

use madoguchi_requirements::Requirement;
use serde::{Deserialize, Serialize};

/// What a trial came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Proven {
    /// Its day, `YYYY-MM-DD`; empty before the first.
    pub day: String,
    /// How many scenarios were played under each alternative.
    pub scenarios: usize,
    /// Verdicts on the correct client as it is.
    #[serde(default)]
    pub verdicts: Verdicts,
    /// The alternatives that were played, by assumption.
    pub alternatives: BTreeMap<String, Vec<String>>,
    /// Of each requirement what was found, by the assumptions that it declares.
    pub requirements: BTreeMap<String, BTreeMap<String, Found>>,
}

/// How many verdicts of a run rest on no assumption.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Verdicts {
    /// Verdicts that say pass or fail.
    pub decided: usize,
    /// Those that a document states and that declare no assumption.
    pub declared_free: usize,
    /// Those that a document states and that rest on none, as far as was proven.
    pub proven_free: usize,
}

/// What was found of a requirement and an assumption.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Found {
    /// The same under every alternative.
    Robust {
        /// The defect that was caught under every alternative, too.
        defect: String,
    },
    /// Something else under an alternative: where, and what.
    Changes(Vec<String>),
    /// No alternative was played, for this reason.
    NotTried(String),
}

impl Proven {
    /// The last trial.
    ///
    /// # Panics
    /// Never: a test reads the file.
    #[must_use]
    pub fn builtin() -> &'static Self {
        static BUILTIN: LazyLock<Proven> = LazyLock::new(|| {
            serde_json::from_str(include_str!("proven.json"))
                .unwrap_or_else(|error| unreachable!("proven.json: {error}"))
        });
        &BUILTIN
    }

    /// Whether the requirement comes out the same whatever is assumed there.
    #[must_use]
    pub fn is_robust(&self, requirement: &str, assumption: &str) -> bool {
        let found = self.requirements.get(requirement);
        let found = found.and_then(|found| found.get(assumption));
        matches!(found, Some(Found::Robust { .. }))
    }

    /// What verdicts on a requirement rest on: what it declares, and is not proven to change nothing.
    pub fn resting(&self) -> impl Fn(&Requirement) -> Vec<String> + '_ {
        |requirement| {
            let declared = requirement.assumptions.iter();
            let id = requirement.id.as_str();
            let open = declared.filter(|assumption| !self.is_robust(id, assumption));
            open.cloned().collect()
        }
    }

    /// How many declared pairs of requirement and assumption there are, and how many of them are robust.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        let found = || self.requirements.values().flat_map(BTreeMap::values);
        let robust = found().filter(|found| matches!(found, Found::Robust { .. }));
        (found().count(), robust.count())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_declared_pair_was_looked_at_and_no_other() {
        let catalogue = madoguchi_requirements::builtin();
        let all = catalogue.requirements().iter();
        let declared: BTreeSet<(&str, &str)> = all
            .flat_map(|known| {
                let assumptions = known.assumptions.iter();
                assumptions.map(|assumption| (known.id.as_str(), assumption.as_str()))
            })
            .collect();
        let found: BTreeSet<(&str, &str)> = (Proven::builtin().requirements.iter())
            .flat_map(|(id, found)| found.keys().map(|key| (id.as_str(), key.as_str())))
            .collect();
        assert_eq!(
            declared.symmetric_difference(&found).collect::<Vec<_>>(),
            Vec::<&(&str, &str)>::new(),
            "cargo run -p madoguchi-peers --example assumptions -- --write"
        );
    }

    #[test]
    fn a_requirement_that_changes_under_an_alternative_rests_on_the_assumption() {
        let proven = Proven::builtin();
        let catalogue = madoguchi_requirements::builtin();
        let resting = proven.resting();
        for (id, found) in &proven.requirements {
            let requirement = catalogue.get(id).unwrap_or_else(|| panic!("{id}"));
            for (assumption, found) in found {
                let is_listed = resting(requirement).contains(assumption);
                let is_robust = matches!(found, Found::Robust { .. });
                assert_eq!(is_listed, !is_robust, "{id} {assumption}");
            }
        }
    }
}
