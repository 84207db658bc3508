//! Making anything smaller of which parts can be left out, or replaced.

use std::ops::Range;

use crate::Trials;

/// A case that fails alike, its place among those that were tried, and what was seen of it.
pub type Alike<T, S> = (usize, T, S);

/// The first of `cases` that fails alike, with its place and what was seen of it. As many are played
/// at the same time as the trials are wide.
///
/// # Errors
/// Where none can be played any more.
pub fn first<T, X: Trials<T>>(
    trials: &mut X,
    cases: impl IntoIterator<Item = T>,
) -> Result<Option<Alike<T, X::Seen>>, X::Error> {
    let mut cases = cases.into_iter();
    let mut before = 0;
    while trials.goes_on() {
        let some: Vec<T> = cases.by_ref().take(trials.width().max(1)).collect();
        if some.is_empty() {
            break;
        }
        let outcomes = trials.play(&some)?;
        for (n, (case, outcome)) in some.into_iter().zip(outcomes).enumerate() {
            if let Some(seen) = outcome.same() {
                return Ok(Some((before + n, case, seen)));
            }
        }
        before += trials.width().max(1);
    }
    Ok(None)
}

/// Leaves out as many of the first `count` parts of `best` as it can, from the last: one, and where
/// that fails alike, two more, four more. `without` is nothing where the rest would be no case.
/// `take` takes what fails alike in place of `best`. Whether anything was left out.
///
/// # Errors
/// Where no case can be played any more.
pub fn fewer<T, X: Trials<T>>(
    trials: &mut X,
    best: &mut T,
    count: usize,
    without: impl Fn(&T, Range<usize>) -> Option<T>,
    take: impl Fn(&mut T, T, X::Seen),
) -> Result<bool, X::Error> {
    let mut end = count;
    let mut is_changed = false;
    while end > 0 {
        let mut places = Vec::new();
        let cases = (0..end).rev().filter_map(|at| {
            let case = without(best, at..at + 1)?;
            places.push(at);
            Some(case)
        });
        let Some((n, case, seen)) = first(trials, cases)? else {
            break;
        };
        end = places[n];
        take(best, case, seen);
        is_changed = true;
        let mut step = 2;
        while end > 0 {
            let from = end.saturating_sub(step);
            let Some(case) = without(best, from..end) else {
                break;
            };
            let Some((_, case, seen)) = first(trials, [case])? else {
                break;
            };
            take(best, case, seen);
            end = from;
            step *= 2;
        }
    }
    Ok(is_changed)
}

/// Takes the first of what `ways` makes of `best` that fails alike, and again, until none does.
/// Whether anything was taken.
///
/// # Errors
/// Where no case can be played any more.
pub fn simpler<T, X: Trials<T>, I: IntoIterator<Item = T>>(
    trials: &mut X,
    best: &mut T,
    ways: impl Fn(&T) -> I,
    take: impl Fn(&mut T, T, X::Seen),
) -> Result<bool, X::Error> {
    let mut is_changed = false;
    while let Some((_, case, seen)) = first(trials, ways(best))? {
        take(best, case, seen);
        is_changed = true;
    }
    Ok(is_changed)
}
