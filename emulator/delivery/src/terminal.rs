//! The 資格確認端末 as far as a bulk inquiry (一括照会) goes: a reception number for the list, some
//! answers that the result is being made, then the result, in a ZIP.

use madoguchi_eligibility::{
    Answer, Decision, Field, Fields, Operation, ProcessingResultStatus, SegmentOfResult,
};
use madoguchi_wire::{HttpRequest, Profile};

/// One inquiry of a list, and what is known of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unit {
    /// 照会番号, by which the client tells its patients apart.
    pub reference: String,
    /// The answer: an eligibility with 資格有効性, or 処理結果コード and its message.
    pub result: Fields,
}

/// A terminal that answers one bulk inquiry.
#[derive(Debug)]
pub struct Terminal {
    profile: Profile,
    head: Fields,
    units: Vec<Unit>,
    /// How often it says first that the result is being made.
    processing: u32,
    asked: u32,
    submitted: Vec<String>,
    fetched: bool,
}

/// What it calls the inquiry.
const RECEPTION: &str = "000000000099";

impl Terminal {
    /// A terminal that knows these patients; `head` is what every answer says of itself.
    #[must_use]
    pub const fn new(profile: Profile, head: Fields, units: Vec<Unit>, processing: u32) -> Self {
        Self {
            profile,
            head,
            units,
            processing,
            asked: 0,
            submitted: Vec::new(),
            fetched: false,
        }
    }

    /// How often the result was asked for.
    #[must_use]
    pub const fn asked(&self) -> u32 {
        self.asked
    }

    /// Whether the result was handed out.
    #[must_use]
    pub const fn is_fetched(&self) -> bool {
        self.fetched
    }

    /// The file that answers a request file; none where its name is that of no request. A file
    /// whose end is missing is left until it is whole.
    pub fn answer(&mut self, name: &str, content: Vec<u8>) -> Option<(String, Vec<u8>)> {
        let file = HttpRequest::file(name, content);
        let (operation, mut answer) = match self.profile.recognise(&file) {
            Ok(request) => {
                let operation = request.operation;
                let repeated = self.profile.repeated(&request);
                let mut answer = match operation {
                    Operation::BulkSubmission => self.receive(&request.items),
                    Operation::BulkResult => {
                        self.result(request.fields.text(Field::ReceptionNumber))
                    }
                    _ => Answer::new(Decision::Unmatched, "no-bulk-inquiry"),
                };
                answer.fields.complete(&repeated);
                (Some(operation), answer)
            }
            Err(refused) if refused.is_incomplete() => return None,
            Err(refused) => (refused.operation(), refused.answer()),
        };
        answer.fields.complete(&self.head);
        self.profile.answer_file(name, operation, &answer)
    }

    fn receive(&mut self, items: &[Fields]) -> Answer {
        let reference = |item: &Fields| item.text(Field::ReferenceNumber).map(str::to_owned);
        self.submitted = items.iter().filter_map(reference).collect();
        Answer::new(Decision::Ok, "bulk-received").with(Field::ReceptionNumber, RECEPTION)
    }

    fn result(&mut self, reception: Option<&str>) -> Answer {
        if reception != Some(RECEPTION) || self.submitted.is_empty() {
            return Answer::new(Decision::Malformed, "no-such-reception");
        }
        self.asked += 1;
        if self.asked <= self.processing {
            return Answer::new(Decision::Ok, "bulk-processing")
                .with(Field::SegmentOfResult, SegmentOfResult::Processing.code());
        }
        self.fetched = true;
        let results: Vec<Fields> = self
            .submitted
            .iter()
            .map(|asked| self.unit(asked))
            .collect();
        let failed = |result: &&Fields| {
            result.text(Field::ProcessingResultStatus) == Some(ProcessingResultStatus::Error.code())
        };
        let errors = results.iter().filter(failed).count();
        let normal = results.len() - errors;
        let mut answer = Answer::new(Decision::Ok, "bulk-done")
            .with(Field::ReceptionNumber, RECEPTION)
            .with(Field::NumberOfProcessingResult, results.len().to_string())
            .with(Field::NumberOfNormalProcessing, normal.to_string())
            .with(Field::NumberOfError, errors.to_string());
        answer.results = results;
        answer
    }

    /// What is said of one patient of the list.
    fn unit(&self, reference: &str) -> Fields {
        let known = self.units.iter().find(|unit| unit.reference == reference);
        let mut result = known.map(|unit| unit.result.clone()).unwrap_or_default();
        result.set(Field::ReferenceNumber, reference);
        let failed = known.is_none() || result.get(Field::ProcessingResultCode).is_some();
        let status = if failed {
            ProcessingResultStatus::Error
        } else {
            ProcessingResultStatus::Normal
        };
        result.set(Field::ProcessingResultStatus, status.code());
        if known.is_none() {
            result.set(Field::ProcessingResultCode, "UNKNOWN");
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><XmlMsg><MessageHeader/><MessageBody>\
        <QualificationConfirmSearchInfo><InsurerNumber>06990010</InsurerNumber>\
        <InsuredIdentificationNumber>1</InsuredIdentificationNumber><Birthdate>19520101</Birthdate>\
        <ArbitraryIdentifier>T-1</ArbitraryIdentifier></QualificationConfirmSearchInfo>\
        <QualificationConfirmSearchInfo><InsurerNumber>06990010</InsurerNumber>\
        <InsuredIdentificationNumber>2</InsuredIdentificationNumber><Birthdate>19520102</Birthdate>\
        <ArbitraryIdentifier>T-9</ArbitraryIdentifier></QualificationConfirmSearchInfo>\
        </MessageBody></XmlMsg>";

    fn ask(number: &str) -> Vec<u8> {
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><XmlMsg><MessageHeader/><MessageBody>\
             <ReceptionNumber>{number}</ReceptionNumber></MessageBody></XmlMsg>"
        )
        .into_bytes()
    }

    fn terminal() -> Terminal {
        let mut result = Fields::new();
        result.set(Field::Name, "試験　太郎");
        let unit = Unit {
            reference: "T-1".to_owned(),
            result,
        };
        let profile = Profile::builtin("oqs-xml-8.07").unwrap();
        Terminal::new(profile, Fields::new(), vec![unit], 2)
    }

    #[test]
    fn the_result_comes_after_it_was_being_made() {
        let mut terminal = terminal();
        let (name, _) = terminal
            .answer("OQSmuquc01req_1.xml", LIST.as_bytes().to_vec())
            .unwrap();
        assert_eq!(name, "OQSmuquc01res_1.xml");
        for _ in 0..2 {
            let (name, _) = terminal
                .answer("OQSmuquc02req_1.xml", ask(RECEPTION))
                .unwrap();
            assert_eq!(name, "OQSmuquc02res_1.xml");
            assert!(!terminal.is_fetched());
        }
        let (name, zip) = terminal
            .answer("OQSmuquc02req_1.xml", ask(RECEPTION))
            .unwrap();
        assert_eq!(name, "OQSmuquc02res_1.zip");
        let profile = Profile::builtin("oqs-xml-8.07").unwrap();
        let (head, results) = profile
            .read_reply(Some(Operation::BulkResult), &zip)
            .unwrap();
        assert_eq!(head.text(Field::NumberOfError), Some("1"));
        assert_eq!(head.text(Field::NumberOfNormalProcessing), Some("1"));
        assert_eq!(results[0].text(Field::Name), Some("試験　太郎"));
        assert_eq!(results[1].text(Field::ProcessingResultStatus), Some("2"));
        assert_eq!(results[1].text(Field::ReferenceNumber), Some("T-9"));
    }

    #[test]
    fn another_reception_number_has_no_result_and_half_a_request_no_answer() {
        let mut terminal = terminal();
        assert!(terminal.answer("OQSmuquc02req_1.xml", ask("1")).is_some());
        assert_eq!(terminal.asked(), 0);
        assert_eq!(
            terminal.answer("OQSmuquc01req_1.xml", LIST.as_bytes()[..99].to_vec()),
            None
        );
    }
}
