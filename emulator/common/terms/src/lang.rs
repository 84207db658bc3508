//! The two languages of everything that a user reads.

use std::fmt;
use std::str::FromStr;

/// The language of the words on the screen; code and logs for developers stay English.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    /// 日本語
    Ja,
    /// English
    #[default]
    En,
}

impl Lang {
    /// Both languages, for tests that walk every text.
    pub const ALL: [Self; 2] = [Self::Ja, Self::En];

    /// The language of a POSIX locale name such as `ja_JP.UTF-8`; everything that does not begin
    /// with `ja` is English.
    ///
    /// ```
    /// # use madoguchi_terms::Lang;
    /// assert_eq!(Lang::from_locale("ja_JP.UTF-8"), Lang::Ja);
    /// assert_eq!(Lang::from_locale("C"), Lang::En);
    /// ```
    #[must_use]
    pub fn from_locale(locale: &str) -> Self {
        if locale.starts_with("ja") {
            Self::Ja
        } else {
            Self::En
        }
    }

    /// The one of two texts that this language asks for.
    #[must_use]
    pub fn pick<T>(self, ja: T, en: T) -> T {
        match self {
            Self::Ja => ja,
            Self::En => en,
        }
    }
}

impl FromStr for Lang {
    type Err = UnknownLang;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        match s {
            "ja" => Ok(Self::Ja),
            "en" => Ok(Self::En),
            _ => Err(UnknownLang),
        }
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.pick("ja", "en"))
    }
}

/// A language code other than `ja` and `en`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownLang;

impl fmt::Display for UnknownLang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the languages are ja and en")
    }
}

impl std::error::Error for UnknownLang {}

/// Something that can be said to a user in either language.
pub trait Say {
    /// The text in `lang`, without a trailing full stop or line break.
    fn text(&self, lang: Lang) -> String;
}
