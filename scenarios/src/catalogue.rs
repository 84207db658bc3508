//! The scenarios that are built into the program, and how they are chosen.

use std::fmt;

use madoguchi_notation::{Diagnostics, nearest};
use madoguchi_terms::{Lang, Say};

use crate::{Known, Scenario};

/// Scenario texts by id, in the order in which they are shown and run.
#[derive(Debug, Clone)]
pub struct Catalogue {
    entries: Vec<Entry>,
}

/// One scenario text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// `<topic>/<name>`.
    pub id: String,
    /// What the user calls the text: a path.
    pub file: String,
    /// The text.
    pub text: String,
}

impl Entry {
    /// Reads the text.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn parse(&self, known: &Known<'_>) -> Result<Scenario, Diagnostics> {
        Scenario::parse(&self.id, &self.file, &self.text, known)
    }

    /// Reads a text of which it is known that nothing is wrong with it, as of all that are part of
    /// the program: a test parses each of them.
    ///
    /// # Errors
    /// What keeps it from being read.
    pub fn read(&self) -> Result<Scenario, Diagnostics> {
        Scenario::read(&self.id, &self.file, &self.text)
    }
}

macro_rules! embedded {
    ($($id:literal),+ $(,)?) => {
        &[$(($id, include_str!(concat!("../catalogue/", $id, ".yaml")))),+]
    };
}

/// The catalogue, as a reader at the counter would go through it.
const BUILTIN: &[(&str, &str)] = embedded![
    "happy/visual",
    "happy/pin",
    "happy/switch",
    "happy/screens",
    "happy/mobile",
    "happy/put-away",
    "happy/no-passcode",
    "happy/new-passcode",
    "happy/hand-over",
    "happy/read-aloud",
    "eligibility/expired",
    "eligibility/outage",
    "eligibility/newer",
    "eligibility/none",
    "eligibility/multiple",
    "eligibility/new-job",
    "eligibility/withheld",
    "eligibility/no-end",
    "eligibility/last-day",
    "eligibility/begins",
    "eligibility/recheck",
    "eligibility/changed",
    "eligibility/special",
    "eligibility/short",
    "eligibility/left-work",
    "eligibility/pensioner",
    "eligibility/forces",
    "eligibility/died",
    "eligibility/stranger",
    "eligibility/ratio",
    "eligibility/elderly",
    "eligibility/child",
    "eligibility/family",
    "eligibility/alias",
    "eligibility/circle",
    "eligibility/long",
    "eligibility/no-kana",
    "eligibility/kana",
    "eligibility/zeros",
    "eligibility/unknown-birthday",
    "jpki/closed",
    "assistance/display",
    "assistance/unknown-birthday",
    "assistance/pin",
    "assistance/stopped",
    "assistance/new-insurance",
    "assistance/begins",
    "assistance/beside",
    "assistance/no-ticket",
    "assistance/moved",
    "assistance/notice",
    "assistance/read-aloud",
    "registration/full",
    "registration/refused",
    "registration/lost",
    "registration/outage",
    "registration/decline",
    "registration/no-pin",
    "registration/nobody",
    "registration/slow",
    "registration/jpki",
    "registration/lapsed",
    "registration/other-card",
    "registration/torn",
    "patients/second-card",
    "patients/three",
    "patients/asleep",
    "patients/lapsed-next",
    "patients/valid-next",
    "patients/assist-next",
    "patients/same-again",
    "patients/identity-only",
    "history/browse",
    "history/by-insurer",
    "history/by-day",
    "history/morning",
    "history/nobody",
    "institution/by-number",
    "institution/disaster",
    "institution/outage",
    "institution/normal",
    "institution/bulk",
    "home/first-visit",
    "home/by-sight",
    "home/mistyped",
    "home/later-visit",
    "home/designated-elsewhere",
    "home/patient",
    "home/link-beside-staff",
    "home/check-after",
    "online/every-visit",
    "online/yesterday",
    "terminal/new-code",
    "terminal/new-account",
    "terminal/revoked",
    "terminal/function-off",
    "terminal/off-pin",
    "terminal/closed",
    "terminal/future",
    "terminal/idle",
    "terminal/idle-pin",
    "terminal/ended",
    "terminal/mistyped",
    "terminal/locked",
    "terminal/short-id",
    "terminal/used-code",
    "terminal/unknown",
    "terminal/old-app",
    "terminal/admin",
    "terminal/insurer",
    "terminal/again",
    "terminal/restarted",
    "terminal/unwritable",
    "terminal/key-unwritable",
    "terminal/damaged",
    "pin/lockout",
    "pin/slow",
    "pin/one-wrong",
    "pin/two-wrong",
    "pin/short",
    "pin/leading-zero",
    "pin/left-over",
    "pin/few-left",
    "pin/blocked",
    "pin/torn",
    "pin/torn-answered",
    "pin/other-card",
    "web/foreign-ca",
    "web/expired",
    "web/wrong-host",
    "web/old-tls",
    "web/captive-portal",
    "web/answer-lost",
    "web/pressed-twice",
    "web/reset-in-body",
    "web/truncated",
    "web/media-type",
    "web/silent",
    "web/unavailable",
    "web/crowded",
    "web/slow-link",
    "web/gateway",
    "web/error-500",
    "web/reset",
    "web/moving",
    "web/portal-check",
    "web/short-answer",
    "web/late-answer",
    "web/login-lost",
    "web/pin-lost",
    "web/proxy",
    "web/by-name",
    "web/other-proxy",
    "web/redirect",
    "web/clock-ahead",
    "web/clock-behind",
    "web/busy",
    "card/told",
    "card/torn",
    "card/early",
    "card/foreign",
    "card/resident",
    "card/smartphone",
    "card/grace",
    "card/grace-ends",
    "card/grace-over",
    "card/nearly-over",
    "card/revoked",
    "card/suspended",
    "card/renewed",
    "card/no-pin",
    "card/child",
    "card/licence",
    "card/iphone",
    "card/second-issue",
    "card/surface",
    "card/never-placed",
    "card/torn-at-once",
    "card/torn-half",
    "card/torn-twice",
    "card/torn-answered",
    "card/read-aloud",
    "card/damaged",
    "card/late",
    "card/slow",
    "card/given-up",
    "card/more-time",
    "card/half-answer",
    "card/short",
    "card/reset",
    "reader/absent",
    "reader/unplugged",
    "reader/restart",
    "reader/rival",
    "reader/contact",
    "reader/windows",
    "reader/sony",
    "reader/shared",
    "reader/unplugged-idle",
    "reader/unplugged-awaited",
    "reader/stopped",
    "reader/early-unplug",
    "reader/held",
    "reader/hung",
    "reader/renumbered",
    "reader/second",
];

impl Catalogue {
    /// The scenarios that are part of the program.
    #[must_use]
    pub fn builtin() -> Self {
        let entry = |(id, text): &(&str, &str)| Entry {
            id: (*id).to_owned(),
            file: format!("scenarios/catalogue/{id}.yaml"),
            text: (*text).to_owned(),
        };
        Self {
            entries: BUILTIN.iter().map(entry).collect(),
        }
    }

    /// Other scenario texts, chosen in the same way.
    #[must_use]
    pub fn of(entries: impl IntoIterator<Item = Entry>) -> Self {
        Self {
            entries: entries.into_iter().collect(),
        }
    }

    /// All entries, in order.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entries that any of `patterns` means, in the order of the catalogue: an id, a prefix
    /// that ends at a slash (`pin` or `pin/`), or a glob in which `*` stands for any characters.
    /// No pattern means all.
    ///
    /// # Errors
    /// The first pattern that means nothing.
    pub fn select(&self, patterns: &[String]) -> Result<Vec<&Entry>, NothingSelected> {
        chosen(&self.entries, |entry| &entry.id, patterns)
    }
}

/// What any of `patterns` means of things with ids; see [`Catalogue::select`].
///
/// # Errors
/// The first pattern that means nothing.
pub fn chosen<'a, T>(
    all: &'a [T],
    id: impl Fn(&T) -> &str,
    patterns: &[String],
) -> Result<Vec<&'a T>, NothingSelected> {
    for pattern in patterns {
        if !all.iter().any(|one| means(pattern, id(one))) {
            return Err(NothingSelected {
                pattern: pattern.clone(),
                nearest: nearest(pattern, all.iter().map(&id)).map(str::to_owned),
            });
        }
    }
    let is_meant =
        |one: &&T| patterns.is_empty() || patterns.iter().any(|pattern| means(pattern, id(one)));
    Ok(all.iter().filter(is_meant).collect())
}

/// A pattern that means no scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NothingSelected {
    /// The pattern.
    pub pattern: String,
    /// The id that was probably meant.
    pub nearest: Option<String>,
}

impl Say for NothingSelected {
    fn text(&self, lang: Lang) -> String {
        let Self { pattern, nearest } = self;
        match nearest {
            Some(id) => lang.pick(
                format!("シナリオ \"{pattern}\" はありません。候補: {id}"),
                format!("no scenario is called \"{pattern}\"; did you mean {id}?"),
            ),
            None => lang.pick(
                format!("シナリオ \"{pattern}\" はありません。一覧: madoguchi list scenarios"),
                format!("no scenario is called \"{pattern}\"; the list: madoguchi list scenarios"),
            ),
        }
    }
}

impl fmt::Display for NothingSelected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Lang::En))
    }
}

impl std::error::Error for NothingSelected {}

/// Whether a pattern means this id; see [`Catalogue::select`].
#[must_use]
pub fn means(pattern: &str, id: &str) -> bool {
    if pattern.contains('*') {
        return glob(pattern, id);
    }
    let prefix = pattern.trim_end_matches('/');
    id == pattern
        || id
            .strip_prefix(prefix)
            .is_some_and(|rest| rest.starts_with('/'))
}

/// Whether `id` is `pattern` with any characters in place of each `*`.
fn glob(pattern: &str, id: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == id,
        Some((before, after)) => id.strip_prefix(before).is_some_and(|rest| {
            rest.char_indices()
                .map(|(at, _)| at)
                .chain([rest.len()])
                .any(|at| glob(after, &rest[at..]))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(patterns: &[&str]) -> Result<Vec<String>, NothingSelected> {
        let patterns: Vec<String> = patterns.iter().map(|p| (*p).to_owned()).collect();
        let catalogue = Catalogue::builtin();
        Ok(catalogue
            .select(&patterns)?
            .into_iter()
            .map(|entry| entry.id.clone())
            .collect())
    }

    #[test]
    fn an_id_a_prefix_and_a_glob_choose() {
        assert_eq!(ids(&["happy/visual"]).unwrap(), ["happy/visual"]);
        let happy = ["happy/visual", "happy/pin", "happy/switch"];
        assert_eq!(ids(&["happy"]).unwrap()[..3], happy);
        assert_eq!(ids(&["home/"]).unwrap(), ids(&["home/*"]).unwrap());
        let pins = ids(&["*/pin", "pin/*"]).unwrap();
        assert!(
            ["happy/pin", "assistance/pin", "pin/lockout"]
                .iter()
                .all(|id| pins.contains(&(*id).to_owned()))
        );
        assert!(
            pins.iter()
                .all(|id| id.ends_with("/pin") || id.starts_with("pin/"))
        );
        assert_eq!(ids(&[]).unwrap().len(), ids(&["*"]).unwrap().len());
        assert!(ids(&[]).unwrap().len() >= 32);
    }

    #[test]
    fn a_pattern_without_a_scenario_is_an_error_that_helps() {
        let error = ids(&["happy/visual", "hapy/pin"]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "no scenario is called \"hapy/pin\"; did you mean happy/pin?"
        );
        assert!(ids(&["happy/vis"]).is_err());
    }
}
