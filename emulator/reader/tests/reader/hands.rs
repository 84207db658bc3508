//! What a hand can do: cards come and go, readers come and go, faults are planned.

use std::sync::Arc;
use std::sync::mpsc::channel;

use madoguchi_iso7816::{LinkFault, Reply};
use madoguchi_reader::{
    DirectReader, Personality, Protocols, ReaderError, ReturnCode, Session, ShareMode, SlotFaults,
};

use crate::double::{Card, Clock, DAMAGED, LATE, LIMIT, Stage, TORN, Watched};

/// A client with a connection to the stage's reader.
struct Connected {
    session: Session,
    card: madoguchi_reader::Handle,
    reply: Reply,
}

impl Connected {
    fn new(stage: &Stage) -> Self {
        let mut session = stage.manager.open(Arc::new(()));
        let context = session.establish(2).unwrap();
        let (card, _) = session
            .connect(context, Stage::READER, ShareMode::SHARED, Protocols::ANY)
            .unwrap();
        Self {
            session,
            card,
            reply: Reply::new(),
        }
    }

    fn transmit(&mut self, command: &[u8]) -> Result<&[u8], ReturnCode> {
        self.session
            .transmit(self.card, Protocols::T1, command, &mut self.reply)?;
        Ok(self.reply.bytes())
    }
}

/// State bits, events and sharing of the first reader.
fn state(stage: &Stage) -> (u32, u16, i32) {
    let mut seen = None;
    stage.manager.open(Arc::new(())).look(&mut |place| {
        seen = seen.or(place.map(|reader| (reader.state, reader.events, reader.sharing)));
    });
    seen.unwrap()
}

#[test]
fn a_card_comes_and_goes_and_comes_back() {
    let stage = Stage::new();
    assert_eq!(state(&stage), (0x02, 0, 0));
    stage.insert();
    assert_eq!(state(&stage), (0x34, 1, 0));
    assert!(stage.manager.is_occupied(stage.reader));
    let refused = stage.manager.insert(stage.reader, Card::boxed());
    assert_eq!(refused, Err(ReaderError::Occupied));
    let card = stage.manager.remove(stage.reader).unwrap();
    assert_eq!(state(&stage), (0x02, 2, 0));
    assert!(stage.manager.remove(stage.reader).is_none());
    stage.manager.insert(stage.reader, card).unwrap();
    assert_eq!(state(&stage), (0x34, 3, 0));
}

#[test]
fn whoever_waits_is_told_once_of_every_kind_of_change() {
    let stage = Stage::new();
    let (client, _, told) = Watched::new();
    let session = stage.manager.open(client);
    let other = || Connected::new(&stage);
    let changes: &[(&str, &dyn Fn())] = &[
        ("a card comes", &|| stage.insert()),
        ("somebody connects and leaves", &|| drop(other())),
        ("a card goes", &|| drop(stage.manager.remove(stage.reader))),
        ("a reader comes", &|| {
            drop(stage.manager.add_reader("another"))
        }),
        ("a reader changes its name", &|| {
            stage.manager.rename(stage.reader, "renamed").unwrap();
        }),
        ("a reader fails", &|| {
            let faults = SlotFaults {
                broken: true,
                ..SlotFaults::default()
            };
            stage.manager.set_slot_faults(stage.reader, faults).unwrap();
        }),
        ("a reader goes", &|| {
            drop(stage.manager.remove_reader(stage.reader))
        }),
    ];
    for (what, change) in changes {
        session.watch(&mut |_| ());
        change();
        assert_eq!(told.recv_timeout(LIMIT), Ok(ReturnCode::SUCCESS), "{what}");
        assert!(told.try_recv().is_err(), "{what}: once");
        assert!(!session.unwatch(), "{what}: the waiting is over");
    }
    session.watch(&mut |_| ());
    assert!(session.unwatch());
    assert!(told.try_recv().is_err());
}

#[test]
fn a_card_that_tears_away_follows_all_rules_of_removal() {
    let stage = Stage::with_card();
    let mut torn = Connected::new(&stage);
    let mut other = Connected::new(&stage);
    torn.session.begin(torn.card).unwrap();
    assert_eq!(torn.transmit(TORN), Err(ReturnCode::REMOVED_CARD));
    assert_eq!(*stage.ear.torn.lock().unwrap(), [stage.reader]);
    assert_eq!(state(&stage), (0x02, 2, 2));
    assert_eq!(other.transmit(&[0; 4]), Err(ReturnCode::REMOVED_CARD));
    let fallen = stage.manager.remove(stage.reader);
    assert!(fallen.is_some(), "it can be picked up");
    assert_eq!(state(&stage), (0x02, 2, 2), "without another event");
}

#[test]
fn the_plan_names_what_a_torn_card_returns() {
    let stage = Stage::with_card();
    let faults = SlotFaults {
        torn: ReturnCode::COMM_DATA_LOST,
        ..SlotFaults::default()
    };
    stage.manager.set_slot_faults(stage.reader, faults).unwrap();
    let mut client = Connected::new(&stage);
    assert_eq!(client.transmit(TORN), Err(ReturnCode::COMM_DATA_LOST));
    assert_eq!(client.transmit(TORN), Err(ReturnCode::REMOVED_CARD));
}

#[test]
fn a_damaged_answer_leaves_the_card_where_it_is() {
    let stage = Stage::with_card();
    let mut client = Connected::new(&stage);
    assert_eq!(client.transmit(DAMAGED), Err(ReturnCode::NOT_TRANSACTED));
    assert_eq!(client.transmit(&[0; 4]), Ok(&[0x90, 0x00][..]));
}

#[test]
fn a_slow_card_is_waited_for() {
    let stage = Stage::with_card();
    let mut client = Connected::new(&stage);
    let before = madoguchi_terms::Timer::now(&*stage.clock);
    assert_eq!(client.transmit(LATE), Ok(&[0x90, 0x00][..]));
    let waited = madoguchi_terms::Timer::now(&*stage.clock) - before;
    assert_eq!(waited, std::time::Duration::from_secs(1));
}

#[test]
fn a_slow_card_can_be_taken_away_before_it_answers() {
    let stage = Stage::with_card();
    let mut client = Connected::new(&stage);
    let (manager, reader) = (stage.manager.clone(), stage.reader);
    let (taken, hand) = channel();
    stage.clock.on_pause(move || {
        taken.send(manager.remove(reader).is_some()).unwrap();
    });
    assert_eq!(client.transmit(LATE), Err(ReturnCode::REMOVED_CARD));
    assert_eq!(hand.try_recv(), Ok(true));
    assert!(stage.ear.torn.lock().unwrap().is_empty(), "no fault did it");
}

#[test]
fn faults_show_in_the_state() {
    let stage = Stage::new();
    let plan = |faults| stage.manager.set_slot_faults(stage.reader, faults).unwrap();
    plan(SlotFaults {
        mute: true,
        ..SlotFaults::default()
    });
    stage.insert();
    assert_eq!(state(&stage), (0x0C, 1, 0), "present and mute");
    plan(SlotFaults {
        held_exclusively: true,
        ..SlotFaults::default()
    });
    assert_eq!(state(&stage).2, -1, "held by a program");
    let mut session = stage.manager.open(Arc::new(()));
    let context = session.establish(2).unwrap();
    let refused = session.connect(context, Stage::READER, ShareMode::SHARED, Protocols::ANY);
    assert_eq!(refused, Err(ReturnCode::SHARING_VIOLATION));
    plan(SlotFaults {
        broken: true,
        ..SlotFaults::default()
    });
    assert_eq!(state(&stage).0, 0x01, "unavailable");
}

#[test]
fn readers_have_names_that_clients_can_be_told_and_tell_apart() {
    let stage = Stage::new();
    let long = "長".repeat(43);
    for name in ["", "a\0b", long.as_str()] {
        let refused = stage.manager.add_reader(name);
        assert!(matches!(refused, Err(ReaderError::Name { .. })), "{name:?}");
    }
    let refused = stage.manager.add_reader(Stage::READER);
    assert!(matches!(refused, Err(ReaderError::NameTaken { .. })));
    let full = "長".repeat(42) + "a";
    assert_eq!(full.len(), Personality::NAME_MAX);
    let other = stage.manager.add_reader(full.clone()).unwrap();
    assert_eq!(stage.manager.name(other), Some(full));
    let refused = stage.manager.rename(other, Stage::READER);
    assert!(matches!(refused, Err(ReaderError::NameTaken { .. })));
    stage.manager.rename(other, "Windows Reader 0").unwrap();
    assert_eq!(
        stage.manager.name(other).as_deref(),
        Some("Windows Reader 0")
    );
    stage.manager.remove_reader(other);
    assert_eq!(stage.manager.name(other), None);
    assert_eq!(
        stage.manager.insert(other, Card::boxed()),
        Err(ReaderError::NoSuchReader)
    );
}

#[test]
fn a_renamed_reader_keeps_its_card_and_loses_its_handles() {
    let stage = Stage::with_card();
    let mut client = Connected::new(&stage);
    stage
        .manager
        .rename(stage.reader, "replugged 00 01")
        .unwrap();
    assert_eq!(client.transmit(&[0; 4]), Err(ReturnCode::INVALID_VALUE));
    assert_eq!(state(&stage), (0x34, 1, 0));
}

#[test]
fn a_reader_tells_about_itself() {
    let stage = Stage::with_card();
    let mut client = Connected::new(&stage);
    let attribute = |id| {
        let mut value = Vec::new();
        let result = client.session.attribute(client.card, id, &mut value);
        result.map(|()| value)
    };
    assert_eq!(attribute(0x0001_0100).unwrap(), b"SONY\0");
    assert_eq!(
        attribute(0x0001_0102).unwrap(),
        0x0100_0000_u32.to_ne_bytes()
    );
    assert_eq!(attribute(0x0001_0103).unwrap(), b"1234567\0");
    assert_eq!(attribute(0x0007_A007).unwrap(), 261_u32.to_ne_bytes());
    assert_eq!(attribute(0x0001_0101), Err(ReturnCode::UNSUPPORTED_FEATURE));
    assert_eq!(attribute(0x0009_0300).unwrap(), [2]);
    assert_eq!(attribute(0x0009_0301).unwrap(), [1]);
    assert_eq!(attribute(0x0009_0303).unwrap(), crate::double::CONTACTLESS);
    let name = [Stage::READER.as_bytes(), &[0]].concat();
    assert_eq!(attribute(0x7FFF_0003).unwrap(), name);
    assert_eq!(attribute(0x7FFF_0004).unwrap(), name);
    assert_eq!(attribute(0x0000_0003), Err(ReturnCode::UNSUPPORTED_FEATURE));
    let mut control = |code| {
        let mut value = Vec::new();
        let result = client.session.control(client.card, code, &mut value);
        result.map(|()| value)
    };
    let features = control(0x4200_0D48).unwrap();
    assert_eq!(features, [0x12, 0x04, 0x42, 0x33, 0x00, 0x12]);
    let properties = control(0x4233_0012).unwrap();
    let expected = [
        [0x01, 0x02, 0x00, 0x00].as_slice(), // no display
        &[0x03, 0x01, 0x00],
        &[0x09, 0x01, 0x00],
        &[0x0B, 0x02, 0x4C, 0x05], // 054C:0DC9
        &[0x0C, 0x02, 0xC9, 0x0D],
        &[0x0A, 0x04, 0x00, 0x00, 0x01, 0x00], // extended APDUs
    ];
    assert_eq!(properties, expected.concat());
    assert_eq!(control(0x4200_0001), Err(ReturnCode::UNSUPPORTED_FEATURE));
}

#[test]
fn behind_vsmartcards_driver_a_reader_knows_nothing_of_itself() {
    let manager = Stage::new().manager;
    let reader = manager
        .add_reader(Personality::from("Virtual PCD 00 00"))
        .unwrap();
    manager.insert(reader, Card::boxed()).unwrap();
    let mut session = manager.open(Arc::new(()));
    let context = session.establish(2).unwrap();
    let (share, any) = (ShareMode::SHARED, Protocols::ANY);
    let (card, protocol) = session
        .connect(context, "Virtual PCD 00 00", share, any)
        .unwrap();
    let mut reply = Reply::new();
    let answered = session.transmit(card, protocol, &[0; 4], &mut reply);
    assert_eq!(answered, Ok(Some(Protocols::T0)));
    let mut value = Vec::new();
    let unsupported = Err(ReturnCode::UNSUPPORTED_FEATURE);
    assert_eq!(session.control(card, 0x4200_0D48, &mut value), unsupported);
    assert_eq!(
        session.attribute(card, 0x0009_0303, &mut value),
        unsupported
    );
    let spoiled = Err(ReturnCode::INSUFFICIENT_BUFFER);
    assert_eq!(session.attribute(card, 0x7FFF_0003, &mut value), spoiled);
    let failed = Err(ReturnCode::NOT_TRANSACTED);
    assert_eq!(session.set_attribute(card), failed);
    assert!(value.is_empty());
}

#[test]
fn a_contactless_reader_answers_pseudo_apdus_by_itself() {
    let stage = Stage::with_card();
    let mut client = Connected::new(&stage);
    let mut ask = |command: &[u8]| {
        let mut reply = Reply::new();
        let (card, protocol) = (client.card, Protocols::T1);
        client
            .session
            .transmit(card, protocol, command, &mut reply)
            .unwrap();
        reply.bytes().to_vec()
    };
    let uid = [0xFF, 0xCA, 0x00, 0x00, 0x00];
    let pupi = ask(&uid);
    assert_eq!((pupi.len(), &pupi[4..]), (6, &[0x90, 0x00][..]));
    assert_eq!(ask(&uid), pupi, "as long as the card lies there");
    assert_eq!(ask(&[0xFF, 0xCA, 0x00, 0x00, 0x08]), [0x6C, 0x04]);
    assert_eq!(ask(&[0xFF, 0xCA, 0x01, 0x00, 0x00]), [0x6A, 0x81]);
    assert_eq!(ask(&[0xFF, 0x82, 0x00, 0x00]), [0x6D, 0x00]);
    drop(stage.manager.remove(stage.reader));
    stage.insert();
    let mut client = Connected::new(&stage);
    let (card, mut reply) = (client.card, Reply::new());
    client
        .session
        .transmit(card, Protocols::T1, &uid, &mut reply)
        .unwrap();
    assert_ne!(reply.bytes(), pupi, "made up anew");
}

#[test]
fn a_contact_reader_passes_pseudo_apdus_on() {
    let stage = Stage::new();
    let reader = stage
        .manager
        .add_reader("ACS ACR39U ICC Reader 01 00")
        .unwrap();
    stage.manager.insert(reader, Card::boxed()).unwrap();
    let mut session = stage.manager.open(Arc::new(()));
    let context = session.establish(2).unwrap();
    let name = stage.manager.name(reader).unwrap();
    let (card, protocol) = session
        .connect(context, &name, ShareMode::SHARED, Protocols::ANY)
        .unwrap();
    let mut reply = Reply::new();
    let uid = [0xFF, 0xCA, 0x00, 0x00, 0x00];
    session.transmit(card, protocol, &uid, &mut reply).unwrap();
    assert_eq!(
        reply.bytes(),
        [0x90, 0x00],
        "this card says yes to everything"
    );
}

#[test]
fn a_direct_reader_needs_no_service() {
    let mut reader = DirectReader::new(Card::boxed(), Box::new(Clock::default()));
    assert_eq!(reader.power_on().unwrap(), crate::double::CONTACTLESS);
    assert_eq!(reader.transmit(LATE).unwrap().bytes(), [0x90, 0x00]);
    assert_eq!(
        reader.transmit(DAMAGED).unwrap_err(),
        LinkFault::Transmission
    );
    assert!(reader.reset().is_ok());
    assert_eq!(reader.transmit(TORN).unwrap_err(), LinkFault::Torn);
    assert_eq!(
        reader.transmit(&[0; 4]).unwrap_err(),
        LinkFault::Torn,
        "it stays away"
    );
    assert_eq!(reader.power_on().unwrap_err(), LinkFault::Torn);
}
