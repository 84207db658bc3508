//! What a file of a card holds, as plain data, and where it is.

use std::fmt;

use madoguchi_iso7816::FileId;
use madoguchi_layout::{Reference, TerminalCa};
use madoguchi_terms::Secret;

/// Where a content is: the application's label in the layout, and the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Such as `jpki`.
    pub application: &'static str,
    /// The file.
    pub file: FileId,
}

/// What a file holds.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Content {
    /// Bytes, without the filler up to the physical size.
    Transparent(Vec<u8>),
    /// Records, from number 1.
    Records(Vec<Vec<u8>>),
    /// Reference data and its counter.
    Reference(Reference),
    /// A private key, PKCS#1 DER; `None` where the slot was left empty.
    Key(Option<Secret<Vec<u8>>>),
    /// The private key, PKCS#1 DER, whose public half the file shows.
    SessionKey(Secret<Vec<u8>>),
    /// Who certifies terminals.
    TerminalCa(Box<TerminalCa>),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.application, self.file)
    }
}

impl fmt::Debug for Content {
    /// Sizes and counters only.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Transparent(bytes) => write!(f, "Transparent({} bytes)", bytes.len()),
            Self::Records(records) => write!(f, "Records({})", records.len()),
            Self::Reference(reference) => reference.fmt(f),
            Self::Key(Some(_)) => f.write_str("Key(…)"),
            Self::Key(None) => f.write_str("Key(empty)"),
            Self::SessionKey(_) => f.write_str("SessionKey(…)"),
            Self::TerminalCa(ca) => write!(f, "TerminalCa({})", ca.key),
        }
    }
}
