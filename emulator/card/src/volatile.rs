//! What the card forgets when it loses power: what is selected, what has been verified, and what a
//! client and the card agreed on.

use madoguchi_iso7816::FileId;
use madoguchi_layout::Access;

use crate::persistent::Position;
use crate::secure_messaging::SecureSession;

/// The state between power-up and power-off.
#[derive(Debug, Clone, Default)]
pub(crate) struct Volatile {
    /// Whether the card has power.
    pub(crate) powered: bool,
    application: Option<usize>,
    file: Option<Position>,
    /// Rights in the current application; leaving it drops them, so there are never others.
    pub(crate) security_status: SecurityStatus,
    /// The secure messaging session with the current application.
    pub(crate) session: Option<Box<SecureSession>>,
    /// An answer that was announced and not fetched yet.
    pub(crate) announced: Vec<u8>,
    /// How far a terminal has come with its certificate.
    pub(crate) terminal: Option<Box<TerminalAuthentication>>,
}

/// A terminal on the path without PIN.
#[derive(Debug, Clone)]
pub(crate) struct TerminalAuthentication {
    /// The body of its certificate, once the first part came.
    pub(crate) body: Box<[u8]>,
    /// Its key, once the signature was found right.
    pub(crate) public_key: Option<[u8; 256]>,
    /// The challenge that it is to sign.
    pub(crate) challenge: Vec<u8>,
}

impl Volatile {
    /// Cold reset: the issuer security domain is current, no file, no rights (*observed*).
    pub(crate) fn power_on(&mut self) {
        *self = Self {
            powered: true,
            ..Self::default()
        };
    }

    /// Power is gone, and everything else with it.
    pub(crate) fn power_off(&mut self) {
        *self = Self::default();
    }

    /// The current application; `None` is the issuer security domain.
    pub(crate) fn application(&self) -> Option<usize> {
        self.application
    }

    /// The current EF.
    pub(crate) fn file(&self) -> Option<Position> {
        self.file
    }

    /// Makes an application current. The one that is current already keeps its security status and
    /// loses its current EF; any other loses both (JICSAP 5.1.3 rules 2 and 3, *observed*).
    pub(crate) fn select_application(&mut self, application: usize, session_outlives: bool) {
        let same = self.application == Some(application);
        if !same {
            self.security_status = SecurityStatus::default();
            self.terminal = None;
        }
        if !(same && session_outlives) {
            self.session = None;
        }
        self.application = Some(application);
        self.file = None;
    }

    /// Makes the issuer security domain current, which drops all rights (*observed*).
    pub(crate) fn select_issuer(&mut self) {
        self.power_on();
    }

    /// Makes an EF of the current application current.
    pub(crate) fn select_file(&mut self, at: Position) {
        self.file = Some(at);
    }
}

/// Which references of the current application have been verified, one bit for each short
/// identifier: every file of the card has one (*observed*).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct SecurityStatus(u32);

impl SecurityStatus {
    /// A right value was presented.
    pub(crate) fn grant(&mut self, reference: FileId) {
        self.0 |= bit(reference);
    }

    /// What was verified is so no more.
    pub(crate) fn revoke(&mut self, reference: FileId) {
        self.0 &= !bit(reference);
    }

    /// Whether the right value of this reference was presented last.
    pub(crate) fn holds(self, reference: FileId) -> bool {
        self.0 & bit(reference) != 0
    }

    /// Whether an access rule is satisfied now.
    pub(crate) fn satisfies(self, access: Access) -> bool {
        match access {
            Access::Free => true,
            Access::AnyOf(references) => references.iter().any(|id| self.holds(*id)),
            Access::Never => false,
        }
    }
}

fn bit(reference: FileId) -> u32 {
    reference.sfi().map_or(0, |sfi| 1 << sfi.value())
}
