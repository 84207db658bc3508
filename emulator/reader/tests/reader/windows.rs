//! The Windows dialect, rule by rule.

use std::sync::Arc;
use std::time::Duration;

use madoguchi_iso7816::Reply;
use madoguchi_reader::{
    Certainty, Dialect, Disposition, Fault, Handle, Moment, Plan, Protocols, ResourceManager,
    ReturnCode, Session, ShareMode, WINDOWS_RULES,
};

use crate::double::{Card, Clock, Stage};

const SELECT: &[u8] = &[0x00, 0xA4, 0x04, 0x0C];

struct Person {
    session: Session,
    card: Handle,
}

impl Person {
    fn connected(stage: &Stage) -> Self {
        let mut session = stage.manager.open(Arc::new(()));
        let context = session.establish(2).unwrap();
        let (share, any) = (ShareMode::SHARED, Protocols::ANY);
        let (card, _) = session.connect(context, Stage::READER, share, any).unwrap();
        Self { session, card }
    }

    fn transmit(&mut self) -> Result<(), ReturnCode> {
        self.session
            .transmit(self.card, Protocols::T1, SELECT, &mut Reply::new())
            .map(|_| ())
    }
}

fn windows() -> Stage {
    let stage = Stage::with_card();
    stage.manager.speak(Dialect::Windows);
    stage
}

const SIX_SECONDS: Duration = Duration::from_secs(6);

#[test]
fn a_patient_who_types_for_six_seconds_finds_the_card_reset() {
    for (dialect, after) in [
        (Dialect::PcscLite, Ok(())),
        (Dialect::Windows, Err(ReturnCode::RESET_CARD)),
    ] {
        let stage = Stage::with_card();
        stage.manager.speak(dialect);
        let mut app = Person::connected(&stage);
        app.session.begin(app.card).unwrap();
        app.transmit().unwrap();
        stage.clock.pass(SIX_SECONDS);
        assert_eq!(app.transmit(), after, "{dialect:?}");
    }
}

#[test]
fn a_transaction_that_is_used_goes_on() {
    let stage = windows();
    let mut app = Person::connected(&stage);
    app.session.begin(app.card).unwrap();
    for _ in 0..4 {
        stage.clock.pass(Duration::from_millis(4_999));
        app.session.status(app.card).unwrap();
    }
    app.transmit().unwrap();
    app.session.end(app.card, Disposition::LEAVE).unwrap();
    stage.clock.pass(SIX_SECONDS);
    assert_eq!(
        app.transmit(),
        Ok(()),
        "without a transaction nothing happens"
    );
}

#[test]
fn others_do_not_keep_a_transaction_alive() {
    let stage = windows();
    let (mut app, mut other) = (Person::connected(&stage), Person::connected(&stage));
    app.session.begin(app.card).unwrap();
    stage.clock.pass(Duration::from_secs(3));
    assert_eq!(other.transmit(), Err(ReturnCode::SHARING_VIOLATION));
    stage.clock.pass(Duration::from_secs(3));
    assert_eq!(other.transmit(), Err(ReturnCode::RESET_CARD));
    let (share, any) = (ShareMode::SHARED, Protocols::ANY);
    let (card, leave) = (other.card, Disposition::LEAVE);
    other.session.reconnect(card, share, any, leave).unwrap();
    assert_eq!(
        other.session.begin(other.card),
        Ok(()),
        "the next may begin"
    );
    assert_eq!(app.transmit(), Err(ReturnCode::SHARING_VIOLATION));
}

#[test]
fn an_exclusive_connection_is_no_transaction() {
    let stage = windows();
    let mut session = stage.manager.open(Arc::new(()));
    let context = session.establish(2).unwrap();
    let (share, any) = (ShareMode::EXCLUSIVE, Protocols::ANY);
    let (card, _) = session.connect(context, Stage::READER, share, any).unwrap();
    stage.clock.pass(SIX_SECONDS);
    assert_eq!(session.status(card), Ok(()));
}

#[test]
fn there_is_no_service_before_the_first_reader() {
    let manager = ResourceManager::new(Arc::new(()), Arc::new(Clock::default()), 1);
    manager.speak(Dialect::Windows);
    let establish = || manager.open(Arc::new(())).establish(2).map(|_| ());
    assert_eq!(establish(), Err(ReturnCode::NO_SERVICE));
    let reader = manager.add_reader("first").unwrap();
    assert_eq!(establish(), Ok(()));
    manager.remove_reader(reader);
    assert_eq!(establish(), Ok(()), "there was one");
}

#[test]
fn connecting_does_not_wait_for_a_transaction() {
    let stage = windows();
    let mut app = Person::connected(&stage);
    app.session.begin(app.card).unwrap();
    let mut other = stage.manager.open(Arc::new(()));
    let context = other.establish(2).unwrap();
    let (share, any) = (ShareMode::SHARED, Protocols::ANY);
    let refused = other.connect(context, Stage::READER, share, any);
    assert_eq!(refused.map(|_| ()), Err(ReturnCode::SHARING_VIOLATION));
}

#[test]
fn some_codes_are_others() {
    let stage = windows();
    let mut app = Person::connected(&stage);
    let unsupported = Err(ReturnCode::UNSUPPORTED_FEATURE_WINDOWS);
    let card = app.card;
    assert_eq!(app.session.control(card, 1, &mut Vec::new()), unsupported);
    assert_eq!(app.session.attribute(card, 1, &mut Vec::new()), unsupported);
    assert_eq!(app.session.set_attribute(card), unsupported);
    for code in [0x0031_3520, 0x4200_0D48] {
        assert_eq!(app.session.control(card, code, &mut Vec::new()), Ok(()));
    }
    let damaged = Fault::Damaged {
        carried_out: true,
        code: None,
    };
    let plan = Plan::once(Moment::Apdu(1), damaged);
    stage.manager.plan(stage.reader, plan).unwrap();
    assert_eq!(app.transmit(), Err(ReturnCode::COMM_DATA_LOST));
    drop(stage.manager.remove_reader(stage.reader));
    assert_eq!(app.transmit(), Err(ReturnCode::READER_UNAVAILABLE));

    let stage = Stage::new();
    stage.manager.speak(Dialect::Windows);
    let mute = Card::with_atr(&[]);
    stage.manager.insert(stage.reader, mute).unwrap();
    let mut session = stage.manager.open(Arc::new(()));
    let context = session.establish(2).unwrap();
    let (share, any) = (ShareMode::SHARED, Protocols::ANY);
    let refused = session.connect(context, Stage::READER, share, any);
    assert_eq!(refused.map(|_| ()), Err(ReturnCode::UNRESPONSIVE_CARD));
}

#[test]
fn nothing_about_windows_was_observed() {
    let assumed = WINDOWS_RULES
        .iter()
        .filter(|rule| rule.certainty == Certainty::Assumed);
    assert_eq!((WINDOWS_RULES.len(), assumed.count()), (9, 6));
}
