//! Requests that are none, or want to be somewhere else: a clear answer that is marked as the
//! mock's, and nothing decided.

use std::io::{Read as _, Write as _};

use crate::raw::{RawClient, tcp};
use crate::world::*;

const REST: &str = "HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

fn answer(world: &World, bytes: &[u8]) -> String {
    let mut client = RawClient::connect(world.server.address());
    client.send(bytes);
    client.rest()
}

fn assert_refused(world: &World, bytes: &[u8], status: &str) {
    let said = answer(world, bytes).to_lowercase();
    let asked = String::from_utf8_lossy(bytes);
    assert!(
        said.starts_with(&format!("http/1.1 {status}")),
        "{asked:?}: {said}"
    );
    assert!(
        said.contains("x-madoguchi-mock: unofficial"),
        "{asked:?}: {said}"
    );
    let (_, body) = said.split_once("\r\n\r\n").unwrap();
    assert!(
        body.contains("malformed") || body.contains("no-operation") || !body.is_empty(),
        "{said}"
    );
    let lines = world.journal.lines();
    assert!(
        !lines.iter().any(|line| line.starts_with("decide")),
        "{lines:?}"
    );
}

#[test]
fn what_is_no_http_is_told_so_under_the_mocks_name() {
    let world = World::healthy();
    assert_refused(&world, b"EHLO localhost\r\n\r\n", "400");
    assert_refused(&world, b"\x16\x03\x01\x00\x05hello\r\n\r\n", "400");
    assert_refused(&world, b"GET / HTTP/1.1\r\nno colon here\r\n\r\n", "400");
    let both = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab";
    assert_refused(&world, both, "400");
}

#[test]
fn a_head_that_is_too_large_is_told_so_under_the_mocks_name() {
    let world = World::healthy();
    let long = "x".repeat(70_000);
    let head = format!("GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: {long}\r\n\r\n");
    assert_refused(&world, head.as_bytes(), "431");
    assert_refused(&world, format!("GET /{long} {REST}").as_bytes(), "4");
}

#[test]
fn garbage_after_a_good_request_is_told_apart_from_its_answer() {
    let world = World::healthy();
    let good =
        "POST /limited/v1/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}";
    let said = answer(&world, format!("{good}garbage\r\n\r\n").as_bytes()).to_lowercase();
    assert!(said.starts_with("http/1.1 200"), "{said}");
    let marks = said.matches("x-madoguchi-mock: unofficial").count();
    assert_eq!(
        (said.matches("http/1.1 400").count(), marks),
        (1, 2),
        "{said}"
    );
}

#[test]
fn tricks_with_the_path_lead_nowhere() {
    let world = World::healthy();
    for path in [
        "/limited/v1/../v1/sessions",
        "/limited/v1/sessions/",
        "//limited/v1/sessions",
        "/limited/v1/sessions%00",
        "/limited/v1/%2e%2e/v1/sessions",
        "/limited/v1/sessions;x=1",
        "/LIMITED/V1/SESSIONS",
        "/etc/passwd",
        "http://elsewhere.invalid/etc/passwd",
    ] {
        assert_refused(&world, format!("POST {path} {REST}").as_bytes(), "404");
    }
    assert_refused(
        &world,
        format!("CONNECT elsewhere.invalid:443 {REST}").as_bytes(),
        "4",
    );
    assert_refused(
        &world,
        format!("DELETE /limited/v1/sessions {REST}").as_bytes(),
        "4",
    );
}

#[test]
fn clear_text_on_the_port_of_tls_gets_an_alert_and_no_more() {
    let world = World::healthy();
    let mut stream = tcp(world.server.address());
    stream
        .write_all(format!("GET / {REST}").as_bytes())
        .unwrap();
    let mut said = Vec::new();
    // The server may hang up before it has read everything, which resets the connection.
    let _ = stream.read_to_end(&mut said);
    assert!(said.is_empty() || said[0] == 21, "{said:?}");
    world.journal.wait_for("tls 1 failed");
}
