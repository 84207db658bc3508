use std::io;
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

use madoguchi_web::WebServer;

use crate::raw::RawClient;
use crate::world::*;

#[test]
fn it_listens_on_the_loopback_interface() {
    assert!(World::healthy().server.address().ip().is_loopback());
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
