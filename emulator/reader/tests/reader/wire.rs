//! The protocol on the socket, spoken by hand: what a client writes and what it reads, byte for
//! byte, in the versions 4.3 to 4.6.

mod client;
mod faults;
mod guards;
mod robust;
mod service;
mod waiting;

use client::{Client, READER_STATE, Served};

use crate::double::{Stage, TORN, read};

/// ESTABLISH, CONNECT, TRANSMIT … as their numbers.
pub(crate) mod command {
    pub(crate) const ESTABLISH: u32 = 0x01;
    pub(crate) const RELEASE: u32 = 0x02;
    pub(crate) const CONNECT: u32 = 0x04;
    pub(crate) const RECONNECT: u32 = 0x05;
    pub(crate) const DISCONNECT: u32 = 0x06;
    pub(crate) const BEGIN: u32 = 0x07;
    pub(crate) const END: u32 = 0x08;
    pub(crate) const TRANSMIT: u32 = 0x09;
    pub(crate) const CONTROL: u32 = 0x0A;
    pub(crate) const STATUS: u32 = 0x0B;
    pub(crate) const CANCEL: u32 = 0x0D;
    pub(crate) const GET_ATTRIB: u32 = 0x0F;
    pub(crate) const VERSION: u32 = 0x11;
    pub(crate) const STATES: u32 = 0x12;
    pub(crate) const WAIT: u32 = 0x13;
    pub(crate) const STOP: u32 = 0x14;
    pub(crate) const EVENTS: u32 = 0x15;
    pub(crate) const SIZE: u32 = 0x16;
    pub(crate) const ARRAY: u32 = 0x17;
}

#[test]
fn each_client_gets_the_version_that_it_speaks() {
    let served = Served::new(Stage::new());
    for minor in 2..=6 {
        let mut client = Client::raw(&served);
        assert_eq!(client.version(4, minor), [4, minor, 0]);
    }
    // A newer one is offered what there is, and asks again.
    let mut client = Client::raw(&served);
    assert_eq!(client.version(4, 7), [4, 6, 0x8010_001E]);
    assert_eq!(client.version(4, 6), [4, 6, 0]);
    for (major, minor) in [(3, 4), (5, 4), (4, 1)] {
        let mut client = Client::raw(&served);
        assert_eq!(client.version(major, minor), [4, 6, 0x8010_001E]);
    }
}

#[test]
fn a_card_session_from_beginning_to_end() {
    for minor in [3, 4, 5, 6] {
        let served = Served::new(Stage::with_card());
        let mut client = Client::raw(&served);
        client.version(4, minor);
        let context = client.establish();
        assert!((1..0x8000_0000).contains(&context));
        let states = client.call(command::STATES, &[], 16 * READER_STATE);
        assert!(states.starts_with(Stage::READER.as_bytes()));
        let (card, protocol, rv) = client.connect(context, Stage::READER, 2, 3);
        assert!((1..0x8000_0000).contains(&card));
        assert_eq!((protocol, rv), (2, 0));
        assert_eq!(client.words(command::BEGIN, &[card, 0]), [card, 0]);
        assert_eq!(client.words(command::STATUS, &[card, 0]), [card, 0]);
        assert_eq!(
            client.transmit(card, 2, &[0; 4], 300),
            (0, 2, vec![0x90, 0x00])
        );
        assert_eq!(client.words(command::END, &[card, 1, 0]), [card, 1, 0]);
        let again = client.words(command::RECONNECT, &[card, 2, 3, 0, 0, 0]);
        assert_eq!(again, [card, 2, 3, 0, 2, 0]);
        assert_eq!(
            client.words(command::DISCONNECT, &[card, 0, 0]),
            [card, 0, 0]
        );
        assert_eq!(client.words(command::RELEASE, &[context, 0]), [context, 0]);
    }
}

#[test]
fn a_reply_has_its_payload_only_where_the_call_succeeded() {
    let served = Served::new(Stage::with_card());
    let (mut client, card) = Client::connected(&served, 4);
    let short = client.transmit(card, 2, &read(256), 257);
    assert_eq!(
        short,
        (0x8010_0008, 258, vec![]),
        "the length is told, the answer is not"
    );
    let (rv, len, answer) = client.transmit(card, 2, &read(256), 258);
    assert_eq!((rv, len, answer.len()), (0, 258, 258));
    assert_eq!(
        client.transmit(card, 1, &[0; 4], 300),
        (0x8010_000F, 0, vec![])
    );
    assert_eq!(
        client.transmit(card, 2, TORN, 300),
        (0x8010_0069, 0, vec![])
    );
}

#[test]
fn long_commands_and_long_answers_go_through() {
    let served = Served::new(Stage::with_card());
    let (mut client, card) = Client::connected(&served, 4);
    let (rv, _, answer) = client.transmit(card, 2, &read(65_534), 65_548);
    assert_eq!((rv, answer.len()), (0, 65_536));
    let longest = vec![0; 65_548];
    assert_eq!(
        client.transmit(card, 2, &longest, 65_548),
        (0, 2, vec![0x90, 0x00])
    );
}

#[test]
fn requests_may_come_in_pieces_or_several_at_once() {
    let served = Served::new(Stage::with_card());
    let (mut client, card) = Client::connected(&served, 4);
    let status = Client::request(command::STATUS, &Client::body(&[card, 0]));
    for byte in &status {
        client.send(&[*byte]);
    }
    assert_eq!(client.receive_words(2), [card, 0]);
    client.send(&status.repeat(3));
    assert_eq!(client.receive_words(6), [card, 0, card, 0, card, 0]);
}

#[test]
fn a_reader_is_asked_about_itself() {
    let served = Served::new(Stage::with_card());
    let (mut client, card) = Client::connected(&served, 4);
    assert_eq!(
        client.control(card, 0x4200_0D48, 300),
        (0, vec![0x12, 0x04, 0x42, 0x33, 0x00, 0x12])
    );
    assert_eq!(client.control(card, 0x4200_0D48, 5), (0x8010_0008, vec![]));
    assert_eq!(client.control(card, 1, 300), (0x8010_001F, vec![]));
    assert_eq!(
        client.attribute(card, 0x0001_0100, 264),
        (0, b"SONY\0".to_vec())
    );
    let (rv, _) = client.attribute(card, 0x0001_0100, 4);
    assert_eq!(rv, 0x8010_0008);
    let (rv, _) = client.attribute(card, 0x1234, 264);
    assert_eq!(rv, 0x8010_001F);
}

#[test]
fn old_clients_see_sixteen_readers_and_new_ones_all() {
    let stage = Stage::new();
    let more: Vec<_> = (1..40)
        .map(|i| stage.manager.add_reader(format!("Reader {i:02}")).unwrap())
        .collect();
    let served = Served::new(stage);
    let mut old = Client::raw(&served);
    old.version(4, 5);
    let states = old.call(command::STATES, &[], 16 * READER_STATE);
    assert_eq!(names(&states).len(), 16);
    let mut new = Client::raw(&served);
    new.version(4, 6);
    assert_eq!(new.call(command::SIZE, &[], 4), 40_u32.to_ne_bytes());
    let states = new.call(command::ARRAY, &[], 40 * READER_STATE);
    assert_eq!(names(&states).len(), 40);
    for reader in more {
        served.stage.manager.remove_reader(reader);
    }
    assert_eq!(
        new.call(command::SIZE, &[], 4),
        40_u32.to_ne_bytes(),
        "it never shrinks"
    );
    let states = new.call(command::ARRAY, &[], 40 * READER_STATE);
    assert_eq!(names(&states), [Stage::READER]);
}

#[test]
fn readers_that_come_and_go_are_counted() {
    let served = Served::new(Stage::new());
    let mut client = Client::raw(&served);
    client.version(4, 5);
    let mut events = || {
        client.send(&Client::request(command::EVENTS, &[]));
        client.receive_words(2)
    };
    assert_eq!(events(), [1, 0]);
    let other = served.stage.manager.add_reader("another").unwrap();
    served.stage.manager.remove_reader(other);
    assert_eq!(events(), [3, 0]);
}

/// The names in an array of reader states.
fn names(states: &[u8]) -> Vec<&str> {
    states
        .chunks(READER_STATE)
        .map(|record| record[..128].split(|byte| *byte == 0).next().unwrap())
        .filter(|name| !name.is_empty())
        .map(|name| std::str::from_utf8(name).unwrap())
        .collect()
}
