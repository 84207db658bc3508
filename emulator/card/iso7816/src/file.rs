//! How a command names an elementary file: by identifier or by short identifier
//! (ISO 7816-4 §7.3.1; JICSAP).

use std::fmt;

/// A two-byte file identifier, unique within its dedicated file.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(u16);

impl FileId {
    /// The identifier with this value.
    #[must_use]
    pub const fn new(value: u16) -> Self {
        Self(value)
    }

    /// The identifier as it stands in the data field of SELECT.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 2]) -> Self {
        Self(u16::from_be_bytes(bytes))
    }

    /// The sixteen bits.
    #[must_use]
    pub const fn value(self) -> u16 {
        self.0
    }

    /// The short identifier of this file, which is its low five bits; files outside 0001–001E
    /// have none (JICSAP).
    #[must_use]
    pub const fn sfi(self) -> Option<Sfi> {
        match self.0.to_be_bytes() {
            [0, low] => Sfi::new(low),
            _ => None,
        }
    }
}

impl fmt::Display for FileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04X}", self.0)
    }
}

impl fmt::Debug for FileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FileId({self})")
    }
}

/// A short EF identifier, 1 to 30. It lets a command name a file without selecting it first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sfi(u8);

impl Sfi {
    /// The short identifier with this value; 0 stands for the current EF and 31 is reserved, so
    /// neither is one.
    #[must_use]
    pub const fn new(value: u8) -> Option<Self> {
        match value {
            1..=30 => Some(Self(value)),
            _ => None,
        }
    }

    /// The five bits.
    #[must_use]
    pub const fn value(self) -> u8 {
        self.0
    }

    /// The identifier of the file that this short identifier names.
    #[must_use]
    pub const fn file_id(self) -> FileId {
        FileId(self.0 as u16)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_0001_to_001e_have_a_short_identifier() {
        for value in 0..=u16::MAX {
            let id = FileId::new(value);
            assert_eq!(
                id.sfi().is_some(),
                (0x0001..=0x001E).contains(&value),
                "{id}"
            );
            if let Some(sfi) = id.sfi() {
                assert_eq!(sfi.file_id(), id);
            }
        }
    }
}
