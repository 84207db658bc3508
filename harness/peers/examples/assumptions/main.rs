//! What of the assumptions matters: plays the catalogue under each alternative that public material
//! leaves open (`harness/assumptions`), with the reference client following it, and tells which
//! requirements come out the same.
//!
//! ```text
//! cargo build --workspace
//! cargo run -p madoguchi-peers --example assumptions -- [--only A-07]… [--budget SECONDS] [--write]
//! ```
//!
//! A requirement is *robust* against an assumption where under each of its alternatives every pass of
//! the correct client stays a pass, and the first defect that breaks the requirement is caught. `--write`
//! keeps what was found for the judge, who leaves robust assumptions out of what a verdict rests on; what
//! `--only` or the budget left out stays as it was. The exit code is 1 where a requirement fails under an
//! alternative of an assumption that it does not declare.
#![expect(clippy::print_stdout, reason = "a program says what it found")]
#![forbid(unsafe_code)]

mod found;
mod trial;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use found::Kept;
use trial::{Alternative, Assumption, Trial};

struct Options {
    only: Vec<String>,
    until: Option<Instant>,
    write: bool,
}

fn main() -> ExitCode {
    let done = options(std::env::args().skip(1)).and_then(|options| try_all(&options));
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => {
            eprintln!("assumptions: {why}");
            ExitCode::from(2)
        }
    }
}

fn options(mut arguments: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut options = Options {
        only: Vec::new(),
        until: None,
        write: false,
    };
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
        match argument.as_str() {
            "--only" => options.only.push(value()?),
            "--budget" => {
                let seconds = value()?.parse().map_err(|error| format!("{error}"))?;
                options.until = Some(Instant::now() + Duration::from_secs(seconds));
            }
            "--write" => options.write = true,
            other => {
                return Err(format!(
                    "{other} is not known: --only A-07, --budget SECONDS, --write"
                ));
            }
        }
    }
    Ok(options)
}

/// Tries every assumption; whether all that changed was declared.
fn try_all(options: &Options) -> Result<bool, String> {
    let trial = Trial::new(PathBuf::from("target/assumptions"))?;
    let plain = trial.catalogue(None, &[])?;
    println!("as it is: {} scenarios", plain.len());
    let mut kept = Kept::read(&plain)?;
    let mut undeclared = Vec::new();
    for assumption in trial.assumptions()? {
        let wanted = options.only.is_empty() || options.only.contains(&assumption.id);
        let is_over = options.until.is_some_and(|until| Instant::now() >= until);
        if !wanted || is_over || assumption.requirements.is_empty() {
            continue;
        }
        let changes = changes(&trial, &assumption, &plain, &mut undeclared)?;
        kept.keep(&assumption, changes, trial.defects());
        if options.write {
            kept.write()?;
        }
    }
    println!("{kept}");
    for change in &undeclared {
        println!("not declared: {change}");
    }
    Ok(undeclared.is_empty())
}

/// What each case says of each requirement.
pub(crate) type Outcomes = BTreeMap<String, BTreeMap<String, String>>;

/// Of each requirement that declares the assumption, what changed under its alternatives.
fn changes(
    trial: &Trial,
    assumption: &Assumption,
    plain: &Outcomes,
    undeclared: &mut Vec<String>,
) -> Result<BTreeMap<String, Vec<String>>, String> {
    let mut changes: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for alternative in &assumption.alternatives {
        let played = again(trial, alternative, plain)?;
        let name = alternative.name();
        let mut others = 0;
        for (case, requirement, now) in differing(plain, &played) {
            if assumption.requirements.contains(requirement) {
                let what = format!("{name}: {case} pass → {now}");
                changes.entry(requirement.clone()).or_default().push(what);
            } else if now == "fail" {
                undeclared.push(format!("{requirement} {}: {name}: {case}", assumption.id));
            } else {
                others += 1;
            }
        }
        for requirement in &assumption.requirements {
            let passes =
                |case: &String| plain[case].get(requirement).is_some_and(|it| it == "pass");
            let is_seen = played
                .keys()
                .any(|case| plain.contains_key(case) && passes(case));
            if !is_seen {
                let what = format!("{name}: no case");
                changes.entry(requirement.clone()).or_default().push(what);
            }
        }
        let missed = trial.missed(alternative, &assumption.requirements)?;
        for (requirement, defect) in &missed {
            let what = format!("{name}: {defect} is not caught");
            changes.entry(requirement.clone()).or_default().push(what);
        }
        let (changed, missed) = (changes.len(), missed.len());
        println!(
            "{} {name:<24} {changed} requirements change so far, {missed} defects not caught; {others} \
             occasions of others are gone",
            assumption.id
        );
    }
    Ok(changes)
}

/// The catalogue under an alternative. What differs is played once more: a machine that is busy is no
/// reason.
fn again(trial: &Trial, alternative: &Alternative, plain: &Outcomes) -> Result<Outcomes, String> {
    let mut played = trial.catalogue(Some(alternative), &[])?;
    let mut cases: Vec<String> = differing(plain, &played)
        .map(|(case, ..)| case.clone())
        .collect();
    cases.dedup();
    if !cases.is_empty() {
        played.extend(trial.catalogue(Some(alternative), &cases)?);
    }
    Ok(played)
}

/// Case, requirement, and what became of what passes as it is.
fn differing<'a>(
    plain: &'a Outcomes,
    played: &'a Outcomes,
) -> impl Iterator<Item = (&'a String, &'a String, &'a str)> {
    plain.iter().flat_map(move |(case, outcomes)| {
        let passes = outcomes.iter().filter(|(_, outcome)| *outcome == "pass");
        // A scenario on a wire of its own is not played on another.
        let now = played.get(case);
        passes.filter_map(move |(requirement, _)| {
            let now = now?.get(requirement).map_or("no verdict", String::as_str);
            (now != "pass").then_some((case, requirement, now))
        })
    })
}
