//! A service (pcscd) by which clients reach the resource manager.

/// A service that clients reach the resource manager by.
pub(crate) trait Service: Send + Sync {
    /// Ends it: it accepts no connection any more, and then closes those that there are.
    fn stop(&self);

    /// Whether it was ended and not started again.
    fn is_stopped(&self) -> bool;

    /// Starts it again, where it was.
    fn start(&self);
}
