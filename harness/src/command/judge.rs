//! `madoguchi judge`: a stored trace again, without card, service or client.

use std::fs;
use std::path::Path;

use madoguchi_conformance::canonical::canonical;
use madoguchi_conformance::judge::judge as judge_trace;
use madoguchi_conformance::report::CaseReport;
use madoguchi_conformance::trace::Trace;
use madoguchi_conformance::verdict::{Overall, Verdicts};
use madoguchi_terms::Lang;

use super::screen;
use super::trouble::Trouble;
use crate::cli;
use crate::exit::Exit;

pub(super) fn judge(options: &cli::Judge, lang: Lang) -> Result<Exit, Trouble> {
    let path = &options.trace;
    let text = fs::read_to_string(path).map_err(|error| Trouble::Read {
        path: path.clone(),
        error,
    })?;
    let trace = Trace::parse(&text).map_err(|error| Trouble::Trace {
        path: path.clone(),
        error,
    })?;
    let verdicts = judge_trace(&trace);
    if let Some(out) = &options.out {
        write(out, &verdict_file(&verdicts))?;
    }
    say(&verdicts, &trace, path, lang)?;
    Ok(exit(verdicts.overall()))
}

/// Judges a trace that was just recorded, stores the verdict beside it and says it.
pub(super) fn tell(trace: &Trace, folder: &Path, lang: Lang) -> Result<Exit, Trouble> {
    let verdicts = store(trace, folder)?;
    say(&verdicts, trace, &folder.join("trace.jsonl"), lang)?;
    Ok(exit(verdicts.overall()))
}

/// Judges a trace and stores verdict and canonical form beside it.
pub(super) fn store(trace: &Trace, folder: &Path) -> Result<Verdicts, Trouble> {
    let verdicts = judge_trace(trace);
    write(&folder.join("verdict.json"), &verdict_file(&verdicts))?;
    let form =
        canonical(trace).unwrap_or_else(|error| unreachable!("a trace is plain data: {error}"));
    write(&folder.join("canonical.jsonl"), &form)?;
    Ok(verdicts)
}

/// Tells one judged trace.
fn say(verdicts: &Verdicts, trace: &Trace, path: &Path, lang: Lang) -> Result<(), Trouble> {
    let path = path.to_string_lossy();
    let again = format!(
        "madoguchi judge {}",
        shlex::try_quote(&path).unwrap_or_else(|_| path.clone())
    );
    let case = CaseReport {
        verdicts,
        trace: Some(trace),
        took: None,
        again: &again,
    };
    let report = screen::terminal(lang);
    let mut out = screen::standard_output();
    screen::say(report.case(&mut out, &case))?;
    screen::say(report.summary(&mut out, &[case]))
}

/// The exit code of an overall verdict.
pub(super) const fn exit(overall: Overall) -> Exit {
    match overall {
        Overall::Passed => Exit::PASS,
        Overall::Failed => Exit::FAIL,
        Overall::CouldNotRun => Exit::CLIENT,
    }
}

fn verdict_file(verdicts: &Verdicts) -> String {
    verdicts
        .to_canonical_json()
        .unwrap_or_else(|error| unreachable!("verdicts are plain data: {error}"))
}

/// Writes a file of a report.
pub(super) fn write(path: &Path, text: &str) -> Result<(), Trouble> {
    fs::write(path, text).map_err(|error| Trouble::Write {
        path: path.to_owned(),
        error,
    })
}
