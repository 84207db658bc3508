//! Everything that the doctor knows can be brought about, and is found before any client is judged.
//! What needs another machine is tested beside the check itself: D-03, D-06, D-15, D-19.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use madoguchi_peers::{Outcome, have, program, reference_client, run, skip};

/// A folder of one's own, and what is set for the doctor.
struct Scene {
    folder: tempfile::TempDir,
}

impl Scene {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A file, and its path as an argument.
    fn file(&self, name: &str, content: impl AsRef<[u8]>, mode: u32) -> String {
        let path = self.path(name);
        fs::write(&path, content).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// The doctor in an environment in which nothing is wrong.
    fn doctor(&self) -> Command {
        well(Command::new(program("madoguchi")), self.folder.path())
    }

    /// The doctor, looking at a client that is this shell script.
    fn looks_at(&self, script: &str) -> Command {
        let client = self.file("client.sh", script, 0o644);
        self.looks_at_command(&format!("sh '{client}'"))
    }

    fn looks_at_command(&self, command: &str) -> Command {
        let mut doctor = self.doctor();
        doctor.args(["--client", command]);
        doctor
    }
}

/// `madoguchi doctor` with nothing of the environment that could be wrong.
fn well(mut command: Command, folder: &Path) -> Command {
    command.args(["--lang", "en", "doctor"]);
    command.current_dir(folder);
    command.env_clear();
    command.env("PATH", std::env::var_os("PATH").unwrap());
    command.env("LC_ALL", "C.UTF-8").env("HOME", folder);
    command
}

fn codes(outcome: &Outcome) -> Vec<&str> {
    let lines = outcome.stdout.lines();
    let findings = lines.filter(|line| line.starts_with("  ✘ "));
    findings
        .filter_map(|line| line.rsplit("  ").next())
        .collect()
}

fn finds(code: &str, doctor: &mut Command) {
    let outcome = run(doctor);
    assert_eq!(codes(&outcome), [code], "{outcome:#?}");
    assert_eq!(outcome.code, Some(5), "{outcome:#?}");
    assert!(outcome.stdout.contains("help: "), "{outcome:#?}");
}

#[test]
fn a_machine_in_order_and_a_client_that_says_hello_are_well() {
    let scene = Scene::new();
    let outcome = run(scene
        .looks_at_command(&reference_client(None))
        .args(["--out", "out/of/today"]));
    assert_eq!(codes(&outcome), [""; 0], "{outcome:#?}");
    outcome.expect_success();
    let left = |folder: &str| scene.path(folder).exists();
    assert!(
        !left("out") && !left("madoguchi-runs"),
        "the doctor leaves nothing"
    );
}

#[test]
fn variables_that_spoil_a_run_are_found() {
    for (name, value, code) in [
        ("TMPDIR", "/nowhere", "D-01"),
        ("PCSCLITE_CSOCK_NAME", "/nowhere/pcscd.comm", "D-04"),
        ("LC_ALL", "ja_JP.SJIS", "D-07"),
        ("TZ", "Japan/Kyoto", "D-08"),
        ("https_proxy", "http://127.0.0.1:3128", "D-09"),
        ("SSL_CERT_FILE", "/nowhere/roots.pem", "D-10"),
        ("SSLKEYLOGFILE", "/dev/null", "D-11"),
        ("PCSCLITE_NO_BLOCKING", "1", "D-12"),
        ("LD_PRELOAD", "/nowhere/spy.so", "D-13"),
        ("MADOGUCHI_CONTROL", "/nowhere/control", "D-14"),
        ("HOME", "/proc/self/nothing", "D-20"),
        ("PCSCLITE_CSOCK_NAME", &"/long".repeat(30), "D-24"),
        ("PCSCLITE_CSOCK_NAME", "/run/pcscd/pcscd.comm", "D-25"),
    ] {
        let scene = Scene::new();
        finds(code, scene.doctor().env(name, value));
    }
}

#[test]
fn limits_of_the_process_are_found() {
    for (limit, code) in [("-n 100", "D-16"), ("-f 100", "D-17")] {
        let scene = Scene::new();
        let doctor = program("madoguchi").display().to_string();
        let script = format!("ulimit {limit}; exec \"$0\" \"$@\"");
        let mut shell = Command::new("sh");
        shell.args(["-c", &script, &doctor]);
        finds(code, &mut well(shell, scene.folder.path()));
    }
}

#[test]
fn a_machine_without_loopback_is_found() {
    let test = "a_machine_without_loopback_is_found";
    let alone = || {
        let mut unshare = Command::new("unshare");
        unshare.arg("--net");
        unshare
    };
    if !have("unshare", test) || run(alone().arg("true")).code != Some(0) {
        return skip(test, "no namespaces can be had here (unshare needs root)");
    }
    let scene = Scene::new();
    let mut doctor = alone();
    doctor.arg(program("madoguchi"));
    finds("D-02", &mut well(doctor, scene.folder.path()));
}

#[test]
fn folders_and_keys_that_cannot_be_used_are_found() {
    let scene = Scene::new();
    let file = scene.file("a-file", "", 0o644);
    finds("D-18", scene.doctor().args(["--out", &file]));

    let kept = scene.path(".local/share/madoguchi");
    fs::create_dir_all(&kept).unwrap();
    let root = kept.join("tls-root.pem");
    fs::write(&root, "no certificate").unwrap();
    finds("D-21", &mut scene.doctor());
    fs::remove_file(&root).unwrap();
    let exported = run(Command::new(program("madoguchi"))
        .args(["ca", "export", "--out"])
        .arg(scene.path("root.pem"))
        .env("HOME", scene.folder.path())
        .env_remove("XDG_DATA_HOME"));
    exported.expect_success();
    fs::set_permissions(&root, fs::Permissions::from_mode(0o644)).unwrap();
    finds("D-22", &mut scene.doctor());

    let libraries = scene.path("libraries");
    fs::create_dir(&libraries).unwrap();
    fs::write(libraries.join("libpcsclite.so.1"), "no library").unwrap();
    let scene = Scene::new();
    finds("D-23", scene.doctor().env("LD_LIBRARY_PATH", &libraries));
}

#[test]
fn a_service_of_another_version_is_found() {
    let scene = Scene::new();
    let socket = scene.path("pcscd.comm");
    let service = UnixListener::bind(&socket).unwrap();
    let served = thread::spawn(move || {
        let (mut client, _) = service.accept().unwrap();
        client.read_exact(&mut [0; 20]).unwrap();
        let reply: Vec<u8> = [9_u32, 9, 0]
            .into_iter()
            .flat_map(u32::to_ne_bytes)
            .collect();
        client.write_all(&reply).unwrap();
    });
    finds("D-05", scene.doctor().env("PCSCLITE_CSOCK_NAME", &socket));
    served.join().unwrap();
}

#[test]
fn what_the_run_is_given_is_looked_at() {
    let scene = Scene::new();
    finds("D-26", scene.doctor().args(["--profile", "mock-1999.12"]));
    finds("D-27", scene.doctor().args(["--profile", "oqs-xml-8.07"]));
    let broken = scene.file("broken.yaml", "- requirement: card.nothing\n", 0o644);
    finds("D-28", scene.doctor().args(["--known-failures", &broken]));
    let expired =
        "- requirement: card.released\n  because: mended next week\n  until: 2025-01-31\n";
    let expired = scene.file("expired.yaml", expired, 0o644);
    finds("D-29", scene.doctor().args(["--known-failures", &expired]));
}

#[test]
fn a_program_that_cannot_be_started_is_found() {
    let scene = Scene::new();
    let mut elf = vec![0; 64];
    elf[..6].copy_from_slice(b"\x7FELF\x02\x01");
    // S/390, which is not tested on.
    elf[18] = 22;
    let programs = BTreeMap::from([
        ("D-31", "app 'never closed".to_owned()),
        ("D-32", "/no/such/app --at all".to_owned()),
        ("D-33", scene.file("no-permission", "#!/bin/sh\n", 0o644)),
        ("D-35", scene.file("elsewhere", elf, 0o755)),
    ]);
    for (code, command) in programs {
        finds(code, &mut scene.looks_at_command(&command));
    }
    for text in ["#!/nowhere/python3\n", "#!/bin/sh\r\nexit\r\n"] {
        let script = scene.file("script", text, 0o755);
        finds("D-34", &mut scene.looks_at_command(&script));
    }
}

#[test]
fn a_program_whose_library_is_missing_is_found() {
    let test = "a_program_whose_library_is_missing_is_found";
    if !have("cc", test) {
        return;
    }
    let scene = Scene::new();
    let library = scene.file("gone.c", "int gone(void) { return 0; }\n", 0o644);
    let main = "int gone(void);\nint main(void) { return gone(); }\n";
    let main = scene.file("main.c", main, 0o644);
    let built = |arguments: &[&str]| {
        let mut compiler = Command::new("cc");
        run(compiler.args(arguments).current_dir(&scene.folder)).expect_success();
    };
    built(&["-shared", "-fPIC", "-o", "libgone.so", &library]);
    built(&["-o", "app", &main, "-L.", "-lgone"]);
    fs::remove_file(scene.path("libgone.so")).unwrap();
    let app = scene.path("app").display().to_string();
    finds("D-36", &mut scene.looks_at_command(&app));
}

#[test]
fn a_client_whose_first_words_are_wrong_is_found() {
    let hello = |contract: u32| {
        format!(r#"echo '{{"hello":{{"contract":{contract},"name":"x","version":"1"}}}}'"#)
    };
    for (script, code) in [
        ("echo 'no licence' >&2; exit 3".to_owned(), "D-37"),
        ("exec sleep 97531".to_owned(), "D-38"),
        (format!("echo 'Starting …'; {}", hello(1)), "D-39"),
        (format!("{}; cat > /dev/null", hello(7)), "D-40"),
        // As a runtime does that keeps its output until the end.
        (format!("cat > /dev/null; {}", hello(1)), "D-41"),
        ("exit 89".to_owned(), "D-42"),
    ] {
        let scene = Scene::new();
        finds(code, &mut scene.looks_at(&script));
    }
}

#[test]
fn a_machine_on_which_even_a_good_client_fails_is_found() {
    let scene = Scene::new();
    let alone = scene.path("madoguchi");
    // The reference client inside passes; one that lies beside the program goes first, and is none.
    if fs::hard_link(program("madoguchi"), &alone).is_err() {
        fs::copy(program("madoguchi"), &alone).unwrap();
    }
    let doctor = || well(Command::new(&alone), scene.folder.path());
    let outcome = run(&mut doctor());
    assert_eq!(codes(&outcome), [""; 0], "{outcome:#?}");
    assert!(!outcome.stdout.contains("D-43"), "{outcome:#?}");
    outcome.expect_success();
    scene.file("madoguchi-reference-client", "#!/bin/sh\nexit 1\n", 0o755);
    finds("D-44", &mut doctor());
}
