//! One scenario, and the checks that need to know who and what exists.

use madoguchi_notation::{Diagnostic, Diagnostics, Located, Wording, load, nearest};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Expectation, Given, Step, schema};

/// A scenario: who comes, what happens, what must be seen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Scenario {
    /// `<topic>/<name>`; the file's place in its catalogue, not written in the file.
    #[serde(default)]
    #[schemars(skip)]
    pub id: String,
    /// What it is for, in a sentence that a clerk would say.
    #[schemars(schema_with = "schema::wording")]
    pub purpose: Wording,
    /// The requirements that it is meant to decide. Those that hold everywhere are judged too.
    #[schemars(with = "Vec<String>")]
    pub requirements: Vec<Located<String>>,
    /// What is so before the first step.
    pub given: Given,
    /// What happens, in order.
    pub when: Vec<Step>,
    /// What must be seen beyond the requirements' own checks.
    #[serde(default)]
    pub then: Vec<Expectation>,
}

/// The names that a scenario may use.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// Ids of the personas.
    pub personas: &'a [&'a str],
    /// Ids of the requirements.
    pub requirements: &'a [&'a str],
}

impl Scenario {
    /// Reads a scenario. `id` is its place in the catalogue, `file` what the user calls the text.
    ///
    /// # Errors
    /// Everything that is wrong, with its place: YAML first, then names that nobody has.
    pub fn parse(id: &str, file: &str, text: &str, known: &Known<'_>) -> Result<Self, Diagnostics> {
        let mut scenario: Self = load(file, text)?;
        id.clone_into(&mut scenario.id);
        Diagnostics::check(file, text, scenario.wrong_names(known))?;
        Ok(scenario)
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
        std::iter::once(&self.given.persona).chain(self.when.iter().filter_map(Step::persona))
    }

    fn wrong_names(&self, known: &Known<'_>) -> Vec<Diagnostic> {
        let mut wrong = Vec::new();
        for persona in self.named_personas() {
            if !known.personas.contains(&persona.as_str()) {
                wrong.push(unknown_persona(persona, known));
            }
        }
        let expected = self.then.iter().map(|expectation| &expectation.requirement);
        for requirement in self.requirements.iter().chain(expected) {
            if !known.requirements.contains(&requirement.as_str()) {
                wrong.push(unknown_requirement(requirement, known));
            }
        }
        for expectation in self
            .then
            .iter()
            .filter(|expectation| expectation.is_empty())
        {
            wrong.push(nothing_expected(&expectation.requirement));
        }
        wrong
    }
}

fn unknown_persona(persona: &Located<String>, known: &Known<'_>) -> Diagnostic {
    Diagnostic::new(
        "unknown-persona",
        format!("不明なペルソナ \"{persona}\""),
        format!("unknown persona \"{persona}\""),
    )
    .at(persona.location())
    .candidate(nearest(persona, known.personas.iter().copied()))
    .hint(
        "一覧: madoguchi list personas",
        "for the list: madoguchi list personas",
    )
}

fn unknown_requirement(requirement: &Located<String>, known: &Known<'_>) -> Diagnostic {
    Diagnostic::new(
        "unknown-requirement",
        format!("不明な要件 \"{requirement}\""),
        format!("unknown requirement \"{requirement}\""),
    )
    .at(requirement.location())
    .candidate(nearest(requirement, known.requirements.iter().copied()))
    .hint(
        "一覧: madoguchi list requirements",
        "for the list: madoguchi list requirements",
    )
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
