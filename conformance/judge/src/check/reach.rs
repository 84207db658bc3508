//! Whether a reader can be reached, from one event of a case to the next.

use madoguchi_scenarios::Action;
use madoguchi_trace::{ReaderEvent, What};

use super::acts::plugs;

/// What has become of the reader and of the PC/SC service so far. At first both are there.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Reach {
    is_out: bool,
    has_failed: bool,
    is_stopped: bool,
    /// Whether the last act plugs a reader in: it pulls out first the one that has failed.
    is_plugging: bool,
}

impl Reach {
    /// No reader is there.
    pub(super) const fn is_out(self) -> bool {
        self.is_out
    }

    /// A reader is there, and works.
    pub(super) const fn has_reader(self) -> bool {
        !self.is_out && !self.has_failed
    }

    /// The PC/SC service does not run.
    pub(super) const fn is_stopped(self) -> bool {
        self.is_stopped
    }

    /// No program can use a reader.
    pub(super) const fn is_lost(self) -> bool {
        !self.has_reader() || self.is_stopped
    }

    /// Takes an event into account.
    pub(super) fn see(&mut self, what: &What) {
        match what {
            What::Step(step) => {
                self.is_plugging = plugs(step);
                match step.action.known() {
                    Some(Action::UnplugReader) => self.is_out = true,
                    Some(Action::StopService) => self.is_stopped = true,
                    Some(Action::StartService) => self.is_stopped = false,
                    _ if self.is_plugging => (self.is_out, self.has_failed) = (false, false),
                    _ => {}
                }
            }
            What::Reader(ReaderEvent::Unplugged {}) => self.is_out = !self.is_plugging,
            What::Reader(ReaderEvent::Failed {}) => self.has_failed = true,
            What::Reader(ReaderEvent::Inserted { .. }) => {
                (self.is_out, self.has_failed) = (false, false);
            }
            What::Reader(ReaderEvent::ServiceStopped {}) => self.is_stopped = true,
            What::Reader(ReaderEvent::ServiceStarted {}) => self.is_stopped = false,
            _ => {}
        }
    }
}
