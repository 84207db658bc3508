//! A Node client with `@pokusew/pcsclite`, which binds libpcsclite, reads the certificate.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use madoguchi_peers::{Counter, have, run, run_within, skip, source, workshop};

/// How long a registry and a compiler may take.
const INSTALLATION: Duration = Duration::from_secs(300);

#[test]
fn a_node_client_reads_the_certificate() {
    let test = "a_node_client_reads_the_certificate";
    if !have("node", test) || !have("npm", test) || !have("openssl", test) {
        return;
    }
    let folder = match installed() {
        Ok(folder) => folder,
        Err(why) => return skip(test, &why),
    };
    let counter = Counter::open(&[]);
    let read = run(counter.client("node").arg("read.js").current_dir(&folder));
    assert_eq!(read.code, Some(0), "{read:#?}");

    let place = tempfile::tempdir().unwrap();
    let pem = place.path().join("certificate.pem");
    let armour = [
        "-----BEGIN CERTIFICATE-----\n",
        &read.stdout,
        "-----END CERTIFICATE-----\n",
    ];
    fs::write(&pem, armour.concat()).unwrap();
    let mut openssl = Command::new("openssl");
    let issuer = run(openssl.args(["x509", "-noout", "-issuer", "-in"]).arg(&pem));
    assert_eq!(issuer.code, Some(0), "{issuer:#?} {read:#?}");
    assert!(
        issuer.stdout.contains("MADOGUCHI TEST ONLY"),
        "{}",
        issuer.stdout
    );
}

/// The client's folder with its packages: one for each version of Node, kept between runs.
///
/// Node's headers are taken from where the running Node lies, where a package put them there;
/// otherwise node-gyp looks for them on its own.
fn installed() -> Result<PathBuf, String> {
    let about = "process.versions.modules + ' ' + process.execPath";
    let node = run(Command::new("node").args(["-p", about]));
    let (modules, program) = node
        .stdout
        .trim()
        .split_once(' ')
        .ok_or("node does not run")?;
    let folder = workshop(&format!("node-{modules}"));
    for file in ["package.json", "read.js"] {
        let text = fs::read(source("node").join(file)).unwrap();
        fs::write(folder.join(file), text).unwrap();
    }
    let binding = folder.join("node_modules/@pokusew/pcsclite/build/Release/pcsclite.node");
    if binding.is_file() {
        return Ok(folder);
    }
    let mut npm = Command::new("npm");
    npm.args([
        "install",
        "--no-package-lock",
        "--no-audit",
        "--no-fund",
        "--fetch-retries=1",
        "--foreground-scripts",
    ])
    .current_dir(&folder);
    let prefix = Path::new(program).ancestors().nth(2);
    if let Some(prefix) = prefix.filter(|prefix| prefix.join("include/node/node.h").is_file()) {
        npm.env("npm_config_nodedir", prefix);
    }
    let install = run_within(INSTALLATION, &mut npm);
    if binding.is_file() {
        return Ok(folder);
    }
    let mut why = install
        .stderr
        .lines()
        .filter(|line| line.contains("ERR") || line.contains("error"));
    Err(format!(
        "npm cannot install @pokusew/pcsclite: {}",
        why.next().unwrap_or("no reason given")
    ))
}
