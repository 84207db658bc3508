//! Time for readers to wait by.

use std::time::{Duration, Instant};

use madoguchi_terms::Timer;

/// Time as it passes.
#[derive(Debug)]
pub(crate) struct RealTime(Instant);

impl RealTime {
    /// From now on.
    pub(crate) fn new() -> Self {
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
