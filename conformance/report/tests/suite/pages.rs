//! The HTML report and the 試験成績書: whole, self-contained, and safe against what a client says.

use std::collections::BTreeSet;

use madoguchi_counter::play;
use madoguchi_judge::beside::{Became, Beside, Class, Line, Piece};
use madoguchi_judge::judge;
use madoguchi_judge::verdict::{Outcome, Verdict, Verdicts};
use madoguchi_notation::Wording;
use madoguchi_report::cover::{Cover, Untried};
use madoguchi_report::soundness::Soundness;
use madoguchi_report::tested::Tested;
use madoguchi_report::timeline::Timeline;
use madoguchi_report::{CaseReport, html, markdown, record};
use madoguchi_requirements::Level;
use madoguchi_terms::Lang;
use madoguchi_trace::Binding;
use madoguchi_trace::{ClientEvent, Header, Trace, What};

type Write = fn(&mut dyn std::io::Write, &[CaseReport<'_>], &Cover, Lang) -> std::io::Result<()>;

fn written(traces: &[Trace], lang: Lang, write: Write) -> String {
    let verdicts: Vec<Verdicts> = traces.iter().map(judge).collect();
    let pairs = verdicts.iter().zip(traces);
    let cases: Vec<CaseReport<'_>> = pairs
        .map(|(verdicts, trace)| {
            CaseReport::new(verdicts, trace, "madoguchi run x --client \"a & b\"")
        })
        .collect();
    let cover = Cover {
        tool: "madoguchi 0.1.0".into(),
        build: Some("sha256:00".into()),
        environment: Some("Debian".into()),
        begun: Some("2026-11-21T09:00:00+09:00".into()),
        ended: Some("2026-11-21T09:01:00+09:00".into()),
        tester: Some("試験 花子".into()),
        document: Some("QA-17".into()),
        revision: Some("第2版".into()),
        statement: Some(STATEMENT.into()),
        seal: Some("5ea1".into()),
        untried: vec![Untried {
            scenario: "pin/lockout".into(),
            because: Wording::new("対応していない", "not supported"),
        }],
        ..Cover::default()
    };
    let mut out = Vec::new();
    write(&mut out, &cases, &cover, lang).expect("a Vec takes everything");
    let page = String::from_utf8(out).expect("reports are UTF-8");
    // how the template engine writes a slash, as a browser reads it
    page.replace("&#x2f;", "/")
}

const STATEMENT: &str = "statement: 1\nproduct: { name: a, version: b }\nplatform: windows\nmethods: [pin]\n\
     functions: [proxy]\n";

fn lapsed() -> [Trace; 2] {
    [
        play("happy/pin", ""),
        play("eligibility/expired", "result.lapsed-is-not-valid"),
    ]
}

/// Where sources are published, as a page writes it.
fn addresses() -> BTreeSet<String> {
    let catalogue = madoguchi_requirements::builtin();
    let requirements = catalogue.requirements().iter();
    let sources = requirements.flat_map(|requirement| &requirement.sources);
    let addresses = sources.filter_map(|source| catalogue.address(source));
    addresses
        .map(|address| address.replace('&', "&amp;"))
        .collect()
}

/// Values of an attribute, in order.
fn attribute<'a>(page: &'a str, name: &str) -> Vec<&'a str> {
    let key = format!(" {name}=\"");
    let values = page.split(key.as_str()).skip(1);
    values
        .map(|rest| rest.split('"').next().expect("a value ends"))
        .collect()
}

/// Chromium takes ten seconds to print a report of 178 cases, and more than a hundred with one `:has()`.
#[test]
fn a_page_that_a_browser_prints_has_no_rule_that_looks_at_descendants() {
    let page = written(&[play("happy/visual", "")], Lang::Ja, html::write);
    let without = page
        .split_once("<noscript>")
        .zip(page.split_once("</noscript>"));
    let ((before, _), (_, after)) = without.expect("who runs no scripts has such rules");
    assert!(!before.contains(":has(") && !after.contains(":has("));
}

#[test]
fn a_report_needs_no_network_and_no_second_file() {
    for (write, name) in [
        (html::write as Write, "report"),
        (record::write_html, "record"),
    ] {
        let mut page = written(&lapsed(), Lang::Ja, write);
        // Where a source is published is told, and not loaded.
        for address in addresses() {
            page = page.replace(&address, "");
        }
        assert!(
            !page.contains("http://") && !page.contains("https://"),
            "{name}"
        );
        assert_eq!(attribute(&page, "src"), [""; 0], "{name}");
        assert!(
            !page.contains("<link") && !page.contains("@import"),
            "{name}"
        );
    }
}

/// Walks through the tags of a page: every element ends in the one in which it began, and none of
/// those that a browser would move or end by itself stands where it may not.
fn nesting(page: &str) -> Result<usize, String> {
    const VOID: &[&str] = &["meta", "input", "br", "col", "rect", "line", "link", "img"];
    /// Elements that a paragraph, a heading or a summary cannot hold.
    const BLOCK: &[&str] = &[
        "p", "div", "table", "ul", "ol", "dl", "section", "details", "pre",
    ];
    let mut open: Vec<&str> = Vec::new();
    let mut count = 0;
    let mut rest = page;
    while let Some((_, tag)) = rest.split_once('<') {
        let raw = open
            .last()
            .is_some_and(|name| ["style", "script"].contains(name));
        if raw && !tag.starts_with("/style>") && !tag.starts_with("/script>") {
            rest = tag;
            continue;
        }
        let (tag, after) = tag.split_once('>').ok_or("a tag that does not end")?;
        rest = after;
        if tag.starts_with('!') {
            continue;
        }
        count += 1;
        let name = tag.trim_start_matches('/');
        let name = name.split([' ', '/', '\n']).next().unwrap_or(name);
        if tag.starts_with('/') {
            match open.pop() {
                Some(last) if last == name => {}
                last => return Err(format!("</{name}> ends {last:?} ({count}. tag)")),
            }
            continue;
        }
        let parent = open.last().copied().unwrap_or("");
        let is_block = BLOCK.contains(&name);
        let holds_text = [
            "p", "span", "h1", "h2", "h3", "strong", "code", "a", "label",
        ];
        let wrong = is_block && open.iter().any(|name| holds_text.contains(name))
            || name == "li" && !["ul", "ol"].contains(&parent)
            || name == "tr" && !["thead", "tbody", "table"].contains(&parent)
            || ["td", "th"].contains(&name) && parent != "tr"
            || ["dt", "dd"].contains(&name) && parent != "dl"
            || name == "a" && open.contains(&"a");
        if wrong {
            return Err(format!("<{name}> in {open:?} ({count}. tag)"));
        }
        if !VOID.contains(&name) && !tag.ends_with('/') {
            open.push(name);
        }
    }
    if open.is_empty() {
        Ok(count)
    } else {
        Err(format!("{open:?} do not end"))
    }
}

#[test]
fn every_element_ends_where_it_began_and_stands_where_it_may() {
    for lang in Lang::ALL {
        for write in [html::write as Write, record::write_html] {
            let count = nesting(&written(&lapsed(), lang, write)).unwrap();
            assert!(count > 100, "{count}");
        }
    }
    for bad in [
        "<p><div></div></p>",
        "<ul><li></ul>",
        "<table><td></td></table>",
        "<b>",
    ] {
        assert!(nesting(bad).is_err(), "{bad}");
    }
}

#[test]
fn every_link_of_a_report_leads_somewhere_and_every_id_is_unique() {
    let page = written(&lapsed(), Lang::En, html::write);
    let ids = attribute(&page, "id");
    let unique: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(unique.len(), ids.len());
    let addresses = addresses();
    for link in attribute(&page, "href") {
        if addresses.contains(link) {
            continue;
        }
        let id = link.strip_prefix('#').expect("links stay on the page");
        assert!(unique.contains(id), "{link}");
    }
}

#[test]
fn the_failing_moment_is_marked_and_linked() {
    let [_, trace] = lapsed();
    let verdicts = judge(&trace);
    let (_, failure) = verdicts.failed().next().expect("it fails");
    let page = written(&lapsed(), Lang::Ja, html::write);
    let at = failure.at;
    assert!(page.contains(&format!("href=\"#case-2-{at}\"")));
    assert!(page.contains(&format!("<tr id=\"case-2-{at}\" class=\"broken\">")));
    assert!(page.contains("href=\"#case-2-v-result.lapsed-is-not-valid\""));
}

#[test]
fn a_report_holds_both_languages_and_says_that_it_is_unofficial() {
    for lang in Lang::ALL {
        let page = written(&lapsed(), lang, html::write);
        assert!(page.contains("公的な認定ではありません") && page.contains("Not a certification"));
        assert!(page.contains("資格喪失後の資格を有効と表示しない"));
        assert!(page.contains("Do not show a lapsed eligibility as valid"));
        assert!(page.contains("mock-2025.05") && page.contains("pin/lockout"));
        assert_eq!(
            page.matches(" class=\"ja\"").count(),
            page.matches(" class=\"en\"").count()
        );
    }
}

#[test]
fn what_a_client_says_is_text_and_never_markup() {
    let mut traces = lapsed();
    for event in &mut traces[1].events {
        if let What::Client(ClientEvent::Screen(screen)) = &mut event.what {
            screen.title = "<script>alert(1)</script>\"'&".into();
            screen
                .fields
                .push(("<u>".into(), "</details><img onerror=x>".into()));
        }
    }
    for write in [html::write as Write, record::write_html] {
        let page = written(&traces, Lang::Ja, write);
        assert!(!page.contains("<script>alert") && !page.contains("<img") && !page.contains("<u>"));
    }
}

#[test]
fn what_a_client_says_of_its_own_trouble_stands_with_its_case() {
    let [_, mut trace] = lapsed();
    for event in &mut trace.events {
        match &mut event.what {
            What::Exit(exit) => {
                exit.code = Some(1);
                exit.last_words = Some("Traceback\nKeyError: 42".into());
            }
            What::Client(client @ ClientEvent::Done { r#do: 1 }) => {
                *client = ClientEvent::Error {
                    n: 7,
                    text: "no such field".into(),
                };
            }
            _ => {}
        }
    }
    let page = written(&[trace], Lang::En, html::write);
    for said in ["its standard error", "KeyError: 42", "no such field"] {
        assert!(page.contains(said), "{said}");
    }
}

#[test]
fn a_long_trace_is_shown_around_its_failure() {
    let [_, mut trace] = lapsed();
    let step = trace.events[1].clone();
    let many = (0..5_000).map(|_| step.clone());
    trace.events.splice(1..1, many);
    for (at, event) in trace.events.iter_mut().enumerate() {
        event.seq = at as u64 + 1;
    }
    let page = written(&[trace], Lang::En, html::write);
    let rows = page.matches("<tr id=\"case-1-").count();
    assert!((100..=1_000).contains(&rows), "{rows} rows");
    assert!(page.contains("events left out") && page.contains("class=\"broken\""));
}

#[test]
fn a_test_record_is_a_form_to_sign() {
    let form = written(&lapsed(), Lang::Ja, record::write_html);
    for part in [
        "試験成績書",
        "公的な認定ではない",
        "sha256:00",
        "試験 花子",
        "5ea1",
        "cases/00002",
        "承認",
        "審査",
        "作成",
        "2026-11-21T09:00:00+09:00",
        "×",
        "○",
        "E-002 行",
        "試験していない要件",
        "pin/lockout",
        "QA-17",
        "第2版",
        "模擬: 非接触 (機種を問わない)",
        "動作環境 windows · 確認方法 pin ·",
        "機能 proxy",
    ] {
        assert!(form.contains(part), "{part}");
    }
}

/// What stands in a page before the items.
fn front(page: &str) -> &str {
    let before = page.split_once("class=\"items\"");
    before.expect("there are items").0
}

#[test]
fn a_test_record_begins_with_the_overall_verdict_what_failed_and_the_topics() {
    let form = written(&lapsed(), Lang::Ja, record::write_html);
    for part in [
        "総合判定 (非公式): <strong>不合格 (不合格の要件 1)</strong>",
        "資格喪失後の資格を有効と表示しない",
        "<small>eligibility/expired</small>",
        "<th scope=\"row\">資格確認結果</th>",
    ] {
        assert!(front(&form).contains(part), "{part}");
    }
    let [good, _] = lapsed();
    let form = written(&[good], Lang::En, record::write_html);
    let told = "Overall verdict (unofficial): <strong>passed (1 cases run)</strong>";
    assert!(front(&form).contains(told));
    assert!(front(&form).contains("<h2>What failed</h2>\n<p>None</p>"));
    let table = written(&lapsed(), Lang::En, record::write_csv);
    assert!(
        table.contains("\"overall verdict (unofficial)\",\"\",\"\",\"failed (1 requirements)\"")
    );
}

#[test]
fn a_test_record_of_stored_traces_says_what_they_tell() {
    let traces = lapsed();
    let verdicts = judge(&traces[0]);
    let case = CaseReport {
        trace: Some(&traces[0]),
        ..without_trace(&verdicts)
    };
    let cover = Cover {
        tool: "madoguchi 9.9.9".into(),
        ..Cover::default()
    };
    for (lang, unknown, recorded) in [
        (Lang::Ja, "記録からの判定: 記録にない", "記録: "),
        (
            Lang::En,
            "judged from traces, which do not say",
            "recorded by: ",
        ),
    ] {
        let mut out = Vec::new();
        record::write_html(&mut out, &[case], &cover, lang).expect("a Vec takes everything");
        let form = String::from_utf8(out).expect("reports are UTF-8");
        assert_eq!(form.matches(unknown).count(), 2, "build and environment");
        let Header { at, tool, .. } = &traces[0].header;
        assert!(form.contains(at.as_str()), "{at}");
        assert!(form.contains(&format!("madoguchi 9.9.9 ({recorded}{tool})")));
    }
}

#[test]
fn each_cause_of_a_failed_requirement_is_told_with_its_cases() {
    let mut traces = [
        play("eligibility/expired", "result.lapsed-is-not-valid"),
        play("eligibility/expired", "result.lapsed-is-not-valid"),
        play("eligibility/expired", "result.lapsed-is-not-valid"),
    ];
    for (trace, name) in traces.iter_mut().zip(["own/a", "own/b", "own/c"]) {
        trace.header.scenario = name.into();
    }
    let mut verdicts: Vec<Verdicts> = traces.iter().map(judge).collect();
    let other = Wording::new("別の原因", "another cause");
    for verdict in &mut verdicts[1].verdicts {
        if let Outcome::Fail(failure) = &mut verdict.outcome {
            failure.observed = other.clone();
        }
    }
    let cases: Vec<CaseReport<'_>> = verdicts.iter().map(without_trace).collect();
    for write in [html::write as Write, record::write_html] {
        let mut out = Vec::new();
        write(&mut out, &cases, &Cover::default(), Lang::Ja).expect("a Vec takes everything");
        let page = String::from_utf8(out)
            .expect("reports are UTF-8")
            .replace("&#x2f;", "/");
        let [first, second] = ["に 有効 とある", "別の原因"].map(|told| page.find(told));
        let place = |name: &str| {
            page[first.unwrap_or(0)..]
                .find(name)
                .map(|at| at + first.unwrap_or(0))
        };
        assert!(first < place("own/a") && place("own/a") < place("own/c"));
        assert!(
            first.is_some() && place("own/c") < second && second < place("own/b"),
            "{page}"
        );
    }
}

#[test]
fn the_time_axis_begins_with_the_first_event() {
    let [mut trace, _] = lapsed();
    let start_up = 4_000_000;
    for event in &mut trace.events {
        event.us += start_up;
    }
    let begins = trace.events[0].us / 1_000;
    let timeline = Timeline::new(&trace, &judge(&trace));
    assert_eq!(timeline.begins, begins);
    let places = timeline.dots.iter().map(|dot| dot.x);
    let (first, last) = places.fold((1_000, 0), |(first, last), x| (first.min(x), last.max(x)));
    assert!(first < 5 && last > 990, "{first} … {last}");
}

#[test]
fn a_report_is_moved_through_by_its_headings() {
    let page = written(&lapsed(), Lang::Ja, html::write);
    let nav = page
        .split_once("<nav ")
        .and_then(|(_, rest)| rest.split_once("</nav>"));
    let (nav, _) = nav.expect("there is one");
    assert_eq!(attribute(nav, "href").len(), page.matches("<h2 ").count());
    // What is jumped to is there at once, below what stays on top, and from its heading on.
    assert!(
        page.contains("nav { position: sticky; top: 0;") && page.contains("scroll-padding-top")
    );
    assert!(!page.contains("scroll-behavior: smooth"));
    assert!(page.contains("block: target.tagName === 'TR' ? 'center' : 'start'"));
}

#[test]
fn a_source_is_a_link_where_it_is_published() {
    let page = written(&lapsed(), Lang::Ja, html::write);
    let linked: BTreeSet<&str> = attribute(&page, "href").into_iter().collect();
    assert!(
        addresses()
            .iter()
            .any(|address| linked.contains(address.as_str()))
    );
}

#[test]
fn what_is_printed_is_bounded() {
    let page = written(&lapsed(), Lang::Ja, html::write);
    let (_, print) = page
        .split_once("@media print {")
        .expect("a style for paper");
    // Of a timeline only what shows a failure and what led to it; no matrix, which fits no paper.
    assert!(print.contains(".timeline tbody tr:not(.broken):not(.leads) { display: none; }"));
    assert!(print.contains(".matrix, .strip, .on-screen { display: none; }"));
    assert!(page.contains("<section aria-labelledby=\"matrix\" class=\"on-screen\">"));
}

#[test]
fn the_table_opens_in_a_spreadsheet_and_computes_nothing() {
    let mut traces = lapsed();
    traces[1].header.scenario = "=1+1".into();
    let table = written(&traces, Lang::Ja, record::write_csv);
    assert!(table.starts_with("\u{feff}\"番号\",\"試験項目\""));
    let lines: Vec<&str> = table
        .split("\r\n")
        .filter(|line| !line.is_empty())
        .collect();
    assert!(lines.len() > 30, "{}", lines.len());
    for line in &lines {
        assert_eq!(line.matches("\",\"").count(), 10, "{line}");
    }
    assert!(table.contains("\"'=1+1\"") && !table.contains(",\"=1+1\""));
    for (name, value) in [("製品名", "paper client"), ("試験実施者", "試験 花子")] {
        assert!(
            table.contains(&format!("\"{name}\",\"\",\"\",\"{value}\"")),
            "{name}"
        );
    }
    assert!(table.contains("\"pin/lockout\"") && table.contains("\"対応していない\",\"―\""));
    assert!(lines.last().expect("lines").contains("公的な認定ではない"));
}

/// A case of a レセコン in which a name lost a character on the way.
fn transcribed() -> Verdicts {
    let piece = |text: &str, differs| Piece {
        text: text.to_owned(),
        differs,
    };
    let mut verdicts = judge(&play("happy/pin", ""));
    verdicts.scenario = "characters/level-3".into();
    verdicts.binding = Some(Binding::Export);
    verdicts.verdicts = vec![Verdict {
        requirement: "transcription.characters-kept".into(),
        level: Level::Should,
        assumed: false,
        named: true,
        rests_on: Vec::new(),
        outcome: Outcome::Pass,
        strict: false,
    }];
    verdicts.records = vec![Beside {
        name: "OQSsiquc01res_face_1.xml".into(),
        delivered: Some(Wording::new("届いた記録 (1 件目)", "delivered (1)")),
        exported: Some(Wording::new(
            "書き出された記録 (1 行目)",
            "exported (row 1)",
        )),
        fields: vec![
            Line {
                field: "name".into(),
                label: Wording::new("氏名", "name"),
                compared: true,
                delivered: vec![piece("髙", true), piece("橋", false)],
                exported: vec![piece("<", true), piece("橋", false)],
                became: Some(Became {
                    cause: Class::ReEncoded,
                    words: Wording::new("文字の置き換え", "re-encoded"),
                }),
            },
            Line {
                field: "name-kana".into(),
                label: Wording::new("氏名カナ", "name-kana"),
                delivered: vec![piece("ﾀｶﾊｼ", false)],
                ..Line::default()
            },
        ],
    }];
    verdicts
}

fn without_trace(verdicts: &Verdicts) -> CaseReport<'_> {
    CaseReport {
        verdicts,
        trace: None,
        exhibit: None,
        begun: None,
        took: None,
        again: "again",
        known: None,
    }
}

#[test]
fn what_is_required_of_another_role_is_not_listed_as_untested() {
    let consumer = transcribed();
    let app = judge(&play("happy/pin", ""));
    let (of_app, of_consumer) = ("registration.refusal-ends", "transcription.survives");
    for (verdicts, own, foreign) in [
        (&app, of_app, of_consumer),
        (&consumer, of_consumer, of_app),
    ] {
        let cases = [without_trace(verdicts)];
        for write in [html::write as Write, record::write_html, record::write_csv] {
            let mut out = Vec::new();
            write(&mut out, &cases, &Cover::default(), Lang::Ja).expect("a Vec takes everything");
            let page = String::from_utf8(out).expect("reports are UTF-8");
            assert!(page.contains(own), "{own} is untested, and belongs to it");
            let topic = format!("{}.", foreign.split('.').next().expect("a topic"));
            assert!(!page.contains(&topic), "{topic}");
        }
        let summary = markdown::summary(&cases, &[], Lang::En);
        let topics = ["Registration for use", "Taking over into"];
        let told = topics.map(|topic| summary.contains(topic));
        assert_eq!(told, [own == of_app, own == of_consumer], "{summary}");
    }
    let both = [without_trace(&app), without_trace(&consumer)];
    let summary = markdown::summary(&both, &[], Lang::En);
    assert!(summary.contains("Registration for use") && summary.contains("Taking over into"));
}

#[test]
fn how_the_suite_was_itself_tested_is_told_of_apps_alone() {
    let page = written(&lapsed(), Lang::En, html::write);
    let consumers = transcribed();
    let of_consumers = markdown::summary(&[without_trace(&consumers)], &[], Lang::En);
    let verdicts = judge(&lapsed()[0]);
    let of_apps = markdown::summary(&[without_trace(&verdicts)], &[], Lang::En);
    for words in [Tested::builtin().words(), Soundness::builtin().words()] {
        assert!(page.contains(&words.en) && page.contains(&words.ja));
        assert!(!of_consumers.contains(&words.en), "{of_consumers}");
        assert!(of_apps.contains(&words.en), "{of_apps}");
    }
}

#[test]
fn two_records_stand_side_by_side_with_their_code_points() {
    let verdicts = transcribed();
    let cases = [without_trace(&verdicts)];
    let cover = Cover::default();
    for write in [html::write as Write, record::write_html] {
        let mut out = Vec::new();
        write(&mut out, &cases, &cover, Lang::Ja).expect("a Vec takes everything");
        let page = String::from_utf8(out).expect("reports are UTF-8");
        for told in [
            "U+9AD9",
            "U+003C",
            "文字の置き換え",
            "届いた記録 (1 件目)",
            "書き出された記録 (1 行目)",
            "対応表にない",
            "書き出しを照合",
        ] {
            assert!(page.contains(told), "{told}");
        }
        assert!(!page.contains("<橋"), "what a program wrote is no markup");
    }
    let text = markdown::summary(&cases, &[], Lang::En);
    assert!(text.contains("by its export"), "{text}");
}
