//! The form of a consumer scenario as a JSON Schema, made from the types that read it.
//! `scenarios/consumer.schema.json` is its copy for people without the program.

use madoguchi_delivery::Layout;
use madoguchi_eligibility::Field;
use madoguchi_fixtures::persona_ids;
use schemars::generate::SchemaSettings;
use schemars::{Schema, SchemaGenerator, json_schema};

use super::scenario::Scenario;

/// The JSON Schema (draft-07) of a scenario for a レセコン.
pub(crate) fn schema() -> Schema {
    let mut schema = SchemaSettings::draft07()
        .into_generator()
        .into_root_schema_for::<Scenario>();
    schema.insert("title".into(), "madoguchi consumer scenario".into());
    schema
}

/// A text in both languages.
pub(super) fn wording(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "object",
        "properties": { "ja": { "type": "string" }, "en": { "type": "string" } },
        "required": ["ja", "en"],
        "additionalProperties": false,
    })
}

/// Fields with the interface's values.
pub(super) fn values(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "object",
        "propertyNames": { "enum": Field::NAMES },
        "additionalProperties": { "type": "string" },
    })
}

macro_rules! words {
    ($($name:ident: $kind:tt, $words:expr, $what:literal;)+) => {$(
        pub(super) fn $name(_: &mut SchemaGenerator) -> Schema {
            let words: Vec<String> = $words;
            json_schema!({ "type": $kind, "enum": words, "description": $what })
        }
    )+};
}

fn all(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

words! {
    persona: "string", persona_ids().map(str::to_owned).collect(), "An invented person.";
    charset: "string", all(&["shift-jis", "utf8"]), "The encoding of a file.";
    label: "string", all(&["right", "wrong"]), "What the first line of a file says of its encoding.";
    manner: "string", all(&["atomic", "slow", "half-written", "locked"]), "How a file comes into being.";
    line_end: "string", all(&["crlf", "lf"]), "What ends a line of the app's text.";
    layout: "string", Layout::all().map(Layout::name).collect(), "The day since which the app's text looks so.";
}

/// `-21d`, `+1d`, `2026-11-21`
pub(super) fn offset(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "format": "offset" })
}

/// An instant with its offset.
pub(super) fn instant(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "format": "date-time" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consumer::catalogue;

    #[test]
    fn the_published_copy_is_current() {
        let published = madoguchi_scenarios::consumer::SCHEMA;
        let generated = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
        assert!(
            published == generated,
            "scenarios/consumer.schema.json is old; write it anew: \
             madoguchi schema consumer > scenarios/consumer.schema.json"
        );
    }

    #[test]
    fn every_scenario_has_the_form_that_the_schema_says_and_others_do_not() {
        let schema = serde_json::to_value(schema()).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        for entry in catalogue::catalogue().entries() {
            let scenario: serde_json::Value =
                madoguchi_notation::load(&entry.file, &entry.text).unwrap();
            let wrong: Vec<String> = validator
                .iter_errors(&scenario)
                .map(|error| format!("{error} at {}", error.instance_path()))
                .collect();
            assert!(wrong.is_empty(), "{}: {wrong:?}", entry.id);
            for (right, mistaken) in [
                ("purpose:", "purpos:"),
                ("persona: ", "persona: x-"),
                ("when:", "whne:"),
            ] {
                let text = entry.text.replace(right, mistaken);
                let scenario: serde_json::Value =
                    madoguchi_notation::load(&entry.file, &text).unwrap();
                assert!(!validator.is_valid(&scenario), "{}: {mistaken}", entry.id);
            }
        }
    }

    #[test]
    fn the_importers_mappings_have_the_form_that_the_schema_says_and_others_do_not() {
        let schema = serde_json::to_value(madoguchi_transcription::schema()).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let is_valid = |text: &str| {
            let mapping: serde_json::Value = madoguchi_notation::load("m.yaml", text).unwrap();
            validator.is_valid(&mapping)
        };
        for text in [
            include_str!("../../clients/importer/mapping.yaml"),
            include_str!("../../clients/importer/page.yaml"),
            include_str!("../../clients/importer/attended.yaml"),
        ] {
            assert!(is_valid(text), "{text}");
            assert!(!is_valid(&text.replace("mapping: 1", "mapping: 2")));
            assert!(!is_valid(&text.replace("  name:", "  nmae:")), "{text}");
            assert!(!is_valid(&text.replace("form: tenths", "form: tenth")));
        }
    }
}
