//! Fixed width: a line for each row, places in bytes of the file's own encoding.

use super::{Cells, text};
use crate::column::{At, bytes_of};
use crate::mapping::Table;

pub(super) fn cells(table: &Table, bytes: &[u8], places: &[&At]) -> Cells {
    let lines = bytes.split(|byte| *byte == b'\n');
    let lines = lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let skipped = usize::from(table.header);
    lines
        .skip(skipped)
        .filter(|line| !line.is_empty())
        .map(|line| {
            let cell = |place: &&At| {
                let range = bytes_of(place)?;
                let end = range.end.min(line.len());
                let cell = text(table, line.get(range.start..end)?);
                Some(cell.trim_matches([' ', '\u{3000}']).to_owned())
            };
            places.iter().map(cell).collect()
        })
        .collect()
}
