//! What is known of a case from the field: the scenario, the lines of it that could be otherwise, and
//! the timeline that its logs came to.

use std::path::{Path, PathBuf};

use madoguchi_incident::Drafted;
use madoguchi_scenarios::Scenario;
use madoguchi_trace::Trace;

use super::super::case::{Case, SCENARIO, TRACE};
use super::super::trouble::Trouble;
use super::super::{input, judge};

/// A case, and where it comes from.
pub(super) struct Field {
    pub(super) scenario: Scenario,
    pub(super) drafted: Drafted,
    pub(super) log: Option<Trace>,
    pub(super) seed: Option<u64>,
    pub(super) folder: Option<PathBuf>,
}

impl Field {
    /// `log` names the timeline where it lies elsewhere.
    pub(super) fn read(named: &str, log: Option<&Path>) -> Result<Self, Trouble> {
        let Case {
            scenario,
            seed,
            folder,
        } = Case::read(named)?;
        let path = Path::new(named);
        let file = if path.is_dir() {
            path.join(SCENARIO)
        } else {
            path.to_owned()
        };
        let kind = file.extension().and_then(|kind| kind.to_str());
        let is_written = matches!(kind, Some("yaml" | "yml")) && file.is_file();
        let drafted = if is_written {
            Drafted::read(&input::text(&file, input::WRITTEN)?)
        } else {
            Drafted::read("")
        };
        let log = match log {
            Some(log) => Some(judge::read(log.to_owned())?),
            None if is_written => beside(&file)?,
            None if path.is_dir() => Some(judge::read(path.join(TRACE))?),
            None if kind == Some("jsonl") => Some(judge::read(file)?),
            None => None,
        };
        Ok(Self {
            scenario,
            drafted,
            log,
            seed,
            folder,
        })
    }
}

/// The timeline of logs that `import` left beside a scenario. A trace of our own there is of some run.
fn beside(scenario: &Path) -> Result<Option<Trace>, Trouble> {
    let path = scenario.with_file_name(TRACE);
    if !path.is_file() {
        return Ok(None);
    }
    let trace = judge::read(path)?;
    Ok(is_of_field(&trace).then_some(trace))
}

/// Whether a trace is the timeline of another program's logs: how the program ended is unknown.
pub(super) fn is_of_field(trace: &Trace) -> bool {
    trace.header.profile.name.starts_with("field:")
}
