//! The names that a scenario may use, and what to say of one that does not exist.

use madoguchi_notation::{Diagnostic, nearest};

use crate::ReturnCode;

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
    /// Names of the wire profiles.
    pub wires: &'a [&'a str],
}

impl Known<'_> {
    /// What is wrong with a name of this kind (a `format` of the schema); nothing where somebody
    /// has it, or where the kind is none of names.
    pub(crate) fn wrong(&self, kind: &str, name: &str) -> Option<Diagnostic> {
        let (names, tell): (_, fn(&str, &Known<'_>) -> Diagnostic) = match kind {
            "persona" => (self.personas, unknown_persona),
            "requirement" => (self.requirements, unknown_requirement),
            "card-profile" => (self.profiles, unknown_profile),
            "reader-model" => (self.readers, unknown_reader),
            "wire" => (self.wires, unknown_wire),
            _ => return None,
        };
        (!names.contains(&name)).then(|| tell(name, self))
    }
}

fn unknown_profile(profile: &str, known: &Known<'_>) -> Diagnostic {
    let names = known.profiles.join(", ");
    Diagnostic::new(
        "unknown-card-profile",
        format!("不明なカードの種類 \"{profile}\""),
        format!("unknown card profile \"{profile}\""),
    )
    .candidate(nearest(profile, known.profiles.iter().copied()))
    .hint(format!("使える種類: {names}"), format!("known: {names}"))
}

fn unknown_reader(model: &str, known: &Known<'_>) -> Diagnostic {
    let names = known.readers.join("; ");
    Diagnostic::new(
        "unknown-reader",
        format!("不明なリーダー \"{model}\""),
        format!("unknown reader \"{model}\""),
    )
    .candidate(nearest(model, known.readers.iter().copied()))
    .hint(format!("使える名前: {names}"), format!("known: {names}"))
}

pub(crate) fn unknown_return_code(code: &str) -> Diagnostic {
    Diagnostic::new(
        "unknown-return-code",
        format!("不明な戻り値 \"{code}\""),
        format!("unknown return code \"{code}\""),
    )
    .candidate(nearest(code, ReturnCode::NAMES.iter().copied()))
    .hint(
        "pcsclite.h の名前か、8桁の16進数で書いてください (例 SCARD_W_REMOVED_CARD, 80100069)",
        "write a name of pcsclite.h or eight hexadecimal digits, such as SCARD_W_REMOVED_CARD or 80100069",
    )
}

fn unknown_persona(persona: &str, known: &Known<'_>) -> Diagnostic {
    Diagnostic::new(
        "unknown-persona",
        format!("不明なペルソナ \"{persona}\""),
        format!("unknown persona \"{persona}\""),
    )
    .candidate(nearest(persona, known.personas.iter().copied()))
    .hint(
        "一覧: madoguchi list personas",
        "for the list: madoguchi list personas",
    )
}

fn unknown_requirement(requirement: &str, known: &Known<'_>) -> Diagnostic {
    Diagnostic::new(
        "unknown-requirement",
        format!("不明な要件 \"{requirement}\""),
        format!("unknown requirement \"{requirement}\""),
    )
    .candidate(nearest(requirement, known.requirements.iter().copied()))
    .hint(
        "一覧: madoguchi list requirements",
        "for the list: madoguchi list requirements",
    )
}

fn unknown_wire(wire: &str, known: &Known<'_>) -> Diagnostic {
    Diagnostic::new(
        "unknown-wire-profile",
        format!("不明な電文プロファイル \"{wire}\""),
        format!("unknown wire profile \"{wire}\""),
    )
    .candidate(nearest(wire, known.wires.iter().copied()))
    .hint(
        "一覧: madoguchi list profiles",
        "for the list: madoguchi list profiles",
    )
}
