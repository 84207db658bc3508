//! What `cargo demo` and `cargo suite` call: the system packages, the build, the run. Standard
//! library only, so that it compiles in a second and can say what is missing before anything else
//! is built.
#![forbid(unsafe_code)]

mod packages;
mod steps;

use std::env;
use std::process::ExitCode;

/// Exit code for a missing piece of the environment, as in `madoguchi` itself.
const ENVIRONMENT: u8 = 5;
/// Exit code for a wrong command line.
const USAGE: u8 = 2;

fn main() -> ExitCode {
    // The alias ends in `--` already; a second one is the user's habit.
    let mut args = env::args().skip(1).filter(|arg| arg != "--");
    let outcome = match args.next().as_deref() {
        Some("demo") => steps::demo(&args.collect::<Vec<_>>()),
        Some("suite") => steps::suite(&args.collect::<Vec<_>>()),
        _ => {
            eprintln!(
                "usage: cargo demo [-- OPTIONS OF madoguchi demo] | cargo suite [-- OPTIONS OF cargo test]"
            );
            return ExitCode::from(USAGE);
        }
    };
    match outcome {
        Ok(code) => ExitCode::from(code),
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::from(ENVIRONMENT)
        }
    }
}

/// The text in the user's language, chosen from the locale as `madoguchi` does.
fn say(ja: &str, en: &str) -> String {
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|name| env::var(name).ok().filter(|value| !value.is_empty()));
    if locale.is_some_and(|locale| locale.starts_with("ja")) {
        ja
    } else {
        en
    }
    .to_owned()
}
