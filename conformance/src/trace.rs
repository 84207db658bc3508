//! The trace: what happened in one cell, as a versioned JSON Lines file, already redacted.
//!
//! The first line is a [`Header`], every further line an [`Event`] in the order of `seq`. The
//! harness writes it; everything in this crate reads nothing else. Readers of an older minor
//! version ignore unknown keys; a newer major version is refused.
//!
//! # Labels
//!
//! Where a value must not be stored, a label stands in its place, which the checks understand:
//!
//! | where | label |
//! |---|---|
//! | [`Step::value`] of `enter-pin` | `auth-pin:right`, `auth-pin:wrong`, `auth-pin:short` |
//! | [`CardEvent::data`] of a VERIFY | `auth-pin:right`, `auth-pin:wrong#2` (2 attempts left), `auth-pin:wrong-length#2` (not even four digits), `auth-pin:blocked`, `auth-pin:unknown` (no answer) |
//! | `certificate` in [`HttpRequest::fields`] | `auth-certificate:<persona>`; `auth-certificate:unknown` where it is on none of the cards |
//! | [`HttpRequest::terminal`] | `terminal#1` |
//! | `session-token`, `signature`, `password`, keys | `len=…` |
//!
//! A key of `fields` is the abstract name of the field (`request-id`, `method`); those of the i-th
//! result are `results.0.name`. A request that matched no operation has neither operation nor
//! fields.

mod fields;
mod file;
mod vocabulary;

pub use fields::Fields;
pub use file::{ReadError, Trace, TraceError, TraceErrorKind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
pub use vocabulary::{Text, Vocabulary};

use crate::verdict::Binding;

/// Major version of the format: a reader refuses a newer one.
pub const MAJOR: u16 = 1;

/// The first line of a trace: everything that judging needs and that did not happen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// Format version; see [`MAJOR`].
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
    /// What could be seen of its screens, where somebody else read them off; a client that reports
    /// them itself has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sight: Option<Sight>,
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
#[non_exhaustive]
pub enum What {
    /// Somebody told the client to do something, or did it for it.
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
    /// The client's process ended.
    Exit(Exit),
}

/// An instruction to the client or an act of the people around it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Number of the `do` message, from 1; acts of the harness itself have 0.
    pub id: u32,
    /// `login`, `choose-method`, `place-card`, …
    pub action: Text,
    /// The value as far as it may be stored: `visual`, `auth-pin:right`, a button's label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Text>,
}

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
    },
}

/// A screen as the client reported it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Screen {
    /// The client's own event number.
    pub n: u64,
    /// 画面番号, where a document names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<Text>,
    /// Title; empty where somebody who read it off knew no such screen.
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

/// A screen as somebody who looks from time to time read it.
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
    /// Everything that can be read on it, where somebody read all of it.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.read_off.as_ref()?.text.as_deref()
    }

    /// Until when something else was shown, where somebody looked from time to time.
    #[must_use]
    pub fn since(&self) -> Option<u64> {
        self.read_off.as_ref().map(|read| read.since)
    }
}

/// A card or a reader came or went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReaderEvent {
    /// A card was placed.
    Inserted {
        /// Whose card, as persona id.
        card: Text,
        /// Of which kind, such as `plastic-contact`; absent for the usual one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        profile: Option<Text>,
    },
    /// The card was taken away, by a person or by a fault.
    Removed {
        /// Why: `taken`, `torn`, or `unplugged` with the reader.
        why: Text,
    },
    /// The reader was pulled out.
    Unplugged {},
    /// The reader stopped working.
    Failed {},
    /// Another application reset the card.
    Reset {},
    /// Another application took hold of the card.
    RivalCame {
        /// `connection`, `transaction` or `exclusive`.
        hold: Text,
    },
    /// It left.
    RivalLeft {},
    /// The PC/SC service ended.
    ServiceStopped {},
    /// The PC/SC service was started again.
    ServiceStarted {},
}

/// A PC/SC call; waiting calls are not recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PcscEvent {
    /// `connect`, `reconnect`, `disconnect`, `begin-transaction`, `end-transaction`, `transmit`
    /// (only where it failed), `control`, `hang-up` (the program left without disconnecting).
    pub call: Text,
    /// Ordinal of the context in this cell, from 1.
    pub context: u32,
    /// Share mode, disposition or the like, in PC/SC's words in lower case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<Text>,
    /// Return value, eight upper-case hexadecimal digits.
    pub rv: Text,
}

/// One command APDU and its answer, redacted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardEvent {
    /// Number of the APDU in this cell, from 1.
    pub n: u32,
    /// Whose card, as persona id.
    pub card: Text,
    /// CLA INS P1 P2 as four upper-case hexadecimal pairs; shorter for a malformed command.
    pub header: Text,
    /// Name of the command in the standard's words: `SELECT`, `VERIFY`, …
    pub name: Text,
    /// Application that is current after the command: `jpki`, `profile`, `surface`, `common`,
    /// `resident`, `issuer`, or absent where unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application: Option<Text>,
    /// EF or IEF that the command addressed, four upper-case hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<Text>,
    /// Command data: hexadecimal where harmless, else a role label (`auth-pin:right`, `len=51`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Text>,
    /// Response data: hexadecimal where harmless, else `len=256`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Text>,
    /// Status word, four upper-case hexadecimal digits; absent where no answer came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sw: Option<Text>,
    /// What the reader saw instead of an answer: `torn`, `mute`, `transmission`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<Text>,
}

/// How a TLS handshake ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TlsEvent {
    /// Ordinal of the connection in this cell, from 1.
    pub connection: u32,
    /// Which server certificate was shown: `good`, `foreign-ca`, …
    pub server: Text,
    /// `completed`, or the reason of the failure as the server learned it.
    pub outcome: Text,
}

/// Whom a client wanted to reach through the cell's proxy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProxyEvent {
    /// The host, lower case, without its port.
    pub host: Text,
    /// Whether it led to the service; otherwise the client was refused.
    pub allowed: bool,
}

/// Whom a client looked for beyond this machine, in a network of the run's own. It was told no.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutsideEvent {
    /// The address, or the name that was asked for, lower case.
    pub host: Text,
    /// The port; a name has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// `tcp`, `udp`, or `dns` for a name that was asked for.
    pub over: Text,
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

/// A request as the wire profile understood it. Values of secret fields are role labels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HttpRequest {
    /// Ordinal of the exchange in this cell, from 1.
    pub exchange: u32,
    /// Ordinal of the connection.
    pub connection: u32,
    /// Abstract operation, such as `eligibility-by-certificate`; absent where none matched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<Text>,
    /// HTTP method.
    pub method: Text,
    /// Path without query.
    pub path: Text,
    /// Role of the client certificate, `terminal#1`; absent without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terminal: Option<Text>,
    /// Abstract fields by name.
    #[serde(default)]
    pub fields: Fields,
    /// What a web fault did so that no answer follows: `reset`, `silent`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<Text>,
}

/// The service's answer, in abstract terms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HttpAnswer {
    /// Ordinal of the exchange.
    pub exchange: u32,
    /// HTTP status.
    pub status: u16,
    /// Result code of the decision: `OK`, `NOT_REGISTERED`, …; `–` where somebody else
    /// answered than the service.
    pub decision: Text,
    /// The rule of the registry that decided.
    pub rule: Text,
    /// What that rule rests on: rows of public documents (`R3-13`), assumptions (`A-05`) and open
    /// questions (`G-03`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub basis: Vec<Text>,
    /// Abstract fields by name; fields of the i-th result as `results.0.name`.
    #[serde(default)]
    pub fields: Fields,
    /// Seconds of `Retry-After`, where the answer has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
    /// What a web fault did to the answer: `lost`, `truncated`, `captive-portal`, …; absent where it
    /// was sent whole. After `delayed` and `slow` it arrived whole all the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<Text>,
}

/// [`HttpAnswer::decision`] where somebody else answered than the service.
pub const NOT_ASKED: &str = "–";

impl HttpAnswer {
    /// Whether the service's answer reached the client whole, as far as the service knows: it may
    /// have come late.
    #[must_use]
    pub fn arrived(&self) -> bool {
        matches!(self.fault.as_deref(), None | Some("delayed" | "slow"))
    }
}

/// A secret in the wrong place. The secret itself is not stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leak {
    /// `auth-pin`, `password`, `personal-number`, …
    pub class: Text,
    /// `request:/path`, `client:output`, `client:stderr`, …
    pub place: Text,
    /// Byte offset in that place.
    pub offset: usize,
}

/// The end of the client's process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exit {
    /// Exit status; absent where a signal ended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<i32>,
    /// Why, where it was not the client's own end: `signal 11`, `time limit`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Text>,
}
