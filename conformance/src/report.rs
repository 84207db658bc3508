//! Verdicts for people and for machines. Reports write to a given `Write`; whether there is
//! colour, and which, is said by whoever knows where the text goes.
//!
//! Every report says that it is unofficial (非公式), which wire it rests on, how deep the client
//! could be observed, and how much of it is assumed.

pub mod compare;
pub mod cover;
pub mod github;
pub mod html;
pub mod inducing;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod overview;
pub mod record;
pub mod shard;
pub mod terminal;
pub mod timeline;
pub mod width;

use std::time::Duration;

use crate::trace::{Trace, What};
use crate::verdict::Verdicts;

/// One case as a report tells it.
#[derive(Debug, Clone, Copy)]
pub struct CaseReport<'a> {
    /// The verdicts.
    pub verdicts: &'a Verdicts,
    /// The trace that they were drawn from, where it is at hand: for times and for what came before.
    pub trace: Option<&'a Trace>,
    /// How long the case took, where it was run and not only judged.
    pub took: Option<Duration>,
    /// The one command that shows it again.
    pub again: &'a str,
}

/// APDUs and HTTP exchanges.
pub(crate) fn counts(trace: &Trace) -> (usize, usize) {
    let count = |is: fn(&What) -> bool| trace.events.iter().filter(|e| is(&e.what)).count();
    (
        count(|what| matches!(what, What::Card(_))),
        count(|what| matches!(what, What::Request(_))),
    )
}
