use std::io::Read as _;
use std::time::Duration;

use crate::pki::{Authority, terminal_ca};
use crate::raw::{RawClient, tcp};
use crate::world::*;

const SESSIONS: &str = "/limited/v1/sessions";

#[test]
fn a_client_without_a_certificate_is_let_in_as_nobody() {
    let world = World::healthy();
    let reply = client(None).post(world.url(SESSIONS)).send("{}").unwrap();
    assert_eq!(reply.status(), 200);
    assert!(
        world
            .journal
            .lines()
            .contains(&"decide login for nobody".to_owned())
    );
}

#[test]
fn a_client_with_a_certificate_is_a_terminal() {
    let world = World::healthy();
    let terminal = terminal_ca().terminal();
    client(Some(&terminal))
        .post(world.url(SESSIONS))
        .send("{}")
        .unwrap();
    assert!(
        world
            .journal
            .lines()
            .contains(&"decide login for a terminal".to_owned())
    );
}

#[test]
fn a_certificate_of_another_ca_ends_the_handshake() {
    let world = World::healthy();
    let stranger = Authority::new("stranger").terminal();
    client(Some(&stranger))
        .post(world.url(SESSIONS))
        .send("{}")
        .unwrap_err();
    world
        .journal
        .wait_for("tls 1 failed: client certificate refused");
    assert_eq!(world.journal.lines().len(), 1);
}

#[test]
fn a_client_that_distrusts_the_server_sends_nothing() {
    let world = World::healthy();
    let stranger = Authority::new("stranger");
    let client = client_trusting(&stranger.certificate, None);
    client.post(world.url(SESSIONS)).send("{}").unwrap_err();
    world.journal.wait_for("tls 1 failed");
    assert_eq!(world.journal.lines().len(), 1);
}

#[test]
fn the_alert_of_a_client_that_sends_one_is_noted() {
    let world = World::healthy();
    let mut client = RawClient::trusting(&Authority::new("stranger"), world.server.address());
    client.send(b"POST ");
    world
        .journal
        .wait_for("tls 1 failed: client alert UnknownCA");
}

#[test]
fn a_client_that_leaves_in_the_middle_of_a_handshake_is_noted() {
    let world = World::healthy();
    drop(tcp(world.server.address()));
    world.journal.wait_for("tls 1 failed: closed by the client");
}

#[test]
fn a_client_that_never_says_hello_is_shown_out() {
    let world = World::with(|config| config.limits.handshake = Duration::from_millis(20));
    let mut stream = tcp(world.server.address());
    assert_eq!(stream.read(&mut [0]).unwrap(), 0);
    world.journal.wait_for("tls 1 failed: time limit");
}
