//! What the 券面 applications say of the holder beside dates and text.

use std::fmt;

/// 性別 as the card writes it (JIS X 0303).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sex {
    /// `0` 不明
    Unknown,
    /// `1` 男
    Male,
    /// `2` 女
    Female,
    /// `9` 適用不能
    NotApplicable,
}

impl Sex {
    /// The ASCII digit.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Unknown => b'0',
            Self::Male => b'1',
            Self::Female => b'2',
            Self::NotApplicable => b'9',
        }
    }
}

/// An image in its file format: PNG for what is written on the card, JP2 for the photo.
#[derive(Clone, PartialEq, Eq)]
pub struct Image(Vec<u8>);

impl Image {
    /// The image in this file.
    #[must_use]
    pub const fn new(file: Vec<u8>) -> Self {
        Self(file)
    }

    /// The bytes of the file.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Image {
    /// Its size: an image tells who a person is.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Image({} bytes)", self.0.len())
    }
}
