//! What the client said about itself, or what was read off its screens.

use serde::{Deserialize, Serialize};

use super::Text;

/// What the client says on its standard output (client contract v1), fields as it said them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClientEvent {
    /// A screen is shown.
    Screen(Screen),
    /// Something was handed over: to the clipboard, to a レセコン, read aloud.
    Output {
        /// The client's own event number.
        n: u64,
        /// `clipboard`, `api`, `read-aloud`, …
        kind: Text,
        /// The text.
        text: Text,
    },
    /// The client waits for the act that step `do` announced.
    Ready {
        /// Number of the step.
        r#do: u32,
    },
    /// The client has finished step `do`.
    Done {
        /// Number of the step.
        r#do: u32,
    },
    /// The client reports an error of its own; not a verdict.
    Error {
        /// The client's own event number.
        n: u64,
        /// Its words.
        text: Text,
    },
    /// A line that is no message of the contract: its position, length and why.
    Garbage {
        /// Line number of the client's output, from 1.
        line: u64,
        /// Length in bytes.
        len: usize,
        /// What is wrong with it.
        why: Text,
        /// What of a message does not fit, where it is JSON.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        misfit: Option<Misfit>,
    },
}

/// What of a message does not fit the contract, without a word of what stands there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Misfit {
    /// Where: `screen.fields`, `done`, `message`.
    pub place: Text,
    /// What the contract has there: `count`, `text`, `texts`, `pairs`, `depth`, `object`, `message`.
    pub wanted: Text,
    /// What stands there: a kind of JSON value, `missing`, `unknown-key`.
    pub found: Text,
    /// Column in the line, from 1.
    pub column: usize,
}

/// A screen as the client reported it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Screen {
    /// The client's own event number.
    pub n: u64,
    /// 画面番号, where a document names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<Text>,
    /// Title; empty where the program that read it off knew no such screen.
    pub title: Text,
    /// Labels of the buttons, in order.
    #[serde(default)]
    pub buttons: Vec<Text>,
    /// Labelled values, in order. A section's labels read `見出し/項目`.
    #[serde(default)]
    pub fields: Vec<(Text, Text)>,
    /// How it was read off, where the client did not report it itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_off: Option<Box<ReadOff>>,
}

/// A screen as read by looking from time to time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadOff {
    /// Until when something else was shown, microseconds since the start of the case: the screen was
    /// shown at some time between then and the time of its event.
    pub since: u64,
    /// Everything that can be read on it; absent where not all of it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Text>,
}

impl Screen {
    /// Everything that can be read on it, where all of it was read.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.read_off.as_ref()?.text.as_deref()
    }

    /// Until when something else was shown, where it was looked from time to time.
    #[must_use]
    pub fn since(&self) -> Option<u64> {
        self.read_off.as_ref().map(|read| read.since)
    }
}
