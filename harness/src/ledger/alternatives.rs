//! What public material leaves open of each assumption: the alternatives that
//! `cargo run -p madoguchi-peers --example assumptions` tries.

use std::sync::LazyLock;

use madoguchi_notation::Wording;
use serde::{Deserialize, Serialize};

const LIST: &str = include_str!("../../assumptions/alternatives.yaml");

/// The alternatives of one assumption, or why there is none.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Alternatives {
    assumption: String,
    #[serde(default)]
    pub(super) alternatives: Vec<Alternative>,
    #[serde(default)]
    pub(super) none: Option<Wording>,
}

/// One alternative: a wire profile beside the list, or a manner of the reference client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Alternative {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) profile: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) manner: Option<String>,
    /// What public material says, or does not say.
    pub(crate) open: Wording,
}

impl Alternative {
    /// What it is called.
    pub(crate) fn name(&self) -> &str {
        let name = self.profile.as_deref().or(self.manner.as_deref());
        name.unwrap_or_default()
    }
}

/// What is known of an assumption's alternatives.
pub(super) fn of(assumption: &str) -> Alternatives {
    static ALL: LazyLock<Vec<Alternatives>> = LazyLock::new(|| {
        madoguchi_notation::load("alternatives.yaml", LIST)
            .unwrap_or_else(|error| unreachable!("a test reads the same text: {error}"))
    });
    let known = ALL.iter().find(|known| known.assumption == assumption);
    known.cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use madoguchi_judge::proven::Proven;
    use madoguchi_wire::Profile;

    use crate::ledger::Ledger;

    #[test]
    fn every_assumption_has_alternatives_or_says_why_there_are_none() {
        for assumption in Ledger::new().assumptions {
            let has = !assumption.alternatives.is_empty();
            assert_ne!(has, assumption.none.is_some(), "{}", assumption.id);
            for one in &assumption.alternatives {
                assert!(one.profile.is_some() != one.manner.is_some(), "{one:?}");
            }
        }
    }

    #[test]
    fn every_profile_of_the_folder_is_an_alternative_and_can_be_read() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assumptions");
        let assumptions = Ledger::new().assumptions;
        let alternatives = assumptions.iter().flat_map(|known| &known.alternatives);
        let mut named: Vec<String> = alternatives
            .filter_map(|one| one.profile.clone())
            .map(|name| format!("{name}.yaml"))
            .collect();
        named.push("alternatives.yaml".to_owned());
        named.sort();
        let files = fs::read_dir(&folder).unwrap().map(|file| file.unwrap());
        let mut files: Vec<String> = files
            .map(|file| file.file_name().into_string().unwrap())
            .collect();
        files.sort();
        assert_eq!(files, named);
        for file in files.iter().filter(|file| *file != "alternatives.yaml") {
            let text = fs::read_to_string(folder.join(file)).unwrap();
            let profile = Profile::parse(file, &text).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(format!("{}.yaml", profile.name()), *file);
        }
    }

    /// What was not played has proven nothing.
    #[test]
    fn what_the_last_trial_played_is_what_stands_in_the_list() {
        for assumption in Ledger::new().assumptions {
            let names: Vec<&str> = assumption
                .alternatives
                .iter()
                .map(|one| one.name())
                .collect();
            let played = Proven::builtin().alternatives.get(&assumption.id);
            if let Some(played) = played {
                assert_eq!(*played, names, "{}", assumption.id);
            } else {
                let (id, robust) = (&assumption.id, &assumption.robust);
                assert!(robust.is_empty(), "{id}: {robust:?} without a trial");
            }
        }
    }
}
