//! What people and machines read. Snapshots: the text is the product.

use std::time::Duration;

use madoguchi_counter::play;
use madoguchi_judge::judge;
use madoguchi_judge::verdict::Verdicts;
use madoguchi_notation::load;
use madoguchi_report::compare::Comparison;
use madoguchi_report::cover::Cover;
use madoguchi_report::describe::describe;
use madoguchi_report::json::{Report, ReportError};
use madoguchi_report::overview::topic_name;
use madoguchi_report::terminal::{Styles, Terminal};
use madoguchi_report::{CaseReport, github, html, json, junit, markdown, strange};
use madoguchi_scenarios::Catalogue;
use madoguchi_terms::{Lang, Say as _};
use madoguchi_trace::{ClientEvent, OwnWords, Trace, What};

const AGAIN: &str = "madoguchi run eligibility/expired --client \"…\" --seed 7";

fn told<'a>(verdicts: &'a Verdicts, trace: &'a Trace) -> CaseReport<'a> {
    let took = Some(Duration::from_millis(210));
    CaseReport {
        verdicts,
        trace: Some(trace),
        exhibit: None,
        begun: "2026-11-21T00:00:00.5Z".parse().ok(),
        took,
        again: AGAIN,
        known: None,
    }
}

/// The JSON report of one case.
fn in_json(verdicts: &Verdicts, trace: &Trace) -> Vec<u8> {
    let mut out = Vec::new();
    let cases = [told(verdicts, trace)];
    json::write(&mut out, &cases, &Cover::default(), None, None).expect("a Vec takes everything");
    out
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
    let traces: Vec<Trace> = on_paper().iter().map(|entry| play(&entry.id, "")).collect();
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

/// The scenarios that the counter on paper imitates.
fn on_paper() -> Vec<madoguchi_scenarios::Entry> {
    let all = Catalogue::builtin();
    let mut entries = all.entries().to_vec();
    entries.retain(|entry| !entry.text.contains("tags: [field]"));
    entries
}

#[test]
fn every_defect_is_told_in_both_languages() {
    for id in madoguchi_requirements::builtin().ids() {
        for entry in on_paper() {
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
    for id in madoguchi_requirements::builtin().ids() {
        for entry in on_paper() {
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
    let files = junit::files(&[told(&verdicts, &trace)], &[], Lang::En, junit::LONGEST).unwrap();
    insta::assert_snapshot!(files.concat());
}

#[test]
fn the_json_report_holds_the_verdicts_and_neither_time_nor_path() {
    let trace = play("eligibility/expired", "result.lapsed-is-not-valid");
    let verdicts = judge(&trace);
    let out = in_json(&verdicts, &trace);
    let report: serde_json::Value = serde_json::from_slice(&out).unwrap();
    assert_eq!(report["overall"], "failed");
    assert_eq!(report["unofficial"], true);
    assert_eq!(report["cases"][0]["scenario"], "eligibility/expired");
    let mut later = trace;
    later
        .events
        .iter_mut()
        .for_each(|event| event.us += 5_000_000);
    let again = judge(&later);
    assert_eq!(out, in_json(&again, &later));
}

#[test]
fn the_json_report_says_how_much_rests_on_no_assumption() {
    let cases = [play("happy/pin", ""), play("happy/visual", "")];
    let printed = terminal(&cases, Lang::En, Styles::plain());
    let share = Report::new(cases.iter().map(judge).collect()).assumption_free;
    assert!(0 < share.without_assumptions && share.without_assumptions < share.decided);
    let percent = share.without_assumptions * 100 / share.decided;
    assert_eq!(share.percent, Some(percent));
    assert!(printed.contains(&format!("({percent} %")));
    assert_eq!(Report::new(Vec::new()).assumption_free.percent, None);
}

#[test]
fn junit_names_are_unique_and_say_the_cause_and_the_command_first() {
    let trace = play("eligibility/expired", "result.lapsed-is-not-valid");
    let verdicts = judge(&trace);
    let twice = [told(&verdicts, &trace), told(&verdicts, &trace)];
    let files = junit::files(&twice, &[], Lang::En, junit::LONGEST).unwrap();
    let [file] = files.as_slice() else {
        panic!("it is short")
    };
    let names: Vec<&str> = file.split("<testcase name=\"").skip(1).collect();
    let unique: std::collections::BTreeSet<&str> = names
        .iter()
        .map(|rest| rest.split('"').next().unwrap())
        .collect();
    assert_eq!(names.len(), unique.len());
    let failure = file.split("<failure").nth(1).expect("it fails");
    let observed = failure.find("observed: ").expect("what was observed");
    let again = failure.find("again: ").expect("the command");
    assert!(observed < again && again < failure.find("expected: ").expect("what was expected"));
}

#[test]
fn a_long_junit_report_is_split_between_cases() {
    let trace = play("eligibility/expired", "result.lapsed-is-not-valid");
    let verdicts = judge(&trace);
    let many: Vec<CaseReport<'_>> = (0..20).map(|_| told(&verdicts, &trace)).collect();
    let files = junit::files(&many, &[], Lang::Ja, 20_000).unwrap();
    assert!(files.len() > 1);
    for file in &files {
        assert!(
            file.len() <= 20_000 + 1_000 && file.contains("</testsuites>"),
            "{}",
            file.len()
        );
    }
    let suites: usize = files
        .iter()
        .map(|file| file.matches("<testsuite ").count())
        .sum();
    assert_eq!(suites, many.len());
}

#[test]
fn the_markdown_summary_is_short_and_holds_no_markup_of_others() {
    let mut trace = play("eligibility/expired", "result.lapsed-is-not-valid");
    trace.header.scenario = "<img src=x>|`".into();
    let verdicts = judge(&trace);
    let summary = markdown::summary(&[told(&verdicts, &trace)], &[], Lang::En);
    assert!(summary.contains("result.lapsed-is-not-valid") && summary.contains(AGAIN));
    let escaped = "\\<img src=x\\>\\|\\`";
    assert!(summary.contains(escaped) && !summary.replace(escaped, "").contains("<img"));
    let many: Vec<CaseReport<'_>> = (0..5_000).map(|_| told(&verdicts, &trace)).collect();
    let summary = markdown::summary(&many, &[], Lang::Ja);
    assert!(summary.len() < 1 << 20, "{}", summary.len());
    assert!(summary.contains("省略"));
}

#[test]
fn annotations_are_ten_at_most_per_level_and_the_worst_come_first() {
    let trace = play("eligibility/expired", "result.lapsed-is-not-valid");
    let verdicts = judge(&trace);
    let many: Vec<CaseReport<'_>> = (0..30).map(|_| told(&verdicts, &trace)).collect();
    let mut out = Vec::new();
    github::write(&mut out, &many, &[], Lang::En).unwrap();
    let text = String::from_utf8(out).unwrap();
    for level in ["::error", "::warning", "::notice"] {
        assert!(text.matches(level).count() <= 10, "{text}");
    }
    assert!(text.starts_with("::error title=eligibility/expired%3A result.lapsed-is-not-valid::"));
    assert!(text.contains("21 more") && text.contains("%0A"));
}

#[test]
fn the_schema_of_the_report_is_the_published_one_and_fits() {
    let schema = serde_json::to_value(json::schema()).unwrap();
    let published: serde_json::Value =
        serde_json::from_str(include_str!("../../report.schema.json")).unwrap();
    assert_eq!(
        schema, published,
        "run madoguchi schema report > conformance/report/report.schema.json"
    );
    let trace = play("eligibility/expired", "result.lapsed-is-not-valid");
    let verdicts = judge(&trace);
    let out = in_json(&verdicts, &trace);
    let report: serde_json::Value = serde_json::from_slice(&out).unwrap();
    assert!(jsonschema::is_valid(&schema, &report));
    assert!(!jsonschema::is_valid(
        &schema,
        &serde_json::json!({ "overall": "great" })
    ));
}

#[test]
fn a_report_reads_back_and_a_newer_one_is_refused() {
    let verdicts = judge(&play("happy/pin", ""));
    let report = Report::new(vec![verdicts]);
    let mut out = Vec::new();
    report.write(&mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert_eq!(Report::parse(&text).unwrap(), report);
    let newer = text.replacen("\"madoguchi_report\": 1", "\"madoguchi_report\": 9", 1);
    assert_eq!(Report::parse(&newer), Err(ReportError::Newer(9)));
    assert!(matches!(
        Report::parse("[]"),
        Err(ReportError::Malformed(_))
    ));
}

#[test]
fn a_comparison_says_what_became_worse_and_what_is_gone() {
    let good = judge(&play("eligibility/expired", ""));
    let bad = judge(&play("eligibility/expired", "result.lapsed-is-not-valid"));
    let other = judge(&play("happy/pin", ""));
    let (before, after) = (Report::new(vec![good, other]), Report::new(vec![bad]));
    let worse = Comparison::new(&before, &after);
    assert!(!worse.holds());
    assert_eq!(worse.worse[0].requirement, "result.lapsed-is-not-valid");
    assert_eq!(worse.gone, ["happy/pin [mock-2025.05]"]);
    let better = Comparison::new(&after, &before);
    assert!(better.holds() && better.better.len() == worse.worse.len());
    for lang in Lang::ALL {
        assert!(worse.in_words(lang).contains("○ → ×"));
    }
    assert_eq!(Comparison::new(&before, &before), Comparison::default());
}

#[test]
fn every_topic_has_a_name_for_people() {
    let catalogue = madoguchi_requirements::builtin();
    let all = catalogue.requirements().iter();
    for requirement in all.chain(catalogue.of_consumers()) {
        let topic = requirement.id.split('.').next().unwrap_or_default();
        let name = topic_name(topic);
        assert_ne!(name.text(Lang::Ja), topic);
        assert_ne!(name.text(Lang::En), topic);
    }
}

/// A client whose screens have no 再試行, and that does nothing where it is to be pressed.
fn without_retry() -> Trace {
    let mut trace = play("web/answer-lost", "");
    let is_press =
        |what: &What| matches!(what, What::Step(step) if step.action.as_str() == "press");
    let pressed = trace.events.iter().position(|event| is_press(&event.what));
    let pressed = pressed.expect("a press");
    if let What::Step(step) = &mut trace.events[pressed].what {
        step.line = Some(19);
    }
    let kept = |what: &What| {
        let is_said = matches!(what, What::Client(ClientEvent::Done { .. }));
        is_said || matches!(what, What::Step(_) | What::Exit(_))
    };
    let after = trace.events.split_off(pressed);
    trace
        .events
        .extend(after.into_iter().filter(|event| kept(&event.what)));
    for (seq, event) in (1..).zip(&mut trace.events) {
        (event.seq, event.us) = (seq, seq * 1_000);
        if let What::Client(ClientEvent::Screen(screen)) = &mut event.what {
            screen.buttons.retain(|button| button != "再試行");
        }
    }
    trace
}

#[test]
fn an_act_that_could_not_be_done_is_told_by_its_own_name_in_every_form() {
    let trace = without_retry();
    let verdicts = judge(&trace);
    let case = [told(&verdicts, &trace)];
    let open = &verdicts.undone[0].leaves_open[0];
    for (lang, place) in [(Lang::Ja, "19 行目"), (Lang::En, "line 19")] {
        let mut page = Vec::new();
        html::write(&mut page, &case, &Cover::default(), lang).expect("a Vec");
        let mut annotations = Vec::new();
        github::write(&mut annotations, &case, &[], lang).expect("a Vec");
        let utf8 = |text| String::from_utf8(text).expect("reports are UTF-8");
        let junit = junit::files(&case, &[], lang, junit::LONGEST).expect("Unicode");
        for (form, text) in [
            (
                "terminal",
                terminal(std::slice::from_ref(&trace), lang, Styles::plain()),
            ),
            ("html", utf8(page)),
            ("junit", junit.concat()),
            ("markdown", markdown::summary(&case, &[], lang)),
            ("github", utf8(annotations)),
        ] {
            let text: String = text.split_whitespace().collect();
            let press: String = "press 再試行".split_whitespace().collect();
            let place: String = place.split_whitespace().collect();
            assert!(text.contains(&press), "{form}: {text}");
            assert!(text.contains(&place), "{form}: {text}");
            assert!(text.contains(open.as_str()), "{form}: {text}");
        }
        assert!(junit.concat().contains("type=\"act-not-done\""));
        assert_eq!(junit.concat().matches("<failure").count(), 1);
    }
    let report = String::from_utf8(in_json(&verdicts, &trace)).expect("JSON");
    assert_eq!(Report::parse(&report).expect("a report").cases, [verdicts]);
}

/// A client with words of its own, some of them on more screens than one.
fn in_strange_words() -> Trace {
    let mut trace = play("happy/visual", "");
    for event in &mut trace.events {
        if let What::Client(ClientEvent::Screen(screen)) = &mut event.what {
            if screen.title == "読み取り" {
                screen.title = "読み込み".into();
            }
            for button in &mut screen.buttons {
                if button == "目視確認" {
                    *button = "目視確忍".into();
                }
            }
            screen.fields.push(("ただいま".into(), "9:15".into()));
            for (label, _) in &mut screen.fields {
                match label.as_str() {
                    "氏名" => *label = "だれ".into(),
                    "性別" => *label = "姓別".into(),
                    "保険者番号" => *label = "保険者番号#語".into(),
                    _ => {}
                }
            }
        }
    }
    trace
}

#[test]
fn all_words_that_nobody_knows_are_told_once_as_a_file_of_own_words() {
    let trace = in_strange_words();
    let verdicts = judge(&trace);
    let twice = [told(&verdicts, &trace), told(&verdicts, &trace)];
    let all = strange::of(&twice);
    let words: Vec<&str> = all.iter().map(|met| met.word.word.as_str()).collect();
    let mut once = words.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), words.len(), "{words:?}");
    for lang in Lang::ALL {
        let block = strange::block(&all, lang);
        let own: OwnWords =
            load("words.yaml", &block).unwrap_or_else(|why| panic!("{why}\n{block}"));
        assert_eq!(own.buttons["目視確認"].0, ["目視確忍"]);
        assert_eq!(own.labels["保険者番号"].0, ["保険者番号#語"]);
        // what is like no word is known by the value that it shows
        assert_eq!(own.labels["氏名"].0, ["だれ"]);
        // where it shows none, it is not guessed, and does no harm
        assert!(block.contains("# ?: ただいま  # happy/visual"), "{block}");
        // of two letters, another one makes another word
        assert!(!own.labels.contains_key("性別"), "{block}");
        let unknown = madoguchi_judge::words::Words::unknown(&own);
        assert_eq!(unknown, []);
        let mut page = Vec::new();
        html::write(&mut page, &twice, &Cover::default(), lang).expect("a Vec");
        let page = String::from_utf8(page).expect("UTF-8");
        let terminal = terminal(std::slice::from_ref(&trace), lang, Styles::plain());
        // a page has it in both languages
        for (form, times) in [(page, 2), (terminal, 1)] {
            assert_eq!(form.matches("目視確認: 目視確忍").count(), times);
        }
        // with the words that were told, they are known
        let mut known = trace.clone();
        known.header.words = own;
        let left = madoguchi_judge::words::strange(&known);
        assert!(left.iter().all(|word| word.word != "目視確忍"));
    }
    // where a button could not be pressed, the unknown one there is probably that one
    let mut stuck = without_retry();
    for event in &mut stuck.events {
        if let What::Client(ClientEvent::Screen(screen)) = &mut event.what
            && screen.title == "通信エラー"
        {
            screen.buttons.push("登録すろ".into());
        }
    }
    let verdicts = judge(&stuck);
    assert_eq!(verdicts.undone[0].perhaps, ["登録すろ"]);
    let block = strange::block(&strange::of(&[told(&verdicts, &stuck)]), Lang::En);
    assert!(block.contains("  再試行: 登録すろ"), "{block}");
    let plain = play("happy/visual", "");
    let verdicts = judge(&plain);
    assert_eq!(strange::of(&[told(&verdicts, &plain)]), []);
}
