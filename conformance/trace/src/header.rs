//! The first line of a trace: what judging needs and what did not happen.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Binding, OwnWords};

/// The first line of a trace: everything that judging needs and that did not happen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// Format version; see [`MAJOR`](super::MAJOR).
    pub madoguchi_trace: u16,
    /// Version of the tool that wrote the trace.
    pub tool: String,
    /// Wire profile that the service spoke.
    pub profile: ProfileNote,
    /// Id of the scenario, `<topic>/<name>`.
    pub scenario: String,
    /// The scenario as it was resolved: persona facts, expectations, requirements.
    pub resolved: serde_json::Value,
    /// Seed of nonces, salts, handles and codes.
    pub seed: u64,
    /// The scenario instant `at`, RFC 3339 with the offset of Japan.
    pub at: String,
    /// The client as it introduced itself; absent where it never did.
    pub client: Option<ClientNote>,
    /// Which channels were recorded. A rule that lacks one of its channels is Inconclusive.
    pub channels: Vec<Channel>,
    /// What could be seen of its screens, where another program read them off; a client that reports
    /// them itself has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sight: Option<Sight>,
    /// The client's own words, where it or its vendor named some.
    #[serde(default, skip_serializing_if = "OwnWords::is_empty")]
    pub words: OwnWords,
    /// What the wire profile's rules leave to be decided by it; absent in traces of older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<ProfileRules>,
}

/// Rules of a wire profile on which verdicts depend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ProfileRules {
    /// Ways of checking the identity with which eligibility is asked by signature.
    pub signed_methods: Vec<String>,
    /// Ways of checking the identity by which a designation of an institution is proved.
    pub consent_methods: Vec<String>,
}

/// By what a client's screens were read off, and what of them could be read. What is not named here
/// was not looked for: that nothing was seen of it says nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sight {
    /// Who read them.
    pub binding: Binding,
    /// The screens that can be told apart.
    pub screens: Vec<Readable>,
}

/// A screen that can be told from others, and what of it can be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Readable {
    /// Its title; absent where it is read off the screen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// 画面番号, where it always has the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Whether 画面番号 is read off the screen.
    #[serde(default)]
    pub numbered: bool,
    /// Labels of fields that have a place.
    #[serde(default)]
    pub fields: Vec<String>,
    /// Labels of buttons that have a place.
    #[serde(default)]
    pub buttons: Vec<String>,
}

/// What a verdict must say about the wire profile it rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProfileNote {
    /// Name, such as `mock-2025.05`.
    pub name: String,
    /// Assumptions (A-01 …) that the profile makes.
    pub assumptions: Vec<String>,
}

/// How the client introduced itself in `hello`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ClientNote {
    /// Product name.
    pub name: String,
    /// Product version.
    pub version: String,
    /// How much of itself the client reports.
    pub depth: Depth,
}

/// How much can be observed of a client (architecture: observation depth).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub enum Depth {
    /// Card and web traffic only: an unmodified app.
    L0,
    /// The client also says when it is ready and done.
    L1,
    /// The client also reports its screens' numbers and titles.
    L2,
    /// Screens with fields and buttons, and outputs.
    L3,
}

/// A channel of observation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// Command and response APDUs.
    Card,
    /// What a card cannot see: connects, dispositions, transactions, return values.
    Pcsc,
    /// TLS handshakes and HTTP exchanges.
    Web,
    /// The client's own events: screens, outputs.
    Client,
    /// The client's process: start and end.
    Process,
    /// What the client's folders hold after its end.
    Disk,
    /// All that passes in a network of the run's own.
    Network,
}
