//! What parallel cells gain, and what more of the same costs.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use madoguchi_peers::read;

use crate::stopwatch::{madoguchi, summary, time, time_and_memory};

const ROUNDS: usize = 7;

/// The whole catalogue, one scenario at a time and two at a time, in turns.
pub(crate) fn parallel() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (mut one, mut two) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        for (jobs, taken) in [("1", &mut one), ("2", &mut two)] {
            let (took, status) = time(&mut madoguchi(&["run", "--jobs", jobs], folder.path()));
            assert!(status.success(), "the reference client passes");
            taken.push(took);
        }
    }
    let ((one, _), (two, _)) = (summary(one), summary(two));
    println!("\n| the catalogue | median |\n|---|---|");
    println!("| one at a time | {one:.2?} |");
    println!(
        "| two at a time | {two:.2?}, × {:.2} |",
        one.as_secs_f64() / two.as_secs_f64()
    );
}

/// One scenario, a thousand times: where the system keeps temporary files, and in memory, so that it
/// can be seen what of the cost is the disk's.
pub(crate) fn scenarios() {
    let disk = tempfile::tempdir().expect("a temporary folder");
    println!("\n| scenarios | together | each | memory |\n|---|---|---|---|");
    for count in COUNTS {
        again_and_again(&count.to_string(), disk.path(), count);
    }
    let Ok(memory) = tempfile::tempdir_in("/dev/shm") else {
        return;
    };
    for count in COUNTS {
        again_and_again(&format!("{count} in memory"), memory.path(), count);
    }
}

const COUNTS: [u32; 4] = [1, 10, 100, 1_000];

fn again_and_again(name: &str, folder: &Path, count: u32) {
    let copies = copies(folder, count);
    let mut args = vec!["run", "--jobs", "2"];
    args.extend(copies.iter().filter_map(|path| path.to_str()));
    let mut command = madoguchi(&args, folder);
    let (took, kib) = time_and_memory(command.env("TMPDIR", folder));
    row(name, count, took, kib);
}

/// Fifty cells at a time, each with a client.
pub(crate) fn cells() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let copies = copies(folder.path(), CELLS);
    let jobs = CELLS.to_string();
    let mut args = vec!["run", "--jobs", &jobs];
    args.extend(copies.iter().filter_map(|path| path.to_str()));
    println!("\n| cells with clients at a time | together | each | memory of ours |");
    println!("|---|---|---|---|");
    let (took, kib) = time_and_memory(&mut madoguchi(&args, folder.path()));
    growth(CELLS, took, kib);
}

const CELLS: u32 = 50;

/// Scenarios of different names that do the same.
fn copies(folder: &Path, count: u32) -> Vec<PathBuf> {
    let write = |n| {
        let path = folder.join(format!("copy-{n}.yaml"));
        fs::write(&path, COPY.replace("NUMBER", &format!("{n}"))).expect("a temporary folder");
        path
    };
    (1..=count).map(write).collect()
}

const COPY: &str = "\
purpose: { ja: 写し NUMBER, en: Copy NUMBER }
requirements: [result.needs-answer]
given: { persona: shiken-taro }
when: [login, { choose-method: visual }, place-card, take-card, close]
then: []
";

/// Longer and longer traces, judged again.
pub(crate) fn events() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let run = ["run", "happy/pin"];
    let (_, status) = time(&mut madoguchi(&run, folder.path()));
    assert!(status.success(), "happy/pin is passed");
    let short = read(folder.path().join("happy/pin/trace.jsonl"));
    let page = folder.path().join("report.html").display().to_string();
    let json = folder.path().join("report.json").display().to_string();
    for (name, is_repeated) in [
        ("reading a certificate", is_reading as fn(&str) -> bool),
        ("whole checks by PIN", is_of_a_check),
    ] {
        println!("\n| events judged, {name} | together | each | memory |\n|---|---|---|---|");
        for count in [1_000, 10_000, 100_000, 1_000_000] {
            let long = folder.path().join("long.jsonl");
            fs::write(&long, lengthened(&short, count, is_repeated)).expect("a temporary folder");
            let path = long.display().to_string();
            let (took, kib) = time_and_memory(&mut madoguchi(&["judge", &path], folder.path()));
            growth(count, took, kib);
            let reports = ["judge", &path, "--html", &page, "--json", &json];
            let (took, kib) = time_and_memory(&mut madoguchi(&reports, folder.path()));
            row(&format!("{count} with --html and --json"), count, took, kib);
        }
    }
}

fn is_reading(event: &str) -> bool {
    event.contains("READ BINARY")
}

/// Whether an event may come again: everything but the beginning and the end of the client.
fn is_of_a_check(event: &str) -> bool {
    !["\"exit\"", "\"close\"", "ログイン画面"]
        .iter()
        .any(|once| event.contains(once))
}

/// The trace with so many events, some of them again and again before the first of their kind.
fn lengthened(trace: &str, count: u32, is_repeated: fn(&str) -> bool) -> String {
    let (header, events) = trace.split_once('\n').expect("a header and events");
    let events: Vec<&str> = events.lines().map(without_seq).collect();
    let read = |event: &&&str| is_repeated(event);
    let repeated: Vec<&str> = events.iter().filter(read).copied().collect();
    let more = (count as usize).saturating_sub(events.len());
    let first = events.iter().position(|event| read(&event));
    let first = first.expect("one is repeated");
    let all = events[..first]
        .iter()
        .chain(repeated.iter().cycle().take(more))
        .chain(&events[first..]);
    let mut long = format!("{header}\n");
    for (seq, event) in all.enumerate() {
        writeln!(long, "{{\"seq\":{},{event}", seq + 1).expect("a string takes everything");
    }
    long
}

/// An event's line behind its number.
fn without_seq(line: &str) -> &str {
    line.split_once(',').expect("it has a number").1
}

fn growth(count: u32, took: Duration, kib: u64) {
    row(&count.to_string(), count, took, kib);
}

fn row(name: &str, count: u32, took: Duration, kib: u64) {
    println!(
        "| {name} | {took:.2?} | {:.1?} | {} MiB |",
        took / count,
        kib / 1024
    );
}
