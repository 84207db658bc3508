//! The vendor's mapping: where in the export each of our fields stands, and in which form.

use std::collections::BTreeMap;

use madoguchi_eligibility::Field;
use madoguchi_notation::{Diagnostic, Diagnostics, Located, load, unknown_version};
use madoguchi_trace::Binding;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde::Deserialize;

use crate::column::{At, Column, bytes_of};
use crate::origin::{Attended, Page, one_driver};
use crate::schema::{self};

/// Whom [`Mapping::binding`] names where no person was: never, since such a mapping is refused.
const NOBODY: Attended = Attended { refusals: false };

/// Version of the mapping's own form.
const VERSION: u16 = 1;

/// How an export is read.
///
/// ```
/// let mapping = madoguchi_transcription::Mapping::parse("m.yaml", "\
/// mapping: 1
/// records: { file: records.csv, format: csv }
/// fields:
///   name: 氏名
///   birthdate: { at: 生年月日, form: iso }
/// ").unwrap();
/// assert!(matches!(mapping.binding(), madoguchi_transcription::Origin::Export(table) if table.file == "records.csv"));
/// ```
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Mapping {
    #[schemars(schema_with = "schema::version")]
    mapping: Located<u16>,
    /// The file that holds the records.
    pub(crate) records: Option<Table>,
    /// The page that shows the records, in place of a file.
    page: Option<Page>,
    /// A person who says what the screen shows, in place of a file.
    attended: Option<Attended>,
    /// Where each field stands.
    #[schemars(schema_with = "schema::columns")]
    pub(crate) fields: Located<BTreeMap<Field, Located<Column>>>,
    /// Where the fields of 医療扶助 stand, for exports that hold it in the same row as 医療保険.
    #[serde(default)]
    #[schemars(schema_with = "schema::columns")]
    pub(crate) assistance: BTreeMap<Field, Located<Column>>,
    /// 療養費支給申請書, where the program makes them.
    #[serde(default)]
    pub claims: Option<Claims>,
    /// Where the export says that something must be checked.
    #[serde(default)]
    #[schemars(schema_with = "schema::maybe_column")]
    pub(crate) note: Option<Located<Column>>,
    /// The file that names what was not taken over.
    #[serde(default)]
    #[schemars(with = "Option<Refusals>")]
    pub(crate) refusals: Option<Located<Refusals>>,
    /// How the program under test is told that there is something new.
    #[serde(default)]
    pub pace: Pace,
}

/// Where it is learned what a program made of a delivery.
#[derive(Debug, Clone, Copy)]
pub enum Origin<'a> {
    /// From a file.
    Export(&'a Table),
    /// From a page.
    Page(&'a Page),
    /// From a person.
    Attended(&'a Attended),
}

impl Origin<'_> {
    /// As the verdict names it.
    #[must_use]
    pub const fn kind(self) -> Binding {
        match self {
            Self::Export(_) => Binding::Export,
            Self::Page(_) => Binding::Page,
            Self::Attended(_) => Binding::Attended,
        }
    }
}

/// A file of the export.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Table {
    /// Its name, below the folder of the export.
    pub file: String,
    pub(crate) format: Format,
    #[serde(default)]
    pub(crate) encoding: Encoding,
    #[serde(default = "comma")]
    pub(crate) delimiter: char,
    #[serde(default = "yes")]
    pub(crate) header: bool,
    /// JSON: keys with `.` between them. XML: elements with `/` between them.
    #[serde(default)]
    pub(crate) rows: Option<String>,
}

/// The claims that the program made: what stands on each 療養費支給申請書.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Claims {
    /// The file that holds them.
    pub records: Table,
    /// Where each field stands.
    #[schemars(schema_with = "schema::columns")]
    pub(crate) fields: BTreeMap<Field, Located<Column>>,
}

/// The list of what was not taken over, in the format of the records.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Refusals {
    /// Its name, below the folder of the export.
    pub(crate) file: String,
    /// Where the name of the delivered file stands.
    #[schemars(schema_with = "schema::column")]
    pub(crate) name: Located<Column>,
}

/// How the program under test learns that it should look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Pace {
    /// By a line on its standard input, which it answers.
    #[default]
    Told,
    /// By itself: it watches, and a second must be enough for it.
    Watches,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Format {
    Csv,
    Json,
    Xml,
    FixedWidth,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Encoding {
    #[default]
    #[serde(rename = "utf-8")]
    Utf8,
    ShiftJis,
}

impl Mapping {
    /// Reads a mapping.
    ///
    /// # Errors
    /// Everything that is wrong with it, with its place.
    pub fn parse(file: &str, text: &str) -> Result<Self, Diagnostics> {
        let mapping: Self = load(file, text)?;
        Diagnostics::check(file, text, mapping.faults())?;
        Ok(mapping)
    }

    /// Where it is learned what the program made of a delivery.
    #[must_use]
    pub fn binding(&self) -> Origin<'_> {
        match (&self.records, &self.page, &self.attended) {
            (Some(table), ..) => Origin::Export(table),
            (None, Some(page), _) => Origin::Page(page),
            // A mapping with none of them was refused.
            (None, None, attended) => Origin::Attended(attended.as_ref().unwrap_or(&NOBODY)),
        }
    }

    /// The file that names what was not taken over.
    #[must_use]
    pub fn refusals_file(&self) -> Option<&str> {
        self.refusals
            .as_ref()
            .map(|refusals| refusals.file.as_str())
    }

    /// The places of a record in the order in which its cells are expected: a page's or a screen's
    /// words for each field, for those of 医療扶助, and for the note.
    pub fn places(&self) -> impl Iterator<Item = String> {
        self.columns().map(|(_, column)| column.at.to_string())
    }

    /// Each column with its field; the one without is the note. Those of 医療扶助 come last.
    pub(crate) fn columns(&self) -> impl Iterator<Item = (Option<Field>, &Column)> {
        let fields = self.fields.iter();
        let fields = fields.map(|(field, column)| (Some(*field), &**column));
        let note = self.note.iter().map(|column| (None, &**column));
        let beside = self.assistance.iter();
        let beside = beside.map(|(field, column)| (Some(*field), &**column));
        fields.chain(note).chain(beside)
    }

    fn faults(&self) -> Vec<Diagnostic> {
        let mut faults = Vec::new();
        let bindings = [
            self.records.is_some(),
            self.page.is_some(),
            self.attended.is_some(),
        ];
        if bindings.into_iter().filter(|given| *given).count() != 1 {
            let fault = Diagnostic::new(
                "one-binding",
                "records、page、attended のどれか一つだけを書きます",
                "name one of records, page and attended",
            );
            faults.push(fault.at(self.mapping.location()));
        }
        if let Some(page) = &self.page {
            let fault = one_driver(page.driver.is_some(), page.server.is_some());
            faults.extend(fault.map(|fault| fault.at(self.mapping.location())));
        }
        if let Some(refusals) = self.refusals.as_ref().filter(|_| self.records.is_none()) {
            let fault = Diagnostic::new(
                "refusals-without-file",
                "refusals は records とともに使います。page と attended には自分の refusals があります",
                "refusals goes with records; page and attended have a refusals of their own",
            );
            faults.push(fault.at(refusals.location()));
        }
        let wrong = unknown_version("mapping-version", "mapping", &self.mapping, VERSION);
        faults.extend(wrong);
        if self.fields.is_empty() {
            let fault = Diagnostic::new(
                "no-fields",
                "fields に項目がありません",
                "fields names no field",
            );
            faults.push(fault.at(self.fields.location()));
        }
        let refusal = self.refusals.iter().map(|refusals| &refusals.name);
        let columns = self.fields.values().chain(self.assistance.values());
        let records = columns.chain(&self.note).chain(refusal);
        let records = self.records.iter().flat_map(|table| {
            let columns = records.clone();
            columns.map(move |column| (table, column))
        });
        let claims = self.claims.iter().flat_map(|claims| {
            let columns = claims.fields.values();
            columns.map(|column| (&claims.records, column))
        });
        for (table, column) in records.chain(claims) {
            if let Some((ja, en)) = table.misplaced(&column.at) {
                faults.push(Diagnostic::new("wrong-place", ja, en).at(column.location()));
            }
        }
        faults
    }
}

/// The JSON Schema (draft-07) of a mapping.
#[must_use]
pub fn schema() -> Schema {
    let mut schema = SchemaSettings::draft07()
        .into_generator()
        .into_root_schema_for::<Mapping>();
    schema.insert("title".into(), "madoguchi mapping".into());
    // The example of the type is for those who program.
    schema.insert(
        "description".into(),
        "How an export or a page is read.".into(),
    );
    schema
}

impl Table {
    /// Why the format has no such place.
    fn misplaced(&self, at: &At) -> Option<(&'static str, &'static str)> {
        match (self.format, at) {
            (Format::FixedWidth, at) if bytes_of(at).is_none() => Some((
                "固定長では、位置を 1 から数えたバイトで 1-8 のように書きます",
                "in a fixed-width file the place is a range of bytes from 1, such as 1-8",
            )),
            (Format::Csv, At::Name(_)) if !self.header => Some((
                "見出しのない CSV では、列を 1 からの番号で書きます",
                "without a header a column is a number, from 1",
            )),
            (Format::Csv, At::Number(0)) => {
                Some(("列の番号は 1 から数えます", "columns are numbered from 1"))
            }
            (Format::Json | Format::Xml, At::Number(_)) => Some((
                "JSON では .、XML では / で区切った名前を書きます",
                "write names, with . between them in JSON and / in XML",
            )),
            _ => None,
        }
    }
}

const fn comma() -> char {
    ','
}

const fn yes() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        Mapping::parse("m.yaml", text).unwrap_err().to_string()
    }

    #[test]
    fn a_place_may_stand_alone_or_with_form_and_words() {
        let mapping = Mapping::parse(
            "m.yaml",
            "mapping: 1\nrecords: { file: r.csv, format: csv, header: false }\nfields:\n  name: 3\n  \
             sex1: { at: 4, words: { \"1\": 男性 } }\n",
        )
        .unwrap();
        assert_eq!(mapping.fields[&Field::Name].at, At::Number(3));
        assert_eq!(mapping.fields[&Field::Sex1].value("男性"), "1");
        assert_eq!(mapping.fields[&Field::Sex1].value("女性"), "女性");
    }

    #[test]
    fn mistakes_are_told_by_line_and_column() {
        let head = "mapping: 1\nrecords: { file: r, format: fixed-width }\nfields:\n";
        assert!(
            error(&format!("{head}  name: 氏名\n")).starts_with("m.yaml:4:9: in a fixed-width")
        );
        assert!(error(&format!("{head}  name: 9-3\n")).contains("1-8"));
        assert!(error(&format!("{head}  nmae: 1-3\n")).starts_with("m.yaml:4:3: \"nmae\""));
        assert!(
            error("mapping: 2\nrecords: { file: r, format: csv }\nfields: { name: a }\n")
                .starts_with("m.yaml:1:10: this madoguchi does not know")
        );
        assert!(
            error("mapping: 1\nrecords: { file: r, format: csv }\nfields: {}\n")
                .contains("fields names no field")
        );
    }
}
