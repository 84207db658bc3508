//! What happens around a card by plan: other applications, a reader that is pulled out, a service
//! that ends.

use std::fmt;
use std::sync::{Arc, Weak};
use std::thread;
use std::time::Duration;

use parking_lot::Mutex;

use crate::agenda::Appointment;
use crate::ifd::{Lost, POLL, Power, RawAtr};
use crate::plan::Schedule;
use crate::resource_manager::Shared;
use crate::slot::{Mark, Slot};
use crate::{
    Client, Disposition, Fault, Handle, Happening, Hold, Plan, Protocols, ReaderError, ReaderId,
    ResourceManager, ReturnCode, Session, ShareMode, SlotFaults,
};

/// Another application that has hold of a card, until it is dropped.
pub struct Rival {
    manager: ResourceManager,
    reader: ReaderId,
    session: Session,
    handle: Handle,
    hold: Hold,
}

impl ResourceManager {
    /// Plans what will go wrong with a reader, instead of what was planned before. An empty plan
    /// ends one; a rival that has come and a service that has stopped stay as planned.
    ///
    /// # Errors
    /// [`ReaderError::NoSuchReader`].
    pub fn plan(&self, reader: ReaderId, plan: Plan) -> Result<(), ReaderError> {
        let now = self.timer().now();
        let mut world = self.world();
        let slot = world.slot(reader).ok_or(ReaderError::NoSuchReader)?;
        let since = slot.is_present().then_some(now);
        let schedule = Schedule::new(plan, since);
        let needs_time = schedule.needs_time();
        slot.plans += 1;
        let number = slot.plans;
        slot.schedule = Some(schedule);
        drop(world);
        if needs_time {
            let manager = self.downgrade();
            // Without a thread nothing happens by itself, only with the next command.
            spawn("pcsc-plan", move || watch(&manager, reader, number));
        }
        Ok(())
    }

    /// Lets everything happen that is due by now and has not happened: what is planned for a time,
    /// rivals that leave, a service that comes back. It happens without this, too, but a little
    /// later; a test that turns a clock on wants to see it done.
    pub fn catch_up(&self) {
        let now = self.timer().now();
        self.agenda().keep(now);
        let readers: Vec<_> = self.world().slots().map(|slot| slot.id).collect();
        for reader in readers {
            while self.fault_by_itself(reader, now) {}
        }
    }

    /// Lets another application take hold of the card, where it can at this moment: it does not
    /// wait for anybody.
    ///
    /// # Errors
    /// What SCardConnect or SCardBeginTransaction says; `80100013` where it would have to wait.
    pub fn rival(&self, reader: ReaderId, hold: Hold) -> Result<Rival, ReturnCode> {
        let name = self.name(reader).ok_or(ReturnCode::UNKNOWN_READER)?;
        let mut session = self.open(Arc::new(Impatient)).unheard();
        let context = session.establish(2)?;
        let share = match hold {
            Hold::Exclusive => ShareMode::EXCLUSIVE,
            Hold::Connection | Hold::Transaction => ShareMode::SHARED,
        };
        let (handle, _) = session.connect(context, &name, share, Protocols::ANY)?;
        if hold == Hold::Transaction {
            session.begin(handle)?;
        }
        self.tap().happened(Happening::RivalCame(reader, hold));
        Ok(Rival {
            manager: self.clone(),
            reader,
            session,
            handle,
            hold,
        })
    }

    /// Ends every service at this manager: clients cannot come in, and those that are in see their
    /// connections break.
    pub fn stop_service(&self) {
        let mut running = self.services();
        running.retain(|service| !service.is_stopped());
        if !running.is_empty() {
            self.tap().happened(Happening::ServiceStopped);
        }
        for service in running {
            service.stop();
        }
    }

    /// Starts every service again that was stopped. Cards get power anew, as pcscd gives it when
    /// it comes up (*specified* by its source).
    pub fn start_service(&self) {
        let mut stopped = self.services();
        stopped.retain(|service| service.is_stopped());
        if stopped.is_empty() {
            return;
        }
        let ifds: Vec<_> = {
            let world = self.world();
            let present = world.slots().filter(|slot| slot.is_present());
            let ifd = |slot: &Slot| (slot.id, Arc::clone(&slot.ifd), slot.ifd.epoch());
            present.map(ifd).collect()
        };
        for (reader, ifd, epoch) in ifds {
            let outcome = ifd.power(epoch, Power::Cycle);
            self.settle(reader, epoch, outcome);
        }
        self.tap().happened(Happening::ServiceStarted);
        for service in stopped {
            service.start();
        }
    }

    /// What was planned happens around the card.
    pub(crate) fn happen(&self, reader: ReaderId, event: Fault) {
        match event {
            Fault::Reset {} => self.reset_behind_backs(reader),
            Fault::Rival { hold, stays } => {
                // A reader that refuses clients refuses a rival, too.
                if let Ok(rival) = self.rival(reader, hold) {
                    self.later(stays, move || drop(rival));
                }
            }
            Fault::Unplugged {} => drop(self.remove_reader(reader)),
            Fault::ReaderFails {} => {
                let faults = self.world().slot(reader).map(|slot| slot.faults);
                if let Some(faults) = faults {
                    self.tap().happened(Happening::Failed(reader));
                    let broken = SlotFaults {
                        broken: true,
                        ..faults
                    };
                    // The reader was there a moment ago; if it went, it fails no more.
                    let _ = self.set_slot_faults(reader, broken);
                }
            }
            Fault::ServiceStops { back_after: None } => self.stop_service(),
            Fault::ServiceStops {
                back_after: Some(time),
            } => self.restart_service(time),
            // What is done to an exchange waits for one.
            _ => {}
        }
    }

    /// Ends every service, and starts them again when so much time has passed. That is entered before
    /// a client can notice: what follows may turn the clock on at once.
    fn restart_service(&self, time: Duration) {
        let stopping = Arc::new(Mutex::new(()));
        let guard = stopping.lock();
        let (manager, stopped) = (self.downgrade(), Arc::clone(&stopping));
        self.later(time, move || {
            drop(stopped.lock());
            if let Some(manager) = Self::upgrade(&manager) {
                manager.start_service();
            }
        });
        self.stop_service();
        drop(guard);
    }

    pub(crate) fn reset_behind_backs(&self, reader: ReaderId) {
        let (ifd, epoch) = {
            let mut world = self.world();
            let Some(slot) = world.slot(reader).filter(|slot| slot.is_present()) else {
                return;
            };
            slot.access.mark_all(Mark::Reset);
            (Arc::clone(&slot.ifd), slot.ifd.epoch())
        };
        self.tap().happened(Happening::Reset(reader));
        let outcome = ifd.power(epoch, Power::Reset);
        self.settle(reader, epoch, outcome);
    }

    /// The card's supply changed without a call; what clients are told follows from it.
    fn settle(&self, reader: ReaderId, epoch: u32, outcome: Result<RawAtr, Lost>) {
        let mut world = self.world();
        if let Some(slot) = world.slot(reader)
            && slot.ifd.epoch() == epoch
        {
            let _ = slot.repowered(outcome);
        }
        let wakes = world.wake_all();
        self.release(world, wakes);
    }

    /// Something is to happen when so much time has passed.
    fn later(&self, time: Duration, deed: impl FnOnce() + Send + 'static) {
        let due = self.timer().now().saturating_add(time);
        let appointment = self.agenda().enter(due, deed);
        let manager = self.downgrade();
        spawn("pcsc-later", move || wait_for(&manager, &appointment));
    }

    /// Lets happen what is planned for a time and due; whether there was anything.
    fn fault_by_itself(&self, reader: ReaderId, now: Duration) -> bool {
        let _keeping = self.agenda().hold();
        let fault = {
            let mut world = self.world();
            let schedule = world.slot(reader).and_then(|slot| slot.schedule.as_mut());
            schedule.and_then(|schedule| schedule.by_itself(now))
        };
        let Some(fault) = fault else {
            return false;
        };
        self.by_itself(reader, fault);
        true
    }

    /// What was planned happens without a command.
    pub(crate) fn by_itself(&self, reader: ReaderId, fault: Fault) {
        match fault {
            Fault::Torn { .. } => self.tear_away(reader),
            // Nothing else can be done to an exchange that does not take place.
            fault if fault.strikes_exchange() => {}
            event => self.happen(reader, event),
        }
    }
}

/// Waits for what a plan has for times without a command.
fn watch(manager: &Weak<Shared>, reader: ReaderId, number: u32) {
    loop {
        let Some(manager) = ResourceManager::upgrade(manager) else {
            return;
        };
        let mut world = manager.world();
        let Some(slot) = world.slot(reader).filter(|slot| slot.plans == number) else {
            return;
        };
        let Some(schedule) = slot.schedule.as_mut().filter(|plan| plan.needs_time()) else {
            return;
        };
        if !schedule.has_begun() {
            manager.rest(&mut world);
            continue;
        }
        drop(world);
        if !manager.fault_by_itself(reader, manager.timer().now()) {
            manager.timer().pause(POLL);
        }
    }
}

/// Lets time pass, in steps, until the appointment was kept, by this thread or another; unless the
/// resource manager goes.
fn wait_for(manager: &Weak<Shared>, appointment: &Appointment) {
    while appointment.is_open() {
        let Some(manager) = ResourceManager::upgrade(manager) else {
            return;
        };
        let now = manager.timer().now();
        let left = appointment.due().saturating_sub(now);
        if left.is_zero() {
            manager.agenda().keep(now);
        } else {
            manager.timer().pause(left.min(POLL));
        }
    }
}

fn spawn(name: &str, run: impl FnOnce() + Send + 'static) {
    // A machine without threads has worse troubles than a fault that does not come.
    let _ = thread::Builder::new().name(name.into()).spawn(run);
}

impl Rival {
    /// Leaves with SCardDisconnect and this disposition.
    ///
    /// # Errors
    /// As [`Session::disconnect`].
    pub fn leave(mut self, disposition: Disposition) -> Result<(), ReturnCode> {
        self.end_transaction();
        self.session.disconnect(self.handle, disposition)
    }

    fn end_transaction(&mut self) {
        if self.hold == Hold::Transaction {
            // The card may have been taken away; then so was the transaction.
            let _ = self.session.end(self.handle, Disposition::LEAVE);
        }
    }
}

impl Drop for Rival {
    fn drop(&mut self) {
        self.end_transaction();
        self.manager
            .tap()
            .happened(Happening::RivalLeft(self.reader));
    }
}

impl fmt::Debug for Rival {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rival")
            .field("hold", &self.hold)
            .finish_non_exhaustive()
    }
}

/// A client that waits for nothing.
struct Impatient;

impl Client for Impatient {
    fn notify(&self, _rv: ReturnCode) {}

    fn is_there(&self) -> bool {
        false
    }
}
