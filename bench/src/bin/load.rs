//! Card checks under load: client and server in one process on all cores of this machine.
//!
//! ```text
//! load [--seconds N] [--clients N] [--rate N]
//! load --checks N [--clients N]
//! ```
//!
//! * `new connection, paced`: a check is due `--rate` times a second, whether the one before has
//!   ended or not; its latency counts from when it was due. Each check is a new TCP connection, a
//!   whole mutual-TLS handshake, a nonce, a signature by the card's key and the eligibility.
//! * `new connection`: the same as fast as `--clients` terminals can.
//! * `kept, signed` and `kept, by eye`: on connections that stay; beside each the bare answer over
//!   the same TLS, to the same clients, which sign for it as well.
//!
//! With `--checks` only memory is looked at: after N checks, 2 N, 3 N and 4 N, by eye, each with a
//! request id and half of them after a nonce that no client uses.
#![allow(clippy::print_stdout, reason = "it is a table for a terminal")]

use std::io;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use madoguchi_bench::bare::{self, Said};
use madoguchi_bench::client::{CHALLENGE, CounterClient, Line};
use madoguchi_bench::gauge::{Reading, mebibytes, resident};
use madoguchi_bench::service::Service;
use serde_json::json;
use tokio::runtime::Runtime;

/// What is asked of a run.
#[derive(Debug, Clone, Copy)]
struct Plan {
    seconds: u64,
    clients: usize,
    /// Checks a second in the paced run.
    rate: u64,
    /// After how many checks memory is looked at, where nothing else is.
    checks: Option<usize>,
}

impl Plan {
    /// 545 checks a second are five times the country's business hours of November 2022.
    const USUAL: Self = Self {
        seconds: 60,
        clients: 16,
        rate: 545,
        checks: None,
    };

    fn read(arguments: impl IntoIterator<Item = String>) -> Option<Self> {
        let mut plan = Self::USUAL;
        let mut arguments = arguments.into_iter();
        while let Some(name) = arguments.next() {
            let number = arguments
                .next()?
                .parse()
                .ok()
                .filter(|number| *number > 0)?;
            match name.as_str() {
                "--seconds" => plan.seconds = number,
                "--clients" => plan.clients = usize::try_from(number).ok()?,
                "--rate" => plan.rate = number,
                "--checks" => plan.checks = Some(usize::try_from(number).ok()?),
                _ => return None,
            }
        }
        Some(plan)
    }
}

fn main() -> ExitCode {
    let Some(plan) = Plan::read(std::env::args().skip(1)) else {
        eprintln!("usage: load [--seconds N] [--clients N] [--rate N] [--checks N]");
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

/// How a terminal spends its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    NewConnection,
    KeptSigned,
    KeptByEye,
}

/// All measurements; how many checks went wrong.
fn run(plan: Plan) -> io::Result<u64> {
    // As two processes would have them.
    let (server, clients) = (Runtime::new()?, Runtime::new()?);
    let terminals = u64::try_from(plan.clients).map_err(io::Error::other)?;
    let service = Service::open(server.handle(), terminals, |_, _| {})?;
    let logged_in = |n| clients.block_on(CounterClient::log_in(&service, n));
    let terminals: Vec<Arc<CounterClient>> = (0..plan.clients)
        .map(|n| logged_in(n).map(Arc::new))
        .collect::<io::Result<_>>()?;
    if let Some(checks) = plan.checks {
        return clients.block_on(growth(&terminals, checks));
    }
    let said = clients.block_on(said(&terminals[0]))?;
    let bare = clients.block_on(bare::serve(server.handle(), &service.authorities, said))?;
    let at_bare: Vec<Arc<CounterClient>> = (0..plan.clients)
        .map(|n| logged_in(n).map(|terminal| Arc::new(terminal.at(bare))))
        .collect::<io::Result<_>>()?;

    let cores = std::thread::available_parallelism()?;
    println!("{plan:?} on {cores} cores, client and server together");
    println!(
        "{:<24} {:>10} {:>11} {:>11} {:>7}  memory",
        "", "rate", "p50", "p99", "errors"
    );
    let measure = |name: &str, terminals: &[Arc<CounterClient>], mode, rate| {
        let reading = clients.block_on(load(plan, terminals, mode, rate));
        println!("{name:<24} {reading}");
        reading
    };
    let mut errors = measure(
        "new connection, paced",
        &terminals,
        Mode::NewConnection,
        Some(plan.rate),
    )
    .errors;
    errors += measure("new connection", &terminals, Mode::NewConnection, None).errors;
    for (name, mode) in [
        ("kept, signed", Mode::KeptSigned),
        ("kept, by eye", Mode::KeptByEye),
    ] {
        let ours = measure(name, &terminals, mode, None);
        let bare = measure("  bare hyper", &at_bare, mode, None);
        println!("{:<24} {:>8.2}", "  ratio", ours.rate() / bare.rate());
        errors += ours.errors + bare.errors;
    }
    Ok(errors)
}

/// What memory there is after `checks` checks, after twice as many, and so on.
async fn growth(terminals: &[Arc<CounterClient>], checks: usize) -> io::Result<u64> {
    let show = |after: usize| {
        let memory = mebibytes(resident());
        println!("{after:>10} checks {memory:>9.1} MiB");
    };
    show(0);
    for quarter in 0..4 {
        let each = checks.div_ceil(terminals.len());
        let clients: Vec<_> = terminals
            .iter()
            .map(|terminal| {
                let terminal = Arc::clone(terminal);
                tokio::spawn(async move {
                    let mut line = terminal.connect().await?;
                    for n in 0..each {
                        if n % 2 == 0 {
                            terminal.post(&mut line, CHALLENGE, &json!({})).await?;
                        }
                        let id = format!("{quarter}-{n}");
                        terminal.check_as(&mut line, &id).await?;
                    }
                    io::Result::Ok(())
                })
            })
            .collect();
        for client in clients {
            client.await.map_err(io::Error::other)??;
        }
        show((quarter + 1) * each * terminals.len());
    }
    Ok(0)
}

/// What the service says to a request for a nonce and to a check.
async fn said(terminal: &CounterClient) -> io::Result<Said> {
    let mut line = terminal.connect().await?;
    let challenge = terminal.post(&mut line, CHALLENGE, &json!({})).await?;
    let eligibility = terminal.eligibility(&mut line).await?;
    Ok(Said {
        challenge,
        eligibility,
    })
}

/// Lets the terminals check for as long as planned.
async fn load(
    plan: Plan,
    terminals: &[Arc<CounterClient>],
    mode: Mode,
    rate: Option<u64>,
) -> Reading {
    let mut whole = Reading::default();
    whole.memory.0 = resident();
    let begin = Instant::now();
    let end = begin + Duration::from_secs(plan.seconds);
    let tickets = Arc::new(AtomicU64::new(0));
    let clients: Vec<_> = terminals
        .iter()
        .map(|terminal| {
            let (terminal, tickets) = (Arc::clone(terminal), Arc::clone(&tickets));
            tokio::spawn(async move {
                let mut reading = Reading::default();
                let mut line = None;
                loop {
                    let due = match rate {
                        None => Instant::now(),
                        Some(rate) => {
                            let ticket = tickets.fetch_add(1, Ordering::Relaxed);
                            begin + Duration::from_nanos(ticket * 1_000_000_000 / rate)
                        }
                    };
                    if end <= due {
                        return reading;
                    }
                    tokio::time::sleep_until(due.into()).await;
                    let outcome = check(&terminal, mode, &mut line).await;
                    reading.note(due.elapsed(), outcome.map_err(|error| error.to_string()));
                }
            })
        })
        .collect();
    for client in clients {
        whole.add(&client.await.expect("a client does not panic"));
    }
    whole.took = begin.elapsed();
    whole.memory.1 = resident();
    whole
}

/// One check, on the connection that is kept where one is.
async fn check(terminal: &CounterClient, mode: Mode, kept: &mut Option<Line>) -> io::Result<()> {
    let mut line = match kept.take() {
        Some(line) if mode != Mode::NewConnection => line,
        _ => terminal.connect().await?,
    };
    match mode {
        Mode::KeptByEye => terminal.check_by_eye(&mut line).await?,
        Mode::NewConnection | Mode::KeptSigned => terminal.check_signed(&mut line).await?,
    }
    *kept = Some(line);
    Ok(())
}
