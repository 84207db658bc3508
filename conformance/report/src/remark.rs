//! What a client said of its own trouble: its `error` events, and the end of its standard error where it
//! broke. None of it is a verdict; it stands before the verdicts, because it often explains them.

use madoguchi_notation::Wording;
use madoguchi_terms::harmless;
use madoguchi_trace::{ClientEvent, Trace, What};

/// Of very many only so many are told.
const MOST: usize = 5;

/// Something that the client said of its own trouble.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Remark {
    /// `seq` of the event.
    pub(crate) at: u64,
    /// What it is.
    pub(crate) heading: Wording,
    /// Its words, without what a terminal would obey.
    pub(crate) lines: Vec<String>,
}

/// What the client said of its own trouble, in order.
pub(crate) fn remarks(trace: Option<&Trace>) -> Vec<Remark> {
    let events = trace.map_or(&[][..], |trace| &trace.events);
    let said = events.iter().filter_map(|event| {
        let (heading, text) = match &event.what {
            What::Client(ClientEvent::Error { text, .. }) => {
                (Wording::new("アプリの error", "its error event"), text)
            }
            What::Exit(exit) => (
                Wording::new("標準エラー出力", "its standard error"),
                exit.last_words.as_ref()?,
            ),
            _ => return None,
        };
        Some(Remark {
            at: event.seq,
            heading,
            lines: text
                .lines()
                .map(|line| harmless(line).into_owned())
                .collect(),
        })
    });
    let (last, mut first): (Vec<Remark>, Vec<Remark>) =
        said.partition(|remark| remark.heading.en.ends_with("standard error"));
    first.truncate(MOST);
    first.extend(last);
    first
}
