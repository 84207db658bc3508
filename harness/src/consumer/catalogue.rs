//! The scenarios for a レセコン that are part of the program, and how they are chosen.

use madoguchi_notation::Diagnostics;
use madoguchi_scenarios::{Catalogue, Entry, NothingSelected, consumer};

use super::scenario::Scenario;

/// The scenarios that any of `patterns` means, or all; a pattern that ends with `.yaml` is a file
/// of the user's own, whose text `read` gives.
///
/// # Errors
/// A pattern that means nothing, or everything that is wrong with a scenario.
pub(crate) fn select(
    patterns: &[String],
    read: &dyn Fn(&str) -> std::io::Result<String>,
) -> Result<Vec<Scenario>, NotSelected> {
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
    for file in own {
        let text = read(file).map_err(|error| NotSelected::Read(file.clone(), error))?;
        let stem = std::path::Path::new(file).file_stem().unwrap_or_default();
        let id = format!("own/{}", stem.to_string_lossy());
        scenarios.push(parse(&id, file, &text)?);
    }
    Ok(scenarios)
}

fn parse(id: &str, file: &str, text: &str) -> Result<Scenario, NotSelected> {
    Scenario::parse(id, file, text).map_err(NotSelected::Wrong)
}

/// Why there is nothing to play.
#[derive(Debug)]
pub(crate) enum NotSelected {
    Nothing(NothingSelected),
    Wrong(Diagnostics),
    Read(String, std::io::Error),
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
