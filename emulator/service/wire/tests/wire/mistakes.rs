//! What is said about a profile that is wrong. Each test changes one place of a built-in one.

use madoguchi_notation::Diagnostics;
use madoguchi_terms::Lang;
use madoguchi_wire::{BUILTIN, Profile};

/// The complaint about `mock-2025.05` after `old` was replaced by `new` once.
#[track_caller]
fn complaint(old: &str, new: &str) -> Diagnostics {
    let (_, text) = BUILTIN[0];
    assert!(text.contains(old), "{old} is not in the profile");
    Profile::parse("mine.yaml", &text.replacen(old, new, 1)).unwrap_err()
}

#[track_caller]
fn complains(old: &str, new: &str, about: &str) {
    let complaint = complaint(old, new);
    let shown = complaint.render(Lang::En, false);
    assert!(shown.contains(about), "{shown}");
    let place = complaint.iter().next().unwrap().place.as_ref().unwrap();
    assert!(place.line > 1, "{shown}");
    assert!(
        shown.contains(&format!("mine.yaml:{}:{}", place.line, place.column)),
        "{shown}"
    );
}

#[test]
fn an_unknown_operation_gets_a_candidate() {
    complains(
        "  challenge:\n    method",
        "  chalenge:\n    method",
        "did you mean challenge?",
    );
}

#[test]
fn an_unknown_field_in_a_request_gets_a_candidate() {
    complains("user-id: {", "userid: {", "did you mean user-id?");
}

#[test]
fn an_unknown_field_in_a_reply_gets_a_candidate() {
    complains("$terms-text", "$term-text", "did you mean terms-text?");
}

#[test]
fn an_unknown_decision_is_named() {
    complains("  BUSY: {", "  BUZY: {", "did you mean BUSY?");
}

#[test]
fn a_missing_decision_is_named() {
    complains("  BUSY: { status: 503 }\n", "", "decisions lacks BUSY");
}

#[test]
fn a_status_outside_http_is_refused() {
    complains(
        "BUSY: { status: 503 }",
        "BUSY: { status: 99 }",
        "not from 200 to 599",
    );
}

#[test]
fn octets_need_a_text_form() {
    complains(
        "{ json: /certificate, as: base64 }",
        "{ json: /certificate }",
        "needs as: base64",
    );
    complains("$nonce|base64", "$nonce", "write $nonce|base64");
    complains(
        "$nonce|base64",
        "$nonce|base32",
        "\"base32\" is not known here",
    );
}

#[test]
fn text_takes_no_text_form() {
    complains(
        "{ json: /userId }",
        "{ json: /userId, as: hex }",
        "takes no as",
    );
    complains("$terms-id", "$terms-id|hex", "write $terms-id");
}

#[test]
fn a_field_has_one_source() {
    complains(
        "{ json: /userId }",
        "{ json: /userId, header: X-User }",
        "either json or header",
    );
    complains(
        "{ json: /userId }",
        "{ prefix: x }",
        "either json or header",
    );
}

#[test]
fn a_pointer_begins_with_a_slash() {
    complains(
        "{ json: /userId }",
        "{ json: userId }",
        "does not begin with /",
    );
}

#[test]
fn a_header_has_the_name_of_a_header() {
    complains(
        "header: X-Request-Id",
        "header: X Request",
        "is no name of a header",
    );
    complains(
        "marker: X-Madoguchi-Mock",
        "marker: 'X: y'",
        "is no name of a header",
    );
}

#[test]
fn a_reply_must_exist() {
    complains("reply: session", "reply: sesion", "did you mean session?");
    complains("unmatched: help", "unmatched: hlp", "did you mean help?");
}

#[test]
fn a_reply_must_carry_the_result_code() {
    complains("    resultCode: $result-code\n", "", "has no $result-code");
}

#[test]
fn a_method_and_path_serve_one_operation() {
    complains(
        "/limited/v1/challenges",
        "/limited/v1/sessions",
        "the same method and path",
    );
}

#[test]
fn methods_are_upper_case_and_paths_absolute() {
    complains("method: GET", "method: get", "write it in upper case");
    complains(
        "path: /limited/v1/sessions",
        "path: limited/v1/sessions",
        "must begin with /",
    );
}

#[test]
fn a_list_holds_one_template() {
    complains(
        "resultList:\n      -",
        "resultList:\n      - $name\n      -",
        "list of one template",
    );
}

#[test]
fn another_transport_is_not_spoken() {
    complains(
        "transport: http-json",
        "transport: carrier-pigeon",
        "\"carrier-pigeon\" is not known here",
    );
}

#[test]
fn a_place_fits_the_transport() {
    complains(
        "{ json: /userId }",
        "{ xml: XmlMsg/UserId }",
        "either json or header",
    );
    complains(
        "    method: GET\n",
        "    file: [OQSreq_]\n    method: GET\n",
        "file goes with transport: folder only",
    );
    complains(
        "terminal: client-certificate",
        "terminal: folder",
        "goes with transport: folder",
    );
    complains(
        "transport: http-json",
        "transport: folder",
        "goes with transport: folder",
    );
}

/// The complaint about `oqs-xml-8.07` after one change.
#[track_caller]
fn complains_of_files(old: &str, new: &str, about: &str) {
    let (name, text) = BUILTIN[4];
    assert_eq!(name, "oqs-xml-8.07");
    assert!(text.contains(old), "{old} is not in the profile");
    let complaint = Profile::parse("mine.yaml", &text.replacen(old, new, 1)).unwrap_err();
    let shown = complaint.render(Lang::En, false);
    assert!(
        shown.contains(about) && shown.contains("mine.yaml:"),
        "{shown}"
    );
}

#[test]
fn a_profile_of_files_is_checked_as_one() {
    complains_of_files(
        "{ xml: XmlMsg/MessageBody/ReceptionNumber }",
        "{ xml: XmlMsg//ReceptionNumber }",
        "names of elements with / between them",
    );
    complains_of_files(
        "{ xml: XmlMsg/MessageBody/ReceptionNumber }",
        "{ json: /ReceptionNumber }",
        "is taken from xml",
    );
    complains_of_files(
        "file: [OQSsiquc01req_]",
        "file: [OQSsiquc01]",
        "with req_ in it",
    );
    complains_of_files(
        "file: [OQSsiquc01req_]",
        "file: [OQSmuquc01req_]",
        "have the same file",
    );
    complains_of_files(
        "        ResultList:",
        "        Result List:",
        "no name of an XML element",
    );
    complains_of_files(
        "  help:\n    XmlMsg:",
        "  help:\n    Other: x\n    XmlMsg:",
        "needs one element around everything",
    );
    complains_of_files(
        "error-code: $result-code",
        "error-code: $code",
        "cannot stand in set",
    );
    complains_of_files(
        "marker: X-Madoguchi-Mock",
        "marker: X--Mock",
        "cannot have -- in it",
    );
    complains_of_files(
        "charset: shift_jis",
        "charset: euc-jp",
        "\"euc-jp\" is not known here",
    );
    complains_of_files(
        "reply: eligibility\n\noperations",
        "reply: eligbility\n\noperations",
        "did you mean eligibility?",
    );
}

#[test]
fn unknown_keys_are_refused() {
    complains(
        "unmatched: help",
        "unmached: help\nunmatched: help",
        "did you mean unmatched?",
    );
}
