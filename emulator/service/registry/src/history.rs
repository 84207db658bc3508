//! Past inquiries, and answers to requests that are tried again: a client whose answer was
//! lost repeats the request with the same request id, gets the same answer and leaves no second
//! row.

use std::sync::Arc;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use madoguchi_eligibility::{
    Answer, Decision, FacilityCode, Field, Fields, Operation, QualificationValidity,
};

use serde::{Deserialize, Serialize};

use crate::facts::text::shared;
use crate::registry::{Outcome, Refusal, Registry, day};
use crate::table::{Log, fingerprint};

/// One inquiry that delivered an eligibility.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    /// 資格有効性 that was answered.
    pub validity: QualificationValidity,
    /// The eligibilities that were delivered. Who is asked about again and again has them once.
    #[serde(with = "shared")]
    pub results: Arc<[Fields]>,
}

impl Registry {
    /// Inquiries that delivered an eligibility, oldest first.
    pub fn history(&self) -> impl ExactSizeIterator<Item = &HistoryRow> {
        self.history.rows()
    }

    /// Adds a row. Of its facility, those that no terminal can read any more leave, and the oldest of
    /// more than are kept: however many checks there are, the history stays as long.
    pub(crate) fn note(&mut self, row: HistoryRow) {
        let facility = HistoryRow::by_facility(&row.facility);
        let oldest = self.oldest_to_read(day(row.at));
        let most = self.rules.history_kept;
        self.history.push(row);
        self.history
            .let_go(facility, |row, count| most < count || day(row.at) < oldest);
    }

    /// The first day of the history that can be read `today`.
    pub(crate) fn oldest_to_read(&self, today: Date) -> Date {
        today
            .checked_sub(self.rules.history_days.days())
            .unwrap_or(Date::MIN)
    }

    /// What is delivered about a person, shared with the last row of the history that says the same.
    pub(crate) fn as_delivered(&self, person: &str, results: &[Fields]) -> Arc<[Fields]> {
        let last = self.history.of(HistoryRow::by_person(person)).next_back();
        last.filter(|row| row.person == person && *row.results == *results)
            .map_or_else(|| results.into(), |row| row.results.clone())
    }
}

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
