//! `madoguchi replay`: the draft of a field failure and what it could be otherwise, played until it is
//! known which of them shows what the field saw. The correct client is beside each that does.

mod field;
mod found;
mod told;
mod wanted;

use std::path::Path;
use std::thread;
use std::time::Instant;

use madoguchi_incident::{Change, Drafted, apart};
use madoguchi_scenarios::Scenario;
use madoguchi_terms::Lang;

use self::field::Field;
use self::found::{Found, Tried};
use self::wanted::Wanted;
use super::command_line::{programs, quoted, quoted_path};
use super::judge;
use super::names::known;
use super::prepared::Prepared;
use super::screen;
use super::shrink::{Bench, bare};
use super::trouble::Trouble;
use crate::aside::join;
use crate::cli;
use crate::exit::Exit;
use crate::interrupt;

/// How often the chosen scenario must show the symptom.
const SURE: usize = 3;

/// The chosen scenario, in the folder.
const CHOSEN: &str = "reproduced.yaml";

pub(super) fn replay(options: &cli::Replay, lang: Lang) -> Result<Exit, Trouble> {
    if cfg!(not(unix)) {
        return Err(Trouble::NotHere("replay"));
    }
    let begun = Instant::now();
    let Field {
        scenario,
        drafted,
        log,
        seed,
        folder,
    } = Field::read(&options.case, options.log.as_deref())?;
    let [client, control] = programs(&options.search)?;
    let out = options.search.out.clone().or(folder);
    let own = scenario.clone();
    let prepared = Prepared::around(
        || Ok(vec![own]),
        &options.search.profile,
        out.as_deref(),
        None,
    )?;
    interrupt::catch();
    let seed = seed.unwrap_or(options.search.seed);
    let bench = Bench::new(&prepared, [&client, &control], options.search.timeout, seed);
    let wanted = Wanted::new(
        options.symptom.as_deref(),
        options.requirement.as_deref(),
        log.as_ref(),
    );

    let alternatives = drafted.alternatives(wanted.requirement.as_deref());
    let mut tried: Vec<Tried> = Vec::new();
    for some in alternatives.chunks(options.search.jobs) {
        // the draft itself is played, however little time there is
        if interrupt::interrupted() || !tried.is_empty() && begun.elapsed() >= options.budget {
            break;
        }
        let fates: Vec<Result<Tried, Trouble>> = thread::scope(|scope| {
            let play = |changes: &Vec<Change>| {
                let Some(scenario) = changed(&scenario, &drafted, changes) else {
                    return Ok(Tried::not_a_scenario(changes));
                };
                let (fate, trace) = wanted.look(&bench, &scenario)?;
                let apart = log
                    .as_ref()
                    .zip(trace)
                    .map(|(log, trace)| apart(log, &trace));
                Ok(Tried {
                    changes: changes.clone(),
                    fate,
                    apart,
                })
            };
            let begun: Vec<_> = some
                .iter()
                .map(|changes| scope.spawn(move || play(changes)))
                .collect();
            begun.into_iter().map(join).collect()
        });
        for one in fates {
            tried.push(one?);
        }
        if options.first && tried.iter().any(Tried::is_shown) {
            break;
        }
    }
    let left = alternatives.len() - tried.len();
    let mut found = Found::of(scenario.id.clone(), wanted, tried, left, log.is_some());
    let folder = prepared.folder.path();
    if let Some(chosen) = found.nearest() {
        let changes = chosen.changes.clone();
        if let Some(scenario) = changed(&scenario, &drafted, &changes) {
            let is_shown = found.chosen.is_some();
            let kept = bench.keep(&bench.client, &scenario, "nearest")?;
            if let (Some(look), true) = (kept, is_shown) {
                found.verified = 1 + usize::from(found.is_shown_by(&look));
                for _ in found.verified..SURE {
                    let look = bench.try_once(&bench.client, &scenario)?;
                    let is_same = look.is_some_and(|look| found.is_shown_by(&look));
                    found.verified += usize::from(is_same);
                }
                let text = if drafted.is_empty() {
                    scenario.text()
                } else {
                    drafted.text(&changes)
                };
                judge::write(&folder.join(CHOSEN), &text)?;
            }
        }
    }
    bench.clear();
    let json = found.json(&drafted);
    judge::write(&folder.join("replay.json"), &json)?;
    let next = next(options, &found, folder);
    screen::say(told::found(
        &mut screen::standard_output(),
        &found,
        &drafted,
        &next,
        lang,
    ))?;
    if let Some(file) = &options.search.json {
        judge::write(file, &json)?;
    }
    Ok(interrupt::exit(found.verified == SURE))
}

/// The scenario with these changes, as it is played; nothing where it is none.
fn changed(scenario: &Scenario, drafted: &Drafted, changes: &[Change]) -> Option<Scenario> {
    if changes.is_empty() {
        return Some(bare(scenario));
    }
    let text = drafted.text(changes);
    let read = Scenario::parse(&scenario.id, "scenario.yaml", &text, known());
    read.ok().map(|scenario| bare(&scenario))
}

/// The command that makes the chosen scenario smaller.
fn next(options: &cli::Replay, found: &Found, folder: &Path) -> String {
    let file = folder.join(CHOSEN);
    let mut next = format!("madoguchi shrink {}", quoted_path(&file));
    if let Some(client) = &options.search.client {
        next += &format!(" --client {}", quoted(client));
    }
    if let Some(id) = found.requirement() {
        next += &format!(" --requirement {id}");
    }
    if let Some(words) = &options.symptom {
        next += &format!(" --symptom {}", quoted(words));
    }
    if options.search.profile != cli::DEFAULT_PROFILE {
        next += &format!(" --profile {}", quoted(&options.search.profile));
    }
    next
}
