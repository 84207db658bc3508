//! Answers to requests that are tried again: a client whose answer was lost repeats the request with the
//! same request id, gets the same answer and leaves no second row.

use std::sync::Arc;

use madoguchi_eligibility::{Answer, Decision, Field, Fields, Operation};
use serde::{Deserialize, Serialize};

use crate::decision::{Outcome, Refusal};
use crate::facts::HistoryRow;
use crate::table::{Log, Name, Row, fingerprint};
use crate::text::shared;

/// Longest request id, in characters (*assumed*).
const REQUEST_ID_MAX: usize = 64;

/// The last answers to each terminal, by request id: as many as the rules say.
#[derive(Debug, Default)]
pub(crate) struct Replays(pub(crate) Log<Replay>);

/// A request that was answered, and how. Its rule is not kept: an answer that is repeated has one of
/// its own.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Replay {
    pub(crate) terminal: String,
    pub(crate) request_id: String,
    asked: Asked,
    decision: Decision,
    fields: Fields,
    #[serde(with = "shared")]
    results: Arc<[Fields]>,
}

/// What makes two requests the same request. A nonce and its signature are not part of it: a
/// client may sign again before it repeats an inquiry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Asked {
    operation: Operation,
    method: Option<String>,
    /// Fingerprint of the certificate.
    certificate: Option<String>,
    number: Option<String>,
}

impl Asked {
    fn new(operation: Operation, fields: &Fields) -> Self {
        Self {
            operation,
            method: fields.text(Field::Method).map(str::to_owned),
            certificate: fields.bytes(Field::Certificate).map(fingerprint),
            number: fields
                .text(Field::InsuredIdentificationNumber)
                .map(str::to_owned),
        }
    }
}

impl Replays {
    /// The answer that the same request had before, if it is repeated. A request without an id
    /// stands alone; an id that named another request is refused.
    pub(crate) fn find(
        &self,
        operation: Operation,
        fields: &Fields,
        terminal: &str,
    ) -> Result<Option<Answer>, Refusal> {
        let Some(id) = fields.text(Field::RequestId) else {
            return Ok(None);
        };
        if id.chars().count() > REQUEST_ID_MAX {
            return Err(Refusal(Decision::Malformed, "request-id-too-long"));
        }
        let asked = |replay: &&Replay| replay.terminal == terminal && replay.request_id == id;
        match self.0.of(Replay::by_request(terminal, id)).find(asked) {
            None => Ok(None),
            Some(replay) if replay.asked == Asked::new(operation, fields) => Ok(Some(Answer {
                decision: replay.decision,
                rule: "replayed",
                fields: replay.fields.clone(),
                results: replay.results.to_vec(),
            })),
            Some(_) => Err(Refusal(
                Decision::Malformed,
                "request-id-of-another-request",
            )),
        }
    }

    /// Remembers an answer, unless the same request may have another one a little later. What it
    /// delivers is shared with `latest`, the history's last row, where that is about it. Of more
    /// than `most` answers to one terminal the oldest is forgotten.
    pub(crate) fn keep(
        &mut self,
        (operation, fields): (Operation, &Fields),
        terminal: &str,
        outcome: &Outcome,
        latest: Option<&HistoryRow>,
        most: usize,
    ) {
        let Some(id) = fields.text(Field::RequestId) else {
            return;
        };
        let (decision, said, delivered) = match outcome {
            Ok(answer) => (answer.decision, answer.fields.clone(), &answer.results[..]),
            Err(Refusal(decision, _)) => (*decision, Fields::new(), &[][..]),
        };
        if decision.is_passing() {
            return;
        }
        let latest = latest.filter(|row| *row.results == *delivered);
        self.0.push(Replay {
            terminal: terminal.to_owned(),
            request_id: id.to_owned(),
            asked: Asked::new(operation, fields),
            decision,
            fields: said,
            results: latest.map_or_else(|| delivered.into(), |row| row.results.clone()),
        });
        self.0
            .let_go(Replay::by_terminal(terminal), |_, count| most < count);
    }
}

impl Row for Replay {
    const KIND: &'static str = "answered-request";

    fn key(&self) -> String {
        String::new()
    }

    fn names(&self) -> Vec<Name> {
        vec![
            Self::by_request(&self.terminal, &self.request_id),
            Self::by_terminal(&self.terminal),
        ]
    }

    fn counted(&self) -> Option<Name> {
        Some(Self::by_terminal(&self.terminal))
    }
}

impl Replay {
    /// What finds a terminal's request by its id.
    pub(crate) fn by_request(terminal: &str, request_id: &str) -> Name {
        Name::new("request", (terminal, request_id))
    }

    /// What finds all requests of a terminal.
    pub(crate) fn by_terminal(terminal: &str) -> Name {
        Name::new("terminal", terminal)
    }
}
