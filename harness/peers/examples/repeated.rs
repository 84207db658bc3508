//! Whether the same scenario and seed give the same verdicts on a machine that has too much to do: plays every
//! scenario of the catalogue in which something goes wrong again and again, many at a time, beside one busy
//! thread for each processor.
//!
//! ```text
//! cargo build --release --workspace
//! cargo run --release -p madoguchi-peers --example repeated -- [--runs N] [--jobs N] [--write]
//! ```
//!
//! `--write` keeps the figures for the manual. The exit code is 1 where any run came out otherwise than the first.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a measurement may fail loudly, and tells what it sees"
)]
#![forbid(unsafe_code)]

use std::fs;
use std::hint::spin_loop;
use std::process::{Command, ExitCode};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use madoguchi_peers::{program, reference_client, run_within, source};
use madoguchi_scenarios::{Act, Arm, Catalogue, Scenario};

/// Where the figures are kept.
const FIGURES: &str = "../repeated.json";

/// For all runs together.
const LIMIT: Duration = Duration::from_secs(3600);

fn main() -> ExitCode {
    let (mut runs, mut jobs, mut write) = (10_000_usize, 24_usize, false);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut number = || arguments.next().unwrap().parse().unwrap();
        match argument.as_str() {
            "--runs" => runs = number(),
            "--jobs" => jobs = number(),
            "--write" => write = true,
            other => panic!("{other}: no option"),
        }
    }
    let catalogue = Catalogue::builtin();
    let with_faults = catalogue.entries().iter().filter_map(|entry| {
        let scenario = entry.read().unwrap();
        goes_wrong(&scenario).then(|| entry.id.to_string())
    });
    let ids: Vec<String> = with_faults.collect();
    let each = runs.div_ceil(ids.len());
    println!(
        "{} scenarios, {each} runs each, {jobs} at a time",
        ids.len()
    );
    let is_over = AtomicBool::new(false);
    let outcome = thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().unwrap().get() {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    spin_loop();
                }
            });
        }
        let folder = tempfile::tempdir().unwrap();
        let (client, out) = (reference_client(None), folder.path().display().to_string());
        let (each, jobs) = (each.to_string(), jobs.to_string());
        let options = ["--lang", "en", "run", "--client", &client, "--out", &out];
        let amount = ["--repeat", &each, "--jobs", &jobs];
        let arguments = options.into_iter().chain(amount);
        let arguments = arguments.chain(ids.iter().map(String::as_str));
        let outcome = run_within(
            LIMIT,
            Command::new(program("madoguchi"))
                .args(arguments)
                .env("LC_ALL", "C.UTF-8"),
        );
        is_over.store(true, Ordering::Relaxed);
        outcome
    });
    let of = |line: &str| -> usize {
        let at = outcome.stdout.find(line).map(|at| at + line.len());
        let rest = at.and_then(|at| outcome.stdout[at..].split_once(": "));
        let (count, _) = rest.unwrap().1.split_once(' ').unwrap();
        count.parse().unwrap()
    };
    let (verdicts, traces) = (
        of("the same verdicts in each of"),
        of("the same canonical trace"),
    );
    eprint!("{}", outcome.stderr);
    println!("the same verdicts: {verdicts}, the same canonical trace: {traces}");
    let figures = serde_json::json!({
        "scenarios": ids.len(), "runs": each * ids.len(),
        "other-verdicts": ids.len() - verdicts, "other-traces": ids.len() - traces,
    });
    if write {
        let text = serde_json::to_string_pretty(&figures).unwrap();
        fs::write(source(FIGURES), text + "\n").unwrap();
    }
    if outcome.code == Some(0) && verdicts == ids.len() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Whether a fault strikes in it, or something happens around the client.
fn goes_wrong(scenario: &Scenario) -> bool {
    let happens = |act: &Act| act.arm() == Arm::World || matches!(act, Act::AwaitCard(_));
    !scenario.given.reader.faults.is_empty()
        || !scenario.given.service.faults.is_empty()
        || scenario.when.iter().any(|act| happens(act))
}
