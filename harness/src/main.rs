//! `madoguchi`: a virtual My Number card, a virtual PC/SC reader and a mock of the eligibility
//! services, run against any vendor's client and judged. The only owner of processes, files and
//! real time; everything below gets them as arguments.
#![forbid(unsafe_code)]
#![cfg_attr(
    not(unix),
    allow(
        dead_code,
        reason = "cells need the Unix socket of the embedded reader; a route for Windows follows"
    )
)]

mod aside;
mod cell;
mod cli;
mod client;
mod command;
mod consumer;
mod entropy;
mod exit;
mod installation;
mod interrupt;
mod ledger;
mod manual;
mod own_files;
#[cfg_attr(not(target_os = "linux"), path = "own_network/elsewhere.rs")]
mod own_network;
mod private;
mod process_group;
mod staging;
mod store;
mod whole;

use std::env;
use std::ffi::OsString;
use std::process::ExitCode;

use exit::Exit;

/// In a root with nothing in it, such as that of a container, the current folder does for temporary files.
fn settle_for_a_temporary_folder() {
    let is_lacking = env::var_os("TMPDIR").is_none() && !env::temp_dir().is_dir();
    if is_lacking && let Ok(here) = env::current_dir() {
        // another choice would be as good
        let _ = tempfile::env::override_temp_dir(&here);
    }
}

fn main() -> ExitCode {
    settle_for_a_temporary_folder();
    let args: Vec<OsString> = env::args_os().collect();
    let lang = cli::lang(&args);
    let invocation = match cli::parse(args, lang) {
        Ok(invocation) => invocation,
        Err(message) => {
            // A closed standard output is the reader's choice.
            let _ = message.print();
            return if message.use_stderr() {
                Exit::USAGE
            } else {
                Exit::PASS
            }
            .into();
        }
    };
    let outcome = std::panic::catch_unwind(|| command::perform(invocation, lang));
    #[cfg(target_os = "linux")]
    client::leftover::end_rest();
    outcome.unwrap_or_else(|_| command::own_bug(lang)).into()
}
