//! JUnit XML: its times, and what the schema of Jenkins's xUnit plugin (`junit-10.xsd`) lets through, which GitLab and
//! the readers on GitHub take, too.

use std::collections::BTreeMap;
use std::time::Duration;

use madoguchi_counter::play;
use madoguchi_judge::judge;
use madoguchi_judge::verdict::Verdicts;
use madoguchi_notation::Wording;
use madoguchi_report::cover::{Cover, Untried};
use madoguchi_report::{CaseReport, junit};
use madoguchi_terms::Lang;
use madoguchi_trace::Trace;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// An element of the schema: what it must have, what else it may have, and what may lie in it.
struct Element {
    name: &'static str,
    must: &'static [&'static str],
    may: &'static [&'static str],
    holds: &'static [&'static str],
}

const SCHEMA: &[Element] = &[
    Element {
        name: "testsuites",
        must: &[],
        may: &["name", "time", "tests", "failures", "errors"],
        holds: &["testsuite"],
    },
    Element {
        name: "testsuite",
        must: &["name", "tests", "failures", "errors"],
        may: &[
            "group",
            "time",
            "skipped",
            "timestamp",
            "hostname",
            "id",
            "package",
            "file",
            "log",
            "url",
        ],
        holds: &[
            "testsuite",
            "properties",
            "testcase",
            "system-out",
            "system-err",
        ],
    },
    Element {
        name: "properties",
        must: &[],
        may: &[],
        holds: &["property"],
    },
    Element {
        name: "property",
        must: &["name", "value"],
        may: &[],
        holds: &[],
    },
    Element {
        name: "testcase",
        must: &["name"],
        may: &["time", "classname", "group"],
        holds: &["skipped", "error", "failure", "system-out", "system-err"],
    },
    Element {
        name: "failure",
        must: &[],
        may: &["type", "message"],
        holds: &[],
    },
    Element {
        name: "error",
        must: &[],
        may: &["type", "message"],
        holds: &[],
    },
    Element {
        name: "skipped",
        must: &[],
        may: &["type", "message"],
        holds: &[],
    },
    Element {
        name: "system-out",
        must: &[],
        may: &[],
        holds: &[],
    },
    Element {
        name: "system-err",
        must: &[],
        may: &[],
        holds: &[],
    },
];

type Attributes = BTreeMap<String, String>;

/// Every element of a file with its attributes, in order; what does not fit the schema fails.
fn elements(file: &str) -> Vec<(&'static str, Attributes)> {
    let mut reader = Reader::from_str(file);
    let mut open: Vec<&Element> = Vec::new();
    let mut found = Vec::new();
    let begin = |tag: &BytesStart<'_>, parent: Option<&&Element>| {
        let name = String::from_utf8(tag.name().as_ref().to_vec()).expect("it is as written");
        let element = SCHEMA
            .iter()
            .find(|one| one.name == name)
            .expect("it is as written");
        let holds = parent.map_or(name == "testsuites", |parent| {
            parent.holds.contains(&&*name)
        });
        assert!(holds, "{name} stands in the wrong place");
        let attribute = |one: quick_xml::events::attributes::Attribute<'_>| {
            let key = String::from_utf8(one.key.as_ref().to_vec()).expect("it is as written");
            (
                key,
                String::from_utf8(one.value.into_owned()).expect("it is as written"),
            )
        };
        let attributes: Attributes = tag
            .attributes()
            .map(|one| attribute(one.expect("it is as written")))
            .collect();
        for must in element.must {
            assert!(attributes.contains_key(*must), "{name} lacks {must}");
        }
        for key in attributes.keys() {
            let known = element.must.iter().chain(element.may).any(|one| one == key);
            assert!(known, "{name} has no {key}");
        }
        (element, attributes)
    };
    loop {
        match reader.read_event().expect("it is as written") {
            Event::Start(tag) => {
                let (element, attributes) = begin(&tag, open.last());
                found.push((element.name, attributes));
                open.push(element);
            }
            Event::Empty(tag) => {
                let (element, attributes) = begin(&tag, open.last());
                found.push((element.name, attributes));
            }
            Event::End(_) => {
                open.pop();
            }
            Event::Eof => return found,
            _ => {}
        }
    }
}

fn case<'a>(verdicts: &'a Verdicts, trace: &'a Trace) -> CaseReport<'a> {
    CaseReport {
        verdicts,
        trace: Some(trace),
        exhibit: None,
        begun: "2026-11-21T00:00:00.5Z".parse().ok(),
        took: Some(Duration::from_millis(217)),
        again: "madoguchi run",
        known: None,
    }
}

fn file(case: CaseReport<'_>) -> Vec<(&'static str, Attributes)> {
    let files = junit::files(&[case], &[], Lang::En, junit::LONGEST).expect("it is as written");
    elements(&files.concat())
}

/// The time of one element, as whole milliseconds: as the file has it.
fn time(attributes: &Attributes) -> Option<u64> {
    let text = attributes.get("time")?;
    let (whole, milli) = text.split_once('.').expect("it is as written");
    assert_eq!(milli.len(), 3, "{text}");
    Some(
        whole.parse::<u64>().expect("it is as written") * 1000
            + milli.parse::<u64>().expect("it is as written"),
    )
}

#[test]
fn the_file_fits_the_schema_whatever_became_of_the_case() {
    for breaks in ["", "result.lapsed-is-not-valid"] {
        let trace = play("eligibility/expired", breaks);
        let verdicts = judge(&trace);
        assert!(!file(case(&verdicts, &trace)).is_empty());
    }
    let mut cut = play("eligibility/expired", "");
    cut.events.truncate(3);
    assert!(!file(case(&judge(&cut), &cut)).is_empty());
    let unplayed = Untried {
        scenario: "happy/pin".into(),
        because: Wording::new("起動できません", "it cannot be started"),
    };
    let cover = Cover {
        missing: vec!["2/3".parse().unwrap()],
        unplayed: vec![unplayed],
        ..Cover::default()
    };
    let files = junit::files(&[], &cover.gaps(), Lang::En, junit::LONGEST).unwrap();
    let told = elements(&files.concat());
    let errors = told.iter().filter(|(name, _)| *name == "error");
    let words: Vec<&str> = errors.map(|(_, all)| all["message"].as_str()).collect();
    assert_eq!(
        words,
        ["parts of the run are missing: 2/3", "it cannot be started"]
    );
}

#[test]
fn a_suite_says_when_it_began_and_its_tests_share_the_time_that_it_took() {
    let trace = play("eligibility/expired", "");
    let verdicts = judge(&trace);
    let told = file(case(&verdicts, &trace));
    let suite = told.iter().find(|(name, _)| *name == "testsuite").unwrap();
    assert_eq!(time(&suite.1), Some(217));
    assert!(suite.1["timestamp"].starts_with("2026-11-21T00:00:00.500"));
    let tests = told.iter().filter(|(name, _)| *name == "testcase");
    let times: Vec<u64> = tests.map(|(_, all)| time(all).unwrap()).collect();
    assert_eq!(times.iter().sum::<u64>(), 217);
    let (least, most) = (times.iter().min(), times.iter().max());
    assert!(most.unwrap() - least.unwrap() <= 1, "{times:?}");
}

#[test]
fn the_times_of_a_report_can_be_read_again() {
    let trace = play("eligibility/expired", "result.lapsed-is-not-valid");
    let verdicts = judge(&trace);
    let files = junit::files(&[case(&verdicts, &trace)], &[], Lang::Ja, junit::LONGEST).unwrap();
    let took = Duration::from_millis(217);
    let expected = [(
        "eligibility/expired".to_owned(),
        "mock-2025.05".to_owned(),
        took,
    )];
    assert_eq!(junit::times(&files.concat()).unwrap(), expected);
    assert!(junit::times("<html/>").is_err());
}

#[test]
fn a_trace_says_how_long_a_case_took_that_was_not_run_now() {
    let trace = play("eligibility/expired", "");
    let verdicts = judge(&trace);
    let stored = CaseReport {
        begun: None,
        took: None,
        ..case(&verdicts, &trace)
    };
    let told = file(stored);
    let suite = told.iter().find(|(name, _)| *name == "testsuite").unwrap();
    let last = trace.events.last().unwrap().us;
    assert_eq!(time(&suite.1), Some((last + 500) / 1000));
    assert!(!suite.1.contains_key("timestamp"));
    let bare = file(CaseReport {
        trace: None,
        ..stored
    });
    assert!(bare.iter().all(|(_, all)| time(all).is_none()));
}
