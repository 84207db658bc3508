//! `madoguchi compare` and `madoguchi merge`: JSON reports beside each other, and together.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use madoguchi_conformance::report::compare::Comparison;
use madoguchi_conformance::report::json::Report;
use madoguchi_terms::Lang;

use super::trouble::Trouble;
use super::{judge, reports, screen};
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

/// Writes one report of several.
pub(super) fn merge(named: &[PathBuf], whole: &Path) -> Result<Exit, Trouble> {
    let mut parts = Vec::new();
    for path in named {
        parts.push(read(path)?);
    }
    let report = Report::merge(parts).map_err(|error| Trouble::Report { path: None, error })?;
    reports::file(whole, |out| report.write(out))?;
    Ok(judge::exit(report.overall))
}

fn read(path: &Path) -> Result<Report, Trouble> {
    let text = fs::read_to_string(path).map_err(|error| Trouble::Read {
        path: path.to_owned(),
        error,
    })?;
    Report::parse(&text).map_err(|error| Trouble::Report {
        path: Some(path.to_owned()),
        error,
    })
}
