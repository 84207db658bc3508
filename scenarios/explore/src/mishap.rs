//! What goes wrong: with the card that is placed, or with a request that is sent.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

/// Something that happens to one placing of a card, and whether the card has to be placed again.
#[derive(Debug, Clone)]
pub(crate) struct OfCard {
    pub(crate) at: Value,
    pub(crate) what: Value,
    pub(crate) is_gone: bool,
    pub(crate) is_unplugged: bool,
}

impl OfCard {
    pub(crate) fn mark(&self) -> String {
        format!("card-fault:{}", word(&self.what))
    }
}

/// The first word of what a scenario writes.
pub(crate) fn word(value: &Value) -> String {
    match value {
        Value::Object(entries) => entries.keys().next().cloned().unwrap_or_default(),
        Value::String(word) => word.clone(),
        _ => String::new(),
    }
}

fn moment() -> impl Strategy<Value = Value> {
    prop_oneof![
        3 => (1..14_u32).prop_map(|nth| json!({ "apdu": nth })),
        3 => select(vec![0_u16, 100, 300, 600, 900, 1300, 1540]).prop_map(|at| json!({ "byte": at })),
        1 => Just(json!({ "presented": 1 })),
        1 => Just(json!({ "after": "0s" })),
        1 => (1..3_u32).prop_map(|nth| json!({ "instruction": { "ins": "select", "nth": nth } })),
        1 => Just(json!({ "instruction": { "ins": "compute-digital-signature", "nth": 1 } })),
    ]
}

/// Faults of a card or its reader, each with whether the card is gone and the reader unplugged.
fn what() -> impl Strategy<Value = (Value, bool, bool)> {
    let stays = |what: Value| Just((what, false, false));
    let goes = |what: Value| Just((what, true, false));
    prop_oneof![
        4 => goes(json!({ "torn": {} })),
        3 => goes(json!({ "torn": { "carried-out": true } })),
        1 => goes(json!({ "torn": { "code": "SCARD_E_NOT_TRANSACTED" } })),
        2 => goes(json!({ "damaged": {} })),
        1 => goes(json!({ "damaged": { "carried-out": true } })),
        1 => goes(json!({ "mute": {} })),
        1 => select(vec!["6F00", "6A82", "6982", "6581"])
            .prop_map(|sw| (json!({ "status": sw }), true, false)),
        1 => select(vec![1_u16, 17, 100]).prop_map(|n| (json!({ "short": n }), false, false)),
        1 => select(vec![0_u16, 1, 2, 40]).prop_map(|n| (json!({ "truncated": n }), true, false)),
        1 => stays(json!({ "late": "300ms" })),
        1 => stays(json!({ "waiting-time": { "requests": 2, "multiplier": 1 } })),
        2 => goes(json!({ "reset": {} })),
        2 => select(vec!["connection", "exclusive"])
            .prop_map(|hold| (json!({ "rival": { "hold": hold, "stays": "1min" } }), true, false)),
        2 => Just((json!({ "unplugged": {} }), true, true)),
        1 => goes(json!({ "service-stops": { "back-after": "1s" } })),
    ]
}

/// Something that goes wrong with a card.
pub(crate) fn of_card() -> impl Strategy<Value = OfCard> {
    (moment(), what()).prop_map(|(at, (what, is_gone, is_unplugged))| OfCard {
        at,
        what,
        is_gone,
        is_unplugged,
    })
}

/// So late that somebody presses a button before the answer comes.
pub(crate) const NOTICEABLE_MS: u32 = 600;

/// Something that goes wrong with a request, by the fault's word; `operation` is put in later.
pub(crate) fn of_request() -> impl Strategy<Value = (&'static str, Value)> {
    let plain = select(vec![
        "answer-lost",
        "reset",
        "wrong-content-type",
        "media-type-parameters",
        "unknown-field",
        "foreign-json",
        "reset-in-body",
        "captive-portal",
    ]);
    prop_oneof![
        8 => plain.prop_map(|word| (word, json!({}))),
        2 => select(vec![10_u8, 50, 90])
            .prop_map(|percent| ("truncated", json!({ "percent": percent }))),
        1 => Just(("delay", json!({ "ms": 300 }))),
        2 => Just(("delay", json!({ "ms": NOTICEABLE_MS }))),
        1 => Just(("slow-link", json!({ "bytes-per-second": 20000 }))),
        3 => select(vec![500_u16, 502, 503, 504])
            .prop_map(|status| ("server-error", json!({ "status": status }))),
        1 => Just(("too-many-requests", json!({ "retry-after": 2 }))),
        1 => Just(("captive-portal", json!({ "redirect": true }))),
    ]
}
