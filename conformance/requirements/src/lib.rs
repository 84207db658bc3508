//! What is required of a client, and who says so: the catalogue as data; and what a vendor states that
//! a product does.
//!
//! One YAML file per topic beside this crate's manifest. A MUST names the place of a document or standard
//! that states it, a SHOULD the place, or the address, of what documents the practice. What only we ask
//! for is *advice*, and says why.
#![forbid(unsafe_code)]

mod catalogue;
mod failures;
mod review;
mod role;
mod rows;
pub mod statement;

use std::fmt;
use std::sync::LazyLock;

pub use catalogue::{Catalogue, builtin};
pub use failures::{FieldFailure, failures, failures_markdown};
use madoguchi_notation::{Located, Wording};
use madoguchi_terms::{Lang, Say};
use madoguchi_trace::{Channel, Depth};
pub use review::{Place, as_reviewed, places};
pub use role::Role;
pub use rows::{Code, Row, markdown, rows};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Digest of this crate: of what is required.
pub const SOURCES: &str = env!("MADOGUCHI_SOURCES");

/// One requirement on a client.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Requirement {
    /// `<topic>.<slug>`; never reused, never renumbered.
    pub id: Located<String>,
    /// How binding it is.
    pub level: Level,
    /// The places that state or document it; none for advice.
    #[serde(default)]
    pub sources: Vec<Source>,
    /// Why it is asked for, where its sources do not say it in so many words; always said of advice.
    #[serde(default)]
    pub because: Option<Wording>,
    /// What the client must do or leave, in our words.
    pub text: Wording,
    /// The function of the service that it is about; a service of a time before that function gives
    /// no occasion for it.
    #[serde(default)]
    pub function: Option<Function>,
    /// The least that must be observable of a client for a verdict.
    pub depth: Depth,
    /// Without one of these channels there is no verdict.
    pub channels: Vec<Channel>,
    /// Channels that show a violation by themselves, though a pass needs more of them.
    #[serde(default)]
    pub violation_on: Vec<Channel>,
    /// Requirements whose failure in the same run explains a failure of this one.
    #[serde(default)]
    pub caused_by: Vec<Located<String>>,
    /// Assumptions on the wire (A-01 …) that a verdict rests on.
    #[serde(default)]
    pub assumptions: Vec<String>,
    /// What a client that fails probably does wrong, where one can guess it; told where the trace bears it
    /// out.
    #[serde(default)]
    pub likely: Option<Wording>,
}

/// What the checks themselves assume, whatever the wire: id and statement.
pub static OWN_ASSUMPTIONS: LazyLock<Vec<(&str, Wording)>> = LazyLock::new(|| {
    vec![(
        "A-17",
        Wording::new(
            "C-04-01-A、F-01-A、E-05-A 以外の画面は、madoguchi help screens にある題名、項目名、ボタンか、同じ意味の語を持つ",
            "screens other than C-04-01-A, F-01-A and E-05-A have the titles, labels and buttons of madoguchi help screens, or words that mean the same",
        ),
    )]
});

/// A function that the service has had from some year on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Function {
    /// 健康保険証利用登録 in the app (事務連絡 2025-04-15).
    Registration,
    /// 医療扶助 with office, names and back side (事務連絡 2025-04-15); a notice before.
    AssistanceInFull,
    /// The list of past results (施術所 slides of 2023-11).
    History,
    /// 外来診療等(通常とは異なる動線)機能, which a facility switches on (事務連絡 2025-05-21).
    FunctionSwitch,
}

impl Function {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Registration,
        Self::AssistanceInFull,
        Self::History,
        Self::FunctionSwitch,
    ];
}

/// A place in a public document.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Key of the document in `documents.yaml`.
    pub document: Located<String>,
    /// Page or heading.
    pub place: String,
}

/// A public document.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Title, as printed.
    pub title: String,
    /// Who published it.
    pub by: String,
    /// Date, as exactly as the document says it.
    pub date: String,
    /// Where it is published; of what is no document of the ministry, always.
    #[serde(default)]
    pub address: Option<String>,
}

/// How binding a requirement is, most binding first.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// A public document or standard states it.
    Must,
    /// A public document or page documents it as advice, or as a practice of the field.
    Should,
    /// Ours alone: a failure is told, counted apart, and does not count unless asked to.
    Advice,
}

impl Level {
    /// All of them, most binding first.
    pub const ALL: [Self; 3] = [Self::Must, Self::Should, Self::Advice];
}

impl Say for Level {
    fn text(&self, lang: Lang) -> String {
        match self {
            Self::Advice => lang.pick("助言".to_owned(), self.to_string()),
            Self::Must | Self::Should => self.to_string(),
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Must => "MUST",
            Self::Should => "SHOULD",
            Self::Advice => "ADVICE",
        })
    }
}

impl Requirement {
    /// Whether nobody but us asks for it.
    #[must_use]
    pub const fn is_assumed(&self) -> bool {
        self.sources.is_empty()
    }
}
