//! SCardBeginTransaction, SCardEndTransaction.

use std::time::{Duration, Instant};

use super::Session;
use crate::ifd::Power;
use crate::slot::Mark;
use crate::{Call, Detail, Disposition, Handle, ReturnCode};

/// How long a call is held before the client is told that another program is in a transaction.
/// libpcsclite repeats it at once, for ever (pcscd: PCSCLITE_LOCK_POLL_RATE).
pub(super) const LOCK_POLL: Duration = Duration::from_millis(100);

impl Session {
    /// SCardBeginTransaction. Waits up to 100 ms for another handle's transaction to end.
    ///
    /// # Errors
    /// `80100011` reader gone, `80100017` broken reader, `80100068` and `80100069` marks,
    /// `8010000B` another program is in a transaction.
    pub fn begin(&mut self, handle: Handle) -> Result<(), ReturnCode> {
        self.check_handle(handle)?;
        let reader = self.reader_of(handle);
        self.meet(Call::BeginTransaction, reader)?;
        let result = self.take_lock(handle);
        if result != Err(ReturnCode::SHARING_VIOLATION) {
            self.tell(Call::BeginTransaction, reader, None, (&result).into());
        }
        result
    }

    fn take_lock(&self, handle: Handle) -> Result<(), ReturnCode> {
        self.end_idle_transactions(Some(handle));
        let until = Instant::now() + LOCK_POLL;
        let mut world = self.manager.world();
        let gone = self.manager.dialect().reader_gone();
        loop {
            let slot = world.slot_of(handle).ok_or(gone)?;
            slot.check_working()?;
            slot.access.check_mark(handle)?;
            match slot.access.begin(handle) {
                Err(ReturnCode::SHARING_VIOLATION) if Instant::now() < until => {
                    self.wait_for_change(&mut world)?;
                }
                outcome => {
                    drop(world);
                    self.end_idle_transactions(Some(handle));
                    return outcome;
                }
            }
        }
    }

    /// In the Windows dialect: a program that did nothing within a transaction for 5 s has lost it, and
    /// the card is reset. A call of the owner's is something.
    #[inline]
    pub(super) fn end_idle_transactions(&self, caller: Option<Handle>) {
        if self.manager.dialect().is_windows() {
            self.look_for_idle_transactions(caller);
        }
    }

    #[cold]
    fn look_for_idle_transactions(&self, caller: Option<Handle>) {
        let now = self.manager.timer().now();
        let idle = self.manager.world().idle_transactions(caller, now);
        for reader in idle {
            self.manager.reset_behind_backs(reader);
        }
    }

    /// SCardEndTransaction.
    ///
    /// # Errors
    /// `80100011` for a senseless disposition or a reader that is gone, `80100068` and `80100069`
    /// marks, `8010000B` another program's transaction, `80100016` none to end.
    pub fn end(&mut self, handle: Handle, disposition: Disposition) -> Result<(), ReturnCode> {
        self.check_handle(handle)?;
        let reader = self.reader_of(handle);
        let result = self.give_lock(handle, disposition);
        let detail = Some(Detail::Disposition(disposition));
        self.tell(Call::EndTransaction, reader, detail, (&result).into());
        result
    }

    fn give_lock(&self, handle: Handle, disposition: Disposition) -> Result<(), ReturnCode> {
        if !disposition.is_known() {
            return Err(ReturnCode::INVALID_VALUE);
        }
        self.end_idle_transactions(Some(handle));
        {
            let mut world = self.manager.world();
            let gone = self.manager.dialect().reader_gone();
            let slot = world.slot_of(handle).ok_or(gone)?;
            slot.access.check_mark(handle)?;
            if disposition == Disposition::LEAVE {
                // In one go: the card may be taken at any time.
                let unlocked = slot.access.unlock(handle);
                drop(world);
                self.manager.nudge();
                return unlocked;
            }
            slot.access.check_lock(handle)?;
        }
        let powered = match disposition {
            Disposition::RESET => self.repower(handle, Power::Reset),
            Disposition::UNPOWER => self.repower(handle, Power::Cycle),
            _ => Ok(()),
        };
        let mut world = self.manager.world();
        let slot = world.slot_of(handle).ok_or(ReturnCode::INVALID_VALUE)?;
        if disposition.resets() {
            // Not even the handle that asked for it is spared (observed).
            slot.access.mark_all(Mark::Reset);
        }
        let unlocked = slot.access.unlock(handle);
        drop(world);
        self.manager.nudge();
        powered.and(unlocked)
    }
}
