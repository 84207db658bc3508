//! Several JSON reports as one: those of the parts of a run in any order and by any number of steps, or those of
//! several runs.
//!
//! What is put together from parts of one run depends on the parts alone, not on their order nor on what was put
//! together first. As long as a part is missing, the report is a part itself; then it is the whole, as one machine would
//! have written it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use madoguchi_judge::verdict::Verdicts;
use madoguchi_notation::Wording;
use madoguchi_terms::{Lang, Say};

use crate::cover::{Probe, Untried};
use crate::json::Report;
use crate::known::KnownFailure;
use crate::shard::{Shard, lacking};

/// Why reports cannot be merged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotMerged {
    /// Two reports say different things of the same case.
    Conflict {
        /// The scenario.
        scenario: String,
        /// The wire profile.
        profile: String,
        /// The seed.
        seed: u64,
    },
    /// Parts of different runs, or a part beside a whole that does not have it.
    Mixed,
    /// Parts of runs that differ in this.
    Plans(Vec<Wording>),
}

/// What tells cases apart.
type Key<'a> = (&'a str, &'a str, u64);

impl Report {
    /// One report of several. A case that several tell in the same way is told once.
    ///
    /// # Errors
    /// Why they are not the reports of one run, or not of runs that can stand together.
    pub fn merge(reports: impl IntoIterator<Item = Self>) -> Result<Self, NotMerged> {
        let mut reports: Vec<Self> = reports.into_iter().collect();
        // A case counts once, and in one way.
        if reports.iter().any(|report| report.strict) {
            reports = reports.into_iter().map(Self::strictly).collect();
        }
        let (parts, wholes): (Vec<Self>, Vec<Self>) = reports.into_iter().partition(Self::is_part);
        if wholes.is_empty() {
            return of_parts(&parts);
        }
        let whole = joined(&wholes)?;
        // what was whole before says all that its parts say
        if parts.iter().all(|part| whole.has(part)) {
            Ok(whole)
        } else {
            Err(NotMerged::Mixed)
        }
    }

    /// Whether this is not yet a whole run.
    #[must_use]
    pub fn is_part(&self) -> bool {
        self.parts().next().is_some()
    }

    /// The parts of the whole that are not here.
    #[must_use]
    pub fn missing(&self) -> Vec<Shard> {
        let parts: Vec<Shard> = self.parts().collect();
        Shard::missing(&parts).unwrap_or_default()
    }

    /// The cases of the whole of which nothing is known here, because parts are missing.
    #[must_use]
    pub fn untold(&self) -> Vec<Untried> {
        let missing = self.missing();
        let Some(plan) = self.plan.as_ref().filter(|_| !missing.is_empty()) else {
            return Vec::new();
        };
        let told: BTreeSet<&str> = self.cases.iter().map(|case| &*case.scenario).collect();
        let cases = plan.cases.iter().filter(|case| !told.contains(&***case));
        let because = lacking(&missing);
        let untried = |case: &String| Untried {
            scenario: case.clone(),
            because: because.clone(),
        };
        cases.map(untried).collect()
    }

    /// The parts that are here.
    fn parts(&self) -> impl Iterator<Item = Shard> {
        self.shard.into_iter().chain(self.shards.iter().copied())
    }

    /// Whether another report says nothing that this one does not say.
    fn has(&self, other: &Self) -> bool {
        let cases: BTreeMap<Key<'_>, &Verdicts> =
            self.cases.iter().map(|case| (key(case), case)).collect();
        let mut of_it = other.cases.iter();
        of_it.all(|case| cases.get(&key(case)) == Some(&case))
            && other.probes.iter().all(|one| self.probes.contains(one))
            && other.known.iter().all(|one| self.known.contains(one))
    }
}

/// Parts of one run: the whole where all are there, else a part.
fn of_parts(parts: &[Report]) -> Result<Report, NotMerged> {
    let mut shards: Vec<Shard> = parts.iter().flat_map(Report::parts).collect();
    shards.sort();
    shards.dedup();
    let missing = Shard::missing(&shards).ok_or(NotMerged::Mixed)?;
    let mut plans = parts.iter().filter_map(|report| report.plan.as_ref());
    let plan = plans.next().cloned();
    if let Some(plan) = &plan {
        // a part of an older version carries none
        if plans.clone().count() + 1 < parts.len() {
            return Err(NotMerged::Mixed);
        }
        if let Some(other) = plans.find(|other| *other != plan) {
            return Err(NotMerged::Plans(plan.differences(other)));
        }
    }
    let mut report = joined(parts)?;
    if let Some(plan) = &plan {
        report.cases.sort_by_cached_key(|case| {
            let (scenario, profile, seed) = key(case);
            let own = (scenario.to_owned(), profile.to_owned(), seed);
            (plan.place(scenario), own)
        });
        report
            .known
            .sort_by_cached_key(|failure| plan.place(&failure.scenario));
    }
    let (probes, known) = (report.probes, report.known);
    let report = Report::new(report.cases).with_probes(probes);
    let report = report.with_known(known);
    if missing.is_empty() {
        return Ok(report);
    }
    let (shard, shards) = match shards[..] {
        [one] => (Some(one), Vec::new()),
        _ => (None, shards),
    };
    Ok(Report {
        shard,
        shards,
        plan,
        ..report
    })
}

/// What several reports say, in their order, each thing once.
fn joined(reports: &[Report]) -> Result<Report, NotMerged> {
    let mut cases: Vec<Verdicts> = Vec::new();
    let mut told: BTreeMap<Key<'_>, &Verdicts> = BTreeMap::new();
    for case in reports.iter().flat_map(|report| &report.cases) {
        match told.insert(key(case), case) {
            Some(earlier) if earlier == case => {}
            Some(_) => {
                return Err(NotMerged::Conflict {
                    scenario: case.scenario.clone(),
                    profile: case.profile.name.clone(),
                    seed: case.seed,
                });
            }
            None => cases.push(case.clone()),
        }
    }
    let mut probes: Vec<Probe> = Vec::new();
    for probe in reports.iter().flat_map(|report| &report.probes) {
        if !probes.contains(probe) {
            probes.push(probe.clone());
        }
    }
    let mut known: Vec<KnownFailure> = Vec::new();
    for failure in reports.iter().flat_map(|report| &report.known) {
        if !known.contains(failure) {
            known.push(failure.clone());
        }
    }
    let report = Report::new(cases).with_probes(probes);
    Ok(report.with_known(known))
}

fn key(case: &Verdicts) -> Key<'_> {
    (&case.scenario, &case.profile.name, case.seed)
}

impl Say for NotMerged {
    fn text(&self, lang: Lang) -> String {
        match self {
            Self::Conflict { scenario, profile, seed } => lang.pick(
                format!("{scenario} ({profile}, seed {seed}) の判定が報告によって違います\n  対処: 同じ実行の報告だけを渡してください。違いは madoguchi compare で見られます"),
                format!("the reports differ about {scenario} ({profile}, seed {seed})\n  help: give reports of one run only; madoguchi compare shows how they differ"),
            ),
            Self::Mixed => lang.pick(
                "一つの実行の報告ではありません (分割の数が違うか、分割していない報告が混ざっています)\n  対処: 一つの実行の報告だけを渡してください".to_owned(),
                "they are not the reports of one run: divided differently, or not all of them parts\n  help: give reports of one run only".to_owned(),
            ),
            Self::Plans(differences) => {
                let listed = super::listed(differences);
                lang.pick(
                    format!("別々の実行の一部です。違い: {}\n  対処: 一つの実行の報告だけを渡してください", listed.ja),
                    format!("they are parts of different runs; what differs: {}\n  help: give reports of one run only", listed.en),
                )
            }
        }
    }
}

impl fmt::Display for NotMerged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Lang::En))
    }
}

impl std::error::Error for NotMerged {}
