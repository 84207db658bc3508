//! The service itself: where it listens, how it ends, how it fails on purpose.

use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;
use std::sync::mpsc::channel;
use std::thread;

use madoguchi_reader::pcsclite::{BindError, Server};
use madoguchi_reader::{Call, HangUp, ServiceFaults};
use madoguchi_terms::{Lang, Say};

use super::client::{Client, Served};
use super::command;
use crate::double::{LIMIT, Stage};

#[test]
fn a_path_that_no_socket_can_have_is_refused_before_anything_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s".repeat(200));
    let error = Server::bind(&path, Stage::new().manager).unwrap_err();
    assert!(matches!(error, BindError::PathTooLong { .. }));
    let (ja, en) = (error.text(Lang::Ja), error.text(Lang::En));
    assert!(
        en.contains("at most 107") && en.contains("shorter folder"),
        "{en}"
    );
    assert!(ja.contains("107 バイト"), "{ja}");
    assert_eq!(error.to_string(), en);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_path_of_107_bytes_is_not_too_long() {
    let folder = tempfile::tempdir().unwrap();
    let used = folder.path().as_os_str().len() + 1;
    let path = folder.path().join("s".repeat(Server::PATH_MAX - used));
    assert_eq!(path.as_os_str().len(), Server::PATH_MAX);
    assert!(Server::bind(path, Stage::new().manager).is_ok());
}

#[test]
fn a_folder_that_does_not_exist_is_said_with_its_path() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("missing").join("comm");
    let error = Server::bind(&path, Stage::new().manager).unwrap_err();
    assert!(matches!(error, BindError::Io { .. }));
    assert!(error.to_string().contains("missing/comm"));
    assert!(std::error::Error::source(&error).is_some());
}

#[test]
fn a_socket_in_use_is_not_taken_and_an_abandoned_one_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("comm");
    let other = UnixListener::bind(&path).unwrap();
    let error = Server::bind(&path, Stage::new().manager).unwrap_err();
    assert!(matches!(error, BindError::InUse { .. }));
    drop(other);
    assert!(path.exists(), "no service listens, but the socket is there");
    assert!(Server::bind(&path, Stage::new().manager).is_ok());
}

#[test]
fn the_socket_is_for_its_owner_alone() {
    let served = Served::new(Stage::new());
    let mode = std::fs::metadata(served.server.path())
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn a_service_that_ends_closes_everything_and_removes_its_socket() {
    let served = Served::new(Stage::with_card());
    let path = served.server.path().to_owned();
    let mut idle = Client::raw(&served);
    let (mut connected, _) = Client::connected(&served, 4);
    let (stage, _folder) = served.end();
    assert!(!path.exists());
    assert!(idle.is_closed() && connected.is_closed());
    assert_eq!(
        stage.ear.heard(),
        ["connect#1 shared 00000000", "hang-up#1 leave 00000000"]
    );
    assert!(
        stage.manager.remove(stage.reader).is_some(),
        "the card stays in the manager"
    );
}

#[test]
fn a_service_can_end_while_a_client_waits_for_somebody_elses_transaction() {
    let served = Served::new(Stage::with_card());
    let (mut holder, lock) = Client::connected(&served, 4);
    assert_eq!(holder.words(command::BEGIN, &[lock, 0]), [lock, 0]);
    let mut waiting = Client::raw(&served);
    let context = waiting.establish();
    let body = [
        Client::body(&[context]),
        padded(Stage::READER),
        Client::body(&[2, 3, 0, 0, 0]),
    ];
    waiting.send(&Client::request(command::CONNECT, &body.concat()));
    let (ended, end) = channel();
    let ending = thread::spawn(move || {
        drop(served.end());
        ended.send(()).unwrap();
    });
    end.recv_timeout(LIMIT).expect("the service ends");
    ending.join().unwrap();
    // The holder's end lets the waiting one through, or the service's end does not.
    drop(holder);
}

#[test]
fn a_service_can_refuse_every_version() {
    let served = Served::new(Stage::new());
    served.stage.manager.set_service_faults(ServiceFaults {
        refuse_version: true,
        ..ServiceFaults::default()
    });
    let mut client = Client::raw(&served);
    assert_eq!(client.version(4, 4)[2], 0x8010_001E);
    served
        .stage
        .manager
        .set_service_faults(ServiceFaults::default());
    assert_eq!(client.version(4, 4)[2], 0);
}

#[test]
fn a_service_can_die_at_a_call_of_its_choice() {
    let served = Served::new(Stage::with_card());
    let die = |call, nth| {
        let hang_up = Some(HangUp { call, nth });
        served.stage.manager.set_service_faults(ServiceFaults {
            hang_up,
            ..ServiceFaults::default()
        });
    };
    let (mut client, card) = Client::connected(&served, 4);
    die(Call::Transmit, 2);
    assert_eq!(client.transmit(card, 2, &[0; 4], 300).0, 0);
    let body = [card, 2, 16, 4, 3, 16, 300, 0];
    client.send(&Client::request(command::TRANSMIT, &Client::body(&body)));
    client.send(&[0; 4]);
    assert!(client.is_closed());
    let (mut client, card) = Client::connected(&served, 4);
    die(Call::BeginTransaction, 1);
    assert_eq!(client.transmit(card, 2, &[0; 4], 300).0, 0);
    client.send(&Client::request(command::BEGIN, &Client::body(&[card, 0])));
    assert!(client.is_closed());
}

#[test]
fn there_is_room_for_two_hundred_clients_at_once() {
    let served = Served::new(Stage::new());
    let mut clients: Vec<_> = (0..200).map(|_| Client::raw(&served)).collect();
    for client in &mut clients {
        client.version(4, 4);
    }
    assert!(Client::raw(&served).is_closed());
    assert_eq!(clients[199].version(4, 4), [4, 4, 0]);
}

#[test]
fn a_tap_has_heard_of_a_call_when_its_reply_comes() {
    let served = Served::new(Stage::with_card());
    for _ in 0..100 {
        let (_client, _) = Client::connected(&served, 4);
        let heard = served.stage.ear.heard();
        let connected = |call: &&String| call.starts_with("connect#");
        assert_eq!(heard.iter().filter(connected).count(), 1, "{heard:?}");
    }
}

/// A reader's name with its NULs.
fn padded(name: &str) -> Vec<u8> {
    let mut bytes = name.as_bytes().to_vec();
    bytes.resize(128, 0);
    bytes
}
