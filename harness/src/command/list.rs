//! `madoguchi list`: what there is to run, to require, to be, to speak.

use std::io::Write as _;

use madoguchi_conformance::report::json;
use madoguchi_conformance::{requirement, statement};
use madoguchi_fixtures::{persona, persona_ids};
use madoguchi_scenarios::{Breadth, Catalogue};
use madoguchi_terms::{Lang, Say as _};
use madoguchi_wire::Profile;

use super::consumer;
use super::prepared::known;
use super::screen;
use super::selection::Selection;
use super::trouble::Trouble;
use crate::cli::{Format, List};
use crate::exit::Exit;

pub(super) fn list(what: &List, lang: Lang) -> Result<Exit, Trouble> {
    match what {
        List::Scenarios(patterns) => {
            let catalogue = Catalogue::builtin();
            let entries = catalogue
                .select(patterns)
                .map_err(Trouble::NothingSelected)?;
            let names = known();
            for entry in entries {
                let scenario = entry.parse(&names.borrowed()).map_err(Trouble::Scenario)?;
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
            let catalogue = requirement::builtin();
            let all = catalogue.requirements().iter();
            for requirement in all.chain(catalogue.of_consumers()) {
                let text = format!("{:<6}  {}", requirement.level, requirement.text.text(lang));
                row(&requirement.id, &text);
            }
        }
        List::Rows => {
            for (_, rows) in requirement::rows() {
                for told in rows {
                    let codes: String = told.codes.iter().map(|code| format!("{code:?}")).collect();
                    row(&format!("{}  {codes}", told.id), &told.text.text(lang));
                }
            }
        }
        List::Personas => {
            for id in persona_ids() {
                let persona = persona(id)
                    .map_err(|unknown| unreachable!("an id from the list is known: {unknown}"))?;
                row(id, persona.title().get(lang));
            }
        }
        List::Profiles => {
            for (name, _) in madoguchi_wire::BUILTIN {
                let about = Profile::builtin(name).map(|profile| profile.about());
                row(name, about.as_ref().map_or("", |about| about.get(lang)));
                let profile = Profile::builtin(name);
                for (id, statement) in profile.iter().flat_map(Profile::assumptions) {
                    anstream::println!("    {id}  {statement}");
                }
            }
        }
    }
    Ok(Exit::PASS)
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
    };
    let text = serde_json::to_string_pretty(&schema)
        .unwrap_or_else(|error| unreachable!("a schema is plain data: {error}"));
    screen::say(writeln!(screen::standard_output(), "{text}"))?;
    Ok(Exit::PASS)
}

fn row(id: &str, text: &str) {
    anstream::println!("{id:<36}  {text}");
}
