//! The OpenAPI document of a profile: current, complete, and true of what is sent.

use std::collections::BTreeSet;

use madoguchi_eligibility::{Answer, Decision, Field, Fields, Operation};
use madoguchi_wire::{BUILTIN, Profile};
use serde_json::{Value as Json, json};

const PUBLISHED: &[(&str, &str)] = &[
    (
        "mock-2025.05",
        include_str!("../../openapi/mock-2025.05.json"),
    ),
    (
        "renamed-2025.05",
        include_str!("../../openapi/renamed-2025.05.json"),
    ),
    (
        "mock-2025.04",
        include_str!("../../openapi/mock-2025.04.json"),
    ),
    (
        "mock-2024.04",
        include_str!("../../openapi/mock-2024.04.json"),
    ),
    (
        "oqs-xml-8.07",
        include_str!("../../openapi/oqs-xml-8.07.json"),
    ),
    (
        "result-output-2025.05",
        include_str!("../../openapi/result-output-2025.05.json"),
    ),
];

fn profile(name: &str) -> Profile {
    Profile::builtin(name).unwrap()
}

#[test]
fn the_published_documents_are_current() {
    assert_eq!(PUBLISHED.len(), BUILTIN.len());
    for (name, text) in PUBLISHED {
        let published: Json = serde_json::from_str(text).unwrap();
        assert!(
            published == profile(name).openapi(),
            "emulator/service/wire/openapi/{name}.json is old; write it anew: \
             cargo run -p madoguchi-wire --example openapi {name} > emulator/service/wire/openapi/{name}.json"
        );
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
