//! Any bytes on the socket: no thread panics or hangs, and no other client is disturbed.
//!
//! `PROPTEST_CASES=1000000 cargo nextest run -p madoguchi-reader any_bytes` runs as long as one
//! likes.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::thread;

use madoguchi_reader::pcsclite::Server;
use proptest::prelude::*;

use super::client::{Client, Served};
use super::command;
use crate::double::{LIMIT, Stage};

/// What a client may send: requests that are nearly right, and anything at all.
fn conversation() -> impl Strategy<Value = Vec<u8>> {
    let number = prop_oneof![
        Just(0),
        Just(u32::MAX),
        0..0x20_u32,
        any::<u32>(),
        Just(65_549),
    ];
    let words = prop::collection::vec(number, 0..12);
    let request = (0..0x1A_u32, words, any::<i8>(), prop::bool::weighted(0.9)).prop_map(
        |(command, words, off, honest)| {
            let body = Client::body(&words);
            let mut request = Client::request(command, &body);
            if !honest {
                request[0] = request[0].wrapping_add_signed(off);
            }
            request
        },
    );
    let right = prop_oneof![
        Just(Client::request(command::VERSION, &Client::body(&[4, 4, 0]))),
        Just(Client::request(command::VERSION, &Client::body(&[4, 6, 0]))),
        Just(Client::request(
            command::ESTABLISH,
            &Client::body(&[2, 0, 0])
        )),
        Just(connection()),
        Just(Client::request(command::WAIT, &[])),
        Just(Client::request(command::ARRAY, &[])),
        // The handle is the first that the seed gives, after the context's.
        Just(transmission()),
    ];
    let anything = prop::collection::vec(any::<u8>(), 0..200);
    let piece = prop_oneof![3 => right, 3 => request, 1 => anything];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

fn connection() -> Vec<u8> {
    let mut name = [0; 128];
    name[..Stage::READER.len()].copy_from_slice(Stage::READER.as_bytes());
    let body = [
        Client::body(&[first_numbers()[0]]),
        name.to_vec(),
        Client::body(&[2, 3, 0, 0, 0]),
    ];
    Client::request(command::CONNECT, &body.concat())
}

fn transmission() -> Vec<u8> {
    let body = Client::body(&[first_numbers()[1], 2, 16, 4, 3, 16, 300, 0]);
    let request = Client::request(command::TRANSMIT, &body);
    [&request[..], &[0x00, 0xA4, 0x04, 0x0C]].concat()
}

/// The context and the card handle that the first client of a stage gets.
fn first_numbers() -> [u32; 2] {
    use std::sync::OnceLock;
    static NUMBERS: OnceLock<[u32; 2]> = OnceLock::new();
    *NUMBERS.get_or_init(|| {
        let served = Served::new(Stage::with_card());
        let mut client = Client::raw(&served);
        let context = client.establish();
        [context, client.connect(context, Stage::READER, 2, 3).0]
    })
}

/// Says all that, then nothing more, and listens to the end.
fn feed(stage: &Stage, bytes: &[u8]) -> usize {
    let (mut ours, theirs) = UnixStream::pair().unwrap();
    ours.set_read_timeout(Some(LIMIT)).unwrap();
    thread::scope(|scope| {
        scope.spawn(|| Server::attend(theirs, &stage.manager).unwrap());
        // The other side may have had enough already.
        let _ = ours.write_all(bytes);
        let _ = ours.shutdown(Shutdown::Write);
        let mut answers = Vec::new();
        ours.read_to_end(&mut answers).expect("it ends");
        answers.len()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases()) })]

    #[test]
    fn any_bytes_on_the_socket_end_in_silence(bytes in conversation()) {
        let stage = Stage::with_card();
        feed(&stage, &bytes);
        prop_assert!(stage.manager.is_occupied(stage.reader));
        // The next client is served as if there had been none before.
        let mut session = stage.manager.open(std::sync::Arc::new(()));
        let context = session.establish(2).unwrap();
        let (share, any) = (madoguchi_reader::ShareMode::EXCLUSIVE, madoguchi_reader::Protocols::ANY);
        prop_assert!(session.connect(context, Stage::READER, share, any).is_ok());
    }
}

/// A few thousand unless the caller wants more.
fn cases() -> u32 {
    let wanted = std::env::var("PROPTEST_CASES").ok();
    wanted.and_then(|cases| cases.parse().ok()).unwrap_or(3_000)
}

#[test]
fn these_numbers_are_right() {
    let stage = Stage::with_card();
    let talk = [
        Client::request(command::ESTABLISH, &Client::body(&[2, 0, 0])),
        connection(),
        transmission(),
    ];
    assert_eq!(feed(&stage, &talk.concat()), 12 + 152 + 32 + 2);
}

#[test]
fn a_conversation_may_break_off_anywhere() {
    let talk = [
        Client::request(command::VERSION, &Client::body(&[4, 4, 0])),
        Client::request(command::ESTABLISH, &Client::body(&[2, 0, 0])),
        connection(),
        transmission(),
        Client::request(command::WAIT, &[]),
    ]
    .concat();
    for cut in 0..talk.len() {
        let stage = Stage::with_card();
        feed(&stage, &talk[..cut]);
        assert_eq!(
            stage
                .manager
                .rival(stage.reader, madoguchi_reader::Hold::Exclusive)
                .map(drop),
            Ok(()),
            "cut at {cut}"
        );
    }
}

#[test]
fn a_thousand_connections_disturb_nobody() {
    let served = Served::new(Stage::with_card());
    let (mut client, card) = Client::connected(&served, 4);
    let mut crowd = Vec::new();
    for i in 0..1_000_u32 {
        if let Ok(mut stream) = UnixStream::connect(served.server.path()) {
            // Half a message, or garbage.
            let _ = stream.write_all(&i.to_ne_bytes().repeat(1 + i as usize % 3));
            crowd.push(stream);
        }
        if i % 50 == 0 {
            let (rv, _, answer) = client.transmit(card, 2, &[0x00, 0xA4, 0x04, 0x0C], 300);
            assert_eq!((rv, answer), (0, vec![0x90, 0x00]), "after {i}");
        }
    }
    drop(crowd);
    // The crowd's places are free again as soon as the service has seen that it left.
    let mut later = loop {
        let mut later = Client::raw(&served);
        if later.is_served() {
            break later;
        }
    };
    later.establish();
}
