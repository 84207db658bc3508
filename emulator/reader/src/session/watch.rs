//! Reading the readers' states and waiting for the next change (what SCardListReaders, SCardStatus
//! and SCardGetStatusChange are made of), SCardCancel.

use std::sync::Arc;

use super::Session;
use crate::slot::{ReaderState, Slot};
use crate::world::World;
use crate::{ContextHandle, Happening, ReturnCode};

/// Shows the states of all places in order; `None` is a place without a reader.
type Show<'a> = &'a mut dyn FnMut(Option<ReaderState<'_>>);

impl Session {
    /// The readers' states.
    pub fn look(&self, show: Show<'_>) {
        let mut world = self.manager.world();
        let is_busy = world.looked_at(self.manager.timer().now());
        each(&world, show);
        drop(world);
        self.told_of(is_busy);
    }

    /// The number of places for readers; it never shrinks.
    #[must_use]
    pub fn places(&self) -> usize {
        self.manager.world().places().len()
    }

    /// How often a reader came or went.
    #[must_use]
    pub fn reader_events(&self) -> u32 {
        self.manager.world().reader_events
    }

    /// Waits from now on, and shows the states of this very moment: nothing is missed.
    pub fn watch(&self, show: Show<'_>) {
        let mut world = self.manager.world();
        world.watch(self.key, Arc::clone(&self.client));
        let is_busy = world.looked_at(self.manager.timer().now());
        each(&world, show);
        drop(world);
        self.told_of(is_busy);
    }

    /// Tells the tap where a client waits busily.
    fn told_of(&self, is_busy: bool) {
        if is_busy {
            self.manager.tap().happened(Happening::BusyWait);
        }
    }

    /// Will wait, but asks for the states in a call of its own ([`arm`](Self::arm)). What happens
    /// in between is owed until then.
    pub fn announce(&self) {
        self.manager
            .world()
            .announce(self.key, Arc::clone(&self.client));
    }

    /// Shows the states and, after [`announce`](Self::announce), waits from now on; or says what
    /// is owed, and then the waiting is over.
    pub fn arm(&self, show: Show<'_>) -> Option<ReturnCode> {
        let mut world = self.manager.world();
        each(&world, show);
        world.arm(self.key)
    }

    /// Waits no longer. `false` means that [`Client::notify`](crate::Client::notify) was called
    /// or will be: that is the answer then.
    #[must_use]
    pub fn unwatch(&self) -> bool {
        self.manager.world().unwatch(self.key)
    }

    /// SCardCancel: ends the waiting of the session that has this context.
    ///
    /// # Errors
    /// `80100003` where there is no such context. That it does not wait is no error (pcscd 2.0.1
    /// and later; 1.9.9 has the error, and its library does not ask in that case).
    pub fn cancel(&self, context: ContextHandle) -> Result<(), ReturnCode> {
        let mut world = self.manager.world();
        let session = world
            .session_of(context)
            .ok_or(ReturnCode::INVALID_HANDLE)?;
        let client = world.cancel(session);
        drop(world);
        if let Some(client) = client {
            client.notify(ReturnCode::CANCELLED);
        }
        Ok(())
    }
}

fn each(world: &World, show: Show<'_>) {
    for place in world.places() {
        show(place.as_ref().map(Slot::state));
    }
}
