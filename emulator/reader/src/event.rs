//! What happens around a card by plan: other applications, a reader that is pulled out, a service
//! that ends.

use std::fmt;
use std::sync::{Arc, Mutex, Weak};
use std::thread;
use std::time::Duration;

use crate::plan::{Fault, Harm, Schedule};
use crate::rack::Shared;
use crate::seat::{GLANCE, Lost, Power, RawAtr, lock};
use crate::slot::{Mark, Slot};
use crate::{
    Client, Disposition, Event, Handle, Happening, Hold, Plan, Protocols, Rack, RackError,
    ReaderId, ReturnCode, Session, ShareMode, SlotFaults,
};

/// Another application that has hold of a card, until it is dropped.
pub struct Rival {
    rack: Rack,
    reader: ReaderId,
    session: Session,
    handle: Handle,
    hold: Hold,
}

/// What is to happen at a time, with nobody's command.
#[derive(Default)]
pub(crate) struct Agenda {
    /// Kept alive by the threads that wait for them.
    appointments: Mutex<Vec<Weak<Appointment>>>,
    /// Held while something that is due happens, so that whoever waits for it to have happened
    /// can.
    keeping: Mutex<()>,
}

/// Something that is to happen once.
struct Appointment {
    due: Duration,
    deed: Mutex<Option<Deed>>,
}

enum Deed {
    /// A rival leaves.
    Leave(Rival),
    /// The service is started again.
    StartService,
}

/// A service that clients reach the rack by.
pub(crate) trait Service: Send + Sync {
    /// Ends it: nobody can come in any more, and then everybody is out.
    fn stop(&self);

    /// Whether it was ended and not started again.
    fn is_stopped(&self) -> bool;

    /// Starts it again, where it was.
    fn start(&self);
}

impl Rack {
    /// Plans what will go wrong with a reader, instead of what was planned before. An empty plan
    /// ends one; a rival that has come and a service that has stopped stay as planned.
    ///
    /// # Errors
    /// [`RackError::NoSuchReader`].
    pub fn plan(&self, reader: ReaderId, plan: Plan) -> Result<(), RackError> {
        let now = self.timer().now();
        let mut world = self.world();
        let slot = world.slot(reader).ok_or(RackError::NoSuchReader)?;
        let since = slot.is_present().then_some(now);
        let schedule = Schedule::new(plan, since);
        let needs_time = schedule.needs_time();
        slot.plans += 1;
        let number = slot.plans;
        slot.schedule = Some(schedule);
        drop(world);
        if needs_time {
            let rack = self.downgrade();
            // Without a thread nothing happens by itself, only with the next command.
            spawn("pcsc-plan", move || watch(&rack, reader, number));
        }
        Ok(())
    }

    /// Lets everything happen that is due by now and has not happened: what is planned for a time,
    /// rivals that leave, a service that comes back. It happens without this, too, but a little
    /// later; whoever turns a clock on wants to see it done.
    pub fn catch_up(&self) {
        let now = self.timer().now();
        self.keep_appointments(now);
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
            rack: self.clone(),
            reader,
            session,
            handle,
            hold,
        })
    }

    /// Ends every service at this rack: clients cannot come in, and those that are in see their
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
        let seats: Vec<_> = {
            let world = self.world();
            let present = world.slots().filter(|slot| slot.is_present());
            let seat = |slot: &Slot| (slot.id, Arc::clone(&slot.seat), slot.seat.epoch());
            present.map(seat).collect()
        };
        for (reader, seat, epoch) in seats {
            let outcome = seat.power(epoch, Power::Cycle);
            self.settle(reader, epoch, outcome);
        }
        self.tap().happened(Happening::ServiceStarted);
        for service in stopped {
            service.start();
        }
    }

    /// What was planned happens around the card.
    pub(crate) fn happen(&self, reader: ReaderId, event: Event) {
        match event {
            Event::Reset => self.reset_behind_backs(reader),
            Event::Rival { hold, stays } => {
                // A door that is shut keeps a rival out, too.
                if let Ok(rival) = self.rival(reader, hold) {
                    self.later(stays, Deed::Leave(rival));
                }
            }
            Event::Unplugged => drop(self.remove_reader(reader)),
            Event::ReaderFails => {
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
            Event::ServiceStops { back_after } => {
                self.stop_service();
                if let Some(time) = back_after {
                    self.later(time, Deed::StartService);
                }
            }
        }
    }

    pub(crate) fn reset_behind_backs(&self, reader: ReaderId) {
        let (seat, epoch) = {
            let mut world = self.world();
            let Some(slot) = world.slot(reader).filter(|slot| slot.is_present()) else {
                return;
            };
            slot.access.mark_all(Mark::Reset);
            (Arc::clone(&slot.seat), slot.seat.epoch())
        };
        self.tap().happened(Happening::Reset(reader));
        let outcome = seat.power(epoch, Power::Reset);
        self.settle(reader, epoch, outcome);
    }

    /// The card's supply was changed by nobody's call; what clients are told follows from it.
    fn settle(&self, reader: ReaderId, epoch: u32, outcome: Result<RawAtr, Lost>) {
        let mut world = self.world();
        if let Some(slot) = world.slot(reader)
            && slot.seat.epoch() == epoch
        {
            let _ = slot.repowered(outcome);
        }
        let wakes = world.wake_all();
        self.release(world, wakes);
    }

    /// Something is to happen when so much time has passed.
    fn later(&self, time: Duration, deed: Deed) {
        let appointment = Arc::new(Appointment {
            due: self.timer().now().saturating_add(time),
            deed: Mutex::new(Some(deed)),
        });
        {
            let mut appointments = lock(&self.agenda().appointments);
            appointments.retain(|other| other.strong_count() > 0);
            appointments.push(Arc::downgrade(&appointment));
        }
        let rack = self.downgrade();
        spawn("pcsc-later", move || wait_for(&rack, &appointment));
    }

    /// Does what is due.
    fn keep_appointments(&self, now: Duration) {
        let _keeping = lock(&self.agenda().keeping);
        let appointments = lock(&self.agenda().appointments).clone();
        let mut due: Vec<_> = appointments.iter().filter_map(Weak::upgrade).collect();
        due.retain(|appointment| appointment.due <= now);
        due.sort_by_key(|appointment| appointment.due);
        for appointment in due {
            let deed = lock(&appointment.deed).take();
            match deed {
                Some(Deed::Leave(rival)) => drop(rival),
                Some(Deed::StartService) => self.start_service(),
                None => {}
            }
        }
    }

    /// Lets happen what is planned for a time and due; whether there was anything.
    fn fault_by_itself(&self, reader: ReaderId, now: Duration) -> bool {
        let _keeping = lock(&self.agenda().keeping);
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

    /// What was planned happens with nobody's command.
    pub(crate) fn by_itself(&self, reader: ReaderId, fault: Fault) {
        match fault {
            Fault::Around(event) => self.happen(reader, event),
            Fault::Exchange(Harm::Torn { .. }) => self.tear_away(reader),
            // Nothing else can be done to an exchange that does not take place.
            Fault::Exchange(_) => {}
        }
    }
}

/// Waits for what a plan has for times when nobody sends a command.
fn watch(rack: &Weak<Shared>, reader: ReaderId, number: u32) {
    loop {
        let Some(rack) = Rack::upgrade(rack) else {
            return;
        };
        let mut world = rack.world();
        let Some(slot) = world.slot(reader).filter(|slot| slot.plans == number) else {
            return;
        };
        let Some(schedule) = slot.schedule.as_mut().filter(|plan| plan.needs_time()) else {
            return;
        };
        if !schedule.has_begun() {
            rack.rest(world);
            continue;
        }
        drop(world);
        if !rack.fault_by_itself(reader, rack.timer().now()) {
            rack.timer().pause(GLANCE);
        }
    }
}

/// Lets time pass, in steps, until the appointment was kept, by whomever; unless the rack goes.
fn wait_for(rack: &Weak<Shared>, appointment: &Appointment) {
    while lock(&appointment.deed).is_some() {
        let Some(rack) = Rack::upgrade(rack) else {
            return;
        };
        let now = rack.timer().now();
        if appointment.due <= now {
            rack.keep_appointments(now);
        } else {
            let left = appointment.due.saturating_sub(now);
            rack.timer().pause(left.min(GLANCE));
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
        self.rack.tap().happened(Happening::RivalLeft(self.reader));
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
