//! From the start of the command to the first APDU, and through a whole check by PIN.

use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use madoguchi_bench::client::{CHALLENGE, Terminal};
use madoguchi_bench::service::Service;
use madoguchi_peers::{Counter, Script, program};
use serde_json::json;
use tokio::runtime::Runtime;

use crate::stopwatch::{madoguchi, silent, summary, time};

const ROUNDS: usize = 41;

/// The first APDU of a client that wants nothing else, at a counter that was not open before.
pub(crate) fn start() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("native/first.c");
    let Some(first) = Script::of(&source, "start") else {
        return;
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let socket = folder.path().join("first");
    let heard = UnixListener::bind(&socket).expect("a new socket");
    let (mut alone, mut ready, mut taken) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        alone.push(time(&mut madoguchi(&["--version"], folder.path())).0);
        let before = Instant::now();
        let counter = Counter::open(&[]);
        ready.push(before.elapsed());
        let mut client = counter.client(&first.program.display().to_string());
        let client = client.env("MADOGUCHI_BENCH", &socket).status();
        assert!(client.is_ok_and(|status| status.success()), "it has a card");
        heard.accept().expect("the client says so");
        taken.push(before.elapsed());
    }
    println!("\n| from the start | median | longest |\n|---|---|---|");
    row("to the end of `madoguchi --version`", alone);
    row("to a counter that is open", ready);
    row("to the end of a client that sends one APDU", taken);
}

/// A whole check by PIN, and its parts alone.
pub(crate) fn pin() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let runtime = Runtime::new().expect("a runtime");
    let service = Service::open(runtime.handle(), 1, |_, _| ()).expect("it listens");
    let terminal = runtime.block_on(Terminal::log_in(&service, 0));
    let terminal = terminal.expect("it is activated");
    let ask = async || {
        let mut line = terminal.connect().await?;
        terminal.post(&mut line, CHALLENGE, &json!({})).await
    };
    let in_memory = tempfile::tempdir_in("/dev/shm").ok();
    let mut whole = Vec::new();
    let mut without_disk = Vec::new();
    let mut tool = Vec::new();
    let mut client = Vec::new();
    let mut requests = Vec::new();
    for _ in 0..ROUNDS {
        let (taken, status) = time(&mut madoguchi(&["run", "happy/pin"], folder.path()));
        assert!(status.success(), "happy/pin is passed");
        whole.push(taken);
        if let Some(memory) = &in_memory {
            let mut command = madoguchi(&["run", "happy/pin"], memory.path());
            without_disk.push(time(command.env("TMPDIR", memory.path())).0);
        }
        tool.push(time(&mut madoguchi(&["--version"], folder.path())).0);
        let mut stranger = silent(Command::new(program("madoguchi-reference-client")));
        client.push(time(stranger.arg("--list-defects")).0);
        let before = Instant::now();
        for _ in 0..REQUESTS {
            runtime.block_on(ask()).expect("it is answered");
        }
        requests.push(before.elapsed());
    }
    println!("\n| a check by PIN | median | longest |\n|---|---|---|");
    let sum: Duration = [&tool, &client, &requests]
        .map(|part| summary(part.clone()).0)
        .iter()
        .sum();
    let (median, _) = summary(whole.clone());
    row("`madoguchi run happy/pin`, start to end", whole);
    if !without_disk.is_empty() {
        row("the same with its folders in memory", without_disk);
    }
    row("of it: the tool's process alone", tool);
    row("of it: the client's process alone", client);
    row(
        "of it: three requests, each on a new mutual-TLS connection",
        requests,
    );
    println!("\nthe rest: {:.1?}", median.saturating_sub(sum));
}

/// Requests of a check by PIN: login, challenge, eligibility.
const REQUESTS: usize = 3;

fn row(name: &str, taken: Vec<Duration>) {
    let (median, longest) = summary(taken);
    println!("| {name} | {median:.1?} | {longest:.1?} |");
}
