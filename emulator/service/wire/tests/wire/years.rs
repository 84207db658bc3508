//! What the profiles of other years have and lack (R2-10, R2-12, G-01, RG-12), and what is said
//! about a profile that leaves something out.

use madoguchi_eligibility::{AssistanceDetail, Method, Operation, Rules};
use madoguchi_terms::Lang;
use madoguchi_wire::{BUILTIN, HttpRequest, Profile, Refused};
use serde_json::Value as Json;

fn builtin(name: &str) -> Profile {
    Profile::builtin(name).unwrap()
}

#[test]
fn the_newest_profile_has_the_default_rules() {
    assert_eq!(*builtin("mock-2025.05").rules(), Rules::default());
    assert_eq!(*builtin("renamed-2025.05").rules(), Rules::default());
}

#[test]
fn in_april_2025_there_was_no_use_at_the_counter_yet() {
    let profile = builtin("mock-2025.04");
    let rules = profile.rules();
    assert!(!rules.function_switch && !rules.counter_use);
    assert!(rules.registration_offered);
    assert_eq!(rules.assistance, AssistanceDetail::Full);
}

#[test]
fn in_april_2024_assistance_was_a_notice_and_registration_was_elsewhere() {
    let profile = builtin("mock-2024.04");
    let rules = profile.rules();
    assert_eq!(rules.assistance, AssistanceDetail::NoticeOnly);
    assert!(!rules.registration_offered);
    assert_eq!(rules.methods, Method::ALL);
    for operation in [
        Operation::RegistrationTerms,
        Operation::RegistrationConsent,
        Operation::Register,
    ] {
        assert_eq!(profile.route(operation), None, "{operation}");
    }
    let refused = profile
        .recognise(&HttpRequest {
            method: "GET".to_owned(),
            path: "/limited/v1/registration/terms".to_owned(),
            ..HttpRequest::default()
        })
        .unwrap_err();
    assert!(matches!(refused, Refused::Unmatched { .. }), "{refused}");
}

#[test]
fn what_two_years_have_in_common_looks_the_same() {
    let document = |name: &str| -> Json {
        madoguchi_notation::load(name, builtin(name).text())
            .map_err(|e| e.to_string())
            .unwrap()
    };
    let newest = document("mock-2025.05");
    for older in ["mock-2025.04", "mock-2024.04"] {
        let older = document(older);
        for part in ["operations", "replies", "decisions"] {
            for (name, value) in older[part].as_object().unwrap() {
                assert_eq!(*value, newest[part][name], "{part} {name}");
            }
        }
    }
}

#[test]
fn every_builtin_profile_passes_its_own_review() {
    for (name, text) in BUILTIN {
        let review = Profile::check(name, text)
            .map_err(|e| e.to_string())
            .unwrap();
        let remarks = review.remarks.map(|r| r.render(Lang::En, false));
        assert_eq!(remarks, None, "{name}");
        let lacks_some = ["mock-2024.04", "oqs-xml-8.07"].contains(name);
        assert_eq!(review.absent.is_empty(), !lacks_some, "{name}");
    }
}

#[test]
fn a_field_that_an_operation_lives_by_is_missed_at_its_place() {
    let (_, text) = BUILTIN[0];
    let without = text
        .replacen("      activation-code: { json: /activationCode }\n", "", 1)
        .replacen("    sessionToken: $session-token\n", "", 1)
        .replacen("        nameKana: $name-kana\n", "", 1);
    let review = Profile::check("mine.yaml", &without)
        .map_err(|e| e.to_string())
        .unwrap();
    let remarks = review.remarks.unwrap();
    let codes: Vec<_> = remarks.iter().map(|remark| remark.code).collect();
    assert_eq!(codes.first(), Some(&"field-not-taken"));
    let shown = remarks.render(Lang::En, false);
    for about in [
        "first-login needs activation-code",
        "the reply of login does not carry $session-token",
        "eligibility-by-certificate does not carry $name-kana",
        "mine.yaml:",
    ] {
        assert!(shown.contains(about), "{shown}");
    }
}

#[test]
fn a_rule_that_does_not_exist_gets_a_candidate() {
    let (_, text) = BUILTIN[0];
    let wrong = text.replacen("grace-months:", "grace-month:", 1);
    let complaint = Profile::parse("mine.yaml", &wrong).unwrap_err();
    let shown = complaint.render(Lang::En, false);
    assert!(shown.contains("did you mean grace-months?"), "{shown}");
}

#[test]
fn a_rule_that_is_no_duration_is_refused_at_its_place() {
    let (_, text) = BUILTIN[0];
    let wrong = text.replacen("code-ready-after: 10m", "code-ready-after: soon", 1);
    let complaint = Profile::parse("mine.yaml", &wrong).unwrap_err();
    let shown = complaint.render(Lang::En, false);
    assert!(shown.contains("mine.yaml:"), "{shown}");
}
