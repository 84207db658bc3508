//! The reader of a scenario: which one it is, whose rules it follows, and what goes wrong with it
//! and around it.

use std::num::NonZeroU32;

use madoguchi_notation::Located;
use madoguchi_pcsc::{Dialect, Fault, Moment};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::schema;

/// The reader on the counter. Whatever is not said is a contactless reader that works.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ReaderGiven {
    /// A reader that is sold, by the name in libccid's list (`SONY FeliCa RC-S300/P`), or
    /// vsmartcard's `Virtual PCD`. A dual reader has two names; the card lies on the half that fits
    /// it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::maybe_reader_model")]
    pub model: Option<Located<String>>,
    /// Other readers on the counter, empty ones, which PC/SC lists before this one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "schema::reader_models")]
    pub listed_before: Vec<Located<String>>,
    /// The same, listed after it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "schema::reader_models")]
    pub listed_after: Vec<Located<String>>,
    /// Whose rules it follows.
    #[serde(default)]
    pub dialect: Dialect,
    /// What goes wrong, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<ReaderFault>,
}

impl ReaderGiven {
    pub(crate) const fn is_healthy(&self) -> bool {
        self.model.is_none()
            && matches!(self.dialect, Dialect::PcscLite)
            && self.faults.is_empty()
            && self.is_alone()
    }

    /// Whether no other reader stands on the counter.
    #[must_use]
    pub const fn is_alone(&self) -> bool {
        self.listed_before.is_empty() && self.listed_after.is_empty()
    }
}

/// One thing that goes wrong once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ReaderFault {
    /// When, counted from the placing of the card.
    pub at: Moment,
    /// Which placing of a card is meant, from 1 (the first).
    #[serde(default = "first")]
    pub placed: NonZeroU32,
    /// What: a word, or a word with what belongs to it.
    pub what: Fault,
}

const fn first() -> NonZeroU32 {
    NonZeroU32::MIN
}
