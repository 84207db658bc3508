//! `madoguchi mutants`: plays a client that is wrong on purpose through the cases that name the
//! requirement which it breaks, one defect after another, and tells which of them were caught.
//!
//! A defect counts as caught where such a case fails that very requirement. That a client crashes, or
//! that something else fails, is not enough: it is told, and the defect has survived.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use madoguchi_conformance::verdict::{Outcome, Verdicts};
use madoguchi_notation::nearest;
use madoguchi_scenarios::Scenario;
use madoguchi_terms::Lang;
use serde::Serialize;
use wait_timeout::ChildExt as _;

use super::judge;
use super::prepared::Prepared;
use super::run::{self, client_command, is_not_supported};
use super::screen;
use super::selection::Selection;
use super::trouble::Trouble;
use crate::cell::case::{self, Cast};
use crate::cli;
use crate::client::attended::PATIENCE;
use crate::exit::Exit;
use crate::interrupt;

/// How long a client may take to list its defects.
const LISTING: Duration = Duration::from_secs(10);
/// How long a case may take.
const CASE: Duration = Duration::from_secs(60);
/// Equal runs are wanted; which seed does not matter.
const SEED: u64 = 1;

/// One way in which the client can be wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Defect {
    name: String,
    /// The requirement that it breaks.
    requirement: String,
}

/// What became of a defect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Fate {
    /// A case that names the requirement failed it.
    Caught {
        /// Its id.
        by: String,
    },
    /// Every case that names the requirement passed it, or could not decide it.
    Survived {
        /// How many cases were played.
        cases: usize,
        /// What failed in them instead.
        failed: BTreeSet<String>,
    },
    /// No case names the requirement.
    NoCase,
}

/// A defect and its fate.
#[derive(Debug, Serialize)]
struct Mutant<'a> {
    #[serde(flatten)]
    defect: &'a Defect,
    fate: Fate,
}

/// What `--json` writes.
#[derive(Serialize)]
struct Score<'a> {
    caught: usize,
    defects: usize,
    mutants: &'a [Mutant<'a>],
}

pub(super) fn mutants(options: &cli::Mutants, lang: Lang) -> Result<Exit, Trouble> {
    if cfg!(not(unix)) {
        return Err(Trouble::NotHere("mutants"));
    }
    let command = client_command(options.client.as_deref())?;
    let argv = shlex::split(&command)
        .filter(|argv| !argv.is_empty())
        .ok_or_else(|| Trouble::ClientCommand(command.clone()))?;
    let watch = options.screen_map.as_deref();
    let watch = watch.map(|file| run::watch(file, PATIENCE, lang));
    let watch = watch.transpose()?;
    let defects = wanted(listed(&argv)?, &options.names)?;
    let mut prepared = Prepared::new(
        &Selection::default(),
        &options.profile,
        options.out.as_deref(),
        Some(options.jobs),
    )?;
    let _ = prepared.leave_out_what_is_not_offered();
    interrupt::catch();

    let begun = Instant::now();
    let mut out = screen::standard_output();
    let cast = Cast {
        watch: watch.as_ref(),
        ..Cast::speaking(&argv, CASE)
    };
    // One desktop is there for one defect at a time.
    let is_exclusive = watch.as_ref().is_some_and(|watch| watch.map.is_exclusive());
    let jobs = if is_exclusive { 1 } else { options.jobs };
    let mutants = hunt(&defects, &cast, &prepared, jobs, &mut |mutant| {
        tell(&mut out, mutant, lang)
    })?;
    let caught = mutants
        .iter()
        .filter(|mutant| matches!(mutant.fate, Fate::Caught { .. }))
        .count();
    let (defects, took) = (defects.len(), begun.elapsed().as_secs_f64());
    let score = Score {
        caught,
        defects,
        mutants: &mutants,
    };
    if let Some(file) = &options.json {
        let text = serde_json::to_string_pretty(&score)
            .unwrap_or_else(|error| unreachable!("a score is plain data: {error}"));
        judge::write(file, &(text + "\n"))?;
    }
    let percent = caught * 100 / defects.max(1);
    let folder = prepared.folder.path().display();
    screen::say(writeln!(
        out,
        "\n{}",
        lang.pick(
            format!("  {defects} 件の欠陥のうち {caught} 件を、その要件を判定するシナリオで検出 ({percent} %、{took:.1} 秒)\n  記録: {folder}"),
            format!("  {caught} of {defects} defects caught, each by a case that names its requirement ({percent} %, {took:.1} s)\n  traces: {folder}"),
        )
    ))?;
    Ok(if interrupt::interrupted() {
        Exit::INTERRUPTED
    } else if caught == defects {
        Exit::PASS
    } else {
        Exit::FAIL
    })
}

/// What the client says of its defects.
fn listed(argv: &[String]) -> Result<Vec<Defect>, Trouble> {
    let none = |why: String| Trouble::NoDefects {
        client: argv[0].clone(),
        why,
    };
    let mut child = Command::new(&argv[0])
        .args(&argv[1..])
        .arg("--list-defects")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| none(error.to_string()))?;
    // A list is shorter than a pipe; whoever writes more is stopped by the limit.
    let ended = child.wait_timeout(LISTING);
    if !matches!(ended, Ok(Some(_))) {
        // It is ours, and nothing but its end is wanted of it.
        let _ = child.kill();
        let _ = child.wait();
        return Err(none(format!("> {} s", LISTING.as_secs())));
    }
    let mut text = String::new();
    if let Some(mut stdout) = child.stdout.take() {
        io::Read::read_to_string(&mut stdout, &mut text)
            .map_err(|error| none(error.to_string()))?;
    }
    let defects: Vec<Defect> = text
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .map(|(name, requirement)| Defect {
            name: name.trim().to_owned(),
            requirement: requirement.trim().to_owned(),
        })
        .collect();
    if defects.is_empty() {
        return Err(none("--list-defects".to_owned()));
    }
    Ok(defects)
}

/// Those that were asked for; all where none was named.
fn wanted(all: Vec<Defect>, names: &[String]) -> Result<Vec<Defect>, Trouble> {
    let unknown = |name: &&String| all.iter().all(|defect| defect.name != **name);
    if let Some(name) = names.iter().find(unknown) {
        let known = all.iter().map(|defect| defect.name.as_str());
        return Err(Trouble::UnknownDefect {
            name: name.clone(),
            nearest: nearest(name, known).map(str::to_owned),
        });
    }
    let is_wanted = |defect: &Defect| names.is_empty() || names.contains(&defect.name);
    Ok(all.into_iter().filter(is_wanted).collect())
}

/// Tries every defect, some at a time, and tells each in their order.
fn hunt<'a>(
    defects: &'a [Defect],
    cast: &Cast<'_>,
    prepared: &Prepared,
    jobs: usize,
    tell: &mut dyn FnMut(&Mutant<'_>) -> io::Result<()>,
) -> Result<Vec<Mutant<'a>>, Trouble> {
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        let (done, ended) = channel();
        for _ in 0..jobs.min(defects.len()) {
            let (next, done) = (&next, done.clone());
            scope.spawn(move || {
                while !interrupt::interrupted() {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(defect) = defects.get(at) else {
                        return;
                    };
                    if done.send((at, fate(defect, cast, prepared))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(done);
        let mut early = std::collections::BTreeMap::new();
        let mut told = Vec::new();
        for (at, fate) in ended {
            early.insert(at, fate);
            while let Some(fate) = early.remove(&told.len()) {
                let defect = &defects[told.len()];
                let mutant = Mutant {
                    defect,
                    fate: fate?,
                };
                screen::say(tell(&mutant))?;
                told.push(mutant);
            }
        }
        Ok(told)
    })
}

/// Plays one defect until a case catches it.
fn fate(defect: &Defect, cast: &Cast<'_>, prepared: &Prepared) -> Result<Fate, Trouble> {
    let names = |scenario: &&Scenario| {
        let mut named = scenario.requirements.iter();
        named.any(|id| id.as_str() == defect.requirement)
    };
    let mut wrong = cast.argv.to_vec();
    wrong.extend(["--defect".to_owned(), defect.name.clone()]);
    let cast = Cast {
        argv: &wrong,
        ..*cast
    };
    let (mut cases, mut failed) = (0, BTreeSet::new());
    for scenario in prepared.scenarios.iter().filter(names) {
        let folder = format!("{}/{}", defect.name, scenario.id);
        let folder = prepared.folder.case(&folder).map_err(Trouble::Folder)?;
        let setting = prepared.setting(scenario, SEED);
        let played = case::run(&setting, &cast, &folder).map_err(|trouble| Trouble::Case {
            id: scenario.id.clone(),
            trouble,
        });
        let verdicts = match played {
            Ok(played) => judge::store(&played.trace, &folder)?,
            Err(trouble) if is_not_supported(&trouble) => continue,
            Err(trouble) => return Err(trouble),
        };
        cases += 1;
        let broken = broken(&verdicts);
        if broken.contains(&defect.requirement) {
            let by = scenario.id.clone();
            return Ok(Fate::Caught { by });
        }
        failed.extend(broken);
    }
    Ok(match cases {
        0 => Fate::NoCase,
        cases => Fate::Survived { cases, failed },
    })
}

/// The requirements that failed.
fn broken(verdicts: &Verdicts) -> BTreeSet<String> {
    let failed = |outcome: &Outcome| matches!(outcome, Outcome::Fail(_));
    let verdicts = verdicts.verdicts.iter();
    let failed = verdicts.filter(|verdict| failed(&verdict.outcome));
    failed.map(|verdict| verdict.requirement.clone()).collect()
}

fn tell(out: &mut impl Write, mutant: &Mutant<'_>, lang: Lang) -> io::Result<()> {
    let (mark, what) = match &mutant.fate {
        Fate::Caught { by } => ("✔", by.clone()),
        Fate::NoCase => (
            "✘",
            lang.pick("この要件のシナリオがない", "no case names this requirement")
                .to_owned(),
        ),
        Fate::Survived { cases, failed } => {
            let instead: Vec<&str> = failed.iter().map(String::as_str).collect();
            let instead = if instead.is_empty() {
                String::new()
            } else {
                let others = instead.join(", ");
                lang.pick(
                    format!("、ほかの不適合: {others}"),
                    format!("; failed instead: {others}"),
                )
            };
            (
                "✘",
                lang.pick(
                    format!("{cases} シナリオを通過{instead}"),
                    format!("survived {cases} of its cases{instead}"),
                ),
            )
        }
    };
    let (name, requirement) = (&mutant.defect.name, &mutant.defect.requirement);
    writeln!(out, "  {mark} {name:<28}  {requirement:<38}  {what}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn defects() -> Vec<Defect> {
        let defect = |name: &str, requirement: &str| Defect {
            name: name.to_owned(),
            requirement: requirement.to_owned(),
        };
        vec![defect("a", "card.released"), defect("b", "card.released")]
    }

    #[test]
    fn those_that_are_named_are_tried_and_all_where_none_is() {
        assert_eq!(wanted(defects(), &[]).ok(), Some(defects()));
        let one = wanted(defects(), &["b".to_owned()]).unwrap_or_default();
        assert_eq!(one, defects()[1..]);
    }

    #[test]
    fn a_defect_that_the_client_does_not_have_is_refused() {
        let refused = wanted(defects(), &["c".to_owned()]);
        assert!(matches!(refused, Err(Trouble::UnknownDefect { .. })));
    }

    #[test]
    fn a_client_that_lists_nothing_has_no_defects() {
        let refused = listed(&["true".to_owned()]);
        assert!(matches!(refused, Err(Trouble::NoDefects { .. })));
        let refused = listed(&["/nobody/is/here".to_owned()]);
        assert!(matches!(refused, Err(Trouble::NoDefects { .. })));
    }
}
