//! What goes wrong on order, counted per operation or connection so that a run can be repeated.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use madoguchi_eligibility::Operation;

/// A fault of the network or of the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebFault {
    /// The `nth` request of `operation` (from 1) is decided, then the connection is cut without
    /// an answer.
    AnswerLost {
        /// Which operation.
        operation: Operation,
        /// Which of its requests, from 1.
        nth: u32,
    },
    /// The `nth` request of `operation` is read, then the connection is cut; nothing is decided.
    Reset {
        /// Which operation.
        operation: Operation,
        /// Which of its requests, from 1.
        nth: u32,
    },
    /// The answer to the `nth` request of `operation` waits.
    Delay {
        /// Which operation.
        operation: Operation,
        /// Which of its requests, from 1.
        nth: u32,
        /// How long.
        by: Duration,
    },
    /// The `nth` connection is closed before its handshake.
    Refuse {
        /// Which connection, from 1.
        nth: u32,
    },
}

/// What becomes of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Healthy,
    Lost,
    Reset,
    Delayed(Duration),
}

impl Fate {
    /// The fault's name in a note, if there is one.
    pub(crate) const fn name(self) -> Option<&'static str> {
        match self {
            Self::Healthy => None,
            Self::Lost => Some("lost"),
            Self::Reset => Some("reset"),
            Self::Delayed(_) => Some("delayed"),
        }
    }
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

    /// Whether this connection is refused.
    pub(crate) fn refuses(&self, connection: u32) -> bool {
        self.faults.contains(&WebFault::Refuse { nth: connection })
    }

    /// Counts a request and says what becomes of it.
    pub(crate) fn fate(&self, asked: Operation) -> Fate {
        let count = {
            let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
            let count = requests.entry(asked).or_default();
            *count += 1;
            *count
        };
        let fate = self.faults.iter().find_map(|fault| match *fault {
            WebFault::AnswerLost { operation, nth } if (operation, nth) == (asked, count) => {
                Some(Fate::Lost)
            }
            WebFault::Reset { operation, nth } if (operation, nth) == (asked, count) => {
                Some(Fate::Reset)
            }
            WebFault::Delay { operation, nth, by } if (operation, nth) == (asked, count) => {
                Some(Fate::Delayed(by))
            }
            _ => None,
        });
        fate.unwrap_or(Fate::Healthy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_strikes_its_request_and_no_other() {
        let operation = Operation::EligibilityByCertificate;
        let plan = FaultPlan::new(vec![WebFault::AnswerLost { operation, nth: 2 }]);
        assert_eq!(plan.fate(operation), Fate::Healthy);
        assert_eq!(plan.fate(Operation::Login), Fate::Healthy);
        assert_eq!(plan.fate(operation), Fate::Lost);
        assert_eq!(plan.fate(operation), Fate::Healthy);
    }
}
