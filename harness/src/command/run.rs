//! `madoguchi run`: plays the selected scenarios against a client, several at a time where asked,
//! tells each as it ends in the order of the catalogue, and sums up.

mod repeated;
mod told;
mod work;

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use madoguchi_notation::Wording;
use madoguchi_report::CaseReport;
use madoguchi_report::cover::Untried;
use madoguchi_terms::Lang;
use madoguchi_trace::ProfileNote;
use madoguchi_wire::Transport;

use self::told::Told;
use self::work::{Played, Work};
use super::claim::{self, Claim};
use super::command_line::client_command;
use super::consumer;
use super::input;
use super::order::order;
use super::own_words;
use super::plan::{self, Division};
use super::prepared::Prepared;
use super::product;
use super::reports;
use super::screen;
use super::selection::{self, Selection};
use super::shards;
use super::sweeper::Sweeper;
use super::trouble::Trouble;
use super::workers;
use crate::cell::case::ClientSpec;
use crate::cli;
use crate::client::screen_map::ScreenMap;
use crate::client::stand_in::Watch;
use crate::exit::Exit;
use crate::interrupt;
use crate::own_network;

pub(super) fn run(options: &cli::Run, lang: Lang) -> Result<Exit, Trouble> {
    match &options.plan {
        Some(path) => {
            let (options, division) = plan::cell(path, options)?;
            play(&options, Some(&division), lang)
        }
        None => play(options, None, lang),
    }
}

/// Plays what is asked for; `division` says what of it where a plan does.
fn play(options: &cli::Run, division: Option<&Division>, lang: Lang) -> Result<Exit, Trouble> {
    if let Some(role) = &options.consumer {
        return consumer::run(options, role, lang);
    }
    if cfg!(not(unix)) {
        return Err(Trouble::NotHere("run"));
    }
    if options.own_network {
        own_network::enter().map_err(Trouble::OwnNetwork)?;
    }
    let watch = options
        .screen_map
        .as_deref()
        .map(|file| watch(file, options.attended_limit, lang));
    let watch = watch.transpose()?;
    let command = match (&watch, &options.client) {
        // Who opens the page starts the app.
        (Some(_), None) => String::new(),
        (_, client) => client_command(client.as_deref())?,
    };
    let argv = shlex::split(&command)
        .filter(|argv| !argv.is_empty() || watch.is_some() && options.client.is_none())
        .ok_or_else(|| Trouble::ClientCommand(command.clone()))?;
    let words = own_words::read(options.words.as_deref())?;
    let name = match &watch {
        Some(watch) => watch.map.app.name.clone(),
        None => product::file_name(&argv),
    };
    let selection = Selection::of(options);
    let mut prepared = Prepared::new(
        &selection,
        &options.profile,
        options.out.as_deref(),
        Some(options.jobs),
    )?;
    if prepared.profile().transport() == Transport::Folder {
        return Err(Trouble::NeedsFolder(options.profile.clone()));
    }
    let not_offered = prepared.leave_out_what_is_not_offered();
    if prepared.scenarios.is_empty() {
        let profile = options.profile.clone();
        return Err(Trouble::NothingOffered {
            profile,
            scenarios: not_offered,
        });
    }
    let claim = options.statement.as_deref().map(Claim::read).transpose()?;
    let unclaimed = claim
        .as_ref()
        .map(|claim| claim.narrow(&mut prepared.scenarios));
    if prepared.scenarios.is_empty() {
        return Err(Trouble::NothingFits("scenarios"));
    }
    let part = shards::narrow(
        &mut prepared.scenarios,
        |scenario| &scenario.id,
        options,
        division,
        &name,
    )?;
    if options.budget.is_some() {
        selection::most_first(&mut prepared.scenarios);
    }
    let scenarios = prepared.scenarios.iter();
    let ids: Vec<&str> = scenarios.map(|scenario| scenario.id.as_str()).collect();
    let known = reports::known(&options.reports, &shards::whole(part.as_ref(), &ids))?;
    interrupt::catch();

    let report = screen::terminal(lang);
    let mut out = screen::standard_output();
    let profile = prepared.profile();
    let note = ProfileNote {
        name: profile.name().to_owned(),
        assumptions: profile.assumptions().map(|(id, _)| id.to_owned()).collect(),
    };
    let count = prepared.scenarios.len();
    if let (Some(part), Some(engine)) = (&part, options.engine) {
        let shard = part.shard;
        screen::say(writeln!(
            out,
            "{}",
            lang.pick(
                format!("分割 {shard} ({engine} の変数から)"),
                format!("part {shard}, as {engine} tells it"),
            )
        ))?;
    }
    screen::say(report.opening(&mut out, count, &name, &note))?;

    // One desktop, or one person, is there for one case at a time; what is heard in one network
    // is one case's, too.
    let is_exclusive = watch.as_ref().is_some_and(|watch| watch.map.is_exclusive());
    let is_alone = is_exclusive || options.own_network;
    let jobs = if is_alone { 1 } else { options.jobs };
    let order = match options.budget {
        // What decides most comes first, not what waits longest.
        Some(_) => (0..count).collect(),
        None => order(&prepared.scenarios, jobs.min(count).max(1)),
    };
    let work = Work {
        options,
        command: &command,
        client: ClientSpec {
            argv: &argv,
            watch: watch.as_ref(),
            words: Some(&words),
            patience: options.timeout,
            own_network: options.own_network,
            limit: None,
            differences: None,
        },
        prepared: &prepared,
        own: work::own_files(options),
        sweeper: Sweeper::new(),
        until: options.budget.map(|budget| Instant::now() + budget),
    };
    let mut told = Told::new(lang);
    workers::in_order(jobs, &ids, &order, &|at| work.attempt(at), &mut |case| {
        told.take(case, &mut |case| {
            reports::tell(&report, &mut out, case, known.as_ref())
        })
    })?;

    let is_first = part.as_ref().is_none_or(|part| part.shard.takes(0));
    let probes = match claim.as_ref().filter(|_| is_first) {
        Some(claim) => work.probe(claim, &selection)?,
        None => Vec::new(),
    };

    let cases: Vec<CaseReport<'_>> = told.played.iter().map(Played::report).collect();
    if !cases.is_empty() {
        screen::say(report.summary(&mut out, &cases))?;
    }
    if options.repeat > 1 {
        let (of, all) = (options.repeat, told.played.len());
        let steady = told
            .played
            .iter()
            .filter(|played| played.otherwise.is_empty())
            .count();
        screen::say(writeln!(
            out,
            "{}",
            lang.pick(
                format!("  {of} 回とも同じ判定: {all} 件中 {steady} 件"),
                format!("  the same verdicts in each of {of} runs: {steady} of {all}"),
            )
        ))?;
        let alike = |played: &&Played| played.otherwise.is_empty() && played.other_trace.is_none();
        let alike = told.played.iter().filter(alike).count();
        screen::say(writeln!(
            out,
            "{}",
            lang.pick(
                format!("  正規化記録も同じ: {all} 件中 {alike} 件"),
                format!("  and the same canonical trace: {alike} of {all}"),
            )
        ))?;
    }
    let left_out = unclaimed.as_ref().map_or(0, Vec::len);
    screen::say(claim::say(&mut out, &probes, left_out, lang))?;
    screen::say(writeln!(
        out,
        "{}",
        lang.pick(
            format!("  記録: {}", prepared.folder.path().display()),
            format!("  traces: {}", prepared.folder.path().display()),
        )
    ))?;
    if !not_offered.is_empty() {
        let (name, ids) = (profile.name(), not_offered.join(", "));
        screen::say(writeln!(
            out,
            "{}",
            lang.pick(
                format!("  {name} にない機能のため省略: {ids}"),
                format!("  left out, {name} has no such function: {ids}"),
            )
        ))?;
    }
    if let (Some(budget), unbegun @ 1..) = (options.budget, told.unbegun) {
        let seconds = budget.as_secs();
        screen::say(writeln!(
            out,
            "{}",
            lang.pick(
                format!("  未試験 {unbegun} 件: --budget {seconds} に収まらなかったため"),
                format!("  untested {unbegun}: they did not fit into --budget {seconds}"),
            )
        ))?;
    }
    if let Some(refused) = prepared.folder.instead_of() {
        let refused = refused.display();
        anstream::eprintln!(
            "{}",
            lang.pick(
                format!("注意: {refused} に書けないため、一時フォルダに置きました"),
                format!(
                    "note: {refused} cannot be written, so the traces are in a temporary folder"
                ),
            )
        );
    }
    let wire = profile.name();
    let because = Wording::new(
        format!("{wire} のサービスにこの機能がない"),
        format!("the service of {wire} does not have this function"),
    );
    let without = not_offered.iter().map(|id| Untried {
        scenario: id.clone(),
        because: because.clone(),
    });
    let unclaimed = unclaimed.unwrap_or_default();
    let untried = without.chain(unclaimed).chain(told.untried.iter().cloned());
    let untried = untried.collect();
    let mut cover = reports::cover(&options.reports, &argv, prepared.begun(), untried);
    cover.probes = probes;
    cover.unplayed.clone_from(&told.unplayed);
    cover.statement = claim.map(|claim| claim.text);
    let on_it = |case: &CaseReport<'_>| case.verdicts.profile.name == profile.name();
    cover.wire = prepared
        .own_profile
        .clone()
        .filter(|_| cases.iter().any(on_it));
    let known = known.as_ref();
    reports::write(&options.reports, &cases, &cover, part.as_ref(), known, lang)?;
    let exit = reports::settle(known, &cases, &cover.probes, told.exit(count), lang)?;
    Ok(options.of_part(exit))
}

/// How the screens of this app are operated.
pub(super) fn watch(file: &Path, attended_limit: Duration, lang: Lang) -> Result<Watch, Trouble> {
    Ok(Watch {
        map: Arc::new(screen_map(file)?),
        attended_limit,
        lang,
    })
}

/// The screen map in a file.
pub(super) fn screen_map(file: &Path) -> Result<ScreenMap, Trouble> {
    let text = input::text(file, input::WRITTEN)?;
    ScreenMap::parse(&file.to_string_lossy(), &text).map_err(Trouble::Scenario)
}
