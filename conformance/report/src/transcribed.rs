//! The two records side by side, for a terminal and a text file.

use std::io::{self, Write};

use anstyle::Style;
use madoguchi_judge::beside::{Beside, Line, Piece, marked, value};
use madoguchi_judge::verdict::Verdicts;
use madoguchi_notation::Wording;
use madoguchi_terms::Lang;

use crate::terminal::Styles;
use crate::width::{fitted, padded, width};

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

    /// Every pair of records that differ; nothing where none do.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn differing(&self, out: &mut dyn Write, verdicts: &Verdicts) -> io::Result<()> {
        let pairs = verdicts.records.iter();
        let are_two = |pair: &&Beside| pair.delivered.is_some() && pair.exported.is_some();
        for pair in pairs.filter(are_two).filter(|pair| pair.differs()) {
            self.pair(out, pair)?;
        }
        Ok(())
    }

    /// Every record beside what was delivered, whether it differs or not.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn all(&self, out: &mut dyn Write, verdicts: &Verdicts) -> io::Result<()> {
        for pair in &verdicts.records {
            self.pair(out, pair)?;
        }
        let more = verdicts.records_left_out;
        if more > 0 {
            let told = self.lang.pick(
                format!("ほか {more} 件の記録は届いたとおり"),
                format!("{more} more records are as delivered"),
            );
            writeln!(out, "    {told}")?;
        }
        Ok(())
    }

    fn pair(&self, out: &mut dyn Write, pair: &Beside) -> io::Result<()> {
        let nothing = Wording::new("(ない)", "(none)");
        let heading = |side: &Option<Wording>| {
            let heading = side.as_ref().unwrap_or(&nothing);
            heading.get(self.lang).to_owned()
        };
        let strong = self.styles.strong;
        if !pair.name.is_empty() {
            writeln!(out, "    {}", pair.name)?;
        }
        writeln!(
            out,
            "      {}{strong}{}  {}{strong:#}",
            padded("", NAME),
            padded(&heading(&pair.delivered), VALUE),
            heading(&pair.exported),
        )?;
        let is_alone = pair.delivered.is_none() || pair.exported.is_none();
        for line in &pair.fields {
            if line.compared || is_alone {
                self.line(out, line)?;
            }
        }
        writeln!(out)
    }

    fn line(&self, out: &mut dyn Write, line: &Line) -> io::Result<()> {
        let (mark, style) = match line.became {
            Some(_) => ("≠", self.styles.bad),
            None => (" ", Style::new()),
        };
        let name = padded(&fitted(line.label.get(self.lang), NAME - 1), NAME);
        let (left, right) = (self.value(&line.delivered), self.value(&line.exported));
        writeln!(
            out,
            "    {style}{mark} {name}{}  {right}{style:#}",
            padded(&fitted(&left, VALUE), VALUE)
        )?;
        let Some(became) = &line.became else {
            return Ok(());
        };
        let (left, right) = (marked(&line.delivered), marked(&line.exported));
        let quiet = self.styles.quiet;
        let indent = padded("", NAME);
        if width(&left) <= VALUE {
            let left = padded(&left, VALUE);
            writeln!(out, "      {indent}{quiet}{left}  {right}{quiet:#}")?;
        } else {
            writeln!(out, "      {indent}{quiet}{left}{quiet:#}")?;
            writeln!(out, "      {indent}{quiet}→ {right}{quiet:#}")?;
        }
        let words = became.words.get(self.lang);
        writeln!(out, "      {indent}{style}{words}{style:#}")
    }

    fn value(&self, pieces: &[Piece]) -> String {
        match pieces {
            [] => self.lang.pick("(空)", "(blank)").to_owned(),
            some => value(some),
        }
    }
}
