//! The three ways to the card, each with a client that helps itself: after whatever went wrong it
//! connects again, and a hand lays the card down that was torn away.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use madoguchi_iso7816::{LinkFault, Reply};
use madoguchi_reader::vpcd::{Vpicc, write_frame};
use madoguchi_reader::{
    ContextHandle, DirectReader, Disposition, Handle, Plan, Protocols, ReaderId, ResourceManager,
    ReturnCode, Session, ShareMode, SlotFaults, Tap,
};
use madoguchi_terms::Timer;

use crate::witness::Witness;

/// The longest time that a client tries to reach the card.
const LIMIT: Duration = Duration::from_secs(20);

/// What a client hears.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    Answer(Vec<u8>),
    /// That something went wrong.
    Trouble,
    /// That it is another's turn: libpcsclite repeats the command.
    Again,
}

/// A way to the card. Whatever was said before, the next command can be said.
pub(crate) trait Transport {
    fn say(&mut self, command: &[u8]) -> Heard;
    fn warm_reset(&mut self);
    fn power_cycle(&mut self);
    /// Takes the card off and lays it down again.
    fn lift(&mut self);
}

/// Time that is not waited for.
#[derive(Default)]
struct Clock(Mutex<Duration>);

impl Timer for Clock {
    fn now(&self) -> Duration {
        *self.0.lock().unwrap()
    }

    fn pause(&self, duration: Duration) {
        *self.0.lock().unwrap() += duration;
        // Others pass the same time.
        std::thread::yield_now();
    }
}

/// No program between.
pub(crate) struct Direct {
    reader: Option<DirectReader<Witness>>,
    plans: std::vec::IntoIter<Plan>,
}

impl Direct {
    pub(crate) fn new(witness: Witness, plans: Vec<Plan>) -> Self {
        let mut direct = Self {
            reader: None,
            plans: plans.into_iter(),
        };
        direct.lay_down(witness);
        direct
    }

    fn lay_down(&mut self, card: Witness) {
        let mut reader = DirectReader::new(card, Box::<Clock>::default());
        reader.power_on().unwrap();
        reader.plan(self.plans.next().unwrap_or_default());
        self.reader = Some(reader);
    }

    fn reader(&mut self) -> &mut DirectReader<Witness> {
        self.reader.as_mut().unwrap()
    }
}

impl Transport for Direct {
    fn say(&mut self, command: &[u8]) -> Heard {
        let heard = self
            .reader()
            .transmit(command)
            .map(|reply| reply.bytes().to_vec());
        match heard {
            Ok(answer) => Heard::Answer(answer),
            Err(LinkFault::Torn) => {
                self.lift();
                Heard::Trouble
            }
            Err(_) => Heard::Trouble,
        }
    }

    fn warm_reset(&mut self) {
        self.reader().reset().unwrap();
    }

    fn power_cycle(&mut self) {
        self.reader().power_off();
        self.reader().power_on().unwrap();
    }

    fn lift(&mut self) {
        self.reader().power_off();
        let card = self.reader.take().unwrap().into_card();
        self.lay_down(card);
    }
}

/// Over PC/SC, without its wire.
pub(crate) struct OverPcsc {
    manager: ResourceManager,
    reader: ReaderId,
    session: Session,
    context: ContextHandle,
    connected: Option<(Handle, Protocols)>,
    witness: Witness,
    plans: std::vec::IntoIter<Plan>,
}

/// A tap that listens to nothing.
struct Deaf;

impl Tap for Deaf {}

impl OverPcsc {
    const READER: &str = "Madoguchi Virtual Reader 00 00";

    pub(crate) fn new(witness: Witness, plans: Vec<Plan>) -> Self {
        let manager = ResourceManager::new(Arc::new(Deaf), Arc::<Clock>::default(), 7);
        let reader = manager.add_reader(Self::READER).unwrap();
        let mut session = manager.open(Arc::new(()));
        let context = session.establish(2).unwrap();
        let mut over = Self {
            manager,
            reader,
            session,
            context,
            connected: None,
            witness,
            plans: plans.into_iter(),
        };
        over.plan();
        over.connect();
        over
    }

    fn plan(&mut self) {
        // A reader that is pulled out by then has no use for a plan.
        let _ = self
            .manager
            .plan(self.reader, self.plans.next().unwrap_or_default());
    }

    /// Whatever it takes, as long as another application lets it.
    fn connect(&mut self) {
        let begun = Instant::now();
        while let Err(code) = self.try_to_connect() {
            assert!(begun.elapsed() < LIMIT, "no client can connect: {code:?}");
            std::thread::yield_now();
        }
    }

    fn try_to_connect(&mut self) -> Result<(), ReturnCode> {
        let manager = &self.manager;
        if manager.name(self.reader).is_none() {
            self.reader = manager.add_reader(Self::READER).unwrap();
            self.plan();
        }
        let manager = &self.manager;
        let _ = manager.set_slot_faults(self.reader, SlotFaults::default());
        if !manager.is_occupied(self.reader) {
            // What was torn away is picked up, and laid down.
            drop(manager.remove(self.reader));
            let _ = manager.insert(self.reader, Box::new(self.witness.clone()));
        }
        if let Some((handle, _)) = self.connected {
            match self.reconnect(handle, Disposition::LEAVE) {
                Ok(()) => return Ok(()),
                Err(_) => self.leave(handle),
            }
        }
        let (share, any) = (ShareMode::SHARED, Protocols::ANY);
        let made = self
            .session
            .connect(self.context, Self::READER, share, any)?;
        self.connected = Some(made);
        Ok(())
    }

    fn leave(&mut self, handle: Handle) {
        self.connected = None;
        self.session.disconnect(handle, Disposition::LEAVE).unwrap();
    }

    fn reconnect(&mut self, handle: Handle, how: Disposition) -> Result<(), ReturnCode> {
        let (share, any) = (ShareMode::SHARED, Protocols::ANY);
        let protocol = self.session.reconnect(handle, share, any, how)?;
        self.connected = Some((handle, protocol));
        Ok(())
    }

    fn repower(&mut self, how: Disposition) {
        let (handle, _) = self.connected.unwrap();
        if self.reconnect(handle, how).is_err() {
            self.connect();
        }
    }
}

impl Transport for OverPcsc {
    fn say(&mut self, command: &[u8]) -> Heard {
        let (handle, protocol) = self.connected.unwrap();
        let mut reply = Reply::new();
        match self.session.transmit(handle, protocol, command, &mut reply) {
            Ok(_) => Heard::Answer(reply.bytes().to_vec()),
            Err(ReturnCode::SHARING_VIOLATION) => Heard::Again,
            Err(_) => {
                self.connect();
                Heard::Trouble
            }
        }
    }

    fn warm_reset(&mut self) {
        self.repower(Disposition::RESET);
    }

    fn power_cycle(&mut self) {
        self.repower(Disposition::UNPOWER);
    }

    fn lift(&mut self) {
        drop(self.manager.remove(self.reader));
        self.plan();
        self.connect();
    }
}

/// Over vpcd's line.
pub(crate) struct OverVpcd {
    vpicc: Vpicc,
    line: Option<TcpStream>,
    witness: Witness,
    plans: std::vec::IntoIter<Plan>,
}

impl OverVpcd {
    pub(crate) fn new(witness: Witness, plans: Vec<Plan>) -> Self {
        let vpicc = Vpicc::listen(0, Arc::<Clock>::default()).unwrap();
        let mut over = Self {
            vpicc,
            line: None,
            witness,
            plans: plans.into_iter(),
        };
        over.lift();
        over
    }

    /// Calls until the card says its ATR. When it does, what was said on a line before is over.
    fn call(&mut self) {
        let begun = Instant::now();
        self.line = None;
        loop {
            if !self.vpicc.is_occupied() {
                drop(self.vpicc.remove());
                self.vpicc.insert(Box::new(self.witness.clone())).unwrap();
            }
            let line = TcpStream::connect(self.vpicc.address()).unwrap();
            line.set_read_timeout(Some(LIMIT)).unwrap();
            line.set_nodelay(true).unwrap();
            self.line = Some(line);
            if self.ask(&[0x04]).is_some() {
                return;
            }
            assert!(begun.elapsed() < LIMIT, "no card answers a call");
        }
    }

    /// A control and the ATR, or a call where the line ends before.
    fn control(&mut self, control: u8) {
        if self.tell(&[control]).is_none() || self.ask(&[0x04]).is_none() {
            self.call();
        }
    }

    fn tell(&mut self, payload: &[u8]) -> Option<()> {
        let mut frame = Vec::new();
        write_frame(payload, &mut frame).unwrap();
        self.line.as_mut()?.write_all(&frame).ok()
    }

    /// A frame and the answer to it; `None` where the line ends.
    fn ask(&mut self, payload: &[u8]) -> Option<Vec<u8>> {
        self.tell(payload)?;
        let line = self.line.as_mut()?;
        let mut length = [0; 2];
        line.read_exact(&mut length).ok()?;
        let mut answer = vec![0; u16::from_be_bytes(length).into()];
        line.read_exact(&mut answer).ok()?;
        Some(answer)
    }
}

impl Transport for OverVpcd {
    fn say(&mut self, command: &[u8]) -> Heard {
        match self.ask(command) {
            Some(answer) => Heard::Answer(answer),
            None => {
                self.call();
                Heard::Trouble
            }
        }
    }

    fn warm_reset(&mut self) {
        self.control(0x02);
    }

    fn power_cycle(&mut self) {
        self.control(0x00);
        self.control(0x01);
    }

    fn lift(&mut self) {
        drop(self.vpicc.remove());
        self.vpicc.plan(self.plans.next().unwrap_or_default());
        self.call();
    }
}

/// Says every command twice, as a client does that finds its buffer too small.
pub(crate) struct Twice<T>(pub(crate) T);

impl<T: Transport> Transport for Twice<T> {
    fn say(&mut self, command: &[u8]) -> Heard {
        self.0.say(command);
        self.0.say(command)
    }

    fn warm_reset(&mut self) {
        self.0.warm_reset();
    }

    fn power_cycle(&mut self) {
        self.0.power_cycle();
    }

    fn lift(&mut self) {
        self.0.lift();
    }
}
