//! SCardTransmit, SCardStatus, SCardControl, SCardGetAttrib, SCardSetAttrib.

use std::sync::Arc;

use madoguchi_iso7816::{LinkFault, Reply};

use super::Session;
use crate::ifd::{Ifd, Lost};
use crate::plan::Noise;
use crate::slot::Slot;
use crate::{Call, Detail, Fault, Handle, Protocols, ReaderId, ReturnCode, feature};

/// The way to a card, as it is at one moment.
struct Way {
    reader: ReaderId,
    ifd: Arc<Ifd>,
    epoch: u32,
    /// What is returned where the card leaves on the way.
    torn: ReturnCode,
    /// Whether something is planned to go wrong.
    is_planned: bool,
    /// What the driver writes into the answer's PCI.
    answered: Option<Protocols>,
}

impl Session {
    /// SCardTransmit: one command and its answer. The hot path: one short look at the world, then
    /// the card; nothing is allocated, and the tap hears only of failures.
    ///
    /// Says which protocol the answer's PCI names, where the driver does not leave it as it was.
    ///
    /// # Errors
    /// `80100011` reader gone, `8010000B` another program's transaction, `80100017` broken reader,
    /// `80100068` and `80100069` marks, `8010000C` no card, `8010000F` another protocol in use,
    /// `80100016` the exchange failed, [`SlotFaults::torn`](crate::SlotFaults::torn) the card left
    /// during the exchange.
    pub fn transmit(
        &mut self,
        handle: Handle,
        send: Protocols,
        command: &[u8],
        reply: &mut Reply,
    ) -> Result<Option<Protocols>, ReturnCode> {
        self.check_handle(handle)?;
        let (mut reader, mut ends) = (None, None);
        let result = self.pass_on(handle, send, command, reply, &mut reader, &mut ends);
        if let Err(code) = result
            && code != ReturnCode::SHARING_VIOLATION
            && ends != Some(Fault::Hangs {})
        {
            self.tell(Call::Transmit, reader, None, code);
        }
        // Once its line breaks, the client goes on: what it does then comes after what it heard.
        if let (Some(reader), Some(event)) = (reader, ends) {
            self.manager.happen(reader, event);
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
        ends: &mut Option<Fault>,
    ) -> Result<Option<Protocols>, ReturnCode> {
        let mut way = self.way(handle, send, reader)?;
        if command.first() == Some(&0xFF) && self.pseudo(way.reader, command, reply) {
            return Ok(way.answered);
        }
        let mut struck = None;
        if way.is_planned {
            match self.due(way.reader, command) {
                None => {}
                Some((fault @ Fault::Hangs {}, _)) => {
                    *ends = Some(fault);
                    return Err(self.hang(Call::Transmit, way.reader).into());
                }
                Some((fault, noise)) if fault.strikes_exchange() => struck = Some((fault, noise)),
                Some((event @ Fault::ServiceStops { .. }, _)) => {
                    *ends = Some(event);
                    return Err(ReturnCode::COMM_ERROR);
                }
                Some((event, _)) => {
                    self.manager.happen(way.reader, event);
                    way = self
                        .way(handle, send, reader)
                        .inspect_err(|code| self.take_back(way.reader, command, *code))?;
                }
            }
        }
        let code = struck.as_ref().and_then(|(fault, _)| fault.code());
        let listens = || self.client.is_there();
        let timer = self.manager.timer();
        match way
            .ifd
            .exchange(way.epoch, command, reply, struck, timer, &listens)
        {
            Ok(()) => Ok(way.answered),
            Err(lost) => {
                let usual = match lost {
                    Lost::Taken => way.torn,
                    Lost::Link(LinkFault::Torn) => {
                        self.manager.torn_away(way.reader, way.epoch);
                        way.torn
                    }
                    Lost::Link(_) => self.manager.dialect().damaged(),
                };
                reply.clear();
                match code.unwrap_or(usual) {
                    ReturnCode::SUCCESS => Ok(way.answered),
                    code => Err(code),
                }
            }
        }
    }

    /// Whether a command may go to the card now, and where that is.
    #[inline]
    fn way(
        &self,
        handle: Handle,
        send: Protocols,
        reader: &mut Option<ReaderId>,
    ) -> Result<Way, ReturnCode> {
        self.end_idle_transactions(Some(handle));
        let mut world = self.manager.world();
        let slot = world.slot_of(handle);
        let slot = slot.ok_or_else(|| self.manager.dialect().reader_gone())?;
        *reader = Some(slot.id);
        slot.check_transmit(handle, send)?;
        Ok(Way {
            reader: slot.id,
            ifd: Arc::clone(&slot.ifd),
            epoch: slot.ifd.epoch(),
            torn: slot.faults.torn,
            is_planned: slot.schedule.is_some(),
            answered: feature::answered_by(slot.personality.driver),
        })
    }

    /// Whether the reader answers this command by itself.
    fn pseudo(&self, reader: ReaderId, command: &[u8], reply: &mut Reply) -> bool {
        let mut world = self.manager.world();
        world.slot(reader).is_some_and(|slot| {
            let visit = u64::from(reader.0) << 32 | u64::from(slot.ifd.epoch());
            feature::pseudo(&slot.personality, slot.state().atr, visit, command, reply)
        })
    }

    /// What goes wrong with this command, and the numbers for it.
    fn due(&self, reader: ReaderId, command: &[u8]) -> Option<(Fault, Noise)> {
        let now = self.manager.timer().now();
        let mut world = self.manager.world();
        let schedule = world.slot(reader)?.schedule.as_mut()?;
        let fault = schedule.at_command(command, now)?;
        Some((fault, schedule.noise.fork()))
    }

    /// libpcsclite repeats by itself what another program's transaction stopped: that is one command.
    fn take_back(&self, reader: ReaderId, command: &[u8], code: ReturnCode) {
        let mut world = self.manager.world();
        if code == ReturnCode::SHARING_VIOLATION
            && let Some(schedule) = world.slot(reader).and_then(|slot| slot.schedule.as_mut())
        {
            schedule.take_back(command);
        }
    }

    /// SCardStatus, as far as it is not read from the states: whether the handle still holds.
    ///
    /// # Errors
    /// `80100011` reader gone, `8010000B` another program's transaction, `80100068` and `80100069`
    /// marks, `80100017` broken reader.
    pub fn status(&self, handle: Handle) -> Result<(), ReturnCode> {
        self.at(handle, |slot| {
            slot.access.check_mark(handle)?;
            slot.check_working()
        })
    }

    /// SCardControl: a word with the reader itself, which does not care about the card's marks.
    /// Answers what is appended to `answer`.
    ///
    /// # Errors
    /// `80100011` reader gone, `8010000B` another program's transaction, `80100017` broken reader,
    /// `8010001F` a control code that the reader does not know.
    pub fn control(
        &mut self,
        handle: Handle,
        code: u32,
        answer: &mut Vec<u8>,
    ) -> Result<(), ReturnCode> {
        let (reader, dialect) = (self.reader_of(handle), self.manager.dialect());
        let result = self.at(handle, |slot| {
            slot.check_working()?;
            feature::control(&slot.personality, dialect, code, answer)
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
        let dialect = self.manager.dialect();
        self.at(handle, |slot| {
            slot.check_working()?;
            slot.access.check_mark(handle)?;
            feature::attribute(&slot.personality, dialect, &slot.state(), attribute, answer)
        })
    }

    /// SCardSetAttrib: no attribute of these readers can be set.
    ///
    /// # Errors
    /// As [`attribute`](Self::attribute), and `8010001F` where nothing else is wrong (`80100016`
    /// behind vsmartcard's driver).
    pub fn set_attribute(&self, handle: Handle) -> Result<(), ReturnCode> {
        let dialect = self.manager.dialect();
        self.at(handle, |slot| {
            slot.check_working()?;
            slot.access.check_mark(handle)?;
            Err(feature::set_attribute(&slot.personality, dialect))
        })
    }

    /// Looks at the reader of a handle, where no other program is in a transaction.
    fn at<T>(
        &self,
        handle: Handle,
        look: impl FnOnce(&Slot) -> Result<T, ReturnCode>,
    ) -> Result<T, ReturnCode> {
        self.check_handle(handle)?;
        self.end_idle_transactions(Some(handle));
        let mut world = self.manager.world();
        let gone = self.manager.dialect().reader_gone();
        let slot = world.slot_of(handle).ok_or(gone)?;
        slot.access.check_lock(handle)?;
        look(slot)
    }
}
