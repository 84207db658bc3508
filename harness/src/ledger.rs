//! What the mock does and why it may: each behaviour with its mark. A *document* states it, it was
//! *observed* on real cards, or it is *assumed*.
//!
//! The service's decisions and the operators' deeds name what they rest on themselves. The marks of
//! card and reader stand in doc comments; `ledger/card.json` is read out of them and kept current by a
//! test.

#[cfg(test)]
mod scan;

mod alternatives;

pub(crate) use alternatives::Alternative;
use alternatives::Alternatives;
use madoguchi_judge::proven::Proven;
use madoguchi_notation::Wording;
use madoguchi_registry::operator::Deed;
use madoguchi_registry::rules;
use madoguchi_wire::Profile;
use serde::{Deserialize, Serialize};

const CARD: &str = include_str!("ledger/card.json");

/// Major version of the listing.
const MAJOR: u16 = 2;

/// Why the mock may behave so; the weakest of several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Mark {
    /// A public document states it.
    Document,
    /// Public measurements of real cards and clients show it.
    Observed,
    /// No one outside knows.
    Assumed,
}

/// Whose behaviour it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Area {
    /// The card, its reader and what lies on the card.
    Card,
    /// A decision of the service.
    Service,
    /// What an operator can do.
    Operator,
}

/// One behaviour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) area: Area,
    /// A sentence of the code's own, or the name of a rule as traces have it.
    pub(crate) behaviour: String,
    pub(crate) mark: Mark,
    /// Rows of documents (`R3-13`), assumptions (`A-05`), open questions (`G-03`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) basis: Vec<String>,
    /// The file that says so, where it is no rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) place: Option<String>,
}

/// An assumption of a wire profile, with what rests on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Assumption {
    pub(crate) id: String,
    /// What is assumed, in the words of the newest profile that has it.
    pub(crate) statement: Wording,
    /// The built-in profiles that make it; none where the checks do.
    pub(crate) profiles: Vec<String>,
    /// Decisions of the service and deeds of operators.
    pub(crate) rules: Vec<String>,
    /// Requirements whose verdicts rest on it, as far as they declare.
    pub(crate) requirements: Vec<String>,
    /// Those among them that came out the same under every alternative.
    pub(crate) robust: Vec<String>,
    /// What public material leaves open, and is tried.
    pub(crate) alternatives: Vec<Alternative>,
    /// Why there is no alternative to be tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) none: Option<Wording>,
}

/// Everything together, for machines.
#[derive(Debug, Serialize)]
pub(crate) struct Ledger {
    madoguchi_ledger: u16,
    /// Always true: the assumptions are this project's.
    unofficial: bool,
    pub(crate) assumptions: Vec<Assumption>,
    pub(crate) entries: Vec<Entry>,
}

impl Mark {
    /// Every mark, the firmest first.
    pub(crate) const ALL: [Self; 3] = [Self::Document, Self::Observed, Self::Assumed];

    pub(crate) fn words(self) -> Wording {
        match self {
            Self::Document => Wording::new("資料", "document"),
            Self::Observed => Wording::new("観測", "observed"),
            Self::Assumed => Wording::new("想定", "assumed"),
        }
    }

    /// What follows from the rows and assumptions behind a rule.
    fn of(basis: &[&str]) -> Self {
        if basis.iter().all(|id| id.starts_with('R')) {
            Self::Document
        } else {
            Self::Assumed
        }
    }
}

impl Ledger {
    pub(crate) fn new() -> Self {
        let mut entries: Vec<Entry> = serde_json::from_str(CARD)
            .unwrap_or_else(|error| unreachable!("a test reads the same text: {error}"));
        let ruled = |area: Area, rule: &str, basis: &[&str]| Entry {
            area,
            behaviour: rule.to_owned(),
            mark: Mark::of(basis),
            basis: basis.iter().map(|id| (*id).to_owned()).collect(),
            place: None,
        };
        let service = rules().iter();
        entries.extend(service.map(|(rule, basis)| ruled(Area::Service, rule, basis)));
        let operators = Deed::ALL.iter();
        entries.extend(operators.map(|deed| ruled(Area::Operator, deed.rule(), deed.basis())));
        Self {
            madoguchi_ledger: MAJOR,
            unofficial: true,
            assumptions: assumptions(&entries),
            entries,
        }
    }

    /// Entries with this mark.
    pub(crate) fn count(&self, mark: Mark) -> usize {
        self.entries
            .iter()
            .filter(|entry| entry.mark == mark)
            .count()
    }
}

/// The assumptions of all built-in profiles, and those of the checks.
fn assumptions(entries: &[Entry]) -> Vec<Assumption> {
    let mut all: Vec<Assumption> = Vec::new();
    let mut add = |id: &str, statement: &Wording, profile: Option<&str>| {
        let at = all.iter().position(|known| known.id == id);
        let at = at.unwrap_or_else(|| {
            let requirements = requirements(id);
            let robust = requirements.iter();
            let robust = robust.filter(|known| Proven::builtin().is_robust(known, id));
            let Alternatives {
                alternatives, none, ..
            } = alternatives::of(id);
            all.push(Assumption {
                id: id.to_owned(),
                statement: statement.clone(),
                profiles: Vec::new(),
                rules: resting(entries, id),
                robust: robust.cloned().collect(),
                requirements,
                alternatives,
                none,
            });
            all.len() - 1
        });
        all[at].profiles.extend(profile.map(str::to_owned));
    };
    for (name, _) in madoguchi_wire::BUILTIN {
        let profile = Profile::builtin(name);
        for (id, statement) in profile.iter().flat_map(Profile::assumptions) {
            add(id, statement, Some(name));
        }
    }
    for (id, statement) in madoguchi_requirements::OWN_ASSUMPTIONS.iter() {
        add(id, statement, None);
    }
    all.sort_by(|a, b| a.id.cmp(&b.id));
    all
}

/// The requirements whose verdicts rest on it.
fn requirements(id: &str) -> Vec<String> {
    let catalogue = madoguchi_requirements::builtin();
    let all = catalogue
        .requirements()
        .iter()
        .chain(catalogue.of_consumers());
    let on_it = all.filter(|known| known.assumptions.iter().any(|assumed| assumed == id));
    on_it.map(|known| known.id.to_string()).collect()
}

fn resting(entries: &[Entry], id: &str) -> Vec<String> {
    let on_it = entries
        .iter()
        .filter(|entry| entry.basis.iter().any(|basis| basis == id));
    on_it.map(|entry| entry.behaviour.clone()).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::consumer::play::ASSUMPTIONS;

    #[test]
    fn every_behaviour_has_a_mark_and_every_assumption_a_statement() {
        let ledger = Ledger::new();
        for mark in Mark::ALL {
            assert!(ledger.count(mark) > 20, "{mark:?}");
        }
        for entry in &ledger.entries {
            let is_told = entry.place.is_some() || !entry.basis.is_empty();
            assert!(is_told, "{}", entry.behaviour);
            for id in entry.basis.iter().filter(|id| id.starts_with("A-")) {
                let known = ledger.assumptions.iter().any(|known| known.id == *id);
                assert!(known, "{}: {id}", entry.behaviour);
            }
        }
    }

    /// Of the requirements, of every profile, and of what is delivered to a レセコン.
    fn what_verdicts_can_rest_on() -> BTreeSet<String> {
        let catalogue = madoguchi_requirements::builtin();
        let all = catalogue.requirements().iter();
        let of_requirements = all
            .chain(catalogue.of_consumers())
            .flat_map(|known| known.assumptions.clone());
        let profiles = madoguchi_wire::BUILTIN;
        let profiles = profiles
            .iter()
            .filter_map(|(name, _)| Profile::builtin(name));
        let of_profiles = profiles.flat_map(|profile| {
            let ids = profile.assumptions().map(|(id, _)| id.to_owned());
            ids.collect::<Vec<_>>()
        });
        let of_deliveries = ASSUMPTIONS.map(str::to_owned);
        of_requirements
            .chain(of_profiles)
            .chain(of_deliveries)
            .collect()
    }

    /// Kana tell Japanese from the official terms that stand in English texts, too.
    fn is_said_in_both(statement: &Wording) -> bool {
        let has_kana = |text: &str| text.chars().any(|c| ('ぁ'..='ヿ').contains(&c));
        has_kana(&statement.ja) && !statement.en.is_empty() && !has_kana(&statement.en)
    }

    #[test]
    fn every_assumption_that_a_verdict_can_rest_on_is_said_in_both_languages() {
        let ledger = Ledger::new();
        for id in what_verdicts_can_rest_on() {
            let known = ledger.assumptions.iter().find(|known| known.id == id);
            let known = known.unwrap_or_else(|| panic!("{id} has no statement"));
            assert!(is_said_in_both(&known.statement), "{id}: {known:?}");
        }
        for (name, _) in madoguchi_wire::BUILTIN {
            let profile = Profile::builtin(name).unwrap();
            for (id, statement) in profile.assumptions() {
                assert!(is_said_in_both(statement), "{name} {id}: {statement:?}");
            }
        }
    }

    /// What an assumption refers its reader to is there.
    #[test]
    fn every_page_that_a_statement_names_is_one_of_the_manual() {
        const HELP: &str = "madoguchi help ";
        let mut named = 0;
        for known in Ledger::new().assumptions {
            let Wording { ja, en } = known.statement;
            for text in [ja, en] {
                for rest in text.split(HELP).skip(1) {
                    let topic = rest.split(|c: char| !c.is_ascii_lowercase()).next();
                    assert!(crate::manual::Page::of(topic.unwrap()).is_some(), "{text}");
                    named += 1;
                }
            }
        }
        assert_eq!(named, 2, "A-17 in both languages");
    }

    #[test]
    fn a_rule_is_as_firm_as_the_weakest_that_it_rests_on() {
        assert_eq!(Mark::of(&["R3-07"]), Mark::Document);
        assert_eq!(Mark::of(&["R3-13", "A-05"]), Mark::Assumed);
        assert_eq!(Mark::of(&["R3-01", "G-08"]), Mark::Assumed);
    }
}
