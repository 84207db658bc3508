//! What a seed decides: the order in which cells are played, and which pairs of faults are.

use crate::cell::{Cell, Strike, strikes};
use crate::exchange::Exchange;
use crate::flow::Flow;

/// Numbers that a seed decides (SplitMix64).
#[derive(Debug, Clone)]
struct Numbers(u64);

impl Numbers {
    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// One below `n`, which is not 0.
    fn below(&mut self, n: usize) -> usize {
        let n = u64::try_from(n).unwrap_or(u64::MAX);
        usize::try_from(self.next() % n).unwrap_or_default()
    }
}

/// The numbers below `len` in an order that the seed decides: a run that stops early has seen some of
/// everything.
#[must_use]
pub fn order(len: usize, seed: u64) -> Vec<usize> {
    let mut numbers = Numbers(seed);
    let mut order: Vec<usize> = (0..len).collect();
    for at in (1..len).rev() {
        order.swap(at, numbers.below(at + 1));
    }
    order
}

/// Cells in which two things go wrong, one after the other, without end. Equal seeds give equal cells.
#[derive(Debug)]
pub struct Pairs<'a> {
    flows: Vec<(usize, &'a Flow, Vec<Strike>)>,
    numbers: Numbers,
}

impl<'a> Pairs<'a> {
    /// Pairs in these flows.
    #[must_use]
    pub fn new(flows: &'a [(Flow, Vec<Exchange>)], seed: u64) -> Self {
        let flows = flows.iter().enumerate();
        let flows = flows.map(|(at, (flow, exchanges))| (at, flow, strikes(exchanges)));
        Self {
            flows: flows
                .filter(|(_, _, strikes)| !strikes.is_empty())
                .collect(),
            numbers: Numbers(seed),
        }
    }
}

impl Iterator for Pairs<'_> {
    /// The flow's place, and the cell.
    type Item = (usize, Cell);

    fn next(&mut self) -> Option<Self::Item> {
        let Self { flows, numbers } = self;
        if flows.is_empty() {
            return None;
        }
        let (at, flow, strikes) = &flows[numbers.below(flows.len())];
        let one = numbers.below(strikes.len());
        let other = one + numbers.below(strikes.len() - one);
        let (first, second) = (strikes[one], strikes[other]);
        let recovers = numbers.below(2) == 0 && !first.is_final() && !second.is_final();
        let second = second.after(&first, recovers);
        Some((*at, Cell::new(flow, &[first, second], recovers)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_has_everything_once_and_another_seed_another_order() {
        let mut sorted = order(500, 1);
        assert_ne!(sorted, order(500, 2));
        sorted.sort_unstable();
        assert!(sorted.into_iter().eq(0..500));
    }
}
