//! A card for vsmartcard's virtual reader: the framing of its `vpcd` over TCP, as *specified* by
//! its source (`vpcd.c`) and *observed* with Debian's 3.3.
//!
//! [`Vpicc::connect`] calls on a real pcscd that has the driver and waits at port 35963 (slot 0) or
//! 35964 (slot 1). [`Vpicc::listen`] is the bare card for a program with a reader of its own, such
//! as an app's stand-in for IsoDep or CoreNFC, and for a driver with `DEVICENAME host:port`.
//!
//! The driver takes a card to be present while the line is open and the ATR is answered, and it
//! asks again every 400 ms, also of a card without power; so the ATR is answered at once.

mod dialogue;
mod frame;
mod line;

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Weak};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use madoguchi_iso7816::Icc;
use madoguchi_terms::Timer;
use parking_lot::{Condvar, Mutex, MutexGuard};

use crate::ifd::{self, Ifd, RawAtr};
use crate::plan::Schedule;
use crate::{Fault, Plan, ReaderError, ReaderId, Tap};

pub use frame::{Message, write_frame};

/// How long a wait for a card goes on before the next look whether it is over.
const REST: Duration = Duration::from_millis(100);

/// A virtual card (vsmartcard calls it a VPICC) that is reached over TCP. One conversation at a time,
/// as a card has one reader: who calls while another talks is refused, and who says nothing makes way.
///
/// Dropping it ends the conversation, waits for its thread and, where it listens, gives up the
/// port.
pub struct Vpicc {
    shared: Arc<Shared>,
    /// Where the driver is, or where the card can be found.
    address: SocketAddr,
    listens: bool,
    thread: Option<JoinHandle<()>>,
}

/// What the thread on the line and the operator share.
struct Shared {
    ifd: Ifd,
    state: Mutex<State>,
    /// A card was laid down, a caller has left, or it is over.
    changed: Condvar,
    timer: Arc<dyn Timer>,
    /// How many frames came in.
    heard: AtomicU64,
}

#[derive(Default)]
struct State {
    card: Option<Answer>,
    schedule: Option<Schedule>,
    /// How many plans there were.
    plans: u32,
    /// The conversation that is going on.
    stream: Option<TcpStream>,
    /// Whether a caller has the card.
    talks: bool,
    closing: bool,
}

/// What a card that is there answers when it is asked for its ATR.
#[derive(Clone, Copy)]
enum Answer {
    Atr(RawAtr),
    Mute,
}

impl Vpicc {
    /// The port of vpcd's first slot.
    pub const PORT: u16 = 35_963;

    /// How long a caller may say nothing while another wants the card, in either's place.
    pub const PATIENCE: Duration = Duration::from_secs(1);

    /// Calls on a driver, again and again while it does not answer: pcscd ends when no program uses
    /// it, and the port with it. Between two calls lie 10 ms at first, 500 ms at most.
    ///
    /// # Errors
    /// Where no thread can be had.
    pub fn connect(driver: SocketAddr, timer: Arc<dyn Timer>) -> io::Result<Self> {
        let shared = Shared::new(timer);
        let run = {
            let shared = Arc::clone(&shared);
            move || line::call(driver, &shared)
        };
        Self::start(shared, driver, false, run)
    }

    /// Waits for callers on this machine alone. Port 0 takes any that is free.
    ///
    /// # Errors
    /// Where the port cannot be had, or no thread.
    pub fn listen(port: u16, timer: Arc<dyn Timer>) -> io::Result<Self> {
        Self::listen_at((Ipv4Addr::LOCALHOST, port).into(), timer)
    }

    /// Waits for callers at an address. Every program that can reach it can use the card, and sees what
    /// is said to it: choose one that strangers cannot reach.
    ///
    /// # Errors
    /// Where the address cannot be had, or no thread.
    pub fn listen_at(address: SocketAddr, timer: Arc<dyn Timer>) -> io::Result<Self> {
        let listener = TcpListener::bind(address)?;
        let address = listener.local_addr()?;
        let shared = Shared::new(timer);
        let run = {
            let shared = Arc::clone(&shared);
            move || line::answer(&listener, &shared)
        };
        Self::start(shared, address, true, run)
    }

    fn start(
        shared: Arc<Shared>,
        address: SocketAddr,
        listens: bool,
        run: impl FnOnce() + Send + 'static,
    ) -> io::Result<Self> {
        let thread = thread::Builder::new().name("vpcd".into()).spawn(run)?;
        Ok(Self {
            shared,
            address,
            listens,
            thread: Some(thread),
        })
    }

    /// Tells this listener from now on of the card's exchanges, and of a card that is torn away. The
    /// reader is [`ReaderId::LINE`].
    pub fn tell(&self, tap: Arc<dyn Tap>) {
        self.shared.ifd.tell(tap);
    }

    /// The driver's address, or the card's own.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Lays a card down: it gets power and says its ATR, and the line is opened.
    ///
    /// # Errors
    /// [`ReaderError::Occupied`]; the card is dropped.
    pub fn insert(&self, mut card: Box<dyn Icc>) -> Result<(), ReaderError> {
        if self.is_occupied() {
            return Err(ReaderError::Occupied);
        }
        let atr = self.shared.ifd.power_up(card.as_mut());
        let answer = atr.map_or(Answer::Mute, Answer::Atr);
        let now = self.shared.timer.now();
        let mut state = self.shared.state();
        self.shared.ifd.place(card);
        self.shared.ifd.next_epoch();
        state.card = Some(answer);
        if let Some(schedule) = &mut state.schedule {
            schedule.begin(now);
        }
        drop(state);
        self.shared.changed.notify_all();
        Ok(())
    }

    /// Takes the card away: the line is closed, in the middle of an exchange too. A card that a
    /// fault tore away before is picked up in silence.
    pub fn remove(&self) -> Option<Box<dyn Icc>> {
        self.shared.leave();
        self.shared.ifd.take()
    }

    /// Whether a card is there.
    #[must_use]
    pub fn is_occupied(&self) -> bool {
        self.shared.state().card.is_some()
    }

    /// Plans what will go wrong, instead of what was planned before.
    pub fn plan(&self, plan: Plan) {
        let now = self.shared.timer.now();
        let mut state = self.shared.state();
        let since = state.card.is_some().then_some(now);
        let schedule = Schedule::new(plan, since);
        let needs_time = schedule.needs_time();
        state.schedule = Some(schedule);
        state.plans += 1;
        let number = state.plans;
        drop(state);
        self.shared.changed.notify_all();
        if needs_time {
            let shared = Arc::downgrade(&self.shared);
            // Without a thread nothing happens by itself, only with the next command.
            let _ = thread::Builder::new()
                .name("vpcd-plan".into())
                .spawn(move || watch(&shared, number));
        }
    }
}

impl Drop for Vpicc {
    fn drop(&mut self) {
        self.shared.state().closing = true;
        self.shared.leave();
        if self.listens {
            // Wakes the thread that waits for a caller; one that is awake needs no waking.
            let own = match self.address {
                SocketAddr::V4(own) if own.ip().is_unspecified() => {
                    (Ipv4Addr::LOCALHOST, own.port()).into()
                }
                own => own,
            };
            drop(TcpStream::connect_timeout(&own, line::CALL_LIMIT));
        }
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has said so.
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Vpicc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vpicc")
            .field("address", &self.address)
            .field("listens", &self.listens)
            .field("occupied", &self.is_occupied())
            .finish_non_exhaustive()
    }
}

impl Shared {
    fn new(timer: Arc<dyn Timer>) -> Arc<Self> {
        Arc::new(Self {
            ifd: Ifd::new(ReaderId::LINE, Arc::new(())),
            state: Mutex::default(),
            changed: Condvar::new(),
            timer,
            heard: AtomicU64::new(0),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }

    /// The card is gone: exchanges are void, the line is closed, a thread that waits looks again.
    fn leave(&self) {
        let mut state = self.state();
        state.card = None;
        self.ifd.next_epoch();
        if let Some(stream) = &state.stream {
            hang_up(stream);
        }
        drop(state);
        self.changed.notify_all();
    }

    /// The card left by itself.
    fn torn_away(&self) {
        let was_there = self.state().card.is_some();
        self.leave();
        if was_there {
            self.ifd.tap().removed_by_fault(ReaderId::LINE);
        }
    }

    /// Waits until a card is there; `None` when it is over.
    fn wait_for_card(&self) -> Option<u32> {
        let mut state = self.state();
        while state.card.is_none() && !state.closing {
            self.changed.wait(&mut state);
        }
        (!state.closing).then(|| self.ifd.epoch())
    }

    /// Whether the card that was there at `epoch` is there still, and it is not over.
    fn goes_on(&self, epoch: u32) -> bool {
        let state = self.state();
        state.card.is_some() && !state.closing && self.ifd.epoch() == epoch
    }

    /// Lets time pass, in steps, while the card stays.
    fn pause(&self, epoch: u32, time: Duration) {
        let mut left = time;
        while !left.is_zero() && self.goes_on(epoch) {
            let step = left.min(ifd::POLL);
            self.timer.pause(step);
            left -= step;
        }
    }
}

/// Waits for what a plan has for times without a command.
fn watch(shared: &Weak<Shared>, number: u32) {
    while let Some(shared) = shared.upgrade() {
        let now = shared.timer.now();
        let mut state = shared.state();
        if state.closing || state.plans != number {
            return;
        }
        let Some(schedule) = state.schedule.as_mut().filter(|plan| plan.needs_time()) else {
            return;
        };
        let begun = schedule.has_begun();
        match schedule.by_itself(now) {
            Some(Fault::Torn { .. } | Fault::Unplugged {}) => {
                drop(state);
                shared.torn_away();
            }
            // Nothing else can be done to an exchange that does not take place.
            Some(_) => {}
            None if begun => {
                drop(state);
                shared.timer.pause(ifd::POLL);
            }
            None => {
                shared.changed.wait_for(&mut state, REST);
            }
        }
    }
}

/// Ends a conversation, also in the middle of reading or writing.
fn hang_up(stream: &TcpStream) {
    // Fails only where the other side has ended it already.
    let _ = stream.shutdown(Shutdown::Both);
}
