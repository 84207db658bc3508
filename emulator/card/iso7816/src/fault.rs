//! Card faults: an [`Icc`] wrapped around another that lets one exchange go wrong.

use std::time::Duration;

use crate::{Icc, LinkFault, Reply, StatusWord};

/// Which exchange goes wrong, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FaultPlan {
    /// The command APDU that is hit, counted from 1 since the card was laid on the reader.
    pub at_apdu: u32,
    /// What happens to it.
    pub fault: Fault,
}

/// What can happen to an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// No answer: [`LinkFault::Torn`] for this command and for ever, [`LinkFault::Mute`] or
    /// [`LinkFault::Transmission`] for this command alone. A torn or mute card did not carry the
    /// command out; where the answer was damaged, it did.
    Link(LinkFault),
    /// The card answers rightly, later by this much.
    Late(Duration),
    /// The card does not carry the command out and answers this.
    Status(StatusWord),
}

/// A card with a fault to come. Laying the card on the reader again means a new wrapper around
/// the same card, or none.
#[derive(Debug)]
pub struct Faulty<I> {
    card: I,
    plan: FaultPlan,
    apdus: u32,
    torn: bool,
}

impl<I: Icc> Faulty<I> {
    /// Wraps a card that is laid on the reader now.
    #[must_use]
    pub const fn new(card: I, plan: FaultPlan) -> Self {
        Self {
            card,
            plan,
            apdus: 0,
            torn: false,
        }
    }

    /// The card itself, for laying it on the reader again.
    #[must_use]
    pub fn into_inner(self) -> I {
        self.card
    }

    fn tear(&mut self) -> Result<(), LinkFault> {
        if !self.torn {
            self.torn = true;
            self.card.power_off();
        }
        Err(LinkFault::Torn)
    }
}

impl<I: Icc> Icc for Faulty<I> {
    fn atr(&self) -> &[u8] {
        self.card.atr()
    }

    fn power_on(&mut self) -> Result<(), LinkFault> {
        if self.torn {
            Err(LinkFault::Torn)
        } else {
            self.card.power_on()
        }
    }

    fn power_off(&mut self) {
        self.card.power_off();
    }

    fn reset(&mut self) -> Result<(), LinkFault> {
        if self.torn {
            Err(LinkFault::Torn)
        } else {
            self.card.reset()
        }
    }

    fn transmit(&mut self, command: &[u8], reply: &mut Reply) -> Result<(), LinkFault> {
        self.apdus = self.apdus.saturating_add(1);
        if self.torn {
            return self.tear();
        }
        if self.apdus != self.plan.at_apdu {
            return self.card.transmit(command, reply);
        }
        match self.plan.fault {
            Fault::Link(LinkFault::Torn) => self.tear(),
            Fault::Link(LinkFault::Mute) => Err(LinkFault::Mute),
            Fault::Link(LinkFault::Transmission) => {
                self.card.transmit(command, reply)?;
                reply.clear();
                Err(LinkFault::Transmission)
            }
            Fault::Late(by) => {
                self.card.transmit(command, reply)?;
                reply.delay(reply.after().saturating_add(by));
                Ok(())
            }
            Fault::Status(status) => {
                reply.clear();
                reply.finish(status);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Answers 9000 and counts what reached it.
    #[derive(Default)]
    struct Counting {
        seen: u32,
        powered: bool,
    }

    impl Icc for Counting {
        fn atr(&self) -> &[u8] {
            &[0x3B, 0x00]
        }

        fn power_on(&mut self) -> Result<(), LinkFault> {
            self.powered = true;
            Ok(())
        }

        fn power_off(&mut self) {
            self.powered = false;
        }

        fn reset(&mut self) -> Result<(), LinkFault> {
            Ok(())
        }

        fn transmit(&mut self, _command: &[u8], reply: &mut Reply) -> Result<(), LinkFault> {
            self.seen += 1;
            reply.clear();
            reply.finish(StatusWord::OK);
            Ok(())
        }
    }

    fn faulty(at_apdu: u32, fault: Fault) -> (Faulty<Counting>, Reply) {
        let mut card = Faulty::new(Counting::default(), FaultPlan { at_apdu, fault });
        card.power_on().unwrap();
        (card, Reply::new())
    }

    #[test]
    fn a_torn_card_stays_gone_until_it_is_put_back() {
        let (mut card, mut reply) = faulty(2, Fault::Link(LinkFault::Torn));
        assert_eq!(card.transmit(&[], &mut reply), Ok(()));
        assert_eq!(card.transmit(&[], &mut reply), Err(LinkFault::Torn));
        assert_eq!(card.transmit(&[], &mut reply), Err(LinkFault::Torn));
        assert_eq!(card.reset(), Err(LinkFault::Torn));
        assert_eq!(card.power_on(), Err(LinkFault::Torn));

        let mut card = card.into_inner();
        assert!(
            !card.powered,
            "a card that leaves the field loses its power"
        );
        assert_eq!(card.seen, 1, "the command did not reach the card");
        card.power_on().unwrap();
        assert_eq!(card.transmit(&[], &mut reply), Ok(()));
    }

    #[test]
    fn a_mute_card_answers_the_next_command() {
        let (mut card, mut reply) = faulty(1, Fault::Link(LinkFault::Mute));
        assert_eq!(card.transmit(&[], &mut reply), Err(LinkFault::Mute));
        assert_eq!(card.transmit(&[], &mut reply), Ok(()));
        assert_eq!(card.into_inner().seen, 1);
    }

    #[test]
    fn a_damaged_answer_is_the_answer_to_a_command_that_was_carried_out() {
        let (mut card, mut reply) = faulty(1, Fault::Link(LinkFault::Transmission));
        assert_eq!(card.transmit(&[], &mut reply), Err(LinkFault::Transmission));
        assert!(reply.bytes().is_empty());
        assert_eq!(card.into_inner().seen, 1);
    }

    #[test]
    fn a_late_answer_is_a_right_answer() {
        let (mut card, mut reply) = faulty(1, Fault::Late(Duration::from_secs(2)));
        card.transmit(&[], &mut reply).unwrap();
        assert_eq!(reply.status(), Some(StatusWord::OK));
        assert_eq!(reply.after(), Duration::from_secs(2));
        card.transmit(&[], &mut reply).unwrap();
        assert_eq!(reply.after(), Duration::ZERO);
    }

    #[test]
    fn a_status_word_can_take_the_place_of_an_answer() {
        let (mut card, mut reply) = faulty(1, Fault::Status(StatusWord::NO_DIAGNOSIS));
        card.transmit(&[], &mut reply).unwrap();
        assert_eq!(reply.bytes(), [0x6F, 0x00]);
        assert_eq!(card.into_inner().seen, 0);
    }
}
