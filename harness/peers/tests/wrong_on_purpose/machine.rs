//! Machines that lack something: exit code 5 with what to do, or none where it can be done without.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use madoguchi_peers::{Outcome, have, madoguchi, program, reference_client, run, skip};

use crate::scene::Scene;

#[test]
fn an_output_folder_that_cannot_be_made_ends_in_5() {
    let scene = Scene::new();
    let file = scene.file("a-file", "");
    let mut command = scene.madoguchi(["run", "happy/visual", "--client", "true", "--out"]);
    let outcome = run(command.arg(Path::new(&file).join("out")));
    assert_eq!(outcome.code, Some(5), "{outcome:#?}");
    assert!(outcome.stderr.contains("a-file/out"), "{outcome:#?}");
    assert!(outcome.stderr.contains("--out"), "{outcome:#?}");
}

#[test]
fn a_report_that_cannot_be_written_ends_in_5() {
    let scene = Scene::new();
    for report in ["--json", "--junit"] {
        let outcome = run(scene
            .run_of(&reference_client(None))
            .args([report, "/no/such/folder/report"]));
        assert_eq!(outcome.code, Some(5), "{outcome:#?}");
        assert!(
            outcome.stderr.contains("/no/such/folder/report"),
            "{outcome:#?}"
        );
    }
}

#[test]
fn a_temporary_folder_that_is_not_there_ends_in_5() {
    let scene = Scene::new();
    let outcome = run(scene.run_of("true").env("TMPDIR", "/no/such/folder"));
    assert_eq!(outcome.code, Some(5), "{outcome:#?}");
    assert!(outcome.stderr.contains("TMPDIR"), "{outcome:#?}");
}

/// The path of a Unix socket may have 107 bytes.
#[test]
fn a_temporary_folder_with_a_name_of_200_characters_passes_or_ends_in_5() {
    let scene = Scene::new();
    let long = scene.path(&"x".repeat(200));
    fs::create_dir(&long).unwrap();
    let outcome = run(scene.run_of(&reference_client(None)).env("TMPDIR", &long));
    match outcome.code {
        Some(0) => {}
        Some(5) => assert!(outcome.stderr.contains("TMPDIR"), "{outcome:#?}"),
        _ => panic!("{outcome:#?}"),
    }
    scene.nothing_is_left();
}

#[test]
fn a_user_without_passwd_entry_can_run_it() {
    let test = "a_user_without_passwd_entry_can_run_it";
    if !have("setpriv", test) {
        return;
    }
    let scene = Scene::new();
    let open = fs::Permissions::from_mode(0o777);
    fs::set_permissions(scene.path(""), open).unwrap();
    let nobody = |program: &Path| {
        let mut command = Command::new("setpriv");
        command
            .args([
                "--reuid",
                "54321",
                "--regid",
                "54321",
                "--clear-groups",
                "--",
            ])
            .arg(program);
        command
    };
    // Other users may be unable to reach the programs, and this one to become another. The shell
    // asks, because what setpriv itself starts may still be reached with root's capabilities.
    let mut probe = nobody(Path::new("/bin/sh"));
    let probe = run(probe
        .args(["-c", r#""$0" --version"#])
        .arg(program("madoguchi")));
    if probe.code != Some(0) {
        return skip(
            test,
            &format!("user 54321 cannot start madoguchi: {}", probe.stderr.trim()),
        );
    }
    let mut command = nobody(&program("madoguchi"));
    command.args([
        "run",
        "happy/visual",
        "--client",
        &reference_client(None),
        "--out",
    ]);
    command
        .arg(scene.path("out"))
        .env_remove("HOME")
        .env("TMPDIR", scene.path(""))
        .current_dir("/");
    let outcome = run(&mut command);
    assert_eq!(outcome.code, Some(0), "{outcome:#?}");
}

/// Makes everything read-only but a new temporary folder, for this process and its children alone.
const READ_ONLY: &str = r#"
set -e
mount --make-rprivate /
mount -t tmpfs tmpfs "$1"
for mount in $(cut -d' ' -f2 /proc/self/mounts | sort -u); do
  case $mount in "$1"|/proc|/proc/*|/sys|/sys/*|/dev|/dev/*) continue ;; esac
  mount -o remount,bind,ro "$mount" 2>/dev/null || true
done
if (: > "$3") 2>/dev/null; then
  echo 'mounts stay writable' >&2; exit 99
fi
cd /
export TMPDIR="$1" HOME=/nonexistent
"$2" run happy/visual --client "$4" || exit
# The traces went where there was room.
cat "$1"/madoguchi-runs/*/happy/visual/verdict.json
"#;

#[test]
fn a_read_only_machine_with_a_temporary_folder_is_enough() {
    let test = "a_read_only_machine_with_a_temporary_folder_is_enough";
    if !have("unshare", test) || !have("mount", test) {
        return;
    }
    let scene = Scene::new();
    let room = scene.path("room");
    fs::create_dir(&room).unwrap();
    let mut command = Command::new("unshare");
    command.args(["--map-root-user", "--mount", "sh", "-c", READ_ONLY, "sh"]);
    command
        .arg(&room)
        .arg(program("madoguchi"))
        .arg(scene.path("probe"))
        .arg(reference_client(None));
    let outcome = run(command.env("LC_ALL", "C.UTF-8"));
    let refused = |why: &str| outcome.stderr.contains(why);
    if refused("unshare failed") || refused("mounts stay writable") || refused("mount:") {
        return skip(test, outcome.stderr.trim());
    }
    assert_eq!(outcome.code, Some(0), "{outcome:#?}");
    assert!(outcome.stderr.contains("temporary folder"), "{outcome:#?}");
    assert!(
        outcome.stdout.contains("result.needs-answer"),
        "{outcome:#?}"
    );
}

#[test]
fn madoguchi_itself_needs_no_libpcsclite() {
    let test = "madoguchi_itself_needs_no_libpcsclite";
    assert_eq!(madoguchi(["list"]).code, Some(0));
    if !have("readelf", test) {
        return;
    }
    let needed =
        |name: &str| run(Command::new("readelf").arg("--dynamic").arg(program(name))).stdout;
    assert!(
        needed("madoguchi").contains("libc.so"),
        "readelf shows nothing"
    );
    assert!(
        !needed("madoguchi").contains("pcsclite"),
        "{}",
        needed("madoguchi")
    );
    assert!(needed("madoguchi-reference-client").contains("libpcsclite.so.1"));
}

#[test]
fn a_client_that_lacks_libpcsclite_ends_in_4_with_the_loaders_words() {
    let scene = Scene::new();
    let client = scene.path("client");
    let mut bytes = fs::read(program("madoguchi-reference-client")).unwrap();
    assert_ne!(
        rename(&mut bytes, b"libpcsclite.so.1\0", b"libpcsclite.so.0\0"),
        0
    );
    fs::write(&client, bytes).unwrap();
    fs::set_permissions(&client, fs::Permissions::from_mode(0o755)).unwrap();
    let outcome: Outcome = run(&mut scene.run_of(client.to_str().unwrap()));
    assert_eq!(outcome.code, Some(4), "{outcome:#?}");
    assert!(outcome.stderr.contains("libpcsclite.so.0"), "{outcome:#?}");
}

/// Puts one name in the place of another of the same length; gives back how often.
fn rename(bytes: &mut [u8], from: &[u8], to: &[u8]) -> usize {
    let last = bytes.len() - from.len();
    let places: Vec<usize> = (0..=last)
        .filter(|at| bytes[*at..].starts_with(from))
        .collect();
    for at in &places {
        bytes[*at..*at + to.len()].copy_from_slice(to);
    }
    places.len()
}
