//! The vendor's statement in a run: it takes away what the product does not claim, and looks at one
//! unknown case of each such thing all the same.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::Path;

use aws_lc_rs::digest;
use madoguchi_judge::verdict::{Overall, Verdicts};
use madoguchi_notation::Wording;
use madoguchi_report::cover::{Probe, Untried};
use madoguchi_requirements::statement::{
    self, Extra, Feature, Output, Product, Statement, because,
};
use madoguchi_scenarios::{FacilityKind, Scenario};
use madoguchi_terms::{Lang, Say as _};

use super::input;
use super::trouble::Trouble;
use crate::consumer::scenario::{self as consumer, Act, Way};

/// A case that a statement may claim or not.
pub(super) trait Asks {
    /// Its id.
    fn id(&self) -> &str;
    /// What it asks of a product beside what every product does.
    fn needs(&self) -> BTreeSet<Feature>;
}

impl Asks for Scenario {
    fn id(&self) -> &str {
        &self.id
    }

    fn needs(&self) -> BTreeSet<Feature> {
        statement::needs(self)
    }
}

impl Asks for consumer::Scenario {
    fn id(&self) -> &str {
        &self.id
    }

    fn needs(&self) -> BTreeSet<Feature> {
        let of_act = |act: &Act| match act {
            Act::Deliver(deliver) => {
                let output = match deliver.by {
                    Way::Xml => Output::File,
                    Way::Clipboard => Output::Clipboard,
                    Way::Api => Output::Api,
                };
                let ticket = deliver.ticket.as_ref();
                let ticket = ticket.map(|_| Feature::facility(FacilityKind::Examination));
                [Some(Feature::Output(output)), ticket]
            }
            Act::Inquire(_) => [Some(Feature::Extra(Extra::Institution)), None],
            Act::Claim(_) => [Some(Feature::facility(FacilityKind::Treatment)), None],
        };
        self.when.iter().flat_map(of_act).flatten().collect()
    }
}

/// A statement, and its text for the bundle.
pub(super) struct Claim {
    pub(super) text: String,
    statement: Statement,
}

impl Claim {
    pub(super) fn read(path: &Path) -> Result<Self, Trouble> {
        let text = input::text(path, input::WRITTEN)?;
        let statement =
            Statement::parse(&path.to_string_lossy(), &text).map_err(Trouble::Scenario)?;
        Ok(Self { text, statement })
    }

    /// The product that it is about.
    pub(super) const fn product(&self) -> &Product {
        &self.statement.product
    }

    /// Takes away what is not claimed: the cases, and why each is not tried.
    pub(super) fn narrow<S: Asks>(&self, scenarios: &mut Vec<S>) -> Vec<Untried> {
        let mut untried = Vec::new();
        scenarios.retain(|scenario| {
            let unclaimed = self.statement.unclaimed(scenario.needs());
            if !unclaimed.is_empty() {
                untried.push(Untried {
                    scenario: scenario.id().to_owned(),
                    because: because(&unclaimed),
                });
            }
            unclaimed.is_empty()
        });
        untried
    }

    /// One case for each thing that is not claimed, which asks for nothing else that is not: the
    /// seed chooses among all variants of `scenarios`, so that it is unknown which it will be.
    pub(super) fn probes<S: Asks + Clone>(&self, scenarios: &[S], seed: u64) -> Vec<(Feature, S)> {
        let alone: Vec<(Feature, &S)> = scenarios
            .iter()
            .filter_map(|scenario| {
                let mut unclaimed = self.statement.unclaimed(scenario.needs()).into_iter();
                let only = unclaimed.next()?;
                unclaimed.next().is_none().then_some((only, scenario))
            })
            .collect();
        let features: BTreeSet<&Feature> = alone.iter().map(|(feature, _)| feature).collect();
        let probe = |feature: &Feature| {
            let of_it: Vec<&S> = alone
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
pub(super) fn told(feature: &Feature, id: &str, outcome: Result<&Verdicts, &Trouble>) -> Probe {
    let (ja, en) = match outcome.map(Verdicts::overall) {
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
    let broken = outcome.ok().into_iter().flat_map(Verdicts::failed);
    Probe {
        feature: Wording::new(feature.text(Lang::Ja), feature.text(Lang::En)),
        scenario: id.to_owned(),
        came_out: Wording { ja, en },
        works: outcome.is_ok_and(|verdicts| verdicts.overall() == Overall::Passed),
        broken: broken
            .map(|(verdict, _)| verdict.requirement.clone())
            .collect(),
    }
}

/// Says what the probes came to, and how much the statement left out.
pub(super) fn say(
    out: &mut dyn Write,
    probes: &[Probe],
    unclaimed: usize,
    lang: Lang,
) -> io::Result<()> {
    for probe in probes {
        let (feature, came_out) = (probe.feature.get(lang), probe.came_out.get(lang));
        let word = lang.pick("探り", "probe");
        writeln!(out, "  {word} {feature}: {came_out} ({})", probe.scenario)?;
    }
    if unclaimed > 0 {
        let told = lang.pick(
            format!("  未試験 {unclaimed} 件: 供給者の宣言にないため"),
            format!("  untested {unclaimed}: the vendor's statement does not claim them"),
        );
        writeln!(out, "{told}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use madoguchi_scenarios::Breadth;

    use super::*;
    use crate::command::selection::Selection;

    #[test]
    fn the_outputs_choose_what_is_delivered() {
        let text = "statement: 1\nproduct: { name: a, version: b }\nplatform: windows\n\
                    methods: [visual]\noutputs: [clipboard]\nfunctions: []\n";
        let claim = Claim {
            text: text.into(),
            statement: Statement::parse("s.yaml", text).unwrap(),
        };
        let all = crate::command::consumer::scenarios(&[]).unwrap();
        let mut claimed = all.clone();
        let untried = claim.narrow(&mut claimed);
        assert_eq!(untried.len() + claimed.len(), all.len());
        assert!(!claimed.is_empty());
        for scenario in &claimed {
            let by_clipboard = |act: &Act| match act {
                Act::Deliver(deliver) => deliver.by == Way::Clipboard,
                Act::Inquire(_) => false,
                Act::Claim(_) => true,
            };
            assert!(scenario.when.iter().all(by_clipboard), "{}", scenario.id);
        }
        let probes = claim.probes(&all, 1);
        let features: Vec<String> = probes.iter().map(|(f, _)| f.text(Lang::En)).collect();
        assert_eq!(
            features,
            ["output file", "output api", "function institution"]
        );
    }

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
        let expected = ["method pin", "PC/SC of Windows", "a mobile device"];
        assert_eq!(features, expected);
        assert_eq!(probes(1), probes(1));
        let many: BTreeSet<String> = (0..20).map(|seed| probes(seed)[0].1.clone()).collect();
        assert!(many.len() > 5, "{many:?}");
        for (_, scenario) in claim.probes(&scenarios, 3) {
            assert_eq!(claim.statement.unclaimed(scenario.needs()).len(), 1);
        }
    }
}
