//! What goes wrong once, at every exchange of a flow: for each [flow](FLOWS) of the catalogue, each
//! [kind](KINDS) of fault of the scenario language, and each [exchange](Exchange) that the client had with
//! card and service in a play without a fault, a [cell](Cell) in which people do something about it and
//! one in which they do not.
//!
//! A cell is a scenario. It expects nothing of its own but that the next patient is served, where people did
//! something about what went wrong.
#![forbid(unsafe_code)]

mod cell;
mod draw;
mod exchange;
mod flow;
mod kind;
mod table;

pub use cell::{Cell, Strike, cells};
pub use draw::{Pairs, order};
pub use exchange::{Exchange, Place};
pub use flow::{AFTERWARDS, FLOWS, Flow, Person};
pub use kind::Kind;
pub use table::KINDS;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::num::NonZeroU32;

    use madoguchi_scenarios::{Act, Catalogue, Operation, Scenario, unmet};

    use super::*;

    const PEOPLE: [Person<'static>; 2] = [
        Person {
            id: "shiken-hanako",
            name: "試験　花子",
        },
        Person {
            id: "kouki-umeko",
            name: "後期　梅子",
        },
    ];

    fn flow(id: &str) -> Flow {
        let catalogue = Catalogue::builtin();
        let mut entries = catalogue.entries().iter();
        let entry = entries.find(|entry| entry.id == id).unwrap();
        Flow::new(&entry.read().unwrap(), &PEOPLE)
    }

    /// During this act of a flow: the how-manieth command of a placing, and whether it reads.
    fn command(act: usize, placed: u32, apdu: u32, reads: bool) -> Exchange {
        let placed = NonZeroU32::new(placed).unwrap();
        let place = Place::Command {
            placed,
            apdu,
            reads,
        };
        Exchange { act, place }
    }

    fn request(act: usize, operation: Operation) -> Exchange {
        let place = Place::Request { operation, nth: 1 };
        Exchange { act, place }
    }

    /// Exchanges at each act of a flow at which any client may have some.
    fn anywhere(flow: &Flow) -> Vec<Exchange> {
        let acts = flow.whole().when.len() - 1;
        let mut all = Vec::new();
        for act in 0..acts {
            all.push(command(act, 1, 1, true));
            all.push(request(act, Operation::FirstLogin));
            let place = Place::Connection(1);
            all.push(Exchange { act, place });
        }
        all
    }

    fn words(scenario: &Scenario) -> Vec<&str> {
        scenario.when.iter().map(|act| act.word()).collect()
    }

    fn unmet_of(scenario: &Scenario) -> usize {
        let acts = scenario.when.iter().map(|act| &**act);
        unmet(&scenario.given, acts).len()
    }

    #[test]
    fn every_cell_can_be_done_and_has_a_name_of_its_own() {
        let mut names = BTreeSet::new();
        for id in FLOWS {
            let flow = flow(id);
            assert_eq!(unmet_of(&flow.whole()), 0, "{id}");
            let acts = flow.whole().when.len();
            for act in 0..acts - 1 {
                for cell in cells(
                    &flow,
                    &[command(act, 1, 1, true), request(act, Operation::Login)],
                ) {
                    assert_eq!(unmet_of(&cell.scenario), 0, "{}", cell.scenario.text());
                    if act == 0 {
                        assert!(
                            names.insert(cell.scenario.id.clone()),
                            "{}",
                            cell.scenario.id
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn what_was_lost_is_done_again_and_the_next_patient_comes() {
        let pin = flow("happy/pin");
        // login, set-method, choose-method, enter-pin, place-card, take-card
        let all = cells(&pin, &[command(4, 1, 8, false)]);
        let named = |name: &str| all.iter().find(|cell| cell.scenario.id == name).unwrap();
        let cell = named("sweep/happy-pin-unplugged-c1-again");
        assert_eq!(
            words(&cell.scenario)[4..],
            [
                "place-card",
                "plug-reader",
                "enter-pin",
                "place-card",
                "take-card",
                "choose-method",
                "place-card",
                "take-card",
                "close"
            ]
        );
        assert_eq!(cell.scenario.then.len(), 1);
        let left = named("sweep/happy-pin-unplugged-c1");
        assert_eq!(
            words(&left.scenario)[4..],
            ["place-card", "place-card", "take-card", "close"]
        );
        assert!(left.scenario.then.is_empty());
        // A client that reads nothing cannot get less than was asked for.
        assert!(all.iter().all(|cell| cell.strikes[0].kind.name != "short"));
    }

    #[test]
    fn a_login_that_failed_is_tried_again_as_a_login() {
        let visual = flow("happy/visual");
        let all = cells(&visual, &[request(0, Operation::FirstLogin)]);
        let recovering = |kind: &str| {
            all.iter()
                .find(|cell| cell.recovers && cell.strikes[0].kind.name == kind)
        };
        let cell = recovering("connection-reset").unwrap();
        assert_eq!(words(&cell.scenario)[..3], ["login", "press", "login"]);
        // The code is used up, and it cannot be known.
        assert!(recovering("answer-lost").is_none());
    }

    #[test]
    fn who_is_in_the_flow_does_not_come_after_it() {
        let mobile = flow("happy/mobile").whole();
        assert!(mobile.personas().contains(&"kouki-umeko"));
        let pin = flow("happy/pin").whole();
        assert!(!pin.personas().contains(&"kouki-umeko"));
        let by_number = flow("institution/by-number").whole();
        let asks = |act: &Act| matches!(act, Act::AskByNumber(_));
        assert_eq!(by_number.when.iter().filter(|act| asks(act)).count(), 3);
    }

    #[test]
    fn pairs_can_be_done_and_follow_from_the_seed() {
        let flows: Vec<(Flow, Vec<Exchange>)> = FLOWS
            .iter()
            .map(|id| {
                let flow = flow(id);
                let exchanges = anywhere(&flow);
                (flow, exchanges)
            })
            .collect();
        let drawn = |seed| {
            let pairs = Pairs::new(&flows, seed).take(400);
            pairs.map(|(_, cell)| cell.scenario).collect::<Vec<_>>()
        };
        assert!(
            drawn(1)
                .iter()
                .map(|one| &one.id)
                .eq(drawn(1).iter().map(|one| &one.id))
        );
        assert!(
            drawn(1)
                .iter()
                .map(|one| &one.id)
                .ne(drawn(2).iter().map(|one| &one.id))
        );
        for scenario in drawn(1) {
            assert_eq!(unmet_of(&scenario), 0, "{}", scenario.text());
            let faults = scenario.given.reader.faults.len() + scenario.given.service.faults.len();
            assert_eq!(faults, 2, "{}", scenario.id);
        }
    }
}
