//! What the workers of a run do: play a case, judge it, and say by which command it is shown again.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use madoguchi_judge::verdict::Verdicts;
use madoguchi_report::CaseReport;
use madoguchi_report::cover::Probe;
use madoguchi_requirements::statement::Feature;
use madoguchi_scenarios::{Breadth, Scenario};
use madoguchi_trace::Trace;

use super::repeated::{OtherTrace, Otherwise};
use crate::cell::case::{self, ClientSpec};
use crate::cell::gate::Redacted;
use crate::cli;
use crate::command::claim::{self, Claim};
use crate::command::command_line::{quoted, quoted_path};
use crate::command::judge;
use crate::command::prepared::Prepared;
use crate::command::selection::{Selection, scenario_of};
use crate::command::sweeper::Sweeper;
use crate::command::trouble::Trouble;
use crate::own_files::{OwnFiles, is_file};

/// What the workers share.
pub(super) struct Work<'a> {
    pub(super) options: &'a cli::Run,
    pub(super) command: &'a str,
    pub(super) client: ClientSpec<'a>,
    pub(super) prepared: &'a Prepared,
    /// The files of the user's own among what was selected.
    pub(super) own: OwnFiles<'a>,
    pub(super) sweeper: Sweeper,
    /// When no further case is begun.
    pub(super) until: Option<Instant>,
}

/// What became of a case.
type Attempt = Result<Played, Trouble>;

/// A case that was played and judged.
pub(super) struct Played {
    pub(super) verdicts: Verdicts,
    trace: Redacted<Trace>,
    begun: Timestamp,
    took: Duration,
    again: String,
    /// Repetitions that came out otherwise.
    pub(super) otherwise: Vec<Otherwise>,
    /// Repetitions of which only the canonical trace is another.
    pub(super) other_trace: Option<OtherTrace>,
}

impl Played {
    pub(super) fn report(&self) -> CaseReport<'_> {
        CaseReport {
            verdicts: &self.verdicts,
            trace: Some(&self.trace),
            exhibit: None,
            begun: Some(self.begun),
            took: Some(self.took),
            again: &self.again,
            known: None,
        }
    }
}

/// The files of the user's own that a run was given.
pub(super) fn own_files(options: &cli::Run) -> OwnFiles<'_> {
    let named = options.select.iter().map(|named| scenario_of(named));
    OwnFiles::new(named.filter(|named| is_file(named)))
}

impl Work<'_> {
    /// Plays one case. A client that cannot be run will not run the next time either.
    pub(super) fn attempt(&self, at: usize) -> ControlFlow<Attempt, Attempt> {
        let scenario = &self.prepared.scenarios[at];
        let ended = match self.until {
            Some(until) if Instant::now() >= until => Err(self.no_time(scenario)),
            _ => self.play(scenario),
        };
        match ended {
            Err(trouble) if !is_of_one_case(&trouble) => ControlFlow::Break(Err(trouble)),
            ended => ControlFlow::Continue(ended),
        }
    }

    fn no_time(&self, scenario: &Scenario) -> Trouble {
        Trouble::NoTime {
            id: scenario.id.clone(),
            budget: self.options.budget.unwrap_or_default(),
        }
    }

    /// Looks at what the statement does not claim, in folders of their own. Nothing of it is told
    /// as a case.
    pub(super) fn probe(
        &self,
        claim: &Claim,
        selection: &Selection<'_>,
    ) -> Result<Vec<Probe>, Trouble> {
        let everything = Selection {
            breadth: Breadth::All,
            ..*selection
        };
        let mut scenarios = everything.scenarios()?;
        scenarios.retain(|scenario| self.prepared.is_offered(scenario));
        let probes = claim.probes(&scenarios, self.options.seed);
        let look = |(feature, scenario): (Feature, Scenario)| {
            let played = self.play_in(&scenario, &format!("probes/{}", scenario.id));
            let outcome = played.as_ref().map(|played| &played.verdicts);
            claim::told(&feature, &scenario.id, outcome)
        };
        Ok(probes.into_iter().map(look).collect())
    }

    fn play(&self, scenario: &Scenario) -> Result<Played, Trouble> {
        let first = self.play_in(scenario, &scenario.id)?;
        self.play_again(scenario, first)
    }

    pub(super) fn play_in(&self, scenario: &Scenario, folder: &str) -> Result<Played, Trouble> {
        let folder = self.prepared.folder.case(folder).map_err(Trouble::Folder)?;
        let setting = self.prepared.setting(scenario, self.options.seed);
        let begun = Timestamp::now();
        let case::Played { trace, took, left } = case::run(&setting, &self.client, &folder)
            .map_err(|trouble| Trouble::Case {
                id: scenario.id.clone(),
                trouble,
            })?;
        self.sweeper.take(left);
        let mut verdicts = judge::store(&trace, &folder)?;
        if self.options.reports.strict {
            verdicts = verdicts.strictly();
        }
        Ok(Played {
            verdicts,
            trace,
            begun,
            took,
            again: self.again(&scenario.id),
            otherwise: Vec::new(),
            other_trace: None,
        })
    }

    /// The command that shows a case again.
    fn again(&self, id: &str) -> String {
        let (scenario, suffix) = id.split_at(id.find('@').unwrap_or(id.len()));
        let what = self.own.file(scenario).unwrap_or(scenario);
        let mut again = format!("madoguchi run {}", quoted(&format!("{what}{suffix}")));
        if !self.command.is_empty() {
            again += &format!(" --client {}", quoted(self.command));
        }
        for (option, file) in [
            ("screen-map", &self.options.screen_map),
            ("words", &self.options.words),
        ] {
            if let Some(file) = file {
                again += &format!(" --{option} {}", quoted_path(file));
            }
        }
        again += &format!(" --seed {}", self.options.seed);
        if self.options.profile != cli::DEFAULT_PROFILE {
            again += &format!(" --profile {}", self.options.profile);
        }
        if self.options.own_network {
            again += " --own-network";
        }
        if self.options.reports.strict {
            again += " --strict";
        }
        again
    }
}

/// Whether the other cases can go on.
const fn is_of_one_case(trouble: &Trouble) -> bool {
    trouble.is_not_supported()
        || trouble.is_interrupted()
        || matches!(trouble, Trouble::NoTime { .. })
}
