//! The scenario language as a JSON Schema (draft-07), for editors: generated from the types, so
//! that it cannot say anything else. `scenario.schema.json` beside this crate is its copy for
//! people without the program, and a test keeps it current.

use schemars::Schema;
use schemars::generate::SchemaSettings;

use crate::Scenario;

/// The schema of one scenario file.
#[must_use]
pub fn schema() -> Schema {
    let mut schema = SchemaSettings::draft07()
        .into_generator()
        .into_root_schema_for::<Scenario>();
    schema.insert("title".into(), "madoguchi scenario".into());
    schema
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::Catalogue;

    fn value(schema: &Schema) -> Value {
        serde_json::to_value(schema).unwrap()
    }

    #[test]
    fn the_published_copy_is_current() {
        let published = include_str!("../scenario.schema.json");
        let generated = serde_json::to_string_pretty(&value(&schema())).unwrap() + "\n";
        assert!(
            published == generated,
            "scenarios/scenario.schema.json is old; write it anew: madoguchi schema > scenarios/scenario.schema.json"
        );
    }

    #[test]
    fn every_scenario_of_the_catalogue_has_the_shape_that_the_schema_says() {
        let validator = jsonschema::validator_for(&value(&schema())).unwrap();
        for entry in Catalogue::builtin().entries() {
            let scenario: Value = madoguchi_notation::load(&entry.file, &entry.text).unwrap();
            let wrong: Vec<_> = validator
                .iter_errors(&scenario)
                .map(|e| e.to_string())
                .collect();
            assert!(wrong.is_empty(), "{}: {wrong:?}", entry.id);
        }
    }

    #[test]
    fn the_schema_refuses_what_the_reader_refuses() {
        let validator = jsonschema::validator_for(&value(&schema())).unwrap();
        let scenario = |step: &str| {
            let text = format!(
                "purpose: {{ja: a, en: b}}\nrequirements: []\ngiven: {{persona: x}}\nwhen: [{step}]\n"
            );
            madoguchi_notation::load::<Value>("a.yaml", &text).unwrap()
        };
        assert!(validator.is_valid(&scenario("login")));
        assert!(validator.is_valid(&scenario("{enter-pin: wrong}")));
        for step in ["logn", "{enter-pin: maybe}", "{press: a, close: b}", "{}"] {
            assert!(!validator.is_valid(&scenario(step)), "{step}");
        }
    }
}
