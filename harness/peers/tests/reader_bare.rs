//! The bare card on a TCP port, read by programs that bring a reader of their own: a page of
//! Python, TypeScript, C# and Kotlin, run where the tools are.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use madoguchi_card::{Card, Profile};
use madoguchi_fixtures::healthy;
use madoguchi_peers::{
    Outcome, RealTime, have, npm_install, read, run, run_within, skip, source, workshop,
};
use madoguchi_reader::vpcd::Vpicc;

/// How long a registry or a compiler may take.
const INSTALLATION: Duration = Duration::from_secs(300);

#[test]
fn a_page_of_python_reads_the_bare_card() {
    let test = "a_page_of_python_reads_the_bare_card";
    if have("python3", test) {
        reads(test, Command::new("python3").arg(client("bare.py")));
    }
}

#[test]
fn a_page_of_typescript_reads_the_bare_card() {
    let test = "a_page_of_typescript_reads_the_bare_card";
    if !have("node", test) {
        return;
    }
    let typed = run(Command::new("node").args(["-p", "process.features.typescript"]));
    let script = if typed.stdout.trim() == "strip" {
        client("bare.ts")
    } else {
        match compiled(test) {
            Some(script) => script,
            None => return,
        }
    };
    reads(test, Command::new("node").arg(script));
}

#[test]
fn a_page_of_c_sharp_reads_the_bare_card() {
    let test = "a_page_of_c_sharp_reads_the_bare_card";
    if installed("mcs") && installed("mono") {
        let program = workshop("bare-mono").join("Bare.exe");
        let mut compiler = Command::new("mcs");
        compiler
            .arg(format!("-out:{}", program.display()))
            .arg(client("Bare.cs"));
        let built = run(&mut compiler);
        assert_eq!(built.code, Some(0), "{built:#?}");
        reads(test, Command::new("mono").arg(program));
    } else if !installed("dotnet") {
        return skip(
            test,
            "neither mono (mono-mcs, mono-runtime) nor dotnet is installed",
        );
    }
    if !installed("dotnet") {
        return;
    }
    let folder = workshop("bare-dotnet");
    let version = run(Command::new("dotnet").arg("--version")).stdout;
    let major = version.split('.').next().unwrap();
    let project = format!(
        "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><OutputType>Exe</OutputType>\
         <TargetFramework>net{major}.0</TargetFramework></PropertyGroup></Project>"
    );
    fs::write(folder.join("bare.csproj"), project).unwrap();
    fs::copy(client("Bare.cs"), folder.join("Bare.cs")).unwrap();
    let mut build = Command::new("dotnet");
    build
        .args(["build", "--output", "out"])
        .current_dir(&folder);
    let built = run_within(INSTALLATION, &mut build);
    assert_eq!(built.code, Some(0), "{built:#?}");
    reads(
        test,
        Command::new("dotnet").arg(folder.join("out/bare.dll")),
    );
}

#[test]
fn a_page_of_kotlin_reads_the_bare_card() {
    let test = "a_page_of_kotlin_reads_the_bare_card";
    if !have("java", test) {
        return;
    }
    let Some(mut compiler) = kotlin(test) else {
        return;
    };
    let jar = workshop("bare-kotlin").join("bare.jar");
    compiler
        .arg(client("Bare.kt"))
        .args(["-include-runtime", "-d"])
        .arg(&jar);
    let built = run_within(INSTALLATION, &mut compiler);
    assert_eq!(built.code, Some(0), "{built:#?}");
    reads(test, Command::new("java").arg("-jar").arg(jar));
}

#[test]
fn each_page_is_one_page() {
    for name in ["bare.py", "bare.ts", "Bare.cs", "Bare.kt"] {
        let lines = read(client(name)).lines().count();
        assert!(lines < 80, "{name} has {lines} lines");
    }
}

/// Runs a client against a card on a port, and has OpenSSL look at what it read.
fn reads(test: &str, command: &mut Command) {
    let vpicc = Vpicc::listen(0, Arc::new(RealTime::new())).unwrap();
    let card = Card::new(&healthy(), Profile::contactless(), Box::new(|_| {})).unwrap();
    vpicc.insert(Box::new(card)).unwrap();
    let outcome = run(command.arg(vpicc.address().port().to_string()));
    assert_eq!(outcome.code, Some(0), "{outcome:#?}");
    assert!(outcome.stderr.contains("ATR 3B88"), "{outcome:#?}");
    if have("openssl", test) {
        let issuer = issuer(&outcome);
        assert!(
            issuer.contains("MADOGUCHI TEST ONLY"),
            "{issuer} {outcome:#?}"
        );
    }
}

fn issuer(read: &Outcome) -> String {
    let folder = tempfile::tempdir().unwrap();
    let pem = folder.path().join("certificate.pem");
    fs::write(&pem, &read.stdout).unwrap();
    let mut openssl = Command::new("openssl");
    let outcome = run(openssl.args(["x509", "-noout", "-issuer", "-in"]).arg(&pem));
    assert_eq!(outcome.code, Some(0), "{outcome:#?} {read:#?}");
    outcome.stdout
}

/// The TypeScript client as JavaScript, checked by the compiler, which is kept between runs.
fn compiled(test: &str) -> Option<PathBuf> {
    let folder = npm_installed("bare-typescript", &["typescript@5", "@types/node@22"], test)?;
    let tsc = folder.join("node_modules/.bin/tsc");
    fs::copy(client("bare.ts"), folder.join("bare.ts")).unwrap();
    let mut compiler = Command::new(tsc);
    compiler
        .args(["--strict", "--target", "es2022", "--module", "nodenext"])
        .args(["--types", "node", "--outDir", "out", "bare.ts"])
        .current_dir(&folder);
    let built = run_within(INSTALLATION, &mut compiler);
    assert_eq!(built.code, Some(0), "{built:#?}");
    Some(folder.join("out/bare.js"))
}

/// A Kotlin compiler for Java's machine: the one that is installed, or npm's.
fn kotlin(test: &str) -> Option<Command> {
    if installed("kotlinc") {
        return Some(Command::new("kotlinc"));
    }
    let folder = npm_installed("bare-kotlin", &["kotlin-compiler@2"], test)?;
    let home = folder.join("node_modules/kotlin-compiler");
    let mut compiler = Command::new("java");
    compiler
        .arg("-Xmx700m")
        .arg("-cp")
        .arg(home.join("lib/kotlin-compiler.jar"))
        .arg("org.jetbrains.kotlin.cli.jvm.K2JVMCompiler")
        .arg("-kotlin-home")
        .arg(home);
    Some(compiler)
}

/// Whether a program is there, without a word where it is not: another will do.
fn installed(program: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| {
        std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
    })
}

/// A folder with these packages, kept between runs.
fn npm_installed(name: &str, packages: &[&str], test: &str) -> Option<PathBuf> {
    if !have("npm", test) {
        return None;
    }
    npm_install(name, packages)
        .map_err(|why| skip(test, &why))
        .ok()
}

fn client(name: &str) -> PathBuf {
    source(
        &Path::new("../clients/bare")
            .join(name)
            .display()
            .to_string(),
    )
}
