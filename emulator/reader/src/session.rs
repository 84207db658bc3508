//! What one client can do, whatever wire it came by: one context, its card handles, its waiting.
//! The calls are in `session/`, each group in a file of its own.

mod connection;
mod exchange;
mod transaction;
mod watch;

use std::fmt;
use std::sync::Arc;

use parking_lot::MutexGuard;

use crate::client::SessionKey;
use crate::ifd::POLL;
use crate::world::World;
use crate::{
    Call, Client, ContextHandle, Detail, Disposition, Fault, Handle, Happening, PcscCall, ReaderId,
    ResourceManager, ReturnCode,
};

/// How many card handles a context has room for.
const HANDLES_MAX: usize = 200;

/// One client of a [`ResourceManager`]. Dropping it is a client that leaves without a word: its handles are
/// left as they are, and a card whose transaction it held is reset.
pub struct Session {
    manager: ResourceManager,
    client: Arc<dyn Client>,
    key: SessionKey,
    context: Option<Context>,
    handles: Vec<Handle>,
    /// Whether the tap hears of its calls.
    is_heard: bool,
}

/// An established context.
#[derive(Debug, Clone, Copy)]
struct Context {
    handle: ContextHandle,
    ordinal: u32,
}

/// A call hung until its client was gone: nobody is told how it ends.
struct Hung;

impl From<Hung> for ReturnCode {
    fn from(_: Hung) -> Self {
        Self::COMM_ERROR
    }
}

impl Session {
    pub(crate) fn new(manager: ResourceManager, client: Arc<dyn Client>, key: SessionKey) -> Self {
        Self {
            manager,
            client,
            key,
            context: None,
            handles: Vec::new(),
            is_heard: true,
        }
    }

    /// A session of our own making, of whose calls no tap is told.
    pub(crate) fn unheard(mut self) -> Self {
        self.is_heard = false;
        self
    }

    /// SCardEstablishContext. pcsc-lite knows the scopes 0 to 3 and treats them alike.
    ///
    /// # Errors
    /// `80100011` for another scope; in the Windows dialect `8010001D` while there was never a
    /// reader.
    pub fn establish(&mut self, scope: u32) -> Result<ContextHandle, ReturnCode> {
        if scope > 3 {
            return Err(ReturnCode::INVALID_VALUE);
        }
        if self.manager.dialect().is_windows() && !self.manager.world().had_readers() {
            return Err(ReturnCode::NO_SERVICE);
        }
        self.abandon(Call::ReleaseContext);
        let (handle, ordinal) = self.manager.world().establish(self.key);
        self.context = Some(Context { handle, ordinal });
        Ok(handle)
    }

    /// SCardReleaseContext. Handles that are still connected are left as they are.
    ///
    /// # Errors
    /// `80100003` without a context, `80100011` for another session's.
    pub fn release(&mut self, context: ContextHandle) -> Result<(), ReturnCode> {
        self.check_context(context)?;
        self.abandon(Call::ReleaseContext);
        Ok(())
    }

    /// Whether this handle was made by this session and not disconnected since.
    #[must_use]
    pub fn holds(&self, handle: Handle) -> bool {
        self.handles.contains(&handle)
    }

    /// Whether the service is to die at this call instead of answering it.
    #[must_use]
    pub fn springs(&self, call: Call) -> bool {
        self.manager.springs(call)
    }

    /// Whether the service is to say that it speaks another version.
    #[must_use]
    pub fn refuses_version(&self) -> bool {
        self.manager.refuses_version()
    }

    fn check_context(&self, context: ContextHandle) -> Result<(), ReturnCode> {
        match self.context {
            None => Err(ReturnCode::INVALID_HANDLE),
            Some(own) if own.handle != context => Err(ReturnCode::INVALID_VALUE),
            Some(_) => Ok(()),
        }
    }

    fn check_handle(&self, handle: Handle) -> Result<(), ReturnCode> {
        if self.holds(handle) {
            Ok(())
        } else {
            Err(ReturnCode::INVALID_HANDLE)
        }
    }

    /// Ends the context; `how` is the call by which it ends.
    fn abandon(&mut self, how: Call) {
        for handle in std::mem::take(&mut self.handles) {
            let (reader, disposition) = self.let_go(handle);
            self.tell(
                how,
                reader,
                Some(Detail::Disposition(disposition)),
                ReturnCode::SUCCESS,
            );
        }
        if let Some(context) = self.context.take() {
            self.manager.world().forget(context.handle);
        }
    }

    /// Disconnects a handle that its client forgot. A program that held a transaction may have left the
    /// card in any state: it is reset, unless that happened already.
    fn let_go(&self, handle: Handle) -> (Option<ReaderId>, Disposition) {
        self.end_idle_transactions(Some(handle));
        let mut disposition = Disposition::LEAVE;
        if let Some(slot) = self.manager.world().slot_of(handle) {
            if slot.access.is_owner(handle) && slot.access.check_mark(handle).is_ok() {
                disposition = Disposition::RESET;
            }
            slot.access.unlock_all(handle);
        }
        let (reader, _) = self.part(handle, disposition);
        (reader, disposition)
    }

    fn tell(&self, call: Call, reader: Option<ReaderId>, detail: Option<Detail>, rv: ReturnCode) {
        self.tell_of(call, reader, detail, rv, false);
    }

    fn tell_of(
        &self,
        call: Call,
        reader: Option<ReaderId>,
        detail: Option<Detail>,
        rv: ReturnCode,
        has_waited: bool,
    ) {
        if !self.is_heard {
            return;
        }
        self.manager.tap().pcsc(PcscCall {
            call,
            context: self.context.map_or(0, |context| context.ordinal),
            reader,
            detail,
            rv,
            has_waited,
        });
    }

    /// The reader of a handle, for telling.
    fn reader_of(&self, handle: Handle) -> Option<ReaderId> {
        self.manager.world().slot_of(handle).map(|slot| slot.id)
    }

    /// What is planned for this call happens. Says how the call ends where it hangs: that its client is gone.
    fn meet(&self, call: Call, reader: Option<ReaderId>) -> Result<(), Hung> {
        let Some(reader) = reader.filter(|_| self.is_heard) else {
            return Ok(());
        };
        let due = {
            let mut world = self.manager.world();
            let schedule = world.slot(reader).and_then(|slot| slot.schedule.as_mut());
            schedule.and_then(|schedule| schedule.at_call(call))
        };
        match due {
            Some(Fault::Hangs {}) => Err(self.hang(call, reader)),
            Some(event) => {
                self.manager.by_itself(reader, event);
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Does not return while the client is there.
    fn hang(&self, call: Call, reader: ReaderId) -> Hung {
        self.manager.tap().happened(Happening::Hung {
            reader,
            call,
            context: self.context.map_or(0, |context| context.ordinal),
        });
        while self.client.is_there() {
            self.manager.timer().pause(POLL);
        }
        Hung
    }

    /// Waits until something changed, 100 ms at most; fails where the client is gone.
    fn wait_for_change(&self, world: &mut MutexGuard<'_, World>) -> Result<(), ReturnCode> {
        if !self.client.is_there() {
            return Err(ReturnCode::COMM_ERROR);
        }
        self.manager
            .changed()
            .wait_for(world, transaction::LOCK_POLL);
        Ok(())
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.manager.world().leave(self.key);
        self.abandon(Call::HangUp);
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("context", &self.context)
            .field("handles", &self.handles)
            .finish_non_exhaustive()
    }
}
