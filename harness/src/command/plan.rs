//! `madoguchi plan`: every product, manner and profile with every scenario that `run` would play, divided into cells
//! that take about equally long.

mod balance;
mod file;
mod times;

use std::io::{self, Write};

use madoguchi_report::width::{fitted, padded, width};
use madoguchi_terms::Lang;

use self::balance::{balance, spread};
use self::file::{Cell, PlanFile, Subject};
pub(super) use self::file::{Division, cell};
use self::times::Times;
use super::prepared::{is_offered, read_profile, speaks};
use super::selection::Selection;
use super::trouble::Trouble;
use super::{reports, screen};
use crate::cli;
use crate::exit::Exit;

/// Columns of a client's command in the table.
const CLIENT: usize = 30;

pub(super) fn plan(options: &cli::Plan, lang: Lang) -> Result<Exit, Trouble> {
    let times = Times::read(&options.times)?;
    let cells = cells(options, &times)?;
    let plan = PlanFile::new(options, !times.is_empty(), cells);
    if let Some(path) = &options.json {
        reports::file(path, |out| {
            serde_json::to_writer_pretty(&mut *out, &plan)?;
            out.write_all(b"\n")
        })?;
    }
    screen::say(table(&mut screen::standard_output(), &plan, lang))?;
    Ok(Exit::PASS)
}

/// The cells, those of one subject beside each other.
fn cells(options: &cli::Plan, times: &Times) -> Result<Vec<Cell>, Trouble> {
    let scenarios = Selection {
        patterns: &options.select,
        derived: options.derived,
        breadth: options.variants,
        tags: &options.tags,
        requirements: &options.requirements,
        documents: &options.documents,
    }
    .scenarios()?;
    let mut groups = Vec::new();
    for profile in &options.profiles {
        let wire = read_profile(profile)?;
        let mut played = scenarios.clone();
        played.retain(|one| speaks(profile, one) && is_offered(&wire, one));
        let weights = times.weights(&played, wire.name());
        for subject in subjects(options, profile) {
            groups.push((subject, played.clone(), weights.clone()));
        }
    }
    let cells = usize::from(options.cells.get());
    if groups.len() > cells {
        return Err(Trouble::TooFewCells {
            cells,
            subjects: groups.len(),
        });
    }
    let totals: Vec<u64> = groups
        .iter()
        .map(|(.., weights)| weights.iter().sum())
        .collect();
    let counts = spread(&totals, cells);
    let mut all = Vec::new();
    for ((subject, played, weights), count) in groups.iter().zip(counts) {
        let places = balance(weights, count);
        for index in 0..count {
            let own = || (0..played.len()).filter(|at| places[*at] == index);
            let part = format!("{}/{count}", index + 1).parse();
            all.push(Cell {
                subject: subject.clone(),
                part: part.unwrap_or_else(|_| unreachable!("there are at most 65535 cells")),
                weight: own().map(|at| weights[at]).sum(),
                cases: own().map(|at| played[at].id.clone()).collect(),
            });
        }
    }
    Ok(all)
}

/// Each client as it is and in each manner, on one wire.
fn subjects(options: &cli::Plan, profile: &str) -> Vec<Subject> {
    let clients = options.clients.iter().map(|client| Some(client.clone()));
    let clients: Vec<Option<String>> = match options.clients[..] {
        [] => vec![None],
        _ => clients.collect(),
    };
    let manners = options.manners.iter().map(|manner| Some(manner.clone()));
    let manners: Vec<Option<String>> = std::iter::once(None).chain(manners).collect();
    let mut subjects = Vec::new();
    for client in &clients {
        for manner in &manners {
            subjects.push(Subject {
                client: client.clone(),
                manner: manner.clone(),
                profile: profile.to_owned(),
            });
        }
    }
    subjects
}

/// The end of a command, which tells it from another, where the whole is too long.
fn end_of(command: &str, columns: usize) -> String {
    let mut end = command;
    while width(end) >= columns {
        let mut rest = end.chars();
        rest.next();
        end = rest.as_str();
    }
    if end.len() < command.len() {
        format!("…{end}")
    } else {
        end.to_owned()
    }
}

/// The plan as a table.
fn table(out: &mut dyn Write, plan: &PlanFile, lang: Lang) -> io::Result<()> {
    let head = lang.pick(
        [
            "区画",
            "クライアント",
            "プロファイル",
            "分割",
            "シナリオ",
            "目安",
        ],
        ["cell", "client", "profile", "part", "scenarios", "about"],
    );
    let widths = [5, CLIENT, 16, 8, 10, 10];
    let line = |out: &mut dyn Write, cells: [&str; 6]| {
        let padded: Vec<String> = cells
            .iter()
            .zip(widths)
            .map(|(cell, width)| padded(&fitted(cell, width - 1), width))
            .collect();
        writeln!(out, "  {}", padded.concat().trim_end())
    };
    line(out, head)?;
    let amount = |weight: u64| {
        if plan.measured {
            format!("{}.{} s", weight / 1000, weight % 1000 / 100)
        } else {
            let acts = weight.div_ceil(100);
            lang.pick(format!("操作 {acts}"), format!("{acts} acts"))
        }
    };
    for (number, cell) in (1..).zip(&plan.cells) {
        let number: u32 = number;
        let Subject {
            client,
            manner,
            profile,
        } = &cell.subject;
        let client = client.as_deref().unwrap_or("--client");
        let client = match manner {
            Some(manner) => format!("{client} --manner {manner}"),
            None => client.to_owned(),
        };
        let client = end_of(&client, CLIENT - 1);
        line(
            out,
            [
                &number.to_string(),
                &client,
                profile,
                &cell.part.to_string(),
                &cell.cases.len().to_string(),
                &amount(cell.weight),
            ],
        )?;
    }
    let weights = || plan.cells.iter().map(|cell| cell.weight);
    let (least, most) = (weights().min().unwrap_or(0), weights().max().unwrap_or(0));
    let (least, most) = (amount(least), amount(most));
    writeln!(
        out,
        "  {}",
        lang.pick(
            format!("最長 {most} · 最短 {least}"),
            format!("longest {most} · shortest {least}"),
        )
    )?;
    if !plan.measured {
        let note = lang.pick(
            "時間の記録がないため、操作の数で揃えました (100 ms の待ちは操作一つ)",
            "balanced by the number of acts, as there are no times (waiting 100 ms counts as one)",
        );
        writeln!(out, "  {note}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_long_command_the_end_is_shown() {
        assert_eq!(end_of("a.exe", 8), "a.exe");
        assert_eq!(end_of("/opt/vendor/a.exe --x", 10), "…a.exe --x");
        assert_eq!(end_of("窓口窓口窓口", 6), "…窓口");
    }
}
