//! Dividing so that every cell takes about equally long.

use std::cmp::Reverse;

/// Which cell each of these weights goes to: the heaviest first, each to the cell that has least. No cell
/// has more than its equal share and the heaviest single weight.
pub(super) fn balance(weights: &[u64], cells: usize) -> Vec<usize> {
    let mut loads = vec![0_u64; cells];
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|at| Reverse(weights[*at]));
    let mut places = vec![0; weights.len()];
    for at in order {
        let least = (0..cells).min_by_key(|cell| loads[*cell]).unwrap_or(0);
        loads[least] = loads[least].saturating_add(weights[at]);
        places[at] = least;
    }
    places
}

/// How many of so many cells each group gets, at least one: the next one always where a cell has most to
/// do. `cells` is at least the number of groups.
pub(super) fn spread(totals: &[u64], cells: usize) -> Vec<usize> {
    let mut given = vec![1_usize; totals.len()];
    let heavier = |a: usize, b: usize, given: &[usize]| {
        let load = |of: usize, by: usize| u128::from(totals[of]) * given[by] as u128;
        load(a, b) > load(b, a)
    };
    for _ in totals.len()..cells {
        let groups = 0..totals.len();
        let most = groups.reduce(|most, at| if heavier(at, most, &given) { at } else { most });
        if let Some(most) = most {
            given[most] += 1;
        }
    }
    given
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A list of weights that looks like none: the same in every run.
    fn weights(count: u64, step: u64) -> Vec<u64> {
        (0..count).map(|at| (at * step + 7) % 101 + 1).collect()
    }

    #[test]
    fn no_cell_has_more_than_its_share_and_the_heaviest_weight() {
        for (count, step, cells) in [
            (0, 1, 3),
            (1, 1, 4),
            (17, 37, 4),
            (200, 61, 7),
            (50, 13, 50),
        ] {
            let weights = weights(count, step);
            let places = balance(&weights, cells);
            assert_eq!(places.len(), weights.len());
            let mut loads = vec![0; cells];
            for (place, weight) in places.iter().zip(&weights) {
                loads[*place] += weight;
            }
            let (all, most): (u64, u64) = (
                weights.iter().sum(),
                weights.iter().copied().max().unwrap_or(0),
            );
            let limit = all / cells as u64 + most;
            assert!(loads.iter().all(|load| *load <= limit), "{loads:?} {limit}");
        }
    }

    #[test]
    fn one_that_waits_long_has_a_cell_of_its_own() {
        assert_eq!(balance(&[1, 1, 20, 1], 2), [1, 1, 0, 1]);
    }

    #[test]
    fn every_group_has_a_cell_and_the_heavy_one_has_more() {
        assert_eq!(spread(&[10, 10], 2), [1, 1]);
        assert_eq!(spread(&[30, 10], 4), [3, 1]);
        assert_eq!(spread(&[0, 0, 9], 5), [1, 1, 3]);
        for cells in 3..20 {
            assert_eq!(spread(&[5, 70, 25], cells).iter().sum::<usize>(), cells);
        }
    }
}
