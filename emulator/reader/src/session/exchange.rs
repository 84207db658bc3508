//! SCardTransmit, SCardStatus, SCardControl, SCardGetAttrib, SCardSetAttrib.

use std::sync::Arc;

use madoguchi_iso7816::{LinkFault, Reply};

use super::Session;
use crate::seat::{Lost, Seat};
use crate::slot::Slot;
use crate::{Call, Detail, Handle, Protocols, ReaderId, ReturnCode, feature};

impl Session {
    /// SCardTransmit: one command and its answer. The hot path: one short look at the world, then
    /// the card; nothing is allocated, and the tap hears only of failures.
    ///
    /// # Errors
    /// `80100011` reader gone, `8010000B` somebody else's transaction, `80100017` broken reader,
    /// `80100068` and `80100069` marks, `8010000C` no card, `8010000F` another protocol in use,
    /// `80100016` the exchange failed, [`SlotFaults::torn`](crate::SlotFaults::torn) the card left
    /// during the exchange.
    pub fn transmit(
        &mut self,
        handle: Handle,
        send: Protocols,
        command: &[u8],
        reply: &mut Reply,
    ) -> Result<(), ReturnCode> {
        self.check_handle(handle)?;
        let mut reader = None;
        let result = self.pass_on(handle, send, command, reply, &mut reader);
        if let Err(code) = result
            && code != ReturnCode::SHARING_VIOLATION
        {
            self.tell(Call::Transmit, reader, None, code);
        }
        result
    }

    fn pass_on(
        &self,
        handle: Handle,
        send: Protocols,
        command: &[u8],
        reply: &mut Reply,
        reader: &mut Option<ReaderId>,
    ) -> Result<(), ReturnCode> {
        let (id, seat, epoch, torn) = {
            let mut world = self.rack.world();
            let slot = world.slot_of(handle).ok_or(ReturnCode::INVALID_VALUE)?;
            *reader = Some(slot.id);
            slot.check_transmit(handle, send)?;
            (
                slot.id,
                Arc::clone(&slot.seat),
                slot.seat.epoch(),
                slot.faults.torn,
            )
        };
        let listens = || self.client.is_there();
        match seat.exchange(epoch, command, reply, self.rack.timer(), &listens) {
            Ok(()) => Ok(()),
            Err(Lost::Taken) => Err(torn),
            Err(Lost::Link(LinkFault::Torn)) => {
                self.torn_away(id, &seat, epoch);
                Err(torn)
            }
            // A CCID reader under pcsc-lite makes one error of all others (specified).
            Err(Lost::Link(_)) => Err(ReturnCode::NOT_TRANSACTED),
        }
    }

    /// The card left by itself: the same rules as if a hand had taken it.
    fn torn_away(&self, reader: ReaderId, seat: &Seat, epoch: u32) {
        let mut world = self.rack.world();
        let Some(slot) = world.slot(reader).filter(|_| seat.epoch() == epoch) else {
            return;
        };
        seat.next_epoch();
        slot.removed();
        let wakes = world.wake_all();
        self.rack.release(world, wakes);
        self.rack.tap().removed_by_fault(reader);
    }

    /// SCardStatus, as far as it is not read from the states: whether the handle still holds.
    ///
    /// # Errors
    /// `80100011` reader gone, `8010000B` somebody else's transaction, `80100068` and `80100069`
    /// marks, `80100017` broken reader.
    pub fn status(&self, handle: Handle) -> Result<(), ReturnCode> {
        self.at(handle, |slot| {
            slot.check_mark(handle)?;
            slot.check_working()
        })
    }

    /// SCardControl: a word with the reader itself, which does not care about the card's marks.
    /// Answers what is appended to `answer`.
    ///
    /// # Errors
    /// `80100011` reader gone, `8010000B` somebody else's transaction, `80100017` broken reader,
    /// `8010001F` a control code that the reader does not know.
    pub fn control(
        &mut self,
        handle: Handle,
        code: u32,
        answer: &mut Vec<u8>,
    ) -> Result<(), ReturnCode> {
        let reader = self.reader_of(handle);
        let result = self.at(handle, |slot| {
            slot.check_working()?;
            feature::control(&slot.personality, code, answer)
        });
        self.tell(
            Call::Control,
            reader,
            Some(Detail::ControlCode(code)),
            (&result).into(),
        );
        result
    }

    /// SCardGetAttrib. Answers what is appended to `answer`.
    ///
    /// # Errors
    /// As [`control`](Self::control), and `80100068` and `80100069` for marks.
    pub fn attribute(
        &self,
        handle: Handle,
        attribute: u32,
        answer: &mut Vec<u8>,
    ) -> Result<(), ReturnCode> {
        self.at(handle, |slot| {
            slot.check_working()?;
            slot.check_mark(handle)?;
            feature::attribute(&slot.personality, &slot.state(), attribute, answer)
        })
    }

    /// SCardSetAttrib: no attribute of these readers can be set.
    ///
    /// # Errors
    /// As [`attribute`](Self::attribute), and `8010001F` where nothing else is wrong.
    pub fn set_attribute(&self, handle: Handle) -> Result<(), ReturnCode> {
        self.at(handle, |slot| {
            slot.check_working()?;
            slot.check_mark(handle)?;
            Err(ReturnCode::UNSUPPORTED_FEATURE)
        })
    }

    /// Looks at the reader of a handle, where nobody else is in a transaction.
    fn at<T>(
        &self,
        handle: Handle,
        look: impl FnOnce(&Slot) -> Result<T, ReturnCode>,
    ) -> Result<T, ReturnCode> {
        self.check_handle(handle)?;
        let mut world = self.rack.world();
        let slot = world.slot_of(handle).ok_or(ReturnCode::INVALID_VALUE)?;
        slot.check_lock(handle)?;
        look(slot)
    }
}
