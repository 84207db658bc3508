//! The OpenAPI document of a profile: current, complete, and true of what is sent.

use std::collections::BTreeSet;

use madoguchi_eligibility::{Answer, Decision, Field, Fields, Operation};
use madoguchi_wire::{BUILTIN, Profile};
use serde_json::{Value as Json, json};
use sha2::{Digest as _, Sha256};

/// The document of the newest profile, kept in the repository; those of the others differ from it as
/// their profiles do.
const NEWEST: &str = include_str!("../../openapi/mock-2025.05.json");

/// SHA-256 of the documents of the others, as `madoguchi profile show NAME --openapi` prints them.
const OTHERS: &[(&str, &str)] = &[
    (
        "renamed-2025.05",
        "f49672985a0d8cc463ae099834e9c6ef4ce472e5ad66d9d6080eb66af05959ca",
    ),
    (
        "mock-2025.04",
        "241f699557648df662592f7a5e817e9b9771471f064807a34689ad65ce33a102",
    ),
    (
        "mock-2024.04",
        "d63073372ac90a012b1391faee1b9ec52d4ef380e48f0846eb7ce779af45a665",
    ),
    (
        "oqs-xml-8.07",
        "5fc9610e3ac47e28e344a9220db211a7440d9bd691b55d29f736bf3c4d3b9a91",
    ),
    (
        "result-output-2025.05",
        "8fdefd4d31a8d65038bd299a8101660e55fbe58a287817acb7c5e2261feea449",
    ),
    (
        "nested-2025.05",
        "9f484f692a31898fd0d28fc7c9e90ec04838e7c1ce72076059031c2798d6c5df",
    ),
];

fn profile(name: &str) -> Profile {
    Profile::builtin(name).unwrap()
}

#[test]
fn the_published_document_is_current() {
    let published: Json = serde_json::from_str(NEWEST).unwrap();
    let (name, _) = BUILTIN[0];
    assert!(
        published == profile(name).openapi(),
        "emulator/service/wire/openapi/{name}.json is old; write it anew: \
         madoguchi profile show {name} --openapi > emulator/service/wire/openapi/{name}.json"
    );
}

#[test]
fn the_documents_of_the_other_profiles_are_as_they_were() {
    let names = OTHERS.iter().map(|(name, _)| name);
    assert!(names.eq(BUILTIN[1..].iter().map(|(name, _)| name)));
    for (name, digest) in OTHERS {
        let document = format!("{:#}\n", profile(name).openapi());
        let now = base16ct::lower::encode_string(&Sha256::digest(document));
        assert_eq!(now, *digest, "the contract of {name} is another now");
    }
}

#[test]
fn the_documents_of_other_years_say_nothing_that_the_newest_does_not() {
    let newest = profile("mock-2025.05").openapi();
    for year in ["mock-2025.04", "mock-2024.04"] {
        let document = profile(year).openapi();
        for part in ["/paths", "/components/schemas", "/components/headers"] {
            let newest = newest.pointer(part).unwrap();
            for (name, value) in document.pointer(part).unwrap().as_object().unwrap() {
                assert_eq!(*value, newest[name], "{year} {part} {name}");
            }
        }
    }
}

#[test]
fn every_operation_and_every_field_stands_in_the_document() {
    for (name, _) in BUILTIN {
        let profile = profile(name);
        let document = profile.openapi();
        let mut fields = BTreeSet::new();
        collect_fields(&document, &mut fields);
        for operation in Operation::ALL {
            let Some((method, path)) = profile.route(*operation) else {
                continue;
            };
            let item = &document["paths"][path][method.to_lowercase()];
            assert_eq!(item["operationId"], operation.name(), "{name}");
            for field in operation.needs().iter().chain(operation.brings()) {
                assert!(fields.contains(field.name()), "{name} {field}");
            }
        }
    }
}

#[test]
fn every_field_says_where_it_is_known_from() {
    let document = profile("mock-2025.05").openapi();
    let eligibility = &document["components"]["schemas"]["eligibility"]["properties"];
    let result = &eligibility["resultList"]["items"]["properties"];
    assert_eq!(result["insurerNumber"]["x-provenance"], "observed");
    assert_eq!(result["consignmentState"]["x-provenance"], "assumed");
    let first_login = &document["paths"]["/limited/v1/terminals"]["post"];
    let body = &first_login["requestBody"]["content"]["application/json"]["schema"];
    let code = &body["properties"]["activationCode"];
    assert_eq!(code["x-provenance"], "document");
    assert_eq!(
        body["required"],
        json!(["facilityCode", "userId", "password", "activationCode"])
    );
    assert_eq!(first_login["security"], json!([]));
}

#[test]
fn an_operation_tells_its_own_result_codes_and_what_they_mean() {
    let document = profile("mock-2025.05").openapi();
    let challenge = &document["paths"]["/limited/v1/challenges"]["post"];
    assert!(challenge["responses"]["409"].is_null());
    let first = &document["paths"]["/limited/v1/terminals"]["post"];
    let told = first["responses"]["409"]["description"].as_str().unwrap();
    assert!(told.starts_with("CODE_USED: ") && !told.contains("CHALLENGE_UNKNOWN"));
    let result = &document["components"]["schemas"]["eligibility"]["properties"]["resultList"];
    let class = &result["items"]["properties"]["insuredCardClassification"]["description"];
    let class = class.as_str().unwrap();
    assert!(class.contains("05 特別療養費支給対象者"), "{class}");
}

#[test]
fn every_reference_in_the_document_leads_somewhere() {
    for (name, _) in BUILTIN {
        let document = profile(name).openapi();
        let mut references = BTreeSet::new();
        collect_references(&document, &mut references);
        assert!(!references.is_empty());
        for reference in references {
            let pointer = reference.strip_prefix('#').unwrap();
            assert!(document.pointer(pointer).is_some(), "{name} {reference}");
        }
    }
}

#[test]
fn refusals_of_every_kind_are_valid_replies_to_every_operation() {
    for (name, _) in BUILTIN {
        let profile = profile(name);
        for operation in Operation::ALL {
            let schema = profile.reply_schema(Some(*operation));
            let validator = jsonschema::validator_for(&schema).unwrap();
            for decision in Decision::ALL {
                let reply = profile.render(Some(*operation), &Answer::new(*decision, "test"));
                let body = profile.reply_tree(Some(*operation), &reply.body).unwrap();
                assert!(validator.is_valid(&body), "{name} {operation} {body}");
            }
        }
    }
}

#[test]
fn what_no_document_names_is_no_valid_reply() {
    let profile = profile("mock-2025.05");
    let schema = profile.reply_schema(Some(Operation::EligibilityByCertificate));
    let validator = jsonschema::validator_for(&schema).unwrap();
    let with = |field: Field, value: &str| {
        let mut answer = Answer::new(Decision::Ok, "test");
        let mut result = Fields::new();
        result.set(field, value);
        answer.results = vec![result];
        let reply = profile.render(Some(Operation::EligibilityByCertificate), &answer);
        let body: Json = serde_json::from_slice(&reply.body).unwrap();
        validator.is_valid(&body)
    };
    assert!(with(Field::Birthdate, "19520101"));
    assert!(!with(Field::Birthdate, "1952-01-01"));
    assert!(with(Field::Sex1, "3"));
    assert!(!with(Field::Sex1, "男"));
    assert!(!validator.is_valid(&json!({})));
    assert!(!validator.is_valid(&json!({ "resultCode": "FINE" })));
    assert!(!validator.is_valid(&json!({ "resultCode": "OK", "pin": "1234" })));
}

fn collect_fields(json: &Json, fields: &mut BTreeSet<String>) {
    if let Some(name) = json["x-field"].as_str() {
        fields.insert(name.to_owned());
    }
    children(json).for_each(|child| collect_fields(child, fields));
}

fn collect_references(json: &Json, references: &mut BTreeSet<String>) {
    if let Some(reference) = json["$ref"].as_str() {
        references.insert(reference.to_owned());
    }
    children(json).for_each(|child| collect_references(child, references));
}

fn children(json: &Json) -> Box<dyn Iterator<Item = &Json> + '_> {
    match json {
        Json::Object(entries) => Box::new(entries.values()),
        Json::Array(items) => Box::new(items.iter()),
        _ => Box::new(std::iter::empty()),
    }
}
