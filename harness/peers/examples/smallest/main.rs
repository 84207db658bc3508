//! How small cases become: for every defect of the reference client, the case that catches it within
//! a long day goes to `madoguchi shrink`. And what random days find: each defect goes to `madoguchi
//! explore`.
//!
//! ```text
//! cargo run -p madoguchi-peers --example smallest -- [--write] [DEFECT…]
//! ```
//!
//! `--write` keeps the figures in `harness/smallest.json`.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement may fail loudly, and tells what it sees"
)]

mod blown;

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use blown::{Dice, blown};
use madoguchi_peers::{earlier_score, program, reference_client, run_within, source};
use madoguchi_scenarios::Catalogue;
use serde_json::{Value, json};

/// One search may not take longer.
const LIMIT: Duration = Duration::from_secs(180);

/// What became of one defect.
struct Row {
    before: u64,
    after: u64,
    trials: u64,
    controls: u64,
    seconds: f64,
    verified: bool,
    is_done: bool,
}

fn main() {
    let (flags, wanted): (Vec<String>, Vec<String>) =
        env::args().skip(1).partition(|word| word.starts_with("--"));
    let score = earlier_score();
    let mutants = score["mutants"].as_array().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut rows = Vec::new();
    let mut left_out = Vec::new();
    for mutant in mutants {
        let name = mutant["name"].as_str().unwrap();
        if !wanted.is_empty() && !wanted.iter().any(|one| one == name) {
            continue;
        }
        let requirement = mutant["requirement"].as_str().unwrap();
        let by = mutant["fate"]["caught"]["by"].as_str().unwrap();
        match search(name, requirement, by, folder.path()) {
            Some(row) => {
                println!(
                    "{name:<34} {by:<26} {:>3} → {:>2}  {:>3} + {:>3}  {:>5.1} s{}{}",
                    row.before,
                    row.after,
                    row.trials,
                    row.controls,
                    row.seconds,
                    if row.verified { "" } else { "  NOT SOUND" },
                    if row.is_done { "" } else { "  unfinished" },
                );
                rows.push(row);
            }
            None => {
                println!("{name:<34} {by:<26} does not fail alike in a long day");
                left_out.push(name);
            }
        }
    }
    let shrunk = shrunk(&rows, &left_out);
    println!("{shrunk:#}");
    let defects: Vec<(&str, &str)> = mutants
        .iter()
        .map(|mutant| ["name", "requirement"].map(|key| mutant[key].as_str().unwrap()))
        .map(|[name, requirement]| (name, requirement))
        .filter(|(name, _)| wanted.is_empty() || wanted.iter().any(|one| one == name))
        .collect();
    let explored = explored(&defects, folder.path());
    println!("{explored:#}");
    let figures = json!({ "shrunk": shrunk, "explored": explored });
    if flags.iter().any(|flag| flag == "--write") {
        let text = serde_json::to_string_pretty(&figures).unwrap() + "\n";
        fs::write(source("../smallest.json"), text).unwrap();
    }
}

fn search(name: &str, requirement: &str, by: &str, folder: &Path) -> Option<Row> {
    let catalogue = Catalogue::builtin();
    let scenario = catalogue.select(&[by.to_owned()]).unwrap()[0]
        .read()
        .unwrap();
    let day = blown(&scenario, &mut Dice::new(name))?;
    let case = folder.join(format!("{name}.yaml"));
    fs::write(&case, day.text()).unwrap();
    let [out, json] = ["out", "json"].map(|end| folder.join(format!("{name}.{end}")));
    let outcome = run_within(
        LIMIT,
        Command::new(program("madoguchi"))
            .arg("shrink")
            .arg(&case)
            .args(["--requirement", requirement])
            .args(["--client", &reference_client(Some(name))])
            .arg("--out")
            .arg(&out)
            .arg("--json")
            .arg(&json),
    );
    let found: Value = serde_json::from_str(&fs::read_to_string(&json).ok()?).unwrap();
    let number = |key: &str| found[key].as_u64().unwrap();
    let row = Row {
        before: number("before"),
        after: number("after"),
        trials: number("trials"),
        controls: number("controls"),
        seconds: found["seconds"].as_f64().unwrap(),
        verified: outcome.code == Some(0) && number("verified") == 3,
        is_done: found["complete"] == true,
    };
    // What lies there is of no use to anybody.
    let _ = fs::remove_dir_all(out);
    Some(row)
}

/// How long random days are played for one defect, seconds.
const BUDGET: u64 = 20;

/// Which defects random days catch: by their own requirement, beside a correct client that passes.
fn explored(defects: &[(&str, &str)], folder: &Path) -> Value {
    let next = AtomicUsize::new(0);
    let mut missed = thread::scope(|scope| {
        let look = || {
            let mut missed = Vec::new();
            while let Some((name, requirement)) = defects.get(next.fetch_add(1, Ordering::Relaxed))
            {
                let found = explore(name, requirement, folder);
                println!(
                    "{name:<34} {}",
                    found.map_or("–".to_owned(), |s| format!("{s:.1} s"))
                );
                if found.is_none() {
                    missed.push(*name);
                }
            }
            missed
        };
        let workers = [scope.spawn(look), scope.spawn(look)];
        workers.map(|worker| worker.join().unwrap()).concat()
    });
    missed.sort_unstable();
    json!({
        "budget": BUDGET,
        "defects": defects.len(),
        "caught": defects.len() - missed.len(),
        "missed": missed,
    })
}

/// After how many seconds it is caught.
fn explore(name: &str, requirement: &str, folder: &Path) -> Option<f64> {
    let [out, json] = ["explored", "found"].map(|end| folder.join(format!("{name}.{end}")));
    run_within(
        LIMIT,
        Command::new(program("madoguchi"))
            .args(["explore", "--first", "--trials", "0", "--jobs", "1"])
            .args(["--requirement", requirement])
            .args(["--budget", &BUDGET.to_string()])
            .args(["--client", &reference_client(Some(name))])
            .arg("--out")
            .arg(&out)
            .arg("--json")
            .arg(&json),
    );
    let found: Value = serde_json::from_str(&fs::read_to_string(&json).ok()?).unwrap();
    // What lies there is of no use to anybody.
    let _ = fs::remove_dir_all(out);
    found["found"][0]["seconds"].as_f64()
}

fn shrunk(rows: &[Row], left_out: &[&str]) -> Value {
    let middle = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        let at = values.len() / 2;
        values.get(at).copied().unwrap_or_default()
    };
    let of = |value: fn(&Row) -> f64| middle(rows.iter().map(value).collect());
    let most = |value: fn(&Row) -> f64| rows.iter().map(value).fold(0.0, f64::max);
    json!({
        "defects": rows.len() + left_out.len(),
        "cases": rows.len(),
        "sound": rows.iter().filter(|row| row.verified).count(),
        "complete": rows.iter().filter(|row| row.is_done).count(),
        "left-out": left_out,
        "lines-before": of(|row| row.before as f64),
        "lines-after": of(|row| row.after as f64),
        "trials": of(|row| row.trials as f64),
        "trials-most": most(|row| row.trials as f64),
        "controls": of(|row| row.controls as f64),
        "controls-most": most(|row| row.controls as f64),
        "seconds": of(|row| row.seconds),
        "seconds-most": most(|row| row.seconds),
    })
}
