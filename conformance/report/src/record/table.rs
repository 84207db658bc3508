//! The test record as a table: CSV in UTF-8 with a byte order mark, which Excel needs.

use std::io::{self, Write};

use madoguchi_terms::{Lang, harmless};

use super::Record;
use crate::CaseReport;
use crate::cover::Cover;
use crate::overview::Mark;

/// Writes the items as a table in `lang`: RFC 4180, CRLF.
///
/// # Errors
/// Those of `out`.
pub fn write_csv(
    out: &mut dyn Write,
    cases: &[CaseReport<'_>],
    cover: &Cover,
    lang: Lang,
) -> io::Result<()> {
    let record = Record::new(cases, cover, lang);
    out.write_all("\u{feff}".as_bytes())?;
    let head = lang.pick(
        [
            "番号",
            "試験項目",
            "要件",
            "水準",
            "内容",
            "根拠資料・箇所",
            "期待",
            "結果",
            "判定",
            "証跡番号",
            "想定",
        ],
        [
            "No.",
            "case",
            "requirement",
            "level",
            "text",
            "document and heading",
            "expected",
            "observed",
            "mark",
            "evidence",
            "assumptions",
        ],
    );
    line(out, &head)?;
    for item in &record.items {
        let number = item.number.to_string();
        line(
            out,
            &[
                &number,
                item.case,
                item.id,
                &item.level,
                &item.text,
                &item.source,
                &item.expected,
                &item.observed,
                item.mark,
                &item.evidence,
                &item.assumptions,
            ],
        )?;
    }
    for open in &record.untested {
        let mark = Mark::Untested.sign();
        line(
            out,
            &[
                "",
                "",
                open.id,
                &open.level,
                &open.text,
                &open.source,
                "",
                &open.because,
                mark,
                "",
                "",
            ],
        )?;
    }
    for open in &record.untried {
        let mark = Mark::Untested.sign();
        let cells = [
            "",
            open.scenario,
            "",
            "",
            "",
            "",
            "",
            open.because,
            mark,
            "",
            "",
        ];
        line(out, &cells)?;
    }
    for (name, value) in cover_rows(&record, lang) {
        line(out, &["", "", "", "", name, "", "", value, "", "", ""])?;
    }
    Ok(())
}

/// What the form has on its cover, for the end of the table; last that it certifies nothing.
fn cover_rows<'r>(record: &'r Record<'_>, lang: Lang) -> Vec<(&'static str, &'r str)> {
    let mut rows = vec![
        (
            lang.pick("総合判定 (非公式)", "overall verdict (unofficial)"),
            record.verdict.as_str(),
        ),
        (lang.pick("製品名", "Product"), &record.product),
        (lang.pick("版", "Version"), &record.version),
    ];
    rows.extend(record.facts.iter().map(|fact| (fact.name, &*fact.value)));
    rows.extend(
        record
            .missing
            .as_deref()
            .map(|missing| (lang.pick("注意", "note"), missing)),
    );
    rows.push((
        lang.pick("注意", "note"),
        lang.pick("公的な認定ではない", "not a certification by any authority"),
    ));
    rows
}

/// One line of a CSV file. A cell that a spreadsheet would compute is made a text.
fn line(out: &mut dyn Write, cells: &[&str]) -> io::Result<()> {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            out.write_all(b",")?;
        }
        let cell = harmless(cell);
        let guard = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
            "'"
        } else {
            ""
        };
        write!(out, "\"{guard}{}\"", cell.replace('"', "\"\""))?;
    }
    out.write_all(b"\r\n")
}
