//! Any plan: every fault, at any moment, several at once.

use std::time::Duration;

use madoguchi_iso7816::StatusWord;
use madoguchi_reader::{Fault, Hold, Moment, Plan, PlannedFault, ReturnCode};
use proptest::collection::vec;
use proptest::prelude::*;

/// One plan for each time that the card is laid down; after the last nothing goes wrong.
pub(crate) fn plans() -> impl Strategy<Value = Vec<Plan>> {
    vec(plan(), 0..4)
}

fn plan() -> impl Strategy<Value = Plan> {
    (any::<u64>(), vec(planned(), 0..6)).prop_map(|(seed, faults)| Plan { seed, faults })
}

fn planned() -> impl Strategy<Value = PlannedFault> {
    let what = prop_oneof![
        3 => of_exchange(),
        1 => around(),
    ];
    (moment(), what).prop_map(|(at, what)| PlannedFault { at, what })
}

fn moment() -> impl Strategy<Value = Moment> {
    let ins = prop_oneof![
        3 => Just(0x20_u8),
        2 => prop::sample::select(vec![0x24, 0x2A, 0x32, 0xA4, 0xAE, 0xB0]),
        1 => any::<u8>(),
    ];
    prop_oneof![
        3 => (1..50_u32).prop_map(Moment::Apdu),
        3 => (ins, 1..6_u32).prop_map(|(ins, nth)| Moment::Instruction { ins, nth }),
        1 => (0..2_000_u64).prop_map(|ms| Moment::After(Duration::from_millis(ms))),
    ]
}

fn of_exchange() -> impl Strategy<Value = Fault> {
    let status = prop_oneof![
        1 => Just(StatusWord::OK),
        1 => Just(StatusWord::NO_DIAGNOSIS),
        1 => (0..4_u8).prop_map(StatusWord::attempts_left),
        1 => any::<u16>().prop_map(StatusWord::new),
    ];
    prop_oneof![
        3 => (any::<bool>(), rv()).prop_map(|(carried_out, rv)| Fault::Torn { carried_out, code: rv }),
        1 => Just(Fault::Mute {}),
        3 => (any::<bool>(), rv()).prop_map(|(carried_out, rv)| Fault::Damaged { carried_out, code: rv }),
        1 => status.prop_map(Fault::Status),
        1 => (0..300_usize).prop_map(Fault::Short),
        1 => (0..300_usize).prop_map(Fault::Truncated),
        1 => (0..3_000_usize).prop_map(Fault::Overlong),
        1 => (0..5_000_u64).prop_map(|ms| Fault::Late(Duration::from_millis(ms))),
        1 => any::<(u8, u8)>().prop_map(|(requests, multiplier)| Fault::WaitingTime {
            requests: requests % 8,
            multiplier,
        }),
    ]
}

fn rv() -> impl Strategy<Value = Option<ReturnCode>> {
    let any_code = prop_oneof![
        1 => prop::sample::select(vec![
            ReturnCode::SUCCESS,
            ReturnCode::SHARING_VIOLATION,
            ReturnCode::NOT_TRANSACTED,
            ReturnCode::RESET_CARD,
            ReturnCode::REMOVED_CARD,
        ]),
        1 => any::<u32>().prop_map(ReturnCode::new),
    ];
    prop_oneof![1 => Just(None), 1 => any_code.prop_map(Some)]
}

fn around() -> impl Strategy<Value = Fault> {
    let hold = prop::sample::select(vec![Hold::Connection, Hold::Transaction, Hold::Exclusive]);
    let time = (0..3_000_u64).prop_map(Duration::from_millis);
    prop_oneof![
        2 => Just(Fault::Reset {}),
        2 => (hold, time.clone()).prop_map(|(hold, stays)| Fault::Rival { hold, stays }),
        1 => Just(Fault::Unplugged {}),
        1 => Just(Fault::ReaderFails {}),
        1 => prop::option::of(time).prop_map(|back_after| Fault::ServiceStops { back_after }),
    ]
}
