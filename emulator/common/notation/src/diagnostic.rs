//! What is wrong with a text that a user wrote: where, why, and what to do about it.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use madoguchi_terms::Lang;

use crate::{Location, Wording};

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable name of the kind of error, such as `unknown-key`.
    pub code: &'static str,
    /// Where it is; absent where the text as a whole is meant.
    pub place: Option<Place>,
    /// What is wrong.
    pub text: Wording,
    /// A word at the caret, such as the nearest known name.
    pub label: Option<Wording>,
    /// What to do.
    pub hint: Option<Wording>,
    /// Whether the text can be used all the same.
    pub is_doubt: bool,
}

impl Diagnostic {
    /// Something wrong with the text as a whole.
    pub fn new(code: &'static str, ja: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            code,
            place: None,
            text: Wording::new(ja, en),
            label: None,
            hint: None,
            is_doubt: false,
        }
    }

    /// The text can be used all the same: it is told as a warning.
    #[must_use]
    pub fn doubtful(self) -> Self {
        Self {
            is_doubt: true,
            ..self
        }
    }

    /// Says where; a place that is unknown is left out.
    #[must_use]
    pub fn at(mut self, location: Location) -> Self {
        self.place = Place::of(location);
        self
    }

    /// Says something at the caret.
    #[must_use]
    pub fn label(mut self, ja: impl Into<String>, en: impl Into<String>) -> Self {
        self.label = Some(Wording::new(ja, en));
        self
    }

    /// Puts the nearest known name at the caret, if there is one.
    #[must_use]
    pub fn candidate(self, nearest: Option<&str>) -> Self {
        match nearest {
            Some(name) => self.label(format!("候補: {name}"), format!("did you mean {name}?")),
            None => self,
        }
    }

    /// Says what to do.
    #[must_use]
    pub fn hint(mut self, ja: impl Into<String>, en: impl Into<String>) -> Self {
        self.hint = Some(Wording::new(ja, en));
        self
    }
}

/// A place in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Line, from 1.
    pub line: u64,
    /// Column in characters, from 1.
    pub column: u64,
    /// The bytes meant; absent where only line and column are known.
    pub bytes: Option<Range<usize>>,
}

impl Place {
    pub(crate) fn of(location: Location) -> Option<Self> {
        if location == Location::UNKNOWN {
            return None;
        }
        let span = location.span();
        let start = span
            .byte_offset()
            .and_then(|start| usize::try_from(start).ok());
        let len = usize::try_from(span.byte_len().unwrap_or(0)).unwrap_or(0);
        Some(Self {
            line: location.line(),
            column: location.column(),
            bytes: start.map(|start| start..start + len),
        })
    }
}

/// A text and the name by which the user knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Source {
    pub(crate) file: String,
    pub(crate) text: String,
}

impl Source {
    pub(crate) fn new(file: &str, text: &str) -> Arc<Self> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        Arc::new(Self {
            file: file.to_owned(),
            text: text.to_owned(),
        })
    }

    /// Where a line begins, from 1.
    pub(crate) fn line(&self, line: u64) -> Range<usize> {
        let above = usize::try_from(line.saturating_sub(1)).unwrap_or(usize::MAX);
        let lines = self.text.split_inclusive('\n').take(above);
        let start: usize = lines.map(str::len).sum();
        start..start
    }
}

/// So many are told of one text; more are counted. Who mends the first often mends the rest.
pub const MOST_TOLD: usize = 20;

/// Everything that is wrong with one text; never empty.
#[derive(Clone, PartialEq, Eq)]
pub struct Diagnostics {
    list: Vec<(Arc<Source>, Diagnostic)>,
}

impl Diagnostics {
    /// The first thing that is wrong with `source`, which the user knows as `file`.
    pub fn new(file: &str, source: &str, first: Diagnostic) -> Self {
        Self {
            list: vec![(Source::new(file, source), first)],
        }
    }

    /// The whole list, or nothing where nothing is wrong.
    ///
    /// # Errors
    /// The list, where it is not empty.
    pub fn check(file: &str, source: &str, list: Vec<Diagnostic>) -> Result<(), Self> {
        if list.is_empty() {
            return Ok(());
        }
        let source = Source::new(file, source);
        let list = list.into_iter().map(|d| (Arc::clone(&source), d));
        Err(Self {
            list: list.collect(),
        })
    }

    /// The same, each told where `to` says that its place came from.
    pub(crate) fn moved(mut self, to: impl Fn(&Place) -> Option<(Arc<Source>, Place)>) -> Self {
        for (source, diagnostic) in &mut self.list {
            if let Some((origin, place)) = diagnostic.place.as_ref().and_then(&to) {
                *source = origin;
                diagnostic.place = Some(place);
            }
        }
        self
    }

    /// Everything that is wrong, in the order of the text as far as it was read.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.list.iter().map(|(_, diagnostic)| diagnostic)
    }

    /// What is told of it, and how many are left out.
    fn told(&self) -> (&[(Arc<Source>, Diagnostic)], usize) {
        let told = self.list.len().min(MOST_TOLD);
        (&self.list[..told], self.list.len() - told)
    }

    /// The text for people: what, where with an excerpt, why, what to do. Of a long list the first,
    /// and how many there are besides. Colours are ANSI escapes and only there when asked for; the
    /// text ends with a line break.
    #[must_use]
    pub fn render(&self, lang: Lang, colour: bool) -> String {
        let renderer = if colour {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        let renderer = renderer.decor_style(DecorStyle::Unicode);
        let (told, left_out) = self.told();
        let mut text: String = told
            .iter()
            .map(|(source, diagnostic)| render_one(&renderer, source, diagnostic, lang) + "\n")
            .collect();
        if left_out > 0 {
            let all = self.list.len();
            text += &lang.pick(
                format!("ほか {left_out} 件は省略しました (全 {all} 件)\n  対処: 表示したものを直し、もう一度実行してください\n"),
                format!("{left_out} more are left out, of {all}\n  help: mend those shown, and try again\n"),
            );
        }
        text
    }
}

fn render_one(renderer: &Renderer, source: &Source, diagnostic: &Diagnostic, lang: Lang) -> String {
    let level = if diagnostic.is_doubt {
        Level::WARNING.with_name(lang.pick("注意", "warning"))
    } else {
        Level::ERROR.with_name(lang.pick("エラー", "error"))
    };
    let title = level.primary_title(diagnostic.text.get(lang));
    let mut group = match &diagnostic.place {
        Some(place) => {
            let span = source.clamp(place);
            let label = diagnostic.label.as_ref().map(|label| label.get(lang));
            let caret = AnnotationKind::Primary.span(span).label(label);
            title.element(
                Snippet::source(&source.text)
                    .path(&source.file)
                    .annotation(caret),
            )
        }
        None => title.element(annotate_snippets::Origin::path(&source.file)),
    };
    if let Some(hint) = &diagnostic.hint {
        let level = Level::HELP.with_name(lang.pick("対処", "help"));
        group = group.element(level.message(hint.get(lang)));
    }
    renderer.render(&[group])
}

impl Source {
    /// The bytes meant, inside the text, on one line and at character boundaries.
    fn clamp(&self, place: &Place) -> Range<usize> {
        let bytes = place.bytes.clone();
        let bytes = bytes.unwrap_or_else(|| self.line(place.line));
        let boundary = |mut at: usize| {
            at = at.min(self.text.len());
            while !self.text.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        let start = boundary(bytes.start);
        let end = boundary(bytes.end.max(bytes.start));
        let line = self.text[start..end]
            .find('\n')
            .map_or(end, |at| start + at);
        let tidy = self.text[start..line].trim_end().len();
        start..start + tidy
    }
}

impl fmt::Display for Diagnostics {
    /// One line per error for logs: `file:line:column: text`. Of a long list the first, and how
    /// many there are besides.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (told, left_out) = self.told();
        for (i, (source, diagnostic)) in told.iter().enumerate() {
            if i > 0 {
                f.write_str("\n")?;
            }
            f.write_str(&source.file)?;
            if let Some(place) = &diagnostic.place {
                write!(f, ":{}:{}", place.line, place.column)?;
            }
            write!(f, ": {}", diagnostic.text.en)?;
        }
        if left_out > 0 {
            write!(f, "\n{left_out} more are left out")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Diagnostics {
    /// As `Display`: the text itself may be long, and is the user's.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Diagnostics {}
