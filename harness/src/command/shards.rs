//! JSON reports beside each other (`madoguchi compare`) and together (`madoguchi merge`), and what
//! of a selection a run takes: its shard, or what failed in an earlier report.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use aws_lc_rs::digest;
use base16ct::HexDisplay;
use madoguchi_judge::verdict::{Overall, Verdicts};
use madoguchi_report::CaseReport;
use madoguchi_report::compare::Comparison;
use madoguchi_report::json::Report;
use madoguchi_report::known::KnownFailures;
use madoguchi_report::plan::Plan;
use madoguchi_terms::Lang;
use madoguchi_trace::Trace;

use super::plan::Division;
use super::reports::Part;
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
        if path.is_dir() {
            below(path, &mut parts)?;
        } else {
            parts.push(read(path)?);
        }
    }
    if parts.is_empty() {
        return Err(Trouble::NoReports(options.parts.clone()));
    }
    let mut report = Report::merge(parts).map_err(Trouble::NotMerged)?;
    if options.reports.strict {
        report = report.strictly();
    }
    let wanted = &options.reports;
    let ids: Vec<&str> = report
        .cases
        .iter()
        .map(|case| case.scenario.as_str())
        .collect();
    let listed = reports::known(wanted, &ids)?;
    // the parts have said what was known; a list that is given now says it in their place
    let told = || (!report.known.is_empty()).then(|| KnownFailures::of_reports(&report.known));
    let known = listed.clone().or_else(told);
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
            begun: None,
            took: None,
            again,
            known: None,
        })
        .collect();
    let mut cover = reports::of_stored(wanted);
    cover.probes.clone_from(&report.probes);
    cover.untried = report.untold();
    cover.missing = report.missing();
    // the report as it is, with its parts and its plan
    let others = cli::Reports {
        json: None,
        ..wanted.clone()
    };
    reports::write(&others, &cases, &cover, None, known.as_ref(), lang)?;
    if let Some(path) = &wanted.json {
        let known = listed
            .as_ref()
            .map(|known| reports::known_of(&cases, known));
        let known = known.unwrap_or_else(|| report.known.clone());
        reports::file(path, |out| report.clone().with_known(known).write(out))?;
    }
    let exit = judge::exit(report.overall);
    let exit = reports::settle(known.as_ref(), &cases, &report.probes, exit, lang)?;
    if cover.missing.is_empty() {
        return Ok(exit);
    }
    Err(Trouble::PartsMissing(cover.missing))
}

/// Every report below a folder: what has another form, such as a verdict beside a trace, is none.
fn below(folder: &Path, parts: &mut Vec<Report>) -> Result<(), Trouble> {
    let failed = |error| Trouble::Read {
        path: folder.to_owned(),
        error,
    };
    let entries = fs::read_dir(folder).map_err(failed)?;
    let paths: Result<Vec<PathBuf>, _> = entries.map(|entry| Ok(entry?.path())).collect();
    let mut paths = paths.map_err(failed)?;
    paths.sort();
    for path in paths {
        if path.is_dir() {
            below(&path, parts)?;
        } else if path
            .extension()
            .is_some_and(|extension| extension == "json")
            && input::text(&path, input::MADE)
                .is_ok_and(|text| text.contains("\"madoguchi_report\""))
        {
            parts.push(read(&path)?);
        }
    }
    Ok(())
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

/// Leaves what `options` ask for of the selected scenarios: first those that failed, then the part, which may
/// be empty; `division` is what a plan says that the part takes. `client` is what the product is called.
pub(super) fn narrow<S>(
    scenarios: &mut Vec<S>,
    id: impl Fn(&S) -> &str,
    options: &cli::Run,
    division: Option<&Division>,
    client: &str,
) -> Result<Option<Part>, Trouble> {
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
    let planned = division.map(|division| division.part);
    let Some(shard) = planned.or(options.shard) else {
        return Ok(None);
    };
    let plan = Plan {
        tool: reports::TOOL.to_owned(),
        client: client.to_owned(),
        profile: options.profile.clone(),
        seed: options.seed,
        files: own_files(options)?,
        divided: division.map(|division| division.digest.clone()),
        cases: scenarios.iter().map(|one| id(one).to_owned()).collect(),
    };
    match division {
        Some(division) => {
            if let Some(case) = division.untaken(scenarios.iter().map(&id)) {
                return Err(Trouble::NotPlanned(case.to_owned()));
            }
            scenarios.retain(|one| division.takes(id(one)));
        }
        None => {
            let mut places = 0..;
            scenarios.retain(|_| places.next().is_some_and(|at| shard.takes(at)));
        }
    }
    Ok(Some(Part { shard, plan }))
}

/// The ids of the whole that a part is of; `own` are those of a run that is not divided.
pub(super) fn whole<'a>(part: Option<&'a Part>, own: &[&'a str]) -> Vec<&'a str> {
    part.map_or_else(
        || own.to_vec(),
        |part| part.plan.cases.iter().map(String::as_str).collect(),
    )
}

/// A digest over the files of the user's own that a run is made of, as they were named.
fn own_files(options: &cli::Run) -> Result<String, Trouble> {
    let named = options.select.iter().map(|word| match word.find('@') {
        Some(at) => &word[..at],
        None => word,
    });
    let named = named.chain([options.profile.as_str()]).map(Path::new);
    let others = [&options.statement, &options.screen_map, &options.words];
    let mapping = options
        .consumer
        .as_ref()
        .and_then(|role| role.mapping.as_deref());
    let others = others.into_iter().filter_map(|file| file.as_deref());
    let files = named
        .filter(|path| path.is_file())
        .chain(others)
        .chain(mapping);
    let mut digest = digest::Context::new(&digest::SHA256);
    for file in files {
        let text = input::bytes(file, input::WRITTEN)?;
        digest.update(&text.len().to_be_bytes());
        digest.update(&text);
    }
    Ok(format!("sha256:{:x}", HexDisplay(digest.finish().as_ref())))
}

fn read(path: &Path) -> Result<Report, Trouble> {
    let text = input::text(path, input::MADE)?;
    Report::parse(&text).map_err(|error| Trouble::Report {
        path: path.to_owned(),
        error,
    })
}
