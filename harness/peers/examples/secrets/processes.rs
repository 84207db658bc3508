//! What the list of processes tells while a case runs: the arguments and the environment of every process
//! that the run has started, the tool first. Anyone on the machine can read the arguments.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::{fs, io};

use aho_corasick::AhoCorasick;

use crate::plan::{CLASSES, Planted};
use crate::stands_alone;

/// A variable of the tool's environment that is no secret, to tell that environments are truly read.
pub(crate) const MARK: (&str, &str) = ("SECRETS_SEARCHED", "this-environment-is-read");

/// Looks through all processes that descend from this one, and keeps in a file what was found: a line for each.
/// The caller is one of them and the tool waits for it, so both are there.
///
/// # Errors
///
/// Where a process is there and cannot be read, or the arguments or the environment of the tool itself, the
/// ancestor's own child, do not hold what they are known to hold.
pub(crate) fn search(ancestor: u32, planted: Option<&Planted>, kept: &Path) -> io::Result<()> {
    let mut wanted: Vec<(&str, &[u8])> = CLASSES
        .iter()
        .map(|class| (class.name, class.value.as_bytes()))
        .collect();
    wanted.extend(planted.map(|one| (CLASSES[one.class].name, &*one.octets)));
    let automaton = AhoCorasick::new(wanted.iter().map(|(_, octets)| octets));
    let automaton = automaton.map_err(io::Error::other)?;
    let mut found = String::new();
    let mut known = [false; 2];
    for (process, parent) in descendants(ancestor)? {
        for (i, what) in ["cmdline", "environ"].into_iter().enumerate() {
            let Some(text) = told(process, what)? else {
                continue;
            };
            let sign = [
                kept.parent().map(Path::to_string_lossy).unwrap_or_default(),
                MARK.1.into(),
            ];
            known[i] |= parent == ancestor && String::from_utf8_lossy(&text).contains(&*sign[i]);
            for hit in automaton.find_overlapping_iter(&text) {
                if stands_alone(&text, hit.range()) {
                    let class = wanted[hit.pattern().as_usize()].0;
                    let _ = writeln!(found, "{class} in {what} of {process}");
                }
            }
        }
    }
    match known {
        [true, true] => fs::write(kept, found),
        _ => Err(io::Error::other("the tool's own process was not read")),
    }
}

/// What was found; nothing where the search did not come to its end.
pub(crate) fn found(kept: &Path) -> Option<Vec<String>> {
    let text = fs::read_to_string(kept).ok()?;
    Some(text.lines().map(str::to_owned).collect())
}

/// Starts a program with this secret in its arguments or in its environment, and searches while it is there.
///
/// # Errors
///
/// Where it cannot be started, or the search fails.
pub(crate) fn search_beside(control: Control, ancestor: u32, kept: &Path) -> io::Result<()> {
    let mut command = Command::new("cat");
    match control {
        // it reads its standard input first, and never gets as far as the file
        Control::Argument => command.args(["-", control.secret()]),
        Control::Environment => command.arg("-").env("ANY", control.secret()),
    };
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let searched = search(ancestor, None, kept);
    child.kill()?;
    child.wait()?;
    searched
}

/// Where a secret stands that has to be found, or the search is good for nothing.
#[derive(Clone, Copy)]
pub(crate) enum Control {
    Argument,
    Environment,
}

impl Control {
    pub(crate) const ALL: [Self; 2] = [Self::Argument, Self::Environment];

    /// A short one, and a long one.
    fn secret(self) -> &'static str {
        match self {
            Self::Argument => CLASSES[0].value,
            Self::Environment => CLASSES[1].value,
        }
    }

    /// Whether this is what was found, and nothing else.
    pub(crate) fn is_in(self, found: &[String]) -> bool {
        let begin = match self {
            Self::Argument => format!("{} in cmdline of ", CLASSES[0].name),
            Self::Environment => format!("{} in environ of ", CLASSES[1].name),
        };
        matches!(found, [one] if one.starts_with(&begin))
    }
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

/// All processes that descend from this one, each with its parent.
fn descendants(ancestor: u32) -> io::Result<Vec<(u32, u32)>> {
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
    let of = |ancestor| {
        let children = parents
            .iter()
            .filter(move |(_, parent)| *parent == ancestor);
        children.copied()
    };
    let mut all: Vec<(u32, u32)> = of(ancestor).collect();
    let mut next = 0;
    while let Some((process, _)) = all.get(next).copied() {
        all.extend(of(process));
        next += 1;
    }
    Ok(all)
}
