//! Commands that look at an open counter or at the machine: `card`, `doctor`, `profile`, `schema`.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use madoguchi_peers::{Counter, Outcome, madoguchi, program, read, run, source};

fn at(counter: &Counter, args: &[&str]) -> Outcome {
    run(counter
        .client(&program("madoguchi").display().to_string())
        .args(args))
}

#[test]
fn a_card_is_saved_changed_and_loaded() {
    let counter = Counter::open(&[]);
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).display().to_string();
    let (before, changed, after) = (file("before"), file("changed"), file("after"));

    assert_eq!(at(&counter, &["card", "save", &before]).code, Some(0));
    let mode = fs::metadata(&before).unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0, "the file holds keys");
    let one_left = read(&before).replace("jpki 0018 reference 3/3", "jpki 0018 reference 1/3");
    fs::write(&changed, one_left).unwrap();

    assert_eq!(at(&counter, &["card", "load", &changed]).code, Some(0));
    assert_eq!(at(&counter, &["card", "save", &after]).code, Some(0));
    assert_eq!(madoguchi(["card", "diff", &changed, &after]).code, Some(0));
    let told = madoguchi(["card", "diff", &before, &after]);
    assert_eq!(told.code, Some(1), "{told:?}");
    assert!(told.stdout.contains("jpki      0018"), "{told:?}");
    assert!(told.stdout.contains("1 attempt left"), "{told:?}");
    let _ = counter.close();
}

#[test]
fn a_file_that_is_no_card_is_refused_with_its_line() {
    let told = madoguchi(["card", "show", "/etc/hostname"]);
    assert_eq!(told.code, Some(2), "{told:?}");
    assert!(told.stderr.contains("line 1"), "{told:?}");
}

#[test]
fn showing_a_card_shows_none_of_its_content() {
    let told = madoguchi(["card", "show", "shiken-taro"]);
    assert_eq!(told.code, Some(0), "{told:?}");
    assert!(told.stdout.contains("jpki      0018"), "{told:?}");
    // The authentication PIN, in text and in hexadecimal.
    assert!(
        !told.stdout.contains("1234") && !told.stdout.contains("31323334"),
        "{told:?}"
    );
}

#[test]
fn the_doctor_tells_a_dead_socket_from_an_open_counter() {
    let counter = Counter::open(&[]);
    let well = at(&counter, &["doctor"]);
    assert!(!well.stdout.contains("D-04"), "{well:?}");
    assert!(!well.stdout.contains("D-05"), "{well:?}");
    let _ = counter.close();
    let ill = run(std::process::Command::new(program("madoguchi"))
        .arg("doctor")
        .env("PCSCLITE_CSOCK_NAME", "/nowhere/pcscd.comm"));
    assert_eq!(ill.code, Some(5), "{ill:?}");
    assert!(ill.stdout.contains("D-04"), "{ill:?}");
}

#[test]
fn a_profile_of_ones_own_is_checked_by_line_and_spoken() {
    let folder = tempfile::tempdir().unwrap();
    let builtin = read(source(
        "../../emulator/service/wire/profiles/mock-2025.05.yaml",
    ));
    let own = folder.path().join("own.yaml");
    fs::write(&own, &builtin).unwrap();
    let own = own.display().to_string();
    assert_eq!(madoguchi(["profile", "check", &own]).code, Some(0));
    let client = madoguchi_peers::reference_client(None);
    let out = folder.path().join("out").display().to_string();
    let ran = madoguchi([
        "run",
        "happy/visual",
        "--profile",
        &own,
        "--client",
        &client,
        "--out",
        &out,
    ]);
    assert_eq!(ran.code, Some(0), "{ran:?}");

    fs::write(&own, builtin.replacen("method:", "methd:", 1)).unwrap();
    let told = madoguchi(["profile", "check", &own]);
    assert_eq!(told.code, Some(3), "{told:?}");
    assert!(told.stderr.contains("did you mean method?"), "{told:?}");
}

#[test]
fn the_schema_is_json() {
    let told = madoguchi(["schema"]);
    let schema: serde_json::Value = serde_json::from_str(&told.stdout).unwrap();
    assert_eq!(schema["title"], "madoguchi scenario");
}

#[test]
fn a_port_in_use_is_named_and_ends_in_5() {
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let out = tempfile::tempdir().unwrap();
    let out = out.path().display().to_string();
    let told = madoguchi(["serve", "--tcp", &port, "--out", &out]);
    assert_eq!(told.code, Some(5), "{told:?}");
    assert!(told.stderr.contains(&port), "{told:?}");
    assert!(told.stderr.contains("name another port"), "{told:?}");
}
