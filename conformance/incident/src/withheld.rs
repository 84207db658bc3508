//! What of the logs is not kept, by class and place.

use std::collections::BTreeMap;

use madoguchi_layout::Secrecy;
use madoguchi_trace::{CardEvent, What};

use crate::draft::Origin;
use crate::incident::Incident;
use crate::redact::Aside;

/// A kind of value that stood in a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Withheld {
    /// A PIN or a password.
    Pin,
    /// Data of another command.
    Command,
    /// Content of a file about a person, or of one of which nothing is known.
    Personal,
    /// Content of other answers.
    Answer,
    /// What passed between client and service.
    Web,
}

impl Withheld {
    /// The word in `incident.json`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pin => "pin",
            Self::Command => "command-data",
            Self::Personal => "personal-content",
            Self::Answer => "answer",
            Self::Web => "web",
        }
    }
}

impl Incident {
    /// Where values stood that are not kept.
    #[must_use]
    pub fn withheld(&self) -> BTreeMap<Withheld, Vec<Origin>> {
        let mut withheld: BTreeMap<Withheld, Vec<Origin>> = BTreeMap::new();
        for one in &self.seen {
            let mut add = |class: Withheld| {
                let at = Origin {
                    input: one.input,
                    line: one.line,
                };
                withheld.entry(class).or_default().push(at);
            };
            match (&one.what, &one.aside) {
                (Some(What::Card(apdu)), _) => {
                    classes(apdu).into_iter().flatten().for_each(&mut add);
                }
                (_, Aside::Web(_)) => add(Withheld::Web),
                _ => {}
            }
        }
        withheld
    }
}

fn classes(apdu: &CardEvent) -> [Option<Withheld>; 2] {
    let is_label = |text: &str| text.contains([':', '=']);
    let data = apdu.data.as_deref().filter(|data| is_label(data)).map(|_| {
        let is_pin = ["VERIFY", "CHANGE REFERENCE DATA", "RESET RETRY COUNTER"];
        if is_pin.contains(&apdu.name.as_str()) {
            Withheld::Pin
        } else {
            Withheld::Command
        }
    });
    let answer = apdu.answer.as_deref().filter(|answer| is_label(answer));
    let answer = answer.map(|_| {
        let reads = apdu.name.starts_with("READ ");
        if reads && apdu.file().map(|file| file.secrecy) != Some(Secrecy::Public) {
            Withheld::Personal
        } else {
            Withheld::Answer
        }
    });
    [data, answer]
}
