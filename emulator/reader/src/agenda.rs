//! What is to happen at a time, without a command of any client's.

use std::sync::{Arc, Weak};
use std::time::Duration;

use parking_lot::{Mutex, MutexGuard};

/// What is to happen at its time, and only once.
type Deed = Box<dyn FnOnce() + Send>;

/// Everything that is to happen later.
#[derive(Default)]
pub(crate) struct Agenda {
    /// Kept alive by the threads that wait for them.
    appointments: Mutex<Vec<Weak<Appointment>>>,
    /// Held while something that is due happens, so that a thread can wait for it to have happened.
    keeping: Mutex<()>,
}

/// Something that is to happen once.
pub(crate) struct Appointment {
    due: Duration,
    deed: Mutex<Option<Deed>>,
}

impl Agenda {
    /// An appointment, which holds for as long as the caller keeps it.
    pub(crate) fn enter(
        &self,
        due: Duration,
        deed: impl FnOnce() + Send + 'static,
    ) -> Arc<Appointment> {
        let appointment = Arc::new(Appointment {
            due,
            deed: Mutex::new(Some(Box::new(deed))),
        });
        let mut appointments = self.appointments.lock();
        appointments.retain(|other| other.strong_count() > 0);
        appointments.push(Arc::downgrade(&appointment));
        appointment
    }

    /// Does what is due.
    pub(crate) fn keep(&self, now: Duration) {
        let _keeping = self.hold();
        let appointments = self.appointments.lock().clone();
        let mut due: Vec<_> = appointments.iter().filter_map(Weak::upgrade).collect();
        due.retain(|appointment| appointment.due <= now);
        due.sort_by_key(|appointment| appointment.due);
        for appointment in due {
            let deed = appointment.deed.lock().take();
            if let Some(deed) = deed {
                deed();
            }
        }
    }

    /// Holds back what is due meanwhile.
    pub(crate) fn hold(&self) -> MutexGuard<'_, ()> {
        self.keeping.lock()
    }
}

impl Appointment {
    /// When it is to happen.
    pub(crate) const fn due(&self) -> Duration {
        self.due
    }

    /// Whether it has not happened yet.
    pub(crate) fn is_open(&self) -> bool {
        self.deed.lock().is_some()
    }
}
