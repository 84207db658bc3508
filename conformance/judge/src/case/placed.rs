//! Things in the order of their places in a trace. What lies after a place or between two is found
//! by bisection, so that a check that asks it for every event stays linear in a long trace.

use std::ops::Range;

/// Things with their places, ascending.
#[derive(Debug)]
pub(crate) struct Placed<T>(Vec<(u64, T)>);

impl<T> Default for Placed<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Copy> Placed<T> {
    /// Adds a thing at a place behind all others.
    pub(super) fn push(&mut self, at: u64, thing: T) {
        self.0.push((at, thing));
    }

    /// All of them.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (u64, T)> {
        self.0.iter().copied()
    }

    /// Those at places in `range`.
    pub(crate) fn between(&self, range: Range<u64>) -> impl DoubleEndedIterator<Item = (u64, T)> {
        let from = self.0.partition_point(|(at, _)| *at < range.start);
        let to = self.0.partition_point(|(at, _)| *at < range.end);
        self.0[from..to.max(from)].iter().copied()
    }

    /// Those behind `seq`.
    pub(crate) fn after(&self, seq: u64) -> impl DoubleEndedIterator<Item = (u64, T)> {
        self.between(seq.saturating_add(1)..u64::MAX)
    }

    /// The last one before `seq`.
    pub(crate) fn last_before(&self, seq: u64) -> Option<(u64, T)> {
        self.between(0..seq).next_back()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_between_two_places_is_found_at_either_end() {
        let mut placed = Placed::default();
        for at in [2, 5, 5, 9] {
            placed.push(at, ());
        }
        let places = |range| placed.between(range).map(|(at, ())| at).collect::<Vec<_>>();
        assert_eq!(places(0..2), [0; 0]);
        assert_eq!(places(2..9), [2, 5, 5]);
        assert_eq!(places(6..u64::MAX), [9]);
        #[expect(
            clippy::reversed_empty_ranges,
            reason = "what a check may ask by mistake"
        )]
        let reversed = 9..2;
        assert_eq!(places(reversed), [0; 0]);
        assert_eq!(placed.after(5).count(), 1);
        assert_eq!(placed.last_before(5), Some((2, ())));
        assert_eq!(placed.last_before(2), None);
    }
}
