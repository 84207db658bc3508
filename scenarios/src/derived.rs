//! Scenarios that are not written by hand: they are made in memory from tables, so that what occurs does not rest
//! on what an author thought of. A cell of a table is one scenario with a name of its own, such as
//! `derived/flows/pin-locked--visual`; names and order are the same in every run.
//!
//! Most cells expect nothing of their own: the checks that are always on compare what was delivered
//! with what was shown.

mod answers;
mod cell;
mod devices;
mod disks;
mod exchanges;
mod fields;
mod flows;
mod logins;
mod readers;
mod visits;
mod words;

use crate::Scenario;

/// The beginning of every id here.
pub const DERIVED: &str = "derived/";

/// All cells. Each table begins with what matters most; the tables are told side by side, so that
/// a run that stops early has seen the beginning of each.
#[must_use]
pub fn derived() -> Vec<Scenario> {
    side_by_side(vec![
        flows::cells(),
        fields::cells(),
        answers::cells(),
        devices::cells(),
        readers::cells(),
        exchanges::cells(),
        disks::cells(),
        logins::cells(),
        words::cells(),
        visits::cells(),
    ])
}

/// One list of several, each spread evenly over it.
fn side_by_side(tables: Vec<Vec<Scenario>>) -> Vec<Scenario> {
    let mut placed: Vec<(usize, Scenario)> = Vec::new();
    for table in tables {
        let cells = table.len().max(1);
        let at = |(n, cell)| (n * FINE / cells, cell);
        placed.extend(table.into_iter().enumerate().map(at));
    }
    placed.sort_by_key(|(at, _)| *at);
    placed.into_iter().map(|(_, cell)| cell).collect()
}

/// In how many places a table is spread.
const FINE: usize = 100_000;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_cell_has_a_name_of_its_own_and_they_come_in_the_same_order() {
        let ids = |cells: Vec<Scenario>| cells.into_iter().map(|cell| cell.id);
        let all: Vec<String> = ids(derived()).collect();
        assert!(ids(derived()).eq(all.iter().cloned()));
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
        let is_plain = |id: &String| {
            id.starts_with(DERIVED)
                && id
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"/-.".contains(&byte))
        };
        assert_eq!(all.iter().find(|id| !is_plain(id)), None);
        assert!(all.len() <= 3200, "{}", all.len());
    }

    #[test]
    fn no_two_cells_of_a_table_are_the_same() {
        let mut told = BTreeSet::new();
        for mut cell in derived() {
            let id = std::mem::take(&mut cell.id);
            cell.purpose = madoguchi_notation::Wording::default();
            assert!(told.insert(cell.text()), "{id}");
        }
    }

    #[test]
    fn tables_are_told_side_by_side() {
        let cells = derived();
        let table = |cell: &Scenario| cell.id.split('/').nth(1).map(str::to_owned);
        let all: BTreeSet<_> = cells.iter().map(table).collect();
        let first: BTreeSet<_> = cells.iter().take(40).map(table).collect();
        assert_eq!(all, first);
    }
}
