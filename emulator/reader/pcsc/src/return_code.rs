//! What a PC/SC call returns, with the numbers of pcsc-lite.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A PC/SC return value. A newtype over the 32 bits: a fault plan may return any of them, and
/// libpcsclite hands unknown ones to the application unchanged (*observed*).
///
/// ```
/// # use madoguchi_pcsc::ReturnCode;
/// assert_eq!(ReturnCode::REMOVED_CARD.to_string(), "80100069");
/// assert_eq!(ReturnCode::REMOVED_CARD.name(), Some("SCARD_W_REMOVED_CARD"));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ReturnCode(u32);

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $value:literal $text:literal;)*) => {
        impl ReturnCode {
            $($(#[$doc])* pub const $name: Self = Self($value);)*

            /// The names in `pcsclite.h` that are known here.
            pub const NAMES: &[&str] = &[$($text),*];

            /// The return value with this name.
            #[must_use]
            pub fn named(name: &str) -> Option<Self> {
                match name {
                    $($text => Some(Self::$name),)*
                    _ => None,
                }
            }

            /// The name in `pcsclite.h`, or `None` for a number that has none here.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($value => Some($text),)*
                    _ => None,
                }
            }
        }
    };
}

codes! {
    /// No error.
    SUCCESS = 0x0000_0000 "SCARD_S_SUCCESS";
    /// An internal check failed; here: a reader has no room for a further handle.
    INTERNAL_ERROR = 0x8010_0001 "SCARD_F_INTERNAL_ERROR";
    /// A program called SCardCancel.
    CANCELLED = 0x8010_0002 "SCARD_E_CANCELLED";
    /// No such context or card handle.
    INVALID_HANDLE = 0x8010_0003 "SCARD_E_INVALID_HANDLE";
    /// A parameter makes no sense.
    INVALID_PARAMETER = 0x8010_0004 "SCARD_E_INVALID_PARAMETER";
    /// No room; here: a context has no room for a further handle.
    NO_MEMORY = 0x8010_0006 "SCARD_E_NO_MEMORY";
    /// The answer does not fit in the caller's buffer.
    INSUFFICIENT_BUFFER = 0x8010_0008 "SCARD_E_INSUFFICIENT_BUFFER";
    /// No reader has this name.
    UNKNOWN_READER = 0x8010_0009 "SCARD_E_UNKNOWN_READER";
    /// Time is over.
    TIMEOUT = 0x8010_000A "SCARD_E_TIMEOUT";
    /// Another connection holds the card.
    SHARING_VIOLATION = 0x8010_000B "SCARD_E_SHARING_VIOLATION";
    /// There is no card in the reader.
    NO_SMARTCARD = 0x8010_000C "SCARD_E_NO_SMARTCARD";
    /// The protocol asked for is not the card's, or not the one in use.
    PROTO_MISMATCH = 0x8010_000F "SCARD_E_PROTO_MISMATCH";
    /// A parameter's value makes no sense; also: the reader of this handle is gone.
    INVALID_VALUE = 0x8010_0011 "SCARD_E_INVALID_VALUE";
    /// The conversation with the service broke off.
    COMM_ERROR = 0x8010_0013 "SCARD_F_COMM_ERROR";
    /// The exchange with the card failed; also: there is no transaction to end.
    NOT_TRANSACTED = 0x8010_0016 "SCARD_E_NOT_TRANSACTED";
    /// The reader does not work.
    READER_UNAVAILABLE = 0x8010_0017 "SCARD_E_READER_UNAVAILABLE";
    /// No service listens.
    NO_SERVICE = 0x8010_001D "SCARD_E_NO_SERVICE";
    /// The service speaks another version of the protocol.
    SERVICE_STOPPED = 0x8010_001E "SCARD_E_SERVICE_STOPPED";
    /// The reader does not know this attribute or control code.
    UNSUPPORTED_FEATURE = 0x8010_001F "SCARD_E_UNSUPPORTED_FEATURE";
    /// The same with Windows's number; for Windows 8010001F is SCARD_E_UNEXPECTED.
    UNSUPPORTED_FEATURE_WINDOWS = 0x8010_0022 "SCARD_E_UNSUPPORTED_FEATURE (Windows)";
    /// There is no reader at all.
    NO_READERS_AVAILABLE = 0x8010_002E "SCARD_E_NO_READERS_AVAILABLE";
    /// Data were lost between reader and card (Windows; pcsc-lite never makes it by itself).
    COMM_DATA_LOST = 0x8010_002F "SCARD_E_COMM_DATA_LOST";
    /// The card does not answer a reset.
    UNRESPONSIVE_CARD = 0x8010_0066 "SCARD_W_UNRESPONSIVE_CARD";
    /// The card has no power and does not take any.
    UNPOWERED_CARD = 0x8010_0067 "SCARD_W_UNPOWERED_CARD";
    /// Another program reset the card since this handle last looked.
    RESET_CARD = 0x8010_0068 "SCARD_W_RESET_CARD";
    /// The card was taken out since this handle was made.
    REMOVED_CARD = 0x8010_0069 "SCARD_W_REMOVED_CARD";
    /// Access was refused.
    SECURITY_VIOLATION = 0x8010_006A "SCARD_W_SECURITY_VIOLATION";
}

impl ReturnCode {
    /// The return value with these bits.
    #[must_use]
    pub const fn new(value: u32) -> Self {
        Self(value)
    }

    /// The 32 bits.
    #[must_use]
    pub const fn value(self) -> u32 {
        self.0
    }

    /// Whether the call succeeded.
    #[must_use]
    pub const fn is_ok(self) -> bool {
        self.0 == 0
    }
}

impl<T> From<&Result<T, Self>> for ReturnCode {
    fn from(result: &Result<T, Self>) -> Self {
        match result {
            Ok(_) => Self::SUCCESS,
            Err(code) => *code,
        }
    }
}

impl fmt::Display for ReturnCode {
    /// Eight upper-case hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08X}", self.0)
    }
}

impl fmt::Debug for ReturnCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "ReturnCode({self} {name})"),
            None => write!(f, "ReturnCode({self})"),
        }
    }
}

impl std::error::Error for ReturnCode {}

/// A text that is no return value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownReturnCode(String);

impl fmt::Display for UnknownReturnCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "unknown return code \"{}\"; write a name of pcsclite.h or eight hexadecimal digits, \
             such as SCARD_W_REMOVED_CARD or 80100069",
            self.0
        )
    }
}

impl std::error::Error for UnknownReturnCode {}

/// A name of `pcsclite.h`, or eight hexadecimal digits.
impl FromStr for ReturnCode {
    type Err = UnknownReturnCode;

    fn from_str(text: &str) -> Result<Self, UnknownReturnCode> {
        let is_hex = text.len() == 8 && text.bytes().all(|b| b.is_ascii_hexdigit());
        let bits = is_hex.then(|| u32::from_str_radix(text, 16).ok()).flatten();
        bits.map(Self)
            .or_else(|| Self::named(text))
            .ok_or_else(|| UnknownReturnCode(text.to_owned()))
    }
}

/// Eight upper-case hexadecimal digits.
impl Serialize for ReturnCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ReturnCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

impl JsonSchema for ReturnCode {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "ReturnCode".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "return-code" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_return_code_is_a_name_or_eight_digits() {
        for code in ["SCARD_E_NOT_TRANSACTED", "80100016"] {
            assert_eq!(code.parse(), Ok(ReturnCode::NOT_TRANSACTED));
        }
        for code in ["SCARD_E_TORN", "8010001", "801000160", ""] {
            assert!(code.parse::<ReturnCode>().is_err(), "{code}");
        }
    }
}
