//! Values that are delivered in another form than the interface's, as on the clipboard. A program that
//! writes one down as it was delivered has changed nothing.

use std::collections::BTreeMap;

use madoguchi_eligibility::Field;

use crate::case::{Case, Made, Put};
use crate::export::Row;

/// The same, with the interface's value wherever the program wrote what stood in a delivery.
pub(crate) fn understood(case: &Case, mut made: Made) -> Made {
    let mut delivered: BTreeMap<(Field, &str), &str> = BTreeMap::new();
    for put in &case.puts {
        for ((record, _), written) in put.records.iter().zip(&put.written) {
            for (field, text) in written {
                if let Some(value) = record.text(*field) {
                    delivered.insert((*field, text), value);
                }
            }
        }
    }
    for Row { raw, values, .. } in &mut made.export.rows {
        for (field, text) in raw {
            if let Some(value) = delivered.get(&(*field, text.as_str())) {
                values.insert(*field, (*value).to_owned());
            }
        }
    }
    made
}

/// A field of a record and of a row as people are shown it: as it was delivered, and as the program
/// wrote it beside that; in the interface's form, where it was delivered so.
pub(crate) fn shown<'v>(
    field: Field,
    (put, record): (&'v Put, usize),
    row: Option<&'v Row>,
) -> (Option<&'v str>, Option<&'v str>) {
    let value = row.and_then(|row| row.values.get(&field));
    let raw = row.and_then(|row| row.raw.get(&field));
    let (delivered, made) = match put.written(record, field) {
        Some(written) => (Some(written), raw.or(value)),
        None => (put.records[record].0.text(field), value),
    };
    (delivered, made.map(String::as_str))
}
