//! Whose rules the readers follow: pcsc-lite's, or as far as they are known Windows's. The wire
//! stays pcsc-lite's; what changes is when a card is reset, who waits, and which code is returned.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ReturnCode;

/// A family of resource managers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// pcscd's, as observed.
    // 1.9.9, side by side.
    #[default]
    PcscLite,
    /// Windows's, as far as they are known: a transaction that is idle for 5 s ends with a reset,
    /// some return codes are others.
    // The service SCardSvr, as `WINDOWS_RULES` have it.
    Windows,
}

/// One thing that Windows does differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// What happens.
    pub what: &'static str,
    /// How sure this is.
    pub certainty: Certainty,
    /// Where it stands, or why it is thought so.
    pub source: &'static str,
}

/// How sure a rule is. None here was observed: this was built without a Windows machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Certainty {
    /// Its maker documents it.
    Specified,
    /// It fits what is known.
    Assumed,
}

use Certainty::{Assumed, Specified};

/// What the [`Windows`](Dialect::Windows) dialect does differently, all of it.
pub const WINDOWS_RULES: &[Rule] = &[
    Rule {
        what: "a transaction in which nothing happens for 5 s ends, the card is reset, and its \
               owner is told 80100068",
        certainty: Specified,
        source: "Microsoft, SCardBeginTransaction, remarks",
    },
    Rule {
        what: "the transaction is over after that reset, and the next may begin",
        certainty: Assumed,
        source: "the remarks speak of the reset alone",
    },
    Rule {
        what: "SCardEstablishContext says 8010001D while no reader was ever plugged in",
        certainty: Assumed,
        source: "the service is started by the first reader's arrival since Windows 8",
    },
    Rule {
        what: "SCardConnect says 8010000B during somebody else's transaction, instead of waiting",
        certainty: Assumed,
        source: "SCARD_E_SHARING_VIOLATION: connections outstanding",
    },
    Rule {
        what: "an unknown control code or attribute is 80100022",
        certainty: Specified,
        source: "winerror.h, SCARD_E_UNSUPPORTED_FEATURE; pcsc-lite's number differs",
    },
    Rule {
        what: "CM_IOCTL_GET_FEATURE_REQUEST is 00313520 (and pcsc-lite's number, for its clients)",
        certainty: Specified,
        source: "PC/SC part 10 §2.2 with CTL_CODE of winsmcrd.h",
    },
    Rule {
        what: "SCardConnect to a mute card says 80100066",
        certainty: Assumed,
        source: "SCARD_W_UNRESPONSIVE_CARD: the card does not respond to a reset",
    },
    Rule {
        what: "an exchange that fails on the line says 8010002F",
        certainty: Assumed,
        source: "SCARD_E_COMM_DATA_LOST: a communications error with the card was detected",
    },
    Rule {
        what: "a handle whose reader is gone says 80100017",
        certainty: Assumed,
        source: "SCARD_E_READER_UNAVAILABLE: the reader is not currently available for use",
    },
];

impl Dialect {
    /// How long a transaction may be idle.
    pub const IDLE_LIMIT: Duration = Duration::from_secs(5);

    /// Whether it is Windows's.
    #[must_use]
    pub const fn is_windows(self) -> bool {
        matches!(self, Self::Windows)
    }

    /// An unknown control code or attribute.
    #[must_use]
    pub const fn unsupported(self) -> ReturnCode {
        match self {
            Self::PcscLite => ReturnCode::UNSUPPORTED_FEATURE,
            Self::Windows => ReturnCode::UNSUPPORTED_FEATURE_WINDOWS,
        }
    }

    /// A card that gets no power when a program connects.
    #[must_use]
    pub const fn mute(self) -> ReturnCode {
        match self {
            Self::PcscLite => ReturnCode::UNPOWERED_CARD,
            Self::Windows => ReturnCode::UNRESPONSIVE_CARD,
        }
    }

    /// An exchange that failed on the line. A CCID reader under pcsc-lite makes one error of all
    /// (*specified*).
    #[must_use]
    pub const fn damaged(self) -> ReturnCode {
        match self {
            Self::PcscLite => ReturnCode::NOT_TRANSACTED,
            Self::Windows => ReturnCode::COMM_DATA_LOST,
        }
    }

    /// A handle whose reader is gone.
    #[must_use]
    pub const fn reader_gone(self) -> ReturnCode {
        match self {
            Self::PcscLite => ReturnCode::INVALID_VALUE,
            Self::Windows => ReturnCode::READER_UNAVAILABLE,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_says_how_sure_it_is_and_why() {
        for rule in WINDOWS_RULES {
            assert!(!rule.what.is_empty() && !rule.source.is_empty(), "{rule:?}");
        }
    }
}
