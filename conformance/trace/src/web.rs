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

/// What a web fault did to an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum AnswerFault {
    /// A captive portal answered in the service's place.
    CaptivePortal,
    /// The answer came late.
    Delayed,
    /// A gateway answered with JSON of its own.
    ForeignJson,
    /// It was to come late, and the client had left before it did.
    GivenUp,
    /// Nothing of it arrived.
    Lost,
    /// Its media type is written with capitals and a parameter.
    MediaTypeParameters,
    /// A date in it is none of the calendar.
    PartialDate,
    /// The client was sent to another path of the host.
    Redirected,
    /// The client was sent to another host, or to http.
    RedirectedElsewhere,
    /// Its results came in the reverse order.
    Reordered,
    /// The connection was reset within its body.
    ResetInBody,
    /// A gateway answered 5xx.
    ServerError,
    /// Its body trickled.
    Slow,
    /// A part of its body came, and nothing more.
    Stalled,
    /// A gateway answered 429.
    TooManyRequests,
    /// Its body ended early.
    Truncated,
    /// It has a field that nobody knows.
    UnknownField,
    /// It has no words beside its result code.
    WithoutMessage,
    /// It says that it is HTML.
    WrongContentType,
}

impl AnswerFault {
    /// The word in a trace.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Whether the service's own answer arrives all the same, and whole.
    #[must_use]
    pub const fn arrives(self) -> bool {
        matches!(
            self,
            Self::Delayed
                | Self::Slow
                | Self::MediaTypeParameters
                | Self::UnknownField
                | Self::Reordered
                | Self::WithoutMessage
                | Self::PartialDate
        )
    }
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
    /// What a web fault did to the answer; absent where it was sent as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<Word<AnswerFault>>,
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
        match &self.fault {
            None => true,
            Some(fault) => fault.known().is_some_and(AnswerFault::arrives),
        }
    }
}
