//! What becomes of a defect: it is played through cases until one catches it, or through all.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::thread;

use madoguchi_judge::verdict::{Outcome, Overall, Verdicts};
use madoguchi_scenarios::Scenario;
use madoguchi_trace::Trace;
use serde::{Deserialize, Serialize};

use super::super::judge;
use super::super::prepared::Prepared;
use super::super::screen;
use super::super::trouble::Trouble;
use super::defects::{Defect, Score};
use crate::cell::case::{self, ClientSpec};
use crate::cell::gate::Redacted;
use crate::interrupt;

/// Equal runs are wanted; which seed does not matter.
const SEED: u64 = 1;

/// What became of a defect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Fate {
    /// A case that names the requirement failed it.
    #[serde(rename_all = "kebab-case")]
    Caught {
        /// Its id; the first, where there are several.
        by: String,
        /// In how many cases anything failed, where every case was played.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        failed_in: Option<usize>,
        /// What else failed in the cases that were played.
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        besides: BTreeSet<String>,
    },
    /// Every case that names the requirement passed it, or could not decide it.
    Survived {
        /// How many cases were played.
        cases: usize,
        /// What failed in them instead.
        failed: BTreeSet<String>,
    },
    /// No case names the requirement.
    NoCase,
}

/// A defect and its fate.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Mutant {
    #[serde(flatten)]
    pub(super) defect: Defect,
    pub(super) fate: Fate,
}

/// Which cases a defect is played through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Through {
    /// Those that name its requirement, until one catches it.
    UntilCaught,
    /// The whole catalogue, to see which other cases notice it.
    EveryCase,
    /// Scenarios of one's own, whatever they name, until one catches it.
    OwnCases,
}

/// How defects are hunted.
pub(super) struct Hunt<'a> {
    pub(super) prepared: &'a Prepared,
    pub(super) client: ClientSpec<'a>,
    pub(super) through: Through,
    /// What caught a defect then is played first now.
    pub(super) earlier: Option<&'a Score>,
}

impl Hunt<'_> {
    /// Tries every defect, some at a time, and tells each in their order.
    pub(super) fn all(
        &self,
        defects: Vec<Defect>,
        jobs: usize,
        tell: &mut dyn FnMut(&Mutant) -> io::Result<()>,
    ) -> Result<Vec<Mutant>, Trouble> {
        let next = AtomicUsize::new(0);
        thread::scope(|scope| {
            let (done, ended) = channel();
            for _ in 0..jobs.min(defects.len()) {
                let (next, done, defects) = (&next, done.clone(), &defects);
                scope.spawn(move || {
                    while !interrupt::interrupted() {
                        let at = next.fetch_add(1, Ordering::Relaxed);
                        let Some(defect) = defects.get(at) else {
                            return;
                        };
                        if done.send((at, self.fate(defect, &[]))).is_err() {
                            return;
                        }
                    }
                });
            }
            drop(done);
            let mut early = BTreeMap::new();
            let mut told = Vec::new();
            for (at, fate) in ended {
                early.insert(at, fate);
                while let Some(fate) = early.remove(&told.len()) {
                    let defect = defects[told.len()].clone();
                    let mutant = Mutant {
                        defect,
                        fate: fate?,
                    };
                    screen::say(tell(&mutant))?;
                    told.push(mutant);
                }
            }
            Ok(told)
        })
    }

    /// What the client breaks without any defect, by scenario. One that is not passed though nothing
    /// of it is broken is among them.
    pub(super) fn without_defect(&self) -> Result<BTreeMap<String, BTreeSet<String>>, Trouble> {
        let mut found = BTreeMap::new();
        for scenario in &self.prepared.scenarios {
            let verdicts = self.play(scenario, &self.client, "without-defect")?;
            if let Some(verdicts) = verdicts.filter(|one| one.overall() != Overall::Passed) {
                found.insert(scenario.id.clone(), broken(&verdicts));
            }
        }
        Ok(found)
    }

    /// Plays one defect, in a client that has these manners.
    pub(super) fn fate(&self, defect: &Defect, manners: &[&str]) -> Result<Fate, Trouble> {
        let mut argv = in_manners(self.client.argv, manners);
        argv.extend(["--defect".to_owned(), defect.name.clone()]);
        let name = [&[defect.name.as_str()], manners].concat().join("+");
        let client = ClientSpec {
            argv: &argv,
            ..self.client
        };
        let (mut cases, mut by, mut failed_in, mut failed) = (0, None, 0, BTreeSet::new());
        for scenario in self.cases(defect) {
            let Some(verdicts) = self.play(scenario, &client, &name)? else {
                continue;
            };
            cases += 1;
            let broken = broken(&verdicts);
            failed_in += usize::from(!broken.is_empty());
            let is_meant = self.through == Through::OwnCases || names(scenario, defect);
            if is_meant && broken.contains(&defect.requirement) {
                by.get_or_insert(&scenario.id);
            }
            failed.extend(broken);
            if by.is_some() && self.through != Through::EveryCase {
                break;
            }
        }
        Ok(match by {
            Some(by) => {
                failed.remove(&defect.requirement);
                Fate::Caught {
                    by: by.clone(),
                    failed_in: (self.through == Through::EveryCase).then_some(failed_in),
                    besides: failed,
                }
            }
            None if cases == 0 => Fate::NoCase,
            None => Fate::Survived { cases, failed },
        })
    }

    /// The cases that a defect is played through: first the one that caught it earlier.
    fn cases<'s>(&'s self, defect: &Defect) -> impl Iterator<Item = &'s Scenario> {
        let first = self.earlier.and_then(|score| score.catcher(&defect.name));
        let is_played =
            |scenario: &&Scenario| self.through != Through::UntilCaught || names(scenario, defect);
        let scenarios = self.prepared.scenarios.iter().filter(is_played);
        let (mut cases, others): (Vec<_>, Vec<_>) =
            scenarios.partition(|scenario| Some(&*scenario.id) == first);
        cases.extend(others);
        cases.into_iter()
    }

    /// One case, or nothing where the client does not support it.
    fn play(
        &self,
        scenario: &Scenario,
        client: &ClientSpec<'_>,
        name: &str,
    ) -> Result<Option<Verdicts>, Trouble> {
        let played = play(self.prepared, scenario, client, name)?;
        let verdicts = played.map(|(trace, folder)| judge::store(&trace, &folder));
        verdicts.transpose()
    }
}

/// The trace of one case in a folder of that name, or nothing where the client does not support it.
pub(super) fn play(
    prepared: &Prepared,
    scenario: &Scenario,
    client: &ClientSpec<'_>,
    name: &str,
) -> Result<Option<(Redacted<Trace>, PathBuf)>, Trouble> {
    let folder = prepared.folder.case(&format!("{name}/{}", scenario.id));
    let folder = folder.map_err(Trouble::Folder)?;
    let setting = prepared.setting(scenario, SEED);
    match case::run(&setting, client, &folder) {
        Ok(played) => Ok(Some((played.trace, folder))),
        Err(trouble) => {
            let id = scenario.id.clone();
            match (Trouble::Case { id, trouble }) {
                trouble if trouble.is_not_supported() || trouble.is_interrupted() => Ok(None),
                trouble => Err(trouble),
            }
        }
    }
}

/// The command of a client that has these manners.
pub(super) fn in_manners(argv: &[String], manners: &[&str]) -> Vec<String> {
    let flags = manners.iter().flat_map(|manner| ["--manner", manner]);
    argv.iter()
        .cloned()
        .chain(flags.map(str::to_owned))
        .collect()
}

/// Whether the case is there for the requirement that the defect breaks.
fn names(scenario: &Scenario, defect: &Defect) -> bool {
    let mut named = scenario.requirements.iter();
    named.any(|id| id.as_str() == defect.requirement)
}

/// The requirements that failed.
pub(super) fn broken(verdicts: &Verdicts) -> BTreeSet<String> {
    let failed = |outcome: &Outcome| matches!(outcome, Outcome::Fail(_));
    let verdicts = verdicts.verdicts.iter();
    let failed = verdicts.filter(|verdict| failed(&verdict.outcome));
    failed.map(|verdict| verdict.requirement.clone()).collect()
}
