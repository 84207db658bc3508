//! Who may do what when: pcscd's rules, call by call, as they were observed side by side with
//! pcscd 1.9.9 and its virtual reader.

use std::sync::Arc;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use madoguchi_iso7816::Reply;
use madoguchi_reader::{
    ContextHandle, Disposition, Handle, Protocols, ReturnCode, Session, ShareMode, SlotFaults,
};

use crate::double::{ACTIVATIONS, Card, Gated, LIMIT, Stage, T1_ONLY, Watched};

const OK: u32 = 0;
const SHARED: u32 = 2;
const EXCLUSIVE: u32 = 1;
const DIRECT: u32 = 3;
const LEAVE: u32 = 0;
const RESET: u32 = 1;
const UNPOWER: u32 = 2;
const EJECT: u32 = 3;
const ANY: u32 = 3;
const T0: u32 = 1;
const T1: u32 = 2;
const RAW: u32 = 4;
const ANY_OLD: u32 = 0x1000;

/// Two people with a context each; a third where a context is to end.
#[derive(Debug, Clone, Copy)]
enum Who {
    A,
    B,
    C,
}
use Who::{A, B, C};

/// One act. Numbers as they are on the wire, so that wrong ones can be tried.
#[derive(Debug, Clone, Copy)]
enum Act {
    Insert,
    InsertT1Only,
    InsertMute,
    InsertGarbage,
    Remove,
    Broken(bool),
    /// share, protocols
    Connect(Who, u32, u32),
    /// share, protocols, initialization
    Reconnect(Who, u32, u32, u32),
    Disconnect(Who, u32),
    Begin(Who),
    End(Who, u32),
    /// protocol
    Transmit(Who, u32),
    Status(Who),
    Control(Who),
    Attribute(Who),
    SetAttribute(Who),
    Release(Who),
    Leave(Who),
}
use Act::*;

struct Person {
    session: Session,
    context: ContextHandle,
    card: Handle,
}

struct Play {
    stage: Stage,
    people: [Option<Person>; 3],
}

impl Play {
    fn new() -> Self {
        Self {
            stage: Stage::new(),
            people: [None, None, None],
        }
    }

    fn person(&mut self, who: Who) -> &mut Person {
        let manager = &self.stage.manager;
        self.people[who as usize].get_or_insert_with(|| {
            let mut session = manager.open(Arc::new(()));
            let context = session.establish(2).unwrap();
            Person {
                session,
                context,
                card: Handle(0),
            }
        })
    }

    fn act(&mut self, act: Act) -> Result<(), ReturnCode> {
        let (manager, reader) = (self.stage.manager.clone(), self.stage.reader);
        match act {
            Insert => manager.insert(reader, Card::boxed()).unwrap(),
            InsertT1Only => manager.insert(reader, Card::with_atr(T1_ONLY)).unwrap(),
            InsertMute => manager.insert(reader, Card::with_atr(&[])).unwrap(),
            InsertGarbage => manager.insert(reader, Card::with_atr(&[0xFF])).unwrap(),
            Remove => drop(manager.remove(reader).unwrap()),
            Broken(broken) => {
                let faults = SlotFaults {
                    broken,
                    ..SlotFaults::default()
                };
                manager.set_slot_faults(reader, faults).unwrap();
            }
            Connect(who, share, protocols) => {
                let person = self.person(who);
                let (share, protocols) = (ShareMode(share), Protocols(protocols));
                let connected =
                    person
                        .session
                        .connect(person.context, Stage::READER, share, protocols)?;
                person.card = connected.0;
            }
            Reconnect(who, share, protocols, initialization) => {
                let person = self.person(who);
                let (share, protocols) = (ShareMode(share), Protocols(protocols));
                let initialization = Disposition(initialization);
                person
                    .session
                    .reconnect(person.card, share, protocols, initialization)?;
            }
            Disconnect(who, disposition) => {
                let person = self.person(who);
                person
                    .session
                    .disconnect(person.card, Disposition(disposition))?;
            }
            Begin(who) => {
                let person = self.person(who);
                person.session.begin(person.card)?;
            }
            End(who, disposition) => {
                let person = self.person(who);
                person.session.end(person.card, Disposition(disposition))?;
            }
            Transmit(who, protocol) => {
                let person = self.person(who);
                let (protocol, mut reply) = (Protocols(protocol), Reply::new());
                let select = [0x00, 0xA4, 0x04, 0x0C];
                person
                    .session
                    .transmit(person.card, protocol, &select, &mut reply)?;
                assert_eq!(reply.bytes(), [0x90, 0x00]);
            }
            Status(who) => {
                let person = self.person(who);
                person.session.status(person.card)?;
            }
            Control(who) => {
                let person = self.person(who);
                person
                    .session
                    .control(person.card, 0x4200_0D48, &mut Vec::new())?;
            }
            Attribute(who) => {
                let person = self.person(who);
                person
                    .session
                    .attribute(person.card, 0x0009_0303, &mut Vec::new())?;
            }
            SetAttribute(who) => {
                let person = self.person(who);
                person.session.set_attribute(person.card)?;
            }
            Release(who) => {
                let person = self.person(who);
                person.session.release(person.context)?;
            }
            Leave(who) => self.people[who as usize] = None,
        }
        Ok(())
    }
}

/// Each play begins with an empty reader; every act has its return value.
const PLAYS: &[(&str, &[(Act, u32)])] = &[
    (
        "senseless parameters are refused before anything else",
        &[
            (Connect(A, SHARED, 0), 0x8010_000F),
            (Connect(A, SHARED, 8), 0x8010_000F),
            (Connect(A, 9, 0), 0x8010_000F),
            (Connect(A, 9, ANY), 0x8010_0011),
            (Connect(A, DIRECT, 0), OK),
            (Reconnect(A, DIRECT, 0, 5), 0x8010_0011),
            (Reconnect(A, 7, 0, LEAVE), 0x8010_0011),
            (Reconnect(A, SHARED, 0, LEAVE), 0x8010_000F),
            (Disconnect(A, 9), 0x8010_0011),
            (End(A, 9), 0x8010_0011),
            (Disconnect(A, LEAVE), OK),
        ],
    ),
    (
        "an empty reader has no card, but can be spoken to directly",
        &[
            (Connect(A, SHARED, ANY), 0x8010_000C),
            (Connect(A, DIRECT, 0), OK),
            (Status(A), OK),
            (Control(A), OK),
            (Transmit(A, T1), 0x8010_000C),
            (Transmit(A, RAW), 0x8010_0016),
            (Reconnect(A, SHARED, ANY, LEAVE), 0x8010_000C),
        ],
    ),
    (
        "the protocol is chosen once and holds until the next reset",
        &[
            (Insert, OK),
            (Connect(A, SHARED, ANY), OK),
            (Transmit(A, T1), OK),
            (Transmit(A, ANY_OLD), OK),
            (Transmit(A, T0), 0x8010_000F),
            (Transmit(A, 8), 0x8010_000F),
            (Connect(B, SHARED, T0), 0x8010_000F),
            (Reconnect(A, SHARED, T0, LEAVE), 0x8010_000F),
            (Reconnect(A, SHARED, T0, RESET), OK),
            (Transmit(A, T0), OK),
            (Transmit(A, T1), 0x8010_000F),
            (Reconnect(A, SHARED, RAW, LEAVE), OK),
            (Transmit(A, RAW), OK),
            (Reconnect(A, SHARED, ANY, LEAVE), 0x8010_000F),
        ],
    ),
    (
        "a card that offers T=1 alone cannot be asked for T=0",
        &[
            (InsertT1Only, OK),
            (Connect(A, SHARED, T0), 0x8010_000F),
            (Connect(A, SHARED, ANY_OLD), OK),
            (Transmit(A, T1), OK),
        ],
    ),
    (
        "a card whose ATR means nothing offers no protocol",
        &[
            (InsertGarbage, OK),
            (Connect(A, SHARED, ANY), 0x8010_000F),
            (Connect(A, DIRECT, 0), OK),
            (Status(A), OK),
        ],
    ),
    (
        "a mute card cannot be connected to",
        &[
            (InsertMute, OK),
            (Connect(A, SHARED, ANY), 0x8010_0067),
            (Connect(A, DIRECT, 0), OK),
            (Reconnect(A, SHARED, ANY, LEAVE), 0x8010_0066),
            (Reconnect(A, SHARED, ANY, RESET), 0x8010_0066),
            (Status(A), 0x8010_0068),
        ],
    ),
    (
        "a reader that does not work does nothing",
        &[
            (Insert, OK),
            (Connect(A, SHARED, ANY), OK),
            (Broken(true), OK),
            (Connect(B, SHARED, ANY), 0x8010_0017),
            (Transmit(A, T1), 0x8010_0017),
            (Status(A), 0x8010_0017),
            (Begin(A), 0x8010_0017),
            (Control(A), 0x8010_0017),
            (Attribute(A), 0x8010_0017),
            (Reconnect(A, SHARED, ANY, LEAVE), 0x8010_0017),
            (Broken(false), OK),
            (Transmit(A, T1), 0x8010_000F),
            (Reconnect(A, SHARED, ANY, LEAVE), OK),
            (Transmit(A, T1), OK),
        ],
    ),
    (
        "an exclusive connection keeps everybody else out",
        &[
            (Insert, OK),
            (Connect(A, EXCLUSIVE, ANY), OK),
            (Connect(B, SHARED, ANY), 0x8010_000B),
            (Connect(B, DIRECT, 0), 0x8010_000B),
            (Begin(A), OK),
            (End(A, LEAVE), OK),
            (End(A, LEAVE), 0x8010_0016),
            (Disconnect(A, LEAVE), OK),
            (Connect(B, SHARED, ANY), OK),
            (Connect(A, EXCLUSIVE, ANY), 0x8010_000B),
        ],
    ),
    (
        "a connection becomes exclusive when it is the last one",
        &[
            (Insert, OK),
            (Connect(A, SHARED, ANY), OK),
            (Connect(B, SHARED, ANY), OK),
            (Reconnect(A, EXCLUSIVE, ANY, LEAVE), 0x8010_000B),
            (Disconnect(B, LEAVE), OK),
            (Reconnect(A, EXCLUSIVE, ANY, LEAVE), OK),
            (Connect(B, SHARED, ANY), 0x8010_000B),
            (Reconnect(A, SHARED, ANY, LEAVE), OK),
            (End(A, LEAVE), OK),
            (Connect(B, SHARED, ANY), OK),
        ],
    ),
    (
        "in a transaction the others can do nothing, however deep it is",
        &[
            (Insert, OK),
            (Connect(A, SHARED, ANY), OK),
            (Connect(B, SHARED, ANY), OK),
            (Begin(A), OK),
            (Begin(A), OK),
            (Transmit(B, T1), 0x8010_000B),
            (Status(B), 0x8010_000B),
            (Control(B), 0x8010_000B),
            (Attribute(B), 0x8010_000B),
            (SetAttribute(B), 0x8010_000B),
            (Reconnect(B, SHARED, ANY, LEAVE), 0x8010_000B),
            (End(B, LEAVE), 0x8010_000B),
            (End(B, RESET), 0x8010_000B),
            (Begin(B), 0x8010_000B),
            (End(A, LEAVE), OK),
            (Transmit(B, T1), 0x8010_000B),
            (Transmit(A, T1), OK),
            (End(A, LEAVE), OK),
            (Transmit(B, T1), OK),
            (End(A, LEAVE), 0x8010_0016),
            (End(B, LEAVE), 0x8010_0016),
        ],
    ),
    (
        "leaving with 'leave' is possible while somebody else is in a transaction",
        &[
            (Insert, OK),
            (Connect(A, SHARED, ANY), OK),
            (Connect(B, SHARED, ANY), OK),
            (Begin(A), OK),
            (Disconnect(B, LEAVE), OK),
            (Transmit(A, T1), OK),
        ],
    ),
    (
        "a reset is told to everybody, also to whoever asked for it by ending a transaction",
        &[
            (Insert, OK),
            (Connect(A, SHARED, ANY), OK),
            (Connect(B, SHARED, ANY), OK),
            (Begin(A), OK),
            (End(A, RESET), OK),
            (Status(A), 0x8010_0068),
            (Status(B), 0x8010_0068),
            (Transmit(A, T1), 0x8010_0068),
            (Reconnect(A, SHARED, ANY, LEAVE), OK),
            (Status(A), OK),
            (Transmit(B, T1), 0x8010_0068),
            (Attribute(B), 0x8010_0068),
            (Control(B), OK),
            (Begin(B), 0x8010_0068),
            (End(B, LEAVE), 0x8010_0068),
            (Reconnect(B, SHARED, ANY, LEAVE), OK),
            (Transmit(B, T1), OK),
        ],
    ),
    (
        "a reset by reconnecting spares whoever reconnects",
        &[
            (Insert, OK),
            (Connect(A, SHARED, ANY), OK),
            (Connect(B, SHARED, ANY), OK),
            (Reconnect(A, SHARED, ANY, RESET), OK),
            (Status(A), OK),
            (Status(B), 0x8010_0068),
            (Reconnect(B, SHARED, ANY, UNPOWER), OK),
            (Status(A), 0x8010_0068),
        ],
    ),
    (
        "ending a transaction that was not begun resets all the same",
        &[
            (Insert, OK),
            (Connect(A, SHARED, ANY), OK),
            (End(A, RESET), 0x8010_0016),
            (Status(A), 0x8010_0068),
        ],
    ),
    (
        "a card without power stays so until it is reset or everybody has left",
        &[
            (Insert, OK),
            (Connect(A, SHARED, ANY), OK),
            (Connect(B, SHARED, ANY), OK),
            (Disconnect(A, UNPOWER), OK),
            (Status(B), 0x8010_0068),
            (Reconnect(B, SHARED, ANY, LEAVE), OK),
            (Transmit(B, T1), 0x8010_0016),
            (Connect(A, SHARED, ANY), 0x8010_0067),
            (Reconnect(B, SHARED, ANY, RESET), OK),
            (Connect(A, SHARED, ANY), OK),
            (Transmit(A, T1), OK),
        ],
    ),
    (
        "a card that lost its power gets it back with the next connection",
        &[
            (Insert, OK),
            (Connect(A, SHARED, ANY), OK),
            (Disconnect(A, UNPOWER), OK),
            (Connect(A, SHARED, ANY), OK),
            (Transmit(A, T1), OK),
        ],
    ),
    (
        "no reader here can eject, and nobody minds",
        &[
            (Insert, OK),
            (Connect(A, SHARED, ANY), OK),
            (Disconnect(A, EJECT), OK),
            (Connect(A, SHARED, ANY), OK),
        ],
    ),
    (
        "a removal is told to every handle and ends every transaction",
        &[
            (Insert, OK),
            (Connect(A, SHARED, ANY), OK),
            (Connect(B, SHARED, ANY), OK),
            (Begin(A), OK),
            (Remove, OK),
            (Transmit(A, T1), 0x8010_0069),
            (Status(A), 0x8010_0069),
            (End(A, LEAVE), 0x8010_0069),
            (Begin(A), 0x8010_0069),
            (Attribute(B), 0x8010_0069),
            (Control(B), OK),
            (Reconnect(A, SHARED, ANY, LEAVE), 0x8010_000C),
            (Connect(A, SHARED, ANY), 0x8010_000C),
            (Insert, OK),
            (Transmit(B, T1), 0x8010_0069),
            (Reconnect(B, SHARED, ANY, LEAVE), OK),
            (Transmit(B, T1), OK),
        ],
    ),
    (
        "a vain reset of an empty reader turns 'removed' into 'reset'",
        &[
            (Insert, OK),
            (Connect(A, SHARED, ANY), OK),
            (Remove, OK),
            (Reconnect(A, SHARED, ANY, RESET), 0x8010_000C),
            (Status(A), 0x8010_0068),
            (Insert, OK),
            (Status(A), 0x8010_0068),
            (Reconnect(A, SHARED, ANY, LEAVE), OK),
        ],
    ),
    (
        "an exclusive connection survives the card",
        &[
            (Insert, OK),
            (Connect(A, EXCLUSIVE, ANY), OK),
            (Remove, OK),
            (Connect(B, SHARED, ANY), 0x8010_000B),
            (Disconnect(A, RESET), OK),
            (Connect(B, SHARED, ANY), 0x8010_000C),
        ],
    ),
    (
        "a context that ends leaves the card as it is",
        &[
            (Insert, OK),
            (Connect(A, SHARED, ANY), OK),
            (Connect(C, SHARED, ANY), OK),
            (Release(C), OK),
            (Status(A), OK),
            (Reconnect(A, EXCLUSIVE, ANY, LEAVE), OK),
            (Release(C), 0x8010_0003),
            (Status(C), 0x8010_0003),
        ],
    ),
    (
        "a context that ends within its transaction has the card reset",
        &[
            (Insert, OK),
            (Connect(A, SHARED, ANY), OK),
            (Connect(C, SHARED, ANY), OK),
            (Begin(C), OK),
            (Release(C), OK),
            (Status(A), 0x8010_0068),
        ],
    ),
    (
        "so does a client that leaves without a word",
        &[
            (Insert, OK),
            (Connect(A, SHARED, ANY), OK),
            (Connect(C, SHARED, ANY), OK),
            (Begin(C), OK),
            (Leave(C), OK),
            (Status(A), 0x8010_0068),
            (Reconnect(A, EXCLUSIVE, ANY, LEAVE), OK),
        ],
    ),
    (
        "no attribute can be set",
        &[
            (Insert, OK),
            (Connect(A, SHARED, ANY), OK),
            (SetAttribute(A), 0x8010_001F),
        ],
    ),
];

#[test]
fn every_call_returns_what_pcscd_returns() {
    for (sentence, acts) in PLAYS {
        let mut play = Play::new();
        for (at, (act, expected)) in acts.iter().enumerate() {
            let got = ReturnCode::from(&play.act(*act));
            let expected = ReturnCode::new(*expected);
            assert_eq!(got, expected, "{sentence}: act {at}, {act:?}");
        }
    }
}

#[test]
fn a_reader_that_was_pulled_out_is_no_reason_not_to_disconnect() {
    let mut play = Play::new();
    play.act(Insert).unwrap();
    play.act(Connect(A, SHARED, ANY)).unwrap();
    let card = play.stage.manager.remove_reader(play.stage.reader);
    assert!(card.is_some(), "the card comes along");
    assert_eq!(play.act(Transmit(A, T1)), Err(ReturnCode::INVALID_VALUE));
    assert_eq!(play.act(Status(A)), Err(ReturnCode::INVALID_VALUE));
    assert_eq!(
        play.act(Connect(B, SHARED, ANY)),
        Err(ReturnCode::UNKNOWN_READER)
    );
    assert_eq!(play.act(Disconnect(A, RESET)), Ok(()));
}

#[test]
fn a_connection_waits_for_the_end_of_a_transaction() {
    let mut play = Play::new();
    play.act(Insert).unwrap();
    play.act(Connect(A, SHARED, ANY)).unwrap();
    play.act(Begin(A)).unwrap();
    let (client, waiting, _) = Watched::new();
    let mut other = play.stage.manager.open(client);
    let (done, outcome) = channel();
    play.stage.ear.heard();
    let connecting = thread::spawn(move || {
        let context = other.establish(2).unwrap();
        let result = other.connect(context, Stage::READER, ShareMode::SHARED, Protocols::ANY);
        done.send(result.map(|_| ())).unwrap();
    });
    waiting.recv_timeout(LIMIT).expect("the call waits");
    assert!(outcome.try_recv().is_err(), "nothing is decided yet");
    play.act(End(A, LEAVE)).unwrap();
    assert_eq!(outcome.recv_timeout(LIMIT), Ok(Ok(())));
    let heard = play.stage.ear.heard();
    let waited = heard.iter().filter(|call| call.ends_with(" waited"));
    assert_eq!(waited.count(), 1, "{heard:?}");
    connecting.join().unwrap();
}

#[test]
fn a_transaction_is_handed_over_to_whoever_waits_for_it() {
    let mut play = Play::new();
    play.act(Insert).unwrap();
    play.act(Connect(A, SHARED, ANY)).unwrap();
    let (client, waiting, _) = Watched::new();
    let mut other = play.stage.manager.open(client);
    let context = other.establish(2).unwrap();
    let (card, _) = other
        .connect(context, Stage::READER, ShareMode::SHARED, Protocols::ANY)
        .unwrap();
    play.act(Begin(A)).unwrap();
    let beginning = thread::spawn(move || {
        // As libpcsclite does: again and again.
        while other.begin(card) == Err(ReturnCode::SHARING_VIOLATION) {}
        other
    });
    waiting.recv_timeout(LIMIT).expect("the call waits");
    play.act(End(A, LEAVE)).unwrap();
    let other = beginning.join().unwrap();
    assert_eq!(play.act(Status(A)), Err(ReturnCode::SHARING_VIOLATION));
    drop(other);
}

#[test]
fn a_disconnection_with_reset_waits_for_the_end_of_a_transaction() {
    let mut play = Play::new();
    play.act(Insert).unwrap();
    play.act(Connect(A, SHARED, ANY)).unwrap();
    let (client, waiting, _) = Watched::new();
    let mut other = play.stage.manager.open(client);
    let context = other.establish(2).unwrap();
    let (card, _) = other
        .connect(context, Stage::READER, ShareMode::SHARED, Protocols::ANY)
        .unwrap();
    play.act(Begin(A)).unwrap();
    let leaving = thread::spawn(move || other.disconnect(card, Disposition::RESET));
    waiting.recv_timeout(LIMIT).expect("the call waits");
    play.act(Transmit(A, T1)).unwrap();
    play.act(End(A, LEAVE)).unwrap();
    assert_eq!(leaving.join().unwrap(), Ok(()));
    assert_eq!(play.act(Status(A)), Err(ReturnCode::RESET_CARD));
}

#[test]
fn a_card_that_nobody_used_for_five_seconds_starts_anew() {
    let mut play = Play::new();
    play.act(Insert).unwrap();
    let mut activations = |wait: u64| {
        play.stage.clock.pass(Duration::from_millis(wait));
        play.act(Connect(A, SHARED, ANY)).unwrap();
        let (person, mut reply) = (play.person(A), Reply::new());
        let protocol = Protocols::T1;
        person
            .session
            .transmit(person.card, protocol, ACTIVATIONS, &mut reply)
            .unwrap();
        play.act(Disconnect(A, LEAVE)).unwrap();
        reply.bytes()[0]
    };
    assert_eq!(activations(0), 1);
    assert_eq!(activations(4999), 1);
    assert_eq!(activations(5000), 2);
}

#[test]
fn two_who_connect_at_once_give_the_card_its_power_once() {
    let play = Play::new();
    let (card, powering, may) = Gated::new();
    may.send(()).unwrap();
    play.stage
        .manager
        .insert(play.stage.reader, Box::new(card))
        .unwrap();
    powering.recv_timeout(LIMIT).unwrap();
    play.stage.clock.pass(Duration::from_secs(60));
    let connect = |mut session: Session| {
        thread::spawn(move || {
            let context = session.establish(2).unwrap();
            let (shared, any) = (ShareMode::SHARED, Protocols::ANY);
            let (card, _) = session
                .connect(context, Stage::READER, shared, any)
                .unwrap();
            let mut reply = Reply::new();
            session
                .transmit(card, Protocols::T1, ACTIVATIONS, &mut reply)
                .unwrap();
            (session, reply.bytes()[0])
        })
    };
    let first = connect(play.stage.manager.open(Arc::new(())));
    powering.recv_timeout(LIMIT).expect("the first gives power");
    let (client, waiting, _) = Watched::new();
    let second = connect(play.stage.manager.open(client));
    waiting.recv_timeout(LIMIT).expect("the second waits");
    may.send(()).unwrap();
    let (_first, seen_by_first) = first.join().unwrap();
    let (_second, seen_by_second) = second.join().unwrap();
    assert_eq!((seen_by_first, seen_by_second), (2, 2));
}

#[test]
fn a_card_that_panics_when_it_gets_power_keeps_nobody_waiting() {
    let play = Play::new();
    let (card, powering, may) = Gated::new();
    may.send(()).unwrap();
    play.stage
        .manager
        .insert(play.stage.reader, Box::new(card))
        .unwrap();
    powering.recv_timeout(LIMIT).unwrap();
    play.stage.clock.pass(Duration::from_secs(60));
    // No tap hears it say that it gets power: it panics.
    drop(powering);
    for _ in 0..2 {
        let mut session = play.stage.manager.open(Arc::new(()));
        let connecting = thread::spawn(move || {
            let context = session.establish(2).unwrap();
            let (shared, any) = (ShareMode::SHARED, Protocols::ANY);
            session.connect(context, Stage::READER, shared, any)
        });
        assert!(
            connecting.join().is_err(),
            "it panics each time, and hangs never"
        );
    }
    assert!(play.stage.manager.remove(play.stage.reader).is_some());
}

#[test]
fn handles_follow_the_seed() {
    let draw = || {
        let mut play = Play::new();
        play.act(Insert).unwrap();
        // Trying in vain does not show in the handles.
        let _ = play
            .act(Connect(A, SHARED, T0 | 8))
            .and_then(|()| play.act(Disconnect(A, LEAVE)));
        play.act(Connect(A, SHARED, ANY)).unwrap();
        let a = play.person(A);
        (a.context, a.card)
    };
    assert_eq!(draw(), draw());
}
