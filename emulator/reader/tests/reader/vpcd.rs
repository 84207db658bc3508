//! The card behind vpcd's framing, seen by a driver that is written by hand: from both ends of the
//! line.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::channel;

use madoguchi_reader::ReaderError;
use madoguchi_reader::vpcd::{Message, Vpicc, write_frame};
use madoguchi_terms::Timer;
use proptest::prelude::*;

use crate::double::{
    ACTIVATIONS, CONTACTLESS, Card, Clock, DAMAGED, LATE, LIMIT, PANIC, TORN, read,
};

const OFF: &[u8] = &[0x00];
const ON: &[u8] = &[0x01];
const RESET: &[u8] = &[0x02];
const ATR: &[u8] = &[0x04];

/// The driver's end of the line.
pub(crate) struct Driver(pub(crate) TcpStream);

impl Driver {
    pub(crate) fn call(card: SocketAddr) -> Self {
        Self::take(TcpStream::connect(card).unwrap())
    }

    fn take(stream: TcpStream) -> Self {
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        stream.set_nodelay(true).unwrap();
        Self(stream)
    }

    pub(crate) fn say(&mut self, payload: &[u8]) {
        let len = u16::try_from(payload.len()).unwrap();
        self.0.write_all(&len.to_be_bytes()).unwrap();
        self.0.write_all(payload).unwrap();
    }

    pub(crate) fn hear(&mut self) -> Vec<u8> {
        self.hear_or_end().expect("an answer")
    }

    pub(crate) fn ask(&mut self, payload: &[u8]) -> Vec<u8> {
        self.say(payload);
        self.hear()
    }

    /// A frame, or nothing where the line ends.
    pub(crate) fn hear_or_end(&mut self) -> Option<Vec<u8>> {
        let mut len = [0; 2];
        self.0.read_exact(&mut len).ok()?;
        let mut payload = vec![0; u16::from_be_bytes(len).into()];
        self.0.read_exact(&mut payload).unwrap();
        Some(payload)
    }

    /// Waits for the end of the line; nothing comes before it.
    pub(crate) fn is_over(&mut self) -> bool {
        let mut rest = Vec::new();
        match self.0.read_to_end(&mut rest) {
            Ok(_) => rest.is_empty(),
            Err(error) => error.kind() == ErrorKind::ConnectionReset,
        }
    }
}

pub(crate) fn listening() -> (Vpicc, Arc<Clock>) {
    let clock = Arc::new(Clock::default());
    let vpicc = Vpicc::listen(0, Arc::clone(&clock) as Arc<dyn Timer>).unwrap();
    assert!(vpicc.address().ip().is_loopback());
    (vpicc, clock)
}

pub(crate) fn with_card() -> (Vpicc, Arc<Clock>) {
    let (vpicc, clock) = listening();
    vpicc.insert(Card::boxed()).unwrap();
    (vpicc, clock)
}

#[test]
fn a_driver_meets_a_card_as_it_expects_it() {
    let (vpicc, _) = with_card();
    let mut driver = Driver::call(vpicc.address());
    assert_eq!(driver.ask(ATR), CONTACTLESS, "before it gets power");
    driver.say(ON);
    assert_eq!(driver.ask(ATR), CONTACTLESS);
    assert_eq!(driver.ask(&[0x00, 0xA4, 0x04, 0x0C]), [0x90, 0x00]);
    driver.say(RESET);
    assert_eq!(driver.ask(ATR), CONTACTLESS);
    driver.say(OFF);
    assert_eq!(driver.ask(ATR), CONTACTLESS, "without power");
    driver.say(ON);
    assert_eq!(driver.ask(&read(300)).len(), 302);
    assert_eq!(
        driver.ask(ACTIVATIONS),
        [3, 0x90, 0x00],
        "once when it was laid down"
    );
    assert_eq!(
        vpicc.insert(Card::boxed()).unwrap_err(),
        ReaderError::Occupied
    );
}

#[test]
fn frames_may_come_in_any_pieces() {
    let (vpicc, _) = with_card();
    let mut driver = Driver::call(vpicc.address());
    for byte in [0, 1, 1, 0, 1, 4, 0, 4, 0x00, 0xB0, 0x00, 0x01] {
        driver.0.write_all(&[byte]).unwrap();
    }
    assert_eq!(driver.hear(), CONTACTLESS);
    assert_eq!(driver.hear(), [0xA5, 0x90, 0x00]);
}

#[test]
fn the_longest_apdus_fit() {
    let (vpicc, _) = with_card();
    let mut driver = Driver::call(vpicc.address());
    assert_eq!(driver.ask(&[0xA4; 65_535]), [0x90, 0x00]);
    assert_eq!(driver.ask(&read(65_533)).len(), 65_535);
    assert_eq!(driver.ask(&read(65_534)), [0x67, 0x00], "one byte too many");
    assert_eq!(driver.ask(&[0xB0]), [0x67, 0x00], "an APDU of one byte");
}

#[test]
fn a_mute_card_has_an_atr_that_no_reader_takes() {
    let (vpicc, _) = listening();
    vpicc.insert(Card::with_atr(&[])).unwrap();
    let mut driver = Driver::call(vpicc.address());
    driver.say(ON);
    assert_eq!(driver.ask(ATR).len(), 34);
}

#[test]
fn a_torn_card_ends_the_line_and_stays_away() {
    let (vpicc, _) = with_card();
    let mut driver = Driver::call(vpicc.address());
    driver.say(TORN);
    assert!(driver.is_over());
    assert!(!vpicc.is_occupied());
    assert!(
        Driver::call(vpicc.address()).is_over(),
        "no driver is connected"
    );
    assert!(vpicc.remove().is_some(), "picked up in silence");
    vpicc.insert(Card::boxed()).unwrap();
    assert_eq!(Driver::call(vpicc.address()).ask(ATR), CONTACTLESS);
}

#[test]
fn what_cannot_be_said_ends_the_line_and_the_card_stays() {
    let (vpicc, _) = with_card();
    let mut driver = Driver::call(vpicc.address());
    driver.say(DAMAGED);
    assert!(driver.is_over());
    assert!(vpicc.is_occupied());
    assert_eq!(Driver::call(vpicc.address()).ask(ATR), CONTACTLESS);
}

#[test]
fn a_frame_of_no_bytes_ends_the_line() {
    let (vpicc, _) = with_card();
    let mut driver = Driver::call(vpicc.address());
    driver.say(&[]);
    assert!(driver.is_over());
}

/// A scanner looks which ports are open, or an app has stopped in its debugger.
#[test]
fn who_says_nothing_makes_way_for_who_does() {
    let (vpicc, _) = with_card();
    let mut silent: Vec<Driver> = (0..3).map(|_| Driver::call(vpicc.address())).collect();
    let mut driver = Driver::call(vpicc.address());
    assert_eq!(driver.ask(ATR), CONTACTLESS);
    for silent in &mut silent {
        assert!(silent.is_over(), "and is told so");
    }
    assert_eq!(driver.ask(&[0x00, 0xA4, 0x04, 0x0C]), [0x90, 0x00]);
    // a frame that never ends is nothing that was said
    driver.0.write_all(&[0]).unwrap();
    let mut other = Driver::call(vpicc.address());
    assert_eq!(other.ask(ATR), CONTACTLESS);
}

#[test]
fn who_talks_keeps_the_card_and_others_are_refused() {
    let (vpicc, _) = with_card();
    let mut driver = Driver::call(vpicc.address());
    assert_eq!(driver.ask(ATR), CONTACTLESS);
    let address = vpicc.address();
    let (tell, over) = channel();
    let other = std::thread::spawn(move || {
        let mut other = Driver::call(address);
        other.say(ATR);
        let is_over = other.is_over();
        tell.send(()).unwrap();
        is_over
    });
    while over.try_recv().is_err() {
        assert_eq!(driver.ask(ATR), CONTACTLESS);
    }
    assert!(other.join().unwrap());
    assert!(Driver::call(vpicc.address()).is_over(), "who says nothing");
    assert_eq!(driver.ask(ATR), CONTACTLESS);
}

#[test]
fn a_hand_can_take_the_card_whatever_the_driver_does() {
    let (vpicc, clock) = with_card();
    // says half a frame
    let mut driver = Driver::call(vpicc.address());
    assert_eq!(driver.ask(ATR), CONTACTLESS);
    driver.0.write_all(&[0x00, 0x05, 0x00]).unwrap();
    assert!(vpicc.remove().is_some());
    assert!(driver.is_over());
    // waits for a slow card
    vpicc.insert(Card::boxed()).unwrap();
    let mut driver = Driver::call(vpicc.address());
    let (waits, waiting) = channel();
    let (gone, removed) = channel();
    clock.on_pause(move || {
        waits.send(()).unwrap();
        removed.recv_timeout(LIMIT).unwrap();
    });
    driver.say(LATE);
    waiting
        .recv_timeout(LIMIT)
        .expect("the card takes its time");
    assert!(vpicc.remove().is_some());
    gone.send(()).unwrap();
    assert!(driver.is_over());
    assert!(vpicc.remove().is_none());
}

#[test]
fn a_card_that_panics_ends_the_line_and_nothing_else() {
    let (vpicc, _) = with_card();
    let mut driver = Driver::call(vpicc.address());
    driver.say(PANIC);
    assert!(driver.is_over());
    drop(vpicc.remove());
    vpicc.insert(Card::boxed()).unwrap();
    assert_eq!(Driver::call(vpicc.address()).ask(ATR), CONTACTLESS);
}

#[test]
fn a_card_calls_its_driver_again_and_again() {
    let driver = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = driver.local_addr().unwrap();
    let clock = Arc::new(Clock::default());
    let vpicc = Vpicc::connect(address, clock as Arc<dyn Timer>).unwrap();
    vpicc.insert(Card::boxed()).unwrap();
    for _ in 0..3 {
        let (stream, _) = driver.accept().unwrap();
        assert_eq!(Driver::take(stream).ask(ATR), CONTACTLESS);
    }
    let (stream, _) = driver.accept().unwrap();
    let mut line = Driver::take(stream);
    assert_eq!(line.ask(ATR), CONTACTLESS);
    assert!(vpicc.remove().is_some());
    assert!(line.is_over());
}

#[test]
fn a_card_waits_for_a_driver_that_is_not_there_yet() {
    let address = TcpListener::bind(("127.0.0.1", 0))
        .unwrap()
        .local_addr()
        .unwrap();
    let clock = Arc::new(Clock::default());
    let (tried, trying) = channel();
    clock.on_pause(move || tried.send(()).unwrap());
    let vpicc = Vpicc::connect(address, clock as Arc<dyn Timer>).unwrap();
    vpicc.insert(Card::boxed()).unwrap();
    trying
        .recv_timeout(LIMIT)
        .expect("no driver answers the first call");
    let driver = TcpListener::bind(address).unwrap();
    let (stream, _) = driver.accept().unwrap();
    assert_eq!(Driver::take(stream).ask(ATR), CONTACTLESS);
}

#[test]
fn a_plug_that_is_dropped_ends_its_conversation_and_gives_up_its_port() {
    let (vpicc, _) = with_card();
    let address = vpicc.address();
    let mut driver = Driver::call(address);
    assert_eq!(driver.ask(ATR), CONTACTLESS);
    drop(vpicc);
    assert!(driver.is_over());
    assert!(TcpStream::connect(address).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases()) })]

    #[test]
    fn any_bytes_on_the_line_end_in_silence(pieces in prop::collection::vec(frame(), 0..12)) {
        let (vpicc, _) = with_card();
        let mut driver = Driver::call(vpicc.address());
        // The other side may have had enough already.
        let _ = driver.0.write_all(&pieces.concat());
        let _ = driver.0.shutdown(Shutdown::Write);
        let mut answers = Vec::new();
        let _ = driver.0.read_to_end(&mut answers);
        while let Some((length, rest)) = answers.split_first_chunk::<2>() {
            let length = usize::from(u16::from_be_bytes(*length));
            // A line that is reset may end anywhere; what comes is framed, and never of no bytes.
            prop_assert!(length > 0);
            answers = rest.get(length..).unwrap_or_default().to_vec();
        }
        prop_assert_eq!(Driver::call(vpicc.address()).ask(ATR), CONTACTLESS);
    }

    #[test]
    fn what_is_framed_is_what_comes_out(payload in prop::collection::vec(any::<u8>(), 1..70_000)) {
        let mut out = Vec::new();
        let framed = write_frame(&payload, &mut out).is_some();
        prop_assert_eq!(framed, payload.len() <= 65_535);
        if framed {
            let (length, rest) = out.split_first_chunk::<2>().unwrap();
            prop_assert_eq!(usize::from(u16::from_be_bytes(*length)), rest.len());
            prop_assert_eq!(rest, &payload[..]);
        }
        prop_assert!(Message::read(&payload).is_some());
    }
}

/// A frame that is right, nearly right, or none.
fn frame() -> impl Strategy<Value = Vec<u8>> {
    // Two bytes may be one of the words that this card obeys.
    let honest = prop::collection::vec(any::<u8>(), 3..40).prop_map(|payload| {
        let mut out = Vec::new();
        write_frame(&payload, &mut out).unwrap();
        out
    });
    let control = (0..6_u8).prop_map(|control| vec![0, 1, control]);
    let anything = prop::collection::vec(any::<u8>(), 0..20);
    prop_oneof![4 => honest, 4 => control, 1 => anything]
}

/// A few hundred unless the caller wants more: each is a connection.
fn cases() -> u32 {
    let wanted = std::env::var("PROPTEST_CASES").ok();
    wanted.and_then(|cases| cases.parse().ok()).unwrap_or(300)
}
