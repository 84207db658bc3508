//! The counter on a day: where it stands, in which state, and who comes one after the other.

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

use crate::Day;
use crate::visit::{
    Part, between, by_eye, by_pin, designation, handed, other_card, registration, ruined, web_mark,
    without_card,
};

/// The person of a day where it does not matter who it is.
pub const USUAL: &str = "shiken-taro";

/// Where a counter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Practice,
    Mobile,
    Institution,
    Home,
    /// The patient's own device.
    Own,
}

impl Place {
    const fn name(self) -> &'static str {
        match self {
            Self::Practice => "practice",
            Self::Mobile => "mobile",
            Self::Institution => "institution",
            Self::Home => "home",
            Self::Own => "own",
        }
    }

    const fn device(self) -> &'static str {
        match self {
            Self::Mobile => "mobile",
            _ => "pc",
        }
    }
}

/// Any day.
pub(crate) fn day(personas: &[&str]) -> BoxedStrategy<Day> {
    let personas: Vec<String> = personas.iter().map(|&one| one.to_owned()).collect();
    let places = prop_oneof![
        10 => Just(Place::Practice),
        4 => Just(Place::Mobile),
        4 => Just(Place::Institution),
        3 => Just(Place::Home),
        1 => Just(Place::Own),
    ];
    places
        .prop_flat_map(move |place| {
            let parts = vec(part(place, &personas), 1..5);
            let end = prop_oneof![12 => Just(None), 1 => ruined().prop_map(Some)];
            (Just(place), given(place), begin(place), parts, end)
        })
        .prop_map(|(place, given, begin, mut parts, end)| {
            parts.extend(end.filter(|_| place != Place::Own));
            assemble(place, given, begin, parts)
        })
        .boxed()
}

/// The patient who comes: often one of two, so that the same person comes again.
fn card(personas: &[String]) -> impl Strategy<Value = String> + use<> {
    let usual = vec![USUAL.to_owned(), "shiken-hanako".to_owned()];
    prop_oneof![2 => select(usual), 3 => select(personas.to_vec())]
}

fn part(place: Place, personas: &[String]) -> BoxedStrategy<Part> {
    let card = || card(personas);
    match place {
        Place::Practice => prop_oneof![
            5 => by_eye(card()),
            5 => by_pin(card()),
            2 => registration(),
            1 => other_card(card()),
            4 => between(place.device()),
        ]
        .boxed(),
        Place::Mobile => prop_oneof![
            3 => by_eye(card()),
            2 => by_pin(card()),
            3 => handed(card()),
            1 => registration(),
            4 => between(place.device()),
        ]
        .boxed(),
        Place::Institution => prop_oneof![
            2 => by_eye(card()),
            1 => by_pin(card()),
            6 => without_card(card()),
            1 => between(place.device()),
        ]
        .boxed(),
        Place::Home => prop_oneof![6 => designation(card()), 1 => between(place.device())].boxed(),
        Place::Own => designation(card()).boxed(),
    }
}

/// What stands in `given`, each with its mark.
type Said = Vec<(&'static str, Value, String)>;

/// Something unusual, more or less often.
fn given(place: Place) -> impl Strategy<Value = Said> {
    let said = |key: &'static str, value: Value, mark: &str| {
        Just(Some((key, value, format!("given:{mark}"))))
    };
    let record = |value: Value, mark: &str| said("record", value, mark);
    let records = prop_oneof![
        8 => Just(None),
        1 => record(json!({ "registered": false }), "unregistered"),
        1 => record(json!({ "withheld": true }), "withheld"),
        1 => record(json!({ "insurance": [] }), "nobody-filed"),
        1 => record(json!({ "insurance": [{ "lost": "-40d", "reason-of-loss": "01" }] }), "lapsed"),
        1 => record(json!({ "insurance": [{ "lost": "+1d" }] }), "last-day"),
        1 => record(json!({ "insurance": [{ "from": "+1d" }] }), "begins"),
        1 => record(json!({ "insurance": [{ "card-classification": "03", "until": "+30d" }] }), "short"),
        1 => record(json!({ "insurance": [{ "number": "00012", "branch": "02" }] }), "zeros"),
        1 => record(json!({ "insurance": [{}, { "number": "99000055" }] }), "several"),
        1 => record(json!({ "insurance": [{ "without": ["branch", "symbol"] }] }), "without"),
        1 => record(json!({ "assistance": [{ "from": "-60d" }] }), "assisted"),
        1 => record(
            json!({ "insurance": [], "assistance": [{ "from": "-60d" }] }),
            "assisted-alone"
        ),
    ];
    let cards = prop_oneof![
        10 => Just(None),
        1 => (0..4_u8).prop_map(|left| {
            Some(("card", json!({ "attempts-left": left }), "given:attempts".to_owned()))
        }),
        1 => said("card", json!({ "certificate": { "until": "-14d" } }), "in-grace"),
        1 => said("card", json!({ "certificate": { "until": "-1y" } }), "expired"),
        1 => said("card", json!({ "profile": "plastic-2" }), "plastic-2"),
        1 => said("card", json!({ "profile": "plastic-contact" }), "contact"),
        1 => said("card", json!({ "profile": "juki-2003" }), "juki"),
        1 => said("card", json!({ "profile": "foreign-card" }), "foreign"),
    ];
    let readers = prop_oneof![
        8 => Just(None),
        2 => said("reader", json!({ "dialect": "windows" }), "windows"),
        1 => said("reader", json!({ "model": "SONY FeliCa RC-S300/P" }), "sony"),
    ];
    let certificate = |name: &str| said("service", json!({ "certificate": name }), name);
    let services = prop_oneof![
        14 => Just(None),
        1 => certificate("foreign-ca"),
        1 => certificate("expired"),
        1 => certificate("wrong-host"),
        1 => said("service", json!({ "proxy": true }), "proxy"),
        1 => said("service", json!({ "clock": "+1d" }), "clock-ahead"),
        1 => said("service", json!({ "clock": "-1d" }), "clock-behind"),
        1 => said("service", json!({ "oldest-client": "9.9.9" }), "oldest"),
    ];
    let terminals = prop_oneof![
        8 => Just(None),
        2 => said("terminal", json!("fresh"), "fresh"),
        1 => said("terminal", json!("unknown"), "unknown"),
    ];
    let facility = match place {
        Place::Practice | Place::Mobile => prop_oneof![
            10 => Just(None),
            1 => said("facility", json!({ "kind": "examination" }), "examination"),
            1 => said("facility", json!({ "kind": "exempt" }), "exempt"),
            1 => said("facility", json!({ "function": false }), "function-off"),
            1 => said("facility", json!({ "code-used": true }), "code-used"),
        ]
        .boxed(),
        Place::Institution => said(
            "facility",
            json!({ "kind": "medical-institution", "terminal": "institution" }),
            "terminal",
        )
        .boxed(),
        Place::Home | Place::Own => said(
            "facility",
            json!({ "kind": "home-nursing", "terminal": "home-consent" }),
            "at-home",
        )
        .boxed(),
    };
    let methods = prop_oneof![3 => Just(None), 1 => said("method", json!("pin"), "pin")];
    (records, cards, readers, services, terminals, facility, methods).prop_map(
        move |(one, two, three, four, five, six, seven)| {
            let all = [one, two, three, four, five, six, seven];
            let mut said: Said = all.into_iter().flatten().collect();
            if place == Place::Mobile {
                said.push(("device", json!("mobile"), "given:mobile".to_owned()));
            }
            if place == Place::Own {
                said.retain(|(key, ..)| *key != "terminal");
                said.push(("terminal", json!("fresh"), "given:own".to_owned()));
            }
            if place == Place::Institution {
                let consents = json!([
                    { "persona": USUAL, "care": "home-visit", "given": "-10d", "information": "agrees" },
                    { "persona": "shiken-hanako", "care": "home-visit", "given": "-20d",
                      "information": "agrees", "ended": "by-patient" },
                ]);
                said.push(("consents", consents, "given:consents".to_owned()));
            }
            said
        },
    )
}

/// How the day begins.
fn begin(place: Place) -> impl Strategy<Value = Vec<Value>> {
    if place == Place::Own {
        let link = vec![
            json!({ "operate": { "entrance": {} } }),
            json!("enter-by-link"),
        ];
        return Just(link).boxed();
    }
    prop_oneof![
        12 => Just(vec![json!("login")]),
        1 => Just(vec![json!({ "login": "wrong-password" }), json!("login")]),
        1 => Just(vec![json!({ "login": "wrong-code" }), json!("login")]),
        1 => Just(vec![json!("unplug-reader"), json!("login"), json!("plug-reader")]),
        1 => Just(vec![
            json!({ "login": "wrong-password" }),
            json!({ "login": "wrong-password" }),
            json!({ "login": "wrong-password" }),
            json!("login"),
        ]),
    ]
    .boxed()
}

fn assemble(place: Place, said: Said, begin: Vec<Value>, parts: Vec<Part>) -> Day {
    let mut marks = BTreeSet::from([format!("place:{}", place.name())]);
    let mut given = Map::new();
    given.insert("persona".to_owned(), json!(USUAL));
    for (key, value, mark) in said {
        marks.insert(mark);
        given.insert(key.to_owned(), value);
    }
    let mut when = begin;
    let mut asked: BTreeMap<&str, u32> = BTreeMap::new();
    let (mut of_cards, mut of_requests, mut placed) = (Vec::new(), Vec::new(), 0);
    for part in parts {
        for (nth, fault) in &part.card {
            of_cards.push(json!({
                "at": fault.at, "placed": placed + nth + 1, "what": fault.what,
            }));
        }
        if let Some((at, word, value)) = &part.web
            && let Some(operation) = part.asks.get(*at)
        {
            let before = part.asks[..*at]
                .iter()
                .filter(|one| *one == operation)
                .count();
            let nth = asked.get(operation).copied().unwrap_or_default();
            let nth = nth + u32::try_from(before).unwrap_or_default() + 1;
            let mut value = value.clone();
            value["operation"] = json!(operation);
            value["nth"] = json!(nth);
            let fault = json!({ *word: value });
            marks.insert(web_mark(operation, &fault));
            of_requests.push(fault);
        }
        for operation in &part.asks {
            *asked.entry(operation).or_default() += 1;
        }
        let is_placing =
            |act: &&Value| act.get("place-card").is_some() || act.get("insert-card").is_some();
        placed += u32::try_from(part.acts.iter().filter(is_placing).count()).unwrap_or_default();
        marks.extend(part.marks);
        when.extend(part.acts);
    }
    when.push(json!("close"));
    for (part, faults) in [("reader", of_cards), ("service", of_requests)] {
        if !faults.is_empty() {
            let part = given.entry(part).or_insert_with(|| json!({}));
            part["faults"] = faults.into();
        }
    }
    let scenario = json!({
        "purpose": { "ja": "無作為な一日", "en": "a random day" },
        "requirements": [],
        "given": given,
        "when": when,
    });
    let scenario = serde_json::from_value(scenario.clone()).unwrap_or_else(|wrong| {
        unreachable!("a day is written as a scenario is: {wrong} {scenario}")
    });
    Day { scenario, marks }
}
