//! The exchanges that a client had in a play: what can go wrong there is tried.

use madoguchi_iso7816::Instruction;
use std::collections::BTreeMap;
use std::num::NonZeroU32;

use madoguchi_scenarios::Operation;
use madoguchi_sweep::{Exchange, Place};
use madoguchi_trace::{ReaderEvent, Trace, What};

/// Those during the first `acts` acts.
pub(super) fn exchanges(trace: &Trace, acts: usize) -> Vec<Exchange> {
    let mut steps = 0_usize;
    let (mut placed, mut apdu) = (None::<NonZeroU32>, 0);
    let mut asked: BTreeMap<Operation, u32> = BTreeMap::new();
    let mut found = Vec::new();
    for event in &trace.events {
        let place = match &event.what {
            What::Step(_) => {
                steps += 1;
                continue;
            }
            What::Reader(ReaderEvent::Inserted { .. }) => {
                placed = Some(placed.map_or(NonZeroU32::MIN, |placed| placed.saturating_add(1)));
                apdu = 0;
                continue;
            }
            What::Card(command) => {
                apdu += 1;
                placed.map(|placed| Place::Command {
                    placed,
                    apdu,
                    reads: command.name == Instruction::READ_BINARY,
                })
            }
            What::Request(request) => {
                let operation = request.operation.as_deref();
                let operation = operation.and_then(|name| name.parse().ok());
                operation.map(|operation| {
                    let nth = asked.entry(operation).or_default();
                    *nth += 1;
                    let nth = *nth;
                    Place::Request { operation, nth }
                })
            }
            What::Tls(tls) => Some(Place::Connection(tls.connection)),
            _ => None,
        };
        if steps > acts {
            break;
        }
        let act = steps.saturating_sub(1);
        found.extend(place.map(|place| Exchange { act, place }));
    }
    found
}
