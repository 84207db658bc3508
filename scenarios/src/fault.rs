//! What goes wrong on purpose between client and service, in the scenario's words; others carry it
//! out. What goes wrong with card and reader is in `reader`.

use madoguchi_eligibility::Operation;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::schema;

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
