//! What one patient comes to, and what is done while no patient is there.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use crate::mishap::{OfCard, is_awaited, of_card, of_request, word};

/// A part of a day.
#[derive(Debug, Clone, Default)]
pub(crate) struct Part {
    pub(crate) acts: Vec<Value>,
    /// Faults of the cards that are placed in it, each with which placing, from 0.
    pub(crate) card: Vec<(u32, OfCard)>,
    /// The operations that are asked in it, in order.
    pub(crate) asks: Vec<&'static str>,
    /// A fault of one of them: which, and what.
    pub(crate) web: Option<(usize, &'static str, Value)>,
    pub(crate) marks: Vec<String>,
}

impl Part {
    pub(crate) fn of(acts: Vec<Value>) -> Self {
        Self {
            acts,
            ..Self::default()
        }
    }

    fn asks(mut self, operations: &[&'static str]) -> Self {
        self.asks.extend(operations);
        self
    }

    fn mark(mut self, mark: impl Into<String>) -> Self {
        self.marks.push(mark.into());
        self
    }
}

pub(crate) const BY_EYE: &str = "eligibility-by-certificate";
const SIGNED: &str = "eligibility-by-signature";

fn press(label: &str) -> Value {
    json!({ "press": label })
}

fn place(card: &str) -> Value {
    json!({ "place-card": card })
}

/// What the patient enters, until it is right or nothing is left.
fn pins() -> impl Strategy<Value = Vec<&'static str>> {
    prop_oneof![
        6 => Just(vec!["right"]),
        2 => Just(vec!["wrong", "right"]),
        1 => Just(vec!["wrong", "wrong", "right"]),
        2 => Just(vec!["wrong", "wrong", "wrong"]),
        1 => select(vec!["short", "long", "full-width", "letters", "empty"])
            .prop_map(|other| vec![other, "right"]),
    ]
}

/// What is done once the result is there.
fn after() -> impl Strategy<Value = Vec<Value>> {
    prop_oneof![
        7 => Just(vec![]),
        2 => Just(vec![json!("read-aloud")]),
        1 => Just(vec![json!({ "wait": "2min" })]),
        1 => Just(vec![press("閉じる")]),
    ]
}

/// The card that is placed, with what goes wrong, and again where it is gone.
fn placed(card: &str, mishap: Option<OfCard>) -> (Vec<Value>, Vec<(u32, OfCard)>) {
    let place = place(card);
    match mishap {
        Some(mishap) => (mishap.placing(&place), vec![(0, mishap)]),
        None => (vec![place], Vec::new()),
    }
}

/// A card that is awaited, and does not come: for the whole of the client's patience if nothing happens.
fn in_vain() -> impl Strategy<Value = Vec<Value>> {
    let then = |missed: &'static str, back: &'static str| {
        vec![json!({ "await-card": missed }), json!(back)]
    };
    prop_oneof![
        2 => select(vec!["plug-reader", "plug-renumbered"])
            .prop_map(move |back| then("unplugged", back)),
        1 => Just(then("service-stopped", "start-service")),
    ]
}

fn rarely<T: std::fmt::Debug + Clone + 'static>(
    what: impl Strategy<Value = T> + 'static,
) -> impl Strategy<Value = Option<T>> {
    proptest::option::weighted(0.3, what)
}

/// A check by eye, perhaps with something that goes wrong with the card or with the request.
pub(crate) fn by_eye(card: impl Strategy<Value = String>) -> impl Strategy<Value = Part> {
    let parts = (
        proptest::option::weighted(0.05, in_vain()),
        card,
        rarely(of_card()),
        rarely(of_request()),
        after(),
    );
    parts.prop_map(|(in_vain, card, of_card, of_request, after)| {
        let choice = json!({ "choose-method": "visual" });
        let mut acts = Vec::new();
        if let Some(missed) = in_vain {
            acts.push(choice.clone());
            acts.extend(missed);
        }
        acts.push(choice);
        let (placed, faults) = placed(&card, of_card);
        acts.extend(placed);
        let marks = [
            vec!["by-eye".to_owned(), format!("card:{card}")],
            faults.iter().map(|(_, fault)| fault.mark()).collect(),
        ];
        if let Some(fault) = &of_request {
            if is_awaited(fault) {
                acts.push(json!({ "press-meanwhile": "閉じる" }));
            }
            acts.push(press("再試行"));
        }
        acts.extend(after);
        acts.push(json!("take-card"));
        let mut part = Part::of(acts).asks(&[BY_EYE]);
        part.card = faults;
        part.web = of_request.map(|(word, value)| (0, word, value));
        if part.web.is_some() {
            // It is asked again.
            part.asks.push(BY_EYE);
        }
        part.marks = marks.concat();
        part
    })
}

/// A check by PIN, with what is entered.
pub(crate) fn by_pin(card: impl Strategy<Value = String>) -> impl Strategy<Value = Part> {
    let parts = (
        card,
        pins(),
        rarely(of_card()),
        rarely((0..2_usize, of_request())),
        after(),
    );
    parts.prop_map(|(card, pins, of_card, of_request, after)| {
        let enter = |pin: &&str| json!({ "enter-pin": *pin });
        let mut acts = vec![json!({ "choose-method": "pin" })];
        let is_typed = |pin: &&&str| ["right", "wrong"].contains(*pin);
        let typed = pins.iter().take_while(|pin| !is_typed(pin)).count() + 1;
        acts.extend(pins[..typed.min(pins.len())].iter().map(enter));
        let (placed, faults) = placed(&card, of_card);
        acts.extend(placed);
        acts.extend(pins[typed.min(pins.len())..].iter().map(enter));
        let mut marks = vec!["by-pin".to_owned(), format!("card:{card}")];
        marks.extend(pins.iter().map(|pin| format!("pin:{pin}")));
        marks.extend(faults.iter().map(|(_, fault)| fault.mark()));
        let is_right = pins.last() == Some(&"right");
        if !is_right {
            acts.push(press("目視確認"));
        }
        if of_request.is_some() {
            acts.push(press("再試行"));
        }
        acts.extend(after);
        acts.push(json!("take-card"));
        let mut part = Part::of(acts).asks(&["challenge"]);
        part = part.asks(&[if is_right { SIGNED } else { BY_EYE }]);
        part.card = faults;
        part.web = of_request.map(|(at, (word, value))| (at, word, value));
        part.marks = marks;
        part
    })
}

/// 健康保険証利用登録 of a person who has none.
pub(crate) fn registration() -> impl Strategy<Value = Part> {
    let first = || {
        vec![
            json!({ "choose-method": "visual" }),
            place("mitouroku-saburo"),
        ]
    };
    let whole = [
        "健康保険証利用登録する",
        "同意する",
        "マイナンバーカードを読み取る",
    ];
    let ways = prop_oneof![
        3 => Just((whole.to_vec(), true)),
        1 => Just((vec!["健康保険証利用登録しない"], false)),
        1 => Just((vec!["健康保険証利用登録する", "同意しない"], false)),
        1 => Just((vec!["健康保険証利用登録する"], false)),
    ];
    let fault = prop_oneof![
        3 => Just(None),
        1 => (0..4_usize, of_request()).prop_map(Some),
    ];
    (ways, fault, any::<bool>(), rarely(of_card())).prop_map(
        move |((buttons, is_whole), fault, again, of_card)| {
            let mut acts = first();
            acts.extend(buttons.iter().map(|label| press(label)));
            let mut part = Part::default().asks(&[BY_EYE]);
            if is_whole {
                if fault.is_some() {
                    acts.push(press("再試行"));
                }
                acts.push(press("資格確認する"));
                part = part.asks(&[
                    "registration-terms",
                    "registration-consent",
                    "register",
                    BY_EYE,
                ]);
                part.web = fault.map(|(at, (word, value))| (at + 1, word, value));
            }
            if let Some(fault) = of_card {
                acts.splice(1..2, fault.placing(&place("mitouroku-saburo")));
                part.marks.push(fault.mark());
                part.card = vec![(0, fault)];
            }
            acts.push(json!("take-card"));
            if again {
                acts.extend(first());
                acts.push(json!("take-card"));
                part = part.asks(&[BY_EYE]);
            }
            part.acts = acts;
            part.mark("registration")
                .mark(format!("registration:{}", buttons.len()))
        },
    )
}

/// A card that is no My Number card that could be read, and then one that is.
pub(crate) fn other_card(card: impl Strategy<Value = String>) -> impl Strategy<Value = Part> {
    let methods = select(vec!["visual", "pin"]);
    let others = select(vec!["juki-kayo", "sumaho-midori", "sumaho-ringo"]);
    (card, others, methods).prop_map(|(card, other, method)| {
        let mut acts = vec![json!({ "choose-method": method })];
        if method == "pin" {
            acts.push(json!({ "enter-pin": "right" }));
        }
        acts.push(place(other));
        acts.push(json!("take-card"));
        acts.push(json!({ "choose-method": "visual" }));
        acts.push(place(&card));
        acts.push(json!("take-card"));
        Part::of(acts)
            .asks(&[BY_EYE])
            .mark(format!("other:{other}:{method}"))
    })
}

/// What is done while no patient is at the counter.
pub(crate) fn between(device: &'static str) -> BoxedStrategy<Part> {
    let acts = |acts: &[Value], mark: &str| Just(Part::of(acts.to_vec()).mark(mark));
    let mobile = prop_oneof![
        acts(&[json!("lock"), json!({ "unlock": "right" })], "locked"),
        acts(
            &[
                json!("lock"),
                json!({ "unlock": "wrong" }),
                json!({ "unlock": "right" })
            ],
            "locked-wrong"
        ),
        acts(
            &[
                json!("lock"),
                json!("browse-history"),
                json!({ "unlock": "right" })
            ],
            "locked-history"
        ),
    ];
    let anywhere = prop_oneof![
        2 => acts(&[json!("browse-history"), press("閉じる")], "history"),
        1 => acts(
            &[json!({ "browse-history": { "name-kana": "シケン" } }), press("閉じる")],
            "history:kana"
        ),
        1 => acts(
            &[json!({ "browse-history": { "from": "-1d", "to": "+1d" } }), press("閉じる")],
            "history:day"
        ),
        2 => acts(&[json!("unplug-reader"), json!("plug-reader")], "unplugged"),
        2 => acts(&[json!("unplug-reader"), json!("plug-renumbered")], "renumbered"),
        1 => acts(
            &[json!("unplug-reader"), json!({ "plug-other": "ACS ACR122U PICC Interface" })],
            "other-reader"
        ),
        2 => acts(&[json!("stop-service"), json!("start-service")], "service-ended"),
        1 => acts(
            &[json!({ "wait": "9h" }), json!("login")],
            "night"
        ),
        1 => acts(&[json!("restart-app"), json!("login")], "restarted"),
        1 => acts(&[json!({ "restart-app": "killed" }), json!("login")], "crashed"),
        1 => acts(&[json!({ "wait": "20min" })], "pause"),
        1 => acts(
            &[json!({ "record-changes": {
                "to": { "insurance": [{ "lost": "0d", "reason-of-loss": "01" }] }
            } })],
            "filed:lost"
        ),
        1 => acts(
            &[json!({ "record-changes": {
                "to": { "insurance": [{ "insurer-name": "架空転職健康保険組合", "from": "0d" }] }
            } })],
            "filed:another"
        ),
        1 => acts(
            &[json!({ "insert-card": "kouki-umeko" }), json!("take-card")],
            "unasked"
        ),
        1 => acts(
            &[
                json!({ "insert-card": "shiken-hanako" }),
                json!({ "rival": "exclusive" }),
                json!("rival-leaves"),
                json!("take-card")
            ],
            "rival"
        ),
        1 => acts(&[json!({ "set-method": "pin" })], "set-pin"),
        1 => acts(&[json!({ "set-method": "visual" })], "set-visual"),
        1 => acts(&[json!("read-aloud")], "read-aloud"),
        1 => acts(
            &[
                json!({ "operate": { "service": { "state": "outage" } } }),
                json!({ "choose-method": "visual" }),
                place("shiken-taro"),
                json!({ "operate": { "service": { "state": "running" } } }),
                press("再試行"),
                json!("take-card")
            ],
            "outage"
        ),
        1 => acts(
            &[json!({ "operate": { "service": { "state": "busy" } } })],
            "busy"
        ),
        1 => acts(
            &[json!({ "operate": { "mynaportal-outage": { "on": true } } })],
            "mynaportal"
        ),
        1 => acts(
            &[json!({ "operate": { "jpki-maintenance": { "from": "-1d", "until": "+1d" } } })],
            "jpki-closed"
        ),
    ];
    if device == "mobile" {
        prop_oneof![2 => mobile, 3 => anywhere].boxed()
    } else {
        anywhere.boxed()
    }
}

/// What was kept of the terminal is ruined or lost, and the app is started again: it works, or says why
/// not, and the day is over.
pub(crate) fn ruined() -> impl Strategy<Value = Part> {
    let damages = select(vec![
        "emptied",
        "halved",
        "garbled",
        "key-lost",
        "certificate-lost",
    ]);
    let starts = select(vec![
        json!("restart-app"),
        json!({ "restart-app": "killed" }),
    ]);
    (damages, starts).prop_map(|(damage, start)| {
        let acts = vec![json!({ "disk": damage }), start, json!("login")];
        Part::of(acts).mark(format!("disk:{damage}"))
    })
}

/// At a mobile device that goes to the patient and back.
pub(crate) fn handed(card: impl Strategy<Value = String>) -> impl Strategy<Value = Part> {
    (card, pins()).prop_map(|(card, pins)| {
        let first = pins[0];
        let mut acts = vec![
            json!({ "choose-method": "pin" }),
            json!({ "hand-over": "patient" }),
            json!({ "enter-pin": first }),
            place(&card),
        ];
        acts.extend(pins[1..].iter().map(|pin| json!({ "enter-pin": pin })));
        acts.push(json!({ "hand-over": "staff" }));
        acts.push(json!("take-card"));
        Part::of(acts)
            .asks(&["challenge", SIGNED])
            .mark("handed-over")
    })
}

/// At a 資格確認端末, without cards.
pub(crate) fn without_card(card: impl Strategy<Value = String>) -> impl Strategy<Value = Part> {
    let ways = select(vec!["number", "disaster", "outage", "bulk", "visit"]);
    let answers = select(vec!["agrees", "refuses", "cannot-answer"]);
    (card, ways, answers, rarely(of_request())).prop_map(|(card, way, answer, fault)| {
        let retry = |mut acts: Vec<Value>| {
            if fault.is_some() {
                acts.push(press("再試行"));
            }
            acts.push(press("閉じる"));
            acts
        };
        let (acts, asks) = match way {
            "number" => (
                retry(vec![json!({ "ask-by-number": card })]),
                "eligibility-by-number",
            ),
            "bulk" => (
                vec![
                    json!({ "inquire-in-bulk": [card, "kakuu-jiro", "fujo-hanako"] }),
                    json!("fetch-result"),
                    json!("fetch-result"),
                    json!("fetch-result"),
                    press("閉じる"),
                ],
                "bulk-submission",
            ),
            "visit" => (
                retry(vec![
                    json!({ "visit-again": { "care": "home-visit", "from": "-30d" } }),
                ]),
                "eligibility-by-consent",
            ),
            mode => {
                let operate = if mode == "disaster" {
                    json!({ "operate": { "disaster": { "from": "-1d", "until": "+1d" } } })
                } else {
                    json!({ "operate": { "outage-mode": { "on": true } } })
                };
                let search = json!({ "search-emergency": {
                    "mode": mode, "persona": card, "consent": answer,
                } });
                (retry(vec![operate, search]), "emergency-search")
            }
        };
        let mut part = Part::of(acts).asks(&[asks]).mark(format!("{way}:{answer}"));
        part.web = fault.map(|(word, value)| (0, word, value));
        part
    })
}

/// At a patient's home: the institution is designated.
pub(crate) fn designation(card: impl Strategy<Value = String>) -> impl Strategy<Value = Part> {
    let cares = select(vec!["home-visit", "online"]);
    let information = select(vec!["agrees", "refuses"]);
    let faults = rarely((0..2_usize, of_request()));
    (card, cares, information, pins(), rarely(of_card()), faults).prop_map(
        |(card, care, information, pins, of_card, of_request)| {
            let mut acts = vec![
                json!({ "designate": { "care": care, "information": information } }),
                json!({ "enter-pin": pins[0] }),
            ];
            let (placed, faults) = placed(&card, of_card);
            acts.extend(placed);
            acts.extend(pins[1..].iter().map(|pin| json!({ "enter-pin": pin })));
            if of_request.is_some() {
                acts.push(press("再試行"));
            }
            acts.push(press("閉じる"));
            acts.push(json!("take-card"));
            let mut part = Part::of(acts)
                .asks(&["challenge", "institution-consent"])
                .mark(format!("designate:{care}:{information}"));
            part.marks
                .extend(faults.iter().map(|(_, fault)| fault.mark()));
            part.card = faults;
            part.web = of_request.map(|(at, (word, value))| (at, word, value));
            part
        },
    )
}

/// What a fault on the way to the service is called.
pub(crate) fn web_mark(operation: &str, fault: &Value) -> String {
    format!("web:{}@{operation}", word(fault))
}
