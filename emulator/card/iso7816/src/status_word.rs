//! The status word SW1 SW2 that ends every response APDU (ISO 7816-4 §5.6).

use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

/// SW1 SW2. A newtype over the two bytes: every value of a real card survives, the known ones
/// have names.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StatusWord(u16);

impl StatusWord {
    /// `9000`: normal processing.
    pub const OK: Self = Self(0x9000);
    /// `6282`: end of file reached before Le bytes were read.
    pub const END_OF_FILE: Self = Self(0x6282);
    /// `6300`: verification failed, and nothing is said of attempts.
    pub const VERIFICATION_FAILED: Self = Self(0x6300);
    /// `66F1`: no key delivery is configured (*observed* on the My Number card, not in ISO).
    pub const NO_KEY_DELIVERY: Self = Self(0x66F1);
    /// `6700`: wrong length.
    pub const WRONG_LENGTH: Self = Self(0x6700);
    /// `6881`: logical channel not supported.
    pub const CHANNEL_NOT_SUPPORTED: Self = Self(0x6881);
    /// `6882`: secure messaging not supported.
    pub const SECURE_MESSAGING_NOT_SUPPORTED: Self = Self(0x6882);
    /// `6981`: command incompatible with file structure.
    pub const INCOMPATIBLE_FILE_STRUCTURE: Self = Self(0x6981);
    /// `6982`: security status not satisfied.
    pub const SECURITY_STATUS_NOT_SATISFIED: Self = Self(0x6982);
    /// `6983`: authentication method blocked (the My Number card says [`Self::REFERENCE_BLOCKED`]).
    pub const AUTHENTICATION_BLOCKED: Self = Self(0x6983);
    /// `6984`: the referenced IEF is blocked (JICSAP; ISO: reference data not usable).
    pub const REFERENCE_BLOCKED: Self = Self(0x6984);
    /// `6985`: conditions of use not satisfied.
    pub const CONDITIONS_NOT_SATISFIED: Self = Self(0x6985);
    /// `6986`: command not allowed, no current EF.
    pub const NO_CURRENT_EF: Self = Self(0x6986);
    /// `6987`: expected secure messaging data objects are missing.
    pub const SECURE_MESSAGING_OBJECT_MISSING: Self = Self(0x6987);
    /// `6988`: secure messaging data objects are incorrect.
    pub const SECURE_MESSAGING_OBJECT_INCORRECT: Self = Self(0x6988);
    /// `69FC`: no secure messaging session (*observed* on the My Number card, not in ISO).
    pub const NO_SECURE_SESSION: Self = Self(0x69FC);
    /// `6A80`: incorrect parameters in the command data field.
    pub const INCORRECT_DATA: Self = Self(0x6A80);
    /// `6A81`: function not supported.
    pub const FUNCTION_NOT_SUPPORTED: Self = Self(0x6A81);
    /// `6A82`: file or application not found.
    pub const FILE_NOT_FOUND: Self = Self(0x6A82);
    /// `6A83`: record not found.
    pub const RECORD_NOT_FOUND: Self = Self(0x6A83);
    /// `6A86`: incorrect P1 P2.
    pub const INCORRECT_P1_P2: Self = Self(0x6A86);
    /// `6A87`: Lc inconsistent with P1 P2.
    pub const LC_INCONSISTENT: Self = Self(0x6A87);
    /// `6A88`: referenced data not found.
    pub const REFERENCE_NOT_FOUND: Self = Self(0x6A88);
    /// `6B00`: wrong P1 P2, offset outside the EF.
    pub const OFFSET_OUTSIDE_EF: Self = Self(0x6B00);
    /// `6D00`: instruction not supported.
    pub const INSTRUCTION_NOT_SUPPORTED: Self = Self(0x6D00);
    /// `6E00`: class not supported.
    pub const CLASS_NOT_SUPPORTED: Self = Self(0x6E00);
    /// `6F00`: no precise diagnosis.
    pub const NO_DIAGNOSIS: Self = Self(0x6F00);

    /// The status word with this value.
    #[must_use]
    pub const fn new(value: u16) -> Self {
        Self(value)
    }

    /// SW1 SW2 as they come from the wire.
    #[must_use]
    pub const fn from_bytes(sw: [u8; 2]) -> Self {
        Self(u16::from_be_bytes(sw))
    }

    /// SW1 SW2 as they go on the wire.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 2] {
        self.0.to_be_bytes()
    }

    /// The sixteen bits.
    #[must_use]
    pub const fn value(self) -> u16 {
        self.0
    }

    /// `63Cx`: verification failed, or was not asked for, and `tries` attempts are left; more than
    /// 15 attempts are said as 15 (ISO 7816-4 §5.6, four bits).
    #[must_use]
    pub const fn attempts_left(tries: u8) -> Self {
        let x = if tries > 15 { 15 } else { tries };
        Self(0x63C0 | x as u16)
    }

    /// `61xx`: so many bytes of the answer are there for GET RESPONSE; 256 and more are `6100`
    /// (ISO 7816-4 §5.6).
    #[must_use]
    pub fn bytes_available(bytes: usize) -> Self {
        Self(u16::from_be_bytes([0x61, u8::try_from(bytes).unwrap_or(0)]))
    }

    /// `6Cxx`: Le is wrong, and so many bytes are there; 256 and more are `6C00` (ISO 7816-4 §5.6).
    #[must_use]
    pub fn wrong_le(bytes: usize) -> Self {
        Self(u16::from_be_bytes([0x6C, u8::try_from(bytes).unwrap_or(0)]))
    }

    /// The x of `63Cx`: attempts left.
    #[must_use]
    pub const fn attempts(self) -> Option<u8> {
        if self.0 & 0xFFF0 == 0x63C0 {
            Some((self.0 & 0x000F) as u8)
        } else {
            None
        }
    }

    /// Whether this is `6983` or `6984`: what was addressed is locked.
    #[must_use]
    pub const fn is_blocked(self) -> bool {
        matches!(self, Self::AUTHENTICATION_BLOCKED | Self::REFERENCE_BLOCKED)
    }

    /// Whether this is `61xx` or `6Cxx`: the client goes on with GET RESPONSE, or asks again with that Le
    /// (ISO 7816-4 §5.1.5).
    #[must_use]
    pub const fn tells_length(self) -> bool {
        matches!(self.0 >> 8, 0x61 | 0x6C)
    }

    /// Whether this is `9000`.
    #[must_use]
    pub const fn is_ok(self) -> bool {
        self.0 == 0x9000
    }
}

impl FromStr for StatusWord {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        u16::from_str_radix(text, 16).map(Self)
    }
}

impl fmt::Display for StatusWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04X}", self.0)
    }
}

impl fmt::Debug for StatusWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StatusWord({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_survives_the_wire() {
        for value in 0..=u16::MAX {
            let status = StatusWord::new(value);
            assert_eq!(StatusWord::from_bytes(status.to_bytes()), status);
            assert_eq!(status.value(), value);
        }
    }

    #[test]
    fn attempts_are_read_from_63cx_alone() {
        for value in 0..=u16::MAX {
            let [high, low] = value.to_be_bytes();
            let expected = (high == 0x63 && low & 0xF0 == 0xC0).then_some(low & 0x0F);
            assert_eq!(StatusWord::new(value).attempts(), expected, "{value:04X}");
        }
        assert_eq!(StatusWord::attempts_left(2).to_string(), "63C2");
        assert_eq!(StatusWord::attempts_left(200).to_string(), "63CF");
    }

    #[test]
    fn counts_of_bytes_have_two_digits_and_zero_means_256() {
        assert_eq!(StatusWord::bytes_available(0x7F).to_string(), "617F");
        assert_eq!(StatusWord::bytes_available(0x100).to_string(), "6100");
        assert_eq!(StatusWord::wrong_le(1).to_string(), "6C01");
        assert_eq!(StatusWord::wrong_le(0x300).to_string(), "6C00");
    }
}
