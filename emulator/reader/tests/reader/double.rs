//! Doubles: a card that does what the command says, a timer that does not wait, a tap that
//! remembers, a client that tells the test when it waits.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use madoguchi_iso7816::{Icc, LinkFault, Reply, StatusWord};
use madoguchi_reader::{
    Call, Client, Happening, PcscCall, ReaderId, ResourceManager, ReturnCode, Tap,
};
use madoguchi_terms::Timer;

/// The longest time that a test waits for something that must happen.
pub(crate) const LIMIT: Duration = Duration::from_secs(10);

/// The ATR of a contactless My Number card.
pub(crate) const CONTACTLESS: &[u8] = &[
    0x3B, 0x88, 0x80, 0x01, 0x00, 0x00, 0x05, 0xE0, 0xB3, 0x81, 0xA1, 0x00, 0x7F,
];
/// An ATR that offers T=1 alone.
pub(crate) const T1_ONLY: &[u8] = &[0x3B, 0xE0, 0x00, 0xFF, 0x81, 0x31, 0xFE, 0x45, 0x14];

pub(crate) const TORN: &[u8] = &[0x00, 0xF1];
pub(crate) const DAMAGED: &[u8] = &[0x00, 0xF2];
/// One second late.
pub(crate) const LATE: &[u8] = &[0x00, 0xF3];
pub(crate) const PANIC: &[u8] = &[0x00, 0xF4];
/// How often the card was powered on, as one byte.
pub(crate) const ACTIVATIONS: &[u8] = &[0x00, 0xF5];

/// A command that is answered by `len` bytes.
pub(crate) fn read(len: u16) -> [u8; 4] {
    let [high, low] = len.to_be_bytes();
    [0x00, 0xB0, high, low]
}

/// A card that obeys the commands above and says 9000 to all others.
pub(crate) struct Card {
    atr: Vec<u8>,
    activations: u8,
}

impl Card {
    pub(crate) fn boxed() -> Box<dyn Icc> {
        Self::with_atr(CONTACTLESS)
    }

    /// An empty ATR makes a mute card.
    pub(crate) fn with_atr(atr: &[u8]) -> Box<dyn Icc> {
        Box::new(Self {
            atr: atr.to_vec(),
            activations: 0,
        })
    }
}

impl Icc for Card {
    fn atr(&self) -> &[u8] {
        &self.atr
    }

    fn power_on(&mut self) -> Result<(), LinkFault> {
        self.activations += 1;
        if self.atr.is_empty() {
            Err(LinkFault::Mute)
        } else {
            Ok(())
        }
    }

    fn power_off(&mut self) {}

    fn reset(&mut self) -> Result<(), LinkFault> {
        if self.atr.is_empty() {
            Err(LinkFault::Mute)
        } else {
            Ok(())
        }
    }

    fn transmit(&mut self, command: &[u8], reply: &mut Reply) -> Result<(), LinkFault> {
        match command {
            c if c == TORN => return Err(LinkFault::Torn),
            c if c == DAMAGED => return Err(LinkFault::Transmission),
            c if c == LATE => reply.delay(Duration::from_secs(1)),
            c if c == PANIC => panic!("this card panics on demand"),
            c if c == ACTIVATIONS => reply.push(&[self.activations]),
            [0x00, 0xB0, high, low] => {
                let len = usize::from(u16::from_be_bytes([*high, *low]));
                reply.buffer().resize(len, 0xA5);
            }
            _ => {}
        }
        reply.finish(StatusWord::OK);
        Ok(())
    }
}

/// A card that says when it gets power, and takes it only when it may.
pub(crate) struct Gated {
    pub(crate) powering: Sender<()>,
    pub(crate) may: Receiver<()>,
    card: Card,
}

impl Gated {
    /// The card, where it says that it gets power or a reset, and where it is allowed to.
    pub(crate) fn new() -> (Self, Receiver<()>, Sender<()>) {
        let ((powering, powered), (allow, may)) = (channel(), channel());
        let card = Card {
            atr: CONTACTLESS.to_vec(),
            activations: 0,
        };
        let gated = Self {
            powering,
            may,
            card,
        };
        (gated, powered, allow)
    }
}

impl Icc for Gated {
    fn atr(&self) -> &[u8] {
        self.card.atr()
    }

    fn power_on(&mut self) -> Result<(), LinkFault> {
        self.powering.send(()).unwrap();
        self.may.recv_timeout(LIMIT).expect("it may take power");
        self.card.power_on()
    }

    fn power_off(&mut self) {}

    fn reset(&mut self) -> Result<(), LinkFault> {
        self.powering.send(()).unwrap();
        self.may.recv_timeout(LIMIT).expect("it may be reset");
        self.card.reset()
    }

    fn transmit(&mut self, command: &[u8], reply: &mut Reply) -> Result<(), LinkFault> {
        self.card.transmit(command, reply)
    }
}

/// What the timer does when the reader pauses.
type OnPause = Box<dyn FnMut() + Send>;

/// Lets time pass without waiting for it.
#[derive(Default)]
pub(crate) struct Clock {
    now: Mutex<Duration>,
    on_pause: Mutex<Option<OnPause>>,
}

impl Clock {
    pub(crate) fn pass(&self, time: Duration) {
        *self.now.lock().unwrap() += time;
    }

    /// How much time has passed.
    pub(crate) fn shown(&self) -> Duration {
        *self.now.lock().unwrap()
    }

    /// Does something once, the next time that the reader pauses.
    pub(crate) fn on_pause(&self, what: impl FnMut() + Send + 'static) {
        *self.on_pause.lock().unwrap() = Some(Box::new(what));
    }
}

impl Timer for Clock {
    fn now(&self) -> Duration {
        *self.now.lock().unwrap()
    }

    fn pause(&self, duration: Duration) {
        self.pass(duration);
        let what = self.on_pause.lock().unwrap().take();
        if let Some(mut what) = what {
            what();
        }
    }
}

/// What is done where the service ends.
type OnStop = Box<dyn FnOnce() + Send>;

/// Remembers what it heard.
#[derive(Default)]
pub(crate) struct Ear {
    pub(crate) calls: Mutex<Vec<PcscCall>>,
    pub(crate) torn: Mutex<Vec<ReaderId>>,
    pub(crate) powered: Mutex<Vec<ReaderId>>,
    /// Command and answer: `00B00000 9000`.
    pub(crate) exchanges: Mutex<Vec<String>>,
    /// The call before the service's end.
    pub(crate) before_stop: Mutex<Option<Call>>,
    on_stop: Mutex<Option<OnStop>>,
}

impl Ear {
    /// Does something once, where the service ends and before any client notices.
    pub(crate) fn on_stop(&self, what: impl FnOnce() + Send + 'static) {
        *self.on_stop.lock().unwrap() = Some(Box::new(what));
    }

    /// Everything since the last time: `connect#1 shared 00000000`.
    pub(crate) fn heard(&self) -> Vec<String> {
        let calls = std::mem::take(&mut *self.calls.lock().unwrap());
        let say = |call: PcscCall| {
            let detail = call.detail.map(|detail| format!(" {detail}"));
            let detail = detail.unwrap_or_default();
            let waited = if call.has_waited { " waited" } else { "" };
            format!("{}#{}{detail} {}{waited}", call.call, call.context, call.rv)
        };
        calls.into_iter().map(say).collect()
    }
}

impl Tap for Ear {
    fn pcsc(&self, call: PcscCall) {
        self.calls.lock().unwrap().push(call);
    }

    fn removed_by_fault(&self, reader: ReaderId) {
        self.torn.lock().unwrap().push(reader);
    }

    fn powered_on(&self, reader: ReaderId) {
        self.powered.lock().unwrap().push(reader);
    }

    fn exchanged(&self, _reader: ReaderId, command: &[u8], answer: Result<&[u8], LinkFault>) {
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02X}")).collect();
        let answer: String = answer.map_or_else(|fault| format!("{fault:?}"), hex);
        let exchange = format!("{}{answer}", hex(command) + " ");
        self.exchanges.lock().unwrap().push(exchange);
    }

    fn happened(&self, what: Happening) {
        if matches!(what, Happening::ServiceStopped) {
            let last = self.calls.lock().unwrap().last().map(|last| last.call);
            *self.before_stop.lock().unwrap() = last;
            if let Some(what) = self.on_stop.lock().unwrap().take() {
                what();
            }
        }
    }
}

/// A client that says when a call waits, and keeps what it was told.
pub(crate) struct Watched {
    waits: Mutex<Sender<()>>,
    told: Mutex<Sender<ReturnCode>>,
}

impl Watched {
    /// The client, where it says that it waits, and where it says what it was told.
    pub(crate) fn new() -> (Arc<Self>, Receiver<()>, Receiver<ReturnCode>) {
        let ((waits, waiting), (told, telling)) = (channel(), channel());
        let client = Arc::new(Self {
            waits: Mutex::new(waits),
            told: Mutex::new(told),
        });
        (client, waiting, telling)
    }
}

impl Client for Watched {
    fn notify(&self, rv: ReturnCode) {
        let _ = self.told.lock().unwrap().send(rv);
    }

    fn is_there(&self) -> bool {
        let _ = self.waits.lock().unwrap().send(());
        true
    }
}

/// A manager with one reader, its clock and its ear.
pub(crate) struct Stage {
    pub(crate) manager: ResourceManager,
    pub(crate) reader: ReaderId,
    pub(crate) clock: Arc<Clock>,
    pub(crate) ear: Arc<Ear>,
}

impl Stage {
    pub(crate) const READER: &str = "SONY FeliCa RC-S300/P (1234567) 00 00";

    /// No card.
    pub(crate) fn new() -> Self {
        let (clock, ear) = (Arc::new(Clock::default()), Arc::new(Ear::default()));
        let manager = ResourceManager::new(
            Arc::clone(&ear) as Arc<dyn Tap>,
            Arc::clone(&clock) as Arc<dyn Timer>,
            7,
        );
        let reader = manager.add_reader(Self::READER).unwrap();
        Self {
            manager,
            reader,
            clock,
            ear,
        }
    }

    /// A contactless card in the reader.
    pub(crate) fn with_card() -> Self {
        let stage = Self::new();
        stage.insert();
        stage
    }

    pub(crate) fn insert(&self) {
        self.manager.insert(self.reader, Card::boxed()).unwrap();
    }
}
