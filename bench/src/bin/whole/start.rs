//! From the start of the command to the first APDU, and through a whole check by PIN.

use std::io::{BufRead as _, BufReader};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use madoguchi_bench::client::{CHALLENGE, CounterClient};
use madoguchi_bench::service::Service;
use madoguchi_card_key::PrivateKey;
use madoguchi_fixtures::healthy;
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
    let terminal = runtime.block_on(CounterClient::log_in(&service, 0));
    let terminal = terminal.expect("it is activated");
    let ask = async || {
        let mut line = terminal.connect().await?;
        terminal.post(&mut line, CHALLENGE, &json!({})).await
    };
    let credential = healthy().authentication.expect("a healthy person has one");
    let key = PrivateKey::from_pkcs1_der(credential.private_key.expose());
    let key = key.expect("the shipped keys are keys");
    let in_memory = tempfile::tempdir_in("/dev/shm").ok();
    let checks = Checks::new(folder.path());
    let mut to_verdict = Vec::new();
    let mut whole = Vec::new();
    let mut without_disk = Vec::new();
    let mut tool = Vec::new();
    let mut client = Vec::new();
    let mut requests = Vec::new();
    let mut signature = Vec::new();
    for _ in 0..ROUNDS {
        to_verdict.extend(checks.as_ref().map(Checks::to_verdict));
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
        let before = Instant::now();
        let signed = key.raw_pkcs1v15(&[0; 51], &mut [0; PrivateKey::MODULUS]);
        signature.push(before.elapsed());
        signed.expect("a key signs");
    }
    let sum = |parts: &[&Vec<Duration>]| -> Duration {
        parts.iter().map(|part| summary(part.to_vec()).0).sum()
    };
    let added = |taken: &Vec<Duration>, parts: &[&Vec<Duration>]| {
        let (median, _) = summary(taken.clone());
        median.saturating_sub(sum(parts))
    };
    let of_client = [&client, &requests, &signature];
    let mut told = String::new();
    if !to_verdict.is_empty() {
        let more = added(&to_verdict, &of_client);
        told = format!("from the client's start to its verdict, beside its parts: {more:.1?}\n");
    }
    let more = added(&whole, &[&of_client[..], &[&tool]].concat());
    told += &format!("from the command's start to its end, beside its parts: {more:.1?}");
    println!("\n| a check by PIN | median | longest |\n|---|---|---|");
    if !to_verdict.is_empty() {
        row("from the client's start to its verdict", to_verdict);
    }
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
    row("of it: an RSA-2048 signature", signature);
    println!("\n{told}");
}

/// Requests of a check by PIN: login, challenge, eligibility.
const REQUESTS: usize = 3;

/// Checks by PIN whose client says when it begins.
struct Checks {
    begun: Script,
    heard: UnixListener,
    socket: PathBuf,
    folder: PathBuf,
}

impl Checks {
    fn new(folder: &Path) -> Option<Self> {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("native/begun.c");
        let socket = folder.join("begun");
        Some(Self {
            begun: Script::of(&source, "pin")?,
            heard: UnixListener::bind(&socket).expect("a new socket"),
            socket,
            folder: folder.to_owned(),
        })
    }

    /// How long it takes from the client's start until its verdict can be read.
    fn to_verdict(&self) -> Duration {
        let client = program("madoguchi-reference-client");
        let client = format!("{} {}", self.begun.program.display(), client.display());
        let mut check = madoguchi(&["run", "happy/pin", "--client", &client], &self.folder);
        check.env("MADOGUCHI_BENCH", &self.socket);
        thread::scope(|scope| {
            let begun = scope.spawn(|| {
                self.heard.accept().expect("the client begins");
                Instant::now()
            });
            let mut check = check.stdout(Stdio::piped()).spawn().expect("it was built");
            let said = BufReader::new(check.stdout.take().expect("it is piped"));
            let passed = |line: &String| line.contains('✔');
            let verdict = said.lines().map_while(Result::ok).find(passed);
            let told = Instant::now();
            assert!(verdict.is_some(), "happy/pin is passed");
            check.wait().expect("it can be waited for");
            told - begun.join().expect("the listener ran")
        })
    }
}

fn row(name: &str, taken: Vec<Duration>) {
    let (median, longest) = summary(taken);
    println!("| {name} | {median:.1?} | {longest:.1?} |");
}
