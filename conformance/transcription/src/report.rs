//! The two records side by side, for people.

use std::io::{self, Write};

use anstyle::Style;
use madoguchi_conformance::report::terminal::Styles;
use madoguchi_conformance::report::width::{fitted, padded, width};
use madoguchi_terms::Lang;

use crate::case::{Case, Made, Sheet};
use crate::judge::Judgement;
use crate::label;
use crate::marks::marked;
use crate::pairing::Pair;

/// Columns of a field's name.
const NAME: usize = 38;
/// Columns of a value.
const VALUE: usize = 40;

/// The report in one language and one set of styles.
#[derive(Debug, Clone, Copy, Default)]
pub struct Report {
    lang: Lang,
    styles: Styles,
}

impl Report {
    /// A report in `lang`.
    #[must_use]
    pub const fn new(lang: Lang, styles: Styles) -> Self {
        Self { lang, styles }
    }

    /// Every record that differs from what was delivered, beside it; nothing where none does.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn differing(
        &self,
        out: &mut dyn Write,
        case: &Case,
        made: &Made,
        judgement: &Judgement,
    ) -> io::Result<()> {
        let pairs = judgement.pairing.pairs.iter();
        for pair in pairs.filter(|pair| !pair.differences.is_empty()) {
            self.pair(out, case, made, pair)?;
        }
        Ok(())
    }

    /// Every record beside what was delivered, whether it differs or not.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn all(
        &self,
        out: &mut dyn Write,
        case: &Case,
        made: &Made,
        judgement: &Judgement,
    ) -> io::Result<()> {
        for pair in &judgement.pairing.pairs {
            self.pair(out, case, made, pair)?;
        }
        Ok(())
    }

    fn pair(&self, out: &mut dyn Write, case: &Case, made: &Made, pair: &Pair) -> io::Result<()> {
        let put = &case.puts[pair.put];
        let row = &made.export.rows[pair.row];
        let (n, number) = (pair.put + 1, row.number);
        let delivered = self
            .lang
            .pick(format!("届いた記録 ({n} 件目)"), format!("delivered ({n})"));
        let exported = match row.sheet {
            Sheet::Records => self.lang.pick(
                format!("書き出された記録 ({number} 行目)"),
                format!("exported (row {number})"),
            ),
            Sheet::Claims => self.lang.pick(
                format!("支給申請書 ({number} 枚目)"),
                format!("claimed (claim {number})"),
            ),
        };
        let strong = self.styles.strong;
        writeln!(out, "    {}", put.name)?;
        writeln!(
            out,
            "      {}{strong}{}  {exported}{strong:#}",
            padded("", NAME),
            padded(&delivered, VALUE)
        )?;
        let (record, _) = &put.records[pair.record];
        for field in &pair.compared {
            let expected = record.text(*field);
            let observed = row.values.get(field).map(String::as_str);
            if expected.is_none() && observed.is_none() {
                continue;
            }
            let difference = pair.differences.iter().find(|d| d.field == *field);
            let (mark, style) = match difference {
                Some(_) => ("≠", self.styles.bad),
                None => (" ", Style::new()),
            };
            let name = padded(&fitted(label(*field, self.lang), NAME - 1), NAME);
            let (left, right) = (self.value(expected), self.value(observed));
            writeln!(
                out,
                "    {style}{mark} {name}{}  {right}{style:#}",
                padded(&fitted(&left, VALUE), VALUE)
            )?;
            if let Some(difference) = difference {
                let (left, right) =
                    marked(expected.unwrap_or_default(), observed.unwrap_or_default());
                let cause = difference.cause.words();
                let cause = cause.get(self.lang);
                let quiet = self.styles.quiet;
                let indent = padded("", NAME);
                if width(&left) <= VALUE {
                    let left = padded(&left, VALUE);
                    writeln!(out, "      {indent}{quiet}{left}  {right}{quiet:#}")?;
                } else {
                    writeln!(out, "      {indent}{quiet}{left}{quiet:#}")?;
                    writeln!(out, "      {indent}{quiet}→ {right}{quiet:#}")?;
                }
                writeln!(out, "      {indent}{style}{cause}{style:#}")?;
            }
        }
        writeln!(out)
    }

    fn value(&self, value: Option<&str>) -> String {
        let blank = self.lang.pick("(空)", "(blank)");
        value.map_or_else(|| blank.to_owned(), str::to_owned)
    }
}
