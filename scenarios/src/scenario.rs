//! One scenario, and the checks that need to know who and what exists.

use madoguchi_notation::{Diagnostic, Diagnostics, Located, Wording, load, nearest};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Expectation, Given, Step, return_code_bits, schema};

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
    /// Names of the profiles of cards.
    pub profiles: &'a [&'a str],
    /// Names of the models of readers.
    pub readers: &'a [&'a str],
    /// Names of the return codes of PC/SC.
    pub return_codes: &'a [&'a str],
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
        std::iter::once(&self.given.persona).chain(self.when.iter().flat_map(Step::personas))
    }

    fn wrong_names(&self, known: &Known<'_>) -> Vec<Diagnostic> {
        let mut wrong = self.wrong_names_of_things(known);
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
    /// Cards, readers and return codes that nobody knows.
    fn wrong_names_of_things(&self, known: &Known<'_>) -> Vec<Diagnostic> {
        let mut wrong = Vec::new();
        let unknown = |name: &Located<String>, names: &[&str]| !names.contains(&name.as_str());
        let Given { card, reader, .. } = &self.given;
        if let Some(profile) = &card.profile
            && unknown(profile, known.profiles)
        {
            wrong.push(unknown_profile(profile, known));
        }
        if let Some(model) = &reader.model
            && unknown(model, known.readers)
        {
            wrong.push(unknown_reader(model, known));
        }
        for code in reader.faults.iter().filter_map(|fault| fault.what.code()) {
            if return_code_bits(code).is_none() && unknown(code, known.return_codes) {
                wrong.push(unknown_return_code(code, known));
            }
        }
        wrong
    }
}

fn unknown_profile(profile: &Located<String>, known: &Known<'_>) -> Diagnostic {
    let names = known.profiles.join(", ");
    Diagnostic::new(
        "unknown-card-profile",
        format!("不明なカードの種類 \"{profile}\""),
        format!("unknown card profile \"{profile}\""),
    )
    .at(profile.location())
    .candidate(nearest(profile, known.profiles.iter().copied()))
    .hint(format!("使える種類: {names}"), format!("known: {names}"))
}

fn unknown_reader(model: &Located<String>, known: &Known<'_>) -> Diagnostic {
    let names = known.readers.join("; ");
    Diagnostic::new(
        "unknown-reader",
        format!("不明なリーダー \"{model}\""),
        format!("unknown reader \"{model}\""),
    )
    .at(model.location())
    .candidate(nearest(model, known.readers.iter().copied()))
    .hint(format!("使える名前: {names}"), format!("known: {names}"))
}

fn unknown_return_code(code: &Located<String>, known: &Known<'_>) -> Diagnostic {
    Diagnostic::new(
        "unknown-return-code",
        format!("不明な戻り値 \"{code}\""),
        format!("unknown return code \"{code}\""),
    )
    .at(code.location())
    .candidate(nearest(code, known.return_codes.iter().copied()))
    .hint(
        "pcsclite.h の名前か、8桁の16進数で書いてください (例 SCARD_W_REMOVED_CARD, 80100069)",
        "write a name of pcsclite.h or eight hexadecimal digits, such as SCARD_W_REMOVED_CARD or 80100069",
    )
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
