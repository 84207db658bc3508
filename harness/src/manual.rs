//! The manual: pages in both languages, whole in each, that are part of the program. The same files
//! are an mdBook.

mod plain;
#[cfg(test)]
mod tests;

use madoguchi_terms::Lang;

/// A page: what it is called on the command line, and its text as Markdown.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) name: &'static str,
    ja: &'static str,
    en: &'static str,
}

macro_rules! pages {
    ($($name:literal),+ $(,)?) => {
        &[$(Page {
            name: $name,
            ja: include_str!(concat!("../manual/ja/", $name, ".md")),
            en: include_str!(concat!("../manual/en/", $name, ".md")),
        }),+]
    };
}

/// All pages, in the order in which a newcomer reads them.
pub(crate) const PAGES: &[Page] = pages![
    "start",
    "install",
    "contract",
    "screens",
    "screen-map",
    "scenarios",
    "variants",
    "statement",
    "profiles",
    "network",
    "codes",
    "recepcon",
    "counter",
    "operators",
    "store",
    "reports",
    "known-failures",
    "incident",
    "smallest",
    "sweep",
    "exit-codes",
    "pipelines",
    "verdicts",
    "findings",
    "platforms",
    "performance",
    "safety",
    "glossary",
];

/// Columns of a terminal.
const COLUMNS: usize = 80;

impl Page {
    /// The page of that name.
    pub(crate) fn of(name: &str) -> Option<&'static Self> {
        PAGES.iter().find(|page| page.name == name)
    }

    /// As Markdown.
    pub(crate) fn text(&self, lang: Lang) -> &'static str {
        lang.pick(self.ja, self.en)
    }

    /// For a terminal.
    pub(crate) fn plain(&self, lang: Lang) -> String {
        plain::plain(self.text(lang), COLUMNS)
    }
}
