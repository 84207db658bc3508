//! Drafts of profiles: copies of built-in ones, and what a recording (HAR) suggests.

use madoguchi_eligibility::{Field, Operation};
use madoguchi_terms::{Lang, Say as _};
use madoguchi_wire::{BUILTIN, HttpRequest, NoDraft, Profile, Recording, draft_from, draft_like};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

/// A recording of one call.
fn entry(method: &str, url: &str, headers: Json, request: &Json, response: &Json) -> Json {
    json!({
        "request": {
            "method": method, "url": url, "headers": headers,
            "postData": { "mimeType": "application/json", "text": request.to_string() },
        },
        "response": { "status": 200, "content": { "text": response.to_string() } },
    })
}

fn har(entries: &[Json]) -> String {
    json!({ "log": { "version": "1.2", "entries": entries } }).to_string()
}

/// Two calls of a wire that is unknown here, with values that must not come through.
fn recording() -> String {
    let login = entry(
        "post",
        "https://staging.example.test:8443/api/Login?x=secret-query",
        json!([{ "name": "X-App", "value": "secret-app" }]),
        &json!({ "kikanCode": "9910000000", "loginId": "secret-user", "password": "secret-word", "device": "secret-device" }),
        &json!({ "status": "0000", "message": "ok", "accessToken": "secret-token" }),
    );
    let inquiry = entry(
        "POST",
        "https://staging.example.test:8443/api/qualification/certificate",
        json!([{ "name": "Authorization", "value": "Bearer secret-token" }]),
        &json!({ "method": "visual", "certificate": "c2VjcmV0", "yes": 1 }),
        &json!({ "header": { "status": "0000" }, "qualificationValidity": "1",
            "results": [{ "Name": "secret-name", "name_kana": "secret-kana", "insurerNumber": "06990000" }] }),
    );
    let unknown = entry(
        "GET",
        "https://staging.example.test:8443/api/weather",
        json!([]),
        &json!({}),
        &json!({ "rain": true }),
    );
    har(&[login, inquiry, unknown])
}

#[test]
fn a_copy_reads_under_its_own_name() {
    for (like, _) in BUILTIN {
        let text = draft_like("mine", like).unwrap();
        let review = Profile::check("mine.yaml", &text)
            .map_err(|e| e.to_string())
            .unwrap();
        assert_eq!(review.profile.name(), "mine");
        assert!(review.remarks.is_none(), "{like}");
    }
    for wrong in ["", "1x", "a/b", "mock-2025.05", "ä"] {
        assert!(
            matches!(draft_like(wrong, "mock-2025.05"), Err(NoDraft::Name(_))),
            "{wrong}"
        );
    }
    assert!(matches!(
        draft_like("mine", "nonesuch"),
        Err(NoDraft::Unknown(_))
    ));
}

#[test]
fn a_recording_becomes_a_profile_that_reads_its_own_traffic() {
    let recording = Recording::parse(&recording()).unwrap();
    let text = draft_from("mine", "mock-2025.05", &recording).unwrap();
    let profile = Profile::parse("mine.yaml", &text)
        .map_err(|e| format!("{e}\n{text}"))
        .unwrap();
    assert_eq!(
        profile.route(Operation::Login),
        Some(("POST", "/api/Login"))
    );
    let http = HttpRequest {
        method: "POST".into(),
        path: "/api/qualification/certificate".into(),
        headers: vec![("authorization".into(), "Bearer t".into())],
        body: br#"{"method":"visual","certificate":"MII="}"#.to_vec(),
        client_certificate: None,
    };
    let request = profile.recognise(&http).unwrap();
    assert_eq!(request.operation, Operation::EligibilityByCertificate);
    assert_eq!(request.fields.text(Field::SessionToken), Some("t"));
    assert_eq!(request.fields.text(Field::Method), Some("visual"));
}

#[test]
fn every_guess_is_marked_and_no_value_comes_through() {
    let recording = Recording::parse(&recording()).unwrap();
    let text = draft_from("mine", "mock-2025.05", &recording).unwrap();
    assert!(!text.contains("secret"), "{text}");
    assert!(!format!("{recording:?}").contains("secret"));
    for guess in [
        "json: \"/loginId\"",
        "accessToken: $session-token",
        "name_kana: $name-kana",
        "  login:",
    ] {
        let line = text
            .lines()
            .find(|line| line.contains(guess) && line.contains("assumed"));
        assert!(line.is_some(), "{guess}\n{text}");
    }
    for unknown in ["\"/device\"", "\"/api/weather\"", "\"/yes\""] {
        assert!(
            text.contains("# not understood: ") && text.contains(unknown),
            "{text}"
        );
    }
}

#[test]
fn a_recording_of_a_real_service_is_refused() {
    for url in [
        "https://api.myna.go.jp/x",
        "https://user@MYNA.GO.JP:443/x",
        "http://iryohokenjyoho.service-now.com/omf",
    ] {
        let text = har(&[entry("GET", url, json!([]), &json!({}), &json!({}))]);
        let refused = Recording::parse(&text).unwrap_err();
        assert!(
            matches!(refused, NoDraft::Production { entry: 1, .. }),
            "{url}"
        );
        for lang in Lang::ALL {
            assert!(!refused.text(lang).is_empty());
        }
    }
}

#[test]
fn what_is_no_har_is_refused_by_its_place_and_without_its_values() {
    for (text, says) in [
        ("", "ends in the middle, line 1 column 0"),
        ("{\"log\":{\"entries\":[", "ends in the middle"),
        ("<html>", "no JSON, line 1 column 1"),
        (
            "{\"log\":{\"entries\":\"secret\"}}",
            "not what HAR 1.2 has there",
        ),
        (&"[".repeat(100_000), "line 1"),
    ] {
        let refused = Recording::parse(text).unwrap_err().to_string();
        assert!(
            refused.contains(says) && !refused.contains("secret"),
            "{refused}"
        );
    }
    let empty = Recording::parse(&har(&[])).unwrap();
    assert_eq!(
        draft_from("mine", "mock-2025.05", &empty),
        Err(NoDraft::Nothing)
    );
    assert!(matches!(
        draft_from("mine", "oqs-xml-8.07", &empty),
        Err(NoDraft::NotJson(_))
    ));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever the keys of a recording are, the draft reads.
    #[test]
    fn any_names_make_a_draft_that_reads(
        names in proptest::collection::vec("\\PC{0,12}|no|~|/|#|- a|: b|\\{x\\}", 1..6),
        path in "[a-z/]{0,12}",
    ) {
        let body: serde_json::Map<String, Json> = names
            .iter()
            .map(|name| (name.clone(), json!("x")))
            .chain([("password".to_owned(), json!("x")), ("userId".to_owned(), json!("x"))])
            .collect();
        let rows: Json = json!({ "rows": [&body], "sessionToken": "x" });
        let url = format!("https://a.test/login/{path}");
        let text = har(&[entry("POST", &url, json!([]), &Json::Object(body), &rows)]);
        let recording = Recording::parse(&text).unwrap();
        let text = draft_from("mine", "mock-2025.05", &recording).unwrap();
        let read = Profile::parse("mine.yaml", &text);
        prop_assert!(read.is_ok(), "{}\n{}", read.unwrap_err(), text);
    }
}
