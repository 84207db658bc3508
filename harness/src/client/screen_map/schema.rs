//! The form of a screen map as a JSON Schema, made from the types that read it. `screen-map.schema.json`
//! beside the package is its copy for people without the program.

use schemars::generate::SchemaSettings;
use schemars::{Schema, SchemaGenerator, json_schema};

use super::{ScreenMap, VERSION};

/// The JSON Schema (draft-07) of a screen map.
#[must_use]
pub(crate) fn schema() -> Schema {
    let mut schema = SchemaSettings::draft07()
        .into_generator()
        .into_root_schema_for::<ScreenMap>();
    schema.insert("title".into(), "madoguchi screen map".into());
    schema
}

/// The only version that there is.
pub(super) fn version(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "const": VERSION })
}

/// A length of time, where there is one.
pub(super) fn span(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": ["string", "null"], "pattern": "^[0-9]+(ms|s|min|h)$" })
}
