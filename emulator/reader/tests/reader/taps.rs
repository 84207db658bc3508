//! What a listener hears.

use std::sync::Arc;

use madoguchi_iso7816::{Reply, StatusWord};
use madoguchi_reader::{Disposition, Fault, Moment, Plan, Protocols, ReturnCode, ShareMode};

use crate::double::{Stage, TORN};

#[test]
fn a_tap_hears_what_changes_something_and_nothing_else() {
    let stage = Stage::with_card();
    let mut reply = Reply::new();
    let mut session = stage.manager.open(Arc::new(()));
    let context = session.establish(2).unwrap();
    let (shared, any) = (ShareMode::SHARED, Protocols::ANY);
    let (card, _) = session
        .connect(context, Stage::READER, shared, any)
        .unwrap();
    session.begin(card).unwrap();
    session
        .transmit(card, Protocols::T1, &[0; 4], &mut reply)
        .unwrap();
    session.status(card).unwrap();
    session.control(card, 0x4200_0D48, &mut Vec::new()).unwrap();
    session.end(card, Disposition::RESET).unwrap();
    session
        .transmit(card, Protocols::T1, &[0; 4], &mut reply)
        .unwrap_err();
    session
        .reconnect(card, shared, any, Disposition::RESET)
        .unwrap();
    session.disconnect(card, Disposition::UNPOWER).unwrap();
    session.connect(context, "nobody", shared, any).unwrap_err();
    session.release(context).unwrap();
    assert_eq!(
        stage.ear.heard(),
        [
            "connect#1 shared 00000000",
            "begin-transaction#1 00000000",
            "control#1 42000D48 00000000",
            "end-transaction#1 reset 00000000",
            "transmit#1 80100068",
            "reconnect#1 shared reset 00000000",
            "disconnect#1 unpower 00000000",
            "connect#1 shared 80100009",
        ]
    );
}

#[test]
fn a_tap_hears_who_forgot_to_disconnect_and_what_became_of_the_card() {
    let stage = Stage::with_card();
    let connect = || {
        let mut session = stage.manager.open(Arc::new(()));
        let context = session.establish(2).unwrap();
        let (shared, any) = (ShareMode::SHARED, Protocols::ANY);
        let (card, _) = session
            .connect(context, Stage::READER, shared, any)
            .unwrap();
        (session, context, card)
    };
    let (mut releases, context, _) = connect();
    let (leaves, _, _) = connect();
    let (mut dies, _, card) = connect();
    stage.ear.heard();
    releases.release(context).unwrap();
    drop(leaves);
    dies.begin(card).unwrap();
    drop(dies);
    assert_eq!(
        stage.ear.heard(),
        [
            "release-context#1 leave 00000000",
            "hang-up#2 leave 00000000",
            "begin-transaction#3 00000000",
            "hang-up#3 reset 00000000",
        ]
    );
}

#[test]
fn a_tap_does_not_hear_of_attempts_that_the_library_repeats() {
    let stage = Stage::with_card();
    let (shared, any) = (ShareMode::SHARED, Protocols::ANY);
    let mut holder = stage.manager.open(Arc::new(()));
    let context = holder.establish(2).unwrap();
    let (held, _) = holder.connect(context, Stage::READER, shared, any).unwrap();
    let mut other = stage.manager.open(Arc::new(()));
    let context = other.establish(2).unwrap();
    let (card, _) = other.connect(context, Stage::READER, shared, any).unwrap();
    holder.begin(held).unwrap();
    stage.ear.heard();
    let refused = Err(ReturnCode::SHARING_VIOLATION);
    assert_eq!(other.begin(card), refused);
    let sent = other.transmit(card, Protocols::T1, &[0; 4], &mut Reply::new());
    assert_eq!(sent.map(|_| ()), refused);
    let again = other.reconnect(card, shared, any, Disposition::LEAVE);
    assert_eq!(again.map(|_| ()), refused);
    assert_eq!(stage.ear.heard(), [""; 0]);
}

#[test]
fn a_tap_hears_of_the_fault_before_the_call_that_met_it() {
    let stage = Stage::with_card();
    let mut session = stage.manager.open(Arc::new(()));
    let context = session.establish(2).unwrap();
    let (shared, any) = (ShareMode::SHARED, Protocols::ANY);
    let (card, _) = session
        .connect(context, Stage::READER, shared, any)
        .unwrap();
    let sent = session.transmit(card, Protocols::T1, TORN, &mut Reply::new());
    assert_eq!(sent, Err(ReturnCode::REMOVED_CARD));
    assert_eq!(*stage.ear.torn.lock().unwrap(), [stage.reader]);
    let heard = stage.ear.heard();
    assert_eq!(heard.last().unwrap(), "transmit#1 80100069");
}

#[test]
fn a_tap_hears_of_each_exchange_once_as_the_client_sees_it() {
    let stage = Stage::with_card();
    let mut session = stage.manager.open(Arc::new(()));
    let context = session.establish(2).unwrap();
    let (shared, any) = (ShareMode::SHARED, Protocols::ANY);
    let (card, _) = session
        .connect(context, Stage::READER, shared, any)
        .unwrap();
    let plan = Plan::once(Moment::Apdu(2), Fault::Status(StatusWord::NO_DIAGNOSIS));
    stage.manager.plan(stage.reader, plan).unwrap();
    let mut reply = Reply::new();
    for _ in 0..2 {
        session
            .transmit(card, Protocols::T1, &[0; 4], &mut reply)
            .unwrap();
    }
    session
        .transmit(card, Protocols::T1, TORN, &mut reply)
        .unwrap_err();
    assert_eq!(*stage.ear.powered.lock().unwrap(), [stage.reader]);
    assert_eq!(
        *stage.ear.exchanges.lock().unwrap(),
        ["00000000 9000", "00000000 6F00", "00F1 Torn"]
    );
}
