//! Prints the table of the documents' rows: `cargo run -p madoguchi-conformance --example rows`.
#![forbid(unsafe_code)]

use std::io::{self, Write as _};
use std::process::ExitCode;

use madoguchi_conformance::requirement::{builtin, markdown};

fn main() -> ExitCode {
    match io::stdout().write_all(markdown(builtin()).as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
