//! The answer to reset (ISO 7816-3 §8.2): the first thing a card says, and the one thing a reader
//! needs from it: which transmission protocols it offers.

use std::fmt;

/// A well-formed answer to reset, 2 to 33 bytes.
///
/// ```
/// # use madoguchi_iso7816::Atr;
/// let atr = Atr::parse(&[0x3B, 0xE0, 0x00, 0xFF, 0x81, 0x31, 0xFE, 0x45, 0x14]).unwrap();
/// assert!(atr.offers(1) && !atr.offers(0));
/// assert!(atr.historical_bytes().is_empty());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Atr {
    bytes: [u8; Self::MAX],
    len: u8,
    /// Where the historical bytes begin, and how many they are.
    historical: (u8, u8),
    /// Bit T is set where some TDi names protocol T.
    protocols: u16,
}

impl Atr {
    /// The longest ATR: TS and 32 more bytes.
    pub const MAX: usize = 33;

    /// Reads an ATR.
    ///
    /// # Errors
    /// [`AtrError`] says which byte is missing, too many or wrong.
    pub fn parse(atr: &[u8]) -> Result<Self, AtrError> {
        let mut walk = Walk { atr, at: 0 };
        match walk.next()? {
            0x3B | 0x3F => {}
            ts => return Err(AtrError::InitialCharacter { ts }),
        }
        let format = walk.next()?;
        let historical_len = format & 0x0F;
        let protocols = walk.interface_bytes(format)?;
        let historical_at = walk.at;
        walk.skip(usize::from(historical_len))?;
        // TCK is absent where T=0 is the only protocol (ISO 7816-3 §8.2.5).
        if protocols & !1 != 0 {
            let found = walk.next()?;
            let expected = atr[1..walk.at - 1].iter().fold(0, |sum, byte| sum ^ byte);
            if found != expected {
                return Err(AtrError::Checksum { expected, found });
            }
        }
        if walk.at < atr.len() || atr.len() > Self::MAX {
            return Err(AtrError::Trailing {
                expected: walk.at.min(Self::MAX),
                seen: atr.len(),
            });
        }
        let mut bytes = [0; Self::MAX];
        bytes[..atr.len()].copy_from_slice(atr);
        let [len, at] = [atr.len(), historical_at].map(|n| u8::try_from(n).unwrap_or(u8::MAX));
        Ok(Self {
            bytes,
            len,
            historical: (at, historical_len),
            protocols,
        })
    }

    /// The whole ATR from TS to the last byte.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }

    /// The historical bytes; the synthetic ATR of a contactless Type B card carries application
    /// data and protocol information here (PC/SC part 3 §3.1.3.2.3.2).
    #[must_use]
    pub fn historical_bytes(&self) -> &[u8] {
        let (at, len) = self.historical;
        &self.bytes[usize::from(at)..][..usize::from(len)]
    }

    /// Whether the ATR offers transmission protocol T = `protocol`, 0 to 14.
    #[must_use]
    pub const fn offers(&self, protocol: u8) -> bool {
        protocol < 15 && self.protocols & (1 << protocol) != 0
    }

    /// Whether this is the form that a PC/SC reader invents for a contactless card: `3B 8n 80 01`.
    /// It names T=0 and T=1 although the card speaks neither; readers then say T=1.
    #[must_use]
    pub fn is_contactless(&self) -> bool {
        matches!(self.as_bytes(), [0x3B, t0, 0x80, 0x01, ..] if t0 >> 4 == 0x8)
    }
}

/// Reads an ATR from the front.
struct Walk<'a> {
    atr: &'a [u8],
    at: usize,
}

impl Walk<'_> {
    fn next(&mut self) -> Result<u8, AtrError> {
        let byte = self.atr.get(self.at).copied();
        self.at += 1;
        byte.ok_or(AtrError::Cut {
            expected: self.at,
            seen: self.atr.len(),
        })
    }

    fn skip(&mut self, count: usize) -> Result<(), AtrError> {
        (0..count).try_for_each(|_| self.next().map(|_| ()))
    }

    /// Walks TA1 … TDn and collects the protocols that the TDi name; T=0 where there is none.
    fn interface_bytes(&mut self, format: u8) -> Result<u16, AtrError> {
        let mut protocols = 0;
        let mut present = format >> 4;
        loop {
            self.skip((present & 0x7).count_ones() as usize)?;
            if present & 0x8 == 0 {
                return Ok(if protocols == 0 { 1 } else { protocols });
            }
            let td = self.next()?;
            protocols |= 1 << (td & 0x0F);
            present = td >> 4;
        }
    }
}

/// What is wrong with an ATR; data are counts of bytes or the bytes themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AtrError {
    /// TS is neither `3B` nor `3F`.
    InitialCharacter {
        /// The byte seen.
        ts: u8,
    },
    /// The ATR ends too early.
    Cut {
        /// Bytes that are needed at least.
        expected: usize,
        /// Bytes seen.
        seen: usize,
    },
    /// TCK does not make the exclusive or of all bytes from T0 zero.
    Checksum {
        /// The TCK that would.
        expected: u8,
        /// The TCK seen.
        found: u8,
    },
    /// Bytes follow the last one, or there are more than 33.
    Trailing {
        /// Bytes that belong to the ATR.
        expected: usize,
        /// Bytes seen.
        seen: usize,
    },
}

impl fmt::Display for AtrError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InitialCharacter { ts } => {
                write!(f, "an ATR begins with 3B or 3F, not with {ts:02X}")
            }
            Self::Cut { expected, seen } => {
                write!(f, "the ATR needs at least {expected} bytes, {seen} came")
            }
            Self::Checksum { expected, found } => {
                write!(
                    f,
                    "the last byte (TCK) is {found:02X} and should be {expected:02X}"
                )
            }
            Self::Trailing { expected, seen } => {
                write!(f, "the ATR ends after {expected} bytes, {seen} came")
            }
        }
    }
}

impl std::error::Error for AtrError {}

impl fmt::Display for Atr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, byte) in self.as_bytes().iter().enumerate() {
            let gap = if position == 0 { "" } else { " " };
            write!(f, "{gap}{byte:02X}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Atr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Atr({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        text.split(' ')
            .map(|byte| u8::from_str_radix(byte, 16).unwrap())
            .collect()
    }

    #[test]
    fn the_atrs_of_japanese_cards_are_read() {
        for (text, historical, t0) in [
            ("3B E0 00 FF 81 31 FE 45 14", 0, false),
            (
                "3B DA 13 FF 81 31 FB 46 80 12 39 2F 31 C1 73 C6 01 C0 3B",
                10,
                false,
            ),
            ("3B C5 FF 81 31 FB 45 80 73 C6 01 00 00", 5, false),
            (
                "3B F5 91 00 FF 91 81 71 FE 40 00 42 00 01 00 D1 D6",
                5,
                false,
            ),
            (
                "3B F5 91 00 FF 91 81 71 FE 40 00 42 00 01 B3 A1 15",
                5,
                false,
            ),
            ("3B 88 80 01 00 00 05 E0 B3 81 A1 00 7F", 8, true),
            ("3B 88 80 01 00 4B 51 FF B3 81 D1 00 0F", 8, true),
        ] {
            let atr = Atr::parse(&hex(text)).unwrap();
            assert_eq!(atr.to_string(), text);
            assert_eq!(atr.historical_bytes().len(), historical, "{text}");
            assert!(atr.offers(1), "{text}");
            assert_eq!(atr.offers(0), t0, "{text}");
            assert_eq!(atr.is_contactless(), t0, "{text}");
        }
    }

    #[test]
    fn an_atr_without_td_offers_t0_and_has_no_checksum() {
        let atr = Atr::parse(&hex("3B 02 14 50")).unwrap();
        assert!(atr.offers(0) && !atr.offers(1));
        assert_eq!(atr.historical_bytes(), [0x14, 0x50]);
    }

    #[test]
    fn a_wrong_atr_says_what_is_wrong() {
        let error = |text| Atr::parse(&hex(text)).unwrap_err();
        assert_eq!(error("3C 00"), AtrError::InitialCharacter { ts: 0x3C });
        assert_eq!(
            error("3B"),
            AtrError::Cut {
                expected: 2,
                seen: 1
            }
        );
        assert_eq!(
            error("3B E0 00 FF 81 31"),
            AtrError::Cut {
                expected: 7,
                seen: 6
            }
        );
        assert_eq!(
            error("3B E0 00 FF 81 31 FE 45 15"),
            AtrError::Checksum {
                expected: 0x14,
                found: 0x15
            }
        );
        assert_eq!(
            error("3B 00 00"),
            AtrError::Trailing {
                expected: 2,
                seen: 3
            }
        );
    }

    #[test]
    fn no_bytes_make_the_reader_panic() {
        let mut state = 1_u32;
        for _ in 0..50_000 {
            let mut bytes = [0; 40];
            for byte in &mut bytes {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                *byte = state.to_be_bytes()[0];
            }
            bytes[0] = 0x3B;
            for len in 0..bytes.len() {
                if let Ok(atr) = Atr::parse(&bytes[..len]) {
                    assert_eq!(atr.as_bytes(), &bytes[..len]);
                    assert!(atr.historical_bytes().len() <= 15);
                }
            }
        }
    }
}
