//! How much of what can go wrong in a client this suite notices: breaks the reference client's source in
//! one place after another (`cargo mutants` lists the places) and plays the whole catalogue against it.
//!
//! ```text
//! cargo install cargo-mutants && cargo build --workspace
//! cargo run -p madoguchi-peers --example source_score -- [--out FOLDER] [--only TEXT]… [--write]
//! ```
//!
//! Nothing is changed in your own tree: the source is broken in a clone of the last commit below `--out`
//! (`target/source-score`). What was tried is kept there line by line: an interrupted run goes on where it
//! was. A mutant that was caught before is tried again where its function has changed, one that was not
//! where the suite has, too. What survives must be explained in
//! `harness/reference-client/survivors.yaml`, and each explanation must be of a survivor: else the exit
//! code is 1. `--write` keeps the score for the reports.
#![expect(clippy::print_stdout, reason = "a program says what it found")]
#![forbid(unsafe_code)]

mod explained;
mod history;
mod mutant;
mod score;
mod tree;
mod trial;

use std::path::PathBuf;
use std::process::ExitCode;

use explained::Explained;
use history::{History, Tried};
use mutant::Mutant;
use tree::Tree;
use trial::{Fate, Trial};

struct Options {
    out: PathBuf,
    only: Vec<String>,
    write: bool,
}

fn main() -> ExitCode {
    let done = options(std::env::args().skip(1)).and_then(|options| score(&options));
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => {
            eprintln!("source_score: {why}");
            ExitCode::from(2)
        }
    }
}

fn options(mut arguments: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut options = Options {
        out: madoguchi_peers::source("../../target/source-score"),
        only: Vec::new(),
        write: false,
    };
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
        match argument.as_str() {
            "--out" => options.out = value()?.into(),
            "--only" => options.only.push(value()?),
            "--write" => options.write = true,
            other => {
                return Err(format!(
                    "{other} is not known: --out FOLDER, --only TEXT, --write"
                ));
            }
        }
    }
    if options.write && !options.only.is_empty() {
        return Err("a part is no score: --write without --only".to_owned());
    }
    Ok(options)
}

fn score(options: &Options) -> Result<bool, String> {
    let tree = Tree::of_last_commit(&options.out)?;
    let trial = Trial::new(&options.out)?;
    tree.restore()?;
    let client = tree.client()?;
    let client = client.ok_or("the reference client does not build as it is")?;
    if let Some(by) = trial.catalogue(&client, None)? {
        return Err(format!("the client as it is does not pass: {by}"));
    }
    let explained = Explained::read()?;
    let mut mutants = Mutant::listed(tree.root())?;
    let is_wanted = |mutant: &Mutant| {
        options.only.is_empty() || options.only.iter().any(|part| mutant.name.contains(part))
    };
    mutants.retain(is_wanted);
    let mut history = History::open(&options.out.join("tried.jsonl"))?;
    let mut all = Vec::new();
    for (n, mutant) in mutants.iter().enumerate() {
        let code = mutant.code(&tree.file(&mutant.file)?);
        let known = history.still_true(mutant, &code, |commit| tree.has_suite_of(commit));
        let tried = match known.filter(|tried| !explained.may_be_noticed(mutant, &tried.fate)) {
            Some(tried) => tried,
            None => {
                let before = history.caught_by(mutant);
                let fate = one(mutant, before.as_deref(), &tree, &trial, &explained)?;
                println!("{:>4}/{} {fate}  {}", n + 1, mutants.len(), mutant.name);
                history.add(Tried::new(mutant, &code, tree.commit(), fate))?
            }
        };
        all.push((mutant, tried));
    }
    tree.restore()?;
    let complaints = explained.compared_with(&all, options.only.is_empty());
    for complaint in &complaints {
        println!("{complaint}");
    }
    let score = score::Score::of(&all, &trial, &tree)?;
    println!("{score}");
    if options.write && complaints.is_empty() {
        score.write()?;
    }
    Ok(complaints.is_empty())
}

/// Tries one mutant: first the case that caught it before, then the catalogue, then the defects that
/// need the mutated code.
fn one(
    mutant: &Mutant,
    before: Option<&str>,
    tree: &Tree,
    trial: &Trial,
    explained: &Explained,
) -> Result<Fate, String> {
    tree.restore()?;
    tree.apply(mutant)?;
    let Some(client) = tree.client()? else {
        return Ok(Fate::Unviable);
    };
    if let Some(case) = before
        && let Some(by) = trial.catalogue(&client, Some(case))?
    {
        return Ok(Fate::Caught { by });
    }
    if let Some(by) = trial.catalogue(&client, None)? {
        return Ok(Fate::Caught { by });
    }
    let defects = explained.defects(mutant);
    if !defects.is_empty()
        && let Some(by) = trial.defects(&client, &defects)?
    {
        return Ok(Fate::Noticed { by });
    }
    Ok(Fate::Survived)
}
