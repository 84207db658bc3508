//! In which order several workers take the scenarios.

use std::cmp::Reverse;

use madoguchi_scenarios::Scenario;

/// Places in `scenarios` in the order in which they are begun. Those that wait for something are begun
/// first, the longest before all others, so that the rest is done meanwhile and no client waits alone at
/// the end; one worker takes them as they come.
pub(super) fn order(scenarios: &[Scenario], workers: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..scenarios.len()).collect();
    if workers > 1 {
        order.sort_by_key(|at| Reverse(scenarios[*at].standstill()));
    }
    order
}

#[cfg(test)]
mod tests {
    use madoguchi_scenarios::Catalogue;

    use super::super::names::known;
    use super::*;

    #[test]
    fn who_waits_begins_and_the_others_keep_their_order() {
        let ids = ["happy/visual", "web/slow-link", "happy/pin", "web/silent"];
        let read = |id: &str| {
            let catalogue = Catalogue::builtin();
            let entry = catalogue.select(&[id.to_owned()]).unwrap()[0];
            entry.parse(known()).unwrap()
        };
        let scenarios = ids.map(read);
        assert_eq!(order(&scenarios, 2), [3, 1, 0, 2]);
        assert_eq!(order(&scenarios, 1), [0, 1, 2, 3]);
    }
}
