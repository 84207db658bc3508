//! `madoguchi ticket`: one file to attach, of a case that was recorded or made smaller.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use madoguchi_judge::judge as judge_trace;
use madoguchi_notation::Wording;
use madoguchi_report::ticket::Ticket;
use madoguchi_scenarios::Scenario;
use madoguchi_shrink::Line;
use madoguchi_terms::Lang;
use serde::Deserialize;

use super::case::TRACE;
use super::input;
use super::judge;
use super::reports;
use super::screen;
use super::shrink::told;
use super::trouble::Trouble;
use crate::cli;
use crate::exit::Exit;

/// What `shrink` left beside the smallest scenario.
#[derive(Debug, Default, Deserialize)]
struct Kept {
    #[serde(default)]
    lines: Vec<Line>,
    /// How often of three times it failed alike, a correct client passing it.
    verified: usize,
}

pub(super) fn ticket(options: &cli::Ticket, lang: Lang) -> Result<Exit, Trouble> {
    let (path, kept) = of(&options.case)?;
    let trace = judge::read(path.clone())?;
    let verdicts = judge_trace(&trace);
    let scenario: Option<Scenario> = serde_json::from_value(trace.header.resolved.clone()).ok();
    let scenario = scenario.ok_or(Trouble::NoCase(path))?;
    let lines = kept.iter().flat_map(|kept| &kept.lines);
    let lines: Vec<(String, Wording)> = lines
        .map(|line| {
            let told = |lang| told::without(&line.without, lang);
            (
                line.text.clone(),
                Wording::new(told(Lang::Ja), told(Lang::En)),
            )
        })
        .collect();
    let ticket = Ticket {
        trace: &trace,
        verdicts: &verdicts,
        scenario: &scenario.text(),
        lines: &lines,
        control: kept.map(|kept| kept.verified > 0),
        tool: reports::TOOL,
    };
    judge::write(&options.out, &ticket.text())?;
    let out = options.out.display();
    screen::say(writeln!(
        screen::standard_output(),
        "{}",
        lang.pick(
            format!("{out} を書きました。記録は伏せた後のもので、元のログも起動コマンドも含みません"),
            format!("{out} is written: of the redacted trace, without any original log or the client's command"),
        )
    ))?;
    Ok(Exit::PASS)
}

/// The trace that a case has, and what `shrink` left beside it: of a smallest case that one.
fn of(case: &Path) -> Result<(PathBuf, Option<Kept>), Trouble> {
    if !case.is_dir() {
        return Ok((case.to_owned(), None));
    }
    let (smallest, kept) = (case.join("smallest").join(TRACE), case.join("shrink.json"));
    if smallest.is_file() && kept.is_file() {
        let text = input::text(&kept, input::MADE)?;
        let kept = serde_json::from_str(&text).map_err(|error| Trouble::Score {
            path: kept.clone(),
            error,
        })?;
        return Ok((smallest, Some(kept)));
    }
    let own = case.join(TRACE);
    if own.is_file() {
        return Ok((own, None));
    }
    Err(Trouble::NoCase(case.to_owned()))
}
