//! CSV (RFC 4180), with a delimiter of the vendor's choice.

use csv::ReaderBuilder;

use super::{Cells, NotAsMapped};
use crate::column::At;
use crate::mapping::Table;

pub(super) fn cells(table: &Table, text: &str, places: &[&At]) -> Result<Cells, NotAsMapped> {
    let delimiter = u8::try_from(table.delimiter).unwrap_or(b',');
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(table.header)
        .flexible(true)
        .from_reader(text.as_bytes());
    let broken = |error: &csv::Error| {
        NotAsMapped::new(
            format!("CSV として読めません: {error}"),
            format!("it is no CSV: {error}"),
        )
    };
    let headers: Vec<String> = if table.header {
        let headers = reader.headers().map_err(|error| broken(&error))?;
        headers.iter().map(|name| name.trim().to_owned()).collect()
    } else {
        Vec::new()
    };
    let indices: Vec<usize> = places
        .iter()
        .map(|place| index(place, &headers))
        .collect::<Result<_, _>>()?;
    reader
        .records()
        .map(|record| {
            let record = record.map_err(|error| broken(&error))?;
            let cell = |index: &usize| record.get(*index).map(str::to_owned);
            Ok(indices.iter().map(cell).collect())
        })
        .collect()
}

fn index(place: &At, headers: &[String]) -> Result<usize, NotAsMapped> {
    let name = match place {
        At::Number(number) => return Ok(number.saturating_sub(1)),
        At::Name(name) => name,
    };
    headers
        .iter()
        .position(|header| header == name)
        .ok_or_else(|| {
            let known = headers.join(", ");
            NotAsMapped::new(
                format!("見出しに {name} がありません (ある見出し: {known})"),
                format!("the header has no {name}; it has: {known}"),
            )
        })
}
