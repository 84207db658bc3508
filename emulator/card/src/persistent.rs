//! What survives the loss of power: files, keys and attempt counters, as personalization left them
//! and as VERIFY counts them down.

use std::fmt;

use madoguchi_card_key::{KeyError, PrivateKey};
use madoguchi_iso7816::{FileId, StatusWord};
use madoguchi_layout::{APPLICATIONS, Application, File, Kind, Personalization, Reference};

use crate::application;

/// Everything on the card.
#[derive(Debug)]
pub(crate) struct Persistent {
    /// In the order in which a partial name finds them.
    pub(crate) applications: Vec<IssuedApplication>,
    /// What GET DATA answers.
    pub(crate) data_objects: Vec<DataObject>,
}

/// A data object: its tag and its value without header.
pub(crate) type DataObject = (u16, Box<[u8]>);

/// An application on an issued card.
#[derive(Debug)]
pub(crate) struct IssuedApplication {
    pub(crate) layout: &'static Application,
    pub(crate) files: Vec<IssuedFile>,
}

/// A file on an issued card.
#[derive(Debug)]
pub(crate) struct IssuedFile {
    pub(crate) layout: &'static File,
    pub(crate) content: Content,
}

/// What a file holds. Each variant is what one [`Kind`] of the layout asks for.
pub(crate) enum Content {
    /// Bytes up to the physical size, filler included.
    Transparent(Box<[u8]>),
    /// Records, from number 1.
    Records(Vec<Box<[u8]>>),
    /// Reference data and its counter.
    Reference(Reference),
    /// A private key; `None` where the slot was left empty.
    Key(Option<PrivateKey>),
    /// Nothing that any command reaches.
    Unknown,
}

impl Persistent {
    /// Personalizes a card: keys are parsed here, once.
    pub(crate) fn issue(personalization: &Personalization) -> Result<Self, IssueError> {
        let applications = APPLICATIONS
            .into_iter()
            .map(|layout| IssuedApplication::issue(layout, personalization))
            .collect::<Result<_, _>>()?;
        let data_objects = application::issuer::data_objects(personalization)?;
        Ok(Self {
            applications,
            data_objects,
        })
    }

    /// The file at a position that a selection found.
    pub(crate) fn file(&self, at: Position) -> Option<&IssuedFile> {
        self.applications.get(at.application)?.files.get(at.file)
    }

    /// The same, for changing its counter.
    pub(crate) fn file_mut(&mut self, at: Position) -> Option<&mut IssuedFile> {
        self.applications
            .get_mut(at.application)?
            .files
            .get_mut(at.file)
    }

    /// Looks a file up in one application.
    pub(crate) fn find(&self, application: usize, id: FileId) -> Result<Position, StatusWord> {
        self.applications
            .get(application)
            .and_then(|issued| issued.files.iter().position(|file| file.layout.id == id))
            .map(|file| Position { application, file })
            .ok_or(StatusWord::FILE_NOT_FOUND)
    }
}

/// Where a file is: indices into [`Persistent`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) application: usize,
    pub(crate) file: usize,
}

impl IssuedApplication {
    /// The files of the layout for which there is content. A file without content does not exist
    /// on this card, since an invented one would mislead whoever reads it.
    fn issue(layout: &'static Application, data: &Personalization) -> Result<Self, IssueError> {
        let mut files = Vec::with_capacity(layout.files.len());
        for file in layout.files {
            let content = match application::content(layout, file.id, data)? {
                Some(content) => content.fitted(file),
                None if file.kind == Kind::Unknown => Content::Unknown,
                None => continue,
            };
            files.push(IssuedFile {
                layout: file,
                content,
            });
        }
        Ok(Self { layout, files })
    }
}

impl Content {
    /// Fills a transparent file with `FF` up to its physical size (*observed*).
    fn fitted(self, file: &File) -> Self {
        match (self, file.kind) {
            (
                Self::Transparent(bytes),
                Kind::Transparent {
                    physical: Some(size),
                    ..
                },
            ) => {
                let mut bytes = bytes.into_vec();
                bytes.resize(size.max(bytes.len()), 0xFF);
                Self::Transparent(bytes.into_boxed_slice())
            }
            (content, _) => content,
        }
    }
}

impl fmt::Debug for Content {
    /// Sizes and counters only.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Transparent(bytes) => write!(f, "Transparent({} bytes)", bytes.len()),
            Self::Records(records) => write!(f, "Records({})", records.len()),
            Self::Reference(reference) => reference.fmt(f),
            Self::Key(key) => write!(f, "Key({key:?})"),
            Self::Unknown => f.write_str("Unknown"),
        }
    }
}

/// Why no card can be made of a personalization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum IssueError {
    /// A private key cannot be used.
    Key {
        /// The file that was to hold it.
        file: FileId,
        /// What is wrong with it.
        cause: KeyError,
    },
    /// A reference value has not 1 to 16 bytes.
    ReferenceLength {
        /// The file that was to hold it.
        file: FileId,
        /// Its length in bytes.
        len: usize,
    },
    /// 製造番号, 市区町村コード and 有効期限 are not 15, 5 and 8 digits.
    CardInformation,
}

impl fmt::Display for IssueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key { file, cause } => write!(f, "issue the card, key {file}: could not {cause}"),
            Self::ReferenceLength { file, len } => {
                write!(
                    f,
                    "issue the card: reference {file} has {len} bytes, 1 to 16 are possible"
                )
            }
            Self::CardInformation => f.write_str(
                "issue the card: serial number, municipality and expiry must be 15, 5 and 8 digits",
            ),
        }
    }
}

impl std::error::Error for IssueError {}
