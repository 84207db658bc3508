//! 鍵ID: how the card's public-key infrastructure names keys.

use std::fmt;

/// Sixteen bytes: seven ASCII digits, `08 05`, three ASCII digits, four bytes that are part of the
/// name (*observed*).
///
/// The first digit of the number tells hierarchies apart: 5 production, 6 the official test
/// hierarchy, and 9 in this project, which both leave free. The number of a municipality's key is
/// its code and an application: 30 the card itself, 21 券面事項確認AP, 31 券面事項入力補助AP.
///
/// ```
/// # use madoguchi_layout::KeyId;
/// let root = KeyId::new(*b"9000023", *b"001", [0; 4]);
/// assert_eq!(root.as_bytes(), b"9000023\x08\x05001\0\0\0\0");
/// assert_eq!(root.to_string(), "9000023/001");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyId([u8; 16]);

impl KeyId {
    /// The name with these parts: number, group, and four more bytes.
    #[must_use]
    pub const fn new(number: [u8; 7], group: [u8; 3], pad: [u8; 4]) -> Self {
        let [a, b, c, d, e, f, g] = number;
        let [h, i, j] = group;
        let [k, l, m, n] = pad;
        Self([a, b, c, d, e, f, g, 0x08, 0x05, h, i, j, k, l, m, n])
    }

    /// The name with these bytes, whatever they are.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The sixteen bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// The first digit of the number, by which hierarchies are told apart.
    #[must_use]
    pub const fn hierarchy(&self) -> u8 {
        self.0[0]
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [number, group] = [&self.0[..7], &self.0[9..12]].map(String::from_utf8_lossy);
        write!(f, "{number}/{group}")?;
        match &self.0[12..] {
            [0, 0, 0, 0] => Ok(()),
            pad => pad.iter().try_for_each(|byte| write!(f, "{byte:02X}")),
        }
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}
