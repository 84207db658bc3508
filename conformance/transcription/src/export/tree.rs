//! JSON and XML: rows at a path, values at paths below each row.

use madoguchi_wire::{Element, read_xml};
use serde_json::Value as Json;

use super::{Cells, NotAsMapped};
use crate::column::At;
use crate::mapping::Table;

pub(super) fn json_cells(table: &Table, text: &str, places: &[&At]) -> Result<Cells, NotAsMapped> {
    let root: Json = serde_json::from_str(text).map_err(|error| {
        NotAsMapped::new(
            format!("JSON として読めません: {error}"),
            format!("it is no JSON: {error}"),
        )
    })?;
    let path = table.rows.as_deref();
    let rows = path.map_or(Some(&root), |path| at(&root, path));
    let rows = rows.and_then(Json::as_array).ok_or_else(|| {
        let path = path.unwrap_or("");
        NotAsMapped::new(
            format!("rows: \"{path}\" の所に配列がありません"),
            format!("there is no array at rows: \"{path}\""),
        )
    })?;
    let cell = |row: &Json, place: &At| match at(row, &place.to_string())? {
        Json::Null | Json::Array(_) | Json::Object(_) => None,
        Json::String(text) => Some(text.clone()),
        // A number is told as it stands there: that it is one shows in what it has lost.
        other => Some(other.to_string()),
    };
    let cells = |row: &Json| places.iter().map(|place| cell(row, place)).collect();
    Ok(rows.iter().map(cells).collect())
}

fn at<'j>(json: &'j Json, path: &str) -> Option<&'j Json> {
    path.split('.').try_fold(json, |json, key| json.get(key))
}

pub(super) fn xml_cells(table: &Table, bytes: &[u8], places: &[&At]) -> Result<Cells, NotAsMapped> {
    let document = read_xml(bytes).map_err(|error| {
        NotAsMapped::new(
            format!("XML として読めません: {error}"),
            format!("it is no XML: {error}"),
        )
    })?;
    let path = table.rows.as_deref().ok_or_else(|| {
        NotAsMapped::new(
            "XML では rows に行の要素を書きます。例: Export/Patient",
            "for XML rows names the element of a row, such as Export/Patient",
        )
    })?;
    let cell = |row: &Element, place: &At| {
        let found = row.find(&place.to_string());
        found.first().map(|element| element.text.clone())
    };
    let cells = |row: &Element| places.iter().map(|place| cell(row, place)).collect();
    Ok(document.find(path).into_iter().map(cells).collect())
}
