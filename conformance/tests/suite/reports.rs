//! What people and machines read. Snapshots: the text is the product.

use std::time::Duration;

use madoguchi_conformance::describe::describe;
use madoguchi_conformance::judge::judge;
use madoguchi_conformance::report::terminal::{Styles, Terminal};
use madoguchi_conformance::report::{CaseReport, json, junit};
use madoguchi_conformance::requirement;
use madoguchi_conformance::trace::Trace;
use madoguchi_conformance::verdict::Verdicts;
use madoguchi_scenarios::Catalogue;
use madoguchi_terms::Lang;

use crate::counter::play;

const AGAIN: &str = "madoguchi run eligibility/expired --client \"…\" --seed 7";

fn told<'a>(verdicts: &'a Verdicts, trace: &'a Trace) -> CaseReport<'a> {
    let took = Some(Duration::from_millis(210));
    CaseReport {
        verdicts,
        trace: Some(trace),
        took,
        again: AGAIN,
    }
}

fn terminal(traces: &[Trace], lang: Lang, styles: Styles) -> String {
    let verdicts: Vec<Verdicts> = traces.iter().map(judge).collect();
    let cases: Vec<CaseReport<'_>> = verdicts
        .iter()
        .zip(traces)
        .map(|(verdicts, trace)| told(verdicts, trace))
        .collect();
    let terminal = Terminal::new(lang, styles);
    let mut out = Vec::new();
    let profile = &traces[0].header.profile;
    terminal
        .opening(&mut out, traces.len(), "paper client", profile)
        .expect("a Vec");
    for case in &cases {
        terminal
            .case(&mut out, case)
            .expect("a Vec takes everything");
    }
    terminal
        .summary(&mut out, &cases)
        .expect("a Vec takes everything");
    String::from_utf8(out).expect("reports are UTF-8")
}

#[test]
fn a_healthy_client_gets_a_line_for_each_scenario() {
    let traces: Vec<Trace> = Catalogue::builtin()
        .entries()
        .iter()
        .map(|entry| play(&entry.id, ""))
        .collect();
    insta::assert_snapshot!(terminal(&traces, Lang::Ja, Styles::plain()));
    insta::assert_snapshot!(terminal(&traces, Lang::En, Styles::plain()));
}

#[test]
fn a_failure_says_what_where_why_and_how_to_see_it_again() {
    let traces = [play("eligibility/expired", "result.lapsed-is-not-valid")];
    insta::assert_snapshot!(terminal(&traces, Lang::Ja, Styles::plain()));
    insta::assert_snapshot!(terminal(&traces, Lang::En, Styles::plain()));
}

#[test]
fn an_assumed_requirement_says_so_and_what_follows_is_named() {
    let traces = [play("happy/pin", "service.signed-challenge")];
    insta::assert_snapshot!(terminal(&traces, Lang::En, Styles::plain()));
}

#[test]
fn a_client_that_died_or_never_began_is_told_first() {
    let mut silent = play("happy/visual", "");
    silent.header.client = None;
    silent.events.clear();
    let traces = [play("card/torn", "card.survives-removal"), silent];
    insta::assert_snapshot!(terminal(&traces, Lang::Ja, Styles::plain()));
}

#[test]
fn colour_changes_no_word() {
    let traces = [play("eligibility/expired", "result.lapsed-is-not-valid")];
    let coloured = terminal(&traces, Lang::En, Styles::coloured());
    assert!(coloured.contains('\u{1b}'));
    let mut words = String::new();
    let mut rest = coloured.as_str();
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        words.push_str(before);
        rest = after.split_once('m').expect("a whole escape sequence").1;
    }
    words.push_str(rest);
    assert_eq!(words, terminal(&traces, Lang::En, Styles::plain()));
}

#[test]
fn every_defect_is_told_in_both_languages() {
    for id in requirement::builtin().ids() {
        for entry in Catalogue::builtin().entries() {
            let trace = play(&entry.id, id);
            if judge(&trace).failed().next().is_none() {
                continue;
            }
            let [ja, en] =
                Lang::ALL.map(|lang| terminal(std::slice::from_ref(&trace), lang, Styles::plain()));
            assert!(ja.contains(id) && en.contains(id), "{id}");
            assert_ne!(ja, en);
        }
    }
}

#[test]
fn every_event_is_one_line_in_both_languages() {
    for id in requirement::builtin().ids() {
        for entry in Catalogue::builtin().entries() {
            for event in &play(&entry.id, id).events {
                for lang in Lang::ALL {
                    let line = describe(&event.what, lang);
                    assert!(!line.is_empty() && !line.contains('\n'), "{line}");
                }
            }
        }
    }
}

#[test]
fn junit_has_a_test_for_each_decided_requirement() {
    let trace = play("eligibility/expired", "result.lapsed-is-not-valid");
    let verdicts = judge(&trace);
    let mut out = Vec::new();
    junit::write(&mut out, &[told(&verdicts, &trace)], Lang::En).unwrap();
    insta::assert_snapshot!(String::from_utf8(out).unwrap());
}

#[test]
fn the_json_report_holds_the_verdicts_and_neither_time_nor_path() {
    let trace = play("eligibility/expired", "result.lapsed-is-not-valid");
    let verdicts = judge(&trace);
    let mut out = Vec::new();
    json::write(&mut out, &[told(&verdicts, &trace)]).unwrap();
    let report: serde_json::Value = serde_json::from_slice(&out).unwrap();
    assert_eq!(report["overall"], "failed");
    assert_eq!(report["unofficial"], true);
    assert_eq!(report["cases"][0]["scenario"], "eligibility/expired");
    let mut later = trace.clone();
    later
        .events
        .iter_mut()
        .for_each(|event| event.us += 5_000_000);
    let again = judge(&later);
    let mut out_again = Vec::new();
    json::write(&mut out_again, &[told(&again, &later)]).unwrap();
    assert_eq!(out, out_again);
}
