//! What a client, a trace or a stranger's report says reaches no terminal and no pipeline as an order.

use madoguchi_counter::play;
use madoguchi_judge::judge;
use madoguchi_judge::verdict::Verdicts;
use madoguchi_report::compare::Comparison;
use madoguchi_report::cover::Cover;
use madoguchi_report::json::Report;
use madoguchi_report::terminal::{Styles, Terminal};
use madoguchi_report::{CaseReport, github, html, json, junit, markdown, record, strange};
use madoguchi_terms::Lang;
use madoguchi_trace::{ClientEvent, Event, Exit, Text, Trace, What};

/// Each alone, so that no other one hides it.
const ORDERS: [&str; 8] = [
    "\u{1b}[31m赤",
    "\u{1b}]0;title\u{7}",
    "a\r\n::add-mask::x",
    "::error title=x::y",
    "\u{202e}効無",
    "x ##[error]y",
    "a\u{2028}::stop-commands::z\u{85}",
    "##vso[task.complete]\u{9b}2J",
];

/// A trace in which every text that a client chooses is `order`, and more beside it that fails.
fn hostile(order: &str) -> Trace {
    let mut trace = play("eligibility/expired", "result.lapsed-is-not-valid");
    for event in &mut trace.events {
        match &mut event.what {
            What::Client(ClientEvent::Screen(screen)) => {
                let texts = screen.buttons.iter_mut().chain(&mut screen.number);
                texts.for_each(|text| *text = format!("{text}{order}").into());
                for (label, value) in &mut screen.fields {
                    *label = format!("{label}{order}").into();
                    *value = format!("{value}{order}").into();
                }
                screen.title = format!("{}{order}", screen.title).into();
            }
            What::Request(request) => {
                let path = format!("{}{order}", request.path);
                request.path = path.into();
            }
            _ => {}
        }
    }
    let seq = trace.events.last().map_or(0, |event| event.seq);
    let own: Text = order.into();
    let more = [
        What::Client(ClientEvent::Error {
            n: 9,
            text: own.clone(),
        }),
        What::Client(ClientEvent::Output {
            n: 10,
            kind: own.clone(),
            text: own.clone(),
        }),
        What::Exit(Exit {
            code: Some(3),
            why: Some(own.clone()),
            last_words: Some(own),
        }),
    ];
    trace.events.pop();
    for (what, seq) in more.into_iter().zip(seq..) {
        trace.events.push(Event { seq, us: 0, what });
    }
    let header = &mut trace.header;
    header.tool = order.to_owned();
    header.scenario = format!("a/{order}");
    header.profile.name = order.to_owned();
    if let Some(client) = &mut header.client {
        client.name = order.to_owned();
        client.version = order.to_owned();
    }
    trace
}

/// Every report of it, by name.
fn reports(trace: &Trace, lang: Lang) -> Vec<(&'static str, String)> {
    let verdicts: Verdicts = judge(trace);
    let cases = [CaseReport::new(
        &verdicts,
        trace,
        "madoguchi judge trace.jsonl",
    )];
    let cover = Cover::default();
    let text = |write: &dyn Fn(&mut Vec<u8>)| {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).expect("reports are UTF-8")
    };
    let in_json = text(&|out| json::write(out, &cases, &cover, None, None).expect("a Vec"));
    let report = Report::parse(&in_json).expect("a report");
    let nothing = Report::new(Vec::new());
    let met = strange::of(&cases);
    vec![
        (
            "terminal",
            text(&|out| {
                let terminal = Terminal::new(lang, Styles::plain());
                terminal.case(out, &cases[0]).expect("a Vec");
                terminal.summary(out, &cases).expect("a Vec");
            }),
        ),
        ("words", strange::block(&met, lang)),
        (
            "html",
            text(&|out| html::write(out, &cases, &cover, lang).expect("a Vec")),
        ),
        (
            "record",
            text(&|out| record::write_html(out, &cases, &cover, lang).expect("a Vec")),
        ),
        (
            "csv",
            text(&|out| record::write_csv(out, &cases, &cover, lang).expect("a Vec")),
        ),
        (
            "junit",
            junit::files(&cases, &[], lang, junit::LONGEST)
                .expect("text")
                .concat(),
        ),
        ("markdown", markdown::summary(&cases, &[], lang)),
        (
            "github",
            text(&|out| github::write(out, &cases, &[], lang).expect("a Vec")),
        ),
        (
            "comparison",
            Comparison::new(&nothing, &report).in_words(lang),
        ),
        ("json", in_json),
    ]
}

#[test]
fn no_report_passes_on_an_order() {
    for order in ORDERS {
        let trace = hostile(order);
        for lang in [Lang::Ja, Lang::En] {
            for (name, report) in reports(&trace, lang) {
                for line in report.lines() {
                    check(name, order, line);
                }
            }
        }
    }
}

fn check(name: &str, order: &str, line: &str) {
    let turns = |c: char| matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let is_obeyed = |c: char| c != '\t' && (c.is_control() || turns(c));
    assert!(!line.contains(is_obeyed), "{name} of {order:?}: {line:?}");
    // a page is no log, and in its style sheet two colons are a selector
    let is_page = matches!(name, "html" | "record");
    assert!(
        is_page || !(line.contains("##[") || line.contains("##vso[")),
        "{name} of {order:?}: {line}"
    );
    // those are the report's own
    let own = ["::error title=", "::warning title=", "::notice title="];
    let said = line.trim_start();
    let is_own = name == "github" && own.iter().any(|own| said.starts_with(own));
    assert!(
        is_page || is_own || !said.starts_with("::"),
        "{name} of {order:?}: {line}"
    );
}
