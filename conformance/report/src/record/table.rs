//! The test record as a table: CSV in UTF-8 with a byte order mark, which Excel needs.

use std::io::{self, Write};

use madoguchi_terms::Lang;

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
    let cover = record.cover;
    let known = |text: &'r Option<String>| text.as_deref().unwrap_or_default();
    vec![
        (lang.pick("製品名", "product"), record.product.as_str()),
        (lang.pick("版", "version"), &record.version),
        (
            lang.pick("ビルドのハッシュ", "build hash"),
            known(&cover.build),
        ),
        (
            lang.pick("試験環境", "environment"),
            known(&cover.environment),
        ),
        (lang.pick("試験開始", "begun"), known(&cover.begun)),
        (lang.pick("試験終了", "ended"), known(&cover.ended)),
        (lang.pick("試験実施者", "tester"), known(&cover.tester)),
        (lang.pick("試験ツール", "tool"), &record.tool),
        (
            lang.pick("電文プロファイル", "wire profile"),
            &record.profile,
        ),
        (lang.pick("観測の深さ", "depth"), &record.depth),
        (lang.pick("観測の方法", "observed"), &record.observed),
        (lang.pick("乱数の種", "seed"), &record.seed),
        (
            lang.pick("前提とした想定", "assumptions"),
            &record.assumptions,
        ),
        (
            lang.pick("証跡の束の封", "seal of the evidence"),
            known(&cover.seal),
        ),
        (
            lang.pick("注意", "note"),
            lang.pick("公的な認定ではない", "not a certification by any authority"),
        ),
    ]
}

/// One line of a CSV file. A cell that a spreadsheet would compute is made a text.
fn line(out: &mut dyn Write, cells: &[&str]) -> io::Result<()> {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            out.write_all(b",")?;
        }
        let guard = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
            "'"
        } else {
            ""
        };
        write!(out, "\"{guard}{}\"", cell.replace('"', "\"\""))?;
    }
    out.write_all(b"\r\n")
}
