//! Manners of the reference client: each really is another way, or it would prove nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use madoguchi_peers::{madoguchi, manners, read, reference_client};

/// Cases in which programs differ, those that show most first.
const CASES: &[&[&str]] = &[
    &["happy/visual", "happy/pin", "eligibility/newer"],
    &[
        "registration/full",
        "history/browse",
        "institution/bulk",
        "pin/two-wrong",
        "pin/blocked",
        "happy/hand-over",
        "web/reset",
        "web/answer-lost",
        "pin/torn",
        "eligibility/multiple",
        "eligibility/none",
        "eligibility/expired",
        "eligibility/begins",
        "card/early",
        "happy/switch",
        "institution/disaster",
        "web/silent",
        "eligibility/no-kana",
    ],
];

/// Other ways that no record tells: of a request its fields and not its headers or the order in which they
/// stand, of a command its header and not Le, of the reader no questions for its state, of standard error nothing that is right, and nothing of time. They
/// are seen on the wire.
const UNRECORDED: &[&str] = &[
    "asks-attributes",
    "asks-status",
    "capital-hex",
    "checks-context",
    "closes-connections",
    "escapes-json",
    "extended-reading",
    "forbids-caches",
    "half-as-patient",
    "indents-json",
    "names-itself",
    "names-languages",
    "polls-reader",
    "reverses-keys",
    "sorts-keys",
    "thinks-a-moment",
    "traces-requests",
    "uuids-as-ids",
    "wants-t1",
    "watches-for-readers",
    "writes-log",
];

/// What each of these cases records of a client, in the form that says nothing of time.
fn recorded(client: &str, cases: &[&str], folder: &Path) -> BTreeMap<String, String> {
    let out = folder.display().to_string();
    let options = ["run", "--client", client, "--out", &out];
    madoguchi(options.iter().chain(cases));
    cases
        .iter()
        .map(|case| {
            let trace = read(folder.join(case).join("canonical.jsonl"));
            // the first line says with which command the client was started
            let events = trace.split_once('\n').map_or("", |(_, events)| events);
            ((*case).to_owned(), events.to_owned())
        })
        .collect()
}

#[test]
fn every_manner_changes_what_some_case_records() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut idle: BTreeSet<String> = manners().into_iter().map(|(name, _)| name).collect();
    assert!(idle.len() >= 80, "{}", idle.len());
    for (n, cases) in CASES.iter().enumerate() {
        let at = |name: &str| folder.path().join(format!("{n}-{name}"));
        let plain = recorded(&reference_client(None), cases, &at("plain"));
        idle.retain(|manner| {
            let client = format!("{} --manner {manner}", reference_client(None));
            recorded(&client, cases, &at(manner)) == plain
        });
    }
    let unrecorded = UNRECORDED.iter().map(|&name| name.to_owned()).collect();
    assert_eq!(idle, unrecorded);
}
