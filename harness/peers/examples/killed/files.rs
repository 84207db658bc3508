//! Commands that write files: `run`, `judge`, `merge`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use madoguchi_peers::{LIMIT, program, reference_client};

use crate::{Count, Dice};

/// What is written, by path.
type Files = BTreeMap<String, Vec<u8>>;

/// Cases of some kinds, which take about a second.
const CASES: [&str; 3] = ["happy/visual", "happy/pin", "pin/one-wrong"];

/// Reports that are the same bytes each time.
const REPORTS: [(&str, &str); 3] = [
    ("--json", "report.json"),
    ("--html", "report.html"),
    ("--junit", "junit.xml"),
];

/// The end of what is not yet the file that it will be; the next start takes it away.
const PART: &str = ".part";

pub(crate) fn run(dice: &mut Dice, moments: usize) -> Count {
    let tool = |folder: &Path| {
        let mut command = madoguchi(folder);
        command.arg("run").args(CASES);
        command.args([
            "--client",
            &reference_client(None),
            "--jobs",
            "2",
            "--out",
            "out",
        ]);
        command
    };
    // a verdict is the same each time; traces and reports have times in them
    let is_compared =
        |name: &str| name.ends_with("verdict.json") || name.ends_with("canonical.jsonl");
    strike(dice, moments, &|_| {}, &tool, &is_compared)
}

pub(crate) fn judge(dice: &mut Dice, moments: usize) -> Count {
    let first = tempfile::tempdir().unwrap();
    record(first.path(), &[]);
    let prepare = |folder: &Path| {
        let copied = Command::new("cp")
            .arg("-r")
            .arg(first.path().join("out"))
            .arg(folder)
            .status();
        assert!(copied.unwrap().success());
    };
    let tool = |folder: &Path| {
        let mut command = madoguchi(folder);
        command.args(["judge", "out", "--evidence", "evidence.zip"]);
        reports(&mut command);
        command
    };
    strike(dice, moments, &prepare, &tool, &|name| {
        !name.ends_with(PART)
    })
}

pub(crate) fn merge(dice: &mut Dice, moments: usize) -> Count {
    let parts = tempfile::tempdir().unwrap();
    for part in ["1/2", "2/2"] {
        let name = format!("{}.json", &part[..1]);
        record(
            parts.path(),
            &["--shard", part, "--verdicts-elsewhere", "--json", &name],
        );
    }
    let prepare = |folder: &Path| {
        for name in ["1.json", "2.json"] {
            fs::copy(parts.path().join(name), folder.join(name)).unwrap();
        }
    };
    let tool = |folder: &Path| {
        let mut command = madoguchi(folder);
        command.args(["merge", "1.json", "2.json"]);
        reports(&mut command);
        command
    };
    strike(dice, moments, &prepare, &tool, &|name| {
        !name.ends_with(PART)
    })
}

fn record(folder: &Path, more: &[&str]) {
    let mut command = madoguchi(folder);
    command.arg("run").args(CASES);
    command
        .args(["--client", &reference_client(None), "--out", "out"])
        .args(more);
    assert!(command.status().unwrap().success(), "{command:?}");
}

fn reports(command: &mut Command) {
    for (option, file) in REPORTS {
        command.args([option, file]);
    }
}

/// The command in a folder of its own, with temporary files below it.
fn madoguchi(folder: &Path) -> Command {
    let temporary = folder.join("tmp");
    fs::create_dir_all(&temporary).unwrap();
    let mut command = Command::new(program("madoguchi"));
    command
        .current_dir(folder)
        .env("LC_ALL", "C.UTF-8")
        .env("TMPDIR", temporary);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

/// Kills the command at one moment after another, and looks what is there: then, and after it was started
/// again and could end.
fn strike(
    dice: &mut Dice,
    moments: usize,
    prepare: &dyn Fn(&Path),
    tool: &dyn Fn(&Path) -> Command,
    is_compared: &dyn Fn(&str) -> bool,
) -> Count {
    // the second is as fast as those that follow
    let [_, (expected, whole)] = [(); 2].map(|()| undisturbed(prepare, tool));
    let mut count = Count::default();
    for moment in 0..moments {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        prepare(folder);
        let mut child = tool(folder).spawn().unwrap();
        thread::sleep(Duration::from_micros(dice.below(whole + whole / 8)));
        count.moments += 1;
        count.struck += usize::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();

        let now = files(folder);
        for (name, content) in now.iter().filter(|(name, _)| is_compared(name)) {
            if expected.get(name) != Some(content) {
                println!(
                    "moment {moment}: {name} is not whole ({} bytes)",
                    content.len()
                );
                count.half += 1;
            }
        }
        let again = tool(folder).status().unwrap();
        let then = files(folder);
        let same = |name: &&String| !is_compared(name) || then.get(*name) == expected.get(*name);
        let is_same = then.keys().eq(expected.keys()) && then.keys().all(|name| same(&name));
        let left: Vec<_> = fs::read_dir(folder.join("tmp"))
            .unwrap()
            .flatten()
            .collect();
        let clients = running(folder);
        if !again.success() || !is_same || !left.is_empty() || clients > 0 {
            println!(
                "moment {moment}: {again}, same: {is_same}, left: {left:?}, programs: {clients}"
            );
            count.unclean += 1;
        }
    }
    count
}

/// What is there in the end where nothing happens, and after how many microseconds.
fn undisturbed(prepare: &dyn Fn(&Path), tool: &dyn Fn(&Path) -> Command) -> (Files, u64) {
    let folder = tempfile::tempdir().unwrap();
    prepare(folder.path());
    let begun = Instant::now();
    assert!(tool(folder.path()).status().unwrap().success());
    let took = u64::try_from(begun.elapsed().as_micros()).unwrap();
    (files(folder.path()), took)
}

/// All files but temporary ones.
fn files(folder: &Path) -> Files {
    fn collect(root: &Path, folder: &Path, into: &mut Files) {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            let name = path
                .strip_prefix(root)
                .unwrap()
                .to_string_lossy()
                .into_owned();
            match path.is_dir() {
                true if name == "tmp" => {}
                true => collect(root, &path, into),
                false => drop(into.insert(name, fs::read(&path).unwrap())),
            }
        }
    }
    let mut all = Files::new();
    collect(folder, folder, &mut all);
    all
}

/// How many programs still have temporary files there, once they had the time to notice the tool's end.
fn running(folder: &Path) -> usize {
    let marks = folder.to_string_lossy().into_owned();
    let count = || {
        let all = fs::read_dir("/proc").unwrap().flatten();
        let environments = all.filter_map(|one| fs::read(one.path().join("environ")).ok());
        let has = |environment: &Vec<u8>| String::from_utf8_lossy(environment).contains(&marks);
        environments.filter(has).count()
    };
    let begun = Instant::now();
    while count() > 0 && begun.elapsed() < LIMIT / 10 {
        thread::sleep(Duration::from_millis(50));
    }
    count()
}
