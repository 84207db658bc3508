//! The clocks of a cell: scenario time, and the monotonic time that readers wait by.

use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use madoguchi_terms::Timer;

/// Scenario time: dates of service, of certificates on the card, of eligibility. In a played case
/// it stands still; at a counter that is held open it ticks and can be set.
#[derive(Debug)]
pub(crate) struct ScenarioClock(Mutex<Dial>);

#[derive(Debug, Clone, Copy)]
struct Dial {
    shown: Timestamp,
    ticking_since: Option<Instant>,
}

impl ScenarioClock {
    pub(crate) const fn standing(at: Timestamp) -> Self {
        Self(Mutex::new(Dial {
            shown: at,
            ticking_since: None,
        }))
    }

    pub(crate) fn ticking(at: Timestamp) -> Self {
        Self(Mutex::new(Dial {
            shown: at,
            ticking_since: Some(Instant::now()),
        }))
    }

    pub(crate) fn now(&self) -> Timestamp {
        let dial = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let passed = dial
            .ticking_since
            .map_or(Duration::ZERO, |since| since.elapsed());
        SignedDuration::try_from(passed)
            .ok()
            .and_then(|passed| dial.shown.checked_add(passed).ok())
            .unwrap_or(dial.shown)
    }

    pub(crate) fn set(&self, at: Timestamp) {
        let mut dial = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        dial.shown = at;
        dial.ticking_since = dial.ticking_since.map(|_| Instant::now());
    }
}

/// Monotonic time of this process.
#[derive(Debug)]
pub(crate) struct Monotonic(Instant);

impl Monotonic {
    pub(crate) fn new() -> Self {
        Self(Instant::now())
    }
}

impl Timer for Monotonic {
    fn now(&self) -> Duration {
        self.0.elapsed()
    }

    fn pause(&self, duration: Duration) {
        thread::sleep(duration);
    }
}
