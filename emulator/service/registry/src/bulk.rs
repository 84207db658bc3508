//! 一括照会: a facility asks beforehand, in one go, whether the eligibility of booked patients is
//! valid. A submission gets a reception number; its result is being processed for a while.

use jiff::civil::Date;
use jiff::tz::Offset;
use madoguchi_eligibility::{
    Answer, Decision, Field, Fields, ProcessingResultStatus, QualificationValidity, Request,
    SegmentOfResult,
};

use crate::decision::{Context, Outcome, Refusal};
use crate::facts::{Subject, Submission};
use crate::inquiry::read_day;
use crate::registry::Registry;
use crate::{Terminal, TerminalKind};

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
        Ok(self.receive_bulk(Subject::Numbers(request.items.clone()), terminal))
    }

    /// Receives a bulk inquiry about those who designated the institution. What is wrong with its
    /// conditions is said at once.
    pub(crate) fn submit_bulk_by_consent(
        &mut self,
        fields: &Fields,
        terminal: &Terminal,
        context: &Context<'_>,
    ) -> Outcome {
        self.inquiry_by_consent(fields, terminal, context)?;
        Ok(self.receive_bulk(Subject::Designations(fields.clone()), terminal))
    }

    /// Receives a bulk inquiry about the tickets of a month.
    pub(crate) fn submit_bulk_by_ticket(
        &mut self,
        fields: &Fields,
        terminal: &Terminal,
    ) -> Outcome {
        terminal.must_be(TerminalKind::Institution)?;
        let month = fields
            .text(Field::MedicalTreatmentMonth)
            .ok_or(Refusal(Decision::Malformed, "treatment-month-missing"))?;
        let first = read_day(&format!("{month}01"))
            .ok_or(Refusal(Decision::Malformed, "treatment-month-malformed"))?;
        Ok(self.receive_bulk(Subject::Tickets(first), terminal))
    }

    fn receive_bulk(&mut self, subject: Subject, terminal: &Terminal) -> Answer {
        let reception_number = format!("{:012}", self.bulk.ever() + 1);
        self.bulk.push(Submission {
            reception_number: reception_number.clone(),
            facility: terminal.facility.clone(),
            subject,
            asked: 0,
        });
        let most = self.rules.bulk_kept;
        self.bulk
            .let_go(Submission::by_facility(&terminal.facility), |_, count| {
                most < count
            });
        let answer = Answer::new(Decision::Ok, "bulk-received");
        answer.with(Field::ReceptionNumber, reception_number)
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
            .find_mut(Submission::by_number(number), |bulk| {
                bulk.reception_number == number && bulk.facility == terminal.facility
            })
            .ok_or(Refusal(Decision::NotPermitted, "reception-number-unknown"))?;
        if submission.asked < self.rules.bulk_processing_answers {
            submission.asked += 1;
            let segment = SegmentOfResult::Processing.code();
            return Ok(Answer::new(Decision::Ok, "bulk-being-processed")
                .with(Field::SegmentOfResult, segment)
                .with(Field::ReceptionNumber, number));
        }
        let subject = submission.subject.clone();
        let answer = match subject {
            Subject::Numbers(units) => self.answer_for_numbers(&units, context),
            Subject::Designations(conditions) => {
                let found = self.inquiry_by_consent(&conditions, terminal, context)?;
                done(found.results)
            }
            Subject::Tickets(month) => self.answer_for_tickets(month),
        };
        let at = Offset::constant(9).to_datetime(context.now);
        Ok(answer.with(Field::ReceptionNumber, number).with(
            Field::ProcessExecutionTime,
            at.strftime("%Y%m%d%H%M%S").to_string(),
        ))
    }

    /// Everybody whose ticket for the month is registered, in the order in which they were filed.
    fn answer_for_tickets(&self, month: Date) -> Answer {
        let rows = self.persons.iter().flat_map(|person| {
            let registered = person
                .assistance
                .iter()
                .filter(|record| record.ticket_registered)
                .filter(|record| record.has_begun(month.last_of_month()))
                .filter(|record| record.disqualification_date.is_none_or(|lost| month < lost));
            registered.map(|record| {
                let mut row = record.result();
                let validity = QualificationValidity::Valid;
                row.set(Field::QualificationValidity, validity.code());
                row.set(
                    Field::MedicalTreatmentMonth,
                    month.strftime("%Y%m").to_string(),
                );
                row
            })
        });
        done(rows.collect())
    }

    fn answer_for_numbers(&self, units: &[Fields], context: &Context<'_>) -> Answer {
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
        counted(answer, units.len(), errors)
    }
}

/// An answer with rows of which none is in error.
fn done(rows: Vec<Fields>) -> Answer {
    let mut answer = Answer::new(Decision::Ok, "bulk-done");
    answer.results = rows;
    for row in &mut answer.results {
        let status = ProcessingResultStatus::Normal;
        row.set(Field::ProcessingResultStatus, status.code());
    }
    let units = answer.results.len();
    counted(answer, units, 0)
}

fn counted(answer: Answer, units: usize, errors: usize) -> Answer {
    answer
        .with(Field::SegmentOfResult, SegmentOfResult::Done.code())
        .with(Field::NumberOfProcessingResult, units.to_string())
        .with(
            Field::NumberOfNormalProcessing,
            (units - errors).to_string(),
        )
        .with(Field::NumberOfError, errors.to_string())
}
