//! Card and reader of an open counter: what its control socket and `madoguchi card counter` do.
#![cfg(unix)]

use std::io::Write as _;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use madoguchi_fixtures::persona_ids;
use madoguchi_peers::{Counter, madoguchi, read};
use openssl::ssl::{SslConnector, SslMethod};
use serde_json::json;

/// The trace of a counter that was closed.
fn trace(counter: Counter) -> String {
    let (_, folder) = counter.closed();
    read(folder.path().join("happy/visual/trace.jsonl"))
}

#[test]
fn the_counter_does_to_reader_and_service_what_it_is_told() {
    let counter = Counter::open(&[]);
    for line in [
        r#"{"dialect":{"to":"windows"}}"#,
        r#"{"rival":{"hold":"exclusive"}}"#,
        r#"{"rival-leaves":{}}"#,
        r#"{"plan":{"faults":[{"at":{"after":"5s"},"what":"reset"}]}}"#,
        r#"{"wait":{"for":"6s"}}"#,
        r#"{"stop-service":{}}"#,
        r#"{"start-service":{}}"#,
        r#"{"unplug":{}}"#,
        r#"{"plug":{}}"#,
        r#"{"fault":{"at":{"after":"0s"},"what":{"rival":{"hold":"transaction","stays":"1min"}}}}"#,
        r#"{"insert":{}}"#,
        r#"{"wait":{"for":"2min"}}"#,
    ] {
        assert_eq!(counter.control(line), json!({ "ok": {} }), "{line}");
    }
    let trace = trace(counter);
    let mut rest = trace.as_str();
    for event in [
        r#"{"inserted":{"card":"shiken-taro"}}"#,
        r#"{"rival-came":{"hold":"exclusive"}}"#,
        r#"{"rival-left":{}}"#,
        r#"{"reset":{}}"#,
        r#"{"service-stopped":{}}"#,
        r#"{"service-started":{}}"#,
        r#"{"removed":{"why":"unplugged"}}"#,
        r#"{"unplugged":{}}"#,
        r#"{"inserted":{"card":"shiken-taro"}}"#,
        r#"{"rival-came":{"hold":"transaction"}}"#,
        r#"{"rival-left":{}}"#,
    ] {
        let at = rest
            .find(event)
            .unwrap_or_else(|| panic!("no {event} in order:\n{trace}"));
        rest = &rest[at + event.len()..];
    }
}

#[test]
fn what_cannot_be_done_is_refused_with_what_to_do() {
    let counter = Counter::open(&[]);
    assert_eq!(counter.control(r#"{"unplug":{}}"#), json!({ "ok": {} }));
    for (line, word) in [
        (r#"{"insert":{}}"#, "plug"),
        (r#"{"rival":{"hold":"exclusive"}}"#, "insert one first"),
        (r#"{"plan":{"faults":[]}}"#, "fault"),
        (r#"{"rival":{"hold":"all"}}"#, "exclusive"),
        (r#"{"wait":{"for":"6"}}"#, "6s"),
        (r#"{"fault":{"at":{"apdu":0},"what":"torn"}}"#, "nonzero"),
        (
            r#"{"fault":{"at":{"apdu":1},"what":{"torn":{"code":"SCARD_TORN"}}}}"#,
            "SCARD_W_REMOVED_CARD",
        ),
        (
            r#"{"counter":{"unblock":{"reference":"auth-pim"}}}"#,
            "did you mean auth-pin?",
        ),
    ] {
        let answer = counter.control(line);
        let error = answer["error"].as_str().unwrap_or_default();
        assert!(error.contains(word), "{line}: {answer}");
    }
    let _ = counter.close();
}

#[test]
fn a_line_that_is_too_long_is_refused_and_the_counter_stays_open() {
    let counter = Counter::open(&[]);
    let answer = counter.control(&"x".repeat(1 << 16));
    let refused = "a line has at most 65536 bytes";
    assert_eq!(answer, json!({ "error": refused }));
    assert_eq!(counter.control(r#"{"remove":{}}"#), json!({ "ok": {} }));
    let _ = counter.close();
}

#[test]
fn every_persona_may_come_to_any_counter() {
    let counter = Counter::open(&[]);
    for persona in persona_ids() {
        let remove = counter.control(r#"{"remove":{}}"#);
        let insert = json!({ "insert": { "card": persona } });
        let insert = counter.control(&insert.to_string());
        assert_eq!((remove, insert), (json!({ "ok": {} }), json!({ "ok": {} })));
    }
    let refused = counter.control(r#"{"swap":{"card":"shiken-hanak"}}"#);
    let error = refused["error"].as_str().unwrap_or_default();
    assert!(error.contains("候補: shiken-hanako"), "{refused}");
    assert!(error.contains("did you mean shiken-hanako?"), "{refused}");
    let trace = trace(counter);
    assert_eq!(
        trace.matches(r#"{"inserted":"#).count(),
        1 + persona_ids().count()
    );
}

#[test]
fn an_open_counter_says_what_happens() {
    let counter = Counter::open(&["--live", "--tcp", "0"]);
    let mut line = TcpStream::connect(counter.var("MADOGUCHI_CARD")).unwrap();
    line.set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    // SELECT of an application that no card has, in vpcd's framing.
    let select = [0x00, 0xA4, 0x04, 0x0C, 0x02, 0xFF, 0xFF];
    line.write_all(&[&[0, 7], select.as_slice()].concat())
        .unwrap();
    let mut answer = [0; 4];
    std::io::Read::read_exact(&mut line, &mut answer).unwrap();
    drop(line);
    let url = counter.var("MADOGUCHI_URL").to_owned();
    let address = url.trim_start_matches("https://").trim_end_matches('/');
    let address = address.replace("localhost", "127.0.0.1");
    let mut tls = SslConnector::builder(SslMethod::tls()).unwrap();
    tls.set_ca_file(counter.var("MADOGUCHI_CA_FILE")).unwrap();
    let stream = TcpStream::connect(&address).unwrap();
    let mut web = tls.build().connect("localhost", stream).unwrap();
    write!(web, "GET /nowhere HTTP/1.1\r\nHost: {address}\r\n\r\n").unwrap();
    assert!(std::io::Read::read(&mut web, &mut [0; 64]).unwrap() > 0);
    drop(web);
    let told = counter.close();
    let mut rest = told.stdout.as_str();
    for said in [
        "card placed shiken-taro",
        "SELECT",
        "HTTP → /nowhere",
        "HTTP ← 404",
    ] {
        let at = rest
            .find(said)
            .unwrap_or_else(|| panic!("no {said} in order: {told:#?}"));
        rest = &rest[at + said.len()..];
    }
    let quiet = Counter::open(&[]);
    let told = quiet.close();
    assert!(!told.stdout.contains("card placed"), "{told:#?}");
}

#[test]
fn a_card_torn_off_a_tcp_line_is_told_of_in_the_trace() {
    let counter = Counter::open(&["--tcp", "0"]);
    let plan = r#"{"plan":{"faults":[{"at":{"apdu":1},"what":"torn"}]}}"#;
    assert_eq!(counter.control(plan), json!({ "ok": {} }));
    let mut line = TcpStream::connect(counter.var("MADOGUCHI_CARD")).unwrap();
    line.set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    // GET CHALLENGE in vpcd's framing; the line ends instead of an answer.
    line.write_all(&[0, 5, 0x00, 0x84, 0x00, 0x00, 0x08])
        .unwrap();
    let answer = std::io::Read::read(&mut line, &mut [0; 16]);
    assert!(matches!(answer, Ok(0) | Err(_)), "{answer:?}");
    let until = Instant::now() + Duration::from_secs(30);
    let inserted = loop {
        // The card is gone a moment after the line is; then another can be laid down.
        let answer = counter.control(r#"{"insert":{}}"#);
        if answer.get("ok").is_some() || Instant::now() > until {
            break answer;
        }
    };
    assert_eq!(inserted, json!({ "ok": {} }));
    let trace = trace(counter);
    let torn = trace.find(r#"{"removed":{"why":"torn"}}"#);
    let fault = trace.find(r#""fault":"torn""#);
    assert!(fault.is_some() && fault < torn, "{trace}");
}

#[test]
fn a_municipality_unblocks_and_renews_a_saved_card() {
    let counter = Counter::open(&[]);
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).display().to_string();
    let (saved, blocked) = (file("saved"), file("blocked"));
    let save = json!({ "save": { "file": saved } }).to_string();
    assert_eq!(counter.control(&save), json!({ "ok": {} }));
    let healthy = read(&saved);
    assert!(healthy.contains("\nprofile plastic-contactless\n"));
    std::fs::write(
        &blocked,
        healthy.replace("jpki 0018 reference 3/3", "jpki 0018 reference 0/3"),
    )
    .unwrap();
    let errand = |args: &[&str]| {
        let told = madoguchi(["card", "counter"].iter().chain(args));
        assert_eq!(told.code, Some(0), "{args:?}: {told:?}");
    };
    errand(&["unblock", &blocked, "auth-pin"]);
    assert_eq!(madoguchi(["card", "diff", &saved, &blocked]).code, Some(0));
    errand(&["set-reference", &blocked, "auth-pin", "4321"]);
    assert!(read(&blocked).contains("jpki 0018 reference 3/3 34333231"));
    errand(&["withdraw", &blocked, "signature"]);
    assert!(read(&blocked).contains("jpki 001B reference 0/0 -"));
    errand(&["rewrite", &blocked, "shiken-taro"]);
    assert!(read(&blocked).contains("jpki 0018 reference 3/3 34333231"));
    let told = madoguchi(["card", "show", &blocked]);
    assert!(
        told.stdout.contains("profile   plastic-contactless"),
        "{told:?}"
    );

    let phone = healthy.replace("profile plastic-contactless", "profile iphone");
    std::fs::write(&blocked, phone).unwrap();
    let load = json!({ "load": { "file": blocked } }).to_string();
    let answer = counter.control(&load);
    let error = answer["error"].as_str().unwrap_or_default();
    assert!(error.contains("card: { profile: iphone }"), "{answer}");
    let unblock = counter.control(r#"{"counter":{"unblock":{"reference":"auth-pin"}}}"#);
    assert_eq!(unblock, json!({ "ok": {} }));
    let _ = counter.close();
}
