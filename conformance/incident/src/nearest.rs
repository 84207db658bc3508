//! How near what was played is to what a log tells: both as the classes of their events, one edit for
//! each that is missing, added, or came out otherwise. Times are not compared.

use std::collections::BTreeMap;
use std::fmt;

use madoguchi_trace::{
    AnswerFault, CardEvent, Channel, HttpAnswer, NOT_ASKED, ReaderEvent, Trace, What,
};

/// Events of each that are compared: the last ones, since there it went wrong.
const MOST: usize = 4_000;

/// What kind of event it is: the channel, what was asked, and what kind of answer came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    channel: &'static str,
    asked: String,
    came: String,
    is_well: bool,
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.channel, self.asked, self.came)
    }
}

/// How far two traces lie apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Apart {
    /// Events that are missing, added or otherwise.
    pub events: usize,
    /// Events of the log.
    pub of: usize,
}

/// How far what was played lies from a log, in the channels that the log has.
#[must_use]
pub fn apart(log: &Trace, played: &Trace) -> Apart {
    let seen = |channel: &Class| match channel.channel {
        "http" => log.header.channels.contains(&Channel::Web),
        _ => log.header.channels.contains(&Channel::Card),
    };
    let of = |trace: &Trace| -> Vec<Class> {
        let all = classes(trace).into_iter().map(|(_, class)| class);
        all.filter(seen).collect()
    };
    let (log, played) = (of(log), of(played));
    Apart {
        events: edits(last(&log), last(&played)),
        of: log.len(),
    }
}

fn last(classes: &[Class]) -> &[Class] {
    &classes[classes.len().saturating_sub(MOST)..]
}

/// The kind of the last event up to `until` (its `seq`) that went wrong.
#[must_use]
pub fn went_wrong(trace: &Trace, until: u64) -> Option<Class> {
    let before = classes(trace).into_iter().filter(|(at, _)| *at <= until);
    let wrong = before.filter(|(_, class)| !class.is_well);
    wrong.map(|(_, class)| class).next_back()
}

/// The least number of events to leave out, add or replace.
fn edits(one: &[Class], other: &[Class]) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, left) in one.iter().enumerate() {
        let mut before = row[0];
        row[0] = at + 1;
        for (to, right) in other.iter().enumerate() {
            let replaced = before + usize::from(left != right);
            before = row[to + 1];
            row[to + 1] = replaced.min(row[to] + 1).min(before + 1);
        }
    }
    row[other.len()]
}

fn classes(trace: &Trace) -> Vec<(u64, Class)> {
    let answers = trace.events.iter().filter_map(|event| match &event.what {
        What::Answer(answer) => Some((answer.exchange, &**answer)),
        _ => None,
    });
    let answers: BTreeMap<u32, &HttpAnswer> = answers.collect();
    let classes = trace.events.iter().filter_map(|event| {
        let class = match &event.what {
            What::Card(apdu) => of_card(apdu),
            What::Reader(event) => of_reader(event)?,
            What::Request(request) => {
                let asked = request.operation.as_deref().unwrap_or("–").to_owned();
                of_web(asked, answers.get(&request.exchange).copied())
            }
            _ => return None,
        };
        Some((event.seq, class))
    });
    classes.collect()
}

fn of_card(apdu: &CardEvent) -> Class {
    let sw = apdu.sw.as_deref();
    Class {
        channel: "card",
        asked: apdu.name.to_string(),
        came: match (apdu.fault.as_deref(), sw) {
            (Some("torn"), _) => "torn".to_owned(),
            (Some(_), _) | (None, None) => "no answer".to_owned(),
            (None, Some(sw)) => format!("{}xx", sw.get(..2).unwrap_or(sw)),
        },
        is_well: sw == Some("9000"),
    }
}

fn of_reader(event: &ReaderEvent) -> Option<Class> {
    let (asked, is_well) = match event {
        ReaderEvent::Inserted { .. } => ("card placed", true),
        ReaderEvent::Removed { .. } => ("card gone", true),
        ReaderEvent::Unplugged {} => ("unplugged", false),
        ReaderEvent::Failed {} => ("failed", false),
        ReaderEvent::Reset {} => ("card reset", false),
        ReaderEvent::Hung { .. } => ("call hangs", false),
        ReaderEvent::ServiceStopped {} => ("service stopped", false),
        ReaderEvent::ServiceStarted {} => ("service started", true),
        // what others do is seen by what comes of it, and how a client waits is its own
        ReaderEvent::RivalCame { .. } | ReaderEvent::RivalLeft {} | ReaderEvent::BusyWait {} => {
            return None;
        }
    };
    Some(Class {
        channel: "reader",
        asked: asked.to_owned(),
        came: String::new(),
        is_well,
    })
}

/// Faults after which a client has nothing to go by.
const NOTHING_CAME: [AnswerFault; 3] = [
    AnswerFault::Lost,
    AnswerFault::GivenUp,
    AnswerFault::Stalled,
];

fn of_web(asked: String, answer: Option<&HttpAnswer>) -> Class {
    let came = match answer {
        None => "no answer".to_owned(),
        Some(answer) => match &answer.fault {
            Some(fault) if fault.is_in(&NOTHING_CAME) => "no answer".to_owned(),
            Some(_) => "spoilt answer".to_owned(),
            None if &*answer.decision == NOT_ASKED => format!("{}xx", answer.status / 100),
            None => format!("{}xx {}", answer.status / 100, answer.decision),
        },
    };
    Class {
        channel: "http",
        is_well: came == "2xx OK",
        asked,
        came,
    }
}

#[cfg(test)]
mod tests {
    use madoguchi_counter::play;

    use super::*;

    #[test]
    fn a_trace_is_nearest_to_itself() {
        let [eye, torn] = ["happy/visual", "card/torn"].map(|id| play(id, ""));
        assert_eq!(apart(&torn, &torn).events, 0);
        let between = apart(&torn, &eye);
        assert!(between.events > 0 && between.of > 0, "{between:?}");
        assert_eq!(apart(&eye, &torn).events, between.events);
    }

    #[test]
    fn the_last_event_that_went_wrong_is_that_of_the_failure() {
        let torn = play("card/torn", "");
        let class = went_wrong(&torn, u64::MAX).unwrap();
        assert!(class.to_string().ends_with("torn"), "{class}");
        assert_eq!(went_wrong(&torn, 0), None);
        assert_eq!(went_wrong(&play("happy/visual", ""), u64::MAX), None);
    }
}
