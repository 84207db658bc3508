//! Traces on disk: what is read, what is refused, and how it is said.

use std::io::{self, BufReader, Read as _};

use madoguchi_counter::play;
use madoguchi_terms::{Lang, Say};
use madoguchi_trace::{ReadError, Trace, TraceErrorKind};

fn stored() -> String {
    let mut text = Vec::new();
    play("happy/visual", "")
        .write(&mut text)
        .expect("a Vec takes everything");
    String::from_utf8(text).expect("JSON is UTF-8")
}

#[test]
fn a_trace_reads_back() {
    assert_eq!(Trace::parse(&stored()).unwrap(), play("happy/visual", ""));
}

#[test]
fn what_a_broken_run_left_is_read_as_far_as_it_goes() {
    let text = stored();
    let cut = &text[..text.len() - 20];
    let trace = Trace::parse(cut).unwrap();
    assert_eq!(
        trace.events.len(),
        play("happy/visual", "").events.len() - 1
    );
}

#[test]
fn a_newer_format_is_refused_with_the_version_to_install() {
    let text = stored()
        .replacen("\"madoguchi_trace\":1", "\"madoguchi_trace\":2", 1)
        .replacen("madoguchi 0.1.0", "madoguchi 2.3.0", 1);
    let error = Trace::parse(&text).unwrap_err();
    assert_eq!(
        error.text(Lang::En),
        "madoguchi 2.3.0 wrote this trace in format 2; install madoguchi 2.3.0 or newer"
    );
}

#[test]
fn what_never_ends_is_no_trace() {
    let ReadError::Trace(error) = Trace::read(BufReader::new(io::repeat(b'0'))).unwrap_err() else {
        panic!("nothing that cannot be read");
    };
    assert_eq!(error.line, 1);
    assert_eq!(error.kind, TraceErrorKind::TooLong { limit: 16 << 20 });
    let endless = stored().into_bytes();
    let endless = endless.as_slice().chain(io::repeat(b'\n'));
    let ReadError::Trace(error) = Trace::read(BufReader::new(endless)).unwrap_err() else {
        panic!("nothing that cannot be read");
    };
    assert_eq!(error.kind, TraceErrorKind::TooLong { limit: 256 << 20 });
}

#[test]
fn a_lost_line_is_noticed() {
    let text = stored();
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    lines.remove(5);
    let error = Trace::parse(&lines.concat()).unwrap_err();
    assert_eq!(error.kind, TraceErrorKind::OutOfOrder { due: 5, seen: 6 });
    assert_eq!(error.line, 6);
}

#[test]
fn a_line_that_is_no_event_is_named() {
    let text = stored().replacen("{\"seq\":3,", "{\"sequence\":3,", 1);
    assert_eq!(Trace::parse(&text).unwrap_err().line, 4);
    assert_eq!(Trace::parse("").unwrap_err().kind, TraceErrorKind::Empty);
}

#[test]
fn every_refusal_is_said_in_both_languages() {
    for text in ["", "x", "{\"madoguchi_trace\":9,\"tool\":\"madoguchi 9\"}"] {
        let error = Trace::parse(text).unwrap_err();
        assert_ne!(error.text(Lang::Ja), error.text(Lang::En));
    }
}
