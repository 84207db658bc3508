//! A text in both languages, as files hold it.

use madoguchi_terms::{Lang, Say};
use serde::{Deserialize, Serialize};

/// The same thing said in Japanese and in English: `{ja: …, en: …}`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wording {
    /// 日本語
    pub ja: String,
    /// English
    pub en: String,
}

impl Wording {
    /// The two texts of one thing.
    pub fn new(ja: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            ja: ja.into(),
            en: en.into(),
        }
    }

    /// The text in `lang`.
    #[must_use]
    pub fn get(&self, lang: Lang) -> &str {
        lang.pick(&self.ja, &self.en)
    }
}

impl Say for Wording {
    fn text(&self, lang: Lang) -> String {
        self.get(lang).to_owned()
    }
}
