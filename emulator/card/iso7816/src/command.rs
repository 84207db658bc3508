//! The command APDU (ISO 7816-4 §5.3): header, data, expected length, in cases 1 to 4 with short
//! or extended length fields. Borrowed, nothing is copied.

use std::fmt;

use crate::{Instruction, StatusWord};

/// A command APDU as it came from the wire.
///
/// A card looks at the header before it counts the bytes behind it, so a command whose length
/// fields do not agree with its length is a command too; [`body`](Self::body) says what is wrong.
///
/// ```
/// # use madoguchi_iso7816::{CommandApdu, Instruction};
/// let read = CommandApdu::parse(&[0x00, 0xB0, 0x00, 0x00, 0x04]).unwrap();
/// assert_eq!(read.instruction, Instruction::READ_BINARY);
/// assert_eq!(read.body.unwrap().le.unwrap().value(), 4);
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct CommandApdu<'a> {
    /// CLA.
    pub class: u8,
    /// INS.
    pub instruction: Instruction,
    /// P1.
    pub p1: u8,
    /// P2.
    pub p2: u8,
    /// What follows the header, or why it cannot be understood.
    pub body: Result<Body<'a>, Malformed>,
}

/// What follows the header of a command APDU.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Body<'a> {
    /// The command data field; empty in cases 1 and 2.
    pub data: &'a [u8],
    /// Le; absent in cases 1 and 3.
    pub le: Option<Le>,
}

/// How many response data bytes a command expects at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Le {
    value: u32,
    extended: bool,
}

/// Why a command APDU cannot be understood; data are counts of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Malformed {
    /// Fewer than the four bytes of a header.
    HeaderCut {
        /// Bytes seen.
        seen: usize,
    },
    /// A `00` that announces extended length fields, and too little behind it.
    ExtendedLengthCut,
    /// An extended Lc of `0000`, with something behind it.
    LcZero,
    /// Less data than Lc says.
    DataCut {
        /// Data bytes that Lc announces.
        lc: usize,
        /// Data bytes seen.
        seen: usize,
    },
    /// More bytes than data and Le need.
    Trailing {
        /// Data bytes that Lc announces.
        lc: usize,
        /// Bytes behind the data.
        seen: usize,
    },
}

impl<'a> CommandApdu<'a> {
    /// Reads a command APDU.
    ///
    /// # Errors
    /// [`Malformed::HeaderCut`] where not even a header came; every other malformation is found
    /// in [`body`](Self::body).
    pub fn parse(command: &'a [u8]) -> Result<Self, Malformed> {
        let Some((&[class, instruction, p1, p2], rest)) = command.split_first_chunk() else {
            return Err(Malformed::HeaderCut {
                seen: command.len(),
            });
        };
        let instruction = Instruction::new(instruction);
        Ok(Self {
            class,
            instruction,
            p1,
            p2,
            body: Body::parse(rest),
        })
    }

    /// P1 P2 as one number.
    #[must_use]
    pub const fn parameters(&self) -> u16 {
        u16::from_be_bytes([self.p1, self.p2])
    }
}

impl<'a> Body<'a> {
    /// Reads the length fields and the data (ISO 7816-4 §5.3.2, table 1).
    fn parse(rest: &'a [u8]) -> Result<Self, Malformed> {
        match *rest {
            [] => Ok(Self {
                data: &[],
                le: None,
            }),
            [le] => Ok(Self {
                data: &[],
                le: Some(Le::short(le)),
            }),
            [0, high, low] => Ok(Self {
                data: &[],
                le: Some(Le::extended([high, low])),
            }),
            [0, high, low, ..] => match u16::from_be_bytes([high, low]) {
                0 => Err(Malformed::LcZero),
                lc => Self::with_data(&rest[3..], usize::from(lc), true),
            },
            [0, _] => Err(Malformed::ExtendedLengthCut),
            [lc, ..] => Self::with_data(&rest[1..], usize::from(lc), false),
        }
    }

    fn with_data(rest: &'a [u8], lc: usize, extended: bool) -> Result<Self, Malformed> {
        let Some((data, behind)) = rest.split_at_checked(lc) else {
            return Err(Malformed::DataCut {
                lc,
                seen: rest.len(),
            });
        };
        let le = match (behind, extended) {
            ([], _) => None,
            (&[le], false) => Some(Le::short(le)),
            (&[high, low], true) => Some(Le::extended([high, low])),
            _ => {
                return Err(Malformed::Trailing {
                    lc,
                    seen: behind.len(),
                });
            }
        };
        Ok(Self { data, le })
    }
}

impl Le {
    /// A one-byte Le: `00` is 256.
    #[must_use]
    pub const fn short(field: u8) -> Self {
        let value = if field == 0 { 0x100 } else { field as u32 };
        Self {
            value,
            extended: false,
        }
    }

    /// A two-byte Le: `0000` is 65 536.
    #[must_use]
    pub const fn extended(field: [u8; 2]) -> Self {
        let field = u16::from_be_bytes(field);
        let value = if field == 0 { 0x1_0000 } else { field as u32 };
        Self {
            value,
            extended: true,
        }
    }

    /// The greatest number of response data bytes, 1 to 65 536.
    #[must_use]
    pub const fn value(self) -> usize {
        self.value as usize
    }

    /// Whether two bytes said it.
    #[must_use]
    pub const fn is_extended(self) -> bool {
        self.extended
    }
}

impl Malformed {
    /// What a card answers, where nothing about the header made it answer before: `6700`.
    #[must_use]
    pub const fn status(self) -> StatusWord {
        StatusWord::WRONG_LENGTH
    }
}

impl fmt::Debug for CommandApdu<'_> {
    /// The header and the lengths only: the data may be a PIN.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            class,
            instruction,
            p1,
            p2,
            body,
        } = self;
        write!(
            f,
            "{class:02X} {:02X} {p1:02X} {p2:02X} {body:?}",
            instruction.value()
        )
    }
}

impl fmt::Debug for Body<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "[{} bytes, Le {:?}]",
            self.data.len(),
            self.le.map(Le::value)
        )
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::HeaderCut { seen } => write!(f, "a header has 4 bytes, {seen} came"),
            Self::ExtendedLengthCut => f.write_str("an extended length field is cut short"),
            Self::LcZero => f.write_str("an extended Lc of 0000 has bytes behind it"),
            Self::DataCut { lc, seen } => write!(f, "Lc announces {lc} bytes, {seen} came"),
            Self::Trailing { lc, seen } => {
                write!(
                    f,
                    "Lc announces {lc} bytes, {seen} more follow that are no Le"
                )
            }
        }
    }
}

impl std::error::Error for Malformed {}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(bytes: &[u8]) -> Result<(usize, Option<usize>), Malformed> {
        let command = [&[0x00, 0xA4, 0x04, 0x0C], bytes].concat();
        let body = CommandApdu::parse(&command).unwrap().body?;
        Ok((body.data.len(), body.le.map(Le::value)))
    }

    #[test]
    fn the_four_cases_are_told_apart_by_their_lengths() {
        assert_eq!(body(&[]), Ok((0, None)));
        assert_eq!(body(&[0x10]), Ok((0, Some(0x10))));
        assert_eq!(body(&[0x00]), Ok((0, Some(256))));
        assert_eq!(body(&[0x02, 0xAA, 0xBB]), Ok((2, None)));
        assert_eq!(body(&[0x02, 0xAA, 0xBB, 0x00]), Ok((2, Some(256))));
    }

    #[test]
    fn extended_length_fields_have_two_bytes_behind_a_zero() {
        assert_eq!(body(&[0x00, 0x01, 0x00]), Ok((0, Some(256))));
        assert_eq!(body(&[0x00, 0x00, 0x00]), Ok((0, Some(65_536))));
        let with_data = [&[0x00, 0x01, 0x00][..], &[0xAA; 256]].concat();
        assert_eq!(body(&with_data), Ok((256, None)));
        let with_le = [&with_data[..], &[0x00, 0x00]].concat();
        assert_eq!(body(&with_le), Ok((256, Some(65_536))));
        assert_eq!(
            body(&[0x00, 0x00, 0x01, 0xAA, 0x00, 0x05]),
            Ok((1, Some(5)))
        );
    }

    #[test]
    fn a_malformed_body_says_what_is_wrong() {
        assert_eq!(body(&[0x00, 0x01]), Err(Malformed::ExtendedLengthCut));
        assert_eq!(body(&[0x00, 0x00, 0x00, 0xAA]), Err(Malformed::LcZero));
        assert_eq!(
            body(&[0x04, 0xAA]),
            Err(Malformed::DataCut { lc: 4, seen: 1 })
        );
        assert_eq!(
            body(&[0x01, 0xAA, 0, 0]),
            Err(Malformed::Trailing { lc: 1, seen: 2 })
        );
        assert_eq!(
            body(&[0, 0, 1, 0xAA, 0]),
            Err(Malformed::Trailing { lc: 1, seen: 1 })
        );
        assert_eq!(
            Malformed::DataCut { lc: 4, seen: 1 }.to_string(),
            "Lc announces 4 bytes, 1 came"
        );
    }

    #[test]
    fn a_header_has_four_bytes() {
        assert_eq!(
            CommandApdu::parse(&[]),
            Err(Malformed::HeaderCut { seen: 0 })
        );
        assert_eq!(
            CommandApdu::parse(&[0, 0xA4, 4]),
            Err(Malformed::HeaderCut { seen: 3 })
        );
    }

    #[test]
    fn debug_shows_no_data() {
        let verify = [0x00, 0x20, 0x00, 0x80, 0x04, 0x31, 0x32, 0x33, 0x34];
        let text = format!("{:?}", CommandApdu::parse(&verify).unwrap());
        assert_eq!(text, "00 20 00 80 Ok([4 bytes, Le None])");
    }
}
