//! What a check found in one trace.

use madoguchi_notation::Wording;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a check found. Checks know no level, no depth and no other check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// There was occasion to break the requirement, and it was kept.
    Pass,
    /// It was broken.
    Fail(Box<Failure>),
    /// There was occasion, but what decides was not seen.
    Inconclusive(Wording),
    /// There was no occasion to break it: what would have had to happen.
    NoOccasion(Wording),
}

/// How a requirement was broken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Failure {
    /// What should have been seen.
    #[schemars(schema_with = "madoguchi_scenarios::wording_schema")]
    pub expected: Wording,
    /// What was seen.
    #[schemars(schema_with = "madoguchi_scenarios::wording_schema")]
    pub observed: Wording,
    /// Where: `seq` of the event that shows it.
    pub at: u64,
    /// Events that led to it, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<u64>,
    /// What the client probably does wrong, where the trace shows it or bears it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "madoguchi_scenarios::maybe_wording_schema")]
    pub likely: Option<Wording>,
    /// Where something is missing: the place until which it might have come. Of no account once judged.
    #[serde(skip)]
    pub(crate) until: u64,
    /// Whether a screen says something else, so that nothing that might have come makes it right. Of no
    /// account once judged.
    #[serde(skip)]
    pub(crate) is_said: bool,
    /// What a guess at the cause looks at. Of no account once judged.
    #[serde(skip)]
    pub(crate) contrast: Contrast,
}

/// The difference between what is due and what was seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Contrast {
    /// No more of it is known than the words say.
    #[default]
    InWords,
    /// Nothing of it was seen at all.
    Absent,
    /// One text stands in place of another.
    Instead { due: String, seen: String },
}

impl Contrast {
    /// Whether nothing was seen is all that is known.
    pub(crate) const fn absent_if(nothing: bool) -> Self {
        if nothing { Self::Absent } else { Self::InWords }
    }

    /// What was seen of a text that is due, if anything was.
    pub(crate) fn of(due: &str, seen: Option<&str>) -> Self {
        seen.map_or(Self::Absent, |seen| Self::Instead {
            due: due.to_owned(),
            seen: seen.to_owned(),
        })
    }
}

impl Failure {
    /// A failure that event `at` shows.
    pub fn new(at: u64, expected: Wording, observed: Wording) -> Self {
        Self {
            expected,
            observed,
            at,
            before: Vec::new(),
            likely: None,
            until: 0,
            is_said: false,
            contrast: Contrast::InWords,
        }
    }

    /// The request that event `at` records has `seen` in a field where `due` is right; nothing, where it has
    /// no such field.
    pub(crate) fn in_field(at: u64, name: &str, due: &str, seen: Option<&str>) -> Self {
        let says = |value: &str| Wording::new(format!("{name} {value}"), format!("{name} {value}"));
        Self::new(at, says(due), says(seen.unwrap_or("—"))).contrast(Contrast::of(due, seen))
    }

    /// Tells what was due and what was seen so that a guess at the cause can look at it.
    #[must_use]
    pub(crate) fn contrast(self, contrast: Contrast) -> Self {
        Self { contrast, ..self }
    }

    /// Something is missing that might have come until here.
    #[must_use]
    pub(crate) fn missing(self, until: u64) -> Self {
        Self { until, ..self }
    }

    /// A screen says something else.
    #[must_use]
    pub(crate) fn said(self, is_said: bool) -> Self {
        Self { is_said, ..self }
    }

    /// Names its cause, in place of the one that the requirement guesses.
    #[must_use]
    pub fn likely(self, cause: Wording) -> Self {
        Self {
            likely: Some(cause),
            ..self
        }
    }

    /// Names an event that led to it; of very many the first are told.
    #[must_use]
    pub fn after(mut self, seq: u64) -> Self {
        /// Events that a person reads.
        const MOST: usize = 16;
        if seq != self.at && self.before.len() < MOST && !self.before.contains(&seq) {
            self.before.push(seq);
            self.before.sort_unstable();
        }
        self
    }
}

/// Counts the occasions of a requirement in one trace; the first failure stands for all. Of what is wrong
/// and what is merely missing, what is wrong does.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    occasions: usize,
    failure: Option<Failure>,
    open: Option<Wording>,
}

impl Tally {
    /// One occasion: kept, or broken as told.
    pub(crate) fn judge(&mut self, failure: Option<Failure>) {
        self.occasions += 1;
        let Some(failure) = failure else { return };
        let stands = |first: &Failure| first.until == 0 || failure.until > 0;
        if !self.failure.as_ref().is_some_and(stands) {
            self.failure = Some(failure);
        }
    }

    /// One occasion of which nothing can be told, and why.
    pub(crate) fn leave_open(&mut self, why: Wording) {
        self.occasions += 1;
        self.open.get_or_insert(why);
    }

    /// The finding; `occasion` says what would have had to happen.
    pub(crate) fn finding(self, occasion: Wording) -> Finding {
        match (self.failure, self.open, self.occasions) {
            (Some(failure), _, _) => Finding::Fail(Box::new(failure)),
            (None, Some(why), _) => Finding::Inconclusive(why),
            (None, None, 0) => Finding::NoOccasion(occasion),
            (None, None, _) => Finding::Pass,
        }
    }
}
