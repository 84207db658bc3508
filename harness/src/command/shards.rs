//! JSON reports beside each other (`madoguchi compare`) and together (`madoguchi merge`), and what
//! of a selection a run takes: its shard, or what failed in an earlier report.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use madoguchi_judge::verdict::{Overall, Verdicts};
use madoguchi_report::CaseReport;
use madoguchi_report::compare::Comparison;
use madoguchi_report::json::Report;
use madoguchi_terms::Lang;
use madoguchi_trace::Trace;

use super::trouble::Trouble;
use super::{input, judge, reports, screen};
use crate::cli;
use crate::exit::Exit;

/// Says how the report `after` differs from the report `before`.
pub(super) fn compare(before: &Path, after: &Path, lang: Lang) -> Result<Exit, Trouble> {
    let comparison = Comparison::new(&read(before)?, &read(after)?);
    let text = comparison.in_words(lang);
    screen::say(write!(screen::standard_output(), "{text}"))?;
    Ok(if comparison.holds() {
        Exit::PASS
    } else {
        Exit::FAIL
    })
}

/// Writes what is asked for of several reports together. What reports do not hold, such as the
/// timeline of a case, comes from its trace where a folder with it is named.
pub(super) fn merge(options: &cli::Merge, lang: Lang) -> Result<Exit, Trouble> {
    let mut parts = Vec::new();
    for path in &options.parts {
        parts.push(read(path)?);
    }
    let mut report = Report::merge(parts).map_err(|error| Trouble::Report { path: None, error })?;
    if options.reports.strict {
        report = report.strictly();
    }
    let mut wanted = options.reports.clone();
    if let Some(whole) = wanted.json.take() {
        reports::file(&whole, |out| report.write(out))?;
    }
    let mut traces = Vec::new();
    for case in &report.cases {
        traces.push(trace_of(case, &options.traces)?);
    }
    let again: Vec<String> = report.cases.iter().map(again).collect();
    let whole = report.cases.iter().zip(&traces).zip(&again);
    let cases: Vec<CaseReport<'_>> = whole
        .map(|((verdicts, trace), again)| CaseReport {
            verdicts,
            trace: trace.as_ref(),
            exhibit: None,
            took: None,
            again,
        })
        .collect();
    let mut cover = reports::of_stored(&wanted);
    cover.probes.clone_from(&report.probes);
    reports::write(&wanted, &cases, &cover, None, lang)?;
    Ok(judge::exit(report.overall))
}

/// The trace of a case, where it lies in one of these folders.
fn trace_of(case: &Verdicts, folders: &[PathBuf]) -> Result<Option<Trace>, Trouble> {
    let mut places = folders
        .iter()
        .map(|folder| folder.join(&case.scenario).join("trace.jsonl"));
    places
        .find(|place| place.is_file())
        .map(judge::read)
        .transpose()
}

/// The command that shows a case again; the report does not know the client's.
fn again(case: &Verdicts) -> String {
    let (id, seed, profile) = (&case.scenario, case.seed, &case.profile.name);
    format!("madoguchi run {id} --client CMD --seed {seed} --profile {profile}")
}

/// Leaves what `options` ask for of the selected scenarios: first those that failed, then the part.
pub(super) fn narrow<S>(
    scenarios: &mut Vec<S>,
    id: impl Fn(&S) -> &str,
    options: &cli::Run,
) -> Result<(), Trouble> {
    if let Some(path) = &options.failed {
        let report = read(path)?;
        let failed: BTreeSet<&str> = report
            .cases
            .iter()
            .filter(|case| case.overall() != Overall::Passed)
            .map(|case| case.scenario.as_str())
            .collect();
        scenarios.retain(|scenario| failed.contains(id(scenario)));
        if scenarios.is_empty() {
            return Err(Trouble::NothingFailed(path.clone()));
        }
    }
    if let Some(shard) = options.shard {
        let mut places = 0..;
        scenarios.retain(|_| places.next().is_some_and(|at| shard.takes(at)));
        if scenarios.is_empty() {
            return Err(Trouble::EmptyShard(shard));
        }
    }
    Ok(())
}

fn read(path: &Path) -> Result<Report, Trouble> {
    let text = input::text(path, input::MADE)?;
    Report::parse(&text).map_err(|error| Trouble::Report {
        path: Some(path.to_owned()),
        error,
    })
}
