//! The timeline as an ordinary trace, which can be judged, compared and shown like any other.

use madoguchi_trace::{
    Channel, ClientNote, Depth, Event, Header, MAJOR, OwnWords, ProfileNote, ReaderEvent, Trace,
    What,
};

use crate::incident::{Incident, Input};
use crate::infer::of_app;
use crate::redact::Seen;

impl Incident {
    /// What the program in question did, as a trace without a scenario. What other programs exchanged
    /// with the card is not in it, nor what is of unknown origin: it would be judged as the
    /// program's own.
    #[must_use]
    pub fn trace(&self, tool: &str) -> Trace {
        let events = placed(&of_app(&self.seen));
        let has = |is: &dyn Fn(&What) -> bool| events.iter().any(|(_, what)| is(what));
        let mut channels = Vec::new();
        if has(&|what| matches!(what, What::Card(_) | What::Reader(_))) {
            channels.push(Channel::Card);
        }
        if has(&|what| matches!(what, What::Request(_))) {
            channels.push(Channel::Web);
        }
        let writers = writers(&self.inputs);
        Trace {
            header: Header {
                madoguchi_trace: MAJOR,
                tool: tool.to_owned(),
                profile: ProfileNote {
                    name: format!("field:{writers}"),
                    assumptions: Vec::new(),
                },
                scenario: String::new(),
                resolved: serde_json::Value::Null,
                seed: 0,
                at: String::new(),
                client: Some(ClientNote {
                    name: format!("{writers} log"),
                    version: "–".to_owned(),
                    depth: Depth::L0,
                }),
                channels,
                sight: None,
                words: OwnWords::default(),
                rules: None,
            },
            events: events
                .into_iter()
                .zip(1..)
                .map(|((one, what), seq)| Event {
                    seq,
                    us: one.us,
                    what,
                })
                .collect(),
        }
    }

    /// What an event of its [`trace`](Self::trace) comes from.
    #[must_use]
    pub fn origin(&self, seq: u64) -> Option<&Seen> {
        let at = usize::try_from(seq.checked_sub(1)?).ok()?;
        placed(&of_app(&self.seen)).get(at).map(|(one, _)| *one)
    }
}

fn writers(inputs: &[Input]) -> String {
    let mut writers: Vec<String> = inputs
        .iter()
        .map(|input| input.writer.to_string())
        .collect();
    writers.sort();
    writers.dedup();
    writers.join("+")
}

/// With a card laid down before the first command to it, where a log does not say so.
fn placed<'a>(seen: &[&'a Seen]) -> Vec<(&'a Seen, What)> {
    let mut events = Vec::with_capacity(seen.len() + 1);
    let mut lies_there = false;
    for &one in seen {
        let Some(what) = &one.what else { continue };
        match what {
            What::Reader(ReaderEvent::Inserted { .. }) => lies_there = true,
            What::Reader(ReaderEvent::Removed { .. }) => lies_there = false,
            What::Card(apdu) if !lies_there => {
                let inserted = ReaderEvent::Inserted {
                    card: apdu.card.clone(),
                    profile: None,
                };
                events.push((one, What::Reader(inserted)));
                lies_there = true;
            }
            _ => {}
        }
        events.push((one, what.clone()));
    }
    events
}
