//! Known failures: what fits, what is unused, expired, unknown, and the proposed edit.

use jiff::civil::{Date, date};
use madoguchi_counter::play;
use madoguchi_judge::judge;
use madoguchi_notation::Wording;
use madoguchi_report::cover::{Cover, Probe};
use madoguchi_report::json::Report;
use madoguchi_report::known::{Known, KnownFailures, Settled};
use madoguchi_report::{CaseReport, github, json, junit, markdown};
use madoguchi_terms::Lang;

const SCENARIOS: &[&str] = &["happy/pin", "eligibility/expired"];
const TODAY: Date = date(2026, 11, 21);

fn entry(requirement: &str, scenario: &str, until: &str) -> String {
    format!(
        "- requirement: {requirement}\n  scenario: {scenario}\n  because: 次の版で直す\n  until: {until}\n"
    )
}

fn settled(file: &str) -> Settled {
    let known = KnownFailures::parse("known.yaml", file, SCENARIOS).expect("a sound file");
    let trace = play("eligibility/expired", "result.lapsed-is-not-valid");
    let verdicts = judge(&trace);
    let case = CaseReport {
        verdicts: &verdicts,
        trace: Some(&trace),
        exhibit: None,
        took: None,
        again: "madoguchi run",
        known: None,
    };
    known.settle(&[case], &[], TODAY)
}

#[test]
fn a_file_that_names_the_failure_fits() {
    let settled = settled(&entry(
        "result.lapsed-is-not-valid",
        "eligibility/*",
        "2026-11-21",
    ));
    assert!(settled.fits(), "{settled:?}");
    assert_eq!((settled.known, settled.edit.as_str()), (1, ""));
}

#[test]
fn an_unknown_failure_is_proposed_as_an_entry_that_can_be_read_back() {
    let settled = settled("[]\n");
    assert!(!settled.fits());
    assert_eq!(settled.unknown.len(), 1);
    let filled = settled
        .edit
        .replacen("\"\"", "later", 1)
        .replacen("\"\"", "2026-12-31", 1);
    assert!(
        KnownFailures::parse("known.yaml", &filled, SCENARIOS).is_ok(),
        "{filled}"
    );
    assert!(KnownFailures::parse("known.yaml", &settled.edit, SCENARIOS).is_err());
}

/// Everything that machines read of a run in which what fails is known until that day.
fn told(until: &str) -> [String; 4] {
    let file = entry("result.lapsed-is-not-valid", "eligibility/*", until);
    let known = KnownFailures::parse("known.yaml", &file, SCENARIOS).expect("a sound file");
    let trace = play("eligibility/expired", "result.lapsed-is-not-valid");
    let verdicts = judge(&trace);
    let case = CaseReport {
        verdicts: &verdicts,
        trace: Some(&trace),
        exhibit: None,
        took: None,
        again: "madoguchi run",
        known: Some(Known::new(&known, TODAY)),
    };
    let (mut annotations, mut report) = (Vec::new(), Vec::new());
    github::write(&mut annotations, &[case], Lang::En).expect("a Vec");
    json::write(&mut report, &[case], &Cover::default(), None, None).expect("a Vec");
    let text = |bytes| String::from_utf8(bytes).expect("Unicode");
    let junit = junit::files(&[case], Lang::En, junit::LONGEST).expect("Unicode");
    [
        junit.concat(),
        text(annotations),
        markdown::summary(&[case], Lang::En),
        text(report),
    ]
}

#[test]
fn a_known_failure_is_told_as_one_until_its_day_is_over() {
    let [junit, annotations, markdown, report] = told("2026-11-21");
    assert!(
        junit.contains("failures=\"0\"") && junit.contains("until 2026-11-21"),
        "{junit}"
    );
    assert!(
        annotations.contains("::notice title=eligibility/expired"),
        "{annotations}"
    );
    assert!(!annotations.contains("::error"), "{annotations}");
    for text in [&annotations, &markdown] {
        assert!(text.contains("known failure (until 2026-11-21)"), "{text}");
    }
    let read = Report::parse(&report).expect("a report");
    assert_eq!(read.known.len(), 1);
    assert_eq!(read.known[0].until, "2026-11-21");
    let [junit, annotations, markdown, report] = told("2026-11-20");
    assert!(junit.contains("failures=\"1\""), "{junit}");
    assert!(annotations.contains("::error"), "{annotations}");
    assert!(!markdown.contains("known failure"), "{markdown}");
    assert!(Report::parse(&report).expect("a report").known.is_empty());
}

#[test]
fn an_entry_without_a_failure_is_unused_only_where_its_case_was_run() {
    let both = entry(
        "result.lapsed-is-not-valid",
        "eligibility/expired",
        "2027-01-01",
    ) + &entry("card.released", "eligibility/expired", "2027-01-01")
        + &entry("card.released", "happy/pin", "2027-01-01");
    let settled = settled(&both);
    assert_eq!(settled.unused, [5]);
    assert!(!settled.fits() && settled.edit.contains("known.yaml:5: unused"));
}

#[test]
fn a_part_of_the_cases_does_not_show_that_an_entry_for_all_is_unused() {
    let everywhere = "- requirement: card.released\n  because: x\n  until: 2027-01-01\n";
    let known = entry("result.lapsed-is-not-valid", "'*'", "2027-01-01");
    assert!(settled(&(known + everywhere)).fits());
}

#[test]
fn an_expired_entry_covers_nothing_any_more() {
    let settled = settled(&entry(
        "result.lapsed-is-not-valid",
        "eligibility/expired",
        "2026-11-20",
    ));
    assert_eq!(settled.expired, [1]);
    assert_eq!((settled.known, settled.unknown.len()), (0, 1));
}

#[test]
fn unknown_names_empty_reasons_and_strange_days_are_refused_with_their_place() {
    let file = entry(
        "result.lapsed-is-not-vald",
        "eligibilty/expired",
        "tomorrow",
    )
    .replace("次の版で直す", "\"\"");
    let error = KnownFailures::parse("known.yaml", &file, SCENARIOS).unwrap_err();
    for lang in Lang::ALL {
        insta::assert_snapshot!(format!("known-{lang}"), error.render(lang, false));
    }
}

#[test]
fn what_a_probe_broke_may_be_known_and_need_not() {
    let probe = |broken: &str| Probe {
        feature: Wording::new("機能", "function"),
        scenario: "happy/pin".into(),
        came_out: Wording::new("動作しない", "it does not work"),
        works: false,
        broken: vec![broken.into()],
    };
    let file = entry("card.released", "happy/pin", "2027-01-01");
    let known = KnownFailures::parse("known.yaml", &file, SCENARIOS).expect("a sound file");
    let settled = known.settle(&[], &[probe("card.released")], TODAY);
    assert!(settled.fits() && settled.known == 1, "{settled:?}");
    let settled = known.settle(&[], &[probe("card.command-once")], TODAY);
    assert!(settled.fits() && settled.known == 0, "{settled:?}");
}
