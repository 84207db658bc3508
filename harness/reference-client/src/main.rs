//! The reference client as a program of its own, on the installed libpcsclite.
#![forbid(unsafe_code)]

mod installed;

use std::env;
use std::process::ExitCode;

use self::installed::Installed;

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args().skip(1).collect();
    madoguchi_reference_client::run(&arguments, Installed).into()
}
