//! A cell while it is put together: the state of the counter, and who does what in which order.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use madoguchi_eligibility::{Method, Operation};
use madoguchi_notation::{Located, Wording};

use super::DERIVED;
use crate::{
    Act, CardGiven, Device, FacilityGiven, FacilityKind, Fault, Given, Hands, Moment, Pin,
    ReaderFault, ReaderGiven, RecordGiven, Scenario, ServiceGiven, TerminalKind, TerminalState,
    Variants, WebFault,
};

/// The patient whom a cell is about where it does not matter who it is.
pub(super) const FIRST: &str = "shiken-taro";
/// The one after, with another name, another insurer and another PIN.
pub(super) const SECOND: &str = "shiken-hanako";

/// Where the counter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// 施術所, with a PC.
    Practice,
    /// The same, with a telephone or tablet.
    Mobile,
    /// 訪問看護, at the patient's home.
    Home,
    /// 医療機関, at its 資格確認端末.
    Institution,
}

/// A scenario that is being made.
pub(super) struct Cell {
    id: String,
    purpose: Wording,
    requirements: Vec<&'static str>,
    pub(super) given: Given,
    when: Vec<Act>,
    /// How often each operation has been asked so far.
    asked: BTreeMap<Operation, u32>,
    /// How many times a card was placed.
    placed: u32,
}

impl Cell {
    /// A counter that works, in front of which this patient is expected.
    pub(super) fn new(id: &str, place: Place, persona: &str, purpose: Wording) -> Self {
        let (kind, terminal) = match place {
            Place::Practice | Place::Mobile => (FacilityKind::Treatment, TerminalKind::Limited),
            Place::Home => (FacilityKind::HomeNursing, TerminalKind::HomeConsent),
            Place::Institution => (FacilityKind::MedicalInstitution, TerminalKind::Institution),
        };
        let given = Given {
            persona: who(persona),
            terminal: TerminalState::Activated,
            device: if place == Place::Mobile {
                Device::Mobile
            } else {
                Device::Pc
            },
            facility: FacilityGiven {
                kind,
                terminal,
                ..FacilityGiven::default()
            },
            consents: Vec::new(),
            method: Method::Visual,
            at: None,
            card: CardGiven::default(),
            record: RecordGiven::default(),
            reader: ReaderGiven::default(),
            patience_ms: None,
            service: ServiceGiven::default(),
        };
        Self {
            id: format!("{DERIVED}{id}"),
            purpose,
            requirements: Vec::new(),
            given,
            when: Vec::new(),
            asked: BTreeMap::new(),
            placed: 0,
        }
    }

    /// What it is meant to decide, beside what is judged everywhere.
    pub(super) fn decides(&mut self, requirements: &[&'static str]) {
        for requirement in requirements {
            if !self.requirements.contains(requirement) {
                self.requirements.push(requirement);
            }
        }
    }

    pub(super) fn act(&mut self, act: Act) {
        self.when.push(act);
    }

    /// Something happens before the act that was told last.
    pub(super) fn before_the_last(&mut self, act: Act) {
        let last = self.when.len().saturating_sub(1);
        self.when.insert(last, act);
    }

    pub(super) fn login(&mut self) {
        self.ask(Operation::Login);
        self.act(Act::Login(None));
    }

    pub(super) fn choose(&mut self, method: Method) {
        self.act(Act::ChooseMethod(method));
    }

    pub(super) fn pin(&mut self, pin: Pin) {
        self.act(Act::EnterPin(pin));
    }

    pub(super) fn press(&mut self, label: &str) {
        self.act(Act::Press(label.to_owned()));
    }

    /// The card is placed when it is asked for.
    pub(super) fn place(&mut self, card: &str) {
        self.placed += 1;
        self.act(Act::PlaceCard(Some(who(card))));
    }

    /// The card is laid there without being asked for.
    pub(super) fn lay(&mut self, card: &str) {
        self.placed += 1;
        self.act(Act::InsertCard(Some(who(card))));
    }

    pub(super) fn take(&mut self) {
        self.act(Act::TakeCard);
    }

    pub(super) fn hand(&mut self, hands: Hands) {
        self.act(Act::HandOver(hands));
    }

    /// A check by eye until its answer.
    pub(super) fn visual(&mut self, card: &str) {
        self.choose(Method::Visual);
        self.place(card);
        self.ask(Operation::EligibilityByCertificate);
    }

    /// A check by PIN until its answer.
    pub(super) fn by_pin(&mut self, card: &str) {
        self.choose(Method::Pin);
        self.pin(Pin::Right);
        self.place(card);
        self.ask(Operation::Challenge);
        self.ask(Operation::EligibilityBySignature);
    }

    /// An operation is asked.
    pub(super) fn ask(&mut self, operation: Operation) {
        *self.asked.entry(operation).or_default() += 1;
    }

    /// How many times the operation will have been asked when it is asked the next time.
    pub(super) fn next(&self, operation: Operation) -> u32 {
        self.asked.get(&operation).copied().unwrap_or_default() + 1
    }

    /// Something goes wrong on the way to the service.
    pub(super) fn mishap(&mut self, fault: WebFault) {
        self.given.service.faults.push(fault);
    }

    /// Something goes wrong with the card that is placed next.
    pub(super) fn card_fault(&mut self, at: Moment, what: Fault) {
        let placed = NonZeroU32::MIN.saturating_add(self.placed);
        let fault = ReaderFault { at, placed, what };
        self.given.reader.faults.push(fault);
    }

    /// The staff go home.
    pub(super) fn end(mut self) -> Scenario {
        self.act(Act::Close);
        let named = self.requirements.into_iter();
        Scenario {
            id: self.id,
            purpose: self.purpose,
            requirements: named.map(|id| Located::new(id.to_owned())).collect(),
            tags: Vec::new(),
            given: self.given,
            when: self.when.into_iter().map(Into::into).collect(),
            then: Vec::new(),
            variants: Variants::default(),
            variant: BTreeMap::new(),
        }
    }
}

pub(super) fn who(persona: &str) -> Located<String> {
    Located::new(persona.to_owned())
}
