//! `madoguchi shrink`: the smallest case in which a client still fails as it does in a given one, and
//! that a correct client passes at every step.

mod bench;
mod found;
mod symptom;
pub(super) mod told;
mod trials;

use std::path::Path;
use std::time::{Duration, Instant};

use madoguchi_notation::{Located, Wording};
use madoguchi_scenarios::{Axis, Scenario};
use madoguchi_shrink::{shrink as search, size};
use madoguchi_terms::Lang;

pub(super) use self::bench::{Bench, Control, Look};
pub(super) use self::found::{AlsoSeen, Found};
pub(super) use self::symptom::{Ending, Meant, Symptom, broken};
use self::trials::step;
pub(super) use self::trials::{Limits, Trying, clear};
use super::case::Case;
use super::command_line::programs;
use super::judge;
use super::prepared::Prepared;
use super::reports;
use super::screen;
use super::trouble::Trouble;
use crate::cell::case::ClientSpec;
use crate::cli;
use crate::exit::Exit;
use crate::interrupt;

/// How often a case is played to see whether it fails alike each time.
const SURE: usize = 3;
/// How often where it did not.
const UNSURE: usize = 10;
/// Where a case takes longer, it is tried whether the client fails alike when it is told to wait
/// less.
const LONG: Duration = Duration::from_secs(2);
/// What it is told then.
const BRIEF: Duration = Duration::from_secs(1);

pub(super) fn shrink(options: &cli::Shrink, lang: Lang) -> Result<Exit, Trouble> {
    if cfg!(not(unix)) {
        return Err(Trouble::NotHere("shrink"));
    }
    let begun = Instant::now();
    let case = Case::read(&options.case)?;
    let out = options.search.out.clone().or_else(|| case.folder.clone());
    let [client, control] = programs(&options.search)?;
    let scenario = case.scenario;
    let prepared = Prepared::around(
        || Ok(vec![scenario.clone()]),
        &options.search.profile,
        out.as_deref(),
        None,
    )?;
    interrupt::catch();
    let seed = case.seed.unwrap_or(options.search.seed);
    let bench = Bench::new(&prepared, [&client, &control], options.search.timeout, seed);
    let limits = Limits {
        until: Some(begun + options.budget),
        most: options.trials,
        width: options.search.jobs,
    };
    let folder = prepared.folder.path();
    let found = match smallest(
        &bench,
        &scenario,
        Meant {
            requirement: options.requirement.as_deref(),
            words: options.symptom.as_deref(),
        },
        limits,
        Some(folder),
    )? {
        Ended::Found(found) => found,
        Ended::Proves(nothing) => {
            clear();
            screen::say(told::nothing(
                &mut screen::standard_output(),
                &nothing,
                lang,
            ))?;
            return Ok(interrupt::exit(false));
        }
    };
    let found = found.took(begun.elapsed());
    found.write(folder)?;
    clear();
    let again = told::again(options, folder);
    screen::say(told::found(
        &mut screen::standard_output(),
        &found,
        folder,
        &again,
        lang,
    ))?;
    if let Some(json) = &options.search.json {
        judge::write(json, &found.json())?;
    }
    Ok(interrupt::exit(found.verified == SURE))
}

/// What came of a search.
pub(super) enum Ended {
    Found(Box<Found>),
    Proves(Nothing),
}

/// Why a case proves nothing against a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Nothing {
    /// The client passes it, or the requirement that was named.
    Passes,
    /// The client does not do this.
    NotSupported,
    /// It fails alike so many times of so many.
    Differs { alike: usize, of: usize },
    /// A correct client fails it, too.
    Control(Vec<String>),
}

/// Looks for the smallest case. What is worth keeping goes to `folder`, if there is one.
pub(super) fn smallest(
    bench: &Bench<'_>,
    scenario: &Scenario,
    meant: Meant<'_>,
    limits: Limits,
    folder: Option<&Path>,
) -> Result<Ended, Trouble> {
    let nothing = |why| Ok(Ended::Proves(why));
    let whole = bare(scenario);
    let Some(first) = (match folder {
        Some(_) => bench.keep(&bench.client, &whole, "original")?,
        None => bench.try_once(&bench.client, &whole)?,
    }) else {
        return nothing(Nothing::NotSupported);
    };
    let Some(symptom) = Symptom::meant(&first, meant) else {
        return nothing(Nothing::Passes);
    };
    let start = deciding(&whole, symptom.requirement.as_deref());
    let healthy = match bench.control(&bench.control, &start, meant.words)? {
        Control::Passes(look) => look,
        Control::Fails(broken) => {
            return nothing(Nothing::Control(broken.into_iter().collect()));
        }
    };
    let seen_again = again(bench, &start, &symptom, SURE - 1)?;
    if seen_again + 1 < SURE {
        let more = again(bench, &start, &symptom, UNSURE - SURE)?;
        return nothing(Nothing::Differs {
            alike: 1 + seen_again + more,
            of: UNSURE,
        });
    }
    let quick = quicker(bench, &start, &symptom, &first, &healthy)?;
    let seen = symptom.seen(&first.trace, &first.verdicts);
    let known = broken(&first.verdicts);
    let mut trials = Trying::new(&quick, &symptom, known, limits);
    if let Some(folder) = folder {
        let mark = mark(bench, &symptom);
        trials.remember_in(&folder.join("trials.jsonl"), &mark)?;
    }
    let smallest = search(&start, &seen, &mut trials)?;
    let (tally, noticed) = (trials.tally, std::mem::take(&mut trials.noticed));
    let least = named(
        smallest.scenario,
        &scenario.id,
        symptom.requirement.as_deref(),
    );
    let verified = again(bench, &least, &symptom, SURE)?;
    let control = bench.control(&bench.control, &least, meant.words)?;
    let proven = matches!(control, Control::Passes(_));
    if folder.is_some() {
        bench.keep(&bench.client, &least, "smallest")?;
    }
    let mut also_seen = Vec::new();
    for (requirement, scenario) in noticed {
        let scenario = deciding(&scenario, Some(&requirement));
        if interrupt::interrupted() {
            break;
        }
        if matches!(
            bench.control(&bench.control, &scenario, None)?,
            Control::Passes(_)
        ) {
            also_seen.push(AlsoSeen::new(requirement, scenario));
        }
    }
    bench.clear();
    Ok(Ended::Found(Box::new(Found {
        case: scenario.id.clone(),
        requirement: symptom.requirement.clone(),
        before: size(&start),
        after: size(&least),
        trials: tally.trials,
        controls: tally.controls,
        remembered: tally.remembered,
        took: Duration::ZERO,
        is_done: smallest.is_done,
        verified: if proven { verified } else { 0 },
        scenario: least,
        lines: smallest.lines,
        also_seen,
        symptom,
    })))
}

/// How often of so many times a case shows the symptom.
fn again(
    bench: &Bench<'_>,
    scenario: &Scenario,
    symptom: &Symptom,
    times: usize,
) -> Result<usize, Trouble> {
    let mut alike = 0;
    for _ in 0..times {
        let look = bench.try_once(&bench.client, scenario)?;
        alike += usize::from(look.is_some_and(|look| symptom.is_shown_by(&look)));
    }
    Ok(alike)
}

/// The same bench with less patience: a step may take three times as long as the longest of those that
/// came to their end, and a client waits less where it fails alike all the same.
fn quicker<'a>(
    bench: &Bench<'a>,
    scenario: &Scenario,
    symptom: &Symptom,
    first: &Look,
    healthy: &Look,
) -> Result<Bench<'a>, Trouble> {
    let usual = bench.client.patience;
    if first.took.max(healthy.took) > LONG && usual > BRIEF && scenario.given.patience_ms.is_none()
    {
        let words = symptom.words.as_deref();
        let brief = bench.within(BRIEF, None);
        let look = brief.try_once(&brief.client, scenario)?;
        let look = look.filter(|look| symptom.is_shown_by(look));
        if let (Some(look), Control::Passes(healthy)) =
            (look, brief.control(&brief.control, scenario, words)?)
        {
            return Ok(bench.within(BRIEF, Some(step([&look, &healthy]))));
        }
    }
    Ok(bench.within(usual, Some(step([first, healthy]))))
}

/// The scenario as it is played, without what it could be otherwise.
pub(super) fn bare(scenario: &Scenario) -> Scenario {
    let mut bare = scenario.clone();
    bare.variants = madoguchi_scenarios::Variants::default();
    if let Some(wire) = bare.variant.remove(&Axis::Profile) {
        bare.given.service.profile = Some(Located::new(wire));
    }
    bare.variant.clear();
    bare
}

/// The scenario, deciding nothing but this.
pub(super) fn deciding(scenario: &Scenario, requirement: Option<&str>) -> Scenario {
    let mut deciding = scenario.clone();
    let named = requirement
        .into_iter()
        .map(|id| Located::new(id.to_owned()));
    deciding.requirements = named.collect();
    let is_of = |id: &str| requirement == Some(id);
    deciding
        .then
        .retain(|expected| is_of(&expected.requirement));
    deciding
}

fn named(mut scenario: Scenario, case: &str, requirement: Option<&str>) -> Scenario {
    let of = requirement.unwrap_or("–");
    scenario.purpose = Wording::new(
        format!("{of} に反する最小の場面 (元は {case})"),
        format!("The smallest case that breaks {of} (from {case})"),
    );
    "own/smallest".clone_into(&mut scenario.id);
    scenario
}

/// What an earlier search must have been about, for its trials to count.
fn mark(bench: &Bench<'_>, symptom: &Symptom) -> String {
    let of = |client: &ClientSpec<'_>| {
        let build = reports::build(client.argv).unwrap_or_default();
        serde_json::json!([client.argv, build, client.patience.as_millis()])
    };
    serde_json::json!({
        "tool": reports::TOOL,
        "client": of(&bench.client),
        "control": of(&bench.control),
        "profile": bench.prepared.profile().name(),
        "seed": bench.seed,
        "symptom": symptom,
    })
    .to_string()
}
