//! What operators set up beside the counter on paper.

use madoguchi_scenarios::{Availability, Operate};

/// What operators did that the service goes by.
#[derive(Default)]
pub(crate) struct SetUp {
    pub(crate) new_code: bool,
    pub(crate) new_account: bool,
    pub(crate) revoked: bool,
    pub(crate) off: bool,
    pub(crate) outage: bool,
    pub(crate) portal_outage: bool,
    pub(crate) jpki_closed: bool,
    pub(crate) disaster: bool,
    pub(crate) outage_mode: bool,
}

impl SetUp {
    pub(crate) fn operate(&mut self, act: &Operate) {
        match act {
            Operate::IssueCode { .. } => self.new_code = true,
            Operate::RegisterAccount { .. } => self.new_account = true,
            Operate::LogInAtTerminal {} => self.new_account = false,
            Operate::RevokeCode { .. } => self.revoked = true,
            Operate::Function { on } => self.off = !on,
            Operate::Abolish {} => self.off = true,
            Operate::Service { state } => self.outage = *state == Availability::Outage,
            Operate::MynaportalOutage { on } => self.portal_outage = *on,
            Operate::JpkiMaintenance { .. } => self.jpki_closed = true,
            Operate::Disaster { .. } => self.disaster = true,
            Operate::OutageMode { on } => self.outage_mode = *on,
            _ => {}
        }
    }

    /// Why a login is refused.
    pub(crate) fn refuses_login(&self) -> Option<&'static str> {
        match self {
            Self {
                new_account: true, ..
            } => Some("ACCOUNT_NEVER_LOGGED_IN"),
            Self { new_code: true, .. } => Some("CODE_NOT_READY"),
            _ => None,
        }
    }
}
