//! What came of a replay: each alternative, which of them show the symptom, and the nearest.

use std::collections::BTreeSet;

use madoguchi_incident::{Apart, Change, Drafted};
use serde_json::{Value as Json, json};

use super::super::shrink::{Ending, Look};
use super::wanted::{Shown, Wanted};

/// An alternative that was played.
pub(super) struct Tried {
    pub(super) changes: Vec<Change>,
    pub(super) fate: Fate,
    /// How far it lies from the log, where there is one.
    pub(super) apart: Option<Apart>,
}

/// What came of it.
pub(super) enum Fate {
    /// The client shows what is wanted, and a correct client does not.
    Shows(Shown),
    /// It shows it, and a correct client fails the same scenario: these requirements.
    ProvesNothing(BTreeSet<String>),
    /// It breaks something else, or nothing.
    Otherwise {
        broken: BTreeSet<String>,
        ended: Ending,
    },
    NotSupported,
    /// The changes make no scenario.
    NoScenario,
}

impl Tried {
    pub(super) fn not_a_scenario(changes: &[Change]) -> Self {
        Self {
            changes: changes.to_owned(),
            fate: Fate::NoScenario,
            apart: None,
        }
    }

    /// Nearer is smaller; equally near: the one with fewer changes, which was tried before.
    fn distance(&self) -> usize {
        self.apart.map_or(self.changes.len(), |apart| apart.events)
    }

    /// Whether the client shows it, and a correct client does not.
    pub(super) const fn is_shown(&self) -> bool {
        self.shown().is_some()
    }

    const fn shown(&self) -> Option<&Shown> {
        match &self.fate {
            Fate::Shows(shown) => Some(shown),
            _ => None,
        }
    }
}

/// Everything that was tried.
pub(super) struct Found {
    pub(super) case: String,
    pub(super) wanted: Wanted,
    pub(super) tried: Vec<Tried>,
    /// Alternatives that there was no time for.
    pub(super) left: usize,
    pub(super) has_log: bool,
    /// The nearest that shows the symptom.
    pub(super) chosen: Option<usize>,
    /// How often of three times the chosen one showed it.
    pub(super) verified: usize,
}

impl Found {
    pub(super) fn of(
        case: String,
        wanted: Wanted,
        tried: Vec<Tried>,
        left: usize,
        has_log: bool,
    ) -> Self {
        let showing = tried.iter().enumerate();
        let showing = showing.filter(|(_, one)| one.shown().is_some());
        let chosen = showing.min_by_key(|(_, one)| one.distance());
        let chosen = chosen.map(|(at, _)| at);
        Self {
            case,
            wanted,
            tried,
            left,
            has_log,
            chosen,
            verified: 0,
        }
    }

    /// The chosen one; where none shows the symptom, what is nearest to the log.
    pub(super) fn nearest(&self) -> Option<&Tried> {
        let played = self.tried.iter().filter(|one| one.apart.is_some());
        let nearest = || played.min_by_key(|one| one.distance());
        self.chosen.map(|at| &self.tried[at]).or_else(nearest)
    }

    /// The symptom that is meant: that of the chosen one.
    pub(super) fn symptom(&self) -> Option<&Shown> {
        self.tried[self.chosen?].shown()
    }

    pub(super) fn requirement(&self) -> Option<&str> {
        self.symptom()?.requirement.as_deref()
    }

    /// Whether an alternative shows the same symptom as the chosen one.
    pub(super) fn is_same(&self, one: &Tried) -> bool {
        one.shown().is_some() && one.shown() == self.symptom()
    }

    /// Whether a further play shows it again.
    pub(super) fn is_shown_by(&self, look: &Look) -> bool {
        self.wanted.shown(look).as_ref() == self.symptom()
    }

    pub(super) fn json(&self, drafted: &Drafted) -> String {
        let tried = self.tried.iter().map(|one| {
            let changes = one.changes.iter().map(|change| {
                let (line, instead) = drafted.told(*change);
                json!({ "line": line, "instead": instead })
            });
            let mut told = json!({
                "changes": changes.collect::<Json>(),
                "same-symptom": self.is_same(one),
            });
            if let Some(apart) = one.apart {
                told["differing-events"] = json!(apart.events);
                told["events-of-log"] = json!(apart.of);
            }
            match &one.fate {
                Fate::Shows(shown) => told["shows"] = of(shown),
                Fate::ProvesNothing(broken) => told["of-control"] = json!(broken),
                Fate::Otherwise { broken, ended } => {
                    told["broken"] = json!(broken);
                    told["ended"] = json!(ended);
                }
                Fate::NotSupported => told["not-supported"] = json!(true),
                Fate::NoScenario => told["no-scenario"] = json!(true),
            }
            told
        });
        let unwritable = drafted.unwritable();
        let unwritable = unwritable.map(|(line, words)| json!({ "line": line, "words": words }));
        let value = json!({
            "case": self.case,
            "wanted": {
                "words": self.wanted.words,
                "requirement": self.wanted.requirement,
                "of-log": self.wanted.is_of_log,
            },
            "symptom": self.symptom().map(of),
            "alternatives": tried.collect::<Json>(),
            "chosen": self.chosen,
            "verified": self.verified,
            "no-time-for": self.left,
            "unwritable": unwritable.collect::<Json>(),
        });
        let text = serde_json::to_string_pretty(&value);
        text.unwrap_or_else(|error| unreachable!("what was found is plain data: {error}")) + "\n"
    }
}

fn of(shown: &Shown) -> Json {
    json!({
        "requirement": shown.requirement,
        "went-wrong": shown.class.as_ref().map(ToString::to_string),
        "ended": shown.ended,
    })
}
