//! What holds for every built-in profile, found by walking its file.

use std::collections::BTreeSet;

use base64ct::{Base64, Encoding as _};
use madoguchi_eligibility::{Answer, Decision, Field, Fields, Form, Operation, Request, Value};
use madoguchi_notation::load;
use madoguchi_wire::{BUILTIN, HttpRequest, Profile};
use serde_json::{Map, Value as Json, json};

#[test]
fn every_builtin_profile_reads_and_has_its_name() {
    for (name, text) in BUILTIN {
        let profile = Profile::parse(name, text)
            .map_err(|e| e.to_string())
            .unwrap();
        assert_eq!(profile.name(), *name);
        assert_eq!(Profile::builtin(name).unwrap().name(), *name);
        assert_eq!(profile.marker(), ("X-Madoguchi-Mock", "unofficial"));
        assert!(profile.assumptions().any(|(id, _)| id == "A-02"));
    }
    assert!(Profile::builtin("nonesuch").is_none());
}

/// The profiles that travel as JSON; those of files have tests of their own.
fn json_profiles() -> impl Iterator<Item = &'static str> {
    let names = BUILTIN.iter().map(|(name, _)| *name);
    names.filter(|name| {
        let profile = Profile::builtin(name).unwrap();
        profile.text().contains("\ntransport: http-json\n")
    })
}

/// The whole file of a built-in profile.
fn document(name: &str) -> Json {
    let profile = Profile::builtin(name).unwrap();
    load(name, profile.text())
        .map_err(|e| e.to_string())
        .unwrap()
}

#[test]
fn every_operation_is_recognised_with_all_its_fields() {
    for name in json_profiles() {
        let profile = Profile::builtin(name).unwrap();
        let document = document(name);
        for operation in operations(&document) {
            let (http, request) = full_request(operation, &document["operations"]);
            assert_eq!(profile.recognise(&http), Ok(request), "{name} {operation}");
        }
    }
}

#[test]
fn every_reply_says_everything_once() {
    for name in json_profiles() {
        let profile = Profile::builtin(name).unwrap();
        let document = document(name);
        for operation in operations(&document) {
            let reply = profile.render(Some(operation), &full_answer());
            let archived = document["operations"][operation.name()].get("archive");
            let body: Json = match archived {
                Some(entry) => from_archive(&reply.body, entry.as_str().unwrap()),
                None => serde_json::from_slice(&reply.body).unwrap(),
            };
            let reply_name = document["operations"][operation.name()]["reply"]
                .as_str()
                .unwrap();
            let template = &document["replies"][reply_name];
            assert_eq!(body, filled(template), "{name} {operation}");
        }
    }
}

#[test]
fn the_profiles_take_and_deliver_the_same_fields() {
    let fields: Vec<Json> = BUILTIN[..2]
        .iter()
        .map(|(name, _)| {
            let document = document(name);
            Operation::ALL
                .iter()
                .filter(|op| **op != Operation::ResultOutput)
                .map(|op| abstract_shape(op.name(), &document))
                .collect()
        })
        .collect();
    assert_eq!(fields[0], fields[1]);
}

#[test]
fn no_name_of_one_profile_occurs_in_the_other() {
    let names: Vec<BTreeSet<String>> = BUILTIN[..2]
        .iter()
        .map(|(name, _)| wire_names(&document(name)))
        .collect();
    assert!(names[0].contains("Authorization") && names[0].contains("facilityCode"));
    assert!(names[1].contains("/kakunin/touroku") && names[1].contains("kikan"));
    let shared: Vec<_> = names[0].intersection(&names[1]).collect();
    assert!(shared.is_empty(), "{shared:?}");
}

#[test]
fn the_names_of_the_mock_are_its_fields_in_camel_case() {
    let document = document(BUILTIN[0].0);
    let mut leaves = Vec::new();
    for template in document["replies"].as_object().unwrap().values() {
        collect_leaves(template, &mut leaves);
    }
    for (key, field) in leaves {
        assert_eq!(key, camel_case(&field));
    }
}

/// What stands in the one entry of a ZIP.
fn from_archive(bytes: &[u8], entry: &str) -> Json {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    assert_eq!(archive.len(), 1);
    serde_json::from_reader(archive.by_name(entry).unwrap()).unwrap()
}

/// The operations that the profile has.
fn operations(document: &Json) -> Vec<Operation> {
    let names = document["operations"].as_object().unwrap().keys();
    names.map(|name| name.parse().unwrap()).collect()
}

/// A request that carries a value for each field of the operation, and what it should mean.
fn full_request(operation: Operation, operations: &Json) -> (HttpRequest, Request) {
    let shape = &operations[operation.name()];
    let mut request = Request::new(operation);
    let mut headers = Vec::new();
    let mut body = Map::new();
    for (name, source) in shape["take"].as_object().unwrap() {
        let field: Field = name.parse().unwrap();
        let value = sample(field);
        request.fields.set(field, value.clone());
        let text = written(&value);
        match source["json"].as_str() {
            Some(pointer) => {
                let keys = pointer.trim_start_matches('/');
                match keys.split_once('/') {
                    None => drop(body.insert(keys.to_owned(), Json::from(text))),
                    Some((outer, key)) => {
                        let outer = body.entry(outer).or_insert_with(|| json!({}));
                        outer[key] = Json::from(text);
                    }
                }
            }
            None => headers.push((
                source["header"].as_str().unwrap().to_lowercase(),
                format!("{}{text}", source["prefix"].as_str().unwrap_or_default()),
            )),
        }
    }
    if let Some(each) = shape["each"].as_object() {
        let mut unit = Map::new();
        let mut fields = Fields::new();
        for (name, source) in each["take"].as_object().unwrap() {
            let value = sample(name.parse().unwrap());
            let pointer = source["json"].as_str().unwrap().trim_start_matches('/');
            unit.insert(pointer.to_owned(), Json::from(written(&value)));
            fields.set(name.parse().unwrap(), value);
        }
        let pointer = each["json"].as_str().unwrap().trim_start_matches('/');
        body.insert(pointer.to_owned(), json!([unit.clone(), unit]));
        request.items = vec![fields.clone(), fields];
    }
    let http = HttpRequest {
        method: shape["method"].as_str().unwrap().to_owned(),
        path: shape["path"].as_str().unwrap().to_owned(),
        headers,
        body: Json::Object(body).to_string().into_bytes(),
        client_certificate: None,
    };
    (http, request)
}

/// An answer with a value in every field and one result.
fn full_answer() -> Answer {
    let mut all = Fields::new();
    for field in Field::ALL {
        all.set(*field, sample(*field));
    }
    let mut answer = Answer::new(Decision::Ok, "test");
    answer.results = vec![all.clone(), all.clone()];
    answer.fields = all;
    answer
}

fn sample(field: Field) -> Value {
    match field.form() {
        Form::Text => Value::from(format!("{field} の値")),
        Form::Bytes => Value::from(field.name().as_bytes().to_vec()),
    }
}

fn written(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Bytes(octets) => Base64::encode_string(octets),
    }
}

/// What a template becomes when it is filled with samples. Result codes follow from the decision.
fn filled(template: &Json) -> Json {
    match template {
        Json::String(leaf) if leaf == "$result-code" => json!("OK"),
        Json::String(leaf) => {
            let name = leaf.trim_start_matches('$').trim_end_matches("|base64");
            json!(written(&sample(name.parse().unwrap())))
        }
        Json::Object(entries) => Json::Object(
            entries
                .iter()
                .map(|(key, value)| (key.clone(), filled(value)))
                .collect(),
        ),
        Json::Array(items) => json!([filled(&items[0]), filled(&items[0])]),
        other => other.clone(),
    }
}

/// Which fields an operation takes and delivers.
fn abstract_shape(operation: &str, document: &Json) -> Json {
    let shape = &document["operations"][operation];
    let mut leaves = Vec::new();
    collect_leaves(
        &document["replies"][shape["reply"].as_str().unwrap()],
        &mut leaves,
    );
    let delivered: Vec<_> = leaves.into_iter().map(|(_, field)| field).collect();
    let taken: Vec<_> = shape["take"].as_object().unwrap().keys().collect();
    let each: Vec<_> = shape["each"]["take"]
        .as_object()
        .map(|take| take.keys().collect())
        .unwrap_or_default();
    json!([operation, shape["method"], taken, each, delivered])
}

/// Keys and fields of the leaves of a template.
fn collect_leaves(template: &Json, leaves: &mut Vec<(String, String)>) {
    match template {
        Json::Object(entries) => {
            for (key, value) in entries {
                match value.as_str() {
                    Some(leaf) => {
                        let field = leaf.trim_start_matches('$').trim_end_matches("|base64");
                        leaves.push((key.clone(), field.to_owned()));
                    }
                    None => collect_leaves(value, leaves),
                }
            }
        }
        Json::Array(items) => items.iter().for_each(|item| collect_leaves(item, leaves)),
        _ => {}
    }
}

/// Every name that a client has to know: paths, headers and JSON keys.
fn wire_names(document: &Json) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for shape in document["operations"].as_object().unwrap().values() {
        names.insert(shape["path"].as_str().unwrap().to_owned());
        let units = shape["each"]["take"].as_object();
        if let Some(pointer) = shape["each"]["json"].as_str() {
            names.insert(pointer.trim_start_matches('/').to_owned());
        }
        let taken = shape["take"].as_object().unwrap().values();
        for source in taken.chain(units.into_iter().flat_map(Map::values)) {
            let place = source.get("json").or(source.get("header")).unwrap();
            names.insert(place.as_str().unwrap().trim_start_matches('/').to_owned());
        }
    }
    for template in document["replies"].as_object().unwrap().values() {
        collect_keys(template, &mut names);
    }
    names
}

fn collect_keys(template: &Json, names: &mut BTreeSet<String>) {
    match template {
        Json::Object(entries) => {
            for (key, value) in entries {
                names.insert(key.clone());
                collect_keys(value, names);
            }
        }
        Json::Array(items) => items.iter().for_each(|item| collect_keys(item, names)),
        _ => {}
    }
}

fn camel_case(kebab: &str) -> String {
    let mut words = kebab.split('-');
    let first = words.next().unwrap().to_owned();
    words.fold(first, |name, word| {
        name + &word[..1].to_uppercase() + &word[1..]
    })
}
