//! Programs that watch a reader see what happens at it: `pcsc_scan`, and a script on pyscard.

use madoguchi_peers::{Counter, Running, have, python_with_pyscard, source};
use serde_json::json;

#[test]
fn pcsc_scan_sees_insertion_and_removal() {
    let test = "pcsc_scan_sees_insertion_and_removal";
    if !have("pcsc_scan", test) {
        return;
    }
    let counter = Counter::open(&[]);
    // Quiet: no spinner between the lines. No analysis of the answer to reset.
    let mut scan = Running::start(counter.client("pcsc_scan").args(["-q", "-n"]));
    scan.line(counter.var("MADOGUCHI_READER"));
    scan.line("Card inserted");
    scan.line("ATR: 3B");
    act(&counter, r#"{"remove":{}}"#);
    scan.line("Card removed");
    act(&counter, r#"{"insert":{}}"#);
    scan.line("Card inserted");
}

#[test]
fn pyscard_sees_insertion_removal_and_reset() {
    let test = "pyscard_sees_insertion_removal_and_reset";
    let Some(python) = python_with_pyscard(test) else {
        return;
    };
    let counter = Counter::open(&[]);
    let mut script = Running::start(counter.client(python).arg(source("tests/scripts/watch.py")));
    script.line("present");
    script.line("read 00A4040C0AD392F000260100000001: 9000");
    script.line("reset by another handle: 80100068");
    script.line("after reconnecting: 9000");
    script.line("waiting for removal");
    act(&counter, r#"{"remove":{}}"#);
    script.line("empty");
    script.line("without a card: 80100069");
    script.line("waiting for insertion");
    act(&counter, r#"{"insert":{}}"#);
    script.line("present");
    script.line("a new connection: 9000");
    let outcome = script.outcome();
    assert_eq!(outcome.code, Some(0), "{outcome:#?}");
}

fn act(counter: &Counter, line: &str) {
    assert_eq!(counter.control(line), json!({ "ok": {} }), "{line}");
}
