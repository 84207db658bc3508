//! The export read back: rows of values by our fields, whatever its format.

mod fixed;
mod separated;
mod tree;

use std::collections::BTreeMap;

use encoding_rs::{SHIFT_JIS, UTF_8};
use madoguchi_eligibility::{CardClassification, Field};
use madoguchi_notation::Wording;
use serde::{Deserialize, Serialize};

use crate::column::{At, Column};
use crate::mapping::{Encoding, Format, Mapping, Origin, Table};

/// What the vendor's program wrote down.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Export {
    /// One eligibility each, in the order of the file; then one claim each.
    pub rows: Vec<Row>,
    /// Names of files that were not taken over; none where the mapping names no such list.
    pub refused: Option<Vec<String>>,
}

/// A part of what a program writes down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sheet {
    /// The eligibilities on file.
    #[default]
    Records,
    /// 療養費支給申請書: what stands on the claims that were made from them.
    Claims,
}

impl Sheet {
    /// A row of it, as people are told of it.
    #[must_use]
    pub fn row(self, number: usize) -> Wording {
        match self {
            Self::Records => Wording::new(
                format!("書き出しの {number} 行目"),
                format!("row {number} of the export"),
            ),
            Self::Claims => {
                Wording::new(format!("申請書の {number} 枚目"), format!("claim {number}"))
            }
        }
    }
}

/// One eligibility of the export, or one claim.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// What it is.
    pub sheet: Sheet,
    /// Which row of the file it is, from 1, without a header.
    pub number: usize,
    /// Whether it is read by the places of 医療扶助.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub beside: bool,
    /// Values in the interface's form; absent ones are not here.
    #[serde(skip)]
    pub values: BTreeMap<Field, String>,
    /// The same as they stand in the file.
    pub raw: BTreeMap<Field, String>,
    /// What the row says must be checked; none where the mapping names no such column.
    pub note: Option<String>,
}

/// Why a file cannot be read as the mapping says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAsMapped {
    /// What is wrong and what to do, without the file's name.
    pub what: Wording,
}

impl NotAsMapped {
    fn new(ja: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            what: Wording::new(ja, en),
        }
    }
}

/// The cells that were asked for, row by row, in the order in which they were asked for.
type Cells = Vec<Vec<Option<String>>>;

impl Export {
    /// Reads the records, and the list of what was refused where there is one.
    ///
    /// # Errors
    /// Where the text is not of the format, or a column is not there. Bytes that are not in the
    /// encoding are no error: they become U+FFFD and show up as a difference.
    pub fn read(
        mapping: &Mapping,
        records: &[u8],
        refusals: Option<&[u8]>,
    ) -> Result<Self, NotAsMapped> {
        let Origin::Export(table) = mapping.binding() else {
            return Ok(Self::default());
        };
        let places: Vec<&At> = mapping.columns().map(|(_, column)| &column.at).collect();
        let records = cells(table, records, &places)?;
        let refused = match (&mapping.refusals, refusals) {
            (Some(list), Some(bytes)) => {
                let names = cells(table, bytes, &[&list.name.at])?;
                Some(names.into_iter().flatten().flatten().collect())
            }
            (Some(_), None) => Some(Vec::new()),
            (None, _) => None,
        };
        Ok(Self::of_cells(mapping, records, refused))
    }

    /// What a page or a person showed: for each record its cells in the order of
    /// [`Mapping::places`], and the names of what was not taken over, where they are shown at all.
    #[must_use]
    pub fn of_cells(
        mapping: &Mapping,
        records: Vec<Vec<Option<String>>>,
        refused: Option<Vec<String>>,
    ) -> Self {
        let columns: Vec<(Option<Field>, &Column)> = mapping.columns().collect();
        let (own, beside) = columns.split_at(columns.len() - mapping.assistance.len());
        let mut rows = Vec::new();
        for (number, mut cells) in (1..).zip(records) {
            cells.resize(columns.len(), None);
            let (cells, others) = cells.split_at(own.len());
            let first = Row::new(number, own, cells);
            let note = first.note.clone();
            if beside.is_empty() || !first.values.is_empty() {
                rows.push(first);
            }
            let mut other = Row::new(number, beside, others);
            if !other.values.is_empty() {
                other.note = note;
                other.beside = true;
                other.read_again(mapping);
                rows.push(other);
            }
        }
        Self { rows, refused }
    }

    /// Adds the claims of a mapping that names them.
    ///
    /// # Errors
    /// As for [`read`](Self::read).
    pub fn add_claims(&mut self, mapping: &Mapping, claims: &[u8]) -> Result<(), NotAsMapped> {
        let Some(named) = &mapping.claims else {
            return Ok(());
        };
        let columns = named.fields.iter();
        let columns: Vec<(Option<Field>, &Column)> = columns
            .map(|(field, column)| (Some(*field), &**column))
            .collect();
        let places: Vec<&At> = columns.iter().map(|(_, column)| &column.at).collect();
        let cells = cells(&named.records, claims, &places)?;
        self.rows
            .extend((1..).zip(cells).map(|(number, cells)| Row {
                sheet: Sheet::Claims,
                ..Row::new(number, &columns, &cells)
            }));
        Ok(())
    }
}

impl Row {
    /// The values anew from what stands in the file.
    pub(crate) fn read_again(&mut self, mapping: &Mapping) {
        let column = |field: &Field| match (self.sheet, &mapping.claims) {
            (Sheet::Claims, Some(claims)) => claims.fields.get(field),
            _ if self.beside => mapping.assistance.get(field),
            _ => mapping.fields.get(field),
        };
        let value = |(field, cell): (&Field, &String)| Some((*field, column(field)?.value(cell)));
        self.values = self.raw.iter().filter_map(value).collect();
        if self.beside {
            let class = CardClassification::MedicalAssistance.code();
            let class = (Field::InsuredCardClassification, class.to_owned());
            self.values.entry(class.0).or_insert(class.1);
        }
    }

    fn new(number: usize, columns: &[(Option<Field>, &Column)], cells: &[Option<String>]) -> Self {
        let mut row = Self {
            number,
            ..Self::default()
        };
        for ((field, column), cell) in columns.iter().zip(cells) {
            let cell = cell.as_deref().filter(|cell| !cell.is_empty());
            match (field, cell) {
                (Some(field), Some(cell)) => {
                    row.values.insert(*field, column.value(cell));
                    row.raw.insert(*field, cell.to_owned());
                }
                (None, cell) => row.note = Some(cell.unwrap_or_default().to_owned()),
                (Some(_), None) => {}
            }
        }
        row
    }
}

fn cells(table: &Table, bytes: &[u8], places: &[&At]) -> Result<Cells, NotAsMapped> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    match table.format {
        Format::FixedWidth => Ok(fixed::cells(table, bytes, places)),
        Format::Csv => separated::cells(table, &text(table, bytes), places),
        Format::Json => tree::json_cells(table, &text(table, bytes), places),
        Format::Xml => tree::xml_cells(table, bytes, places),
    }
}

/// The characters of the file; what is none is U+FFFD.
fn text(table: &Table, bytes: &[u8]) -> String {
    let encoding = match table.encoding {
        Encoding::Utf8 => UTF_8,
        Encoding::ShiftJis => SHIFT_JIS,
    };
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

#[cfg(test)]
mod tests;
