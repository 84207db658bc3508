//! Verdicts for people and for machines. Reports write to a given `Write`; whether there is
//! colour, and which, is said by the caller, who knows where the text goes.
//!
//! Every report says that it is unofficial (非公式), which wire it rests on, how deep the client
//! could be observed, and how much of it is assumed.
#![forbid(unsafe_code)]

pub(crate) mod beside;
pub mod compare;
pub mod cover;
pub mod describe;
pub mod evidence;
pub mod github;
pub mod html;
pub mod inducing;
pub mod json;
pub mod junit;
pub mod known;
pub mod levels;
pub mod markdown;
pub mod merge;
pub mod overview;
pub mod plan;
pub mod record;
mod remark;
pub mod shard;
pub mod soundness;
pub mod strange;
pub mod terminal;
pub mod tested;
pub mod ticket;
pub mod timeline;
pub mod transcribed;
pub mod width;

use std::time::Duration;

use jiff::Timestamp;
use madoguchi_judge::verdict::{Verdict, Verdicts};
use madoguchi_notation::Wording;
use madoguchi_terms::Lang;
use madoguchi_trace::{Trace, What};
use madoguchi_transcription::Exhibit;

use self::known::{Entry, Known};

/// One case as a report tells it.
#[derive(Debug, Clone, Copy)]
pub struct CaseReport<'a> {
    /// The verdicts.
    pub verdicts: &'a Verdicts,
    /// The trace that they were drawn from, where it is at hand: for times and for what came before.
    pub trace: Option<&'a Trace>,
    /// What it was judged by where there is no trace, for an evidence bundle.
    pub exhibit: Option<&'a Exhibit>,
    /// When it was begun, where it was run and not only judged.
    pub begun: Option<Timestamp>,
    /// How long the case took, where it was run and not only judged.
    pub took: Option<Duration>,
    /// The one command that shows it again.
    pub again: &'a str,
    /// What is known to fail, and which day it is.
    pub known: Option<Known<'a>>,
}

impl<'a> CaseReport<'a> {
    /// A case that was judged by its trace, and the one command that shows it again.
    #[must_use]
    pub const fn new(verdicts: &'a Verdicts, trace: &'a Trace, again: &'a str) -> Self {
        Self {
            verdicts,
            trace: Some(trace),
            exhibit: None,
            begun: None,
            took: None,
            again,
            known: None,
        }
    }

    /// The entry that knows this verdict of the case, where it fails and its day is not over.
    #[must_use]
    pub fn known(&self, verdict: &Verdict) -> Option<&'a Entry> {
        self.known?.entry(&self.verdicts.scenario, verdict)
    }

    /// Whether it failed and everything that is wrong with it is known.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.known
            .is_some_and(|known| known.excuses(self.verdicts).is_some())
    }
}

/// By what it was learned what the client did, each way once.
pub(crate) fn bindings(cases: &[CaseReport<'_>]) -> Vec<Wording> {
    let mut ways: Vec<Wording> = Vec::new();
    for binding in cases.iter().filter_map(|case| case.verdicts.binding) {
        let words = binding.words();
        if !ways.contains(&words) {
            ways.push(words);
        }
    }
    ways
}

/// The texts in one.
pub(crate) fn listed(texts: &[Wording]) -> Wording {
    let joined = |lang: Lang| {
        let texts: Vec<&str> = texts.iter().map(|text| text.get(lang)).collect();
        texts.join(lang.pick("、", ", "))
    };
    Wording::new(joined(Lang::Ja), joined(Lang::En))
}

/// APDUs and HTTP exchanges.
pub(crate) fn counts(trace: &Trace) -> (usize, usize) {
    let count = |is: fn(&What) -> bool| trace.events.iter().filter(|e| is(&e.what)).count();
    (
        count(|what| matches!(what, What::Card(_))),
        count(|what| matches!(what, What::Request(_))),
    )
}
