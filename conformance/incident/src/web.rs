//! An HTTP exchange of a recording, as far as it may be stored: which operation, which status, which
//! kind of content and which words of the wire. Nothing of a person and no name of a host is in it.

use madoguchi_eligibility::{Decision, Operation};
use madoguchi_scenarios::{DateField, DateForm, RedirectTo};

/// What is kept of one exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Exchanged {
    /// What was asked for, where the wire profile has such a path.
    pub(crate) operation: Option<Operation>,
    /// The method, where it is one of HTTP's.
    pub(crate) method: &'static str,
    /// HTTP status; 0 where no answer came.
    pub(crate) status: u16,
    pub(crate) content: Content,
    /// The result code, where it is one of the service's.
    pub(crate) decision: Option<Decision>,
    pub(crate) retry_after: Option<u32>,
    /// What the browser says went wrong.
    pub(crate) trouble: Option<Trouble>,
    /// Microseconds until the first byte of the answer.
    pub(crate) waited: Option<u64>,
    /// Microseconds in which its bytes came.
    pub(crate) received: Option<u64>,
    /// Where a redirect leads.
    pub(crate) redirect: Option<RedirectTo>,
    /// What kind of insurance was told, where it is one.
    pub(crate) entitled: Option<Entitled>,
}

/// What kind of insurance an answer tells: codes of published tables, and which fields there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entitled {
    /// 証区分 (被保険者証区分), where it is none of the table's, nothing.
    pub(crate) class: Option<&'static str>,
    /// Whether there is another name (通称名など).
    pub(crate) has_other_name: bool,
    /// Whether there is a day until which it is valid.
    pub(crate) ends: bool,
    /// The first date that is no day of the calendar, and how it is.
    pub(crate) partial: Option<(DateField, DateForm)>,
}

/// What an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    /// Nothing, or nothing that is known here.
    None,
    /// JSON, and it says so.
    Json,
    /// JSON that says it is something else.
    Mislabelled,
    /// What says it is JSON and breaks off.
    Broken,
    Html,
    Other,
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    Reset,
    Empty,
    /// The body is shorter than was announced.
    Cut,
    TimedOut,
    Refused,
    Certificate,
    Tls,
    /// No network, no name: nothing that a service does.
    Network,
    /// The program gave up.
    Aborted,
    Other,
}
