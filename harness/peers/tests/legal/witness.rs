//! The card, and everything that it was told. Lies in the reader in place of the card, so it sees
//! what arrives and not what was sent.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use madoguchi_card::{Card, State};
use madoguchi_iso7816::{Icc, LinkFault, Reply};

use crate::holder::Holder;
use crate::rules;

/// Something that happened to the card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Deed {
    PowerOn,
    PowerOff,
    Reset,
    /// A command that it carried out, and its answer.
    Command {
        command: Vec<u8>,
        reply: Vec<u8>,
    },
}

/// A handle to the card; clones are the same card.
#[derive(Clone)]
pub(crate) struct Witness {
    seen: Arc<Mutex<Seen>>,
    /// As every card of this profile says it.
    atr: Vec<u8>,
}

struct Seen {
    card: Card,
    state: State,
    deeds: Vec<Deed>,
    /// What no rule allows.
    illegal: Vec<String>,
}

impl Witness {
    pub(crate) fn new(holder: &Holder) -> Self {
        let card = holder.card();
        let atr = card.atr().to_vec();
        let seen = Seen {
            state: card.snapshot(),
            card,
            deeds: Vec::new(),
            illegal: Vec::new(),
        };
        Self {
            seen: Arc::new(Mutex::new(seen)),
            atr,
        }
    }

    /// The commands that were carried out from the nth on, with their answers.
    pub(crate) fn commands_from(&self, nth: usize) -> Vec<(Vec<u8>, Vec<u8>)> {
        let seen = self.seen();
        let commands = seen.deeds.iter().filter_map(|deed| match deed {
            Deed::Command { command, reply } => Some((command.clone(), reply.clone())),
            _ => None,
        });
        commands.skip(nth).collect()
    }

    /// What was illegal, step by step and as a whole.
    pub(crate) fn complaints(&self, holder: &Holder) -> Vec<String> {
        let seen = self.seen();
        let mut complaints = seen.illegal.clone();
        let (state, answers) = replay(holder, &seen.deeds);
        if state != seen.card.snapshot() {
            complaints.push("told once more, the card ends in another state".to_owned());
        }
        for (deed, answer) in seen.deeds.iter().zip(answers) {
            if *deed != answer {
                complaints.push(format!("told once more: {answer:02X?}, not {deed:02X?}"));
            }
        }
        complaints
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A card as it was in the beginning, told the same: its state, and what became of each deed.
fn replay(holder: &Holder, deeds: &[Deed]) -> (State, Vec<Deed>) {
    let mut card = holder.card();
    let mut reply = Reply::new();
    let tell = |deed: &Deed| {
        match deed {
            Deed::PowerOn => card.power_on().unwrap(),
            Deed::PowerOff => card.power_off(),
            Deed::Reset => card.reset().unwrap(),
            Deed::Command { command, .. } => {
                card.transmit(command, &mut reply).unwrap();
                return Deed::Command {
                    command: command.clone(),
                    reply: reply.bytes().to_vec(),
                };
            }
        }
        deed.clone()
    };
    let again = deeds.iter().map(tell).collect();
    (card.snapshot(), again)
}

impl Seen {
    /// Holds the state against the one before.
    fn compare(&mut self, deed: Deed) {
        let state = self.card.snapshot();
        let verdict = match &deed {
            Deed::Command { command, reply } => rules::command(&self.state, &state, command, reply),
            _ => rules::supply(&self.state, &state),
        };
        if let Err(why) = verdict {
            self.illegal.push(format!("{deed:02X?}: {why}"));
        }
        self.state = state;
        self.deeds.push(deed);
    }
}

impl Icc for Witness {
    fn atr(&self) -> &[u8] {
        &self.atr
    }

    fn power_on(&mut self) -> Result<(), LinkFault> {
        let mut seen = self.seen();
        let outcome = seen.card.power_on();
        seen.compare(Deed::PowerOn);
        outcome
    }

    fn power_off(&mut self) {
        let mut seen = self.seen();
        seen.card.power_off();
        seen.compare(Deed::PowerOff);
    }

    fn reset(&mut self) -> Result<(), LinkFault> {
        let mut seen = self.seen();
        let outcome = seen.card.reset();
        seen.compare(Deed::Reset);
        outcome
    }

    fn transmit(&mut self, command: &[u8], reply: &mut Reply) -> Result<(), LinkFault> {
        let mut seen = self.seen();
        // A card without power does nothing, and it cannot be said that it did.
        seen.card.transmit(command, reply)?;
        seen.compare(Deed::Command {
            command: command.to_vec(),
            reply: reply.bytes().to_vec(),
        });
        Ok(())
    }
}

/// The card that a test holds in its hand answers as the witness does.
#[test]
fn a_witness_answers_as_the_card_does_and_repeats_what_it_saw() {
    let holder = Holder::healthy();
    let mut witness = Witness::new(&holder);
    let mut reply = Reply::new();
    let select = b"\x00\xA4\x04\x0C\x0A\xD3\x92\xF0\x00\x26\x01\x00\x00\x00\x01";
    assert_eq!(witness.transmit(select, &mut reply), Err(LinkFault::Mute));
    witness.power_on().unwrap();
    for (command, answer) in [
        (&select[..], b"\x90\x00"),
        (b"\x00\x20\x00\x98\x049999", b"\x63\xC2"),
        (b"\x00\x20\x00\x98", b"\x63\xC2"),
    ] {
        witness.transmit(command, &mut reply).unwrap();
        assert_eq!(reply.bytes(), answer);
    }
    assert_eq!(witness.commands_from(0).len(), 3);
    assert!(witness.complaints(&holder).is_empty());
    // A card that forgets what it was told is found out.
    witness.seen().deeds.remove(2);
    assert!(!witness.complaints(&holder).is_empty());
}
