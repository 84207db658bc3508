//! One scenario: from its text to a value, or to everything that is wrong with the text.

use std::collections::BTreeMap;

use madoguchi_notation::{Diagnostic, Diagnostics, Located, Tree, Wording, load};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Act, Axis, Expectation, Given, Known, Variants, schema, shape};

/// A scenario: who comes, what happens, what must be seen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Scenario {
    /// `<topic>/<name>`; the file's place in its catalogue, not written in the file.
    #[serde(default)]
    #[schemars(skip)]
    pub id: String,
    /// What it is for, in a sentence that a clerk would say.
    #[schemars(schema_with = "schema::wording_schema")]
    pub purpose: Wording,
    /// The requirements that it is meant to decide. Those that hold everywhere are judged too.
    #[schemars(schema_with = "schema::requirements")]
    pub requirements: Vec<Located<String>>,
    /// By what it is found beside its topic: words such as `field` or `slow`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// What is so before the first step.
    pub given: Given,
    /// What happens, in order.
    pub when: Vec<Act>,
    /// What must be seen beyond the requirements' own checks.
    #[serde(default)]
    pub then: Vec<Expectation>,
    /// What may be otherwise. A run without `--variants` plays the scenario as it is written.
    #[serde(default, skip_serializing_if = "Variants::is_empty")]
    pub variants: Variants,
    /// The value of each axis in this variant; not written in the file.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(skip)]
    pub variant: BTreeMap<Axis, String>,
}

impl Scenario {
    /// Reads a scenario. `id` is its place in the catalogue, `file` what the user calls the text.
    ///
    /// # Errors
    /// Everything that is wrong, each with its place, in the order of the text. A text that is no
    /// YAML ends the reading where it breaks.
    pub fn parse(id: &str, file: &str, text: &str, known: &Known<'_>) -> Result<Self, Diagnostics> {
        let read = load::<Self>(file, text);
        let (tree, twice) = match (Tree::read(file, text), &read) {
            (Ok(tree), _) => tree,
            // The types say where a text breaks that is no YAML; that it is too much, only the
            // reader of everything sees.
            (Err(no_yaml), Err(broken)) if no_yaml.iter().all(|one| one.code != "too-much") => {
                return Err(broken.clone());
            }
            (Err(no_yaml), _) => return Err(no_yaml),
        };
        let told = match &read {
            Ok(scenario) => {
                let empty = scenario.empty_expectations();
                empty.chain(scenario.wrong_variants()).collect()
            }
            Err(first) => twice.into_iter().chain(first.iter().cloned()).collect(),
        };
        let wrong = shape::wrong(&tree, known, told, read.is_ok());
        Diagnostics::check(file, text, wrong)?;
        let mut scenario = read?;
        id.clone_into(&mut scenario.id);
        Ok(scenario)
    }

    /// Reads a scenario whose text was looked at before: what [`Self::parse`] finds beyond the types
    /// is found by a walk through the schema, which takes longer than the reading.
    ///
    /// # Errors
    /// What the types find.
    pub(crate) fn read(id: &str, file: &str, text: &str) -> Result<Self, Diagnostics> {
        let mut scenario = load::<Self>(file, text)?;
        id.clone_into(&mut scenario.id);
        Ok(scenario)
    }

    /// The requirements that the scenario is meant to decide: named, or expected something of.
    pub fn decides(&self) -> impl Iterator<Item = &str> {
        let expected = self.then.iter().map(|expected| &expected.requirement);
        let named = self.requirements.iter().chain(expected);
        named.map(|id| id.as_str())
    }

    /// The personas that the scenario names, in order, each once.
    #[must_use]
    pub fn personas(&self) -> Vec<&str> {
        let mut personas: Vec<&str> = Vec::new();
        for persona in self.named_personas() {
            if !personas.contains(&persona.as_str()) {
                personas.push(persona);
            }
        }
        personas
    }

    fn named_personas(&self) -> impl Iterator<Item = &Located<String>> {
        let consents = self.given.consents.iter().map(|consent| &consent.persona);
        std::iter::once(&self.given.persona)
            .chain(consents)
            .chain(self.when.iter().flat_map(Act::personas))
    }

    /// Expectations that expect nothing.
    fn empty_expectations(&self) -> impl Iterator<Item = Diagnostic> {
        let empty = self
            .then
            .iter()
            .filter(|expectation| expectation.is_empty());
        empty.map(|expectation| nothing_expected(&expectation.requirement))
    }
}

fn nothing_expected(requirement: &Located<String>) -> Diagnostic {
    Diagnostic::new(
        "nothing-expected",
        "期待が書かれていません",
        "nothing is expected here",
    )
    .at(requirement.location())
    .hint(
        "screen, shows, attempts-left, no-request-to のいずれかを書いてください",
        "say one of screen, shows, attempts-left, no-request-to",
    )
}
