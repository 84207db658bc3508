//! How a file arrives in a folder that a レセコン watches: the states in which it can be seen.

use serde::Deserialize;

/// The way in which a file comes into being.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Manner {
    /// Written beside and renamed: all of it at once.
    #[default]
    Atomic,
    /// Under its name, in three pieces.
    Slow,
    /// Begun and never finished.
    HalfWritten,
    /// In two pieces, while its writer keeps others out.
    Locked,
}

/// One change of a file. A watcher may look after each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The file is there, whole.
    Appears(Vec<u8>),
    /// The file is there with its beginning.
    Begins {
        /// The first bytes.
        bytes: Vec<u8>,
        /// Whether the writer holds a lock on it from now on.
        locked: bool,
    },
    /// So many bytes more.
    Grows(Vec<u8>),
    /// The writer has closed it.
    Unlocked,
}

impl Manner {
    /// Every way.
    pub const ALL: [Self; 4] = [Self::Atomic, Self::Slow, Self::HalfWritten, Self::Locked];

    /// Whether all of the file is there in the end.
    #[must_use]
    pub const fn finishes(self) -> bool {
        !matches!(self, Self::HalfWritten)
    }

    /// The changes, in order. Pieces end in the middle of whatever stands there: a writer's buffer
    /// knows no characters.
    #[must_use]
    pub fn steps(self, bytes: &[u8]) -> Vec<Step> {
        let third = bytes.len() / 3;
        let piece = |from: usize, to: usize| bytes[from..to].to_vec();
        let begins = |to: usize, locked| Step::Begins {
            bytes: piece(0, to),
            locked,
        };
        match self {
            Self::Atomic => vec![Step::Appears(bytes.to_vec())],
            Self::Slow => vec![
                begins(third, false),
                Step::Grows(piece(third, 2 * third)),
                Step::Grows(piece(2 * third, bytes.len())),
            ],
            Self::HalfWritten => vec![begins(2 * third, false)],
            Self::Locked => vec![
                begins(2 * third, true),
                Step::Grows(piece(2 * third, bytes.len())),
                Step::Unlocked,
            ],
        }
    }
}
