//! Manners of the reference client: each really is another way, or it would prove nothing, and none is blamed.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::Path;

use madoguchi_peers::{failed, madoguchi, manners, read, reference_client, verdict};

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
        "card/reset",
        "happy/switch",
        "institution/disaster",
        "web/silent",
        "eligibility/no-kana",
        "happy/read-aloud",
        "web/redirect",
        "derived/answers/eligibility-by-certificate.308-own-host-again",
        "eligibility/unknown-birthday",
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

/// What once was failed though it is right, and where: correct clients whose every case was red before the
/// checks knew them.
const ONCE_FAILED: &[(&str, &[&str])] = &[
    (
        "result-until-closed",
        &["happy/switch", "patients/three", "card/torn"],
    ),
    ("full-width-four", &["happy/screens", "happy/switch"]),
    ("one-method-shown", &["happy/screens", "happy/switch"]),
    (
        "validity-called-otherwise",
        &["happy/visual", "eligibility/expired"],
    ),
    (
        "eligibility-in-brackets",
        &["eligibility/expired", "eligibility/newer"],
    ),
    ("no-eligibility-information", &["eligibility/none"]),
    ("half-width-brackets", &["eligibility/newer"]),
    (
        "leaves-empty-out",
        &["eligibility/no-kana", "eligibility/no-end"],
    ),
    ("start-after-registration", &["registration/full"]),
    ("new-tap-after-registration", &["registration/full"]),
    ("several-on-one", &["eligibility/multiple"]),
    ("refuses-to-choose", &["eligibility/multiple"]),
    ("splash", &["happy/visual"]),
    ("update-notice", &["happy/visual"]),
    ("terms-first", &["happy/visual", "terminal/again"]),
    ("attempts-in-words", &["pin/lockout", "pin/one-wrong"]),
    ("attempts-full-width", &["pin/lockout"]),
    ("lock-in-words", &["pin/lockout"]),
    ("keeps-accepted-pin", &["pin/torn"]),
    (
        "no-empty-question",
        &["pin/torn-answered", "pin/lockout", "pin/blocked"],
    ),
    ("presence-select", &["card/early", "happy/visual"]),
    ("unlocks-for-result", &["happy/hand-over"]),
    ("looks-for-removal", &["happy/visual", "card/torn"]),
    (
        "own-error-numbers",
        &["web/answer-lost", "card/torn", "pin/one-wrong"],
    ),
    ("sections", &["home/later-visit"]),
    ("reads-as-spoken", &["happy/read-aloud"]),
    (
        "ratio-in-percent --manner result-drawn-again",
        &["happy/read-aloud"],
    ),
];

/// A client that behaves otherwise plays these cases; nothing of it may fail, advice included.
fn plays(client: &str, cases: &[&str], folder: &Path) {
    let out = folder.display().to_string();
    let options = ["run", "--client", client, "--out", &out];
    madoguchi(options.iter().chain(cases));
    for case in cases {
        let verdict = verdict(folder, case);
        assert_eq!(failed(&verdict), [""; 0], "{case} with {client}");
    }
}

/// What each of these cases records of a client, in the form that says nothing of time.
fn recorded(client: &str, cases: &[&str], folder: &Path) -> BTreeMap<String, String> {
    plays(client, cases, folder);
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

/// Days at a counter that a correct client was once failed for: it had no chance to do what was asked.
#[test]
fn who_had_no_chance_is_not_blamed() {
    let days = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/days");
    let days = std::fs::read_dir(days).expect("the days are there");
    let days: Vec<_> = days.map(|day| day.expect("a file").path()).collect();
    assert!(days.len() >= 10, "{days:?}");
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().display().to_string();
    let client = reference_client(None);
    let files: Vec<String> = days.iter().map(|day| day.display().to_string()).collect();
    let options = ["run", "--client", &client, "--out", &out];
    let outcome = madoguchi(options.into_iter().chain(files.iter().map(String::as_str)));
    for day in days {
        let name = day.file_stem().and_then(OsStr::to_str).expect("a name");
        let verdict = verdict(folder.path(), &format!("own/{name}"));
        assert_eq!(failed(&verdict), [""; 0], "{name}: {outcome:#?}");
    }
}

#[test]
fn what_once_was_failed_though_it_is_right_is_let_through() {
    let folder = tempfile::tempdir().expect("a folder");
    for (manner, cases) in ONCE_FAILED {
        let client = format!("{} --manner {manner}", reference_client(None));
        plays(&client, cases, &folder.path().join(manner));
    }
}

/// A case in which a manner would have changed nothing is not played with it; where it is played all the same, its
/// trace is that of the client without the manner.
#[test]
fn a_manner_that_is_told_to_change_nothing_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let told = |out: &str, options: &[&str]| -> serde_json::Value {
        let json = folder.path().join(format!("{out}.json"));
        let (out, json_name) = (folder.path().join(out), json.display().to_string());
        let out = out.display().to_string();
        let tried = [
            "mutants",
            "--manners",
            "--variants",
            "base",
            "--pairs",
            "1",
            "--out",
            &out,
        ];
        let manners = ["own-error-numbers", "lock-in-words", "--json", &json_name];
        let outcome = madoguchi(tried.iter().chain(&manners).chain(options));
        assert_eq!(outcome.code, Some(0), "{outcome:#?}");
        serde_json::from_str(&read(json)).expect("an outcome")
    };
    let (known, played) = (told("known", &[]), told("played", &["--every-trial"]));
    assert_eq!(played["unforeseen"], serde_json::json!([]));
    let of = |outcome: &serde_json::Value, what: &str| outcome["manners"][what].as_u64();
    assert_eq!(of(&known, "differed"), of(&played, "differed"));
    assert!(of(&known, "same") > of(&known, "played"), "{known}");
    assert_eq!(of(&played, "same"), Some(0));
}
