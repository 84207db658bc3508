//! A wire that this client has no table of: read from the OpenAPI document of its profile
//! (`madoguchi profile show --openapi`), where each operation has its `operationId` and each field its
//! `x-field`. What no schema can say stands in `x-rules` and `x-decisions`.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{Method, Operation};

/// What an OpenAPI document says of a service.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Told {
    /// Name of the profile.
    pub(crate) profile: String,
    calls: BTreeMap<String, Call>,
    /// The name of each field on this wire, by its name on `mock-2025.05`.
    names: BTreeMap<String, String>,
    /// What each result code means, by its spelling on this wire.
    codes: BTreeMap<String, String>,
    /// The header that carries the terminal's certificate, where TLS does not.
    pub(crate) terminal_header: Option<String>,
    pub(crate) signs_with_pin: bool,
    pub(crate) offers_registration: bool,
}

/// How an operation is asked for.
#[derive(Debug, PartialEq, Eq)]
struct Call {
    method: Method,
    path: String,
    /// Of each field in a header: the header's name, and what stands before the value.
    headers: BTreeMap<String, (String, String)>,
    /// Of each field in the body: the keys that lead to it.
    places: BTreeMap<String, Vec<String>>,
}

/// What goes with a request beside its own fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Carried {
    SessionToken,
    RequestId,
    ClientVersion,
}

impl Carried {
    const fn name(self) -> &'static str {
        match self {
            Self::SessionToken => "sessionToken",
            Self::RequestId => "requestId",
            Self::ClientVersion => "clientVersion",
        }
    }
}

/// The lists of requests and of answers, which are no fields of their own.
const LISTS: [&str; 2] = ["items", "resultList"];

impl Told {
    /// Reads a document; nothing where it is none.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let document: Value = serde_json::from_str(text).ok()?;
        let mut told = Self {
            profile: text_of(&document["info"]["version"])?,
            calls: BTreeMap::new(),
            names: BTreeMap::new(),
            codes: BTreeMap::new(),
            terminal_header: None,
            signs_with_pin: holds(&document["x-rules"]["signed-methods"], "pin"),
            offers_registration: document["x-rules"]["registration-offered"] != false,
        };
        for reply in document["components"]["schemas"].as_object()?.values() {
            fields(reply, LISTS[1], &mut Vec::new(), &mut |field, keys| {
                told.call_it(field, keys);
            });
        }
        for (path, methods) in document["paths"].as_object()? {
            for (method, item) in methods.as_object()? {
                let call = Call::read(method, path, item)?;
                let body = &item["requestBody"]["content"]["application/json"]["schema"];
                fields(body, LISTS[0], &mut Vec::new(), &mut |field, keys| {
                    told.call_it(field, keys);
                });
                told.calls.insert(text_of(&item["operationId"])?, call);
            }
        }
        for (decision, code) in document["x-decisions"].as_object().into_iter().flatten() {
            told.codes.insert(text_of(code)?, decision.clone());
        }
        let terminal = &document["components"]["securitySchemes"]["terminal"];
        if terminal["in"] == "header" {
            told.terminal_header = text_of(&terminal["name"]);
        }
        Some(told)
    }

    /// A field's name; where answers and requests differ, that of the answers.
    fn call_it(&mut self, field: String, keys: &[String]) {
        if let Some(key) = keys.last() {
            self.names.entry(field).or_insert_with(|| key.clone());
        }
    }

    /// Method and path of an operation.
    pub(super) fn endpoint(&self, operation: Operation) -> Option<(Method, &str)> {
        let call = self.calls.get(&id(operation))?;
        Some((call.method, &call.path))
    }

    /// Whether it is a wire of this kind at all: one on which a user logs in.
    pub(crate) fn opens_sessions(&self) -> bool {
        self.calls.contains_key(&id(Operation::Login))
    }

    /// What the field with this name on `mock-2025.05` is called here.
    pub(super) fn name(&self, mock: &str) -> Option<&str> {
        self.names.get(mock).map(String::as_str)
    }

    /// The headers and the body of a request, from its fields by name.
    pub(crate) fn placed(
        &'static self,
        operation: Operation,
        carried: &[(Carried, String)],
        named: &Map<String, Value>,
    ) -> (Vec<(&'static str, String)>, Map<String, Value>) {
        let (mut headers, mut body) = (Vec::new(), Map::new());
        let Some(call) = self.calls.get(&id(operation)) else {
            return (headers, named.clone());
        };
        let mut place = |field: &str, name: &str, value: Value| {
            if let (Some((header, prefix)), Some(text)) = (call.headers.get(field), value.as_str())
            {
                headers.push((header.as_str(), format!("{prefix}{text}")));
                return;
            }
            let own = [name.to_owned()];
            let keys = call.places.get(field).map_or(&own[..], Vec::as_slice);
            put(&mut body, keys, value);
        };
        for (name, value) in named {
            let field = self.names.iter().find(|(_, known)| *known == name);
            let field = field.map_or(name, |(field, _)| field);
            place(field, name, value.clone());
        }
        for (carried, value) in carried {
            let field = carried.name();
            if call.headers.contains_key(field) || call.places.contains_key(field) {
                place(field, field, Value::String(value.clone()));
            }
        }
        (headers, body)
    }

    /// A body without the objects around its fields; its list stands under `list`.
    pub(crate) fn flat(&self, body: Map<String, Value>, list: &str) -> Map<String, Value> {
        let mut flat = Map::new();
        for (name, value) in body {
            match value {
                Value::Object(inner) => flat.extend(self.flat(inner, list)),
                Value::Array(items) => {
                    let items = items.into_iter().map(|item| match item {
                        Value::Object(item) => Value::Object(self.flat(item, list)),
                        other => other,
                    });
                    flat.insert(list.to_owned(), items.collect());
                }
                other => {
                    flat.insert(name, other);
                }
            }
        }
        flat
    }

    /// Puts the meaning of a result code in the place of its spelling.
    pub(crate) fn spell_out(&self, code: &mut String) {
        if let Some(meaning) = self.codes.get(code) {
            code.clone_from(meaning);
        }
    }
}

impl Call {
    fn read(method: &str, path: &str, item: &Value) -> Option<Self> {
        let mut headers = BTreeMap::new();
        for parameter in item["parameters"].as_array().into_iter().flatten() {
            let pattern = parameter["schema"]["pattern"].as_str();
            let is_prefixed = parameter["schema"].get("x-field").is_none();
            let prefix = pattern.filter(|_| is_prefixed).unwrap_or_default();
            let prefix = prefix.trim_start_matches('^').to_owned();
            let field = mock_name(parameter["x-field"].as_str()?);
            headers.insert(field, (text_of(&parameter["name"])?, prefix));
        }
        let mut places = BTreeMap::new();
        let body = &item["requestBody"]["content"]["application/json"]["schema"];
        fields(body, LISTS[0], &mut Vec::new(), &mut |field, keys| {
            places.insert(field, keys.to_vec());
        });
        // The fields of a unit stand in the list, which is placed as a whole.
        let list = places.get(LISTS[0]).cloned();
        if let Some(list) = list {
            places.retain(|field, keys| field == LISTS[0] || !keys.starts_with(&list));
        }
        Some(Self {
            method: match method {
                "get" => Method::Get,
                _ => Method::Post,
            },
            path: path.to_owned(),
            headers,
            places,
        })
    }
}

/// Calls `found` for each field of a schema with the keys that lead to it, and for each list.
fn fields(
    schema: &Value,
    list: &str,
    keys: &mut Vec<String>,
    found: &mut dyn FnMut(String, &[String]),
) {
    for (key, inner) in schema["properties"].as_object().into_iter().flatten() {
        keys.push(key.clone());
        if let Some(field) = inner["x-field"].as_str() {
            found(mock_name(field), keys);
        }
        if inner["type"] == "array" {
            found(list.to_owned(), keys);
            fields(&inner["items"], list, keys, found);
        }
        fields(inner, list, keys, found);
        keys.pop();
    }
}

/// Puts a value where these keys lead.
fn put(body: &mut Map<String, Value>, keys: &[String], value: Value) {
    match keys {
        [] => {}
        [last] => {
            body.insert(last.clone(), value);
        }
        [first, rest @ ..] => {
            let inner = body
                .entry(first.clone())
                .or_insert_with(|| Map::new().into());
            if let Value::Object(inner) = inner {
                put(inner, rest, value);
            }
        }
    }
}

/// The id of an operation: its name, as `eligibility-by-number`.
fn id(operation: Operation) -> String {
    let mut id = String::new();
    for letter in format!("{operation:?}").chars() {
        if letter.is_ascii_uppercase() && !id.is_empty() {
            id.push('-');
        }
        id.push(letter.to_ascii_lowercase());
    }
    id
}

/// The name of a field on `mock-2025.05`: `name-kana` is `nameKana` there.
fn mock_name(field: &str) -> String {
    let mut parts = field.split('-');
    let mut name = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (first, rest) = part.split_at(part.len().min(1));
        name.push_str(&first.to_ascii_uppercase());
        name.push_str(rest);
    }
    name
}

fn holds(list: &Value, wanted: &str) -> bool {
    list.as_array()
        .is_none_or(|list| list.iter().any(|entry| entry == wanted))
}

fn text_of(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{Field, Wire};

    const DOCUMENT: &str = r#"{
        "info": { "version": "another" },
        "x-rules": { "signed-methods": [] },
        "x-decisions": { "NOT_REGISTERED": "E0101", "OK": "0000" },
        "paths": { "/check": { "post": {
            "operationId": "eligibility-by-certificate",
            "parameters": [
                { "name": "X-Id", "x-field": "request-id", "schema": { "maxLength": 64, "x-field": "request-id" } },
                { "name": "X-Ken", "x-field": "session-token", "schema": { "pattern": "^Ken " } }
            ],
            "requestBody": { "content": { "application/json": { "schema": { "properties": {
                "head": { "properties": { "How": { "x-field": "method" } } }
            } } } } }
        } } },
        "components": {
            "schemas": { "answer": { "properties": {
                "head": { "properties": { "Code": { "x-field": "result-code" } } },
                "List": { "type": "array", "items": { "properties": { "Kana": { "x-field": "name-kana" } } } }
            } } },
            "securitySchemes": { "terminal": { "type": "mutualTLS" } }
        }
    }"#;

    fn told() -> &'static Told {
        Box::leak(Box::new(Told::read(DOCUMENT).unwrap()))
    }

    #[test]
    fn a_request_has_each_field_where_the_document_says() {
        let body = [("How".to_owned(), Value::from("pin"))];
        let carried = [
            (Carried::SessionToken, "t".to_owned()),
            (Carried::ClientVersion, "1".to_owned()),
        ];
        let operation = Operation::EligibilityByCertificate;
        let (headers, body) = told().placed(operation, &carried, &body.into_iter().collect());
        assert_eq!(headers, [("X-Ken", "Ken t".to_owned())]);
        assert_eq!(Value::Object(body).to_string(), r#"{"head":{"How":"pin"}}"#);
        assert_eq!(told().endpoint(operation), Some((Method::Post, "/check")));
    }

    #[test]
    fn an_answer_is_read_under_the_names_of_the_document() {
        let wire = Wire::Told(told());
        let body = r#"{"head":{"Code":"E0101"},"List":[{"Kana":"x"}]}"#;
        let answer = crate::answer::Answer::parse(body.as_bytes(), wire).unwrap();
        assert_eq!(answer.code(), "NOT_REGISTERED");
        assert_eq!(answer.results[0][&Field::NameKana], "x");
    }

    #[test]
    fn rules_that_are_not_said_are_those_of_the_mock() {
        assert!(!told().signs_with_pin);
        assert!(told().offers_registration);
        assert!(Told::read("no JSON").is_none());
    }
}
