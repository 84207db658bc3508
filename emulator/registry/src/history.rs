//! Past inquiries, and answers to requests that are tried again: a client whose answer was
//! lost repeats the request with the same request id, gets the same answer and leaves no second
//! row.

use std::collections::HashMap;

use jiff::Timestamp;
use madoguchi_eligibility::{Answer, Decision, FacilityCode, Field, Fields, Operation};

use crate::registry::{Outcome, Refusal, Registry};

/// One inquiry that delivered an eligibility.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryRow {
    /// When.
    pub at: Timestamp,
    /// Which facility asked.
    pub facility: FacilityCode,
    /// Which of its terminals.
    pub terminal: String,
    /// Which of its staff.
    pub user_id: String,
    /// Whose eligibility it is.
    pub person: String,
    /// What was answered.
    pub decision: Decision,
    /// 資格有効性 that was answered, OQSCD006.
    pub validity: &'static str,
    /// The eligibilities that were delivered.
    pub results: Vec<Fields>,
}

impl Registry {
    /// Inquiries that delivered an eligibility, oldest first.
    #[must_use]
    pub fn history(&self) -> &[HistoryRow] {
        &self.history
    }
}

/// Longest request id, in characters (*assumed*).
const REQUEST_ID_MAX: usize = 64;

/// Answers by terminal and request id.
#[derive(Debug, Default)]
pub(crate) struct Replays(HashMap<(String, String), Replay>);

#[derive(Debug)]
struct Replay {
    asked: Asked,
    answer: Answer,
}

/// What makes two requests the same request. A nonce and its signature are not part of it: a
/// client may sign again before it repeats an inquiry.
#[derive(Debug, PartialEq, Eq)]
struct Asked {
    operation: Operation,
    method: Option<String>,
    certificate: Option<Vec<u8>>,
    number: Option<String>,
}

impl Asked {
    fn new(operation: Operation, fields: &Fields) -> Self {
        Self {
            operation,
            method: fields.text(Field::Method).map(str::to_owned),
            certificate: fields.bytes(Field::Certificate).map(<[u8]>::to_vec),
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
        match self.0.get(&(terminal.to_owned(), id.to_owned())) {
            None => Ok(None),
            Some(replay) if replay.asked == Asked::new(operation, fields) => Ok(Some(Answer {
                rule: "replayed",
                ..replay.answer.clone()
            })),
            Some(_) => Err(Refusal(
                Decision::Malformed,
                "request-id-of-another-request",
            )),
        }
    }

    /// Remembers an answer, unless the same request may have another one a little later.
    pub(crate) fn keep(
        &mut self,
        operation: Operation,
        fields: &Fields,
        terminal: &str,
        outcome: &Outcome,
    ) {
        let answer = match outcome {
            Ok(answer) => answer.clone(),
            Err(Refusal(decision, rule)) => Answer::new(*decision, rule),
        };
        if let Some(id) = fields
            .text(Field::RequestId)
            .filter(|_| !answer.decision.is_passing())
        {
            let asked = Asked::new(operation, fields);
            self.0.insert(
                (terminal.to_owned(), id.to_owned()),
                Replay { asked, answer },
            );
        }
    }
}
