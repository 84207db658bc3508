//! What a program's export says and no report may repeat: a 個人番号, wherever it stands. An export
//! is a stranger's, and may hold what was not delivered.

use std::collections::BTreeSet;

use madoguchi_terms::{decimal_digits, without_personal_numbers};

use crate::case::{Case, Made};
use crate::export::Export;
use crate::mapping::Mapping;

/// What stands in place of it.
const WITHHELD: &str = "〔個人番号〕";

/// The same with every 個人番号 withheld: twelve digits, in either width, with its check digit, that
/// are no delivered value. Doing it twice changes nothing more.
pub(crate) fn redacted(mapping: &Mapping, case: &Case, made: &Made) -> Made {
    let records = case.puts.iter().flat_map(|put| &put.records);
    let values = records.flat_map(|(record, _)| {
        let fields = record.iter().map(|(field, _)| field);
        fields.filter_map(|field| record.text(field))
    });
    let delivered: BTreeSet<String> = values.map(decimal_digits).collect();
    let may_stand = |digits: &str| delivered.contains(digits);
    let clean = |text: &mut String| {
        if let Some(cleaned) = without_personal_numbers(text, WITHHELD, &may_stand) {
            *text = cleaned;
        }
    };
    let mut made = made.clone();
    let Export { rows, refused } = &mut made.export;
    for row in rows {
        row.raw.values_mut().for_each(clean);
        row.read_again(mapping);
        row.values.values_mut().for_each(clean);
        row.note.iter_mut().for_each(clean);
    }
    refused.iter_mut().flatten().for_each(clean);
    made
}
