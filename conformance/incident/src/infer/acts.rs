//! What people did: at the card as far as the log shows it, at the screens as far as nothing else
//! leads to it.

use std::collections::{BTreeMap, BTreeSet};

use madoguchi_eligibility::{Decision, Operation};
use madoguchi_iso7816::{Instruction, StatusWord};
use madoguchi_layout::jpki;
use madoguchi_scenarios::ReturnCode;
use madoguchi_trace::{ReaderEvent, What};

use super::errand::{self, Errand};
use super::persona::{self, by_answer, by_decision, by_holder};
use super::presence::{Day, End, Exchange, Presence};
use super::taken::taken_over;
use super::web::Asked;
use crate::draft::{Draft, Origin, Written};
use crate::patterns::Done;
use crate::redact::{Aside, Seen};

pub(super) fn infer(app: &[&Seen], day: &Day<'_>, asked: &[Asked<'_>], draft: &mut Draft) {
    let is_step = |one: &&&Seen| matches!(one.what, Some(What::Step(_)));
    if app.iter().any(|one| is_step(&one)) {
        for one in app {
            if let Some(What::Step(step)) = &one.what {
                taken_over(one, step, draft);
            }
        }
        return;
    }
    let mut counter = Counter {
        app,
        asked,
        day,
        draft,
        is_one_person: false,
        is_reader_gone: false,
        is_service_gone: false,
        set_right: None,
    };
    counter.one_person();
    counter.absent();
    counter.login();
    if day.presences.is_empty() {
        counter.without_card();
    } else {
        counter.with_cards();
    }
    let close = match day.left {
        Some(left) => Written::implied("close", Origin::of(left)),
        None => Written::filled_in("close"),
    };
    counter.draft.acts.push(close);
    told_by_app(app, draft);
}

/// What an app's own log tells of people. Of a kind that it tells, what was inferred gives way to it: the log
/// has all of them or none. Everything else stays where it was in time.
fn told_by_app(app: &[&Seen], draft: &mut Draft) {
    let told = app.iter().filter_map(|seen| match &seen.aside {
        Aside::Act(act) => Some((*seen, act)),
        _ => None,
    });
    let told: Vec<(&Seen, &Done)> = told.collect();
    if told.is_empty() {
        return;
    }
    let kinds: BTreeSet<&str> = told.iter().map(|(_, act)| act.word.as_str()).collect();
    let when: BTreeMap<Origin, u64> = app.iter().map(|seen| (Origin::of(seen), seen.us)).collect();
    let mut latest = 0;
    let mut acts: Vec<(u64, Written)> = Vec::new();
    for act in std::mem::take(&mut draft.acts) {
        let at = act.from.as_ref().and_then(|from| when.get(from));
        // what is filled in follows what it stands behind
        latest = at.copied().unwrap_or(latest).max(latest);
        let is_last = act.text == "close";
        let word = act.text.split(':').next().unwrap_or_default();
        if !kinds.contains(word) {
            acts.push((if is_last { u64::MAX } else { latest }, act));
        }
    }
    let of_app = told.into_iter();
    acts.extend(of_app.map(|(seen, act)| (seen.us, Written::read(&act.text, Origin::of(seen)))));
    acts.sort_by_key(|(us, act)| (*us, is_by_card(act)));
    draft.acts = acts.into_iter().map(|(_, act)| act).collect();
}

/// What is pressed comes before the card that it asks for.
fn is_by_card(act: &Written) -> bool {
    act.text.starts_with("place-card")
}

struct Counter<'a, 'd> {
    app: &'a [&'a Seen],
    asked: &'a [Asked<'a>],
    day: &'a Day<'a>,
    draft: &'d mut Draft,
    /// Whether every card is that of the scenario's person.
    is_one_person: bool,
    is_reader_gone: bool,
    is_service_gone: bool,
    /// What has to be set right when the card is taken.
    set_right: Option<&'static str>,
}

impl Counter<'_, '_> {
    fn act(&mut self, written: Written) {
        self.draft.acts.push(written);
    }

    /// A reader that was not there when the program looked for the first time.
    fn absent(&mut self) {
        let is_first = |one: &&&Seen| matches!(one.what, Some(What::Reader(_) | What::Card(_)));
        let first = self.app.iter().find(is_first);
        if let Some(seen) = first
            && matches!(seen.what, Some(What::Reader(ReaderEvent::Unplugged {})))
        {
            self.is_reader_gone = true;
            self.act(Written::read("unplug-reader", Origin::of(seen)));
        }
    }

    fn login(&mut self) {
        let of = |operation| {
            self.asked
                .iter()
                .find(move |one| one.operation == Some(operation))
        };
        let first = of(Operation::FirstLogin);
        if let Some(first) = first {
            let from = Origin::of(first.seen);
            // a client that activates what was activated before asks for the same
            let of = ["fresh", "activated"];
            let fresh = Written::one_of("terminal: fresh", &of, from);
            self.draft.given.push(fresh);
        } else if of(Operation::Login).is_none() {
            let activated = Written::filled_in("terminal: activated");
            self.draft.given.push(activated);
        }
        self.code(first);
        let login = match first.or_else(|| of(Operation::Login)) {
            Some(one) if one.decision() == Some(Decision::PasswordWrong) => {
                Written::implied("login: wrong-password", Origin::of(one.seen))
            }
            Some(one) => Written::implied("login", Origin::of(one.seen)),
            None => Written::filled_in("login"),
        };
        self.act(login);
        self.refused_logins();
        let is_login = |one: &&Asked<'_>| {
            let operation = one.operation;
            matches!(operation, Some(Operation::FirstLogin | Operation::Login))
        };
        let logins = self.asked.iter().filter(is_login);
        // those that follow each other until one succeeds
        let mut failed = logins.skip_while(|one| !one.has_failed());
        let mut before = failed.next();
        while before.is_some_and(Asked::has_failed) {
            before = failed.next();
            self.act(before.map_or_else(|| Written::filled_in(AGAIN), again));
        }
    }

    /// What is done about an activation code before anybody logs in, where the service says that it is new or used.
    fn code(&mut self, first: Option<&Asked<'_>>) {
        let Some((first, said)) = first.and_then(|first| Some((first, first.decision()?))) else {
            return;
        };
        let from = Origin::of(first.seen);
        let facility = match said {
            Decision::CodeNotReady => "facility: { kind: medical-institution }",
            Decision::CodeUsed => "facility: { kind: medical-institution, code-used: true }",
            _ => return,
        };
        self.draft.given.push(Written::implied(facility, from));
        if said == Decision::CodeNotReady {
            self.act(Written::implied(NEW_CODE, from));
        }
    }

    /// The logins that the service refused, until one succeeds: what has to be done first, and once more. Where the
    /// log ends with a refusal, people would do that.
    fn refused_logins(&mut self) {
        let mut logins = self.asked.iter().filter(|one| is_login(one));
        while let Some(one) = logins.next() {
            let Some(said) = one.decision().filter(|said| *said != Decision::Ok) else {
                break;
            };
            let from = Origin::of(one.seen);
            let needs: &[&str] = match said {
                Decision::CodeNotReady => &["wait: 11min"],
                Decision::CodeUsed | Decision::CodeInvalid => &[NEW_CODE, "wait: 11min"],
                Decision::PasswordWrong => &[],
                _ => break,
            };
            for act in needs {
                self.act(Written::implied(*act, from));
            }
            let next = logins.clone().next();
            self.act(match next {
                Some(next) => Written::implied("login", Origin::of(next.seen)),
                None => Written::filled_in("login"),
            });
        }
    }

    /// When the service let somebody in for the first time; later logins are acts of their own.
    fn let_in(&self) -> u64 {
        let mut logins = self.asked.iter().filter(|one| is_login(one));
        let first = logins.find(|one| one.decision() == Some(Decision::Ok));
        first.map_or(u64::MAX, |one| one.seen.us)
    }

    /// Somebody logs in once more: the service ended the session, or the app was started anew. Of a terminal that is
    /// activated again, both.
    fn login_again(&mut self, one: &Asked<'_>) {
        let from = Origin::of(one.seen);
        let of = ["login", "restart-app: killed + login"];
        self.act(Written::one_of("login", &of, from));
    }

    /// What the service was like during a visit, where it says that it could not answer then. Whether it has to be
    /// set right afterwards.
    fn service_was(&mut self, at: usize, presence: &Presence<'_>) -> Option<&'static str> {
        let until = self.until(at);
        let during = |one: &&Asked<'_>| (presence.from_us..=until).contains(&one.seen.us);
        let asked = self
            .asked
            .iter()
            .filter(during)
            .filter(|one| !is_login(one));
        let mut said = asked.filter_map(|one| Some((one, one.decision()?)));
        let (one, [before, after]) = said.find_map(|(one, said)| {
            let acts = match said {
                Decision::FunctionOff => [
                    "operate: { function: { on: false } }",
                    "operate: { function: { on: true } }",
                ],
                Decision::Busy => [
                    "operate: { service: { state: busy } }",
                    "operate: { service: { state: running } }",
                ],
                Decision::Outage => [
                    "operate: { service: { state: outage } }",
                    "operate: { service: { state: running } }",
                ],
                Decision::SessionInvalid => ["wait: 9h", ""],
                _ => return None,
            };
            Some((one, acts))
        })?;
        let from = Origin::of(one.seen);
        if before.contains("function") {
            let given = &mut self.draft.given;
            if !given.iter().any(|line| line.text.starts_with("facility:")) {
                let facility = "facility: { kind: medical-institution }";
                given.push(Written::implied(facility, from));
            }
        }
        if !self.draft.acts.iter().any(|act| act.text == before) {
            self.act(Written::implied(before, from));
        }
        (!after.is_empty()).then_some(after)
    }

    /// Whether all cards are of one kind that was described.
    fn one_person(&mut self) {
        let present = self.day.presences.iter().enumerate();
        let used = present.filter(|(_, presence)| !presence.exchanges.is_empty());
        let personas: Vec<Option<Written>> = used
            .map(|(at, presence)| self.persona(at, presence))
            .collect();
        let mut texts = personas.iter().map(|one| one.as_ref().map(|one| &one.text));
        let first = texts.next().flatten();
        if first.is_some() && texts.all(|text| text == first) {
            self.is_one_person = true;
            let persona = personas.into_iter().flatten().next();
            self.draft.persona = persona.unwrap_or(self.draft.persona.clone());
        }
    }

    /// The client began anew with the same card: after a failure it was asked for once more; a
    /// certificate that is read again was asked for by something that no card shows.
    fn asked_again(&mut self, presence: &Presence<'_>, place: &str) {
        let attempts: Vec<&[Exchange<'_>]> = presence.attempts().collect();
        for (attempt, next) in attempts.iter().zip(attempts.iter().skip(1)) {
            let Some(last) = attempt
                .last()
                .filter(|_| !attempt.iter().any(Exchange::presents))
            else {
                continue;
            };
            let from = Origin::of(last.seen);
            let is_refused = last.is(Instruction::SELECT) && last.sw() != Some(StatusWord::OK);
            let is_broken = |sw: StatusWord| sw.to_bytes()[0] == 0x6F;
            if !last.is_answered() || is_refused || last.sw().is_some_and(is_broken) {
                let of = ["asked for again", "tried again by the program itself"];
                self.act(Written::one_of(place.to_owned(), &of, from));
            } else if attempt.iter().any(Exchange::reads_certificate) && !self.registers(last, next)
            {
                self.draft.leave(
                    last.seen,
                    "同じカードの証明書が、このあともう一度読まれた。画面で何をしたかは記録にない",
                    "after this the certificate of the same card was read again; what was pressed is not in the log",
                );
            }
        }
    }

    /// Whether what was asked of the service between two times that a card was read is a step of its registration,
    /// which the presses of the draft say.
    fn registers(&self, last: &Exchange<'_>, next: &[Exchange<'_>]) -> bool {
        let until = next.first().map_or(u64::MAX, |first| first.seen.us);
        let mut between = self.asked.iter();
        between.any(|one| {
            let is_step = matches!(
                one.operation,
                Some(
                    Operation::RegistrationTerms
                        | Operation::RegistrationConsent
                        | Operation::Register
                )
            );
            is_step && (last.seen.us..=until).contains(&one.seen.us)
        })
    }

    fn with_cards(&mut self) {
        let mut is_open = false;
        for (presence, at) in self.day.presences.iter().zip(0..) {
            self.between(at);
            self.back(presence);
            let is_idle = presence.exchanges.is_empty() && presence.calls.is_empty();
            let left = self.day.left.map(|left| left.us);
            if is_idle && left.is_some_and(|left| left <= presence.from_us) {
                break; // no patient is there any more whom it could concern
            }
            if is_idle {
                self.act(Written::implied("insert-card", Origin::of(presence.first)));
            } else {
                self.visit(at, presence, is_open);
                is_open = !presence.is_finished() && !presence.has_hung();
            }
            self.end(at, presence);
        }
        self.between(self.day.presences.len());
    }

    /// What was asked of the service while no card lay there.
    fn errands(&mut self, before: usize) {
        let since = before.checked_sub(1).map(|at| &self.day.presences[at]);
        let since = since.map_or(0, |one| one.until.unwrap_or(one.from_us));
        let until = self.day.presences.get(before);
        let until = until.map_or(u64::MAX, |one| one.from_us);
        let asked = self.asked;
        let during = asked
            .iter()
            .filter(|one| (since..until).contains(&one.seen.us));
        let let_in = self.let_in();
        for one in during {
            if is_login(one) && one.seen.us > let_in {
                self.login_again(one);
            }
            if let Some(errand) = one.operation.and_then(errand::of) {
                self.errand(&errand, one);
            }
        }
    }

    fn errand(&mut self, errand: &Errand, one: &Asked<'_>) {
        let from = Origin::of(one.seen);
        self.facility(errand, from);
        let is_begun = |act: &Written| act.text.starts_with("inquire-in-bulk");
        if is_begun(&Written::implied(errand.act, from)) && self.draft.acts.iter().any(is_begun) {
            self.act(Written::filled_in(CLOSE));
        }
        self.act(Self::led_to(errand, from));
        if errand.closes {
            self.act(Written::filled_in(CLOSE));
        }
    }

    fn led_to(errand: &Errand, from: Origin) -> Written {
        if errand.or.is_empty() {
            return Written::implied(errand.act, from);
        }
        let of: Vec<&str> = std::iter::once(errand.act)
            .chain(errand.or.iter().copied())
            .collect();
        Written::one_of(errand.act, &of, from)
    }

    /// Where that can be done.
    fn facility(&mut self, errand: &Errand, from: Origin) {
        let given = &mut self.draft.given;
        let has = given.iter().any(|line| line.text.starts_with("facility:"));
        if let Some(facility) = errand.facility.filter(|_| !has) {
            given.push(Written::implied(facility, from));
        }
    }

    /// What happened while no card lay there.
    fn between(&mut self, before: usize) {
        self.errands(before);
        let events = self.day.between.iter().filter(|(at, _)| *at == before);
        for (_, seen) in events {
            let Some(What::Reader(event)) = &seen.what else {
                continue;
            };
            let word = match event {
                ReaderEvent::Unplugged {} if !self.is_reader_gone => {
                    self.is_reader_gone = true;
                    "unplug-reader"
                }
                ReaderEvent::ServiceStopped {} if !self.is_service_gone => {
                    self.is_service_gone = true;
                    "stop-service"
                }
                ReaderEvent::ServiceStarted {} if self.is_service_gone => {
                    self.is_service_gone = false;
                    "start-service"
                }
                _ => continue,
            };
            self.draft.acts.push(Written::read(word, Origin::of(seen)));
        }
    }

    /// A card can be laid down only where there is a reader and a service.
    fn back(&mut self, presence: &Presence<'_>) {
        let from = Origin::of(presence.first);
        if std::mem::take(&mut self.is_reader_gone) {
            self.act(Written::implied("plug-reader", from));
        }
        if std::mem::take(&mut self.is_service_gone) {
            self.act(Written::implied("start-service", from));
        }
    }

    fn visit(&mut self, at: usize, presence: &Presence<'_>, is_going_on: bool) {
        let pins: Vec<Exchange<'_>> = presence
            .exchanges
            .iter()
            .copied()
            .filter(presents_own)
            .collect();
        let afterwards = self.service_was(at, presence);
        if !is_going_on {
            self.choose(at, presence);
        }
        let mut pins = pins.into_iter();
        if let Some(first) = pins.next() {
            self.act(pin(&first, is_going_on));
        }
        let persona = self.persona(at, presence).filter(|_| !self.is_one_person);
        let text = match &persona {
            Some(persona) => format!("place-card: {}", persona.text),
            None => "place-card".to_owned(),
        };
        let from = Origin::of(presence.first);
        let mut place = if presence.is_read {
            Written::read(text.clone(), from)
        } else {
            Written::implied(text.clone(), from)
        };
        if let Some(persona) = persona {
            place.mark = persona.mark;
        }
        self.act(place);
        self.asked_again(presence, &text);
        self.wait_for_rival(presence);
        for again in pins {
            self.act(pin(&again, false));
        }
        self.by_eye_after_lock(presence);
        // what is asked for again is so because it can be answered by then
        let is_busy = afterwards.is_some_and(|act| act.contains("service"));
        if let Some(act) = afterwards.filter(|_| is_busy) {
            self.act(Written::filled_in(act));
            self.act(Written::filled_in(AGAIN));
        }
        self.asked_beyond(at, presence);
        if let Some(act) = afterwards.filter(|_| !is_busy) {
            self.set_right = Some(act);
        }
    }

    /// Which way of checking the identity.
    fn choose(&mut self, at: usize, presence: &Presence<'_>) {
        let going_on = self.day.presences[at..]
            .iter()
            .scan(true, |goes_on, presence| {
                let is_of_visit = *goes_on;
                *goes_on = !presence.is_finished();
                is_of_visit.then_some(presence)
            });
        let mut exchanges = going_on.flat_map(|presence| presence.exchanges.iter());
        let verify = exchanges.find(|one| presents_own(one)).map(|one| one.seen);
        let during = |seen: &Seen| (presence.from_us..=self.until(at)).contains(&seen.us);
        let signed = self.asked.iter().find(|one| {
            let operation = one.operation;
            let is_signed = operation == Some(Operation::EligibilityBySignature);
            is_signed && during(one.seen)
        });
        let unlogged = self
            .app
            .iter()
            .find(|one| one.aside == Aside::Unlogged && during(one));
        let mut designated = self.asked.iter().filter(|one| during(one.seen));
        let is_by_pin = verify.is_some();
        let designated =
            designated.find_map(|one| Some((one, errand::with_card(one.operation?, is_by_pin)?)));
        if let Some((one, errand)) = designated {
            let from = Origin::of(one.seen);
            self.facility(&errand, from);
            self.act(Self::led_to(&errand, from));
            return;
        }
        let pin = verify.or(signed.map(|one| one.seen)).or(unlogged.copied());
        let act = match pin {
            // of a PIN that was there before, the program may have made use by itself
            Some(seen) if signed.is_none() => {
                let of = ["pin", "visual"];
                Written::one_of("choose-method: pin", &of, Origin::of(seen))
            }
            Some(seen) => Written::implied("choose-method: pin", Origin::of(seen)),
            None => Written::implied("choose-method: visual", Origin::of(presence.first)),
        };
        self.act(act);
        if let (None, None, Some(unlogged)) = (verify, signed, unlogged) {
            self.act(Written::filled_in("enter-pin: right"));
            self.draft.leave(
                unlogged,
                "この水準の記録は VERIFY を省く。暗証番号の照合があったが、結果は記録にない",
                "a log of this level leaves VERIFY out: a PIN was presented here, what came of it is not in it",
            );
        }
    }

    /// Until when a presence lasts, or what belongs to it.
    fn until(&self, at: usize) -> u64 {
        let next = self.day.presences.get(at + 1);
        next.map_or(u64::MAX, |next| next.from_us)
    }

    /// Who it is, by what card and service said, of this card or of another time that its holder came.
    fn persona(&self, at: usize, presence: &Presence<'_>) -> Option<Written> {
        persona::of_card(presence).or_else(|| {
            let holder = presence.holder();
            let all = self.day.presences.iter().enumerate();
            let of_holder = all
                .filter(|(other, one)| *other == at || holder.is_some() && one.holder() == holder);
            let told = of_holder.map(|(other, one)| (one.from_us, self.until(other)));
            let told: Vec<(u64, u64)> = told.collect();
            let is_during = |one: &&Asked<'_>| {
                let us = one.seen.us;
                told.iter()
                    .any(|(from, until)| (*from..=*until).contains(&us))
            };
            let during = || self.asked.iter().filter(is_during);
            let by_service = during().find_map(by_decision);
            by_service
                .or_else(|| during().find_map(by_answer))
                .or_else(|| by_holder(holder?, Origin::of(presence.first)))
        })
    }

    /// Refused while another program had the card, and let in later: asked again.
    fn wait_for_rival(&mut self, presence: &Presence<'_>) {
        if let Some(seen) = refused(presence).filter(|_| !presence.exchanges.is_empty()) {
            let from = Origin::of(seen);
            self.act(Written::implied("wait: 1min", from));
            self.act(Written::implied("place-card", from));
        }
    }

    /// After the last attempt the certificate is read all the same: the staff chose the check by eye.
    fn by_eye_after_lock(&mut self, presence: &Presence<'_>) {
        let exchanges = &presence.exchanges;
        let is_lock = |one: &Exchange<'_>| {
            one.apdu.name == Instruction::VERIFY
                && one
                    .sw()
                    .is_some_and(|sw| sw.is_blocked() || sw.attempts() == Some(0))
        };
        let Some(locked) = exchanges.iter().rposition(is_lock) else {
            return;
        };
        let read = exchanges[locked..].iter().find(|one| {
            one.is(Instruction::READ_BINARY)
                && one.apdu.file_id() == Some(jpki::AUTHENTICATION_CERTIFICATE)
        });
        if let Some(read) = read {
            let from = Origin::of(read.seen);
            self.act(Written::implied("press: 目視確認", from));
        }
    }

    /// What was asked of the service beyond the check itself, by what leads to it. The same asked again after it had
    /// failed; where the log ends with that, people would ask again.
    fn asked_beyond(&mut self, at: usize, presence: &Presence<'_>) {
        let until = self.until(at);
        let during = self
            .asked
            .iter()
            .filter(|one| (presence.from_us..=until).contains(&one.seen.us));
        let mut last: Option<&Asked<'_>> = None;
        let mut is_checked = false;
        let mut is_consent_due = None;
        let mut has_agreed = false;
        for one in during {
            let implied = |text| Written::implied(text, Origin::of(one.seen));
            let is_again =
                last.is_some_and(|last| last.has_failed() && last.operation == one.operation);
            let is_registered = last.is_some_and(|last| {
                last.operation == Some(Operation::Register) && !last.has_failed()
            });
            let act = match one.operation {
                Some(
                    Operation::RegistrationTerms
                    | Operation::RegistrationConsent
                    | Operation::Register,
                ) if is_again => again(one),
                Some(Operation::RegistrationTerms) => {
                    is_consent_due = Some(one);
                    implied("press: 健康保険証利用登録する")
                }
                Some(Operation::RegistrationConsent) => {
                    is_consent_due = None;
                    has_agreed = true;
                    implied("press: 同意する")
                }
                Some(Operation::Register) => {
                    // without it nobody gets there
                    if is_consent_due.take().is_some() {
                        self.act(Written::filled_in("press: 同意する"));
                    }
                    implied(READ_CARD)
                }
                _ if !one.is_eligibility() => continue,
                _ if is_registered => implied(CHECK_AGAIN),
                _ if std::mem::replace(&mut is_checked, true) => again(one),
                _ => {
                    last = Some(one);
                    continue;
                }
            };
            last = Some(one);
            has_agreed &= one.operation != Some(Operation::Register);
            self.act(act);
        }
        // registered, and what that came to was not asked for; agreed, and not registered
        let is_registered = last
            .is_some_and(|last| last.operation == Some(Operation::Register) && !last.has_failed());
        if is_registered {
            self.act(Written::filled_in(CHECK_AGAIN));
        } else if has_agreed {
            self.act(Written::filled_in(READ_CARD));
        }
        let designated = self.asked.iter().find(|one| {
            let is_during = (presence.from_us..=until).contains(&one.seen.us);
            is_during && one.operation == Some(Operation::InstitutionConsent)
        });
        if designated.is_some_and(|one| !one.has_failed()) {
            self.act(Written::filled_in(CLOSE));
        }
        let is_last = at + 1 == self.day.presences.len();
        if is_last && last.is_some_and(Asked::has_failed) {
            self.act(Written::filled_in(AGAIN));
        } else if let Some(terms) = is_consent_due.filter(|terms| !terms.has_failed()) {
            // who agrees may be registered without another request
            let agrees = format!("press: 同意する + {READ_CARD} + {CHECK_AGAIN}");
            let of = ["press: 同意しない", &agrees];
            let from = Origin::of(terms.seen);
            self.act(Written::one_of("press: 同意しない", &of, from));
        }
    }

    fn end(&mut self, at: usize, presence: &Presence<'_>) {
        let is_last = at + 1 == self.day.presences.len();
        let is_whole = !presence.is_broken_off();
        if presence.lost_reader() {
            self.is_reader_gone = true;
        } else {
            match presence.end {
                End::Taken(seen) if is_whole => {
                    let from = Origin::of(seen);
                    self.act(match seen.aside {
                        Aside::Supposed => Written::implied("take-card", from),
                        _ => Written::read("take-card", from),
                    });
                }
                End::Taken(_) => {}
                End::Unplugged(seen) | End::Failed(seen) => {
                    self.is_reader_gone = true;
                    if is_whole {
                        self.act(Written::read("unplug-reader", Origin::of(seen)));
                    }
                }
                End::ServiceStopped(seen) => {
                    self.is_service_gone = true;
                    if is_whole {
                        self.act(Written::read("stop-service", Origin::of(seen)));
                    }
                }
                End::Open if !is_whole => {}
                End::Open if is_last => {
                    if presence.is_finished() {
                        self.act(Written::filled_in("take-card"));
                    }
                }
                End::Open => self.act(Written::implied("take-card", Origin::of(presence.first))),
            }
        }
        if let Some(act) = self.set_right.take() {
            self.act(Written::filled_in(act));
            if is_last {
                self.plain_visit();
            }
        }
        if is_last {
            self.afterwards(presence);
        }
    }

    /// A log that ends with something that went wrong says nothing of what people did then: what was gone comes
    /// back, and the card is tried once more. A program that cannot go on is seen by that.
    fn afterwards(&mut self, presence: &Presence<'_>) {
        let was_gone = self.is_reader_gone || self.is_service_gone;
        if std::mem::take(&mut self.is_reader_gone) {
            self.act(Written::filled_in("plug-reader"));
        }
        if std::mem::take(&mut self.is_service_gone) {
            self.act(Written::filled_in("start-service"));
        }
        let is_refused = presence.exchanges.is_empty() && refused(presence).is_some();
        if is_refused {
            self.act(Written::filled_in("wait: 1min"));
        }
        let is_whole = !presence.is_broken_off() && !presence.lost_reader();
        if was_gone && is_whole {
            self.plain_visit();
        } else if is_refused || !presence.exchanges.is_empty() && !presence.is_finished() {
            if presence.exchanges.iter().any(presents_own) {
                self.act(Written::filled_in("enter-pin: right"));
            }
            self.act(Written::filled_in("place-card"));
            self.act(Written::filled_in("take-card"));
        }
    }

    /// What happens most, where nothing is known.
    fn plain_visit(&mut self) {
        for act in ["choose-method: visual", "place-card", "take-card"] {
            self.act(Written::filled_in(act));
        }
    }

    /// Nothing of a card was recorded: visits by what was asked of the service.
    fn without_card(&mut self) {
        let mut failed = false;
        let mut is_first = true;
        let mut is_errand = false;
        let let_in = self.let_in();
        for one in self.asked {
            let from = Origin::of(one.seen);
            if let Some(errand) = one.operation.and_then(errand::of) {
                is_errand = true;
                self.errand(&errand, one);
            }
            if is_login(one) && one.seen.us > let_in {
                self.login_again(one);
            }
            if !one.is_eligibility() {
                continue;
            }
            if failed {
                self.draft.acts.push(again(one));
            } else {
                if !is_first {
                    self.draft.acts.push(Written::implied("take-card", from));
                }
                let is_signed = one.operation == Some(Operation::EligibilityBySignature);
                let method = if is_signed { "pin" } else { "visual" };
                let choose = format!("choose-method: {method}");
                self.draft.acts.push(Written::implied(choose, from));
                if is_signed {
                    self.draft
                        .acts
                        .push(Written::implied("enter-pin: right", from));
                }
                let persona = by_decision(one);
                let place = match &persona {
                    Some(persona) if !is_first => format!("place-card: {}", persona.text),
                    _ => "place-card".to_owned(),
                };
                if let Some(persona) = persona.filter(|_| is_first) {
                    self.draft.persona = persona;
                }
                self.draft.acts.push(Written::implied(place, from));
                is_first = false;
            }
            failed = one.has_failed();
        }
        if failed {
            self.act(Written::filled_in(AGAIN));
        }
        if !is_first {
            self.act(Written::filled_in("take-card"));
        } else if is_errand {
            let is_open = self.draft.acts.last().is_some_and(|act| act.text != CLOSE);
            if is_open {
                self.act(Written::filled_in(CLOSE));
            }
        } else if std::mem::take(&mut self.is_reader_gone) {
            let tried = [
                "choose-method: visual",
                "place-card",
                "plug-reader",
                "place-card",
                "take-card",
            ];
            for act in tried {
                self.act(Written::filled_in(act));
            }
        } else if !self.app.iter().any(is_of_reader) {
            self.plain_visit();
        }
    }
}

/// Whether a log of card or reader tells it: where there is none, a card may have lain there all the same.
fn is_of_reader(seen: &&Seen) -> bool {
    let what = seen.what.as_ref();
    what.is_some_and(|what| matches!(what, What::Card(_) | What::Reader(_) | What::Pcsc(_)))
}

/// A new activation code, which cannot be used at once.
const NEW_CODE: &str = "operate: { issue-code: { memo: 窓口 } }";

/// Whether it lets a terminal in.
const fn is_login(one: &Asked<'_>) -> bool {
    matches!(
        one.operation,
        Some(Operation::FirstLogin | Operation::Login)
    )
}

/// What closes a screen.
const CLOSE: &str = "press: 閉じる";

/// What leads to a registration, when it was agreed to.
const READ_CARD: &str = "press: マイナンバーカードを読み取る";

/// What asks for eligibility when a card is registered.
const CHECK_AGAIN: &str = "press: 資格確認する";

/// What asks for the same once more.
const AGAIN: &str = "press: 再試行";

/// Once more asked for, by whom the log does not say.
fn again(one: &Asked<'_>) -> Written {
    let of = ["再試行", "tried again by the program itself"];
    Written::one_of(AGAIN, &of, Origin::of(one.seen))
}

/// Where another program had the card for itself.
fn refused<'a>(presence: &Presence<'a>) -> Option<&'a Seen> {
    let mut calls = presence.calls.iter();
    let refused = calls.find(|(_, call)| call.rv == ReturnCode::SHARING_VIOLATION);
    refused.map(|(seen, _)| *seen)
}

/// Whether it presents the PIN of 利用者証明用電子証明書, and no other.
fn presents_own(exchange: &Exchange<'_>) -> bool {
    let label = exchange.apdu.data.as_deref().unwrap_or_default();
    exchange.presents() && label.starts_with("auth-pin:")
}

/// An entry of the PIN, by what the card said of it.
fn pin(exchange: &Exchange<'_>, is_again: bool) -> Written {
    let from = Origin::of(exchange.seen);
    let label = exchange.apdu.data.as_deref().unwrap_or_default();
    let said = label.strip_prefix("auth-pin:").unwrap_or_default();
    let said = said.split('#').next().unwrap_or_default();
    match said {
        _ if is_again => {
            let value = if said == "wrong" { "wrong" } else { "right" };
            let of = ["entered again", "presented again by the program"];
            Written::one_of(format!("enter-pin: {value}"), &of, from)
        }
        "right" => Written::read("enter-pin: right", from),
        "wrong" => Written::implied("enter-pin: wrong", from),
        "wrong-length" => {
            let of = ["short", "long", "letters"];
            Written::one_of("enter-pin: short", &of, from)
        }
        _ => Written {
            from: Some(from),
            ..Written::filled_in("enter-pin: right")
        },
    }
}
