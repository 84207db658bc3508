//! Clients that would hold the server for ever.

use std::time::Duration;

use crate::raw::RawClient;
use crate::world::*;

const HEAD: &str = "POST /limited/v1/sessions HTTP/1.1\r\nHost: localhost\r\n";

#[test]
fn a_body_that_announces_too_much_is_refused_unread() {
    let world = World::healthy();
    let mut client = RawClient::connect(world.server.address());
    client.send(format!("{HEAD}Content-Length: 1048577\r\n\r\n").as_bytes());
    let answer = client.rest();
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    assert!(
        answer
            .to_lowercase()
            .contains("x-madoguchi-mock: unofficial"),
        "{answer}"
    );
    assert!(answer.contains("MALFORMED"), "{answer}");
}

#[test]
fn a_body_that_grows_too_large_is_refused() {
    let world = World::with(|config| config.limits.body_bytes = 10);
    let mut client = RawClient::connect(world.server.address());
    client.send(format!("{HEAD}Transfer-Encoding: chunked\r\n\r\n").as_bytes());
    client.send(b"6\r\n123456\r\n6\r\n123456\r\n0\r\n\r\n");
    let answer = client.rest();
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
}

#[test]
fn a_body_of_exactly_the_limit_is_read() {
    let world = World::with(|config| config.limits.body_bytes = 2);
    let mut client = RawClient::connect(world.server.address());
    client.send(format!("{HEAD}Content-Length: 2\r\nConnection: close\r\n\r\n{{}}").as_bytes());
    assert!(client.rest().starts_with("HTTP/1.1 200"));
}

#[test]
fn a_head_that_never_ends_is_cut_off() {
    let world = World::with(|config| config.limits.head = Duration::from_millis(20));
    let mut client = RawClient::connect(world.server.address());
    client.send(HEAD.as_bytes());
    client.rest();
    assert_eq!(world.journal.lines(), ["tls 1 completed"]);
}

#[test]
fn a_body_that_never_ends_is_answered_without_it() {
    let world = World::with(|config| config.limits.body = Duration::from_millis(20));
    let mut client = RawClient::connect(world.server.address());
    client.send(format!("{HEAD}Content-Length: 100\r\n\r\n{{").as_bytes());
    let answer = client.rest();
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
}

#[test]
fn an_idle_connection_is_closed() {
    let world = World::with(|config| config.limits.head = Duration::from_millis(20));
    let mut client = RawClient::connect(world.server.address());
    client.send(b"");
    assert_eq!(client.rest(), "");
}

#[test]
fn a_connection_has_an_end() {
    let world = World::with(|config| config.limits.connection = Duration::from_millis(50));
    let mut client = RawClient::connect(world.server.address());
    client.send(HEAD.as_bytes());
    client.rest();
}

#[test]
fn too_many_headers_are_refused() {
    let world = World::healthy();
    let mut client = RawClient::connect(world.server.address());
    let headers: String = (0..100).map(|i| format!("X-{i}: x\r\n")).collect();
    client.send(format!("{HEAD}{headers}\r\n").as_bytes());
    let answer = client.rest().to_lowercase();
    assert!(answer.starts_with("http/1.1 431"), "{answer}");
    assert!(answer.contains("x-madoguchi-mock: unofficial"), "{answer}");
    assert_eq!(world.journal.lines(), ["tls 1 completed"]);
}

#[test]
fn more_connections_than_there_is_room_for_wait_their_turn() {
    let world = World::with(|config| config.limits.connections = 2);
    let clients: Vec<_> = (0..8)
        .map(|_| {
            let address = world.server.address();
            std::thread::spawn(move || {
                let mut client = RawClient::connect(address);
                let request = "Content-Length: 2\r\nConnection: close\r\n\r\n{}";
                client.send(format!("{HEAD}{request}").as_bytes());
                client.rest()
            })
        })
        .collect();
    for client in clients {
        assert!(client.join().unwrap().starts_with("HTTP/1.1 200"));
    }
}
