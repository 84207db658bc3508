//! Prints the OpenAPI document of a built-in profile: `cargo run -p madoguchi-wire --example
//! openapi mock-2025.05`.
#![forbid(unsafe_code)]

use std::io::{self, Write as _};
use std::process::ExitCode;

use madoguchi_wire::Profile;

fn main() -> ExitCode {
    let name = std::env::args().nth(1).unwrap_or_default();
    let Some(profile) = Profile::builtin(&name) else {
        let _ = writeln!(io::stderr(), "no built-in profile has the name {name:?}");
        return ExitCode::from(2);
    };
    match writeln!(io::stdout(), "{:#}", profile.openapi()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
