//! A client with a mistake, played through all that there is.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use madoguchi_judge::verdict::{Outcome, Overall, Verdict, Verdicts};
use madoguchi_report::json::Report;
use madoguchi_requirements::Level;
use serde::{Deserialize, Serialize};
use wait_timeout::ChildExt as _;

/// How long a client may do nothing in a case, seconds: ours says something within one.
const PATIENCE: &str = "8";
/// How long a stage may take altogether.
const LIMIT: Duration = Duration::from_secs(900);
/// How many cases of a requirement are kept.
const EXAMPLES: usize = 3;

/// What is played, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Stage {
    Catalogue,
    Variants,
    Derived,
}

/// In how many parts the derived scenarios are played: what fails mostly does in the first.
const PARTS: usize = 6;

impl Stage {
    /// What is played for all stages, in order.
    fn runs() -> impl Iterator<Item = (Self, Vec<String>)> {
        let run =
            |stage, options: &[&str]| (stage, options.iter().map(|&one| one.to_owned()).collect());
        let part = move |part| {
            let shard = format!("{part}/{PARTS}");
            run(Self::Derived, &["--derived", "--shard", &shard])
        };
        [
            run(Self::Catalogue, &[]),
            run(Self::Variants, &["--variants", "pairwise"]),
        ]
        .into_iter()
        .chain((1..=PARTS).map(part))
    }
}

/// What was found: of each requirement the first cases, and how many there are.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Found {
    cases: Vec<String>,
    all: usize,
}

/// What the suite says of one client.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Played {
    /// The stage that failed first.
    stage: Option<Stage>,
    /// Requirements that failed, of those that count.
    failed: BTreeMap<String, Found>,
    /// Cases that failed with nothing decided against the client: something that had to occur did not.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    undecided: BTreeSet<String>,
    /// Advice that was not followed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    advised: BTreeMap<String, Found>,
}

impl Played {
    pub(crate) fn fails(&self) -> bool {
        self.stage.is_some()
    }

    pub(crate) fn is_advised(&self) -> bool {
        !self.advised.is_empty()
    }

    fn add(&mut self, stage: Stage, report: &Report) {
        for case in &report.cases {
            for verdict in &case.verdicts {
                if let Outcome::Fail(_) = verdict.outcome {
                    let found = match verdict.level {
                        Level::Advice => &mut self.advised,
                        _ => &mut self.failed,
                    };
                    found
                        .entry(verdict.requirement.clone())
                        .or_default()
                        .add(case);
                }
            }
            let decides = |verdict: &Verdict| {
                matches!(verdict.outcome, Outcome::Fail(_)) && verdict.counts_against()
            };
            if case.overall() != Overall::Passed && !case.verdicts.iter().any(decides) {
                self.undecided.insert(case.scenario.clone());
            }
        }
        if self.stage.is_none() && report.overall != Overall::Passed {
            self.stage = Some(stage);
        }
    }
}

impl Found {
    fn add(&mut self, case: &Verdicts) {
        self.all += 1;
        if self.cases.len() < EXAMPLES {
            self.cases.push(case.scenario.clone());
        }
    }
}

impl fmt::Display for Played {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.stage {
            Some(stage) => write!(f, "fails ({stage:?})")?,
            None if self.is_advised() => f.write_str("advice")?,
            None => f.write_str("PASSED")?,
        }
        for (requirement, found) in self.failed.iter().chain(&self.advised) {
            write!(
                f,
                "\t{requirement} ({}, {})",
                found.cases.join(" "),
                found.all
            )?;
        }
        if !self.undecided.is_empty() {
            write!(f, "\tundecided: {}", self.undecided.len())?;
        }
        Ok(())
    }
}

/// The suite that tries it.
pub(crate) struct Suite {
    /// A copy, which no build replaces in the meantime.
    madoguchi: PathBuf,
    out: PathBuf,
    jobs: String,
}

impl Suite {
    /// The suite as it was built last.
    pub(crate) fn new(out: &Path, jobs: &str) -> Result<Self, String> {
        let madoguchi = out.join("madoguchi");
        fs::copy(madoguchi_peers::program("madoguchi"), &madoguchi)
            .map_err(|error| format!("{}: {error}", madoguchi.display()))?;
        Ok(Self {
            madoguchi,
            out: out.to_owned(),
            jobs: jobs.to_owned(),
        })
    }

    /// One run after the other, up to the first that fails.
    pub(crate) fn play(&self, client: &Path, to_the_end: bool) -> Result<Played, String> {
        let mut played = Played::default();
        for (stage, options) in Stage::runs() {
            played.add(stage, &self.run(stage, &options, client)?);
            if played.fails() && !to_the_end {
                break;
            }
        }
        Ok(played)
    }

    fn run(&self, stage: Stage, options: &[String], client: &Path) -> Result<Report, String> {
        let report = self.out.join("report.json");
        let traces = self.out.join("traces");
        // what is left of the client before
        let _ = fs::remove_file(&report);
        let _ = fs::remove_dir_all(&traces);
        let log = self.out.join("run.log");
        let log = File::create(&log).map_err(|error| format!("{}: {error}", log.display()))?;
        let mut run = Command::new(&self.madoguchi);
        run.args(["--lang", "en", "run", "--client"])
            .arg(format!("'{}'", client.display()))
            .args(["--timeout", PATIENCE, "--jobs", &self.jobs])
            .args(options)
            .arg("--json")
            .arg(&report)
            .arg("--out")
            .arg(&traces)
            .stdin(Stdio::null())
            .stderr(log.try_clone().map_err(|error| error.to_string())?)
            .stdout(log);
        let mut child = run.spawn().map_err(|error| format!("madoguchi: {error}"))?;
        let ended = child
            .wait_timeout(LIMIT)
            .map_err(|error| error.to_string())?;
        if ended.is_none() {
            let _ = child.kill();
            let _ = child.wait();
            return Err(format!("{stage:?} took longer than {} s", LIMIT.as_secs()));
        }
        let text = fs::read_to_string(&report)
            .map_err(|error| format!("{}: {error}; see run.log there", report.display()))?;
        serde_json::from_str(&text).map_err(|error| format!("{}: {error}", report.display()))
    }
}
