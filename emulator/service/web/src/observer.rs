//! Who decides, and who is told.

use madoguchi_eligibility::{Answer, Operation, Request};
use madoguchi_wire::{HttpReply, HttpRequest};

/// Decides requests.
pub trait Backend: Send + Sync {
    /// The answer to `request`. `terminal` is the client certificate that the terminal showed,
    /// DER; that the terminal CA issued it has been verified.
    fn decide(&self, request: Request, terminal: Option<Vec<u8>>) -> Answer;

    /// What is published beside the service, such as a list of revoked certificates; asked about
    /// requests that no operation fits.
    fn publication(&self, _request: &HttpRequest) -> Option<HttpReply> {
        None
    }

    /// The value of every answer's `Date` (RFC 9110 §6.6.1), where the service's clock is not this
    /// machine's.
    fn date(&self) -> Option<String> {
        None
    }
}

/// Is told what happens, in the order in which it happens on one connection.
pub trait Observer: Send + Sync {
    /// A connection was taken, and a handshake begins. Called before any byte of it is written.
    fn handshake_begins(&self, _connection: u32) {}

    /// A handshake completed or failed. Called before a request of the connection is read.
    fn tls(&self, note: TlsNote);

    /// A request was read. Called before it is decided.
    fn request(&self, note: RequestNote<'_>);

    /// A request was decided. Called before any byte of the answer is written.
    fn answer(&self, note: AnswerNote<'_>);
}

/// How a handshake ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsNote {
    /// Ordinal of the connection, from 1.
    pub connection: u32,
    /// What the server played in place of itself: `tls-1.0`.
    pub instead: Option<&'static str>,
    /// Whether it was an abbreviated one, which resumed a session of before with the certificates of
    /// then.
    pub resumed: bool,
    /// How it ended.
    pub outcome: TlsOutcome,
}

/// How a handshake ended, as the server learned it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TlsOutcome {
    /// Both sides agreed.
    Completed,
    /// One side did not: `client alert UnknownCA`, `closed by the client`, `time limit` …
    Failed(String),
}

/// A request. Headers and body are as they arrived and may hold secrets; so may the fields.
#[derive(Debug, Clone, Copy)]
pub struct RequestNote<'a> {
    /// Ordinal of the exchange on this server, from 1.
    pub exchange: u32,
    /// Ordinal of the connection.
    pub connection: u32,
    /// The request as it arrived.
    pub http: &'a HttpRequest,
    /// Query of the request target, if there was one; profiles do not look at it.
    pub query: Option<&'a str>,
    /// The operation, where the profile recognised one.
    pub operation: Option<Operation>,
    /// The request as the profile understood it.
    pub request: Option<&'a Request>,
    /// Client certificate of the terminal, DER.
    pub terminal: Option<&'a [u8]>,
    /// What a fault does to the request so that no answer follows: `reset`, `silent`.
    pub fault: Option<&'static str>,
    /// Whether a fault lets the client wait for its answer.
    pub is_kept_waiting: bool,
}

/// An answer.
#[derive(Debug, Clone, Copy)]
pub struct AnswerNote<'a> {
    /// Ordinal of the exchange.
    pub exchange: u32,
    /// Ordinal of the connection.
    pub connection: u32,
    /// HTTP status.
    pub status: u16,
    /// The answer in abstract terms; absent where a fault answered, or where something was
    /// published.
    pub answer: Option<&'a Answer>,
    /// Seconds of `Retry-After`.
    pub retry_after: Option<u32>,
    /// What a fault does to the answer: `lost`, `delayed`, `captive-portal`, …; `given-up`
    /// where it waited, and the client left before it did.
    pub fault: Option<&'static str>,
}
