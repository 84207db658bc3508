//! The clocks of a cell: scenario time, and the monotonic time that readers wait by.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use madoguchi_terms::Timer;
use parking_lot::{Condvar, Mutex};

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
        let dial = *self.0.lock();
        let passed = dial
            .ticking_since
            .map_or(Duration::ZERO, |since| since.elapsed());
        SignedDuration::try_from(passed)
            .ok()
            .and_then(|passed| dial.shown.checked_add(passed).ok())
            .unwrap_or(dial.shown)
    }

    pub(crate) fn set(&self, at: Timestamp) {
        let mut dial = self.0.lock();
        dial.shown = at;
        dial.ticking_since = dial.ticking_since.map(|_| Instant::now());
    }

    /// Lets so much time have passed.
    pub(crate) fn turn_on(&self, by: Duration) {
        let later = SignedDuration::try_from(by)
            .ok()
            .and_then(|by| self.now().checked_add(by).ok());
        if let Some(later) = later {
            self.set(later);
        }
    }
}

/// The time that the reader and the line to the service wait by: monotonic, and turned on where a scenario says that time passes,
/// so that six seconds at a counter are not six seconds of a run.
#[derive(Debug)]
pub(crate) struct CellTimer {
    start: Instant,
    skipped: Mutex<Duration>,
    turned: Condvar,
}

impl CellTimer {
    pub(crate) fn new() -> Self {
        Self {
            start: Instant::now(),
            skipped: Mutex::default(),
            turned: Condvar::new(),
        }
    }

    /// Waits until the timer shows `until`.
    fn wait_until(&self, until: Duration) {
        let mut skipped = self.skipped.lock();
        loop {
            let now = self.start.elapsed().saturating_add(*skipped);
            let left = until.saturating_sub(now);
            if left.is_zero() {
                return;
            }
            self.turned.wait_for(&mut skipped, left);
        }
    }

    /// Lets so much time have passed.
    pub(crate) fn turn_on(&self, by: Duration) {
        let mut skipped = self.skipped.lock();
        *skipped = skipped.saturating_add(by);
        drop(skipped);
        self.turned.notify_all();
    }
}

impl Timer for CellTimer {
    fn now(&self) -> Duration {
        let skipped = *self.skipped.lock();
        self.start.elapsed().saturating_add(skipped)
    }

    fn pause(&self, duration: Duration) {
        self.wait_until(self.now().saturating_add(duration));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::thread;

    use super::*;

    #[test]
    fn an_hour_passes_at_once_where_the_clock_is_turned_on() {
        let hour = Duration::from_secs(60 * 60);
        let clock = Arc::new(CellTimer::new());
        let until = clock.now() + hour;
        let waiting = thread::spawn({
            let clock = Arc::clone(&clock);
            move || clock.wait_until(until)
        });
        clock.turn_on(hour * 2);
        waiting.join().unwrap();
        assert!(clock.now() >= hour * 2);
    }
}
