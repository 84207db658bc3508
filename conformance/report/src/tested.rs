//! How the suite was itself tested: what a reference client that is broken on purpose was caught with.
//! The figures of defects and mutants are those of the last trial (`cargo run -p madoguchi-peers --example
//! source_score -- --write`); a test keeps them in step with the defects and with what is explained. Those
//! of the last round of a stranger's mistakes are written by hand, from the folder that keeps the round.

use std::sync::LazyLock;

use madoguchi_judge::verdict::Verdicts;
use madoguchi_notation::Wording;
use madoguchi_requirements::Role;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A trial of the suite.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tested {
    /// Day of the tried commit, `YYYY-MM-DD`.
    pub day: String,
    /// The commits at which mutants were tried: one that was caught is not tried again while the
    /// function that it changes stays the same.
    pub commits: Vec<String>,
    /// What made the mutants, with its version.
    pub tool: String,
    /// Scenarios that were played against each.
    pub scenarios: usize,
    /// Mistakes that somebody made who had not seen the suite: the figure that counts.
    pub strangers: Round,
    /// Mistakes that were written on purpose, each with the requirement that it breaks.
    pub named: Named,
    /// Mutants of the source.
    pub source: Source,
}

/// A round of single mistakes in the reference client's source, by somebody who had seen neither defects nor
/// checks nor scenarios, as the suite was when the round was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Round {
    /// Day of the round, `YYYY-MM-DD`.
    pub day: String,
    /// How many there are.
    pub mistakes: usize,
    /// How many make a case fail that the exit code counts.
    pub caught: usize,
    /// How many more are told as advice.
    pub advised: usize,
    /// Of both, those that are told for what is wrong.
    pub right_reason: usize,
}

/// Defects with a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Named {
    /// How many there are.
    pub defects: usize,
    /// How many a case catches that names the broken requirement.
    pub caught: usize,
}

/// Mutants of the reference client's source, one change each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Source {
    /// All.
    pub mutants: usize,
    /// Those that do not compile.
    pub unviable: usize,
    /// Those that a case of the catalogue fails.
    pub caught: usize,
    /// Those in the code of a named defect, which is caught no more.
    pub noticed: usize,
    /// Those that nothing notices; why nothing need is written down for each.
    pub explained: usize,
    /// Those that were not tried.
    pub untried: usize,
}

impl Tested {
    /// The last trial.
    ///
    /// # Panics
    /// Never: a test reads the file.
    #[must_use]
    pub fn builtin() -> &'static Self {
        static BUILTIN: LazyLock<Tested> = LazyLock::new(|| {
            serde_json::from_str(include_str!("tested.json"))
                .unwrap_or_else(|error| unreachable!("tested.json: {error}"))
        });
        &BUILTIN
    }

    /// The last trial, where it was of the scenarios that these cases are of: those for a レセコン are
    /// tried with other software.
    pub(crate) fn of<'c>(mut cases: impl Iterator<Item = &'c Verdicts>) -> Option<&'static Self> {
        let of_an_app = cases.all(|case| case.role() == Role::App);
        of_an_app.then(Self::builtin)
    }

    /// In a sentence.
    #[must_use]
    pub fn words(&self) -> Wording {
        let Round {
            day: round,
            mistakes,
            caught: found_by_strangers,
            advised,
            ..
        } = &self.strangers;
        let percent = (found_by_strangers + advised) * 100 / (*mistakes).max(1);
        let Named { defects, caught } = self.named;
        let Source {
            mutants,
            unviable,
            caught: by_case,
            noticed,
            explained,
            untried,
        } = self.source;
        let (tried, found, day) = (mutants - unviable - untried, by_case + noticed, &self.day);
        Wording::new(
            format!(
                "他人が参照クライアントに作り込んだ誤り {mistakes} 件中 {found_by_strangers} 件を不適合として、\
                 ほか {advised} 件を助言として検出 ({percent} %、{round})。\
                 わざと壊した参照クライアントで確かめた: 名前のある欠陥 {defects} 件中 {caught} 件、\
                 試したソースの変異 {tried} 件中 {found} 件を検出、残る {explained} 件は理由を記録、{untried} 件は未試行 ({day})"
            ),
            format!(
                "of {mistakes} mistakes that a stranger made in the reference client {found_by_strangers} fail \
                 and {advised} more are told as advice ({percent} %, {round}); \
                 tried with a reference client that was broken on purpose: {caught} of {defects} named \
                 defects and {found} of {tried} mutants of its source noticed, the other {explained} \
                 explained, {untried} not tried ({day})"
            ),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mutant_came_out_somehow() {
        let Source {
            mutants,
            unviable,
            caught,
            noticed,
            explained,
            untried,
        } = Tested::builtin().source;
        assert_eq!(mutants, unviable + caught + noticed + explained + untried);
    }
}
