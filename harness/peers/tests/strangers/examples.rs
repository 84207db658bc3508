//! The examples of `myna-card`, built as published.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use madoguchi_peers::{made_once, run_within, unreachable_registry};

const VERSION: &str = "3.3.4";

/// Those that only read. The others change a PIN or look for what no document names.
const NAMES: [&str; 4] = [
    "list_readers",
    "dump_certificates",
    "read_card",
    "secure_messaging",
];

/// How long a registry and a compiler may take.
const BUILD: Duration = Duration::from_secs(900);

/// Where the built examples lie.
///
/// cargo builds examples of a package only in its own folder, so the package is fetched as a
/// dependency and its published source copied, below a workspace of its own.
pub(crate) fn built() -> Result<PathBuf, String> {
    let folder = made_once(&format!("myna-card-{VERSION}"), build)?;
    Ok(folder.join("target/debug/examples"))
}

fn build(folder: &Path) -> Result<(), String> {
    let published = published(&folder.join("fetch"))?;
    copy(&published, &folder.join("source")).unwrap();
    fs::write(
        folder.join("Cargo.toml"),
        "[workspace]\nmembers = [\"source\"]\nresolver = \"3\"\n",
    )
    .unwrap();
    fs::copy(published.join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    let cargo = |args: &[&str]| {
        let mut cargo = Command::new("cargo");
        cargo
            .args(args)
            .arg("--manifest-path")
            .arg(folder.join("source/Cargo.toml"));
        cargo.env_remove("CARGO_TARGET_DIR").current_dir(folder);
        cargo
    };
    let fetched = run_within(BUILD, &mut cargo(&["fetch"]));
    if fetched.code != Some(0) {
        return Err(unreachable_registry("myna-card", &fetched.stderr));
    }
    let mut build = cargo(&["build", "--offline", "--features", "pcsc,verify,sm"]);
    for name in NAMES {
        build.args(["--example", name]);
    }
    build
        .arg("--target-dir")
        .arg(folder.join("target"))
        .env("CARGO_PROFILE_DEV_DEBUG", "0");
    let done = run_within(BUILD, &mut build);
    assert_eq!(done.code, Some(0), "{done:#?}");
    Ok(())
}

/// The package's source as the registry has it.
fn published(helper: &Path) -> Result<PathBuf, String> {
    fs::create_dir_all(helper.join("src")).unwrap();
    fs::write(helper.join("src/lib.rs"), "").unwrap();
    let manifest = format!(
        "[package]\nname = \"fetch\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
         [dependencies]\nmyna-card = \"={VERSION}\"\n[workspace]\n"
    );
    fs::write(helper.join("Cargo.toml"), manifest).unwrap();
    let mut cargo = Command::new("cargo");
    cargo
        .args(["metadata", "--format-version", "1"])
        .current_dir(helper);
    let metadata = run_within(BUILD, &mut cargo);
    if metadata.code != Some(0) {
        return Err(unreachable_registry("myna-card", &metadata.stderr));
    }
    let metadata: serde_json::Value = serde_json::from_str(&metadata.stdout).unwrap();
    let mut packages = metadata["packages"].as_array().unwrap().iter();
    let package = packages
        .find(|package| package["name"] == "myna-card")
        .unwrap();
    let manifest = Path::new(package["manifest_path"].as_str().unwrap());
    Ok(manifest.parent().unwrap().to_owned())
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to)?;
        } else {
            fs::copy(&from, &to)?;
        }
    }
    Ok(())
}
