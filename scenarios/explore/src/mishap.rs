//! What goes wrong: with the card that is placed, or with a request that is sent.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

/// Something that happens to one placing of a card, and what is done about it.
#[derive(Debug, Clone)]
pub(crate) struct OfCard {
    pub(crate) at: Value,
    pub(crate) what: Value,
    /// What is done around the counter before anything else is.
    pub(crate) remedy: Vec<Value>,
    /// Whether the card has to be placed again.
    pub(crate) is_gone: bool,
}

impl OfCard {
    pub(crate) fn mark(&self) -> String {
        format!("card-fault:{}", word(&self.what))
    }

    /// The card that is placed, and what follows until it is read; where it is gone, it is placed again.
    pub(crate) fn placing(&self, place: &Value) -> Vec<Value> {
        let mut acts = vec![place.clone()];
        acts.extend(self.remedy.iter().cloned());
        if self.is_gone {
            acts.push(place.clone());
        }
        acts
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

/// Of a command.
fn moment() -> impl Strategy<Value = Value> {
    let instruction = |ins: &'static str| {
        (1..3_u32).prop_map(move |nth| json!({ "instruction": { "ins": ins, "nth": nth } }))
    };
    prop_oneof![
        6 => (1..14_u32).prop_map(|nth| json!({ "apdu": nth })),
        6 => select(vec![0_u16, 100, 300, 600, 900, 1300, 1540, 1620])
            .prop_map(|at| json!({ "byte": at })),
        1 => select(vec![0_u16, 700]).prop_map(|at| json!({ "byte-again": at })),
        2 => (1..3_u32).prop_map(|nth| json!({ "presented": nth })),
        2 => Just(json!({ "after": "0s" })),
        2 => instruction("select"),
        2 => instruction("verify"),
        2 => instruction("compute-digital-signature"),
    ]
}

/// Of a call, at which no command is due.
fn call() -> impl Strategy<Value = Value> {
    let calls = vec!["connect", "begin-transaction", "disconnect"];
    (select(calls), 1..3_u32).prop_map(|(call, nth)| json!({ call: nth }))
}

/// A fault with what is done about it, and whether the card is gone.
type Mishap = (Value, Vec<Value>, bool);

fn stays(what: Value) -> Just<Mishap> {
    Just((what, Vec::new(), false))
}

fn goes(what: Value) -> Just<Mishap> {
    Just((what, Vec::new(), true))
}

/// What happens to the command that is due.
fn of_exchange() -> impl Strategy<Value = Mishap> {
    prop_oneof![
        4 => goes(json!({ "torn": {} })),
        3 => goes(json!({ "torn": { "carried-out": true } })),
        1 => goes(json!({ "torn": { "code": "SCARD_E_NOT_TRANSACTED" } })),
        2 => goes(json!({ "damaged": {} })),
        1 => goes(json!({ "damaged": { "carried-out": true } })),
        1 => goes(json!({ "mute": {} })),
        1 => select(vec!["6F00", "6A82", "6982", "6581"])
            .prop_map(|sw| (json!({ "status": sw }), Vec::new(), true)),
        1 => select(vec![0_u16, 1, 17, 100])
            .prop_map(|n| (json!({ "short": n }), Vec::new(), false)),
        1 => select(vec![0_u16, 1, 2, 40])
            .prop_map(|n| (json!({ "truncated": n }), Vec::new(), true)),
        1 => select(vec![1_u16, 20]).prop_map(|n| (json!({ "overlong": n }), Vec::new(), true)),
        1 => stays(json!({ "late": "300ms" })),
        1 => stays(json!({ "late": "1s" })),
        1 => stays(json!({ "waiting-time": { "requests": 2, "multiplier": 1 } })),
    ]
}

/// What happens around the card.
fn around() -> impl Strategy<Value = Mishap> {
    let rival = |hold: &'static str| {
        (
            json!({ "rival": { "hold": hold, "stays": "1min" } }),
            vec![json!({ "wait": "1min" })],
            true,
        )
    };
    let out = || {
        select(vec![
            json!({ "unplugged": {} }),
            json!({ "reader-fails": {} }),
        ])
    };
    let back = select(vec!["plug-reader", "plug-reader", "plug-renumbered"]);
    prop_oneof![
        2 => goes(json!({ "reset": {} })),
        2 => select(vec!["connection", "exclusive", "transaction"]).prop_map(rival),
        1 => stays(json!({ "rival": { "hold": "transaction", "stays": "200ms" } })),
        3 => (out(), back).prop_map(|(what, back)| (what, vec![json!(back)], true)),
        1 => goes(json!({ "service-stops": { "back-after": "1s" } })),
        1 => Just((json!({ "service-stops": {} }), vec![json!("start-service")], true)),
    ]
}

/// A call that never returns: the patient takes the card, and is asked for it again.
fn hangs() -> Just<Mishap> {
    goes(json!({ "hangs": {} }))
}

/// Something that goes wrong with a card.
pub(crate) fn of_card() -> BoxedStrategy<OfCard> {
    prop_oneof![
        28 => (moment().boxed(), of_exchange().boxed()),
        16 => (moment().boxed(), around().boxed()),
        1 => (
            moment().prop_filter("at a command", |at| at.get("after").is_none()).boxed(),
            hangs()
        ),
        1 => (call(), hangs()),
        4 => (call(), around().boxed()),
        2 => (call(), goes(json!({ "torn": {} })).boxed()),
    ]
    .prop_map(|(at, (what, remedy, is_gone))| OfCard {
        at,
        what,
        remedy,
        is_gone,
    })
    .boxed()
}

/// So late that somebody presses a button before the answer comes.
const NOTICEABLE_MS: u32 = 600;

/// Something that goes wrong with a request, by the fault's word; `operation` is put in later.
pub(crate) fn of_request() -> BoxedStrategy<(&'static str, Value)> {
    let plain = select(vec![
        "answer-lost",
        "reset",
        "wrong-content-type",
        "media-type-parameters",
        "unknown-field",
        "foreign-json",
        "reset-in-body",
        "captive-portal",
        "without-message",
        "reordered",
    ]);
    // a client waits for these as long as it may, which makes a day slow
    let endless = select(vec!["silent", "stalled"]);
    let dates = vec![
        "birthdate",
        "qualification-date",
        "disqualification-date",
        "valid-from",
        "valid-until",
    ];
    let forms = vec!["no-day", "no-month", "impossible"];
    prop_oneof![
        12 => plain.prop_map(|word| (word, json!({}))),
        1 => endless.prop_map(|word| (word, json!({}))),
        2 => select(vec![0_u8, 10, 50, 90, 99])
            .prop_map(|percent| ("truncated", json!({ "percent": percent }))),
        1 => Just(("delay", json!({ "ms": 300 }))),
        2 => Just(("delay", json!({ "ms": NOTICEABLE_MS }))),
        1 => Just(("slow-link", json!({ "bytes-per-second": 20000 }))),
        3 => select(vec![500_u16, 502, 503, 504])
            .prop_map(|status| ("server-error", json!({ "status": status }))),
        1 => Just(("too-many-requests", json!({ "retry-after": 2 }))),
        1 => Just(("captive-portal", json!({ "redirect": true }))),
        1 => Just(("foreign-json", json!({ "status": 200 }))),
        1 => select(vec!["own-host", "other-host", "plain"])
            .prop_map(|to| ("redirect", json!({ "status": 307, "to": to }))),
        2 => (select(dates), select(forms))
            .prop_map(|(of, is)| ("partial-date", json!({ "of": of, "is": is }))),
    ]
    .boxed()
}

/// Whether somebody waits for the answer so long that a button may be pressed meanwhile.
pub(crate) fn is_awaited(fault: &(&str, Value)) -> bool {
    let (word, value) = fault;
    *word == "silent" || *word == "delay" && value["ms"] == NOTICEABLE_MS
}
