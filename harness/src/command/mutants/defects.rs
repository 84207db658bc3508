//! The defects that a client says it has, and what an earlier run told of them.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use madoguchi_notation::nearest;
use madoguchi_terms::harmless;
use serde::{Deserialize, Serialize};
use wait_timeout::ChildExt as _;

use super::super::input;
use super::super::trouble::Trouble;
use super::fate::{Fate, Mutant};

/// How long a client may take to list its defects.
const LISTING: Duration = Duration::from_secs(10);

/// One way in which the client can be wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Defect {
    pub(super) name: String,
    /// The requirement that it breaks.
    pub(super) requirement: String,
}

/// What came of a run: `--json` writes it, `--earlier` reads it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Score {
    pub(super) caught: usize,
    pub(super) defects: usize,
    mutants: Vec<Mutant>,
}

impl Score {
    pub(super) fn new(mutants: Vec<Mutant>) -> Self {
        let is_caught = |mutant: &&Mutant| matches!(mutant.fate, Fate::Caught { .. });
        Self {
            caught: mutants.iter().filter(is_caught).count(),
            defects: mutants.len(),
            mutants,
        }
    }

    /// What an earlier run wrote.
    pub(super) fn read(path: &Path) -> Result<Self, Trouble> {
        let text = input::text(path, input::MADE)?;
        serde_json::from_str(&text).map_err(|error| Trouble::Score {
            path: path.to_owned(),
            error,
        })
    }

    /// The case that caught this defect.
    pub(super) fn catcher(&self, defect: &str) -> Option<&str> {
        let mut mutants = self.mutants.iter();
        let mutant = mutants.find(|mutant| mutant.defect.name == defect)?;
        match &mutant.fate {
            Fate::Caught { by, .. } => Some(by),
            Fate::Survived { .. } | Fate::NoCase => None,
        }
    }

    /// The cases that alone notice a defect.
    pub(super) fn finders(&self) -> BTreeSet<&str> {
        let alone = |mutant: &'_ Mutant| {
            matches!(
                mutant.fate,
                Fate::Caught {
                    failed_in: Some(1),
                    ..
                }
            )
        };
        let alone = self.mutants.iter().filter(|mutant| alone(mutant));
        alone
            .filter_map(|mutant| self.catcher(&mutant.defect.name))
            .collect()
    }
}

/// What the client says of its defects.
pub(super) fn listed(argv: &[String]) -> Result<Vec<Defect>, Trouble> {
    let defect = |(name, requirement)| Defect { name, requirement };
    Ok(list(argv, "--list-defects")?
        .into_iter()
        .map(defect)
        .collect())
}

/// A manner of the client.
#[derive(Debug)]
pub(super) struct Manner {
    pub(super) name: String,
    /// The defects that it leaves no room for.
    pub(super) excuses: Vec<String>,
}

/// What the client says of its manners.
pub(super) fn manners(argv: &[String]) -> Result<Vec<Manner>, Trouble> {
    let manner = |(name, of): (String, String)| {
        let (_, excuses) = of.split_once('\t').unwrap_or_default();
        let excuses = excuses.split(',').map(str::to_owned).collect();
        Manner { name, excuses }
    };
    let listed = list(argv, "--list-manners")?.into_iter();
    Ok(listed.map(manner).collect())
}

/// What the client lists: names, each with what is said of it.
fn list(argv: &[String], flag: &'static str) -> Result<Vec<(String, String)>, Trouble> {
    let none = |why: String| Trouble::NothingListed {
        client: argv[0].clone(),
        flag,
        why,
    };
    let mut child = Command::new(&argv[0])
        .args(&argv[1..])
        .arg(flag)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| none(error.to_string()))?;
    // A list is shorter than a pipe; a client that writes more is stopped by the limit.
    let ended = child.wait_timeout(LISTING);
    if !matches!(ended, Ok(Some(_))) {
        // It is ours, and nothing but its end is wanted of it.
        let _ = child.kill();
        let _ = child.wait();
        return Err(none(format!("> {} s", LISTING.as_secs())));
    }
    let mut text = String::new();
    if let Some(mut stdout) = child.stdout.take() {
        io::Read::read_to_string(&mut stdout, &mut text)
            .map_err(|error| none(error.to_string()))?;
    }
    let listed: Vec<(String, String)> = text
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .map(|(name, of)| {
            // they are shown, and no name of a client's needs what cannot be
            let of: Vec<Cow<'_, str>> = of.trim().split('\t').map(harmless).collect();
            (harmless(name.trim()).into_owned(), of.join("\t"))
        })
        .collect();
    if listed.is_empty() {
        return Err(none(flag.to_owned()));
    }
    Ok(listed)
}

/// The defects and manners that were asked for; all where none was named.
pub(super) fn wanted(
    defects: Vec<Defect>,
    manners: Vec<String>,
    names: &[String],
) -> Result<(Vec<Defect>, Vec<String>), Trouble> {
    let known = || {
        let defects = defects.iter().map(|defect| defect.name.as_str());
        defects.chain(manners.iter().map(String::as_str))
    };
    let unknown = |name: &&String| known().all(|known| known != **name);
    if let Some(name) = names.iter().find(unknown) {
        return Err(Trouble::UnknownDefect {
            name: name.clone(),
            nearest: nearest(name, known()).map(str::to_owned),
        });
    }
    let is_wanted = |name: &String| names.is_empty() || names.contains(name);
    let defects = defects.into_iter().filter(|defect| is_wanted(&defect.name));
    let manners = manners.into_iter().filter(is_wanted);
    Ok((defects.collect(), manners.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn defects() -> Vec<Defect> {
        let defect = |name: &str, requirement: &str| Defect {
            name: name.to_owned(),
            requirement: requirement.to_owned(),
        };
        vec![defect("a", "card.released"), defect("b", "card.released")]
    }

    #[test]
    fn those_that_are_named_are_tried_and_all_where_none_is() {
        let manners = vec!["polite".to_owned()];
        let all = wanted(defects(), manners.clone(), &[]).ok();
        assert_eq!(all, Some((defects(), manners.clone())));
        let (one, none) = wanted(defects(), manners, &["b".to_owned()]).unwrap_or_default();
        assert_eq!((&one[..], &none[..]), (&defects()[1..], &[][..]));
    }

    #[test]
    fn a_defect_that_the_client_does_not_have_is_refused() {
        let refused = wanted(defects(), Vec::new(), &["c".to_owned()]);
        assert!(matches!(refused, Err(Trouble::UnknownDefect { .. })));
    }

    #[test]
    fn a_client_that_lists_nothing_has_no_defects() {
        let refused = listed(&["true".to_owned()]);
        assert!(matches!(refused, Err(Trouble::NothingListed { .. })));
        let refused = listed(&["/nobody/is/here".to_owned()]);
        assert!(matches!(refused, Err(Trouble::NothingListed { .. })));
    }

    #[test]
    fn a_case_is_a_finder_where_nothing_else_notices_the_defect() {
        let mutants = r#"{ "caught": 2, "defects": 3, "mutants": [
            { "name": "a", "requirement": "card.released", "fate": { "caught": { "by": "one/case", "failed-in": 1 } } },
            { "name": "b", "requirement": "card.released", "fate": { "caught": { "by": "two/case", "failed-in": 2 } } },
            { "name": "c", "requirement": "card.released", "fate": "no-case" }
        ] }"#;
        let score: Score = serde_json::from_str(mutants).unwrap();
        assert_eq!(score.finders(), BTreeSet::from(["one/case"]));
        assert_eq!(score.catcher("b"), Some("two/case"));
        assert_eq!(score.catcher("c"), None);
    }
}
