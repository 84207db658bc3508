//! The scenarios for a レセコン that are part of the program, and how they are chosen.

use madoguchi_notation::Diagnostics;
use madoguchi_scenarios::{Catalogue, Entry, NothingSelected, consumer};

use super::scenario::Scenario;
use crate::own_files::OwnFiles;

/// The scenarios that any of `patterns` means, or all; a pattern that ends with `.yaml` is a file
/// of the user's own, whose text `read` gives.
///
/// # Errors
/// A pattern that means nothing, or everything that is wrong with a scenario.
pub(crate) fn select<E>(
    patterns: &[String],
    read: &dyn Fn(&str) -> Result<String, E>,
) -> Result<Vec<Scenario>, NotSelected<E>> {
    let (own, builtin): (Vec<&String>, Vec<&String>) = patterns
        .iter()
        .partition(|pattern| pattern.ends_with(".yaml"));
    let mut scenarios = Vec::new();
    if own.is_empty() || !builtin.is_empty() {
        let builtin: Vec<String> = builtin.into_iter().cloned().collect();
        let catalogue = catalogue();
        for entry in catalogue.select(&builtin).map_err(NotSelected::Nothing)? {
            scenarios.push(parse(&entry.id, &entry.file, &entry.text)?);
        }
    }
    let own = OwnFiles::new(own.into_iter().map(String::as_str));
    for (file, id) in own.each() {
        let text = read(file).map_err(NotSelected::Read)?;
        scenarios.push(parse(id, file, &text)?);
    }
    Ok(scenarios)
}

fn parse<E>(id: &str, file: &str, text: &str) -> Result<Scenario, NotSelected<E>> {
    Scenario::parse(id, file, text).map_err(NotSelected::Wrong)
}

/// Why there is nothing to play.
#[derive(Debug)]
pub(crate) enum NotSelected<E> {
    Nothing(NothingSelected),
    Wrong(Diagnostics),
    Read(E),
}

pub(crate) fn catalogue() -> Catalogue {
    Catalogue::of(consumer::BUILTIN.iter().map(|(id, text)| Entry {
        id: (*id).to_owned(),
        file: format!("scenarios/consumer/{id}.yaml"),
        text: (*text).to_owned(),
    }))
}

#[cfg(test)]
mod tests;
