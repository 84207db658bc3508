//! Time for readers to wait by.

use std::time::{Duration, Instant};

use madoguchi_terms::Timer;

/// Time as it passes.
#[derive(Debug)]
pub struct RealTime(Instant);

impl RealTime {
    /// From now on.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "an instant is no default")]
    pub fn new() -> Self {
        Self(Instant::now())
    }
}

impl Timer for RealTime {
    fn now(&self) -> Duration {
        self.0.elapsed()
    }

    fn pause(&self, duration: Duration) {
        std::thread::sleep(duration);
    }
}
