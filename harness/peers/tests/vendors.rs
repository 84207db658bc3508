//! Clients that strangers wrote, each from the manual and the ministry's documents alone and with its own
//! taste of screens, flow and words: they are correct, so nothing may fail that counts.
//!
//! `harness/clients/vendors` holds them as they were written; their screens were not changed for the tool.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use madoguchi_peers::{
    have, made_once, npm_install, program, python_with_pyscard, read, run_within, skip, source,
};
use serde_json::Value;

/// How long the catalogue may take.
const CATALOGUE: Duration = Duration::from_secs(600);
/// How long a compiler may take.
const BUILD: Duration = Duration::from_secs(300);

/// For programs that take their time to start.
const SOME: &[&str] = &[
    "happy/",
    "pin/",
    "eligibility/",
    "assistance/",
    "registration/",
    "patients/",
    "card/torn*",
];

/// What counts and fails.
fn found(client: &str, select: &[&str]) -> BTreeSet<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let [out, json] = ["out", "report.json"].map(|name| folder.path().join(name));
    let [out, report] = [&out, &json].map(|path| path.display().to_string());
    let options = ["--client", client, "--out", &out, "--json", &report];
    let mut run = Command::new(program("madoguchi"));
    let run = run.arg("run").args(select).args(options);
    let outcome = run_within(CATALOGUE, run.env("LC_ALL", "C.UTF-8"));
    let report: Value =
        serde_json::from_str(&read(json)).unwrap_or_else(|error| panic!("{error}: {outcome:#?}"));
    let cases = report["cases"].as_array().expect("a list");
    assert!(cases.len() > 100 || !select.is_empty(), "{outcome:#?}");
    let of = |case: &'_ Value| case["verdicts"].as_array().cloned().unwrap_or_default();
    let verdicts = cases.iter().flat_map(of);
    verdicts
        .filter(|verdict| verdict["level"] != "advice")
        .filter(|verdict| verdict["outcome"].get("fail").is_some())
        .map(|verdict| verdict["requirement"].as_str().expect("an id").to_owned())
        .collect()
}

fn vendor(name: &str) -> PathBuf {
    source(&format!("../clients/vendors/{name}"))
}

/// The compiler's program and arguments, in this folder.
fn compiled(compiler: &str, arguments: &[&str], folder: &Path) {
    let mut command = Command::new(compiler);
    let outcome = run_within(BUILD, command.args(arguments).current_dir(folder));
    assert_eq!(outcome.code, Some(0), "{outcome:#?}");
}

/// A terse technician's tool: titles of two characters, codes before their words, a certificate read in one
/// command, several results on one screen. It shows dates in the Western calendar alone, which the picture of
/// E-05-A does not: that is the one thing that the suite asks of it.
#[test]
fn a_terse_client_in_go_is_let_through() {
    let test = "a_terse_client_in_go_is_let_through";
    if !have("go", test) {
        return;
    }
    let folder = made_once("vendor-go", |_| Ok(())).unwrap();
    let program = folder.join("client").display().to_string();
    compiled("go", &["build", "-o", &program, "."], &vendor("go"));
    let found = found(&program, &[]);
    let western = BTreeSet::from(["assistance.era-birthdate".to_owned()]);
    assert_eq!(found, western);
}

/// A sober program in full-width letters: one button for the chosen method, messages while it works, all
/// results on one screen, which stays until the next card.
#[test]
fn a_full_width_client_in_java_is_let_through() {
    let test = "a_full_width_client_in_java_is_let_through";
    if !have("javac", test) || !have("java", test) {
        return;
    }
    let folder = made_once("vendor-java", |_| Ok(())).unwrap();
    let sources = fs::read_dir(vendor("java/src")).unwrap();
    let sources: Vec<String> = sources
        .map(|file| file.unwrap().path().display().to_string())
        .collect();
    let mut arguments = vec!["--release", "17", "-encoding", "UTF-8", "-d", "classes"];
    arguments.extend(sources.iter().map(String::as_str));
    compiled("javac", &arguments, &folder);
    let client = format!(
        "java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 --add-opens java.smartcardio/sun.security.smartcardio=ALL-UNNAMED \
         -Dfile.encoding=UTF-8 -cp '{}' Main",
        folder.join("classes").display()
    );
    // of a birth date without a day it shows the eight figures that were delivered: a mistake of its own
    assert_eq!(
        found(&client, SOME),
        ["assistance.era-birthdate".to_owned()].into()
    );
}

/// An office product for large hospitals: long formal labels, confirmations, a menu, several results as a
/// list, dashes for what was not delivered, which it does not read aloud.
#[test]
fn a_formal_client_in_c_sharp_is_let_through() {
    let test = "a_formal_client_in_c_sharp_is_let_through";
    if !have("mcs", test) || !have("mono", test) {
        return;
    }
    let folder = made_once("vendor-csharp", |_| Ok(())).unwrap();
    let program = folder.join("client.exe").display().to_string();
    let out = format!("-out:{program}");
    compiled(
        "mcs",
        &["-nowarn:0414,0649", &out, "*.cs"],
        &vendor("csharp"),
    );
    assert_eq!(found(&format!("mono '{program}'"), SOME), BTreeSet::new());
}

/// A tablet for a town's clinic: easy words with pictures, little on each screen, retries of its own.
#[test]
fn a_gentle_client_in_python_is_let_through() {
    let Some(python) = python_with_pyscard("a_gentle_client_in_python_is_let_through") else {
        return;
    };
    let client = vendor("python").join("client.py");
    let client = format!("{python} -B '{}'", client.display());
    assert_eq!(found(&client, &[]), BTreeSet::new());
}

/// A modern program: a splash with news before the login, friendly words of its own, results that stay until
/// 閉じる, 記号・番号 in one row, error numbers and a telephone number on its screens.
#[test]
fn a_friendly_client_in_typescript_is_let_through() {
    let test = "a_friendly_client_in_typescript_is_let_through";
    if !have("npm", test) || !have("node", test) {
        return;
    }
    let packages = ["koffi@3", "typescript@5", "@types/node@20"];
    let folder = match npm_install("vendor-typescript", &packages) {
        Ok(folder) => folder,
        Err(why) => return skip(test, &why),
    };
    let from = vendor("typescript");
    fs::create_dir_all(folder.join("src")).unwrap();
    fs::copy(from.join("tsconfig.json"), folder.join("tsconfig.json")).unwrap();
    for file in fs::read_dir(from.join("src")).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), folder.join("src").join(file.file_name())).unwrap();
    }
    let tsc = folder.join("node_modules/.bin/tsc").display().to_string();
    compiled(&tsc, &["-p", "."], &folder);
    let client = format!("node '{}'", folder.join("dist/main.js").display());
    // its calls of PC/SC hold up its only thread: a mistake of its own
    assert_eq!(
        found(&client, &[]),
        ["reader.survives-hang".to_owned()].into()
    );
}
