//! Measures the whole command, as processes: how fast it starts, what it adds to a check by PIN,
//! what parallel cells gain, and what more work costs; see `bench/README.md`.
#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, reason = "its tables are its output")]

mod growth;
mod start;
mod stopwatch;

use std::env;
use std::process::ExitCode;

const USAGE: &str =
    "whole [start|pin|parallel|scenarios|cells|events] …: all of them where none is named";

/// What can be measured, and by what.
const MEASURED: &[(&str, fn())] = &[
    ("start", start::start),
    ("pin", start::pin),
    ("parallel", growth::parallel),
    ("scenarios", growth::scenarios),
    ("cells", growth::cells),
    ("events", growth::events),
];

fn main() -> ExitCode {
    let wanted: Vec<String> = env::args().skip(1).collect();
    let known = |name: &String| MEASURED.iter().any(|(known, _)| known == name);
    if !wanted.iter().all(known) {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    }
    for (name, measure) in MEASURED {
        if wanted.is_empty() || wanted.iter().any(|wanted| wanted == name) {
            measure();
        }
    }
    ExitCode::SUCCESS
}
