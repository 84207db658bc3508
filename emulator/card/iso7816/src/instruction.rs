//! The instruction byte INS (ISO 7816-4 §5.4.2, table 4).

use std::fmt;
use std::str::FromStr;

/// INS. A newtype over the byte: unknown instructions stay representable, those that occur on
/// Japanese cards have names.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Instruction(u8);

impl Instruction {
    /// `06`: ERASE ALL RECORDS with class `80` (JICSAP).
    pub const ERASE_ALL_RECORDS: Self = Self(0x06);
    /// `20`: VERIFY.
    pub const VERIFY: Self = Self(0x20);
    /// `24`: CHANGE REFERENCE DATA.
    pub const CHANGE_REFERENCE_DATA: Self = Self(0x24);
    /// `2A`: COMPUTE DIGITAL SIGNATURE with class `80`; PERFORM SECURITY OPERATION in ISO 7816-8.
    pub const COMPUTE_DIGITAL_SIGNATURE: Self = Self(0x2A);
    /// `32`: CHANGE KEY with class `80` (JICSAP).
    pub const CHANGE_KEY: Self = Self(0x32);
    /// `50`: LOCK DF with class `80` (JICSAP).
    pub const LOCK_DF: Self = Self(0x50);
    /// `52`: UNLOCK DF with class `80` (JICSAP).
    pub const UNLOCK_DF: Self = Self(0x52);
    /// `54`: UNLOCK KEY with class `80` (JICSAP).
    pub const UNLOCK_KEY: Self = Self(0x54);
    /// `82`: EXTERNAL AUTHENTICATE.
    pub const EXTERNAL_AUTHENTICATE: Self = Self(0x82);
    /// `84`: GET CHALLENGE.
    pub const GET_CHALLENGE: Self = Self(0x84);
    /// `88`: INTERNAL AUTHENTICATE.
    pub const INTERNAL_AUTHENTICATE: Self = Self(0x88);
    /// `8A`: MANAGE ATTRIBUTES with class `80` (JICSAP).
    pub const MANAGE_ATTRIBUTES: Self = Self(0x8A);
    /// `A2`: the load of a terminal's certificate with class `80`; its official name is not public.
    pub const LOAD_TERMINAL_CERTIFICATE: Self = Self(0xA2);
    /// `A4`: SELECT.
    pub const SELECT: Self = Self(0xA4);
    /// `AE`: SET SESSION KEY with class `80`.
    pub const SET_SESSION_KEY: Self = Self(0xAE);
    /// `B0`: READ BINARY.
    pub const READ_BINARY: Self = Self(0xB0);
    /// `B2`: READ RECORD(S).
    pub const READ_RECORD: Self = Self(0xB2);
    /// `C0`: GET RESPONSE.
    pub const GET_RESPONSE: Self = Self(0xC0);
    /// `CA`: GET DATA.
    pub const GET_DATA: Self = Self(0xCA);
    /// `D6`: UPDATE BINARY.
    pub const UPDATE_BINARY: Self = Self(0xD6);
    /// `DC`: UPDATE RECORD.
    pub const UPDATE_RECORD: Self = Self(0xDC);
    /// `E2`: APPEND RECORD.
    pub const APPEND_RECORD: Self = Self(0xE2);
    /// `FC`: last-command indicator with class `80`, which telephones know and plastic does not.
    pub const LAST_COMMAND: Self = Self(0xFC);

    /// The instruction with this byte.
    #[must_use]
    pub const fn new(byte: u8) -> Self {
        Self(byte)
    }

    /// The byte.
    #[must_use]
    pub const fn value(self) -> u8 {
        self.0
    }

    /// The commands that have a name in the words of the standard.
    const NAMES: [(Self, &str); 23] = [
        (Self::ERASE_ALL_RECORDS, "ERASE ALL RECORDS"),
        (Self::VERIFY, "VERIFY"),
        (Self::CHANGE_REFERENCE_DATA, "CHANGE REFERENCE DATA"),
        (Self::COMPUTE_DIGITAL_SIGNATURE, "COMPUTE DIGITAL SIGNATURE"),
        (Self::CHANGE_KEY, "CHANGE KEY"),
        (Self::LOCK_DF, "LOCK DF"),
        (Self::UNLOCK_DF, "UNLOCK DF"),
        (Self::UNLOCK_KEY, "UNLOCK KEY"),
        (Self::EXTERNAL_AUTHENTICATE, "EXTERNAL AUTHENTICATE"),
        (Self::GET_CHALLENGE, "GET CHALLENGE"),
        (Self::INTERNAL_AUTHENTICATE, "INTERNAL AUTHENTICATE"),
        (Self::MANAGE_ATTRIBUTES, "MANAGE ATTRIBUTES"),
        (Self::LOAD_TERMINAL_CERTIFICATE, "LOAD TERMINAL CERTIFICATE"),
        (Self::SELECT, "SELECT"),
        (Self::SET_SESSION_KEY, "SET SESSION KEY"),
        (Self::READ_BINARY, "READ BINARY"),
        (Self::READ_RECORD, "READ RECORD"),
        (Self::GET_RESPONSE, "GET RESPONSE"),
        (Self::GET_DATA, "GET DATA"),
        (Self::UPDATE_BINARY, "UPDATE BINARY"),
        (Self::UPDATE_RECORD, "UPDATE RECORD"),
        (Self::APPEND_RECORD, "APPEND RECORD"),
        (Self::LAST_COMMAND, "LAST COMMAND"),
    ];

    /// The command's name in the words of the standard.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        let found = Self::NAMES.iter().find(|(known, _)| *known == self);
        found.map(|(_, name)| *name)
    }
}

/// A text that is no command's name in the words of the standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownInstruction;

impl FromStr for Instruction {
    type Err = UnknownInstruction;

    fn from_str(text: &str) -> Result<Self, UnknownInstruction> {
        let found = Self::NAMES.iter().find(|(_, name)| *name == text);
        found.map(|(known, _)| *known).ok_or(UnknownInstruction)
    }
}

impl fmt::Display for Instruction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "INS {:02X}", self.0),
        }
    }
}

impl fmt::Debug for Instruction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Instruction({:02X})", self.0)
    }
}
