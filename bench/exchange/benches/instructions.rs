//! How many instructions an exchange with the card in process costs, counted by callgrind: the
//! guard against regressions, since it says the same on a busy machine. Times are `exchange.rs`'s
//! affair.
//!
//! ```text
//! cargo bench -p madoguchi-exchange              the counts
//! cargo bench -p madoguchi-exchange -- --check   and whether they still hold
//! cargo bench -p madoguchi-exchange -- --write   take them as the new baseline
//! ```
//!
//! This program runs itself under valgrind and collects inside one function alone. Counts depend on
//! the compiler, so the baseline names its version, and another one is told, not judged.
#![allow(clippy::print_stdout, reason = "it is a table for a terminal")]

use std::fmt::Write as _;
use std::hint::black_box;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::{env, fs};

use madoguchi_card::Card;
use madoguchi_exchange::{EXCHANGES, Exchange, card};
use madoguchi_iso7816::{Icc as _, Reply};

/// How often an exchange is made while it is counted.
const ROUNDS: u32 = 1_000;

/// By how much a count may differ from the baseline: per cent of it.
const TOLERANCE: u64 = 3;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let has = |wanted: &str| arguments.iter().any(|argument| argument == wanted);
    match arguments.as_slice() {
        [role, exchange] if role == "--counted" => {
            let exchange = EXCHANGES.iter().find(|known| known.name == exchange);
            repeat(exchange.expect("one of ours"), ROUNDS);
            ExitCode::SUCCESS
        }
        // What `cargo test --benches` does: that it runs is all that is asked.
        _ if !has("--bench") => {
            EXCHANGES.iter().for_each(|exchange| repeat(exchange, 1));
            ExitCode::SUCCESS
        }
        _ if Command::new("valgrind").arg("--version").output().is_err() => {
            println!("skipped: valgrind is not installed (apt-get install valgrind)");
            ExitCode::SUCCESS
        }
        _ => judge(has("--check"), has("--write")),
    }
}

fn repeat(exchange: &Exchange, rounds: u32) {
    let mut card = card();
    let mut reply = Reply::new();
    for command in exchange.before.iter().chain([&exchange.command]) {
        reply.clear();
        card.transmit(command, &mut reply).expect("it answers");
    }
    counted_rounds(&mut card, exchange.command, &mut reply, rounds);
    assert_eq!(reply.data().len(), exchange.data_len);
}

/// The work that is counted; valgrind knows it by its name.
#[inline(never)]
fn counted_rounds(card: &mut Card, command: &[u8], reply: &mut Reply, rounds: u32) {
    for _ in 0..rounds {
        reply.clear();
        card.transmit(black_box(command), reply)
            .expect("it answers");
    }
}

fn judge(check: bool, write: bool) -> ExitCode {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("instructions.txt");
    let baseline = fs::read_to_string(&path).unwrap_or_default();
    let compiler = compiler();
    let comparable = baseline.lines().next() == Some(compiler.as_str());
    let mut counts = format!("{compiler}\n");
    let mut held = true;
    for Exchange { name, .. } in EXCHANGES {
        let count = count(name) / u64::from(ROUNDS);
        let _ = writeln!(counts, "{count:>8}  {name}");
        let known = baseline.lines().find_map(|line| {
            let (known, of) = line.trim_start().split_once("  ")?;
            (of == *name).then(|| known.parse::<u64>().ok()).flatten()
        });
        let verdict = match known {
            _ if !comparable => "",
            None => "  not in the baseline",
            Some(known) if count.abs_diff(known) * 100 <= known * TOLERANCE => "  as before",
            Some(known) if count > known => "  MORE than before",
            Some(_) => "  less than before: --write makes it the new baseline",
        };
        held &= !verdict.contains("MORE") && !verdict.contains("not in");
        println!("{count:>8}  {name}{verdict}");
    }
    if !comparable {
        println!("not compared: the baseline was made by another compiler than {compiler}");
    }
    if write {
        fs::write(&path, counts).expect("the baseline can be written");
    }
    if check && !held {
        println!("if this is meant, run it with --write and say why in the commit");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// Instructions of all rounds, from callgrind's summary.
fn count(exchange: &str) -> u64 {
    let own = env::current_exe().expect("it runs");
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg("--toggle-collect=*counted_rounds*")
        .arg(own)
        .args(["--counted", exchange])
        .output()
        .expect("valgrind runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let count = said
        .lines()
        .find_map(|line| line.split_once("Collected : "))
        .and_then(|(_, count)| count.trim().parse().ok());
    count.unwrap_or_else(|| panic!("no count: {said}"))
}

fn compiler() -> String {
    let output = Command::new("rustc").arg("--version").output();
    let output = output.expect("this was compiled");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
