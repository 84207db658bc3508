//! Cards of others behind pcscd and vpcd, as they ship: programs that the user names, since they are
//! installed in many ways and have licences of their own.

use std::env;
use std::process::Command;

use madoguchi_peers::{Pcscd, Script};

use crate::native;
use crate::talker::Talker;

/// Name, variable with the command that starts it, and an APDU that it answers with 9000. SELECT MF
/// asks for no file control information: vicc 0.8 ends with a Python error where it has to give some.
const SHIPPED: &[(&str, &str, &str)] = &[
    ("vicc", "MADOGUCHI_BENCH_VICC", "00A4000C023F00"),
    ("the vpicc crate", "MADOGUCHI_BENCH_VPICC", "00A4000C023F00"),
];

const READER: &str = "Virtual PCD 00 00";

/// Exchanges, each of which may take 44 ms and more.
const EXCHANGES: u32 = 100;

pub(crate) fn measure() {
    let test = "shipped";
    let (Some(client), Some(pcscd)) = (Script::of(&native("client.c"), test), Pcscd::find(test))
    else {
        return;
    };
    println!("\n| as it ships, through vpcd | median | 99th percentile |\n|---|---|---|");
    for (name, variable, command) in SHIPPED {
        let Ok(words) = env::var(variable) else {
            println!("| {name}: not measured, {variable} names no command | | |");
            continue;
        };
        let folder = tempfile::tempdir().expect("a temporary folder");
        let _pcscd = pcscd.start(folder.path());
        let mut words = words.split_whitespace();
        let mut card = Command::new(words.next().expect("a command has a word"))
            .args(words)
            .spawn()
            .expect("the command that the user named");
        let mut talker = Talker::start(&client, &Pcscd::socket());
        talker.meet(READER);
        let told = talker.ask(format_args!("say {command}"));
        assert!(told.starts_with("9000"), "{name}: {told}");
        let batch = talker.batch(EXCHANGES, command);
        let micro = |nanoseconds: u64| nanoseconds / 1_000;
        println!(
            "| {name} | {} µs | {} µs |",
            micro(batch.median),
            micro(batch.percentile_99)
        );
        let _ = card.kill();
        let _ = card.wait();
    }
}
