//! How a counter was set up, where that was written down: lines of a scenario, each without its
//! indentation.

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
