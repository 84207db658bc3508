//! A trace as the checks read it: exchanges, card sessions, screens and steps, each with its
//! place in the order of events.

use madoguchi_scenarios::{Method, Operation, Scenario};

use crate::screen;
use crate::trace::{
    CardEvent, ClientEvent, Event, HttpAnswer, HttpRequest, ReaderEvent, Screen, Step, Trace, What,
};

/// 利用者証明用電子証明書 in the trace's spelling.
const AUTHENTICATION_CERTIFICATE: &str = "000A";
/// 利用者証明用電子証明書の暗証番号 in the trace's spelling.
const AUTHENTICATION_PIN: &str = "0018";

/// One case: a trace with an index.
#[derive(Debug)]
pub struct Case<'a> {
    trace: &'a Trace,
    scenario: Option<Scenario>,
    exchanges: Vec<Exchange<'a>>,
    presences: Vec<Presence<'a>>,
    // Each in the order of its places, so that what lies between two places is found without a
    // walk through all of it.
    steps: Vec<(u64, &'a Step)>,
    screens: Vec<(u64, &'a Screen)>,
    apdus: Vec<(u64, &'a CardEvent)>,
}

/// What has its place after `after` and before `before`.
fn between<T>(placed: &[(u64, T)], after: u64, before: u64) -> &[(u64, T)] {
    let placed = &placed[..placed.partition_point(|(at, _)| *at < before)];
    &placed[placed.partition_point(|(at, _)| *at <= after)..]
}

/// A request and what the service said to it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Exchange<'a> {
    /// Place of the request.
    pub(crate) asked: u64,
    pub(crate) request: &'a HttpRequest,
    /// The answer with its place; absent where the trace ends before it.
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
    pub(crate) until: Option<(u64, &'a str)>,
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
    pub(crate) fn received_as(&self, code: &str) -> Option<(u64, &'a HttpAnswer)> {
        self.received()
            .filter(|(_, answer)| answer.decision == code)
    }

    /// The answer, where it reached the client and delivers an eligibility, or that there is none.
    pub(crate) fn delivered(&self) -> Option<(u64, &'a HttpAnswer)> {
        self.received().filter(|(_, answer)| {
            let decision = answer.decision.parse::<madoguchi_eligibility::Decision>();
            decision.is_ok_and(madoguchi_eligibility::Decision::delivers)
        })
    }

    pub(crate) fn field(&self, name: &str) -> Option<&'a str> {
        self.request.fields.get(name).map(String::as_str)
    }
}

impl<'a> Case<'a> {
    /// Indexes a trace.
    #[must_use]
    pub fn new(trace: &'a Trace) -> Self {
        let mut exchanges: Vec<Exchange<'a>> = Vec::new();
        let mut presences: Vec<Presence<'a>> = Vec::new();
        let (mut steps, mut screens, mut apdus) = (Vec::new(), Vec::new(), Vec::new());
        for event in &trace.events {
            match &event.what {
                What::Request(request) => {
                    exchanges.push(Exchange {
                        asked: event.seq,
                        request,
                        answer: None,
                    });
                }
                What::Answer(answer) => {
                    let asked = exchanges
                        .iter_mut()
                        .rev()
                        .find(|exchange| exchange.request.exchange == answer.exchange);
                    if let Some(exchange) = asked {
                        exchange.answer = Some((event.seq, answer));
                    }
                }
                What::Reader(ReaderEvent::Inserted { card, .. }) => {
                    presences.push(Presence {
                        card,
                        from: event.seq,
                        until: None,
                    });
                }
                What::Reader(ReaderEvent::Removed { why }) => {
                    if let Some(last) = presences.last_mut()
                        && last.until.is_none()
                    {
                        last.until = Some((event.seq, why));
                    }
                }
                What::Step(step) => steps.push((event.seq, step)),
                What::Client(ClientEvent::Screen(screen)) => screens.push((event.seq, screen)),
                What::Card(apdu) => apdus.push((event.seq, apdu)),
                _ => {}
            }
        }
        Self {
            trace,
            scenario: trace.scenario(),
            exchanges,
            presences,
            steps,
            screens,
            apdus,
        }
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

    pub(crate) fn exchanges(&self) -> impl DoubleEndedIterator<Item = Exchange<'a>> {
        self.exchanges.iter().copied()
    }

    pub(crate) fn eligibility(&self) -> impl DoubleEndedIterator<Item = Exchange<'a>> {
        self.exchanges().filter(Exchange::asks_eligibility)
    }

    pub(crate) fn presences(&self) -> &[Presence<'a>] {
        &self.presences
    }

    /// The card that lay there last before `seq`.
    pub(crate) fn presence_before(&self, seq: u64) -> Option<Presence<'a>> {
        let later = self.presences.partition_point(|it| it.from < seq);
        self.presences[..later].last().copied()
    }

    /// Place of the first insertion after `seq`.
    pub(crate) fn placed_after(&self, seq: u64) -> Option<u64> {
        let later = self.presences.partition_point(|it| it.from <= seq);
        self.presences.get(later).map(|presence| presence.from)
    }

    /// Where the client was next given a chance to read a card after `seq`: it was asked for one, or
    /// one was laid down.
    pub(crate) fn chance_after(&self, seq: u64) -> Option<u64> {
        let asked = between(&self.steps, seq, u64::MAX)
            .iter()
            .find(|(_, step)| step.action == "place-card")
            .map(|(at, _)| *at);
        asked.into_iter().chain(self.placed_after(seq)).min()
    }

    /// Where something happened around the card.
    pub(crate) fn happenings(&self) -> impl Iterator<Item = (u64, &'a ReaderEvent)> {
        self.events().filter_map(|event| match &event.what {
            What::Reader(event_of_reader) => Some((event.seq, event_of_reader)),
            _ => None,
        })
    }

    /// The commands while one card lay there.
    pub(crate) fn apdus_during(
        &self,
        presence: &Presence<'_>,
    ) -> impl Iterator<Item = (u64, &'a CardEvent)> {
        let next = self.placed_after(presence.from).unwrap_or(u64::MAX);
        between(&self.apdus, presence.from, next).iter().copied()
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

    /// Place of the last event.
    pub(crate) fn end(&self) -> u64 {
        self.trace.events.last().map_or(0, |event| event.seq)
    }

    /// Acts of people, with the harness's own.
    pub(crate) fn steps(&self) -> impl DoubleEndedIterator<Item = (u64, &'a Step)> {
        self.steps.iter().copied()
    }

    /// Place of the first act after `seq`; behind the end where there is none.
    pub(crate) fn next_step(&self, seq: u64) -> u64 {
        let later = between(&self.steps, seq, u64::MAX).first();
        later.map_or(u64::MAX, |(at, _)| *at)
    }

    pub(crate) fn screens(&self) -> impl DoubleEndedIterator<Item = (u64, &'a Screen)> {
        self.screens.iter().copied()
    }

    pub(crate) fn screens_between(
        &self,
        after: u64,
        before: u64,
    ) -> impl DoubleEndedIterator<Item = (u64, &'a Screen)> {
        between(&self.screens, after, before).iter().copied()
    }

    pub(crate) fn apdus(&self) -> impl DoubleEndedIterator<Item = (u64, &'a CardEvent)> {
        self.apdus.iter().copied()
    }

    /// Presentations of any reference: VERIFY with data.
    pub(crate) fn presentations(&self) -> impl DoubleEndedIterator<Item = (u64, &'a CardEvent)> {
        self.apdus()
            .filter(|(_, apdu)| apdu.name == "VERIFY" && apdu.data.is_some())
    }

    /// Presentations of 利用者証明用の暗証番号.
    pub(crate) fn pin_presentations(
        &self,
    ) -> impl DoubleEndedIterator<Item = (u64, &'a CardEvent)> {
        self.presentations()
            .filter(|(_, apdu)| is_authentication_pin(apdu))
    }

    /// The first successful READ BINARY of 利用者証明用電子証明書 of `card` between two places.
    pub(crate) fn certificate_read(
        &self,
        card: Option<&str>,
        after: u64,
        before: u64,
    ) -> Option<u64> {
        between(&self.apdus, after, before)
            .iter()
            .find(|(_, apdu)| {
                apdu.name == "READ BINARY"
                    && apdu.application.as_deref() == Some("jpki")
                    && apdu.file.as_deref() == Some(AUTHENTICATION_CERTIFICATE)
                    && apdu.sw.as_deref() == Some("9000")
                    && card.is_none_or(|card| apdu.card == card)
            })
            .map(|(at, _)| *at)
    }

    /// The way of checking the identity that was in force at `seq`, as the staff chose it; where
    /// no choice was seen, none.
    pub(crate) fn method_at(&self, seq: u64) -> Option<Method> {
        let earlier = &self.steps[..self.steps.partition_point(|(at, _)| *at < seq)];
        earlier.iter().rev().find_map(|(_, step)| chosen(step))
    }

    /// Results on the screen: E-05-A, and 資格確認結果 without a number that offers nothing.
    pub(crate) fn result_screens(&self) -> impl DoubleEndedIterator<Item = (u64, &'a Screen)> {
        self.screens()
            .filter(|(_, screen)| screen::is_result(screen))
    }
}

/// The method that a step chooses, if it chooses one: 認証選択, or the button of that name.
pub(crate) fn chosen(step: &Step) -> Option<Method> {
    let value = step.value.as_deref()?;
    match (step.action.as_str(), value) {
        ("choose-method", name) => name.parse().ok(),
        ("press", screen::VISUAL) => Some(Method::Visual),
        ("press", screen::PIN) => Some(Method::Pin),
        _ => None,
    }
}

/// Whether a card did not find what was to be selected.
pub(crate) fn is_refused_selection(apdu: &CardEvent) -> bool {
    apdu.name == "SELECT" && apdu.sw.as_deref() == Some("6A82")
}

/// Whether the command addresses 利用者証明用の暗証番号.
pub(crate) fn is_authentication_pin(apdu: &CardEvent) -> bool {
    apdu.application.as_deref() == Some("jpki") && apdu.file.as_deref() == Some(AUTHENTICATION_PIN)
}

/// Attempts that a presentation left, as the card said: the x of `63Cx`, 0 where it is locked.
pub(crate) fn attempts_left(apdu: &CardEvent) -> Option<u8> {
    let sw = apdu.sw.as_deref()?;
    match sw {
        "6983" | "6984" => Some(0),
        _ => u8::from_str_radix(sw.strip_prefix("63C")?, 16).ok(),
    }
}
