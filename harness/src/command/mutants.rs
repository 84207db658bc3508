//! `madoguchi mutants`: plays a client that is wrong on purpose through the cases that name the
//! requirement which it breaks, one defect after another, and tells which of them were caught.
//!
//! A defect counts as caught where such a case fails that very requirement. That a client crashes, or
//! that something else fails, is not enough: it is told, and the defect has survived.

mod defects;
mod fate;
mod manners;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use madoguchi_scenarios::Breadth;
use madoguchi_terms::Lang;
use serde::Serialize;

use self::defects::{Score, listed, wanted};
use self::fate::{Fate, Hunt, Mutant, Through};
use self::manners::Visit;
use super::command_line::{client_command, words};
use super::judge;
use super::prepared::Prepared;
use super::run;
use super::screen;
use super::selection::Selection;
use super::trouble::Trouble;
use crate::cell::case::ClientSpec;
use crate::cli;
use crate::client::attended::PATIENCE;
use crate::exit::Exit;
use crate::interrupt;

/// How long a case may take.
const CASE: Duration = Duration::from_secs(60);
/// The same for one of thousands. No manner takes longer; a defect that waits for ever is seen to.
const BRIEFLY: Duration = Duration::from_secs(20);

pub(super) fn mutants(options: &cli::Mutants, lang: Lang) -> Result<Exit, Trouble> {
    if cfg!(not(unix)) {
        return Err(Trouble::NotHere("mutants"));
    }
    let argv = words(&client_command(options.client.as_deref())?)?;
    let watch = options.screen_map.as_deref();
    let watch = watch.map(|file| run::watch(file, PATIENCE, lang));
    let watch = watch.transpose()?;
    let selection = Selection {
        patterns: &options.scenarios,
        breadth: (options.manners.as_ref())
            .map_or_else(Breadth::default, |manners| manners.variants),
        ..Selection::default()
    };
    let (all, manners) = (
        listed(&argv)?,
        match options.manners {
            Some(_) => defects::manners(&argv)?,
            None => Vec::new(),
        },
    );
    let names = manners.iter().map(|manner| manner.name.clone()).collect();
    let (defects, chosen) = wanted(all, names, &options.names)?;
    let earlier = options.earlier.as_deref().map(Score::read).transpose()?;
    let mut prepared = Prepared::new(
        &selection,
        &options.profile,
        options.out.as_deref(),
        Some(options.jobs),
    )?;
    let _ = prepared.leave_out_what_is_not_offered();
    interrupt::catch();

    let begun = Instant::now();
    let mut out = screen::standard_output();
    let client = ClientSpec {
        watch: watch.as_ref(),
        ..ClientSpec::speaking(
            &argv,
            if options.manners.is_some() {
                BRIEFLY
            } else {
                CASE
            },
        )
    };
    // One desktop is there for one defect at a time.
    let is_exclusive = watch.as_ref().is_some_and(|watch| watch.map.is_exclusive());
    let jobs = if is_exclusive { 1 } else { options.jobs };
    let hunt = Hunt {
        prepared: &prepared,
        client,
        through: if options.every_case {
            Through::EveryCase
        } else if options.scenarios.is_empty() {
            Through::UntilCaught
        } else {
            Through::OwnCases
        },
        earlier: earlier.as_ref(),
    };
    if let Some(visited) = &options.manners {
        let visit = Visit {
            hunt,
            manners: &chosen,
            of_defects: &manners,
            defects: &defects,
            options: visited,
            jobs,
            day: prepared.begun().to_string()[..10].to_owned(),
        };
        let outcome = visit.play(&mut out, lang)?;
        if let Some(file) = &options.json {
            write_json(file, &outcome)?;
        }
        screen::say(manners::sum_up(&mut out, &outcome, begun.elapsed(), lang))?;
        let holds = outcome.soundness.holds() && outcome.unforeseen.is_empty();
        return Ok(interrupt::exit(holds));
    }
    let is_own = !options.scenarios.is_empty();
    if is_own {
        let broken = hunt.without_defect()?;
        if !broken.is_empty() {
            screen::say(tell_unsound(&mut out, &broken, lang))?;
            return Ok(interrupt::exit(false));
        }
    }
    let mutants = hunt.all(defects, jobs, &mut |mutant| match &mutant.fate {
        // Most of them are none of its business.
        Fate::Survived { failed, .. } if is_own && failed.is_empty() => Ok(()),
        _ => tell(&mut out, mutant, lang),
    })?;
    let score = Score::new(mutants);
    if let Some(file) = &options.json {
        write_json(file, &score)?;
    }
    if options.every_case {
        screen::say(tell_alone(&mut out, &score, &prepared, lang))?;
    }
    let Score {
        caught, defects, ..
    } = score;
    let took = begun.elapsed().as_secs_f64();
    let percent = caught * 100 / defects.max(1);
    let folder = prepared.folder.path().display();
    if is_own {
        screen::say(writeln!(
            out,
            "\n{}",
            lang.pick(
                format!("  {defects} 件の欠陥のうち {caught} 件を検出 ({took:.1} 秒)。欠陥のないクライアントは合格\n  記録: {folder}"),
                format!("  catches {caught} of {defects} defects ({took:.1} s); the client without a defect passes\n  traces: {folder}"),
            )
        ))?;
        return Ok(interrupt::exit(true));
    }
    screen::say(writeln!(
        out,
        "\n{}",
        lang.pick(
            format!("  {defects} 件の欠陥のうち {caught} 件を、その要件を判定するシナリオで検出 ({percent} %、{took:.1} 秒)\n  記録: {folder}"),
            format!("  {caught} of {defects} defects caught, each by a case that names its requirement ({percent} %, {took:.1} s)\n  traces: {folder}"),
        )
    ))?;
    Ok(interrupt::exit(caught == defects))
}

fn write_json(file: &Path, outcome: &impl Serialize) -> Result<(), Trouble> {
    let text = serde_json::to_string_pretty(outcome)
        .unwrap_or_else(|error| unreachable!("an outcome is plain data: {error}"));
    judge::write(file, &(text + "\n"))
}

/// What the client fails without any defect: what a scenario catches then says nothing.
fn tell_unsound(
    out: &mut impl Write,
    broken: &BTreeMap<String, BTreeSet<String>>,
    lang: Lang,
) -> io::Result<()> {
    for (scenario, requirements) in broken {
        let requirements: Vec<&str> = requirements.iter().map(String::as_str).collect();
        let requirements = requirements.join(", ");
        writeln!(
            out,
            "{}",
            lang.pick(
                format!("  ✘ {scenario}  欠陥のないクライアントが通らない: {requirements}"),
                format!(
                    "  ✘ {scenario}  the client without a defect does not pass it: {requirements}"
                ),
            )
        )?;
    }
    Ok(())
}

fn tell(out: &mut impl Write, mutant: &Mutant, lang: Lang) -> io::Result<()> {
    let (mark, what) = match &mutant.fate {
        Fate::Caught { by, failed_in, .. } => ("✔", caught(by, *failed_in, lang)),
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

/// The case that catches a defect, and how many more fail where all were played.
fn caught(by: &str, failed_in: Option<usize>, lang: Lang) -> String {
    match failed_in.map(|cases| cases - 1) {
        None => by.to_owned(),
        Some(0) => lang.pick(format!("{by} のみ"), format!("{by} alone")),
        Some(others) => lang.pick(
            format!("{by}、ほか {others} シナリオ"),
            format!("{by}, and {others} others fail"),
        ),
    }
}

/// How many cases find what no other finds, and which find nothing of their own.
fn tell_alone(
    out: &mut impl Write,
    score: &Score,
    prepared: &Prepared,
    lang: Lang,
) -> io::Result<()> {
    let finders = score.finders();
    let ids = prepared.scenarios.iter().map(|scenario| &*scenario.id);
    let (with, without): (Vec<&str>, Vec<&str>) = ids.partition(|id| finders.contains(id));
    let (with, all) = (with.len(), prepared.scenarios.len());
    writeln!(
        out,
        "\n{}",
        lang.pick(
            format!("  {all} シナリオのうち {with} 件は、ほかのどれも見つけない欠陥を見つける。そのような欠陥がないもの:"),
            format!("  {with} of {all} cases find a defect that no other finds; none of these does:"),
        )
    )?;
    without.iter().try_for_each(|id| writeln!(out, "    {id}"))
}
