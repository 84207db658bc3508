//! What one kind of thing that goes wrong means for a cell.

use std::time::Duration;

use madoguchi_scenarios::{Act, Connections, Fault, Operation, Struck, WebFault};

use crate::exchange::Place;

/// For how long people wait until what passes by itself is over; the run does not.
const PAUSE: Duration = Duration::from_secs(1);

/// One kind of thing that goes wrong once.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// Its name, a part of the ids of cells.
    pub name: &'static str,
    /// What happens, in Japanese.
    pub ja: &'static str,
    /// What happens, in English.
    pub en: &'static str,
    pub(crate) what: What,
}

/// What goes wrong, by what it is done to.
#[derive(Debug, Clone, Copy)]
pub(crate) enum What {
    /// With a command to the card, or around the card before it.
    Card(Fault),
    /// With a request to the service.
    Request(fn(Struck) -> WebFault),
    /// With a connection to the service.
    Connection(fn(Connections) -> WebFault),
}

impl Kind {
    /// Whether this can happen at such a place.
    #[must_use]
    pub fn strikes(&self, place: Place) -> bool {
        match (self.what, place) {
            // Only a reading may give less than it was asked for (ISO 7816-4 §5.2).
            (What::Card(Fault::Short(_)), Place::Command { reads, .. }) => reads,
            (What::Card(_), Place::Command { .. })
            | (What::Request(_), Place::Request { .. })
            | (What::Connection(_), Place::Connection(_)) => true,
            _ => false,
        }
    }

    /// What people do about it before they go on; nothing where it passes by itself.
    pub(crate) fn remedy(&self) -> Vec<Act> {
        match self.what {
            What::Card(Fault::Unplugged {}) => vec![Act::PlugReader],
            What::Card(Fault::ReaderFails {}) => vec![Act::UnplugReader, Act::PlugReader],
            What::Card(Fault::ServiceStops { back_after: None }) => vec![Act::StartService],
            What::Card(Fault::ServiceStops { .. } | Fault::Rival { .. }) => {
                vec![Act::Wait(PAUSE.into())]
            }
            What::Card(_) => Vec::new(),
            What::Request(_) if self.passes() => Vec::new(),
            What::Request(_) | What::Connection(_) => vec![Act::Press("再試行".to_owned())],
        }
    }

    /// Whether the client has its answer whole, perhaps later or in parts: nothing has to be done again.
    pub(crate) fn passes(&self) -> bool {
        match self.what {
            What::Card(fault) => matches!(
                fault,
                Fault::Late(_) | Fault::WaitingTime { .. } | Fault::Short(_) | Fault::Rival { .. }
            ),
            What::Request(_) => matches!(
                self.web(Operation::Login, 1),
                Some(
                    WebFault::MediaTypeParameters(_)
                        | WebFault::UnknownField(_)
                        | WebFault::Delay(_)
                        | WebFault::SlowLink(_)
                )
            ),
            What::Connection(_) => false,
        }
    }

    /// Whether it cannot be helped: an activation code is used up, and the client cannot know
    /// what came of it.
    pub(crate) fn is_final(&self, place: Place) -> bool {
        let Place::Request {
            operation: operation @ Operation::FirstLogin,
            nth,
        } = place
        else {
            return false;
        };
        matches!(
            self.web(operation, nth),
            Some(
                WebFault::AnswerLost(_)
                    | WebFault::ResetInBody(_)
                    | WebFault::Truncated(_)
                    | WebFault::WrongContentType(_)
                    | WebFault::Stalled(_)
            )
        )
    }

    /// Whether the client, or the cell, waits for some time.
    pub(crate) fn waits(&self) -> bool {
        match self.what {
            What::Card(fault) => matches!(
                fault,
                Fault::Late(_)
                    | Fault::WaitingTime { .. }
                    | Fault::Rival { .. }
                    | Fault::ServiceStops { .. }
            ),
            What::Request(_) => matches!(
                self.web(Operation::Login, 1),
                Some(
                    WebFault::Silent(_)
                        | WebFault::Stalled(_)
                        | WebFault::Delay(_)
                        | WebFault::SlowLink(_)
                        | WebFault::TooManyRequests(_)
                )
            ),
            What::Connection(_) => false,
        }
    }

    /// Whether no card lies on a reader that works until something is done.
    pub(crate) const fn takes_card_away(&self) -> bool {
        matches!(
            self.what,
            What::Card(
                Fault::Torn { .. }
                    | Fault::Unplugged {}
                    | Fault::ReaderFails {}
                    | Fault::ServiceStops { back_after: None }
            )
        )
    }

    /// The fault of this request, where it is one of requests.
    pub(crate) fn web(&self, operation: Operation, nth: u32) -> Option<WebFault> {
        let What::Request(fault) = self.what else {
            return None;
        };
        Some(fault(Struck {
            operation,
            nth,
            times: 1,
        }))
    }
}
