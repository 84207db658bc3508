//! The vendor's statement in a run: it takes away what the product does not claim, and looks at one
//! unknown case of each such thing all the same.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use aws_lc_rs::digest;
use madoguchi_conformance::report::cover::{Probe, Untried};
use madoguchi_conformance::statement::{Feature, Statement, because};
use madoguchi_conformance::verdict::Overall;
use madoguchi_notation::Wording;
use madoguchi_scenarios::Scenario;
use madoguchi_terms::{Lang, Say as _};

use super::trouble::Trouble;

/// A statement, and its text for the bundle.
pub(super) struct Claim {
    pub(super) text: String,
    statement: Statement,
}

impl Claim {
    pub(super) fn read(path: &Path) -> Result<Self, Trouble> {
        let text = fs::read_to_string(path).map_err(|error| Trouble::Read {
            path: path.to_owned(),
            error,
        })?;
        let statement =
            Statement::parse(&path.to_string_lossy(), &text).map_err(Trouble::Scenario)?;
        Ok(Self { text, statement })
    }

    /// Takes away what is not claimed: the cases, and why each is not tried.
    pub(super) fn narrow(&self, scenarios: &mut Vec<Scenario>) -> Vec<Untried> {
        let mut untried = Vec::new();
        scenarios.retain(|scenario| {
            let unclaimed = self.statement.unclaimed(scenario);
            if !unclaimed.is_empty() {
                untried.push(Untried {
                    scenario: scenario.id.clone(),
                    because: because(&unclaimed),
                });
            }
            unclaimed.is_empty()
        });
        untried
    }

    /// One case for each thing that is not claimed, which asks for nothing else that is not: the
    /// seed chooses among all variants of `scenarios`, so that nobody knows which it will be.
    pub(super) fn probes(&self, scenarios: &[Scenario], seed: u64) -> Vec<(Feature, Scenario)> {
        let alone: Vec<(Feature, &Scenario)> = scenarios
            .iter()
            .filter_map(|scenario| {
                let mut unclaimed = self.statement.unclaimed(scenario).into_iter();
                let only = unclaimed.next()?;
                unclaimed.next().is_none().then_some((only, scenario))
            })
            .collect();
        let features: BTreeSet<&Feature> = alone.iter().map(|(feature, _)| feature).collect();
        let probe = |feature: &Feature| {
            let of_it: Vec<&Scenario> = alone
                .iter()
                .filter(|(other, _)| other == feature)
                .map(|(_, scenario)| *scenario)
                .collect();
            let chosen = of_it[draw(seed, &feature.text(Lang::En), of_it.len())];
            (feature.clone(), chosen.clone())
        };
        features.into_iter().map(probe).collect()
    }
}

/// A number below `most`, the same for the same seed and name.
fn draw(seed: u64, name: &str, most: usize) -> usize {
    let drawn = digest::digest(&digest::SHA256, format!("{seed} {name}").as_bytes());
    let number = drawn
        .as_ref()
        .iter()
        .take(8)
        .fold(0u64, |n, b| n << 8 | u64::from(*b));
    usize::try_from(number % most as u64).unwrap_or_default()
}

/// What a probe came to.
pub(super) fn told(feature: &Feature, id: &str, outcome: Result<Overall, &Trouble>) -> Probe {
    let (ja, en) = match outcome {
        Ok(Overall::Passed) => (
            "宣言にないが、動作する".into(),
            "not claimed, but it works".into(),
        ),
        Ok(Overall::Failed) => (
            "宣言どおり、動作しない".into(),
            "it does not work, as stated".into(),
        ),
        Ok(Overall::CouldNotRun) => ("実行できなかった".into(), "it could not be run".into()),
        Err(trouble) => (trouble.text(Lang::Ja), trouble.text(Lang::En)),
    };
    Probe {
        feature: Wording::new(feature.text(Lang::Ja), feature.text(Lang::En)),
        scenario: id.to_owned(),
        came_out: Wording { ja, en },
        works: matches!(outcome, Ok(Overall::Passed)),
    }
}

#[cfg(test)]
mod tests {
    use madoguchi_scenarios::Breadth;

    use super::*;
    use crate::command::selection::Selection;

    #[test]
    fn the_seed_chooses_an_unknown_case_of_each_thing_that_is_not_claimed() {
        let text =
            "statement: 1\nproduct: { name: a, version: b }\nplatform: linux\nmethods: [visual]\n";
        let claim = Claim {
            text: text.into(),
            statement: Statement::parse("s.yaml", text).unwrap(),
        };
        let selection = Selection {
            breadth: Breadth::All,
            ..Selection::default()
        };
        let scenarios = selection.scenarios().unwrap();
        let probes = |seed| {
            let probes = claim.probes(&scenarios, seed);
            probes
                .into_iter()
                .map(|(feature, scenario)| (feature.text(Lang::En), scenario.id))
                .collect::<Vec<_>>()
        };
        let features: Vec<String> = probes(1).into_iter().map(|(feature, _)| feature).collect();
        assert_eq!(features, ["method pin", "PC/SC of Windows"]);
        assert_eq!(probes(1), probes(1));
        let many: BTreeSet<String> = (0..20).map(|seed| probes(seed)[0].1.clone()).collect();
        assert!(many.len() > 5, "{many:?}");
        for (_, scenario) in claim.probes(&scenarios, 3) {
            assert_eq!(claim.statement.unclaimed(&scenario).len(), 1);
        }
    }
}
