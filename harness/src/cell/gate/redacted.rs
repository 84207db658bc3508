//! On which side of the gate something is: from outside, or fit to be stored. The way from one to the other
//! is the [gate](super::Gate) alone: nothing else opens the first or makes the second.

use std::fmt;
use std::ops::Deref;

use madoguchi_trace::{Event, Header, Trace, Vocabulary, What};
use serde::Serialize;

/// What was said outside, not searched for secrets. It neither prints nor serialises.
pub(crate) struct Untrusted<T>(T);

impl<T> Untrusted<T> {
    pub(crate) const fn new(said: T) -> Self {
        Self(said)
    }

    pub(super) fn opened(self) -> T {
        self.0
    }

    pub(super) const fn seen(&self) -> &T {
        &self.0
    }
}

impl Untrusted<Vec<u8>> {
    /// How many bytes there are.
    pub(crate) const fn len(&self) -> usize {
        self.0.len()
    }

    /// With what came before it.
    pub(crate) fn after(self, earlier: Self) -> Self {
        Self([earlier.0, self.0].concat())
    }
}

#[cfg(test)]
impl<T> Untrusted<T> {
    pub(crate) const fn in_a_test(&self) -> &T {
        &self.0
    }
}

impl<T> fmt::Debug for Untrusted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Untrusted(…)")
    }
}

/// What may be stored, shown and compared: every secret of the cell in it is replaced by its class.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub(crate) struct Redacted<T>(T);

impl<T> Redacted<T> {
    pub(super) const fn of(clean: T) -> Self {
        Self(clean)
    }
}

impl Redacted<Header> {
    /// A trace that begins with it and has no event yet.
    pub(crate) fn begin(self) -> Redacted<Trace> {
        let Self(header) = self;
        Redacted(Trace {
            header,
            events: Vec::new(),
        })
    }
}

impl Redacted<Trace> {
    /// One event more.
    pub(crate) fn push(&mut self, event: Redacted<Event>, vocabulary: &mut Vocabulary) {
        let Redacted(mut event) = event;
        vocabulary.share(&mut event.what);
        self.0.events.push(event);
    }
}

impl Redacted<What> {
    /// In its place in the trace.
    pub(crate) fn at(self, seq: u64, us: u64) -> Redacted<Event> {
        let Self(what) = self;
        Redacted(Event { seq, us, what })
    }
}

impl<T> Deref for Redacted<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_said_outside_does_not_print() {
        let said = Untrusted::new("TEST-only-1");
        assert_eq!(format!("{said:?}"), "Untrusted(…)");
    }
}
