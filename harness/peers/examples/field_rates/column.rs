//! What is known of a case, and whether that is enough: `madoguchi import` makes a draft of it, and `madoguchi
//! replay` plays the draft and its candidates with the defective client, a correct one beside it.

use std::fmt;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use madoguchi_peers::{program, reference_client, run, run_within};
use madoguchi_scenarios::Scenario;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::recorded::Recorded;
use super::why::{Why, without};

/// What is known of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Column {
    /// Nothing: a plain visit, by face or by PIN.
    Plain,
    /// What was set up, and what people did.
    Acts,
    /// The PC/SC calls.
    Spy,
    /// Those and HTTP.
    SpyHttp,
    /// All of it.
    All,
}

/// What became of one column of a defect.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Fate {
    /// The same requirement fails, each time, and a correct client passes.
    Reproduced,
    /// The same requirement fails, and a correct client fails the same scenario.
    NotClean(Why),
    /// It does not.
    Missed(Why),
}

/// How long the candidates of one draft may take, seconds.
const BUDGET: &str = "20";
/// How long a client may do nothing, seconds.
const PATIENCE: &str = "2";
/// How long one replay may take altogether.
const LIMIT: Duration = Duration::from_secs(120);

impl Column {
    pub(crate) const ALL: [Self; 5] =
        [Self::Plain, Self::Acts, Self::Spy, Self::SpyHttp, Self::All];

    /// The logs of it, those that are worth most first.
    fn logs(self, recorded: &Recorded) -> Vec<&Path> {
        let (spy, har) = (recorded.spy.as_deref(), recorded.har.as_deref());
        let acts = Some(recorded.acts.as_path());
        let logs = match self {
            Self::Plain => [None, None, None],
            Self::Acts => [acts, None, None],
            Self::Spy => [spy, None, None],
            Self::SpyHttp => [spy, har, None],
            Self::All => [spy, har, acts],
        };
        logs.into_iter().flatten().collect()
    }

    /// Whether a defect is reproduced by what is known.
    pub(crate) fn try_out(
        self,
        defect: &str,
        requirement: &str,
        original: &Scenario,
        recorded: &Recorded,
        folder: &Path,
    ) -> Fate {
        if self == Self::Plain {
            let visits = ["happy/visual", "happy/pin"];
            let fates = visits.map(|visit| {
                let out = folder.join(visit);
                let replayed = Replayed::of(visit, defect, requirement, &out);
                replayed.fate(|| without(original, None))
            });
            let is_shown = |fate: &Fate| matches!(fate, Fate::Reproduced);
            let shown = fates.iter().position(is_shown).unwrap_or_default();
            return fates[shown].clone();
        }
        let case = folder.join(self.to_string());
        let drafted = match draft(&self.logs(recorded), &case) {
            Ok(drafted) => drafted,
            Err(why) => return Fate::Missed(Why::no_draft(&why)),
        };
        let replayed = Replayed::of(&case.display().to_string(), defect, requirement, &case);
        replayed.fate(|| without(original, Some(&drafted)))
    }
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Plain => "plain",
            Self::Acts => "acts",
            Self::Spy => "spy",
            Self::SpyHttp => "spy-http",
            Self::All => "all",
        })
    }
}

/// What a draft does not explain, by what was told of the incident.
pub(crate) fn unexplained(case: &Path) -> Vec<String> {
    let told = fs::read_to_string(case.join("incident.json"));
    let told = told
        .ok()
        .and_then(|text| serde_json::from_str::<Value>(&text).ok());
    let listed = told.and_then(|mut told| match told["unexplained"].take() {
        Value::Array(listed) => Some(listed),
        _ => None,
    });
    listed
        .into_iter()
        .flatten()
        .map(|one| one.to_string())
        .collect()
}

/// The draft of some logs, in a folder that is made anew.
pub(crate) fn draft(logs: &[&Path], case: &Path) -> Result<Scenario, String> {
    if logs.is_empty() {
        return Err("there is no log".to_owned());
    }
    let _ = fs::remove_dir_all(case);
    let outcome = run(Command::new(program("madoguchi"))
        .args(["import", "--lang", "en", "--out"])
        .arg(case)
        .args(logs));
    if !matches!(outcome.code, Some(0 | 1)) {
        let said = outcome.stderr.lines().next().unwrap_or_default();
        return Err(said.to_owned());
    }
    let file = case.join("scenario.yaml");
    let text = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    madoguchi_notation::load("scenario.yaml", &text).map_err(|wrong| format!("{wrong:?}"))
}

/// What `madoguchi replay` told.
struct Replayed {
    is_reproduced: bool,
    told: Value,
    said: String,
}

impl Replayed {
    fn of(case: &str, defect: &str, requirement: &str, out: &Path) -> Self {
        let outcome = run_within(
            LIMIT,
            Command::new(program("madoguchi"))
                .args(["replay", case, "--requirement", requirement, "--first"])
                .args(["--budget", BUDGET, "--timeout", PATIENCE, "--jobs", "1"])
                .args(["--client", &reference_client(Some(defect))])
                .args(["--lang", "en", "--out"])
                .arg(out),
        );
        let told = fs::read_to_string(out.join("replay.json"));
        let told = told.ok().and_then(|text| serde_json::from_str(&text).ok());
        Self {
            is_reproduced: outcome.code == Some(0),
            told: told.unwrap_or_default(),
            said: outcome.stderr,
        }
    }

    fn fate(&self, why: impl FnOnce() -> Why) -> Fate {
        if self.is_reproduced {
            return Fate::Reproduced;
        }
        if self.told.is_null() {
            let said = self.said.lines().next().unwrap_or_default();
            return Fate::Missed(Why::not_played(said));
        }
        if !self.told["chosen"].is_null() {
            return Fate::Missed(Why::not_each_time());
        }
        let mut tried = self.told["alternatives"].as_array().into_iter().flatten();
        match tried.any(|one| one["of-control"].is_array()) {
            true => Fate::NotClean(why()),
            false => Fate::Missed(why()),
        }
    }
}
