//! A scenario before it is written: lines, each with why it is there.

use madoguchi_notation::Wording;

use crate::redact::Seen;

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
    pub(crate) const fn of(seen: &Seen) -> Self {
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

    pub(crate) fn implied(text: impl Into<String>, from: Origin) -> Self {
        Self {
            mark: Mark::Implied,
            ..Self::read(text, from)
        }
    }

    pub(crate) fn one_of(text: impl Into<String>, of: &[&str], from: Origin) -> Self {
        Self {
            mark: Mark::OneOf(of.iter().map(|one| (*one).to_owned()).collect()),
            ..Self::read(text, from)
        }
    }

    pub(crate) fn filled_in(text: impl Into<String>) -> Self {
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

impl Draft {
    /// What is lost where this is not asked for.
    pub(crate) fn ask(&mut self, ja: impl Into<String>, en: impl Into<String>) {
        self.questions.push(Wording::new(ja.into(), en.into()));
    }

    pub(crate) fn leave(&mut self, seen: &Seen, ja: impl Into<String>, en: impl Into<String>) {
        self.unexplained(seen, Wording::new(ja.into(), en.into()));
    }

    pub(crate) fn unexplained(&mut self, seen: &Seen, what: Wording) {
        let at = Origin::of(seen);
        self.unexplained.push(Unexplained { at, what });
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
