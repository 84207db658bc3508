//! XML as wire profiles need it: elements and their text (XML 1.0, in UTF-8 or `Shift_JIS`), as the
//! files of the external interface are (*observed*: no attributes, no name spaces, no document
//! type). Attributes and comments are passed over.

mod read;
mod write;

pub(crate) use read::INCOMPLETE;
pub use read::Unreadable;
pub use read::read;
pub(crate) use write::write;

use serde::Deserialize;

/// How characters become bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Charset {
    /// UTF-8 without a byte order mark.
    #[default]
    Utf8,
    /// `Shift_JIS` in its Windows form, CP932. What it lacks is delivered as ●, as the data base
    /// does with what it lacks itself.
    ShiftJis,
}

impl Charset {
    /// As an XML declaration names it.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::ShiftJis => "Shift_JIS",
        }
    }

    /// The encoding of that label, in any case. The Windows names mean what `Shift_JIS` means here.
    fn of_label(label: &str) -> Option<Self> {
        match label.to_ascii_lowercase().as_str() {
            "utf-8" | "utf8" => Some(Self::Utf8),
            "shift_jis" | "shift-jis" | "sjis" | "x-sjis" | "windows-31j" | "ms932" | "cp932" => {
                Some(Self::ShiftJis)
            }
            _ => None,
        }
    }
}

/// An element with its text and the elements in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Element {
    /// Its name, with the prefix of a name space where it has one.
    pub name: String,
    /// The text of an element without elements in it; empty where it has some.
    pub text: String,
    /// The elements in it, in order.
    pub children: Vec<Self>,
}

impl Element {
    /// The elements that `path` leads to: names from here on, with `/` between them.
    #[must_use]
    pub fn find<'a>(&'a self, path: &str) -> Vec<&'a Self> {
        path.split('/').fold(vec![self], |found, name| {
            let children = found.into_iter().flat_map(|element| &element.children);
            children.filter(|child| child.name == name).collect()
        })
    }
}

/// Whether a profile may write `path`: names of elements with `/` between them.
pub(crate) fn is_path(path: &str) -> bool {
    path.split('/').all(is_name)
}

/// Whether an element may have that name (XML 1.0, without the colon of name spaces).
pub(crate) fn is_name(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_alphabetic() || c == '_')
        && chars.all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
}
