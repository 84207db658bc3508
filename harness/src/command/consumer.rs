//! `madoguchi run --role consumer`: deliveries put before a レセコン, and its export judged.

use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::Path;

use jiff::Timestamp;
use madoguchi_judge::verdict::{Outcome, Overall, Verdicts};
use madoguchi_report::CaseReport;
use madoguchi_report::cover::Probe;
use madoguchi_report::terminal::Styles;
use madoguchi_report::transcribed::Report;
use madoguchi_report::width::{fitted, padded};
use madoguchi_requirements::statement::Feature;
use madoguchi_terms::{Lang, Say as _};
use madoguchi_transcription::{Mapping, Origin};
use madoguchi_wire::Profile;

use super::claim::{self, Claim};
use super::command_line::{quoted, quoted_path, words};
use super::input;
use super::judge;
use super::product::product;
use super::reports;
use super::screen;
use super::shards;
use super::trouble::Trouble;
use super::workers;
use crate::cli;
use crate::consumer::catalogue::{self, NotSelected};
use crate::consumer::play::{Played, Setting, play};
use crate::consumer::property::play_persons;
use crate::consumer::scenario::Scenario;
use crate::exit::Exit;
use crate::interrupt;
use crate::own_files::{OwnFiles, is_file};
use crate::store::RunFolder;

/// The files of a 資格確認端末.
const WIRE: &str = "oqs-xml-8.07";

/// The scenarios that `patterns` mean.
pub(super) fn scenarios(patterns: &[String]) -> Result<Vec<Scenario>, Trouble> {
    let read = |file: &str| input::text(file, input::WRITTEN);
    catalogue::select(patterns, &read).map_err(|not| match not {
        NotSelected::Nothing(nothing) => Trouble::NothingSelected(nothing),
        NotSelected::Wrong(diagnostics) => Trouble::Scenario(diagnostics),
        NotSelected::Read(trouble) => trouble,
    })
}

pub(super) fn run(options: &cli::Run, role: &cli::Consumer, lang: Lang) -> Result<Exit, Trouble> {
    let (text, mapping) = mapping(role.mapping.as_deref())?;
    let command = options.client.clone().ok_or(Trouble::NoClient)?;
    // On Windows a backslash is a part of a path.
    let argv = if cfg!(windows) {
        words(&command.replace('\\', "\\\\"))
    } else {
        words(&command)
    }?;
    let clipboard = role.clipboard.as_deref().map(words).transpose()?;
    let mut scenarios = scenarios(&options.select)?;
    let claim = options.statement.as_deref().map(Claim::read).transpose()?;
    let everything = scenarios.clone();
    let unclaimed = claim.as_ref().map(|claim| claim.narrow(&mut scenarios));
    let unclaimed = unclaimed.unwrap_or_default();
    if scenarios.is_empty() {
        return Err(Trouble::NothingFits("scenarios"));
    }
    let product = product(claim.as_ref(), &argv);
    let part = shards::narrow(
        &mut scenarios,
        |scenario| &scenario.id,
        options,
        None,
        &product.name,
    )?;
    let ids: Vec<&str> = scenarios.iter().map(|one| one.id.as_str()).collect();
    let known = reports::known(&options.reports, &shards::whole(part.as_ref(), &ids))?;
    let wire = Profile::builtin(WIRE).ok_or_else(|| Trouble::UnknownProfile(WIRE.to_owned()))?;
    let begun = Timestamp::now();
    let folder = RunFolder::create(options.out.as_deref(), begun).map_err(Trouble::Folder)?;
    interrupt::catch();
    let setting = Setting {
        argv: &argv,
        product: &product,
        mapping: &mapping,
        sealed: options.reports.evidence.is_some().then_some(&*text),
        wire: &wire,
        limit: options.timeout,
        clipboard: clipboard.as_deref(),
        attended_limit: options.attended_limit,
        lang,
    };
    let mut out = screen::standard_output();
    let count = scenarios.len();
    let name = &product.name;
    screen::say(writeln!(
        out,
        "{}\n",
        lang.pick(
            format!("{name} に {count} 場面を届けます ({WIRE}、非公式)"),
            format!("Delivering {count} cases to {name} ({WIRE}, unofficial)"),
        )
    ))?;
    let mut played: Vec<(Played, String)> = Vec::new();
    let mut worst = Exit::PASS;
    // One person sits before one screen.
    let jobs = match mapping.binding() {
        Origin::Attended(_) => 1,
        Origin::Export(_) | Origin::Page(_) => options.jobs,
    };
    let attempt = |at: usize| match deliver(&setting, &scenarios[at], &folder, ids[at]) {
        Ok(done) => ControlFlow::Continue(Ok(done)),
        Err(trouble) => ControlFlow::Break(Err(trouble)),
    };
    let order: Vec<usize> = (0..ids.len()).collect();
    workers::in_order(jobs, &ids, &order, &attempt, &mut |case| {
        let mut done = case?;
        if options.reports.strict {
            done.judgement.verdicts = done.judgement.verdicts.strictly();
        }
        let overall = done.judgement.verdicts.overall();
        if interrupt::interrupted() && overall != Overall::Passed {
            // Its product was ended with the run: what is missing says nothing of it.
            return Ok(());
        }
        let again = again(options, role, &done.case.id, &command);
        screen::say(tell(&mut out, &done, &again, lang))?;
        worst = worst.max(judge::exit(overall));
        played.push((done, again));
        Ok(())
    })?;
    if interrupt::interrupted() {
        return Ok(Exit::INTERRUPTED);
    }
    // Of a divided run only the first part has them.
    let is_first = options.shard.is_none_or(|shard| shard.takes(0));
    if let Some(count) = role.persons.filter(|_| is_first) {
        let id = "property/persons";
        let case = folder.case(id).map_err(Trouble::Folder)?;
        let mut done = play_persons(&setting, count, options.seed, &case).map_err(|not| {
            Trouble::NotPlayed {
                id: id.to_owned(),
                not,
            }
        })?;
        if options.reports.strict {
            done.judgement.verdicts = done.judgement.verdicts.strictly();
        }
        let smallest = case.join("smallest.yaml");
        let again = again(options, role, &smallest.to_string_lossy(), &command);
        screen::say(tell(&mut out, &done, &again, lang))?;
        worst = worst.max(judge::exit(done.judgement.verdicts.overall()));
        played.push((done, again));
    }
    let probes = match claim.as_ref().filter(|_| is_first) {
        Some(claim) => probe(&setting, claim, &everything, options.seed, &folder),
        None => Vec::new(),
    };
    let cases: Vec<CaseReport<'_>> = played
        .iter()
        .map(|(played, again)| CaseReport {
            verdicts: &played.judgement.verdicts,
            trace: None,
            exhibit: played.exhibit.as_ref(),
            begun: Some(played.begun),
            took: Some(played.took),
            again,
            known: None,
        })
        .collect();
    screen::say(screen::terminal(lang).summary(&mut out, &cases))?;
    screen::say(claim::say(&mut out, &probes, unclaimed.len(), lang))?;
    let place = folder.path().display();
    screen::say(writeln!(
        out,
        "{}",
        lang.pick(format!("  記録: {place}"), format!("  records: {place}"))
    ))?;
    let mut cover = reports::cover(&options.reports, &argv, begun, unclaimed);
    cover.probes = probes;
    cover.statement = claim.map(|claim| claim.text);
    let (part, known) = (part.as_ref(), known.as_ref());
    reports::write(&options.reports, &cases, &cover, part, known, lang)?;
    let exit = reports::settle(known, &cases, &cover.probes, worst, lang)?;
    Ok(options.of_part(exit))
}

/// Looks at what the statement does not claim, in folders of their own.
fn probe(
    setting: &Setting<'_>,
    claim: &Claim,
    scenarios: &[Scenario],
    seed: u64,
    folder: &RunFolder,
) -> Vec<Probe> {
    let probes = claim.probes(scenarios, seed).into_iter();
    let look = |(feature, scenario): (Feature, Scenario)| {
        let played = deliver(
            setting,
            &scenario,
            folder,
            &format!("probes/{}", scenario.id),
        );
        let outcome = played.as_ref().map(|played| &played.judgement.verdicts);
        claim::told(&feature, &scenario.id, outcome)
    };
    probes.map(look).collect()
}

/// Plays one scenario in a folder of this name.
fn deliver(
    setting: &Setting<'_>,
    scenario: &Scenario,
    folder: &RunFolder,
    name: &str,
) -> Result<Played, Trouble> {
    let case = folder.case(name).map_err(Trouble::Folder)?;
    let not = |not| Trouble::NotPlayed {
        id: scenario.id.clone(),
        not,
    };
    play(setting, scenario, &case).map_err(not)
}

/// The mapping, and its text for the bundle.
fn mapping(file: Option<&Path>) -> Result<(String, Mapping), Trouble> {
    let file = file.ok_or(Trouble::NeedsMapping)?;
    let text = input::text(file, input::WRITTEN)?;
    let mapping = Mapping::parse(&file.to_string_lossy(), &text).map_err(Trouble::Scenario)?;
    Ok((text, mapping))
}

/// The command that shows a case again.
fn again(options: &cli::Run, role: &cli::Consumer, id: &str, command: &str) -> String {
    let named = options.select.iter().map(String::as_str);
    let what = OwnFiles::new(named.filter(|named| is_file(named))).file(id);
    let mapping = role.mapping.as_deref().unwrap_or(Path::new(""));
    format!(
        "madoguchi run {} --role consumer --client {} --mapping {}",
        quoted(what.unwrap_or(id)),
        quoted(command),
        quoted_path(mapping),
    )
}

/// One line for one case, and below it what is wrong and the records side by side.
fn tell(out: &mut dyn Write, played: &Played, again: &str, lang: Lang) -> io::Result<()> {
    let styles = Styles::coloured();
    let verdicts = &played.judgement.verdicts;
    let (mark, style) = match verdicts.overall() {
        Overall::Passed => ("✔", styles.good),
        Overall::Failed | Overall::CouldNotRun => ("✘", styles.bad),
    };
    let purpose = fitted(verdicts.purpose.get(lang), 48);
    let took = format!("{:.2} s", played.took.as_secs_f64());
    writeln!(
        out,
        "  {style}{mark}{style:#} {} {} {took}",
        padded(&verdicts.scenario, 26),
        padded(&purpose, 48),
    )?;
    let passed = verdicts.overall() == Overall::Passed;
    if passed && verdicts.failed().next().is_none() {
        return Ok(());
    }
    writeln!(out)?;
    failures(out, verdicts, styles, lang)?;
    let report = Report::new(lang, styles);
    report.differing(out, verdicts)?;
    writeln!(out, "    {} {again}\n", lang.pick("再実行", "again"))
}

fn failures(
    out: &mut dyn Write,
    verdicts: &Verdicts,
    styles: Styles,
    lang: Lang,
) -> io::Result<()> {
    for verdict in &verdicts.verdicts {
        let Outcome::Fail(failure) = &verdict.outcome else {
            continue;
        };
        let (bad, strong, id) = (styles.bad, styles.strong, &verdict.requirement);
        let bad = if verdict.counts_against() {
            bad
        } else {
            styles.open
        };
        let level = padded(&verdict.level.text(lang), 8);
        writeln!(out, "    {bad}{level}{bad:#} {strong}{id}{strong:#}")?;
        let stated = madoguchi_requirements::builtin().get(id);
        let text = stated.map_or_else(String::new, |stated| stated.text.text(lang));
        let likely = verdict.likely().map_or("", |likely| likely.get(lang));
        writeln!(out, "             {text}")?;
        for (ja, en, said) in [
            ("期待", "expected", failure.expected.get(lang)),
            ("実際", "observed", failure.observed.get(lang)),
            ("原因の候補", "likely", likely),
        ] {
            writeln!(out, "    {} {said}", padded(lang.pick(ja, en), 10))?;
        }
        writeln!(out)?;
    }
    Ok(())
}
