//! The names that a scenario may use.

use std::sync::LazyLock;

use madoguchi_card::Profile as CardProfile;
use madoguchi_fixtures::persona_ids;
use madoguchi_judge::check;
use madoguchi_reader::MODELS;
use madoguchi_scenarios::Known;
use madoguchi_wire::BUILTIN;

/// All of them.
pub(super) fn known() -> &'static Known<'static> {
    static KNOWN: LazyLock<Known<'static>> = LazyLock::new(|| Known {
        personas: persona_ids().collect::<Vec<_>>().leak(),
        requirements: check::ids().collect::<Vec<_>>().leak(),
        profiles: CardProfile::all()
            .map(|profile| profile.name)
            .to_vec()
            .leak(),
        readers: MODELS
            .iter()
            .map(|model| model.name)
            .collect::<Vec<_>>()
            .leak(),
        wires: BUILTIN
            .iter()
            .map(|(name, _)| *name)
            .collect::<Vec<_>>()
            .leak(),
    });
    &KNOWN
}
