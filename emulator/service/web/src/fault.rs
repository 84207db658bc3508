//! What goes wrong on order, counted per operation or connection so that a run can be repeated.

use std::collections::HashMap;
use std::time::Duration;

use madoguchi_eligibility::{Field, Operation};
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
    /// Nothing is decided; a stranger on the way answers with JSON of its own.
    ForeignJson {
        /// HTTP status: 200, or 500 to 599.
        status: u16,
    },
    /// Nothing is decided: 429 with `Retry-After`.
    TooManyRequests {
        /// Seconds until the client may come again.
        retry_after: u32,
    },
    /// Nothing is decided: a captive portal answers 200 with its own page.
    PortalPage,
    /// Nothing is decided: a captive portal sends the client to [`PORTAL`] by 302.
    PortalRedirect,
    /// Nothing is decided: something on the way sends the client on (RFC 9110 §15.4).
    Redirect {
        /// HTTP status: 301, 302, 303, 307 or 308.
        status: u16,
        /// Where to.
        to: Elsewhere,
    },
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
    /// It is decided; the answer has no words beside its result code.
    WithoutMessage,
    /// It is decided; the results of the answer are in the reverse order.
    Reordered,
    /// It is decided; a date of the answer is no day of the calendar.
    PartialDate {
        /// Which one, in every result that has it.
        field: Field,
        /// What takes the place of the ends of `YYYYMMDD`: `00`, `0000`, `0231`.
        end: &'static str,
    },
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

/// The path behind every other redirect.
pub const ELSEWHERE: &str = "/elsewhere";

/// Where a redirect leads: always back to this server, under another name, so that a client that follows is
/// seen and reaches nobody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Elsewhere {
    /// To another path of the host that was asked.
    OwnHost,
    /// To another host, by https.
    OtherHost,
    /// To the host that was asked, by http.
    Plain,
}

impl Elsewhere {
    /// The address that is named to a client that asked `host`, as its request says (`Host`).
    pub(crate) fn address(self, host: &str) -> String {
        let (name, port) = match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (name, port),
            _ => (host, "443"),
        };
        match self {
            Self::OwnHost => ELSEWHERE.to_owned(),
            Self::Plain => format!("http://{name}:{port}{ELSEWHERE}"),
            Self::OtherHost => {
                let other = if name == "localhost" {
                    "127.0.0.1"
                } else {
                    "localhost"
                };
                format!("https://{other}:{port}{ELSEWHERE}")
            }
        }
    }
}

impl Mishap {
    /// Its name in a note.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Reset => "reset",
            Self::Silent => "silent",
            Self::ServerError { .. } => "server-error",
            Self::TooManyRequests { .. } => "too-many-requests",
            Self::PortalPage | Self::PortalRedirect => "captive-portal",
            Self::Redirect {
                to: Elsewhere::OwnHost,
                ..
            } => "redirected",
            Self::Redirect { .. } => "redirected-elsewhere",
            Self::AnswerLost => "lost",
            Self::ResetInBody { .. } => "reset-in-body",
            Self::Truncated { .. } => "truncated",
            Self::WrongContentType => "wrong-content-type",
            Self::Stalled { .. } => "stalled",
            Self::MediaTypeParameters => "media-type-parameters",
            Self::UnknownField => "unknown-field",
            Self::Reordered => "reordered",
            Self::WithoutMessage => "without-message",
            Self::PartialDate { .. } => "partial-date",
            Self::ForeignJson { .. } => "foreign-json",
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
    fn a_redirect_leads_back_to_this_server_under_another_name() {
        for (to, host, address) in [
            (Elsewhere::OwnHost, "127.0.0.1:8443", "/elsewhere"),
            (
                Elsewhere::Plain,
                "127.0.0.1:8443",
                "http://127.0.0.1:8443/elsewhere",
            ),
            (
                Elsewhere::OtherHost,
                "127.0.0.1:8443",
                "https://localhost:8443/elsewhere",
            ),
            (
                Elsewhere::OtherHost,
                "localhost:8443",
                "https://127.0.0.1:8443/elsewhere",
            ),
            (
                Elsewhere::OtherHost,
                "[::1]:8443",
                "https://localhost:8443/elsewhere",
            ),
            (
                Elsewhere::OtherHost,
                "counter.test",
                "https://localhost:443/elsewhere",
            ),
        ] {
            assert_eq!(to.address(host), address, "{host}");
        }
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
