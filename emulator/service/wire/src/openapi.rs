//! A profile as an OpenAPI 3.1 document: paths, fields and where each of them is known from. Made
//! from the profile alone, so that it cannot say anything else.

mod schema;

use std::collections::BTreeMap;

use madoguchi_eligibility::{Field, Method, Operation, Rules};
use madoguchi_notation::Located;
use serde_json::{Map, Value as Json, json};

use crate::Profile;
use crate::Transport;
use crate::profile::{Document, Shape, TerminalSource};
use crate::source::Source;

use schema::{both, field_schema, template_schema};

/// Statuses of requests that are not read to their end, with the reply to what matches nothing.
const UNREAD: [u16; 2] = [408, 413];

impl Profile {
    /// The OpenAPI document of this profile.
    #[must_use]
    pub fn openapi(&self) -> Json {
        let document = self.document();
        let mut paths: BTreeMap<String, Map<String, Json>> = BTreeMap::new();
        for (operation, shape) in &document.operations {
            for (method, path) in routes(shape) {
                paths
                    .entry(path)
                    .or_default()
                    .insert(method, path_item(document, *operation, shape));
            }
        }
        let schemas: Map<String, Json> = document
            .replies
            .iter()
            .map(|(name, template)| (name.clone(), template_schema(template, document)))
            .collect();
        let assumptions: Map<String, Json> = self
            .assumptions()
            .map(|(id, statement)| (id.to_owned(), Json::from(statement.en.as_str())))
            .collect();
        let (marker, _) = self.marker();
        let scheme = if self.is_local() { "http" } else { "https" };
        json!({
            "openapi": "3.1.0",
            "info": {
                "title": format!("{} (非公式の模擬 / unofficial mock)", self.name()),
                "version": self.name(),
                "description": format!(
                    "{}\n{}\n\n実在のサービスの仕様ではありません。 Not the real service's interface. \
                     x-provenance: document, observed or assumed.\n\
                     各ステータスの説明は、その操作に返りうる結果コードです。どの操作でもない要求は UNMATCHED。 \
                     A status is described by the result codes that the operation can answer; a request that is \
                     no operation is UNMATCHED.",
                    self.about().get(madoguchi_terms::Lang::Ja),
                    self.about().get(madoguchi_terms::Lang::En),
                ),
                "x-assumptions": assumptions,
            },
            "servers": [{ "url": format!("{scheme}://127.0.0.1:{{port}}"), "variables": { "port": { "default": "8443" } } }],
            "x-rules": rules(self.rules()),
            "x-decisions": decisions(document),
            "paths": paths,
            "components": {
                "schemas": schemas,
                "headers": {
                    "marker": {
                        "description": format!("{marker}: every reply is marked"),
                        "schema": { "const": "unofficial" },
                    },
                },
                "securitySchemes": { "terminal": terminal(document) },
            },
        })
    }

    /// The JSON Schema of a reply to an operation, or to a request that was none; it stands alone.
    #[must_use]
    pub fn reply_schema(&self, operation: Option<Operation>) -> Json {
        let document = self.document();
        let name = operation
            .and_then(|operation| document.operations.get(&operation))
            .map_or(&document.unmatched, |shape| &shape.reply);
        document
            .replies
            .get(name.as_str())
            .map_or(Json::Bool(false), |reply| template_schema(reply, document))
    }
}

/// What a client has to do otherwise, and no schema can say.
fn rules(rules: &Rules) -> Json {
    let names =
        |methods: &[Method]| -> Vec<&str> { methods.iter().map(|method| method.name()).collect() };
    json!({
        "methods": names(&rules.methods),
        "signed-methods": names(&rules.signed_methods),
        "consent-methods": names(&rules.consent_methods),
        "registration-offered": rules.registration_offered,
        "registration-needs-pin": rules.registration_needs_pin,
        "client-gives-up-after": rules.client_gives_up_after.as_secs(),
    })
}

/// How each decision is spelled.
fn decisions(document: &Document) -> Json {
    let spelled = document.decisions.iter().map(|(decision, spelling)| {
        let code = spelling.code.as_deref().unwrap_or_else(|| decision.name());
        (decision.name().to_owned(), Json::from(code))
    });
    Json::Object(spelled.collect())
}

/// Method and path of an operation. A file is told as what it amounts to: put into `req`, and its
/// answer found in `res`.
fn routes(shape: &Shape) -> Vec<(String, String)> {
    if shape.file.is_empty() {
        return vec![(shape.method.to_lowercase(), shape.path.clone())];
    }
    let files = shape.file.iter();
    files
        .map(|file| ("put".to_owned(), format!("/req/{file}{{suffix}}.xml")))
        .collect()
}

/// The kind of a body.
const fn media(document: &Document) -> &'static str {
    if document.transport.is_xml() {
        "application/xml"
    } else {
        "application/json"
    }
}

fn path_item(document: &Document, operation: Operation, shape: &Shape) -> Json {
    let headers = shape.take.iter().filter_map(|(field, source)| {
        let (name, prefix) = source.header()?;
        let mut schema = field_schema(*field, source.encoding(), document);
        if !prefix.is_empty() {
            schema = json!({ "type": "string", "pattern": format!("^{prefix}") });
        }
        Some(json!({
            "name": name,
            "in": "header",
            "required": operation.needs().contains(field),
            "schema": schema,
            "x-field": field.name(),
            "x-provenance": field.provenance().name(),
        }))
    });
    let mut item = json!({
        "operationId": operation.name(),
        "summary": both(operation.summary()),
        "description": format!("{}\n{}", operation.hint().ja, operation.hint().en),
        "x-provenance": "assumed",
        "parameters": headers.collect::<Vec<_>>(),
        "responses": responses(document, operation, shape),
    });
    // A terminal that is not activated has no certificate to show.
    let security = if operation == Operation::FirstLogin {
        json!([])
    } else {
        json!([{ "terminal": [] }])
    };
    item["security"] = security;
    if let Some(body) = request_schema(document, operation, shape) {
        let required = body.get("required").is_some();
        item["requestBody"] = json!({
            "required": required,
            "content": { media(document): { "schema": body } },
        });
    }
    item
}

/// One response for each status that the operation's decisions have, and those of requests that are not
/// read.
fn responses(document: &Document, operation: Operation, shape: &Shape) -> Json {
    let mut responses = BTreeMap::new();
    for (decision, spelling) in document.decisions.iter() {
        if !decision.can_answer(operation) {
            continue;
        }
        let code = spelling.code.as_deref().unwrap_or_else(|| decision.name());
        let codes: &mut Vec<String> = responses.entry(spelling.status.unwrap_or(200)).or_default();
        codes.push(format!("{code}: {}", both(decision.meaning())));
    }
    let mut told: BTreeMap<String, Json> = responses
        .into_iter()
        .map(|(status, codes)| {
            (
                status.to_string(),
                response(document, &codes.join("\n"), &shape.reply),
            )
        })
        .collect();
    if let (Some(entry), Some(done)) = (&shape.archive, told.get_mut("200")) {
        done["content"]["application/zip"] = json!({
            "schema": { "type": "string", "contentMediaType": "application/zip" },
            "x-entry": entry,
        });
    }
    if document.transport == Transport::Folder {
        return json!(told);
    }
    for status in UNREAD {
        let unread = response(
            document,
            "the body was not read to its end",
            &document.unmatched,
        );
        told.entry(status.to_string()).or_insert(unread);
    }
    json!(told)
}

fn response(document: &Document, description: &str, reply: &str) -> Json {
    let marker = document.marker.as_str();
    json!({
        "description": description,
        "headers": { marker: { "$ref": "#/components/headers/marker" } },
        "content": {
            media(document): { "schema": { "$ref": format!("#/components/schemas/{reply}") } },
        },
    })
}

/// The request's body; none where no field stands in it.
fn request_schema(document: &Document, operation: Operation, shape: &Shape) -> Option<Json> {
    let mut body = body_schema(document, &shape.take, operation.needs());
    if let Some(each) = &shape.each {
        let unit = body_schema(document, &each.take, &[]).unwrap_or_else(|| json!({}));
        let units = json!({ "type": "array", "minItems": 1, "items": unit });
        let pointer = match (&each.json, &each.xml) {
            (_, Some(path)) => format!("/{path}"),
            (pointer, None) => pointer.clone().unwrap_or_default(),
        };
        place(
            body.get_or_insert_with(|| json!({ "type": "object" })),
            &pointer,
            units,
            true,
        );
    }
    body
}

fn body_schema(
    document: &Document,
    take: &BTreeMap<Field, Located<Source>>,
    needs: &[Field],
) -> Option<Json> {
    let mut body = None;
    for (field, source) in take {
        let Some(pointer) = source.pointer() else {
            continue;
        };
        let schema = field_schema(*field, source.encoding(), document);
        let object = body.get_or_insert_with(|| json!({ "type": "object" }));
        place(object, &pointer, schema, needs.contains(field));
    }
    body
}

/// Puts a schema at the place that a JSON pointer names, with the objects on the way.
fn place(object: &mut Json, pointer: &str, schema: Json, required: bool) {
    let mut object = object;
    let mut keys = pointer
        .split('/')
        .skip(1)
        .map(|key| key.replace("~1", "/").replace("~0", "~"))
        .peekable();
    while let Some(key) = keys.next() {
        if required {
            let list = object["required"].as_array().cloned().unwrap_or_default();
            if !list.iter().any(|known| *known == key) {
                let with: Vec<Json> = list.into_iter().chain([Json::from(key.as_str())]).collect();
                object["required"] = Json::from(with);
            }
        }
        if keys.peek().is_none() {
            object["properties"][&key] = schema;
            return;
        }
        let inner = &mut object["properties"][&key];
        if inner.is_null() {
            *inner = json!({ "type": "object" });
        }
        object = inner;
    }
}

fn terminal(document: &Document) -> Json {
    match &*document.terminal {
        TerminalSource::ClientCertificate => json!({ "type": "mutualTLS" }),
        TerminalSource::Header(name) => {
            json!({ "type": "apiKey", "in": "header", "name": name })
        }
        TerminalSource::Folder => json!({
            "type": "http",
            "scheme": "x-folder",
            "description": "whoever may write into the folder",
        }),
        TerminalSource::Token => json!({ "type": "http", "scheme": "bearer" }),
    }
}
