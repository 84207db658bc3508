//! What this suite says of a round of strangers' mistakes (`harness/reference-client/rounds`): applies each patch
//! to a clone of the last commit, builds the reference client there, and plays it through the catalogue, its
//! pairwise variants and the scenarios made from tables.
//!
//! ```text
//! cargo build --release -p madoguchi
//! cargo run --release -p madoguchi-peers --example round -- FOLDER [--only TEXT]… [--out FOLDER] [--jobs N] [--to-the-end]
//! ```
//!
//! `scored.json` in the round's folder keeps what came of each, line by line: an interrupted run goes on where it
//! was. A mistake that fails in the catalogue is not played further, unless `--to-the-end` says so. The suite is the
//! `madoguchi` that was built last. Whether a failure names the mistake's own reason is for people to say.
#![expect(clippy::print_stdout, reason = "a program says what it found")]
#![forbid(unsafe_code)]

mod played;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use madoguchi_peers::Checkout;
use played::{Played, Suite};
use serde::{Deserialize, Serialize};

struct Options {
    round: PathBuf,
    out: PathBuf,
    only: Vec<String>,
    jobs: String,
    to_the_end: bool,
}

/// What came of one mistake.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Fate {
    /// Its patch does not fit the client's source any more.
    DoesNotApply,
    /// It does not compile.
    DoesNotCompile,
    /// It was played.
    Played(Played),
}

fn main() -> ExitCode {
    match options(std::env::args().skip(1)).and_then(|options| score(&options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("round: {why}");
            ExitCode::from(2)
        }
    }
}

fn options(mut arguments: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut round = None;
    let mut options = Options {
        round: PathBuf::new(),
        out: madoguchi_peers::source("../../target/round"),
        only: Vec::new(),
        jobs: "4".to_owned(),
        to_the_end: false,
    };
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
        match argument.as_str() {
            "--out" => options.out = value()?.into(),
            "--only" => options.only.push(value()?),
            "--jobs" => options.jobs = value()?,
            "--to-the-end" => options.to_the_end = true,
            folder if round.is_none() && !folder.starts_with('-') => round = Some(folder.into()),
            other => {
                return Err(format!(
                    "{other} is not known: FOLDER, --only TEXT, --out FOLDER, --jobs N, --to-the-end"
                ));
            }
        }
    }
    options.round = round.ok_or("which round? a folder with patches and mistakes.tsv")?;
    Ok(options)
}

fn score(options: &Options) -> Result<(), String> {
    let kept = options.round.join("scored.json");
    let mut fates = read(&kept)?;
    let checkout = Checkout::of_last_commit(&options.out)?;
    let suite = Suite::new(&options.out, &options.jobs)?;
    for patch in patches(&options.round)? {
        let name = patch.file_stem().unwrap_or_default().to_string_lossy();
        let is_wanted = options.only.iter().any(|part| name.contains(part.as_str()));
        let is_new = options.only.is_empty() && !fates.contains_key(name.as_ref());
        if !is_wanted && !is_new {
            continue;
        }
        let fate = one(&patch, &checkout, &suite, options.to_the_end)?;
        println!("{name}\t{}", told(&fate));
        fates.insert(name.into_owned(), fate);
        let text = serde_json::to_string_pretty(&fates).map_err(|error| error.to_string())?;
        fs::write(&kept, text + "\n").map_err(|error| format!("{}: {error}", kept.display()))?;
    }
    let count = |wanted: fn(&Played) -> bool| {
        let is_wanted = |fate: &&Fate| matches!(fate, Fate::Played(played) if wanted(played));
        fates.values().filter(is_wanted).count()
    };
    println!(
        "{} mistakes: {} fail, {} more are told as advice, {} passed",
        count(|_| true),
        count(Played::fails),
        count(|played| !played.fails() && played.is_advised()),
        count(|played| !played.fails() && !played.is_advised()),
    );
    Ok(())
}

/// Applies one patch, and plays what comes of it.
fn one(patch: &Path, checkout: &Checkout, suite: &Suite, to_the_end: bool) -> Result<Fate, String> {
    checkout.restore()?;
    let patch = patch.canonicalize().map_err(|error| error.to_string())?;
    let patch = patch.display().to_string();
    let below = "--directory=harness/reference-client";
    if checkout
        .git(&["apply", "--recount", below, &patch])
        .is_err()
    {
        return Ok(Fate::DoesNotApply);
    }
    let played = checkout
        .client()?
        .map(|client| suite.play(&client, to_the_end));
    checkout.restore()?;
    Ok(match played {
        None => Fate::DoesNotCompile,
        Some(played) => Fate::Played(played?),
    })
}

fn read(kept: &Path) -> Result<BTreeMap<String, Fate>, String> {
    match fs::read_to_string(kept) {
        Ok(text) => {
            serde_json::from_str(&text).map_err(|error| format!("{}: {error}", kept.display()))
        }
        Err(_) => Ok(BTreeMap::new()),
    }
}

fn patches(round: &Path) -> Result<Vec<PathBuf>, String> {
    let listed = fs::read_dir(round).map_err(|error| format!("{}: {error}", round.display()))?;
    let mut patches: Vec<_> = listed
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .collect();
    patches.retain(|path| path.extension().is_some_and(|end| end == "patch"));
    if patches.is_empty() {
        return Err(format!("{}: no patch lies there", round.display()));
    }
    patches.sort();
    Ok(patches)
}

fn told(fate: &Fate) -> String {
    match fate {
        Fate::DoesNotApply => "does not apply".to_owned(),
        Fate::DoesNotCompile => "does not compile".to_owned(),
        Fate::Played(played) => played.to_string(),
    }
}
