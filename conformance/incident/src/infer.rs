//! From what was seen to a scenario that would show the same: causes, not bytes. Every line of it says
//! whether it was read in a log, is implied by what was, is one of several with equal evidence, or is
//! filled in because a scenario needs it. What no cause explains is listed.

mod acts;
mod fault;
mod persona;
mod phantom;
mod presence;
mod program;
mod taken;
mod web;

use madoguchi_notation::Wording;

use crate::incident::{Incident, Named};
use crate::redact::Seen;

pub use phantom::{Answered, Difference, Fidelity, Lent};
pub(crate) use program::of_app;

/// Why a line of a scenario is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mark {
    /// It stands in the log.
    Read,
    /// What stands there has only this cause.
    Implied,
    /// Equal evidence for each of these; this line has the first.
    OneOf(Vec<String>),
    /// Nothing is known of it.
    FilledIn,
}

/// Where in the logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// Which input, from 0.
    pub input: usize,
    /// Its line, from 1.
    pub line: usize,
}

impl Origin {
    const fn of(seen: &Seen) -> Self {
        Self {
            input: seen.input,
            line: seen.line,
        }
    }
}

/// A line of a scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// As YAML, in one line.
    pub text: String,
    /// Why.
    pub mark: Mark,
    /// Where that was seen.
    pub from: Option<Origin>,
}

impl Written {
    pub(crate) fn read(text: impl Into<String>, from: Origin) -> Self {
        Self {
            text: text.into(),
            mark: Mark::Read,
            from: Some(from),
        }
    }

    fn implied(text: impl Into<String>, from: Origin) -> Self {
        Self {
            mark: Mark::Implied,
            ..Self::read(text, from)
        }
    }

    fn one_of(text: impl Into<String>, of: &[&str], from: Origin) -> Self {
        Self {
            mark: Mark::OneOf(of.iter().map(|one| (*one).to_owned()).collect()),
            ..Self::read(text, from)
        }
    }

    fn filled_in(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            mark: Mark::FilledIn,
            from: None,
        }
    }
}

/// What no line of the scenario explains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unexplained {
    /// Where it was seen.
    pub at: Origin,
    /// What it is.
    pub what: Wording,
}

/// A scenario before it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Whose card.
    pub persona: Written,
    /// Further lines of `given`, each with its key.
    pub given: Vec<Written>,
    /// Lines of the card.
    pub card: Vec<Written>,
    /// Lines of the reader beside its faults.
    pub reader: Vec<Written>,
    /// Lines of the service beside its faults.
    pub service: Vec<Written>,
    /// Faults of card and reader.
    pub reader_faults: Vec<Written>,
    /// The certificate that the server shows.
    pub certificate: Option<Written>,
    /// Faults on the way to the service.
    pub web_faults: Vec<Written>,
    /// What happens.
    pub acts: Vec<Written>,
    /// What it is about.
    pub requirements: Vec<&'static str>,
    /// What is not in it.
    pub unexplained: Vec<Unexplained>,
    /// What to ask a person who was there, six at most.
    pub questions: Vec<Wording>,
}

/// Questions that a witness may be asked.
const MOST_QUESTIONS: usize = 6;

impl Draft {
    /// The scenario behind an incident.
    #[must_use]
    pub fn of(incident: &Incident) -> Self {
        let mut draft = Self::infer(&incident.seen);
        if let Some((input, settings)) = &incident.settings {
            let from = Origin {
                input: *input,
                line: 1,
            };
            let is_checked = draft.requirements.contains(&"result.needs-answer");
            settings.replace_in(&mut draft, from);
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
        acts::infer(&app, &day, &asked, &mut draft);
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

    /// What is lost where this is not asked for.
    fn ask(&mut self, ja: impl Into<String>, en: impl Into<String>) {
        self.questions.push(Wording::new(ja.into(), en.into()));
    }

    fn leave(&mut self, seen: &Seen, ja: impl Into<String>, en: impl Into<String>) {
        self.unexplained.push(Unexplained {
            at: Origin::of(seen),
            what: Wording::new(ja.into(), en.into()),
        });
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

    /// Every line with a mark.
    pub fn lines(&self) -> impl Iterator<Item = &Written> {
        std::iter::once(&self.persona)
            .chain(&self.given)
            .chain(&self.card)
            .chain(&self.reader)
            .chain(&self.service)
            .chain(&self.reader_faults)
            .chain(&self.certificate)
            .chain(&self.web_faults)
            .chain(&self.acts)
    }
}
