//! The name of a dedicated file: an application identifier (ISO 7816-4 §8.2.1.2).

use std::fmt;

/// A DF name of 1 to 16 bytes.
///
/// ```
/// # use madoguchi_iso7816::Aid;
/// const JPKI: Aid = Aid::new([0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01]);
/// assert!(JPKI.begins_with(&[0xD3, 0x92, 0xF0]));
/// assert_eq!(JPKI.to_string(), "D392F000260100000001");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Aid {
    bytes: [u8; Self::MAX],
    len: u8,
}

impl Aid {
    /// The longest DF name, in bytes.
    pub const MAX: usize = 16;

    /// The name with these bytes; a length outside 1–16 does not compile.
    #[must_use]
    pub const fn new<const N: usize>(name: [u8; N]) -> Self {
        const { assert!(N >= 1 && N <= Self::MAX, "a DF name has 1 to 16 bytes") };
        match Self::from_slice(&name) {
            Some(aid) => aid,
            None => unreachable!(),
        }
    }

    /// The name that a command carries, or `None` where its length is outside 1–16.
    #[must_use]
    pub const fn from_slice(name: &[u8]) -> Option<Self> {
        if name.is_empty() || name.len() > Self::MAX {
            return None;
        }
        let mut bytes = [0; Self::MAX];
        let mut len = 0;
        while (len as usize) < name.len() {
            bytes[len as usize] = name[len as usize];
            len += 1;
        }
        Some(Self { bytes, len })
    }

    /// The bytes of the name.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }

    /// Whether `partial` is this name or its beginning, as a selection by partial name asks.
    #[must_use]
    pub fn begins_with(&self, partial: &[u8]) -> bool {
        self.as_bytes().starts_with(partial)
    }
}

impl fmt::Display for Aid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_bytes()
            .iter()
            .try_for_each(|byte| write!(f, "{byte:02X}"))
    }
}

impl fmt::Debug for Aid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Aid({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_one_to_sixteen_bytes() {
        assert_eq!(Aid::from_slice(&[]), None);
        assert_eq!(Aid::from_slice(&[0; 17]), None);
        for len in 1..=16 {
            assert_eq!(
                Aid::from_slice(&vec![0xA5; len]).unwrap().as_bytes().len(),
                len
            );
        }
    }

    #[test]
    fn a_name_does_not_begin_with_a_longer_one() {
        let name = Aid::new([0xD3, 0x92]);
        assert!(name.begins_with(&[0xD3]));
        assert!(name.begins_with(&[0xD3, 0x92]));
        assert!(!name.begins_with(&[0xD3, 0x92, 0x00]));
    }
}
