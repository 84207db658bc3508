//! Parts of the schema of the scenario language: texts whose form or whose names only the program knows,
//! and enums of words.

use madoguchi_layout::Policies;
use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

pub(crate) fn policies(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "enum": Policies::NAMES })
}

/// The schema of a text in both languages.
pub fn wording_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "description": "The text in both languages.",
        "type": "object",
        "properties": { "ja": { "type": "string" }, "en": { "type": "string" } },
        "required": ["ja", "en"],
        "additionalProperties": false,
    })
}

/// The same, where there may be none.
pub fn maybe_wording_schema(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({ "anyOf": [wording_schema(generator), { "type": "null" }] })
}

/// Texts whose form or whose names only the program knows, by a `format` that it looks at.
macro_rules! formats {
    ($($word:ident: $kind:tt, $format:literal;)+) => {$(
        pub(crate) fn $word(_: &mut SchemaGenerator) -> Schema {
            json_schema!({ "type": $kind, "format": $format })
        }
    )+};
}

formats! {
    persona: "string", "persona";
    wire: "string", "wire";
    maybe_wire: ["string", "null"], "wire";
    requirement: "string", "requirement";
    maybe_card_profile: ["string", "null"], "card-profile";
    maybe_reader_model: ["string", "null"], "reader-model";
    offset: "string", "offset";
    maybe_offset: ["string", "null"], "offset";
    maybe_instant: ["string", "null"], "instant";
}

pub(crate) fn label(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "description": "The label of a button.", "type": "string" })
}

pub(crate) fn maybe_card_of(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "description": "Whose card: a persona.",
        "type": ["string", "null"],
        "format": "persona",
    })
}

pub(crate) fn insurance_card_of(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "description": "Whose 資格確認書: a persona.",
        "type": "string",
        "format": "persona",
    })
}

pub(crate) fn insurance_cards_of(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "description": "Whose numbers: personas.",
        "type": "array",
        "items": persona(generator),
    })
}

pub(crate) fn personas(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "array", "items": persona(generator) })
}

pub(crate) fn reader_model(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "description": "A reader that is sold.",
        "type": "string",
        "format": "reader-model",
    })
}

pub(crate) fn reader_models(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "array", "items": reader_model(generator) })
}

pub(crate) fn wires(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "array", "items": wire(generator) })
}

pub(crate) fn requirements(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "array", "items": requirement(generator) })
}

/// An enum of words with and without values as serde's derive sees it, in its shape in a scenario:
/// all words that may stand alone, then one mapping for all that have a value.
pub(crate) fn words(schema: &mut Schema) {
    let Some(Value::Array(forms)) = schema.get_mut("oneOf") else {
        return;
    };
    let mut alone = Vec::new();
    let mut valued = Map::new();
    for form in forms.drain(..) {
        if let Some(word) = form.get("const") {
            alone.push(word.clone());
        }
        let Some(Value::Object(entry)) = form.get("properties") else {
            continue;
        };
        for (word, value) in entry {
            let mut value = value.clone();
            if take_null(&mut value) {
                alone.push(word.as_str().into());
            }
            valued.insert(word.clone(), value);
        }
    }
    forms.push(json!({ "enum": alone }));
    forms.push(json!({
        "type": "object",
        "properties": valued,
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": false,
    }));
}

/// Takes `null` from what a schema allows; whether it was there.
fn take_null(schema: &mut Value) -> bool {
    let is_null = |kind: &Value| *kind == "null" || kind["type"] == "null";
    for key in ["anyOf", "type"] {
        if let Some(Value::Array(kinds)) = schema.get_mut(key) {
            let all = kinds.len();
            kinds.retain(|kind| !is_null(kind));
            let had_null = kinds.len() < all;
            if let [only] = kinds.as_slice() {
                let only = only.clone();
                if key == "type" {
                    schema[key] = only;
                } else {
                    *schema = only;
                }
            }
            return had_null;
        }
    }
    false
}
