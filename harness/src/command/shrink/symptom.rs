//! What is meant by the same failure, and what is seen of a case that fails.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use madoguchi_incident::{InWords, is_shown};
use madoguchi_judge::verdict::{Conduct, Outcome, Verdicts};
use madoguchi_scenarios::Operation;
use madoguchi_shrink::Seen;
use madoguchi_trace::{ClientEvent, Trace, What};
use serde::{Deserialize, Serialize};

use super::bench::Look;

/// How a client ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::command) enum Ending {
    /// As it was told to.
    Told,
    /// By itself, before the case did.
    Itself,
    /// It was waited for in vain, and ended.
    Hung,
}

impl Ending {
    pub(in crate::command) fn of(conduct: &Conduct) -> Self {
        match conduct {
            Conduct::Ended { why: Some(why), .. } if why.starts_with("time limit") => Self::Hung,
            Conduct::Ended { .. } => Self::Itself,
            Conduct::Complete | Conduct::Cut | Conduct::NeverGreeted => Self::Told,
        }
    }
}

/// Which failure is meant, where a case has several.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::command) struct Meant<'a> {
    pub(in crate::command) requirement: Option<&'a str>,
    /// What is seen of it, where no requirement fails.
    pub(in crate::command) words: Option<&'a str>,
}

/// What has to be the same: the requirement that fails, and how the client ended. Nothing but the
/// second, where no requirement fails; then words, too, if there are any.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::command) struct Symptom {
    pub(in crate::command) requirement: Option<String>,
    pub(in crate::command) ended: Ending,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::command) words: Option<String>,
}

impl Symptom {
    /// What a case shows: `wanted`, or what counts and fails first. Nothing where all is well.
    pub(in crate::command) fn of(verdicts: &Verdicts, wanted: Option<&str>) -> Option<Self> {
        let ended = Ending::of(&verdicts.conduct);
        let all = || verdicts.failed();
        let named = all().find(|(verdict, _)| Some(&*verdict.requirement) == wanted);
        let counts = all().filter(|(verdict, _)| verdict.counts_against());
        let first = counts.min_by_key(|(_, failure)| failure.at);
        let found = match wanted {
            Some(_) => named,
            None => first.or_else(|| all().min_by_key(|(_, failure)| failure.at)),
        };
        let requirement = found.map(|(verdict, _)| verdict.requirement.clone());
        let is_anything = requirement.is_some() || wanted.is_none() && ended != Ending::Told;
        is_anything.then_some(Self {
            requirement,
            ended,
            words: None,
        })
    }

    /// What a case shows of what is meant.
    pub(in crate::command) fn meant(look: &Look, meant: Meant<'_>) -> Option<Self> {
        let Some(words) = meant.words else {
            return Self::of(&look.verdicts, meant.requirement);
        };
        is_seen(words, look).then(|| Self {
            requirement: None,
            ended: Ending::of(&look.verdicts.conduct),
            words: Some(words.to_owned()),
        })
    }

    /// Whether a case shows the same.
    pub(in crate::command) fn is_shown_by(&self, look: &Look) -> bool {
        let is_so = match (&self.requirement, &self.words) {
            (Some(id), _) => broken(&look.verdicts).contains(id),
            (None, Some(words)) => is_seen(words, look),
            (None, None) => true,
        };
        is_so && Ending::of(&look.verdicts.conduct) == self.ended
    }

    /// What is seen of a case that shows it.
    pub(in crate::command) fn seen(&self, trace: &Trace, verdicts: &Verdicts) -> Seen {
        let mut failed = verdicts.failed();
        let failure =
            failed.find(|(verdict, _)| Some(&verdict.requirement) == self.requirement.as_ref());
        let at = failure.map_or(u64::MAX, |(_, failure)| failure.at);
        let mut asked: Vec<BTreeMap<Operation, u32>> = Vec::new();
        let mut until = 0;
        for event in &trace.events {
            match &event.what {
                What::Step(_) => asked.push(BTreeMap::new()),
                What::Request(request) => {
                    let operation = request.operation.as_deref();
                    let operation = operation.and_then(|name| name.parse().ok());
                    if let (Some(operation), Some(act)) = (operation, asked.last_mut()) {
                        *act.entry(operation).or_default() += 1;
                    }
                }
                _ => {}
            }
            if event.seq <= at {
                until = asked.len().saturating_sub(1);
            }
        }
        Seen { asked, until }
    }
}

/// Whether a case shows what a witness saw.
pub(in crate::command) fn is_seen(words: &str, look: &Look) -> bool {
    let ended = Ending::of(&look.verdicts.conduct);
    match InWords::read(words) {
        InWords::Hangs => ended == Ending::Hung,
        InWords::Ends(status) => {
            let code = match look.verdicts.conduct {
                Conduct::Ended { code, .. } => code,
                _ => None,
            };
            ended == Ending::Itself && status.is_none_or(|status| code == Some(status))
        }
        InWords::Shows(text) => is_shown(&look.trace, &text),
    }
}

/// The requirements that failed.
pub(in crate::command) fn broken(verdicts: &Verdicts) -> BTreeSet<String> {
    let verdicts = verdicts.verdicts.iter();
    let failed = verdicts.filter(|verdict| matches!(verdict.outcome, Outcome::Fail(_)));
    failed.map(|verdict| verdict.requirement.clone()).collect()
}

/// The longest that a client took for one act.
pub(in crate::command) fn longest(trace: &Trace) -> Duration {
    let mut told: BTreeMap<u32, u64> = BTreeMap::new();
    let mut longest = 0;
    for event in &trace.events {
        match &event.what {
            What::Step(step) => drop(told.insert(step.id, event.us)),
            What::Client(ClientEvent::Done { r#do }) => {
                let took = told
                    .get(r#do)
                    .map_or(0, |from| event.us.saturating_sub(*from));
                longest = longest.max(took);
            }
            _ => {}
        }
    }
    Duration::from_micros(longest)
}
