//! What a call of PC/SC answers where it fails.

use std::fmt;

macro_rules! errors {
    ($($name:ident = $code:literal $word:literal;)*) => {
        /// A return code, by its name in the crate `pcsc`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Error {
            $(#[doc = $word] $name,)*
            /// One that this client does not tell apart.
            Other(u32),
        }

        impl From<u32> for Error {
            fn from(code: u32) -> Self {
                match code {
                    $($code => Self::$name,)*
                    other => Self::Other(other),
                }
            }
        }

        impl fmt::Display for Error {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Self::$name => write!(f, "{} {:08X}", $word, $code as u32),)*
                    Self::Other(code) => write!(f, "{code:08X}"),
                }
            }
        }
    };
}

errors! {
    InvalidHandle = 0x8010_0003 "SCARD_E_INVALID_HANDLE";
    InsufficientBuffer = 0x8010_0008 "SCARD_E_INSUFFICIENT_BUFFER";
    UnknownReader = 0x8010_0009 "SCARD_E_UNKNOWN_READER";
    Timeout = 0x8010_000A "SCARD_E_TIMEOUT";
    SharingViolation = 0x8010_000B "SCARD_E_SHARING_VIOLATION";
    NoSmartcard = 0x8010_000C "SCARD_E_NO_SMARTCARD";
    InvalidValue = 0x8010_0011 "SCARD_E_INVALID_VALUE";
    CommError = 0x8010_0013 "SCARD_F_COMM_ERROR";
    NotTransacted = 0x8010_0016 "SCARD_E_NOT_TRANSACTED";
    ReaderUnavailable = 0x8010_0017 "SCARD_E_READER_UNAVAILABLE";
    NoService = 0x8010_001D "SCARD_E_NO_SERVICE";
    NoReadersAvailable = 0x8010_002E "SCARD_E_NO_READERS_AVAILABLE";
    CommDataLost = 0x8010_002F "SCARD_E_COMM_DATA_LOST";
    UnresponsiveCard = 0x8010_0066 "SCARD_W_UNRESPONSIVE_CARD";
    UnpoweredCard = 0x8010_0067 "SCARD_W_UNPOWERED_CARD";
    ResetCard = 0x8010_0068 "SCARD_W_RESET_CARD";
    RemovedCard = 0x8010_0069 "SCARD_W_REMOVED_CARD";
}
