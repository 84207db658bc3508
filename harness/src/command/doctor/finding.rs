//! What doctor finds.

use madoguchi_terms::{Lang, Say};

/// Something that would spoil a run, or is dangerous.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Finding {
    /// Stable code, `D-01` and so on.
    pub(super) code: &'static str,
    pub(super) seen: Sentence,
    pub(super) help: Sentence,
    /// Whether it spoils nothing and is said only so that one knows.
    pub(super) is_note: bool,
}

/// A sentence in both languages.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Sentence {
    ja: String,
    en: String,
}

impl Say for Sentence {
    fn text(&self, lang: Lang) -> String {
        lang.pick(&self.ja, &self.en).clone()
    }
}

impl Finding {
    pub(super) fn new(
        code: &'static str,
        (seen_ja, seen_en): (impl Into<String>, impl Into<String>),
        (help_ja, help_en): (impl Into<String>, impl Into<String>),
    ) -> Self {
        Self {
            code,
            seen: Sentence {
                ja: seen_ja.into(),
                en: seen_en.into(),
            },
            help: Sentence {
                ja: help_ja.into(),
                en: help_en.into(),
            },
            is_note: false,
        }
    }

    /// The same as something that spoils no run.
    pub(super) fn into_note(self) -> Self {
        Self {
            is_note: true,
            ..self
        }
    }
}
