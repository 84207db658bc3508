//! Requests and replies as a client sees them.

use madoguchi_eligibility::{Answer, Decision, Field, Fields, Operation};
use madoguchi_notation::load;
use madoguchi_wire::{BUILTIN, HttpReply, HttpRequest, Profile, Refused, Transport};
use serde_json::{Value as Json, json};

fn mock() -> Profile {
    Profile::builtin("mock-2025.05").unwrap()
}

fn renamed() -> Profile {
    Profile::builtin("renamed-2025.05").unwrap()
}

fn post(path: &str, headers: &[(&str, &str)], body: &str) -> HttpRequest {
    HttpRequest {
        method: "POST".to_owned(),
        path: path.to_owned(),
        headers: headers
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
            .collect(),
        body: body.as_bytes().to_vec(),
        client_certificate: None,
    }
}

fn body(reply: &HttpReply) -> Json {
    serde_json::from_slice(&reply.body).unwrap()
}

#[test]
fn an_inquiry_reads_from_headers_and_body() {
    let body = r#"{"method":"visual","certificate":"MII=","unknown":7}"#;
    let headers = [
        ("authorization", "Bearer token-1"),
        ("X-Request-Id", "request-1"),
    ];
    let http = post("/limited/v1/eligibility/certificate", &headers, body);
    let request = mock().recognise(&http).unwrap();
    assert_eq!(request.operation, Operation::EligibilityByCertificate);
    assert_eq!(request.fields.text(Field::SessionToken), Some("token-1"));
    assert_eq!(request.fields.text(Field::RequestId), Some("request-1"));
    assert_eq!(request.fields.text(Field::Method), Some("visual"));
    assert_eq!(
        request.fields.bytes(Field::Certificate),
        Some(&[0x30, 0x82][..])
    );
}

#[test]
fn the_renamed_wire_says_the_same_in_other_words() {
    let body = r#"{"houhou":"visual","shoumeisho":"MII="}"#;
    let headers = [("X-Kaishi-Ken", "token-1"), ("X-Irai-Bangou", "request-1")];
    let http = post("/kakunin/shikaku/shoumeisho", &headers, body);
    let request = renamed().recognise(&http).unwrap();
    assert_eq!(request.operation, Operation::EligibilityByCertificate);
    assert_eq!(request.fields.text(Field::SessionToken), Some("token-1"));
    assert_eq!(
        request.fields.bytes(Field::Certificate),
        Some(&[0x30, 0x82][..])
    );
}

#[test]
fn absent_values_are_left_out_of_a_reply() {
    let mut answer = Answer::new(Decision::Ok, "one-valid")
        .with(Field::QualificationConfirmationDate, "20250521")
        .with(Field::QualificationValidity, "1");
    let mut result = Fields::new();
    result.set(Field::Name, "試験　太郎");
    answer.results.push(result);
    let reply = mock().render(Some(Operation::EligibilityByCertificate), &answer);
    assert_eq!(reply.status, 200);
    assert_eq!(
        body(&reply),
        json!({
            "resultCode": "OK",
            "resultMessage": "正常終了しました",
            "qualificationConfirmationDate": "20250521",
            "qualificationValidity": "1",
            "resultList": [{ "name": "試験　太郎" }],
        })
    );
    let reply = renamed().render(Some(Operation::EligibilityByCertificate), &answer);
    assert_eq!(body(&reply)["kekka_ichiran"][0]["shimei"], "試験　太郎");
}

#[test]
fn a_reply_without_results_has_no_list() {
    let answer = Answer::new(Decision::NotRegistered, "not-registered");
    let reply = mock().render(Some(Operation::EligibilityByCertificate), &answer);
    assert_eq!(reply.status, 200);
    assert_eq!(body(&reply)["resultCode"], "NOT_REGISTERED");
    assert_eq!(body(&reply).get("resultList"), None);
}

#[test]
fn octets_are_written_in_base64() {
    let answer = Answer::new(Decision::Ok, "challenge-issued").with(Field::Nonce, vec![0xFF; 3]);
    let reply = mock().render(Some(Operation::Challenge), &answer);
    assert_eq!(body(&reply)["nonce"], "////");
}

#[test]
fn every_reply_is_marked_and_carries_a_code() {
    for profile in [mock(), renamed()] {
        for decision in Decision::ALL {
            let reply = profile.render(None, &Answer::new(*decision, "test"));
            let marker = ("X-Madoguchi-Mock".to_owned(), "unofficial".to_owned());
            assert!(reply.headers.contains(&marker));
            let code = decision.name();
            assert!(
                body(&reply)
                    .as_object()
                    .unwrap()
                    .values()
                    .any(|value| value == code)
            );
        }
    }
}

#[test]
fn statuses_follow_the_table() {
    let status = |decision| mock().render(None, &Answer::new(decision, "test")).status;
    assert_eq!(status(Decision::TerminalUnknown), 401);
    assert_eq!(status(Decision::CertRevoked), 403);
    assert_eq!(status(Decision::Unmatched), 404);
    assert_eq!(status(Decision::ChallengeUnknown), 409);
    assert_eq!(status(Decision::Outage), 503);
}

#[test]
fn a_request_that_matches_nothing_is_told_what_would() {
    let http = post("/limited/v1/session", &[], "{}");
    let refused = mock().recognise(&http).unwrap_err();
    assert_eq!(refused.operation(), None);
    let reply = mock().render(None, &refused.answer());
    assert_eq!(reply.status, 404);
    let body = body(&reply);
    assert_eq!(body["resultCode"], "UNMATCHED");
    assert_eq!(body["nearestOperation"], "login");
    let expected = r#"operations:
  login:
    method: POST
    path: "/limited/v1/session"
    take:
      facility-code: { json: /facilityCode }
      user-id: { json: /userId }
      password: { json: /password }
      client-version: { header: X-Client-Version }
    reply: session
"#;
    assert_eq!(body["profileFragment"], expected);
}

#[test]
fn the_fragment_makes_the_request_match() {
    for (name, _) in BUILTIN {
        let profile = Profile::builtin(name).unwrap();
        let http = match profile.transport() {
            Transport::Folder => HttpRequest::file("OQSneu01req_202505210001.xml", Vec::new()),
            _ => post("/v2/new", &[], "{}"),
        };
        let Refused::Unmatched {
            fragment, nearest, ..
        } = profile.recognise(&http).unwrap_err()
        else {
            panic!("matched");
        };
        let whole = load(name, profile.text());
        let mut document: Json = whole.map_err(|e| e.to_string()).unwrap();
        let added: Json = load("fragment", &fragment)
            .map_err(|e| e.to_string())
            .unwrap();
        let operation = nearest.unwrap();
        document["operations"][operation.name()] = added["operations"][operation.name()].clone();
        let taught = Profile::parse(name, &document.to_string())
            .map_err(|e| e.to_string())
            .unwrap();
        let meant = match taught.recognise(&http) {
            Ok(request) => Some(request.operation),
            Err(refused) => refused.operation(),
        };
        assert_eq!(meant, Some(operation), "{name}");
    }
}

#[test]
fn the_right_path_with_the_wrong_method_is_nearest_to_itself() {
    let http = HttpRequest {
        method: "PUT".to_owned(),
        ..post("/limited/v1/sessions", &[], "")
    };
    let refused = mock().recognise(&http).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "no operation has this method and path; the nearest is login"
    );
}

#[test]
fn what_is_malformed_is_said_with_its_place() {
    let path = "/limited/v1/eligibility/certificate";
    for (headers, body, rule, says) in [
        (&[][..], "{\"method\":", "not-json", "line 1 column 10"),
        (&[], "", "not-json", "EOF"),
        (
            &[],
            r#"{"method":1}"#,
            "field-malformed",
            "{ json: /method } is not a JSON string",
        ),
        (
            &[],
            r#"{"certificate":"MI\nI="}"#,
            "field-malformed",
            "without line breaks",
        ),
        (
            &[("Authorization", "Basic x")],
            "{}",
            "field-malformed",
            "prefix",
        ),
    ] {
        let refused = mock().recognise(&post(path, headers, body)).unwrap_err();
        assert_eq!(
            refused.operation(),
            Some(Operation::EligibilityByCertificate)
        );
        let answer = refused.answer();
        assert_eq!(
            (answer.decision, answer.rule),
            (Decision::Malformed, rule),
            "{body}"
        );
        let message = answer.fields.text(Field::ResultMessage).unwrap();
        assert!(message.contains(says), "{message}");
    }
}

#[test]
fn null_is_no_value() {
    let http = post("/limited/v1/sessions", &[], r#"{"userId":null}"#);
    assert!(mock().recognise(&http).unwrap().fields.is_empty());
}

#[test]
fn a_deeply_nested_body_is_malformed_and_harmless() {
    let http = post("/limited/v1/sessions", &[], &"[".repeat(100_000));
    assert_eq!(
        mock().recognise(&http).unwrap_err().answer().rule,
        "not-json"
    );
}

#[test]
fn a_terminal_is_known_by_its_client_certificate() {
    let mut http = post("/", &[], "");
    assert_eq!(mock().terminal(&http), None);
    http.client_certificate = Some(vec![0x30]);
    assert_eq!(mock().terminal(&http), Some(vec![0x30]));
}

#[test]
fn a_profile_may_take_the_terminals_certificate_from_a_header() {
    let (name, text) = BUILTIN[0];
    let text = text.replace(
        "terminal: client-certificate",
        "terminal: { header: X-Cert }",
    );
    let profile = Profile::parse(name, &text)
        .map_err(|e| e.to_string())
        .unwrap();
    let http = post("/", &[("x-cert", "MII=")], "");
    assert_eq!(profile.terminal(&http), Some(vec![0x30, 0x82]));
}

#[test]
fn no_body_is_a_body_without_fields_where_none_is_needed() {
    let request = mock()
        .recognise(&post("/limited/v1/history", &[], ""))
        .unwrap();
    assert!(request.fields.is_empty());
    let refused = mock().recognise(&post("/limited/v1/bulk", &[], ""));
    assert!(refused.is_err());
}

#[test]
fn units_are_taken_from_the_list_and_nothing_else_is_one() {
    let units = r#"{"items":[{"referenceNumber":"TEST-1","insurerNumber":"06990000"},{}]}"#;
    let request = mock()
        .recognise(&post("/limited/v1/bulk", &[], units))
        .unwrap();
    assert_eq!(request.items.len(), 2);
    assert_eq!(
        request.items[0].text(Field::ReferenceNumber),
        Some("TEST-1")
    );
    assert!(request.items[1].is_empty());
    for wrong in [
        r#"{"items":"all"}"#,
        r#"{"items":[{"insurerNumber":6990000}]}"#,
    ] {
        let refused = mock().recognise(&post("/limited/v1/bulk", &[], wrong));
        assert!(refused.is_err(), "{wrong}");
    }
}
