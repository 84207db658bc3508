//! Sessions that go on: a client that comes again need not show its certificate again, and cannot.

use rustls::SupportedProtocolVersion;
use rustls::version::{TLS12, TLS13};

use crate::pki::{Leaf, server_ca, terminal_ca};
use crate::raw::{RawClient, config};
use crate::world::*;

const LOGIN: &[u8] = b"POST /limited/v1/sessions HTTP/1.1\r\nHost: mock.test\r\n\
    Connection: close\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";

/// What is noted of a client that comes twice.
fn twice(terminal: Option<&Leaf>, version: &'static SupportedProtocolVersion) -> Vec<String> {
    let world = World::healthy();
    let config = config(server_ca(), terminal, &[version]);
    for _ in 0..2 {
        let mut client = RawClient::by(&config, world.server.address());
        client.send(LOGIN);
        assert!(client.rest().starts_with("HTTP/1.1 200"));
    }
    let told = |line: &String| line.starts_with("tls") || line.starts_with("decide");
    world.journal.lines().into_iter().filter(told).collect()
}

#[test]
fn a_session_goes_on_with_the_certificate_of_its_first_handshake() {
    let terminal = terminal_ca().terminal();
    for version in [&TLS12, &TLS13] {
        assert_eq!(
            twice(Some(&terminal), version),
            [
                "tls 1 completed",
                "decide login for a terminal",
                "tls 2 resumed",
                "decide login for a terminal",
            ],
            "{version:?}"
        );
    }
}

#[test]
fn a_session_that_began_without_a_certificate_goes_on_without() {
    for version in [&TLS12, &TLS13] {
        assert_eq!(
            twice(None, version),
            [
                "tls 1 completed",
                "decide login for nobody",
                "tls 2 resumed",
                "decide login for nobody",
            ],
            "{version:?}"
        );
    }
}
