//! `madoguchi scenario`: checks scenarios of the user's own, begins one, and shows what one of the
//! catalogue does, as YAML or in words.

use std::io::Write as _;
use std::path::Path;

use madoguchi_fixtures::persona;
use madoguchi_notation::load;
use madoguchi_report::width::padded;
use madoguchi_scenarios::{Breadth, Catalogue, Entry, Scenario, chosen, derived};
use madoguchi_terms::{Lang, Say as _};
use serde_json::Value as Json;

use super::names::known;
use super::selection::is_derived;
use super::trouble::Trouble;
use super::{draft, input, screen};
use crate::cli::ScenarioCommand;
use crate::consumer::catalogue::catalogue;
use crate::consumer::scenario as consumer;
use crate::exit::Exit;
use crate::own_files::{OwnFiles, is_file};

/// A scenario to begin with. It checks clean for every id, which a test holds.
const DRAFT: &str = include_str!("scenario/draft.yaml");

pub(super) fn scenario(command: &ScenarioCommand, lang: Lang) -> Result<Exit, Trouble> {
    match command {
        ScenarioCommand::Check(files) => check(files, lang),
        ScenarioCommand::New { id, out } => new(id, out.as_deref(), lang),
        ScenarioCommand::Explain(id) => explain(&entry(id)?, lang),
        ScenarioCommand::Show(id) => {
            screen::say(write!(screen::standard_output(), "{}", entry(id)?.text))?;
            Ok(Exit::PASS)
        }
    }
}

/// Says everything that is wrong with each of the files, and goes on to the next.
fn check(files: &[String], lang: Lang) -> Result<Exit, Trouble> {
    let mut worst = Exit::PASS;
    for (file, id) in OwnFiles::new(files.iter().map(String::as_str)).each() {
        let text = input::text(file, input::WRITTEN)?;
        let read = if is_of_consumer(file, &text) {
            consumer::Scenario::parse(id, file, &text)
                .map(|scenario| (scenario.when.len(), scenario.requirements.len()))
        } else {
            let read = Scenario::parse(id, file, &text, known());
            if let Ok(scenario) = &read
                && let Some(doubts) = scenario.doubts(file, &text)
            {
                Trouble::Scenario(doubts).tell(lang);
            }
            read.map(|scenario| (scenario.when.len(), scenario.requirements.len()))
        };
        match read {
            Ok((steps, requirements)) => screen::say(writeln!(
                screen::standard_output(),
                "{}",
                lang.pick(
                    format!("{file}: 読めました。手順 {steps}、要件 {requirements}"),
                    format!("{file}: it reads; {steps} steps, {requirements} requirements"),
                )
            ))?,
            Err(wrong) => worst = worst.max(Trouble::Scenario(wrong).tell(lang)),
        }
    }
    Ok(worst)
}

/// Whether a text is a scenario for a レセコン: it has steps that no scenario for an app has.
fn is_of_consumer(file: &str, text: &str) -> bool {
    let told: Option<Json> = load(file, text).ok();
    let when = told.as_ref().and_then(|told| told["when"].as_array());
    when.into_iter().flatten().any(|step| {
        let words = ["deliver", "inquire", "claim"];
        words.iter().any(|word| step.get(word).is_some())
    })
}

/// Writes a draft, never over a file.
fn new(id: &str, out: Option<&Path>, lang: Lang) -> Result<Exit, Trouble> {
    let name = id.rsplit('/').next().unwrap_or(id);
    let path = out.map_or_else(|| Path::new(name).with_extension("yaml"), Path::to_owned);
    draft::write(&path, &DRAFT.replace("ID", id))?;
    let path = path.display();
    screen::say(writeln!(
        screen::standard_output(),
        "{}",
        lang.pick(
            format!("{path} を書きました。次: madoguchi scenario check {path}、madoguchi run {path} --client …"),
            format!("{path} is written. Next: madoguchi scenario check {path}, madoguchi run {path} --client …"),
        )
    ))?;
    Ok(Exit::PASS)
}

/// A scenario of the catalogue by its id, or one in a file of the user's own.
fn entry(named: &str) -> Result<Entry, Trouble> {
    if is_file(named) {
        return Ok(Entry {
            id: OwnFiles::new([named]).id(named).unwrap_or(named).to_owned(),
            file: named.to_owned(),
            text: input::text(named, input::WRITTEN)?,
        });
    }
    let named_by = [named.to_owned()];
    if is_derived(named) {
        let cells = derived();
        let found = chosen(&cells, |cell| &cell.id, &named_by).map_err(Trouble::NothingSelected)?;
        return match found[..] {
            [one] => Ok(Entry {
                id: one.id.clone(),
                file: one.id.clone(),
                text: one.text(),
            }),
            _ => Err(Trouble::NotOneScenario {
                named: named.to_owned(),
                ids: found.iter().map(|cell| cell.id.clone()).collect(),
            }),
        };
    }
    let (apps, consumers) = (Catalogue::builtin(), catalogue());
    let found = match (apps.select(&named_by), consumers.select(&named_by)) {
        (Ok(found), Err(_)) | (Err(_), Ok(found)) => found,
        (Ok(found), Ok(others)) => found.into_iter().chain(others).collect(),
        (Err(nothing), Err(_)) => return Err(Trouble::NothingSelected(nothing)),
    };
    match found[..] {
        [one] => Ok(one.clone()),
        _ => Err(Trouble::NotOneScenario {
            named: named.to_owned(),
            ids: found.iter().map(|entry| entry.id.clone()).collect(),
        }),
    }
}

fn explain(entry: &Entry, lang: Lang) -> Result<Exit, Trouble> {
    let words = if is_of_consumer(&entry.file, &entry.text) {
        let scenario = consumer::Scenario::parse(&entry.id, &entry.file, &entry.text);
        of_consumer_in_words(&scenario.map_err(Trouble::Scenario)?, lang)
    } else {
        let scenario = entry.parse(known());
        in_words(&scenario.map_err(Trouble::Scenario)?, lang)
    };
    let mut out = screen::standard_output();
    screen::say(out.write_all(words.as_bytes()))?;
    Ok(Exit::PASS)
}

/// The whole scenario for a レセコン in words.
fn of_consumer_in_words(scenario: &consumer::Scenario, lang: Lang) -> String {
    let mut lines = vec![format!(
        "{}  {}\n",
        scenario.id,
        scenario.purpose.text(lang)
    )];
    lines.extend(scenario.in_words(lang));
    lines.extend(decided(
        scenario.requirements.iter().map(|id| id.as_str()),
        lang,
    ));
    lines.push(String::new());
    lines.join("\n")
}

/// The whole scenario in words.
fn in_words(scenario: &Scenario, lang: Lang) -> String {
    let mut lines = vec![format!("{}  {}", scenario.id, scenario.purpose.text(lang))];
    lines.push(format!("\n{}", lang.pick("はじめに", "To begin with")));
    let owner = &scenario.given.persona;
    let title = persona(owner).map_or_else(
        |_| String::new(),
        |known| known.title().get(lang).to_owned(),
    );
    lines.push(format!("  - {owner}: {title}"));
    lines.extend(
        scenario
            .given
            .in_words(lang)
            .into_iter()
            .map(|word| format!("  - {word}")),
    );
    lines.push(format!("\n{}", lang.pick("手順", "What happens")));
    let steps = (1..).zip(&scenario.when);
    lines.extend(steps.map(|(n, step)| format!("{n:>4}. {}", step.in_words(lang))));
    if !scenario.then.is_empty() {
        lines.push(format!(
            "\n{}",
            lang.pick("見えるべきもの", "What must be seen")
        ));
        lines.extend(
            scenario
                .then
                .iter()
                .map(|expected| format!("  - {}", expected.in_words(lang))),
        );
    }
    lines.extend(decided(
        scenario.requirements.iter().map(|id| id.as_str()),
        lang,
    ));
    let variants = scenario.variants(Breadth::Pairwise).len();
    if variants > 1 {
        let (id, all) = (&scenario.id, scenario.variants(Breadth::All).len());
        lines.push(format!("\n{}", lang.pick("変種", "Variants")));
        lines.push(lang.pick(
            format!("  値の組がすべて現れる {variants} 件、全部で {all} 件。一覧: madoguchi list variants {id}"),
            format!("  {variants} in which every pair of values occurs, {all} in all; for the list: madoguchi list variants {id}"),
        ));
    }
    lines.push(String::new());
    lines.join("\n")
}

/// The requirements with their documents.
fn decided<'i>(ids: impl Iterator<Item = &'i str>, lang: Lang) -> Vec<String> {
    let mut lines = Vec::new();
    lines.push(format!(
        "\n{}",
        lang.pick("判定する要件", "Which requirements it decides")
    ));
    let catalogue = madoguchi_requirements::builtin();
    for id in ids {
        let Some(named) = catalogue.get(id) else {
            continue;
        };
        lines.push(format!("  {} {id}", padded(&named.level.text(lang), 6)));
        lines.push(format!("         {}", named.text.text(lang)));
        for source in &named.sources {
            if let Some(document) = catalogue.document(&source.document) {
                let (title, date) = (&document.title, &document.date);
                lines.push(format!("         {title} ({date}), {}", source.place));
            }
        }
        if let Some(because) = &named.because {
            let why = lang.pick("理由", "why");
            lines.push(format!("         {why}: {}", because.text(lang)));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_checks_clean() {
        for id in ["my/first", "x"] {
            let text = DRAFT.replace("ID", id);
            Scenario::parse(id, "draft.yaml", &text, known()).unwrap();
        }
    }

    #[test]
    fn every_scenario_can_be_told_in_both_languages() {
        for entry in Catalogue::builtin().entries() {
            let scenario = entry.parse(known()).unwrap();
            for lang in Lang::ALL {
                let told = in_words(&scenario, lang);
                for id in &scenario.requirements {
                    assert!(told.contains(id.as_str()), "{}: {id}", entry.id);
                }
            }
        }
    }

    #[test]
    fn a_scenario_that_is_made_reads_back_from_its_text() {
        for made in derived().into_iter().step_by(17) {
            let text = made.text();
            let read = Scenario::parse(&made.id, &made.id, &text, known());
            assert_eq!(read.unwrap(), made, "{text}");
        }
    }

    #[test]
    fn every_scenario_for_a_consumer_is_known_as_one_and_told_in_both_languages() {
        for entry in catalogue().entries() {
            assert!(is_of_consumer(&entry.file, &entry.text), "{}", entry.id);
            let scenario = consumer::Scenario::parse(&entry.id, &entry.file, &entry.text).unwrap();
            for lang in Lang::ALL {
                let told = of_consumer_in_words(&scenario, lang);
                for id in &scenario.requirements {
                    assert!(told.contains(id.as_str()), "{}: {}", entry.id, **id);
                }
            }
        }
        for entry in Catalogue::builtin().entries() {
            assert!(!is_of_consumer(&entry.file, &entry.text), "{}", entry.id);
        }
    }

    #[test]
    fn a_scenario_for_a_consumer_in_words() {
        for id in ["handover/both-schemes", "inquiry/visits"] {
            let entry = entry(id).unwrap();
            let scenario = consumer::Scenario::parse(id, &entry.file, &entry.text).unwrap();
            let name = id.replace('/', "-");
            for lang in Lang::ALL {
                let told = of_consumer_in_words(&scenario, lang);
                insta::assert_snapshot!(format!("explain-{name}-{lang}"), told);
            }
        }
    }

    #[test]
    fn a_scenario_in_words() {
        let entry = entry("pin/lockout").unwrap();
        let scenario = entry.parse(known()).unwrap();
        for lang in Lang::ALL {
            insta::assert_snapshot!(format!("explain-{lang}"), in_words(&scenario, lang));
        }
    }
}
