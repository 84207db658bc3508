//! What lies on the counter's table: the cards that exist in a cell, and what is planned for the
//! next time that one of them is placed.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::Arc;

use madoguchi_card::{Card, IssueError, Profile, StoredKey};
use madoguchi_fixtures::Issued;
use madoguchi_iso7816::{Icc, LinkFault, Reply, Shared};
use madoguchi_layout::jpki;
use madoguchi_reader::{Plan, PlannedFault};
use madoguchi_scenarios::ReaderFault;

use super::holder::Memory;
use super::recorder::Recorder;
use crate::entropy::{Consumer, seeded};

/// The cards of a cell. A card keeps its counters while it lies on the table.
pub(crate) struct Table {
    cards: BTreeMap<String, (Shared<Card>, Memory)>,
    /// Each for the placing for which it is planned.
    faults: Vec<ReaderFault>,
    placed: u32,
    seed: u64,
    /// Whose card was placed last; before that, whose card the scenario is about.
    holder: String,
    /// What cards say at reset, where it is not their own ATR.
    pub(crate) atr: Option<Vec<u8>>,
}

impl Table {
    /// Issues the cards of these persons. `holder` is whose card the scenario is about; `profile`
    /// is of which kind that one is.
    pub(crate) fn new(
        issued: &[Issued],
        holder: &str,
        profile: Profile,
        faults: Vec<ReaderFault>,
        seed: u64,
    ) -> Result<Self, IssueError> {
        let mut cards = BTreeMap::new();
        for Issued {
            persona,
            card_profile,
            personalization,
            ..
        } in issued
        {
            let entropy = seeded(seed, Consumer::Card);
            let kind = if *persona == holder {
                profile
            } else {
                Profile::named(card_profile).unwrap_or_default()
            };
            let card = Card::new(personalization, kind, entropy)?;
            let memory = Memory::of(personalization);
            cards.insert((*persona).to_owned(), (Shared::new(card), memory));
        }
        Ok(Self {
            cards,
            faults,
            placed: 0,
            seed,
            holder: holder.to_owned(),
            atr: None,
        })
    }

    /// Whose card was placed last.
    pub(crate) fn holder(&self) -> &str {
        &self.holder
    }

    /// What the holder of this card knows by heart.
    pub(crate) fn memory(&self, card: &str) -> Option<&Memory> {
        self.cards.get(card).map(|(_, memory)| memory)
    }

    /// The card of the holder.
    pub(crate) fn card(&self) -> Option<Shared<Card>> {
        self.cards.get(&self.holder).map(|(card, _)| card.clone())
    }

    /// The key behind 利用者証明用電子証明書 of the holder.
    pub(crate) fn authentication_key(&self) -> Option<StoredKey> {
        let (card, _) = self.cards.get(&self.holder)?;
        let card = card.lock();
        card.stored_key(jpki::APPLICATION.aid, jpki::AUTHENTICATION_KEY)
    }

    /// The profile of that person's card, where it is not the usual one.
    pub(crate) fn unusual_profile(&self, id: &str) -> Option<&'static str> {
        let (card, _) = self.cards.get(id)?;
        let profile = *card.lock().profile();
        (profile != Profile::contactless()).then_some(profile.name)
    }

    /// Plans a fault for the next time that a card is placed.
    pub(crate) fn plan_next(&mut self, fault: ReaderFault) {
        let placed = NonZeroU32::MIN.saturating_add(self.placed);
        self.faults.push(ReaderFault { placed, ..fault });
    }

    /// What goes wrong with the placing that has this number.
    fn plan(&self, placed: u32) -> Plan {
        let meant = self
            .faults
            .iter()
            .filter(|fault| fault.placed.get() == placed);
        let planned = |fault: &ReaderFault| PlannedFault {
            at: fault.at,
            what: fault.what,
        };
        Plan {
            seed: self.seed,
            faults: meant.map(planned).collect(),
        }
    }

    /// The card as it will lie on the reader this time, which `recorder` is told; and what will go
    /// wrong.
    pub(crate) fn pick_up(
        &mut self,
        id: &str,
        recorder: &Recorder,
    ) -> Option<(Box<dyn Icc>, Plan)> {
        let (card, _) = self.cards.get(id)?;
        let mut card: Box<dyn Icc> = Box::new(card.clone());
        self.placed += 1;
        id.clone_into(&mut self.holder);
        if let Some(atr) = self.atr.clone() {
            card = Box::new(Dressed { card, atr });
        }
        recorder.lies(Arc::from(id));
        Some((card, self.plan(self.placed)))
    }
}

/// A card that says another ATR than its own.
struct Dressed<I> {
    card: I,
    atr: Vec<u8>,
}

impl<I: Icc> Icc for Dressed<I> {
    fn atr(&self) -> &[u8] {
        &self.atr
    }

    fn power_on(&mut self) -> Result<(), LinkFault> {
        self.card.power_on()
    }

    fn power_off(&mut self) {
        self.card.power_off();
    }

    fn reset(&mut self) -> Result<(), LinkFault> {
        self.card.reset()
    }

    fn transmit(&mut self, command: &[u8], reply: &mut Reply) -> Result<(), LinkFault> {
        self.card.transmit(command, reply)
    }
}
