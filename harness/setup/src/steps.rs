//! The two things that a newcomer does: see it work, and run the tests.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::packages;
use crate::say;

/// Runs the catalogue against the reference client: builds `madoguchi`, which carries it, and leaves the
/// rest to `madoguchi demo`.
///
/// # Errors
/// Where the build fails.
pub(crate) fn demo(args: &[String]) -> Result<u8, String> {
    build(&["--package", "madoguchi"])?;
    let mut demo = Command::new(binary("madoguchi")?);
    demo.arg("demo").args(args);
    code_of(demo)
}

/// Runs the whole test suite and says what was skipped.
///
/// # Errors
/// Where packages are missing or a program cannot be started.
pub(crate) fn suite(args: &[String]) -> Result<u8, String> {
    packages::ensure(packages::SUITE)?;
    packages::offer(packages::STRANGERS);
    let skipped = env::temp_dir().join(format!("madoguchi-skipped-{}", std::process::id()));
    let _ = fs::remove_file(&skipped);
    // As the tests are built below: nothing is built twice.
    build(&["--workspace", "--all-targets"])?;

    let mut worst = 0;
    let nextest = Command::new("cargo")
        .args(["nextest", "--version"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    let mut tests = Command::new("cargo");
    if nextest {
        tests.args(["nextest", "run", "--workspace", "--no-fail-fast"]);
    } else {
        tests.args(["test", "--workspace", "--all-targets", "--no-fail-fast"]);
    }
    tests.args(args).env("MADOGUCHI_SKIPPED", &skipped);
    worst = worst.max(code_of(tests)?);

    let mut doctests = Command::new("cargo");
    doctests.args(["test", "--quiet", "--workspace", "--doc"]);
    worst = worst.max(code_of(doctests)?);

    tell_skipped(&fs::read_to_string(&skipped).unwrap_or_default());
    let _ = fs::remove_file(&skipped);
    Ok(worst)
}

fn tell_skipped(log: &str) {
    let mut reasons: Vec<&str> = log.lines().collect();
    reasons.sort_unstable();
    // A test that starts itself once more says it twice.
    reasons.dedup();
    let count = reasons.len();
    eprintln!(
        "{}",
        say(
            &format!("省略したテスト: {count}"),
            &format!("skipped tests: {count}")
        )
    );
    for reason in reasons {
        eprintln!("  - {reason}");
    }
}

/// Builds, saying how long it took.
fn build(packages: &[&str]) -> Result<(), String> {
    let begun = Instant::now();
    eprintln!("{}", say("ビルドしています …", "Building …"));
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--quiet"]).args(packages);
    if code_of(cargo)? != 0 {
        return Err(say("ビルドに失敗しました", "the build failed"));
    }
    let seconds = begun.elapsed().as_secs();
    eprintln!(
        "{} {}m{:02}s",
        say("ビルド完了", "Built in"),
        seconds / 60,
        seconds % 60
    );
    Ok(())
}

/// A program of this workspace: cargo puts it beside this one.
fn binary(name: &str) -> Result<PathBuf, String> {
    let this = env::current_exe().map_err(|error| format!("where am I? {error}"))?;
    let binary = this.with_file_name(format!("{name}{}", env::consts::EXE_SUFFIX));
    if binary.is_file() {
        Ok(binary)
    } else {
        Err(format!("{} was not built", binary.display()))
    }
}

fn code_of(mut command: Command) -> Result<u8, String> {
    let status = command
        .status()
        .map_err(|error| format!("{}: {error}", command.get_program().to_string_lossy()))?;
    Ok(status
        .code()
        .and_then(|code| u8::try_from(code).ok())
        .unwrap_or(70))
}
