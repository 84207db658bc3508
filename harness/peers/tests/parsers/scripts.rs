//! Parsers that come with a language: a page of Python, JavaScript, Java or C# has each read all
//! documents and prints what it tells as JSON.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use madoguchi_peers::{have, run, skip, source};

use crate::documents::{documents, on_disk};
use crate::reading::{CERTIFICATE, LIST, Reading, certificates, lists};

/// What all of them tell.
const BASICS: [&str; 5] = ["serial", "issuer", "subject", "not-before", "not-after"];

#[test]
fn cryptography_reads_every_field() {
    let test = "cryptography_reads_every_field";
    if let Some(python) = python_with("cryptography", test) {
        let read = Readings::of(page(&python, "with_cryptography.py"), true);
        read.certificates(&CERTIFICATE);
        read.lists(&LIST);
    }
}

#[test]
fn asn1crypto_reads_every_field() {
    let test = "asn1crypto_reads_every_field";
    if let Some(python) = python_with("asn1crypto", test) {
        let read = Readings::of(page(&python, "with_asn1crypto.py"), true);
        read.certificates(&CERTIFICATE);
        read.lists(&LIST);
    }
}

#[test]
fn node_reads_what_it_shows() {
    if have("node", "node_reads_what_it_shows") {
        let read = Readings::of(page("node", "with_node.mjs"), false);
        read.certificates(&[&BASICS[..], &["extended-key-usage", "ocsp", "ca"]].concat());
    }
}

#[test]
fn java_reads_every_field_but_policies_and_addresses() {
    let test = "java_reads_every_field_but_policies_and_addresses";
    if !have("java", test) || !have("javac", test) {
        return;
    }
    let mut java = Command::new("java");
    java.args(["-Xshare:auto", "-XX:TieredStopAtLevel=1"]);
    java.arg(source("tests/scripts/parsers/WithJava.java"));
    let read = Readings::of(java, true);
    let told = [
        "key-usage",
        "extended-key-usage",
        "extension-set",
        "names",
        "ca",
    ];
    read.certificates(&[&BASICS[..], &told].concat());
    read.lists(&[
        "issuer",
        "this-update",
        "next-update",
        "extension-set",
        "revoked",
        "reasons",
    ]);
}

#[test]
fn mono_reads_names_usages_and_extensions() {
    let test = "mono_reads_names_usages_and_extensions";
    if !have("mcs", test) || !have("mono", test) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("WithMono.exe");
    let mut mcs = Command::new("mcs");
    mcs.arg("-r:System.Core.dll")
        .arg(format!("-out:{}", program.display()));
    run(mcs.arg(source("tests/scripts/parsers/WithMono.cs"))).expect_success();
    let mut mono = Command::new("mono");
    mono.arg(program);
    let read = Readings::of(mono, false);
    let told = ["key-usage", "extended-key-usage", "extensions", "ca"];
    read.certificates(&[&BASICS[..], &told].concat());
}

/// A Python that has this module; Debian's packages belong to Debian's Python.
fn python_with(module: &str, test: &str) -> Option<String> {
    let pythons = ["/usr/bin/python3", "python3"];
    let found = pythons.into_iter().find(|python| {
        let probe = format!("import {module}");
        Path::new(python).is_file()
            && run(Command::new(python).args(["-c", &probe])).code == Some(0)
    });
    if found.is_none() {
        skip(test, &format!("no python3 has {module} (python3-{module})"));
    }
    found.map(str::to_owned)
}

fn page(interpreter: &str, page: &str) -> Command {
    let mut command = Command::new(interpreter);
    command.arg(source("tests/scripts/parsers").join(page));
    command
}

/// What a page told of each document, by its name.
struct Readings(BTreeMap<&'static str, Reading>);

impl Readings {
    fn of(mut page: Command, with_lists: bool) -> Self {
        let disk = on_disk();
        let wanted = documents().iter().filter(|it| with_lists || !it.is_list);
        let names: Vec<&str> = wanted.map(|it| it.name.as_str()).collect();
        let outcome = run(page.args(&names).current_dir(disk.folder()));
        outcome.expect_success();
        let lines = outcome
            .stdout
            .lines()
            .map(|line| serde_json::from_str(line).unwrap());
        let lines: Vec<Reading> = lines.collect();
        assert_eq!(lines.len(), names.len());
        Self(names.into_iter().zip(lines).collect())
    }

    #[track_caller]
    fn certificates(&self, told: &[&str]) {
        certificates(told, |document| self.0[document.name.as_str()].clone());
    }

    #[track_caller]
    fn lists(&self, told: &[&str]) {
        lists(told, |document| self.0[document.name.as_str()].clone());
    }
}
