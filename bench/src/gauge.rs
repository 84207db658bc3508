//! What is read off a run: latencies, errors, memory.

use std::fmt;
use std::fs;
use std::time::Duration;

use hdrhistogram::Histogram;

/// The longest latency that is told apart, µs: a minute.
const LONGEST: u64 = 60_000_000;

/// What a load run came to.
#[derive(Debug, Clone)]
pub struct Reading {
    latencies: Histogram<u64>,
    /// Checks that did not end as they should.
    pub errors: u64,
    /// The first of them, in words.
    pub first_error: Option<String>,
    /// From the first check's begin to the last one's end.
    pub took: Duration,
    /// Resident memory before and after, bytes.
    pub memory: (u64, u64),
}

impl Default for Reading {
    fn default() -> Self {
        Self {
            latencies: Histogram::new_with_max(LONGEST, 3).expect("three digits of a minute"),
            errors: 0,
            first_error: None,
            took: Duration::ZERO,
            memory: (0, 0),
        }
    }
}

impl Reading {
    /// Notes a check that took so long, or what went wrong.
    pub fn note(&mut self, latency: Duration, outcome: Result<(), String>) {
        match outcome {
            Ok(()) => {
                let micros = u64::try_from(latency.as_micros()).unwrap_or(LONGEST);
                self.latencies.saturating_record(micros);
            }
            Err(error) => {
                self.errors += 1;
                self.first_error.get_or_insert(error);
            }
        }
    }

    /// Adds what another client read.
    ///
    /// # Panics
    /// Never: all readings have the same bounds.
    pub fn add(&mut self, other: &Self) {
        let same_bounds = self.latencies.add(&other.latencies);
        same_bounds.expect("all readings have the same bounds");
        self.errors += other.errors;
        self.first_error = self
            .first_error
            .take()
            .or_else(|| other.first_error.clone());
    }

    /// Checks that ended as they should.
    #[must_use]
    pub fn done(&self) -> u64 {
        self.latencies.len()
    }

    /// Checks per second.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "it is a rate, not a count")]
    pub fn rate(&self) -> f64 {
        self.done() as f64 / self.took.as_secs_f64().max(f64::MIN_POSITIVE)
    }

    /// The latency below which so much per cent lie.
    #[must_use]
    pub fn percentile(&self, percent: f64) -> Duration {
        Duration::from_micros(self.latencies.value_at_percentile(percent))
    }
}

impl fmt::Display for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (before, after) = self.memory;
        write!(
            f,
            "{:>8.0}/s {:>8.1} ms {:>8.1} ms {:>7} {:>7.1} → {:.1} MiB",
            self.rate(),
            self.percentile(50.0).as_secs_f64() * 1e3,
            self.percentile(99.0).as_secs_f64() * 1e3,
            self.errors,
            mebibytes(before),
            mebibytes(after),
        )?;
        if let Some(error) = &self.first_error {
            write!(f, "\n    first error: {error}")?;
        }
        Ok(())
    }
}

/// Resident memory of this process, bytes; 0 where the system does not say.
#[must_use]
pub fn resident() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kibibytes = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|rest| rest.trim().strip_suffix("kB"))
        .and_then(|number| number.trim().parse::<u64>().ok());
    kibibytes.unwrap_or(0) * 1024
}

/// For people.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "one decimal place is shown")]
pub fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}
