//! What must be seen at the end, in words of the domain.

use std::collections::BTreeMap;

use madoguchi_eligibility::Operation;
use madoguchi_notation::Located;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::schema;

/// One thing that must be seen, and the requirement that it decides. All parts that are given
/// must hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Expectation {
    /// Id of the requirement that this decides.
    #[serde(rename = "for")]
    #[schemars(schema_with = "schema::requirement")]
    pub requirement: Located<String>,
    /// A screen with this title or number was shown; with `shows`, the screen that must show it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub screen: Option<ScreenMark>,
    /// Fields that one and the same screen showed, by label.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub shows: BTreeMap<String, String>,
    /// The values of 残り回数 that were shown, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attempts_left: Vec<u8>,
    /// An operation of the service that nobody asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Operation")]
    pub no_request_to: Option<Operation>,
}

/// How a screen is recognised: by its 画面番号 where a document names one, else by its title.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct ScreenMark(String);

impl ScreenMark {
    /// A screen with this number or title.
    pub fn new(mark: impl Into<String>) -> Self {
        Self(mark.into())
    }

    /// Whether this is the screen's number or title.
    #[must_use]
    pub fn matches(&self, number: Option<&str>, title: &str) -> bool {
        number == Some(self.0.as_str()) || title == self.0
    }

    /// The number or title.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Expectation {
    /// Whether anything at all is expected.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.screen.is_none()
            && self.shows.is_empty()
            && self.attempts_left.is_empty()
            && self.no_request_to.is_none()
    }
}
