//! `madoguchi explore`: random days, with the correct client beside each that fails. What fails is made
//! smaller, told once for each requirement and cause, and written as a scenario.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, IsTerminal as _, Write};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use madoguchi_explore::Days;
use madoguchi_fixtures::persona_ids;
use madoguchi_scenarios::Scenario;
use madoguchi_terms::{Lang, Say as _};
use serde_json::json;

use super::command_line::programs;
use super::judge;
use super::prepared::Prepared;
use super::screen;
use super::shrink::{Bench, Control, Ended, Found, Limits, Meant, deciding, smallest};
use super::trouble::Trouble;
use crate::aside::join;
use crate::cli;
use crate::exit::Exit;
use crate::interrupt;

/// Of one search for the smallest case, at most.
const SEARCH: Duration = Duration::from_secs(30);

pub(super) fn explore(options: &cli::Explore, lang: Lang) -> Result<Exit, Trouble> {
    if cfg!(not(unix)) {
        return Err(Trouble::NotHere("explore"));
    }
    let begun = Instant::now();
    let until = begun + options.budget;
    let [client, control] = programs(&options.search)?;
    let prepared = Prepared::around(
        || Ok(Vec::new()),
        &options.search.profile,
        options.search.out.as_deref(),
        None,
    )?;
    interrupt::catch();
    let programs = [&client[..], &control[..]];
    let bench = Bench::new(
        &prepared,
        programs,
        options.search.timeout,
        options.search.seed,
    );
    let personas: Vec<&str> = persona_ids().collect();
    let mut days = Days::new(options.search.seed, &personas);
    let mut out = screen::standard_output();
    let mut seen = Seen::default();
    while Instant::now() < until && !interrupt::interrupted() && seen.days < options.days {
        let wanted = options.search.jobs.min(options.days - seen.days);
        let some: Vec<Scenario> = days.by_ref().take(wanted).collect();
        let looks: Vec<Result<Look, Trouble>> = thread::scope(|scope| {
            let bench = &bench;
            let begun: Vec<_> = some
                .iter()
                .map(|day| {
                    let only = options.requirement.as_deref();
                    scope.spawn(move || look(bench, day, only))
                })
                .collect();
            begun.into_iter().map(join).collect()
        });
        for (day, look) in some.iter().zip(looks) {
            seen.days += 1;
            match look? {
                Look::Passes => {}
                Look::NotSupported => seen.not_supported += 1,
                Look::ProvesNothing(broken) => {
                    seen.proves_nothing += 1;
                    for requirement in broken {
                        if !seen.of_control.contains_key(&requirement) {
                            keep(prepared.folder.path(), &requirement, day)?;
                        }
                        *seen.of_control.entry(requirement).or_default() += 1;
                    }
                }
                Look::Fails(failures) => {
                    for failure in failures {
                        if seen.found.contains_key(&failure) {
                            continue;
                        }
                        let limits = Limits {
                            until: Some(Instant::now() + SEARCH),
                            most: options.trials,
                            width: options.search.jobs,
                        };
                        let (requirement, _) = &failure;
                        let meant = Meant {
                            requirement: Some(requirement),
                            ..Meant::default()
                        };
                        let after = begun.elapsed();
                        let ended = smallest(&bench, day, meant, limits, None)?;
                        clear();
                        if let Ended::Found(found) = ended {
                            let file = write(prepared.folder.path(), &found, seen.found.len())?;
                            screen::say(tell(&mut out, &found, &file, lang))?;
                            seen.found.insert(failure, Kept { found, after, file });
                        } else {
                            seen.unsure += 1;
                        }
                    }
                    if options.first && !seen.found.is_empty() {
                        break;
                    }
                }
            }
        }
        if options.first && !seen.found.is_empty() {
            break;
        }
        progress(&seen);
    }
    clear();
    bench.clear();
    screen::say(sum_up(
        &mut out,
        &seen,
        begun.elapsed(),
        options.search.seed,
        lang,
    ))?;
    if let Some(file) = &options.search.json {
        judge::write(file, &seen.json(begun.elapsed(), options.search.seed))?;
    }
    Ok(interrupt::exit(seen.found.is_empty()))
}

/// A requirement that fails, and the cause that the trace bears out.
type Failure = (String, String);

/// What came of a day.
enum Look {
    Passes,
    NotSupported,
    /// The correct client fails it, too: these requirements.
    ProvesNothing(BTreeSet<String>),
    /// What fails, each beside a correct client that passes.
    Fails(Vec<Failure>),
}

fn look(bench: &Bench<'_>, day: &Scenario, only: Option<&str>) -> Result<Look, Trouble> {
    let Some(look) = bench.try_once(&bench.client, day)? else {
        return Ok(Look::NotSupported);
    };
    let counts = look.verdicts.failed();
    let counts = counts.filter(|(verdict, _)| match only {
        Some(only) => verdict.requirement == only,
        None => verdict.counts_against(),
    });
    let failures: Vec<Failure> = counts
        .map(|(verdict, _)| {
            let cause = verdict.likely().map_or("", |cause| cause.en.as_str());
            (verdict.requirement.clone(), cause.to_owned())
        })
        .collect();
    if failures.is_empty() {
        return Ok(Look::Passes);
    }
    let (mut proven, mut of_control) = (Vec::new(), BTreeSet::new());
    for failure in failures {
        let deciding = deciding(day, Some(&failure.0));
        match bench.control(&bench.control, &deciding, None)? {
            Control::Passes(_) => proven.push(failure),
            Control::Fails(broken) => of_control.extend(broken),
        }
    }
    Ok(if proven.is_empty() {
        Look::ProvesNothing(of_control)
    } else {
        Look::Fails(proven)
    })
}

/// What was found.
struct Kept {
    found: Box<Found>,
    /// After how long.
    after: Duration,
    file: String,
}

/// What was seen so far.
#[derive(Default)]
struct Seen {
    days: usize,
    not_supported: usize,
    proves_nothing: usize,
    /// What the correct client failed, on how many days.
    of_control: BTreeMap<String, usize>,
    /// Failures that did not come alike each time.
    unsure: usize,
    found: BTreeMap<Failure, Kept>,
}

impl Seen {
    fn json(&self, took: Duration, seed: u64) -> String {
        let found = self.found.iter().map(|((requirement, cause), kept)| {
            json!({
                "requirement": requirement,
                "cause": cause,
                "file": kept.file,
                "before": kept.found.before,
                "after": kept.found.after,
                "seconds": tenths(kept.after),
            })
        });
        let value = json!({
            "seed": seed,
            "days": self.days,
            "seconds": tenths(took),
            "not-supported": self.not_supported,
            "proves-nothing": self.proves_nothing,
            "of-control": self.of_control,
            "unsure": self.unsure,
            "found": found.collect::<Vec<_>>(),
        });
        let text = serde_json::to_string_pretty(&value);
        text.unwrap_or_else(|error| unreachable!("what was seen is plain data: {error}")) + "\n"
    }
}

fn tenths(time: Duration) -> f64 {
    (time.as_secs_f64() * 10.0).round() / 10.0
}

/// Keeps a day that a correct client fails: either the day could not be, or a verdict is wrong.
fn keep(folder: &Path, requirement: &str, day: &Scenario) -> Result<(), Trouble> {
    let kept = folder.join("proves-nothing");
    fs::create_dir_all(&kept).map_err(|error| Trouble::Write {
        path: kept.clone(),
        error,
    })?;
    let name = format!("{}.yaml", requirement.replace('.', "-"));
    judge::write(&kept.join(name), &deciding(day, Some(requirement)).text())
}

/// Writes a scenario of one's own, never over another.
fn write(folder: &Path, found: &Found, nth: usize) -> Result<String, Trouble> {
    let requirement = found.requirement.as_deref().unwrap_or("ended");
    let name = format!("{}-{}.yaml", requirement.replace('.', "-"), nth + 1);
    let path = folder.join("found");
    fs::create_dir_all(&path).map_err(|error| Trouble::Write {
        path: path.clone(),
        error,
    })?;
    let path = path.join(name);
    judge::write(&path, &found.text())?;
    Ok(path.to_string_lossy().into_owned())
}

fn tell(out: &mut impl Write, found: &Found, file: &str, lang: Lang) -> io::Result<()> {
    let id = found.requirement.as_deref().unwrap_or("–");
    let stated = madoguchi_requirements::builtin().get(id);
    let (level, text) = stated.map_or_else(Default::default, |stated| {
        (stated.level.text(lang), stated.text.text(lang))
    });
    let (before, after) = (found.before, found.after);
    writeln!(out, "  ✘ {level} {id}  {text}")?;
    writeln!(
        out,
        "{}",
        lang.pick(
            format!("      {before} 行から {after} 行: {file}"),
            format!("      {before} lines to {after}: {file}"),
        )
    )
}

fn sum_up(
    out: &mut impl Write,
    seen: &Seen,
    took: Duration,
    seed: u64,
    lang: Lang,
) -> io::Result<()> {
    let (days, found, seconds) = (seen.days, seen.found.len(), took.as_secs_f64());
    writeln!(
        out,
        "{}",
        lang.pick(
            format!("\n  {days} 日を実行 ({seconds:.0} 秒、種 {seed})。不適合 {found} 種類"),
            format!("\n  {days} days ({seconds:.0} s, seed {seed}); {found} different failures"),
        )
    )?;
    for (count, ja, en) in [
        (
            seen.proves_nothing,
            "日は正しいアプリも通らず、証拠にならない",
            "days proved nothing: a correct client failed them, too",
        ),
        (
            seen.not_supported,
            "日にはアプリが対応していない",
            "days were not supported by the client",
        ),
        (
            seen.unsure,
            "件は毎回同じにはならず、書かなかった",
            "failures did not come alike each time, and were not written",
        ),
    ] {
        if count > 0 {
            writeln!(
                out,
                "  {}",
                lang.pick(format!("{count} {ja}"), format!("{count} {en}"))
            )?;
        }
    }
    Ok(())
}

/// A line on a terminal that says how far it has come.
fn progress(seen: &Seen) {
    if io::stderr().is_terminal() {
        let (days, found) = (seen.days, seen.found.len());
        eprint!("\r\x1b[2K  … {days} days, {found} failures");
    }
}

/// Clears that line.
fn clear() {
    if io::stderr().is_terminal() {
        eprint!("\r\x1b[2K");
    }
}
