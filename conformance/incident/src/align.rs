//! The same exchanges in two logs: what joins two clocks. A command's header, its length and its
//! status word are compared, nothing else of it is known here.

use madoguchi_trace::What;

use crate::draft::Origin;
use crate::redact::{Aside, Seen};
use crate::told::Told;

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

/// How far the order of an input's events beside those of others rests on where it was put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// How far apart two events must lie so that it is certain which came first, microseconds: how far the exchanges
    /// lie apart that two logs share, or what the coarser of two clocks counts in. Whether the clocks agree beyond
    /// that, nothing says.
    pub uncertain: u64,
    /// By how much the input could stand earlier without any two events changing places, microseconds; nothing where
    /// no event of another input is before one of its own.
    pub earlier: Option<u64>,
    /// The same for later.
    pub later: Option<u64>,
    /// Neighbours that lie so close that nothing but the offset says which came first.
    pub unsure: Vec<(Origin, Origin)>,
}

/// The order of an input's events in a timeline; nothing where no other input tells anything beside them.
pub(crate) fn order(seen: &[Seen], input: usize, uncertain: u64) -> Option<Order> {
    let told: Vec<&Seen> = seen.iter().filter(|one| one.what.is_some()).collect();
    let mut order = Order {
        uncertain,
        earlier: None,
        later: None,
        unsure: Vec::new(),
    };
    for pair in told.windows(2) {
        let [before, after] = pair else { continue };
        if (before.input == input) == (after.input == input) {
            continue;
        }
        let apart = after.us - before.us;
        let holds = if after.input == input {
            &mut order.earlier
        } else {
            &mut order.later
        };
        *holds = Some(holds.map_or(apart, |least| least.min(apart)));
        if apart <= uncertain {
            order.unsure.push((Origin::of(before), Origin::of(after)));
        }
    }
    (order.earlier.is_some() || order.later.is_some()).then_some(order)
}

/// What all times of a log are multiples of, microseconds: seconds, milliseconds, or microseconds.
pub(crate) fn resolution(epoch: Option<i64>, told: &[Told]) -> u64 {
    const UNITS: [u64; 2] = [1_000_000, 1_000];
    let epoch = u64::try_from(epoch.unwrap_or_default()).unwrap_or_default();
    let is_counted = |unit: &u64| {
        let mut times = told.iter().map(|one| epoch.saturating_add(one.us));
        times.all(|time| time % unit == 0)
    };
    let is_timed = told.windows(2).any(|pair| pair[0].us != pair[1].us);
    let unit = UNITS.into_iter().filter(|_| is_timed).find(is_counted);
    unit.unwrap_or(1)
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
