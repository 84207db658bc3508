//! How a counter was set up, where that was written down: lines of a scenario, each without its
//! indentation.

use crate::infer::{Draft, Origin, Written};

/// What was set up, and what was done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Settings {
    pub(crate) persona: Option<String>,
    pub(crate) given: Vec<String>,
    pub(crate) card: Vec<String>,
    pub(crate) reader: Vec<String>,
    pub(crate) service: Vec<String>,
    pub(crate) acts: Vec<String>,
}

impl Settings {
    /// Takes the place of what was inferred of the same.
    pub(crate) fn replace_in(&self, draft: &mut Draft, from: Origin) {
        let read = |lines: &[String]| -> Vec<Written> {
            lines.iter().map(|line| Written::read(line, from)).collect()
        };
        if let Some(persona) = &self.persona {
            draft.persona = Written::read(persona, from);
        }
        draft.given = read(&self.given);
        draft.card = read(&self.card);
        draft.reader = read(&self.reader);
        let is_certificate = |line: &&String| line.starts_with("certificate:");
        if self.service.iter().any(|line| is_certificate(&line)) {
            draft.certificate = None;
        }
        draft.service = read(&self.service);
        if !self.acts.is_empty() {
            draft.acts = read(&self.acts);
        }
    }
}
