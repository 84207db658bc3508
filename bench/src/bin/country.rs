//! A service of the country's size: how long it takes to start, what memory it has then, and how it
//! answers.
//!
//! ```text
//! country [--terminals N] [--persons N] [--checks N] [--seed N]
//! ```
//!
//! Checks by eye over mutual TLS, one after another on one connection, of persons from all over the
//! country.
#![allow(clippy::print_stdout, reason = "it is a table for a terminal")]

use std::io;
use std::process::ExitCode;
use std::time::Instant;

use jiff::Timestamp;
use madoguchi_bench::client::CounterClient;
use madoguchi_bench::country::{Country, certificate};
use madoguchi_bench::gauge::{Reading, mebibytes, resident};
use madoguchi_bench::service::Service;
use tokio::runtime::Runtime;

/// What is asked of a run.
#[derive(Debug, Clone, Copy)]
struct Plan {
    country: Country,
    checks: u32,
}

impl Plan {
    const USUAL: Self = Self {
        country: Country {
            terminals: 100_000,
            persons: 1_000_000,
            seed: 1,
        },
        checks: 2_000,
    };

    fn read(arguments: impl IntoIterator<Item = String>) -> Option<Self> {
        let mut plan = Self::USUAL;
        let mut arguments = arguments.into_iter();
        while let Some(name) = arguments.next() {
            let number: u32 = arguments.next()?.parse().ok()?;
            match name.as_str() {
                "--terminals" => plan.country.terminals = number,
                "--persons" => plan.country.persons = number.max(1),
                "--checks" => plan.checks = number,
                "--seed" => plan.country.seed = number.into(),
                _ => return None,
            }
        }
        Some(plan)
    }
}

fn main() -> ExitCode {
    let Some(plan) = Plan::read(std::env::args().skip(1)) else {
        eprintln!("usage: country [--terminals N] [--persons N] [--checks N] [--seed N]");
        return ExitCode::from(2);
    };
    match run(plan) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The measurement; how many checks went wrong.
fn run(plan: Plan) -> io::Result<u64> {
    let (server, client) = (Runtime::new()?, Runtime::new()?);
    let before = resident();
    let begin = Instant::now();
    let service = Service::open(server.handle(), 1, |registry, patients| {
        let public_key = &patients[0].certificate.public_key;
        plan.country.settle(registry, Timestamp::now(), public_key);
    })?;
    let terminal = client.block_on(CounterClient::log_in(&service, 0))?;
    let started = begin.elapsed();
    let after = resident();
    println!(
        "{} terminals, {} persons: {:.2} s to the first login, {:.0} MiB ({:.0} before)",
        plan.country.terminals,
        plan.country.persons,
        started.as_secs_f64(),
        mebibytes(after),
        mebibytes(before),
    );

    let mut reading = Reading::default();
    reading.memory.0 = after;
    let begin = Instant::now();
    client.block_on(async {
        let mut line = terminal.connect().await?;
        for check in 0..plan.checks {
            // A prime step leads everywhere.
            let n = u64::from(check) * 7_919 % u64::from(plan.country.persons);
            let n = u32::try_from(n).map_err(io::Error::other)?;
            let asked = Instant::now();
            let outcome = terminal.check_of(&mut line, &certificate(n)).await;
            reading.note(asked.elapsed(), outcome.map_err(|error| error.to_string()));
        }
        Ok::<_, io::Error>(())
    })?;
    reading.took = begin.elapsed();
    reading.memory.1 = resident();
    println!(
        "{:<16} {:>10} {:>11} {:>11} {:>7}  memory",
        "", "rate", "p50", "p99", "errors"
    );
    println!("{:<16} {reading}", "checks by eye");
    Ok(reading.errors)
}
