//! Which characters survive: the data base delivers ● for what is outside its set (A-18), and
//! Shift_JIS in its Windows form (CP932) is written and read without silent replacement.

use std::borrow::Cow;
use std::fmt;

use encoding_rs::{EncoderResult, SHIFT_JIS};

/// What stands for a character that the data base does not have, one for each (*inferred*).
pub const REPLACEMENT: char = '●';

crate::named::named! {
    /// The characters that the data base has (A-18).
    pub enum CharacterSet in "character set" {
        /// JIS X 0208: the first and second level, and half-width katakana.
        JisX0208 = "jis-x-0208",
        /// Everything that CP932 writes, with the extensions of NEC and IBM: 髙, 德, ①.
        Cp932 = "cp932",
    }
}

impl CharacterSet {
    /// The text as it is delivered.
    ///
    /// ```
    /// # use madoguchi_eligibility::CharacterSet;
    /// assert_eq!(CharacterSet::JisX0208.deliver("髙橋　花子"), "●橋　花子");
    /// assert_eq!(CharacterSet::Cp932.deliver("髙橋　花子"), "髙橋　花子");
    /// ```
    #[must_use]
    pub fn deliver(self, text: &str) -> Cow<'_, str> {
        if text.chars().all(|c| self.has(c)) {
            return Cow::Borrowed(text);
        }
        let deliver = |c| if self.has(c) { c } else { REPLACEMENT };
        Cow::Owned(text.chars().map(deliver).collect())
    }

    /// Whether the character is in the set.
    #[must_use]
    pub fn has(self, c: char) -> bool {
        if TWINS.iter().any(|(jis, _)| *jis == c) {
            return true;
        }
        let mut buffer = [0; 4];
        let Ok(bytes) = to_cp932(c.encode_utf8(&mut buffer)) else {
            return false;
        };
        match (self, bytes.as_slice()) {
            (Self::Cp932, _) | (Self::JisX0208, [_]) => true,
            // Rows 1–8 and 16–84; row 13 and everything from 0xED on are extensions.
            (Self::JisX0208, [lead, _]) => {
                matches!(lead, 0x81..=0x84 | 0x88..=0x9F | 0xE0..=0xEA)
            }
            _ => false,
        }
    }
}

/// The text in CP932.
///
/// # Errors
/// The first character that CP932 does not have: nothing is replaced.
pub fn to_cp932(text: &str) -> Result<Vec<u8>, NotInCp932> {
    let mut encoder = SHIFT_JIS.new_encoder();
    let longest = encoder
        .max_buffer_length_from_utf8_without_replacement(text.len())
        .unwrap_or(usize::MAX);
    let mut bytes = Vec::with_capacity(longest);
    let (result, _) = encoder.encode_from_utf8_to_vec_without_replacement(text, &mut bytes, true);
    match result {
        EncoderResult::Unmappable(character) => Err(NotInCp932::Character(character)),
        EncoderResult::InputEmpty | EncoderResult::OutputFull => Ok(bytes),
    }
}

/// The text in CP932 as a service delivers it: what CP932 writes with another character than
/// JIS X 0208 has for the same sign (`〜` as `～`, `—` as `―` …) is written so, what it does not have
/// is delivered as ● (A-18).
///
/// ```
/// # use madoguchi_eligibility::{deliver_in_cp932, from_cp932};
/// let delivered = deliver_in_cp932("𠮷田〜髙橋");
/// assert_eq!(from_cp932(&delivered).as_deref(), Ok("●田～髙橋"));
/// ```
#[must_use]
pub fn deliver_in_cp932(text: &str) -> Vec<u8> {
    if let Ok(bytes) = to_cp932(text) {
        return bytes;
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut buffer = [0; 4];
    for c in text.chars() {
        let c = TWINS
            .iter()
            .find(|(jis, _)| *jis == c)
            .map_or(c, |(_, windows)| *windows);
        let written = to_cp932(c.encode_utf8(&mut buffer));
        bytes.extend(written.unwrap_or_else(|_| CIRCLE.to_vec()));
    }
    bytes
}

/// Signs of JIS X 0208 that Unicode has twice: its own, and the one that CP932 writes.
const TWINS: &[(char, char)] = &[
    ('〜', '～'),
    ('‖', '∥'),
    ('−', '－'),
    ('¢', '￠'),
    ('£', '￡'),
    ('¬', '￢'),
    ('—', '―'),
];

/// [`REPLACEMENT`] in CP932.
const CIRCLE: [u8; 2] = [0x81, 0x9C];

/// The text that these bytes are in CP932.
///
/// # Errors
/// The bytes are none: UTF-8 that was labelled as `Shift_JIS`, for example.
pub fn from_cp932(bytes: &[u8]) -> Result<String, NotInCp932> {
    SHIFT_JIS
        .decode_without_bom_handling_and_without_replacement(bytes)
        .map(Cow::into_owned)
        .ok_or(NotInCp932::Bytes)
}

/// What CP932 cannot say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotInCp932 {
    /// A character that it does not have.
    Character(char),
    /// Bytes that are no text in it.
    Bytes,
}

impl fmt::Display for NotInCp932 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Character(c) => {
                write!(f, "{c:?} (U+{:04X}) is not in CP932", u32::from(*c))
            }
            Self::Bytes => f.write_str("the bytes are no text in CP932"),
        }
    }
}

impl std::error::Error for NotInCp932 {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_levels_and_half_width_katakana_pass() {
        for text in [
            "試験　太郎",
            "ｼｹﾝ ﾊﾞﾛｳ",
            "ヴィー〜−",
            "亜腕弌熙",
            "ABC-1",
            "●",
        ] {
            assert_eq!(CharacterSet::JisX0208.deliver(text), text);
        }
    }

    #[test]
    fn each_character_outside_becomes_one_circle() {
        assert_eq!(CharacterSet::JisX0208.deliver("髙橋　﨑子①"), "●橋　●子●");
        assert_eq!(CharacterSet::JisX0208.deliver("𠮷田"), "●田");
        assert_eq!(CharacterSet::Cp932.deliver("𠮷田　德子"), "●田　德子");
    }

    #[test]
    fn cp932_goes_there_and_back() {
        for text in ["試験　太郎", "髙橋德", "ｼｹﾝ ﾀﾛｳ", "①"] {
            assert_eq!(from_cp932(&to_cp932(text).unwrap()).unwrap(), text);
        }
        assert_eq!(to_cp932("ｼ"), Ok(vec![0xBC]));
        assert_eq!(to_cp932("試"), Ok(vec![0x8E, 0x8E]));
    }

    #[test]
    fn twins_are_delivered_as_windows_writes_them() {
        for (jis, windows) in TWINS {
            let delivered = deliver_in_cp932(&format!("𠮷{jis}"));
            assert_eq!(from_cp932(&delivered).unwrap(), format!("●{windows}"));
        }
        assert_eq!(to_cp932("●"), Ok(CIRCLE.to_vec()));
    }

    #[test]
    fn nothing_is_replaced_silently() {
        assert_eq!(to_cp932("𠮷田"), Err(NotInCp932::Character('𠮷')));
        assert_eq!(from_cp932("試験".as_bytes()), Err(NotInCp932::Bytes));
        assert_eq!(from_cp932(&[0x8E]), Err(NotInCp932::Bytes));
    }
}
