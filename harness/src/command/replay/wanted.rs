//! What the field saw, and whether a client that plays a scenario shows the same: the requirement that
//! fails, the kind of event that went wrong last before it, and how the client ended; or words.

use madoguchi_incident::{Class, went_wrong};
use madoguchi_judge::judge as judge_trace;
use madoguchi_scenarios::Scenario;
use madoguchi_trace::Trace;

use super::super::shrink::{Bench, Control, Ending, Look, Meant, Symptom, broken, deciding};
use super::super::trouble::Trouble;
use super::field::is_of_field;
use super::found::Fate;
use crate::cell::gate::Redacted;

/// What was seen in the field, as far as a witness said so.
pub(super) struct Wanted {
    pub(super) words: Option<String>,
    pub(super) requirement: Option<String>,
    /// Whether the requirement is what the log breaks.
    pub(super) is_of_log: bool,
    class: Option<Class>,
    ended: Option<Ending>,
}

/// What a client shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shown {
    pub(super) requirement: Option<String>,
    pub(super) class: Option<Class>,
    pub(super) ended: Ending,
}

impl Wanted {
    /// By words, by a requirement, or by what the log breaks; otherwise whatever fails.
    pub(super) fn new(words: Option<&str>, requirement: Option<&str>, log: Option<&Trace>) -> Self {
        let mut wanted = Self {
            words: words.map(str::to_owned),
            requirement: requirement.map(str::to_owned),
            is_of_log: false,
            class: None,
            ended: None,
        };
        let Some(log) = log.filter(|_| words.is_none()) else {
            return wanted;
        };
        let verdicts = judge_trace(log);
        let Some(seen) = Symptom::of(&verdicts, requirement) else {
            return wanted;
        };
        let at = verdicts.failed().find_map(|(verdict, failure)| {
            (Some(&verdict.requirement) == seen.requirement.as_ref()).then_some(failure.at)
        });
        wanted.class = at.and_then(|at| went_wrong(log, at));
        // from another program's logs it is unknown how the program ended
        if !is_of_field(log) {
            wanted.ended = Some(seen.ended);
        }
        if requirement.is_none() && seen.requirement.is_some() {
            wanted.is_of_log = true;
            wanted.requirement = seen.requirement;
        }
        wanted
    }

    /// What a client shows of it.
    pub(super) fn shown(&self, look: &Look) -> Option<Shown> {
        let meant = Meant {
            requirement: self.requirement.as_deref(),
            words: self.words.as_deref(),
        };
        let Symptom {
            requirement, ended, ..
        } = Symptom::meant(look, meant)?;
        if self.words.is_some() {
            return Some(Shown {
                requirement: None,
                class: None,
                ended,
            });
        }
        let at = look.verdicts.failed().find_map(|(verdict, failure)| {
            (Some(&verdict.requirement) == requirement.as_ref()).then_some(failure.at)
        });
        let class = went_wrong(&look.trace, at.unwrap_or(u64::MAX));
        let is_class = self.class.is_none() || self.class == class;
        let is_end = self.ended.is_none_or(|wanted| wanted == ended);
        (is_class && is_end).then_some(Shown {
            requirement,
            class,
            ended,
        })
    }

    /// Plays a scenario with the client, and with the correct one where the client shows it.
    pub(super) fn look(
        &self,
        bench: &Bench<'_>,
        scenario: &Scenario,
    ) -> Result<(Fate, Option<Redacted<Trace>>), Trouble> {
        let Some(look) = bench.try_once(&bench.client, scenario)? else {
            return Ok((Fate::NotSupported, None));
        };
        let fate = match self.shown(&look) {
            None => Fate::Otherwise {
                broken: broken(&look.verdicts),
                ended: Ending::of(&look.verdicts.conduct),
            },
            Some(shown) => {
                let deciding = deciding(scenario, shown.requirement.as_deref());
                match bench.control(&bench.control, &deciding, self.words.as_deref())? {
                    Control::Passes(_) => Fate::Shows(shown),
                    Control::Fails(broken) => Fate::ProvesNothing(broken),
                }
            }
        };
        Ok((fate, Some(look.trace)))
    }
}
