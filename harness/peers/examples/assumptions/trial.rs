//! Plays the catalogue, and defects, under an alternative.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use madoguchi_peers::{program, source};
use serde::Deserialize;
use serde_json::Value;

use super::Outcomes;

/// The programs, and what they say of themselves.
pub(crate) struct Trial {
    folder: PathBuf,
    /// The first defect that breaks each requirement.
    defects: BTreeMap<String, String>,
}

/// An assumption as `madoguchi list assumptions --json` tells it.
#[derive(Debug, Deserialize)]
pub(crate) struct Assumption {
    pub(crate) id: String,
    pub(crate) requirements: Vec<String>,
    pub(crate) alternatives: Vec<Alternative>,
    pub(crate) none: Option<Words>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Words {
    pub(crate) en: String,
}

/// A profile in `harness/assumptions`, or a manner of the reference client.
#[derive(Debug, Deserialize)]
pub(crate) struct Alternative {
    profile: Option<String>,
    manner: Option<String>,
}

impl Alternative {
    pub(crate) fn name(&self) -> &str {
        let name = self.profile.as_deref().or(self.manner.as_deref());
        name.unwrap_or_default()
    }

    fn file(&self) -> Option<PathBuf> {
        let name = self.profile.as_deref()?;
        Some(source("../assumptions").join(format!("{name}.yaml")))
    }
}

impl Trial {
    pub(crate) fn new(folder: PathBuf) -> Result<Self, String> {
        fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let mut listing = Command::new(program("madoguchi-reference-client"));
        let listed = output(listing.arg("--list-defects"), &[0])?;
        let mut defects = BTreeMap::new();
        for (name, requirement) in listed.lines().filter_map(|line| line.split_once('\t')) {
            let first = defects.entry(requirement.trim().to_owned());
            first.or_insert_with(|| name.trim().to_owned());
        }
        Ok(Self { folder, defects })
    }

    /// The first defect that breaks each requirement.
    pub(crate) const fn defects(&self) -> &BTreeMap<String, String> {
        &self.defects
    }

    /// Every assumption with its alternatives.
    pub(crate) fn assumptions(&self) -> Result<Vec<Assumption>, String> {
        let mut list = Command::new(program("madoguchi"));
        let text = output(list.args(["list", "assumptions", "--json"]), &[0])?;
        serde_json::from_str(&text).map_err(|error| format!("list assumptions: {error}"))
    }

    /// What each of these cases says, or each of all, with a correct client that follows.
    pub(crate) fn catalogue(
        &self,
        alternative: Option<&Alternative>,
        cases: &[String],
    ) -> Result<Outcomes, String> {
        let json = self.folder.join("report.json");
        let mut run = self.command("run", alternative, &json)?;
        output(run.args(cases), &[0, 1])?;
        let report = read(&json)?;
        let mut outcomes = Outcomes::new();
        for case in report["cases"].as_array().into_iter().flatten() {
            let verdicts = case["verdicts"].as_array().into_iter().flatten();
            let said = verdicts.filter_map(|verdict| {
                let requirement = verdict["requirement"].as_str()?.to_owned();
                Some((requirement, kind(&verdict["outcome"])?))
            });
            let id = case["scenario"].as_str().unwrap_or_default().to_owned();
            outcomes.insert(id, said.collect());
        }
        Ok(outcomes)
    }

    /// Of these requirements those whose first defect is not caught under an alternative.
    pub(crate) fn missed(
        &self,
        alternative: &Alternative,
        requirements: &[String],
    ) -> Result<Vec<(String, String)>, String> {
        let of = |requirement: &String| Some((requirement.clone(), self.defects.get(requirement)?));
        let tried: Vec<_> = requirements.iter().filter_map(of).collect();
        let json = self.folder.join("defects.json");
        let mut mutants = self.command("mutants", Some(alternative), &json)?;
        mutants.arg("--earlier");
        mutants.arg(source("../reference-client/caught.json"));
        output(mutants.args(tried.iter().map(|(_, name)| name)), &[0, 1])?;
        let score = read(&json)?;
        let all = score["mutants"].as_array().into_iter().flatten();
        let caught: Vec<&str> = all
            .filter(|mutant| mutant["fate"].get("caught").is_some())
            .filter_map(|mutant| mutant["name"].as_str())
            .collect();
        let missed = tried
            .into_iter()
            .filter(|(_, name)| !caught.contains(&name.as_str()));
        Ok(missed
            .map(|(requirement, name)| (requirement, name.clone()))
            .collect())
    }

    /// `madoguchi run` or `mutants` under an alternative, with the reference client following it.
    fn command(
        &self,
        what: &str,
        alternative: Option<&Alternative>,
        json: &Path,
    ) -> Result<Command, String> {
        let mut client = format!("'{}'", program("madoguchi-reference-client").display());
        let mut command = Command::new(program("madoguchi"));
        command
            .args([what, "--jobs", "1", "--lang", "en", "--json"])
            .arg(json);
        command.arg("--out").arg(self.folder.join("traces"));
        if let Some(file) = alternative.and_then(Alternative::file) {
            let mut show = Command::new(program("madoguchi"));
            let show = show.args(["profile", "show", "--openapi"]).arg(&file);
            let document = self.folder.join("openapi.json");
            let document = fs::canonicalize(&self.folder)
                .map(|folder| folder.join(document.file_name().unwrap_or_default()))
                .map_err(|error| error.to_string())?;
            fs::write(&document, output(show, &[0])?)
                .map_err(|error| format!("{}: {error}", document.display()))?;
            client += &format!(" --openapi '{}'", document.display());
            command.arg("--profile").arg(file);
        }
        if let Some(manner) = alternative.and_then(|one| one.manner.as_deref()) {
            client += &format!(" --manner {manner}");
        }
        command.arg("--client").arg(client);
        Ok(command)
    }
}

/// What came out, in one word.
fn kind(outcome: &Value) -> Option<String> {
    let word = outcome.as_str().or_else(|| {
        let mut keys = outcome.as_object()?.keys();
        keys.next().map(String::as_str)
    });
    word.map(str::to_owned)
}

fn read(file: &Path) -> Result<Value, String> {
    let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))
}

/// Standard output of a program that ends with one of these codes. Each run has limits of its own.
fn output(command: &mut Command, fine: &[i32]) -> Result<String, String> {
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(|error| format!("{command:?}: {error}"))?;
    if !output
        .status
        .code()
        .is_some_and(|code| fine.contains(&code))
    {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{command:?}: {} {said}", output.status));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
