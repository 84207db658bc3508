//! Prints the table of the documents' rows: `cargo run -p madoguchi-requirements --example rows`; with
//! the word `failures` after it, that of the failures seen in the field.
#![forbid(unsafe_code)]

use std::io::{self, Write as _};
use std::process::ExitCode;

use madoguchi_requirements::{builtin, failures_markdown, markdown};

fn main() -> ExitCode {
    let table = match std::env::args().nth(1).as_deref() {
        Some("failures") => failures_markdown(),
        _ => markdown(builtin()),
    };
    match io::stdout().write_all(table.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
