//! How a reader is named, and what cannot be done to it.

use std::fmt;

use crate::Personality;

/// Names a reader for as long as it exists; never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ReaderId(pub(crate) u32);

impl ReaderId {
    /// No reader of ours: the end of a [`Vpicc`](crate::vpcd::Vpicc)'s line.
    pub const LINE: Self = Self(0);
}

impl fmt::Display for ReaderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "reader {}", self.0)
    }
}

/// Why the operator could not do something to a reader.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReaderError {
    /// There is no such reader (any more).
    NoSuchReader,
    /// A card is in the reader already.
    Occupied,
    /// A client cannot be told this name.
    Name {
        /// The name.
        name: String,
    },
    /// Another reader has this name.
    NameTaken {
        /// The name.
        name: String,
    },
}

impl fmt::Display for ReaderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchReader => f.write_str("there is no such reader"),
            Self::Occupied => f.write_str("a card is in the reader already: remove it first"),
            Self::Name { name } => write!(
                f,
                "a reader's name has 1 to {} bytes without NUL, this one has {}",
                Personality::NAME_MAX,
                name.len()
            ),
            Self::NameTaken { name } => write!(f, "another reader is called {name:?}"),
        }
    }
}

impl std::error::Error for ReaderError {}
