use std::io::{self, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

use madoguchi_web::{Listening, WebServer};

use crate::raw::RawClient;
use crate::world::*;

#[test]
fn it_listens_on_the_loopback_interface() {
    assert!(World::healthy().server.address().ip().is_loopback());
}

#[test]
fn whoever_connects_before_it_serves_is_served_then() {
    let listening = Listening::at(config().address).unwrap();
    let address = listening.address();
    let mut early = TcpStream::connect(address).unwrap();
    early.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
    let journal = Arc::new(Journal::default());
    let backend = journal.clone();
    let server = WebServer::serve(runtime().handle(), listening, config(), backend, journal);
    assert_eq!(server.as_ref().unwrap().address(), address);
    // No TLS: an alert comes back.
    early.set_read_timeout(Some(PATIENCE)).unwrap();
    assert_ne!(early.read(&mut [0; 16]).unwrap(), 0);
}

#[test]
fn a_port_in_use_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let mut config = config();
    config.address = address;
    let journal = Arc::new(Journal::default());
    let error = WebServer::start(runtime().handle(), config, journal.clone(), journal).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
    let message = error.to_string();
    assert!(
        message.starts_with(&format!("cannot listen on {address}: ")),
        "{message}"
    );
    assert!(
        message.ends_with("another program has this port, choose another or 0"),
        "{message}"
    );
}

#[test]
fn a_key_that_is_not_the_certificates_is_refused() {
    let mut config = config();
    let other = crate::pki::server_ca().server().identity().key;
    config.identity.as_mut().unwrap().key = other;
    let journal = Arc::new(Journal::default());
    let error = WebServer::start(runtime().handle(), config, journal.clone(), journal).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
}

#[test]
fn dropping_the_server_frees_its_port_and_cuts_its_connections() {
    let world = World::healthy();
    let address = world.server.address();
    let mut idle = RawClient::connect(address);
    idle.send(b"POST ");
    world.journal.wait_for("tls 1 completed");
    drop(world);
    assert_eq!(idle.rest(), "");
    let error = TcpStream::connect(address).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused);
}

#[test]
fn a_server_may_outlive_its_runtime() {
    let own = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let journal = Arc::new(Journal::default());
    let server = WebServer::start(own.handle(), config(), journal.clone(), journal).unwrap();
    drop(own);
    drop(server);
}
