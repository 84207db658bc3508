//! `myna-card`, a library for the real card, reads ours: two of its examples run as published.
//!
//! `token Card` is their word for the token label JPKIAPICCTOKEN2; a phone would be another.
//! They end with success even where they print that a card is none, so what counts is what they
//! print.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use madoguchi_peers::{Counter, run, run_within, skip, workshop};

const VERSION: &str = "3.3.4";

/// How long a registry and a compiler may take.
const BUILD: Duration = Duration::from_secs(900);

#[test]
fn its_examples_recognise_the_card_and_check_its_certificate() {
    let examples = match examples() {
        Ok(examples) => examples,
        Err(why) => {
            return skip(
                "its_examples_recognise_the_card_and_check_its_certificate",
                &why,
            );
        }
    };
    let counter = Counter::open(&[]);
    let example = |name: &str| counter.client(examples.join(name).to_str().unwrap());

    let listed = run(&mut example("list_readers"));
    let says = |wanted: &str| assert!(listed.stdout.contains(wanted), "no {wanted:?}: {listed:#?}");
    says(&format!("[0] {}", counter.var("MADOGUCHI_READER")));
    says("token        Card");
    let value = |label: &str| {
        let line = listed
            .stdout
            .lines()
            .find_map(|line| line.strip_prefix(label));
        line.unwrap_or_else(|| panic!("no {label:?}: {listed:#?}"))
            .trim()
            .to_owned()
    };
    // Invented: no prefecture has the number 99.
    assert_eq!(value("serial "), "990000000000001");
    assert_eq!(value("municipality "), "99201 (prefecture 99)");
    let expires = value("expires ");
    assert!(
        expires.len() == "2035-08-26".len() && expires.starts_with("20"),
        "{expires}"
    );

    let folder = tempfile::tempdir().unwrap();
    let dumped = run(example("dump_certificates").arg(folder.path()));
    let says = |wanted: &str| assert!(dumped.stdout.contains(wanted), "no {wanted:?}: {dumped:#?}");
    says("token: Card");
    says("MADOGUCHI TEST ONLY");
    says("signed by the CA certificate on the card: yes");
    // A certificate of ours must not be taken for one of the real infrastructure.
    says("reaches a published root:                no");
    says("reaches a root incl. the test hierarchy: no");
    says("authentication PIN: 3 attempt(s) remaining");
    for name in ["auth_certificate.der", "auth_ca_certificate.der"] {
        assert!(folder.path().join(name).is_file(), "{dumped:#?}");
    }
}

/// Where the built examples lie.
///
/// cargo builds examples of a package only in its own folder, so the package is fetched as a
/// dependency and its published source copied, below a workspace of its own.
fn examples() -> Result<PathBuf, String> {
    let folder = workshop(&format!("myna-card-{VERSION}"));
    let target = folder.join("target");
    let built = target.join("debug/examples");
    if ["list_readers", "dump_certificates"]
        .iter()
        .all(|name| built.join(name).is_file())
    {
        return Ok(built);
    }
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
        cargo.env_remove("CARGO_TARGET_DIR").current_dir(&folder);
        cargo
    };
    let fetched = run_within(BUILD, &mut cargo(&["fetch"]));
    if fetched.code != Some(0) {
        return Err(unreachable_registry(&fetched.stderr));
    }
    let build = [
        "build",
        "--offline",
        "--features",
        "pcsc,verify",
        "--example",
        "list_readers",
        "--example",
        "dump_certificates",
    ];
    let done = run_within(BUILD, cargo(&build).arg("--target-dir").arg(&target));
    assert_eq!(done.code, Some(0), "{done:#?}");
    Ok(built)
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
        return Err(unreachable_registry(&metadata.stderr));
    }
    let metadata: serde_json::Value = serde_json::from_str(&metadata.stdout).unwrap();
    let mut packages = metadata["packages"].as_array().unwrap().iter();
    let package = packages
        .find(|package| package["name"] == "myna-card")
        .unwrap();
    let manifest = Path::new(package["manifest_path"].as_str().unwrap());
    Ok(manifest.parent().unwrap().to_owned())
}

fn unreachable_registry(stderr: &str) -> String {
    let why = stderr
        .lines()
        .find(|line| line.starts_with("error"))
        .unwrap_or("no reason given");
    format!("cargo cannot fetch myna-card {VERSION}: {why}")
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
