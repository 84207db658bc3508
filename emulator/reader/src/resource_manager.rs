//! The resource manager (PC/SC part 5): the readers and cards that clients share, and what the
//! operator can do to them. What clients can do is a [`Session`](crate::Session).

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};

use std::time::Duration;

use madoguchi_iso7816::Icc;
use madoguchi_terms::Timer;
use parking_lot::{Condvar, Mutex, MutexGuard};

use crate::agenda::Agenda;
use crate::ifd::Power;
use crate::service::Service;
use crate::world::{Wakes, World};
use crate::{
    Call, Client, Dialect, Happening, Personality, ReaderError, ReaderId, ServiceFaults, Session,
    SlotFaults, Tap,
};

/// The readers and the cards in them; clones are handles to the same ones.
///
/// Nothing here waits for a client. A card that computes is waited for, milliseconds at most.
/// Do not call a resource manager from inside a [`Tap`], nor from inside the [`Icc`] that lies in it.
#[derive(Clone)]
pub struct ResourceManager(Arc<Shared>);

pub(crate) struct Shared {
    world: Mutex<World>,
    /// Something changed that a client may be waiting for inside a call.
    changed: Condvar,
    /// What the operator does is done one after the other.
    operating: Mutex<()>,
    /// A service fault waits for its call; saves the hot path a lock.
    trap_set: AtomicBool,
    /// Windows's rules are in force.
    windows: AtomicBool,
    /// By which clients come.
    services: Mutex<Vec<Weak<dyn Service>>>,
    /// What is to happen later.
    agenda: Agenda,
    tap: Arc<dyn Tap>,
    timer: Arc<dyn Timer>,
}

impl ResourceManager {
    /// No readers yet. `seed` decides the numbers of all contexts and card handles, so that equal
    /// runs give equal traces.
    #[must_use]
    pub fn new(tap: Arc<dyn Tap>, timer: Arc<dyn Timer>, seed: u64) -> Self {
        Self(Arc::new(Shared {
            world: Mutex::new(World::new(seed)),
            changed: Condvar::new(),
            operating: Mutex::new(()),
            trap_set: AtomicBool::new(false),
            windows: AtomicBool::new(false),
            services: Mutex::default(),
            agenda: Agenda::default(),
            tap,
            timer,
        }))
    }

    /// Plugs in a reader without a card.
    ///
    /// # Errors
    /// [`ReaderError::Name`] and [`ReaderError::NameTaken`].
    pub fn add_reader(&self, personality: impl Into<Personality>) -> Result<ReaderId, ReaderError> {
        let personality = personality.into();
        self.operate(|world| {
            world.check_name(&personality, None)?;
            let id = world.plug_in(personality, Arc::clone(&self.0.tap));
            Ok(id)
        })
    }

    /// Pulls a reader out, with the card that is in it. Its handles say `80100011` from now on.
    pub fn remove_reader(&self, reader: ReaderId) -> Option<Box<dyn Icc>> {
        let with_card = self.world().slot(reader)?.is_present();
        let unplugged = Happening::Unplugged { reader, with_card };
        self.tap().happened(unplugged);
        let slot = self.operate(|world| world.pull_out(reader))?;
        slot.ifd.take()
    }

    /// Pulls a reader out and plugs it in again under another name, the card staying where it is.
    ///
    /// # Errors
    /// [`ReaderError`] where there is no such reader or the name cannot be.
    pub fn rename(&self, reader: ReaderId, name: &str) -> Result<(), ReaderError> {
        self.operate(|world| {
            let slot = world.slot(reader).ok_or(ReaderError::NoSuchReader)?;
            let personality = Personality {
                name: name.to_owned(),
                ..slot.personality.clone()
            };
            world.check_name(&personality, Some(reader))?;
            world.rename(reader, personality);
            Ok(())
        })
    }

    /// The name of a reader.
    #[must_use]
    pub fn name(&self, reader: ReaderId) -> Option<String> {
        let world = self.world();
        world
            .slots()
            .find(|slot| slot.id == reader)
            .map(|slot| slot.personality.name.clone())
    }

    /// Lays a card on a reader: it gets power, says its ATR, and every client that waits is told.
    ///
    /// # Errors
    /// [`ReaderError::NoSuchReader`] and [`ReaderError::Occupied`]; the card is dropped.
    pub fn insert(&self, reader: ReaderId, mut card: Box<dyn Icc>) -> Result<(), ReaderError> {
        let operating = self.0.operating.lock();
        let (mute, ifd) = {
            let mut world = self.world();
            let slot = world.slot(reader).ok_or(ReaderError::NoSuchReader)?;
            if slot.is_present() {
                return Err(ReaderError::Occupied);
            }
            (slot.faults.mute, Arc::clone(&slot.ifd))
        };
        let atr = if mute {
            None
        } else {
            ifd.power_up(card.as_mut()).ok()
        };
        let now = self.timer().now();
        let mut world = self.world();
        let slot = world.slot(reader).ok_or(ReaderError::NoSuchReader)?;
        slot.ifd.place(card);
        slot.ifd.next_epoch();
        slot.inserted(atr, now);
        let at_once = slot.schedule.as_mut();
        let at_once = at_once.and_then(|schedule| schedule.by_itself(now));
        // What is planned for this moment comes before any client.
        slot.is_settling = at_once.is_some();
        drop(world);
        drop(operating);
        let _settled = Settled(self, reader);
        if let Some(fault) = at_once {
            self.by_itself(reader, fault);
        }
        Ok(())
    }

    /// Takes the card off a reader: its handles say `80100069` from now on, transactions end, and
    /// every client that waits is told. A card that a fault tore away before is picked up in silence.
    pub fn remove(&self, reader: ReaderId) -> Option<Box<dyn Icc>> {
        let _operating = self.0.operating.lock();
        let mut world = self.world();
        let slot = world.slot(reader)?;
        let ifd = Arc::clone(&slot.ifd);
        if slot.is_present() {
            ifd.next_epoch();
            slot.removed();
            let wakes = world.wake_all();
            self.release(world, wakes);
        } else {
            drop(world);
        }
        ifd.take()
    }

    /// Whether there is such a reader (still).
    #[must_use]
    pub fn has(&self, reader: ReaderId) -> bool {
        self.world().slot(reader).is_some()
    }

    /// Whether this reader is there and works.
    #[must_use]
    pub fn works(&self, reader: ReaderId) -> bool {
        let mut world = self.world();
        let slot = world.slot(reader);
        slot.is_some_and(|slot| slot.check_working().is_ok())
    }

    /// Whether a command waits for its answer in this reader.
    #[must_use]
    pub fn is_answering(&self, reader: ReaderId) -> bool {
        let slot = |world: &mut World| world.slot(reader).map(|slot| Arc::clone(&slot.ifd));
        slot(&mut self.world()).is_some_and(|ifd| ifd.is_answering())
    }

    /// Whether a client waits for a change of a reader.
    #[must_use]
    pub fn is_watched(&self) -> bool {
        self.world().is_watched()
    }

    /// Whether a card is in this reader.
    #[must_use]
    pub fn is_occupied(&self, reader: ReaderId) -> bool {
        self.world()
            .slot(reader)
            .is_some_and(|slot| slot.is_present())
    }

    /// Plans what is wrong with a reader, from now on. Every client that waits is told.
    ///
    /// When a reader works again its card is powered up without a word to the clients: no handle is marked,
    /// but no protocol is chosen any more, and SCardTransmit says `8010000F` (pcscd 1.9.9, *observed*).
    /// That it forgets its verified PINs with that is *assumed*: what IccPowerOn does to a card that
    /// has power is each reader's own affair.
    ///
    /// # Errors
    /// [`ReaderError::NoSuchReader`].
    pub fn set_slot_faults(&self, reader: ReaderId, faults: SlotFaults) -> Result<(), ReaderError> {
        let ifd = {
            let mut world = self.world();
            let slot = world.slot(reader).ok_or(ReaderError::NoSuchReader)?;
            let is_mended = slot.faults.broken && !faults.broken && !faults.mute;
            is_mended.then(|| (Arc::clone(&slot.ifd), slot.ifd.epoch()))
        };
        let outcome = ifd.map(|(ifd, epoch)| (epoch, ifd.power(epoch, Power::Cycle)));
        self.operate(|world| {
            let slot = world.slot(reader).ok_or(ReaderError::NoSuchReader)?;
            slot.faults = faults;
            if let Some((epoch, outcome)) = outcome
                && slot.ifd.epoch() == epoch
                && slot.is_present()
            {
                slot.found_again(outcome);
            }
            Ok(())
        })
    }

    /// Plans what is wrong with the service, from now on.
    pub fn set_service_faults(&self, faults: ServiceFaults) {
        let mut world = self.world();
        world.plan(faults);
        self.0
            .trap_set
            .store(faults.hang_up.is_some(), Ordering::Release);
    }

    /// Follows these rules from now on; pcsc-lite's unless told otherwise.
    pub fn speak(&self, dialect: Dialect) {
        let windows = dialect.is_windows();
        self.0.windows.store(windows, Ordering::Release);
    }

    pub(crate) fn dialect(&self) -> Dialect {
        if self.0.windows.load(Ordering::Acquire) {
            Dialect::Windows
        } else {
            Dialect::PcscLite
        }
    }

    /// A client that talks to these readers.
    #[must_use]
    pub fn open(&self, client: Arc<dyn Client>) -> Session {
        let key = self.world().next_session();
        Session::new(self.clone(), client, key)
    }

    /// A handle that does not keep the manager alive.
    pub(crate) fn downgrade(&self) -> Weak<Shared> {
        Arc::downgrade(&self.0)
    }

    pub(crate) fn upgrade(manager: &Weak<Shared>) -> Option<Self> {
        manager.upgrade().map(Self)
    }

    /// Clients come by this service from now on.
    #[cfg(unix)]
    pub(crate) fn serve(&self, service: Weak<dyn Service>) {
        let mut services = self.0.services.lock();
        services.retain(|service| service.strong_count() > 0);
        services.push(service);
    }

    pub(crate) fn services(&self) -> Vec<Arc<dyn Service>> {
        let services = self.0.services.lock();
        services.iter().filter_map(Weak::upgrade).collect()
    }

    /// The card leaves by itself: the same rules as if the operator had taken it.
    pub(crate) fn tear_away(&self, reader: ReaderId) {
        let epoch = self.world().slot(reader).map(|slot| slot.ifd.epoch());
        if let Some(epoch) = epoch {
            self.torn_away(reader, epoch);
        }
    }

    /// The card that was there at `epoch` left by itself.
    pub(crate) fn torn_away(&self, reader: ReaderId, epoch: u32) {
        let mut world = self.world();
        let slot = world.slot(reader);
        let Some(slot) = slot.filter(|slot| slot.is_present() && slot.ifd.epoch() == epoch) else {
            return;
        };
        slot.ifd.next_epoch();
        slot.removed();
        let wakes = world.wake_all();
        self.release(world, wakes);
        self.tap().removed_by_fault(reader);
    }

    /// Waits until something changed, 100 ms at most.
    pub(crate) fn rest(&self, world: &mut MutexGuard<'_, World>) {
        self.0.changed.wait_for(world, Duration::from_millis(100));
    }

    /// Wakes every call that waits, so that it looks whether its client is still there.
    pub(crate) fn nudge(&self) {
        self.0.changed.notify_all();
    }

    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.0.world.lock()
    }

    pub(crate) fn changed(&self) -> &Condvar {
        &self.0.changed
    }

    pub(crate) fn agenda(&self) -> &Agenda {
        &self.0.agenda
    }

    pub(crate) fn tap(&self) -> &dyn Tap {
        self.0.tap.as_ref()
    }

    pub(crate) fn timer(&self) -> &dyn Timer {
        self.0.timer.as_ref()
    }

    /// Whether this is the call at which the service is to die.
    pub(crate) fn springs(&self, call: Call) -> bool {
        self.0.trap_set.load(Ordering::Acquire) && self.world().springs(call)
    }

    #[cfg(unix)]
    pub(crate) fn refuses_access(&self) -> bool {
        self.world().service.refuse_access
    }

    pub(crate) fn refuses_version(&self) -> bool {
        self.world().service.refuse_version
    }

    /// Leaves the world and then tells every client that waits.
    pub(crate) fn release(&self, world: MutexGuard<'_, World>, wakes: Wakes) {
        drop(world);
        self.0.changed.notify_all();
        wakes.send();
    }

    /// A change by the operator, of which every client that waits is told.
    fn operate<T: Outcome>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        let _operating = self.0.operating.lock();
        let mut world = self.world();
        let outcome = change(&mut world);
        if outcome.is_change() {
            let wakes = world.wake_all();
            self.release(world, wakes);
        }
        outcome
    }
}

/// A card that was laid down: when this is dropped, also where the card panics, every client that waits is told.
struct Settled<'a>(&'a ResourceManager, ReaderId);

impl Drop for Settled<'_> {
    fn drop(&mut self) {
        let mut world = self.0.world();
        if let Some(slot) = world.slot(self.1) {
            slot.is_settling = false;
        }
        let wakes = world.wake_all();
        self.0.release(world, wakes);
    }
}

/// Whether the operator changed anything.
trait Outcome {
    fn is_change(&self) -> bool;
}

impl<T, E> Outcome for Result<T, E> {
    fn is_change(&self) -> bool {
        self.is_ok()
    }
}

impl<T> Outcome for Option<T> {
    fn is_change(&self) -> bool {
        self.is_some()
    }
}

impl fmt::Debug for ResourceManager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let world = self.world();
        f.debug_list()
            .entries(world.slots().map(|slot| &slot.personality.name))
            .finish()
    }
}
