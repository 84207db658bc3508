//! What goes wrong on order, counted per operation or connection so that a run can be repeated.

use std::collections::HashMap;
use std::time::Duration;

use madoguchi_eligibility::Operation;
use parking_lot::Mutex;

/// A fault of the network or of the service, and when it strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebFault {
    /// Something happens to requests of one operation.
    Request {
        /// Which operation.
        operation: Operation,
        /// The first of its requests that is struck, from 1.
        nth: u32,
        /// How many in a row are struck, from 1.
        times: u32,
        /// What happens.
        mishap: Mishap,
    },
    /// Connections are closed before their handshake.
    Refuse {
        /// The first of them, from 1.
        nth: u32,
        /// How many in a row, from 1.
        times: u32,
    },
    /// Connections are answered with a ServerHello of TLS 1.0 (RFC 2246), which RFC 8996 forbids
    /// to speak; nothing else follows, whatever the client says.
    OldTls {
        /// The first of them, from 1.
        nth: u32,
        /// How many in a row, from 1.
        times: u32,
    },
}

/// What becomes of one request or of its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mishap {
    /// It is read, then the connection is reset (TCP RST); nothing is decided.
    Reset,
    /// It is read, and nothing follows: the connection stays open and silent.
    Silent,
    /// Nothing is decided; a stranger on the way answers with this status and a page of HTML.
    ServerError {
        /// HTTP status, 500 to 599.
        status: u16,
    },
    /// Nothing is decided; a stranger on the way answers 502 with JSON of its own.
    ForeignJson,
    /// Nothing is decided: 429 with `Retry-After`.
    TooManyRequests {
        /// Seconds until the client may come again.
        retry_after: u32,
    },
    /// Nothing is decided: a captive portal answers 200 with its own page.
    PortalPage,
    /// Nothing is decided: a captive portal sends the client to [`PORTAL`] by 302.
    PortalRedirect,
    /// It is decided, then the connection is cut without an answer.
    AnswerLost,
    /// It is decided, then the connection is reset (TCP RST) within the answer's body.
    ResetInBody {
        /// How much of the body is sent, per cent.
        percent: u8,
    },
    /// It is decided; the answer is whole as HTTP, its body ends early.
    Truncated {
        /// How much of the body is left, per cent.
        percent: u8,
    },
    /// It is decided; the answer says `Content-Type: text/html` of what is none.
    WrongContentType,
    /// It is decided; a part of the answer's body is sent, and nothing follows.
    Stalled {
        /// How much of the body is sent, per cent.
        percent: u8,
    },
    /// It is decided; the answer's media type is written with capitals and a parameter.
    MediaTypeParameters,
    /// It is decided; the answer has an unknown field.
    UnknownField,
    /// It is decided; the answer waits.
    Delay(Duration),
    /// It is decided; the body of the answer trickles.
    Slow {
        /// How fast, at least 1.
        bytes_per_second: u32,
    },
}

/// Where a captive portal sends its guests: a path of the same server, so that a client that
/// follows is seen.
pub const PORTAL: &str = "/captive-portal/login";

impl Mishap {
    /// Its name in a note.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Reset => "reset",
            Self::Silent => "silent",
            Self::ServerError { .. } => "server-error",
            Self::TooManyRequests { .. } => "too-many-requests",
            Self::PortalPage | Self::PortalRedirect => "captive-portal",
            Self::AnswerLost => "lost",
            Self::ResetInBody { .. } => "reset-in-body",
            Self::Truncated { .. } => "truncated",
            Self::WrongContentType => "wrong-content-type",
            Self::Stalled { .. } => "stalled",
            Self::MediaTypeParameters => "media-type-parameters",
            Self::UnknownField => "unknown-field",
            Self::ForeignJson => "foreign-json",
            Self::Delay(_) => "delayed",
            Self::Slow { .. } => "slow",
        }
    }

    /// Whether the client waits: for a decision that is kept back, or for nothing.
    pub(crate) const fn keeps_waiting(self) -> bool {
        matches!(self, Self::Silent | Self::Delay(_))
    }

    /// Whether not even a stranger's answer comes.
    pub(crate) const fn is_mute(self) -> bool {
        matches!(self, Self::Reset | Self::Silent)
    }
}

/// What becomes of one connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reception {
    Welcome,
    Refused,
    OldTls,
}

/// The faults of a server, and how far it has counted.
#[derive(Debug, Default)]
pub(crate) struct FaultPlan {
    faults: Vec<WebFault>,
    requests: Mutex<HashMap<Operation, u32>>,
}

impl FaultPlan {
    pub(crate) fn new(faults: Vec<WebFault>) -> Self {
        Self {
            faults,
            requests: Mutex::default(),
        }
    }

    /// What becomes of this connection.
    pub(crate) fn reception(&self, connection: u32) -> Reception {
        let struck = |fault: &WebFault| match *fault {
            WebFault::Refuse { nth, times } if strikes(connection, nth, times) => {
                Some(Reception::Refused)
            }
            WebFault::OldTls { nth, times } if strikes(connection, nth, times) => {
                Some(Reception::OldTls)
            }
            _ => None,
        };
        let received = self.faults.iter().find_map(struck);
        received.unwrap_or(Reception::Welcome)
    }

    /// Counts a request and says what becomes of it.
    pub(crate) fn fate(&self, asked: Operation) -> Option<Mishap> {
        let count = {
            let mut requests = self.requests.lock();
            let count = requests.entry(asked).or_default();
            *count = count.saturating_add(1);
            *count
        };
        self.faults.iter().find_map(|fault| match *fault {
            WebFault::Request {
                operation,
                nth,
                times,
                mishap,
            } if operation == asked && strikes(count, nth, times) => Some(mishap),
            _ => None,
        })
    }
}

/// Whether the `count`th is among the `times` from the `nth` on.
const fn strikes(count: u32, nth: u32, times: u32) -> bool {
    nth <= count && count - nth < times
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASKED: Operation = Operation::EligibilityByCertificate;

    fn plan(nth: u32, times: u32) -> FaultPlan {
        FaultPlan::new(vec![WebFault::Request {
            operation: ASKED,
            nth,
            times,
            mishap: Mishap::AnswerLost,
        }])
    }

    #[test]
    fn a_fault_strikes_its_request_and_no_other() {
        let plan = plan(2, 1);
        assert_eq!(plan.fate(ASKED), None);
        assert_eq!(plan.fate(Operation::Login), None);
        assert_eq!(plan.fate(ASKED), Some(Mishap::AnswerLost));
        assert_eq!(plan.fate(ASKED), None);
    }

    #[test]
    fn a_fault_can_last() {
        let plan = plan(1, 2);
        let struck = [0; 3].map(|_| plan.fate(ASKED).is_some());
        assert_eq!(struck, [true, true, false]);
    }

    #[test]
    fn a_connection_fault_strikes_its_connection_and_no_other() {
        let plan = FaultPlan::new(vec![
            WebFault::OldTls { nth: 2, times: 1 },
            WebFault::Refuse { nth: 3, times: 1 },
        ]);
        let received = [1, 2, 3].map(|connection| plan.reception(connection));
        assert_eq!(
            received,
            [Reception::Welcome, Reception::OldTls, Reception::Refused]
        );
    }
}
