//! The report as JSON: the verdicts of all cases, without times and paths. Its schema is generated
//! from the types; `report.schema.json` is a copy for people without the program.

use std::fmt;
use std::io::{self, Write};

use madoguchi_judge::verdict::{Overall, Verdicts, overall};
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
    /// Which parts it has of one that is not whole yet, where they are several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shards: Vec<Shard>,
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

/// Why a text is no report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReportError {
    /// A newer tool wrote it, in this format.
    Newer(u16),
    /// It is no such JSON, in the words of the JSON library.
    Malformed(String),
}

impl Report {
    /// A report of these cases.
    #[must_use]
    pub fn new(cases: Vec<Verdicts>) -> Self {
        Self {
            madoguchi_report: MAJOR,
            unofficial: true,
            shard: None,
            shards: Vec::new(),
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
        let strict = Self::new(cases)
            .with_probes(self.probes)
            .with_known(self.known);
        let (shard, shards) = (self.shard, self.shards);
        Self {
            shard,
            shards,
            ..strict
        }
        .of_plan(self.plan)
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
        let cases = report.cases.into_iter().map(Verdicts::harmless);
        let read = Self {
            shard: report.shard,
            shards: report.shards,
            plan: report.plan,
            known: report.known,
            probes: report.probes,
            ..Self::new(cases.collect())
        };
        Ok(if report.strict { read.strictly() } else { read })
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
        }
    }
}

impl fmt::Display for ReportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Lang::En))
    }
}

impl std::error::Error for ReportError {}
