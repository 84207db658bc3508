//! How much of what was decided binds how far: the share of each level, which every report states.

use std::collections::BTreeMap;

use madoguchi_judge::verdict::{Outcome, Verdicts};
use madoguchi_notation::Wording;
use madoguchi_requirements::Level;
use madoguchi_terms::{Lang, Say as _};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The requirements that were decided, by how binding they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Levels {
    /// What a public document or standard states.
    pub must: AtLevel,
    /// What is documented as advice or as a practice of the field.
    pub should: AtLevel,
    /// What is ours alone, and does not count unless asked to.
    pub advice: AtLevel,
}

/// The requirements of one level.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AtLevel {
    /// Decided at least once.
    pub decided: usize,
    /// Those among them that were broken at least once.
    pub failed: usize,
}

impl Levels {
    /// Counts. Linear in the number of verdicts.
    #[must_use]
    pub fn of<'v>(cases: impl IntoIterator<Item = &'v Verdicts>) -> Self {
        let verdicts = cases.into_iter().flat_map(|case| &case.verdicts);
        let mut broken: BTreeMap<(Level, &str), bool> = BTreeMap::new();
        for verdict in verdicts.filter(|verdict| verdict.is_decided()) {
            let place = (verdict.level, verdict.requirement.as_str());
            let is_broken = broken.entry(place).or_default();
            *is_broken |= matches!(verdict.outcome, Outcome::Fail(_));
        }
        let mut levels = Self::default();
        for ((level, _), is_broken) in broken {
            let at = match level {
                Level::Must => &mut levels.must,
                Level::Should => &mut levels.should,
                Level::Advice => &mut levels.advice,
            };
            at.decided += 1;
            at.failed += usize::from(is_broken);
        }
        levels
    }

    /// The levels with their figures, most binding first.
    #[must_use]
    pub const fn each(&self) -> [(Level, AtLevel); 3] {
        [
            (Level::Must, self.must),
            (Level::Should, self.should),
            (Level::Advice, self.advice),
        ]
    }

    /// In a line, such as `MUST 34 · SHOULD 30 · ADVICE 12 (2 failed)`.
    #[must_use]
    pub fn words(&self) -> Wording {
        let line = |lang: Lang| {
            let parts = self.each().map(|(level, at)| {
                let (name, decided, failed) = (level.text(lang), at.decided, at.failed);
                match failed {
                    0 => format!("{name} {decided}"),
                    _ => lang.pick(
                        format!("{name} {decided} (不合格 {failed})"),
                        format!("{name} {decided} ({failed} failed)"),
                    ),
                }
            });
            parts.join(" · ")
        };
        Wording::new(line(Lang::Ja), line(Lang::En))
    }
}
