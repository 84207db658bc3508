//! What can be said of one elementary file before any card is issued: kind, access rule, physical
//! size, names, and how carefully its content must be treated.

use madoguchi_iso7816::FileId;
use madoguchi_terms::{Lang, Say};

/// The name of an application, a file or a data object in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Name {
    /// 日本語, in the words of the documents where they name it.
    pub ja: &'static str,
    /// English.
    pub en: &'static str,
}

impl Name {
    /// A name in Japanese and English.
    #[must_use]
    pub const fn new(ja: &'static str, en: &'static str) -> Self {
        Self { ja, en }
    }

    /// The name in `lang`.
    #[must_use]
    pub fn get(self, lang: Lang) -> &'static str {
        lang.pick(self.ja, self.en)
    }
}

impl Say for Name {
    fn text(&self, lang: Lang) -> String {
        self.get(lang).to_owned()
    }
}

/// One elementary file of an application: a row of its table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct File {
    /// Identifier within the application; its low five bits are the short identifier.
    pub id: FileId,
    /// What the file is called.
    pub name: Name,
    /// What the file is and who may use it.
    pub kind: Kind,
    /// How its content must be treated in a trace.
    pub secrecy: Secrecy,
    /// Whether the content or the value is the 個人番号, which a counter must not touch.
    pub holds_personal_number: bool,
}

/// What a file is, and what opens it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// A working EF of bytes: READ BINARY.
    Transparent {
        /// What opens it.
        read: Access,
        /// Physical size in bytes: the content is followed by `FF` up to here, and all of it can
        /// be read. `None`: as long as its content.
        physical: Option<usize>,
    },
    /// A working EF of records: READ RECORD.
    Records {
        /// What opens it.
        read: Access,
    },
    /// An internal EF with reference data: VERIFY.
    Reference(ReferenceRule),
    /// An internal EF with a private key.
    Key {
        /// What permits its use.
        usage: Access,
        /// Which command uses it.
        purpose: Purpose,
    },
    /// An internal EF with the public key of the authority that certifies terminals.
    TerminalCa,
    /// The file can be selected and cannot be read; what it is for is not public.
    Unknown,
}

/// The rule of a PIN, a password or a 照合番号.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReferenceRule {
    /// A role label that may stand in a trace in place of the value, such as `auth-pin`.
    pub label: &'static str,
    /// Attempts of a fresh card.
    pub tries: u8,
    /// Who can set another value.
    pub change: Change,
}

/// Who can set another value for a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The holder, after verifying the old one.
    Holder,
    /// The issuer only.
    Issuer,
}

/// Which command uses a private key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// COMPUTE DIGITAL SIGNATURE.
    Signature,
    /// INTERNAL AUTHENTICATE.
    Authentication,
}

/// Which references open a file. References are files of the same application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Nothing is needed.
    Free,
    /// Any one of these must have been verified.
    AnyOf(&'static [FileId]),
    /// No reference of the holder opens it: `6982`, always.
    Never,
}

/// How the content of a file must be treated by code that stores an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Secrecy {
    /// The same on many cards: may be stored.
    Public,
    /// Tells who the holder is: stored as length and role.
    Personal,
    /// The 個人番号, reference data, keys: never stored.
    Secret,
}

impl File {
    /// A transparent EF as long as its content.
    pub(crate) const fn transparent(
        id: FileId,
        name: Name,
        read: Access,
        secrecy: Secrecy,
    ) -> Self {
        let kind = Kind::Transparent {
            read,
            physical: None,
        };
        Self {
            id,
            name,
            kind,
            secrecy,
            holds_personal_number: false,
        }
    }

    /// A record EF.
    pub(crate) const fn records(id: FileId, name: Name, secrecy: Secrecy) -> Self {
        let kind = Kind::Records { read: Access::Free };
        Self {
            id,
            name,
            kind,
            secrecy,
            holds_personal_number: false,
        }
    }

    /// An IEF with reference data of a card's number of attempts. The holder changes it.
    pub(crate) const fn reference(id: FileId, name: Name, label: &'static str, tries: u8) -> Self {
        let kind = Kind::Reference(ReferenceRule {
            label,
            tries,
            change: Change::Holder,
        });
        Self {
            id,
            name,
            kind,
            secrecy: Secrecy::Secret,
            holds_personal_number: false,
        }
    }

    /// An IEF with a private key that signs.
    pub(crate) const fn key(id: FileId, name: Name, usage: Access) -> Self {
        let kind = Kind::Key {
            usage,
            purpose: Purpose::Signature,
        };
        Self {
            id,
            name,
            kind,
            secrecy: Secrecy::Secret,
            holds_personal_number: false,
        }
    }

    /// A file of which only the existence is known.
    pub(crate) const fn unknown(id: u16) -> Self {
        let name = Name::new("用途非公開のファイル", "file of unknown purpose");
        Self {
            id: FileId::new(id),
            name,
            kind: Kind::Unknown,
            secrecy: Secrecy::Secret,
            holds_personal_number: false,
        }
    }

    /// This transparent EF with `FF` behind the content up to `size` bytes.
    pub(crate) const fn filled_to(mut self, size: usize) -> Self {
        if let Kind::Transparent { read, .. } = self.kind {
            self.kind = Kind::Transparent {
                read,
                physical: Some(size),
            };
        }
        self
    }

    /// This reference, which only the issuer changes.
    pub(crate) const fn fixed(mut self) -> Self {
        if let Kind::Reference(rule) = self.kind {
            self.kind = Kind::Reference(ReferenceRule {
                change: Change::Issuer,
                ..rule
            });
        }
        self
    }

    /// This key, which authenticates the card instead of signing.
    pub(crate) const fn authenticating(mut self) -> Self {
        if let Kind::Key { usage, .. } = self.kind {
            self.kind = Kind::Key {
                usage,
                purpose: Purpose::Authentication,
            };
        }
        self
    }

    /// This file, whose content or value is the 個人番号.
    pub(crate) const fn with_personal_number(mut self) -> Self {
        self.holds_personal_number = true;
        self
    }
}
