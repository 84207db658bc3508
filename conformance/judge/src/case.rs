//! A trace as the checks read it: exchanges, card sessions, screens and steps, each with its
//! place in the order of events.

mod placed;

use madoguchi_eligibility::Decision;
use madoguchi_iso7816::{Instruction, StatusWord};
use madoguchi_layout::{ApplicationId, jpki};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::OnceLock;

use madoguchi_scenarios::{Action, Call, Hands, Method, Operation, ReturnCode, Scenario};
use madoguchi_trace::{
    CardEvent, ClientEvent, Event, Exit, Handshake, HttpAnswer, HttpRequest, ReaderEvent, Removal,
    Screen, Step, Text, Trace, What, Word,
};

use self::placed::Placed;
use crate::screen;
use crate::undone::{self, Undone};
use crate::words::Words;

/// One case: a trace with an index.
#[derive(Debug)]
pub struct Case<'a> {
    trace: &'a Trace,
    told: &'a Trace,
    words: &'a Words,
    scenario: Option<Scenario>,
    exchanges: Placed<Exchange<'a>>,
    eligibility: Placed<Exchange<'a>>,
    presences: Vec<Presence<'a>>,
    happenings: Placed<&'a ReaderEvent>,
    steps: Placed<&'a Step>,
    /// Buttons that were pressed while an answer was waited for. What the act before began goes on.
    meanwhile: Placed<&'a Step>,
    choices: Placed<Method>,
    /// Whether a device was given to the patient, else back to the staff.
    hands: Placed<Hands>,
    screens: Placed<&'a Screen>,
    apdus: Placed<&'a CardEvent>,
    presentations: Placed<&'a CardEvent>,
    certificate_reads: Placed<&'a CardEvent>,
    connections: Placed<()>,
    exits: Placed<&'a Exit>,
    undone: OnceLock<Vec<Undone>>,
}

/// A request and what the service said to it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Exchange<'a> {
    /// Place of the request.
    pub(crate) asked: u64,
    pub(crate) request: &'a HttpRequest,
    /// The answer with its place; absent where the trace ends before it, or the client gave the request up
    /// for a button that was pressed meanwhile.
    pub(crate) answer: Option<(u64, &'a HttpAnswer)>,
}

/// The time during which one card lies on the reader.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Presence<'a> {
    /// Whose card, as persona id.
    pub(crate) card: &'a str,
    /// Place of its insertion.
    pub(crate) from: u64,
    /// Place of its removal, and why; absent where it stayed.
    pub(crate) until: Option<(u64, &'a Word<Removal>)>,
}

impl Presence<'_> {
    /// The place of its removal, where that was the reason.
    pub(crate) fn gone(&self, why: Removal) -> Option<u64> {
        let removed = self.until.filter(|(_, because)| **because == why);
        removed.map(|(place, _)| place)
    }
}

impl<'a> Exchange<'a> {
    pub(crate) fn is(&self, operation: Operation) -> bool {
        self.request.operation.as_deref() == Some(operation.name())
    }

    /// Whether eligibility is asked for, in either way.
    pub(crate) fn asks_eligibility(&self) -> bool {
        self.is(Operation::EligibilityByCertificate) || self.is(Operation::EligibilityBySignature)
    }

    /// The answer, where it reached the client.
    pub(crate) fn received(&self) -> Option<(u64, &'a HttpAnswer)> {
        self.answer.filter(|(_, answer)| answer.arrived())
    }

    /// The answer, where it reached the client and has this result code.
    pub(crate) fn received_as(&self, code: Decision) -> Option<(u64, &'a HttpAnswer)> {
        self.received()
            .filter(|(_, answer)| answer.decision == code)
    }

    /// The answer, where it reached the client and delivers an eligibility, or that there is none.
    pub(crate) fn delivered(&self) -> Option<(u64, &'a HttpAnswer)> {
        self.received().filter(|(_, answer)| {
            let decision = answer.decision.parse::<Decision>();
            decision.is_ok_and(Decision::delivers)
        })
    }

    pub(crate) fn field(&self, name: &str) -> Option<&'a str> {
        self.request.fields.get(name).map(Text::as_str)
    }
}

impl<'a> Case<'a> {
    /// Indexes a trace whose screens are in the words of requirements.
    #[must_use]
    pub fn new(trace: &'a Trace) -> Self {
        Self::told(trace, trace, Words::builtin())
    }

    /// Indexes a trace as it was [read](crate::words), beside itself as it was told.
    pub(crate) fn told(trace: &'a Trace, told: &'a Trace, words: &'a Words) -> Self {
        let mut case = Self {
            trace,
            told,
            words,
            scenario: trace.scenario(),
            exchanges: Placed::default(),
            eligibility: Placed::default(),
            presences: Vec::new(),
            happenings: Placed::default(),
            steps: Placed::default(),
            meanwhile: Placed::default(),
            choices: Placed::default(),
            hands: Placed::default(),
            screens: Placed::default(),
            apdus: Placed::default(),
            presentations: Placed::default(),
            certificate_reads: Placed::default(),
            connections: Placed::default(),
            exits: Placed::default(),
            undone: OnceLock::new(),
        };
        for exchange in exchanges(trace) {
            case.exchanges.push(exchange.asked, exchange);
            if exchange.asks_eligibility() {
                case.eligibility.push(exchange.asked, exchange);
            }
        }
        for event in &trace.events {
            case.place(event);
        }
        case
    }

    fn place(&mut self, event: &'a Event) {
        let at = event.seq;
        match &event.what {
            What::Step(step) if step.action == Action::PressMeanwhile => {
                self.meanwhile.push(at, step)
            }
            What::Step(step) => {
                self.steps.push(at, step);
                if let Some(hands) = handed_to(step) {
                    self.hands.push(at, hands);
                }
                if let Some(method) = chosen(step) {
                    self.choices.push(at, method);
                }
            }
            What::Client(ClientEvent::Screen(screen)) => self.screens.push(at, screen),
            What::Card(apdu) => {
                self.apdus.push(at, apdu);
                if apdu.name == Instruction::VERIFY && apdu.data.is_some() {
                    self.presentations.push(at, apdu);
                }
                if is_certificate_read(apdu) {
                    self.certificate_reads.push(at, apdu);
                }
            }
            What::Reader(event_of_reader) => {
                self.happenings.push(at, event_of_reader);
                match event_of_reader {
                    ReaderEvent::Inserted { card, .. } => self.presences.push(Presence {
                        card,
                        from: at,
                        until: None,
                    }),
                    ReaderEvent::Removed { why } => {
                        if let Some(last) = self.presences.last_mut()
                            && last.until.is_none()
                        {
                            last.until = Some((at, why));
                        }
                    }
                    _ => {}
                }
            }
            What::Pcsc(call) if call.call == Call::Connect && call.rv == ReturnCode::SUCCESS => {
                self.connections.push(at, ());
            }
            What::Exit(exit) => self.exits.push(at, exit),
            _ => {}
        }
    }

    /// Where the client that is there at `at` was started: 0, or where it was started again.
    pub(crate) fn started_before(&self, at: u64) -> u64 {
        self.steps_before(at)
            .find(|(_, step)| step.action == Action::RestartApp)
            .map_or(0, |(at, _)| at)
    }

    /// The scenario that was carried out, if any was.
    #[must_use]
    pub fn scenario(&self) -> Option<&Scenario> {
        self.scenario.as_ref()
    }

    /// The trace.
    #[must_use]
    pub const fn trace(&self) -> &'a Trace {
        self.trace
    }

    /// Whether eligibility is asked by signature where the identity is checked in this way.
    pub(crate) fn is_signed(&self, method: Method) -> bool {
        let rules = self.trace.header.rules.as_ref();
        rules.map_or(method == Method::Pin, |rules| {
            rules
                .signed_methods
                .iter()
                .any(|signed| signed == method.name())
        })
    }

    /// Whether the service takes this way of checking the identity where an institution is designated.
    pub(crate) fn proves_consent(&self, method: &str) -> bool {
        let rules = self.trace.header.rules.as_ref();
        rules.map_or(method == Method::Pin.name(), |rules| {
            rules.consent_methods.iter().any(|proves| proves == method)
        })
    }

    /// The words that are understood on this client's screens.
    pub(crate) const fn words(&self) -> &'a Words {
        self.words
    }

    /// The screen at a place, in the client's own words.
    pub(crate) fn own_screen(&self, at: u64) -> Option<&'a Screen> {
        match &self.told.event(at)?.what {
            What::Client(ClientEvent::Screen(screen)) => Some(screen),
            _ => None,
        }
    }

    /// The title of the screen at a place, in the client's own words.
    pub(crate) fn own_title(&self, at: u64) -> Option<&'a str> {
        self.own_screen(at).map(|screen| screen.title.as_str())
    }

    /// The acts that could not be done, in order.
    pub(crate) fn undone(&self) -> &[Undone] {
        self.undone.get_or_init(|| undone::undone(self))
    }

    /// The act at a place, where it could not be done.
    pub(crate) fn undone_at(&self, at: u64) -> Option<&Undone> {
        let all = self.undone();
        let found = all.binary_search_by_key(&at, |undone| undone.at).ok()?;
        all.get(found)
    }

    pub(crate) fn exchanges(&self) -> impl DoubleEndedIterator<Item = Exchange<'a>> {
        self.exchanges.iter().map(|(_, exchange)| exchange)
    }

    /// The exchanges that were asked for at places in `range`.
    pub(crate) fn exchanges_between(
        &self,
        range: Range<u64>,
    ) -> impl DoubleEndedIterator<Item = Exchange<'a>> {
        self.exchanges.between(range).map(|(_, exchange)| exchange)
    }

    pub(crate) fn eligibility(&self) -> impl DoubleEndedIterator<Item = Exchange<'a>> {
        self.eligibility.iter().map(|(_, exchange)| exchange)
    }

    /// The questions for eligibility at places in `range`.
    pub(crate) fn eligibility_between(
        &self,
        range: Range<u64>,
    ) -> impl DoubleEndedIterator<Item = Exchange<'a>> {
        self.eligibility
            .between(range)
            .map(|(_, exchange)| exchange)
    }

    /// Whether eligibility is asked for after a PIN: by signature, or as this wire has it.
    pub(crate) fn is_by_pin(&self, exchange: &Exchange<'_>) -> bool {
        exchange.is(Operation::EligibilityBySignature)
            || !self.is_signed(Method::Pin)
                && exchange.is(Operation::EligibilityByCertificate)
                && self.method_at(exchange.asked) == Some(Method::Pin)
    }

    /// Place of the first question for eligibility after `seq`.
    pub(crate) fn eligibility_after(&self, seq: u64) -> Option<u64> {
        self.eligibility.after(seq).next().map(|(at, _)| at)
    }

    pub(crate) fn presences(&self) -> &[Presence<'a>] {
        &self.presences
    }

    /// The card that lay there last before `seq`.
    pub(crate) fn presence_before(&self, seq: u64) -> Option<Presence<'a>> {
        let before = self
            .presences
            .partition_point(|presence| presence.from < seq);
        before.checked_sub(1).map(|last| self.presences[last])
    }

    /// The cards that were laid down after `seq`.
    pub(crate) fn presences_after(&self, seq: u64) -> &[Presence<'a>] {
        let until = self
            .presences
            .partition_point(|presence| presence.from <= seq);
        &self.presences[until..]
    }

    /// Place of the first insertion after `seq`.
    pub(crate) fn placed_after(&self, seq: u64) -> Option<u64> {
        self.presences_after(seq)
            .first()
            .map(|presence| presence.from)
    }

    /// Where the client was next given a chance to read a card after `seq`: it was asked for one, or
    /// one was laid down.
    pub(crate) fn chance_after(&self, seq: u64) -> Option<u64> {
        let asked = self
            .steps_after(seq)
            .find(|(_, step)| step.action == Action::PlaceCard)
            .map(|(at, _)| at);
        asked.into_iter().chain(self.placed_after(seq)).min()
    }

    /// Where something happened around the card.
    pub(crate) fn happenings(&self) -> impl Iterator<Item = (u64, &'a ReaderEvent)> {
        self.happenings.iter()
    }

    /// The commands while one card lay there.
    pub(crate) fn apdus_during(
        &self,
        presence: &Presence<'_>,
    ) -> impl Iterator<Item = (u64, &'a CardEvent)> {
        let next = self.placed_after(presence.from).unwrap_or(u64::MAX);
        self.apdus.between(presence.from..next)
    }

    /// Place of the last connection to a card that was made before `seq`; 0 where none was recorded.
    pub(crate) fn connected_before(&self, seq: u64) -> u64 {
        self.connections.last_before(seq).map_or(0, |(at, ())| at)
    }

    /// The first SELECT that a card refused: it lacks an application or a file that was looked for.
    pub(crate) fn refused_selection(
        &self,
        presence: &Presence<'_>,
    ) -> Option<(u64, &'a CardEvent)> {
        self.apdus_during(presence)
            .find(|(_, apdu)| is_refused_selection(apdu))
    }

    pub(crate) fn events(&self) -> impl DoubleEndedIterator<Item = &'a Event> {
        self.trace.events.iter()
    }

    /// The events at places in `range`.
    pub(crate) fn events_between(&self, range: Range<u64>) -> impl Iterator<Item = &'a Event> {
        let events = &self.trace.events;
        let from = events.partition_point(|event| event.seq < range.start);
        events[from..]
            .iter()
            .take_while(move |event| event.seq < range.end)
    }

    /// Whether a connection was begun at a place in `range` of which the handshake failed. The server may have
    /// learned that much later than the client.
    pub(crate) fn fails_to_connect_between(&self, range: Range<u64>) -> bool {
        let begins = |event: &Event| match &event.what {
            What::Tls(tls) if tls.outcome != Handshake::Completed => Some(match tls.began {
                Some(began) => self.place_at(began),
                None => event.seq,
            }),
            _ => None,
        };
        let mut later = self.events_between(range.start..u64::MAX);
        later.any(|event| begins(event).is_some_and(|place| range.contains(&place)))
    }

    /// Place of the last event up to this time, microseconds.
    fn place_at(&self, us: u64) -> u64 {
        let events = &self.trace.events;
        let after = events.partition_point(|event| event.us <= us);
        after.checked_sub(1).map_or(0, |last| events[last].seq)
    }

    /// Place of the last event.
    pub(crate) fn end(&self) -> u64 {
        self.trace.events.last().map_or(0, |event| event.seq)
    }

    /// Ends of the client's process.
    pub(crate) fn exits(&self) -> impl Iterator<Item = (u64, &'a Exit)> {
        self.exits.iter()
    }

    /// Acts of people, with the harness's own.
    pub(crate) fn steps(&self) -> impl DoubleEndedIterator<Item = (u64, &'a Step)> {
        self.steps.iter()
    }

    /// Acts after `seq`.
    pub(crate) fn steps_after(&self, seq: u64) -> impl DoubleEndedIterator<Item = (u64, &'a Step)> {
        self.steps.after(seq)
    }

    /// Acts before `seq`, the last one first.
    pub(crate) fn steps_before(&self, seq: u64) -> impl Iterator<Item = (u64, &'a Step)> {
        self.steps.between(0..seq).rev()
    }

    /// Buttons that were pressed while an answer was waited for, at places in `range`.
    pub(crate) fn pressed_meanwhile(
        &self,
        range: Range<u64>,
    ) -> impl Iterator<Item = (u64, &'a Step)> {
        self.meanwhile.between(range)
    }

    /// How many acts of the scenario were done.
    pub(crate) fn acts_done(&self) -> usize {
        self.steps.iter().count() + self.meanwhile.iter().count()
    }

    /// Place of the last act before `seq`.
    pub(crate) fn last_step(&self, seq: u64) -> Option<u64> {
        self.steps.last_before(seq).map(|(at, _)| at)
    }

    /// Place of the first act after `seq`; behind the end where there is none. That a device goes from
    /// hand to hand is none: what a screen owes may come after it. Nor is it one that a patient takes
    /// the card before giving the device back, or does something with it that is not part of the visit, or
    /// that the device refuses.
    pub(crate) fn next_step(&self, seq: u64) -> u64 {
        let before = self.hands.last_before(seq.saturating_add(1));
        let mut hands = before.map_or(Hands::Staff, |(_, hands)| hands);
        let mut acts = self.steps_after(seq).peekable();
        while let Some((at, step)) = acts.next() {
            hands = handed_to(step).unwrap_or(hands);
            let is_given_back = acts
                .peek()
                .is_some_and(|(_, next)| handed_to(next) == Some(Hands::Staff));
            match step.action.known() {
                Some(Action::HandOver) => {}
                Some(Action::TakeCard) if is_given_back => {}
                Some(
                    Action::Lock
                    | Action::Unlock
                    | Action::ReadAloud
                    | Action::BrowseHistory
                    | Action::SetMethod,
                ) if hands == Hands::Patient => {}
                // what is done around the client has no number
                _ if hands == Hands::Patient
                    && (step.id == 0
                        || self
                            .is_refused(at, acts.peek().map_or(u64::MAX, |(next, _)| *next))) => {}
                _ => return at,
            }
        }
        u64::MAX
    }

    /// Whether the device was in the patient's hands at `seq` and in no other's after it.
    pub(crate) fn stays_with_patient(&self, seq: u64) -> bool {
        let last = self.hands.last_before(u64::MAX);
        last.is_some_and(|(at, hands)| hands == Hands::Patient && at <= seq)
    }

    /// Whether the client said of an act that it cannot be done, and showed nothing new.
    fn is_refused(&self, at: u64, next: u64) -> bool {
        let mut is_refused = false;
        for event in self.events_between(at + 1..next) {
            match &event.what {
                What::Client(ClientEvent::Error { .. }) => is_refused = true,
                What::Client(ClientEvent::Screen(_)) => return false,
                _ => {}
            }
        }
        is_refused
    }

    pub(crate) fn screens(&self) -> impl DoubleEndedIterator<Item = (u64, &'a Screen)> {
        self.screens.iter()
    }

    pub(crate) fn screens_between(
        &self,
        after: u64,
        before: u64,
    ) -> impl DoubleEndedIterator<Item = (u64, &'a Screen)> {
        self.screens.between(after.saturating_add(1)..before)
    }

    pub(crate) fn apdus(&self) -> impl DoubleEndedIterator<Item = (u64, &'a CardEvent)> {
        self.apdus.iter()
    }

    /// The commands at places in `range`.
    pub(crate) fn apdus_between(
        &self,
        range: Range<u64>,
    ) -> impl Iterator<Item = (u64, &'a CardEvent)> {
        self.apdus.between(range)
    }

    /// Presentations of any reference: VERIFY with data.
    pub(crate) fn presentations(&self) -> impl DoubleEndedIterator<Item = (u64, &'a CardEvent)> {
        self.presentations.iter()
    }

    /// Presentations of 利用者証明用の暗証番号.
    pub(crate) fn pin_presentations(
        &self,
    ) -> impl DoubleEndedIterator<Item = (u64, &'a CardEvent)> {
        self.presentations()
            .filter(|(_, apdu)| is_authentication_pin(apdu))
    }

    /// The same at places in `range`.
    pub(crate) fn pin_presentations_between(
        &self,
        range: Range<u64>,
    ) -> impl DoubleEndedIterator<Item = (u64, &'a CardEvent)> {
        let presented = self.presentations.between(range);
        presented.filter(|(_, apdu)| is_authentication_pin(apdu))
    }

    /// The first successful READ BINARY of 利用者証明用電子証明書 of `card` between two places.
    pub(crate) fn certificate_read(
        &self,
        card: Option<&str>,
        after: u64,
        before: u64,
    ) -> Option<u64> {
        self.certificate_reads
            .between(after.saturating_add(1)..before)
            .find(|(_, apdu)| card.is_none_or(|card| apdu.card == card))
            .map(|(at, _)| at)
    }

    /// The successful READ BINARY of 利用者証明用電子証明書 at places in `range`.
    pub(crate) fn certificate_reads_between(
        &self,
        range: Range<u64>,
    ) -> impl Iterator<Item = &'a CardEvent> {
        self.certificate_reads.between(range).map(|(_, apdu)| apdu)
    }

    /// The card whose certificate was read last before `seq`.
    pub(crate) fn card_read_before(&self, seq: u64) -> Option<&'a str> {
        let (_, apdu) = self.certificate_reads.last_before(seq)?;
        Some(&apdu.card)
    }

    /// Where after `seq` the certificate of another card than this was read.
    pub(crate) fn other_card_read(&self, card: &str, after: u64) -> Option<u64> {
        let mut reads = self.certificate_reads.between(after..u64::MAX);
        reads.find(|(_, apdu)| apdu.card != card).map(|(at, _)| at)
    }

    /// The way of checking the identity that was in force at `seq`, as the staff chose it; where
    /// no choice was seen, none.
    pub(crate) fn method_at(&self, seq: u64) -> Option<Method> {
        self.choices.last_before(seq).map(|(_, method)| method)
    }

    /// Where the way of checking the identity was chosen last before `seq`.
    pub(crate) fn choice_before(&self, seq: u64) -> Option<u64> {
        self.choices.last_before(seq).map(|(at, _)| at)
    }

    /// Results on the screen: E-05-A, and 資格確認結果 without a number that offers nothing.
    pub(crate) fn result_screens(&self) -> impl DoubleEndedIterator<Item = (u64, &'a Screen)> {
        self.screens()
            .filter(|(_, screen)| screen::is_result(screen))
    }

    /// The same at places in `range`.
    pub(crate) fn result_screens_between(
        &self,
        range: Range<u64>,
    ) -> impl DoubleEndedIterator<Item = (u64, &'a Screen)> {
        let shown = self.screens.between(range);
        shown.filter(|(_, screen)| screen::is_result(screen))
    }
}

/// Requests in their order, each with its answer.
fn exchanges(trace: &Trace) -> Vec<Exchange<'_>> {
    let mut exchanges: Vec<Exchange<'_>> = Vec::new();
    let mut places: BTreeMap<u32, usize> = BTreeMap::new();
    for event in &trace.events {
        match &event.what {
            What::Request(request) => {
                places.insert(request.exchange, exchanges.len());
                exchanges.push(Exchange {
                    asked: event.seq,
                    request,
                    answer: None,
                });
            }
            What::Answer(answer) => {
                if let Some(place) = places.get(&answer.exchange) {
                    exchanges[*place].answer = Some((event.seq, answer));
                }
            }
            _ => {}
        }
    }
    for exchange in &mut exchanges {
        // Where a login was pressed once more nothing but the start is shown of it.
        let opens = [
            Operation::FirstLogin,
            Operation::Login,
            Operation::PatientEntrance,
        ];
        if !opens.iter().any(|operation| exchange.is(*operation)) {
            exchange.answer = exchange
                .answer
                .filter(|(answered, _)| !is_given_up(trace, exchange.asked, *answered));
        }
    }
    exchanges
}

/// Whether a button was pressed before the answer came, and nothing was shown of it: the client gave the
/// request up, as it may.
fn is_given_up(trace: &Trace, asked: u64, answered: u64) -> bool {
    let is_pressed =
        |what: &What| matches!(what, What::Step(step) if step.action == Action::PressMeanwhile);
    let is_shown = |what: &What| matches!(what, What::Client(ClientEvent::Screen(shown)) if shown.title != screen::CHOICE);
    let place = |seq: u64| trace.events.partition_point(|event| event.seq <= seq);
    let (asked, answered) = (place(asked), place(answered));
    let mut before = trace.events[asked..answered].iter();
    let mut after = trace.events[answered..]
        .iter()
        .take_while(|event| !matches!(event.what, What::Step(_)) || is_pressed(&event.what));
    before.any(|event| is_pressed(&event.what)) && !after.any(|event| is_shown(&event.what))
}

/// Whether 利用者証明用電子証明書 was read with success.
fn is_certificate_read(apdu: &CardEvent) -> bool {
    apdu.name == Instruction::READ_BINARY
        && apdu.addresses(ApplicationId::Jpki, jpki::AUTHENTICATION_CERTIFICATE)
        && apdu.status() == Some(StatusWord::OK)
}

/// The method that a step chooses, if it chooses one: 認証選択, the button of that name, or a
/// designation of an institution, which is proved by the PIN where nothing else was told.
pub(crate) fn chosen(step: &Step) -> Option<Method> {
    let value = step.value.as_deref()?;
    match (step.action.known()?, value) {
        (Action::ChooseMethod, name) => name.parse().ok(),
        (Action::Designate, told) => Some(told_proof(told).unwrap_or(Method::Pin)),
        (Action::Press, screen::VISUAL) => Some(Method::Visual),
        (Action::Press, screen::PIN) => Some(Method::Pin),
        _ => None,
    }
}

/// How a designation was told to be proved; older traces do not say it.
pub(crate) fn told_proof(designation: &str) -> Option<Method> {
    let told: serde_json::Value = serde_json::from_str(designation).ok()?;
    told.get("method")?.as_str()?.parse().ok()
}

/// In whose hands a step gives the device; none where it stays in the same ones.
fn handed_to(step: &Step) -> Option<Hands> {
    let value = (step.action == Action::HandOver).then_some(step.value.as_deref()?)?;
    value.parse().ok()
}

/// Whether a card did not find what was to be selected.
pub(crate) fn is_refused_selection(apdu: &CardEvent) -> bool {
    apdu.name == Instruction::SELECT && apdu.status() == Some(StatusWord::FILE_NOT_FOUND)
}

/// Whether the command addresses 利用者証明用の暗証番号.
pub(crate) fn is_authentication_pin(apdu: &CardEvent) -> bool {
    apdu.addresses(ApplicationId::Jpki, jpki::AUTHENTICATION_PIN)
}

/// Attempts that a presentation left, as the card said: the x of `63Cx`, 0 where it is locked.
pub(crate) fn attempts_left(apdu: &CardEvent) -> Option<u8> {
    let status = apdu.status()?;
    status
        .attempts()
        .or_else(|| status.is_blocked().then_some(0))
}
