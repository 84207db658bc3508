//! The 資格確認端末 as far as the folders `req` and `res` go: eligibility by the numbers of one card, and
//! the bulk inquiries (一括照会) by list, by consent (訪問診療等, オンライン診療等) and by ticket (医療券). A
//! bulk inquiry gets a reception number, some answers that the result is being made, then the
//! result, in a ZIP.

use madoguchi_eligibility::{
    Answer, Decision, Field, Fields, Operation, ProcessingResultStatus, QualificationValidity,
    Request, SegmentOfResult,
};
use madoguchi_wire::{HttpRequest, Profile};

/// A person of whom the terminal knows something.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unit {
    /// 照会番号, by which the client tells its patients apart.
    pub reference: String,
    /// The numbers of the card, by which a single inquiry finds the person.
    pub numbers: Fields,
    /// The consent by which an inquiry of 訪問診療等 or オンライン診療等 finds the person.
    pub consent: Option<Consent>,
    /// 診療年月 of the ticket by which an inquiry of 医療券 finds the person, `YYYYMM`.
    pub ticket_month: Option<String>,
    /// The answer: an eligibility with 資格有効性, or 処理結果コード and its message.
    pub result: Fields,
}

/// That a patient let the institution ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// 診療区分, OQSCD028.
    pub care_category: String,
    /// `YYYYMMDD`
    pub day: String,
}

/// A terminal that answers the inquiries of one institution.
#[derive(Debug)]
pub struct FolderTerminal {
    profile: Profile,
    head: Fields,
    units: Vec<Unit>,
    /// How often it says first that the result of a bulk inquiry is being made.
    processing: u32,
    asked: u32,
    /// What the bulk inquiry under way is answered with.
    submitted: Option<Vec<Fields>>,
    fetched: usize,
}

/// What it calls a bulk inquiry.
const RECEPTION: &str = "000000000099";

/// What must agree between a single inquiry and a person, where both name it.
const NUMBERS: [Field; 5] = [
    Field::InsurerNumber,
    Field::InsuredCardSymbol,
    Field::InsuredIdentificationNumber,
    Field::InsuredBranchNumber,
    Field::Birthdate,
];

impl FolderTerminal {
    /// A terminal that knows these patients; `head` is what every answer says of itself.
    #[must_use]
    pub const fn new(profile: Profile, head: Fields, units: Vec<Unit>, processing: u32) -> Self {
        Self {
            profile,
            head,
            units,
            processing,
            asked: 0,
            submitted: None,
            fetched: 0,
        }
    }

    /// How often the result of a bulk inquiry was asked for.
    #[must_use]
    pub const fn asked(&self) -> u32 {
        self.asked
    }

    /// How many results were handed out: one for each single inquiry, one for a bulk inquiry.
    #[must_use]
    pub const fn fetched(&self) -> usize {
        self.fetched
    }

    /// The file that answers a request file; none where its name is that of no request. A file
    /// whose end is missing is left until it is whole.
    pub fn answer(&mut self, name: &str, content: Vec<u8>) -> Option<(String, Vec<u8>)> {
        let file = HttpRequest::file(name, content);
        let (operation, mut answer) = match self.profile.recognise(&file) {
            Ok(request) => {
                let repeated = self.profile.repeated(&request);
                let mut answer = self.decide(&request);
                answer.fields.complete(&repeated);
                (Some(request.operation), answer)
            }
            Err(refused) if refused.is_incomplete() => return None,
            Err(refused) => (refused.operation(), refused.answer()),
        };
        answer.fields.complete(&self.head);
        self.profile.answer_file(name, operation, &answer)
    }

    fn decide(&mut self, request: &Request) -> Answer {
        let said = |field| request.fields.text(field);
        match request.operation {
            Operation::EligibilityByNumber => self.single(&request.fields),
            Operation::BulkSubmission => {
                let references = request.items.iter();
                let references = references.filter_map(|item| item.text(Field::ReferenceNumber));
                let results = references.map(|reference| self.listed(reference)).collect();
                self.receive(results)
            }
            Operation::BulkByConsent => {
                let (from, to) = (said(Field::DateFrom), said(Field::DateTo));
                let category = said(Field::CareCategory);
                let results = self.known(|unit| {
                    let consent = unit.consent.as_ref();
                    consent.is_some_and(|consent| {
                        let day = consent.day.as_str();
                        category == Some(&consent.care_category)
                            && from.is_none_or(|from| from <= day)
                            && to.is_none_or(|to| day <= to)
                    })
                });
                self.receive(results)
            }
            Operation::BulkByTicket => {
                let month = said(Field::MedicalTreatmentMonth);
                let results =
                    self.known(|unit| month.is_some() && unit.ticket_month.as_deref() == month);
                self.receive(results)
            }
            Operation::BulkResult => self.result(said(Field::ReceptionNumber)),
            _ => Answer::new(Decision::Unmatched, "no-such-inquiry"),
        }
    }

    /// The eligibility of the person with these numbers.
    fn single(&mut self, numbers: &Fields) -> Answer {
        let names = |field: Field| numbers.text(field).filter(|value| !value.is_empty());
        let is_meant = |unit: &&Unit| {
            let agrees = |field: &Field| {
                let asked = names(*field);
                asked.is_none() || asked == unit.numbers.text(*field)
            };
            names(Field::InsuredIdentificationNumber).is_some() && NUMBERS.iter().all(agrees)
        };
        let validity = Field::QualificationValidity;
        let Some(unit) = self.units.iter().find(is_meant) else {
            let none = QualificationValidity::None.code();
            return Answer::new(Decision::Ok, "nobody-has-these-numbers").with(validity, none);
        };
        self.fetched += 1;
        let mut answer = Answer::new(Decision::Ok, "single-inquiry");
        let (status, code) = (Field::ProcessingResultStatus, Field::ProcessingResultCode);
        if let Some(failed) = unit.result.get(code) {
            answer.fields.set(code, failed.clone());
            let error = ProcessingResultStatus::Error.code();
            answer.fields.set(status, error);
        } else {
            let found = unit.result.get(validity).cloned();
            answer.fields.set_some(validity, found);
            answer.results = vec![unit.result.clone()];
        }
        answer
    }

    fn receive(&mut self, results: Vec<Fields>) -> Answer {
        self.submitted = Some(results);
        Answer::new(Decision::Ok, "bulk-received").with(Field::ReceptionNumber, RECEPTION)
    }

    fn result(&mut self, reception: Option<&str>) -> Answer {
        let results = match &self.submitted {
            Some(results) if reception == Some(RECEPTION) => results.clone(),
            _ => return Answer::new(Decision::Malformed, "no-such-reception"),
        };
        self.asked += 1;
        if self.asked <= self.processing {
            return Answer::new(Decision::Ok, "bulk-processing")
                .with(Field::SegmentOfResult, SegmentOfResult::Processing.code());
        }
        self.fetched += 1;
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

    /// What is said of one patient of a list.
    fn listed(&self, reference: &str) -> Fields {
        let known = self.units.iter().find(|unit| unit.reference == reference);
        known.map_or_else(|| unknown(reference), told)
    }

    /// What is said of everybody of whom that is true.
    fn known(&self, is_meant: impl Fn(&Unit) -> bool) -> Vec<Fields> {
        let meant = self.units.iter().filter(|unit| is_meant(unit));
        meant.map(told).collect()
    }
}

/// A unit of a bulk result.
fn told(unit: &Unit) -> Fields {
    let mut result = unit.result.clone();
    result.set(Field::ReferenceNumber, unit.reference.as_str());
    let status = if result.get(Field::ProcessingResultCode).is_some() {
        ProcessingResultStatus::Error
    } else {
        ProcessingResultStatus::Normal
    };
    result.set(Field::ProcessingResultStatus, status.code());
    result
}

/// A unit about which nothing is known.
fn unknown(reference: &str) -> Fields {
    let mut result = Fields::new();
    result.set(Field::ReferenceNumber, reference);
    let error = ProcessingResultStatus::Error.code();
    result.set(Field::ProcessingResultStatus, error);
    result.set(Field::ProcessingResultCode, "UNKNOWN");
    result
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

    fn terminal() -> FolderTerminal {
        let mut result = Fields::new();
        result.set(Field::Name, "試験　太郎");
        let mut numbers = Fields::new();
        numbers.set(Field::InsurerNumber, "06990010");
        numbers.set(Field::InsuredIdentificationNumber, "1");
        numbers.set(Field::InsuredBranchNumber, "01");
        let unit = Unit {
            reference: "T-1".to_owned(),
            numbers,
            consent: Some(Consent {
                care_category: "2".to_owned(),
                day: "20250520".to_owned(),
            }),
            ticket_month: Some("202505".to_owned()),
            result,
        };
        let profile = Profile::builtin("oqs-xml-8.07").unwrap();
        FolderTerminal::new(profile, Fields::new(), vec![unit], 2)
    }

    /// A request with this search info.
    fn search(info: &str) -> Vec<u8> {
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><XmlMsg><MessageHeader/><MessageBody>\
             <QualificationConfirmSearchInfo>{info}</QualificationConfirmSearchInfo>\
             </MessageBody></XmlMsg>"
        )
        .into_bytes()
    }

    /// The results that a bulk inquiry with this search info comes to.
    fn bulk(kind: &str, info: &str) -> Vec<Fields> {
        let mut terminal = terminal();
        let first = format!("OQS{kind}01req_1.xml");
        let second = format!("OQS{kind}02req_1.xml");
        let (name, _) = terminal.answer(&first, search(info)).unwrap();
        assert_eq!(name, format!("OQS{kind}01res_1.xml"));
        let answers = (0..3).map(|_| terminal.answer(&second, ask(RECEPTION)).unwrap());
        let (_, zip) = answers.last().unwrap();
        let profile = Profile::builtin("oqs-xml-8.07").unwrap();
        let read = profile.read_reply(Some(Operation::BulkResult), &zip);
        read.unwrap().1
    }

    #[test]
    fn a_single_inquiry_finds_the_person_of_its_numbers_and_repeats_its_identifier() {
        let mut terminal = terminal();
        let profile = Profile::builtin("oqs-xml-8.07").unwrap();
        let mut asked = |number: &str| {
            let info = format!(
                "<InsurerNumber>06990010</InsurerNumber><InsuredIdentificationNumber>{number}\
                 </InsuredIdentificationNumber><ArbitraryIdentifier>A</ArbitraryIdentifier>"
            );
            let (name, answer) = terminal
                .answer("OQSsiquc01req_1.xml", search(&info))
                .unwrap();
            assert_eq!(name, "OQSsiquc01res_1.xml");
            profile
                .read_reply(Some(Operation::EligibilityByNumber), &answer)
                .unwrap()
        };
        let (head, results) = asked("1");
        assert_eq!(head.text(Field::ArbitraryIdentifier), Some("A"));
        assert_eq!(results[0].text(Field::Name), Some("試験　太郎"));
        let (head, results) = asked("2");
        assert_eq!(head.text(Field::QualificationValidity), Some("4"));
        assert!(results.is_empty());
        assert_eq!(terminal.fetched(), 1);
    }

    #[test]
    fn an_inquiry_by_consent_finds_the_days_and_the_category_that_it_asks_for() {
        let consents = |flag: u8, from: &str, to: &str| {
            let info = format!(
                "<ConsentDateFrom>{from}</ConsentDateFrom><ConsentDateTo>{to}</ConsentDateTo>\
                 <MedicalTreatmentFlag>{flag}</MedicalTreatmentFlag>"
            );
            bulk("muhvq", &info).len()
        };
        assert_eq!(consents(2, "20250514", "20250520"), 1);
        assert_eq!(consents(2, "20250521", "20250522"), 0);
        assert_eq!(consents(3, "20250514", "20250520"), 0);
    }

    #[test]
    fn an_inquiry_by_ticket_finds_its_month() {
        let tickets = |month: &str| {
            let month = format!("<MedicalTreatmentMonth>{month}</MedicalTreatmentMonth>");
            bulk("mutic", &month)
        };
        assert_eq!(tickets("202504"), []);
        let found = tickets("202505");
        assert_eq!(found[0].text(Field::ReferenceNumber), Some("T-1"));
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
            assert_eq!(terminal.fetched(), 0);
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
