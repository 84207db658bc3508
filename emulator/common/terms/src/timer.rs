//! Monotonic time as an argument.

use std::time::Duration;

/// Monotonic time, passed in to whatever measures or waits, so that no crate below the harness
/// reads a clock by itself.
pub trait Timer: Send + Sync {
    /// Time since an arbitrary fixed moment.
    fn now(&self) -> Duration;

    /// Lets `duration` pass.
    fn pause(&self, duration: Duration);
}
