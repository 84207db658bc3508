//! The report as JSON: the verdicts of all cases, without times and paths.

use std::io::{self, Write};

use serde::Serialize;

use super::CaseReport;
use crate::verdict::{Overall, Verdicts, overall};

/// Major version of the JSON report.
pub const MAJOR: u16 = 1;

#[derive(Serialize)]
struct Report<'a> {
    madoguchi_report: u16,
    /// Never a certificate of anything.
    unofficial: bool,
    overall: &'static str,
    cases: Vec<&'a Verdicts>,
}

/// Writes the report.
///
/// # Errors
/// Those of `out`.
pub fn write(out: &mut dyn Write, cases: &[CaseReport<'_>]) -> io::Result<()> {
    let cases: Vec<&Verdicts> = cases.iter().map(|case| case.verdicts).collect();
    let overall = match overall(cases.iter().copied()) {
        Overall::Passed => "passed",
        Overall::Failed => "failed",
        Overall::CouldNotRun => "could-not-run",
    };
    let report = Report {
        madoguchi_report: MAJOR,
        unofficial: true,
        overall,
        cases,
    };
    serde_json::to_writer_pretty(&mut *out, &report)?;
    out.write_all(b"\n")
}
