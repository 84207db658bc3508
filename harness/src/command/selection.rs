//! Which scenarios, and which variants of them, a command is about.

use std::collections::{BTreeMap, BTreeSet};

use madoguchi_notation::nearest;
use madoguchi_scenarios::{
    Breadth, Catalogue, DERIVED, NothingSelected, Scenario, chosen, derived, means,
};

use super::input;
use super::names::known;
use super::trouble::Trouble;
use crate::cli;
use crate::own_files::{OwnFiles, is_file};

/// What a user asked for.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Selection<'a> {
    /// Files of the user's own, and ids, beginnings or globs of built-in scenarios, each with
    /// `@axis=value` for a variant; all built-in scenarios where there is none.
    pub(super) patterns: &'a [String],
    /// Whether it is about the scenarios that are made from tables.
    pub(super) derived: bool,
    pub(super) breadth: Breadth,
    pub(super) tags: &'a [String],
    pub(super) requirements: &'a [String],
    pub(super) documents: &'a [String],
}

impl<'a> Selection<'a> {
    /// Nothing but ids.
    pub(super) fn by_id(patterns: &'a [String]) -> Self {
        Self {
            patterns,
            ..Self::default()
        }
    }

    /// What a run was asked for. What failed in an earlier run may have been any variant.
    pub(super) fn of(options: &'a cli::Run) -> Self {
        Self {
            patterns: &options.select,
            derived: options.derived,
            breadth: match options.failed {
                Some(_) => Breadth::All,
                None => options.variants,
            },
            tags: &options.tags,
            requirements: &options.requirements,
            documents: &options.documents,
        }
    }

    /// The scenarios, in the order of the catalogue and then of the files, each before its variants.
    pub(super) fn scenarios(&self) -> Result<Vec<Scenario>, Trouble> {
        let (files, ids): (Vec<&str>, Vec<&str>) = self
            .patterns
            .iter()
            .map(String::as_str)
            .partition(|pattern| is_file(scenario_of(pattern)));
        let (made, ids): (Vec<&str>, Vec<&str>) = ids
            .into_iter()
            .partition(|id| self.derived || is_derived(id));
        let mut scenarios = Vec::new();
        if self.derived || !made.is_empty() {
            let wanted: Vec<String> = made.iter().map(|&id| id.to_owned()).collect();
            let cells = derived();
            let found = chosen(&cells, |cell| &cell.id, &wanted);
            scenarios.extend(
                found
                    .map_err(Trouble::NothingSelected)?
                    .into_iter()
                    .cloned(),
            );
        }
        if files.is_empty() && !self.derived && made.is_empty() || !ids.is_empty() {
            let catalogue = Catalogue::builtin();
            let wanted: Vec<String> = ids.iter().map(|id| scenario_of(id).to_owned()).collect();
            for entry in catalogue
                .select(&wanted)
                .map_err(Trouble::NothingSelected)?
            {
                let scenario = entry.read().map_err(Trouble::Scenario)?;
                scenarios.extend(self.variants(&scenario, &ids));
            }
        }
        let own = OwnFiles::new(files.iter().map(|file| scenario_of(file)));
        let mut of_id: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for file in &files {
            let path = scenario_of(file);
            if let Some(id) = own.id(path) {
                let pattern = file.replacen(path, id, 1);
                of_id.entry(id).or_default().push(pattern);
            }
        }
        for (path, id) in own.each() {
            let text = input::text(path, input::WRITTEN)?;
            let scenario = Scenario::parse(id, path, &text, known()).map_err(Trouble::Scenario)?;
            let patterns: Vec<&str> = of_id[id].iter().map(String::as_str).collect();
            scenarios.extend(self.variants(&scenario, &patterns));
        }
        for pattern in ids.iter().filter(|pattern| pattern.contains('@')) {
            if !scenarios
                .iter()
                .any(|scenario| means(pattern, &scenario.id))
            {
                return Err(no_variant(pattern));
            }
        }
        scenarios.retain(|scenario| self.fits(scenario));
        if scenarios.is_empty() {
            return Err(Trouble::NothingFits("scenarios"));
        }
        Ok(scenarios)
    }

    /// The variants of one scenario that the patterns mean.
    fn variants(&self, scenario: &Scenario, patterns: &[&str]) -> Vec<Scenario> {
        let own: Vec<&&str> = patterns
            .iter()
            .filter(|pattern| means(scenario_of(pattern), &scenario.id))
            .collect();
        if own.iter().all(|pattern| !pattern.contains('@')) {
            return scenario.variants(self.breadth);
        }
        let as_usual = own.iter().any(|pattern| !pattern.contains('@'));
        let usual = scenario.variants(self.breadth);
        let usual: BTreeSet<&str> = usual.iter().map(|variant| variant.id.as_str()).collect();
        let mut variants = scenario.variants(Breadth::All);
        variants.retain(|variant| {
            let mut exactly = own.iter().filter(|pattern| pattern.contains('@'));
            let is_named = exactly.any(|pattern| means(pattern, &variant.id));
            is_named || as_usual && usual.contains(variant.id.as_str())
        });
        variants
    }

    /// Whether the scenario is one of those that were asked for beside its id.
    fn fits(&self, scenario: &Scenario) -> bool {
        let named: Vec<&str> = scenario.decides().collect();
        let has_tag = |tag: &String| scenario.tags.contains(tag);
        let decides = |pattern: &String| named.iter().any(|id| means(pattern, id));
        let rests_on = |text: &String| named.iter().any(|id| is_stated_in(id, text));
        let any = |asked: &[String], has: &dyn Fn(&String) -> bool| {
            asked.is_empty() || asked.iter().any(has)
        };
        any(self.tags, &has_tag)
            && any(self.requirements, &decides)
            && any(self.documents, &rests_on)
    }
}

/// Whether a pattern means scenarios that are made from tables.
pub(super) fn is_derived(pattern: &str) -> bool {
    pattern.starts_with(DERIVED) || pattern == DERIVED.trim_end_matches('/')
}

/// A pattern without what it says of variants.
pub(super) fn scenario_of(pattern: &str) -> &str {
    pattern.split('@').next().unwrap_or(pattern)
}

/// Whether a document that states a requirement is meant by `text`.
fn is_stated_in(id: &str, text: &str) -> bool {
    let catalogue = madoguchi_requirements::builtin();
    let sources = catalogue.get(id).map_or(&[][..], |named| &named.sources);
    sources.iter().any(|source| {
        let document = catalogue.document(&source.document);
        source.document.as_str() == text
            || source.place.contains(text)
            || document.is_some_and(|document| document.title.contains(text))
    })
}

fn no_variant(pattern: &str) -> Trouble {
    let catalogue = Catalogue::builtin();
    let entries = catalogue.entries().iter();
    let found = entries.filter(|entry| means(scenario_of(pattern), &entry.id));
    let variants: Vec<String> = found
        .filter_map(|entry| entry.read().ok())
        .flat_map(|scenario| scenario.variants(Breadth::All))
        .map(|variant| variant.id)
        .collect();
    let close = nearest(pattern, variants.iter().map(String::as_str));
    let nearest = close.or(variants.first().map(String::as_str));
    Trouble::NothingSelected(NothingSelected {
        pattern: pattern.to_owned(),
        nearest: nearest.map(str::to_owned),
    })
}

/// Puts first what decides most that nothing before it decides; the rest stays in its order.
pub(super) fn most_first(scenarios: &mut Vec<Scenario>) {
    let mut rest = std::mem::take(scenarios);
    let mut decided: BTreeSet<String> = BTreeSet::new();
    while !rest.is_empty() {
        let news = |scenario: &Scenario| {
            let named: BTreeSet<&str> = scenario
                .decides()
                .filter(|id| !decided.contains(*id))
                .collect();
            named.len()
        };
        let most = rest.iter().map(news).max().unwrap_or_default();
        if most == 0 {
            break;
        }
        let at = rest
            .iter()
            .position(|scenario| news(scenario) == most)
            .unwrap_or_default();
        let next = rest.remove(at);
        decided.extend(next.decides().map(str::to_owned));
        scenarios.push(next);
    }
    scenarios.append(&mut rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(selection: &Selection<'_>) -> Vec<String> {
        let scenarios = selection.scenarios().unwrap();
        scenarios.into_iter().map(|scenario| scenario.id).collect()
    }

    #[test]
    fn requirements_documents_and_tags_narrow_what_the_ids_mean() {
        let requirements = ["result.lapsed-*".to_owned()];
        let chosen = ids(&Selection {
            requirements: &requirements,
            ..Selection::default()
        });
        assert!(
            chosen.contains(&"eligibility/expired".to_owned()),
            "{chosen:?}"
        );
        let documents = ["rfc-8996".to_owned()];
        let chosen = ids(&Selection {
            documents: &documents,
            ..Selection::default()
        });
        assert_eq!(chosen, ["web/old-tls"]);
        let tags = ["nobody-has-this".to_owned()];
        let none = Selection {
            tags: &tags,
            ..Selection::default()
        };
        assert!(matches!(none.scenarios(), Err(Trouble::NothingFits(_))));
    }

    #[test]
    fn what_decides_most_comes_first() {
        let mut scenarios = Selection::default().scenarios().unwrap();
        let before: BTreeSet<String> = scenarios.iter().map(|s| s.id.clone()).collect();
        most_first(&mut scenarios);
        let after: BTreeSet<String> = scenarios.iter().map(|s| s.id.clone()).collect();
        assert_eq!(before, after);
        let first = scenarios[0].decides().count();
        assert!(
            scenarios
                .iter()
                .all(|scenario| scenario.decides().count() <= first + 1)
        );
    }
}
