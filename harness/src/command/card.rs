//! `madoguchi card`: what a card has kept. `save` and `load` ask an open counter; `show` and `diff`
//! look at files, or at the card of a persona as it leaves the issuer; `counter` does to a saved card
//! what a municipality does.

pub(crate) mod errand;
pub(super) mod state_file;

use std::io::Write as _;
use std::path::Path;

use jiff::Timestamp;
use madoguchi_card::{Content, Place, Profile, State};
use madoguchi_fixtures::persona;
use madoguchi_layout::APPLICATIONS;
use madoguchi_terms::{Lang, Say as _};

use super::trouble::Trouble;
use super::{counter, screen};
use crate::cli::CardCommand;
use crate::exit::Exit;

pub(super) fn card(command: &CardCommand, lang: Lang) -> Result<Exit, Trouble> {
    match command {
        CardCommand::Save(file) => ask("save", file),
        CardCommand::Load(file) => ask("load", file),
        CardCommand::Show(what) => show(&state(what)?, lang),
        CardCommand::Diff(one, other) => diff(&state(one)?, &state(other)?, lang),
        CardCommand::Counter(file, errand) => {
            let mut state = state_file::read(file).map_err(Trouble::Card)?;
            errand
                .run(&mut state, Timestamp::now())
                .and_then(|()| state_file::write(file, &state))
                .map_err(Trouble::Card)?;
            Ok(Exit::PASS)
        }
    }
}

/// The state in a file, or of a persona's new card.
fn state(what: &str) -> Result<State, Trouble> {
    let path = Path::new(what);
    if path.is_file() {
        return state_file::read(path).map_err(Trouble::Card);
    }
    let unknown = |error: &dyn std::fmt::Display| Trouble::Card(error.to_string());
    let persona = persona(what).map_err(|error| unknown(&error))?;
    let issued = persona.issue(Timestamp::now()).map_err(Trouble::Pki)?;
    let profile = Profile::named(issued.card_profile).unwrap_or_default();
    State::issue(&issued.personalization, &profile).map_err(|error| unknown(&error))
}

fn show(state: &State, lang: Lang) -> Result<Exit, Trouble> {
    let mut out = screen::standard_output();
    screen::say(writeln!(out, "profile   {}", state.profile()))?;
    for (tag, value) in state.data_objects() {
        screen::say(writeln!(
            out,
            "issuer    DO {tag:04X}  {} bytes",
            value.len()
        ))?;
    }
    for (place, content) in state.files() {
        let line = line(place, content, lang);
        screen::say(writeln!(out, "{line}"))?;
    }
    Ok(Exit::PASS)
}

fn diff(one: &State, other: &State, lang: Lang) -> Result<Exit, Trouble> {
    let places = one.differences(other);
    let content = |state: &State, at: Place| {
        let found = state.files().find(|(place, _)| *place == at);
        found.map_or_else(
            || "–".to_owned(),
            |(place, content)| line(place, content, lang),
        )
    };
    let mut out = screen::standard_output();
    let kinds = [one.profile(), other.profile()];
    if kinds[0] != kinds[1] {
        screen::say(writeln!(
            out,
            "- profile   {}\n+ profile   {}",
            kinds[0], kinds[1]
        ))?;
    }
    for place in &places {
        screen::say(writeln!(
            out,
            "- {}\n+ {}",
            content(one, *place),
            content(other, *place)
        ))?;
    }
    if places.is_empty() && kinds[0] == kinds[1] {
        let same = lang.pick("違いはありません", "no difference");
        screen::say(writeln!(out, "{same}"))?;
        return Ok(Exit::PASS);
    }
    Ok(Exit::FAIL)
}

/// A file in one line: its place, its name, and how much it holds. Never what it holds.
fn line(place: Place, content: &Content, lang: Lang) -> String {
    let application = APPLICATIONS
        .iter()
        .find(|known| known.label() == place.application);
    let file = application.and_then(|application| application.file(place.file));
    let name = file.map(|file| file.name.text(lang)).unwrap_or_default();
    let holds = match content {
        Content::Transparent(bytes) => format!("{} bytes", bytes.len()),
        Content::Records(records) => format!("{} records", records.len()),
        Content::Reference(reference) => lang.pick(
            format!("あと{}回", reference.tries_left),
            format!(
                "{} attempt{} left",
                reference.tries_left,
                if reference.tries_left == 1 { "" } else { "s" }
            ),
        ),
        Content::Key(None) => lang.pick("空", "empty").to_owned(),
        _ => lang.pick("鍵", "key").to_owned(),
    };
    format!(
        "{:<9} {}     {name}  {holds}",
        place.application, place.file
    )
}

/// Asks the open counter to save or load the card that lies there.
fn ask(verb: &'static str, file: &Path) -> Result<Exit, Trouble> {
    let file = std::path::absolute(file).map_err(|error| Trouble::Write {
        path: file.into(),
        error,
    })?;
    counter::ask(verb, &serde_json::json!({ verb: { "file": file } }))?;
    Ok(Exit::PASS)
}
