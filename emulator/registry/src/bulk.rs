//! 一括照会: a facility asks beforehand, in one go, whether the eligibility of booked patients is
//! valid. A submission gets a reception number; its result is being processed for a while.

use madoguchi_eligibility::{
    Answer, Decision, FacilityCode, Field, Fields, ProcessingResultStatus, Request, SegmentOfResult,
};

use serde::{Deserialize, Serialize};

use crate::registry::{Context, Outcome, Refusal, Registry};
use crate::{Terminal, TerminalKind};

/// A bulk inquiry that was received.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Submission {
    pub(crate) reception_number: String,
    facility: FacilityCode,
    units: Vec<Fields>,
    /// How often its result was asked for.
    asked: u32,
}

impl Registry {
    /// Receives a bulk inquiry. Its units are looked at later, so that one wrong unit is no
    /// reason to refuse the others.
    pub(crate) fn submit_bulk(&mut self, request: &Request, terminal: &Terminal) -> Outcome {
        terminal.must_be(TerminalKind::Institution)?;
        if request.items.is_empty() {
            return Err(Refusal(Decision::Malformed, "bulk-empty"));
        }
        if self.rules.bulk_items < request.items.len() {
            return Err(Refusal(Decision::Malformed, "bulk-too-long"));
        }
        let reception_number = format!("{:012}", self.bulk.len() + 1);
        self.bulk.insert(Submission {
            reception_number: reception_number.clone(),
            facility: terminal.facility.clone(),
            units: request.items.clone(),
            asked: 0,
        });
        let answer = Answer::new(Decision::Ok, "bulk-received");
        Ok(answer.with(Field::ReceptionNumber, reception_number))
    }

    /// The result of a bulk inquiry of this facility, or that it is being processed.
    pub(crate) fn bulk_result(
        &mut self,
        fields: &Fields,
        terminal: &Terminal,
        context: &Context<'_>,
    ) -> Outcome {
        terminal.must_be(TerminalKind::Institution)?;
        let number = fields
            .text(Field::ReceptionNumber)
            .ok_or(Refusal(Decision::Malformed, "reception-number-missing"))?;
        let submission = self
            .bulk
            .find_mut(number)
            .filter(|bulk| bulk.facility == terminal.facility)
            .ok_or(Refusal(Decision::NotPermitted, "reception-number-unknown"))?;
        if submission.asked < self.rules.bulk_processing_answers {
            submission.asked += 1;
            let segment = SegmentOfResult::Processing.code();
            return Ok(Answer::new(Decision::Ok, "bulk-being-processed")
                .with(Field::SegmentOfResult, segment));
        }
        let units = submission.units.clone();
        Ok(self.bulk_answer(&units, context))
    }

    fn bulk_answer(&self, units: &[Fields], context: &Context<'_>) -> Answer {
        let mut answer = Answer::new(Decision::Ok, "bulk-done");
        let mut errors = 0;
        for unit in units {
            let reference = unit.text(Field::ReferenceNumber);
            let mut tell = |mut row: Fields, status: ProcessingResultStatus| {
                row.set_some(Field::ReferenceNumber, reference);
                row.set(Field::ProcessingResultStatus, status.code());
                answer.results.push(row);
            };
            let Ok(found) = self.find_by_number(unit, context.today()) else {
                errors += 1;
                tell(Fields::new(), ProcessingResultStatus::Error);
                continue;
            };
            let rows = if found.results.is_empty() {
                vec![Fields::new()]
            } else {
                found.results
            };
            for mut row in rows {
                row.set(Field::QualificationValidity, found.validity.code());
                tell(row, ProcessingResultStatus::Normal);
            }
        }
        answer
            .with(Field::SegmentOfResult, SegmentOfResult::Done.code())
            .with(Field::NumberOfProcessingResult, units.len().to_string())
            .with(
                Field::NumberOfNormalProcessing,
                (units.len() - errors).to_string(),
            )
            .with(Field::NumberOfError, errors.to_string())
    }
}
