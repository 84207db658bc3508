//! One scenario: who comes, what happens, what must be seen.

use std::collections::BTreeMap;

use madoguchi_notation::{Located, Wording};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Act, Axis, Expectation, Given, Variants, schema};

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
    #[schemars(with = "Vec<Act>")]
    pub when: Vec<Located<Act>>,
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
            .chain(self.when.iter().flat_map(|act| act.personas()))
    }
}
