//! The trace: what happened in one cell, as a versioned JSON Lines file, already redacted.
//!
//! The first line is a [`Header`], every further line an [`Event`] in the order of `seq`. The
//! harness writes it; what judges and reports reads nothing else. Readers of an older minor
//! version ignore unknown keys; a newer major version is refused.
//!
//! # Labels
//!
//! Where a value must not be stored, a label stands in its place, which the checks understand:
//!
//! | where | label |
//! |---|---|
//! | [`Step::value`] of `enter-pin` | `auth-pin:right`, `auth-pin:wrong`, `auth-pin:short`, `long`, `full-width`, `letters`, `empty` |
//! | [`CardEvent::data`] of a VERIFY | `auth-pin:right`, `auth-pin:wrong#2` (2 attempts left), `auth-pin:wrong-length#2` (not even four digits), `auth-pin:blocked`, `auth-pin:unknown` (no answer) |
//! | `certificate` in [`HttpRequest::fields`] | `auth-certificate:<persona>`; `auth-certificate:unknown` where it is on none of the cards |
//! | [`HttpRequest::terminal`] | `terminal#1` |
//! | `session-token` in [`HttpRequest::fields`] of a session before the one that was opened last | `earlier-session` |
//! | `session-token`, `signature`, `password`, keys | `len=…` |
//!
//! A key of `fields` is the abstract name of the field (`request-id`, `method`); those of the i-th
//! result are `results.0.name`. A request that matched no operation has neither operation nor
//! fields.
#![forbid(unsafe_code)]

mod binding;
mod canonical;
mod card;
mod client;
pub mod decode;
mod fields;
mod file;
mod header;
mod own_words;
mod secret;
mod text;
mod vocabulary;
mod web;
mod word;

pub use binding::Binding;
pub use canonical::{canonical, delivered_date};
pub use card::{CardEvent, PcscEvent, ReaderEvent, Removal};
pub use client::{ClientEvent, Misfit, ReadOff, Screen};
pub use fields::Fields;
pub use file::{LONGEST, LONGEST_LINE, ReadError, Trace, TraceError, TraceErrorKind};
pub use header::{Channel, ClientNote, Depth, Header, ProfileNote, ProfileRules, Readable, Sight};
use madoguchi_scenarios::{Action, Hands};
pub use own_words::{OwnWords, Said};
pub use secret::SecretClass;
use serde::{Deserialize, Serialize};
pub use text::Text;
pub use vocabulary::Vocabulary;
pub use web::{
    AnswerFault, EARLIER_SESSION, Handshake, HttpAnswer, HttpRequest, NOT_ASKED, OutsideEvent,
    Posted, ProxyEvent, TlsEvent, Unanswered,
};
pub use word::Word;

/// Digest of this crate: of what a trace says.
pub const SOURCES: &str = env!("MADOGUCHI_SOURCES");

/// Major version of the format: a reader refuses a newer one.
pub const MAJOR: u16 = 1;

/// One line of a trace after the header.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Position in the order of the cell, from 1, without gaps.
    pub seq: u64,
    /// Monotonic time since the start of the case, microseconds.
    pub us: u64,
    /// What happened.
    #[serde(rename = "is")]
    pub what: What,
}

/// What can happen in a cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// The client was told to do something, or it was done for it.
    Step(Step),
    /// The client said something about itself.
    Client(ClientEvent),
    /// A card or a reader came or went.
    Reader(ReaderEvent),
    /// A PC/SC call that changes something for the card or for others.
    Pcsc(PcscEvent),
    /// One command APDU and its answer.
    Card(CardEvent),
    /// A TLS handshake ended.
    Tls(TlsEvent),
    /// A client asked the cell's proxy for a host.
    Proxy(ProxyEvent),
    /// A client looked for a host that is neither the service nor this machine.
    Outside(OutsideEvent),
    /// An operator did something, or was refused it.
    Operator(OperatorEvent),
    /// A request reached the service.
    Request(HttpRequest),
    /// The service decided and answered.
    Answer(Box<HttpAnswer>),
    /// Something secret appeared where it must not.
    Leak(Leak),
    /// Somewhere it could not be looked for secrets.
    Unsearched(Unsearched),
    /// The client's process ended.
    Exit(Exit),
}

/// An instruction to the client or an act of the people around it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Number of the `do` message, from 1; acts of the harness itself have 0.
    pub id: u32,
    /// `login`, `choose-method`, `place-card`, …
    pub action: Word<Action>,
    /// The value as far as it may be stored: `visual`, `auth-pin:right`, a button's label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Text>,
    /// Line of the scenario's file that says so; absent in traces of older versions, and where no file
    /// does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
}

impl Step {
    /// Whether it is this act with this value.
    #[must_use]
    pub fn is(&self, action: Action, value: &str) -> bool {
        self.action == action && self.value.as_deref() == Some(value)
    }

    /// Whether it gives the device into these hands.
    #[must_use]
    pub fn hands_over_to(&self, hands: Hands) -> bool {
        self.is(Action::HandOver, hands.name())
    }
}

/// What came of an operator's act at portal, console or system; the act itself is the step before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperatorEvent {
    /// Whether it was done; otherwise it was refused, and nothing changed.
    pub done: bool,
    /// The rule behind it.
    pub rule: Text,
    /// What that rule rests on, as in an answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub basis: Vec<Text>,
}

/// A secret in the wrong place. The secret itself is not stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leak {
    /// `auth-pin`, `password`, `personal-number`, …
    pub class: Word<SecretClass>,
    /// `request:/path`, `client:output`, `client:stderr`, …
    pub place: Text,
    /// Byte offset in that place.
    pub offset: usize,
}

/// A place that was not searched, or not to its end: what is there is unknown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsearched {
    /// As of a [`Leak`].
    pub place: Text,
    /// Why: `unreadable`, `too-many` files, `too-much` in all.
    pub why: Text,
}

/// Why a client was ended that sent no screen after `begin`; ` in … s` follows ([`Exit::why`]).
pub const TIME_LIMIT_SCREEN: &str = "time limit: no first screen";

/// Why a client was ended that did not finish a `do`; its number and ` in … s` follow
/// ([`Exit::why`]).
pub const TIME_LIMIT_DONE: &str = "time limit: no done of do";

/// The end of the client's process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exit {
    /// Exit status; absent where a signal ended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<i32>,
    /// Why, where it was not the client's own end: `signal 11`, `time limit`, `interrupted`,
    /// [`TIME_LIMIT_SCREEN`], [`TIME_LIMIT_DONE`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Text>,
    /// The last lines of its standard error, redacted, where they tell of a program that broke.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_words: Option<Text>,
}
