//! The form of a mapping as a JSON Schema, made from the types that read it. `mapping.schema.json` beside
//! this crate is its copy for people without the program.

use madoguchi_eligibility::Field;
use schemars::{Schema, SchemaGenerator, json_schema};

use crate::form::Form;

/// A place alone, or with form and words.
pub(crate) fn column(generator: &mut SchemaGenerator) -> Schema {
    let place = json_schema!({ "type": ["string", "integer"], "minimum": 1 });
    let form = generator.subschema_for::<Form>();
    json_schema!({
        "anyOf": [
            place.clone(),
            {
                "type": "object",
                "properties": {
                    "at": place,
                    "form": form,
                    "words": { "type": "object", "additionalProperties": { "type": "string" } },
                },
                "required": ["at"],
                "additionalProperties": false,
            },
        ],
    })
}

/// A place that may be left out.
pub(crate) fn maybe_column(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({ "anyOf": [column(generator), { "type": "null" }] })
}

/// Fields with their places.
pub(crate) fn columns(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "object",
        "propertyNames": { "enum": Field::NAMES },
        "additionalProperties": column(generator),
    })
}

/// The only version that there is.
pub(crate) fn version(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "const": 1 })
}

#[cfg(test)]
mod tests {
    use crate::schema;

    #[test]
    fn the_published_copy_is_current() {
        let published = include_str!("../mapping.schema.json");
        let generated = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
        assert!(
            published == generated,
            "conformance/transcription/mapping.schema.json is old; write it anew: \
             madoguchi schema mapping > conformance/transcription/mapping.schema.json"
        );
    }
}
