//! The report as JSON: the verdicts of all cases, without times and paths. Its schema is generated
//! from the types; `report.schema.json` is a copy for people without the program.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Write};

use madoguchi_judge::verdict::{Overall, Verdicts, overall};
use madoguchi_notation::Wording;
use madoguchi_terms::{Lang, Say};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde::{Deserialize, Serialize};

use super::CaseReport;
use super::cover::{Cover, Probe};
use super::inducing::{self, Inducing};
use super::known::KnownFailure;
use super::levels::Levels;
use super::overview::Overview;
use super::plan::Plan;
use super::shard::Shard;
use super::soundness::Soundness;
use super::tested::Tested;

/// Major version of the JSON report.
pub const MAJOR: u16 = 1;

/// The verdicts of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// Format version; see [`MAJOR`].
    pub madoguchi_report: u16,
    /// Always true: never a certificate of anything.
    pub unofficial: bool,
    /// Which part of a divided run it is; absent for a whole one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<Shard>,
    /// The whole that it is a part of; absent for a whole one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<Plan>,
    /// The worst of the cases.
    pub overall: Overall,
    /// Whether advice counted (`--strict`).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub strict: bool,
    /// The requirements that were decided, by how binding they are; absent in reports of older versions.
    #[serde(default)]
    pub levels: Levels,
    /// How many verdicts rest on no assumption; absent in reports of older versions.
    #[serde(default)]
    pub assumption_free: Share,
    /// How the suite that wrote this report was itself tested; absent where a レセコン was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tested: Option<Tested>,
    /// Which correct clients that suite was tried with, and whether it let them through; absent where a
    /// レセコン was tested.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub soundness: Option<Soundness>,
    /// Which values make variants fail, and which do not; absent where none were played or failed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inducing: Vec<Inducing>,
    /// What was tried of what the vendor's statement does not claim; it decides nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub probes: Vec<Probe>,
    /// Failures that were known when the report was written, until which day and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub known: Vec<KnownFailure>,
    /// The cases, in the order in which they were told.
    pub cases: Vec<Verdicts>,
}

/// How much of what was decided rests on no assumption: a document states the requirement, and
/// nothing about the wire had to be assumed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Share {
    /// Verdicts that say pass or fail.
    pub decided: usize,
    /// Those among them that declare no assumption.
    pub without_assumptions: usize,
    /// The latter of the former in percent, rounded down; none where nothing was decided.
    pub percent: Option<usize>,
    /// Those that a document states and that came out the same under every alternative of what they
    /// declare, with those that declare nothing.
    #[serde(default)]
    pub proven: usize,
    /// The same in percent.
    #[serde(default)]
    pub proven_percent: Option<usize>,
}

/// Why a text is no report, or why reports cannot be merged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReportError {
    /// A newer tool wrote it, in this format.
    Newer(u16),
    /// It is no such JSON, in the words of the JSON library.
    Malformed(String),
    /// Two reports say different things of the same case.
    Conflict {
        /// The scenario.
        scenario: String,
        /// The wire profile.
        profile: String,
        /// The seed.
        seed: u64,
    },
    /// Parts of a divided run are not there.
    Missing(Vec<Shard>),
    /// Parts of different runs, or a part beside a whole.
    Mixed,
    /// Parts of runs that differ in this.
    Plans(Vec<Wording>),
}

impl Report {
    /// A report of these cases.
    #[must_use]
    pub fn new(cases: Vec<Verdicts>) -> Self {
        Self {
            madoguchi_report: MAJOR,
            unofficial: true,
            shard: None,
            plan: None,
            overall: overall(&cases),
            strict: cases.iter().any(Verdicts::is_strict),
            levels: Levels::of(&cases),
            assumption_free: Share::of(&cases),
            tested: Tested::of(cases.iter()).cloned(),
            soundness: Soundness::of(cases.iter()).cloned(),
            inducing: inducing::of(&cases),
            probes: Vec::new(),
            known: Vec::new(),
            cases,
        }
    }

    /// The same with what was tried beside the cases.
    #[must_use]
    pub fn with_probes(self, probes: Vec<Probe>) -> Self {
        Self { probes, ..self }
    }

    /// The same, with advice counting like every other requirement.
    #[must_use]
    pub fn strictly(self) -> Self {
        let cases = self.cases.into_iter().map(Verdicts::strictly).collect();
        let (shard, plan, known, probes) = (self.shard, self.plan, self.known, self.probes);
        let strict = Self::new(cases).with_probes(probes).with_known(known);
        strict.of_shard(shard).of_plan(plan)
    }

    /// The same as a part of a divided run.
    #[must_use]
    pub fn of_shard(self, shard: Option<Shard>) -> Self {
        Self { shard, ..self }
    }

    /// The same with what was known to fail.
    #[must_use]
    pub fn with_known(self, known: Vec<KnownFailure>) -> Self {
        Self { known, ..self }
    }

    /// The same as a part of this whole.
    #[must_use]
    pub fn of_plan(self, plan: Option<Plan>) -> Self {
        Self { plan, ..self }
    }

    /// Reads a report.
    ///
    /// # Errors
    /// Why the text is none.
    pub fn parse(text: &str) -> Result<Self, ReportError> {
        #[derive(Deserialize)]
        struct Origin {
            madoguchi_report: u16,
        }
        let malformed = |error: serde_json::Error| ReportError::Malformed(error.to_string());
        let origin: Origin = serde_json::from_str(text).map_err(malformed)?;
        if origin.madoguchi_report > MAJOR {
            return Err(ReportError::Newer(origin.madoguchi_report));
        }
        let report: Self = serde_json::from_str(text).map_err(malformed)?;
        let (shard, probes, strict) = (report.shard, report.probes, report.strict);
        let (plan, known) = (report.plan, report.known);
        let cases = report.cases.into_iter().map(Verdicts::harmless);
        let read = Self::new(cases.collect())
            .of_shard(shard)
            .of_plan(plan)
            .with_known(known)
            .with_probes(probes);
        Ok(if strict { read.strictly() } else { read })
    }

    /// One report of several, such as those of the shards of one run. A case that several tell in
    /// the same way is told once.
    ///
    /// # Errors
    /// [`ReportError::Conflict`] where two say different things of one case, [`ReportError::Missing`]
    /// where a part of a divided run is not there, [`ReportError::Mixed`] and [`ReportError::Plans`] where
    /// they are no parts of one run.
    pub fn merge(reports: impl IntoIterator<Item = Self>) -> Result<Self, ReportError> {
        let mut reports: Vec<Self> = reports.into_iter().collect();
        // A case counts once, and in one way.
        if reports.iter().any(|report| report.strict) {
            reports = reports.into_iter().map(Self::strictly).collect();
        }
        let shards: Vec<Shard> = reports.iter().filter_map(|report| report.shard).collect();
        if !shards.is_empty() && shards.len() != reports.len() {
            return Err(ReportError::Mixed);
        }
        match Shard::missing(&shards) {
            None => return Err(ReportError::Mixed),
            Some(missing) if !missing.is_empty() => return Err(ReportError::Missing(missing)),
            Some(_) => {}
        }
        let mut plans = reports.iter().filter_map(|report| report.plan.as_ref());
        let plan = plans.next().cloned();
        if let Some(plan) = &plan {
            // a part of an older version carries none
            if plans.clone().count() + 1 < reports.len() {
                return Err(ReportError::Mixed);
            }
            if let Some(other) = plans.find(|other| *other != plan) {
                return Err(ReportError::Plans(plan.differences(other)));
            }
        }
        let mut cases: Vec<Verdicts> = Vec::new();
        let mut places: BTreeMap<(String, String, u64), usize> = BTreeMap::new();
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
        for case in reports.into_iter().flat_map(|report| report.cases) {
            let (scenario, profile, seed) =
                (case.scenario.clone(), case.profile.name.clone(), case.seed);
            let key = (scenario.clone(), profile.clone(), seed);
            match places.get(&key) {
                Some(at) if cases[*at] == case => {}
                Some(_) => {
                    return Err(ReportError::Conflict {
                        scenario,
                        profile,
                        seed,
                    });
                }
                None => {
                    places.insert(key, cases.len());
                    cases.push(case);
                }
            }
        }
        if let Some(plan) = plan {
            cases.sort_by_cached_key(|case| plan.place(&case.scenario));
            known.sort_by_cached_key(|failure| plan.place(&failure.scenario));
        }
        Ok(Self::new(cases).with_probes(probes).with_known(known))
    }

    /// Writes the report.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *out, self)?;
        out.write_all(b"\n")
    }
}

impl Share {
    /// The share in these cases.
    fn of(cases: &[Verdicts]) -> Self {
        let overview = Overview::new(cases);
        Self {
            decided: overview.decided,
            without_assumptions: overview.assumption_free,
            percent: overview.assumption_free_percent(),
            proven: overview.proven_free,
            proven_percent: overview.proven_free_percent(),
        }
    }
}

/// Writes the report of `cases`, which may be a part of a divided run.
///
/// # Errors
/// Those of `out`.
pub fn write(
    out: &mut dyn Write,
    cases: &[CaseReport<'_>],
    cover: &Cover,
    shard: Option<Shard>,
    plan: Option<&Plan>,
) -> io::Result<()> {
    let verdicts = cases.iter().map(|case| case.verdicts.clone());
    let report = Report::new(verdicts.collect()).of_shard(shard);
    let report = report.of_plan(plan.cloned());
    let report = report.with_known(KnownFailure::of(cases));
    report.with_probes(cover.probes.clone()).write(out)
}

/// The schema (draft-07) of a report.
#[must_use]
pub fn schema() -> Schema {
    let mut schema = SchemaSettings::draft07()
        .into_generator()
        .into_root_schema_for::<Report>();
    schema.insert("title".into(), "madoguchi report".into());
    schema
}

impl Say for ReportError {
    fn text(&self, lang: Lang) -> String {
        match self {
            Self::Newer(major) => lang.pick(
                format!("新しい形式 {major} の報告です。madoguchi を新しくしてください"),
                format!("the report has the newer format {major}; install a newer madoguchi"),
            ),
            Self::Malformed(why) => lang.pick(
                format!("madoguchi run --json の報告ではありません: {why}"),
                format!("it is no report of madoguchi run --json: {why}"),
            ),
            Self::Conflict { scenario, profile, seed } => lang.pick(
                format!("{scenario} ({profile}, seed {seed}) の判定が報告によって違います\n  対処: 同じ実行の報告だけを渡してください。違いは madoguchi compare で見られます"),
                format!("the reports differ about {scenario} ({profile}, seed {seed})\n  help: give reports of one run only; madoguchi compare shows how they differ"),
            ),
            Self::Missing(shards) => {
                let shards: Vec<String> = shards.iter().map(Shard::to_string).collect();
                let shards = shards.join(", ");
                lang.pick(
                    format!("分割実行の一部がありません: {shards}\n  対処: その --shard の報告も渡してください"),
                    format!("parts of the run are missing: {shards}\n  help: give the reports of these --shard, too"),
                )
            }
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

impl fmt::Display for ReportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Lang::En))
    }
}

impl std::error::Error for ReportError {}
