//! Where strangers' build tools work: folders that are kept from one run of the tests to the next,
//! and filled once however many tests want them at the same time.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::{built, run_within};

/// How long a registry and a compiler may take.
const BUILD: Duration = Duration::from_secs(900);

/// A folder for what strangers' build tools make.
///
/// # Panics
/// If it cannot be made.
#[must_use]
pub fn workshop(name: &str) -> PathBuf {
    let folder = built().join("peers").join(name);
    fs::create_dir_all(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    folder
}

/// A workshop in which `make` has done its work, now or before. Who comes meanwhile waits.
///
/// # Errors
/// Says what `make` says: why it could not, such as that a registry cannot be reached. The next
/// who comes tries again.
///
/// # Panics
/// If the folder cannot be made or locked.
pub fn made_once(
    name: &str,
    make: impl FnOnce(&Path) -> Result<(), String>,
) -> Result<PathBuf, String> {
    let folder = workshop(name);
    let lock = File::create(folder.join("lock")).expect("the folder is ours");
    lock.lock().expect("a file can be locked");
    // Written last, so that half a work is none.
    let done = folder.join("done");
    if !done.is_file() {
        make(&folder)?;
        fs::write(done, "").expect("the folder is ours");
    }
    Ok(folder)
}

/// A folder with these packages of npm's registry.
///
/// # Errors
/// Says why they cannot be installed.
///
/// # Panics
/// If the folder cannot be made or locked.
pub fn npm_install(name: &str, packages: &[&str]) -> Result<PathBuf, String> {
    made_once(name, |folder| {
        let package = "{\"type\": \"module\", \"private\": true}";
        fs::write(folder.join("package.json"), package).expect("the folder is ours");
        let mut npm = Command::new("npm");
        npm.args(["install", "--no-package-lock", "--no-audit", "--no-fund"])
            .args(packages)
            .current_dir(folder);
        let outcome = run_within(BUILD, &mut npm);
        if outcome.code == Some(0) {
            return Ok(());
        }
        let why = outcome.stderr.lines().next().unwrap_or_default();
        Err(format!("npm cannot install {packages:?}: {why}"))
    })
}

/// A program from the registry, built by `cargo install` with the versions of its own lock file. It
/// is run and never linked: whatever its licence says of that does not touch us.
///
/// # Errors
/// Says why it cannot be fetched.
///
/// # Panics
/// If it was fetched and does not compile.
pub fn cargo_install(name: &str, version: &str) -> Result<PathBuf, String> {
    let folder = made_once(&format!("{name}-{version}"), |folder| {
        let mut cargo = Command::new("cargo");
        cargo
            .args(["install", name, "--version", version])
            .args(["--locked", "--debug", "--no-track", "--root"])
            .arg(folder)
            // Outside of our workspace and its settings.
            .current_dir(folder)
            .env_remove("CARGO_TARGET_DIR")
            .env("CARGO_PROFILE_DEV_DEBUG", "0");
        let installed = run_within(BUILD, &mut cargo);
        assert!(
            !installed.stderr.contains("could not compile"),
            "{installed:#?}"
        );
        match installed.code {
            Some(0) => Ok(()),
            _ => Err(unreachable_registry(name, &installed.stderr)),
        }
    })?;
    Ok(folder.join("bin").join(name))
}

/// What cargo says where it cannot fetch a package.
#[must_use]
pub fn unreachable_registry(name: &str, stderr: &str) -> String {
    let why = stderr.lines().find(|line| line.starts_with("error"));
    format!(
        "cargo cannot fetch {name}: {}",
        why.unwrap_or("no reason given")
    )
}
