//! The same exchanges in two logs: what joins two clocks. A command's header, its length and its
//! status word are compared, nothing else of it is known here.

use madoguchi_trace::What;

use crate::redact::{Aside, Seen};

/// Exchanges that are compared: a longer log says no more of the offset, and the table grows with the
/// square.
const MOST: usize = 1_200;

/// The fewest that must be the same.
const LEAST: usize = 3;

/// By how much a log is to be moved, and what that rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shift {
    /// Microseconds.
    pub by: i64,
    /// How many exchanges stand in both.
    pub same: usize,
    /// Between the earliest and the latest place that they would give it, microseconds.
    pub spread: u64,
}

/// Where `other` belongs beside `standing`, if at least half of its exchanges stand there, too.
pub(crate) fn shift(standing: &[Seen], other: &[Seen]) -> Option<Shift> {
    let (left, right) = (keys(standing), keys(other));
    let pairs = common(&left, &right);
    if pairs.len() < LEAST || pairs.len() * 2 < right.len().min(left.len()) {
        return None;
    }
    let apart = |(l, r): &(usize, usize)| {
        let (left, right) = (i64::try_from(left[*l].1), i64::try_from(right[*r].1));
        left.unwrap_or(i64::MAX)
            .saturating_sub(right.unwrap_or(i64::MAX))
    };
    let mut offsets: Vec<i64> = pairs.iter().map(apart).collect();
    offsets.sort_unstable();
    let (first, last) = (offsets.first()?, offsets.last()?);
    Some(Shift {
        by: offsets[offsets.len() / 2],
        same: pairs.len(),
        spread: last.abs_diff(*first),
    })
}

type Key<'a> = (&'a str, usize, Option<&'a str>);

fn keys(seen: &[Seen]) -> Vec<(Key<'_>, u64)> {
    seen.iter().filter_map(key_of).take(MOST).collect()
}

fn key_of(one: &Seen) -> Option<(Key<'_>, u64)> {
    let (Some(What::Card(apdu)), Aside::Exchange { length, .. }) = (&one.what, &one.aside) else {
        return None;
    };
    Some(((apdu.header.as_str(), *length, apdu.sw.as_deref()), one.us))
}

/// The places of a longest common subsequence.
fn common<K: PartialEq>(left: &[(K, u64)], right: &[(K, u64)]) -> Vec<(usize, usize)> {
    let width = right.len() + 1;
    let mut longest = vec![0_u16; (left.len() + 1) * width];
    for l in (0..left.len()).rev() {
        for r in (0..right.len()).rev() {
            longest[l * width + r] = if left[l].0 == right[r].0 {
                longest[(l + 1) * width + r + 1] + 1
            } else {
                longest[(l + 1) * width + r].max(longest[l * width + r + 1])
            };
        }
    }
    let (mut l, mut r, mut pairs) = (0, 0, Vec::new());
    while l < left.len() && r < right.len() {
        if left[l].0 == right[r].0 {
            pairs.push((l, r));
            l += 1;
            r += 1;
        } else if longest[(l + 1) * width + r] >= longest[l * width + r + 1] {
            l += 1;
        } else {
            r += 1;
        }
    }
    pairs
}
