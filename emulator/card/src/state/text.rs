//! The state as text: one line per file, so that two states can be compared with any tool.
//!
//! ```text
//! madoguchi-card 1
//! profile plastic-contactless
//! jpki 0006 bytes 4A504B49…
//! jpki 0018 reference 3/3 31323334
//! jpki 0017 key 308204A2…
//! common 0001 records 011C3939… 01…
//! data 00F0 3939323031
//! ```
//!
//! The first line names the form and its version; `profile` the kind of the card, the usual one
//! where it is missing. Then: application, file, kind, and hexadecimal.
//! `reference` has attempts left and at most, and the value (`-` where there is none); `key -` is an
//! empty slot; `session-key` is a private key whose public half the file shows; `terminal-ca` is a
//! key identifier and a modulus; `data` is what GET DATA answers for a tag. Empty lines and lines
//! that begin with `#` say nothing. The text holds PINs and keys: it is not for reports.

use std::fmt::{self, Write as _};

use base16ct::{HexDisplay as Hex, mixed};
use madoguchi_iso7816::FileId;
use madoguchi_layout::{APPLICATIONS, KeyId, PublicKey, Reference, TerminalCa};
use madoguchi_terms::Secret;

use crate::content::{Content, Place};
use crate::profile::Profile;
use crate::state::State;

/// First line of the form that is written, and the only one that is read.
const HEADER: &str = "madoguchi-card 1";

impl State {
    /// Writes the state as text, PINs and keys included.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = format!("{HEADER}\nprofile {}\n", self.profile);
        for (place, content) in &self.files {
            let Place { application, file } = place;
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{application} {file} {}", Line(content));
        }
        for (tag, value) in &self.data_objects {
            let _ = writeln!(text, "data {tag:04X} {}", Hex(value));
        }
        text
    }

    /// Reads what [`to_text`](Self::to_text) wrote.
    ///
    /// # Errors
    /// [`StateError`] with the line that is wrong.
    pub fn from_text(text: &str) -> Result<Self, StateError> {
        let mut lines = (1..)
            .zip(text.lines().map(str::trim))
            .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        match lines.next() {
            Some((_, HEADER)) => {}
            Some((line, _)) => return Err(StateErrorKind::Header.at(line)),
            None => return Err(StateErrorKind::Header.at(1)),
        }
        let mut state = Self::empty(Profile::contactless().name);
        let mut profile = None;
        for (number, line) in lines {
            let words: Vec<&str> = line.split_whitespace().collect();
            let read = match words[..] {
                ["profile", name] => match (Profile::named(name), profile) {
                    (None, _) => Err(StateErrorKind::Profile),
                    (Some(_), Some(_)) => Err(StateErrorKind::Twice),
                    (Some(known), None) => {
                        profile = Some(known.name);
                        Ok(())
                    }
                },
                _ => state.line(&words),
            };
            read.map_err(|kind| kind.at(number))?;
        }
        state.profile = profile.unwrap_or(state.profile);
        Ok(state)
    }

    fn line(&mut self, words: &[&str]) -> Result<(), StateErrorKind> {
        let new = match words {
            ["data", tag, value] => {
                let value = bytes(value)?;
                self.data_objects.insert(number(tag)?, value).is_none()
            }
            [application, file, kind, rest @ ..] => {
                let application = APPLICATIONS
                    .into_iter()
                    .find(|known| known.label() == *application)
                    .ok_or(StateErrorKind::Application)?;
                let file = FileId::new(number(file)?);
                application.file(file).ok_or(StateErrorKind::File)?;
                let place = Place {
                    application: application.label(),
                    file,
                };
                let content = content(kind, rest)?;
                self.files.insert(place, content).is_none()
            }
            _ => return Err(StateErrorKind::Form),
        };
        new.then_some(()).ok_or(StateErrorKind::Twice)
    }
}

fn content(kind: &str, rest: &[&str]) -> Result<Content, StateErrorKind> {
    Ok(match (kind, rest) {
        ("bytes", []) => Content::Transparent(Vec::new()),
        ("bytes", [value]) => Content::Transparent(bytes(value)?),
        ("records", records) => {
            let records = records.iter().map(|record| bytes(record));
            Content::Records(records.collect::<Result<_, _>>()?)
        }
        ("reference", [tries, value]) => {
            let (left, max) = tries.split_once('/').ok_or(StateErrorKind::Form)?;
            let [tries_left, tries_max] = [left, max].map(str::parse);
            Content::Reference(Reference {
                value: Secret::new(match *value {
                    "-" => Vec::new(),
                    value => bytes(value)?,
                }),
                tries_left: tries_left.map_err(|_| StateErrorKind::Form)?,
                tries_max: tries_max.map_err(|_| StateErrorKind::Form)?,
            })
        }
        ("key", ["-"]) => Content::Key(None),
        ("key", [der]) => Content::Key(Some(Secret::new(bytes(der)?))),
        ("session-key", [der]) => Content::SessionKey(Secret::new(bytes(der)?)),
        ("terminal-ca", [key, modulus]) => Content::TerminalCa(Box::new(TerminalCa {
            key: KeyId::from_bytes(array(key)?),
            public_key: PublicKey(array(modulus)?),
        })),
        _ => return Err(StateErrorKind::Form),
    })
}

fn number(digits: &str) -> Result<u16, StateErrorKind> {
    u16::from_str_radix(digits, 16).map_err(|_| StateErrorKind::Hex)
}

fn array<const N: usize>(digits: &str) -> Result<[u8; N], StateErrorKind> {
    bytes(digits)?.try_into().map_err(|_| StateErrorKind::Hex)
}

fn bytes(digits: &str) -> Result<Vec<u8>, StateErrorKind> {
    mixed::decode_vec(digits).map_err(|_| StateErrorKind::Hex)
}

/// A content as the rest of its line.
struct Line<'a>(&'a Content);

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Content::Transparent(bytes) => write!(f, "bytes {}", Hex(bytes)),
            Content::Records(records) => {
                f.write_str("records")?;
                records
                    .iter()
                    .try_for_each(|record| write!(f, " {}", Hex(record)))
            }
            Content::Reference(reference) => {
                let Reference {
                    value,
                    tries_left,
                    tries_max,
                } = reference;
                write!(f, "reference {tries_left}/{tries_max} ")?;
                match value.expose().as_slice() {
                    [] => f.write_str("-"),
                    value => write!(f, "{}", Hex(value)),
                }
            }
            Content::Key(None) => f.write_str("key -"),
            Content::Key(Some(der)) => write!(f, "key {}", Hex(der.expose())),
            Content::SessionKey(der) => write!(f, "session-key {}", Hex(der.expose())),
            Content::TerminalCa(ca) => {
                let TerminalCa { key, public_key } = &**ca;
                write!(
                    f,
                    "terminal-ca {} {}",
                    Hex(key.as_bytes()),
                    Hex(&public_key.0)
                )
            }
        }
    }
}

/// A text that is no state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StateError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub kind: StateErrorKind,
}

/// What is wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum StateErrorKind {
    /// The first line is not `madoguchi-card 1`.
    Header,
    /// No profile has this name.
    Profile,
    /// No application has this label.
    Application,
    /// The application has no such file.
    File,
    /// Neither a kind of content nor what belongs to it.
    Form,
    /// Not hexadecimal, or not as many digits as belong there.
    Hex,
    /// The same file or tag a second time.
    Twice,
}

impl StateErrorKind {
    const fn at(self, line: usize) -> StateError {
        StateError { line, kind: self }
    }
}

impl fmt::Display for StateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            StateErrorKind::Header => "a saved card begins with `madoguchi-card 1`",
            StateErrorKind::Profile => "no kind of card has this name",
            StateErrorKind::Application => "no application has this label",
            StateErrorKind::File => "the application has no such file",
            StateErrorKind::Form => "this is no kind of content with what belongs to it",
            StateErrorKind::Hex => "this is not hexadecimal of the right length",
            StateErrorKind::Twice => "this was said before",
        };
        write!(f, "{what} (line {})", self.line)
    }
}

impl std::error::Error for StateError {}
