//! What is asked of the player of the cases.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// Plays cases, and tells of each whether it fails as the first one did.
pub trait Trials<T> {
    /// What is seen of a case that fails like the first.
    type Seen;
    /// Why no case can be played any more.
    type Error;

    /// How many cases are played at the same time.
    fn width(&self) -> usize;

    /// Whether there is time for more.
    fn goes_on(&self) -> bool;

    /// Plays these cases; an outcome for each, in their order.
    ///
    /// # Errors
    /// Where none can be played any more.
    fn play(&mut self, cases: &[T]) -> Result<Vec<Outcome<Self::Seen>>, Self::Error>;
}

/// What came of one case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome<S> {
    /// It fails as the first one did, and a correct client passes it.
    Same(S),
    /// It does not.
    Not(Otherwise),
}

impl<S> Outcome<S> {
    /// What was seen of the same failure.
    pub fn same(self) -> Option<S> {
        match self {
            Self::Same(seen) => Some(seen),
            Self::Not(_) => None,
        }
    }
}

/// What came of a case that does not fail as the first one did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Otherwise {
    /// The client passes it.
    Passes,
    /// It breaks other requirements, or the same one in another way.
    Fails(BTreeSet<String>),
    /// A correct client fails it, too: it proves nothing.
    ProvesNothing(BTreeSet<String>),
    /// The client says that it does not do this, or nothing could come of an act.
    NotPlayed,
    /// There was no time.
    NoTime,
}
