//! A draft as a file, with the lines of it that could be otherwise: what is tried where a case is
//! replayed. Who has changed a line by hand, or taken its remark away, has decided it.

use crate::draft::Mark;
use crate::otherwise::{self, Candidate, Instead};
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
    instead: Vec<Candidate>,
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
    /// evidence first, and of those that were filled in what a requirement is about, where one is looked for.
    #[must_use]
    pub fn alternatives(&self, requirement: Option<&str>) -> Vec<Vec<Change>> {
        let mut all = vec![Vec::new()];
        let mut last = all.clone();
        for _ in 0..TOGETHER {
            let more = last.iter().flat_map(|some| self.with_one_more(some));
            last = more.take(MOST - all.len()).collect();
            last.sort_by_key(|some| self.beside(some, requirement));
            all.extend_from_slice(&last);
        }
        all
    }

    /// How many of the changes neither have equal evidence nor are what a requirement is about.
    fn beside(&self, some: &[Change], requirement: Option<&str>) -> usize {
        let is_beside = |change: &&Change| {
            let open = &self.open[change.open];
            let candidate = &open.instead[change.instead];
            open.is_filled_in && requirement.is_some_and(|id| !candidate.is_about(id))
        };
        some.iter().filter(is_beside).count()
    }

    fn with_one_more(&self, some: &[Change]) -> Vec<Vec<Change>> {
        let next = some.last().map_or(0, |last| last.open + 1);
        let open = self.open.iter().enumerate().skip(next);
        let changes = open.flat_map(|(open, line)| {
            let writable = line.instead.iter().enumerate();
            let writable = writable.filter(|(_, one)| one.instead != Instead::Unwritable);
            writable.map(move |(instead, _)| Change { open, instead })
        });
        changes.map(|change| [some, &[change]].concat()).collect()
    }

    /// What could be otherwise, though no scenario can say so: line, from 1, and words.
    pub fn unwritable(&self) -> impl Iterator<Item = (usize, &str)> {
        self.open.iter().flat_map(|open| {
            let cannot = open.instead.iter();
            let cannot = cannot.filter(|one| one.instead == Instead::Unwritable);
            cannot.map(|one| (open.at + 1, one.words.as_str()))
        })
    }

    /// A change in words: its line, from 1, and what stands there instead.
    #[must_use]
    pub fn told(&self, change: Change) -> (usize, &str) {
        let open = &self.open[change.open];
        (open.at + 1, &open.instead[change.instead].words)
    }

    /// Takes the acts of a word out that follow an act, until the next check begins.
    fn leave_out(&self, lines: &mut [Option<String>], after: usize, word: &str) {
        for (at, line) in self.lines.iter().enumerate().skip(after + 1) {
            let body = parts(line).map_or("", |(_, body, _)| body);
            if body.starts_with("choose-method") {
                break;
            }
            if body.starts_with(word) {
                lines[at] = None;
            }
        }
    }

    /// The scenario with these changes. A remark names the candidate first that its line has.
    #[must_use]
    pub fn text(&self, changes: &[Change]) -> String {
        let mut lines: Vec<Option<String>> = self.lines.iter().cloned().map(Some).collect();
        let mut then = Vec::new();
        for change in changes {
            let open = &self.open[change.open];
            let Candidate { words, instead, .. } = &open.instead[change.instead];
            let Some((indent, _, remark)) = parts(&self.lines[open.at]) else {
                continue;
            };
            lines[open.at] = match instead {
                Instead::Line(body) => {
                    let remark = first_named(remark, words);
                    Some(format!("{indent}{body} # {remark}"))
                }
                Instead::Lines(bodies) => {
                    let remark = first_named(remark, words);
                    let lines = bodies
                        .iter()
                        .map(|body| format!("{indent}{body} # {remark}"));
                    Some(lines.collect::<Vec<_>>().join("\n"))
                }
                Instead::Without(body, word) => {
                    self.leave_out(&mut lines, open.at, word);
                    Some(format!("{indent}{body} # {}", first_named(remark, words)))
                }
                Instead::Then(body, acts) => {
                    then.extend(acts.iter().map(|act| format!("  - {act} # {remark}")));
                    Some(format!("{indent}{body} # {remark}"))
                }
                Instead::Nothing | Instead::Unwritable => None,
            };
        }
        let mut lines: Vec<String> = lines.into_iter().flatten().collect();
        if !then.is_empty() {
            let at = before_leaving(&lines);
            lines.splice(at..at, then);
        }
        lines.into_iter().map(|line| line + "\n").collect()
    }
}

/// Where the first card is taken that was placed, or else everything is closed.
fn before_leaving(lines: &[String]) -> usize {
    let act = |line: &str| parts(line).map(|(_, body, _)| body.to_owned());
    let is = |line: &String, word: &str| act(line).is_some_and(|body| body.starts_with(word));
    let placed = lines.iter().position(|line| is(line, "place-card"));
    let after = placed.unwrap_or(lines.len());
    let ends = |line: &String| is(line, "take-card") || is(line, "close");
    let behind = lines[after..].iter().position(ends);
    behind.map_or(lines.len(), |behind| after + behind)
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
