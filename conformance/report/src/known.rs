//! Known failures: what a vendor already knows to be wrong, with a reason and a last day. A file
//! that no longer fits fails the run like an unknown failure, so that it cannot go stale.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use jiff::civil::Date;
use madoguchi_judge::verdict::{Outcome, Overall, Verdict, Verdicts};
use madoguchi_notation::{Diagnostic, Diagnostics, Located, Wording, load, nearest};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::CaseReport;
use crate::cover::Probe;

/// One known failure.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Entry {
    /// Id of the requirement that is known to be broken or undecided.
    pub requirement: Located<String>,
    /// Where: the id of a scenario, or its beginning and `*`; everywhere if left out.
    #[serde(default)]
    pub scenario: Option<Located<String>>,
    /// Why that is accepted for now.
    pub because: Located<String>,
    /// The last day on which it is, `YYYY-MM-DD`.
    pub until: Located<String>,
}

/// A file of known failures.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownFailures {
    file: String,
    entries: Vec<(Entry, Date)>,
    /// Every scenario that there is.
    scenarios: BTreeSet<String>,
}

/// A file of known failures on a day.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    file: &'a KnownFailures,
    today: Date,
}

impl<'a> Known<'a> {
    /// What this file knows on this day.
    #[must_use]
    pub const fn new(file: &'a KnownFailures, today: Date) -> Self {
        Self { file, today }
    }

    /// The entry that knows this verdict of the scenario, where it fails or is undecided by itself.
    pub(crate) fn entry(self, scenario: &str, verdict: &Verdict) -> Option<&'a Entry> {
        let of_it = |entry: &Entry, until: Date| {
            *entry.requirement == verdict.requirement
                && entry.covers(scenario)
                && until >= self.today
        };
        let mut entries = self.file.entries.iter();
        entries
            .find(|(entry, until)| is_own(verdict) && of_it(entry, *until))
            .map(|(entry, _)| entry)
    }

    /// The entries that know everything that is wrong with a case, where they do.
    #[must_use]
    pub fn excuses(self, verdicts: &Verdicts) -> Option<Vec<&'a Entry>> {
        if verdicts.overall() != Overall::Failed {
            return None;
        }
        let counting = own(verdicts).filter(|verdict| verdict.counts_against());
        let entries: Option<Vec<&Entry>> = counting
            .map(|verdict| self.entry(&verdicts.scenario, verdict))
            .collect();
        entries.filter(|entries| !entries.is_empty())
    }
}

/// A known failure of a run, as its report has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KnownFailure {
    /// The scenario.
    pub scenario: String,
    /// The requirement.
    pub requirement: String,
    /// Why that is accepted for now.
    pub because: String,
    /// The last day on which it is.
    pub until: String,
}

impl KnownFailure {
    /// The known failures of these cases.
    #[must_use]
    pub fn of(cases: &[CaseReport<'_>]) -> Vec<Self> {
        let mut known = Vec::new();
        for case in cases {
            for verdict in &case.verdicts.verdicts {
                if let Some(entry) = case.known(verdict) {
                    known.push(Self {
                        scenario: case.verdicts.scenario.clone(),
                        requirement: verdict.requirement.clone(),
                        because: (*entry.because).clone(),
                        until: (*entry.until).clone(),
                    });
                }
            }
        }
        known
    }

    /// That it is known, until when and why.
    #[must_use]
    pub fn in_words(&self) -> Wording {
        in_words(&self.until, &self.because)
    }
}

/// What a run says about a file of known failures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// Failures that the file knows.
    pub known: usize,
    /// Failures that it does not, as scenario and requirement.
    pub unknown: BTreeSet<(String, String)>,
    /// Entries without a failure, though all scenarios that they cover were run, as lines of the
    /// file.
    pub unused: Vec<u64>,
    /// Entries whose last day is over, as lines of the file.
    pub expired: Vec<u64>,
    /// How to edit the file so that it fits; empty where it does.
    pub edit: String,
}

impl KnownFailures {
    /// Reads a file. `scenarios` are the ids that there are.
    ///
    /// # Errors
    /// Everything that is wrong, with its place: YAML, a requirement or a scenario that does
    /// not exist, a reason left empty, a day that is none.
    pub fn parse(file: &str, text: &str, scenarios: &[&str]) -> Result<Self, Diagnostics> {
        let entries: Vec<Entry> = load(file, text)?;
        let mut wrong = Vec::new();
        let mut dated = Vec::new();
        for entry in entries {
            wrong.extend(faults(&entry, scenarios));
            match entry.until.parse() {
                Ok(until) => dated.push((entry, until)),
                Err(_) => wrong.push(
                    Diagnostic::new(
                        "no-day",
                        format!("{} は日付ではありません", entry.until),
                        format!("{} is no day", entry.until),
                    )
                    .at(entry.until.location())
                    .hint(
                        "2026-12-31 の形で書いてください",
                        "write it like 2026-12-31",
                    ),
                ),
            }
        }
        Diagnostics::check(file, text, wrong)?;
        Ok(Self {
            file: file.to_owned(),
            entries: dated,
            scenarios: scenarios.iter().map(|id| (*id).to_owned()).collect(),
        })
    }

    /// What reports say was known when they were written, each failure for itself. A day that is none covers
    /// nothing.
    #[must_use]
    pub fn of_reports(known: &[KnownFailure]) -> Self {
        let entry = |failure: &KnownFailure| {
            let entry = Entry {
                requirement: Located::new(failure.requirement.clone()),
                scenario: Some(Located::new(failure.scenario.clone())),
                because: Located::new(failure.because.clone()),
                until: Located::new(failure.until.clone()),
            };
            Some((entry, failure.until.parse().ok()?))
        };
        Self {
            file: String::new(),
            entries: known.iter().filter_map(entry).collect(),
            scenarios: known.iter().map(|one| one.scenario.clone()).collect(),
        }
    }

    /// Name of the file; empty where the list comes from reports.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Compares the file with what failed, as of `today`. A probe decides nothing, so that what it
    /// broke need not be known; where it is, the entry is of use.
    #[must_use]
    pub fn settle(&self, cases: &[CaseReport<'_>], probes: &[Probe], today: Date) -> Settled {
        let mut settled = Settled {
            known: 0,
            unknown: BTreeSet::new(),
            unused: Vec::new(),
            expired: Vec::new(),
            edit: String::new(),
        };
        let mut used = vec![false; self.entries.len()];
        for case in cases {
            let scenario = &case.verdicts.scenario;
            for verdict in own(case.verdicts) {
                let mut is_known = false;
                for (at, (entry, until)) in self.entries.iter().enumerate() {
                    if *entry.requirement == verdict.requirement && entry.covers(scenario) {
                        used[at] = true;
                        is_known |= *until >= today;
                    }
                }
                // an entry for advice is of use, and advice needs none
                if !verdict.counts_against() {
                    continue;
                }
                if is_known {
                    settled.known += 1;
                } else {
                    let failure = (scenario.clone(), verdict.requirement.clone());
                    settled.unknown.insert(failure);
                }
            }
        }
        for (scenario, requirement) in probes.iter().flat_map(broken) {
            let mut is_known = false;
            for (at, (entry, until)) in self.entries.iter().enumerate() {
                if *entry.requirement == *requirement && entry.covers(scenario) {
                    used[at] = true;
                    is_known |= *until >= today;
                }
            }
            settled.known += usize::from(is_known);
        }
        let run = cases.iter().map(|case| case.verdicts.scenario.as_str());
        let run: BTreeSet<&str> = run.collect();
        for (at, (entry, until)) in self.entries.iter().enumerate() {
            // a part of the cases cannot show that an entry for more of them is unused
            let tried = || {
                let mut covered = self.scenarios.iter().filter(|id| entry.covers(id));
                covered.all(|id| run.contains(id.as_str()))
            };
            let line = entry.requirement.location().line();
            if *until < today {
                settled.expired.push(line);
            } else if !used[at] && tried() {
                settled.unused.push(line);
            }
        }
        settled.edit = self.edit(&settled);
        settled
    }

    fn edit(&self, settled: &Settled) -> String {
        let mut edit = String::new();
        let entry_at = |line: u64| {
            let mut entries = self.entries.iter();
            entries.find(|(entry, _)| entry.requirement.location().line() == line)
        };
        for (lines, why) in [(&settled.unused, "unused"), (&settled.expired, "expired")] {
            for (entry, _) in lines.iter().filter_map(|line| entry_at(*line)) {
                let (file, line) = (&self.file, entry.requirement.location().line());
                // writing to a String cannot fail
                let _ = writeln!(edit, "# {file}:{line}: {why}, delete this entry");
                let _ = writeln!(edit, "#   requirement: {}", entry.requirement);
            }
        }
        for (scenario, requirement) in &settled.unknown {
            let _ = writeln!(edit, "- requirement: {requirement}");
            if !scenario.is_empty() {
                let _ = writeln!(edit, "  scenario: {scenario}");
            }
            let _ = writeln!(edit, "  because: \"\"  # 理由 / why is this accepted?");
            let _ = writeln!(edit, "  until: \"\"  # 期限 / last day, YYYY-MM-DD");
        }
        edit
    }
}

impl Settled {
    /// Whether file and run agree.
    #[must_use]
    pub fn fits(&self) -> bool {
        self.unknown.is_empty() && self.unused.is_empty() && self.expired.is_empty()
    }

    /// What to say of it in a line.
    #[must_use]
    pub fn in_words(&self) -> Wording {
        let Self {
            known,
            unknown,
            unused,
            expired,
            ..
        } = self;
        let (unknown, unused, expired) = (unknown.len(), unused.len(), expired.len());
        Wording::new(
            format!(
                "既知の不合格 {known} · 未知 {unknown} · 不要な項目 {unused} · 期限切れ {expired}"
            ),
            format!(
                "{known} known failures · {unknown} unknown · {unused} unused entries · {expired} expired"
            ),
        )
    }
}

impl Entry {
    /// That it is known, until when and why.
    #[must_use]
    pub fn in_words(&self) -> Wording {
        in_words(&self.until, &self.because)
    }

    fn covers(&self, scenario: &str) -> bool {
        self.scenario
            .as_ref()
            .is_none_or(|pattern| covers(pattern, scenario))
    }
}

fn in_words(until: &str, because: &str) -> Wording {
    Wording::new(
        format!("既知の不合格 ({until} まで): {because}"),
        format!("known failure (until {until}): {because}"),
    )
}

/// What failed or is undecided by itself: what follows from another failure is not a failure of its own.
fn own(verdicts: &Verdicts) -> impl Iterator<Item = &Verdict> {
    verdicts.verdicts.iter().filter(|verdict| is_own(verdict))
}

fn is_own(verdict: &Verdict) -> bool {
    let follows = matches!(
        &verdict.outcome,
        Outcome::Inconclusive {
            caused_by: Some(_),
            ..
        }
    );
    let is_broken = matches!(verdict.outcome, Outcome::Fail(_));
    (is_broken || verdict.counts_against()) && !follows
}

/// What a probe broke.
fn broken(probe: &Probe) -> impl Iterator<Item = (&str, &String)> {
    let broken = probe.broken.iter();
    broken.map(|requirement| (probe.scenario.as_str(), requirement))
}

fn covers(pattern: &str, scenario: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(beginning) => scenario.starts_with(beginning),
        None => scenario == pattern,
    }
}

fn faults(entry: &Entry, scenarios: &[&str]) -> Vec<Diagnostic> {
    let mut wrong = Vec::new();
    let id = &entry.requirement;
    let catalogue = madoguchi_requirements::builtin();
    if catalogue.get(id).is_none() {
        let diagnostic = Diagnostic::new(
            "unknown-requirement",
            format!("不明な要件 \"{id}\""),
            format!("unknown requirement \"{id}\""),
        );
        let known = catalogue.ids();
        let candidate = nearest(id, known.iter().copied());
        wrong.push(diagnostic.at(id.location()).candidate(candidate));
    }
    if let Some(pattern) = &entry.scenario
        && !scenarios.iter().any(|scenario| covers(pattern, scenario))
    {
        let diagnostic = Diagnostic::new(
            "unknown-scenario",
            format!("不明なシナリオ \"{pattern}\""),
            format!("unknown scenario \"{pattern}\""),
        );
        let candidate = nearest(pattern, scenarios.iter().copied());
        wrong.push(diagnostic.at(pattern.location()).candidate(candidate));
    }
    if entry.because.trim().is_empty() {
        let diagnostic = Diagnostic::new("no-reason", "because が空です", "because is empty");
        let hint = diagnostic.hint(
            "この不合格を当面認める理由を書いてください",
            "say why this failure is accepted for now",
        );
        wrong.push(hint.at(entry.because.location()));
    }
    wrong
}
