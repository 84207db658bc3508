//! A client as the resource manager knows it: whom to tell that a wait is over.

use crate::ReturnCode;

/// The other end of a [`Session`](crate::Session).
pub trait Client: Send + Sync {
    /// The waiting that the session asked for is over: `SUCCESS` because something changed, or
    /// `CANCELLED`. Called from any thread; must not call the resource manager.
    fn notify(&self, rv: ReturnCode);

    /// Whether anybody still wants to know how a call ends. Asked now and then while it waits.
    fn is_there(&self) -> bool {
        true
    }
}

/// A client in this process that never waits for changes.
impl Client for () {
    fn notify(&self, _rv: ReturnCode) {}
}

/// Names a session for as long as the manager exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SessionKey(u64);

impl SessionKey {
    pub(crate) const fn new(ordinal: u64) -> Self {
        Self(ordinal)
    }
}
