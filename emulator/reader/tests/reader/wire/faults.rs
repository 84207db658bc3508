//! What goes wrong and what the client is told: the table, row by row, by planned faults, in the
//! words of the wire. What libpcsclite makes of it is tested with libpcsclite.

use std::io::ErrorKind;
use std::os::unix::net::UnixStream;
use std::sync::mpsc::channel;
use std::time::Duration;

use madoguchi_iso7816::StatusWord;
use madoguchi_reader::{
    Call, Disposition, Fault, HangUp, Hold, Moment, Plan, ReturnCode, ServiceFaults, SlotFaults,
};

use super::client::{Client, Served};
use super::command;
use crate::double::{Card, LIMIT, Stage, T1_ONLY};

const T1: u32 = 2;
const SELECT: &[u8] = &[0x00, 0xA4, 0x04, 0x0C];

/// A connected client, and what is planned for its first command.
fn planned(what: Fault) -> (Served, Client, u32) {
    let served = Served::new(Stage::with_card());
    let (client, card) = Client::connected(&served, 4);
    let plan = Plan::once(Moment::Apdu(1), what);
    served
        .stage
        .manager
        .plan(served.stage.reader, plan)
        .unwrap();
    (served, client, card)
}

/// Return value and answer of one exchange.
fn exchange(client: &mut Client, card: u32) -> (u32, Vec<u8>) {
    let (rv, _, answer) = client.transmit(card, T1, SELECT, 300);
    (rv, answer)
}

fn status(client: &mut Client, card: u32) -> u32 {
    client.words(command::STATUS, &[card, 0])[1]
}

fn with_slot_faults(stage: &Stage, faults: SlotFaults) {
    stage.manager.set_slot_faults(stage.reader, faults).unwrap();
}

// ---- service ----

#[test]
fn no_service() {
    let served = Served::new(Stage::with_card());
    let path = served.server.path().to_owned();
    let (mut client, _) = Client::connected(&served, 4);
    served.stage.manager.stop_service();
    assert!(client.is_closed());
    let refused = UnixStream::connect(&path).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::NotFound);
    served.stage.manager.start_service();
    let (mut client, card) = Client::connected(&served, 4);
    assert_eq!(exchange(&mut client, card), (0, vec![0x90, 0x00]));
    served.stage.manager.start_service();
    assert_eq!(
        exchange(&mut client, card),
        (0, vec![0x90, 0x00]),
        "it runs already"
    );
}

#[test]
fn the_service_dies_in_the_middle_of_a_call() {
    let event = Fault::ServiceStops { back_after: None };
    let (served, mut client, card) = planned(event);
    let (mut other, _) = Client::connected(&served, 6);
    let body = [card, T1, 16, 4, 3, 16, 300, 0];
    client.send(&Client::request(command::TRANSMIT, &Client::body(&body)));
    client.send(SELECT);
    assert!(client.is_closed());
    assert!(other.is_closed(), "everybody is out");
    assert!(UnixStream::connect(served.server.path()).is_err());
    let last = *served.stage.ear.before_stop.lock().unwrap();
    assert_eq!(
        last,
        Some(Call::Transmit),
        "it failed before anybody could notice that and go on"
    );
}

#[test]
fn the_service_is_started_again() {
    let event = Fault::ServiceStops {
        back_after: Some(Duration::from_millis(20)),
    };
    let (served, mut client, card) = planned(event);
    let (waits, waiting) = channel();
    let (allow, allowed) = channel();
    served.stage.clock.on_pause(move || {
        waits.send(()).unwrap();
        allowed.recv_timeout(LIMIT).unwrap();
    });
    let body = [card, T1, 16, 4, 3, 16, 300, 0];
    client.send(&Client::request(command::TRANSMIT, &Client::body(&body)));
    client.send(SELECT);
    assert!(client.is_closed());
    waiting
        .recv_timeout(LIMIT)
        .expect("it stays away for a while");
    assert!(UnixStream::connect(served.server.path()).is_err());
    allow.send(()).unwrap();
    while UnixStream::connect(served.server.path()).is_err() {
        std::thread::yield_now();
    }
    let (mut client, card) = Client::connected(&served, 4);
    assert_eq!(exchange(&mut client, card).0, 0);
}

/// People turn the clock on as soon as an app has said that something is wrong.
#[test]
fn the_service_is_back_where_the_clock_is_turned_on_as_it_ends() {
    const AWAY: Duration = Duration::from_mins(1);
    let event = Fault::ServiceStops {
        back_after: Some(AWAY),
    };
    let (served, mut client, card) = planned(event);
    let clock = std::sync::Arc::clone(&served.stage.clock);
    served.stage.ear.on_stop(move || clock.pass(AWAY));
    let body = [card, T1, 16, 4, 3, 16, 300, 0];
    client.send(&Client::request(command::TRANSMIT, &Client::body(&body)));
    client.send(SELECT);
    assert!(client.is_closed());
    served.stage.manager.catch_up();
    let (mut client, card) = Client::connected(&served, 4);
    assert_eq!(exchange(&mut client, card).0, 0);
}

#[test]
fn the_service_speaks_another_version() {
    let served = Served::new(Stage::new());
    let faults = ServiceFaults {
        refuse_version: true,
        ..ServiceFaults::default()
    };
    served.stage.manager.set_service_faults(faults);
    // A client of 4.6 would ask for ever for what it was offered.
    for minor in [4, 5, 6] {
        assert_eq!(Client::raw(&served).version(4, minor), [4, 2, 0x8010_001E]);
    }
}

#[test]
fn the_service_lets_nobody_in() {
    let served = Served::new(Stage::new());
    let faults = ServiceFaults {
        refuse_access: true,
        ..ServiceFaults::default()
    };
    served.stage.manager.set_service_faults(faults);
    let mut client = Client::raw(&served);
    client.send(&Client::request(
        command::VERSION,
        &Client::body(&[4, 4, 0]),
    ));
    assert_eq!(client.end().unwrap_err().kind(), ErrorKind::ConnectionReset);
}

#[test]
fn the_service_dies_at_a_call() {
    let served = Served::new(Stage::with_card());
    let hang_up = Some(HangUp {
        call: Call::BeginTransaction,
        nth: 1,
    });
    let (mut client, card) = Client::connected(&served, 4);
    served.stage.manager.set_service_faults(ServiceFaults {
        hang_up,
        ..ServiceFaults::default()
    });
    client.send(&Client::request(command::BEGIN, &Client::body(&[card, 0])));
    assert!(client.is_closed());
}

// ---- reader ----

#[test]
fn no_reader() {
    let served = Served::new(Stage::new());
    served.stage.manager.remove_reader(served.stage.reader);
    let mut client = Client::raw(&served);
    let context = client.establish();
    assert_eq!(client.connect(context, Stage::READER, 2, 3).2, 0x8010_0009);
}

#[test]
fn the_reader_is_unplugged_in_use() {
    let (served, mut client, card) = planned(Fault::Unplugged {});
    assert_eq!(exchange(&mut client, card).0, 0x8010_0011);
    assert_eq!(status(&mut client, card), 0x8010_0011);
    assert_eq!(served.stage.manager.name(served.stage.reader), None);
}

#[test]
fn the_reader_fails() {
    let (_served, mut client, card) = planned(Fault::ReaderFails {});
    assert_eq!(exchange(&mut client, card).0, 0x8010_0017);
    assert_eq!(status(&mut client, card), 0x8010_0017);
    let states = client.call(command::STATES, &[], 16 * 184);
    assert_eq!(Client::first_state(&states), 0x01);
}

// ---- card ----

#[test]
fn no_card() {
    let served = Served::new(Stage::new());
    let mut client = Client::raw(&served);
    let context = client.establish();
    assert_eq!(client.connect(context, Stage::READER, 2, 3).2, 0x8010_000C);
}

#[test]
fn the_card_is_removed_between_two_commands() {
    let (served, mut client, card) = planned(Fault::REMOVAL);
    assert_eq!(exchange(&mut client, card).0, 0x8010_0069);
    assert_eq!(status(&mut client, card), 0x8010_0069);
    assert!(!served.stage.manager.is_occupied(served.stage.reader));
}

#[test]
fn the_card_is_torn_away_in_mid_command_and_the_reader_says_what_it_likes() {
    let codes = [0, 0x8010_0016, 0x8010_000C, 0x8010_0066, 0x8010_0069];
    for rv in codes {
        let (served, mut client, card) = planned(Fault::Torn {
            carried_out: true,
            code: Some(ReturnCode::new(rv)),
        });
        assert_eq!(exchange(&mut client, card), (rv, vec![]));
        assert_eq!(status(&mut client, card), 0x8010_0069, "after {rv:X}");
        assert_eq!(served.stage.ear.torn.lock().unwrap().len(), 1);
        drop(served.stage.manager.remove(served.stage.reader));
        served.stage.insert();
        let (mut client, card) = Client::connected(&served, 4);
        assert_eq!(exchange(&mut client, card).0, 0, "once");
    }
}

#[test]
fn an_answer_is_truncated() {
    let (_served, mut client, card) = planned(Fault::Truncated(1));
    assert_eq!(exchange(&mut client, card), (0, vec![0x90]));
    assert_eq!(exchange(&mut client, card), (0, vec![0x90, 0x00]));
    let (_served, mut client, card) = planned(Fault::Truncated(0));
    assert_eq!(exchange(&mut client, card), (0, vec![]));
}

#[test]
fn an_answer_is_too_long() {
    let (_served, mut client, card) = planned(Fault::Overlong(5));
    let (rv, answer) = exchange(&mut client, card);
    assert_eq!((rv, answer.len(), &answer[..2]), (0, 7, &[0x90, 0x00][..]));
    let (_served, mut client, card) = planned(Fault::Overlong(300));
    assert_eq!(exchange(&mut client, card).0, 0x8010_0008);
}

#[test]
fn the_exchange_fails_with_any_code_there_is() {
    let codes = [
        0x8010_0001,
        0x8010_0002,
        0x8010_0003,
        0x8010_0004,
        0x8010_0006,
        0x8010_0008,
        0x8010_0009,
        0x8010_000A,
        0x8010_000C,
        0x8010_000F,
        0x8010_0011,
        0x8010_0013,
        0x8010_0016,
        0x8010_0017,
        0x8010_001D,
        0x8010_001F,
        0x8010_0022,
        0x8010_002F,
        0x8010_0065,
        0x8010_0066,
        0x8010_0067,
        0x8010_0068,
        0x8010_0069,
        0x8010_006A,
        0x0000_045D,
        0xFFFF_FFFF,
    ];
    for rv in codes {
        for carried_out in [false, true] {
            let (_served, mut client, card) = planned(Fault::Damaged {
                carried_out,
                code: Some(ReturnCode::new(rv)),
            });
            assert_eq!(exchange(&mut client, card), (rv, vec![]));
            assert_eq!(exchange(&mut client, card).0, 0, "the card is there");
        }
    }
}

#[test]
fn a_transmission_error_is_usually_80100016() {
    let (_served, mut client, card) = planned(Fault::Damaged {
        carried_out: true,
        code: None,
    });
    assert_eq!(exchange(&mut client, card).0, 0x8010_0016);
    let (_served, mut client, card) = planned(Fault::Mute {});
    assert_eq!(exchange(&mut client, card).0, 0x8010_0016);
}

#[test]
fn a_status_word_is_wrong() {
    let (_served, mut client, card) = planned(Fault::Status(StatusWord::NO_DIAGNOSIS));
    assert_eq!(exchange(&mut client, card), (0, vec![0x6F, 0x00]));
}

#[test]
fn the_card_is_mute_when_it_gets_power() {
    let served = Served::new(Stage::new());
    served
        .stage
        .manager
        .insert(served.stage.reader, Card::with_atr(&[]))
        .unwrap();
    let mut client = Client::raw(&served);
    let context = client.establish();
    assert_eq!(client.connect(context, Stage::READER, 2, 3).2, 0x8010_0067);
    let states = client.call(command::STATES, &[], 16 * 184);
    assert_eq!(Client::first_state(&states), 0x0C);
    let (card, _, rv) = client.connect(context, Stage::READER, 3, 0);
    assert_eq!(rv, 0);
    assert_eq!(
        client.words(command::RECONNECT, &[card, 2, 3, 1, 0, 0])[5],
        0x8010_0066
    );
}

#[test]
fn the_atr_means_nothing_or_offers_another_protocol() {
    for (atr, protocols) in [(&[0xFF][..], 3), (T1_ONLY, 1)] {
        let served = Served::new(Stage::new());
        served
            .stage
            .manager
            .insert(served.stage.reader, Card::with_atr(atr))
            .unwrap();
        let mut client = Client::raw(&served);
        let context = client.establish();
        assert_eq!(
            client.connect(context, Stage::READER, 2, protocols).2,
            0x8010_000F
        );
    }
}

#[test]
fn the_card_is_slow() {
    let by = Duration::from_secs(3);
    let (served, mut client, card) = planned(Fault::Late(by));
    assert_eq!(exchange(&mut client, card).0, 0);
    assert_eq!(served.stage.clock.shown(), by);
    // FWI 10: 309 ms, three times twice
    let (served, mut client, card) = planned(Fault::WaitingTime {
        requests: 3,
        multiplier: 2,
    });
    assert_eq!(exchange(&mut client, card).0, 0);
    assert_eq!(served.stage.clock.shown().as_millis(), 1_855);
}

// ---- other applications ----

#[test]
fn another_application_resets_the_card() {
    let (_served, mut client, card) = planned(Fault::Reset {});
    assert_eq!(exchange(&mut client, card).0, 0x8010_0068);
    assert_eq!(status(&mut client, card), 0x8010_0068);
    assert_eq!(
        client.words(command::RECONNECT, &[card, 2, 3, 0, 0, 0])[5],
        0
    );
    assert_eq!(exchange(&mut client, card).0, 0);
}

#[test]
fn another_application_resets_the_card_even_within_a_transaction() {
    let (_served, mut client, card) = planned(Fault::Reset {});
    assert_eq!(client.words(command::BEGIN, &[card, 0]), [card, 0]);
    assert_eq!(exchange(&mut client, card).0, 0x8010_0068);
}

#[test]
fn another_application_holds_a_transaction_for_a_while() {
    let (served, mut client, card) = planned(Fault::Rival {
        hold: Hold::Transaction,
        stays: Duration::from_millis(20),
    });
    let (waits, waiting) = channel();
    let (allow, allowed) = channel();
    served.stage.clock.on_pause(move || {
        waits.send(()).unwrap();
        allowed.recv_timeout(LIMIT).unwrap();
    });
    assert_eq!(exchange(&mut client, card).0, 0x8010_000B);
    waiting.recv_timeout(LIMIT).expect("it stays");
    assert_eq!(exchange(&mut client, card).0, 0x8010_000B);
    allow.send(()).unwrap();
    // As libpcsclite does: again and again.
    let rv = loop {
        let (rv, _) = exchange(&mut client, card);
        if rv != 0x8010_000B {
            break rv;
        }
    };
    assert_eq!(rv, 0, "it left without a reset");
}

#[test]
fn a_command_that_waited_for_a_rival_is_one_command() {
    let (served, mut client, card) = planned(Fault::Rival {
        hold: Hold::Transaction,
        stays: Duration::ZERO,
    });
    let mut plan = Plan::once(
        Moment::Apdu(1),
        Fault::Rival {
            hold: Hold::Transaction,
            stays: Duration::ZERO,
        },
    );
    let second = Plan::once(Moment::Apdu(2), Fault::Truncated(0));
    plan.faults.extend(second.faults);
    served
        .stage
        .manager
        .plan(served.stage.reader, plan)
        .unwrap();
    while exchange(&mut client, card) == (0x8010_000B, vec![]) {}
    assert_eq!(
        exchange(&mut client, card),
        (0, vec![]),
        "this is the second"
    );
}

#[test]
fn another_application_is_exclusive() {
    let served = Served::new(Stage::with_card());
    let rival = served
        .stage
        .manager
        .rival(served.stage.reader, Hold::Exclusive)
        .unwrap();
    let mut client = Client::raw(&served);
    let context = client.establish();
    assert_eq!(client.connect(context, Stage::READER, 2, 3).2, 0x8010_000B);
    let states = client.call(command::STATES, &[], 16 * 184);
    assert_eq!(states[136..140], [0xFF; 4], "sharing −1");
    drop(rival);
    assert_eq!(client.connect(context, Stage::READER, 2, 3).2, 0);
}

#[test]
fn another_application_is_there_first() {
    let served = Served::new(Stage::new());
    // As a service that looks at every new card.
    let plan = Plan::once(
        Moment::After(Duration::ZERO),
        Fault::Rival {
            hold: Hold::Exclusive,
            stays: Duration::from_millis(20),
        },
    );
    let (allow, allowed) = channel::<()>();
    served.stage.clock.on_pause(move || {
        let _ = allowed.recv_timeout(LIMIT);
    });
    served
        .stage
        .manager
        .plan(served.stage.reader, plan)
        .unwrap();
    served.stage.insert();
    let mut client = Client::raw(&served);
    let context = client.establish();
    assert_eq!(client.connect(context, Stage::READER, 2, 3).2, 0x8010_000B);
    drop(allow);
    while client.connect(context, Stage::READER, 2, 3).2 == 0x8010_000B {}
}

#[test]
fn a_rival_does_not_wait_for_anybody() {
    let served = Served::new(Stage::with_card());
    let (mut client, card) = Client::connected(&served, 4);
    assert_eq!(client.words(command::BEGIN, &[card, 0]), [card, 0]);
    let (manager, reader) = (&served.stage.manager, served.stage.reader);
    assert_eq!(
        manager.rival(reader, Hold::Connection).unwrap_err(),
        ReturnCode::COMM_ERROR
    );
    assert_eq!(client.words(command::END, &[card, 0, 0]), [card, 0, 0]);
    let rival = manager.rival(reader, Hold::Connection).unwrap();
    assert_eq!(
        exchange(&mut client, card).0,
        0,
        "a connection is in nobody's way"
    );
    rival.leave(Disposition::RESET).unwrap();
    assert_eq!(exchange(&mut client, card).0, 0x8010_0068);
}

#[test]
fn waiting_is_cancelled() {
    let served = Served::new(Stage::new());
    let mut client = Client::raw(&served);
    client.version(4, 4);
    let context = client.establish();
    client.call(command::WAIT, &[], 16 * 184);
    let mut canceller = Client::raw(&served);
    assert_eq!(
        canceller.words(command::CANCEL, &[context, 0]),
        [context, 0]
    );
    assert_eq!(client.receive_words(2), [0, 0x8010_0002]);
}

// ---- when ----

#[test]
fn a_card_leaves_by_itself_when_its_time_has_come() {
    let served = Served::new(Stage::with_card());
    let mut client = Client::raw(&served);
    client.version(4, 4);
    client.establish();
    client.call(command::WAIT, &[], 16 * 184);
    let plan = Plan::once(Moment::After(Duration::from_secs(5)), Fault::REMOVAL);
    served
        .stage
        .manager
        .plan(served.stage.reader, plan)
        .unwrap();
    assert_eq!(
        client.receive_words(2),
        [0, 0],
        "the service tells who waits"
    );
    assert!(!served.stage.manager.is_occupied(served.stage.reader));
    assert!(served.stage.clock.shown() >= Duration::from_secs(5));
}

#[test]
fn a_plan_can_be_taken_back() {
    let (served, mut client, card) = planned(Fault::REMOVAL);
    served
        .stage
        .manager
        .plan(served.stage.reader, Plan::default())
        .unwrap();
    assert_eq!(exchange(&mut client, card).0, 0);
}

#[test]
fn a_broken_reader_can_be_mended() {
    let (served, mut client, card) = planned(Fault::ReaderFails {});
    assert_eq!(exchange(&mut client, card).0, 0x8010_0017);
    with_slot_faults(&served.stage, SlotFaults::default());
    // The card got power anew, and no protocol is chosen.
    assert_eq!(exchange(&mut client, card).0, 0x8010_000F);
}
