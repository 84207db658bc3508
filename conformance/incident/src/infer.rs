//! From what was seen to a scenario that would show the same: causes, not bytes. Every line of it says
//! whether it was read in a log, is implied by what was, is one of several with equal evidence, or is
//! filled in because a scenario needs it. What no cause explains is listed.

mod acts;
mod errand;
mod fault;
mod kind;
mod odd;
mod persona;
mod phantom;
mod presence;
mod program;
mod taken;
mod web;

use crate::draft::{Draft, Origin, Written};
use crate::incident::Incident;
use crate::redact::{Named, Seen};
use crate::settings::Settings;

pub use phantom::{Answered, Difference, Fidelity, Lent};
pub(crate) use program::of_app;

/// Questions that a witness may be asked.
const MOST_QUESTIONS: usize = 6;

impl Draft {
    /// The scenario behind an incident.
    #[must_use]
    pub fn of(incident: &Incident) -> Self {
        let mut draft = Self::infer(&incident.seen);
        kind::infer(&of_app(&incident.seen), &incident.kinds, &mut draft);
        if let Some((input, settings)) = &incident.settings {
            let from = Origin {
                input: *input,
                line: 1,
            };
            let is_checked = draft.requirements.contains(&"result.needs-answer");
            draft.set_up(settings, from);
            let app = of_app(&incident.seen);
            web::held_up(&web::asked(&app), &mut draft);
            draft.require(is_checked);
        }
        draft
    }

    /// The scenario behind what was seen.
    #[must_use]
    pub fn infer(seen: &[Seen]) -> Self {
        let mut draft = Self {
            persona: Written::filled_in("shiken-taro"),
            given: Vec::new(),
            card: Vec::new(),
            reader: Vec::new(),
            service: Vec::new(),
            reader_faults: Vec::new(),
            certificate: None,
            web_faults: Vec::new(),
            acts: Vec::new(),
            requirements: Vec::new(),
            unexplained: Vec::new(),
            questions: Vec::new(),
        };
        let app = of_app(seen);
        let day = presence::of(&app);
        let asked = web::asked(&app);
        fault::infer(&day, &mut draft);
        web::infer(&asked, &mut draft);
        program::infer(seen, &day, &mut draft);
        odd::infer(&app, &day, &mut draft);
        odd::too_early(&asked, &day, &mut draft);
        acts::infer(&app, &day, &asked, &mut draft);
        draft.way_to_service(asked.is_empty());
        web::record(&asked, &mut draft);
        draft.errors(&app);
        let last = day
            .presences
            .iter()
            .rev()
            .find(|one| !one.exchanges.is_empty());
        let is_read = last.is_some_and(presence::Presence::has_read);
        draft.require(is_read || web::is_checked(&asked));
        draft.questions.truncate(MOST_QUESTIONS);
        draft.unexplained.sort_by_key(|one| one.at);
        draft.unexplained.dedup();
        draft
    }

    /// No log tells which server it was and what else stood on the way; without one of HTTP, nothing is known of what
    /// happened there.
    fn way_to_service(&mut self, is_untold: bool) {
        if self.certificate.is_none() {
            self.service.push(Written::filled_in("certificate: good"));
        }
        if is_untold && self.web_faults.is_empty() {
            self.service.push(Written::filled_in("faults: []"));
        }
    }

    /// What was set up takes the place of what was inferred of the same.
    fn set_up(&mut self, settings: &Settings, from: Origin) {
        let read = |lines: &[String]| -> Vec<Written> {
            lines.iter().map(|line| Written::read(line, from)).collect()
        };
        if let Some(persona) = &settings.persona {
            self.persona = Written::read(persona, from);
        }
        self.given = read(&settings.given);
        self.card = read(&settings.card);
        self.reader = read(&settings.reader);
        let is_certificate = |line: &&String| line.starts_with("certificate:");
        if settings.service.iter().any(|line| is_certificate(&line)) {
            self.certificate = None;
        }
        self.service = read(&settings.service);
        if !settings.acts.is_empty() {
            self.acts = read(&settings.acts);
        }
    }

    /// Errors of the app where nothing that went wrong explains one.
    fn errors(&mut self, app: &[&Seen]) {
        let has_fault = !self.reader_faults.is_empty()
            || !self.web_faults.is_empty()
            || self.certificate.is_some();
        for seen in app {
            if let Some(Named::Error(error)) = seen.named()
                && !has_fault
            {
                self.leave(
                    seen,
                    format!("アプリが異常を記録した: {error}"),
                    format!("the app recorded an error: {error}"),
                );
            }
        }
    }

    /// The requirements that what happens is about, beside those that hold everywhere. Those that only
    /// a check decides are named where one was finished, as far as the log shows.
    fn require(&mut self, is_checked: bool) {
        let has = |lines: &[Written], word: &str| lines.iter().any(|line| line.text.contains(word));
        let always: [(&[Written], &str, &'static str); 5] = [
            (&self.acts, "login", "service.terminal-authenticated"),
            (&self.acts, "enter-pin", "credential.one-verify-per-entry"),
            (&self.web_faults, "silent", "service.bounded-wait"),
            (&self.web_faults, "too-many-requests", "service.retry-after"),
            (
                &self.web_faults,
                "captive-portal",
                "service.answer-recognised",
            ),
        ];
        let checked: [(&[Written], &str, &'static str); 7] = [
            (&self.acts, "place-card", "card.certificate-from-card"),
            (&self.acts, "place-card", "result.needs-answer"),
            (&self.reader_faults, "torn", "card.survives-removal"),
            (
                &self.reader_faults,
                "unplugged",
                "reader.survives-unplugging",
            ),
            (
                &self.reader_faults,
                "hold: exclusive",
                "reader.survives-rival",
            ),
            (&self.acts, "start-service", "reader.survives-restart"),
            (&self.acts, "unplug-reader", "reader.found-later"),
        ];
        let checked = checked.iter().filter(|_| is_checked);
        let named = always.iter().chain(checked);
        let named = named.filter(|(lines, word, _)| has(lines, word));
        self.requirements = named.map(|(_, _, id)| *id).collect();
        if self.requirements.is_empty() {
            self.requirements.push("service.terminal-authenticated");
        }
    }
}
