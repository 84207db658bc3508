//! What must be so before an act can be done at all: no user plugs in a reader that is in, and none
//! who has not logged in is asked for a card. An act that nothing can come of fails every client, so
//! a scenario with one is refused.

mod why;

use madoguchi_notation::{Diagnostic, Located, Tree};

use crate::{
    Act, Device, Fault, Given, Hands, Method, Missed, Operate, Operation, Passcode, WebFault,
};

pub use why::Unmet;

/// The button by which whatever stands on the screen is left.
const CLOSE: &str = "閉じる";

/// How late an answer has to be for somebody to press a button meanwhile.
const NOTICEABLE_MS: u32 = 500;

/// The acts of which nothing can come, each by its place from 0.
#[must_use]
pub fn unmet<'a>(given: &Given, acts: impl IntoIterator<Item = &'a Act>) -> Vec<(usize, Unmet)> {
    let mut counter = Counter::new(given);
    let acts = acts.into_iter().enumerate();
    acts.filter_map(|(at, act)| Some((at, counter.perform(act).err()?)))
        .collect()
}

/// What of the counter decides whether an act can be done. What a fault may have brought about is
/// taken to be possible at any time.
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent things, each there or not"
)]
struct Counter {
    is_mobile: bool,
    is_closed: bool,
    is_in: bool,
    is_plugged: bool,
    is_alone: bool,
    may_unplug_itself: bool,
    is_serving: bool,
    may_stop_itself: bool,
    may_be_held: bool,
    may_lose_card: bool,
    has_rival: bool,
    has_begun: bool,
    pin_is_due: bool,
    has_card: bool,
    has_asked: bool,
    may_be_locked: bool,
    is_locked: bool,
    has_link: bool,
    hands: Hands,
    /// The operations that are answered late, or never, so that somebody waits.
    held: Vec<Operation>,
    /// Whether the act before may have asked one of them.
    may_wait: bool,
}

impl Counter {
    fn new(given: &Given) -> Self {
        let faults = || given.reader.faults.iter().map(|fault| fault.what);
        Self {
            is_mobile: given.device == Device::Mobile,
            is_closed: false,
            is_in: false,
            is_plugged: true,
            is_alone: given.reader.is_alone(),
            may_unplug_itself: faults()
                .any(|fault| matches!(fault, Fault::Unplugged {} | Fault::ReaderFails {})),
            is_serving: true,
            may_stop_itself: faults().any(|fault| matches!(fault, Fault::ServiceStops { .. })),
            may_be_held: faults().any(|fault| matches!(fault, Fault::Rival { .. })),
            may_lose_card: faults().next().is_some(),
            has_rival: false,
            has_begun: false,
            pin_is_due: false,
            has_card: false,
            has_asked: false,
            may_be_locked: false,
            is_locked: false,
            has_link: false,
            hands: Hands::Staff,
            held: given.service.faults.iter().filter_map(held).collect(),
            may_wait: false,
        }
    }

    fn perform(&mut self, act: &Act) -> Result<(), Unmet> {
        let must = |is_so: bool, unmet: Unmet| if is_so { Ok(()) } else { Err(unmet) };
        must(!self.is_closed, Unmet::Closed)?;
        let waits = self.may_wait;
        self.may_wait = self.held.iter().any(|operation| may_ask(act, *operation));
        match act {
            Act::Login(_) => self.is_in = true,
            Act::EnterByLink => {
                must(self.has_link, Unmet::NoLink)?;
                self.is_in = true;
            }
            Act::Operate(operate) => self.has_link |= *operate == Operate::Entrance {},
            Act::InsertCard(_) => {
                must(self.is_plugged, Unmet::ReaderOut)?;
                self.has_card = true;
            }
            Act::PlaceCard(_) => {
                must(self.is_in, Unmet::NobodyIn)?;
                must(!self.is_locked, Unmet::Locked)?;
                must(self.has_begun, Unmet::NotAsked)?;
                must(!self.pin_is_due, Unmet::PinDue)?;
                self.has_card = true;
            }
            Act::AwaitCard(missed) => {
                must(self.is_in, Unmet::NobodyIn)?;
                must(!self.is_locked, Unmet::Locked)?;
                must(self.has_begun, Unmet::NotAsked)?;
                must(!self.pin_is_due, Unmet::PinDue)?;
                must(!self.has_card, Unmet::CardThere)?;
                match missed {
                    Missed::Nobody => {}
                    Missed::Unplugged => {
                        must(self.is_plugged, Unmet::ReaderOut)?;
                        self.is_plugged = false;
                    }
                    Missed::ServiceStopped => {
                        must(self.is_serving, Unmet::ServiceStopped)?;
                        self.is_serving = false;
                    }
                }
            }
            // Who has no card takes none, which does no harm. The next patient's turn is begun anew.
            Act::TakeCard => {
                self.has_card = false;
                self.has_rival = false;
                self.has_begun = false;
                self.pin_is_due = false;
            }
            Act::UnplugReader => {
                must(self.is_plugged, Unmet::ReaderOut)?;
                self.is_plugged = false;
            }
            Act::PlugReader | Act::PlugRenumbered | Act::PlugOther(_) => {
                must(!self.is_plugged || self.may_unplug_itself, Unmet::ReaderIn)?;
                must(self.is_alone || *act == Act::PlugReader, Unmet::OthersThere)?;
                self.is_plugged = true;
            }
            Act::StopService => {
                must(self.is_serving, Unmet::ServiceStopped)?;
                self.is_serving = false;
            }
            Act::StartService => {
                must(!self.is_serving || self.may_stop_itself, Unmet::ServiceRuns)?;
                self.is_serving = true;
            }
            Act::Rival(_) => {
                must(self.has_card, Unmet::NoCard)?;
                must(self.is_plugged, Unmet::ReaderOut)?;
                must(self.is_serving, Unmet::ServiceStopped)?;
                self.has_rival = true;
            }
            Act::RivalLeaves => {
                must(self.has_rival || self.may_be_held, Unmet::NoRival)?;
                self.has_rival = false;
            }
            Act::Close => self.is_closed = true,
            Act::RestartApp(_) => {
                self.is_in = false;
                self.has_begun = false;
                self.pin_is_due = false;
                self.has_asked = false;
                self.may_be_locked = self.is_mobile;
                self.is_locked = false;
                self.hands = Hands::Staff;
            }
            Act::Lock => {
                must(self.is_mobile, Unmet::NotMobile)?;
                must(self.is_in, Unmet::NobodyIn)?;
                self.may_be_locked = true;
                self.is_locked = true;
            }
            Act::HandOver(hands) => {
                must(self.is_mobile, Unmet::NotMobile)?;
                must(*hands != self.hands, Unmet::InThoseHands)?;
                self.hands = *hands;
                self.may_be_locked = true;
            }
            Act::Unlock(passcode) => {
                must(self.may_be_locked, Unmet::NotLocked)?;
                self.is_locked &= *passcode == Passcode::Wrong;
            }
            Act::InquireInBulk(_) | Act::VisitAgain(_) => {
                must(self.is_in, Unmet::NobodyIn)?;
                self.has_asked = true;
            }
            Act::FetchResult => must(self.has_asked, Unmet::NothingAsked)?,
            Act::ChooseMethod(method) => {
                must(self.is_in, Unmet::NobodyIn)?;
                self.has_begun = true;
                self.pin_is_due = *method == Method::Pin;
            }
            Act::Designate(designation) => {
                must(self.is_in, Unmet::NobodyIn)?;
                self.has_begun = true;
                self.pin_is_due = designation.method == Method::Pin;
            }
            Act::EnterPin(_) => {
                must(self.is_in, Unmet::NobodyIn)?;
                must(!self.is_locked, Unmet::Locked)?;
                must(self.has_begun, Unmet::NoCheck)?;
                self.pin_is_due = false;
            }
            Act::SetMethod(_)
            | Act::BrowseHistory(_)
            | Act::AskByNumber(_)
            | Act::SearchEmergency(_) => must(self.is_in, Unmet::NobodyIn)?,
            Act::RecordChanges(change) => must(!change.to.is_usual(), Unmet::NothingFiled)?,
            Act::Press(label) => {
                // Any button may lead to a check but the one that ends it; where the card was lost there
                // may be none to press.
                self.has_begun = label != CLOSE || self.has_begun && self.may_lose_card;
                self.pin_is_due = false;
            }
            Act::PressMeanwhile(_) => {
                must(waits, Unmet::NothingAnswered)?;
                // Once more, while the same answer is waited for.
                self.may_wait = true;
            }
            Act::ReadAloud | Act::Wait(_) | Act::Disk(_) => {}
        }
        Ok(())
    }
}

/// The operation whose answer a fault keeps back for so long that somebody waits.
fn held(fault: &WebFault) -> Option<Operation> {
    match fault {
        WebFault::Delay(delay) => (delay.ms >= NOTICEABLE_MS).then_some(delay.operation),
        WebFault::Silent(struck) => Some(struck.operation),
        _ => None,
    }
}

/// Whether a client may ask this of the service because of an act.
fn may_ask(act: &Act, operation: Operation) -> bool {
    match act {
        Act::Login(_) => matches!(operation, Operation::FirstLogin | Operation::Login),
        Act::EnterByLink => operation == Operation::PatientEntrance,
        Act::PlaceCard(_) | Act::EnterPin(_) => matches!(
            operation,
            Operation::Challenge
                | Operation::EligibilityByCertificate
                | Operation::EligibilityBySignature
                | Operation::InstitutionConsent
                | Operation::Register
        ),
        Act::AskByNumber(_) => operation == Operation::EligibilityByNumber,
        Act::SearchEmergency(_) => operation == Operation::EmergencySearch,
        Act::InquireInBulk(_) => operation == Operation::BulkSubmission,
        Act::FetchResult => operation == Operation::BulkResult,
        Act::VisitAgain(_) => matches!(
            operation,
            Operation::EligibilityByConsent | Operation::BulkByConsent
        ),
        Act::BrowseHistory(_) => operation == Operation::History,
        // Any button may lead to a request.
        Act::Press(_) => true,
        _ => false,
    }
}

/// What a writer is told of acts of which nothing can come.
pub(crate) fn told(tree: &Located<Tree>, given: &Given, acts: &[Located<Act>]) -> Vec<Diagnostic> {
    let Some(Tree::List(steps)) = tree.value("when").map(|when| &**when) else {
        return Vec::new();
    };
    let unmet = unmet(given, acts.iter().map(|act| &**act));
    let told = unmet.into_iter().filter_map(|(at, unmet)| {
        let (word, step) = (acts[at].word(), steps.get(at)?);
        let [why, help] = unmet.texts();
        let told = match unmet {
            Unmet::Closed => Diagnostic::new(
                "after-close",
                format!("{word} は close の後にあります"),
                format!("{word} comes after close"),
            ),
            _ => Diagnostic::new(
                "unmet",
                format!("ここで {word} はできません: {}", why.0),
                format!("{word} cannot be done here: {}", why.1),
            ),
        };
        Some(
            told.at(step.location())
                .label(why.0, why.1)
                .hint(help.0, help.1),
        )
    });
    told.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Catalogue, derived};

    fn of(acts: &str) -> Vec<(usize, Unmet)> {
        with("{ persona: shiken-taro }", acts)
    }

    fn with(given: &str, acts: &str) -> Vec<(usize, Unmet)> {
        let text = format!(
            "purpose: {{ ja: a, en: a }}\nrequirements: []\ngiven: {given}\nwhen: {acts}\n"
        );
        let scenario = crate::Scenario::read("a", "a.yaml", &text).unwrap();
        unmet(&scenario.given, scenario.when.iter().map(|act| &**act))
    }

    #[test]
    fn nothing_comes_of_an_act_whose_time_has_not_come() {
        for (acts, at, why) in [
            ("[enter-pin: right, place-card]", 0, Unmet::NobodyIn),
            ("[login, place-card]", 1, Unmet::NotAsked),
            ("[login, enter-pin: right]", 1, Unmet::NoCheck),
            ("[login, choose-method: pin, place-card]", 2, Unmet::PinDue),
            ("[login, plug-reader]", 1, Unmet::ReaderIn),
            ("[unplug-reader, unplug-reader]", 1, Unmet::ReaderOut),
            ("[start-service]", 0, Unmet::ServiceRuns),
            ("[stop-service, stop-service]", 1, Unmet::ServiceStopped),
            ("[login, rival-leaves]", 1, Unmet::NoRival),
            ("[login, rival: exclusive]", 1, Unmet::NoCard),
            (
                "[insert-card, take-card, rival: connection]",
                2,
                Unmet::NoCard,
            ),
            ("[unplug-reader, insert-card]", 1, Unmet::ReaderOut),
            (
                "[insert-card, login, choose-method: visual, await-card: nobody]",
                3,
                Unmet::CardThere,
            ),
            (
                "[insert-card, stop-service, rival: connection]",
                2,
                Unmet::ServiceStopped,
            ),
            (
                "[login, designate: { care: online, information: agrees }, place-card]",
                2,
                Unmet::PinDue,
            ),
            (
                "[login, choose-method: visual, place-card, take-card, place-card]",
                4,
                Unmet::NotAsked,
            ),
            (
                "[login, choose-method: visual, press: 閉じる, enter-pin: right]",
                3,
                Unmet::NoCheck,
            ),
            ("[enter-by-link]", 0, Unmet::NoLink),
            ("[login, fetch-result]", 1, Unmet::NothingAsked),
            ("[login, lock]", 1, Unmet::NotMobile),
            ("[login, unlock: right]", 1, Unmet::NotLocked),
            (
                "[login, record-changes: { to: {} }]",
                1,
                Unmet::NothingFiled,
            ),
            (
                "[login, restart-app, choose-method: visual]",
                2,
                Unmet::NobodyIn,
            ),
            ("[login, close, take-card]", 2, Unmet::Closed),
            (
                "[login, choose-method: visual, place-card, press-meanwhile: 閉じる]",
                3,
                Unmet::NothingAnswered,
            ),
        ] {
            assert_eq!(of(acts).first(), Some(&(at, why)), "{acts}");
        }
        assert_eq!(of("[login, unplug-reader, plug-reader, close]"), []);
        let by_sight = "designate: { care: online, information: agrees, method: visual }";
        assert_eq!(of(&format!("[login, {by_sight}, place-card]")), []);
    }

    #[test]
    fn who_lost_the_card_may_have_no_button_to_close() {
        let acts = "[login, choose-method: pin, enter-pin: right, place-card, press: 閉じる, enter-pin: right]";
        let lost = "{ persona: shiken-taro, reader: { faults: [{ at: { apdu: 1 }, what: { torn: {} } }] } }";
        assert_eq!(of(acts), [(5, Unmet::NoCheck)]);
        assert_eq!(with(lost, acts), []);
    }

    #[test]
    fn a_button_is_pressed_meanwhile_where_somebody_waits_for_an_answer() {
        let by_eye = "eligibility-by-certificate";
        for (fault, acts, is_possible) in [
            (
                format!("delay: {{ operation: {by_eye}, ms: 800 }}"),
                "press-meanwhile: 閉じる",
                true,
            ),
            (
                format!("silent: {{ operation: {by_eye} }}"),
                "press-meanwhile: 閉じる",
                true,
            ),
            (
                format!("delay: {{ operation: {by_eye}, ms: 800 }}"),
                "press-meanwhile: 閉じる, press-meanwhile: 閉じる",
                true,
            ),
            // nobody notices so short a while
            (
                format!("delay: {{ operation: {by_eye}, ms: 100 }}"),
                "press-meanwhile: 閉じる",
                false,
            ),
            // nothing is asked by this act that is answered late
            (
                "delay: { operation: login, ms: 800 }".to_owned(),
                "press-meanwhile: 閉じる",
                false,
            ),
            (
                format!("delay: {{ operation: {by_eye}, ms: 800 }}"),
                "take-card, press-meanwhile: 閉じる",
                false,
            ),
        ] {
            let given =
                format!("{{ persona: shiken-taro, service: {{ faults: [{{ {fault} }}] }} }}");
            let acts = format!("[login, choose-method: visual, place-card, {acts}]");
            let found = with(&given, &acts);
            assert_eq!(found.is_empty(), is_possible, "{given} {acts}: {found:?}");
        }
    }

    #[test]
    fn everything_that_was_written_or_made_can_be_done() {
        let written = Catalogue::builtin();
        let written = written.entries().iter().map(|entry| entry.read().unwrap());
        let cannot = written.chain(derived()).filter_map(|scenario| {
            let acts = scenario.when.iter().map(|act| &**act);
            let unmet = unmet(&scenario.given, acts);
            (!unmet.is_empty()).then_some((scenario.id, unmet))
        });
        assert_eq!(cannot.collect::<Vec<_>>(), []);
    }
}
