//! What is done to a cell from outside the scenario: by the operator of a counter that is held open, and by the
//! operators of the service.

use madoguchi_card::State;
use madoguchi_iso7816::Atr;
use madoguchi_reader::{Plan, PlannedFault};
use madoguchi_scenarios::{Operate, ReaderFault};
use madoguchi_terms::Lang;
use madoguchi_trace::{OperatorEvent, Step as Told, Text, What};

use super::World;
use crate::cell::operators::{self, NotDone, Sheet};

impl World {
    /// What the holder of the card and the facility's staff know, by name. For the eyes of the one
    /// who opened the counter; all of it is test data.
    pub(crate) fn credentials(&self, lang: Lang) -> Vec<(String, String)> {
        let table = self.table();
        let memory = table.memory(table.holder());
        let mut known = memory.map(|memory| memory.named(lang)).unwrap_or_default();
        drop(table);
        known.extend(self.staff().credentials(lang));
        known
    }

    /// Lets cards that are placed from now on say another ATR; the one on the reader is placed anew.
    pub(crate) fn dress(&self, atr: Vec<u8>) -> Result<(), String> {
        Atr::parse(&atr).map_err(|error| error.to_string())?;
        let holder = {
            let mut table = self.table();
            table.atr = Some(atr);
            table.holder().to_owned()
        };
        if self.reader.is_occupied() {
            self.take();
            self.place(Some(&holder));
        }
        Ok(())
    }

    /// Plans a fault for the next time that a card is placed.
    pub(crate) fn plan_next(&self, fault: ReaderFault) {
        self.table().plan_next(fault);
    }

    /// Plans what goes wrong with the card that lies there, counted from now, instead of what was
    /// planned before.
    pub(crate) fn plan_now(&self, faults: &[ReaderFault]) -> Result<(), String> {
        let planned = |fault: &ReaderFault| PlannedFault {
            at: fault.at,
            what: fault.what,
        };
        let plan = Plan {
            seed: 0,
            faults: faults.iter().map(planned).collect(),
        };
        self.reader.plan(plan).map_err(|error| error.to_string())
    }

    /// What the card of the holder has kept: counters, PINs, files.
    pub(crate) fn card_state(&self) -> Option<State> {
        let card = self.table().card()?;
        let state = card.lock().snapshot();
        Some(state)
    }

    /// Gives the card of the holder another state. A card that lies there is placed anew.
    pub(crate) fn set_card_state(&self, state: &State) -> Result<(), String> {
        let (card, holder) = {
            let table = self.table();
            (
                table.card().ok_or("this counter has no card")?,
                table.holder().to_owned(),
            )
        };
        let kind = card.lock().profile().name;
        if state.profile() != kind {
            return Err(format!(
                "the saved card is a {}, the card of this counter a {kind}; open the counter with a \
                 scenario that says `card: {{ profile: {} }}`",
                state.profile(),
                state.profile()
            ));
        }
        let occupied = self.is_occupied();
        self.take();
        card.lock()
            .restore(state)
            .map_err(|error| error.to_string())?;
        if occupied {
            self.place(Some(&holder));
        }
        Ok(())
    }

    /// An operator sets something up beside the counter; what the operator's screen says then. The trace
    /// tells what was tried, and what came of it by which rule.
    pub(crate) fn operate(&self, act: &Operate) -> Result<Sheet, NotDone> {
        self.sequencer.tell(What::Step(Told {
            id: 0,
            action: "operate".into(),
            value: Some(act.name().into()),
            line: None,
        }));
        let outcome = self.carry_out(act);
        let deed = operators::deed(act);
        let (rule, basis) = match &outcome {
            Ok(_) => (deed.rule(), deed.basis()),
            Err(why) => (why.rule(), madoguchi_registry::basis(why.rule())),
        };
        self.sequencer.tell(What::Operator(OperatorEvent {
            done: outcome.is_ok(),
            rule: rule.into(),
            basis: basis.iter().copied().map(Text::from).collect(),
        }));
        outcome
    }

    fn carry_out(&self, act: &Operate) -> Result<Sheet, NotDone> {
        let mut staff = self.staff();
        let mut given = staff.clone();
        let now = self.registry.now();
        let sheet = self
            .registry
            .transact(|registry, entropy| {
                operators::operate(act, &mut given, registry, now, entropy)
            })
            .map_err(NotDone::NotStored)?
            .map_err(NotDone::Refused)?;
        self.canaries.add(given.canaries());
        *staff = given;
        Ok(sheet)
    }
}
