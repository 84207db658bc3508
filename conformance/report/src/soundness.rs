//! What the suite lets through: a reference client that is right in other ways, and that is wrong in
//! other ways. The figures are those of the last trial (`madoguchi mutants --manners --json FILE`).

use std::sync::LazyLock;

use madoguchi_judge::verdict::Verdicts;
use madoguchi_notation::Wording;
use madoguchi_requirements::Role;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A trial of the suite with correct manners of a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Soundness {
    /// Its day, `YYYY-MM-DD`.
    pub day: String,
    /// What was drawn with it: pairs of manners, and sets of them for each defect.
    pub seed: u64,
    /// Scenarios and variants of them.
    pub cases: usize,
    /// One manner at a time.
    pub manners: Trials,
    /// Two manners at a time, in cases in which each of them makes a difference.
    pub pairs: Trials,
    /// Each defect under sets of manners.
    pub defects: UnderManners,
}

/// A correct client in other manners, played through cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Trials {
    /// How many manners, or pairs of them.
    pub of: usize,
    /// How often one of them was played through a case.
    pub played: usize,
    /// How often it was played together with others that no trace tells either: the trace was the plain client's.
    pub together: usize,
    /// How often it needed no playing: the plain client's trial was the same, because nothing in it would have
    /// been otherwise.
    pub same: usize,
    /// How often the trace was another than that of the plain client.
    pub differed: usize,
    /// How often something failed.
    pub failed: usize,
}

/// A client that is wrong on purpose, in other manners.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct UnderManners {
    /// How many defects.
    pub of: usize,
    /// How often one of them was tried under a set of manners.
    pub tried: usize,
    /// How often a case that names the broken requirement failed it.
    pub caught: usize,
}

impl Soundness {
    /// The last trial.
    ///
    /// # Panics
    /// Never: a test reads the file.
    #[must_use]
    pub fn builtin() -> &'static Self {
        static BUILTIN: LazyLock<Soundness> = LazyLock::new(|| {
            serde_json::from_str(include_str!("soundness.json"))
                .unwrap_or_else(|error| unreachable!("soundness.json: {error}"))
        });
        &BUILTIN
    }

    /// The last trial, where it was of the scenarios that these cases are of.
    pub(crate) fn of<'c>(mut cases: impl Iterator<Item = &'c Verdicts>) -> Option<&'static Self> {
        let of_an_app = cases.all(|case| case.role() == Role::App);
        of_an_app.then(Self::builtin)
    }

    /// Whether no correct client failed, and no wrong one passed.
    #[must_use]
    pub const fn holds(&self) -> bool {
        let failed = self.manners.failed + self.pairs.failed;
        failed == 0 && self.defects.caught == self.defects.tried
    }

    /// In a sentence.
    #[must_use]
    pub fn words(&self) -> Wording {
        let Self {
            day,
            cases,
            manners,
            pairs,
            defects,
            ..
        } = self;
        let (played, failed) = (manners.played + pairs.played, manners.failed + pairs.failed);
        let (together, same) = (manners.together, manners.same);
        Wording::new(
            format!(
                "正しいクライアントの流儀 {} 種 (と {} 組) を {cases} 件のシナリオと変種で {played} 回試し \
                 (ほかに、記録に表れない流儀をまとめて {together} 回分、流儀が何も変えないもの {same} 回)、誤って不適合としたのは {failed} 回。流儀を変えた欠陥 {} 件中 {} 件を検出 ({day})",
                manners.of, pairs.of, defects.tried, defects.caught
            ),
            format!(
                "tried with {} manners of a correct client, and {} pairs of them, in {cases} scenarios and \
                 variants: of {played} trials {failed} failed it wrongly ({together} more were played together, and in {same} a manner changes nothing); {} of {} defects in other manners \
                 were caught ({day})",
                manners.of, pairs.of, defects.caught, defects.tried
            ),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_trial_can_be_read_and_told() {
        let words = Soundness::builtin().words();
        assert!(
            words.en.contains("manners of a correct client"),
            "{words:?}"
        );
    }

    #[test]
    fn one_wrong_verdict_in_either_direction_is_too_much() {
        let sound = Soundness {
            day: "2026-11-22".to_owned(),
            seed: 1,
            cases: 1,
            manners: Trials::default(),
            pairs: Trials::default(),
            defects: UnderManners::default(),
        };
        assert!(sound.holds());
        let failed = Trials {
            failed: 1,
            ..Trials::default()
        };
        assert!(
            !Soundness {
                pairs: failed,
                ..sound.clone()
            }
            .holds()
        );
        let missed = UnderManners {
            tried: 1,
            ..UnderManners::default()
        };
        assert!(
            !Soundness {
                defects: missed,
                ..sound
            }
            .holds()
        );
    }
}
