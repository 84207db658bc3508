//! A draft as a file, with the lines of it that could be otherwise: what is tried where a case is
//! replayed. Who has changed a line by hand, or taken its remark away, has decided it.

use crate::draft::Mark;
use crate::otherwise::{self, Instead};
use crate::remark;

/// How many lines are changed together at most.
const TOGETHER: usize = 2;

/// How many alternatives are named at most: more than anybody has time for.
const MOST: usize = 10_000;

/// The text of a scenario, and what could be otherwise in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drafted {
    lines: Vec<String>,
    open: Vec<Open>,
}

/// A line that could be otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Open {
    /// From 0.
    at: usize,
    is_filled_in: bool,
    instead: Vec<(String, Instead)>,
}

/// One thing that is otherwise than in the draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    open: usize,
    instead: usize,
}

impl Drafted {
    /// Reads the remarks of a scenario; without any nothing could be otherwise.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let open = lines.iter().enumerate().filter_map(|(at, line)| {
            let (_, body, remark) = parts(line)?;
            let mark = remark::read(remark)?;
            let instead = otherwise::of(body, &mark);
            (!instead.is_empty()).then(|| Open {
                at,
                is_filled_in: mark == Mark::FilledIn,
                instead,
            })
        });
        let mut open: Vec<Open> = open.collect();
        // what has equal evidence comes before what has none
        open.sort_by_key(|open| open.is_filled_in);
        Self { lines, open }
    }

    /// Whether anything could be otherwise.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        !self.open.is_empty()
    }

    /// Whether there is no text.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The draft as it is, then everything with one change, then with two: of lines that have equal
    /// evidence first.
    #[must_use]
    pub fn alternatives(&self) -> Vec<Vec<Change>> {
        let mut all = vec![Vec::new()];
        let mut last = all.clone();
        for _ in 0..TOGETHER {
            let more = last.iter().flat_map(|some| self.with_one_more(some));
            last = more.take(MOST - all.len()).collect();
            all.extend_from_slice(&last);
        }
        all
    }

    fn with_one_more(&self, some: &[Change]) -> Vec<Vec<Change>> {
        let next = some.last().map_or(0, |last| last.open + 1);
        let open = self.open.iter().enumerate().skip(next);
        let changes = open.flat_map(|(open, line)| {
            let writable = line.instead.iter().enumerate();
            let writable = writable.filter(|(_, (_, to))| *to != Instead::Unwritable);
            writable.map(move |(instead, _)| Change { open, instead })
        });
        changes.map(|change| [some, &[change]].concat()).collect()
    }

    /// What could be otherwise, though no scenario can say so: line, from 1, and words.
    pub fn unwritable(&self) -> impl Iterator<Item = (usize, &str)> {
        self.open.iter().flat_map(|open| {
            let cannot = open.instead.iter();
            let cannot = cannot.filter(|(_, to)| *to == Instead::Unwritable);
            cannot.map(|(words, _)| (open.at + 1, words.as_str()))
        })
    }

    /// A change in words: its line, from 1, and what stands there instead.
    #[must_use]
    pub fn told(&self, change: Change) -> (usize, &str) {
        let open = &self.open[change.open];
        (open.at + 1, &open.instead[change.instead].0)
    }

    /// The scenario with these changes. A remark names the candidate first that its line has.
    #[must_use]
    pub fn text(&self, changes: &[Change]) -> String {
        let mut lines: Vec<Option<String>> = self.lines.iter().cloned().map(Some).collect();
        for change in changes {
            let open = &self.open[change.open];
            let (words, instead) = &open.instead[change.instead];
            let Some((indent, _, remark)) = parts(&self.lines[open.at]) else {
                continue;
            };
            lines[open.at] = match instead {
                Instead::Line(body) => {
                    let remark = first_named(remark, words);
                    Some(format!("{indent}{body} # {remark}"))
                }
                Instead::Nothing | Instead::Unwritable => None,
            };
        }
        lines
            .into_iter()
            .flatten()
            .map(|line| line + "\n")
            .collect()
    }
}

/// Indentation with the dash of a list, what is written, and its remark.
fn parts(line: &str) -> Option<(&str, &str, &str)> {
    let (written, remark) = line.rsplit_once(" # ")?;
    let body = written.trim_start();
    let body = body.strip_prefix("- ").unwrap_or(body);
    let indent = &written[..written.len() - body.len()];
    Some((indent, body.trim_end(), remark))
}

/// The remark with this candidate before the others.
fn first_named(remark: &str, first: &str) -> String {
    let Some(Mark::OneOf(of)) = remark::read(remark) else {
        return remark.to_owned();
    };
    let others = of
        .iter()
        .map(String::as_str)
        .filter(|other| *other != first);
    let turned: Vec<&str> = std::iter::once(first).chain(others).collect();
    remark.replacen(&of.join(", "), &turned.join(", "), 1)
}
