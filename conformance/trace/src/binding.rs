//! By what it is learned what a client shows: it says so itself, or it is read off.

use madoguchi_notation::Wording;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// By what it is learned what a client shows or has on file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Binding {
    /// A file that it writes.
    Export,
    /// Its page, through a WebDriver server.
    Page,
    /// A person who looked at its screen and typed what it shows: as good as that person's eyes.
    Attended,
    /// What it says of itself, by the client contract, beside the traffic of card and service.
    JsonLines,
    /// The traffic of card and service alone.
    BlackBox,
}

impl Binding {
    /// For people.
    #[must_use]
    pub fn words(self) -> Wording {
        match self {
            Self::Export => Wording::new("書き出しを照合", "by its export"),
            Self::Page => Wording::new("画面 (WebDriver) を照合", "by its page (WebDriver)"),
            Self::Attended => Wording::new(
                "人が画面を見て答えた",
                "by what a person read off its screen",
            ),
            Self::JsonLines => Wording::new(
                "アプリの報告 (JSON Lines) と通信",
                "by its own events (JSON Lines) and its traffic",
            ),
            Self::BlackBox => Wording::new(
                "カードと通信だけ (ブラックボックス)",
                "by its traffic alone (black box)",
            ),
        }
    }
}
