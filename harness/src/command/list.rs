//! `madoguchi list`: what there is to run, to require, to be, to speak.

use std::collections::BTreeSet;
use std::io::Write as _;

use madoguchi_fixtures::{persona, persona_ids};
use madoguchi_judge::proven::Proven;
use madoguchi_report::json;
use madoguchi_report::width::padded;
use madoguchi_requirements::Place;
use madoguchi_requirements::statement;
use madoguchi_scenarios::Breadth;
use madoguchi_terms::{Lang, Say as _};
use madoguchi_wire::Profile;
use serde::Serialize;

use super::consumer;
use super::screen;
use super::selection::Selection;
use super::trouble::Trouble;
use crate::cli::{Format, List};
use crate::exit::Exit;
use crate::ledger::{Ledger, Mark};

pub(super) fn list(what: &List, lang: Lang) -> Result<Exit, Trouble> {
    match what {
        List::Scenarios { patterns, derived } => {
            let selection = Selection {
                derived: *derived,
                ..Selection::by_id(patterns)
            };
            for scenario in selection.scenarios()? {
                row(&scenario.id, &scenario.purpose.text(lang));
            }
        }
        List::Variants(patterns) => {
            let selection = Selection {
                breadth: Breadth::Pairwise,
                ..Selection::by_id(patterns)
            };
            for scenario in selection.scenarios()? {
                anstream::println!("{}", scenario.id);
            }
        }
        List::Consumer(patterns) => {
            for scenario in consumer::scenarios(patterns)? {
                row(&scenario.id, &scenario.purpose.text(lang));
            }
        }
        List::Requirements => {
            let catalogue = madoguchi_requirements::builtin();
            let all = catalogue.requirements().iter();
            for requirement in all.chain(catalogue.of_consumers()) {
                let level = padded(&requirement.level.text(lang), 6);
                row(
                    &requirement.id,
                    &format!("{level}  {}", requirement.text.text(lang)),
                );
            }
        }
        List::Rows => {
            for (_, rows) in madoguchi_requirements::rows() {
                for told in rows {
                    let codes: String = told.codes.iter().map(|code| format!("{code:?}")).collect();
                    row(&format!("{}  {codes}", told.id), &told.text.text(lang));
                }
            }
        }
        List::Review(texts) => review(texts, lang)?,
        List::Personas => {
            for id in persona_ids() {
                let persona = persona(id)
                    .map_err(|unknown| unreachable!("an id from the list is known: {unknown}"))?;
                row(id, persona.title().get(lang));
            }
        }
        List::Profiles => {
            for (name, _) in madoguchi_wire::BUILTIN {
                let profile = Profile::builtin(name);
                row(name, profile.as_ref().map_or("", |it| it.about().get(lang)));
                for (id, statement) in profile.iter().flat_map(Profile::assumptions) {
                    anstream::println!("    {id}  {}", statement.get(lang));
                }
            }
        }
        List::Assumptions { json } => assumptions(*json, lang)?,
        List::Ledger { json } => ledger(*json, lang)?,
    }
    Ok(Exit::PASS)
}

/// What rests on each place that one of the texts means: part of a document's key or title, or of a
/// heading. What changed since it was last reviewed comes with a mark.
fn review(texts: &[String], lang: Lang) -> Result<(), Trouble> {
    let catalogue = madoguchi_requirements::builtin();
    let places = madoguchi_requirements::places(catalogue);
    let title = |key: &str| catalogue.document(key).map_or("", |found| &found.title);
    let is_meant = |place: &&Place| {
        let said = [&place.document, &place.place, title(&place.document)];
        texts.is_empty()
            || texts
                .iter()
                .any(|text| said.iter().any(|said| said.contains(text.as_str())))
    };
    let meant: Vec<&Place> = places.iter().filter(is_meant).collect();
    if meant.is_empty() {
        return Err(Trouble::NoSuchPlace(texts.join(", ")));
    }
    let mut document = "";
    for place in &meant {
        if document != place.document {
            document = &place.document;
            let date = catalogue.document(document).map_or("", |found| &found.date);
            anstream::println!("{document}  {} ({date})", title(document));
        }
        let due = lang.pick(
            "  ← 前回の確認の後に変わった",
            "  ← changed since the last review",
        );
        let due = if place.is_due { due } else { "" };
        anstream::println!("  {}{due}", place.place);
        for (label, ids) in [
            (lang.pick("要件", "requirements"), &place.requirements),
            (lang.pick("シナリオ", "scenarios"), &place.scenarios),
            (lang.pick("試験", "tests"), &place.tests),
        ] {
            if !ids.is_empty() {
                let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
                anstream::println!("      {label}: {}", ids.join(", "));
            }
        }
    }
    let scenarios: BTreeSet<&str> = meant
        .iter()
        .flat_map(|place| place.scenarios.iter().map(String::as_str))
        .collect();
    let (places, scenarios) = (meant.len(), scenarios.len());
    anstream::println!(
        "{}",
        lang.pick(
            format!("\n{places} 箇所に {scenarios} 件のシナリオが拠っている"),
            format!("\nscenarios: {scenarios}, places that they rest on: {places}"),
        )
    );
    Ok(())
}

/// The assumptions, and what rests on each.
fn assumptions(json: bool, lang: Lang) -> Result<(), Trouble> {
    let ledger = Ledger::new();
    if json {
        return as_json(&ledger.assumptions);
    }
    for assumption in &ledger.assumptions {
        let (id, statement) = (&assumption.id, assumption.statement.get(lang));
        let (rules, requirements) = (assumption.rules.len(), assumption.requirements.len());
        let robust = assumption.robust.len();
        anstream::println!("{id}  {statement}");
        let told = lang.pick(
            format!("規則 {rules}、要件 {requirements} (うち代案で変わらないもの {robust})"),
            format!("{rules} rules, {requirements} requirements ({robust} the same under every alternative)"),
        );
        let by = match &assumption.profiles[..] {
            [] => lang.pick("判定の側", "the checks").to_owned(),
            profiles => profiles.join(", "),
        };
        anstream::println!("      {told}  ({by})");
        for one in &assumption.alternatives {
            let (name, open) = (padded(one.name(), 24), one.open.get(lang));
            anstream::println!("      {name} {open}");
        }
        if let Some(why) = &assumption.none {
            let none = lang.pick("代案なし", "no alternative");
            anstream::println!("      {none}: {}", why.get(lang));
        }
    }
    let (declared, robust) = Proven::builtin().counts();
    anstream::println!(
        "\n{}",
        lang.pick(
            format!("要件が宣言する想定 {declared} 件のうち {robust} 件は、どの代案でも判定が変わらない"),
            format!("of {declared} declared pairs of requirement and assumption {robust} come out the same under every alternative"),
        )
    );
    Ok(())
}

/// Every behaviour of the mock with its mark, and how many have which.
fn ledger(json: bool, lang: Lang) -> Result<(), Trouble> {
    let ledger = Ledger::new();
    if json {
        return as_json(&ledger);
    }
    for entry in &ledger.entries {
        let mark = padded(entry.mark.words().get(lang), 9);
        let basis = match &entry.place {
            Some(place) => place.clone(),
            None => entry.basis.join(" "),
        };
        anstream::println!("{mark} {}  ({basis})", entry.behaviour);
    }
    let counts = Mark::ALL.map(|mark| {
        let words = mark.words();
        format!("{} {}", words.get(lang), ledger.count(mark))
    });
    anstream::println!("\n{}", counts.join(" · "));
    Ok(())
}

fn as_json(value: &impl Serialize) -> Result<(), Trouble> {
    let text = serde_json::to_string_pretty(value)
        .unwrap_or_else(|error| unreachable!("a listing is plain data: {error}"));
    screen::say(writeln!(screen::standard_output(), "{text}"))
}

/// A format as a JSON Schema.
pub(super) fn schema(format: &Format) -> Result<Exit, Trouble> {
    let schema = match format {
        Format::Scenario => madoguchi_scenarios::schema(),
        Format::Report => json::schema(),
        Format::Statement => statement::schema(),
        Format::Mapping => madoguchi_transcription::schema(),
        Format::Consumer => crate::consumer::schema::schema(),
        Format::ScreenMap => crate::client::screen_map::schema(),
        Format::Words => crate::client::own_words::schema(),
    };
    let text = serde_json::to_string_pretty(&schema)
        .unwrap_or_else(|error| unreachable!("a schema is plain data: {error}"));
    screen::say(writeln!(screen::standard_output(), "{text}"))?;
    Ok(Exit::PASS)
}

fn row(id: &str, text: &str) {
    anstream::println!("{id:<36}  {text}");
}
