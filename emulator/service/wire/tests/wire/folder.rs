//! The files of a 資格確認端末: requests in, answers out (OQSsiquc01, OQSmuquc, OQSmuhvq, OQSmuonq,
//! OQSmutic).

use std::io::Read as _;

use madoguchi_eligibility::{
    Answer, Decision, Field, Fields, Operation, Request, from_cp932, to_cp932,
};
use madoguchi_wire::{BUILTIN, HttpRequest, Profile, Refused};
use proptest::prelude::*;

fn folder() -> Profile {
    Profile::builtin("oqs-xml-8.07").unwrap()
}

/// A request in Shift_JIS with these two parts.
fn file(name: &str, header: &str, body: &str) -> HttpRequest {
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"Shift_JIS\" standalone=\"no\"?>\n<XmlMsg>\n  \
         <MessageHeader>{header}</MessageHeader>\n  <MessageBody>{body}</MessageBody>\n</XmlMsg>\n"
    );
    HttpRequest::file(name, to_cp932(&text).unwrap())
}

const SEARCH: &str = "<QualificationConfirmSearchInfo><InsurerNumber>06990000</InsurerNumber>\
    <InsuredCardSymbol>試験</InsuredCardSymbol>\
    <InsuredIdentificationNumber>0012</InsuredIdentificationNumber><InsuredBranchNumber/>\
    <Birthdate>19520101</Birthdate><ArbitraryIdentifier>TEST-0001</ArbitraryIdentifier>\
    </QualificationConfirmSearchInfo>";

fn inquiry() -> HttpRequest {
    let header = "<MedicalInstitutionCode>9910000000</MedicalInstitutionCode>\
        <ArbitraryFileIdentifier>file-1</ArbitraryFileIdentifier>";
    file("OQSsiquc01req_202505210001.xml", header, SEARCH)
}

fn done(request: &Request) -> Answer {
    let mut result = Fields::new();
    result.set(Field::Name, "試験　太郎");
    result.set(Field::NameKana, "ｼｹﾝ ﾀﾛｳ");
    result.set(Field::InsuredIdentificationNumber, "0012");
    let mut answer = Answer::new(Decision::Ok, "one-valid")
        .with(Field::QualificationValidity, "1")
        .with(Field::QualificationConfirmationDate, "20250521")
        .with(Field::ProcessExecutionTime, "20250521093000")
        .with(Field::FacilityCode, "9910000000")
        .with(Field::ReferenceClassification, "2");
    answer.results.push(result);
    answer.fields.complete(&folder().repeated(request));
    answer
}

#[test]
fn an_inquiry_is_read_with_its_zeros_and_without_empty_elements() {
    let request = folder().recognise(&inquiry()).unwrap();
    assert_eq!(request.operation, Operation::EligibilityByNumber);
    let text = |field| request.fields.text(field);
    assert_eq!(text(Field::InsurerNumber), Some("06990000"));
    assert_eq!(text(Field::InsuredIdentificationNumber), Some("0012"));
    assert_eq!(text(Field::InsuredCardSymbol), Some("試験"));
    assert_eq!(text(Field::InsuredBranchNumber), None);
    assert_eq!(text(Field::FacilityCode), Some("9910000000"));
}

#[test]
fn an_answer_has_the_name_the_encoding_and_the_order_of_its_kind() {
    let request = folder().recognise(&inquiry()).unwrap();
    let (name, bytes) = folder()
        .answer_file(
            "OQSsiquc01req_202505210001.xml",
            Some(request.operation),
            &done(&request),
        )
        .unwrap();
    assert_eq!(name, "OQSsiquc01res_202505210001.xml");
    let expected = r#"<?xml version="1.0" encoding="Shift_JIS" standalone="no"?>
<!-- X-Madoguchi-Mock: unofficial -->
<XmlMsg>
  <MessageHeader>
    <ProcessExecutionTime>20250521093000</ProcessExecutionTime>
    <QualificationConfirmationDate>20250521</QualificationConfirmationDate>
    <MedicalInstitutionCode>9910000000</MedicalInstitutionCode>
    <ArbitraryFileIdentifier>file-1</ArbitraryFileIdentifier>
    <ReferenceClassification>2</ReferenceClassification>
    <SegmentOfResult>1</SegmentOfResult>
    <CharacterCodeIdentifier>1</CharacterCodeIdentifier>
  </MessageHeader>
  <MessageBody>
    <ProcessingResultStatus>1</ProcessingResultStatus>
    <QualificationValidity>1</QualificationValidity>
    <QualificationConfirmSearchInfo>
      <ArbitraryIdentifier>TEST-0001</ArbitraryIdentifier>
    </QualificationConfirmSearchInfo>
    <ResultList>
      <ResultOfQualificationConfirmation>
        <InsuredIdentificationNumber>0012</InsuredIdentificationNumber>
        <Name>試験　太郎</Name>
        <NameKana>ｼｹﾝ ﾀﾛｳ</NameKana>
      </ResultOfQualificationConfirmation>
    </ResultList>
  </MessageBody>
</XmlMsg>
"#;
    assert_eq!(from_cp932(&bytes).unwrap(), expected);
}

#[test]
fn the_request_chooses_the_encoding_of_its_answer() {
    let header = "<CharacterCodeIdentifier>0</CharacterCodeIdentifier>";
    let asked = file("OQSsiquc01req_1.xml", header, SEARCH);
    let request = folder().recognise(&asked).unwrap();
    let reply = folder().render(Some(request.operation), &done(&request));
    let text = String::from_utf8(reply.body).unwrap();
    assert!(text.contains("encoding=\"UTF-8\""), "{text}");
    assert!(text.contains("<CharacterCodeIdentifier>0<"), "{text}");
}

#[test]
fn what_failed_says_so_where_the_layout_has_a_place_for_it() {
    let told = |decision| {
        let answer = Answer::new(decision, "test");
        let reply = folder().render(Some(Operation::EligibilityByNumber), &answer);
        from_cp932(&reply.body).unwrap()
    };
    let refused = told(Decision::NotRegistered);
    for part in [
        "<SegmentOfResult>1<",
        "<ProcessingResultStatus>2<",
        "<ProcessingResultCode>NOT_REGISTERED<",
        "<ResultList/>",
    ] {
        assert!(refused.contains(part), "{part}: {refused}");
    }
    assert!(!refused.contains("ErrorCode"), "{refused}");
    let abnormal = told(Decision::Outage);
    for part in [
        "<SegmentOfResult>9<",
        "<ErrorCode>OUTAGE<",
        "<ErrorMessage>",
    ] {
        assert!(abnormal.contains(part), "{part}: {abnormal}");
    }
}

#[test]
fn every_answer_fits_the_schema_of_its_kind() {
    let profile = folder();
    let mut full = Fields::new();
    for (field, value) in [
        (Field::Name, "試験"),
        (Field::Sex1, "1"),
        (Field::Birthdate, "19520101"),
        (Field::InsurerNumber, "06990000"),
        (Field::ProcessingResultStatus, "1"),
        (Field::ReferenceNumber, "TEST-1"),
    ] {
        full.set(field, value);
    }
    for operation in [Operation::EligibilityByNumber, Operation::BulkResult] {
        let schema = profile.reply_schema(Some(operation));
        let validator = jsonschema::validator_for(&schema).unwrap();
        let valid = |answer: &Answer| {
            let (_, bytes) = profile
                .answer_file("a_req_1.xml", Some(operation), answer)
                .unwrap();
            let bytes = if bytes.starts_with(b"PK") {
                unzip(&bytes).1
            } else {
                bytes
            };
            validator.is_valid(&profile.reply_tree(Some(operation), &bytes).unwrap())
        };
        let mut answer = Answer::new(Decision::Ok, "test");
        answer.results = vec![full.clone(), full.clone()];
        assert!(valid(&answer), "{operation}");
        answer.results[0].set(Field::Birthdate, "1952-01-01");
        assert!(!valid(&answer), "{operation}");
    }
}

#[test]
fn units_of_a_bulk_inquiry_are_the_elements_of_one_name() {
    let asked = file("OQSmuquc01req_202505210001.xml", "", &SEARCH.repeat(3));
    let request = folder().recognise(&asked).unwrap();
    assert_eq!(request.operation, Operation::BulkSubmission);
    assert_eq!(request.items.len(), 3);
    assert_eq!(
        request.items[2].text(Field::ReferenceNumber),
        Some("TEST-0001")
    );
}

#[test]
fn visits_online_care_and_tickets_have_files_of_their_own() {
    for (name, body, operation, field, value) in [
        (
            "OQSmuhvq01req_1.xml",
            "<MedicalTreatmentFlag>2</MedicalTreatmentFlag><ConsentDateFrom>20250501</ConsentDateFrom>",
            Operation::BulkByConsent,
            Field::DateFrom,
            "20250501",
        ),
        (
            "OQSmuonq01req_1.xml",
            "<MedicalTreatmentFlag>3</MedicalTreatmentFlag>",
            Operation::BulkByConsent,
            Field::CareCategory,
            "3",
        ),
        (
            "OQSmutic01req_1.xml",
            "<MedicalTreatmentMonth>202505</MedicalTreatmentMonth>",
            Operation::BulkByTicket,
            Field::MedicalTreatmentMonth,
            "202505",
        ),
    ] {
        let body =
            format!("<QualificationConfirmSearchInfo>{body}</QualificationConfirmSearchInfo>");
        let request = folder().recognise(&file(name, "", &body)).unwrap();
        assert_eq!(request.operation, operation, "{name}");
        assert_eq!(request.fields.text(field), Some(value), "{name}");
    }
    for kind in ["muquc", "muhvq", "muonq", "mutic"] {
        let body = "<ReceptionNumber>000000000001</ReceptionNumber>";
        let asked = file(&format!("OQS{kind}02req_1.xml"), "", body);
        let request = folder().recognise(&asked).unwrap();
        assert_eq!(request.operation, Operation::BulkResult, "{kind}");
        assert_eq!(
            request.fields.text(Field::ReceptionNumber),
            Some("000000000001")
        );
    }
}

fn unzip(bytes: &[u8]) -> (String, Vec<u8>) {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    assert_eq!(archive.len(), 1);
    let mut entry = archive.by_index(0).unwrap();
    let mut content = Vec::new();
    entry.read_to_end(&mut content).unwrap();
    (entry.name().unwrap().into_owned(), content)
}

#[test]
fn a_bulk_result_comes_in_a_zip_once_it_is_there() {
    let name = "OQSmuquc02req_202505210001.xml";
    let answer = |segment: &str| {
        let answer = Answer::new(Decision::Ok, "bulk")
            .with(Field::SegmentOfResult, segment)
            .with(Field::ProcessExecutionTime, "20250521093000");
        let operation = Some(Operation::BulkResult);
        folder().answer_file(name, operation, &answer).unwrap()
    };
    let (name, bytes) = answer("2");
    assert_eq!(name, "OQSmuquc02res_202505210001.xml");
    let text = from_cp932(&bytes).unwrap();
    assert!(text.contains("<SegmentOfResult>2<"), "{text}");

    let (name, bytes) = answer("1");
    assert_eq!(name, "OQSmuquc02res_202505210001.zip");
    assert_eq!(bytes, answer("1").1, "equal answers, equal bytes");
    let (entry, content) = unzip(&bytes);
    assert_eq!(entry, "OQSmuquc02res_202505210001.xml");
    let text = from_cp932(&content).unwrap();
    assert!(text.contains("<SegmentOfResult>1<"), "{text}");
}

#[test]
fn a_check_at_the_counter_leaves_a_file_with_facility_and_time() {
    let request = folder().recognise(&inquiry()).unwrap();
    let (name, bytes) = folder().face_file(&done(&request)).unwrap();
    assert_eq!(name, "OQSsiquc01res_face_9910000000_20250521093000.xml");
    assert!(from_cp932(&bytes).unwrap().contains("<Name>試験　太郎<"));
    let json = Profile::builtin("mock-2025.05").unwrap();
    assert_eq!(json.face_file(&done(&request)), None);
}

#[test]
fn a_file_of_another_kind_is_told_what_would_match() {
    let asked = HttpRequest::file("TKKsiquc01req_202505210001.xml", Vec::new());
    let refused = folder().recognise(&asked).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "no operation has this name of a file; the nearest is eligibility-by-number"
    );
    let (name, bytes) = folder()
        .answer_file(&asked.path, None, &refused.answer())
        .unwrap();
    assert_eq!(name, "TKKsiquc01res_202505210001.xml");
    let text = from_cp932(&bytes).unwrap();
    for part in [
        "<ErrorCode>UNMATCHED<",
        "<NearestOperation>eligibility-by-number<",
        "file: [\"TKKsiquc01req_\"]",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn what_is_malformed_is_said_with_its_place() {
    let name = "OQSsiquc01req_1.xml";
    let twice = SEARCH.replace(
        "<InsurerNumber>06990000</InsurerNumber>",
        "<InsurerNumber>06990000</InsurerNumber><InsurerNumber>1</InsurerNumber>",
    );
    for (request, rule, says) in [
        (
            HttpRequest::file(name, b"<XmlMsg><MessageBody>".to_vec()),
            "xml-incomplete",
            "ends before MessageBody does",
        ),
        (
            HttpRequest::file(name, b"<XmlMsg>\n</MessageBody></XmlMsg>".to_vec()),
            "not-xml",
            "line 2 column 1",
        ),
        (
            HttpRequest::file(
                name,
                "<?xml version='1.0' encoding='Shift_JIS'?><A>試験</A>".into(),
            ),
            "encoding-mismatch",
            "not Shift_JIS",
        ),
        (
            file(name, "", &twice),
            "field-malformed",
            "there are several",
        ),
    ] {
        let refused = folder().recognise(&request).unwrap_err();
        assert_eq!(refused.is_incomplete(), rule == "xml-incomplete");
        let answer = refused.answer();
        assert_eq!((answer.decision, answer.rule), (Decision::Malformed, rule));
        let message = answer.fields.text(Field::ResultMessage).unwrap();
        assert!(message.contains(says), "{message}");
    }
}

#[test]
fn the_same_structures_travel_by_http_where_a_profile_says_so() {
    let (name, text) = BUILTIN[4];
    let text = text
        .replace("transport: folder", "transport: http-xml")
        .replace("terminal: folder", "terminal: client-certificate")
        .replace("{ set:", "{ status: 200, set:")
        .replace(
            "  CERT_EXPIRED_GRACE:\n",
            "  CERT_EXPIRED_GRACE:\n    status: 200\n",
        );
    let text: String = text
        .lines()
        .enumerate()
        .map(
            |(i, line)| match line.trim_start().strip_prefix("file: [") {
                Some(_) => format!("    method: POST\n    path: /xml/{i}\n"),
                None => format!("{line}\n"),
            },
        )
        .collect();
    let profile = Profile::parse(name, &text)
        .map_err(|e| e.to_string())
        .unwrap();
    let (method, path) = profile.route(Operation::EligibilityByNumber).unwrap();
    let request = profile
        .recognise(&HttpRequest {
            method: method.to_owned(),
            path: path.to_owned(),
            ..inquiry()
        })
        .unwrap();
    assert_eq!(request.fields.text(Field::InsurerNumber), Some("06990000"));
    let reply = profile.render(Some(request.operation), &done(&request));
    let kind = (
        "Content-Type".into(),
        "application/xml; charset=Shift_JIS".into(),
    );
    assert!(reply.headers.contains(&kind), "{:?}", reply.headers);
    assert!(from_cp932(&reply.body).unwrap().contains("試験　太郎"));
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let request = HttpRequest::file("OQSmuquc01req_1.xml", bytes);
        let outcome = folder().recognise(&request);
        let is_told = matches!(outcome, Ok(_) | Err(Refused::Malformed { .. }));
        prop_assert!(is_told);
    }

    #[test]
    fn a_request_with_wrong_bytes_is_read_or_refused(
        at in any::<proptest::sample::Index>(),
        with in proptest::collection::vec(any::<u8>(), 0..12),
        cut in 0usize..12,
    ) {
        let mut request = inquiry();
        let at = at.index(request.body.len());
        let end = (at + cut).min(request.body.len());
        request.body.splice(at..end, with);
        let outcome = folder().recognise(&request);
        let is_told = matches!(outcome, Ok(_) | Err(Refused::Malformed { .. }));
        prop_assert!(is_told);
    }
}
