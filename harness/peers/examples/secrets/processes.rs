//! What the list of processes tells while a case runs: the arguments and the environment of every process
//! that the run has started, the tool first. Anyone on the machine can read the arguments.

use std::fmt::Write as _;
use std::path::Path;
use std::{fs, io};

use aho_corasick::AhoCorasick;

use crate::plan::{CLASSES, Planted};
use crate::stands_alone;

/// A variable of the tool's environment that is no secret, to tell that environments are truly read.
pub(crate) const MARK: (&str, &str) = ("SECRETS_SEARCHED", "this-environment-is-read");

/// Looks through all processes that descend from this one, and keeps in a file what was found: a line for each,
/// and a last one with how many were read. The caller is one of them and the tool waits for it, so both are there.
///
/// # Errors
///
/// Where a process is there and cannot be read, or neither the tool's arguments nor its environment hold
/// what they are known to hold.
pub(crate) fn search(ancestor: u32, planted: Option<&Planted>, kept: &Path) -> io::Result<()> {
    let mut wanted: Vec<(&str, &[u8])> = CLASSES
        .iter()
        .map(|class| (class.name, class.value.as_bytes()))
        .collect();
    wanted.extend(planted.map(|one| (CLASSES[one.class].name, &*one.octets)));
    let automaton = AhoCorasick::new(wanted.iter().map(|(_, octets)| octets));
    let automaton = automaton.map_err(io::Error::other)?;
    let mut found = String::new();
    let (mut read, mut known) = (0, [false; 2]);
    for process in descendants(ancestor)? {
        let mut is_there = true;
        for (i, what) in ["cmdline", "environ"].into_iter().enumerate() {
            let Some(text) = told(process, what)? else {
                is_there = false;
                continue;
            };
            let sign = [
                kept.parent().map(Path::to_string_lossy).unwrap_or_default(),
                MARK.1.into(),
            ];
            known[i] |= String::from_utf8_lossy(&text).contains(&*sign[i]);
            for hit in automaton.find_overlapping_iter(&text) {
                if stands_alone(&text, hit.range()) {
                    let class = wanted[hit.pattern().as_usize()].0;
                    let _ = writeln!(found, "{class} in {what} of {process}");
                }
            }
        }
        read += usize::from(is_there);
    }
    match known {
        [true, true] => fs::write(kept, format!("{found}{read}\n")),
        _ => Err(io::Error::other("the tool's own process was not read")),
    }
}

/// What was found, and how many processes were read; nothing where the search did not come to its end.
pub(crate) fn found(kept: &Path) -> Option<(Vec<String>, usize)> {
    let text = fs::read_to_string(kept).ok()?;
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let read = lines.pop()?.parse().ok()?;
    Some((lines, read))
}

/// A file of a process, if that is still there.
fn told(process: u32, what: &str) -> io::Result<Option<Vec<u8>>> {
    match fs::read(format!("/proc/{process}/{what}")) {
        Ok(text) => Ok(Some(text)),
        Err(_) if !fs::exists(format!("/proc/{process}"))? => Ok(None),
        // it has ended between the two
        Err(error) if error.raw_os_error() == Some(ESRCH) => Ok(None),
        Err(error) => Err(error),
    }
}

/// No such process.
const ESRCH: i32 = 3;

/// All processes that descend from this one.
fn descendants(ancestor: u32) -> io::Result<Vec<u32>> {
    let mut parents = Vec::new();
    for entry in fs::read_dir("/proc")? {
        let name = entry?.file_name();
        let Some(process) = name.to_str().and_then(|name| name.parse::<u32>().ok()) else {
            continue;
        };
        let Some(stat) = told(process, "stat")? else {
            continue;
        };
        // proc(5): the name stands in parentheses and may hold any; then state and parent
        let stat = String::from_utf8_lossy(&stat).into_owned();
        let after = stat.rsplit_once(')').map(|(_, after)| after);
        let parent = after.and_then(|after| after.split_whitespace().nth(1));
        if let Some(parent) = parent.and_then(|parent| parent.parse::<u32>().ok()) {
            parents.push((process, parent));
        }
    }
    let mut all = vec![ancestor];
    let mut next = 0;
    while let Some(of) = all.get(next).copied() {
        all.extend(
            parents
                .iter()
                .filter(|(_, parent)| *parent == of)
                .map(|(child, _)| child),
        );
        next += 1;
    }
    Ok(all.split_off(1))
}
