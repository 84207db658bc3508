//! The two ways in which files and commands frame data objects: BER-TLV (ISO 7816-4 §5.2.2) and
//! simple-TLV (§5.2.1). They look alike and are not: simple-TLV has one-byte tags and says long
//! lengths as `FF hh ll`.

use std::fmt;

pub mod ber;
pub mod simple;

/// Where and why bytes are no data object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TlvError {
    /// Offset of the byte at which reading stopped.
    pub at: usize,
    /// What is wrong there.
    pub kind: TlvErrorKind,
}

/// What is wrong with a data object; data are counts of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TlvErrorKind {
    /// The bytes end within the tag or the length.
    HeaderCut,
    /// A BER tag of more than two bytes, which no card of this family uses, or a simple-TLV tag
    /// that cannot be one (`00`, `FF`).
    Tag,
    /// A BER length whose first byte is `80` or `84` and above.
    LengthForm,
    /// Fewer bytes than the length says.
    ValueCut {
        /// Bytes that the length announces.
        announced: usize,
        /// Bytes seen.
        seen: usize,
    },
}

impl TlvError {
    /// The same error, seen from a reader that had already passed `offset` bytes.
    pub(crate) const fn shifted(mut self, offset: usize) -> Self {
        self.at += offset;
        self
    }
}

impl fmt::Display for TlvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            TlvErrorKind::HeaderCut => f.write_str("the tag or the length is cut short"),
            TlvErrorKind::Tag => f.write_str("this is no tag that a card uses"),
            TlvErrorKind::LengthForm => f.write_str("this is no definite length up to 83"),
            TlvErrorKind::ValueCut { announced, seen } => {
                write!(f, "the length announces {announced} bytes, {seen} came")
            }
        }?;
        write!(f, " (at byte {})", self.at)
    }
}

impl std::error::Error for TlvError {}
