//! How to read an app's own log, which has no format that anybody else knows: a small file of patterns that
//! its user writes. A pattern names the pieces of a line that are looked at; what is kept of a line are
//! the words that stand in the file of patterns, never the line's own.

use jiff::tz::Offset;
use madoguchi_notation::{
    Diagnostic, Diagnostics, JAPAN, Located, load, nearest, quoted, unknown_version,
};
use madoguchi_scenarios::Act;
use madoguchi_terms::without_personal_numbers;
use regex::{Regex, RegexBuilder};
use serde::Deserialize;

/// Patterns of one file.
const MOST: usize = 100;

/// What one pattern may grow to in memory, bytes.
const LARGEST: usize = 1 << 20;

/// Words that a pattern says of a line, letters.
const LONGEST_WORDS: usize = 80;

/// The pieces of a line that have a meaning.
const PIECES: [&str; 9] = [
    "time", "command", "answer", "rv", "took", "method", "url", "status", "result",
];

/// How to read the lines of one app's log.
#[derive(Debug, Clone)]
pub struct Patterns {
    pub(crate) time: Option<Regex>,
    /// Of times that say none.
    pub(crate) zone: Offset,
    pub(crate) lines: Vec<Pattern>,
}

/// How to read some of them.
#[derive(Debug, Clone)]
pub(crate) struct Pattern {
    pub(crate) finds: Regex,
    pub(crate) reader: Option<ReaderWord>,
    pub(crate) act: Option<Done>,
    pub(crate) screen: Option<String>,
    pub(crate) error: Option<String>,
}

/// What became of card and reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ReaderWord {
    Inserted,
    Removed,
    Unplugged,
}

/// An act, as a scenario writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Done {
    pub(crate) word: String,
    pub(crate) text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    madoguchi_patterns: Located<u16>,
    #[serde(default)]
    time: Option<Located<String>>,
    #[serde(default)]
    zone: Option<Located<String>>,
    lines: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    #[serde(rename = "match")]
    finds: Located<String>,
    #[serde(default)]
    reader: Option<ReaderWord>,
    #[serde(default)]
    act: Option<Act>,
    #[serde(default)]
    screen: Option<Located<String>>,
    #[serde(default)]
    error: Option<Located<String>>,
}

impl Patterns {
    /// A file to begin with; it is one that can be read.
    pub const EXAMPLE: &str = include_str!("patterns/example.yaml");

    /// Reads `text`, which the user knows as `file_name`.
    ///
    /// # Errors
    /// What is wrong with it, with its place.
    pub fn parse(file_name: &str, text: &str) -> Result<Self, Diagnostics> {
        const KNOWN: u16 = 1;
        let file: File = load(file_name, text)?;
        let fail = |diagnostic| Diagnostics::new(file_name, text, diagnostic);
        let version = &file.madoguchi_patterns;
        if let Some(wrong) = unknown_version("patterns", "madoguchi_patterns", version, KNOWN) {
            return Err(fail(wrong));
        }
        if file.lines.len() > MOST {
            return Err(fail(Diagnostic::new(
                "too-many-patterns",
                format!("パターンは {MOST} 個までです"),
                format!("at most {MOST} patterns can be used"),
            )));
        }
        let time = file.time.as_ref().map(|time| compiled(time, &["time"]));
        let time = time.transpose().map_err(|wrong| fail(*wrong))?;
        let zone = match &file.zone {
            Some(zone) => offset(zone).map_err(|wrong| fail(*wrong))?,
            None => JAPAN,
        };
        let lines = file.lines.into_iter().map(Entry::pattern);
        let lines = lines
            .collect::<Result<_, _>>()
            .map_err(|wrong: Box<Diagnostic>| fail(*wrong))?;
        Ok(Self { time, zone, lines })
    }
}

impl Entry {
    fn pattern(self) -> Result<Pattern, Box<Diagnostic>> {
        let finds = compiled(&self.finds, &PIECES)?;
        let words = |words: Option<Located<String>>| words.map(harmless).transpose();
        let (screen, error) = (words(self.screen)?, words(self.error)?);
        let act = self.act.as_ref().map(done);
        let has_piece = finds.capture_names().flatten().any(|name| name != "time");
        let tells = has_piece
            || self.reader.is_some()
            || act.is_some()
            || screen.is_some()
            || error.is_some();
        if !tells {
            return Err(Diagnostic::new(
                "tells-nothing",
                "このパターンは行から何も取り出しません",
                "this pattern takes nothing from a line",
            )
            .at(self.finds.location())
            .hint(
                "(?<command>…) のような名前付きの部分か、reader、act、screen、error を書きます",
                "name a piece of the line, such as (?<command>…), or write reader, act, screen or error",
            )
            .into());
        }
        Ok(Pattern {
            finds,
            reader: self.reader,
            act,
            screen,
            error,
        })
    }
}

/// A regular expression whose pieces all have a meaning.
fn compiled(text: &Located<String>, pieces: &[&str]) -> Result<Regex, Box<Diagnostic>> {
    let at = |diagnostic: Diagnostic| Box::new(diagnostic.at(text.location()));
    let expression = RegexBuilder::new(text).size_limit(LARGEST).build();
    let expression = expression.map_err(|error| {
        // its last line says what is wrong, those before it show where
        let why = error.to_string();
        let why = why.lines().last().unwrap_or_default().trim().to_owned();
        at(Diagnostic::new(
            "not-an-expression",
            format!("正規表現として読めません ({why})"),
            format!("this is no regular expression ({why})"),
        ))
    })?;
    let unknown = expression
        .capture_names()
        .flatten()
        .find(|name| !pieces.contains(name));
    if let Some(name) = unknown {
        let known = pieces.join(", ");
        return Err(at(Diagnostic::new(
            "unknown-piece",
            format!("{name} という部分は知りません"),
            format!("no piece of a line is called {name}"),
        )
        .candidate(nearest(name, pieces.iter().copied()))
        .hint(
            format!("使える名前: {known}"),
            format!("those that are: {known}"),
        )));
    }
    Ok(expression)
}

/// Words that may stand in what is written: one line, short, and no number of a person.
fn harmless(words: Located<String>) -> Result<String, Box<Diagnostic>> {
    let is_short = words.chars().count() <= LONGEST_WORDS && !words.contains(char::is_control);
    let is_nobodys = without_personal_numbers(&words, "", &|_| false).is_none();
    if is_short && is_nobodys && !words.trim().is_empty() {
        return Ok(words.into_inner());
    }
    Err(Diagnostic::new(
        "not-a-name",
        format!("名前は {LONGEST_WORDS} 字までの 1 行で書きます"),
        format!("a name is one line of at most {LONGEST_WORDS} letters"),
    )
    .at(words.location())
    .into())
}

/// `+09:00`
fn offset(zone: &Located<String>) -> Result<Offset, Box<Diagnostic>> {
    let parsed = || {
        let (sign, rest) = match zone.as_bytes().first()? {
            b'+' => (1, &zone[1..]),
            b'-' => (-1, &zone[1..]),
            _ => return None,
        };
        let (hours, minutes) = rest.split_once(':')?;
        let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
        let is_one = (0..24).contains(&hours) && (0..60).contains(&minutes);
        let seconds = sign * (hours * 60 + minutes) * 60;
        Offset::from_seconds(seconds).ok().filter(|_| is_one)
    };
    parsed().ok_or_else(|| {
        Diagnostic::new(
            "not-a-zone",
            "時差として読めません",
            "this is no offset from UTC",
        )
        .at(zone.location())
        .hint("\"+09:00\" のように書きます", "write it as \"+09:00\"")
        .into()
    })
}

/// An act in the words of a scenario, in one line.
fn done(act: &Act) -> Done {
    let word = act.word().to_owned();
    let written = serde_json::to_value(act).unwrap_or_default();
    let text = match (act.value(), written) {
        (Some(value), _) => {
            let is_word = value
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'-');
            let value = if is_word {
                value.into_owned()
            } else {
                quoted(&value)
            };
            format!("{word}: {value}")
        }
        (None, serde_json::Value::String(word)) => word,
        (None, other) => other.to_string(),
    };
    Done { word, text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_can_be_read() {
        let patterns = Patterns::parse("example.yaml", Patterns::EXAMPLE).unwrap();
        assert!(patterns.time.is_some() && patterns.lines.len() > 8);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let head = "madoguchi_patterns: 1\nlines:\n";
        for (lines, code, line) in [
            ("  - match: '(?<comand>..)'\n", "unknown-piece", 3),
            ("  - match: '(?<command>'\n", "not-an-expression", 3),
            (
                "  - match: 'x{9999}{9999}'\n    act: login\n",
                "not-an-expression",
                3,
            ),
            ("  - match: 'nothing'\n", "tells-nothing", 3),
            ("  - match: 'x'\n    screen: ''\n", "not-a-name", 4),
        ] {
            let wrong = Patterns::parse("p.yaml", &format!("{head}{lines}")).unwrap_err();
            let said = wrong.to_string();
            assert!(
                said.starts_with(&format!("p.yaml:{line}:")),
                "{code}: {said}"
            );
        }
        let zone = "madoguchi_patterns: 1\nzone: JST\nlines: []\n";
        assert!(
            Patterns::parse("p.yaml", zone)
                .unwrap_err()
                .to_string()
                .starts_with("p.yaml:2:")
        );
        assert!(Patterns::parse("p.yaml", "madoguchi_patterns: 2\nlines: []\n").is_err());
        assert!(Patterns::parse("p.yaml", "madoguchi_patterns: 1\nline: []\n").is_err());
        let act = "  - match: 'x'\n    act: lgin\n";
        assert!(Patterns::parse("p.yaml", &format!("{head}{act}")).is_err());
    }
}
