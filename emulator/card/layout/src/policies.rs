//! Which certificate policies the certificates on a card state.

use serde::{Deserialize, Serialize};

/// Whose policies (RFC 5280 §4.2.1.4) both certificates of a card state. They are the one thing in a
/// certificate by which a client may tell under which rules it was issued; names, roots, marker and
/// addresses are those of a test card in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Policies {
    /// Our own, below an arc that says that no authority stands for them.
    #[default]
    Own,
    /// The published ones of 公的個人認証, for a client that refuses any other.
    Published,
    /// Those of the published test cards, for a client that is built to accept these.
    PublishedTest,
}

impl Policies {
    /// Every word, in the order of the enum.
    pub const NAMES: [&str; 3] = ["own", "published", "published-test"];

    /// The word in scenarios and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    /// The policies of this word.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Own, Self::Published, Self::PublishedTest]
            .into_iter()
            .find(|policies| policies.name() == name)
    }

    /// Whether they are what a card has unless the issuer asks for others.
    #[must_use]
    pub fn is_own(&self) -> bool {
        *self == Self::Own
    }
}
