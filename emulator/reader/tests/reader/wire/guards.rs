//! Clients that do not keep to the protocol, or die: the connection ends, no client hangs, and
//! everybody else goes on.

use super::client::{Client, Served};
use super::command;
use crate::double::{PANIC, Stage};

#[test]
fn what_is_no_request_ends_the_connection() {
    let words: &[(&str, &[u32])] = &[
        ("an unknown command", &[0, 0x18]),
        ("a command that nobody sends", &[0, 0x03]),
        ("no command", &[0, 0]),
        ("a body that is too short", &[4, command::RELEASE, 0]),
        ("a body that is too long", &[12, command::RELEASE, 0, 0, 0]),
        ("a body where there is none", &[4, command::STATES, 0]),
        ("a body of 4 GiB", &[u32::MAX, command::RELEASE]),
        ("a card handle of nobody", &[8, command::BEGIN, 12345, 0]),
        ("no card handle", &[8, command::STATUS, 0, 0]),
    ];
    let served = Served::new(Stage::with_card());
    for (what, words) in words {
        let mut client = Client::raw(&served);
        client.version(4, 4);
        client.establish();
        client.send(&Client::body(words));
        assert!(client.is_closed(), "{what}");
    }
    let (mut client, card) = Client::connected(&served, 4);
    assert_eq!(
        client.transmit(card, 2, &[0; 4], 300).0,
        0,
        "the others go on"
    );
}

#[test]
fn a_payload_that_is_too_long_ends_the_connection() {
    let served = Served::new(Stage::with_card());
    let (mut client, card) = Client::connected(&served, 4);
    let body = [card, 2, 16, 65_549, 3, 16, 300, 0];
    client.send(&Client::request(command::TRANSMIT, &Client::body(&body)));
    assert!(client.is_closed());
    let (mut client, card) = Client::connected(&served, 4);
    let body = [card, 0x4200_0D48, u32::MAX, 300, 0, 0];
    client.send(&Client::request(command::CONTROL, &Client::body(&body)));
    assert!(client.is_closed());
    let (mut client, card) = Client::connected(&served, 4);
    let body = [
        Client::body(&[card, 0x0001_0100]),
        vec![0; 264],
        Client::body(&[265, 0]),
    ];
    client.send(&Client::request(command::GET_ATTRIB, &body.concat()));
    assert!(client.is_closed());
}

#[test]
fn a_card_handle_is_of_no_use_to_another_connection() {
    let served = Served::new(Stage::with_card());
    let (mut owner, card) = Client::connected(&served, 4);
    let (mut thief, _) = Client::connected(&served, 4);
    thief.send(&Client::request(command::BEGIN, &Client::body(&[card, 0])));
    assert!(thief.is_closed());
    assert_eq!(owner.words(command::BEGIN, &[card, 0]), [card, 0]);
}

#[test]
fn a_context_handle_is_of_no_use_to_another_connection() {
    let served = Served::new(Stage::with_card());
    let (mut owner, mut thief) = (Client::raw(&served), Client::raw(&served));
    let context = owner.establish();
    assert_eq!(thief.connect(context, Stage::READER, 2, 3).2, 0x8010_0003);
    assert_eq!(
        thief.words(command::RELEASE, &[context, 0]),
        [context, 0x8010_0003]
    );
    thief.establish();
    assert_eq!(thief.connect(context, Stage::READER, 2, 3).2, 0x8010_0011);
    assert_eq!(
        thief.words(command::RELEASE, &[context, 0]),
        [context, 0x8010_0011]
    );
    assert_eq!(owner.words(command::RELEASE, &[context, 0]), [context, 0]);
}

#[test]
fn a_context_has_room_for_two_hundred_handles() {
    let served = Served::new(Stage::with_card());
    served.stage.manager.add_reader("another").unwrap();
    let mut client = Client::raw(&served);
    let context = client.establish();
    for i in 0..199 {
        let (_, _, rv) = client.connect(context, Stage::READER, 2, 3);
        assert_eq!(rv, 0, "handle {i}");
    }
    assert_eq!(client.connect(context, "another", 3, 0).2, 0);
    assert_eq!(client.connect(context, "another", 3, 0).2, 0x8010_0006);
}

#[test]
fn a_client_that_dies_within_a_transaction_leaves_a_card_that_was_reset() {
    let served = Served::new(Stage::with_card());
    let (mut survivor, card) = Client::connected(&served, 4);
    let (mut victim, lock) = Client::connected(&served, 4);
    assert_eq!(victim.words(command::BEGIN, &[lock, 0]), [lock, 0]);
    drop(victim);
    // As libpcsclite does: again and again.
    let status = loop {
        let status = survivor.words(command::STATUS, &[card, 0]);
        if status[1] != 0x8010_000B {
            break status;
        }
    };
    assert_eq!(status, [card, 0x8010_0068]);
}

#[test]
fn a_client_that_dies_in_the_middle_of_a_request_leaves_nothing_behind() {
    let served = Served::new(Stage::with_card());
    let (mut client, card) = Client::connected(&served, 4);
    let body = [card, 2, 16, 1000, 3, 16, 300, 0];
    client.send(&Client::request(command::TRANSMIT, &Client::body(&body)));
    client.send(&[0; 500]);
    drop(client);
    let (stage, _folder) = served.end();
    let heard = stage.ear.heard();
    assert_eq!(
        heard,
        ["connect#1 shared 00000000", "hang-up#1 leave 00000000"]
    );
}

#[test]
fn a_card_that_panics_ends_the_connection_and_not_the_service() {
    let served = Served::new(Stage::with_card());
    let (mut client, card) = Client::connected(&served, 4);
    let body = [card, 2, 16, 2, 3, 16, 300, 0];
    client.send(&Client::request(command::TRANSMIT, &Client::body(&body)));
    client.send(PANIC);
    assert!(client.is_closed());
    let (mut client, card) = Client::connected(&served, 4);
    assert_eq!(client.transmit(card, 2, &[0; 4], 300).0, 0);
}
