//! The proxy: tunnels to the service, a clear no to everybody else, and no patience with the rude.

use std::io::{Read as _, Write as _};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use madoguchi_web::{Limits, Proxy, ProxyObserver};

use crate::raw::tcp;
use crate::world::*;

#[derive(Debug, Default)]
struct Visitors(Mutex<Vec<String>>);

impl ProxyObserver for Visitors {
    fn asked(&self, host: &str, port: u16, allowed: bool) {
        let word = if allowed { "led" } else { "refused" };
        self.0.lock().unwrap().push(format!("{host}:{port} {word}"));
    }
}

struct Gate {
    proxy: Proxy,
    visitors: Arc<Visitors>,
}

impl Gate {
    fn before(service: SocketAddr, change: impl FnOnce(&mut Limits)) -> Self {
        let mut limits = Limits::default();
        change(&mut limits);
        let visitors = Arc::new(Visitors::default());
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        let handle = runtime().handle();
        let proxy = Proxy::start(handle, address, service, limits, visitors.clone()).unwrap();
        Self { proxy, visitors }
    }

    /// What the proxy says to this, up to the end of the connection.
    fn answer(&self, bytes: &[u8]) -> String {
        let mut stream = tcp(self.proxy.address());
        // The proxy may have hung up before everything is sent.
        let _ = stream.write_all(bytes);
        let mut said = Vec::new();
        let _ = stream.read_to_end(&mut said);
        String::from_utf8_lossy(&said).into_owned()
    }

    fn visitors(&self) -> Vec<String> {
        self.visitors.0.lock().unwrap().clone()
    }
}

#[test]
fn a_name_below_test_leads_to_the_service() {
    let world = World::healthy();
    let gate = Gate::before(world.server.address(), |_| {});
    let mut stream = tcp(gate.proxy.address());
    stream
        .write_all(b"CONNECT oqs.test:443 HTTP/1.1\r\nHost: oqs.test\r\n\r\n")
        .unwrap();
    let mut said = [0; 39];
    stream.read_exact(&mut said).unwrap();
    assert_eq!(&said, b"HTTP/1.1 200 Connection Established\r\n\r\n");
    // What is no TLS is answered with TLS's own alert: the service is at the other end.
    stream.write_all(b"hello, hello, hello\r\n").unwrap();
    world.journal.wait_for("tls 1 failed");
    assert_eq!(gate.visitors(), ["oqs.test:443 led"]);
}

#[test]
fn every_other_host_is_refused_and_told() {
    let world = World::healthy();
    let gate = Gate::before(world.server.address(), |_| {});
    for target in [
        "CONNECT www.mhlw.go.jp:443",
        "CONNECT 127.0.0.1:22",
        "GET http://telemetry.invalid/ping",
    ] {
        let said = gate.answer(format!("{target} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes());
        assert!(said.starts_with("HTTP/1.1 403 "), "{target}: {said}");
        assert!(said.contains("X-Madoguchi-Mock: unofficial"), "{said}");
        assert!(said.contains("madoguchi (unofficial mock): "), "{said}");
    }
    assert_eq!(
        gate.visitors(),
        [
            "www.mhlw.go.jp:443 refused",
            "127.0.0.1:22 refused",
            "telemetry.invalid:80 refused"
        ]
    );
    assert!(
        world.journal.lines().is_empty(),
        "nothing reached the service"
    );
}

#[test]
fn what_is_no_request_is_refused_and_leads_nowhere() {
    let world = World::healthy();
    let gate = Gate::before(world.server.address(), |limits| limits.head_bytes = 4096);
    let endless = format!("CONNECT {}", "x".repeat(100_000));
    for (bytes, status) in [
        (&b"\x16\x03\x01\x02\x00\r\n\r\n"[..], "400"),
        (b"CONNECT\r\n\r\n", "400"),
        (b"CONNECT \xFF\xFE:443 HTTP/1.1\r\n\r\n", "400"),
        (b"CONNECT oqs.test:443:443 HTTP/1.1\r\n\r\n", "400"),
        (b"GET / HTTP/1.1\r\n\r\n", "400"),
    ] {
        let said = gate.answer(bytes);
        assert!(said.starts_with(&format!("HTTP/1.1 {status} ")), "{said}");
    }
    let said = gate.answer(endless.as_bytes());
    assert!(
        said.is_empty() || said.starts_with("HTTP/1.1 431 "),
        "{said}"
    );
    assert!(gate.visitors().is_empty());
}

#[test]
fn a_request_that_never_ends_is_not_waited_for() {
    let world = World::healthy();
    let gate = Gate::before(world.server.address(), |limits| {
        limits.head = Duration::from_millis(20);
    });
    let said = gate.answer(b"CONNECT oqs.test:443 HTTP/1.1\r\n");
    assert!(said.starts_with("HTTP/1.1 408 "), "{said}");
}
