//! What survives the loss of power, ready for use: filler in place, keys read where they are first
//! used. Made from a [`State`] and turned into one again. Bytes and keys are shared between forks of
//! a card.

use std::fmt;
use std::sync::{Arc, OnceLock};

use madoguchi_card_key::{KeyError, PrivateKey, UnwrapKey};
use madoguchi_iso7816::{FileId, StatusWord};
use madoguchi_layout::profile::session_key_file;
use madoguchi_layout::{APPLICATIONS, Application, File, Kind, PublicKey, Reference, TerminalCa};
use madoguchi_terms::Secret;

use crate::content::{Content as Filed, Place};
use crate::issue_error::IssueError;
use crate::state::State;

/// The longest reference value, in bytes.
pub(crate) const VALUE_MAX: usize = 16;

/// Everything on the card.
#[derive(Debug, Clone)]
pub(crate) struct Persistent {
    /// In the order in which a partial name finds them.
    pub(crate) applications: Vec<IssuedApplication>,
    /// What GET DATA answers.
    pub(crate) data_objects: Vec<DataObject>,
}

/// A data object: its tag and its value without header.
pub(crate) type DataObject = (u16, Arc<[u8]>);

/// An application on an issued card.
#[derive(Debug, Clone)]
pub(crate) struct IssuedApplication {
    pub(crate) layout: &'static Application,
    pub(crate) files: Vec<IssuedFile>,
}

/// A file on an issued card.
#[derive(Debug, Clone)]
pub(crate) struct IssuedFile {
    pub(crate) layout: &'static File,
    pub(crate) content: Content,
}

/// What a file holds. Each variant is what one [`Kind`] of the layout asks for.
#[derive(Clone)]
pub(crate) enum Content {
    Transparent(Transparent),
    /// Records, from number 1.
    Records(Arc<[Vec<u8>]>),
    /// Reference data and its counter.
    Reference(Reference),
    /// A private key; `None` where the slot was left empty.
    Key(Option<Arc<Held<PrivateKey>>>),
    TerminalCa(Arc<TerminalCa>),
    /// Nothing that any command reaches.
    Unknown,
}

/// The content of a transparent file.
#[derive(Clone)]
pub(crate) struct Transparent {
    /// Up to the physical size, filler included.
    pub(crate) bytes: Arc<[u8]>,
    /// Length without filler.
    logical: usize,
    /// Where the file shows the public half of a key that unwraps, that key.
    pub(crate) unwraps: Option<Arc<Held<UnwrapKey>>>,
}

/// A key as it is stored. Reading one proves that its numbers belong together, which takes as long
/// as a signature: that is done where it is first used, since most dialogues use one key of six.
pub(crate) struct Held<K> {
    der: Secret<Vec<u8>>,
    modulus: [u8; PrivateKey::MODULUS],
    /// `None` where it turned out to be no key.
    read: OnceLock<Option<K>>,
}

/// A private key of a card, for a caller with time before the card is asked to sign.
#[derive(Clone)]
pub struct StoredKey(pub(crate) Arc<Held<PrivateKey>>);

impl StoredKey {
    /// Reads the key, which is else done with the first signature and takes as long. No caller that
    /// talks to the card waits for it meanwhile.
    pub fn read(&self) {
        // A key that is none answers for itself where it is used.
        let _ = self.0.key();
    }
}

/// A key that can be read.
pub(crate) trait Stored: Sized {
    /// Reads a PKCS#1 `RSAPrivateKey`, DER.
    fn read(der: &[u8]) -> Result<Self, KeyError>;
}

impl Stored for PrivateKey {
    fn read(der: &[u8]) -> Result<Self, KeyError> {
        Self::from_pkcs1_der(der)
    }
}

impl Stored for UnwrapKey {
    fn read(der: &[u8]) -> Result<Self, KeyError> {
        Self::from_pkcs1_der(der)
    }
}

/// Where a file is: indices into [`Persistent`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) application: usize,
    pub(crate) file: usize,
}

impl Persistent {
    /// Makes a state ready for use. That its keys are keys is seen, that their numbers belong
    /// together is not: see [`Self::prove_keys`].
    pub(crate) fn of(state: &State) -> Result<Self, IssueError> {
        state.refuse_real_hierarchies()?;
        let applications = APPLICATIONS
            .into_iter()
            .map(|layout| IssuedApplication::of(layout, state))
            .collect::<Result<_, _>>()?;
        let data_objects = state
            .data_objects()
            .map(|(tag, value)| (tag, value.into()))
            .collect();
        Ok(Self {
            applications,
            data_objects,
        })
    }

    /// Reads every key, of a state that may be anybody's.
    pub(crate) fn prove_keys(&self) -> Result<(), IssueError> {
        let files = self.applications.iter().flat_map(|issued| &issued.files);
        for file in files {
            let read = match &file.content {
                Content::Key(Some(held)) => held.key().is_some(),
                Content::Transparent(Transparent {
                    unwraps: Some(held),
                    ..
                }) => held.key().is_some(),
                _ => true,
            };
            if !read {
                let (file, cause) = (file.layout.id, KeyError::Encoding);
                return Err(IssueError::Key { file, cause });
            }
        }
        Ok(())
    }

    /// The state as plain data.
    pub(crate) fn state(&self, profile: &'static str) -> State {
        let mut state = State::empty(profile);
        for issued in &self.applications {
            for file in &issued.files {
                let place = Place {
                    application: issued.layout.label(),
                    file: file.layout.id,
                };
                let stored = file.content.stored();
                state.files.extend(stored.map(|stored| (place, stored)));
            }
        }
        state.data_objects = self
            .data_objects
            .iter()
            .map(|(tag, value)| (*tag, value.to_vec()))
            .collect();
        state
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

impl IssuedApplication {
    /// The files of the layout for which there is content, and those of which nothing is known but
    /// that they exist.
    fn of(layout: &'static Application, state: &State) -> Result<Self, IssueError> {
        let mut files = Vec::with_capacity(layout.files.len());
        for file in layout.files {
            let place = Place {
                application: layout.label(),
                file: file.id,
            };
            let content = match state.files.get(&place) {
                Some(stored) => Content::of(stored, file)?,
                None if matches!(file.kind, Kind::Unknown | Kind::TerminalCa) => Content::Unknown,
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
    fn of(stored: &Filed, file: &File) -> Result<Self, IssueError> {
        let held = |cause| IssueError::Key {
            file: file.id,
            cause,
        };
        Ok(match (stored, file.kind) {
            (Filed::Transparent(bytes), Kind::Transparent { physical, .. }) => {
                Self::Transparent(Transparent::new(bytes, physical, None))
            }
            (Filed::SessionKey(der), Kind::Transparent { physical, .. }) => {
                let key = Held::of(der).map_err(held)?;
                let bytes = session_key_file(&PublicKey(key.modulus));
                Self::Transparent(Transparent::new(&bytes, physical, Some(key)))
            }
            (Filed::Records(records), Kind::Records { .. }) => {
                Self::Records(records.as_slice().into())
            }
            (Filed::Reference(reference), Kind::Reference(_)) => {
                let len = reference.value.expose().len();
                // Without a value no attempt could ever succeed, so there are none.
                if len > VALUE_MAX || (len == 0 && reference.tries_left > 0) {
                    return Err(IssueError::ReferenceLength { file: file.id, len });
                }
                Self::Reference(reference.clone())
            }
            (Filed::Key(None), Kind::Key { .. }) => Self::Key(None),
            (Filed::Key(Some(der)), Kind::Key { .. }) => {
                Self::Key(Some(Held::of(der).map_err(held)?))
            }
            (Filed::TerminalCa(ca), Kind::TerminalCa) => Self::TerminalCa(Arc::new(**ca)),
            _ => return Err(IssueError::Kind { file: file.id }),
        })
    }

    fn stored(&self) -> Option<Filed> {
        Some(match self {
            Self::Transparent(Transparent {
                unwraps: Some(held),
                ..
            }) => Filed::SessionKey(held.der.clone()),
            Self::Transparent(transparent) => {
                Filed::Transparent(transparent.bytes[..transparent.logical].to_vec())
            }
            Self::Records(records) => Filed::Records(records.to_vec()),
            Self::Reference(reference) => Filed::Reference(reference.clone()),
            Self::Key(held) => Filed::Key(held.as_ref().map(|held| held.der.clone())),
            Self::TerminalCa(ca) => Filed::TerminalCa(Box::new(**ca)),
            Self::Unknown => return None,
        })
    }
}

impl Transparent {
    /// Fills with `FF` up to the physical size (*observed*).
    fn new(content: &[u8], physical: Option<usize>, unwraps: Option<Arc<Held<UnwrapKey>>>) -> Self {
        let mut bytes = content.to_vec();
        bytes.resize(physical.unwrap_or(0).max(bytes.len()), 0xFF);
        Self {
            bytes: bytes.into(),
            logical: content.len(),
            unwraps,
        }
    }
}

impl<K: Stored> Held<K> {
    fn of(der: &Secret<Vec<u8>>) -> Result<Arc<Self>, KeyError> {
        Ok(Arc::new(Self {
            modulus: PrivateKey::modulus_of(der.expose())?,
            der: der.clone(),
            read: OnceLock::new(),
        }))
    }

    /// The key; `None` where its numbers do not belong together.
    pub(crate) fn key(&self) -> Option<&K> {
        let read = || K::read(self.der.expose()).ok();
        self.read.get_or_init(read).as_ref()
    }

    /// The modulus, big-endian.
    pub(crate) const fn modulus(&self) -> &[u8; PrivateKey::MODULUS] {
        &self.modulus
    }
}

impl fmt::Debug for StoredKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoredKey")
    }
}

impl fmt::Debug for Content {
    /// Sizes and counters only.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Transparent(content) => write!(f, "Transparent({} bytes)", content.bytes.len()),
            Self::Records(records) => write!(f, "Records({})", records.len()),
            Self::Reference(reference) => reference.fmt(f),
            Self::Key(key) => f.write_str(if key.is_some() {
                "Key(…)"
            } else {
                "Key(empty)"
            }),
            Self::TerminalCa(ca) => write!(f, "TerminalCa({})", ca.key),
            Self::Unknown => f.write_str("Unknown"),
        }
    }
}
