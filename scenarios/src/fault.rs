//! What goes wrong on purpose, in the scenario's words; others carry it out.

use madoguchi_eligibility::Operation;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::schema;

/// Something happens to the card. APDUs are counted from 1 since the card was placed; `placed`
/// says which placing is meant, from 1 (the first).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    rename_all = "kebab-case",
    rename_all_fields = "kebab-case"
)]
pub enum CardFault {
    /// The card leaves the field instead of answering, and stays away until it is placed again.
    Torn {
        /// Number of the APDU that gets no answer.
        at_apdu: u32,
        /// Which placing of a card.
        #[serde(default = "first")]
        placed: u32,
    },
    /// The card lies there and does not answer this one APDU.
    Mute {
        /// Number of the APDU that gets no answer.
        at_apdu: u32,
        /// Which placing of a card.
        #[serde(default = "first")]
        placed: u32,
    },
}

impl CardFault {
    /// Which placing of a card is meant, from 1.
    #[must_use]
    pub const fn placed(&self) -> u32 {
        match self {
            Self::Torn { placed, .. } | Self::Mute { placed, .. } => *placed,
        }
    }
}

/// Something happens between client and service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub enum WebFault {
    /// The service decides and records, then the connection breaks before a byte of the answer
    /// arrives.
    AnswerLost {
        /// Which operation.
        #[schemars(schema_with = "schema::operation")]
        operation: Operation,
        /// Which of these requests, from 1.
        #[serde(default = "first")]
        nth: u32,
    },
}

const fn first() -> u32 {
    1
}
