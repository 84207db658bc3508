//! Measures PC/SC with real libpcsclite beside what does nothing and beside pcscd; see
//! `bench/README.md`. Everything in one run, one batch after the other in turns, on one core and on
//! all of them, in a namespace of its own where pcscd can be had.
#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, reason = "its tables are its output")]

mod insertion;
mod readers;
mod shipped;
mod talker;
mod transmit;

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use madoguchi_peers::Pcscd;

const USAGE: &str = "pcsc [transmit|insertion|readers|shipped] …: all of them where none is named";

/// What can be measured, and by what.
const MEASURED: &[(&str, fn())] = &[
    ("transmit", transmit::measure),
    ("insertion", insertion::measure),
    ("readers", readers::measure),
    ("shipped", shipped::measure),
];

/// Says to the program that it is in its namespace.
const SECLUDED: &str = "MADOGUCHI_BENCH_SECLUDED";

fn main() -> ExitCode {
    let wanted: Vec<String> = env::args().skip(1).collect();
    let known = |name: &String| MEASURED.iter().any(|(known, _)| known == name);
    if !wanted.iter().all(known) {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    }
    if env::var_os(SECLUDED).is_none() {
        return on_one_core_and_on_all(&wanted);
    }
    for (name, measure) in MEASURED {
        if wanted.is_empty() || wanted.iter().any(|wanted| wanted == name) {
            measure();
        }
    }
    ExitCode::SUCCESS
}

/// Runs this program again: first on one core, then on all.
fn on_one_core_and_on_all(wanted: &[String]) -> ExitCode {
    let this = env::current_exe().expect("a program knows where it lies");
    for (placement, pinned) in [("one core", true), ("all cores", false)] {
        println!("\n# {placement}");
        let mut again = Pcscd::secluded("pcsc").unwrap_or_else(|| Command::new("env"));
        if pinned {
            again.args(["taskset", "--cpu-list", "0"]);
        } else {
            again.arg("env");
        }
        let ended = again.arg(&this).args(wanted).env(SECLUDED, "1").status();
        if !ended.is_ok_and(|status| status.success()) {
            eprintln!("the measurement on {placement} did not come to its end");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

/// A source of `bench/native`.
fn native(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("native")
        .join(name)
}
