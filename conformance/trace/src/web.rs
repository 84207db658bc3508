//! What passed between the client and the service, or whomever else the client looked for.

use madoguchi_eligibility::Decision;
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};

use super::{Fields, Text, Word};

/// What became of a TLS handshake, as far as it matters which: of most that fail it does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr)]
pub enum Handshake {
    /// Both sides agreed.
    #[strum(serialize = "completed")]
    Completed,
    /// The server spoke a version that is forbidden, and the client did not give up.
    #[strum(serialize = "the client went on")]
    WentOn,
    /// The client spoke without TLS.
    #[strum(serialize = "no TLS")]
    NoTls,
}

impl Handshake {
    /// The word in a trace.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// What a web fault does to a request, so that no answer follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString)]
#[strum(serialize_all = "kebab-case")]
pub enum Unanswered {
    /// The connection is reset.
    Reset,
    /// Nothing is said.
    Silent,
}

/// How a TLS handshake ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TlsEvent {
    /// Ordinal of the connection in this cell, from 1.
    pub connection: u32,
    /// Which server certificate was shown: `good`, `foreign-ca`, …
    pub server: Text,
    /// `completed`, or the reason of the failure as the server learned it.
    pub outcome: Word<Handshake>,
    /// Whether the handshake was an abbreviated one: the session of an earlier connection went on, with
    /// the client certificate of then, or without one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub resumed: bool,
    /// When it began: monotonic time since the start of the case, microseconds. That it failed, the server may
    /// learn long after the client. Absent in older traces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub began: Option<u64>,
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
    /// What a web fault did so that no answer follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<Word<Unanswered>>,
    /// What stands in the place of a card's certificate, where it is on none of the cards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub posted: Option<Box<Posted>>,
}

/// What was posted in the place of a card's certificate, beside the certificate that is most like it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posted {
    /// `beginning` of a certificate; a certificate with bytes behind it (`longer`), without some in between
    /// (`gap`), or that differs from some place on (`otherwise`); one written as `base64`, `hexadecimal` or
    /// `pem` before it was encoded; `empty`, `no-certificate`, or `unknown`.
    pub form: Text,
    /// Its length in bytes.
    pub len: usize,
    /// The certificate's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<usize>,
    /// From which byte on they differ.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<usize>,
}

/// The service's answer, in abstract terms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HttpAnswer {
    /// Ordinal of the exchange.
    pub exchange: u32,
    /// HTTP status.
    pub status: u16,
    /// Result code of the decision: `OK`, `NOT_REGISTERED`, …; `–` where a stranger
    /// answered in the service's place.
    pub decision: Word<Decision>,
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
    /// was sent whole. After `delayed`, `slow`, `media-type-parameters`, `unknown-field` and `partial-date` it arrived whole
    /// all the same; `given-up` is one that was to come late, and the client had left before it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<Text>,
}

/// `session-token` in [`HttpRequest::fields`] where another session was opened since.
pub const EARLIER_SESSION: &str = "earlier-session";

/// [`HttpAnswer::decision`] where a stranger answered in the service's place.
pub const NOT_ASKED: &str = "–";

impl HttpAnswer {
    /// Whether the service's answer reached the client whole, as far as the service knows: it may
    /// have come late.
    #[must_use]
    pub fn arrived(&self) -> bool {
        matches!(
            self.fault.as_deref(),
            None | Some(
                "delayed"
                    | "slow"
                    | "media-type-parameters"
                    | "unknown-field"
                    | "reordered"
                    | "without-message"
                    | "partial-date"
            )
        )
    }
}
