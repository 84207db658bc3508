//! Covering arrays of strength two: few rows in which every pair of values of every two axes
//! stands at least once. Axes are short here, so the rows are chosen greedily from all of them.

use std::collections::BTreeSet;

/// The most rows that are looked at.
pub const MOST: usize = 2_000;

/// How many rows there are in the whole; none where they are more than [`MOST`].
pub(crate) fn whole(levels: &[usize]) -> Option<usize> {
    let product = levels
        .iter()
        .try_fold(1usize, |product, level| product.checked_mul(*level))?;
    (product <= MOST).then_some(product)
}

/// Every row that is allowed, the last axis turning fastest. A row says for each axis which of its
/// `levels` it takes, from 0.
pub(crate) fn all(levels: &[usize], is_allowed: &dyn Fn(&[usize]) -> bool) -> Vec<Vec<usize>> {
    let mut rows = vec![Vec::new()];
    for level in levels {
        let longer = |row: &Vec<usize>| {
            let row = row.clone();
            (0..*level).map(move |value| {
                let mut row = row.clone();
                row.push(value);
                row
            })
        };
        rows = rows.iter().flat_map(longer).collect();
    }
    rows.retain(|row| is_allowed(row));
    rows
}

/// Rows of `all` in which every pair of values stands that stands in any of them; the first row of
/// `all` is the first here. The same rows give the same choice.
pub(crate) fn pairwise(all: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut open: BTreeSet<Pair> = all.iter().flat_map(|row| pairs(row)).collect();
    let mut chosen: Vec<Vec<usize>> = Vec::new();
    let mut next = all.first();
    while let Some(row) = next {
        for pair in pairs(row) {
            open.remove(&pair);
        }
        chosen.push(row.clone());
        let gain = |row: &&Vec<usize>| pairs(row).filter(|pair| open.contains(pair)).count();
        // Of equal rows the first: `max_by_key` would take the last.
        next = all
            .iter()
            .rev()
            .max_by_key(gain)
            .filter(|row| gain(row) > 0);
    }
    chosen
}

/// Two axes and the value of each. An axis alone is a pair with itself.
type Pair = (usize, usize, usize, usize);

fn pairs(row: &[usize]) -> impl Iterator<Item = Pair> + '_ {
    let axes = row.iter().copied().enumerate();
    axes.clone().flat_map(move |(one, a)| {
        axes.clone()
            .skip(one)
            .map(move |(other, b)| (one, a, other, b))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_pair_of_values_stands_in_some_row(
            levels in prop::collection::vec(1usize..5, 1..6),
            forbidden in prop::collection::vec((0usize..6, 0usize..5, 0usize..6, 0usize..5), 0..3),
        ) {
            let is_allowed = |row: &[usize]| {
                !forbidden.iter().any(|(one, a, other, b)| {
                    row.get(*one) == Some(a) && row.get(*other) == Some(b)
                })
            };
            let whole = all(&levels, &is_allowed);
            let chosen = pairwise(&whole);
            for row in &chosen {
                prop_assert!(is_allowed(row) && whole.contains(row));
            }
            for (one, a) in levels.iter().enumerate() {
                for (other, b) in levels.iter().enumerate().skip(one + 1) {
                    for value in 0..*a {
                        for with in 0..*b {
                            let has = |row: &Vec<usize>| row[one] == value && row[other] == with;
                            prop_assert_eq!(whole.iter().any(has), chosen.iter().any(has));
                        }
                    }
                }
            }
            prop_assert_eq!(chosen.first(), whole.first());
            let distinct: BTreeSet<_> = chosen.iter().collect();
            prop_assert_eq!(distinct.len(), chosen.len());
            prop_assert_eq!(pairwise(&whole), chosen);
        }
    }

    #[test]
    fn four_axes_of_three_values_take_few_of_the_81_rows() {
        let whole = all(&[3, 3, 3, 3], &|_| true);
        assert_eq!(whole.len(), 81);
        assert!(pairwise(&whole).len() <= 15, "{}", pairwise(&whole).len());
    }

    #[test]
    fn one_axis_takes_each_of_its_values() {
        assert_eq!(pairwise(&all(&[3], &|_| true)), [vec![0], vec![1], vec![2]]);
        assert_eq!(pairwise(&all(&[], &|_| true)), [Vec::<usize>::new()]);
    }

    #[test]
    fn too_many_rows_are_not_counted() {
        assert_eq!(whole(&[10, 10, 10]), Some(1_000));
        assert_eq!(whole(&[usize::MAX, 2]), None);
    }
}
