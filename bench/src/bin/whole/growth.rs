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

/// One scenario, a thousand times.
pub(crate) fn scenarios() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    println!("\n| scenarios | together | each | memory |\n|---|---|---|---|");
    for count in [1, 10, 100, 1_000] {
        let copies = copies(folder.path(), count);
        let mut args = vec!["run", "--jobs", "2"];
        args.extend(copies.iter().filter_map(|path| path.to_str()));
        let (took, kib) = time_and_memory(&mut madoguchi(&args, folder.path()));
        growth(count, took, kib);
    }
}

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
    println!("\n| events judged | together | each | memory |\n|---|---|---|---|");
    for count in [1_000, 10_000, 100_000, 1_000_000] {
        let long = folder.path().join(format!("{count}.jsonl"));
        fs::write(&long, lengthened(&short, count)).expect("a temporary folder");
        let path = long.display().to_string();
        let (took, kib) = time_and_memory(&mut madoguchi(&["judge", &path], folder.path()));
        growth(count, took, kib);
    }
}

/// The trace with so many events: what the client reads from the certificate, again and again.
fn lengthened(trace: &str, count: u32) -> String {
    let (header, events) = trace.split_once('\n').expect("a header and events");
    let events: Vec<&str> = events.lines().map(without_seq).collect();
    let read = |event: &&&str| event.contains("READ BINARY");
    let repeated: Vec<&str> = events.iter().filter(read).copied().collect();
    let more = (count as usize).saturating_sub(events.len());
    let first = events.iter().position(|event| read(&event));
    let first = first.expect("a certificate is read");
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
    println!(
        "| {count} | {took:.2?} | {:.1?} | {} MiB |",
        took / count,
        kib / 1024
    );
}
