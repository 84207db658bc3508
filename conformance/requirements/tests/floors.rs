//! Who may import whom: every manifest of the workspace against the table of floors. An arrow may
//! only go to a lower floor, and only where the table has it.

use std::path::{Path, PathBuf};

/// Folder, and the packages of ours that it may import (without `madoguchi-`). `terms` is open to
/// all but those that import none of ours.
const FLOORS: &[(&str, &[&str])] = &[
    ("emulator/common/terms", &[]),
    ("emulator/card/iso7816", &[]),
    ("emulator/card/key", &[]),
    ("emulator/service/eligibility", &[]),
    ("emulator/common/notation", &[]),
    ("emulator/card/layout", &["iso7816"]),
    ("emulator/reader/pcsc", &["iso7816", "notation"]),
    ("emulator/card", &["iso7816", "layout", "card-key"]),
    ("emulator/reader", &["iso7816", "pcsc"]),
    ("emulator/service/registry", &["eligibility"]),
    ("emulator/service/wire", &["eligibility", "notation"]),
    (
        "fixtures",
        &["iso7816", "layout", "card-key", "eligibility", "notation"],
    ),
    (
        "scenarios",
        &["iso7816", "layout", "eligibility", "notation", "pcsc"],
    ),
    (
        "scenarios/shrink",
        &["eligibility", "notation", "scenarios"],
    ),
    ("scenarios/explore", &["notation", "scenarios"]),
    ("scenarios/sweep", &["iso7816", "notation", "scenarios"]),
    ("emulator/delivery", &["eligibility", "notation", "wire"]),
    ("emulator/service/web", &["eligibility", "registry", "wire"]),
    ("conformance/digest", &[]),
    (
        "conformance/trace",
        &[
            "digest",
            "iso7816",
            "layout",
            "eligibility",
            "notation",
            "scenarios",
        ],
    ),
    (
        "conformance/requirements",
        &["digest", "eligibility", "notation", "scenarios", "trace"],
    ),
    (
        "conformance/judge",
        &[
            "digest",
            "iso7816",
            "layout",
            "eligibility",
            "notation",
            "scenarios",
            "trace",
            "requirements",
        ],
    ),
    (
        "conformance/transcription",
        &[
            "digest",
            "eligibility",
            "notation",
            "wire",
            "trace",
            "requirements",
            "judge",
        ],
    ),
    (
        "conformance/incident",
        &[
            "iso7816",
            "layout",
            "eligibility",
            "notation",
            "pcsc",
            "scenarios",
            "wire",
            "trace",
        ],
    ),
    (
        "conformance/report",
        &[
            "iso7816",
            "layout",
            "eligibility",
            "notation",
            "scenarios",
            "trace",
            "requirements",
            "judge",
            "transcription",
        ],
    ),
    ("conformance/counter", &["notation", "scenarios", "trace"]),
    // it carries the reference client, so that one file is enough for a demonstration
    ("harness", &["reference-client", "*"]),
    ("bench/exchange", &["card", "fixtures", "iso7816"]),
    ("bench", &["harness", "peers", "exchange", "*"]),
    ("harness/peers", &["harness", "*"]),
];

/// These import none of ours, not even `terms`: a client is a stranger, setup comes first.
const STRANGERS: &[&str] = &["harness/reference-client", "harness/setup"];

/// What tests may import beside what the table has.
const FOR_TESTS: &[&str] = &["fixtures", "counter", "incident", "wire"];

/// On floor 4: not among everything below.
const TOP: &[&str] = &[
    "harness",
    "bench",
    "exchange",
    "peers",
    "reference-client",
    "setup",
];

#[test]
fn every_manifest_keeps_to_its_floor() {
    let mut forbidden = Vec::new();
    for folder in members() {
        for (section, package) in ours(&folder) {
            let dev = section.contains("dev-dependencies") && FOR_TESTS.contains(&package.as_str());
            if !dev && !may_import(&folder, &package) {
                forbidden.push(format!("{folder} → {package} ([{section}])"));
            }
        }
    }
    assert!(
        forbidden.is_empty(),
        "forbidden edges:\n{}",
        forbidden.join("\n")
    );
}

#[test]
fn every_member_has_a_floor() {
    for folder in members() {
        let known = FLOORS.iter().any(|(other, _)| *other == folder);
        assert!(
            known || STRANGERS.contains(&folder.as_str()),
            "{folder} is not in the table"
        );
    }
}

#[test]
fn the_table_forbids_what_it_should() {
    assert!(!may_import("emulator/reader", "layout"));
    assert!(!may_import("emulator/common/notation", "eligibility"));
    assert!(!may_import("harness/reference-client", "terms"));
    assert!(!may_import("harness", "peers"));
    assert!(may_import("harness", "web") && may_import("emulator/card", "terms"));
}

fn may_import(folder: &str, package: &str) -> bool {
    let Some((_, allowed)) = FLOORS.iter().find(|(other, _)| *other == folder) else {
        return false;
    };
    package == "terms"
        || allowed.contains(&package)
        || allowed.contains(&"*") && !TOP.contains(&package)
}

/// The workspace's members, as its manifest lists them.
fn members() -> Vec<String> {
    let manifest = read(&root().join("Cargo.toml"));
    let list = manifest
        .split_once("members = [")
        .expect("the workspace has members")
        .1;
    let list = list.split_once(']').expect("the list ends").0;
    list.split('"')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

/// Dependencies of a member on packages of ours, with the section in which they stand.
fn ours(folder: &str) -> Vec<(String, String)> {
    let manifest = read(&root().join(folder).join("Cargo.toml"));
    let mut section = String::new();
    let mut found = Vec::new();
    for line in manifest.lines() {
        if let Some(name) = line.strip_prefix('[') {
            section = name.trim_end_matches(']').to_owned();
        } else if section.contains("dependencies")
            && let Some(rest) = line.strip_prefix("madoguchi-")
        {
            let end = rest
                .find(['.', ' ', '='])
                .expect("a dependency has a value");
            found.push((section.clone(), rest[..end].to_owned()));
        }
    }
    found
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[expect(
    clippy::disallowed_methods,
    reason = "compares manifests with the table of floors"
)]
fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
