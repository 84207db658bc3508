//! `survivors.yaml`: what need not be caught, and why.

use std::collections::BTreeMap;
use std::fs;

use madoguchi_terms::Lang;
use serde::Deserialize;

use crate::history::Tried;
use crate::mutant::Mutant;
use crate::trial::Fate;

/// The file, from the top of the repository.
const FILE: &str = "harness/reference-client/survivors.yaml";

/// All explanations.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Explained {
    only_with_defects: Vec<Group>,
    explained: Vec<Group>,
}

/// Changes that are explained together.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Group {
    /// File below `src`.
    file: String,
    /// Of changes that only a defect reaches: one of these is caught no more.
    #[serde(default)]
    defects: Vec<String>,
    /// Of others: why nothing catches them, and nothing need.
    #[serde(default)]
    why: String,
    /// Each change once for each place.
    mutants: Vec<String>,
}

impl Explained {
    pub(crate) fn read() -> Result<Self, String> {
        let file = madoguchi_peers::source("../..").join(FILE);
        let text = fs::read_to_string(&file).map_err(|error| format!("{FILE}: {error}"))?;
        madoguchi_notation::load(FILE, &text).map_err(|error| error.render(Lang::En, false))
    }

    /// The defects that need the mutated code.
    pub(crate) fn defects(&self, mutant: &Mutant) -> Vec<String> {
        let groups = self.only_with_defects.iter();
        let mut meant = groups.filter(|group| group.means(mutant));
        meant
            .next()
            .map(|group| group.defects.clone())
            .unwrap_or_default()
    }

    /// Whether a survivor has since been said to need a defect, which has not been tried.
    pub(crate) fn may_be_noticed(&self, mutant: &Mutant, fate: &Fate) -> bool {
        *fate == Fate::Survived && !self.defects(mutant).is_empty()
    }

    /// Survivors without an explanation; and, of a whole list, explanations without a survivor.
    pub(crate) fn compared_with(&self, all: &[(&Mutant, Tried)], is_whole: bool) -> Vec<String> {
        let mut complaints = Vec::new();
        for (title, groups, is_meant) in [
            (
                "only-with-defects",
                &self.only_with_defects,
                (|fate: &Fate| matches!(fate, Fate::Noticed { .. })) as fn(&Fate) -> bool,
            ),
            ("explained", &self.explained, |fate: &Fate| {
                *fate == Fate::Survived
            }),
        ] {
            let mut open: BTreeMap<(&str, &str), isize> = BTreeMap::new();
            for (mutant, _) in all.iter().filter(|(_, tried)| is_meant(&tried.fate)) {
                *open
                    .entry((mutant.file_name(), mutant.change()))
                    .or_default() += 1;
            }
            for group in groups {
                for change in &group.mutants {
                    *open.entry((&group.file, change)).or_default() -= 1;
                }
            }
            for ((file, change), count) in open {
                if count > 0 {
                    complaints.push(format!("not in {title}: {file}: {change} ({count})"));
                } else if count < 0 && is_whole {
                    complaints.push(format!("{title} of no survivor: {file}: {change}"));
                }
            }
        }
        let speechless = self.explained.iter().find(|group| group.why.is_empty());
        complaints.extend(speechless.map(|group| format!("without a reason: {group:?}")));
        complaints
    }
}

impl Group {
    fn means(&self, mutant: &Mutant) -> bool {
        self.file == mutant.file_name() && self.mutants.iter().any(|it| it == mutant.change())
    }
}
