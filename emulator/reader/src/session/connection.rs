//! SCardConnect, SCardReconnect, SCardDisconnect.

use std::sync::Arc;

use super::{HANDLES_MAX, Session};
use crate::ifd::{Lost, Power, RawAtr};
use crate::slot::{Admission, Mark};
use crate::{
    Call, ContextHandle, Detail, Disposition, Handle, Protocols, ReaderId, ReturnCode, ShareMode,
};

/// What there is to tell of an SCardConnect beside its outcome.
#[derive(Default)]
struct Way {
    /// The reader, where there is one of that name.
    reader: Option<ReaderId>,
    /// Whether another program's transaction had to end first.
    has_waited: bool,
}

impl Session {
    /// SCardConnect. Waits, without limit, for another handle's transaction to end.
    ///
    /// # Errors
    /// In this order: `8010000F` and `80100011` for senseless parameters, `80100009` unknown
    /// reader, `80100017` broken reader, `8010000B` held exclusively by another program,
    /// `8010000C` no card, `80100067` mute card, `8010000F` protocol not offered or another in
    /// use, `8010000B` exclusive wanted where others are connected.
    pub fn connect(
        &mut self,
        context: ContextHandle,
        reader: &str,
        share: ShareMode,
        preferred: Protocols,
    ) -> Result<(Handle, Protocols), ReturnCode> {
        let named = self.manager.world().slot_named(reader).map(|slot| slot.id);
        self.meet(Call::Connect, named)?;
        let mut way = Way::default();
        let mut result = self.join(reader, share, preferred, &mut way);
        if let Ok((handle, _)) = result {
            let kept = match self.check_context(context) {
                Ok(()) if self.handles.len() >= HANDLES_MAX => Err(ReturnCode::NO_MEMORY),
                kept => kept,
            };
            match kept {
                Ok(()) => self.handles.push(handle),
                Err(code) => {
                    let _ = self.part(handle, Disposition::LEAVE);
                    result = Err(code);
                }
            }
        }
        self.tell_of(
            Call::Connect,
            way.reader,
            Some(Detail::Share(share)),
            (&result).into(),
            way.has_waited,
        );
        result
    }

    fn join(
        &self,
        reader: &str,
        share: ShareMode,
        preferred: Protocols,
        way: &mut Way,
    ) -> Result<(Handle, Protocols), ReturnCode> {
        if share != ShareMode::DIRECT && !preferred.can_carry() {
            return Err(ReturnCode::PROTO_MISMATCH);
        }
        if !share.is_known() {
            return Err(ReturnCode::INVALID_VALUE);
        }
        self.end_idle_transactions(None);
        let (now, dialect) = (self.manager.timer().now(), self.manager.dialect());
        let mut world = self.manager.world();
        loop {
            let slot = world.slot_named(reader).ok_or(ReturnCode::UNKNOWN_READER)?;
            way.reader = Some(slot.id);
            match slot.admit(self.is_heard, share, now)? {
                Admission::Open => break,
                Admission::Locked if dialect.is_windows() && slot.powering.is_none() => {
                    return Err(ReturnCode::SHARING_VIOLATION);
                }
                Admission::Settling => self.wait_for_change(&mut world)?,
                Admission::Locked => {
                    way.has_waited |= slot.powering.is_none();
                    self.wait_for_change(&mut world)?;
                }
                Admission::Unpowered => {
                    let (mute, epoch) = (slot.faults.mute, slot.ifd.epoch());
                    let (reader, ifd) = (slot.id, Arc::clone(&slot.ifd));
                    // Two who connect at once must not both do this: the second would wipe out
                    // what the first has done on the card by then.
                    slot.powering = Some(self.key);
                    drop(world);
                    let outcome = supply(mute, || ifd.power(epoch, Power::Cycle));
                    world = self.manager.world();
                    let slot = world.slot(reader).ok_or(ReturnCode::READER_UNAVAILABLE)?;
                    slot.powering = None;
                    self.manager.nudge();
                    if slot.ifd.epoch() == epoch {
                        // What the client is told follows from the state.
                        let _ = slot.repowered(outcome);
                        slot.check_power(dialect)?;
                        break;
                    }
                }
            }
        }
        // A number is drawn only where a connection may follow: how often a client tries in vain
        // does not show in the handles.
        let slot = world.slot_named(reader).ok_or(ReturnCode::UNKNOWN_READER)?;
        let protocol = slot.choose(share, preferred)?;
        let handle = world.new_handle();
        let slot = world.slot_named(reader).ok_or(ReturnCode::UNKNOWN_READER)?;
        slot.access.attach(handle, share)?;
        let wakes = world.wake_all();
        self.manager.release(world, wakes);
        Ok((handle, protocol))
    }

    /// SCardReconnect: acknowledges a mark, changes the share mode, resets if asked.
    ///
    /// # Errors
    /// `80100011` and `8010000F` for senseless parameters, `80100011` reader gone, `80100017`
    /// broken reader, `8010000B` another program's transaction, `8010000C` no card, `80100066` mute
    /// card, `8010000F` protocol, `8010000B` exclusive wanted where others are connected.
    pub fn reconnect(
        &mut self,
        handle: Handle,
        share: ShareMode,
        preferred: Protocols,
        initialization: Disposition,
    ) -> Result<Protocols, ReturnCode> {
        self.check_handle(handle)?;
        self.end_idle_transactions(Some(handle));
        let reader = self.reader_of(handle);
        let result = self.rejoin(handle, share, preferred, initialization);
        if result != Err(ReturnCode::SHARING_VIOLATION) {
            let detail = Detail::Reconnect(share, initialization);
            self.tell(Call::Reconnect, reader, Some(detail), (&result).into());
        }
        result
    }

    fn rejoin(
        &self,
        handle: Handle,
        share: ShareMode,
        preferred: Protocols,
        initialization: Disposition,
    ) -> Result<Protocols, ReturnCode> {
        let resets = initialization.resets();
        if !share.is_known() || !(resets || initialization == Disposition::LEAVE) {
            return Err(ReturnCode::INVALID_VALUE);
        }
        if share != ShareMode::DIRECT && !preferred.can_carry() {
            return Err(ReturnCode::PROTO_MISMATCH);
        }
        {
            let mut world = self.manager.world();
            let slot = world.slot_of(handle).ok_or(ReturnCode::INVALID_VALUE)?;
            slot.check_working()?;
            slot.access.check_lock(handle)?;
            if resets {
                // Also where the card is gone: the mark "removed" becomes "reset" (observed).
                slot.access.mark_all(Mark::Reset);
            } else {
                slot.check_responsive()?;
            }
        }
        match initialization {
            Disposition::RESET => self.repower(handle, Power::Reset)?,
            Disposition::UNPOWER => self.repower(handle, Power::Cycle)?,
            _ => {}
        }
        let mut world = self.manager.world();
        let slot = world.slot_of(handle).ok_or(ReturnCode::INVALID_VALUE)?;
        let protocol = slot.choose(share, preferred)?;
        slot.access.reshare(handle, share)?;
        let wakes = world.wake_all();
        self.manager.release(world, wakes);
        Ok(protocol)
    }

    /// SCardDisconnect. A disposition other than "leave" waits, without limit, for another
    /// handle's transaction to end.
    ///
    /// # Errors
    /// `80100011` for a senseless disposition. That the reader is gone is no error.
    pub fn disconnect(
        &mut self,
        handle: Handle,
        disposition: Disposition,
    ) -> Result<(), ReturnCode> {
        self.check_handle(handle)?;
        self.meet(Call::Disconnect, self.reader_of(handle))?;
        self.end_idle_transactions(Some(handle));
        let (reader, result) = if disposition.is_known() {
            self.part(handle, disposition)
        } else {
            (self.reader_of(handle), Err(ReturnCode::INVALID_VALUE))
        };
        if result.is_ok() {
            self.handles.retain(|held| *held != handle);
        }
        let detail = Some(Detail::Disposition(disposition));
        self.tell(Call::Disconnect, reader, detail, (&result).into());
        result
    }

    /// Ends a connection; says on which reader.
    pub(super) fn part(
        &self,
        handle: Handle,
        disposition: Disposition,
    ) -> (Option<ReaderId>, Result<(), ReturnCode>) {
        let mut world = self.manager.world();
        let reader = loop {
            let Some(slot) = world.slot_of(handle) else {
                return (None, Ok(()));
            };
            if disposition == Disposition::LEAVE || slot.access.check_lock(handle).is_ok() {
                slot.access.unlock_all(handle);
                if disposition.resets() {
                    slot.access.mark_all(Mark::Reset);
                }
                break slot.id;
            }
            let id = slot.id;
            if let Err(code) = self.wait_for_change(&mut world) {
                return (Some(id), Err(code));
            }
        };
        drop(world);
        // The connection ends, whatever the card makes of it.
        let _ = match disposition {
            Disposition::RESET => self.repower(handle, Power::Reset),
            Disposition::UNPOWER => self.repower(handle, Power::Off),
            _ => Ok(()),
        };
        let now = self.manager.timer().now();
        let mut world = self.manager.world();
        if let Some(slot) = world.slot_of(handle) {
            slot.access.detach(handle, now);
        }
        let wakes = world.wake_all();
        self.manager.release(world, wakes);
        (Some(reader), Ok(()))
    }

    /// Changes the card's supply and remembers what became of it.
    pub(super) fn repower(&self, handle: Handle, power: Power) -> Result<(), ReturnCode> {
        let (present, mute, epoch, ifd) = {
            let mut world = self.manager.world();
            let slot = world.slot_of(handle).ok_or(ReturnCode::INVALID_VALUE)?;
            (
                slot.is_present(),
                slot.faults.mute,
                slot.ifd.epoch(),
                Arc::clone(&slot.ifd),
            )
        };
        if !present {
            return Err(ReturnCode::NO_SMARTCARD);
        }
        let outcome = supply(mute, || ifd.power(epoch, power));
        let mut world = self.manager.world();
        let slot = world.slot_of(handle).ok_or(ReturnCode::INVALID_VALUE)?;
        if slot.ifd.epoch() != epoch {
            return Err(ReturnCode::NO_SMARTCARD);
        }
        slot.repowered(outcome)
    }
}

/// A mute card is not even asked.
fn supply(mute: bool, power: impl FnOnce() -> Result<RawAtr, Lost>) -> Result<RawAtr, Lost> {
    if mute {
        Err(Lost::Link(madoguchi_iso7816::LinkFault::Mute))
    } else {
        power()
    }
}
