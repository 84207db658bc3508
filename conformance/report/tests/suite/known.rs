//! Known failures: what fits, what is unused, expired, unknown, and the proposed edit.

use jiff::civil::{Date, date};
use madoguchi_counter::play;
use madoguchi_judge::judge;
use madoguchi_notation::Wording;
use madoguchi_report::cover::{Cover, Probe};
use madoguchi_report::json::Report;
use madoguchi_report::known::{Known, KnownFailure, KnownFailures, Settled};
use madoguchi_report::terminal::{Styles, Terminal};
use madoguchi_report::{CaseReport, github, html, json, junit, markdown, record};
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
    let case = CaseReport::new(&verdicts, &trace, "madoguchi run");
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

/// What is told of a run in which what fails is known until that day.
fn of_case<T>(until: &str, tell: impl FnOnce(CaseReport<'_>) -> T) -> T {
    let file = entry("result.lapsed-is-not-valid", "eligibility/*", until);
    let known = KnownFailures::parse("known.yaml", &file, SCENARIOS).expect("a sound file");
    let trace = play("eligibility/expired", "result.lapsed-is-not-valid");
    let verdicts = judge(&trace);
    tell(CaseReport {
        verdicts: &verdicts,
        trace: Some(&trace),
        exhibit: None,
        begun: None,
        took: None,
        again: "madoguchi run",
        known: Some(Known::new(&known, TODAY)),
    })
}

/// Everything that machines read of it.
fn told(case: CaseReport<'_>) -> [String; 4] {
    let (mut annotations, mut report) = (Vec::new(), Vec::new());
    github::write(&mut annotations, &[case], &[], Lang::En).expect("a Vec");
    json::write(&mut report, &[case], &Cover::default(), None, None).expect("a Vec");
    let text = |bytes| String::from_utf8(bytes).expect("Unicode");
    let junit = junit::files(&[case], &[], Lang::En, junit::LONGEST).expect("Unicode");
    [
        junit.concat(),
        text(annotations),
        markdown::summary(&[case], &[], Lang::En),
        text(report),
    ]
}

#[test]
fn a_known_failure_is_told_as_one_until_its_day_is_over() {
    let [junit, annotations, markdown, report] = of_case("2026-11-21", told);
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
    let [junit, annotations, markdown, report] = of_case("2026-11-20", told);
    assert!(junit.contains("failures=\"1\""), "{junit}");
    assert!(annotations.contains("::error"), "{annotations}");
    assert!(!markdown.contains("known failure"), "{markdown}");
    assert!(Report::parse(&report).expect("a report").known.is_empty());
}

/// What people read of the same run: the page, the test record as a form and as a table, the terminal.
fn shown(case: CaseReport<'_>, lang: Lang) -> [String; 4] {
    let mut told = [const { Vec::new() }; 4];
    let cover = Cover::default();
    html::write(&mut told[0], &[case], &cover, lang).expect("a Vec");
    record::write_html(&mut told[1], &[case], &cover, lang).expect("a Vec");
    record::write_csv(&mut told[2], &[case], &cover, lang).expect("a Vec");
    let terminal = Terminal::new(lang, Styles::plain());
    terminal.case(&mut told[3], &case).expect("a Vec");
    told.map(|bytes| String::from_utf8(bytes).expect("Unicode"))
}

#[test]
fn people_read_of_a_known_failure_until_when_and_why_until_its_day_is_over() {
    for (lang, words) in [
        (Lang::Ja, "2026-11-21 まで"),
        (Lang::En, "until 2026-11-21"),
    ] {
        for text in of_case("2026-11-21", |case| shown(case, lang)) {
            let flat = text.replace("\n               ", " ");
            assert!(
                flat.contains(words) || flat.contains("<td>2026-11-21</td>"),
                "{text}"
            );
            assert!(flat.contains("次の版で直す"), "{text}");
        }
        for text in of_case("2026-11-20", |case| shown(case, lang)) {
            assert!(
                !text.contains("2026-11-20") && !text.contains("次の版で直す"),
                "{text}"
            );
        }
    }
    let [page, ..] = of_case("2026-11-21", |case| shown(case, Lang::En));
    // the first screen counts it, the requirement and the case are marked
    assert!(page.contains("all that is wrong is known"));
    let marks = |page: &str| page.matches("<span class=\"mark open\">").count();
    let marked = marks(&page);
    assert!(page.contains("id=\"known\""));
    let [page, ..] = of_case("2026-11-20", |case| shown(case, Lang::En));
    assert_eq!(marked, marks(&page) + 2);
    assert!(!page.contains("id=\"known\"") && !page.contains("all that is wrong is known"));
}

#[test]
fn what_parts_say_was_known_covers_those_failures_until_their_day_is_over() {
    let trace = play("eligibility/expired", "result.lapsed-is-not-valid");
    let verdicts = judge(&trace);
    let failure = KnownFailure {
        scenario: "eligibility/expired".into(),
        requirement: "result.lapsed-is-not-valid".into(),
        because: "次の版で直す".into(),
        until: "2026-11-21".into(),
    };
    let excused = |failure: KnownFailure, today| {
        let known = KnownFailures::of_reports(&[failure]);
        Known::new(&known, today).excuses(&verdicts).is_some()
    };
    assert!(excused(failure.clone(), TODAY));
    assert!(!excused(failure.clone(), date(2026, 11, 22)));
    for (scenario, until) in [("happy/pin", "2026-11-21"), ("eligibility/expired", "soon")] {
        let other = KnownFailure {
            scenario: scenario.into(),
            until: until.into(),
            ..failure.clone()
        };
        assert!(!excused(other, TODAY));
    }
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
